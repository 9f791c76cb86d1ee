//! An edit: the intent to alter a label set, turned into the change that does it.

use std::collections::{BTreeMap, BTreeSet};

use concord_geometry::Geometry;

use crate::change::Change;
use crate::label_set::{Labels, Relation};
use crate::object::{AttributeValue, Object, ObjectId, Origin, PromptedBy, Tier};
use crate::ontology::Ontology;
use crate::rejection::RejectReason;
use crate::suggestion::Suggestion;

/// What an annotator wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Draw a new object of a class.
    Draw {
        /// Where it is.
        geometry: Geometry,
        /// Its class.
        class: String,
    },
    /// Take over what a model made of a prompt: as the geometry of an object that there is, or as a new one.
    Segment {
        /// The object that gets the geometry; `None` for a new one.
        object: Option<ObjectId>,
        /// The class of a new one.
        class: String,
        /// Where it is.
        geometry: Geometry,
        /// The model that found it.
        by: PromptedBy,
    },
    /// Give objects other geometries, of whatever kind.
    Reshape(Vec<(ObjectId, Geometry)>),
    /// Give objects the geometries that they have in a mirror, left and right exchanged: as [`Edit::Reshape`], and points
    /// of a template that take each other's places in a mirrored image exchange their names.
    Mirror(Vec<(ObjectId, Geometry)>),
    /// Delete objects, and their relations with them.
    Delete(Vec<ObjectId>),
    /// Give objects another class; sub-class and attributes that do not belong to it are dropped.
    SetClass(Vec<ObjectId>, String),
    /// Give objects a class and a sub-class of it.
    Classify(Vec<ObjectId>, String, String),
    /// Give objects a sub-class or take it away.
    SetSubclass(Vec<ObjectId>, Option<String>),
    /// Give objects an attribute value or take it away.
    SetAttribute(Vec<ObjectId>, String, Option<AttributeValue>),
    /// Say how sure one is of objects.
    SetTier(Vec<ObjectId>, Tier),
    /// Make objects one group of their own.
    Group(Vec<ObjectId>),
    /// Take objects out of their groups.
    Ungroup(Vec<ObjectId>),
    /// Move objects in the drawing order.
    Arrange(Vec<ObjectId>, Arrange),
    /// Cut objects into pieces: of each, the first takes its place, and the others are new objects like it just above.
    Split(Vec<(ObjectId, Vec<Geometry>)>),
    /// Make several objects one: the first takes the geometry, the others are deleted.
    Join(Vec<ObjectId>, Geometry),
    /// Give the image a tag, or take it off.
    Tag(String, bool),
    /// Tie two objects.
    Relate(Relation),
    /// Untie two objects.
    Unrelate(Relation),
    /// Say that there is nothing to label, or take that back.
    ConfirmEmpty(bool),
    /// Take suggestions over as objects.
    Accept(Vec<Suggestion>),
    /// Turn a suggestion down, with what is wrong with it where that is said.
    Reject(Suggestion, Option<RejectReason>),
    /// Add copies of objects, moved by so many pixels.
    Paste(Vec<Object>, f64),
}

/// A way through the drawing order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrange {
    /// One step towards the front.
    Forward,
    /// One step towards the back.
    Backward,
    /// Before all others.
    ToFront,
    /// Behind all others.
    ToBack,
}

