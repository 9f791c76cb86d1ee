//! Deciding about a sample: accepting, settling, sending back, turning down, opening again.

use concord_domain::decision::Decision;
use concord_domain::sample::SampleId;
use concord_language::tr;
use concord_project::review::{Obstacle, record};
use concord_store::Committed;

use super::feed::reload;
use super::model::dispute_of;
use super::windows::Returning;
use crate::context::Update;
use crate::error_text::explain;
use crate::jobs::{JobEvent, Request};
use crate::screens::label;
use crate::screens::label::queue::Way;

/// Accepts the only label set as it is, or settles the sample with what the judge made, and goes on.
pub fn settle(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let Some(dispute) = project.review.shared_dispute(project.label.sample()) else { return };
    let has_begun = project.label.session().is_some_and(|session| session.labels.judgement.is_some());
    if !has_begun && dispute.sets.len() > 1 && dispute.comparison.disagreements.is_empty() {
        // Everybody says the same: taking it up is all there is to do.
        label::judge(update, |_| None);
    }
    let Some(project) = &mut update.context.project else { return };
    let (versions, me) = (project.versions.clone(), project.desk.annotator.clone());
    let Some(session) = project.label.session_mut() else { return };
    let decision =
        if dispute.sets.len() == 1 && !has_begun { dispute.accept(&me) } else { dispute.settle(session, &versions) };
    match decision {
        Ok(decision) => decide(update, decision, true),
        Err(obstacle) => refuse(update, &obstacle),
    }
}

fn refuse(update: &mut Update<'_>, obstacle: &Obstacle) {
    update.context.messages.info(obstacle.message().local());
    let Some(project) = &mut update.context.project else { return };
    match obstacle {
        Obstacle::Findings { .. } => project.label.refused = true,
        Obstacle::Open { .. } => {
            let Some((dispute, session)) = dispute_of(project).zip(project.label.session()) else { return };
            let judgement = session.labels.judgement.as_ref();
            let open = judgement.map(|j| j.open(&dispute.comparison)).unwrap_or_default();
            if let Some(id) = open.first().map(|d| d.id.clone()) {
                super::verdicts::focus(update, &id, true);
            }
        }
        _ => {}
    }
}

/// Opens the window that sends a label set back, or turns one down.
pub fn open_return(update: &mut Update<'_>, rejects: bool) {
    let Some(project) = &update.context.project else { return };
    let Some(dispute) = dispute_of(project) else { return };
    let me = &project.desk.annotator;
    let first = dispute.annotators().find(|name| dispute.return_obstacle(me, name).is_none());
    if let Some(of) = first.map(str::to_owned) {
        update.views.review.returning = Some(Returning::new(of, rejects));
    }
}

/// Sends a label set back with comments, or turns it down, and goes on.
pub(super) fn give_back(update: &mut Update<'_>, of: &str, reason: &str, comments: Vec<String>, rejects: bool) {
    let Some(project) = &update.context.project else { return };
    let Some(dispute) = dispute_of(project) else { return };
    let decision = if rejects { dispute.reject(of, reason) } else { dispute.send_back(of, reason, comments) };
    match decision {
        Ok(decision) => {
            let words =
                if rejects { tr!("review-say-rejected", of = of) } else { tr!("review-say-sent-back", of = of) };
            update.context.messages.info(words);
            decide(update, decision, true);
        }
        Err(obstacle) => refuse(update, &obstacle),
    }
}

/// Opens the sample again and stays on it.
pub(super) fn reopen(update: &mut Update<'_>, reason: &str) {
    let Some(project) = &update.context.project else { return };
    let Some(dispute) = dispute_of(project) else { return };
    match dispute.reopen(reason) {
        Ok(decision) => decide(update, decision, false),
        Err(obstacle) => refuse(update, &obstacle),
    }
}

/// Begins anew with what was submitted since.
pub fn begin_anew(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let Some(dispute) = project.review.shared_dispute(project.label.sample()) else { return };
    label::take_up_again(update, &dispute);
}

/// Hands a decision to the log. Whatever was loaded of the sample is loaded again, for it stands otherwise now.
fn decide(update: &mut Update<'_>, decision: Decision, goes_on: bool) {
    let Some(project) = &mut update.context.project else { return };
    let Some(sample) = project.label.sample().cloned() else { return };
    let number = update.context.outstanding.next_number();
    let ticket = update.context.outstanding.issue(Request::Judge(sample.clone(), number));
    let deliver = update.jobs.deliver(ticket);
    record(&project.desk, number, decision, |done| deliver(JobEvent::Saved(Box::new(done))));
    if goes_on {
        project.label.reviewing_mut().mark(&sample, true);
        if let Some(place) = project.label.queue.next_open(Way::Forward) {
            label::go_to(update, place);
        } else {
            label::leave_sample(update);
            update.context.messages.info(tr!("review-say-done"));
        }
    }
    load_again(update, &sample);
}

fn load_again(update: &mut Update<'_>, sample: &SampleId) {
    let Some(project) = &mut update.context.project else { return };
    // An answer that is on its way was read before the decision.
    update
        .context
        .outstanding
        .forget(|request| !matches!(request, Request::Dispute(of) | Request::Session(of) if of == sample));
    project.review.forget(sample);
    project.label.shelf.sessions.remove(sample);
    if project.label.sample() == Some(sample) {
        project.label.sample_changed(&project.versions);
    }
    reload(update);
}

/// Takes note that a decision is durable. A refused one is shown, and the sample is loaded again as it stands.
pub fn take_decided(update: &mut Update<'_>, sample: &SampleId, committed: Committed) {
    let Err(error) = committed.outcome else { return };
    update.context.messages.error(explain(tr!("review-doing-decide"), &error.into()));
    if let Some(project) = &mut update.context.project {
        project.label.reviewing_mut().mark(sample, false);
        load_again(update, sample);
    }
}
