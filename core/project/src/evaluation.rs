//! Evaluation: predictions held against reference labels, shared by validation, stress and the queue.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::disagreement::{Opinion, compare};
use concord_domain::gold::{Settled, settle};
use concord_domain::label_set::{LabelSet, LabelSetKey, Labels, Stamp};
use concord_domain::object::Object;
use concord_domain::policy::{Policy, ReviewRules};
use concord_domain::review::{Demands, SetStanding, SetState, Settling, Stage, Standing};
use concord_domain::sample::{Sample, SampleId};
use concord_domain::slice::Slice;
use concord_domain::suggestion::Prediction;
use concord_metrics::coco::{DetectionBox, Evaluator, GroundTruthBox, Image};
use concord_metrics::detection::{ImageCounts, Matched};
use concord_metrics::{Interval, interval};
use concord_store::{GoldRow, Reader};
use serde::Serialize;

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

/// The settled labels of a sample, or why there are none.
#[derive(Debug, Clone, PartialEq)]
pub enum GoldState {
    /// It is settled.
    Settled(Box<Gold>),
    /// It is not.
    Open {
        /// Where it stands: at a stage before gold.
        stage: Stage,
        /// What is missing, for reports.
        why: String,
        /// The label sets that count, in order of annotator.
        sets: Vec<LabelSet>,
    },
}

/// The settled labels of a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Gold {
    /// Objects, tags and relations.
    pub labels: Labels,
    /// The label sets that count, in order of annotator.
    pub sets: Vec<LabelSet>,
    /// Number of objects that too few annotators support.
    pub minority: usize,
    /// Who decided so; `None` where it follows from the label sets by the rules of the policy.
    pub decided: Option<Decided>,
}

/// Who settled a sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// Who.
    pub by: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_utc_ms: i64,
    /// How.
    pub how: Settling,
    /// Ontology and policy it was checked against.
    pub stamp: Stamp,
}

/// The gold of every sample that somebody submitted, by sample. The validation reference does not vote, nor does an
/// answer to a task whose answer was known.
pub fn gold(project: &Project, reader: &Reader) -> Result<BTreeMap<SampleId, GoldState>, ProjectError> {
    let policy = reader.policy()?;
    let reference = project.config.validation.reference.as_deref();
    let checks = honeypot_answers(reader)?;
    let mut votes: BTreeMap<SampleId, Votes> = BTreeMap::new();
    reader.each_label_set(|set| {
        let votes_here = Some(set.key.annotator.as_str()) != reference && !checks.contains(&set.key);
        if set.status.is_submitted() && votes_here {
            votes.entry(set.key.sample.clone()).or_default().sets.push(set);
        }
    })?;
    reader.each_gold(|row| {
        let votes = votes.entry(row.sample.clone()).or_default();
        votes.decided = Some(row);
    })?;
    for (sample, reason) in reader.reopened()? {
        votes.entry(sample).or_default().reopened = Some(reason);
    }
    let state = |(sample, votes): (SampleId, Votes)| {
        let asked = Asked::of(policy.as_ref(), &sample);
        (sample, state_of(votes, &asked))
    };
    let mut states: BTreeMap<SampleId, GoldState> = votes.into_iter().map(state).collect();
    if let Some(floor) = policy.as_ref().and_then(|policy| policy.review.honeypot_floor) {
        let doubted = doubted(reader, &states, floor)?;
        for state in states.values_mut() {
            review_doubted(state, &doubted);
        }
    }
    Ok(states)
}

/// The votes on one sample.
pub(crate) fn votes_on(project: &Project, reader: &Reader, sample: &SampleId) -> Result<Votes, ProjectError> {
    let reference = project.config.validation.reference.as_deref();
    let checks = honeypot_answers(reader)?;
    let votes_here = |key: &LabelSetKey| Some(key.annotator.as_str()) != reference && !checks.contains(key);
    let mut sets = reader.label_sets_of(sample)?;
    sets.retain(|set| set.status.is_submitted() && votes_here(&set.key));
    Ok(Votes { sets, decided: reader.gold_of(sample)?, reopened: reader.reopened_for(sample)? })
}

/// Everything from which the state of a sample follows.
#[derive(Debug, Default)]
pub(crate) struct Votes {
    /// The label sets that count, in order of annotator.
    pub(crate) sets: Vec<LabelSet>,
    /// What somebody decided.
    pub(crate) decided: Option<GoldRow>,
    /// Why it was reopened, until it is settled again.
    pub(crate) reopened: Option<String>,
}

/// What the policy asks of a sample.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    wanted: u32,
    is_drawn: bool,
    rules: ReviewRules,
}

