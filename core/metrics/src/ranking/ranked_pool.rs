//! A pool of samples that is ranked once and put into order again and again, as weights change.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::order::{ecdf_ranks, ordered, top};
use super::queue::{QueueExponents, queue_score};
use super::slice_weights::{SliceWeights, power};
use super::ties::{Hashes, TieBreak};
use crate::error::MetricsError;

/// Samples that one task of the thread pool scores.
const BLOCK: usize = 8192;

/// How a sample's ranks under several signals become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combination {
    /// The largest `weight · rank`. The default.
    #[default]
    Maximum,
    /// `Σ weight · rank / Σ weight`; 0 when all weights are 0.
    Mean,
    /// `Π rank^weight`.
    Product,
}

/// What a queue score is made of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RankWeights {
    /// How signals are combined.
    pub combination: Combination,
    /// Weight of each signal in the order in which they were added, 0 or above; 1 for those beyond the list.
    pub signals: Vec<f64>,
    /// Exponents of the combined rank and of the slice weight.
    pub exponents: QueueExponents,
}

/// Samples with what a queue score takes: ranks under any number of signals, slice weights and waiting factors.
///
/// Ranks are computed when a signal is added. Scores and order are computed from them for any weights, and are those of
/// [`queue_score_with`](super::queue_score_with) and [`order`](super::order()).
#[derive(Debug)]
pub struct RankedPool<S> {
    ids: Vec<S>,
    seed: u64,
    signals: Vec<Vec<f64>>,
    slice_weights: Option<SliceWeights>,
    staleness: Option<Vec<f64>>,
    hashes: Hashes,
}

