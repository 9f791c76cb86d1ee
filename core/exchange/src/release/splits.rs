//! Assigning samples to splits so that every class gets its share and no group is torn apart.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::sample::SampleId;
use concord_metrics::rng::Stream;

use super::{Fractions, Split};
use crate::ExchangeError;

/// A sample that is to be assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitSample {
    /// Which one.
    pub id: SampleId,
    /// How often it has each label: classes by their objects, and any stratum that shall be spread evenly.
    pub labels: BTreeMap<String, u64>,
    /// False for a sample whose provenance lets it only train; its whole group then trains.
    pub may_validate: bool,
}

/// Most rounds of improving moves; each lowers the distance to the fractions, so there are few in practice.
const MOVE_ROUNDS: usize = 20;

/// A group with its counts; label 0 counts its samples, so that splits also get their share of images.
struct Unit {
    samples: Vec<SampleId>,
    counts: Vec<(usize, f64)>,
    spread: f64,
    only_train: bool,
}

/// Assigns each group (samples that must stay together, such as near-duplicates) to one split.
///
/// Iterative stratification after Sechidis et al. 2011 on groups: the groups with the most uneven labels go first, each
/// to the split that lacks its labels most; then single groups are moved as long as that brings the shares of the
/// labels closer to `fractions`. The same samples, fractions and seed give the same splits, whatever order the groups
/// and their samples stand in. Empty groups are left out; no groups give an empty map.
///
/// # Errors
/// [`ExchangeError::Invalid`] when the fractions do not sum to 1, when a sample stands in two groups, or when samples
/// have to train but the training split shall be empty.
pub fn assign_splits(
    groups: &[Vec<SplitSample>],
    fractions: &Fractions,
    seed: u64,
) -> Result<BTreeMap<SampleId, Split>, ExchangeError> {
    let shares = fractions.checked()?;
    let (mut units, totals) = units(groups)?;
    if shares[0] == 0.0 && units.iter().any(|u| u.only_train) {
        let why = "some samples may only train, but the training split is to be empty";
        return Err(ExchangeError::invalid("the split", why));
    }
    order(&mut units, seed);
    let mut state = State::new(shares, totals);
    let mut homes: Vec<usize> = units
        .iter()
        .map(|unit| {
            let home = if unit.only_train { 0 } else { state.neediest(unit) };
            state.add(unit, home, 1.0);
            home
        })
        .collect();
    for _ in 0..MOVE_ROUNDS {
        let mut moved = false;
        for (unit, home) in units.iter().zip(&mut homes).filter(|(u, _)| !u.only_train) {
            let better = state.better_home(unit, *home);
            if better != *home {
                state.add(unit, *home, -1.0);
                state.add(unit, better, 1.0);
                (*home, moved) = (better, true);
            }
        }
        if !moved {
            break;
        }
    }
    let pairs = units.into_iter().zip(homes);
    Ok(pairs.flat_map(|(unit, home)| unit.samples.into_iter().map(move |id| (id, Split::ALL[home]))).collect())
}

fn units(groups: &[Vec<SplitSample>]) -> Result<(Vec<Unit>, Vec<f64>), ExchangeError> {
    let names: BTreeSet<&str> = groups.iter().flatten().flat_map(|s| s.labels.keys().map(String::as_str)).collect();
    let index: BTreeMap<&str, usize> = names.into_iter().zip(1..).collect();
    let mut totals = vec![0.0; index.len() + 1];
    let mut seen = BTreeSet::new();
    let mut units = Vec::with_capacity(groups.len());
    for group in groups.iter().filter(|g| !g.is_empty()) {
        let mut counts: BTreeMap<usize, f64> = BTreeMap::new();
        for sample in group {
            if !seen.insert(&sample.id) {
                let why = format!("the sample {} stands in the groups twice", sample.id.short());
                return Err(ExchangeError::invalid("the split", why));
            }
            *counts.entry(0).or_default() += 1.0;
            for (label, count) in sample.labels.iter().filter(|(_, count)| **count > 0) {
                *counts.entry(index[label.as_str()]).or_default() += *count as f64;
            }
        }
        for (label, count) in &counts {
            totals[*label] += count;
        }
        let mut samples: Vec<SampleId> = group.iter().map(|s| s.id.clone()).collect();
        samples.sort();
        units.push(Unit {
            samples,
            spread: spread(&counts, index.len()),
            counts: counts.into_iter().collect(),
            only_train: group.iter().any(|s| !s.may_validate),
        });
    }
    Ok((units, totals))
}

