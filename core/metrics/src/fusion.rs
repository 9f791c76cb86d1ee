//! Weighted boxes fusion: the boxes of several models made into one set (Solovyev, Wang & Gabruseva 2021).

use concord_geometry::BBox;
use serde::{Deserialize, Serialize};

use crate::error::MetricsError;

/// What is attempted, for messages.
const TASK: &str = "fuse boxes";

/// A detection in coordinates relative to the image: 0 is the left or top edge, 1 the right or bottom one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScoredBox {
    /// The box; what lies outside of `[0, 1]` is cut off.
    pub bbox: BBox,
    /// Score, finite and not negative.
    pub score: f64,
    /// Class index.
    pub class: usize,
}

/// The detections of one model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelBoxes<'a> {
    /// Weight of the model, finite and not negative; 1 is usual.
    pub weight: f64,
    /// Its detections on one image, in any order.
    pub boxes: &'a [ScoredBox],
}

/// How the score of a fused box comes from those of its `k` members; `T` models have the total weight `W`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Mean weighted score · `min(T, k) / W`. The default. With unequal weights it may exceed 1, when a heavy model has
    /// several members.
    #[default]
    Average,
    /// Mean weighted score · `k / W`, which may exceed 1 when one model has several members.
    AverageWithOverflow,
    /// Largest weighted score over the largest weight.
    Maximum,
    /// Mean weighted score · `k / Σ member weights` · `Σ weights of the models among the members / W`.
    BoxAndModelAverage,
    /// Mean weighted score · `k / (Σ member weights + Σ weights of the models that are missing)`.
    AbsentModelAwareAverage,
}

/// How boxes are fused.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FusionOptions {
    /// A box joins a fused one when their IoU is above this; 0.55 by default.
    pub iou: f64,
    /// Boxes with a lower score are left out; 0 by default.
    pub min_score: f64,
    /// How scores are fused.
    pub confidence: Confidence,
}

impl Default for FusionOptions {
    fn default() -> Self {
        Self { iou: 0.55, min_score: 0.0, confidence: Confidence::default() }
    }
}

/// A fused box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FusedBox {
    /// Mean of the members' corners, weighted by their weighted scores.
    pub bbox: BBox,
    /// The fused score.
    pub score: f64,
    /// Class index.
    pub class: usize,
    /// (model, index among its boxes) of every member, by weighted score descending.
    pub members: Vec<(usize, usize)>,
}

