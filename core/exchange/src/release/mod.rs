//! Releases: an immutable, versioned export of settled labels whose identity is the hash of its manifest.
//!
//! A release folder holds COCO shards per split (`train-00000.json` …, at most [`SAMPLES_A_SHARD`] samples each),
//! `provenance.jsonl` (one line an object), `left-out.jsonl`, `ontology.toml`, `policy.toml`, `guideline.md`,
//! `dataset.json` and `manifest.jsonl`. It bears no times and no absolute paths: equal input gives equal bytes.

mod facts;
mod splits;
mod verify;
mod write;

use std::collections::BTreeSet;

use concord_domain::label_set::{Relation, Stamp};
use concord_domain::object::Object;
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_domain::sample::{Sample, SampleId};
use serde::{Deserialize, Serialize};

use crate::ExchangeError;

pub use facts::{DatasetFacts, LogPosition, SplitFacts, VersionFacts};
pub use splits::{SplitSample, assign_splits};
pub use verify::{Difference, Verification, verify_release};
pub use write::write;

/// Most samples in one shard.
pub const SAMPLES_A_SHARD: usize = 5_000;

/// Which part of a release a sample belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// To learn from.
    Train,
    /// To choose models and thresholds by.
    Val,
    /// To judge by.
    Test,
}

impl Split {
    /// All splits, in the order of [`Fractions`].
    pub const ALL: [Self; 3] = [Self::Train, Self::Val, Self::Test];

    /// The word used in files and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Val => "val",
            Self::Test => "test",
        }
    }
}

/// Which share of the samples each split shall get; they sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fractions {
    /// Share of the training split.
    pub train: f64,
    /// Share of the validation split.
    pub val: f64,
    /// Share of the test split.
    pub test: f64,
}

impl Default for Fractions {
    fn default() -> Self {
        Self { train: 0.8, val: 0.1, test: 0.1 }
    }
}

impl Fractions {
    /// The shares in the order of [`Split::ALL`]; an error when they are not shares of a whole.
    pub fn checked(&self) -> Result<[f64; 3], ExchangeError> {
        let shares = [self.train, self.val, self.test];
        let valid = shares.iter().all(|s| (0.0..=1.0).contains(s)) && (shares.iter().sum::<f64>() - 1.0).abs() < 1e-9;
        if valid {
            return Ok(shares);
        }
        let why = format!("{} + {} + {} are no shares that sum to 1", self.train, self.val, self.test);
        Err(ExchangeError::invalid("the split", why))
    }
}

/// Everything that a release says.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// Name of the release.
    pub name: String,
    /// Name of the project.
    pub project: String,
    /// The ontology in force.
    pub ontology: Ontology,
    /// The policy in force, guideline included.
    pub policy: Policy,
    /// Up to where the decision log was read.
    pub log: LogPosition,
    /// Seed of the split.
    pub seed: u64,
    /// Shares that the split aimed at.
    pub fractions: Fractions,
    /// What a project declares that validates on other than captured images; without it, such images may only train.
    pub production_note: Option<String>,
    /// The samples, in any order.
    pub samples: Vec<ReleaseSample>,
    /// Samples that could have been here, with reasons.
    pub left_out: Vec<LeftOut>,
}

/// A sample of a release with its settled labels.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseSample {
    /// The sample.
    pub sample: Sample,
    /// Where it goes.
    pub split: Split,
    /// Its settled objects; none for a negative image.
    pub objects: Vec<Object>,
    /// Tags of the image as a whole.
    pub tags: BTreeSet<String>,
    /// Ties between the objects.
    pub relations: BTreeSet<Relation>,
    /// True when its annotators said that there is nothing to label.
    pub confirmed_empty: bool,
    /// Whose label sets were settled.
    pub annotators: Vec<String>,
    /// Ontology and policy the labels were made under.
    pub stamp: Stamp,
    /// How many boxes too few annotators supported.
    pub minority: usize,
}

/// A sample that is not in the release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// Which one.
    pub sample: SampleId,
    /// Its path in the catalogue; the release keeps no more of it than it does of other paths.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Identity of the release: `b3:` and the BLAKE3 of its manifest.
    pub digest: String,
    /// Number of files, the manifest included.
    pub files: usize,
    /// Number of samples.
    pub samples: u64,
    /// Number of objects.
    pub objects: u64,
}
