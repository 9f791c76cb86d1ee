//! An object: one labelled thing with geometry, class, attributes, confidence tier and origin.

use std::collections::BTreeMap;

use concord_geometry::{BBox, Geometry};
use serde::{Deserialize, Serialize};

use crate::disagreement::Member;

/// Identity of an object inside its label set and across its history.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectId(pub String);

impl std::fmt::Display for ObjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttributeValue {
    /// Yes or no.
    Flag(bool),
    /// A finite number.
    Number(f64),
    /// One of the declared values, or free text.
    Text(String),
}

impl std::fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(true) => f.write_str("yes"),
            Self::Flag(false) => f.write_str("no"),
            Self::Number(n) => write!(f, "{n}"),
            Self::Text(t) => f.write_str(t),
        }
    }
}

/// Attributes by name, sorted.
pub type Attributes = BTreeMap<String, AttributeValue>;

/// How sure the annotator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// No doubt.
    #[default]
    Sure,
    /// More likely than not.
    Probable,
    /// A guess.
    Unsure,
}

impl Tier {
    /// All tiers, surest first.
    pub const ALL: [Self; 3] = [Self::Sure, Self::Probable, Self::Unsure];

    /// The word used in files and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Probable => "probable",
            Self::Unsure => "unsure",
        }
    }
}

/// Which prediction of which run a suggestion is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SuggestionId {
    /// Id of the run.
    pub run: String,
    /// Position among the run's predictions on the sample.
    pub index: u32,
}

/// The model that answered a prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PromptedBy {
    /// Name of the model.
    pub model: String,
    /// SHA-256 of its encoder, 64 hexadecimal digits.
    pub model_sha256: String,
    /// The IoU with the thing that the model predicted for its mask: about 0..=1, now and then a little beyond.
    pub score: f64,
}

/// Where an object came from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// Drawn by a person.
    #[default]
    Drawn,
    /// Read from a file of the named annotator.
    Imported {
        /// Name of the file.
        source: String,
    },
    /// A model's suggestion that a person accepted.
    Suggestion {
        /// Which one.
        suggestion: SuggestionId,
        /// The model's score, in `[0, 1]`.
        score: f64,
        /// True once the person changed its geometry or class.
        edited: bool,
    },
    /// The mask that a model made of what a person pointed at, and that the person took over.
    Prompted {
        /// Which model it was.
        by: PromptedBy,
        /// True once the person changed its geometry.
        edited: bool,
    },
    /// Copied from another object by the annotator.
    Copied {
        /// Id of the object it was copied from.
        from: ObjectId,
    },
    /// Fused from several annotators' objects.
    Consensus {
        /// How many annotators support it.
        support: u32,
        /// How many annotators saw the sample.
        voters: u32,
    },
    /// Taken over by a reviewer or an arbiter.
    Settled {
        /// The annotators' objects that it was made of.
        from: Vec<Member>,
        /// True once the judge changed its geometry or class.
        edited: bool,
    },
}

impl Origin {
    /// The suggestion that it was, if it was one.
    pub fn suggestion(&self) -> Option<&SuggestionId> {
        match self {
            Self::Suggestion { suggestion, .. } => Some(suggestion),
            _ => None,
        }
    }
}

/// One labelled thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Identity.
    pub id: ObjectId,
    /// Where it is, in image pixels.
    #[serde(flatten)]
    pub geometry: Geometry,
    /// Name of a class of the ontology.
    pub class: String,
    /// Name of a sub-class of that class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subclass: Option<String>,
    /// Attribute values; an absent name is an unset attribute.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: Attributes,
    /// How sure the annotator is.
    #[serde(default)]
    pub tier: Tier,
    /// The group it belongs to: objects that bear the same name here are parts of one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Where the object came from.
    #[serde(default)]
    pub origin: Origin,
}

impl Object {
    /// A drawn object of a class without sub-class, attributes or group.
    pub fn new(id: ObjectId, geometry: impl Into<Geometry>, class: impl Into<String>) -> Self {
        Self {
            id,
            geometry: geometry.into(),
            class: class.into(),
            subclass: None,
            attributes: Attributes::new(),
            tier: Tier::Sure,
            group: None,
            origin: Origin::Drawn,
        }
    }

    /// The smallest upright box that holds it.
    pub fn bounds(&self) -> BBox {
        self.geometry.bounds()
    }
}
