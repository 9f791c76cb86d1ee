//! Units by their pattern of ratings: how many raters chose each category, whoever they were.

use std::collections::BTreeMap;

use super::{MISSING, Ratings};

/// The distinct patterns of a table, in the order in which they first occur.
pub(super) struct Patterns {
    pub(super) categories: usize,
    /// (category, raters) of pattern `p` are `entries[starts[p]..starts[p + 1]]`, categories ascending.
    starts: Vec<usize>,
    entries: Vec<(u32, u32)>,
    /// The pattern of each unit.
    pub(super) of_unit: Vec<u32>,
}

/// One pattern and how many units have it.
#[derive(Clone, Copy)]
pub(super) struct Counted<'a> {
    /// (category, raters), categories ascending.
    pub(super) entries: &'a [(u32, u32)],
    /// Number of ratings.
    pub(super) ratings: u32,
    /// Number of units, not 0.
    pub(super) units: u64,
}

impl Patterns {
    pub(super) fn new(ratings: &Ratings) -> Self {
        let mut known: BTreeMap<Vec<(u32, u32)>, u32> = BTreeMap::new();
        let mut patterns =
            Self { categories: ratings.categories, starts: vec![0], entries: Vec::new(), of_unit: Vec::new() };
        let (mut seen, mut pattern) = (Vec::new(), Vec::new());
        for row in ratings.cells.chunks_exact(ratings.raters.max(1)) {
            seen.clear();
            seen.extend(row.iter().copied().filter(|&cell| cell != MISSING));
            seen.sort_unstable();
            pattern.clear();
            pattern.extend(seen.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)));
            let id = known.get(&pattern).copied().unwrap_or_else(|| {
                let id = known.len() as u32;
                known.insert(pattern.clone(), id);
                patterns.entries.extend(&pattern);
                patterns.starts.push(patterns.entries.len());
                id
            });
            patterns.of_unit.push(id);
        }
        patterns
    }

    /// How many units have each pattern.
    pub(super) fn counts(&self) -> Vec<u64> {
        self.counts_of(&self.of_unit)
    }

    /// How often each pattern is among these.
    pub(super) fn counts_of(&self, ids: &[u32]) -> Vec<u64> {
        let mut counts = vec![0; self.len()];
        for &id in ids {
            counts[id as usize] += 1;
        }
        counts
    }

    /// Number of distinct patterns.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The patterns that occur, with at least `ratings` ratings.
    pub(super) fn with<'a>(&'a self, counts: &'a [u64], ratings: u32) -> impl Iterator<Item = Counted<'a>> + Clone {
        counts.iter().enumerate().filter(|(_, units)| **units > 0).filter_map(move |(id, &units)| {
            let entries = &self.entries[self.starts[id]..self.starts[id + 1]];
            let given = entries.iter().map(|entry| entry.1).sum();
            (given >= ratings).then_some(Counted { entries, ratings: given, units })
        })
    }

    /// Units with at least so many ratings, and the others.
    pub(super) fn used_and_dropped(&self, counts: &[u64], ratings: u32) -> (u64, u64) {
        let used = self.with(counts, ratings).map(|pattern| pattern.units).sum();
        (used, counts.iter().sum::<u64>() - used)
    }
}

impl Counted<'_> {
    /// The share of the pairs of raters who agree; at least two ratings.
    pub(super) fn agreeing_pairs(&self) -> f64 {
        let agreeing: u64 = self.entries.iter().map(|&(_, n)| u64::from(n) * (u64::from(n) - 1)).sum();
        agreeing as f64 / (f64::from(self.ratings) * (f64::from(self.ratings) - 1.0))
    }
}
