//! Adding a model: what it is, shown before anything is written, then copied and logged.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use concord_domain::decision::Decision;
use concord_domain::model::{ModelProvenance, ModelSignature, RegisteredModel};
use concord_exchange::signature::{Legacy, SIGNATURE_LIMIT, TrustedKeys, Verdict, signature_path, verify_bytes};
use concord_inference::Card;
use concord_inference::contract::ProvenanceKeys;
use concord_store::{ModelRecord, RegistryRow};
use serde::Serialize;

use super::{MODELS_FOLDER, NamedModel, Opened, TRUSTED_KEYS_FILE, Trial, engine_options};
use crate::{Desk, Progress, Project, ProjectError};

/// What a person says about a model besides its file.
#[derive(Debug, Clone, Default)]
pub struct AddOptions {
    /// Name in the project; the card's, else the file's without its ending.
    pub name: Option<String>,
    /// A `model.toml` elsewhere than beside the file.
    pub card: Option<PathBuf>,
    /// Class of the model to class of the ontology, besides the card's.
    pub class_map: BTreeMap<String, String>,
    /// Where it comes from; what is said here wins over the card.
    pub provenance: ModelProvenance,
    /// Leave the file where it is instead of copying it into the project.
    pub in_place: bool,
    /// Try the model in another process first.
    pub trial: Option<Trial>,
}

/// A model as it would be registered.
#[derive(Debug)]
pub struct Proposal {
    /// The entry.
    pub entry: RegisteredModel,
    /// What was taken for granted, for a person to confirm.
    pub assumed: Vec<String>,
    /// Classes of the model that no class of the ontology stands for.
    pub unmapped: Vec<String>,
    /// Why it is not computed with a provider that was asked for.
    pub notes: Vec<String>,
    /// The model itself.
    pub model: Opened,
    in_place: bool,
}

/// A model that is registered now.
#[derive(Debug)]
pub struct Added {
    /// Its name in the project.
    pub name: String,
    /// The model itself.
    pub model: Opened,
    /// Its entry in the registry.
    pub registered: Option<RegistryRow>,
}

impl Added {
    /// The model, when it is one that says something about an image by itself; an error for a pair.
    pub fn into_named(self) -> Result<NamedModel, ProjectError> {
        match self.model {
            Opened::Model(model) => Ok(NamedModel { name: self.name, model: *model, registered: self.registered }),
            Opened::Pair(_) => Err(super::pair::needs_a_person(&self.name)),
        }
    }
}

/// The parts of a proposal that are shown.
#[derive(Debug, Serialize)]
pub struct ProposalSummary<'a> {
    /// The entry.
    pub model: &'a RegisteredModel,
    /// What was taken for granted.
    pub assumed: &'a [String],
    /// Classes without a counterpart.
    pub unmapped: &'a [String],
    /// The engine that took it.
    pub engine: &'static str,
    /// What it is computed with.
    pub provider: &'static str,
    /// Why not with another.
    pub notes: &'a [String],
}

impl Proposal {
    /// What is shown of it.
    pub fn summary(&self) -> ProposalSummary<'_> {
        ProposalSummary {
            model: &self.entry,
            assumed: &self.assumed,
            unmapped: &self.unmapped,
            engine: self.model.engine().name(),
            provider: self.model.provider().name(),
            notes: &self.notes,
        }
    }
}

/// Reads a model file, tries it, and says what it is. Nothing is written.
pub fn propose(
    project: &Project,
    file: &Path,
    options: &AddOptions,
    progress: &Progress,
) -> Result<Proposal, ProjectError> {
    progress.start("trying the model", 0);
    if let Some(trial) = &options.trial {
        trial.run(file, options.card.as_deref(), progress)?;
    }
    let model = Opened::open(file, options.card.as_deref(), &engine_options(project)?)?;
    proposal_of(project, model, options)
}

/// [`propose`] for a model that is open already.
pub(crate) fn proposal_of(project: &Project, model: Opened, options: &AddOptions) -> Result<Proposal, ProjectError> {
    let mut entry = entry(&model, options)?;
    entry.signature = signature(project, &model)?;
    let reader = project.reader()?;
    let unmapped = entry.unmapped(reader.ontology()?.as_ref()).into_iter().map(str::to_owned).collect();
    let assumed = model.assumed().to_vec();
    let notes = model.notes().to_vec();
    Ok(Proposal { entry, assumed, unmapped, notes, model, in_place: options.in_place })
}

fn entry(model: &Opened, options: &AddOptions) -> Result<RegisteredModel, ProjectError> {
    let card = model.card();
    let stem = model.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut class_map = card.map.clone();
    class_map.extend(options.class_map.clone());
    class_map.retain(|from, to| from != to);
    let said = &options.provenance;
    let either = |said: &Option<String>, card: &Option<String>| said.clone().or_else(|| card.clone());
    let contract =
        Card { name: None, map: BTreeMap::new(), provenance: ProvenanceKeys::default(), ..model.complete_card() };
    let entry = RegisteredModel {
        sha256: model.sha256().to_owned(),
        name: options.name.clone().or_else(|| card.name.clone()).unwrap_or(stem).trim().to_owned(),
        bytes: model.byte_count(),
        family: model.family().to_owned(),
        contract: contract.to_toml().map_err(|e| ProjectError::usage(e.to_string()))?,
        classes: model.classes().to_vec(),
        class_map,
        provenance: ModelProvenance {
            trained_on: either(&said.trained_on, &card.provenance.trained_on),
            revision: either(&said.revision, &card.provenance.revision),
            licence: either(&said.licence, &card.provenance.licence),
            source: either(&said.source, &card.provenance.source),
        },
        signature: ModelSignature::Unsigned,
        decoder: model.decoder(),
    };
    entry.check()?;
    Ok(entry)
}

