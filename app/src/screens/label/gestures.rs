//! Gestures: edits of the current label set. Each is one row of the log.

use concord_domain::change::Change;
use concord_domain::edit::Edit;
use concord_domain::object::{AttributeValue, ObjectId, Tier};
use concord_domain::ontology::AttributeKind;
use concord_domain::tool::{Outcome, Pointer, Scene, ToolKind};
use concord_project::label::{self, Gesture, Session};

use crate::context::Update;
use crate::jobs::{JobEvent, Request};

/// How far a pasted object lies from the one it was copied from, in image pixels.
const PASTE_OFFSET_PX: f64 = 12.0;

/// Carries an edit out and hands it to the log.
pub fn edit(update: &mut Update<'_>, edit: &Edit) {
    let Some(project) = &mut update.context.project else { return };
    let versions = project.versions.clone();
    let Some(session) = project.label.session_mut() else { return };
    if let Some(gesture) = session.perform(edit, &versions) {
        record(update, gesture);
    }
}

/// Carries out a change made for these labels, such as the fix of a finding.
pub fn apply_change(update: &mut Update<'_>, change: Change) {
    perform(update, |session| session.apply(change));
}

/// Takes the latest change back.
pub fn undo(update: &mut Update<'_>) {
    perform(update, Session::undo);
}

/// Does again what was undone.
pub fn redo(update: &mut Update<'_>) {
    perform(update, Session::redo);
}

fn perform(update: &mut Update<'_>, step: impl FnOnce(&mut Session) -> Option<Gesture>) {
    let session = update.context.project.as_mut().and_then(|p| p.label.session_mut());
    if let Some(gesture) = session.and_then(step) {
        record(update, gesture);
    }
}

fn record(update: &mut Update<'_>, gesture: Gesture) {
    let Some(project) = &mut update.context.project else { return };
    let Some(key) = project.label.session().map(|s| s.key.clone()) else { return };
    let number = update.context.outstanding.next_number();
    let ticket = update.context.outstanding.issue(Request::Save(key.sample.clone(), number));
    let deliver = update.jobs.deliver(ticket);
    label::record(&project.desk, number, &key, &project.versions, gesture, |done| {
        deliver(JobEvent::Saved(Box::new(done)));
    });
    project.label.labels_changed(&project.versions);
}

/// Makes an object the selection, or clears the selection.
pub fn select(update: &mut Update<'_>, id: Option<ObjectId>) {
    let Some(project) = &mut update.context.project else { return };
    if project.label.selected != id {
        project.label.selected = id;
        project.label.revision += 1;
    }
}

/// Hands a pointer event to the tool and does what it wants.
pub fn pointer(update: &mut Update<'_>, event: Pointer, reach_px: f64) {
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.label;
    let Some(session) = model.queue.current().and_then(|r| model.shelf.sessions.get(&r.sample)) else { return };
    let objects = &session.labels.objects;
    let scene = Scene { objects, selected: model.selected.as_ref(), class: &model.next_class, reach_px };
    let drew = objects.len();
    match model.tool.handle(event, &scene) {
        Outcome::Nothing => model.preview = None,
        Outcome::Preview(id, bbox) => model.preview = Some((id, bbox)),
        Outcome::Select(id) => {
            model.preview = None;
            select(update, id);
        }
        Outcome::Edit(Edit::Draw { class, .. }) if class.is_empty() => {
            model.preview = None;
            update.context.messages.info("There are no classes yet: write ontology.toml and publish it");
        }
        Outcome::Edit(wanted) => {
            model.preview = None;
            edit(update, &wanted);
            select_added(update, drew);
        }
    }
}

/// Selects the last object when there are more than before.
fn select_added(update: &mut Update<'_>, before: usize) {
    let Some(session) = update.context.project.as_ref().and_then(|p| p.label.session()) else { return };
    if session.labels.objects.len() > before {
        let added = session.labels.objects.last().map(|o| o.id.clone());
        select(update, added);
    }
}

/// Gives the selection, or the next object, the class of a digit.
pub fn invoke_class(update: &mut Update<'_>, digit: u8) {
    let Some(project) = &update.context.project else { return };
    let class = project.versions.ontology.class_for_key(char::from(b'0' + digit)).map(|c| c.name.clone());
    match class {
        Some(class) => set_class(update, class),
        None => update.context.messages.info(format!("No class has the key {digit}")),
    }
}

