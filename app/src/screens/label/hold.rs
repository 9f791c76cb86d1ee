//! Holding the sample on the screen, so that nobody else works on it meanwhile: it is taken when somebody stays on it,
//! held while they work, and given back when they leave it as it is.

use std::time::Duration;

use concord_domain::sample::SampleId;
use concord_language::tr;
use concord_project::label::Session;
use concord_project::queue::{self, Away, LEASE_MS, Taken};

use super::LabelModel;
use super::queue::Way;
use super::walk::step_open;
use crate::context::{Context, Screen, Update};
use crate::error_text::{AppError, explain};
use crate::jobs::{JobEvent, Jobs, Lane, Outstanding, Request, work};

/// Who only walks past takes nothing: a sample is taken after so long on the screen, or with the first change.
const DWELL_MS: i64 = 1500;
/// How long a sample is put off: an hour.
const SNOOZE_MS: i64 = 60 * 60 * 1000;

/// What is held, and what is on the screen since when.
#[derive(Debug, Default)]
pub struct Hold {
    held: Option<(SampleId, i64)>,
    seen: Option<(SampleId, i64)>,
    /// True once the labels on the screen were changed.
    is_touched: bool,
    /// True once the sample on the screen was given back by hand; the next change takes it again.
    is_given_back: bool,
}

impl Hold {
    /// True while a sample is held.
    pub fn holds(&self, sample: &SampleId) -> bool {
        self.held.as_ref().is_some_and(|(held, _)| held == sample)
    }

    /// Takes note that the labels on the screen were changed.
    pub(super) fn touch(&mut self) {
        self.is_touched = true;
        self.is_given_back = false;
    }
}

/// Takes the sample on the screen, or holds it longer; called once a frame with whether the person did something.
pub fn keep_hold(update: &mut Update<'_>, did_something: bool) {
    let is_shown = update.context.screen == Screen::Label;
    let is_done =
        |label: &LabelModel| label.hold.held.as_ref().is_some_and(|(held, _)| label.labelling().is_done(held));
    if update.context.project.as_ref().is_some_and(|project| is_done(&project.label)) {
        leave(update.context, update.jobs);
    }
    let Some(project) = &mut update.context.project else { return };
    let now = project.desk.now();
    let label = &mut project.label;
    label.labelling_mut().away.retain(|_, away| away.until_utc_ms() > now);
    let is_free = |s: &&Session| s.settled_by.is_none() && s.labels.judgement.is_none();
    let session = label.session().filter(is_free).filter(|_| is_shown && !label.is_reviewing());
    let Some(sample) = session.map(|s| s.sample.id.clone()) else { return };
    let is_wanted = !label.queue.is_done(&sample) && !label.queue.away.contains_key(&sample);
    let hold = &mut label.hold;
    if hold.seen.as_ref().is_none_or(|(seen, _)| *seen != sample) {
        let held = hold.held.take();
        *hold = Hold { held, seen: Some((sample.clone(), now)), ..Hold::default() };
    }
    let stayed = hold.seen.as_ref().map_or(0, |(_, since)| now - since);
    let is_due = match &hold.held {
        Some((held, until)) if *held == sample => did_something && until - now < LEASE_MS * 2 / 3,
        _ if hold.is_given_back => false,
        _ => hold.is_touched || stayed >= DWELL_MS,
    };
    let request = Request::Lease(sample.clone());
    if !is_wanted || !is_due || update.context.outstanding.awaits(&request) {
        let rest = DWELL_MS - stayed;
        if is_wanted && hold.held.is_none() && rest > 0 {
            update.egui.request_repaint_after(Duration::from_millis(rest.unsigned_abs()));
        }
        return;
    }
    let (desk, versions) = (project.desk.clone(), project.versions.clone());
    let ticket = update.context.outstanding.issue(request);
    let job = move || work::take(&desk, &versions, &sample);
    if !update.jobs.run(Lane::Batch, ticket.clone(), job) {
        update.context.outstanding.settle(&ticket);
    }
}

/// Takes in what came of taking a sample. One that was left or done meanwhile is given back.
pub fn take_lease(update: &mut Update<'_>, sample: SampleId, result: Result<Taken, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    let label = &mut project.label;
    match result {
        Ok(Taken::Until(until)) => {
            let is_open = !label.is_reviewing() && !label.queue.is_done(&sample);
            let is_worked_on = is_open && label.sample() == Some(&sample);
            if is_worked_on {
                label.hold.held = Some((sample, until));
            } else if let Some(Away::PutOff { until_utc_ms }) = label.labelling().away.get(&sample) {
                // Taking it undid that.
                let until_utc_ms = *until_utc_ms;
                put_off(update, &sample, until_utc_ms);
            } else {
                release(update.context, update.jobs, &sample);
            }
        }
        Ok(Taken::Away(away)) => {
            label.labelling_mut().away.insert(sample, away);
        }
        Err(error) => {
            // Not tried again until something is done on the sample.
            label.hold.is_touched = false;
            label.hold.is_given_back = true;
            update.context.messages.error(explain(tr!("label-doing-take"), &error));
        }
    }
}

/// Gives back what is held, because it is left or done.
pub(super) fn leave(context: &mut Context, jobs: &Jobs) {
    let Some(project) = &mut context.project else { return };
    let Some((sample, until)) = project.label.hold.held.take() else { return };
    project.label.hold = Hold::default();
    if until > project.desk.now() {
        release(context, jobs, &sample);
    }
}

/// Gives the sample on the screen back by hand; the next change takes it again.
pub fn give_back(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let hold = &mut project.label.hold;
    let Some((sample, _)) = hold.held.take() else { return };
    hold.is_touched = false;
    hold.is_given_back = true;
    release(update.context, update.jobs, &sample);
    update.context.messages.info(tr!("label-say-given-back"));
}

/// Puts the sample on the screen off for an hour and goes on.
pub fn snooze(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let Some(sample) = project.label.sample().cloned() else { return };
    let until_utc_ms = project.desk.now() + SNOOZE_MS;
    project.label.hold.held = None;
    project.label.queue.away.insert(sample.clone(), Away::PutOff { until_utc_ms });
    put_off(update, &sample, until_utc_ms);
    update.context.messages.info(tr!("label-say-put-off"));
    step_open(update, Way::Forward);
}

fn put_off(update: &mut Update<'_>, sample: &SampleId, until_utc_ms: i64) {
    let Some(project) = &update.context.project else { return };
    let desk = project.desk.clone();
    let (number, done) = noted(&mut update.context.outstanding, update.jobs, sample);
    queue::snooze(&desk, number, sample, until_utc_ms, done);
}

/// Gives a sample back, whatever is on the screen.
fn release(context: &mut Context, jobs: &Jobs, sample: &SampleId) {
    let Some(project) = &context.project else { return };
    let desk = project.desk.clone();
    let (number, done) = noted(&mut context.outstanding, jobs, sample);
    queue::release(&desk, number, sample, done);
}

/// A number for a write about a sample, and what to call once it is durable.
fn noted(
    outstanding: &mut Outstanding,
    jobs: &Jobs,
    sample: &SampleId,
) -> (u64, impl FnOnce(concord_store::Committed) + Send + 'static + use<>) {
    let number = outstanding.next_number();
    let ticket = outstanding.issue(Request::Note(sample.clone(), number));
    let deliver = jobs.deliver(ticket);
    (number, move |done| deliver(JobEvent::Saved(Box::new(done))))
}