/// Who vouches for the bytes that were opened. A signature that does not hold keeps the model out; a pair is signed when
/// both of its files are.
fn signature(project: &Project, model: &Opened) -> Result<ModelSignature, ProjectError> {
    match model {
        Opened::Model(model) => signature_of(project, model.path(), model.bytes()),
        Opened::Pair(pair) => {
            let (encoder, decoder) = pair.read_files()?;
            let signatures =
                (signature_of(project, pair.path(), &encoder)?, signature_of(project, pair.decoder_path(), &decoder)?);
            Ok(match signatures {
                (signed, ModelSignature::Valid { .. }) => signed,
                (_, ModelSignature::Unsigned) => ModelSignature::Unsigned,
            })
        }
    }
}

fn signature_of(project: &Project, file: &Path, bytes: &[u8]) -> Result<ModelSignature, ProjectError> {
    let path = signature_path(file);
    let mut text = Vec::new();
    // One byte more than a signature may have, so that a longer one is seen to be none.
    let read = std::fs::File::open(&path).and_then(|file| file.take(SIGNATURE_LIMIT + 1).read_to_end(&mut text));
    match read {
        Ok(_) => {}
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(ModelSignature::Unsigned),
        Err(e) => return Err(ProjectError::io("reading the signature", &path, e)),
    }
    let keys_file = project.dir.join(TRUSTED_KEYS_FILE);
    let keys = if keys_file.is_file() { TrustedKeys::read(&keys_file)? } else { TrustedKeys::default() };
    match verify_bytes(bytes, Some(&text), &keys, Legacy::Refuse) {
        Verdict::Unsigned => Ok(ModelSignature::Unsigned),
        Verdict::Valid { key_id, key_name, trusted_comment } => {
            let key_id = key_id.to_string();
            let key_name = key_name.unwrap_or_else(|| key_id.clone());
            Ok(ModelSignature::Valid { key_id, key_name, trusted_comment })
        }
        Verdict::Invalid { reason } => Err(ProjectError::usage(format!(
            "the signature {} does not hold: {reason}. A model is taken with a valid signature or with none; keys that \
             are trusted stand in {}, one a line",
            path.display(),
            keys_file.display()
        ))),
    }
}

/// Registers a model: copies its file into the project unless it stays in place, notes where it lies, and logs it; of a
/// pair, both files. A known file whose place was lost gets its new place, and nothing else changes.
pub fn add(desk: &Desk, proposal: Proposal) -> Result<Added, ProjectError> {
    let Proposal { entry, model, in_place, .. } = proposal;
    let known = desk.project.reader()?.registered(&entry.sha256)?;
    let name = known.as_ref().map_or(&entry.name, |row| &row.model.name).clone();
    if known.is_none() && desk.project.reader()?.registered(&name)?.is_some() {
        return Err(ProjectError::usage(format!(
            "the registry has another model named {name}: give this one its own name with --name"
        )));
    }
    if let Some(row) = &known
        && row.model.decoder != entry.decoder
    {
        return Err(ProjectError::usage(format!(
            "the registry has this file as {name} already, {}: a file is registered once",
            if row.model.is_prompted() { "with another decoder" } else { "without a decoder" }
        )));
    }
    let mut files = vec![(name.clone(), model.path().to_owned(), &entry.sha256)];
    if let (Opened::Pair(pair), Some(decoder)) = (&model, &entry.decoder) {
        // No model can be named like that.
        files.push((format!("{name} (decoder)"), pair.decoder_path().to_owned(), &decoder.sha256));
    }
    let place = |(title, file, sha256): (String, PathBuf, &String)| -> Result<ModelRecord, ProjectError> {
        let stem = if title == name { name.clone() } else { format!("{name}.decoder") };
        let path = if in_place { file } else { copied(&desk.project, &file, sha256, &stem)? };
        let path = path.canonicalize().map_err(|e| ProjectError::io("looking for the model", &path, e))?;
        Ok(ModelRecord { name: title, sha256: sha256.clone(), path: desk.project.catalogue_path(&path) })
    };
    let records = files.into_iter().map(place).collect::<Result<Vec<_>, _>>()?;
    let is_new = known.is_none();
    let logged = desk.entry(Decision::ModelAdded { model: Box::new(entry.clone()) });
    desk.bulk(move |bulk| {
        for record in &records {
            bulk.add_model(record)?;
        }
        if is_new { bulk.commit(logged).map(|_| ()) } else { Ok(()) }
    })?;
    let registered = desk.project.reader()?.registered(&entry.sha256)?;
    Ok(Added { name, model, registered })
}

/// Copies a file into the project's folder of models, by way of a name of its own, so that no half copy is found.
fn copied(project: &Project, file: &Path, sha256: &str, stem: &str) -> Result<PathBuf, ProjectError> {
    let folder = project.dir.join(MODELS_FOLDER);
    std::fs::create_dir_all(&folder).map_err(|e| ProjectError::io("making the folder", &folder, e))?;
    let target = folder.join(format!("{stem}.onnx"));
    let is_same = |target: &Path| Some(std::fs::read(target).ok()? == std::fs::read(file).ok()?);
    if target.exists() && is_same(&target) == Some(true) {
        return Ok(target);
    }
    // Another file of this name stays; the new one bears a part of its identity.
    let target = if target.exists() { folder.join(format!("{stem}-{}.onnx", &sha256[..8])) } else { target };
    let part = folder.join(format!(".{sha256}.part"));
    std::fs::copy(file, &part).map_err(|e| ProjectError::io("copying the model to", &part, e))?;
    std::fs::rename(&part, &target).map_err(|e| ProjectError::io("putting the model at", &target, e))?;
    Ok(target)
}
