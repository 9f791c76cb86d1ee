//! Agreement as a function of how well two objects have to fit.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::pair::{ObjectPair, class_count};
use crate::kappa;
use crate::matching::Matching;
use crate::sum::Neumaier;
use crate::value::{Metric, Reason};

/// Images that are summed as one; the borders are fixed, so the result does not depend on the number of threads.
const CHUNK: usize = 1024;

/// Agreement at one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Smallest similarity of a match.
    pub tau: f64,
    /// `2·matched / (n_A + n_B)`; n counts objects.
    pub f1_loc: Metric,
    /// `2·matched with equal class / (n_A + n_B)`; n counts objects.
    pub f1_cls: Metric,
    /// Cohen's κ of the classes of matched pairs; n counts pairs.
    pub kappa_cls: Metric,
    /// Mean similarity of matched pairs; n counts pairs.
    pub mean_iou: Metric,
}

/// 0.3 to 0.95 in steps of 0.05.
pub fn default_thresholds() -> Vec<f64> {
    (6..20).map(|twentieth| f64::from(twentieth) / 20.0).collect()
}

/// Agreement of two annotators at each threshold, in the order of `thresholds`, from candidates that are computed once.
///
/// The candidates of each image have to reach down to the lowest threshold. F1 is `empty` without objects, the others
/// without matched pairs. Each point equals what [`super::object_agreement`] says at that threshold.
pub fn threshold_curve(pairs: &[ObjectPair], class_count_declared: usize, thresholds: &[f64]) -> Vec<CurvePoint> {
    let classes = class_count(pairs, class_count_declared);
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by(|&i, &j| pairs[i].id.cmp(&pairs[j].id));
    let chunks: Vec<Vec<Sums>> = order
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut sums = vec![Sums::new(classes); thresholds.len()];
            for &image in chunk {
                add_image(&mut sums, &pairs[image], thresholds);
            }
            sums
        })
        .collect();
    let mut totals = vec![Sums::new(classes); thresholds.len()];
    for chunk in &chunks {
        totals.iter_mut().zip(chunk).for_each(|(total, sums)| total.add(sums));
    }
    let objects: u64 = pairs.iter().map(|pair| (pair.classes_a.len() + pair.classes_b.len()) as u64).sum();
    thresholds.iter().zip(&totals).map(|(&tau, sums)| sums.point(tau, objects)).collect()
}

/// Matches one image at every threshold; where no candidate lies between two thresholds one matching serves both.
fn add_image(sums: &mut [Sums], pair: &ObjectPair, thresholds: &[f64]) {
    let fitting = |tau: f64| pair.candidates.iter().filter(|candidate| candidate.similarity >= tau).count();
    // How many candidates fit, and the matching of those.
    let mut known: Vec<(usize, Matching)> = Vec::new();
    for (sums, &tau) in sums.iter_mut().zip(thresholds) {
        let count = fitting(tau);
        let at = known.iter().position(|(other, _)| *other == count).unwrap_or_else(|| {
            known.push((count, pair.matched(tau)));
            known.len() - 1
        });
        for &(i, j, similarity) in &known[at].1.pairs {
            sums.add_pair(pair.classes_a[i], pair.classes_b[j], similarity);
        }
    }
}

/// Sums over matched pairs at one threshold.
#[derive(Clone)]
struct Sums {
    table: Vec<Vec<u64>>,
    similarity: Neumaier,
}

impl Sums {
    fn new(classes: usize) -> Self {
        Self { table: vec![vec![0; classes]; classes], similarity: Neumaier::default() }
    }

    fn add_pair(&mut self, a: usize, b: usize, similarity: f64) {
        self.table[a][b] += 1;
        self.similarity.add(similarity);
    }

    fn add(&mut self, other: &Self) {
        for (row, added) in self.table.iter_mut().zip(&other.table) {
            row.iter_mut().zip(added).for_each(|(cell, added)| *cell += added);
        }
        self.similarity.add(other.similarity.total());
    }

