//! How people answered the tasks whose answer was known: hidden among their others, held against the settled labels.

use std::collections::BTreeMap;

use concord_domain::label_set::{LabelSet, Labels};
use concord_domain::sample::SampleId;
use concord_metrics::agreement::{ImagePair, Options, detection_agreement};
use concord_metrics::reliability::Reliability;
use concord_store::Reader;
use serde::Serialize;

use crate::agree::{class_names, rated};
use crate::evaluation::{self, GoldState, honeypot_answers};
use crate::{Project, ProjectError};

/// From this score on an answer counts as the known one.
pub const PASS_SCORE: f64 = 0.8;

/// How one person answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KnownAnswers {
    /// Whose answers.
    pub annotator: String,
    /// Mean of the tasks' scores; `None` without a task.
    pub mean_score: Option<f64>,
    /// What follows from how many were answered well.
    #[serde(flatten)]
    pub reliability: Reliability,
}

/// How every person answered tasks whose answer was known, by name. An answer scores the F1 of its boxes against the
/// settled ones, matched at IoU 0.5 with their class; two empty ones score 1. A sample that is no longer settled counts
/// for nothing.
pub fn known_answers(project: &Project) -> Result<Vec<KnownAnswers>, ProjectError> {
    let reader = project.reader()?;
    answers(&reader, &evaluation::gold(project, &reader)?)
}

/// As [`known_answers`], held against gold that is known already.
pub(crate) fn answers(
    reader: &Reader,
    gold: &BTreeMap<SampleId, GoldState>,
) -> Result<Vec<KnownAnswers>, ProjectError> {
    let ontology = reader.ontology()?;
    let checks = honeypot_answers(reader)?;
    let mut scores: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    reader.each_label_set(|set: LabelSet| {
        if !set.status.is_submitted() || !checks.contains(&set.key) {
            return;
        }
        let Some(GoldState::Settled(gold)) = gold.get(&set.key.sample) else { return };
        let known = Labels { objects: gold.labels.objects.clone(), ..Labels::default() };
        let classes = class_names(ontology.as_ref(), [&known, &set.labels].into_iter());
        let (a, b) = (rated(&set.labels, &classes), rated(&known, &classes));
        let pair = ImagePair { id: set.key.sample.0.clone(), a, b };
        let figures = detection_agreement(&[pair], classes.len(), &Options { replicates: 0, ..Options::default() });
        // Without any box on either side nothing was to be found, and nothing was.
        scores.entry(set.key.annotator).or_default().push(figures.f1_cls.value().unwrap_or(1.0));
    })?;
    let answers = scores.into_iter().map(|(annotator, scores)| {
        let passed = scores.iter().filter(|score| **score >= PASS_SCORE).count() as u64;
        let mean_score = (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64);
        KnownAnswers { annotator, mean_score, reliability: Reliability::of(passed, scores.len() as u64) }
    });
    Ok(answers.collect())
}
