//! What is said about a sample besides its labels: comments, and the time that was worked on it.

use concord_geometry::Point;
use concord_project::label::{self, Visit};
use concord_store::CommentRow;

use super::comments::Draft;
use super::stopwatch::{Moment, Stopwatch};
use crate::context::{Context, Update};
use crate::jobs::{JobEvent, Jobs, Outstanding, Request};
use crate::screens::review::dispute_of;

/// Working time below this is not worth a row of the log, in milliseconds.
const LEAST_MS: u64 = 500;

/// Opens the window for a comment at a place, or about the sample as a whole.
pub fn open_comment(update: &mut Update<'_>, at: Option<Point>) {
    update.views.label.comment = Some(Draft { at, text: String::new() });
}

/// Pins a comment.
pub fn add_comment(update: &mut Update<'_>, at: Option<Point>, text: &str) {
    let Some(project) = &mut update.context.project else { return };
    let Some(sample) = project.label.sample().cloned() else { return };
    let desk = project.desk.clone();
    let (number, done) = saving(&mut update.context.outstanding, update.jobs, &sample);
    let id = label::comment(&desk, number, &sample, at, text, done);
    let (author, at_utc_ms) = (desk.annotator.clone(), desk.now());
    let row = CommentRow { id, author, at_utc_ms, at, text: text.to_owned(), is_settled: false };
    if let Some(session) = project.label.session_mut() {
        session.comments.push(row);
    }
}

/// Settles a comment, or opens it again.
pub fn settle_comment(update: &mut Update<'_>, comment: &str, settled: bool) {
    let Some(project) = &mut update.context.project else { return };
    let Some(sample) = project.label.sample().cloned() else { return };
    let desk = project.desk.clone();
    let (number, done) = saving(&mut update.context.outstanding, update.jobs, &sample);
    label::settle_comment(&desk, number, &sample, comment, settled, done);
    let comments = project.label.session_mut().map(|s| s.comments.as_mut_slice()).unwrap_or_default();
    for row in comments.iter_mut().filter(|c| c.id == comment) {
        row.is_settled = settled;
    }
}

/// Counts the working time on the current sample: called once a frame with whether the person did something.
pub fn count_time(update: &mut Update<'_>, did_something: bool, has_focus: bool) {
    let Some(project) = &mut update.context.project else { return };
    let label = &mut project.label;
    if label.sample().is_none() {
        return;
    }
    let now_ms = project.desk.now();
    let is_ready = label.failure().is_some() || (label.session().is_some() && label.image().is_some());
    let watch = label.time.get_or_insert_with(|| Stopwatch::open(now_ms, update.context.settings.idle_ms()));
    watch.frame(Moment { now_ms, is_ready, has_focus, did_something });
}

/// Writes the time that was worked on the current sample, which is about to be left.
pub fn leave_sample(update: &mut Update<'_>) {
    leave(update.context, update.jobs);
}

/// As [`leave_sample`], also where no frame is drawn any more.
pub fn leave(context: &mut Context, jobs: &Jobs) {
    super::hold::leave(context, jobs);
    let Some(project) = &mut context.project else { return };
    let time = project.label.time.take();
    let Some(session) = project.label.session() else { return };
    // Who only looks at what others did leaves no trace.
    let judging = project.label.is_reviewing();
    let is_work = if judging {
        dispute_of(project).is_some_and(|dispute| dispute.is_for(&session.key.annotator))
    } else {
        session.settled_by.is_none() && session.labels.judgement.is_none()
    };
    let key = session.key.clone();
    let objects = session.labels.objects.clone();
    if !objects.is_empty() && !project.label.is_reviewing() {
        project.label.last_objects = objects;
    }
    let Some(watch) = time.filter(|watch| is_work && watch.time.active_ms() >= LEAST_MS) else { return };
    let desk = project.desk.clone();
    let (number, done) = saving(&mut context.outstanding, jobs, &key.sample);
    let visit = Visit { opened_at_utc_ms: watch.opened_at_ms, time: &watch.time, judging };
    label::timed(&desk, number, &key, &visit, done);
}

/// A number for a write about a sample, and what to call once it is durable.
fn saving(
    outstanding: &mut Outstanding,
    jobs: &Jobs,
    sample: &concord_domain::sample::SampleId,
) -> (u64, impl FnOnce(concord_store::Committed) + Send + 'static + use<>) {
    let number = outstanding.next_number();
    let ticket = outstanding.issue(Request::Note(sample.clone(), number));
    let deliver = jobs.deliver(ticket);
    (number, move |done| deliver(JobEvent::Saved(Box::new(done))))
}
