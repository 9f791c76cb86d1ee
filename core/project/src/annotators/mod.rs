//! Annotators: how each of them labels, held against gold, known answers, the others, their own past and the suggestions
//! they were given.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::sample::SampleId;
use concord_metrics::agreement::{ObjectPair, Options, object_agreement};
use concord_metrics::quantile::quantile_of;
use concord_metrics::{Metric, interval};
use concord_store::Reader;
use serde::Serialize;

use crate::activity::labelling_ms;
use crate::agree::{self, AgreeOptions, Said, SaidBy, class_names, said};
use crate::evaluation::{self, Gold, GoldState};
use crate::queue::{KnownAnswers, answers};
use crate::{Project, ProjectError};

mod confusion;
mod course;

pub use confusion::{Confusion, Slip};
pub use course::{Course, MonthFigures};

/// What is looked at.
#[derive(Debug, Clone)]
pub struct AnnotatorsOptions {
    /// Who looks: they see their own figures, and an owner those of all.
    pub viewer: String,
    /// Intervals; the threshold of overlap is the policy's.
    pub metrics: Options,
}

impl AnnotatorsOptions {
    /// The figures for a person, with the intervals of [`AgreeOptions`].
    pub fn for_viewer(viewer: &str) -> Self {
        Self { viewer: viewer.to_owned(), metrics: AgreeOptions::default().metrics }
    }
}

/// How people label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnnotatorsReport {
    /// Overlap from which on two objects are one.
    pub match_iou: f64,
    /// Samples whose gold somebody decided.
    pub gold_decided: u64,
    /// Samples whose gold follows from what two or more people say, each of whom has a part in it.
    pub gold_by_vote: u64,
    /// Samples that are settled by the word of one person alone, who is not held against it.
    pub gold_alone: u64,
    /// Names of the classes that somebody used; "nothing" comes after them in tables.
    pub classes: Vec<String>,
    /// By name, of those whose figures may be shown.
    pub annotators: Vec<AnnotatorFigures>,
    /// People whose figures are not shown.
    pub hidden: u64,
    /// Replicates of the intervals, their seed and level.
    pub replicates: u32,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Level of the intervals.
    pub confidence: f64,
}

/// How one person labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnnotatorFigures {
    /// Who.
    pub annotator: String,
    /// Label sets that count.
    pub label_sets: u64,
    /// Objects in them.
    pub objects: u64,
    /// Agreement with gold.
    pub gold: WithGold,
    /// Answers to tasks whose answer was known; `None` without one.
    pub known_answers: Option<KnownAnswers>,
    /// How the person takes one class for another.
    pub confusion: Confusion,
    /// Seconds a label set, of those that were timed: the median.
    pub median_s: Metric,
    /// Likewise, the seconds within which 90 % were made.
    pub p90_s: Metric,
    /// How that changed over time.
    pub course: Course,
    /// What became of suggestions.
    pub suggestions: Suggestions,
}

/// Agreement of a person with gold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct WithGold {
    /// Samples that were compared.
    pub samples: u64,
    /// Objects of gold that the person found with their class, over all of both.
    pub f1_cls: Metric,
    /// Objects of gold that the person found, over all of both.
    pub f1_loc: Metric,
    /// Cohen's κ of the classes of what both have.
    pub kappa_cls: Metric,
    /// Mean overlap of what both have.
    pub mean_iou: Metric,
    /// True when these rest on too little to mean much.
    pub is_thin: bool,
}

/// What a person did with suggestions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Suggestions {
    /// Accepted, and left as they were.
    pub unchanged: u64,
    /// Accepted, and altered in place or class.
    pub edited: u64,
    /// Turned down.
    pub rejected: u64,
    /// The share that was accepted unchanged, with Wilson's interval.
    pub unchanged_share: Metric,
}

