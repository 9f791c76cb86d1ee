//! Gwet's AC1, which stays meaningful when one category dominates.
//!
//! Gwet, K. L. (2008): Computing inter-rater reliability and its variance in the presence of high agreement. British
//! Journal of Mathematical and Statistical Psychology 61. Equals the Python package `irrCAC` 0.4.4.

use serde::{Deserialize, Serialize};

use super::fleiss::agreement;
use super::patterns::{Counted, Patterns};
use super::{Estimate, Parts, Ratings};
use crate::special::t_quantile;
use crate::sum::Neumaier;
use crate::value::{Interval, Metric, Reason};

/// Which categories chance could have chosen from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Categories {
    /// Those that somebody used. The default, as in `irrCAC`.
    #[default]
    Observed,
    /// All that are declared.
    Declared,
}

/// AC1 over the units with at least one rating, with its standard error and an interval of Student's t whose upper end is
/// at most 1.
///
/// `empty` when no unit has two ratings, `no_variation` with fewer than two categories. With a single unit, or where the
/// confidence is not strictly between 0 and 1, there is no interval.
pub fn ac1(ratings: &Ratings, categories: Categories, confidence: f64) -> Estimate {
    let patterns = Patterns::new(ratings);
    let counts = patterns.counts();
    let (used, dropped) = patterns.used_and_dropped(&counts, 1);
    let q = category_count(&patterns, &counts, categories);
    match ac1_parts(&patterns, &counts, q) {
        Ok(parts) => {
            let se = se(&patterns, &counts, q, &parts);
            let mut estimate = parts.estimate(se, used, dropped);
            estimate.value = estimate.value.with_ci(interval(parts.value, se, used, confidence));
            estimate
        }
        Err(reason) => {
            let p_o = agreement(&patterns, &counts).map_or_else(Metric::undefined, |p_o| Metric::new(p_o, used));
            Estimate { p_o, ..Estimate::undefined(reason, used, dropped) }
        }
    }
}

/// How many categories chance chooses from.
pub(super) fn category_count(patterns: &Patterns, counts: &[u64], categories: Categories) -> usize {
    if categories == Categories::Declared {
        return patterns.categories;
    }
    let mut used = vec![false; patterns.categories];
    patterns
        .with(counts, 1)
        .flat_map(|pattern| pattern.entries)
        .for_each(|&(category, _)| used[category as usize] = true);
    used.into_iter().filter(|used| *used).count()
}

pub(super) fn ac1_parts(patterns: &Patterns, counts: &[u64], q: usize) -> Result<Parts, Reason> {
    let p_o = agreement(patterns, counts)?;
    if q < 2 {
        return Err(Reason::NoVariation);
    }
    let p_e = shares(patterns, counts).iter().map(|share| share * (1.0 - share)).sum::<f64>() / (q as f64 - 1.0);
    Ok(Parts::of_chance(p_o, p_e))
}

/// The mean over units of the share of their raters who chose each category.
fn shares(patterns: &Patterns, counts: &[u64]) -> Vec<f64> {
    let (mut sums, mut units) = (vec![Neumaier::default(); patterns.categories], 0);
    for pattern in patterns.with(counts, 1) {
        units += pattern.units;
        for &(category, raters) in pattern.entries {
            let share = f64::from(raters) / f64::from(pattern.ratings);
            sums[category as usize].add(pattern.units as f64 * share);
        }
    }
    sums.into_iter().map(|sum| sum.total() / units as f64).collect()
}

fn se(patterns: &Patterns, counts: &[u64], q: usize, parts: &Parts) -> Option<f64> {
    let (n, _) = patterns.used_and_dropped(counts, 1);
    let (n2, _) = patterns.used_and_dropped(counts, 2);
    let (n, n2, p_e) = (n as f64, n2 as f64, parts.p_e?);
    if n < 2.0 {
        return None;
    }
    let shares = shares(patterns, counts);
    let of_unit = |pattern: &Counted<'_>| {
        let chance: f64 = pattern
            .entries
            .iter()
            .map(|&(category, raters)| f64::from(raters) * (1.0 - shares[category as usize]))
            .sum::<f64>()
            / (f64::from(pattern.ratings) * (q as f64 - 1.0));
        let own = if pattern.ratings < 2 { 0.0 } else { n / n2 * (pattern.agreeing_pairs() - p_e) / (1.0 - p_e) };
        own - 2.0 * (1.0 - parts.value) * (chance - p_e) / (1.0 - p_e)
    };
    let mut spread = Neumaier::default();
    for pattern in patterns.with(counts, 1) {
        let off = of_unit(&pattern) - parts.value;
        spread.add(pattern.units as f64 * off * off);
    }
    Some(libm::sqrt(spread.total() / (n * (n - 1.0))))
}

fn interval(value: f64, se: Option<f64>, n: u64, confidence: f64) -> Option<Interval> {
    if !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let half = t_quantile(n as f64 - 1.0, 0.5 + 0.5 * confidence)? * se?;
    Some(Interval { low: value - half, high: (value + half).min(1.0) })
}
