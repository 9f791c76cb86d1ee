//! The anchoring audit: how far suggestions pull what people label, by comparing samples that the same people labelled
//! with and without them.
//!
//! Which samples are labelled without suggestions is drawn (`without_suggestions` of the policy), so that the two kinds
//! differ by chance alone. Suggestions were computed for both, and were shown on one kind only: objects that follow them
//! where they were shown, and do not where they were not, were pulled.

use std::collections::BTreeMap;

use concord_domain::policy::Policy;
use concord_metrics::within::Difference;
use concord_metrics::{Interval, Metric, bootstrap};
use serde::Serialize;

use crate::agree::ENOUGH_SAMPLES;
use crate::{Project, ProjectError};

mod audit;
mod sift;

use audit::Audit;

/// Differences below this are none.
const HAIR: f64 = 1e-9;

/// What is compared.
#[derive(Debug, Clone)]
pub struct AnchoringOptions {
    /// The run whose suggestions are looked at; by default the one that was accepted or turned down most, else the latest.
    pub run: Option<String>,
    /// Suggestions count from this score on; by default from the score of `[validation]`.
    pub score: Option<f64>,
    /// Who looks: their own figures are told apart, and everybody's for an owner.
    pub viewer: String,
    /// The bootstrap over samples.
    pub bootstrap: bootstrap::Options,
}

impl AnchoringOptions {
    /// The audit for a person, with 1,000 replicates.
    pub fn for_viewer(viewer: &str) -> Self {
        let bootstrap = bootstrap::Options { seed: 7, ..bootstrap::Options::default() };
        Self { run: None, score: None, viewer: viewer.to_owned(), bootstrap }
    }
}

/// What is measured on label sets with and without suggestions. All but the last two say how far labels follow the
/// suggestions, of which those on samples without suggestions were computed and never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// Of the objects where there is a suggestion, the share that bears its class.
    ClassAsSuggested,
    /// Mean overlap (IoU of bounds) of objects with the suggestion where they are.
    OverlapWithSuggestion,
    /// Of the suggestions, the share where there is an object.
    SuggestionsTaken,
    /// Of the objects, the share where there is no suggestion.
    ObjectsBeyond,
    /// Of the suggestions that the settled labels do not bear out, the share where there is an object of their class.
    WrongTaken,
    /// F1 with the settled labels, by place and class.
    F1WithGold,
}

impl MeasureKind {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 6] = [
        Self::ClassAsSuggested,
        Self::OverlapWithSuggestion,
        Self::SuggestionsTaken,
        Self::ObjectsBeyond,
        Self::WrongTaken,
        Self::F1WithGold,
    ];

    /// The word of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClassAsSuggested => "class_as_suggested",
            Self::OverlapWithSuggestion => "overlap_with_suggestion",
            Self::SuggestionsTaken => "suggestions_taken",
            Self::ObjectsBeyond => "objects_beyond",
            Self::WrongTaken => "wrong_taken",
            Self::F1WithGold => "f1_with_gold",
        }
    }
}

/// One measure with and without suggestions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measure {
    /// What is measured.
    pub kind: MeasureKind,
    /// With suggestions (`treated`), without (`control`), and the difference.
    #[serde(flatten)]
    pub difference: Difference,
}

impl Measure {
    /// True when the interval of the difference leaves 0 out: more than chance gives. A measure that rests on few shows
    /// nothing.
    pub fn is_shown(&self) -> bool {
        // Weights leave hairs where the two are equal.
        let leaves_out = |ci: Interval| ci.low > HAIR || ci.high < -HAIR;
        !self.is_thin() && self.difference.difference.ci().is_some_and(leaves_out)
    }

    /// True when one of the two rests on fewer than [`ENOUGH_SAMPLES`] label sets.
    pub fn is_thin(&self) -> bool {
        self.difference.treated.n().min(self.difference.control.n()) < ENOUGH_SAMPLES
    }
}

/// The audit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnchoringReport {
    /// Why nothing can be compared, where that is so.
    pub obstacle: Option<Obstacle>,
    /// The run whose suggestions were looked at, and its model.
    pub run: Option<(String, String)>,
    /// Suggestions count from this score on.
    pub score: f64,
    /// Overlap (IoU of bounds) from which on an object is where a suggestion is.
    pub match_iou: f64,
    /// Label sets that were made with suggestions, of those that are compared.
    pub assisted: u64,
    /// Label sets that were made without.
    pub blank: u64,
    /// People who made label sets of both kinds.
    pub people: u64,
    /// What was left out, and why.
    pub left_out: LeftOut,
    /// The measures, all people pooled.
    pub measures: Vec<Measure>,
    /// What was saved of the working time.
    pub time: TimeSaved,
    /// The same by person, of those whose figures may be shown.
    pub persons: Vec<PersonAnchoring>,
    /// People whose figures are not shown.
    pub hidden: u64,
    /// Replicates of the intervals.
    pub replicates: u32,
    /// Their seed.
    pub seed: u64,
    /// Their level.
    pub confidence: f64,
}

