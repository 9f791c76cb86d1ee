//! A new project: the folder with its configuration, its database, and the first versions of ontology and policy.

use std::path::{Path, PathBuf};

use concord_domain::config::Config;
use concord_domain::decision::Decision;
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_imaging::Limits;
use concord_store::{DATABASE, Store};

use crate::catalogue::{self, CatalogueReport, Sources};
use crate::publish::{Existing, GUIDELINE_FILE, ONTOLOGY_FILE, POLICY_FILE, publish};
use crate::{CONFIG_FILE, Clock, Desk, GATES_FILE, Progress, Project, ProjectError, SLICES_FILE};

/// What a new project starts with. Texts that are left out get a first version to edit.
#[derive(Debug, Clone, Default)]
pub struct NewProject {
    /// Name; the folder's when it is empty.
    pub name: String,
    /// Class names of the first ontology, when no `ontology` is given.
    pub classes: Vec<String>,
    /// `ontology.toml`.
    pub ontology: Option<String>,
    /// `policy.toml`.
    pub policy: Option<String>,
    /// `guideline.md`.
    pub guideline: Option<String>,
    /// `slices.toml`.
    pub slices: Option<String>,
    /// `gates.toml`.
    pub gates: Option<String>,
    /// `concord.toml`.
    pub config: Option<String>,
    /// Images to add at once.
    pub sources: Sources,
}

const FIRST_SLICES: &str = "\
# A slice is a named part of the data, by metadata of the samples.
# [[slice]]
# name = \"dim\"
# where = 'lighting = \"dim\"'
# importance = 2.0
# owner = \"line team\"
# target_recall = 0.9
";

const FIRST_GATES: &str = "\
# A gate is an acceptance rule: a metric, a slice, a threshold.
version = 1
seed = 7
# [[gate]]
# id = \"recall-dim\"
# metric = \"recall@0.50\"
# slice = \"dim\"
# comparator = \">=\"
# threshold = 0.9
# bound = \"lcb\"
";

/// Makes a project in `dir` and adds its first images. Everything is checked before anything is written; when a write
/// fails, what was written of the project is taken away again.
pub fn create(
    dir: &Path,
    new: &NewProject,
    annotator: &str,
    device: &str,
    clock: Clock,
    progress: &Progress,
) -> Result<(Desk, CatalogueReport), ProjectError> {
    if dir.join(CONFIG_FILE).exists() || dir.join(DATABASE).exists() {
        return Err(ProjectError::usage(format!("{} holds a Concord project already", dir.display())));
    }
    for path in new.sources.images.iter().chain(&new.sources.sidecar) {
        std::fs::metadata(path).map_err(|e| ProjectError::io("looking for images at", path, e))?;
    }
    let files = first_files(dir, new)?;
    let mut undo = Undo::default();
    undo.make_folder(dir)?;
    let desk = write_project(dir, &files, annotator, device, clock, &mut undo)?;
    let report = catalogue::add(&desk, &new.sources, &Limits::default(), progress)?;
    undo.keep();
    Ok((desk, report))
}

fn write_project(
    dir: &Path,
    files: &[(&str, String)],
    annotator: &str,
    device: &str,
    clock: Clock,
    undo: &mut Undo,
) -> Result<Desk, ProjectError> {
    for (name, text) in files {
        undo.write(dir.join(name), text)?;
    }
    undo.files.extend([DATABASE, "concord.db-wal", "concord.db-shm", "concord.lock"].map(|f| dir.join(f)));
    let store = Store::create(dir, device)?;
    let project = Project::open(dir)?;
    let name = project.config.name.clone();
    let desk = Desk::with_store(project, store, annotator, clock)?;
    desk.commit(Decision::ProjectCreated { name })?;
    publish(&desk, Existing::Keep)?;
    Ok(desk)
}

/// The files of the project, checked.
fn first_files(dir: &Path, new: &NewProject) -> Result<Vec<(&'static str, String)>, ProjectError> {
    let folder = dir.file_name().map_or_else(|| "project".to_owned(), |n| n.to_string_lossy().into_owned());
    let name = if new.name.trim().is_empty() { folder } else { new.name.trim().to_owned() };
    let config = match &new.config {
        Some(text) => text.clone(),
        None => Config::new(&name).to_toml()?,
    };
    Config::from_toml(&config)?;
    let ontology = if let Some(text) = &new.ontology {
        text.clone()
    } else {
        let classes = new.classes.iter().map(String::as_str);
        Ontology::from_class_names(&name, classes).with_standard_attributes().to_toml()?
    };
    Ontology::from_toml(&ontology)?;
    let policy = match &new.policy {
        Some(text) => text.clone(),
        None => Policy::first(&name).to_toml()?,
    };
    Policy::from_toml(&policy, "")?;
    let slices = new.slices.clone().unwrap_or_else(|| FIRST_SLICES.to_owned());
    concord_domain::slice::slices_from_toml(&slices)?;
    let gates = new.gates.clone().unwrap_or_else(|| FIRST_GATES.to_owned());
    concord_domain::gate::GateFile::from_toml(&gates)?;
    let guideline = new.guideline.clone().unwrap_or_else(|| format!("# How to label {name}\n"));
    Ok(vec![
        (CONFIG_FILE, config),
        (ONTOLOGY_FILE, ontology),
        (POLICY_FILE, policy),
        (GUIDELINE_FILE, guideline),
        (SLICES_FILE, slices),
        (GATES_FILE, gates),
    ])
}

/// Takes away what was made when the project cannot be finished.
#[derive(Default)]
struct Undo {
    files: Vec<PathBuf>,
    folder: Option<PathBuf>,
}

impl Undo {
    fn make_folder(&mut self, dir: &Path) -> Result<(), ProjectError> {
        if !dir.exists() {
            std::fs::create_dir_all(dir).map_err(|e| ProjectError::io("making the folder", dir, e))?;
            self.folder = Some(dir.to_owned());
        }
        Ok(())
    }

    fn write(&mut self, path: PathBuf, text: &str) -> Result<(), ProjectError> {
        if path.exists() {
            // A text that the person put there before is theirs.
            return Ok(());
        }
        std::fs::write(&path, text).map_err(|e| ProjectError::io("writing", &path, e))?;
        self.files.push(path);
        Ok(())
    }

    fn keep(&mut self) {
        self.files.clear();
        self.folder = None;
    }
}

impl Drop for Undo {
    fn drop(&mut self) {
        for file in &self.files {
            // What cannot be taken away stays; the error that led here is the one to show.
            let _ = std::fs::remove_file(file);
        }
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