/// The change that carries out `edit` on `labels`, or `None` when there is nothing to do.
///
/// New objects take their ids from `next_id` and start with the ontology's default attribute values. What adds objects
/// takes back that there is nothing to label.
pub fn resolve(
    edit: &Edit,
    labels: &Labels,
    ontology: &Ontology,
    next_id: &mut dyn FnMut() -> ObjectId,
) -> Option<Change> {
    let mut changes = match edit {
        Edit::Draw { geometry, class } => {
            vec![insert(labels.objects.len(), new_object(geometry, class, Origin::Drawn, ontology, next_id()))]
        }
        Edit::Segment { object: None, class, geometry, by } => {
            let origin = Origin::Prompted { by: by.clone(), edited: false };
            vec![insert(labels.objects.len(), new_object(geometry, class, origin, ontology, next_id()))]
        }
        Edit::Segment { object: Some(id), geometry, by, .. } => segment(labels, id, geometry, by),
        Edit::Reshape(shapes) => reshape(labels, shapes, |_, shape| shape.clone()),
        Edit::Mirror(shapes) => reshape(labels, shapes, |object, shape| with_names_exchanged(object, shape, ontology)),
        Edit::Delete(ids) => delete(labels, ids),
        Edit::SetClass(ids, class) => alter(labels, ids, |o| set_class(o, class, ontology)).map(mark_edited).collect(),
        Edit::Classify(ids, class, subclass) => {
            let classify = |o: &mut Object| {
                set_class(o, class, ontology);
                o.subclass = Some(subclass.clone());
            };
            alter(labels, ids, settled(ontology, classify)).map(mark_edited).collect()
        }
        Edit::SetSubclass(ids, subclass) => {
            alter(labels, ids, settled(ontology, |o| o.subclass.clone_from(subclass))).collect()
        }
        Edit::SetAttribute(ids, name, value) => {
            let set = settled(ontology, |o| {
                match value {
                    Some(value) => o.attributes.insert(name.clone(), value.clone()),
                    None => o.attributes.remove(name),
                };
            });
            alter(labels, ids, set).collect()
        }
        Edit::SetTier(ids, tier) => alter(labels, ids, |o| o.tier = *tier).collect(),
        Edit::Group(ids) => {
            let group = free_group(labels);
            alter(labels, ids, |o| o.group = Some(group.clone())).collect()
        }
        Edit::Ungroup(ids) => alter(labels, ids, |o| o.group = None).collect(),
        Edit::Arrange(ids, way) => arrange(labels, ids, *way),
        Edit::Split(cuts) => split(labels, cuts, next_id),
        Edit::Join(ids, geometry) => join(labels, ids, geometry),
        Edit::Tag(tag, true) if !labels.tags.contains(tag) => vec![Change::Tag { tag: tag.clone() }],
        Edit::Tag(tag, false) if labels.tags.contains(tag) => vec![Change::Untag { tag: tag.clone() }],
        Edit::Relate(relation) if may_relate(labels, relation) => vec![Change::Relate { relation: relation.clone() }],
        Edit::Unrelate(relation) if labels.relations.contains(relation) => {
            vec![Change::Unrelate { relation: relation.clone() }]
        }
        Edit::ConfirmEmpty(empty) if *empty != labels.confirmed_empty => vec![Change::ConfirmEmpty { empty: *empty }],
        Edit::Accept(suggestions) => accept(labels, suggestions, ontology, next_id),
        Edit::Reject(suggestion, reason) if !labels.has_settled(&suggestion.id) => {
            vec![Change::Reject { suggestion: suggestion.id.clone(), reason: *reason }]
        }
        Edit::Paste(objects, offset_px) => paste(labels, objects, *offset_px, next_id),
        Edit::Tag(..) | Edit::Relate(_) | Edit::Unrelate(_) | Edit::ConfirmEmpty(_) | Edit::Reject(..) => vec![],
    };
    if labels.confirmed_empty && changes.iter().any(|c| matches!(c, Change::Insert { .. })) {
        changes.push(Change::ConfirmEmpty { empty: false });
    }
    match changes.len() {
        0 => None,
        1 => changes.pop(),
        _ => Some(Change::Batch { changes }),
    }
}

fn insert(index: usize, object: Object) -> Change {
    Change::Insert { index, object }
}

fn new_object(geometry: &Geometry, class: &str, origin: Origin, ontology: &Ontology, id: ObjectId) -> Object {
    let mut object = Object { origin, ..Object::new(id, geometry.clone(), class) };
    ontology.fill_defaults(&mut object);
    object
}

/// The objects of these ids in drawing order, with their positions.
fn picked<'a>(labels: &'a Labels, ids: &[ObjectId]) -> Vec<(usize, &'a Object)> {
    let ids: BTreeSet<&ObjectId> = ids.iter().collect();
    labels.objects.iter().enumerate().filter(|(_, o)| ids.contains(&o.id)).collect()
}

