//! Run: a model's output over the samples, stored with the model's SHA-256.

pub(crate) mod pool;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use concord_domain::decision::Decision;
use concord_domain::digest::digest;
use concord_domain::sample::{Sample, SampleId};
use concord_domain::suggestion::{Prediction, Run, SampleReading};
use concord_inference::{DetectOptions, Detection, Provider, Reading};
use concord_metrics::ranking::{Aggregation, entropy, image_uncertainty};
use concord_store::{ImportProblem, PendingRun, RunDigest};
use serde::Serialize;

use crate::model::{AddOptions, NamedModel, Opened, add, engine_options, open, proposal_of};
use crate::{Desk, Progress, Project, ProjectError};
use pool::Pool;

/// How many of an image's most uncertain boxes its uncertainty is the mean of.
pub const TOP_BOXES: usize = 5;

/// Samples that are written together while a run goes on; an interrupted run loses at most these.
const CHUNK: usize = 200;

/// What a run did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunReport {
    /// The run.
    pub run: Run,
    /// True when exactly this run was there already.
    pub known: bool,
    /// Images that could not be read, with the reason.
    pub problems: Vec<ImportProblem>,
    /// Classes of the model that the ontology does not have; their boxes are kept, but cannot become labels.
    pub unmapped_classes: Vec<String>,
    /// Samples that an interrupted run had done before.
    pub resumed: u64,
    /// Sessions that ran side by side.
    pub sessions: usize,
    /// What was taken for granted about the model, when this run registered it.
    pub assumed: Vec<String>,
    /// Why the model is not computed with a provider that was asked for.
    pub notes: Vec<String>,
    /// Time spent on the images, in seconds.
    pub seconds: f64,
}

/// Predictions by sample, best first.
pub(crate) type RunRows = BTreeMap<SampleId, Vec<Prediction>>;

