//! What is wrong with an object on its own, and the remedy, without regard to where it stands among the others.

use concord_geometry::Geometry;
use concord_language::{Message, say};

use super::{Code, Finding, Fix};
use crate::change::Change;
use crate::label_set::Labels;
use crate::names;
use crate::object::{AttributeValue, Object};
use crate::ontology::Ontology;

/// A finding that stays true while only other objects change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    pub(super) code: Code,
    pub(super) message: Message,
    pub(super) remedy: Option<Remedy>,
}

/// How to mend an object.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Remedy {
    /// Take it out.
    Delete,
    /// Take it out, for the other one says the same.
    DeleteDuplicate,
    /// Give it the part of its geometry that lies in the image.
    Clip(Geometry),
    /// Take its sub-class away.
    ClearSubclass,
    /// Take the value of an attribute away.
    Unset(String),
    /// Give an attribute a value.
    Set(String, AttributeValue),
}

impl Fault {
    pub(super) fn new(code: Code, message: Message, remedy: impl Into<Option<Remedy>>) -> Self {
        Self { code, message, remedy: remedy.into() }
    }

    /// The finding about the object at a place of these labels.
    pub(super) fn finding(&self, place: usize, labels: &Labels, ontology: &Ontology) -> Finding {
        let fix = self.remedy.as_ref().map(|remedy| remedy.fix(place, labels, ontology));
        let object = Some(labels.objects[place].id.clone());
        Finding { code: self.code, object, message: self.message.clone(), fix }
    }
}

impl Remedy {
    fn fix(&self, place: usize, labels: &Labels, ontology: &Ontology) -> Fix {
        let object = &labels.objects[place];
        let replaced = |edit: &dyn Fn(&mut Object)| {
            let mut after = object.clone();
            edit(&mut after);
            ontology.settle(object, &mut after);
            Change::Replace { before: Box::new(object.clone()), after: Box::new(after) }
        };
        let (title, change) = match self {
            Self::Delete => (say!("fix-delete"), delete(place, labels)),
            Self::DeleteDuplicate => (say!("fix-delete-duplicate"), delete(place, labels)),
            Self::Clip(geometry) => (say!("fix-clip"), replaced(&|o: &mut Object| o.geometry = geometry.clone())),
            Self::ClearSubclass => (say!("fix-clear-subclass"), replaced(&|o: &mut Object| o.subclass = None)),
            Self::Unset(name) => {
                let unset = |o: &mut Object| {
                    o.attributes.remove(name);
                };
                (say!("fix-unset", name = name), replaced(&unset))
            }
            Self::Set(name, value) => {
                let set = |o: &mut Object| {
                    o.attributes.insert(name.clone(), value.clone());
                };
                (say!("fix-set", name = name, value = names::value(value)), replaced(&set))
            }
        };
        Fix { title, change }
    }
}

/// The change that takes an object out, and its ties with it.
fn delete(place: usize, labels: &Labels) -> Change {
    let object = &labels.objects[place];
    let remove = Change::Remove { index: place, object: object.clone() };
    let ties = labels.relations.iter().filter(|r| r.from == object.id || r.to == object.id);
    let mut changes: Vec<Change> = ties.map(|r| Change::Unrelate { relation: r.clone() }).collect();
    if changes.is_empty() {
        return remove;
    }
    changes.push(remove);
    Change::Batch { changes }
}