fn alter(labels: &Labels, ids: &[ObjectId], edit: impl Fn(&mut Object)) -> impl Iterator<Item = Change> {
    picked(labels, ids).into_iter().filter_map(move |(_, before)| replaced(before, &edit))
}

fn replaced(before: &Object, edit: impl Fn(&mut Object)) -> Option<Change> {
    let mut after = before.clone();
    edit(&mut after);
    (after != *before).then(|| Change::Replace { before: Box::new(before.clone()), after: Box::new(after) })
}

fn reshape(
    labels: &Labels,
    shapes: &[(ObjectId, Geometry)],
    geometry_of: impl Fn(&Object, &Geometry) -> Geometry,
) -> Vec<Change> {
    let shapes: BTreeMap<&ObjectId, &Geometry> = shapes.iter().map(|(id, g)| (id, g)).collect();
    let reshaped = labels.objects.iter().filter_map(|before| {
        let shape = *shapes.get(&before.id)?;
        replaced(before, |o| o.geometry = geometry_of(before, shape)).map(mark_edited)
    });
    reshaped.collect()
}

/// Gives an object the geometry that a model made of a prompt. Where it was drawn, the model has a part in it from now on;
/// where it came from elsewhere, it still did, and was edited.
fn segment(labels: &Labels, id: &ObjectId, geometry: &Geometry, by: &PromptedBy) -> Vec<Change> {
    let Some(before) = labels.object(id) else { return vec![] };
    let change = replaced(before, |object| object.geometry = geometry.clone()).map(mark_edited);
    let settled = change.map(|change| match change {
        Change::Replace { before, mut after } => {
            if matches!(before.origin, Origin::Drawn | Origin::Prompted { .. }) {
                after.origin = Origin::Prompted { by: by.clone(), edited: false };
            }
            Change::Replace { before, after }
        }
        other => other,
    });
    settled.into_iter().collect()
}

/// A mirrored geometry for an object; points under the names that the template of its class gives them in a mirror.
fn with_names_exchanged(object: &Object, mirrored: &Geometry, ontology: &Ontology) -> Geometry {
    match (mirrored, ontology.skeleton_of(&object.class)) {
        (Geometry::Keypoints(points), Some(skeleton)) => Geometry::Keypoints(skeleton.exchanged(points)),
        _ => mirrored.clone(),
    }
}

/// The edit with what follows from it: values of attributes that are hidden now go, and those that are shown now begin
/// with their defaults.
fn settled(ontology: &Ontology, edit: impl Fn(&mut Object)) -> impl Fn(&mut Object) {
    move |object| {
        let before = object.clone();
        edit(object);
        ontology.settle(&before, object);
    }
}

