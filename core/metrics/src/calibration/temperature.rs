//! Temperature scaling: one number that makes a model less, or more, sure of itself without changing any order.

use serde::{Deserialize, Serialize};

use super::input::{ClassTable, check_scores, check_support};
use crate::error::MetricsError;
use crate::sum::sum;

/// Labelled examples that a temperature takes before it may be used.
pub const MIN_TEMPERATURE: usize = 200;
/// `ln T` is sought between minus and plus this.
const LOG_BOUND: f64 = 4.0;
/// Scores are moved this far away from 0 and 1 before they become logits.
const SCORE_CLIP: f64 = 1e-7;
/// The search ends when `ln T` moves less than this.
const TOLERANCE: f64 = 1e-10;
/// The search ends after this many steps in any case.
const MAX_STEPS: u32 = 100;

/// A fitted temperature, and how much it helped.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TemperatureFit {
    /// The temperature `T > 0`; above 1 the model was too sure of itself.
    pub temperature: f64,
    /// Mean negative log-likelihood at `T = 1`, in nats.
    pub nll_before: f64,
    /// Mean negative log-likelihood at the fitted temperature, never above `nll_before`.
    pub nll_after: f64,
    /// Labelled examples.
    pub n: u64,
    /// True when the best temperature lies at or beyond e⁻⁴ or e⁴.
    pub at_bound: bool,
    /// True when every prediction is right, so that the likelihood only grows as `T` falls.
    pub separable: bool,
}

/// The temperature that makes yes/no scores `σ(logit(p) / T)` most likely (Guo et al. 2017), on held-out examples.
///
/// Newton's method on `1/T`, in which the negative log-likelihood is convex, kept inside a bracket. An error without
/// examples, for lists of different lengths and for scores outside `[0, 1]`. There is no minimum here: see
/// [`MIN_TEMPERATURE`].
pub fn fit_temperature(scores: &[f64], outcomes: &[bool]) -> Result<TemperatureFit, MetricsError> {
    const TASK: &str = "fit a temperature";
    check_scores(TASK, scores, outcomes.len())?;
    check_support(TASK, scores.len(), 1)?;
    // A logit with the sign turned where the outcome is "no": right predictions are positive.
    let signed: Vec<f64> = scores
        .iter()
        .zip(outcomes)
        .map(|(&score, &outcome)| if outcome { logit(score) } else { -logit(score) })
        .collect();
    let n = signed.len() as f64;
    let problem = Problem {
        nll: |beta: f64| sum(&signed.iter().map(|&z| softplus(-beta * z)).collect::<Vec<_>>()) / n,
        slopes: |beta: f64| {
            let first = |&z: &f64| -z * sigmoid(-beta * z);
            let second = |&z: &f64| z * z * sigmoid(beta * z) * sigmoid(-beta * z);
            (sum(&signed.iter().map(first).collect::<Vec<_>>()), sum(&signed.iter().map(second).collect::<Vec<_>>()))
        },
    };
    Ok(problem.fit(signed.len(), signed.iter().all(|&z| z > 0.0)))
}

/// The temperature that makes the softmax of `logits / T` most likely (Guo et al. 2017), on held-out examples.
///
/// An error without examples, and for a label that is missing or names no class.
pub fn fit_temperature_logits(logits: ClassTable<'_>, labels: &[usize]) -> Result<TemperatureFit, MetricsError> {
    const TASK: &str = "fit a temperature to logits";
    super::input::check_lengths(TASK, ("rows", logits.len()), ("labels", labels.len()))?;
    check_support(TASK, labels.len(), 1)?;
    if let Some(index) = labels.iter().position(|&label| label >= logits.classes()) {
        let (field, expected) = ("label", "the index of a class");
        return Err(MetricsError::OutOfRange { task: TASK, index, field, value: labels[index] as f64, expected });
    }
    let n = labels.len() as f64;
    let each = || logits.rows().zip(labels.iter().copied());
    let problem = Problem {
        nll: |beta: f64| {
            sum(&each().map(|(row, label)| log_sum_exp(row, beta) - beta * row[label]).collect::<Vec<_>>()) / n
        },
        slopes: |beta: f64| {
            let (mut first, mut second) = (Vec::with_capacity(labels.len()), Vec::with_capacity(labels.len()));
            for (row, label) in each() {
                let (mean, variance) = moments(row, beta);
                first.push(mean - row[label]);
                second.push(variance);
            }
            (sum(&first), sum(&second))
        },
    };
    let right = |(row, label): (&[f64], usize)| {
        row.iter().enumerate().all(|(class, &value)| class == label || value < row[label])
    };
    Ok(problem.fit(labels.len(), each().all(right)))
}

