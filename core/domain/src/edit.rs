//! An edit: the intent to alter a label set, turned into the change that does it.

use concord_geometry::BBox;

use crate::change::Change;
use crate::label_set::Labels;
use crate::object::{AttributeValue, Object, ObjectId, Origin, Tier};
use crate::ontology::Ontology;
use crate::suggestion::Suggestion;

/// What an annotator wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Draw a new object of a class.
    Draw {
        /// Its box.
        bbox: BBox,
        /// Its class.
        class: String,
    },
    /// Give an object another box.
    Reshape {
        /// Which object.
        id: ObjectId,
        /// The new box.
        bbox: BBox,
    },
    /// Delete objects.
    Delete(Vec<ObjectId>),
    /// Give objects another class; sub-class and attributes that do not belong to it are dropped.
    SetClass(Vec<ObjectId>, String),
    /// Give objects a sub-class or take it away.
    SetSubclass(Vec<ObjectId>, Option<String>),
    /// Give objects an attribute value or take it away.
    SetAttribute(Vec<ObjectId>, String, Option<AttributeValue>),
    /// Say how sure one is of objects.
    SetTier(Vec<ObjectId>, Tier),
    /// Take suggestions over as objects.
    Accept(Vec<Suggestion>),
    /// Turn a suggestion down.
    Reject(Suggestion),
    /// Add copies of objects, moved by so many pixels.
    Paste(Vec<Object>, f64),
}

/// The change that carries out `edit` on `labels`, or `None` when there is nothing to do.
///
/// New objects take their ids from `next_id` and start with the ontology's default attribute values.
pub fn resolve(
    edit: &Edit,
    labels: &Labels,
    ontology: &Ontology,
    next_id: &mut dyn FnMut() -> ObjectId,
) -> Option<Change> {
    let changes = match edit {
        Edit::Draw { bbox, class } => {
            vec![insert(labels.objects.len(), new_object(*bbox, class, Origin::Drawn, ontology, next_id()))]
        }
        Edit::Reshape { id, bbox } => {
            alter(labels, std::slice::from_ref(id), |o| o.bbox = *bbox).map(mark_edited).collect()
        }
        Edit::Delete(ids) => delete(labels, ids),
        Edit::SetClass(ids, class) => alter(labels, ids, |o| set_class(o, class, ontology)).map(mark_edited).collect(),
        Edit::SetSubclass(ids, subclass) => alter(labels, ids, |o| o.subclass.clone_from(subclass)).collect(),
        Edit::SetAttribute(ids, name, value) => alter(labels, ids, |o| {
            match value {
                Some(value) => o.attributes.insert(name.clone(), value.clone()),
                None => o.attributes.remove(name),
            };
        })
        .collect(),
        Edit::SetTier(ids, tier) => alter(labels, ids, |o| o.tier = *tier).collect(),
        Edit::Accept(suggestions) => accept(labels, suggestions, ontology, next_id),
        Edit::Reject(suggestion) if labels.has_settled(&suggestion.id) => vec![],
        Edit::Reject(suggestion) => vec![Change::Reject { suggestion: suggestion.id.clone() }],
        Edit::Paste(objects, offset_px) => paste(labels, objects, *offset_px, next_id),
    };
    match changes.len() {
        0 => None,
        1 => changes.into_iter().next(),
        _ => Some(Change::Batch { changes }),
    }
}

fn insert(index: usize, object: Object) -> Change {
    Change::Insert { index, object }
}

fn new_object(bbox: BBox, class: &str, origin: Origin, ontology: &Ontology, id: ObjectId) -> Object {
    let mut object = Object {
        id,
        bbox,
        class: class.to_owned(),
        subclass: None,
        attributes: crate::object::Attributes::new(),
        tier: Tier::Sure,
        origin,
    };
    ontology.fill_defaults(&mut object);
    object
}

fn alter(labels: &Labels, ids: &[ObjectId], edit: impl Fn(&mut Object)) -> impl Iterator<Item = Change> {
    ids.iter().filter_map(|id| labels.object(id)).filter_map(move |before| {
        let mut after = before.clone();
        edit(&mut after);
        (after != *before).then(|| Change::Replace { before: before.clone(), after })
    })
}

