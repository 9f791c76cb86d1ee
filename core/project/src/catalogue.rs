//! The catalogue: adding the images of folders, with their metadata, to a project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use concord_domain::decision::Decision;
use concord_domain::sample::{Sample, SampleId};
use concord_exchange::sidecar::{Sidecar, SidecarRow, read_sidecar};
use concord_imaging::{Features, Format, Inspection, Limits, encode_jpeg, inspect_file};
use concord_store::{CatalogueEntry, ImportProblem, import_digest};
use rayon::prelude::*;
use serde::Serialize;

use crate::{Desk, Progress, Project, ProjectError};

/// JPEG quality of cached thumbnails.
const THUMBNAIL_QUALITY: u8 = 85;

/// Where images and their metadata come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Image files, and folders that are searched with all their subfolders.
    pub images: Vec<PathBuf>,
    /// A CSV or JSON Lines file with one row an image.
    pub sidecar: Option<PathBuf>,
}

/// What adding images did.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CatalogueReport {
    /// Number of new samples.
    pub added: u64,
    /// Number of samples in the catalogue now.
    pub total: u64,
    /// Files whose content was there already.
    pub duplicates: Vec<Duplicate>,
    /// Files and sidecar rows that could not be used, with the reason.
    pub problems: Vec<ImportProblem>,
    /// Files that were used but deserve a look.
    pub warnings: Vec<ImportProblem>,
    /// Number of files that do not look like images and were passed over.
    pub other_files: u64,
}

/// A file whose content another file has too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Duplicate {
    /// The file.
    pub path: String,
    /// Identity of the sample that it is.
    pub sample: SampleId,
}

struct Found {
    file: PathBuf,
    /// Path below the folder that was named, with `/`.
    relative: String,
}

/// Adds images to the catalogue in one transaction. Bad files are listed and the rest goes on.
///
/// Fails when a named path does not exist, when the sidecar as a whole cannot be read, or when the person stops it.
pub fn add(
    desk: &Desk,
    sources: &Sources,
    limits: &Limits,
    progress: &Progress,
) -> Result<CatalogueReport, ProjectError> {
    let mut report = CatalogueReport::default();
    let files = find_images(&sources.images, &mut report)?;
    let mut sidecar = match &sources.sidecar {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|e| ProjectError::io("reading", path, e))?;
            read_sidecar(&path.display().to_string(), &bytes)?
        }
        None => Sidecar::default(),
    };
    progress.start("reading images", files.len() as u64);
    let inspected: Vec<_> = files
        .par_iter()
        .map(|found| {
            let inspection = inspect_file(&found.file, limits);
            if let Ok(inspection) = &inspection {
                cache_thumbnail(&desk.project, inspection);
            }
            progress.step(1).map(|()| inspection)
        })
        .collect::<Result<_, ProjectError>>()?;
    let mut entries = Vec::with_capacity(files.len());
    for (found, inspection) in files.iter().zip(inspected) {
        let row = take_row(&mut sidecar, found);
        match inspection {
            Ok(inspection) => {
                let entry = entry(&desk.project, found, &inspection, row);
                report.warnings.extend(
                    inspection
                        .warnings
                        .iter()
                        .map(|w| ImportProblem { place: entry.sample.path.clone(), cause: w.to_string() }),
                );
                entries.push(entry);
            }
            Err(error) => report
                .problems
                .push(ImportProblem { place: desk.project.catalogue_path(&found.file), cause: error.to_string() }),
        }
    }
    let sidecar_name = sources.sidecar.as_deref().map(|p| p.display().to_string()).unwrap_or_default();
    report.problems.extend(
        sidecar
            .problems
            .iter()
            .map(|p| ImportProblem { place: format!("{sidecar_name}, {}", p.place), cause: p.cause.clone() }),
    );
    report.problems.extend(sidecar.rows.iter().map(|(file, row)| ImportProblem {
        place: format!("{sidecar_name}, line {}", row.line),
        cause: format!("no image named {file} was found"),
    }));
    write(desk, &sources.images, entries, &mut report)?;
    Ok(report)
}