/// `σ(logit(score) / T)`, the score clipped to `[1e-7, 1 − 1e-7]`; NaN stays NaN.
pub fn cool_score(score: f64, temperature: f64) -> f64 {
    sigmoid(logit(score) / temperature)
}

/// Softmax of `logits / T`; nothing in gives nothing out.
pub fn cool_logits(logits: &[f64], temperature: f64) -> Vec<f64> {
    let beta = 1.0 / temperature;
    let log_total = log_sum_exp(logits, beta);
    logits.iter().map(|&value| libm::exp(beta * value - log_total)).collect()
}

/// A convex function of `β = 1/T` and its first two derivatives, both up to one positive factor.
struct Problem<N, S> {
    nll: N,
    slopes: S,
}

impl<N: Fn(f64) -> f64, S: Fn(f64) -> (f64, f64)> Problem<N, S> {
    fn fit(&self, n: usize, separable: bool) -> TemperatureFit {
        let (beta, at_bound) = self.minimum();
        let (nll_before, nll_found) = ((self.nll)(1.0), (self.nll)(beta));
        // Where 1 is already best, rounding may leave the found one a hair worse.
        let (temperature, nll_after) =
            if nll_found <= nll_before { (1.0 / beta, nll_found) } else { (1.0, nll_before) };
        TemperatureFit { temperature, nll_before, nll_after, n: n as u64, at_bound, separable }
    }

    /// The best `β` within the bounds, and whether it is one of them.
    fn minimum(&self) -> (f64, bool) {
        let (mut low, mut high) = (libm::exp(-LOG_BOUND), libm::exp(LOG_BOUND));
        let (at_one, curvature) = (self.slopes)(1.0);
        if at_one == 0.0 && curvature == 0.0 && (self.slopes)(low) == (0.0, 0.0) {
            // Nothing depends on the temperature, such as scores that are all one half.
            return (1.0, false);
        }
        if (self.slopes)(low).0 >= 0.0 {
            return (low, true);
        }
        if (self.slopes)(high).0 <= 0.0 {
            return (high, true);
        }
        let mut beta = 1.0;
        for _ in 0..MAX_STEPS {
            let (slope, curvature) = (self.slopes)(beta);
            if slope == 0.0 {
                break;
            }
            if slope < 0.0 {
                low = beta;
            } else {
                high = beta;
            }
            let newton = beta - slope / curvature;
            // NaN and infinity, from no curvature, are outside of the bracket too.
            let next = if newton > low && newton < high { newton } else { libm::sqrt(low * high) };
            let moved = libm::log(next / beta).abs();
            beta = next;
            if moved < TOLERANCE {
                break;
            }
        }
        (beta, false)
    }
}

/// `ln Σ_k exp(β z_k)`; −∞ for nothing.
pub(super) fn log_sum_exp(row: &[f64], beta: f64) -> f64 {
    let largest = row.iter().map(|&value| beta * value).fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    largest + libm::log(row.iter().map(|&value| libm::exp(beta * value - largest)).sum())
}

/// Mean and variance of the logits under their own softmax at `β`.
fn moments(row: &[f64], beta: f64) -> (f64, f64) {
    let p = cool_logits(row, 1.0 / beta);
    let mean: f64 = p.iter().zip(row).map(|(p, z)| p * z).sum();
    let variance = p.iter().zip(row).map(|(p, z)| p * (z - mean) * (z - mean)).sum();
    (mean, variance)
}

fn logit(p: f64) -> f64 {
    let p = p.clamp(SCORE_CLIP, 1.0 - SCORE_CLIP);
    libm::log(p) - libm::log1p(-p)
}

fn sigmoid(z: f64) -> f64 {
    if z >= 0.0 {
        1.0 / (1.0 + libm::exp(-z))
    } else {
        let e = libm::exp(z);
        e / (1.0 + e)
    }
}

/// `ln(1 + exp z)` without overflow.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + libm::log1p(libm::exp(-z.abs()))
}

#[cfg(test)]
mod tests;
