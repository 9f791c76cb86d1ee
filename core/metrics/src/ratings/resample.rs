//! Bootstrap intervals of coefficients, over units or over groups of units such as the objects of one image.

use super::ac1::{Categories, ac1_parts, category_count};
use super::alpha::{Level, alpha_parts};
use super::fleiss::{agreement, fleiss_parts, randolph_parts};
use super::patterns::Patterns;
use super::{Ratings, TASK};
use crate::bootstrap::{self, Resampled};
use crate::error::MetricsError;
use crate::value::Reason;

/// Name of the random stream that resamples units.
const STREAM: &str = "ratings";

/// A coefficient that can be resampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Coefficient<'a> {
    /// [`super::percent_agreement`].
    PercentAgreement,
    /// [`super::fleiss`].
    Fleiss,
    /// [`super::randolph`].
    Randolph,
    /// [`super::alpha`].
    Alpha(Level<'a>),
    /// [`super::ac1`]; the number of observed categories is that of the whole table.
    Ac1(Categories),
}

/// Percentile intervals of coefficients on the same draws, one entry a coefficient.
///
/// `groups` names the group of each unit (any numbers) when units of one group depend on each other: then groups are
/// drawn instead of units. An error when there is not one group for each unit. Groups are put in the order of their
/// numbers, and replicate `r` is the same for any number of threads.
///
/// A replicate costs one draw for each unit (or group) and one step for each distinct pattern of ratings: a thousand
/// replicates over a million units take 4 seconds on two free cores and 20 on busy ones, nearly all of it for drawing.
pub fn resample(
    ratings: &Ratings,
    coefficients: &[Coefficient<'_>],
    groups: Option<&[u64]>,
    options: &bootstrap::Options,
) -> Result<Vec<Resampled>, MetricsError> {
    let patterns = Patterns::new(ratings);
    let members = groups.map(|groups| Members::new(groups, &patterns.of_unit)).transpose()?;
    Ok(resample_members(&patterns, coefficients, members.as_ref(), options))
}

/// [`resample`] over groups of units that lie side by side; `sizes` are their numbers of units, which may be 0.
pub(crate) fn resample_runs(
    ratings: &Ratings,
    coefficients: &[Coefficient<'_>],
    sizes: &[usize],
    options: &bootstrap::Options,
) -> Vec<Resampled> {
    let mut patterns = Patterns::new(ratings);
    let members = Members { starts: starts(sizes.iter().copied()), patterns: std::mem::take(&mut patterns.of_unit) };
    resample_members(&patterns, coefficients, Some(&members), options)
}

fn resample_members(
    patterns: &Patterns,
    coefficients: &[Coefficient<'_>],
    members: Option<&Members>,
    options: &bootstrap::Options,
) -> Vec<Resampled> {
    let all = members.map_or_else(|| patterns.counts(), |members| patterns.counts_of(&members.patterns));
    let measures: Vec<Measure<'_>> = coefficients.iter().map(|c| Measure::new(c, patterns, &all)).collect();
    let units = patterns.of_unit.len();
    if members.map_or(units, Members::groups) == 0 {
        let nothing = bootstrap::percentile(&vec![None; options.replicates as usize], options.confidence);
        return vec![nothing; coefficients.len()];
    }
    bootstrap::resample_rows(options, |replicate| {
        let mut counts = vec![0_u64; patterns.len()];
        match members {
            None => bootstrap::each_draw(options.seed, STREAM, replicate, units, |unit| {
                counts[patterns.of_unit[unit] as usize] += 1;
            }),
            Some(members) => bootstrap::each_draw(options.seed, STREAM, replicate, members.groups(), |group| {
                members.patterns_of(group).iter().for_each(|&pattern| counts[pattern as usize] += 1);
            }),
        }
        measures.iter().map(|measure| measure.value(patterns, &counts).ok()).collect()
    })
}

/// The patterns of the units of each group.
struct Members {
    starts: Vec<usize>,
    patterns: Vec<u32>,
}

impl Members {
    fn new(groups: &[u64], of_unit: &[u32]) -> Result<Self, MetricsError> {
        if groups.len() != of_unit.len() {
            let (left_name, right_name) = ("groups", "units");
            let (left, right) = (groups.len(), of_unit.len());
            return Err(MetricsError::Lengths { task: TASK, left_name, left, right_name, right });
        }
        let mut order: Vec<(u64, u32)> = groups.iter().copied().zip(of_unit.iter().copied()).collect();
        order.sort_unstable();
        let starts = starts(order.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len));
        Ok(Self { starts, patterns: order.into_iter().map(|(_, pattern)| pattern).collect() })
    }

    fn groups(&self) -> usize {
        self.starts.len() - 1
    }

    fn patterns_of(&self, group: usize) -> &[u32] {
        &self.patterns[self.starts[group]..self.starts[group + 1]]
    }
}

/// Where runs of these lengths begin, and where the last ends.
fn starts(sizes: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut starts = vec![0];
    starts.extend(sizes.scan(0, |end, size| {
        *end += size;
        Some(*end)
    }));
    starts
}

/// A coefficient with what stays the same in all replicates.
enum Measure<'a> {
    Percent,
    Fleiss,
    Randolph,
    Alpha(Level<'a>),
    Ac1(usize),
}

impl<'a> Measure<'a> {
    fn new(coefficient: &Coefficient<'a>, patterns: &Patterns, counts: &[u64]) -> Self {
        match *coefficient {
            Coefficient::PercentAgreement => Self::Percent,
            Coefficient::Fleiss => Self::Fleiss,
            Coefficient::Randolph => Self::Randolph,
            Coefficient::Alpha(level) => Self::Alpha(level),
            Coefficient::Ac1(categories) => Self::Ac1(category_count(patterns, counts, categories)),
        }
    }

    fn value(&self, patterns: &Patterns, counts: &[u64]) -> Result<f64, Reason> {
        match *self {
            Self::Percent => agreement(patterns, counts),
            Self::Fleiss => fleiss_parts(patterns, counts).map(|parts| parts.value),
            Self::Randolph => randolph_parts(patterns, counts).map(|parts| parts.value),
            Self::Alpha(level) => alpha_parts(patterns, counts, level).map(|parts| parts.value),
            Self::Ac1(q) => ac1_parts(patterns, counts, q).map(|parts| parts.value),
        }
    }
}
