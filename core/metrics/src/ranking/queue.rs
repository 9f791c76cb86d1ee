//! The score that orders the work queue, from a rank, the need of the sample's slices, and its waiting time.

use serde::{Deserialize, Serialize};

/// How strongly a slice that misses its target is preferred.
const DEFICIT_FACTOR: f64 = 2.0;
/// Largest slice weight.
const WEIGHT_CAP: f64 = 10.0;
/// Days after which waiting adds no more.
const FULL_WAIT_DAYS: f64 = 30.0;
/// What full waiting adds.
const WAIT_BONUS: f64 = 0.2;

/// Exponents of the parts of a queue score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct QueueExponents {
    /// Of the uncertainty rank.
    pub alpha: f64,
    /// Of the slice weight.
    pub beta: f64,
}

impl Default for QueueExponents {
    fn default() -> Self {
        Self { alpha: 1.0, beta: 1.0 }
    }
}

/// Weight of one slice: `importance·(1 + 2·deficit)`, at most 10, with `deficit = max(0, target − lower bound) / target`.
///
/// `lower_bound` and `target` belong to the slice's gate metric; without one (or a target ≤ 0) the deficit is 0.
/// A sample in several slices takes the largest weight.
pub fn slice_weight(importance: f64, gate: Option<(f64, f64)>) -> f64 {
    let deficit = match gate {
        Some((lower_bound, target)) if target > 0.0 => (target - lower_bound).max(0.0) / target,
        _ => 0.0,
    };
    (importance * (1.0 + DEFICIT_FACTOR * deficit)).min(WEIGHT_CAP)
}

/// Factor for waiting: 1 on the first day, rising to 1.2 after 30 days; negative waits count as 0.
pub fn staleness(days_waiting: f64) -> f64 {
    1.0 + (days_waiting / FULL_WAIT_DAYS).clamp(0.0, 1.0) * WAIT_BONUS
}

/// `rank · weight · staleness`: the ECDF rank of the uncertainty in `[0, 1]`, the slice weight, the waiting factor.
pub fn queue_score(rank: f64, weight: f64, staleness: f64) -> f64 {
    rank * weight * staleness
}

/// [`queue_score`] with exponents: `rank^α · weight^β · staleness`.
pub fn queue_score_with(rank: f64, weight: f64, staleness: f64, exponents: QueueExponents) -> f64 {
    libm::pow(rank, exponents.alpha) * libm::pow(weight, exponents.beta) * staleness
}

/// The largest of a sample's ranks, when several signals (uncertainty, disagreement, label errors) speak; 0 for none.
pub fn combine_ranks(ranks: &[f64]) -> f64 {
    ranks.iter().copied().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-12, "{got} instead of {expected}");
    }

    #[test]
    fn a_slice_below_its_target_weighs_more() {
        near(slice_weight(1.0, None), 1.0);
        near(slice_weight(1.0, Some((0.95, 0.9))), 1.0);
        near(slice_weight(1.0, Some((0.45, 0.9))), 2.0);
        near(slice_weight(3.0, Some((0.0, 0.9))), 9.0);
        near(slice_weight(5.0, Some((0.0, 0.9))), 10.0);
        near(slice_weight(1.0, Some((0.5, 0.0))), 1.0);
    }

    #[test]
    fn waiting_counts_up_to_thirty_days() {
        near(staleness(0.0), 1.0);
        near(staleness(15.0), 1.1);
        near(staleness(300.0), 1.2);
        near(staleness(-5.0), 1.0);
    }

    #[test]
    fn the_score_is_the_product_of_its_parts() {
        near(queue_score(0.5, 2.0, 1.1), 1.1);
        near(queue_score_with(0.5, 2.0, 1.1, QueueExponents::default()), 1.1);
        near(queue_score_with(0.5, 4.0, 1.0, QueueExponents { alpha: 2.0, beta: 0.5 }), 0.5);
        near(combine_ranks(&[0.2, 0.9, 0.4]), 0.9);
        near(combine_ranks(&[]), 0.0);
    }
}