/// Why nothing can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// No model made suggestions.
    NoRun,
    /// The policies never drew samples to be labelled without suggestions.
    NoBlankArm,
    /// Nobody has made label sets of both kinds yet.
    NobodyBoth,
}

/// Label sets that say nothing about suggestions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct LeftOut {
    /// Read from a file.
    pub imported: u64,
    /// Submitted before the run was there.
    pub before_run: u64,
    /// On samples that the run has not looked at.
    pub without_run: u64,
    /// Made anew in a campaign, on samples that were chosen and not drawn at large.
    pub campaign: u64,
    /// Drawn to be without suggestions, and yet with one that was accepted or turned down.
    pub contaminated: u64,
    /// Of people who made label sets of one kind only.
    pub one_kind: u64,
}

/// Working time with and without suggestions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TimeSaved {
    /// Median seconds a sample with suggestions.
    pub assisted_s: Metric,
    /// Median seconds a sample without.
    pub blank_s: Metric,
    /// One minus the ratio of the two, with its interval.
    pub saved: Metric,
}

/// The audit of one person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonAnchoring {
    /// Who.
    pub annotator: String,
    /// Label sets with suggestions.
    pub assisted: u64,
    /// Label sets without.
    pub blank: u64,
    /// The measures.
    pub measures: Vec<Measure>,
    /// The working time.
    pub time: TimeSaved,
}

/// Compares label sets made with and without suggestions.
pub fn anchoring(project: &Project, options: &AnchoringOptions) -> Result<AnchoringReport, ProjectError> {
    let score = options.score.unwrap_or(project.config.validation.score);
    if !(0.0..=1.0).contains(&score) {
        return Err(ProjectError::usage("the score from which on suggestions count must lie between 0 and 1"));
    }
    let reader = project.reader()?;
    let policies: BTreeMap<u32, Policy> =
        reader.policies()?.into_iter().map(|policy| (policy.version, policy)).collect();
    let match_iou = reader.policy()?.map_or(0.5, |policy| policy.review.match_iou);
    let sets = sift::label_sets(project, &reader)?;
    let run = sift::chosen_run(&reader, options.run.as_deref(), &sets)?;
    let mut report = nothing(options, score, match_iou);
    let Some(run) = run else {
        return Ok(AnchoringReport { obstacle: Some(Obstacle::NoRun), ..report });
    };
    report.run = Some((run.id.clone(), run.model.clone()));
    if !policies.values().any(|policy| policy.assignment.without_suggestions > 0.0) {
        return Ok(AnchoringReport { obstacle: Some(Obstacle::NoBlankArm), ..report });
    }
    let suggested = sift::suggested(&reader, &run.id, score)?;
    let (kept, left_out) = sift::Known::of(&reader, &run.id, &suggested, &policies)?.sift(sets);
    report.left_out = left_out;
    let audit = Audit::new(kept, &suggested, &sift::settled(project, &reader)?, &reader.task_times()?, match_iou);
    report.left_out.one_kind = audit.one_kind;
    report.people = audit.people.len() as u64;
    (report.assisted, report.blank) = audit.counts(None);
    if audit.people.is_empty() {
        return Ok(AnchoringReport { obstacle: Some(Obstacle::NobodyBoth), ..report });
    }
    report.measures = audit.measures(None, &options.bootstrap);
    report.time = audit.time(None, &options.bootstrap);
    audit.tell_persons(&mut report, &reader.people()?, options);
    Ok(report)
}

fn nothing(options: &AnchoringOptions, score: f64, match_iou: f64) -> AnchoringReport {
    let empty = Metric::undefined(concord_metrics::Reason::Empty);
    AnchoringReport {
        obstacle: None,
        run: None,
        score,
        match_iou,
        assisted: 0,
        blank: 0,
        people: 0,
        left_out: LeftOut::default(),
        measures: vec![],
        time: TimeSaved { assisted_s: empty, blank_s: empty, saved: empty },
        persons: vec![],
        hidden: 0,
        replicates: options.bootstrap.replicates,
        seed: options.bootstrap.seed,
        confidence: options.bootstrap.confidence,
    }
}

#[cfg(test)]
mod tests;