/// Tells how people label.
pub fn annotators(project: &Project, options: &AnnotatorsOptions) -> Result<AnnotatorsReport, ProjectError> {
    let reader = project.reader()?;
    let match_iou = reader.policy()?.map_or(0.5, |policy| policy.review.match_iou);
    let metrics = Options { tau: match_iou, ..options.metrics };
    let states = evaluation::gold(project, &reader)?;
    let known: BTreeMap<String, KnownAnswers> =
        answers(&reader, &states)?.into_iter().map(|a| (a.annotator.clone(), a)).collect();
    let (gold, counts) = comparable(states);
    let said = said(project, &reader, &[])?;
    let classes = used_classes(&said, &gold, &reader)?;
    let estimate = confusion::estimate(&said, &classes, match_iou)?;
    let worked = labelling_ms(&reader.task_times()?);
    let people = reader.people()?;
    let mut report = AnnotatorsReport {
        match_iou,
        gold_decided: counts[0],
        gold_by_vote: counts[1],
        gold_alone: counts[2],
        classes,
        annotators: vec![],
        hidden: 0,
        replicates: metrics.replicates,
        seed: metrics.seed,
        confidence: metrics.confidence,
    };
    for (place, (annotator, sets)) in said.by.iter().enumerate() {
        if !people.may_see_figures(&options.viewer, annotator) {
            report.hidden += 1;
            continue;
        }
        let compared = Compared::of(sets, &gold, &report.classes, match_iou);
        let seconds = |sample: &SampleId| {
            let key = concord_domain::label_set::LabelSetKey { sample: sample.clone(), annotator: annotator.clone() };
            worked.get(&key).map(|ms| *ms as f64 / 1_000.0)
        };
        let timed: Vec<f64> = sets.keys().filter_map(seconds).collect();
        report.annotators.push(AnnotatorFigures {
            annotator: annotator.clone(),
            label_sets: sets.len() as u64,
            objects: sets.values().map(|said| said.labels.objects.len() as u64).sum(),
            gold: compared.with_gold(report.classes.len(), &metrics),
            known_answers: known.get(annotator).cloned(),
            confusion: Confusion::of(estimate.as_ref(), place, &compared, report.classes.len(), &metrics),
            median_s: quantile_of(&timed, 0.5),
            p90_s: quantile_of(&timed, 0.9),
            course: Course::of(sets, &compared, seconds, &metrics),
            suggestions: suggestions(sets.values(), metrics.confidence),
        });
    }
    Ok(report)
}

/// The gold that people can be held against, and how many samples are settled by decision, by vote and by one person.
fn comparable(states: BTreeMap<SampleId, GoldState>) -> (BTreeMap<SampleId, Gold>, [u64; 3]) {
    let mut counts = [0; 3];
    let mut gold = BTreeMap::new();
    for (sample, state) in states {
        let GoldState::Settled(settled) = state else { continue };
        let kind = match (&settled.decided, settled.sets.len()) {
            (Some(_), _) => 0,
            (None, 2..) => 1,
            (None, _) => 2,
        };
        counts[kind] += 1;
        if kind < 2 {
            gold.insert(sample, *settled);
        }
    }
    (gold, counts)
}

/// The classes that somebody used or that gold has, in the order of the ontology.
fn used_classes(said: &SaidBy, gold: &BTreeMap<SampleId, Gold>, reader: &Reader) -> Result<Vec<String>, ProjectError> {
    let labels = || {
        let by_people = said.by.values().flat_map(BTreeMap::values).map(|said| &said.labels);
        by_people.chain(gold.values().map(|gold| &gold.labels))
    };
    let used: BTreeSet<&str> = labels().flat_map(|labels| &labels.objects).map(|o| o.class.as_str()).collect();
    let mut names = class_names(reader.ontology()?.as_ref(), labels());
    names.retain(|name| used.contains(name.as_str()));
    Ok(names)
}

/// The label sets of one person beside gold: gold first, the person second.
struct Compared {
    pairs: Vec<ObjectPair>,
}

impl Compared {
    fn of(
        sets: &BTreeMap<SampleId, Said>,
        gold: &BTreeMap<SampleId, Gold>,
        classes: &[String],
        match_iou: f64,
    ) -> Self {
        let pair = |(sample, said): (&SampleId, &Said)| {
            let mut settled = gold.get(sample)?.labels.clone();
            settled.objects.sort_by(|a, b| a.id.cmp(&b.id));
            Some(agree::pair_of(sample, &settled, &said.labels, classes, match_iou))
        };
        Self { pairs: sets.iter().filter_map(pair).collect() }
    }

    fn with_gold(&self, classes: usize, metrics: &Options) -> WithGold {
        let figures = object_agreement(&self.pairs, classes, metrics);
        let samples = self.pairs.len() as u64;
        WithGold {
            samples,
            f1_cls: figures.f1_cls,
            f1_loc: figures.f1_loc,
            kappa_cls: figures.kappa_cls,
            mean_iou: figures.mean_iou,
            is_thin: agree::is_thin(samples, figures.counts.boxes_a + figures.counts.boxes_b),
        }
    }
}

fn suggestions<'a>(sets: impl Iterator<Item = &'a Said>, confidence: f64) -> Suggestions {
    use concord_domain::object::Origin;
    let (mut unchanged, mut edited, mut rejected) = (0, 0, 0);
    for said in sets {
        rejected += said.labels.rejected.iter().count() as u64;
        for object in &said.labels.objects {
            match object.origin {
                Origin::Suggestion { edited: false, .. } => unchanged += 1,
                Origin::Suggestion { edited: true, .. } => edited += 1,
                _ => {}
            }
        }
    }
    let unchanged_share = interval::proportion(unchanged, unchanged + edited + rejected, confidence);
    Suggestions { unchanged, edited, rejected, unchanged_share }
}

#[cfg(test)]
mod tests;