    fn point(&self, tau: f64, objects: u64) -> CurvePoint {
        let matched: u64 = self.table.iter().flatten().sum();
        let same: u64 = (0..self.table.len()).map(|class| self.table[class][class]).sum();
        let f1 = |agreed: u64| match objects {
            0 => Metric::undefined(Reason::Empty),
            _ => Metric::new(2.0 * agreed as f64 / objects as f64, objects),
        };
        CurvePoint {
            tau,
            f1_loc: f1(matched),
            f1_cls: f1(same),
            kappa_cls: kappa::value_of(&self.table).map_or_else(Metric::undefined, |value| Metric::new(value, matched)),
            mean_iou: match matched {
                0 => Metric::undefined(Reason::Empty),
                _ => Metric::new(self.similarity.total() / matched as f64, matched),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::golden;
    use crate::agreement::{MatchedObjects, Options, detection_agreement, matched_agreement, object_agreement};
    use crate::rng::Stream;

    fn pairs(tau: f64) -> Vec<ObjectPair> {
        golden().iter().map(|pair| ObjectPair::of_boxes(pair, tau)).collect()
    }

    #[test]
    fn the_golden_case_loses_its_pairs_one_by_one() {
        // The overlaps are 1/3, 0.7808, 0.8223, 0.95 and 1 (that of 0.95 in two classes); six boxes on either side.
        let got = threshold_curve(&pairs(0.3), 3, &[0.3, 0.5, 0.8, 0.9, 0.97, 1.0]);
        let f1_loc: Vec<f64> = got.iter().map(|point| point.f1_loc.value().expect("defined")).collect();
        assert_eq!(f1_loc, [5.0, 4.0, 3.0, 2.0, 1.0, 1.0].map(|matched| matched / 6.0));
        let f1_cls: Vec<f64> = got.iter().map(|point| point.f1_cls.value().expect("defined")).collect();
        assert_eq!(f1_cls, [4.0, 3.0, 2.0, 1.0, 1.0, 1.0].map(|matched| matched / 6.0));
        assert!((got[1].mean_iou.value().expect("defined") - 0.888_286_345_06).abs() < 1e-9);
        assert!((got[1].kappa_cls.value().expect("defined") - 0.6).abs() < 1e-9);
        assert_eq!(got[4].kappa_cls.reason(), Some(Reason::NoVariation));
    }

    #[test]
    fn every_point_is_the_agreement_at_its_threshold() {
        let mut stream = Stream::new(3, "curve", "test", 0);
        let images: Vec<_> = (0..60)
            .map(|at| {
                let mut image = golden()[at % 3].clone();
                for rated in &mut image.b {
                    rated.bbox = rated.bbox.moved(12.0 * stream.next_f64(), 12.0 * stream.next_f64());
                }
                image.id = format!("{at:02}");
                image
            })
            .collect();
        let objects: Vec<ObjectPair> = images.iter().map(|image| ObjectPair::of_boxes(image, 0.3)).collect();
        for point in threshold_curve(&objects, 3, &default_thresholds()) {
            let options = Options { tau: point.tau, replicates: 0, ..Options::default() };
            let expected = detection_agreement(&images, 3, &options);
            assert_eq!(object_agreement(&objects, 3, &options), expected);
            assert_eq!((point.f1_loc, point.f1_cls), (expected.f1_loc, expected.f1_cls));
            assert_eq!(point.kappa_cls, expected.kappa_cls);
            let same = match (point.mean_iou.value(), expected.mean_iou.value()) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-12,
                (a, b) => a == b,
            };
            assert!(same, "{point:?} instead of {:?}", expected.mean_iou);
        }
    }

    #[test]
    fn one_matching_serves_every_set_of_images() {
        let objects = pairs(0.3);
        let options = Options { tau: 0.5, replicates: 20, ..Options::default() };
        let matched = MatchedObjects::all(&objects, options.tau);
        for keep in [vec![0, 1, 2], vec![2, 0], vec![1], vec![]] {
            let some: Vec<ObjectPair> = keep.iter().map(|at: &usize| objects[*at].clone()).collect();
            let images: Vec<&MatchedObjects> = keep.iter().map(|at| &matched[*at]).collect();
            assert_eq!(matched_agreement(&images, 3, &options), object_agreement(&some, 3, &options), "{keep:?}");
        }
        assert_eq!(*matched[0].matching(), objects[0].matched(0.5));
    }

    #[test]
    fn nothing_drawn_has_a_curve_without_values() {
        let got = threshold_curve(&[], 0, &default_thresholds());
        assert_eq!(got.len(), 14);
        assert_eq!((got[0].tau, got[13].tau), (0.3, 0.95));
        assert!(got.iter().all(|point| point.f1_loc.reason() == Some(Reason::Empty)));
        assert!(got.iter().all(|point| point.mean_iou.reason() == Some(Reason::Empty)));
    }
}