impl<S: AsRef<str> + Sync> RankedPool<S> {
    /// A pool without signals, whose slice weights and waiting factors are 1. `seed` decides among equals.
    pub fn new(ids: Vec<S>, seed: u64) -> Self {
        let (slice_weights, staleness) = (None, None);
        Self { ids, seed, signals: Vec::new(), slice_weights, staleness, hashes: Hashes::new() }
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True without samples.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The ids, by place.
    pub fn ids(&self) -> &[S] {
        &self.ids
    }

    /// Adds a signal (uncertainty, disagreement, drift …): one value a sample, higher for what should come first.
    /// Returns its number.
    ///
    /// Its ECDF ranks are kept ([`ecdf_ranks`]). NaN says that a sample has no such value: its rank is 0, and the others
    /// are ranked among themselves. An error when there are not as many values as samples.
    pub fn add_signal(&mut self, values: &[f64]) -> Result<usize, MetricsError> {
        self.check("values of a signal", values.len())?;
        self.signals.push(ranks_of_present(values));
        Ok(self.signals.len() - 1)
    }

    /// Replaces the values of a signal, or adds it when `signal` is the next free number; errors as in
    /// [`add_signal`](Self::add_signal), and for a number beyond that.
    pub fn set_signal(&mut self, signal: usize, values: &[f64]) -> Result<(), MetricsError> {
        if signal == self.signals.len() {
            return self.add_signal(values).map(|_| ());
        }
        self.check("values of a signal", values.len())?;
        let known = self.signals.len();
        let Some(ranks) = self.signals.get_mut(signal) else {
            let (left_name, right_name) = ("as the number of a signal", "signals");
            return Err(MetricsError::Lengths {
                task: "rank a pool",
                left_name,
                left: signal,
                right_name,
                right: known,
            });
        };
        *ranks = ranks_of_present(values);
        Ok(())
    }

    /// Adds a signal whose ranks are known, such as that of an alarm, which is 1 or 0. Returns its number; an error when
    /// there are not as many ranks as samples.
    pub fn add_ranks(&mut self, ranks: Vec<f64>) -> Result<usize, MetricsError> {
        self.check("ranks", ranks.len())?;
        self.signals.push(ranks);
        Ok(self.signals.len() - 1)
    }

    /// The ranks under a signal, in `[0, 1]`; none when there is no such signal.
    pub fn ranks(&self, signal: usize) -> Option<&[f64]> {
        self.signals.get(signal).map(Vec::as_slice)
    }

    /// Sets the weight that each sample takes from its slices ([`slice_weight`](super::slice_weight)); an error when
    /// there are not as many as samples.
    pub fn set_slice_weights(&mut self, weights: Vec<f64>) -> Result<(), MetricsError> {
        self.check("slice weights", weights.len())?;
        self.slice_weights = Some(SliceWeights::new(weights));
        Ok(())
    }

    /// Sets the factor for waiting of each sample ([`staleness`](super::staleness())); an error when there are not as
    /// many as samples.
    pub fn set_staleness(&mut self, factors: Vec<f64>) -> Result<(), MetricsError> {
        self.check("waiting factors", factors.len())?;
        self.staleness = Some(factors);
        Ok(())
    }

    fn check(&self, left_name: &'static str, left: usize) -> Result<(), MetricsError> {
        let right = self.len();
        if left == right {
            return Ok(());
        }
        Err(MetricsError::Lengths { task: "rank a pool", left_name, left, right_name: "samples", right })
    }

    /// The queue score `combined rank^α · slice weight^β · waiting factor` of every sample; without signals the combined
    /// rank is 0.
    pub fn scores(&self, weights: &RankWeights) -> Vec<f64> {
        let slices = self.slice_weights.as_ref().map(|values| values.raised(weights.exponents.beta));
        let alpha = weights.exponents.alpha;
        let mut scores = vec![0.0; self.len()];
        scores.par_chunks_mut(BLOCK).enumerate().for_each(|(block, scores)| {
            let first = block * BLOCK;
            self.combine(weights, first, scores);
            for (at, score) in scores.iter_mut().enumerate() {
                let at = first + at;
                let slice = slices.as_ref().map_or(1.0, |slices| slices.of(at));
                let waiting = self.staleness.as_ref().map_or(1.0, |factors| factors[at]);
                *score = queue_score(power(*score, alpha), slice, waiting);
            }
        });
        scores
    }

    /// Writes the combined ranks of the samples from `first` on over the zeros in `combined`.
    fn combine(&self, weights: &RankWeights, first: usize, combined: &mut [f64]) {
        let weight = |signal: usize| weights.signals.get(signal).copied().unwrap_or(1.0);
        let columns = || {
            let range = first..first + combined.len();
            self.signals.iter().enumerate().map(move |(signal, ranks)| (weight(signal), &ranks[range.clone()]))
        };
        let columns: Vec<(f64, &[f64])> = columns().collect();
        match weights.combination {
            Combination::Maximum => {
                for (weight, ranks) in columns {
                    for (combined, rank) in combined.iter_mut().zip(ranks) {
                        *combined = combined.max(weight * rank);
                    }
                }
            }
            Combination::Mean => {
                let total: f64 = columns.iter().map(|column| column.0).sum();
                for (weight, ranks) in columns.into_iter().filter(|_| total > 0.0) {
                    for (combined, rank) in combined.iter_mut().zip(ranks) {
                        *combined += weight * rank / total;
                    }
                }
            }
            Combination::Product => {
                combined.fill(if columns.is_empty() { 0.0 } else { 1.0 });
                for (weight, ranks) in columns {
                    for (combined, rank) in combined.iter_mut().zip(ranks) {
                        *combined *= power(*rank, weight);
                    }
                }
            }
        }
    }

    /// Places of all samples by score descending, ties as in [`order`](super::order()).
    pub fn order(&self, weights: &RankWeights) -> Vec<usize> {
        ordered(&self.scores(weights), &self.ties())
    }

    /// The first `count` places of [`order`](Self::order()), without putting the rest into order.
    pub fn top(&self, weights: &RankWeights, count: usize) -> Vec<usize> {
        top(&self.scores(weights), &self.ties(), count)
    }

    fn ties(&self) -> TieBreak<'_, S> {
        TieBreak { ids: &self.ids, seed: self.seed, hashes: &self.hashes, kept: true }
    }
}

/// ECDF ranks among the values that are no NaN; 0 for the others.
fn ranks_of_present(values: &[f64]) -> Vec<f64> {
    if !values.par_iter().any(|value| value.is_nan()) {
        return ecdf_ranks(values);
    }
    let present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let mut ranks = ecdf_ranks(&present).into_iter();
    values.iter().map(|value| if value.is_nan() { 0.0 } else { ranks.next().unwrap_or(0.0) }).collect()
}

#[cfg(test)]
mod tests;