/// Runs a model over all samples and stores its predictions; a second equal run is found again.
///
/// A model that is not registered is registered first, where it lies. What is worked out is kept as it comes, so that an
/// interrupted run of the same model and settings goes on where it stopped.
pub fn run(desk: &Desk, name_or_file: &str, progress: &Progress) -> Result<RunReport, ProjectError> {
    let mut named = open(&desk.project, name_or_file)?;
    let mut assumed = Vec::new();
    if named.registered.as_ref().is_some_and(|row| row.is_retired) {
        return Err(ProjectError::usage(format!(
            "the model {0} was put out of use: `concord model retire {1} {0} --back` puts it back",
            named.name,
            desk.project.dir.display()
        )));
    }
    if named.registered.is_none() {
        let options = AddOptions { name: Some(named.name.clone()), in_place: true, ..AddOptions::default() };
        let proposal = proposal_of(&desk.project, Opened::Model(Box::new(named.model)), &options)?;
        assumed.clone_from(&proposal.assumed);
        named = add(desk, proposal)?.into_named()?;
    }
    let reader = desk.project.reader()?;
    let samples = reader.samples()?;
    let ontology = reader.ontology()?;
    let unmapped = |row: &concord_store::RegistryRow| {
        row.model.unmapped(ontology.as_ref()).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let unmapped_classes = named.registered.as_ref().map(unmapped).unwrap_or_default();
    let template = template(&desk.project, &named);
    let pending = pending_run(&template, &named);
    let done = reader.pending_samples(&pending)?;
    let left: Vec<&Sample> = samples.iter().filter(|s| !done.contains(&s.id)).collect();
    let present: BTreeSet<SampleId> = samples.iter().map(|s| s.id.clone()).collect();
    let resumed = done.intersection(&present).count() as u64;
    let started = std::time::Instant::now();
    let pool = Pool::for_model(&named.model, &engine_options(&desk.project)?)?;
    let problems = predict(desk, &named, &pool, &left, &pending, progress)?;
    let seconds = started.elapsed().as_secs_f64();
    let (run, known) = finish(desk, template, &pending, &present)?;
    let notes = named.model.notes().to_vec();
    let sessions = pool.sessions();
    Ok(RunReport { run, known, problems, unmapped_classes, resumed, sessions, assumed, notes, seconds })
}

/// The run of a model as the project is set up, its counts still open.
pub(crate) fn template(project: &Project, named: &NamedModel) -> Run {
    let (engine, provider) = (named.model.engine(), named.model.provider());
    Run {
        id: String::new(),
        model: named.name.clone(),
        model_sha256: named.model.sha256().to_owned(),
        engine: if provider == Provider::Cpu { engine.name().to_owned() } else { format!("{engine} ({provider})") },
        perturbation: None,
        score_threshold: project.config.inference.score_threshold,
        nms_iou: project.config.inference.nms_iou,
        samples: 0,
        predictions: 0,
        digest: String::new(),
    }
}

/// What an unfinished run is known by: everything but the samples that decides its outcome.
fn pending_run(template: &Run, named: &NamedModel) -> PendingRun {
    let contract = named.registered.as_ref().map(|row| (&row.model.contract, &row.model.class_map));
    PendingRun(digest(&(template, contract)))
}

/// How the project wants detections to be kept.
pub(crate) fn detect_options(project: &Project) -> DetectOptions {
    DetectOptions {
        score_threshold: project.config.inference.score_threshold as f32,
        nms_iou: project.config.inference.nms_iou,
        ..DetectOptions::default()
    }
}

/// Runs the samples and keeps what the model says of each; images that cannot be read are listed.
fn predict(
    desk: &Desk,
    named: &NamedModel,
    pool: &Pool<'_>,
    samples: &[&Sample],
    pending: &PendingRun,
    progress: &Progress,
) -> Result<Vec<ImportProblem>, ProjectError> {
    progress.start(&format!("running {}", named.name), samples.len() as u64);
    let mut problems = Vec::new();
    let mut chunk: Vec<(SampleId, SampleReading)> = Vec::new();
    let keep = |chunk: &mut Vec<(SampleId, SampleReading)>| {
        let (rows, pending) = (std::mem::take(chunk), pending.clone());
        if rows.is_empty() { Ok(()) } else { desk.bulk(move |bulk| bulk.keep_pending(&pending, &rows)) }
    };
    let outcome = pool.run(&desk.project, samples, &detect_options(&desk.project), progress, |index, outcome| {
        let sample = samples[index];
        match outcome {
            Ok(reading) => chunk.push((sample.id.clone(), sample_reading(named, reading))),
            Err(cause) => problems.push(ImportProblem { place: sample.path.clone(), cause }),
        }
        if chunk.len() >= CHUNK { keep(&mut chunk) } else { Ok(()) }
    });
    // What was worked out before a stop is kept as well.
    keep(&mut chunk)?;
    outcome?;
    problems.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(problems)
}

/// Makes a run of what an unfinished one said of the samples that are there; a run of equal content is not written twice.
fn finish(
    desk: &Desk,
    mut run: Run,
    pending: &PendingRun,
    present: &BTreeSet<SampleId>,
) -> Result<(Run, bool), ProjectError> {
    let reader = desk.project.reader()?;
    let (mut digest_of_run, mut samples) = (RunDigest::default(), BTreeSet::new());
    reader.each_pending(pending, |sample, reading| {
        if present.contains(&sample) {
            for (position, prediction) in (0..).zip(&reading.predictions) {
                digest_of_run.prediction(&sample, position, prediction);
            }
            samples.insert(sample);
        }
    })?;
    reader.each_pending(pending, |sample, reading| {
        if samples.contains(&sample) {
            digest_of_run.whole(&sample, &reading.class_scores, &reading.embedding);
        }
    })?;
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

/// What a model says of a sample, in the words of the ontology.
fn sample_reading(named: &NamedModel, reading: Reading) -> SampleReading {
    SampleReading {
        predictions: predictions(named, reading.objects),
        class_scores: reading.classes.unwrap_or_default(),
        embedding: reading.embedding.unwrap_or_default(),
    }
}

/// Detections in the words of the domain.
pub(crate) fn predictions(named: &NamedModel, found: Vec<Detection>) -> Vec<Prediction> {
    let predictions = found.into_iter().map(|d| Prediction {
        bbox: d.bbox,
        shape: d.shape,
        class: named.class_name(d.class),
        score: f64::from(d.score),
        class_scores: d.class_scores,
        localisation: d.localisation,
        spread: d.spread,
    });
    predictions.collect()
}

/// How uncertain a model is about a sample, in bits: the entropy of its classes where it classifies the sample as a
/// whole, else [`uncertainty_bits`] of its boxes.
pub fn uncertainty_of(reading: &SampleReading) -> f64 {
    if reading.class_scores.is_empty() {
        return uncertainty_bits(&reading.predictions);
    }
    let scores: Vec<f64> = reading.class_scores.iter().map(|p| f64::from(*p)).collect();
    entropy(&scores).map_or(0.0, |nats| nats / std::f64::consts::LN_2)
}

/// How uncertain a model is about an image, in bits: the mean binary entropy of its [`TOP_BOXES`] most uncertain boxes;
/// 0 without boxes.
pub fn uncertainty_bits(predictions: &[Prediction]) -> f64 {
    let scores: Vec<f64> = predictions.iter().map(|p| p.score).collect();
    image_uncertainty(&scores, Aggregation::TopKMean(TOP_BOXES))
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