/// An accepted suggestion whose geometry or class was changed says so from then on.
fn mark_edited(change: Change) -> Change {
    match change {
        Change::Replace { before, mut after } => {
            if let Origin::Suggestion { edited, .. } = &mut after.origin {
                *edited = true;
            }
            Change::Replace { before, after }
        }
        other => other,
    }
}

fn set_class(object: &mut Object, class: &str, ontology: &Ontology) {
    class.clone_into(&mut object.class);
    let subclasses = ontology.class(class).map(|c| c.subclasses.as_slice()).unwrap_or_default();
    object.subclass.take_if(|s| !subclasses.contains(s));
    object.attributes.retain(|name, _| ontology.attributes_of(class).any(|a| &a.name == name));
    ontology.fill_defaults(object);
}

fn delete(labels: &Labels, ids: &[ObjectId]) -> Vec<Change> {
    let mut at: Vec<usize> = ids.iter().filter_map(|id| labels.position(id)).collect();
    at.sort_unstable();
    at.dedup();
    // From the back, so that the positions of those still to go stay right.
    at.into_iter().rev().map(|index| Change::Remove { index, object: labels.objects[index].clone() }).collect()
}

fn accept(
    labels: &Labels,
    suggestions: &[Suggestion],
    ontology: &Ontology,
    next_id: &mut dyn FnMut() -> ObjectId,
) -> Vec<Change> {
    let open =
        suggestions.iter().filter(|s| !labels.has_settled(&s.id) && ontology.class(&s.prediction.class).is_some());
    open.enumerate()
        .map(|(n, s)| {
            let origin = Origin::Suggestion { suggestion: s.id.clone(), score: s.prediction.score, edited: false };
            let object = new_object(s.prediction.bbox, &s.prediction.class, origin, ontology, next_id());
            insert(labels.objects.len() + n, object)
        })
        .collect()
}

fn paste(labels: &Labels, objects: &[Object], offset_px: f64, next_id: &mut dyn FnMut() -> ObjectId) -> Vec<Change> {
    let copies = objects.iter().enumerate().map(|(n, original)| {
        let mut copy = original.clone();
        copy.id = next_id();
        copy.bbox = original.bbox.moved(offset_px, offset_px);
        copy.origin = Origin::Copied { from: original.id.clone() };
        insert(labels.objects.len() + n, copy)
    });
    copies.collect()
}

#[cfg(test)]
mod tests {
    use concord_geometry::BBox;
    use proptest::prelude::*;

    use super::*;
    use crate::object::SuggestionId;
    use crate::suggestion::Prediction;

    fn ontology() -> Ontology {
        Ontology::from_toml(
            "name = 'b'\nversion = 1\n[[class]]\nname = 'bolt'\nsubclasses = ['hex']\n[[class]]\nname = 'nut'\n\
             [[attribute]]\nname = 'damaged'\nkind = 'flag'\ndefault = false",
        )
        .expect("a valid ontology")
    }

    fn suggestion(index: u32) -> Suggestion {
        let bbox = BBox::new(1.0, 1.0, 9.0, 9.0).expect("a valid box");
        let prediction = Prediction { bbox, class: "bolt".to_owned(), score: 0.5, class_scores: vec![] };
        Suggestion { id: SuggestionId { run: "r".to_owned(), index }, prediction }
    }

    fn ids() -> impl FnMut() -> ObjectId {
        let mut next = 0;
        move || {
            next += 1;
            ObjectId(format!("o{next}"))
        }
    }

