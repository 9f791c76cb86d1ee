//! A change: the invertible fact that alters labels. Undo, replay and audit all go through it.

use std::collections::HashSet;

use concord_language::{Message, say};
use serde::{Deserialize, Serialize};

use crate::DomainError;
use crate::disagreement::DisagreementId;
use crate::judgement::{Judgement, Verdict};
use crate::label_set::{Labels, Relation};
use crate::names::kind;
use crate::object::{Object, ObjectId, SuggestionId};
use crate::rejection::RejectReason;

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
        before: Box<Object>,
        /// The object as it is now.
        after: Box<Object>,
    },
    /// Moves an object to another position of the drawing order.
    Reorder {
        /// Its position before.
        from: usize,
        /// Its position afterwards.
        to: usize,
    },
    /// Gives the image a tag.
    Tag {
        /// Name of the tag.
        tag: String,
    },
    /// Takes a tag from the image.
    Untag {
        /// Name of the tag.
        tag: String,
    },
    /// Ties two objects.
    Relate {
        /// The tie.
        relation: Relation,
    },
    /// Unties two objects.
    Unrelate {
        /// The tie.
        relation: Relation,
    },
    /// Says that there is nothing to label, or takes that back.
    ConfirmEmpty {
        /// What is said from now on.
        empty: bool,
    },
    /// Turns a suggestion down.
    Reject {
        /// Which one.
        suggestion: SuggestionId,
        /// What is wrong with it, where that was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<RejectReason>,
    },
    /// Takes a rejection back.
    Unreject {
        /// Which one.
        suggestion: SuggestionId,
        /// The reason that it had.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<RejectReason>,
    },
    /// Makes an empty draft one in which somebody judges.
    TakeUp {
        /// What is judged; without verdicts.
        judgement: Judgement,
    },
    /// Makes it an empty draft again; every verdict was taken back before.
    PutDown {
        /// What was judged.
        judgement: Judgement,
    },
    /// Gives a verdict on a disagreement, alters it, or takes it back.
    Judge {
        /// Which disagreement.
        disagreement: DisagreementId,
        /// The verdict before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Verdict>,
        /// The verdict from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Verdict>,
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
            Self::Reorder { from, to } => Self::Reorder { from: *to, to: *from },
            Self::Tag { tag } => Self::Untag { tag: tag.clone() },
            Self::Untag { tag } => Self::Tag { tag: tag.clone() },
            Self::Relate { relation } => Self::Unrelate { relation: relation.clone() },
            Self::Unrelate { relation } => Self::Relate { relation: relation.clone() },
            Self::ConfirmEmpty { empty } => Self::ConfirmEmpty { empty: !empty },
            Self::Reject { suggestion, reason } => Self::Unreject { suggestion: suggestion.clone(), reason: *reason },
            Self::Unreject { suggestion, reason } => Self::Reject { suggestion: suggestion.clone(), reason: *reason },
            Self::TakeUp { judgement } => Self::PutDown { judgement: judgement.clone() },
            Self::PutDown { judgement } => Self::TakeUp { judgement: judgement.clone() },
            Self::Judge { disagreement, before, after } => {
                Self::Judge { disagreement: disagreement.clone(), before: after.clone(), after: before.clone() }
            }
            Self::Batch { changes } => Self::Batch { changes: changes.iter().rev().map(Self::inverse).collect() },
        }
    }

    /// Applies the change. When it does not fit, the labels are left as they were and the error says why.
    pub fn apply(&self, labels: &mut Labels) -> Result<(), DomainError> {
        Application::of(self, labels).run(self, labels)
    }

    /// Number of single changes it is made of.
    pub fn size(&self) -> usize {
        match self {
            Self::Batch { changes } => changes.iter().map(Self::size).sum(),
            _ => 1,
        }
    }

    /// The objects that it replaces or takes out.
    pub fn altered(&self) -> Vec<&ObjectId> {
        match self {
            Self::Replace { before, .. } => vec![&before.id],
            Self::Remove { object, .. } => vec![&object.id],
            Self::Batch { changes } => changes.iter().flat_map(Self::altered).collect(),
            _ => vec![],
        }
    }

    /// The objects that it adds, in the order in which it does.
    pub fn inserted(&self) -> Vec<&ObjectId> {
        match self {
            Self::Insert { object, .. } => vec![&object.id],
            Self::Batch { changes } => changes.iter().flat_map(Self::inserted).collect(),
            _ => vec![],
        }
    }

    fn is_judging(&self) -> bool {
        match self {
            Self::TakeUp { .. } | Self::PutDown { .. } | Self::Judge { .. } => true,
            Self::Batch { changes } => changes.iter().any(Self::is_judging),
            _ => false,
        }
    }

    /// True when it makes a draft one in which somebody judges.
    pub fn takes_up(&self) -> bool {
        match self {
            Self::TakeUp { .. } => true,
            Self::Batch { changes } => changes.iter().any(Self::takes_up),
            _ => false,
        }
    }

    /// Number of verdicts in it.
    fn judged(&self) -> usize {
        match self {
            Self::Judge { .. } => 1,
            Self::Batch { changes } => changes.iter().map(Self::judged).sum(),
            _ => 0,
        }
    }

    /// A few words for the history: "add bolt", "change 3 objects" …
    pub fn summary(&self) -> Message {
        match self {
            Self::Insert { object, .. } => say!("change-add", class = &object.class),
            Self::Remove { object, .. } => say!("change-delete", class = &object.class),
            Self::Replace { before, after } if before.class != after.class => {
                say!("change-class", before = &before.class, after = &after.class)
            }
            Self::Replace { before, after } if before.geometry.kind() != after.geometry.kind() => {
                say!("change-kind", class = &after.class, kind = kind(after.geometry.kind()))
            }
            Self::Replace { before, after } if before.geometry != after.geometry => {
                say!("change-shape", class = &after.class)
            }
            Self::Replace { before, after } if before.group != after.group => {
                say!("change-group", class = &after.class)
            }
            Self::Replace { after, .. } => say!("change-attributes", class = &after.class),
            Self::Reorder { .. } => say!("change-order"),
            Self::Tag { tag } => say!("change-tag", tag = tag),
            Self::Untag { tag } => say!("change-untag", tag = tag),
            Self::Relate { relation } => say!("change-relate", kind = &relation.kind),
            Self::Unrelate { relation } => say!("change-unrelate", kind = &relation.kind),
            Self::ConfirmEmpty { empty: true } => say!("change-confirm-empty"),
            Self::ConfirmEmpty { empty: false } => say!("change-unconfirm-empty"),
            Self::Reject { reason: Some(reason), .. } => say!("change-reject-as", reason = reason.message()),
            Self::Reject { reason: None, .. } => say!("change-reject"),
            Self::Unreject { .. } => say!("change-unreject"),
            Self::TakeUp { judgement } => say!("change-take-up", count = judgement.sets.len()),
            Self::PutDown { .. } => say!("change-put-down"),
            Self::Judge { after: Some(_), .. } => say!("change-judge"),
            Self::Judge { after: None, .. } => say!("change-unjudge"),
            // What a batch of a judge is for is not told by the objects that come of it.
            Self::Batch { changes } => match (self.judged(), changes.iter().find(|change| change.is_judging())) {
                (2.., _) => say!("change-judge-several", count = self.judged()),
                (_, Some(judging)) => judging.summary(),
                (_, None) => summary_of_several(changes),
            },
        }
    }
}

