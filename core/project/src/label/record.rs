//! Handing an annotator's gestures, submissions and remarks to the log.

use concord_domain::activity::WorkingTime;
use concord_domain::check::Finding;
use concord_domain::decision::Decision;
use concord_domain::digest::{digest, digest_bytes};
use concord_domain::label_set::{LabelSetKey, Status};
use concord_domain::sample::SampleId;
use concord_geometry::Point;
use concord_store::{Committed, StoreError};

use super::{Gesture, Session};
use crate::{Desk, Versions};

/// Hands a gesture to the log and returns at once; `acknowledge` is called on the committing thread once the row is
/// durable, or with the reason why it was refused.
pub fn record(
    desk: &Desk,
    ticket: u64,
    key: &LabelSetKey,
    versions: &Versions,
    gesture: Gesture,
    acknowledge: impl FnOnce(Committed) + Send + 'static,
) {
    let nothing = |what: &str| StoreError::Refused(format!("there is nothing to {what}"));
    let step = Step::of(&gesture);
    let (Gesture::Do(change) | Gesture::Undo(change) | Gesture::Redo(change)) = gesture;
    let decision = Decision::LabelsEdited { key: key.clone(), stamp: versions.stamp.clone(), change: Box::new(change) };
    let mut entry = desk.entry(decision);
    let key = key.clone();
    desk.send(
        ticket,
        move |bulk| {
            entry.undoes = match step {
                Step::New => None,
                Step::Back => Some(bulk.undo_top(&key)?.ok_or_else(|| nothing("undo"))?),
                Step::Forth => Some(bulk.redo_top(&key)?.ok_or_else(|| nothing("redo"))?),
            };
            bulk.commit(entry)
        },
        acknowledge,
    );
}

/// What a gesture does to the undo and redo stacks.
enum Step {
    New,
    Back,
    Forth,
}

impl Step {
    fn of(gesture: &Gesture) -> Self {
        match gesture {
            Gesture::Do(_) => Self::New,
            Gesture::Undo(_) => Self::Back,
            Gesture::Redo(_) => Self::Forth,
        }
    }
}

/// Submits the session's labels; refused with the findings when they break the ontology or the policy.
///
/// Returns at once; `acknowledge` is called once the submission is durable.
pub fn submit(
    desk: &Desk,
    ticket: u64,
    session: &mut Session,
    versions: &Versions,
    acknowledge: impl FnOnce(Committed) + Send + 'static,
) -> Result<(), Vec<Finding>> {
    let findings = session.findings(versions);
    if !findings.is_empty() {
        return Err(findings);
    }
    let revision = session.status.revision() + 1;
    let entry = desk.entry(Decision::LabelsSubmitted {
        key: session.key.clone(),
        revision,
        stamp: versions.stamp.clone(),
        digest: digest(&session.labels),
    });
    session.status = Status::Submitted { revision };
    desk.send(ticket, move |bulk| bulk.commit(entry), acknowledge);
    Ok(())
}

/// Passes a sample over with a reason; returns at once.
pub fn skip(
    desk: &Desk,
    ticket: u64,
    key: &LabelSetKey,
    reason: &str,
    acknowledge: impl FnOnce(Committed) + Send + 'static,
) {
    let entry = desk.entry(Decision::SampleSkipped { key: key.clone(), reason: reason.to_owned() });
    desk.send(ticket, move |bulk| bulk.commit(entry), acknowledge);
}

/// Pins a comment to a sample, at a place in image pixels or to the sample as a whole; returns at once.
///
/// Gives back the identity of the comment.
pub fn comment(
    desk: &Desk,
    ticket: u64,
    sample: &SampleId,
    at: Option<Point>,
    text: &str,
    acknowledge: impl FnOnce(Committed) + Send + 'static,
) -> String {
    let now = desk.now();
    let seed = format!("{sample} {} {now} {ticket} {text}", desk.annotator);
    let hash = digest_bytes(seed.as_bytes());
    let id: String = hash.trim_start_matches("b3:").chars().take(16).collect();
    let entry = desk.entry(Decision::CommentAdded {
        sample: sample.clone(),
        comment: id.clone(),
        at,
        text: text.trim().to_owned(),
    });
    desk.send(ticket, move |bulk| bulk.commit(entry), acknowledge);
    id
}

/// Settles a comment, or opens it again; returns at once.
pub fn settle_comment(
    desk: &Desk,
    ticket: u64,
    sample: &SampleId,
    comment: &str,
    settled: bool,
    acknowledge: impl FnOnce(Committed) + Send + 'static,
) {
    let decision = Decision::CommentSettled { sample: sample.clone(), comment: comment.to_owned(), settled };
    let entry = desk.entry(decision);
    desk.send(ticket, move |bulk| bulk.commit(entry), acknowledge);
}

/// One visit of a person to a sample.
#[derive(Debug, Clone)]
pub struct Visit<'a> {
    /// When the sample was opened, in milliseconds since 1970 UTC.
    pub opened_at_utc_ms: i64,
    /// What was counted.
    pub time: &'a WorkingTime,
    /// True when the person judged what others had labelled.
    pub judging: bool,
}

/// Notes the time that was worked on a sample; returns at once.
pub fn timed(
    desk: &Desk,
    ticket: u64,
    key: &LabelSetKey,
    visit: &Visit<'_>,
    acknowledge: impl FnOnce(Committed) + Send + 'static,
) {
    let entry = desk.entry(Decision::TaskTimed {
        key: key.clone(),
        active_ms: visit.time.active_ms(),
        waited_ms: visit.time.waited_ms(),
        idle_ms: visit.time.idle_ms(),
        opened_at_utc_ms: visit.opened_at_utc_ms,
        judging: visit.judging,
    });
    desk.send(ticket, move |bulk| bulk.commit(entry), acknowledge);
}
