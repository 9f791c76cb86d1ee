//! The digits and letters that the ontology gives to classes and tags: in a project they go before the keymap.

use concord_domain::edit::Edit;
use egui::{Event, Modifiers};

use crate::context::{Ask, OpenProject};

/// Takes the presses of keys that the ontology declares out of the input and gives back what they ask for.
///
/// Only keys pressed by themselves count, and only declared ones: digits that stand for the first nine classes
/// unasked are actions of the keymap. While an attribute is set object by object, digits are its values.
pub fn take_ontology_keys(events: &mut Vec<Event>, project: &OpenProject) -> Vec<Ask> {
    let (ontology, mut asks) = (&project.versions.ontology, Vec::new());
    // While something is drawn, keys are for that.
    if project.label.tool.is_busy() {
        return asks;
    }
    let sets_values = project.label.attribute_mode.is_some();
    events.retain(|event| {
        let Event::Key { key, pressed: true, modifiers: Modifiers::NONE, .. } = event else { return true };
        let mut name = key.name().chars();
        let (Some(letter), None) = (name.next(), name.next()) else { return true };
        if letter.is_ascii_digit() && sets_values {
            return true;
        }
        let is_declared = |declared: Option<char>| declared.is_some_and(|d| d.eq_ignore_ascii_case(&letter));
        if let Some(class) = ontology.classes.iter().find(|c| is_declared(c.key)) {
            asks.push(Ask::SetClass(class.name.clone()));
            return false;
        }
        if let Some(tag) = ontology.tags.iter().find(|t| is_declared(t.key)) {
            let has = project.label.session().is_some_and(|s| s.labels.tags.contains(&tag.name));
            asks.push(Ask::Edit(Edit::Tag(tag.name.clone(), !has)));
            return false;
        }
        true
    });
    asks
}
