//! Run: a model's output over the samples, stored with the model's SHA-256.

mod asking;
mod crops;
mod fuse;
mod keep;
pub(crate) mod pool;
mod views;

use std::collections::BTreeSet;

use concord_domain::digest::digest;
use concord_domain::opinions::Opinions;
use concord_domain::sample::{Sample, SampleId};
use concord_domain::suggestion::{Prediction, Run, SampleReading};
use concord_inference::{DetectOptions, Detection, Provider};
use concord_metrics::ranking::{Aggregation, MIN_AGREED_SCORE, aggregate, entropy, image_uncertainty};
use concord_store::{ImportProblem, PendingRun};
use serde::Serialize;

use crate::model::{AddOptions, NamedModel, Opened, add, engine_options, open, proposal_of};
use crate::{Desk, Progress, Project, ProjectError};
use asking::Asking;
use pool::Pool;

pub use asking::Looks;
pub use crops::embed_objects;
pub(crate) use keep::{RunRows, write_run};

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

/// What is to be run.
#[derive(Debug, Clone, Default)]
pub struct RunPlan {
    /// Models by name or file; several are an ensemble.
    pub models: Vec<String>,
    /// How often each sample is looked at.
    pub looks: Looks,
}

/// Runs a model over all samples, looking at each once: [`run_plan`] with nothing but the model.
pub fn run(desk: &Desk, name_or_file: &str, progress: &Progress) -> Result<RunReport, ProjectError> {
    run_plan(desk, &RunPlan { models: vec![name_or_file.to_owned()], looks: Looks::Once }, progress)
}

/// Runs models over all samples and stores what they say; a second equal run is found again.
///
/// A model that is not registered is registered first, where it lies. What is worked out is kept as it comes, so that an
/// interrupted run of the same models and settings goes on where it stopped.
pub fn run_plan(desk: &Desk, plan: &RunPlan, progress: &Progress) -> Result<RunReport, ProjectError> {
    let mut assumed = Vec::new();
    let members: Vec<NamedModel> =
        plan.models.iter().map(|name| registered(desk, name, &mut assumed)).collect::<Result<_, _>>()?;
    let asking = Asking::new(members, plan.looks)?;
    let reader = desk.project.reader()?;
    let samples = reader.samples()?;
    let ontology = reader.ontology()?;
    let registry = || asking.members().iter().filter_map(|member| member.registered.as_ref());
    let unmapped_classes: BTreeSet<String> =
        registry().flat_map(|row| row.model.unmapped(ontology.as_ref())).map(str::to_owned).collect();
    let template = template_of(&desk.project, &asking);
    let pending = pending_run(&template, &asking);
    let done = reader.pending_samples(&pending)?;
    let left: Vec<&Sample> = samples.iter().filter(|s| !done.contains(&s.id)).collect();
    let present: BTreeSet<SampleId> = samples.iter().map(|s| s.id.clone()).collect();
    let resumed = done.intersection(&present).count() as u64;
    let started = std::time::Instant::now();
    let pool = Pool::new(asking.models(), asking.opinions(), &engine_options(&desk.project)?)?;
    let problems = predict(desk, &asking, &pool, &left, &pending, progress)?;
    let seconds = started.elapsed().as_secs_f64();
    let (run, known) = keep::finish(desk, template, &pending, &present)?;
    let notes = asking.models().into_iter().flat_map(|model| model.notes().to_vec()).collect();
    let sessions = pool.sessions();
    let unmapped_classes = unmapped_classes.into_iter().collect();
    Ok(RunReport { run, known, problems, unmapped_classes, resumed, sessions, assumed, notes, seconds })
}

/// A model that is registered and in use; what was taken for granted to register it goes to `assumed`.
fn registered(desk: &Desk, name_or_file: &str, assumed: &mut Vec<String>) -> Result<NamedModel, ProjectError> {
    let named = open(&desk.project, name_or_file)?;
    if named.registered.as_ref().is_some_and(|row| row.is_retired) {
        return Err(ProjectError::usage(format!(
            "the model {0} was put out of use: `concord model retire {1} {0} --back` puts it back",
            named.name,
            desk.project.dir.display()
        )));
    }
    if named.registered.is_some() {
        return Ok(named);
    }
    let options = AddOptions { name: Some(named.name.clone()), in_place: true, ..AddOptions::default() };
    let proposal = proposal_of(&desk.project, Opened::Model(Box::new(named.model)), &options)?;
    assumed.extend_from_slice(&proposal.assumed);
    add(desk, proposal)?.into_named()
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
        opinions: Opinions::One,
        crops_of: None,
        score_threshold: project.config.inference.score_threshold,
        nms_iou: project.config.inference.nms_iou,
        samples: 0,
        predictions: 0,
        digest: String::new(),
    }
}

/// As [`template`] for all the models that are asked.
fn template_of(project: &Project, asking: &Asking) -> Run {
    let of_each: Vec<Run> = asking.members().iter().map(|member| template(project, member)).collect();
    let mut engines: Vec<String> = of_each.iter().map(|run| run.engine.clone()).collect();
    engines.dedup();
    let (model, model_sha256) = asking.name();
    let first = of_each.into_iter().next().expect("an asking has a model");
    Run { model, model_sha256, engine: engines.join(", "), opinions: asking.opinions().clone(), ..first }
}

/// What an unfinished run is known by: everything but the samples that decides its outcome.
fn pending_run(template: &Run, asking: &Asking) -> PendingRun {
    let contract = |named: &NamedModel| {
        named.registered.as_ref().map(|row| (row.model.contract.clone(), row.model.class_map.clone()))
    };
    PendingRun(digest(&(template, asking.members().iter().map(contract).collect::<Vec<_>>())))
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
    asking: &Asking,
    pool: &Pool<'_>,
    samples: &[&Sample],
    pending: &PendingRun,
    progress: &Progress,
) -> Result<Vec<ImportProblem>, ProjectError> {
    progress.start(&format!("running {}", asking.name().0), samples.len() as u64);
    let mut problems = Vec::new();
    let mut chunk: Vec<(SampleId, SampleReading)> = Vec::new();
    let keep = |chunk: &mut Vec<(SampleId, SampleReading)>| {
        let (rows, pending) = (std::mem::take(chunk), pending.clone());
        if rows.is_empty() { Ok(()) } else { desk.bulk(move |bulk| bulk.keep_pending(&pending, &rows)) }
    };
    let options = detect_options(&desk.project);
    let outcome = pool.run(&desk.project, samples, &options, progress, |index, outcome| {
        let sample = samples[index];
        match outcome {
            Ok(said) => chunk.push((sample.id.clone(), asking.reading(said.readings, said.size, &options))),
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
        agreement: None,
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
/// 0 without boxes. Of boxes on which there are several opinions and whose score is at least [`MIN_AGREED_SCORE`], the mean [`uncertainty`](concord_domain::opinions::Agreement::uncertainty) instead.
pub fn uncertainty_bits(predictions: &[Prediction]) -> f64 {
    if predictions.iter().any(|p| p.agreement.is_some()) {
        let counted = predictions.iter().filter(|p| p.score >= MIN_AGREED_SCORE);
        let agreed: Vec<f64> = counted.filter_map(|p| p.agreement.map(|a| a.uncertainty(p.score))).collect();
        return aggregate(&agreed, Aggregation::TopKMean(TOP_BOXES));
    }
    let scores: Vec<f64> = predictions.iter().map(|p| p.score).collect();
    image_uncertainty(&scores, Aggregation::TopKMean(TOP_BOXES))
}
