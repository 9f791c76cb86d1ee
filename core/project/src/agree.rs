//! Agreement: how far annotators say the same about the samples that both have submitted.

use std::collections::BTreeMap;

use concord_domain::label_set::{LabelSet, Labels};
use concord_domain::ontology::Ontology;
use concord_domain::sample::SampleId;
use concord_metrics::agreement::{DetectionAgreement, ImagePair, Options, detection_agreement};
use concord_metrics::matching::RatedBox;
use serde::Serialize;

use crate::{Project, ProjectError};

/// What is compared, and how.
#[derive(Debug, Clone)]
pub struct AgreeOptions {
    /// Only these annotators; all but the validation reference when empty.
    pub annotators: Vec<String>,
    /// Matching and intervals.
    pub metrics: Options,
}

impl Default for AgreeOptions {
    fn default() -> Self {
        Self { annotators: vec![], metrics: Options { seed: 7, ..Options::default() } }
    }
}

/// Agreement of every pair of annotators.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgreementReport {
    /// The annotators compared, sorted.
    pub annotators: Vec<String>,
    /// Class names; the indices of tables and of `per_class`.
    pub classes: Vec<String>,
    /// One entry a pair that has samples in common.
    pub pairs: Vec<PairAgreement>,
    /// Pairs without a common sample.
    pub pairs_without_samples: u64,
    /// Agreement that the policy asks for: the lower end of the interval of `f1_cls`.
    pub required_f1_cls: Option<f64>,
}

/// Agreement of two annotators.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairAgreement {
    /// The first annotator, the rows of the table.
    pub a: String,
    /// The second annotator, the columns.
    pub b: String,
    /// The figures, by their standard names.
    #[serde(flatten)]
    pub figures: DetectionAgreement,
    /// Class names by index of `per_class`, beside each class's figures.
    pub class_names: Vec<String>,
    /// Whether the policy's required agreement is reached; `None` when it asks for none or there is no interval.
    pub reaches_policy: Option<bool>,
}

/// Computes the agreement of all pairs of annotators over submitted label sets.
pub fn agree(project: &Project, options: &AgreeOptions) -> Result<AgreementReport, ProjectError> {
    let reader = project.reader()?;
    let ontology = reader.ontology()?;
    let policy = reader.policy()?;
    let reference = project.config.validation.reference.as_deref();
    let mut sets: BTreeMap<String, BTreeMap<SampleId, Labels>> = BTreeMap::new();
    reader.each_label_set(|set: LabelSet| {
        let name = &set.key.annotator;
        let wanted = if options.annotators.is_empty() {
            Some(name.as_str()) != reference
        } else {
            options.annotators.contains(name)
        };
        if wanted && set.status.is_submitted() {
            sets.entry(name.clone()).or_default().insert(set.key.sample, set.labels);
        }
    })?;
    if let Some(unknown) = options.annotators.iter().find(|a| !sets.contains_key(*a)) {
        return Err(ProjectError::usage(format!("{unknown} has submitted no label set")));
    }
    let classes = class_names(ontology.as_ref(), sets.values().flat_map(BTreeMap::values));
    let required_f1_cls = policy.and_then(|p| p.agreement_at_least);
    let annotators: Vec<String> = sets.keys().cloned().collect();
    let mut report = AgreementReport { annotators, classes, pairs: vec![], pairs_without_samples: 0, required_f1_cls };
    for (i, a) in report.annotators.iter().enumerate() {
        for b in &report.annotators[i + 1..] {
            let common: Vec<ImagePair> = sets[a]
                .iter()
                .filter_map(|(sample, labels)| {
                    let other = sets[b].get(sample)?;
                    let (a, b) = (rated(labels, &report.classes), rated(other, &report.classes));
                    Some(ImagePair { id: sample.0.clone(), a, b })
                })
                .collect();
            if common.is_empty() {
                report.pairs_without_samples += 1;
                continue;
            }
            let figures = detection_agreement(&common, report.classes.len(), &options.metrics);
            let reaches_policy = required_f1_cls.and_then(|required| figures.f1_cls.ci().map(|ci| ci.low >= required));
            report.pairs.push(PairAgreement {
                a: a.clone(),
                b: b.clone(),
                figures,
                class_names: report.classes.clone(),
                reaches_policy,
            });
        }
    }
    Ok(report)
}

/// The ontology's classes in their order, then others that labels of older versions bear, by name.
pub(crate) fn class_names<'a>(ontology: Option<&Ontology>, labels: impl Iterator<Item = &'a Labels>) -> Vec<String> {
    let mut names: Vec<String> = ontology.iter().flat_map(|o| &o.classes).map(|c| c.name.clone()).collect();
    let mut others: Vec<String> =
        labels.flat_map(|l| &l.objects).map(|o| o.class.clone()).filter(|c| !names.contains(c)).collect();
    others.sort_unstable();
    others.dedup();
    names.extend(others);
    names
}

pub(crate) fn rated(labels: &Labels, classes: &[String]) -> Vec<RatedBox> {
    let mut objects: Vec<_> = labels.objects.iter().collect();
    objects.sort_by(|a, b| a.id.cmp(&b.id));
    objects
        .into_iter()
        .filter_map(|o| Some(RatedBox { bbox: o.bounds(), class: classes.iter().position(|c| c == &o.class)? }))
        .collect()
}