/// Gives the selection a class; without a selection, the next object.
pub fn set_class(update: &mut Update<'_>, class: String) {
    let Some(project) = &mut update.context.project else { return };
    project.label.next_class.clone_from(&class);
    if let Some(id) = project.label.selected.clone() {
        edit(update, &Edit::SetClass(vec![id], class));
    }
}

/// Says how sure one is of the selection; 1 is surest.
pub fn change_tier(update: &mut Update<'_>, number: u8) {
    let tier = Tier::ALL.get(usize::from(number).saturating_sub(1)).copied();
    if let (Some(id), Some(tier)) = (selected(update), tier) {
        edit(update, &Edit::SetTier(vec![id], tier));
    }
}

fn selected(update: &Update<'_>) -> Option<ObjectId> {
    update.context.project.as_ref()?.label.selected.clone()
}

/// Changes the occlusion attribute of the selection: a flag turns, a choice takes its next value.
pub fn toggle_occlusion(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let Some(object) = project.label.selection() else { return };
    let Some(attribute) = project.occlusion(&object.class) else { return };
    let now = object.attributes.get(&attribute.name);
    let next = match &attribute.kind {
        AttributeKind::Flag => AttributeValue::Flag(now != Some(&AttributeValue::Flag(true))),
        AttributeKind::Choice { values } => {
            let at = values.iter().position(|v| Some(&AttributeValue::Text(v.clone())) == now);
            let next = at.map_or(0, |i| (i + 1) % values.len().max(1));
            AttributeValue::Text(values.get(next).cloned().unwrap_or_default())
        }
        AttributeKind::Number | AttributeKind::Text => return,
    };
    let wanted = Edit::SetAttribute(vec![object.id.clone()], attribute.name.clone(), Some(next));
    edit(update, &wanted);
}

/// Selects the object `by` places on, around the ends.
pub fn step_object(update: &mut Update<'_>, by: isize) {
    let Some(session) = update.context.project.as_ref().and_then(|p| p.label.session()) else { return };
    let objects = &session.labels.objects;
    let at = selected(update).and_then(|id| session.labels.position(&id));
    let next = match (at, by > 0) {
        (Some(at), _) => (at as isize + by).rem_euclid(objects.len().max(1) as isize) as usize,
        (None, true) => 0,
        (None, false) => objects.len().saturating_sub(1),
    };
    let next = objects.get(next).map(|o| o.id.clone());
    select(update, next);
}

/// Deletes the selection.
pub fn delete(update: &mut Update<'_>) {
    if let Some(id) = selected(update) {
        edit(update, &Edit::Delete(vec![id]));
    }
}

/// Keeps the selection for pasting. The clipboard gets its name, so that the window sees something to paste.
pub fn copy(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    if let Some(object) = project.label.selection().cloned() {
        update.egui.copy_text(object.class.clone());
        project.label.clipboard = vec![object];
    }
}

/// Pastes what was copied; with `duplicate`, copies the selection first.
pub fn paste_or_duplicate(update: &mut Update<'_>, duplicate: bool) {
    if duplicate {
        copy(update);
    }
    let Some(project) = &update.context.project else { return };
    let copied = project.label.clipboard.clone();
    let before = project.label.session().map_or(0, |s| s.labels.objects.len());
    if !copied.is_empty() {
        edit(update, &Edit::Paste(copied, PASTE_OFFSET_PX));
        select_added(update, before);
    }
}

/// Takes a tool into the hand. Taking the select tool first gives up a gesture, then the selection.
pub fn take_tool(update: &mut Update<'_>, kind: ToolKind) {
    let Some(project) = &mut update.context.project else { return };
    let model = &mut project.label;
    let was_busy = model.tool.is_busy();
    if model.tool.kind() == kind && !was_busy && kind == ToolKind::Select {
        model.selected = None;
    }
    model.preview = None;
    model.revision += 1;
    let kept = if was_busy { model.tool.kind() } else { kind };
    model.tool = concord_domain::tool::Tool::new(kept);
}
