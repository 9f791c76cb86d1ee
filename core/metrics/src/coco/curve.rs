//! Precision and recall summed over stored matches, each image counted with a weight.

use super::MAX_DETECTIONS;
use super::records::{AREAS, Outcome, Records, THRESHOLDS};

/// Points of the recall grid, 0 to 1.
const RECALLS: usize = 101;
/// `numpy.spacing(1)`, which the reference adds to the denominator of the precision.
const SPACING: f64 = f64::EPSILON;

/// Average precision and largest recall per IoU threshold; meaningless when there are no objects.
#[derive(Debug, Clone, Copy)]
pub(super) struct Curve {
    pub(super) precision: [f64; THRESHOLDS],
    pub(super) recall: [f64; THRESHOLDS],
}

/// Everything the twelve numbers of one category are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Swept {
    /// Objects that count in each size range.
    pub(super) objects: [u64; AREAS],
    /// Curves of each size range with up to 100 detections an image; none where there are no objects.
    pub(super) curves: [Option<Curve>; AREAS],
    /// Mean recall over thresholds with 1 and 10 detections an image, all sizes.
    pub(super) recall_at: [f64; 2],
    /// Detections that were looked at.
    pub(super) detections: u64,
}

/// Sums one category over all images, or over images with weights (0 leaves an image out).
pub(super) fn sweep(records: &Records, weights: Option<&[u32]>) -> Swept {
    let weight_of = |image: u32| weights.map_or(1, |weights| u64::from(weights[image as usize]));
    let mut objects = [0; AREAS];
    for (image, counts) in &records.objects {
        for (total, count) in objects.iter_mut().zip(counts) {
            *total += weight_of(*image) * u64::from(*count);
        }
    }
    let kept: Vec<(usize, u64)> =
        records.image.iter().map(|&image| weight_of(image)).enumerate().filter(|&(_, weight)| weight > 0).collect();
    let detections = kept.iter().map(|&(_, weight)| weight).sum();
    let mut swept = Swept { objects, curves: [None; AREAS], recall_at: [0.0; 2], detections };
    let mut scratch = Vec::new();
    for (area, outcomes) in records.outcomes.iter().enumerate() {
        if objects[area] > 0 {
            swept.curves[area] = Some(curve(outcomes, &kept, objects[area], &mut scratch));
        }
    }
    if objects[0] > 0 {
        for (mean, limit) in swept.recall_at.iter_mut().zip([1, 10]) {
            *mean = mean_recall(records, &kept, objects[0], limit);
        }
    }
    swept
}

fn curve(outcomes: &[Outcome], kept: &[(usize, u64)], objects: u64, points: &mut Vec<(f64, f64)>) -> Curve {
    let mut curve = Curve { precision: [0.0; THRESHOLDS], recall: [0.0; THRESHOLDS] };
    for t in 0..THRESHOLDS {
        points.clear();
        let bit = 1 << t;
        let (mut hits, mut misses) = (0, 0);
        for &(at, weight) in kept {
            let outcome = outcomes[at];
            if outcome.hit & bit != 0 {
                hits += weight;
                let (tp, fp) = (hits as f64, misses as f64);
                points.push((tp / objects as f64, tp / (fp + tp + SPACING)));
            } else if outcome.ignored & bit == 0 {
                misses += weight;
            }
        }
        curve.recall[t] = hits as f64 / objects as f64;
        curve.precision[t] = average_precision(points);
    }
    curve
}

/// Mean over the recall grid of the best precision at that recall or above; 0 where it is never reached.
///
/// `points` are (recall, precision) after each hit. Misses between hits only lower the precision, so the envelope and
/// the first index with enough recall always lie on a hit.
fn average_precision(points: &mut [(f64, f64)]) -> f64 {
    for at in (1..points.len()).rev() {
        points[at - 1].1 = points[at - 1].1.max(points[at].1);
    }
    let mut total = 0.0;
    let mut at = 0;
    for step in 0..RECALLS {
        let wanted = if step == RECALLS - 1 { 1.0 } else { step as f64 * 0.01 };
        while at < points.len() && points[at].0 < wanted {
            at += 1;
        }
        let Some(point) = points.get(at) else { break };
        total += point.1;
    }
    total / RECALLS as f64
}

fn mean_recall(records: &Records, kept: &[(usize, u64)], objects: u64, limit: u8) -> f64 {
    debug_assert!(usize::from(limit) < MAX_DETECTIONS);
    let mut hits = [0_u64; THRESHOLDS];
    for &(at, weight) in kept {
        if records.rank[at] < limit {
            let hit = records.outcomes[0][at].hit;
            for (t, count) in hits.iter_mut().enumerate() {
                *count += weight * u64::from(hit >> t & 1);
            }
        }
    }
    hits.iter().map(|&count| count as f64 / objects as f64).sum::<f64>() / THRESHOLDS as f64
}
