//! Gestures: edits of the current label set. Each is one row of the log.

use concord_domain::change::Change;
use concord_domain::edit::{Arrange, Edit};
use concord_domain::label_set::Relation;
use concord_domain::object::ObjectId;
use concord_domain::tool::{Pointer, Refusal};
use concord_language::tr;
use concord_project::label::{self, Gesture, Session};
use concord_project::review::Dispute;

use super::pointer::{put_down, refuse, tool_key};
use crate::context::{OpenProject, Update};
use crate::jobs::{JobEvent, Request};
use crate::screens::review;

/// Carries an edit out and hands it to the log.
pub fn edit(update: &mut Update<'_>, edit: &Edit) {
    carry_out(update, edit);
}

/// As [`edit`]; gives back the objects that it added.
fn carry_out(update: &mut Update<'_>, edit: &Edit) -> Vec<ObjectId> {
    if !may_alter(update, true) {
        return vec![];
    }
    let Some(project) = &mut update.context.project else { return vec![] };
    project.review.show_result(true);
    let versions = project.versions.clone();
    let Some(gesture) = project.label.session_mut().and_then(|s| s.perform(edit, &versions)) else { return vec![] };
    let added = gesture.change().inserted().into_iter().cloned().collect();
    record(update, gesture);
    added
}

/// Carries out a change made for these labels, such as the fix of a finding.
pub fn apply_change(update: &mut Update<'_>, change: Change) {
    let is_locked = |project: &OpenProject| change.altered().iter().any(|id| project.label.locked.contains(*id));
    if update.context.project.as_ref().is_some_and(is_locked) {
        refuse(update, Refusal::Locked);
        return;
    }
    put_down(update);
    if may_alter(update, true) {
        perform(update, |session| session.apply(change));
    }
}

/// Takes the latest change back.
pub fn undo(update: &mut Update<'_>) {
    if update.context.project.as_ref().is_some_and(|p| p.label.tool.is_busy()) {
        // What is being drawn is the latest thing done.
        tool_key(update, Pointer::StepBack);
        return;
    }
    if may_alter(update, false) {
        perform_and_follow(update, Session::undo);
    }
}

/// Does again what was undone.
pub fn redo(update: &mut Update<'_>) {
    put_down(update);
    if may_alter(update, false) {
        perform_and_follow(update, Session::redo);
    }
}

/// Goes back in the history, or forth again, until so many changes are done.
pub fn revert_to(update: &mut Update<'_>, kept: usize) {
    put_down(update);
    if !may_alter(update, false) {
        return;
    }
    let session = update.context.project.as_mut().and_then(|p| p.label.session_mut());
    let gestures = session.map(|s| s.revert_to(kept)).unwrap_or_default();
    for gesture in gestures {
        record(update, gesture);
    }
}

/// Carries out a step of a judge, after the dispute was taken up; false when that cannot be.
pub fn judge(update: &mut Update<'_>, step: impl FnOnce(&mut Session) -> Option<Gesture>) -> bool {
    put_down(update);
    let may = may_alter(update, true);
    if may {
        perform(update, step);
    }
    may
}

/// Takes a dispute up in place of one that was judged before and is no longer as it was.
pub fn take_up_again(update: &mut Update<'_>, dispute: &Dispute) {
    put_down(update);
    perform(update, |session| session.take_up(dispute));
}

/// Whether the labels on the screen may be altered; says why not. On the Review screen the first alteration takes the
/// dispute up, as a row of its own, when `takes_up` is set.
fn may_alter(update: &mut Update<'_>, takes_up: bool) -> bool {
    let Some(project) = &update.context.project else { return false };
    if let Some(why) = review::obstacle(project, takes_up) {
        update.context.messages.info(why);
        return false;
    }
    if takes_up && project.label.is_reviewing() {
        let Some(dispute) = project.review.shared_dispute(project.label.sample()) else { return false };
        perform(update, |session| session.take_up(&dispute));
    }
    true
}

fn perform(update: &mut Update<'_>, step: impl FnOnce(&mut Session) -> Option<Gesture>) {
    let session = update.context.project.as_mut().and_then(|p| p.label.session_mut());
    if let Some(gesture) = session.and_then(step) {
        record(update, gesture);
    }
}

/// As [`perform`]; where a verdict comes or goes, its disagreement is gone to.
fn perform_and_follow(update: &mut Update<'_>, step: impl FnOnce(&mut Session) -> Option<Gesture>) {
    let session = update.context.project.as_mut().and_then(|p| p.label.session_mut());
    let Some(gesture) = session.and_then(step) else { return };
    let judged = review::judged(gesture.change()).cloned();
    record(update, gesture);
    if let Some(id) = judged {
        review::focus(update, &id, true);
    }
}

