//! Krippendorff's α for nominal, ordinal, interval and ratio data with missing ratings.
//!
//! Krippendorff, K. (2011): Computing Krippendorff's Alpha-Reliability. Equals the Python package `krippendorff` 0.9.

use super::fleiss::agreement;
use super::patterns::{Counted, Patterns};
use super::{Estimate, Parts, Ratings};
use crate::sum::Neumaier;
use crate::value::{Metric, Reason};

/// How far apart two categories are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Level<'a> {
    /// Equal or not.
    Nominal,
    /// By the number of ratings between them, in the order of the category indices.
    Ordinal,
    /// By the squared difference of these values, one a category.
    Interval(&'a [f64]),
    /// By the squared difference over the sum of these values, one a category; two values that add up to 0 are equal.
    Ratio(&'a [f64]),
}

/// Krippendorff's α over the units with at least two ratings; the others are dropped.
///
/// `empty` without such a unit, `no_variation` when no two ratings that could differ do (all of one category),
/// `not_applicable` when there is not one value for each category, `non_finite_input` for a value that is not finite.
/// There is no standard error: resample the units. Time grows with the distinct patterns of ratings, at the ratio level
/// also with the square of the number of distinct values.
pub fn alpha(ratings: &Ratings, level: Level<'_>) -> Estimate {
    let patterns = Patterns::new(ratings);
    let counts = patterns.counts();
    let (used, dropped) = patterns.used_and_dropped(&counts, 2);
    match alpha_parts(&patterns, &counts, level) {
        Ok(parts) => parts.estimate(None, used, dropped),
        Err(reason) => {
            let p_o = agreement(&patterns, &counts).map_or_else(Metric::undefined, |p_o| Metric::new(p_o, used));
            Estimate { p_o, ..Estimate::undefined(reason, used, dropped) }
        }
    }
}

pub(super) fn alpha_parts(patterns: &Patterns, counts: &[u64], level: Level<'_>) -> Result<Parts, Reason> {
    check(patterns, level)?;
    let p_o = agreement(patterns, counts)?;
    let mut per_category = vec![0_u64; patterns.categories];
    for pattern in patterns.with(counts, 2) {
        for &(category, raters) in pattern.entries {
            per_category[category as usize] += pattern.units * u64::from(raters);
        }
    }
    let n: u64 = per_category.iter().sum();
    let distance = Distance::new(level, &per_category);
    let mut observed = Neumaier::default();
    for pattern in patterns.with(counts, 2) {
        observed.add(pattern.units as f64 * distance.within(&pattern));
    }
    let expected = distance.between_all(&per_category);
    if expected <= 0.0 {
        return Err(Reason::NoVariation);
    }
    let value = 1.0 - (n as f64 - 1.0) * observed.total() / expected;
    let chance = |expected: f64| 1.0 - expected / (n as f64 * (n as f64 - 1.0));
    Ok(Parts { value, p_o, p_e: matches!(level, Level::Nominal).then(|| chance(expected)) })
}

fn check(patterns: &Patterns, level: Level<'_>) -> Result<(), Reason> {
    let (Level::Interval(values) | Level::Ratio(values)) = level else { return Ok(()) };
    if values.len() != patterns.categories {
        return Err(Reason::NotApplicable);
    }
    if values.iter().any(|value| !value.is_finite()) {
        return Err(Reason::NonFiniteInput);
    }
    Ok(())
}

/// The squared distance of two categories.
enum Distance<'a> {
    Nominal,
    /// Squared difference of scores: values around their mean, or mid-ranks. Krippendorff's ordinal distance is the
    /// squared difference of the mid-ranks, for the ratings between two categories are half of either and all between.
    Scores(Vec<f64>),
    Ratio(&'a [f64]),
}

impl<'a> Distance<'a> {
    fn new(level: Level<'a>, per_category: &[u64]) -> Self {
        match level {
            Level::Nominal => Self::Nominal,
            Level::Ratio(values) => Self::Ratio(values),
            Level::Ordinal => {
                let mut below = 0;
                let mid_rank = |&n: &u64| {
                    below += n;
                    below as f64 - 0.5 * n as f64
                };
                Self::Scores(per_category.iter().map(mid_rank).collect())
            }
            Level::Interval(values) => {
                let n: u64 = per_category.iter().sum();
                let mean = per_category.iter().zip(values).map(|(&n, v)| n as f64 * v).sum::<f64>() / n as f64;
                Self::Scores(values.iter().map(|value| value - mean).collect())
            }
        }
    }

    fn of(&self, a: u32, b: u32) -> f64 {
        let square = |x: f64| x * x;
        match self {
            Self::Nominal => f64::from(u8::from(a != b)),
            Self::Scores(scores) => square(scores[a as usize] - scores[b as usize]),
            Self::Ratio(values) => {
                let (a, b) = (values[a as usize], values[b as usize]);
                if a + b == 0.0 { 0.0 } else { square((a - b) / (a + b)) }
            }
        }
    }

    /// The disagreement of one unit: over the ordered pairs of its raters, divided by the raters less one.
    fn within(&self, pattern: &Counted<'_>) -> f64 {
        let mut sum = 0.0;
        for (at, &(a, raters_a)) in pattern.entries.iter().enumerate() {
            for &(b, raters_b) in &pattern.entries[at + 1..] {
                sum += f64::from(raters_a) * f64::from(raters_b) * self.of(a, b);
            }
        }
        2.0 * sum / (f64::from(pattern.ratings) - 1.0)
    }

    /// The disagreement over all ordered pairs of ratings, whatever their unit.
    fn between_all(&self, per_category: &[u64]) -> f64 {
        let total = |term: &dyn Fn(usize, f64) -> f64| {
            let mut sum = Neumaier::default();
            per_category.iter().enumerate().filter(|(_, n)| **n > 0).for_each(|(c, &n)| sum.add(term(c, n as f64)));
            sum.total()
        };
        match self {
            Self::Nominal => {
                let n: f64 = per_category.iter().map(|&n| n as f64).sum();
                total(&|_, count| count * (n - count))
            }
            Self::Scores(scores) => {
                let n = total(&|_, count| count);
                let (sum, squares) =
                    (total(&|c, count| count * scores[c]), total(&|c, count| count * scores[c] * scores[c]));
                let used = per_category.iter().filter(|n| **n > 0).count();
                // With one category the difference of the two terms is rounding.
                if used < 2 { 0.0 } else { 2.0 * (n * squares - sum * sum) }
            }
            Self::Ratio(_) => total(&|a, count| {
                let to_all = per_category.iter().enumerate().map(|(b, &n)| n as f64 * self.of(a as u32, b as u32));
                count * to_all.sum::<f64>()
            }),
        }
    }
}
