//! What is said of the selection by keys: class, certainty, occlusion and the other marks.

use concord_domain::edit::Edit;
use concord_domain::object::{AttributeValue, Object, ObjectId, Tier};
use concord_domain::ontology::{Attribute, AttributeKind};

use super::gestures::edit;
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
        None => update.context.messages.info(format!("No class has the key {digit}")),
    }
}

/// Gives the selection a class; without a selection, the next object.
pub fn set_class(update: &mut Update<'_>, class: String) {
    let Some(project) = &mut update.context.project else { return };
    project.label.next_class.clone_from(&class);
    let ids = project.label.editable_ids();
    if !ids.is_empty() && !project.label.quick_class {
        edit(update, &Edit::SetClass(ids, class));
    }
}

/// Gives the selection a class and a sub-class.
pub fn set_subclass(update: &mut Update<'_>, class: String, subclass: String) {
    set_class(update, class);
    let ids = update.context.project.as_ref().map(|p| p.label.editable_ids()).unwrap_or_default();
    if !ids.is_empty() {
        edit(update, &Edit::SetSubclass(ids, Some(subclass)));
    }
}

/// Says how sure one is of the selection; 1 is surest.
pub fn change_tier(update: &mut Update<'_>, number: u8) {
    let tier = Tier::ALL.get(usize::from(number).saturating_sub(1)).copied();
    let ids = update.context.project.as_ref().map(|p| p.label.editable_ids()).unwrap_or_default();
    if let Some(tier) = tier.filter(|_| !ids.is_empty()) {
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
    let Some(project) = &update.context.project else { return };
    let (Some(attribute), Some(object)) = (cyclic_attribute(project, name), project.label.selected()) else { return };
    let next = next_value(attribute, object);
    let having = |id: &ObjectId| {
        let object = project.label.session().and_then(|s| s.labels.object(id));
        object.is_some_and(|o| attribute.applies_to(&o.class))
    };
    let ids: Vec<ObjectId> = project.label.editable_ids().into_iter().filter(having).collect();
    let wanted = Edit::SetAttribute(ids, attribute.name.clone(), next);
    edit(update, &wanted);
}

fn next_value(attribute: &Attribute, object: &Object) -> Option<AttributeValue> {
    let now = object.attributes.get(&attribute.name);
    match &attribute.kind {
        AttributeKind::Flag => Some(AttributeValue::Flag(now != Some(&AttributeValue::Flag(true)))),
        AttributeKind::Choice { values } => {
            let at = values.iter().position(|v| Some(&AttributeValue::Text(v.clone())) == now);
            let next = at.map_or(0, |i| (i + 1) % values.len().max(1));
            values.get(next).cloned().map(AttributeValue::Text)
        }
        AttributeKind::Number | AttributeKind::Text => None,
    }
}
