//! Replaying an order of labelling: how many labels it takes until a part of the data reaches a recall.

use serde::{Deserialize, Serialize};

/// Recalls that are nearer to a target than this reach it, so that 9 of 10 is 0.9.
const TOLERANCE: f64 = 1e-12;

/// What is known of a sample after the fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    /// Objects that are there.
    pub objects: u64,
    /// Those of them that the model finds, at most `objects`.
    pub found: u64,
    /// True when the sample belongs to the part of the data that is asked about.
    pub counts: bool,
}

/// Recall of a part of the data once these samples are labelled:
/// `(found in samples without labels + objects in samples with labels) / objects`.
///
/// A labelled sample has all its objects, for a person's labels stand in for the model's. `None` without objects.
pub fn recall_after(samples: &[Replayed], is_labelled: impl Fn(usize) -> bool) -> Option<f64> {
    let (mut right, mut objects) = (0, 0);
    for (at, sample) in samples.iter().enumerate().filter(|(_, sample)| sample.counts) {
        right += if is_labelled(at) { sample.objects } else { sample.found };
        objects += sample.objects;
    }
    (objects > 0).then(|| right as f64 / objects as f64)
}

/// The least number of samples from the front of `order` that have to be labelled until [`recall_after`] reaches `target`.
///
/// Every sample of the order counts as a label, whether or not it belongs to the part. 0 when the model reaches the
/// target by itself; `None` without objects, or when the order ends before. Indices beyond the samples add nothing but a
/// label, and so does one that occurs again.
pub fn labels_to_recall(samples: &[Replayed], order: &[usize], target: f64) -> Option<u64> {
    let part = || samples.iter().filter(|sample| sample.counts);
    let objects: u64 = part().map(|sample| sample.objects).sum();
    if objects == 0 {
        return None;
    }
    let mut right: u64 = part().map(|sample| sample.found).sum();
    let reached = |right: u64| right as f64 / objects as f64 >= target - TOLERANCE;
    if reached(right) {
        return Some(0);
    }
    let mut is_labelled = vec![false; samples.len()];
    for (labels, &at) in (1_u64..).zip(order) {
        let Some(sample) = samples.get(at) else { continue };
        if sample.counts && !std::mem::replace(&mut is_labelled[at], true) {
            right += sample.objects - sample.found.min(sample.objects);
            if reached(right) {
                return Some(labels);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(objects: u64, found: u64, counts: bool) -> Replayed {
        Replayed { objects, found, counts }
    }

    /// Worked by hand: the part has 10 objects, of which the model finds 5.
    #[test]
    fn labels_are_counted_until_the_recall_is_reached() {
        let samples =
            [sample(4, 4, true), sample(3, 1, true), sample(9, 0, false), sample(3, 0, true), sample(0, 0, true)];
        let order = [2, 1, 4, 3, 0];
        for (target, labels) in [(0.5, 0), (0.51, 2), (0.7, 2), (0.71, 4), (1.0, 4)] {
            assert_eq!(labels_to_recall(&samples, &order, target), Some(labels), "{target}");
        }
        assert_eq!(labels_to_recall(&samples, &[2, 1, 4], 0.71), None, "the order ends before");
        assert_eq!(labels_to_recall(&samples, &[1, 1, 7, 3], 0.8), Some(4), "again adds nothing");
        assert_eq!(labels_to_recall(&[sample(0, 0, true), sample(2, 0, false)], &[0, 1], 0.1), None);
        assert_eq!(recall_after(&samples, |at| at == 3), Some(0.8));
        assert_eq!(recall_after(&[], |_| true), None);
    }

    proptest! {
        /// Against the definition: the recall is computed anew after each label.
        #[test]
        fn it_is_the_least_number_that_reaches_the_target(
            rows in prop::collection::vec((0_u64..6, 0_u64..6, any::<bool>()), 1..25), target in 0.0..=1.0_f64, seed: u64,
        ) {
            let samples: Vec<Replayed> = rows.iter().map(|&(a, b, counts)| sample(a.max(b), a.min(b), counts)).collect();
            let mut order: Vec<usize> = (0..samples.len()).collect();
            crate::rng::Stream::new(seed, "replay", "order", 0).shuffle(&mut order);
            let recall = |labels: usize| recall_after(&samples, |at| order[..labels].contains(&at));
            let expected = (0..=samples.len()).find(|&n| recall(n).is_some_and(|recall| recall >= target - 1e-12));
            prop_assert_eq!(labels_to_recall(&samples, &order, target), expected.map(|n| n as u64));
        }
    }
}
