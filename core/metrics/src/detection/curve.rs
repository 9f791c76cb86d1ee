//! The sweep over all score thresholds: precision–recall points and the threshold with the best F1.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use super::Matched;

/// What keeping all detections with at least this score gives.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Score threshold.
    pub score: f64,
    /// TP / (TP + FP).
    pub precision: f64,
    /// TP / objects.
    pub recall: f64,
    /// 2TP / (2TP + FP + FN).
    pub f1: f64,
}

/// The threshold with the highest F1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BestF1 {
    /// Score threshold; the higher one when two give the same F1.
    pub score: f64,
    /// F1 at that threshold.
    pub f1: f64,
}

impl Matched {
    /// One point for every distinct score, highest score first; empty without objects.
    pub fn curve(&self) -> Vec<CurvePoint> {
        let objects = self.objects();
        if objects == 0 {
            return Vec::new();
        }
        let mut points = Vec::new();
        let (mut hits, mut seen) = (0_u64, 0_u64);
        for run in self.records.chunk_by(|a, b| a.score == b.score) {
            hits += run.iter().filter(|record| record.hit).count() as u64;
            seen += run.len() as u64;
            points.push(CurvePoint {
                score: run[0].score,
                precision: hits as f64 / seen as f64,
                recall: hits as f64 / objects as f64,
                f1: 2.0 * hits as f64 / (seen + objects) as f64,
            });
        }
        points
    }

    /// The score threshold with the highest F1; none without objects or detections.
    pub fn best_f1(&self) -> Option<BestF1> {
        let mut best: Option<BestF1> = None;
        for point in self.curve() {
            if best.is_none_or(|best| point.f1 > best.f1) {
                best = Some(BestF1 { score: point.score, f1: point.f1 });
            }
        }
        best
    }
}

/// At most `limit` of the points (never fewer than the two ends), those that keep the drawn line closest to the full one.
///
/// Douglas & Peucker 1973 in (recall, precision), refining the worst stretch first. For drawing only.
pub fn thin_curve(points: &[CurvePoint], limit: usize) -> Vec<CurvePoint> {
    if points.len() <= limit.max(2) {
        return points.to_vec();
    }
    let mut kept = vec![0, points.len() - 1];
    let mut stretches = BinaryHeap::from([Stretch::new(points, 0, points.len() - 1)]);
    while kept.len() < limit {
        let Some(stretch) = stretches.pop() else { break };
        if stretch.deviation <= 0.0 {
            break;
        }
        kept.push(stretch.farthest);
        stretches.push(Stretch::new(points, stretch.first, stretch.farthest));
        stretches.push(Stretch::new(points, stretch.farthest, stretch.last));
    }
    kept.sort_unstable();
    kept.into_iter().map(|at| points[at]).collect()
}

/// A part of the curve drawn as one line, and the point that lies farthest from it.
struct Stretch {
    first: usize,
    last: usize,
    farthest: usize,
    deviation: f64,
}

impl Stretch {
    fn new(points: &[CurvePoint], first: usize, last: usize) -> Self {
        let (x0, y0) = (points[first].recall, points[first].precision);
        let (dx, dy) = (points[last].recall - x0, points[last].precision - y0);
        let length = libm::hypot(dx, dy);
        let mut stretch = Self { first, last, farthest: first, deviation: 0.0 };
        for (at, point) in points.iter().enumerate().take(last).skip(first + 1) {
            let (px, py) = (point.recall - x0, point.precision - y0);
            let deviation = if length > 0.0 { (dx * py - dy * px).abs() / length } else { libm::hypot(px, py) };
            if deviation > stretch.deviation {
                stretch.farthest = at;
                stretch.deviation = deviation;
            }
        }
        stretch
    }
}

impl Ord for Stretch {
    fn cmp(&self, other: &Self) -> Ordering {
        self.deviation.total_cmp(&other.deviation).then(other.first.cmp(&self.first))
    }
}

impl PartialOrd for Stretch {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Stretch {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Stretch {}
