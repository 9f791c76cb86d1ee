//! Pairs that segment what a person points at: which there are, and how one is opened from the registry.

use concord_domain::model::RegisteredModel;
use concord_inference::{Card, Prompter};

use super::{ListedModel, changed, engine_options, find, list, unreadable_contract};
use crate::{Project, ProjectError};

/// A registered pair, open.
#[derive(Debug)]
pub struct NamedPrompter {
    /// Name for people and for the command line.
    pub name: String,
    /// The pair.
    pub prompter: Prompter,
    /// Its entry in the registry.
    pub entry: RegisteredModel,
}

/// The registered pairs that are in use and whose files are there, by name.
pub fn prompters(project: &Project) -> Result<Vec<ListedModel>, ProjectError> {
    let mut pairs = list(project)?;
    pairs.retain(|listed| listed.row.model.is_prompted() && listed.is_present && !listed.row.is_retired);
    Ok(pairs)
}

/// Opens a registered pair by its name or the SHA-256 of its encoder. A model of another kind, one that is out of use, and
/// files that are not those that were registered are refused.
pub fn open_prompter(project: &Project, name_or_sha256: &str) -> Result<NamedPrompter, ProjectError> {
    let listed = find(project, name_or_sha256)?;
    let entry = listed.row.model;
    let Some(decoder) = &entry.decoder else {
        return Err(ProjectError::usage(format!(
            "the model {} is of the family {} and takes no prompts: prompted segmentation needs a pair of encoder and \
             decoder, whose card has a section [prompted]",
            entry.name, entry.family
        )));
    };
    if listed.row.is_retired {
        return Err(super::out_of_use(project, &entry.name));
    }
    let file = |path: Option<std::path::PathBuf>, what: &str| {
        let shown = path.as_ref().map_or_else(|| "an unknown place".to_owned(), |path| path.display().to_string());
        path.filter(|path| path.is_file()).ok_or_else(|| {
            ProjectError::usage(format!(
                "the {what} of the model {} is not at {shown}: put it back, or register its new place with `concord \
                 model add`",
                entry.name
            ))
        })
    };
    let (encoder_file, decoder_file) = (file(listed.path, "encoder")?, file(listed.decoder, "decoder")?);
    let card = Card::from_toml(&entry.contract).map_err(|e| unreadable_contract(&entry.name, &e.to_string()))?;
    let prompter = Prompter::open_files(&encoder_file, &decoder_file, &card, &engine_options(project)?)?;
    for (path, seen, known) in
        [(&encoder_file, prompter.sha256(), &entry.sha256), (&decoder_file, prompter.decoder_sha256(), &decoder.sha256)]
    {
        if seen != known {
            return Err(changed(path, &entry.name, seen, known));
        }
    }
    Ok(NamedPrompter { name: entry.name.clone(), prompter, entry })
}

/// Why a pair cannot be had where a model is wanted that says something about an image by itself.
pub(crate) fn needs_a_person(name: &str) -> ProjectError {
    ProjectError::usage(format!(
        "the model {name} segments what a person points at and says nothing about an image by itself, so that it can be \
         neither run nor calibrated nor measured: draw with it on the canvas (Q)"
    ))
}
