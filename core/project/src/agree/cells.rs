//! Which samples stand behind each cell of a confusion table.

use concord_domain::sample::{Sample, SampleId};
use concord_metrics::agreement::ObjectPair;
use concord_metrics::matching::{ClassRule, Matching, match_pairs};

use super::SaidBy;

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
    pub(super) fn of(common: &[(usize, ObjectPair)], matched: &[Matching], classes: usize, said: &SaidBy) -> Self {
        let side = classes + 1;
        let mut entries = Vec::new();
        for (at, ((_, pair), matching)) in common.iter().zip(matched).enumerate() {
            let mut add = |row: usize, column: usize| entries.push(((row * side + column) as u32, at as u32));
            matching.pairs.iter().for_each(|(i, j, _)| add(pair.classes_a[*i], pair.classes_b[*j]));
            matching.only_a.iter().for_each(|i| add(pair.classes_a[*i], classes));
            matching.only_b.iter().for_each(|j| add(classes, pair.classes_b[*j]));
        }
        entries.sort_unstable();
        let name = |sample: &SampleId| {
            let known = said.samples.get(said.place_of(sample));
            (sample.clone(), known.map(|known| known.path.clone()).unwrap_or_default())
        };
        let samples = common.iter().map(|(_, pair)| name(&SampleId(pair.id.clone()))).collect();
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

/// The matching of every sample at a threshold.
pub(super) fn match_all(common: &[(usize, ObjectPair)], tau: f64) -> Vec<Matching> {
    let one = |(_, pair): &(usize, ObjectPair)| {
        match_pairs(&pair.candidates, &pair.classes_a, &pair.classes_b, ClassRule::TwoStage, tau)
    };
    common.iter().map(one).collect()
}
