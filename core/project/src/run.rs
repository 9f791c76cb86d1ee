//! Run: a model's output over the samples, stored with the model's SHA-256.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use concord_domain::decision::Decision;
use concord_domain::digest::digest;
use concord_domain::sample::{Sample, SampleId};
use concord_domain::suggestion::{Prediction, Run};
use concord_imaging::{Limits, decode_file};
use concord_inference::{DetectOptions, Detection, EngineChoice, Model};
use concord_metrics::ranking::{Aggregation, image_uncertainty};
use concord_store::{ImportProblem, ModelRecord, run_digest};
use rayon::prelude::*;
use serde::Serialize;

use crate::{Desk, Progress, Project, ProjectError};

/// How many of an image's most uncertain boxes its uncertainty is the mean of.
pub const TOP_BOXES: usize = 5;

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
    /// Time spent on the images, in seconds.
    pub seconds: f64,
}

/// Predictions by sample, best first.
pub(crate) type RunRows = BTreeMap<SampleId, Vec<Prediction>>;

/// A model with the name under which the project knows it.
#[derive(Debug)]
pub struct NamedModel {
    /// Name for people and for the command line.
    pub name: String,
    /// The loaded model.
    pub model: Model,
}

/// Folder of a project in which models are found by their name.
const MODELS_FOLDER: &str = "models";

/// Loads a model by the name of one that the project ran before, by file, or by the name of a file in the project's
/// folder `models`.
pub fn load_model(project: &Project, name_or_file: &str) -> Result<NamedModel, ProjectError> {
    let known = project.reader()?.models()?;
    let mut file = PathBuf::from(name_or_file);
    if !file.is_file() {
        file = project.dir.join(MODELS_FOLDER).join(format!("{name_or_file}.onnx"));
    }
    let (name, path, sha256) = match known.iter().find(|m| m.name == name_or_file) {
        Some(record) => (record.name.clone(), project.resolve(&record.path), Some(&record.sha256)),
        None if file.is_file() => {
            let stem = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            (stem, file, None)
        }
        None => {
            let names: Vec<&str> = known.iter().map(|m| m.name.as_str()).collect();
            let known = if names.is_empty() { "none yet".to_owned() } else { names.join(", ") };
            return Err(ProjectError::usage(format!(
                "there is no model file {name_or_file}, and the project knows no model of that name (known: {known})"
            )));
        }
    };
    let choice = engine_choice(&project.config.inference.engine)?;
    let library = project.config.inference.onnxruntime_library.as_ref().map(|l| project.resolve(l));
    let model = Model::load(&path, choice, library.as_deref())?;
    if let Some(expected) = sha256
        && expected != model.sha256()
    {
        return Err(ProjectError::usage(format!(
            "{} is not the file that the project knows as {name}: its SHA-256 is {}, not {expected}",
            path.display(),
            model.sha256()
        )));
    }
    Ok(NamedModel { name, model })
}

fn engine_choice(text: &str) -> Result<EngineChoice, ProjectError> {
    match text {
        "auto" => Ok(EngineChoice::Auto),
        "rten" => Ok(EngineChoice::Rten),
        "onnxruntime" => Ok(EngineChoice::OnnxRuntime),
        other => Err(ProjectError::usage(format!(
            "concord.toml: there is no engine \"{other}\"; use auto, rten or onnxruntime"
        ))),
    }
}

/// Runs a model over all samples and stores its predictions in one transaction; a second equal run is found again.
pub fn run(desk: &Desk, name_or_file: &str, progress: &Progress) -> Result<RunReport, ProjectError> {
    let named = load_model(&desk.project, name_or_file)?;
    let reader = desk.project.reader()?;
    let samples = reader.samples()?;
    let ontology = reader.ontology()?;
    let unmapped_classes = named
        .model
        .contract()
        .class_names
        .iter()
        .filter(|c| ontology.as_ref().is_none_or(|o| o.class(c).is_none()))
        .cloned()
        .collect();
    let started = std::time::Instant::now();
    let (rows, problems) = predict(&desk.project, &named, &samples, progress)?;
    let seconds = started.elapsed().as_secs_f64();
    let record = ModelRecord {
        name: named.name.clone(),
        sha256: named.model.sha256().to_owned(),
        path: model_path(&desk.project, named.model.path())?,
    };
    let (run, known) = write_run(desk, template(&desk.project, &named), rows, Some(record))?;
    Ok(RunReport { run, known, problems, unmapped_classes, seconds })
}