/// An accepted suggestion whose geometry or class was changed says so from then on, and an answer to a prompt, of which
/// the class never was the model's, one whose geometry was.
fn mark_edited(change: Change) -> Change {
    match change {
        Change::Replace { before, mut after } => {
            let is_reshaped = after.geometry != before.geometry;
            match &mut after.origin {
                Origin::Suggestion { edited, .. } | Origin::Settled { edited, .. } => *edited = true,
                Origin::Prompted { edited, .. } => *edited |= is_reshaped,
                _ => {}
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
    ontology.drop_hidden(object);
    ontology.fill_defaults(object);
}

fn delete(labels: &Labels, ids: &[ObjectId]) -> Vec<Change> {
    let gone = picked(labels, ids);
    let names: BTreeSet<&ObjectId> = gone.iter().map(|(_, o)| &o.id).collect();
    let untied = labels.relations.iter().filter(|r| names.contains(&r.from) || names.contains(&r.to));
    let untied = untied.map(|relation| Change::Unrelate { relation: relation.clone() });
    // From the back, so that the positions of those still to go stay right.
    let removed = gone.iter().rev().map(|(index, object)| Change::Remove { index: *index, object: (*object).clone() });
    untied.chain(removed).collect()
}

/// The first name `g1`, `g2` … that no object bears.
fn free_group(labels: &Labels) -> String {
    let taken: BTreeSet<&str> = labels.objects.iter().filter_map(|o| o.group.as_deref()).collect();
    let mut number = 1;
    loop {
        let name = format!("g{number}");
        if !taken.contains(name.as_str()) {
            return name;
        }
        number += 1;
    }
}

fn arrange(labels: &Labels, ids: &[ObjectId], way: Arrange) -> Vec<Change> {
    let mut at: Vec<usize> = picked(labels, ids).into_iter().map(|(place, _)| place).collect();
    let (count, moved) = (labels.objects.len(), at.len());
    // Those nearest to where they go move first, so that none overtakes another and each move leaves the others' places.
    let towards_front = matches!(way, Arrange::Forward | Arrange::ToFront);
    if towards_front {
        at.reverse();
    }
    let steps = at.into_iter().enumerate().filter_map(|(done, from)| {
        let to = match way {
            Arrange::Forward => (from + 1).min(count - 1 - done),
            Arrange::ToFront => count - 1 - done,
            Arrange::Backward => from.saturating_sub(1).max(done),
            Arrange::ToBack => done,
        };
        (from != to).then_some(Change::Reorder { from, to })
    });
    debug_assert!(moved <= count, "ids are taken once");
    steps.collect()
}

fn split(labels: &Labels, cuts: &[(ObjectId, Vec<Geometry>)], next_id: &mut dyn FnMut() -> ObjectId) -> Vec<Change> {
    let cuts: BTreeMap<&ObjectId, &[Geometry]> = cuts.iter().map(|(id, pieces)| (id, pieces.as_slice())).collect();
    let (mut changes, mut added) = (Vec::new(), 0);
    for (place, whole) in labels.objects.iter().enumerate() {
        let Some([first, others @ ..]) = cuts.get(&whole.id).copied() else { continue };
        changes.extend(replaced(whole, |o| o.geometry = first.clone()).map(mark_edited));
        for piece in others {
            let origin = Origin::Copied { from: whole.id.clone() };
            let object = Object { id: next_id(), geometry: piece.clone(), origin, ..whole.clone() };
            // Those that were added before have moved this one up.
            added += 1;
            changes.push(insert(place + added, object));
        }
    }
    changes
}

fn join(labels: &Labels, ids: &[ObjectId], geometry: &Geometry) -> Vec<Change> {
    let Some((first, others)) = ids.split_first() else { return vec![] };
    let mut changes = delete(labels, others);
    changes.extend(reshape(labels, &[(first.clone(), geometry.clone())], |_, shape| shape.clone()));
    changes
}

fn may_relate(labels: &Labels, relation: &Relation) -> bool {
    let is_there = |id: &ObjectId| labels.position(id).is_some();
    relation.from != relation.to
        && is_there(&relation.from)
        && is_there(&relation.to)
        && !labels.relations.contains(relation)
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
            // A model's masks become boxes in a class that has only those.
            let shape = s.prediction.shape.clone();
            let fits = |g: &Geometry| ontology.class(&s.prediction.class).is_some_and(|c| c.allows(g.kind()));
            let geometry = shape.filter(fits).unwrap_or(Geometry::Box(s.prediction.bbox));
            let object = new_object(&geometry, &s.prediction.class, origin, ontology, next_id());
            insert(labels.objects.len() + n, object)
        })
        .collect()
}

fn paste(labels: &Labels, objects: &[Object], offset_px: f64, next_id: &mut dyn FnMut() -> ObjectId) -> Vec<Change> {
    let moved = objects.iter().filter_map(|o| Some((o, o.geometry.moved(offset_px, offset_px)?)));
    let copies = moved.enumerate().map(|(n, (original, geometry))| {
        let origin = Origin::Copied { from: original.id.clone() };
        let copy = Object { id: next_id(), geometry, group: None, origin, ..original.clone() };
        insert(labels.objects.len() + n, copy)
    });
    copies.collect()
}

#[cfg(test)]
mod tests;
