//! The true class of each item, and how each annotator confuses classes, from opinions alone.
//!
//! Dawid, A. P. & Skene, A. M. (1979): Maximum likelihood estimation of observer error-rates using the EM algorithm.
//! Applied Statistics 28. Pseudo-counts keep small data from collapsing; without them the numbers are those of crowd-kit
//! 1.4.2, which keeps the transpose of the confusion.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::MetricsError;

/// What is attempted, for messages.
const TASK: &str = "estimate true classes";
/// Counts and probabilities are at least this much, so that one opinion never rules a class out for good.
const FLOOR: f64 = 1e-10;

/// What one annotator said about one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Opinion {
    /// Index of the item.
    pub item: u32,
    /// Index of the annotator.
    pub annotator: u32,
    /// The class the annotator gave it.
    pub class: u32,
}

/// How many there are of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Items, those without opinions too.
    pub items: usize,
    /// Annotators.
    pub annotators: usize,
    /// Classes.
    pub classes: usize,
}

/// How the estimate is made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DawidSkeneOptions {
    /// Pseudo-count of each right answer; 2 by default, 0 for the plain method.
    pub diagonal: f64,
    /// Pseudo-count of each wrong answer; 0.5 by default, 0 for the plain method.
    pub off_diagonal: f64,
    /// The estimate stands once no probability moves by this much; 1e-6 by default.
    pub tolerance: f64,
    /// Most iterations; 100 by default.
    pub iterations: u32,
}

impl Default for DawidSkeneOptions {
    fn default() -> Self {
        Self { diagonal: 2.0, off_diagonal: 0.5, tolerance: 1e-6, iterations: 100 }
    }
}

/// True classes and confusions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DawidSkene {
    /// Number of classes.
    pub classes: usize,
    /// Probability of each class for each item: `items · classes`, item by item. An item without opinions has the prior.
    pub posterior: Vec<f64>,
    /// Share of each class among the items that have opinions; all equal when none has.
    pub prior: Vec<f64>,
    /// For each annotator the probability of each answer (columns) given the true class (rows): `classes · classes`,
    /// annotator by annotator. Rows add up to 1.
    pub confusion: Vec<f64>,
    /// Iterations made.
    pub iterations: u32,
    /// True when the last iteration moved nothing by the tolerance or more.
    pub converged: bool,
}

impl DawidSkene {
    /// Probability of each class for an item; empty for one that is not there.
    pub fn of_item(&self, item: usize) -> &[f64] {
        self.posterior.get(item * self.classes..(item + 1) * self.classes).unwrap_or_default()
    }

    /// The most probable class of an item, the lowest of equals; none for an item that is not there.
    pub fn label(&self, item: usize) -> Option<usize> {
        let of_item = self.of_item(item);
        (0..of_item.len()).reduce(|best, class| if of_item[class] > of_item[best] { class } else { best })
    }

    /// The probability that `annotator` answers `answer` when `truth` is the class; none outside of what was estimated.
    pub fn answer_rate(&self, annotator: usize, truth: usize, answer: usize) -> Option<f64> {
        if truth >= self.classes || answer >= self.classes {
            return None;
        }
        self.confusion.get((annotator * self.classes + truth) * self.classes + answer).copied()
    }

    /// Probability of each class of a new item; opinions of annotators or classes that were not estimated say nothing.
    pub fn posterior_of(&self, opinions: &[(usize, usize)]) -> Vec<f64> {
        let mut logs: Vec<f64> = self.prior.iter().map(|&prior| libm::log(prior.max(FLOOR))).collect();
        for &(annotator, answer) in opinions {
            for (truth, log) in logs.iter_mut().enumerate() {
                *log += self.answer_rate(annotator, truth, answer).map_or(0.0, |rate| libm::log(rate.max(FLOOR)));
            }
        }
        to_probabilities(&mut logs);
        logs
    }
}

/// Estimates the true class of each item and the confusion of each annotator.
///
/// Starts from the shares of votes. Opinions may come in any order and more than once. An error for an opinion outside of
/// `sizes`, and for pseudo-counts that are negative or not finite. Without opinions the prior is uniform and an annotator's
/// confusion is that of the pseudo-counts. An iteration costs a step for each opinion and class.
pub fn dawid_skene(
    opinions: &[Opinion],
    sizes: Sizes,
    options: &DawidSkeneOptions,
) -> Result<DawidSkene, MetricsError> {
    check(opinions, sizes, options)?;
    let data = Data::new(opinions, sizes);
    let mut truth = data.shares_of_votes();
    let mut model = data.maximise(&truth, options);
    let (mut iterations, mut converged) = (0, false);
    while iterations < options.iterations && !converged {
        if iterations > 0 {
            model = data.maximise(&truth, options);
        }
        let next = data.expect(&model);
        let moved = truth.iter().zip(&next).map(|(old, new)| (old - new).abs()).fold(0.0, f64::max);
        truth = next;
        converged = moved < options.tolerance;
        iterations += 1;
    }
    if iterations > 0 {
        model = data.maximise(&truth, options);
    }
    let confusion = model.by_truth(sizes);
    Ok(DawidSkene { classes: sizes.classes, posterior: truth, prior: model.prior, confusion, iterations, converged })
}