/// Population standard deviation of the group's label counts over all labels, absent ones included.
fn spread(counts: &BTreeMap<usize, f64>, labels: usize) -> f64 {
    if labels == 0 {
        return 0.0;
    }
    let labelled = || counts.iter().filter(|(label, _)| **label > 0).map(|(_, count)| *count);
    let mean = labelled().sum::<f64>() / labels as f64;
    let squares: f64 = labelled().map(|c| (c - mean) * (c - mean)).sum();
    let absent = (labels - labelled().count()) as f64;
    ((squares + absent * mean * mean) / labels as f64).sqrt()
}

/// Groups that must train first, then by falling spread, then larger ones, then by id in an order shuffled by the seed.
fn order(units: &mut [Unit], seed: u64) {
    units.sort_by(|a, b| a.samples.cmp(&b.samples));
    Stream::new(seed, "", "split", 0).shuffle(units);
    units.sort_by(|a, b| {
        let by_spread = b.spread.total_cmp(&a.spread);
        b.only_train.cmp(&a.only_train).then(by_spread).then(b.samples.len().cmp(&a.samples.len()))
    });
}

/// How much of each label each split has so far.
struct State {
    shares: [f64; 3],
    totals: Vec<f64>,
    has: [Vec<f64>; 3],
}

impl State {
    fn new(shares: [f64; 3], totals: Vec<f64>) -> Self {
        let empty = vec![0.0; totals.len()];
        Self { shares, has: [empty.clone(), empty.clone(), empty], totals }
    }

    fn add(&mut self, unit: &Unit, split: usize, sign: f64) {
        for (label, count) in &unit.counts {
            self.has[split][*label] += sign * count;
        }
    }

    fn open_splits(&self) -> impl Iterator<Item = usize> {
        (0..3).filter(|s| self.shares[*s] > 0.0)
    }

    /// How much of a label the split still lacks.
    fn demand(&self, split: usize, label: usize) -> f64 {
        self.shares[split] * self.totals[label] - self.has[split][label]
    }

    /// The split that lacks the unit's labels most; ties go to the one most below its share of samples, then the first.
    fn neediest(&self, unit: &Unit) -> usize {
        let need = |split: usize| -> f64 {
            let term = |(label, count): &(usize, f64)| {
                let aim = self.shares[split] * self.totals[*label];
                count / self.totals[*label] * self.demand(split, *label).max(0.0) / (aim + 1.0)
            };
            unit.counts.iter().map(term).sum()
        };
        let below = |split: usize| self.demand(split, 0) / self.totals[0];
        let better = |a: usize, b: usize| need(b).total_cmp(&need(a)).then(below(b).total_cmp(&below(a)));
        self.open_splits().min_by(|a, b| better(*a, *b)).unwrap_or(0)
    }

    /// The split in which the unit brings all shares closest to the fractions; its own when none is better.
    fn better_home(&self, unit: &Unit, home: usize) -> usize {
        let gain = |to: usize| -> f64 {
            let term = |(label, count): &(usize, f64)| {
                let (from_now, to_now) = (self.demand(home, *label), self.demand(to, *label));
                let before = from_now.abs() + to_now.abs();
                let after = (from_now + count).abs() + (to_now - count).abs();
                (before - after) / self.totals[*label]
            };
            unit.counts.iter().map(term).sum()
        };
        let best = self.open_splits().filter(|s| *s != home).max_by(|a, b| gain(*a).total_cmp(&gain(*b)));
        best.filter(|s| gain(*s) > 1e-12).unwrap_or(home)
    }
}

#[cfg(test)]
#[path = "splits_tests.rs"]
mod tests;
