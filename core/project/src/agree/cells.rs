//! Which samples stand behind each cell of a confusion table.

use concord_domain::sample::{Sample, SampleId};

use super::{SaidBy, Shared};

/// A sample that was compared.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleRef {
    /// Identity.
    pub id: SampleId,
    /// Path of its image.
    pub path: String,
    pub(crate) sample: Sample,
}

/// The samples behind the cells of a table of two annotators' classes, background last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cells {
    side: usize,
    /// (cell, sample), sorted; a sample stands there as often as it counts.
    entries: Vec<(u32, u32)>,
    samples: Vec<(SampleId, String)>,
}

impl Cells {
    pub(super) fn of(common: &[Shared<'_>], classes: usize, said: &SaidBy) -> Self {
        let mut entries = Vec::new();
        for (place, pair, matching) in common {
            let mut add = |row: usize, column: usize| entries.push(((row, column), *place));
            matching.pairs.iter().for_each(|(i, j, _)| add(pair.classes_a[*i], pair.classes_b[*j]));
            matching.only_a.iter().for_each(|i| add(pair.classes_a[*i], classes));
            matching.only_b.iter().for_each(|j| add(classes, pair.classes_b[*j]));
        }
        Self::new(classes + 1, &entries, said)
    }

    /// The cells of a square table from what stands in each: row and column, and the place of the sample.
    pub(super) fn new(side: usize, counted: &[((usize, usize), usize)], said: &SaidBy) -> Self {
        let mut places: Vec<usize> = counted.iter().map(|(_, place)| *place).collect();
        places.sort_unstable();
        places.dedup();
        let at = |place: &usize| places.binary_search(place).unwrap_or_default() as u32;
        let mut entries: Vec<(u32, u32)> =
            counted.iter().map(|((row, column), place)| ((row * side + column) as u32, at(place))).collect();
        entries.sort_unstable();
        let known = places.iter().filter_map(|place| said.samples.get(*place));
        let samples = known.map(|known| (known.id.clone(), known.path.clone())).collect();
        Self { side, entries, samples }
    }

    /// The samples behind a cell with how often each counts there, those that count most first; `row` and `column` are
    /// classes by their index, the number of classes for "nothing".
    pub fn samples(&self, row: usize, column: usize) -> Vec<(&SampleId, &str, u64)> {
        if row >= self.side || column >= self.side {
            return vec![];
        }
        let cell = (row * self.side + column) as u32;
        let from = self.entries.partition_point(|entry| entry.0 < cell);
        let to = self.entries.partition_point(|entry| entry.0 <= cell);
        let mut found: Vec<(&SampleId, &str, u64)> = self.entries[from..to]
            .chunk_by(|a, b| a.1 == b.1)
            .filter_map(|run| {
                let (sample, path) = self.samples.get(run[0].1 as usize)?;
                Some((sample, path.as_str(), run.len() as u64))
            })
            .collect();
        found.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.1.cmp(b.1)));
        found
    }
}

/// How many objects of a sample only one of the two found, or both gave different classes.
pub(super) fn differing((_, pair, matching): Shared<'_>) -> u64 {
    let named = matching.pairs.iter().filter(|(i, j, _)| pair.classes_a[*i] != pair.classes_b[*j]);
    (named.count() + matching.only_a.len() + matching.only_b.len()) as u64
}