fn write(
    desk: &Desk,
    images: &[PathBuf],
    entries: Vec<CatalogueEntry>,
    report: &mut CatalogueReport,
) -> Result<(), ProjectError> {
    let source = images.iter().map(|p| desk.project.catalogue_path(p)).collect::<Vec<_>>().join(", ");
    let problems = report.problems.clone();
    let template = desk.entry(Decision::ProjectCreated { name: String::new() });
    let (added, duplicates) = desk.bulk(move |bulk| {
        let import = bulk.next_row_id()?;
        let (mut new, mut duplicates) = (Vec::new(), Vec::new());
        for entry in entries {
            if bulk.add_sample(&import, &entry)? {
                new.push(entry);
            } else {
                duplicates.push(Duplicate { path: entry.sample.path, sample: entry.sample.id });
            }
        }
        new.sort_by(|a, b| a.sample.id.cmp(&b.sample.id));
        bulk.add_problems(&import, &problems)?;
        let decision = Decision::SamplesImported {
            source,
            samples: new.len() as u64,
            digest: import_digest(&new),
            problems: problems.len() as u64,
            duplicates: duplicates.len() as u64,
        };
        bulk.commit(concord_store::Entry { decision, ..template })?;
        Ok((new.len() as u64, duplicates))
    })?;
    report.added = added;
    report.duplicates = duplicates;
    report.total = desk.project.reader()?.sample_count()?;
    Ok(())
}

fn find_images(paths: &[PathBuf], report: &mut CatalogueReport) -> Result<Vec<Found>, ProjectError> {
    let mut found = Vec::new();
    for path in paths {
        let root = path.canonicalize().map_err(|e| ProjectError::io("looking for images at", path, e))?;
        if root.is_file() {
            let relative = root.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            found.push(Found { file: root, relative });
        } else {
            walk(&root, "", &mut found, report);
        }
    }
    // By path, so that the order of the catalogue does not depend on the file system.
    found.sort_by(|a, b| a.file.cmp(&b.file));
    found.dedup_by(|a, b| a.file == b.file);
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<Found>, report: &mut CatalogueReport) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) => {
            let place = folder.display().to_string();
            report.problems.push(ImportProblem { place, cause: format!("the folder cannot be read: {e}") });
            return;
        }
    };
    let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_dir = entry.file_type().is_ok_and(|t| t.is_dir());
        // Hidden folders hold caches and version control; links to folders could run in circles.
        if name.starts_with('.') {
            continue;
        }
        if is_dir {
            walk(&entry.path(), &format!("{prefix}{name}/"), found, report);
        } else if Format::has_picture_extension(&entry.path()) {
            found.push(Found { file: entry.path(), relative: format!("{prefix}{name}") });
        } else {
            report.other_files += 1;
        }
    }
}

/// The sidecar's row for a file: by its path below the named folder, or by any shorter tail of it.
fn take_row(sidecar: &mut Sidecar, found: &Found) -> SidecarRow {
    let mut key = found.relative.as_str();
    loop {
        if let Some(row) = sidecar.rows.remove(key) {
            return row;
        }
        match key.split_once('/') {
            Some((_, tail)) => key = tail,
            None => return row_with_folders(sidecar, found),
        }
    }
}

/// A row that names more folders than the path below the named one, such as `images/a.png` when `images` was named.
fn row_with_folders(sidecar: &mut Sidecar, found: &Found) -> SidecarRow {
    let full = found.file.to_string_lossy().replace('\\', "/");
    let key = sidecar.rows.keys().find(|k| k.contains('/') && full.ends_with(&format!("/{k}"))).cloned();
    key.and_then(|k| sidecar.rows.remove(&k)).unwrap_or_default()
}

fn entry(project: &Project, found: &Found, inspection: &Inspection, row: SidecarRow) -> CatalogueEntry {
    let sample = Sample {
        id: SampleId(inspection.blake3.clone()),
        path: project.catalogue_path(&found.file),
        size: inspection.size,
        bytes: inspection.byte_len,
        format: inspection.format.name().to_owned(),
        orientation: inspection.orientation.value(),
        captured_at_ms: row.captured_at_ms.or(inspection.taken_ms),
        metadata: row.metadata,
        provenance: row.provenance.unwrap_or_default(),
    };
    CatalogueEntry { sample, features: named_features(&inspection.features) }
}

/// Features by name.
pub(crate) fn named_features(features: &Features) -> BTreeMap<String, Option<f64>> {
    Features::NAMES.iter().map(|n| (*n).to_owned()).zip(features.values()).collect()
}

/// Keeps a thumbnail for the screens. A cache may fail: what is missing is made again when it is asked for.
fn cache_thumbnail(project: &Project, inspection: &Inspection) {
    let path = project.thumbnail_path(&inspection.blake3);
    if let Some(folder) = path.parent()
        && !path.exists()
        && std::fs::create_dir_all(folder).is_ok()
    {
        let _ = std::fs::write(&path, encode_jpeg(&inspection.thumbnail, THUMBNAIL_QUALITY));
    }
}
