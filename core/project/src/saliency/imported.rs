//! Maps that another tool computed: brought in by the name of their files, kept in the project as they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use concord_domain::sample::{Sample, SampleId};
use concord_imaging::Limits;
use concord_inference::Heatmap;
use concord_inference::saliency::{SaliencyError, import_map};
use concord_store::ImportProblem;
use serde::Serialize;

use super::{Question, cut};
use crate::{Progress, Project, ProjectError};

/// Folder of a project that holds imported maps, each under the identity of its sample. They are given, not computed, so
/// that they are no cache.
pub const SALIENCY_FOLDER: &str = "saliency";

/// The kinds of files that can be maps.
const KINDS: [&str; 2] = ["npy", "png"];

/// What bringing maps in came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ImportedMaps {
    /// Maps that were taken in.
    pub taken: u64,
    /// Those of them that took the place of an earlier one.
    pub replaced: u64,
    /// Files that were not taken, with the reason.
    pub problems: Vec<ImportProblem>,
}

/// Brings in a map, or every `.npy` and `.png` of a folder. A file belongs to the sample whose image has the same name
/// without the extension; one that no sample or several samples match, or that is no map, is left out with the reason.
pub fn import_maps(project: &Project, path: &Path, progress: &Progress) -> Result<ImportedMaps, ProjectError> {
    let files = files(path)?;
    let mut by_name: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
    for sample in project.reader()?.samples()? {
        by_name.entry(stem(Path::new(sample.file_name()))).or_default().push(sample);
    }
    progress.start("taking in saliency maps", files.len() as u64);
    let folder = project.dir.join(SALIENCY_FOLDER);
    std::fs::create_dir_all(&folder).map_err(|e| ProjectError::io("making", &folder, e))?;
    let mut report = ImportedMaps::default();
    for file in files {
        let samples = by_name.get(&stem(&file)).map(Vec::as_slice).unwrap_or_default();
        let problem = match samples {
            [] => Some("no image of the project has this name".to_owned()),
            [sample] => match take(project, &file, &sample.id) {
                Ok(replaced) => {
                    report.taken += 1;
                    report.replaced += u64::from(replaced);
                    None
                }
                Err(error @ (ProjectError::Saliency(_) | ProjectError::Imaging(_))) => Some(error.to_string()),
                Err(error) => return Err(error),
            },
            many => Some(format!("{} images of the project have this name", many.len())),
        };
        report.problems.extend(problem.map(|cause| ImportProblem { place: file.display().to_string(), cause }));
        progress.step(1)?;
    }
    Ok(report)
}

/// The imported map of a sample, cut to the object that is asked about; `None` when there is none.
pub fn imported_map(project: &Project, question: &Question) -> Result<Option<Heatmap>, ProjectError> {
    let Some(path) = places(project, &question.sample.id).into_iter().find(|path| path.is_file()) else {
        return Ok(None);
    };
    Ok(Some(cut(read(&path)?, question)))
}

/// True when the project has a map of another tool, of any sample.
pub fn has_imported_maps(project: &Project) -> bool {
    std::fs::read_dir(project.dir.join(SALIENCY_FOLDER)).is_ok_and(|mut folder| folder.next().is_some())
}

fn places(project: &Project, sample: &SampleId) -> [PathBuf; 2] {
    KINDS.map(|kind| project.dir.join(SALIENCY_FOLDER).join(format!("{sample}.{kind}")))
}

fn read(path: &Path) -> Result<Heatmap, ProjectError> {
    let limits = Limits::default();
    let doing = |e| ProjectError::io("reading", path, e);
    if std::fs::metadata(path).map_err(doing)?.len() > limits.max_bytes {
        return Err(doing(std::io::Error::other("it is larger than any picture may be")));
    }
    let bytes = std::fs::read(path).map_err(doing)?;
    Ok(import_map(&path.display().to_string(), &bytes, &limits)?)
}

/// Copies a map to where the project keeps it; true when there was one before.
fn take(project: &Project, file: &Path, sample: &SampleId) -> Result<bool, ProjectError> {
    let _ = read(file)?;
    let places = places(project, sample);
    let kind = extension(file);
    let before: Vec<&PathBuf> = places.iter().filter(|place| place.is_file()).collect();
    let place = project.dir.join(SALIENCY_FOLDER).join(format!("{sample}.{kind}"));
    let aside = place.with_extension("new");
    std::fs::copy(file, &aside).map_err(|e| ProjectError::io("copying a saliency map to", &aside, e))?;
    std::fs::rename(&aside, &place).map_err(|e| ProjectError::io("writing", &place, e))?;
    for old in before.iter().filter(|old| ***old != place) {
        std::fs::remove_file(old).map_err(|e| ProjectError::io("removing", old, e))?;
    }
    Ok(!before.is_empty())
}

/// The file itself, or the maps of a folder by name.
fn files(path: &Path) -> Result<Vec<PathBuf>, ProjectError> {
    if path.is_file() {
        if !KINDS.contains(&extension(path).as_str()) {
            return Err(SaliencyError::Kind { name: path.display().to_string() }.into());
        }
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).map_err(|e| ProjectError::io("reading", path, e))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(|e| ProjectError::io("reading", path, e))?.path();
        if KINDS.contains(&extension(&file).as_str()) && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(ProjectError::usage(format!("{} holds no .npy or .png file", path.display())));
    }
    Ok(files)
}

fn extension(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
