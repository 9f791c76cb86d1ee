//! Suggestions that an annotator turned down, with the reason.

use std::collections::BTreeMap;

use concord_language::{Message, say};
use serde::{Deserialize, Serialize};

use crate::object::SuggestionId;

/// What is wrong with a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// There is nothing to label.
    Spurious,
    /// There is something, but of another class.
    WrongClass,
    /// The class is right, the place or shape is not good enough to be mended.
    PoorBox,
    /// It is there already.
    Duplicate,
}

impl RejectReason {
    /// All of them, in the order of menus.
    pub const ALL: [Self; 4] = [Self::Spurious, Self::WrongClass, Self::PoorBox, Self::Duplicate];

    /// The word of files and of the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spurious => "spurious",
            Self::WrongClass => "wrong_class",
            Self::PoorBox => "poor_box",
            Self::Duplicate => "duplicate",
        }
    }

    /// The words on screen.
    pub fn message(self) -> Message {
        match self {
            Self::Spurious => say!("reject-spurious"),
            Self::WrongClass => say!("reject-wrong-class"),
            Self::PoorBox => say!("reject-poor-box"),
            Self::Duplicate => say!("reject-duplicate"),
        }
    }
}

/// The suggestions that were turned down, each with its reason where one was given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Rejection>", into = "Vec<Rejection>")]
pub struct Rejections(BTreeMap<SuggestionId, Option<RejectReason>>);

/// One of them, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Which suggestion.
    #[serde(flatten)]
    pub suggestion: SuggestionId,
    /// What is wrong with it; `None` where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<RejectReason>,
}

impl Rejections {
    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when the suggestion was turned down.
    pub fn contains(&self, suggestion: &SuggestionId) -> bool {
        self.0.contains_key(suggestion)
    }

    /// The reason that was given; `None` without one, and for a suggestion that was not turned down.
    pub fn reason(&self, suggestion: &SuggestionId) -> Option<RejectReason> {
        self.0.get(suggestion).copied().flatten()
    }

    /// All in order of the suggestion.
    pub fn iter(&self) -> impl Iterator<Item = (&SuggestionId, Option<RejectReason>)> {
        self.0.iter().map(|(suggestion, reason)| (suggestion, *reason))
    }

    /// Adds one; false when it was there already, and then nothing changes.
    pub(crate) fn insert(&mut self, suggestion: SuggestionId, reason: Option<RejectReason>) -> bool {
        if self.contains(&suggestion) {
            return false;
        }
        self.0.insert(suggestion, reason);
        true
    }

    /// Takes one out; false when it was not there with this reason.
    pub(crate) fn remove(&mut self, suggestion: &SuggestionId, reason: Option<RejectReason>) -> bool {
        self.0.get(suggestion) == Some(&reason) && self.0.remove(suggestion).is_some()
    }
}

impl From<Vec<Rejection>> for Rejections {
    fn from(list: Vec<Rejection>) -> Self {
        Self(list.into_iter().map(|one| (one.suggestion, one.reason)).collect())
    }
}

impl From<Rejections> for Vec<Rejection> {
    fn from(all: Rejections) -> Self {
        all.0.into_iter().map(|(suggestion, reason)| Rejection { suggestion, reason }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::canonical_json;

    #[test]
    fn without_a_reason_it_is_written_as_ever() {
        let suggestion = |index| SuggestionId { run: "r".to_owned(), index };
        let mut all = Rejections::default();
        assert!(all.insert(suggestion(2), None) && all.insert(suggestion(1), Some(RejectReason::PoorBox)));
        assert!(!all.insert(suggestion(2), Some(RejectReason::Spurious)), "it is there already");
        let text = canonical_json(&all);
        assert_eq!(text, r#"[{"index":1,"reason":"poor_box","run":"r"},{"index":2,"run":"r"}]"#);
        assert_eq!(serde_json::from_str::<Rejections>(&text).expect("what was written"), all);
        assert_eq!((all.reason(&suggestion(1)), all.reason(&suggestion(2))), (Some(RejectReason::PoorBox), None));
        assert!(!all.remove(&suggestion(1), None), "it has a reason");
        assert!(all.remove(&suggestion(1), Some(RejectReason::PoorBox)) && !all.contains(&suggestion(1)));
    }
}
