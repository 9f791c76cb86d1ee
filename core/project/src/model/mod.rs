//! Models: the registry of a project, and how a model is opened from it.

mod add;
mod calibrate;
mod embeddings;
mod measure;
mod opened;
mod pair;
mod trial;

use std::path::{Path, PathBuf};

use concord_domain::decision::Decision;
use concord_domain::model::RegisteredModel;
use concord_inference::{Card, EngineChoice, EngineOptions, Model, Provider};
use concord_store::RegistryRow;

use crate::{Desk, Project, ProjectError};

pub(crate) use add::proposal_of;
pub use add::{AddOptions, Added, Proposal, add, propose};
pub use calibrate::calibrate;
pub use embeddings::{EMBEDDINGS_FOLDER, Embeddings};
pub use measure::measure;
pub use opened::Opened;
pub use pair::{NamedPrompter, open_prompter, prompters};
pub use trial::{Trial, try_model};

/// Folder of a project in which models are kept.
pub const MODELS_FOLDER: &str = "models";

/// File of a project with the minisign keys that may vouch for models.
pub const TRUSTED_KEYS_FILE: &str = "trusted-keys.txt";

/// A model with what the project knows about it.
#[derive(Debug)]
pub struct NamedModel {
    /// Name for people and for the command line.
    pub name: String,
    /// The loaded model.
    pub model: Model,
    /// Its entry in the registry; `None` for a file that is not registered.
    pub registered: Option<RegistryRow>,
}

impl NamedModel {
    /// The ontology's word for a class of the model, by its place among the scores.
    pub fn class_name(&self, class: usize) -> String {
        let Some(name) = self.model.contract().class_names.get(class) else { return format!("class {class}") };
        match &self.registered {
            Some(row) => row.model.class_in_ontology(name).to_owned(),
            None => self.model.card().mapped(name).to_owned(),
        }
    }
}

/// A registered model with where its file lies here.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedModel {
    /// The entry in the registry.
    pub row: RegistryRow,
    /// Where the file was; `None` when the project never noted a place.
    pub path: Option<PathBuf>,
    /// Where the decoder of a pair was; `None` for other models.
    pub decoder: Option<PathBuf>,
    /// True when a file lies there; of a pair, both.
    pub is_present: bool,
    /// Classes of the model that no class of the ontology stands for.
    pub unmapped: Vec<String>,
}

/// All registered models by name.
pub fn list(project: &Project) -> Result<Vec<ListedModel>, ProjectError> {
    let reader = project.reader()?;
    let places = reader.models()?;
    let ontology = reader.ontology()?;
    let listed = reader.registry()?.into_iter().map(|row| {
        let place = |sha256: &str| places.iter().find(|p| p.sha256 == sha256).map(|p| project.resolve(&p.path));
        let path = place(&row.model.sha256);
        let decoder = row.model.decoder.as_ref().and_then(|decoder| place(&decoder.sha256));
        let is_there = |path: &Option<PathBuf>| path.as_deref().is_some_and(Path::is_file);
        let is_present = is_there(&path) && (!row.model.is_prompted() || is_there(&decoder));
        let unmapped = row.model.unmapped(ontology.as_ref()).into_iter().map(str::to_owned).collect();
        ListedModel { row, path, decoder, is_present, unmapped }
    });
    Ok(listed.collect())
}

/// The registered model of that name or SHA-256; an error that lists the names there are.
pub fn find(project: &Project, name_or_sha256: &str) -> Result<ListedModel, ProjectError> {
    let all = list(project)?;
    let known: Vec<String> = all.iter().map(|m| m.row.model.name.clone()).collect();
    all.into_iter().find(|m| m.row.model.name == name_or_sha256 || m.row.model.sha256 == name_or_sha256).ok_or_else(
        || ProjectError::usage(format!("the registry has no model {name_or_sha256} ({})", known_names(&known))),
    )
}

/// Puts a model out of use, or back into use.
pub fn retire(desk: &Desk, name_or_sha256: &str, retired: bool) -> Result<RegisteredModel, ProjectError> {
    let found = find(&desk.project, name_or_sha256)?.row.model;
    desk.commit(Decision::ModelRetired { sha256: found.sha256.clone(), retired })?;
    Ok(found)
}

