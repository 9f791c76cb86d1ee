//! A model file that was opened: a model of its own, or the encoder of a pair with its decoder.

use std::path::Path;

use concord_domain::model::{PROMPTED_FAMILY, PairedFile};
use concord_inference::{
    Card, Engine, EngineOptions, InferenceError, Model, Prompter, Provider, card_beside, read_card,
};

/// What a file turned out to be.
#[derive(Debug)]
pub enum Opened {
    /// A model that says something about an image by itself.
    Model(Box<Model>),
    /// A pair that segments what a person points at.
    Pair(Box<Prompter>),
}

impl Opened {
    /// Opens a file with the card given, else with the one beside it, and runs it once. A card with a section
    /// `[prompted]` makes it a pair, whose decoder lies beside the encoder.
    pub fn open(file: &Path, card: Option<&Path>, engine: &EngineOptions) -> Result<Self, InferenceError> {
        let card = match card {
            Some(path) => read_card(path)?,
            None => card_beside(file)?,
        };
        Ok(if card.prompted.is_some() {
            Self::Pair(Box::new(Prompter::open_with(file, &card, engine)?))
        } else {
            Self::Model(Box::new(Model::load_with(file, &card, engine)?))
        })
    }

    /// SHA-256 of the file, of a pair that of the encoder.
    pub fn sha256(&self) -> &str {
        match self {
            Self::Model(model) => model.sha256(),
            Self::Pair(pair) => pair.sha256(),
        }
    }

    /// The engine that took it.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Model(model) => model.engine(),
            Self::Pair(pair) => pair.engine(),
        }
    }

    /// What it is computed with.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Model(model) => model.provider(),
            Self::Pair(pair) => pair.provider(),
        }
    }

    /// Why it is not computed with a provider that was asked for.
    pub fn notes(&self) -> &[String] {
        match self {
            Self::Model(model) => model.notes(),
            Self::Pair(pair) => pair.notes(),
        }
    }

    /// What was taken for granted about it.
    pub fn assumed(&self) -> &[String] {
        match self {
            Self::Model(model) => &model.contract().assumed,
            Self::Pair(pair) => pair.assumed(),
        }
    }

    /// Where the file lies, of a pair the encoder.
    pub fn path(&self) -> &Path {
        match self {
            Self::Model(model) => model.path(),
            Self::Pair(pair) => pair.path(),
        }
    }

    pub(super) fn card(&self) -> &Card {
        match self {
            Self::Model(model) => model.card(),
            Self::Pair(pair) => pair.card(),
        }
    }

    pub(super) fn complete_card(&self) -> Card {
        match self {
            Self::Model(model) => model.complete_card(),
            Self::Pair(pair) => pair.complete_card(),
        }
    }

    pub(super) fn byte_count(&self) -> u64 {
        match self {
            Self::Model(model) => model.byte_count(),
            Self::Pair(pair) => pair.byte_counts().0,
        }
    }

    pub(super) fn family(&self) -> &'static str {
        match self {
            Self::Model(model) => model.contract().head.family().name(),
            Self::Pair(_) => PROMPTED_FAMILY,
        }
    }

    pub(super) fn classes(&self) -> &[String] {
        match self {
            Self::Model(model) => &model.contract().class_names,
            Self::Pair(_) => &[],
        }
    }

    pub(super) fn decoder(&self) -> Option<PairedFile> {
        match self {
            Self::Model(_) => None,
            Self::Pair(pair) => {
                Some(PairedFile { sha256: pair.decoder_sha256().to_owned(), bytes: pair.byte_counts().1 })
            }
        }
    }
}
