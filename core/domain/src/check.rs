//! Findings: what in a label set breaks the ontology or the policy it is stamped with, and how to mend it.

mod checker;
mod crossing;
mod fault;
mod rulebook;
mod sample;
mod shape;
mod terms;
mod twins;

#[cfg(test)]
mod incremental_tests;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use concord_geometry::Size;
use concord_language::Message;
use serde::Serialize;

use crate::change::Change;
use crate::label_set::Labels;
use crate::object::ObjectId;
use crate::ontology::Ontology;
use crate::policy::Policy;

pub use checker::Checker;
pub use rulebook::Rulebook;

/// One broken rule. Every finding blocks submission.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Which rule.
    pub code: Code,
    /// The object it concerns; `None` when it is about the image as a whole.
    pub object: Option<ObjectId>,
    /// What is wrong, for the annotator.
    pub message: Message,
    /// What mends it, where there is one right way.
    #[serde(skip)]
    pub fix: Option<Fix>,
}

/// A change that mends a finding. It fits the labels that the finding was made for.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What it does, as on a button: "Clip to the image".
    pub title: Message,
    /// The change.
    pub change: Change,
}

/// Everything in `labels` that breaks the ontology or the policy: object by object in drawing order, then relations,
/// then the image as a whole. Empty labels break nothing but rules about the whole image.
///
/// Who checks many label sets makes a [`Rulebook`] once; who checks one again after every change keeps a [`Checker`].
pub fn findings(labels: &Labels, image: Size, ontology: &Ontology, policy: &Policy) -> Vec<Finding> {
    Arc::new(Rulebook::new(ontology, policy)).findings(labels, image)
}

/// Which rule a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The class is not in the ontology.
    UnknownClass,
    /// The sub-class is not one of the class.
    UnknownSubclass,
    /// The class needs a sub-class.
    MissingSubclass,
    /// The attribute is not one of the class.
    UnknownAttribute,
    /// The attribute has a value although the object does not show it.
    HiddenAttribute,
    /// The attribute has no such value.
    WrongValue,
    /// A required attribute is unset.
    MissingAttribute,
    /// Objects of the class may not have this kind of geometry.
    WrongShape,
    /// The points are not as many as those of the skeleton.
    WrongPointCount,
    /// A line without length or a polygon without area.
    Degenerate,
    /// A polygon crosses itself.
    SelfCrossing,
    /// A polygon has more points than the maximum.
    TooManyPoints,
    /// A mask is made for an image of another size.
    WrongMaskSize,
    /// An object leaves the image.
    OutsideImage,
    /// A region is narrower or lower than the minimum.
    TooSmall,
    /// A region covers less than the minimum.
    AreaTooSmall,
    /// An object at the edge of the image is not marked as truncated.
    EdgeNotTruncated,
    /// Two objects of one class are nearly the same.
    Duplicate,
    /// There are more objects of the class than the maximum.
    TooMany,
    /// A class is there together with one that excludes it.
    Excluded,
    /// The kind of a relation is not in the ontology.
    UnknownRelation,
    /// A relation ties objects that it may not tie.
    WrongRelation,
    /// The tag is not in the ontology.
    UnknownTag,
    /// The image has two tags of one group.
    TagConflict,
    /// The image needs a tag of a group.
    MissingTag,
    /// It is not confirmed that an image without objects has none.
    EmptyNotConfirmed,
    /// It is confirmed that nothing is here, but there are objects.
    NotEmpty,
}

impl Code {
    /// All codes: objects on their own, objects among others, the image as a whole.
    pub const ALL: [Self; 27] = [
        Self::UnknownClass,
        Self::UnknownSubclass,
        Self::MissingSubclass,
        Self::UnknownAttribute,
        Self::HiddenAttribute,
        Self::WrongValue,
        Self::MissingAttribute,
        Self::WrongShape,
        Self::WrongPointCount,
        Self::Degenerate,
        Self::SelfCrossing,
        Self::TooManyPoints,
        Self::WrongMaskSize,
        Self::OutsideImage,
        Self::TooSmall,
        Self::AreaTooSmall,
        Self::EdgeNotTruncated,
        Self::Duplicate,
        Self::TooMany,
        Self::Excluded,
        Self::UnknownRelation,
        Self::WrongRelation,
        Self::UnknownTag,
        Self::TagConflict,
        Self::MissingTag,
        Self::EmptyNotConfirmed,
        Self::NotEmpty,
    ];

    /// The stable word of files and of the manual, such as `too-small`.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnknownClass => "unknown-class",
            Self::UnknownSubclass => "unknown-subclass",
            Self::MissingSubclass => "missing-subclass",
            Self::UnknownAttribute => "unknown-attribute",
            Self::HiddenAttribute => "hidden-attribute",
            Self::WrongValue => "wrong-value",
            Self::MissingAttribute => "missing-attribute",
            Self::WrongShape => "wrong-shape",
            Self::WrongPointCount => "wrong-point-count",
            Self::Degenerate => "degenerate",
            Self::SelfCrossing => "self-crossing",
            Self::TooManyPoints => "too-many-points",
            Self::WrongMaskSize => "wrong-mask-size",
            Self::OutsideImage => "outside-image",
            Self::TooSmall => "too-small",
            Self::AreaTooSmall => "area-too-small",
            Self::EdgeNotTruncated => "edge-not-truncated",
            Self::Duplicate => "duplicate",
            Self::TooMany => "too-many",
            Self::Excluded => "excluded",
            Self::UnknownRelation => "unknown-relation",
            Self::WrongRelation => "wrong-relation",
            Self::UnknownTag => "unknown-tag",
            Self::TagConflict => "tag-conflict",
            Self::MissingTag => "missing-tag",
            Self::EmptyNotConfirmed => "empty-not-confirmed",
            Self::NotEmpty => "not-empty",
        }
    }
}