fn summary_of_several(changes: &[Change]) -> Message {
    match changes {
        [only] => only.summary(),
        [first, ..] => say!("change-more", first = first.summary(), count = changes.len() - 1),
        [] => say!("change-nothing"),
    }
}

fn require(holds: bool, why: impl FnOnce() -> String) -> Result<(), DomainError> {
    if holds { Ok(()) } else { Err(DomainError::Change(why())) }
}

/// Batches longer than this look ids up in a set.
const LONG: usize = 16;

/// What is remembered from one single change of a batch to the next, so that a long batch costs what it touches.
struct Application {
    /// The ids there are, for long batches.
    ids: Option<HashSet<ObjectId>>,
    /// Where the last replaced object was; the next one is most often behind it.
    cursor: usize,
}

impl Application {
    fn of(change: &Change, labels: &Labels) -> Self {
        let ids = (change.size() > LONG).then(|| labels.objects.iter().map(|o| o.id.clone()).collect());
        Self { ids, cursor: 0 }
    }

    fn run(&mut self, change: &Change, labels: &mut Labels) -> Result<(), DomainError> {
        match change {
            Change::Insert { index, object } => self.insert(labels, *index, object),
            Change::Remove { index, object } => self.remove(labels, *index, object),
            Change::Replace { before, after } => self.replace(labels, before, after),
            Change::Reorder { from, to } => reorder(labels, *from, *to),
            Change::Tag { tag } => {
                require(labels.tags.insert(tag.clone()), || format!("the image has tag {tag} already"))
            }
            Change::Untag { tag } => require(labels.tags.remove(tag), || format!("the image has no tag {tag}")),
            Change::Relate { relation } => self.relate(labels, relation),
            Change::Unrelate { relation } => {
                let known = labels.relations.remove(relation);
                require(known, || format!("{} and {} are not tied so", relation.from, relation.to))
            }
            Change::ConfirmEmpty { empty } => {
                require(labels.confirmed_empty != *empty, || "that was said already".to_owned())?;
                labels.confirmed_empty = *empty;
                Ok(())
            }
            Change::Reject { suggestion, reason } => {
                let new = labels.rejected.insert(suggestion.clone(), *reason);
                require(new, || format!("suggestion {} is rejected already", suggestion.index))
            }
            Change::Unreject { suggestion, reason } => {
                let known = labels.rejected.remove(suggestion, *reason);
                require(known, || format!("suggestion {} is not rejected, or for another reason", suggestion.index))
            }
            Change::TakeUp { judgement } => {
                let is_empty = *labels == Labels::default();
                require(is_empty, || {
                    "what is judged is judged in a label set of its own, which is not empty".to_owned()
                })?;
                labels.judgement = Some(judgement.clone());
                Ok(())
            }
            Change::PutDown { judgement } => {
                let is_this = labels.judgement.as_ref() == Some(judgement);
                require(is_this, || "this is not what is judged here, or there are verdicts on it".to_owned())?;
                labels.judgement = None;
                Ok(())
            }
            Change::Judge { disagreement, before, after } => {
                judge(labels, disagreement, before.as_ref(), after.as_ref())
            }
            Change::Batch { changes } => self.all(labels, changes),
        }
    }

