//! Feeding the screen: the list of what waits, what is disputed on the sample on the screen and on the next one, and the
//! change of turns while two label sets are shown one after the other.

use std::collections::BTreeMap;
use std::time::Duration;

use concord_domain::sample::SampleId;
use concord_language::tr;
use concord_project::queue::{Queue, Ranked};
use concord_project::review::{Dispute, Waiting};

use super::model::{Mode, WaitingLoaded, dispute_of};
use super::verdicts;
use crate::context::{Screen, Update};
use crate::error_text::{AppError, explain};
use crate::jobs::{Lane, Request, work};
use crate::screens::label;
use crate::screens::label::queue::QueueLoaded;

/// How long each of two label sets is shown, in seconds.
const TURN_S: f64 = 0.5;

/// Goes to the screen: what waits is listed again, for people may have submitted.
pub fn show_screen(update: &mut Update<'_>) {
    label::turn_to(update, true);
    update.context.screen = Screen::Review;
    if let Some(project) = &mut update.context.project {
        project.review.forget_all();
    }
    reload(update);
}

/// Lists again what waits.
pub fn reload(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let desk = project.desk.clone();
    let ticket = update.context.outstanding.issue(Request::Waiting);
    if !update.jobs.run(Lane::Batch, ticket.clone(), move || work::waiting(&desk)) {
        update.context.outstanding.settle(&ticket);
        update.context.messages.error(explain(tr!("review-doing-list"), &AppError::Busy));
    }
}

/// Lists all samples, or those that wait.
pub fn toggle_scope(update: &mut Update<'_>) {
    if let Some(project) = &mut update.context.project {
        project.review.shows_all = !project.review.shows_all;
        fill(update);
    }
}

/// Takes in what waits.
pub fn take_waiting(update: &mut Update<'_>, result: Result<WaitingLoaded, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    match result {
        Ok(loaded) => {
            project.review.load(loaded);
            fill(update);
        }
        Err(error) => {
            project.review.failure = Some(explain(tr!("review-doing-list"), &error));
            project.label.reviewing_mut().is_loaded = true;
        }
    }
}

/// Makes a list of the screen from what waits. The sample on the screen stays there while it is listed.
fn fill(update: &mut Update<'_>) {
    let Some(project) = &update.context.project else { return };
    let (review, me) = (&project.review, project.desk.annotator.as_str());
    let items: Vec<Ranked> = review.listed().map(ranked).collect();
    let is_closed = |w: &&Waiting| !w.is_due() || review.obstacle_for(w, me).is_some();
    let done = review.listed().filter(is_closed).map(|w| w.sample.clone()).collect();
    let stays = project.label.sample().is_none_or(|sample| items.iter().any(|item| item.sample == *sample));
    let queue = Queue { waiting: items.len() as u64, items, ..Queue::default() };
    let loaded = QueueLoaded { queue, done, away: BTreeMap::new(), all: review.shows_all };
    if project.label.is_reviewing() && !stays {
        label::leave_sample(update);
    }
    let Some(project) = &mut update.context.project else { return };
    let before = project.label.sample().cloned();
    project.label.reviewing_mut().load(loaded);
    if project.label.sample() != before.as_ref() {
        project.label.sample_changed(&project.versions);
    }
    update.views.label.review_list.select(project.label.reviewing_mut().at());
}

/// A sample that waits, as a row of a list of samples.
fn ranked(waiting: &Waiting) -> Ranked {
    Ranked {
        sample: waiting.sample.clone(),
        path: waiting.path.clone(),
        score: 0.0,
        uncertainty_bits: None,
        uncertainty_rank: 0.0,
        slice: String::new(),
        slice_weight: 1.0,
        staleness: 0.0,
        parts: vec![],
        group: None,
        withholds_suggestions: false,
        reasons: vec![],
    }
}

/// Takes in what is disputed on a sample.
pub fn take_dispute(update: &mut Update<'_>, sample: SampleId, result: Result<Box<Dispute>, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    match result {
        Ok(dispute) => project.review.put(sample, *dispute),
        Err(error) => {
            project.review.failed.insert(sample, explain(tr!("review-doing-dispute"), &error));
        }
    }
}

/// Called once a frame: asks for what is disputed on the samples at hand, turns to the one on the screen, and changes turns.
pub fn keep(update: &mut Update<'_>) {
    let samples = wanted(update);
    let Some(project) = &mut update.context.project else { return };
    if update.context.screen.has_canvas() {
        project.review.keep_only(&samples);
    }
    for sample in samples {
        let request = Request::Dispute(sample.clone());
        let review = &project.review;
        let is_known = review.dispute(&sample).is_some() || review.failed.contains_key(&sample);
        if is_known || update.context.outstanding.awaits(&request) {
            continue;
        }
        let desk = project.desk.clone();
        let ticket = update.context.outstanding.issue(request);
        if !update.jobs.run(Lane::Batch, ticket.clone(), move || work::dispute(&desk, &sample)) {
            update.context.outstanding.settle(&ticket);
        }
    }
    if update.context.screen == Screen::Review {
        turn_to_sample(update);
        change_turns(update);
    }
}

/// The samples of which it is to be known what is disputed: the one on the screen and the next; on the Label screen one
/// that is settled, for it may be opened again.
fn wanted(update: &Update<'_>) -> Vec<SampleId> {
    let Some(project) = &update.context.project else { return vec![] };
    let label = &project.label;
    match update.context.screen {
        Screen::Review => {
            let next = label.queue.next_open(label::queue::Way::Forward);
            let next = next.and_then(|place| label.queue.items().get(place)).map(|ranked| ranked.sample.clone());
            label.sample().cloned().into_iter().chain(next).collect()
        }
        Screen::Label => {
            let session = label.session().filter(|session| session.settled_by.is_some());
            session.map(|session| session.sample.id.clone()).into_iter().collect()
        }
        _ => vec![],
    }
}

/// Goes to the first disagreement that is open, once everything about the sample is there.
fn turn_to_sample(update: &mut Update<'_>) {
    let Some(project) = &mut update.context.project else { return };
    let Some(sample) = project.label.sample().cloned() else { return };
    if project.review.turned_to.as_ref() == Some(&sample) || project.label.image().is_none() {
        return;
    }
    let Some(session) = project.label.session() else { return };
    let Some(dispute) = dispute_of(project) else { return };
    let all = &dispute.comparison.disagreements;
    let judgement = session.labels.judgement.as_ref();
    let first_open = all.iter().find(|d| judgement.is_none_or(|j| !j.verdicts.contains_key(&d.id)));
    let focus = first_open.or_else(|| all.first()).map(|d| d.id.clone());
    project.review.turn(sample, focus);
    verdicts::show_focus(update);
}

/// Shows the other one of two label sets when its time has come. Without movement only a key does so.
fn change_turns(update: &mut Update<'_>) {
    let is_still = update.context.settings.reduced_motion();
    let Some(project) = &mut update.context.project else { return };
    let flickers = dispute_of(project).is_some_and(|dispute| project.review.mode(dispute) == Mode::Flicker);
    let review = &mut project.review;
    if !flickers || is_still {
        review.flips_at = None;
        return;
    }
    let now = update.egui.input(|input| input.time);
    let due = *review.flips_at.get_or_insert(now + TURN_S);
    if now >= due {
        review.flip();
        review.flips_at = Some(now + TURN_S);
    }
    let rest = review.flips_at.map_or(TURN_S, |at| at - now).clamp(0.0, TURN_S);
    update.egui.request_repaint_after(Duration::from_secs_f64(rest));
}