fn check(opinions: &[Opinion], sizes: Sizes, options: &DawidSkeneOptions) -> Result<(), MetricsError> {
    let refused =
        |index, field, value, expected| MetricsError::OutOfRange { task: TASK, index, field, value, expected };
    for (index, opinion) in opinions.iter().enumerate() {
        for (field, value, end) in [
            ("item", opinion.item, sizes.items),
            ("annotator", opinion.annotator, sizes.annotators),
            ("class", opinion.class, sizes.classes),
        ] {
            if value as usize >= end {
                return Err(refused(index, field, f64::from(value), "below their number"));
            }
        }
    }
    for (index, value) in [options.diagonal, options.off_diagonal].into_iter().enumerate() {
        if !value.is_finite() || value < 0.0 {
            return Err(refused(index, "pseudo-count", value, "finite and not negative"));
        }
    }
    Ok(())
}

/// The opinions by item.
struct Data {
    sizes: Sizes,
    /// Opinions of item `i` are `starts[i]..starts[i + 1]`.
    starts: Vec<usize>,
    /// For each opinion its place in a list of annotators by answers.
    answers: Vec<u32>,
}

/// Prior and error rates.
struct Model {
    prior: Vec<f64>,
    /// `annotators · classes (answers) · classes (truths)`: what one opinion says about each truth lies side by side.
    rates: Vec<f64>,
}

impl Data {
    fn new(opinions: &[Opinion], sizes: Sizes) -> Self {
        let mut order = opinions.to_vec();
        order.sort_unstable();
        let mut starts = vec![0; sizes.items + 1];
        for opinion in &order {
            starts[opinion.item as usize + 1] += 1;
        }
        for item in 0..sizes.items {
            starts[item + 1] += starts[item];
        }
        let answers = order.iter().map(|o| o.annotator * sizes.classes as u32 + o.class).collect();
        Self { sizes, starts, answers }
    }

    fn of_item(&self, item: usize) -> &[u32] {
        &self.answers[self.starts[item]..self.starts[item + 1]]
    }

    fn shares_of_votes(&self) -> Vec<f64> {
        let k = self.sizes.classes;
        let mut truth = vec![0.0; self.sizes.items * k];
        for (item, row) in truth.chunks_exact_mut(k.max(1)).enumerate() {
            let answers = self.of_item(item);
            for &answer in answers {
                row[answer as usize % k] += 1.0 / answers.len() as f64;
            }
            if answers.is_empty() {
                row.fill(1.0 / k as f64);
            }
        }
        truth
    }

    /// The model that makes the opinions most likely, given the truth.
    fn maximise(&self, truth: &[f64], options: &DawidSkeneOptions) -> Model {
        let Sizes { items, annotators, classes: k } = self.sizes;
        let mut prior = vec![0.0; k];
        let mut rates = vec![options.off_diagonal; annotators * k * k];
        for answer in 0..annotators * k {
            rates[answer * k + answer % k] = options.diagonal;
        }
        let mut rated = 0;
        for item in (0..items).filter(|&item| !self.of_item(item).is_empty()) {
            rated += 1;
            let row = &truth[item * k..(item + 1) * k];
            add(&mut prior, row);
            for &answer in self.of_item(item) {
                add(&mut rates[answer as usize * k..(answer as usize + 1) * k], row);
            }
        }
        if rated == 0 {
            prior.fill(1.0);
        }
        scale(&mut prior, if rated == 0 { k as f64 } else { f64::from(rated) });
        for count in &mut rates {
            *count = count.max(FLOOR);
        }
        for of_annotator in rates.chunks_exact_mut((k * k).max(1)) {
            let mut totals = vec![0.0; k];
            of_annotator.chunks_exact(k).for_each(|of_answer| add(&mut totals, of_answer));
            for of_answer in of_annotator.chunks_exact_mut(k) {
                of_answer.iter_mut().zip(&totals).for_each(|(count, total)| *count /= total);
            }
        }
        Model { prior, rates }
    }

    /// The truth that the model makes likely.
    fn expect(&self, model: &Model) -> Vec<f64> {
        let k = self.sizes.classes;
        let log = |values: &[f64]| values.iter().map(|&value| libm::log(value.max(FLOOR))).collect::<Vec<_>>();
        let (prior, rates) = (log(&model.prior), log(&model.rates));
        let mut truth = vec![0.0; self.sizes.items * k];
        truth.par_chunks_exact_mut(k.max(1)).enumerate().with_min_len(256).for_each(|(item, row)| {
            row.copy_from_slice(&prior);
            for &answer in self.of_item(item) {
                add(row, &rates[answer as usize * k..(answer as usize + 1) * k]);
            }
            to_probabilities(row);
        });
        truth
    }
}

impl Model {
    /// The rates with the truth in rows.
    fn by_truth(&self, sizes: Sizes) -> Vec<f64> {
        let k = sizes.classes;
        let cells = (0..sizes.annotators).flat_map(|a| (0..k).flat_map(move |t| (0..k).map(move |c| (a, t, c))));
        cells.map(|(annotator, truth, answer)| self.rates[(annotator * k + answer) * k + truth]).collect()
    }
}

fn add(sums: &mut [f64], values: &[f64]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

/// Log-likelihoods made into probabilities that add up to 1.
fn to_probabilities(logs: &mut [f64]) {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for log in logs.iter_mut() {
        *log = libm::exp(*log - largest);
    }
    scale(logs, logs.iter().sum());
}

fn scale(values: &mut [f64], total: f64) {
    for value in values {
        *value /= total;
    }
}

#[cfg(test)]
mod tests;
