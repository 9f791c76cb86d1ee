//! Weights of slices: importance, raised where the model falls short of the target.

use concord_domain::sample::Sample;
use concord_domain::slice::Slice;
use concord_language::{Message, say};
use concord_metrics::ranking;
use rayon::prelude::*;

use crate::evaluation::{self, Reference};
use crate::{Project, ProjectError};

/// A slice with its weight in the queue.
#[derive(Debug, Clone)]
pub(super) struct Weighted {
    /// Its name.
    pub(super) name: String,
    /// Its weight.
    pub(super) weight: f64,
    /// Why the weight is above the importance, where it is.
    pub(super) shortfall: Option<Message>,
}

/// The slices of a project with the weights that a run's recall gives them.
pub(super) fn weigh(project: &Project, run: Option<&str>) -> Result<Vec<Weighted>, ProjectError> {
    let wants_recall = project.slices.iter().any(|s| s.target_recall.is_some());
    let table = match run.filter(|_| wants_recall) {
        Some(run) => evaluation::outcomes(project, run, Reference::for_project(project))?,
        None => evaluation::Outcomes::default(),
    };
    let low = |slice: &Slice| table.recall(slice, project.config.validation.score).map(|recall| recall.low);
    Ok(project.slices.iter().map(|slice| weighted(slice, low(slice))).collect())
}

/// A slice whose recall is at least `low`; `None` where nothing is known of it.
pub(super) fn weighted(slice: &Slice, low: Option<f64>) -> Weighted {
    let bound = low.zip(slice.target_recall);
    Weighted {
        name: slice.name.clone(),
        weight: ranking::slice_weight(slice.importance, bound),
        shortfall: bound
            .filter(|(low, target)| low < target)
            .map(|(low, target)| say!("queue-recall", low = format!("{low:.2}"), target = format!("{target:.2}"))),
    }
}

/// The slices that each sample lies in, by their numbers.
pub(super) fn memberships(slices: &[Slice], samples: &[Sample]) -> Vec<Vec<u32>> {
    let of = |sample: &Sample| -> Vec<u32> {
        (0..).zip(slices).filter(|(_, slice)| slice.contains(sample)).map(|(n, _)| n).collect()
    };
    samples.par_iter().with_min_len(1024).map(of).collect()
}

/// The heaviest of the slices with these numbers, the first of equals; `None` for none.
pub(super) fn heaviest(numbers: &[u32], weights: &[Weighted]) -> Option<u32> {
    let weight = |n: &u32| weights[*n as usize].weight;
    numbers.iter().copied().reduce(|best, next| if weight(&next) > weight(&best) { next } else { best })
}
