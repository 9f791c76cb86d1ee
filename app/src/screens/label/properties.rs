//! What is said of the selection by keys: class, certainty, occlusion and the other marks.

use concord_domain::edit::Edit;
use concord_domain::object::{AttributeValue, Object, ObjectId, Tier};
use concord_domain::ontology::{Attribute, AttributeKind};
use concord_language::tr;

use super::gestures::{edit, editable};
use crate::context::{OpenProject, Update};

/// Gives the selection, or the next object, the class of a key; a class without such a key is told.
pub fn invoke_class(update: &mut Update<'_>, digit: u8) {
    let key = char::from(b'0' + digit % 10);
    if super::modes::attribute_key(update, digit) {
        return;
    }
    let Some(project) = &update.context.project else { return };
    let class = project.versions.ontology.class_for_key(key).map(|c| c.name.clone());
    match class {
        Some(class) => set_class(update, class),
        None => update.context.messages.info(tr!("label-say-no-class-key", digit = digit)),
    }
}

/// Gives the selection a class; without a selection, the next object.
pub fn set_class(update: &mut Update<'_>, class: String) {
    if let Some(ids) = classified(update, &class) {
        edit(update, &Edit::SetClass(ids, class));
    }
}

/// Gives the selection a class and a sub-class; without a selection, the next object the class.
pub fn set_subclass(update: &mut Update<'_>, class: String, subclass: String) {
    if let Some(ids) = classified(update, &class) {
        edit(update, &Edit::Classify(ids, class, subclass));
    }
}

/// Takes a class into the hand, and gives back the objects that get it too.
fn classified(update: &mut Update<'_>, class: &str) -> Option<Vec<ObjectId>> {
    let project = update.context.project.as_mut()?;
    class.clone_into(&mut project.label.next_class);
    let for_next = project.label.selection.is_empty() || project.label.quick_class;
    if for_next { None } else { editable(update) }
}

/// Says how sure one is of the selection; 1 is surest.
pub fn change_tier(update: &mut Update<'_>, number: u8) {
    let tier = Tier::ALL.get(usize::from(number).saturating_sub(1)).copied();
    if let Some((tier, ids)) = tier.zip(editable(update)) {
        edit(update, &Edit::SetTier(ids, tier));
    }
}

/// The attribute of this name that the main selected object has, if it is a flag or a choice.
pub fn cyclic_attribute<'a>(project: &'a OpenProject, name: &str) -> Option<&'a Attribute> {
    let class = &project.label.selected()?.class;
    project.versions.ontology.attributes.iter().find(|a| {
        let is_cyclic = matches!(a.kind, AttributeKind::Flag | AttributeKind::Choice { .. });
        is_cyclic && a.name.eq_ignore_ascii_case(name) && a.applies_to(class)
    })
}

/// Gives a flag or choice attribute of the selection its next value: the one after that of the main object.
pub fn cycle_attribute(update: &mut Update<'_>, name: &str) {
    if editable(update).is_none() {
        return;
    }
    let Some(project) = &update.context.project else { return };
    let (Some(attribute), Some(object)) = (cyclic_attribute(project, name), project.label.selected()) else { return };
    let next = next_value(attribute, object);
    let free = project.label.selected_objects().into_iter().filter(|o| !project.label.locked.contains(&o.id));
    let ids: Vec<ObjectId> = free.filter(|o| attribute.applies_to(&o.class)).map(|o| o.id.clone()).collect();
    let wanted = Edit::SetAttribute(ids, attribute.name.clone(), next);
    edit(update, &wanted);
}

fn next_value(attribute: &Attribute, object: &Object) -> Option<AttributeValue> {
    let now = object.attributes.get(&attribute.name);
    match &attribute.kind {
        AttributeKind::Flag => Some(AttributeValue::Flag(now != Some(&AttributeValue::Flag(true)))),
        AttributeKind::Choice { values, .. } => {
            let at = values.iter().position(|v| Some(&AttributeValue::Text(v.clone())) == now);
            let next = at.map_or(0, |i| (i + 1) % values.len().max(1));
            values.get(next).cloned().map(AttributeValue::Text)
        }
        AttributeKind::Number | AttributeKind::Text => None,
    }
}
