//! Modes of work: drawing one class over and over, and setting one attribute object by object.

use concord_domain::edit::Edit;
use concord_domain::object::AttributeValue;
use concord_domain::ontology::{Attribute, AttributeKind};
use concord_domain::tool::{BoxBy, Refusal};
use concord_language::tr;

use super::gestures::edit;
use super::pointer::refuse;
use super::selection::{select, step_object};
use crate::context::{OpenProject, Update};

/// The attribute that is being set object by object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeMode {
    /// Its name.
    pub attribute: String,
}

/// Values that a key from 1 to 9 sets, in order.
pub(super) fn keyed_values(attribute: &Attribute) -> Vec<AttributeValue> {
    match &attribute.kind {
        AttributeKind::Flag => vec![AttributeValue::Flag(true), AttributeValue::Flag(false)],
        AttributeKind::Choice { values, .. } => values.iter().take(9).cloned().map(AttributeValue::Text).collect(),
        AttributeKind::Number | AttributeKind::Text => vec![],
    }
}

/// Attributes that can be set by a key.
fn keyed(project: &OpenProject) -> Vec<&Attribute> {
    project.versions.ontology.attributes.iter().filter(|a| !keyed_values(a).is_empty()).collect()
}

/// The attribute in hand, with its place among those that can be set by a key.
pub(super) fn current(project: &OpenProject) -> Option<&Attribute> {
    let mode = project.label.attribute_mode.as_ref()?;
    project.versions.ontology.attributes.iter().find(|a| a.name == mode.attribute)
}

/// Begins or ends setting one attribute object by object; begins with the first object and the first attribute.
pub fn toggle_attribute_mode(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    if project.label.attribute_mode.take().is_some() {
        return;
    }
    let first = keyed(project).first().map(|a| a.name.clone());
    let Some(attribute) = first else {
        update.context.messages.info(tr!("label-say-no-key-attribute"));
        return;
    };
    project.label.attribute_mode = Some(AttributeMode { attribute });
    if project.label.selection.main().is_none() {
        step_object(update, 1);
    }
    show_object(update);
}

/// Takes the attribute `by` places on into the hand, around the ends.
pub fn step_attribute(update: &mut Update<'_>, by: isize) {
    let Some(project) = &mut update.context.project else { return };
    let Some(mode) = &project.label.attribute_mode else { return };
    let names: Vec<String> = keyed(project).iter().map(|a| a.name.clone()).collect();
    let at = names.iter().position(|n| *n == mode.attribute).unwrap_or(0);
    let next = (at as isize + by).rem_euclid(names.len().max(1) as isize) as usize;
    if let Some(attribute) = names.get(next).cloned() {
        project.label.attribute_mode = Some(AttributeMode { attribute });
    }
}

/// While an attribute is in hand, gives the object the value of a key and goes to the next; false when none is.
pub(super) fn attribute_key(update: &mut Update<'_>, digit: u8) -> bool {
    let Some(project) = &update.context.project else { return false };
    let Some(attribute) = current(project) else { return false };
    let value = keyed_values(attribute).into_iter().nth(usize::from(digit).wrapping_sub(1));
    let name = attribute.name.clone();
    let object = project.label.selected().filter(|o| attribute.applies_to(&o.class)).map(|o| o.id.clone());
    match (value, object) {
        (Some(value), Some(id)) => {
            if project.label.locked.contains(&id) {
                refuse(update, Refusal::Locked);
                return true;
            }
            edit(update, &Edit::SetAttribute(vec![id], name, Some(value)));
            step_object(update, 1);
            show_object(update);
        }
        (None, _) => update.context.messages.info(tr!("label-say-no-value", attribute = &name, digit = digit)),
        (_, None) => update.context.messages.info(tr!("label-say-no-attribute", attribute = &name)),
    }
    true
}

/// Shows the main selected object large, or without one the focused suggestion.
pub fn show_object(update: &mut Update<'_>) {
    let Some(model) = update.context.project.as_ref().map(|p| &p.label) else { return };
    let suggested = || {
        let session = model.session()?;
        let focused = model.suggestion.as_ref()?;
        session.suggestions.iter().find(|s| s.id == *focused).map(|s| s.prediction.bbox)
    };
    let selected = model.selected().map(concord_domain::object::Object::bounds);
    if let Some(bounds) = selected.or_else(suggested) {
        update.views.label.canvas.show_rect(bounds, SHOW_MARGIN);
    }
}

/// Room around an object that is shown large, in screen points.
const SHOW_MARGIN: f64 = 96.0;

/// Locks the class in hand, so that every gesture draws it, or ends that.
pub fn toggle_quick_class(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    project.label.quick_class = !project.label.quick_class;
    if project.label.quick_class {
        select(update, None);
    }
}

/// Draws boxes by their extreme points, or by dragging again.
pub fn toggle_extreme_points(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let options = &mut project.label.options;
    options.box_by = if options.box_by == BoxBy::Drag { BoxBy::ExtremePoints } else { BoxBy::Drag };
}

/// Smallest and largest radius of the brush, in image pixels.
pub const BRUSH_RADIUS: std::ops::RangeInclusive<f64> = 0.5..=500.0;

/// Gives the brush a radius, in image pixels.
pub fn set_brush(update: &mut Update<'_>, radius_px: f64) {
    if let Some(project) = &mut update.context.project {
        project.label.options.brush_radius_px = radius_px.clamp(*BRUSH_RADIUS.start(), *BRUSH_RADIUS.end());
    }
}

/// Makes the brush larger or smaller by so many steps of a tenth.
pub fn resize_brush(update: &mut Update<'_>, steps: f64) {
    let Some(project) = &mut update.context.project else { return };
    let radius = &mut project.label.options.brush_radius_px;
    *radius = (*radius * 1.1_f64.powf(steps)).clamp(*BRUSH_RADIUS.start(), *BRUSH_RADIUS.end());
}
