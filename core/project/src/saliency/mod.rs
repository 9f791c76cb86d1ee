//! Saliency: what a model's answer on one sample rests on, worked out step by step, kept, and found again.

mod cache;
mod imported;
mod sanity;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use concord_domain::sample::Sample;
use concord_geometry::BBox;
use concord_imaging::{Limits, Rgb8, decode_file};
use concord_inference::saliency::{Method, Progress as Steps, Target, within};
use concord_inference::{DetectOptions, ExplainOptions, Explanation, Heatmap};

use crate::model::NamedModel;
use crate::{Project, ProjectError};

use cache::Cache;
pub use imported::{ImportedMaps, SALIENCY_FOLDER, has_imported_maps, import_maps, imported_map};
pub use sanity::{ClassFigures, Figures, MethodFigures, SanityOptions, SanityReport, sanity};

/// How long after its start a map is shown for the first time.
const FIRST_LOOK: Duration = Duration::from_millis(700);
/// How long it takes from one look at a growing map to the next.
const NEXT_LOOK: Duration = Duration::from_millis(500);
/// Lowest score of what counts as found in a changed picture.
const FOUND_FROM: f64 = 0.01;

/// What is to be explained.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// On which sample.
    pub sample: Sample,
    /// What on it.
    pub subject: Subject,
    /// How.
    pub method: Method,
}

/// What of a sample is explained.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Subject {
    /// All that the model says about it.
    #[default]
    Image,
    /// One object.
    Object(Focus),
}

/// An object that is explained: a label, or a suggestion.
#[derive(Debug, Clone, PartialEq)]
pub struct Focus {
    /// Where, in image pixels.
    pub bbox: BBox,
    /// Its class in the ontology's words.
    pub class: String,
    /// Scores of all classes of the model that is asked; empty where they are not known.
    pub class_scores: Vec<f32>,
}

/// A map that grows, on its way to an [`Answer`].
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The map so far.
    pub map: Heatmap,
    /// Pictures done, and pictures in all.
    pub steps: Steps,
}

/// A finished map.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The map over the whole image.
    pub map: Heatmap,
    /// True when it was worked out before and only read now.
    pub was_kept: bool,
}

/// How a model can be explained, for a person to choose from.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// Name of the model.
    pub model: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// The methods, each with its usual parameters.
    pub methods: Vec<Method>,
    /// The tensor that EigenCAM takes when none is named; `None` when one must be.
    pub feature_map: Option<String>,
    /// Every tensor of the graph, in graph order.
    pub tensors: Vec<String>,
    /// The classes it knows, in the ontology's words.
    pub classes: Vec<String>,
}

impl Choices {
    /// Those of a model.
    pub fn of(named: &NamedModel) -> Self {
        let model = &named.model;
        Self {
            model: named.name.clone(),
            sha256: model.sha256().to_owned(),
            methods: model.saliency_methods(),
            feature_map: model.feature_map().map(str::to_owned),
            tensors: model.tensors().to_vec(),
            classes: (0..model.contract().class_names.len()).map(|class| named.class_name(class)).collect(),
        }
    }
}

/// Answers a question: with the map that is kept, or else step by step, kept in the end.
///
/// `look` sees a growing map after 0.7 s for the first time, then every half second. Once `stop` is set it ends at the next
/// step with [`ProjectError::Cancelled`], and nothing is kept. Imported maps have no model: see [`imported_map`].
pub fn explain(
    project: &Project,
    named: &NamedModel,
    question: &Question,
    stop: &AtomicBool,
    look: &mut dyn FnMut(Look),
) -> Result<Answer, ProjectError> {
    let cache = Cache::of(project);
    let key = cache::key(project, named, question);
    if let Some(map) = cache.find(&key, &question.method) {
        return Ok(Answer { map, was_kept: true });
    }
    let image = decode_file(&project.image_path(&question.sample), &Limits::default())?;
    let map = work_out(project, named, question, &image, stop, look)?;
    // A map that cannot be kept is worked out again the next time; that is no reason to withhold it now.
    if let Err(error) = cache.keep(&key, &map) {
        tracing::warn!("a saliency map is not kept: {error}");
    }
    Ok(Answer { map, was_kept: false })
}

/// Works a map out without looking for a kept one.
fn work_out(
    project: &Project,
    named: &NamedModel,
    question: &Question,
    image: &Rgb8,
    stop: &AtomicBool,
    look: &mut dyn FnMut(Look),
) -> Result<Heatmap, ProjectError> {
    let target = match &question.subject {
        Subject::Image => None,
        Subject::Object(focus) => Some(target(named, focus, asks_the_model(&question.method))?),
    };
    let (options, sample) = (explain_options(project, named), question.sample.id.as_ref());
    let mut explanation = named.model.explain(image, &question.method, target.as_ref(), sample, &options)?;
    let mut next = Instant::now() + FIRST_LOOK;
    while explanation.step()? {
        if stop.load(Ordering::Relaxed) {
            return Err(ProjectError::Cancelled);
        }
        if Instant::now() >= next {
            look(look_at(&explanation));
            next = Instant::now() + NEXT_LOOK;
        }
    }
    Ok(explanation.map())
}

fn look_at(explanation: &Explanation<'_>) -> Look {
    Look { map: explanation.map(), steps: explanation.progress() }
}

/// The map of an imported file, cut to the object where one is meant.
pub(crate) fn cut(map: Heatmap, question: &Question) -> Heatmap {
    match &question.subject {
        Subject::Image => map,
        Subject::Object(focus) => within(&map, question.sample.size, &focus.bbox),
    }
}

/// How the project wants its models to be asked.
fn explain_options(project: &Project, named: &NamedModel) -> ExplainOptions {
    let inference = &project.config.inference;
    ExplainOptions {
        detect: DetectOptions {
            score_threshold: inference.score_threshold.min(FOUND_FROM) as f32,
            nms_iou: inference.nms_iou,
            ..DetectOptions::default()
        },
        score: project.config.validation.score as f32,
        same: same_classes(named),
    }
}

/// For each class of the model the first one that the ontology calls the same.
fn same_classes(named: &NamedModel) -> Vec<usize> {
    let names: Vec<String> = (0..named.model.contract().class_names.len()).map(|c| named.class_name(c)).collect();
    names.iter().map(|name| names.iter().position(|other| other == name).unwrap_or(0)).collect()
}

/// True for methods that ask the model about changed pictures, and so about one class or another.
fn asks_the_model(method: &Method) -> bool {
    matches!(method, Method::Occlusion(_) | Method::DRise(_))
}

/// The object as the methods look at it. A method that looks inside needs no class.
fn target(named: &NamedModel, focus: &Focus, needs_class: bool) -> Result<Target, ProjectError> {
    let same = same_classes(named);
    let class = (0..same.len()).find(|class| named.class_name(*class) == focus.class);
    let Some(class) = class.or((!needs_class).then_some(0)) else {
        return Err(ProjectError::usage(format!(
            "the model {} knows no class {}: explain the whole image, or choose EigenCAM",
            named.name, focus.class
        )));
    };
    let class_scores = if focus.class_scores.len() == same.len() {
        focus.class_scores.clone()
    } else if same.iter().filter(|other| **other == class).count() > 1 {
        // Several classes of the model mean this one: each of them alone would be a wrong expectation.
        same.iter().map(|other| f32::from(u8::from(*other == class))).collect()
    } else {
        Vec::new()
    };
    Ok(Target { bbox: focus.bbox, class, class_scores })
}
