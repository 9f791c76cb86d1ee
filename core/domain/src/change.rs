//! A change: the invertible fact that alters labels. Undo, replay and audit all go through it.

use serde::{Deserialize, Serialize};

use crate::DomainError;
use crate::label_set::Labels;
use crate::object::{Object, SuggestionId};

/// An invertible change of a label set. A gesture is one change, whatever it touches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Change {
    /// Puts an object at a position of the drawing order.
    Insert {
        /// Position, at most the number of objects.
        index: usize,
        /// The object.
        object: Object,
    },
    /// Takes the object at a position out.
    Remove {
        /// Its position.
        index: usize,
        /// The object as it was.
        object: Object,
    },
    /// Alters an object; both have the same id.
    Replace {
        /// The object as it was.
        before: Object,
        /// The object as it is now.
        after: Object,
    },
    /// Turns a suggestion down.
    Reject {
        /// Which one.
        suggestion: SuggestionId,
    },
    /// Takes a rejection back.
    Unreject {
        /// Which one.
        suggestion: SuggestionId,
    },
    /// Several changes as one, applied in order.
    Batch {
        /// The changes.
        changes: Vec<Change>,
    },
}

impl Change {
    /// The change that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> Self {
        match self {
            Self::Insert { index, object } => Self::Remove { index: *index, object: object.clone() },
            Self::Remove { index, object } => Self::Insert { index: *index, object: object.clone() },
            Self::Replace { before, after } => Self::Replace { before: after.clone(), after: before.clone() },
            Self::Reject { suggestion } => Self::Unreject { suggestion: suggestion.clone() },
            Self::Unreject { suggestion } => Self::Reject { suggestion: suggestion.clone() },
            Self::Batch { changes } => Self::Batch { changes: changes.iter().rev().map(Self::inverse).collect() },
        }
    }

    /// Applies the change. When it does not fit, the labels are left as they were and the error says why.
    pub fn apply(&self, labels: &mut Labels) -> Result<(), DomainError> {
        match self {
            Self::Insert { index, object } => insert(labels, *index, object),
            Self::Remove { index, object } => remove(labels, *index, object),
            Self::Replace { before, after } => replace(labels, before, after),
            Self::Reject { suggestion } => {
                let new = labels.rejected.insert(suggestion.clone());
                require(new, || format!("suggestion {} is rejected already", suggestion.index))
            }
            Self::Unreject { suggestion } => {
                let known = labels.rejected.remove(suggestion);
                require(known, || format!("suggestion {} is not rejected", suggestion.index))
            }
            Self::Batch { changes } => apply_all(labels, changes),
        }
    }

    /// A few words for the history: "add bolt", "change 3 objects" …
    pub fn summary(&self) -> String {
        match self {
            Self::Insert { object, .. } => format!("add {}", object.class),
            Self::Remove { object, .. } => format!("delete {}", object.class),
            Self::Replace { before, after } if before.class != after.class => {
                format!("change {} to {}", before.class, after.class)
            }
            Self::Replace { before, after } if before.bbox != after.bbox => format!("move or resize {}", after.class),
            Self::Replace { after, .. } => format!("change attributes of {}", after.class),
            Self::Reject { .. } => "reject suggestion".to_owned(),
            Self::Unreject { .. } => "take back a rejection".to_owned(),
            Self::Batch { changes } => match changes.as_slice() {
                [only] => only.summary(),
                [first, ..] => format!("{} and {} more", first.summary(), changes.len() - 1),
                [] => "nothing".to_owned(),
            },
        }
    }
}

fn require(holds: bool, why: impl FnOnce() -> String) -> Result<(), DomainError> {
    if holds { Ok(()) } else { Err(DomainError::Change(why())) }
}

fn insert(labels: &mut Labels, index: usize, object: &Object) -> Result<(), DomainError> {
    require(index <= labels.objects.len(), || {
        format!("position {index} is past the {} objects there are", labels.objects.len())
    })?;
    require(labels.position(&object.id).is_none(), || format!("object {} is there already", object.id))?;
    labels.objects.insert(index, object.clone());
    Ok(())
}

fn remove(labels: &mut Labels, index: usize, object: &Object) -> Result<(), DomainError> {
    require(labels.objects.get(index) == Some(object), || format!("object {} is not at position {index}", object.id))?;
    labels.objects.remove(index);
    Ok(())
}

fn replace(labels: &mut Labels, before: &Object, after: &Object) -> Result<(), DomainError> {
    require(before.id == after.id, || format!("objects {} and {} differ in identity", before.id, after.id))?;
    let slot = labels.objects.iter_mut().find(|o| *o == before);
    let slot = slot.ok_or_else(|| DomainError::Change(format!("object {} is not as it was", before.id)))?;
    *slot = after.clone();
    Ok(())
}

fn apply_all(labels: &mut Labels, changes: &[Change]) -> Result<(), DomainError> {
    for (done, change) in changes.iter().enumerate() {
        if let Err(error) = change.apply(labels) {
            for earlier in changes[..done].iter().rev() {
                earlier.inverse().apply(labels)?;
            }
            return Err(error);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use concord_geometry::BBox;

    use super::*;
    use crate::object::{ObjectId, Origin, Tier};

    fn object(id: &str) -> Object {
        Object {
            id: ObjectId(id.to_owned()),
            bbox: BBox::new(0.0, 0.0, 10.0, 10.0).expect("a valid box"),
            class: "bolt".to_owned(),
            subclass: None,
            attributes: crate::object::Attributes::new(),
            tier: Tier::Sure,
            origin: Origin::Drawn,
        }
    }

    #[test]
    fn a_batch_that_fails_half_way_changes_nothing() {
        let mut labels = Labels { objects: vec![object("a")], ..Labels::default() };
        let before = labels.clone();
        let batch = Change::Batch {
            changes: vec![
                Change::Insert { index: 1, object: object("b") },
                Change::Insert { index: 0, object: object("a") },
            ],
        };
        assert!(batch.apply(&mut labels).is_err());
        assert_eq!(labels, before);
    }

    #[test]
    fn a_change_that_does_not_fit_is_refused() {
        let mut labels = Labels::default();
        let change = Change::Remove { index: 0, object: object("a") };
        assert!(change.apply(&mut labels).is_err());
        let suggestion = SuggestionId { run: "r".to_owned(), index: 0 };
        assert!(Change::Unreject { suggestion }.apply(&mut labels).is_err());
    }
}
