//! How what a run said is kept: unfinished runs become finished ones, and each run has an identity of its content.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use concord_domain::decision::Decision;
use concord_domain::digest::digest;
use concord_domain::sample::SampleId;
use concord_domain::suggestion::{Prediction, Run, SampleReading};
use concord_store::{PendingRun, RunDigest};

use super::uncertainty_of;
use crate::{Desk, ProjectError};

/// Predictions by sample, best first.
pub(crate) type RunRows = BTreeMap<SampleId, Vec<Prediction>>;

/// Makes a run of what an unfinished one said of the samples that are there; a run of equal content is not written twice.
pub(super) fn finish(
    desk: &Desk,
    mut run: Run,
    pending: &PendingRun,
    present: &BTreeSet<SampleId>,
) -> Result<(Run, bool), ProjectError> {
    let reader = desk.project.reader()?;
    let (mut digest_of_run, mut samples, mut says_more) = (RunDigest::default(), BTreeSet::new(), false);
    reader.each_pending(pending, |sample, reading| {
        if present.contains(&sample) {
            for (position, prediction) in (0..).zip(&reading.predictions) {
                digest_of_run.prediction(&sample, position, prediction);
            }
            says_more |= !(reading.class_scores.is_empty() && reading.embedding.is_empty() && reading.crops.is_empty());
            samples.insert(sample);
        }
    })?;
    // What is said beside predictions comes behind all of them.
    if says_more {
        reader.each_pending(pending, |sample, reading| {
            if samples.contains(&sample) {
                digest_of_run.whole(&sample, &reading.class_scores, &reading.embedding);
                for crop in &reading.crops {
                    digest_of_run.crop(&sample, crop.index, &crop.vector);
                }
            }
        })?;
    }
    run.samples = samples.len() as u64;
    run.predictions = digest_of_run.predictions();
    run.digest = digest_of_run.finish();
    run.id = run_id(&run, &samples.iter().collect::<Vec<_>>());
    let pending = pending.clone();
    if reader.runs()?.iter().any(|r| r.id == run.id) {
        desk.bulk(move |bulk| bulk.drop_pending(&pending))?;
        return Ok((run, true));
    }
    let entry = desk.entry(Decision::RunRecorded { run: Box::new(run.clone()) });
    let written = run.clone();
    desk.bulk(move |bulk| {
        bulk.add_run(&written)?;
        bulk.finish_pending(&pending, &written.id, &samples, uncertainty_of)?;
        bulk.commit(entry).map(|_| ())
    })?;
    Ok((run, false))
}

/// The identity of a run, from everything it is and the samples it covers.
fn run_id(run: &Run, samples: &[&SampleId]) -> String {
    let blank = Run { id: String::new(), ..run.clone() };
    digest(&(&blank, samples)).trim_start_matches("b3:").chars().take(16).collect()
}

/// Writes a run with its predictions in one transaction; a run of equal content is not written twice.
pub(crate) fn write_run(desk: &Desk, mut run: Run, rows: RunRows) -> Result<(Run, bool), ProjectError> {
    let mut digest_of_run = RunDigest::default();
    for (sample, predictions) in &rows {
        for (position, prediction) in (0..).zip(predictions) {
            digest_of_run.prediction(sample, position, prediction);
        }
    }
    run.samples = rows.len() as u64;
    run.predictions = digest_of_run.predictions();
    run.digest = digest_of_run.finish();
    run.id = run_id(&run, &rows.keys().collect::<Vec<_>>());
    if desk.project.reader()?.runs()?.iter().any(|r| r.id == run.id) {
        return Ok((run, true));
    }
    let entry = desk.entry(Decision::RunRecorded { run: Box::new(run.clone()) });
    let (written, rows) = (run.clone(), Arc::new(rows));
    desk.bulk(move |bulk| {
        bulk.add_run(&written)?;
        for (sample, predictions) in rows.iter() {
            let reading = SampleReading { predictions: predictions.clone(), ..SampleReading::default() };
            bulk.add_reading(&written.id, sample, uncertainty_of(&reading), &reading)?;
        }
        bulk.commit(entry).map(|_| ())
    })?;
    Ok((run, false))
}