impl Asked {
    /// What a policy asks; without one, a single annotator.
    pub(crate) fn of(policy: Option<&Policy>, sample: &SampleId) -> Self {
        let rules = policy.map(|p| p.review.clone()).unwrap_or_default();
        let is_drawn = policy.is_some_and(|p| p.review.is_drawn(p.assignment.seed, sample));
        Self { wanted: policy.map_or(1, |p| p.wanted(sample)), is_drawn, rules }
    }
}

/// What the votes on one sample come to.
pub(crate) fn state_of(votes: Votes, asked: &Asked) -> GoldState {
    let Votes { sets, decided, reopened } = votes;
    if let Some(GoldRow { by, at_utc_ms, how, stamp, labels, .. }) = decided {
        let decided = Some(Decided { by, at_utc_ms, how, stamp });
        return GoldState::Settled(Box::new(Gold { labels, sets, minority: 0, decided }));
    }
    let voters: Vec<&LabelSet> = sets.iter().collect();
    let outcome = settle(&voters, &asked.rules);
    // The agreement with the least that is wanted, where it is below.
    let too_low = asked.rules.arbitrate_below.map(|least| (agreement(&sets, &asked.rules), least));
    let too_low = too_low.filter(|(agreement, least)| agreement < least);
    let standing =
        Standing { sets: sets.iter().map(standing_of).collect(), settled_by: None, reopened: reopened.clone() };
    let demands = Demands {
        wanted: asked.wanted,
        wants_review: asked.is_drawn,
        wants_arbitration: too_low.is_some() || matches!(outcome, Settled::NeedsArbitration(_)),
    };
    let stage = standing.stage(&demands);
    let why = match (stage, outcome) {
        (Stage::Gold, Settled::Gold { labels, minority }) => {
            return GoldState::Settled(Box::new(Gold { labels, sets, minority, decided: None }));
        }
        (Stage::Label, _) => format!("{} of {} annotators have submitted", sets.len(), asked.wanted),
        (Stage::Review, _) => reopened.map_or_else(
            || "waits for a reviewer".to_owned(),
            |reason| format!("was reopened and waits for a reviewer: {reason}"),
        ),
        (_, Settled::NeedsArbitration(open)) => {
            let first = open.first().cloned().unwrap_or_default();
            format!("needs arbitration on {} object(s), the first: {first}", open.len())
        }
        _ => match (too_low, reopened) {
            (Some((agreement, least)), _) => format!("needs arbitration: F1 {agreement:.2} is below {least}"),
            (None, reason) => format!("was reopened and needs arbitration: {}", reason.unwrap_or_default()),
        },
    };
    GoldState::Open { stage, why, sets }
}

/// The lowest F1 of two annotators of a sample.
fn agreement(sets: &[LabelSet], rules: &ReviewRules) -> f64 {
    let opinions: Vec<Opinion<'_>> =
        sets.iter().map(|set| Opinion { annotator: &set.key.annotator, labels: &set.labels }).collect();
    compare(&opinions, rules).agreement
}

fn standing_of(set: &LabelSet) -> SetStanding {
    let (annotator, revision) = (set.key.annotator.clone(), set.status.revision());
    SetStanding { annotator, revision, state: SetState::Submitted }
}

/// Who answered fewer tasks well whose answer was known than the floor asks for, with a probability above 0.8.
fn doubted(
    reader: &Reader,
    states: &BTreeMap<SampleId, GoldState>,
    floor: f64,
) -> Result<BTreeSet<String>, ProjectError> {
    let answers = crate::queue::answers(reader, states)?.into_iter();
    let is_doubted = |answer: &crate::queue::KnownAnswers| answer.reliability.probability_below(floor) > DOUBT;
    Ok(answers.filter(is_doubted).map(|answer| answer.annotator).collect())
}

/// From this probability on that a person's rate lies below the floor, what they alone labelled is reviewed.
const DOUBT: f64 = 0.8;

/// What a doubted person alone labelled is not gold by itself.
fn review_doubted(state: &mut GoldState, doubted: &BTreeSet<String>) {
    let GoldState::Settled(gold) = state else { return };
    let [only] = gold.sets.as_slice() else { return };
    if gold.decided.is_none() && doubted.contains(&only.key.annotator) {
        let why = format!("waits for a reviewer: {} missed too many known answers", only.key.annotator);
        *state = GoldState::Open { stage: Stage::Review, why, sets: std::mem::take(&mut gold.sets) };
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
                GoldState::Settled(gold) => Some((sample, gold.labels.objects)),
                GoldState::Open { .. } => None,
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
