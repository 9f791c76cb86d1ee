//! Tasks of samples that look alike, in an order in which each resembles the one before: people work faster that way.

use serde::{Deserialize, Serialize};

use super::kmeans::KMeans;
use super::points::{Points, squared_distance};

/// How many samples a task holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskSize {
    /// Fewest, 10 by default; at most half of `max` (rounded up) is kept to.
    pub min: usize,
    /// Most, 25 by default; 0 counts as 1.
    pub max: usize,
}

impl Default for TaskSize {
    fn default() -> Self {
        Self { min: 10, max: 25 }
    }
}

/// Splits a batch into tasks: samples by cluster, clusters by nearest neighbour from that of sample 0, samples inside a
/// cluster by nearest neighbour, then cut into tasks of `size`.
///
/// Every index of `points` is in exactly one task. A cluster is cut into tasks of nearly one size; one that is too small
/// for a task is put together with its neighbour. Only a batch below `size.min` gives a smaller task; none gives none.
pub fn group_tasks(points: Points<'_>, size: TaskSize, seed: u64) -> Vec<Vec<usize>> {
    let max = size.max.max(1);
    let min = size.min.min(max.div_ceil(2));
    if points.is_empty() {
        return Vec::new();
    }
    let fit = KMeans::fit(points, points.len().div_ceil(max), seed);
    let mut members = vec![Vec::new(); fit.centroids().len()];
    for (at, &cluster) in fit.assignment().iter().enumerate() {
        members[cluster as usize].push(at);
    }
    let first = fit.assignment()[0] as usize;
    let clusters = chain((0..members.len()).collect(), fit.centroids(), fit.centroids().row(first));
    let mut order: Vec<usize> = Vec::with_capacity(points.len());
    let mut pieces = Vec::new();
    for cluster in clusters {
        let own = std::mem::take(&mut members[cluster]);
        pieces.extend(evenly(own.len(), max));
        let from = order.last().map_or(points.row(0), |&last| points.row(last));
        order.extend(chain(own, points, from));
    }
    let mut rest = &order[..];
    let cut = |length: usize| {
        let (task, after) = rest.split_at(length);
        rest = after;
        task.to_vec()
    };
    merge_small(&pieces, min, max).into_iter().map(cut).collect()
}

/// The indices in an order in which each is the nearest of those left over to the one before, the first to `from`; ties
/// go to the one that comes earlier.
fn chain(mut left: Vec<usize>, points: Points<'_>, from: &[f32]) -> Vec<usize> {
    let mut order = Vec::with_capacity(left.len());
    let mut from = from;
    while !left.is_empty() {
        let mut best = (f32::INFINITY, 0);
        for (place, &at) in left.iter().enumerate() {
            let gap = squared_distance(from, points.row(at));
            if gap < best.0 {
                best = (gap, place);
            }
        }
        let next = left.remove(best.1);
        order.push(next);
        from = points.row(next);
    }
    order
}

/// Nearly equal lengths of at most `max` that add up to `total`; none for 0.
fn evenly(total: usize, max: usize) -> impl Iterator<Item = usize> {
    let parts = total.div_ceil(max);
    (0..parts).map(move |part| total * (part + 1) / parts - total * part / parts)
}

/// Puts lengths below `min` together with the one before, cutting in half what then exceeds `max`.
fn merge_small(pieces: &[usize], min: usize, max: usize) -> Vec<usize> {
    let mut lengths: Vec<usize> = Vec::new();
    for &piece in pieces.iter().filter(|piece| **piece > 0) {
        match lengths.pop_if(|last| *last < min || piece < min) {
            None => lengths.push(piece),
            Some(last) => lengths.extend(evenly(last + piece, max)),
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;
    use proptest::prelude::*;

    #[test]
    fn samples_of_one_scene_share_a_task() {
        // Four scenes of twenty samples, shuffled; within a scene the samples lie on a line.
        let mut places: Vec<usize> = (0..80).collect();
        Stream::new(4, "grouping", "test", 0).shuffle(&mut places);
        let values: Vec<f32> = places.iter().flat_map(|&at| [(at / 20) as f32 * 100.0, (at % 20) as f32]).collect();
        let tasks = group_tasks(Points::new(&values, 2).expect("whole rows"), TaskSize::default(), 1);
        assert_eq!(tasks.len(), 4);
        for task in &tasks {
            let scenes: Vec<usize> = task.iter().map(|&at| places[at] / 20).collect();
            assert!(scenes.iter().all(|scene| *scene == scenes[0]), "{scenes:?}");
        }
        // The first task is that of the first sample and begins with it.
        assert_eq!(tasks[0][0], 0);
    }

    #[test]
    fn inside_a_task_each_sample_is_the_nearest_to_the_one_before() {
        let values = [5.0, 1.0, 4.0, 9.0, 0.0_f32];
        let points = Points::new(&values, 1).expect("whole rows");
        assert_eq!(group_tasks(points, TaskSize::default(), 1), [[0, 2, 1, 4, 3]]);
        assert!(group_tasks(Points::new(&[], 1).expect("none"), TaskSize::default(), 1).is_empty());
    }

    #[test]
    fn lengths_are_evened_out() {
        assert_eq!(evenly(52, 25).collect::<Vec<_>>(), [17, 17, 18]);
        assert_eq!(evenly(0, 25).count(), 0);
        assert_eq!(merge_small(&[3, 4, 20, 25, 2], 10, 25), [13, 14, 13, 14]);
        assert_eq!(merge_small(&[5], 10, 25), [5]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn every_sample_is_in_one_task_of_the_right_size(
            seed: u64, n in 0_usize..300, min in 0_usize..12, max in 0_usize..30,
        ) {
            let mut stream = Stream::new(seed, "grouping", "test", 1);
            let values: Vec<f32> = (0..3 * n).map(|_| stream.below(5) as f32).collect();
            let points = Points::new(&values, 3).expect("whole rows");
            let tasks = group_tasks(points, TaskSize { min, max }, seed);
            let mut all: Vec<usize> = tasks.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..n).collect::<Vec<_>>());
            let max = max.max(1);
            let min = min.min(max.div_ceil(2)).min(n);
            for task in &tasks {
                prop_assert!(task.len() <= max && task.len() >= min.max(1), "{} of {min}..={max}", task.len());
            }
        }
    }
}
