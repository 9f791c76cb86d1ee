//! Settling a sample with one verdict on everything that is disputed on it, without a window.

use concord_domain::decision::Decision;
use concord_domain::judgement::Verdict;
use concord_domain::sample::SampleId;
use concord_store::Entry;

use super::{Dispute, dispute};
use crate::label::{Gesture, Session};
use crate::{Desk, ProjectError, Versions};

/// Judges a sample as the person at the desk, in one transaction: everything that is disputed on it gets the same verdict,
/// and the sample is settled. Verdicts that were given before stay.
///
/// Several label sets are arbitrated; of a single one nothing is disputed, so that it is taken over as it is. Gives back
/// how many disagreements got the verdict. An error says what keeps it from being settled.
pub fn settle_with(
    desk: &Desk,
    sample: &SampleId,
    verdict: &Verdict,
    versions: &Versions,
) -> Result<usize, ProjectError> {
    desk.flush()?;
    let dispute = dispute(&desk.project, sample)?;
    let refused =
        |obstacle: super::Obstacle| ProjectError::usage(format!("{}: {}", sample.short(), obstacle.message()));
    if let Some(obstacle) = dispute.obstacle(&desk.annotator) {
        return Err(refused(obstacle));
    }
    let mut session = Session::load(&desk.project.reader()?, sample, &desk.annotator, versions)?;
    let mut gestures: Vec<Gesture> = session.take_up(&dispute).into_iter().collect();
    let open = open(&dispute, &session);
    for disagreement in &open {
        gestures.extend(session.rule(&dispute, disagreement, verdict));
    }
    let settled = dispute.settle(&mut session, versions).map_err(refused)?;
    let edits = gestures.iter().map(|gesture| Decision::LabelsEdited {
        key: session.key.clone(),
        stamp: versions.stamp.clone(),
        change: Box::new(gesture.change().clone()),
    });
    let entries: Vec<Entry> = edits.chain([settled]).map(|decision| desk.entry(decision)).collect();
    desk.bulk(move |bulk| entries.into_iter().try_for_each(|entry| bulk.commit(entry).map(|_| ())))?;
    Ok(open.len())
}

fn open(dispute: &Dispute, session: &Session) -> Vec<concord_domain::disagreement::Disagreement> {
    let judgement = session.labels.judgement.as_ref();
    judgement.map(|judgement| judgement.open(&dispute.comparison).into_iter().cloned().collect()).unwrap_or_default()
}
