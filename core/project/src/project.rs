//! A project folder: its configuration, its slices, and the reading side of its database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use concord_domain::check::Rulebook;
use concord_domain::config::Config;
use concord_domain::gate::GateFile;
use concord_domain::label_set::Stamp;
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_domain::sample::Sample;
use concord_domain::slice::{Slice, slices_from_toml};
use concord_store::{Reader, Store};

use crate::ProjectError;

/// Name of the configuration file in a project folder.
pub const CONFIG_FILE: &str = "concord.toml";
/// Name of the file that defines slices.
pub const SLICES_FILE: &str = "slices.toml";
/// Name of the file that defines gates.
pub const GATES_FILE: &str = "gates.toml";

/// A project folder, opened for reading.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder.
    pub dir: PathBuf,
    /// `concord.toml`.
    pub config: Config,
    /// `slices.toml`; empty when there is none.
    pub slices: Vec<Slice>,
}

/// The ontology and the policy in force, with the stamp that label sets made now get.
#[derive(Debug, Clone)]
pub struct Versions {
    /// The newest published ontology.
    pub ontology: Ontology,
    /// The newest published policy.
    pub policy: Policy,
    /// Their versions and digests.
    pub stamp: Stamp,
    /// Both, made ready for checking labels.
    pub rulebook: Arc<Rulebook>,
}

impl Versions {
    /// The versions with their stamp.
    pub fn new(ontology: Ontology, policy: Policy) -> Self {
        let stamp = Stamp {
            ontology_version: ontology.version,
            ontology_digest: ontology.digest(),
            policy_version: policy.version,
            policy_digest: policy.digest(),
        };
        let rulebook = Arc::new(Rulebook::new(&ontology, &policy));
        Self { ontology, policy, stamp, rulebook }
    }
}

impl Project {
    /// Opens a project folder; errors name the file that is missing or wrong.
    pub fn open(dir: &Path) -> Result<Self, ProjectError> {
        let path = dir.join(CONFIG_FILE);
        let Some(text) = read_optional(&path)? else {
            return Err(ProjectError::usage(format!(
                "{} is no Concord project: it has no {CONFIG_FILE}; make one with `concord new`",
                dir.display()
            )));
        };
        let config = Config::from_toml(&text).map_err(|source| ProjectError::Config { path, source })?;
        let path = dir.join(SLICES_FILE);
        let slices = match read_optional(&path)? {
            Some(text) => slices_from_toml(&text).map_err(|source| ProjectError::Config { path, source })?,
            None => vec![],
        };
        Ok(Self { dir: dir.to_owned(), config, slices })
    }

    /// Brings a project that an older version wrote to the newest schema, as opening it for writing does, so that it can
    /// be read; `device` names the workstation.
    pub fn bring_up_to_date(&self, device: &str) -> Result<(), ProjectError> {
        if concord_store::is_older(&self.dir)? {
            drop(Store::open(&self.dir, device)?);
        }
        Ok(())
    }

    /// A read-only connection to the database.
    pub fn reader(&self) -> Result<Reader, ProjectError> {
        Ok(Reader::open(&self.dir)?)
    }

    /// The ontology and policy in force; an error that says what to do when none is published yet.
    pub fn versions(&self, reader: &Reader) -> Result<Versions, ProjectError> {
        match (reader.ontology()?, reader.policy()?) {
            (Some(ontology), Some(policy)) => Ok(Versions::new(ontology, policy)),
            _ => Err(ProjectError::usage(format!(
                "{} has no published ontology yet: write ontology.toml and run `concord publish {}`",
                self.config.name,
                self.dir.display()
            ))),
        }
    }

    /// `gates.toml`; an error when the project has none.
    pub fn gates(&self) -> Result<Option<GateFile>, ProjectError> {
        let path = self.dir.join(GATES_FILE);
        read_optional(&path)?
            .map(|text| GateFile::from_toml(&text).map_err(|source| ProjectError::Config { path, source }))
            .transpose()
    }

    /// Where a sample's image file is.
    pub fn image_path(&self, sample: &Sample) -> PathBuf {
        self.resolve(&sample.path)
    }

    /// A path of the catalogue: absolute, or relative to the project folder.
    pub fn resolve(&self, path: &str) -> PathBuf {
        self.dir.join(path)
    }

    /// The file that holds a sample's thumbnail, whether it exists or not.
    pub fn thumbnail_path(&self, sample: &str) -> PathBuf {
        self.dir.join("cache/thumbnails").join(sample.get(..2).unwrap_or("00")).join(format!("{sample}.jpg"))
    }

    /// How the catalogue names a file: relative to the project folder when it lies inside, absolute otherwise; with `/`.
    pub fn catalogue_path(&self, file: &Path) -> String {
        let inside = self.dir.canonicalize().ok().and_then(|dir| file.strip_prefix(&dir).ok().map(Path::to_owned));
        inside.as_deref().unwrap_or(file).to_string_lossy().replace('\\', "/")
    }

    /// The sentence that every report of a project with synthetic production carries; `None` where all is captured.
    pub fn production_note(&self) -> Option<String> {
        let kinds: Vec<&str> = self.config.production.provenance.iter().map(|p| p.name()).collect();
        (!kinds.is_empty()).then(|| {
            format!(
                "This project declares {} images as its production, so they may validate here; elsewhere synthetic \
                 images never do.",
                kinds.join(" and ")
            )
        })
    }
}

/// A file's text, or `None` when there is no such file.
pub(crate) fn read_optional(path: &Path) -> Result<Option<String>, ProjectError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(ProjectError::io("reading", path, e)),
    }
}
