//! Evaluation: predictions held against reference labels, shared by validation, stress and the queue.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::gold::{Settled, settle};
use concord_domain::label_set::{LabelSet, LabelSetKey};
use concord_domain::object::Object;
use concord_domain::sample::{Sample, SampleId};
use concord_domain::slice::Slice;
use concord_domain::suggestion::Prediction;
use concord_metrics::coco::{DetectionBox, Evaluator, GroundTruthBox, Image};
use concord_metrics::detection::{ImageCounts, Matched};
use concord_metrics::{Interval, interval};
use concord_store::Reader;

use crate::{Project, ProjectError};

/// IoU at which a prediction finds an object at the operating point.
pub const OPERATING_IOU: f64 = 0.5;

/// What predictions are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference<'a> {
    /// Gold: what the annotators' label sets settle to.
    Gold,
    /// The submitted label sets of one annotator.
    Annotator(&'a str),
}

impl<'a> Reference<'a> {
    /// What the project's configuration declares.
    pub fn for_project(project: &'a Project) -> Self {
        project.config.validation.reference.as_deref().map_or(Self::Gold, Self::Annotator)
    }

    /// In words, for reports.
    pub fn describe(self) -> String {
        match self {
            Self::Gold => "gold: the settled label sets".to_owned(),
            Self::Annotator(name) => format!("the submitted label sets of {name}"),
        }
    }
}

/// The settled objects of a sample, or why there are none.
#[derive(Debug, Clone, PartialEq)]
pub enum GoldState {
    /// The objects, with the label sets they came from and the number of minority boxes.
    Settled {
        /// The objects.
        objects: Vec<Object>,
        /// The label sets they were settled from, by annotator.
        sets: Vec<LabelSet>,
        /// Number of boxes that too few annotators support.
        minority: usize,
    },
    /// Why the sample has no gold.
    Open(String),
}

/// The gold of every sample that somebody submitted, by sample. The validation reference does not vote, nor does an
/// answer to a task whose answer was known.
pub fn gold(project: &Project, reader: &Reader) -> Result<BTreeMap<SampleId, GoldState>, ProjectError> {
    let policy = reader.policy()?;
    let reference = project.config.validation.reference.as_deref();
    let checks = honeypot_answers(reader)?;
    let mut sets: BTreeMap<SampleId, Vec<LabelSet>> = BTreeMap::new();
    reader.each_label_set(|set| {
        let votes = Some(set.key.annotator.as_str()) != reference && !checks.contains(&set.key);
        if set.status.is_submitted() && votes {
            sets.entry(set.key.sample.clone()).or_default().push(set);
        }
    })?;
    let wanted = |sample: &SampleId| policy.as_ref().map_or(1, |p| p.wanted(sample)) as usize;
    Ok(sets.into_iter().map(|(sample, sets)| (sample.clone(), state_of(sets, wanted(&sample)))).collect())
}

/// What the submitted label sets of one sample settle to, of `wanted` annotators.
pub(crate) fn state_of(sets: Vec<LabelSet>, wanted: usize) -> GoldState {
    if sets.len() < wanted {
        return GoldState::Open(format!("{} of {wanted} annotators have submitted", sets.len()));
    }
    match settle(&sets.iter().collect::<Vec<_>>()) {
        Settled::Gold { objects, minority } => GoldState::Settled { objects, sets, minority },
        Settled::NeedsArbitration(open) => {
            let first = open.first().cloned().unwrap_or_default();
            GoldState::Open(format!("needs arbitration on {} object(s), the first: {first}", open.len()))
        }
    }
}

/// The label sets that answer tasks whose answer was known: they are held against it and do not vote.
pub(crate) fn honeypot_answers(reader: &Reader) -> Result<BTreeSet<LabelSetKey>, ProjectError> {
    Ok(reader.tasks()?.into_iter().filter(|task| task.is_honeypot).map(|task| task.key).collect())
}

/// The reference objects by sample.
pub fn reference_objects(
    project: &Project,
    reader: &Reader,
    reference: Reference<'_>,
) -> Result<BTreeMap<SampleId, Vec<Object>>, ProjectError> {
    match reference {
        Reference::Gold => Ok(gold(project, reader)?
            .into_iter()
            .filter_map(|(sample, state)| match state {
                GoldState::Settled { objects, .. } => Some((sample, objects)),
                GoldState::Open(_) => None,
            })
            .collect()),
        Reference::Annotator(name) => {
            let mut objects = BTreeMap::new();
            reader.each_label_set(|set| {
                if set.key.annotator == name && set.status.is_submitted() {
                    objects.insert(set.key.sample, set.labels.objects);
                }
            })?;
            Ok(objects)
        }
    }
}

/// Predictions and reference of the same samples, as numbers that the metrics understand.
#[derive(Debug)]
pub struct Evaluated {
    /// The samples, in order of id; image `i` of the metrics is sample `i − 1`.
    pub samples: Vec<Sample>,
    /// Class names; category `c` of the metrics is class `c − 1`.
    pub classes: Vec<String>,
    /// COCO matching.
    pub coco: Evaluator,
    /// Matching at [`OPERATING_IOU`].
    pub operating: Matched,
}