    fn all(&mut self, labels: &mut Labels, changes: &[Change]) -> Result<(), DomainError> {
        for (done, change) in changes.iter().enumerate() {
            if let Err(error) = self.run(change, labels) {
                for earlier in changes[..done].iter().rev() {
                    self.run(&earlier.inverse(), labels)?;
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn knows(&self, labels: &Labels, id: &ObjectId) -> bool {
        self.ids.as_ref().map_or_else(|| labels.position(id).is_some(), |ids| ids.contains(id))
    }

    fn insert(&mut self, labels: &mut Labels, index: usize, object: &Object) -> Result<(), DomainError> {
        require(index <= labels.objects.len(), || {
            format!("position {index} is past the {} objects there are", labels.objects.len())
        })?;
        require(!self.knows(labels, &object.id), || format!("object {} is there already", object.id))?;
        labels.objects.insert(index, object.clone());
        if let Some(ids) = &mut self.ids {
            ids.insert(object.id.clone());
        }
        Ok(())
    }

    fn remove(&mut self, labels: &mut Labels, index: usize, object: &Object) -> Result<(), DomainError> {
        let is_there = labels.objects.get(index) == Some(object);
        require(is_there, || format!("object {} is not at position {index}", object.id))?;
        let is_tied = labels.relations.iter().any(|r| r.from == object.id || r.to == object.id);
        require(!is_tied, || format!("object {} is tied to another one", object.id))?;
        labels.objects.remove(index);
        if let Some(ids) = &mut self.ids {
            ids.remove(&object.id);
        }
        Ok(())
    }

    fn replace(&mut self, labels: &mut Labels, before: &Object, after: &Object) -> Result<(), DomainError> {
        require(before.id == after.id, || format!("objects {} and {} differ in identity", before.id, after.id))?;
        let count = labels.objects.len();
        let places = (self.cursor.min(count)..count).chain(0..self.cursor.min(count));
        let place = places.into_iter().find(|place| labels.objects[*place].id == before.id);
        let place = place.filter(|place| labels.objects[*place] == *before);
        let place = place.ok_or_else(|| DomainError::Change(format!("object {} is not as it was", before.id)))?;
        labels.objects[place] = after.clone();
        self.cursor = place;
        Ok(())
    }

    fn relate(&self, labels: &mut Labels, relation: &Relation) -> Result<(), DomainError> {
        for end in [&relation.from, &relation.to] {
            require(self.knows(labels, end), || format!("there is no object {end} to tie"))?;
        }
        require(labels.relations.insert(relation.clone()), || "the objects are tied so already".to_owned())
    }
}

fn judge(
    labels: &mut Labels,
    disagreement: &DisagreementId,
    before: Option<&Verdict>,
    after: Option<&Verdict>,
) -> Result<(), DomainError> {
    let nothing = || DomainError::Change("nothing is judged in this label set".to_owned());
    let verdicts = &mut labels.judgement.as_mut().ok_or_else(nothing)?.verdicts;
    require(verdicts.get(disagreement) == before, || format!("the verdict on {} is another one", disagreement.0))?;
    match after {
        Some(verdict) => verdicts.insert(disagreement.clone(), verdict.clone()),
        None => verdicts.remove(disagreement),
    };
    Ok(())
}

fn reorder(labels: &mut Labels, from: usize, to: usize) -> Result<(), DomainError> {
    let count = labels.objects.len();
    require(from < count && to < count, || format!("positions {from} and {to} are not among the {count} objects"))?;
    let object = labels.objects.remove(from);
    labels.objects.insert(to, object);
    Ok(())
}

#[cfg(test)]
mod tests {
    use concord_geometry::BBox;

    use super::*;

    fn object(id: &str) -> Object {
        Object::new(ObjectId(id.to_owned()), BBox::new(0.0, 0.0, 10.0, 10.0).expect("a valid box"), "bolt")
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
        assert!(Change::Unreject { suggestion, reason: None }.apply(&mut labels).is_err());
    }
}