/// A path that finds the model again from anywhere.
fn model_path(project: &Project, path: &Path) -> Result<String, ProjectError> {
    let path = path.canonicalize().map_err(|e| ProjectError::io("looking for the model", path, e))?;
    Ok(project.catalogue_path(&path))
}

/// The run of a model as the project is set up, its counts still open.
pub(crate) fn template(project: &Project, named: &NamedModel) -> Run {
    Run {
        id: String::new(),
        model: named.name.clone(),
        model_sha256: named.model.sha256().to_owned(),
        engine: named.model.engine().name().to_owned(),
        perturbation: None,
        score_threshold: project.config.inference.score_threshold,
        nms_iou: project.config.inference.nms_iou,
        samples: 0,
        predictions: 0,
        digest: String::new(),
    }
}

/// How the project wants detections to be kept.
pub(crate) fn detect_options(project: &Project) -> DetectOptions {
    DetectOptions {
        score_threshold: project.config.inference.score_threshold as f32,
        nms_iou: project.config.inference.nms_iou,
        ..DetectOptions::default()
    }
}

/// A model's predictions on samples, several at a time; images that cannot be read are listed.
fn predict(
    project: &Project,
    named: &NamedModel,
    samples: &[Sample],
    progress: &Progress,
) -> Result<(RunRows, Vec<ImportProblem>), ProjectError> {
    let options = detect_options(project);
    let limits = Limits::default();
    progress.start(&format!("running {}", named.name), samples.len() as u64);
    let detected: Vec<Result<(SampleId, Vec<Prediction>), ImportProblem>> = samples
        .par_iter()
        .map(|s| {
            progress.step(1)?;
            match decode_file(&project.image_path(s), &limits) {
                Ok(image) => {
                    let found = named.model.detect(&image, &options)?;
                    Ok(Ok((s.id.clone(), predictions(&named.model, found))))
                }
                Err(error) => Ok(Err(ImportProblem { place: s.path.clone(), cause: error.to_string() })),
            }
        })
        .collect::<Result<_, ProjectError>>()?;
    let (mut rows, mut problems) = (RunRows::new(), Vec::new());
    for outcome in detected {
        match outcome {
            Ok((sample, predictions)) => {
                rows.insert(sample, predictions);
            }
            Err(problem) => problems.push(problem),
        }
    }
    Ok((rows, problems))
}

/// Detections in the words of the domain.
pub(crate) fn predictions(model: &Model, found: Vec<Detection>) -> Vec<Prediction> {
    let names = &model.contract().class_names;
    let name = |class: usize| names.get(class).cloned().unwrap_or_else(|| format!("class {class}"));
    found
        .into_iter()
        .map(|d| Prediction {
            bbox: d.bbox,
            class: name(d.class),
            score: f64::from(d.score),
            class_scores: d.class_scores,
        })
        .collect()
}

/// How uncertain a model is about an image, in bits: the mean binary entropy of its [`TOP_BOXES`] most uncertain boxes;
/// 0 without boxes.
pub fn uncertainty_bits(predictions: &[Prediction]) -> f64 {
    let scores: Vec<f64> = predictions.iter().map(|p| p.score).collect();
    image_uncertainty(&scores, Aggregation::TopKMean(TOP_BOXES))
}

/// Writes a run with its predictions in one transaction; a run of equal content is not written twice.
pub(crate) fn write_run(
    desk: &Desk,
    mut run: Run,
    rows: RunRows,
    model: Option<ModelRecord>,
) -> Result<(Run, bool), ProjectError> {
    run.samples = rows.len() as u64;
    run.predictions = rows.values().map(|p| p.len() as u64).sum();
    run.digest = run_digest(rows.iter().map(|(s, p)| (s, p.as_slice())));
    run.id = String::new();
    let samples: Vec<&SampleId> = rows.keys().collect();
    run.id = digest(&(&run, samples)).trim_start_matches("b3:").chars().take(16).collect();
    if desk.project.reader()?.runs()?.iter().any(|r| r.id == run.id) {
        return Ok((run, true));
    }
    let entry = desk.entry(Decision::RunRecorded { run: Box::new(run.clone()) });
    let (written, rows) = (run.clone(), Arc::new(rows));
    desk.bulk(move |bulk| {
        if let Some(model) = &model {
            bulk.add_model(model)?;
        }
        bulk.add_run(&written)?;
        for (sample, predictions) in rows.iter() {
            bulk.add_predictions(&written.id, sample, uncertainty_bits(predictions), predictions)?;
        }
        bulk.commit(entry).map(|_| ())
    })?;
    Ok((run, false))
}