/// Fuses the boxes of all models on one image, class by class.
///
/// By weighted score descending (ties by model, then index) each box joins the fused box of its class with the highest
/// IoU when that is above `options.iou`, or opens a new one. Boxes without area inside the image are left out. The
/// result is by score descending, ties by class. An error for a score or weight that is negative or not finite, and when
/// no model has weight. Without boxes, or models, there is nothing in the result.
///
/// The same numbers as `weighted_boxes_fusion` of ensemble-boxes, which calculates in single precision.
pub fn fuse_boxes(models: &[ModelBoxes<'_>], options: FusionOptions) -> Result<Vec<FusedBox>, MetricsError> {
    check(models)?;
    let totals = Totals::of(models);
    let mut fused: Vec<FusedBox> = candidates(models, options.min_score)
        .chunk_by(|a, b| a.class == b.class)
        .flat_map(|one_class| cluster(one_class, options.iou))
        .map(|cluster| FusedBox {
            score: cluster.score(options.confidence, &totals),
            bbox: cluster.bbox,
            class: cluster.members[0].class,
            members: cluster.members.iter().map(|member| (member.model, member.index)).collect(),
        })
        .collect();
    fused.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(fused)
}

fn check(models: &[ModelBoxes<'_>]) -> Result<(), MetricsError> {
    let expected = "finite and not negative";
    let bad = |value: f64| !value.is_finite() || value < 0.0;
    let refused = |index, field, value| Err(MetricsError::OutOfRange { task: TASK, index, field, value, expected });
    for (index, model) in models.iter().enumerate() {
        if bad(model.weight) {
            return refused(index, "weight", model.weight);
        }
        if let Some(at) = model.boxes.iter().position(|found| bad(found.score)) {
            return refused(at, "score", model.boxes[at].score);
        }
    }
    if !models.is_empty() && models.iter().all(|model| model.weight == 0.0) {
        let (field, expected) = ("weight", "above 0 for at least one model");
        return Err(MetricsError::OutOfRange { task: TASK, index: 0, field, value: 0.0, expected });
    }
    Ok(())
}

/// What the scores of all clusters are divided by.
struct Totals {
    weights: Vec<f64>,
    sum: f64,
    largest: f64,
}

impl Totals {
    fn of(models: &[ModelBoxes<'_>]) -> Self {
        let weights: Vec<f64> = models.iter().map(|model| model.weight).collect();
        Self { sum: weights.iter().sum(), largest: weights.iter().copied().fold(0.0, f64::max), weights }
    }
}

/// A box on its way into a cluster.
#[derive(Clone, Copy)]
struct Candidate {
    bbox: BBox,
    /// Score times the weight of the model.
    score: f64,
    weight: f64,
    class: usize,
    model: usize,
    index: usize,
}

/// The boxes that take part, by class, then by weighted score descending.
fn candidates(models: &[ModelBoxes<'_>], min_score: f64) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (model, ModelBoxes { weight, boxes }) in models.iter().enumerate() {
        for (index, found) in boxes.iter().enumerate().filter(|(_, found)| found.score >= min_score) {
            if let Some(bbox) = inside(&found.bbox) {
                let (score, class) = (found.score * weight, found.class);
                candidates.push(Candidate { bbox, score, weight: *weight, class, model, index });
            }
        }
    }
    candidates.sort_by(|a, b| a.class.cmp(&b.class).then(b.score.total_cmp(&a.score)));
    candidates
}

/// The part of a box inside the image; none without area.
fn inside(bbox: &BBox) -> Option<BBox> {
    let cut = |value: f64| value.clamp(0.0, 1.0);
    let cut = BBox::new(cut(bbox.x1()), cut(bbox.y1()), cut(bbox.x2()), cut(bbox.y2())).ok()?;
    (!cut.is_degenerate()).then_some(cut)
}

/// Boxes that were fused, and the box they make.
struct Cluster {
    bbox: BBox,
    members: Vec<Candidate>,
}

fn cluster(boxes: &[Candidate], iou: f64) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for &candidate in boxes {
        let mut best: Option<(usize, f64)> = None;
        for (at, cluster) in clusters.iter().enumerate() {
            let overlap = cluster.bbox.iou(&candidate.bbox);
            if overlap > best.map_or(iou, |best| best.1) {
                best = Some((at, overlap));
            }
        }
        match best {
            Some((at, _)) => clusters[at].join(candidate),
            None => clusters.push(Cluster { bbox: candidate.bbox, members: vec![candidate] }),
        }
    }
    clusters
}

impl Cluster {
    fn join(&mut self, candidate: Candidate) {
        self.members.push(candidate);
        let total: f64 = self.members.iter().map(|member| member.score).sum();
        // Members whose scores are all 0 count alike.
        let share = |member: &Candidate| {
            if total > 0.0 { member.score / total } else { 1.0 / self.members.len() as f64 }
        };
        let mean = |edge: fn(&BBox) -> f64| {
            let value: f64 = self.members.iter().map(|member| share(member) * edge(&member.bbox)).sum();
            // Shares may add up to a hair more than 1.
            value.clamp(0.0, 1.0)
        };
        let (x1, y1, x2, y2) = (mean(BBox::x1), mean(BBox::y1), mean(BBox::x2), mean(BBox::y2));
        if let Ok(bbox) = BBox::new(x1, y1, x2.max(x1), y2.max(y1)) {
            self.bbox = bbox;
        }
    }

    fn score(&self, confidence: Confidence, totals: &Totals) -> f64 {
        let k = self.members.len() as f64;
        let scores = || self.members.iter().map(|member| member.score);
        let mean = scores().sum::<f64>() / k;
        let member_weight: f64 = self.members.iter().map(|member| member.weight).sum();
        match confidence {
            Confidence::Average => mean * k.min(totals.weights.len() as f64) / totals.sum,
            Confidence::AverageWithOverflow => mean * k / totals.sum,
            Confidence::Maximum => scores().fold(0.0, f64::max) / totals.largest,
            // Members of models without weight alone have no score to scale.
            Confidence::BoxAndModelAverage if member_weight == 0.0 => 0.0,
            Confidence::BoxAndModelAverage => {
                mean * k / member_weight * self.weight_of_models(totals, true) / totals.sum
            }
            Confidence::AbsentModelAwareAverage => mean * k / (member_weight + self.weight_of_models(totals, false)),
        }
    }

    /// Total weight of the models that have a member here, or of those that have none.
    fn weight_of_models(&self, totals: &Totals, present: bool) -> f64 {
        let has_member = |model: usize| self.members.iter().any(|member| member.model == model);
        totals.weights.iter().enumerate().filter(|&(model, _)| has_member(model) == present).map(|(_, w)| w).sum()
    }
}

#[cfg(test)]
mod tests;
