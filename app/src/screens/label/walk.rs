//! Walking through the queue: going to a sample, submitting, skipping.

use concord_language::tr;
use concord_project::label;

use super::queue::Way;
use super::remarks::leave_sample;
use crate::context::Update;
use crate::error_text::{AppError, explain};
use crate::jobs::{JobEvent, Lane, Request, work};

/// Goes to a place of the queue.
pub fn go_to(update: &mut Update<'_>, place: usize) {
    let Some(project) = &mut update.context.project else { return };
    if project.label.queue.at() == Some(place) {
        return;
    }
    leave_sample(update);
    let Some(project) = &mut update.context.project else { return };
    if project.label.queue.go_to(place) {
        project.label.sample_changed(&project.versions);
        let views = &mut update.views.label;
        let list = if project.label.is_reviewing() { &mut views.review_list } else { &mut views.queue_list };
        list.select(Some(place));
        update.views.label.measured = None;
        update.views.label.hand = super::view::Hand::Tool;
    }
}

/// Goes so many samples on, or as far as there are any.
pub fn jump(update: &mut Update<'_>, way: Way, by: usize) {
    let Some(project) = &update.context.project else { return };
    let queue = &project.label.queue;
    let Some(at) = queue.at() else { return };
    let last = queue.items().len().saturating_sub(1);
    let place = if way == Way::Forward { (at + by).min(last) } else { at.saturating_sub(by) };
    go_to(update, place);
}

/// Says whether everything is saved: there is nothing to save by hand.
pub fn say_saved(update: &mut Update<'_>) {
    let waits = update.context.outstanding.saving();
    let words = match waits {
        0 => tr!("label-say-saved").to_owned(),
        n => tr!("label-say-saving", count = n),
    };
    update.context.messages.info(words);
}

/// Goes to the neighbour.
pub fn step(update: &mut Update<'_>, way: Way) {
    let place = update.context.project.as_ref().and_then(|p| p.label.queue.neighbour(way));
    match place {
        Some(place) => go_to(update, place),
        None => update.context.messages.info(tr!("label-say-queue-end")),
    }
}

/// Goes to the nearest sample that is not done.
pub fn step_open(update: &mut Update<'_>, way: Way) {
    let place = update.context.project.as_ref().and_then(|p| p.label.queue.next_open(way));
    match place {
        Some(place) => go_to(update, place),
        None if way == Way::Forward => update.context.messages.info(tr!("label-say-queue-done")),
        None => update.context.messages.info(tr!("label-say-none-before")),
    }
}

/// Submits the label set and goes on; refused when it breaks a rule, and then the findings are shown.
pub fn submit(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let (desk, versions) = (project.desk.clone(), project.versions.clone());
    let Some(session) = project.label.session_mut() else { return };
    if session.settled_by.is_some() {
        return;
    }
    let sample = session.sample.id.clone();
    let number = update.context.outstanding.next_number();
    let ticket = update.context.outstanding.issue(Request::Save(sample.clone(), number));
    let deliver = update.jobs.deliver(ticket.clone());
    match label::submit(&desk, number, session, &versions, |done| deliver(JobEvent::Saved(Box::new(done)))) {
        Ok(()) => {
            project.label.queue.mark(&sample, true);
            project.label.labels_changed(&versions);
            step_open(update, Way::Forward);
        }
        Err(findings) => {
            update.context.outstanding.settle(&ticket);
            project.label.selection.set(findings.iter().find_map(|f| f.object.clone()));
            let count = findings.len();
            project.label.findings = findings;
            project.label.refused = true;
            project.label.revision += 1;
            update.context.messages.info(tr!("label-say-blocked", count = count));
        }
    }
}

/// Passes the sample over and goes on.
pub fn skip(update: &mut Update<'_>, reason: &str) {
    let Some(project) = &mut update.context.project else { return };
    let Some(key) = project.label.session().map(|s| s.key.clone()) else { return };
    let number = update.context.outstanding.next_number();
    let ticket = update.context.outstanding.issue(Request::Save(key.sample.clone(), number));
    let deliver = update.jobs.deliver(ticket);
    label::skip(&project.desk, number, &key, reason, |done| deliver(JobEvent::Saved(Box::new(done))));
    project.label.queue.mark(&key.sample, true);
    step_open(update, Way::Forward);
}

/// Ranks the queue again, of all samples or of those to do.
pub fn reload_queue(update: &mut Update<'_>, all: bool) {
    let Some(project) = &update.context.project else { return };
    let desk = project.desk.clone();
    let ticket = update.context.outstanding.issue(Request::Queue);
    let rank = move || work::queue(&desk, all);
    if !update.jobs.run(Lane::Batch, ticket.clone(), rank) {
        update.context.outstanding.settle(&ticket);
        update.context.messages.error(explain(tr!("label-doing-queue"), &AppError::Busy));
    }
}