    #[test]
    fn an_accepted_suggestion_remembers_that_it_was_edited() {
        let (ontology, mut next_id, mut labels) = (ontology(), ids(), Labels::default());
        let mut perform = |edit: Edit, labels: &mut Labels| {
            let change = resolve(&edit, labels, &ontology, &mut next_id).expect("something to do");
            change.apply(labels).expect("it fits");
        };
        perform(Edit::Accept(vec![suggestion(0)]), &mut labels);
        assert!(matches!(labels.objects[0].origin, Origin::Suggestion { edited: false, .. }));
        let bbox = BBox::new(1.0, 1.0, 8.0, 9.0).expect("a valid box");
        perform(Edit::Reshape { id: labels.objects[0].id.clone(), bbox }, &mut labels);
        assert!(matches!(labels.objects[0].origin, Origin::Suggestion { edited: true, .. }));
    }

    #[test]
    fn a_suggestion_is_settled_once() {
        let (ontology, mut next_id, mut labels) = (ontology(), ids(), Labels::default());
        let accept = Edit::Accept(vec![suggestion(0)]);
        resolve(&accept, &labels, &ontology, &mut next_id).expect("new").apply(&mut labels).expect("it fits");
        assert_eq!(resolve(&accept, &labels, &ontology, &mut next_id), None);
        assert_eq!(resolve(&Edit::Reject(suggestion(0)), &labels, &ontology, &mut next_id), None);
    }

    #[test]
    fn another_class_drops_what_does_not_belong_to_it() {
        let (ontology, mut next_id, mut labels) = (ontology(), ids(), Labels::default());
        let bbox = BBox::new(1.0, 1.0, 9.0, 9.0).expect("a valid box");
        for edit in [
            Edit::Draw { bbox, class: "bolt".to_owned() },
            Edit::SetSubclass(vec![ObjectId("o1".to_owned())], Some("hex".to_owned())),
            Edit::SetClass(vec![ObjectId("o1".to_owned())], "nut".to_owned()),
        ] {
            resolve(&edit, &labels, &ontology, &mut next_id).expect("to do").apply(&mut labels).expect("it fits");
        }
        assert_eq!((labels.objects[0].class.as_str(), &labels.objects[0].subclass), ("nut", &None));
        assert_eq!(labels.objects[0].attributes.get("damaged"), Some(&AttributeValue::Flag(false)));
    }

    fn any_edit() -> impl Strategy<Value = (u8, usize, f64)> {
        (0u8..9, 0usize..6, 0.0..50.0f64)
    }

    proptest! {
        /// Undoing every change in reverse gives the empty label set, and redoing them gives the last one again.
        #[test]
        fn every_edit_can_be_undone_and_redone(script in prop::collection::vec(any_edit(), 0..40)) {
            let (ontology, mut next_id, mut labels) = (ontology(), ids(), Labels::default());
            let mut done = Vec::new();
            for (kind, pick, x) in script {
                let bbox = BBox::new(x, x, x + 10.0, x + 12.0).expect("a valid box");
                let id = labels.objects.get(pick).map_or(ObjectId("none".to_owned()), |o| o.id.clone());
                let all: Vec<ObjectId> = labels.objects.iter().map(|o| o.id.clone()).collect();
                let edit = match kind {
                    0 => Edit::Draw { bbox, class: "bolt".to_owned() },
                    1 => Edit::Reshape { id, bbox },
                    2 => Edit::Delete(vec![id]),
                    3 => Edit::Delete(all),
                    4 => Edit::SetClass(all, "nut".to_owned()),
                    5 => Edit::SetTier(vec![id], Tier::Unsure),
                    6 => Edit::Accept(vec![suggestion(pick as u32), suggestion(pick as u32 + 1)]),
                    7 => Edit::Reject(suggestion(pick as u32)),
                    _ => Edit::Paste(labels.objects.iter().take(pick).cloned().collect(), x),
                };
                if let Some(change) = resolve(&edit, &labels, &ontology, &mut next_id) {
                    change.apply(&mut labels).expect("a resolved change fits");
                    done.push(change);
                }
            }
            let last = labels.clone();
            for change in done.iter().rev() {
                change.inverse().apply(&mut labels).expect("the inverse fits");
            }
            prop_assert_eq!(&labels, &Labels::default());
            for change in &done {
                change.apply(&mut labels).expect("redo fits");
            }
            prop_assert_eq!(labels, last);
        }
    }
}
