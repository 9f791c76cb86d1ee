//! How people take one class for another: estimated from what all say, and counted against gold.

use concord_metrics::Metric;
use concord_metrics::agreement::{Options, Seen, SeveralOptions, object_agreement, several_agreement};
use concord_metrics::bootstrap;
use concord_metrics::dawid_skene::{DawidSkene, DawidSkeneOptions, Opinion, Sizes, dawid_skene};
use serde::Serialize;

use super::Compared;
use crate::ProjectError;
use crate::agree::SaidBy;

/// How one person takes classes for others. Tables have the true class in rows and the answer in columns, by the classes of
/// the report with "nothing" behind them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confusion {
    /// The probability of each answer given the true class, after Dawid and Skene (1979), from all things on samples that
    /// two or more people saw; `None` where nobody shares a sample with anybody. Each row is nearer to the diagonal than the
    /// counts alone would have it: two right answers and half a wrong one of each kind are counted beside them.
    pub estimated: Option<Vec<Vec<f64>>>,
    /// The probability of the right answer for a thing as they come, "nothing" left out; by the same estimate.
    pub accuracy: Metric,
    /// Objects counted against gold.
    pub against_gold: Vec<Vec<u64>>,
    /// What the person takes for what against gold, the most frequent first.
    pub slips: Vec<Slip>,
}

/// One class taken for another, or for nothing, or nothing taken for a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Slip {
    /// Index of the class in gold; the number of classes for "nothing".
    pub truth: usize,
    /// Index of the class that the person gave, likewise.
    pub said: usize,
    /// How often.
    pub count: u64,
}

/// What all annotators together say about things, and about each other.
pub(super) fn estimate(said: &SaidBy, classes: &[String], match_iou: f64) -> Result<Option<DawidSkene>, ProjectError> {
    let annotators = said.by.len();
    if annotators < 2 {
        return Ok(None);
    }
    let images = said.seen_images(classes, match_iou);
    let without = bootstrap::Options { replicates: 0, ..bootstrap::Options::default() };
    let options = SeveralOptions { tau: match_iou, bootstrap: without, ..SeveralOptions::default() };
    let units = several_agreement(&images, annotators, &options)?.units;
    let shared = units.iter().filter(|unit| unit.said.iter().filter(|seen| **seen != Seen::Unseen).count() > 1);
    let mut opinions = Vec::new();
    let mut items = 0;
    for unit in shared {
        for (annotator, seen) in unit.said.iter().enumerate() {
            let class = match seen {
                Seen::Unseen => continue,
                Seen::Nothing => classes.len(),
                Seen::Object { class, .. } => *class,
            };
            opinions.push(Opinion { item: items, annotator: annotator as u32, class: class as u32 });
        }
        items += 1;
    }
    if items == 0 {
        return Ok(None);
    }
    let sizes = Sizes { items: items as usize, annotators, classes: classes.len() + 1 };
    Ok(Some(dawid_skene(&opinions, sizes, &DawidSkeneOptions::default())?))
}

impl Confusion {
    pub(super) fn of(
        estimate: Option<&DawidSkene>,
        annotator: usize,
        compared: &Compared,
        classes: usize,
        metrics: &Options,
    ) -> Self {
        let counted = Options { replicates: 0, ..*metrics };
        let against_gold = object_agreement(&compared.pairs, classes, &counted).table;
        Self {
            accuracy: accuracy(estimate, annotator, classes),
            estimated: estimate.map(|estimate| rows(estimate, annotator)),
            slips: slips(&against_gold),
            against_gold,
        }
    }
}

fn rows(estimate: &DawidSkene, annotator: usize) -> Vec<Vec<f64>> {
    let classes = estimate.classes;
    let rate = |truth, answer| estimate.answer_rate(annotator, truth, answer).unwrap_or_default();
    (0..classes).map(|truth| (0..classes).map(|answer| rate(truth, answer)).collect()).collect()
}

fn accuracy(estimate: Option<&DawidSkene>, annotator: usize, classes: usize) -> Metric {
    let Some(estimate) = estimate else { return Metric::undefined(concord_metrics::Reason::Empty) };
    let share: f64 = estimate.prior.iter().take(classes).sum();
    let right =
        (0..classes).filter_map(|class| Some(estimate.prior[class] * estimate.answer_rate(annotator, class, class)?));
    let things = estimate.posterior.len() / estimate.classes.max(1);
    Metric::ratio(right.sum(), share, things as u64)
}

fn slips(table: &[Vec<u64>]) -> Vec<Slip> {
    let cells = table
        .iter()
        .enumerate()
        .flat_map(|(truth, row)| row.iter().enumerate().map(move |(said, count)| Slip { truth, said, count: *count }));
    let mut slips: Vec<Slip> = cells.filter(|slip| slip.truth != slip.said && slip.count > 0).collect();
    slips.sort_by_key(|slip| (std::cmp::Reverse(slip.count), slip.truth, slip.said));
    slips
}
