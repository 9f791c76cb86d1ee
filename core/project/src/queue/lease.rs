//! Taking a sample to work on it, giving it back, putting it off.

use concord_domain::decision::Decision;
use concord_domain::label_set::LabelSetKey;
use concord_domain::sample::SampleId;
use concord_store::{Bulk, Committed, StoreError};

use super::standing::Takers;
use crate::evaluation::{self, Asked, GoldState};
use crate::{Desk, ProjectError, Versions};

/// How long a sample is held when nothing else is said, in milliseconds: half an hour.
pub const LEASE_MS: i64 = 30 * 60 * 1000;

/// Takes a sample for the person at the desk until a time in milliseconds since 1970 UTC, or holds it longer; returns at
/// once.
///
/// Refused while others hold it and nobody else is wanted; `acknowledge` then gets the reason. Where the project checks
/// its annotators by samples with known answers, a settled sample that enough others have submitted is taken as one.
pub fn lease(
    desk: &Desk,
    ticket: u64,
    sample: &SampleId,
    versions: &Versions,
    until_utc_ms: i64,
    acknowledge: impl FnOnce(Committed) + Send + 'static,
) -> Result<(), ProjectError> {
    let wanted = versions.policy.wanted(sample);
    let reference = desk.project.config.validation.reference.clone();
    let is_settled = versions.policy.assignment.honeypots > 0.0 && is_settled(desk, sample, versions)?;
    let key = LabelSetKey { sample: sample.clone(), annotator: desk.annotator.clone() };
    let entry = desk.entry(Decision::TaskLeased { key: key.clone(), until_utc_ms, honeypot: false });
    let write = move |bulk: &mut Bulk<'_>| {
        let mut entry = entry;
        let (tasks, submitters) = (bulk.tasks_of(&key.sample)?, bulk.submitters_of(&key.sample)?);
        let names = submitters.iter().map(String::as_str);
        let takers = Takers::of(tasks.iter(), names, &key.annotator, reference.as_deref(), entry.at_utc_ms);
        // What somebody voted on before is no test of that person.
        let voted = submitters.contains(&key.annotator)
            && !tasks.iter().any(|task| task.key.annotator == key.annotator && task.is_honeypot);
        let honeypot = is_settled && takers.are_enough(wanted) && !voted;
        if !honeypot && takers.are_at_it(wanted) {
            let held: Vec<&str> = takers.held.iter().copied().collect();
            return Err(StoreError::Refused(format!(
                "{} is working on {} now, and {} is all that it takes; take another sample, or wait until it is given back",
                held.join(" and "),
                key.sample.short(),
                if wanted == 1 { "one annotator".to_owned() } else { format!("{wanted} annotators") }
            )));
        }
        entry.decision = Decision::TaskLeased { key, until_utc_ms, honeypot };
        bulk.commit(entry)
    };
    desk.send(ticket, write, acknowledge);
    Ok(())
}

/// Gives a sample back that the person at the desk holds; returns at once.
pub fn release(desk: &Desk, ticket: u64, sample: &SampleId, acknowledge: impl FnOnce(Committed) + Send + 'static) {
    let entry = desk.entry(Decision::TaskReleased { key: key(desk, sample) });
    desk.send(ticket, move |bulk| bulk.commit(entry), acknowledge);
}

/// Keeps a sample out of the queue of the person at the desk until a time in milliseconds since 1970 UTC, and gives it
/// back; returns at once.
pub fn snooze(
    desk: &Desk,
    ticket: u64,
    sample: &SampleId,
    until_utc_ms: i64,
    acknowledge: impl FnOnce(Committed) + Send + 'static,
) {
    let entry = desk.entry(Decision::TaskSnoozed { key: key(desk, sample), until_utc_ms });
    desk.send(ticket, move |bulk| bulk.commit(entry), acknowledge);
}

fn key(desk: &Desk, sample: &SampleId) -> LabelSetKey {
    LabelSetKey { sample: sample.clone(), annotator: desk.annotator.clone() }
}

/// True when what others said of a sample settles it.
fn is_settled(desk: &Desk, sample: &SampleId, versions: &Versions) -> Result<bool, ProjectError> {
    let reader = desk.project.reader()?;
    let mut votes = evaluation::votes_on(&desk.project, &reader, sample)?;
    votes.sets.retain(|set| set.key.annotator != desk.annotator);
    let asked = Asked::of(Some(&versions.policy), sample);
    Ok(matches!(evaluation::state_of(votes, &asked), GoldState::Settled(_)))
}