fn record(update: &mut Update<'_>, gesture: Gesture) {
    let Some(project) = &mut update.context.project else { return };
    let Some(key) = project.label.session().map(|s| s.key.clone()) else { return };
    let number = update.context.outstanding.next_number();
    let ticket = update.context.outstanding.issue(Request::Save(key.sample.clone(), number));
    let deliver = update.jobs.deliver(ticket);
    project.label.changed(gesture.change(), &project.versions);
    label::record(&project.desk, number, &key, &project.versions, gesture, |done| {
        deliver(JobEvent::Saved(Box::new(done)));
    });
}

/// The selected objects that may be altered; says why when there is none.
pub(super) fn editable(update: &mut Update<'_>) -> Option<Vec<ObjectId>> {
    let model = &update.context.project.as_ref()?.label;
    let (nothing, ids) = (model.selection.is_empty(), model.editable_ids());
    if ids.is_empty() {
        refuse(update, if nothing { Refusal::NothingSelected } else { Refusal::Locked });
        return None;
    }
    Some(ids)
}

/// Deletes the selection.
pub fn delete(update: &mut Update<'_>) {
    put_down(update);
    if let Some(ids) = editable(update) {
        edit(update, &Edit::Delete(ids));
    }
}

/// Makes the selection one group of its own.
pub fn group(update: &mut Update<'_>) {
    if let Some(ids) = editable(update) {
        edit(update, &Edit::Group(ids));
    }
}

/// Takes the selection out of its groups.
pub fn ungroup(update: &mut Update<'_>) {
    if let Some(ids) = editable(update) {
        edit(update, &Edit::Ungroup(ids));
    }
}

/// Moves the selection in the drawing order.
pub fn arrange(update: &mut Update<'_>, way: Arrange) {
    if let Some(ids) = editable(update) {
        edit(update, &Edit::Arrange(ids, way));
    }
}

/// Ties the two selected objects by the first relation of the ontology that may tie them; when they are tied, unties
/// them. The one selected first is where the relation starts.
pub fn relate(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let model = &project.label;
    let Some(session) = model.session() else { return };
    let ids = model.selection.to_vec();
    let ends = match (ids.as_slice(), model.selection.main()) {
        ([a, b], Some(main)) if main == a => Some((b, a)),
        ([a, b], _) => Some((a, b)),
        _ => None,
    };
    let Some((from, to)) = ends.and_then(|(a, b)| Some((session.labels.object(a)?, session.labels.object(b)?))) else {
        update.context.messages.info(tr!("label-say-tie-two"));
        return;
    };
    let between = |r: &&Relation| (r.from == from.id && r.to == to.id) || (r.from == to.id && r.to == from.id);
    if let Some(known) = session.labels.relations.iter().find(between).cloned() {
        edit(update, &Edit::Unrelate(known));
        return;
    }
    let kinds = &project.versions.ontology.relations;
    let straight = kinds.iter().find(|k| k.ties(&from.class, &to.class)).map(|k| (k, from, to));
    let Some((kind, from, to)) =
        straight.or_else(|| kinds.iter().find(|k| k.ties(&to.class, &from.class)).map(|k| (k, to, from)))
    else {
        let words = tr!("label-say-no-relation", from = &from.class, to = &to.class);
        update.context.messages.info(words);
        return;
    };
    let wanted = Relation { from: from.id.clone(), kind: kind.name.clone(), to: to.id.clone() };
    edit(update, &Edit::Relate(wanted));
}

/// Says that there is nothing to label, or takes that back.
pub fn confirm_empty(update: &mut Update<'_>) {
    let now = update.context.project.as_ref().and_then(|p| p.label.session()).map(|s| s.labels.confirmed_empty);
    if let Some(now) = now {
        edit(update, &Edit::ConfirmEmpty(!now));
    }
}

/// Carries an edit out and selects the objects that it adds; of those it cuts, all pieces.
pub(super) fn edit_and_select(update: &mut Update<'_>, wanted: &Edit) {
    let mut added = carry_out(update, wanted);
    if let Edit::Split(cuts) = wanted
        && !added.is_empty()
    {
        added.extend(cuts.iter().map(|(id, _)| id.clone()));
    }
    if let Some(project) = &mut update.context.project
        && !added.is_empty()
        && !project.label.quick_class
    {
        project.label.selection.set(added);
        project.label.selection.set_drawn(true);
    }
}
