//! Fleiss' κ and its variant with equal chances (Fleiss 1971, Randolph 2005), and the plain share of agreement.

use super::patterns::Patterns;
use super::{Estimate, Parts, Ratings};
use crate::sum::Neumaier;
use crate::value::{Metric, Reason};

/// Fleiss' κ with its standard error under the hypothesis κ = 0 (Fleiss, Nee & Landis 1979).
///
/// Units that nobody rated are dropped. `not_applicable` unless all others have the same number of ratings, two or more;
/// `empty` without units, `no_variation` when all ratings are of one category. The value and `p_e` equal statsmodels
/// `fleiss_kappa`.
pub fn fleiss(ratings: &Ratings) -> Estimate {
    estimate(ratings, fleiss_parts, |patterns, counts, parts| parts.p_e.map(|_| se0(patterns, counts)))
}

/// Randolph's κ: as [`fleiss`] with every declared category equally likely by chance, and no standard error.
///
/// `no_variation` with fewer than two declared categories. Equals statsmodels `fleiss_kappa(method="randolph")`.
pub fn randolph(ratings: &Ratings) -> Estimate {
    estimate(ratings, randolph_parts, |_, _, _| None)
}

/// The mean over units with two or more ratings of the share of rater pairs that agree; units with fewer are dropped.
///
/// `empty` without such a unit.
pub fn percent_agreement(ratings: &Ratings) -> Estimate {
    let patterns = Patterns::new(ratings);
    let counts = patterns.counts();
    let (used, dropped) = patterns.used_and_dropped(&counts, 2);
    let mut estimate = Estimate::undefined(Reason::Empty, used, dropped);
    if let Ok(value) = agreement(&patterns, &counts) {
        estimate.value = Metric::new(value, used);
        estimate.p_o = estimate.value;
        estimate.p_e = Metric::undefined(Reason::NotApplicable);
    }
    estimate
}

/// Observed agreement over the units with two or more ratings.
pub(super) fn agreement(patterns: &Patterns, counts: &[u64]) -> Result<f64, Reason> {
    let (mut sum, mut units) = (Neumaier::default(), 0);
    for pattern in patterns.with(counts, 2) {
        sum.add(pattern.units as f64 * pattern.agreeing_pairs());
        units += pattern.units;
    }
    if units == 0 { Err(Reason::Empty) } else { Ok(sum.total() / units as f64) }
}

type Measure = fn(&Patterns, &[u64]) -> Result<Parts, Reason>;

fn estimate(ratings: &Ratings, measure: Measure, error: impl Fn(&Patterns, &[u64], &Parts) -> Option<f64>) -> Estimate {
    let patterns = Patterns::new(ratings);
    let counts = patterns.counts();
    let (used, dropped) = patterns.used_and_dropped(&counts, 1);
    match measure(&patterns, &counts) {
        Ok(parts) => parts.estimate(error(&patterns, &counts, &parts), used, dropped),
        Err(reason) => {
            let p_o = agreement(&patterns, &counts).map_or_else(Metric::undefined, |p_o| Metric::new(p_o, used));
            Estimate { p_o, ..Estimate::undefined(reason, used, dropped) }
        }
    }
}

pub(super) fn fleiss_parts(patterns: &Patterns, counts: &[u64]) -> Result<Parts, Reason> {
    raters_of_each(patterns, counts)?;
    let p_o = agreement(patterns, counts)?;
    let per_category = per_category(patterns, counts);
    let total: u64 = per_category.iter().sum();
    if per_category.contains(&total) {
        return Err(Reason::NoVariation);
    }
    let p_e = per_category.iter().map(|&n| square(n as f64 / total as f64)).sum();
    Ok(Parts::of_chance(p_o, p_e))
}

pub(super) fn randolph_parts(patterns: &Patterns, counts: &[u64]) -> Result<Parts, Reason> {
    raters_of_each(patterns, counts)?;
    let p_o = agreement(patterns, counts)?;
    if patterns.categories < 2 {
        return Err(Reason::NoVariation);
    }
    Ok(Parts::of_chance(p_o, 1.0 / patterns.categories as f64))
}

/// The number of ratings that every unit has.
fn raters_of_each(patterns: &Patterns, counts: &[u64]) -> Result<u32, Reason> {
    let mut given = patterns.with(counts, 1).map(|pattern| pattern.ratings);
    let first = given.next().ok_or(Reason::Empty)?;
    if first < 2 || given.any(|ratings| ratings != first) {
        return Err(Reason::NotApplicable);
    }
    Ok(first)
}

fn per_category(patterns: &Patterns, counts: &[u64]) -> Vec<u64> {
    let mut totals = vec![0; patterns.categories];
    for pattern in patterns.with(counts, 1) {
        for &(category, raters) in pattern.entries {
            totals[category as usize] += pattern.units * u64::from(raters);
        }
    }
    totals
}

/// Standard error under κ = 0 of Fleiss, Nee & Landis 1979.
fn se0(patterns: &Patterns, counts: &[u64]) -> f64 {
    let per_category = per_category(patterns, counts);
    let total: u64 = per_category.iter().sum();
    let units: u64 = patterns.with(counts, 1).map(|pattern| pattern.units).sum();
    let m = total as f64 / units as f64;
    let (mut s, mut skew) = (0.0, 0.0);
    for n in per_category {
        let p = n as f64 / total as f64;
        let q = 1.0 - p;
        s += p * q;
        skew += p * q * (q - p);
    }
    libm::sqrt(2.0 * (s * s - skew).max(0.0) / (units as f64 * m * (m - 1.0))) / s
}

fn square(x: f64) -> f64 {
    x * x
}
