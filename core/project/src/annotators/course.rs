//! How a person's work changed over time.

use std::collections::BTreeMap;

use concord_domain::sample::SampleId;
use concord_metrics::agreement::{ObjectPair, Options};
use concord_metrics::bootstrap::{self, resample_many};
use concord_metrics::matching::{ClassRule, match_pairs};
use concord_metrics::quantile::quantile_of;
use concord_metrics::{Metric, Reason};
use serde::Serialize;

use super::Compared;
use crate::agree::{Said, month};

/// The course of a person's work.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Course {
    /// By month, in order.
    pub months: Vec<MonthFigures>,
    /// F1 with gold of the later half of the label sets minus that of the earlier half, with the bootstrap interval over
    /// label sets; n counts label sets that are held against gold.
    pub trend: Metric,
}

/// One month, in UTC.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonthFigures {
    /// Such as `2026-11`.
    pub month: String,
    /// Label sets that were submitted in it.
    pub label_sets: u64,
    /// F1 with gold, by place and class; n counts samples.
    pub f1_cls: Metric,
    /// Median seconds a label set, of those that were timed.
    pub median_s: Metric,
}

/// What one label set adds to F1 with gold.
struct Term {
    at_utc_ms: i64,
    right: f64,
    objects: f64,
}

impl Course {
    pub(super) fn of(
        sets: &BTreeMap<SampleId, Said>,
        compared: &Compared,
        seconds: impl Fn(&SampleId) -> Option<f64>,
        metrics: &Options,
    ) -> Self {
        let term = |pair: &ObjectPair| {
            let at_utc_ms = sets.get(&SampleId(pair.id.clone()))?.at_utc_ms;
            let (a, b) = (&pair.classes_a, &pair.classes_b);
            let matching = match_pairs(&pair.candidates, a, b, ClassRule::Required, metrics.tau);
            Some(Term { at_utc_ms, right: 2.0 * matching.pairs.len() as f64, objects: (a.len() + b.len()) as f64 })
        };
        let mut terms: Vec<Term> = compared.pairs.iter().filter_map(term).collect();
        // Label sets of one time keep the order of their samples.
        terms.sort_by_key(|term| term.at_utc_ms);
        let mut by_month: BTreeMap<String, (u64, Vec<f64>)> = BTreeMap::new();
        for (sample, said) in sets {
            let (count, times) = by_month.entry(month(said.at_utc_ms)).or_default();
            *count += 1;
            times.extend(seconds(sample));
        }
        let figures = |(name, (label_sets, times)): (String, (u64, Vec<f64>))| {
            let in_it: Vec<&Term> = terms.iter().filter(|term| month(term.at_utc_ms) == name).collect();
            MonthFigures { f1_cls: f1(&in_it), label_sets, median_s: quantile_of(&times, 0.5), month: name }
        };
        Self { months: by_month.into_iter().map(figures).collect(), trend: trend(&terms, metrics) }
    }
}

/// F1 of some label sets; `empty` without an object.
fn f1(terms: &[&Term]) -> Metric {
    let objects: f64 = terms.iter().map(|term| term.objects).sum();
    if objects == 0.0 {
        return Metric::undefined(Reason::Empty);
    }
    Metric::new(terms.iter().map(|term| term.right).sum::<f64>() / objects, terms.len() as u64)
}

fn trend(terms: &[Term], metrics: &Options) -> Metric {
    let middle = terms.len() / 2;
    let rise = |weights: &[u32]| {
        let f1 = |from: usize, to: usize| {
            let (mut right, mut objects) = (0.0, 0.0);
            for (term, weight) in terms[from..to].iter().zip(&weights[from..to]) {
                right += f64::from(*weight) * term.right;
                objects += f64::from(*weight) * term.objects;
            }
            (objects > 0.0).then(|| right / objects)
        };
        Some(f1(middle, terms.len())? - f1(0, middle)?)
    };
    let Some(value) = rise(&vec![1; terms.len()]) else { return Metric::undefined(Reason::Empty) };
    let Options { seed, replicates, confidence, .. } = *metrics;
    let options = bootstrap::Options { seed, replicates, confidence };
    let resampled = resample_many(terms.len(), "trend", &options, |weights| vec![rise(weights)]);
    Metric::new(value, terms.len() as u64).with_ci(resampled.first().and_then(|r| r.interval))
}