/// Holds predictions against reference objects, on the samples that have both. Samples are taken in order of id.
pub fn evaluate(
    samples: Vec<Sample>,
    classes: Vec<String>,
    reference: &BTreeMap<SampleId, Vec<Object>>,
    predictions: &BTreeMap<SampleId, Vec<Prediction>>,
) -> Result<Evaluated, ProjectError> {
    let mut samples: Vec<Sample> =
        samples.into_iter().filter(|s| reference.contains_key(&s.id) && predictions.contains_key(&s.id)).collect();
    samples.sort_by(|a, b| a.id.cmp(&b.id));
    let category = |class: &str| classes.iter().position(|c| c == class).map(|i| i as u64 + 1);
    let images: Vec<Image> = (1..=samples.len() as u64).map(|id| Image { id }).collect();
    let categories: Vec<u64> = (1..=classes.len() as u64).collect();
    let (mut truth, mut found) = (Vec::new(), Vec::new());
    for (image, sample) in (1u64..).zip(&samples) {
        for object in &reference[&sample.id] {
            if let Some(category) = category(&object.class) {
                let (bbox, area) = (object.bounds(), object.bounds().area_px());
                truth.push(GroundTruthBox { image, category, bbox, area, iscrowd: false });
            }
        }
        for prediction in &predictions[&sample.id] {
            if let Some(category) = category(&prediction.class) {
                found.push(DetectionBox { image, category, bbox: prediction.bbox, score: prediction.score });
            }
        }
    }
    let coco = Evaluator::new(&truth, &found, &images, &categories)?;
    let operating = Matched::new(&truth, &found, &images, &categories, OPERATING_IOU)?;
    Ok(Evaluated { samples, classes, coco, operating })
}

impl Evaluated {
    /// The images of the samples that a slice holds, as the metrics number them.
    pub fn images_of(&self, slice: &Slice) -> Vec<u64> {
        (1u64..).zip(&self.samples).filter(|(_, s)| slice.contains(s)).map(|(image, _)| image).collect()
    }

    /// The sample of an image as the metrics number it.
    pub fn sample(&self, image: u64) -> Option<&Sample> {
        self.samples.get(usize::try_from(image).ok()?.checked_sub(1)?)
    }
}

/// Hits and misses by sample at the operating point.
#[derive(Debug, Default)]
pub struct Outcomes {
    evaluated: Option<Evaluated>,
}

impl Outcomes {
    /// Wilson interval of the recall in a slice; `None` without objects.
    pub fn recall(&self, slice: &Slice, score: f64) -> Option<Interval> {
        let evaluated = self.evaluated.as_ref()?;
        let counts: BTreeMap<u64, ImageCounts> =
            evaluated.operating.per_image(score).into_iter().map(|c| (c.image, c)).collect();
        let (mut hits, mut objects) = (0, 0);
        for image in evaluated.images_of(slice) {
            if let Some(c) = counts.get(&image) {
                hits += c.true_positives;
                objects += c.true_positives + c.false_negatives;
            }
        }
        interval::wilson(hits, objects, 0.95)
    }
}

/// A run held against the reference, as far as both go.
pub fn outcomes(project: &Project, run: &str, reference: Reference<'_>) -> Result<Outcomes, ProjectError> {
    let reader = project.reader()?;
    let truth = reference_objects(project, &reader, reference)?;
    if truth.is_empty() {
        return Ok(Outcomes::default());
    }
    let classes = reader.ontology()?.map(|o| o.classes.into_iter().map(|c| c.name).collect()).unwrap_or_default();
    let predictions = predictions_of(&reader, run)?;
    Ok(Outcomes { evaluated: Some(evaluate(reader.samples()?, classes, &truth, &predictions)?) })
}

/// The score of every prediction of a run on the reference's samples, its image, and whether it found an object at
/// [`OPERATING_IOU`].
pub fn scored_outcomes(
    project: &Project,
    run: &str,
    reference: Reference<'_>,
) -> Result<Vec<(f64, u64, bool)>, ProjectError> {
    let outcomes = outcomes(project, run, reference)?;
    Ok(outcomes.evaluated.map(|e| e.operating.scored()).unwrap_or_default())
}

/// A run's predictions by sample; samples on which the model found nothing are there with an empty list.
pub fn predictions_of(reader: &Reader, run: &str) -> Result<BTreeMap<SampleId, Vec<Prediction>>, ProjectError> {
    let mut predictions: BTreeMap<SampleId, Vec<Prediction>> =
        reader.uncertainties(run)?.into_iter().map(|(sample, _)| (sample, vec![])).collect();
    reader.each_prediction(run, |sample, _, prediction| {
        if let Some(list) = predictions.get_mut(sample) {
            list.push(prediction);
        }
    })?;
    Ok(predictions)
}