/// Opens a model by the name or SHA-256 of a registered one, by file, or by the name of a file in the project's folder
/// `models`.
pub fn open(project: &Project, name_or_file: &str) -> Result<NamedModel, ProjectError> {
    let reader = project.reader()?;
    let places = reader.models()?;
    if let Some(row) = reader.registered(name_or_file)? {
        return open_registered(project, row, &places);
    }
    let file = model_file(project, name_or_file);
    // A project of the time before the registry knows models by name and place alone.
    let noted = places.iter().find(|place| place.name == name_or_file);
    let path = match (&file, noted) {
        (Some(file), _) => file.clone(),
        (None, Some(place)) => project.resolve(&place.path),
        (None, None) => {
            let names: Vec<String> = reader.registry()?.into_iter().map(|row| row.model.name).collect();
            return Err(ProjectError::usage(format!(
                "there is no model file {name_or_file}, and the registry has no model of that name ({})",
                known_names(&names)
            )));
        }
    };
    let model = Model::load(&path, &engine_options(project)?)?;
    if let Some(row) = reader.registered(model.sha256())? {
        return open_registered(project, row, &places);
    }
    let name = match noted {
        Some(place) if place.sha256 == model.sha256() => place.name.clone(),
        _ => path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
    };
    Ok(NamedModel { name, model, registered: None })
}

fn known_names(names: &[String]) -> String {
    if names.is_empty() { "it is empty".to_owned() } else { format!("it has: {}", names.join(", ")) }
}

/// The file that a person means, when there is one.
fn model_file(project: &Project, name_or_file: &str) -> Option<PathBuf> {
    let inside = project.dir.join(MODELS_FOLDER).join(format!("{name_or_file}.onnx"));
    [PathBuf::from(name_or_file), inside].into_iter().find(|path| path.is_file())
}

fn open_registered(
    project: &Project,
    row: RegistryRow,
    places: &[concord_store::ModelRecord],
) -> Result<NamedModel, ProjectError> {
    let entry = &row.model;
    if entry.is_prompted() {
        return Err(pair::needs_a_person(&entry.name));
    }
    let place = places.iter().find(|place| place.sha256 == entry.sha256);
    let Some(path) = place.map(|place| project.resolve(&place.path)).filter(|path| path.is_file()) else {
        let shown = place.map_or_else(|| "an unknown place".to_owned(), |p| p.path.clone());
        return Err(ProjectError::usage(format!(
            "the file of the model {} is not at {shown}: put it back, or register its new place with \
             `concord model add`",
            entry.name
        )));
    };
    let card = Card::from_toml(&entry.contract).map_err(|e| unreadable_contract(&entry.name, &e.to_string()))?;
    let model = Model::load_with(&path, &card, &engine_options(project)?)?;
    if entry.sha256 != model.sha256() {
        return Err(changed(&path, &entry.name, model.sha256(), &entry.sha256));
    }
    Ok(NamedModel { name: entry.name.clone(), model, registered: Some(row) })
}

fn unreadable_contract(name: &str, why: &str) -> ProjectError {
    ProjectError::usage(format!("the contract of the model {name} cannot be read: {why}"))
}

/// A file that was exchanged behind the registry's back.
fn changed(path: &Path, name: &str, seen: &str, known: &str) -> ProjectError {
    ProjectError::usage(format!(
        "{} is not the file that the project knows as {name}: its SHA-256 is {seen}, not {known}",
        path.display()
    ))
}

fn out_of_use(project: &Project, name: &str) -> ProjectError {
    ProjectError::usage(format!(
        "the model {name} was put out of use: `concord model retire {} {name} --back` puts it back",
        project.dir.display()
    ))
}

/// How the project wants its models to be opened.
pub(crate) fn engine_options(project: &Project) -> Result<EngineOptions, ProjectError> {
    let config = &project.config.inference;
    let named = |word: &String| {
        Provider::named(word).ok_or_else(|| {
            ProjectError::usage(format!(
                "concord.toml: there is no execution provider \"{word}\"; use cuda, tensorrt, coreml, directml or cpu"
            ))
        })
    };
    Ok(EngineOptions {
        choice: engine_choice(&config.engine)?,
        ort_library: config.onnxruntime_library.as_ref().map(|l| project.resolve(l)),
        providers: config.providers.iter().map(named).collect::<Result<_, _>>()?,
        threads: 0,
    })
}

fn engine_choice(text: &str) -> Result<EngineChoice, ProjectError> {
    match text {
        "auto" => Ok(EngineChoice::Auto),
        "rten" => Ok(EngineChoice::Rten),
        "onnxruntime" => Ok(EngineChoice::OnnxRuntime),
        other => Err(ProjectError::usage(format!(
            "concord.toml: there is no engine \"{other}\"; use auto, rten or onnxruntime"
        ))),
    }
}
