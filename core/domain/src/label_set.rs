//! A label set: everything one annotator said about one sample under one policy version.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::judgement::Judgement;
use crate::object::{Object, ObjectId, SuggestionId};
use crate::rejection::Rejections;
use crate::sample::SampleId;

/// Which ontology and policy a label set was made under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    /// Version of the ontology.
    pub ontology_version: u32,
    /// Content hash of the ontology.
    pub ontology_digest: String,
    /// Version of the policy.
    pub policy_version: u32,
    /// Content hash of the policy, guideline included.
    pub policy_digest: String,
}

/// Identity of a label set: whose labels of which sample.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LabelSetKey {
    /// The sample.
    pub sample: SampleId,
    /// Name of the annotator.
    pub annotator: String,
}

/// How far a label set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Status {
    /// Being made; `revision` submissions came before it.
    Draft {
        /// Number of earlier submissions.
        revision: u32,
    },
    /// Submitted, unchanged since.
    Submitted {
        /// 1 for the first submission.
        revision: u32,
    },
}

impl Status {
    /// Number of submissions so far.
    pub fn revision(self) -> u32 {
        match self {
            Self::Draft { revision } | Self::Submitted { revision } => revision,
        }
    }

    /// True when nothing changed since the last submission.
    pub fn is_submitted(self) -> bool {
        matches!(self, Self::Submitted { .. })
    }
}

/// A typed, directed tie between two objects of one label set, such as "wheel is part of car".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Relation {
    /// The object it starts from.
    pub from: ObjectId,
    /// Name of a relation of the ontology.
    pub kind: String,
    /// The object it leads to.
    pub to: ObjectId,
}

/// What the annotator said: the part of a label set that changes act on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Labels {
    /// Objects in drawing order.
    pub objects: Vec<Object>,
    /// Tags of the image as a whole, by name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// Ties between objects.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub relations: BTreeSet<Relation>,
    /// True when the annotator said that there is nothing to label here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirmed_empty: bool,
    /// Suggestions the annotator turned down.
    #[serde(default, skip_serializing_if = "Rejections::is_empty")]
    pub rejected: Rejections,
    /// What it judges, where it is a reviewer's or an arbiter's; then it is no annotator's word on the sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
}

impl Labels {
    /// The object with this id.
    pub fn object(&self, id: &ObjectId) -> Option<&Object> {
        self.objects.iter().find(|o| &o.id == id)
    }

    /// Position of the object with this id.
    pub fn position(&self, id: &ObjectId) -> Option<usize> {
        self.objects.iter().position(|o| &o.id == id)
    }

    /// True when the suggestion was accepted or rejected already.
    pub fn has_settled(&self, suggestion: &SuggestionId) -> bool {
        self.rejected.contains(suggestion)
            || self.objects.iter().any(
                |o| matches!(&o.origin, crate::object::Origin::Suggestion { suggestion: s, .. } if s == suggestion),
            )
    }
}

/// All objects that one annotator gave one sample, with their stamp and status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabelSet {
    /// Whose labels of which sample.
    pub key: LabelSetKey,
    /// Under which ontology and policy.
    pub stamp: Stamp,
    /// Draft or submitted.
    pub status: Status,
    /// The labels.
    pub labels: Labels,
}

impl LabelSet {
    /// An empty draft.
    pub fn draft(key: LabelSetKey, stamp: Stamp) -> Self {
        Self { key, stamp, status: Status::Draft { revision: 0 }, labels: Labels::default() }
    }
}
