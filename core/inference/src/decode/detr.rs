//! Queries with logits and normalised boxes: DETR and RT-DETR.

use concord_geometry::Placement;

use super::found::{Details, Found, Place, detections};
use super::outputs::Outputs;
use super::scores::{ClassScores, best};
use super::{DetectOptions, Detection};
use crate::contract::{Background, Detr};

/// Scores of every class, kept for the candidates that reach the threshold.
pub(crate) struct Kept(pub(crate) Vec<(usize, Vec<f32>)>);

impl Details for Kept {
    fn class_scores(&self, found: &Found) -> Result<Vec<f32>, String> {
        let at = self.0.binary_search_by_key(&found.source, |(source, _)| *source);
        Ok(at.map(|at| self.0[at].1.clone()).unwrap_or_default())
    }
}

/// Reads the queries; each is one candidate, and none suppresses another.
pub(crate) fn read(
    head: &Detr,
    classes: usize,
    outputs: &Outputs<'_>,
    placement: &Placement,
    options: &DetectOptions,
) -> Result<Vec<Detection>, String> {
    let extra = usize::from(head.background != Background::None);
    let logits = outputs.get(&head.logits)?.rows(classes + extra, &head.logits)?;
    let boxes = outputs.get(&head.boxes)?.rows(4, &head.boxes)?;
    if logits.len() != boxes.len() {
        return Err(format!("{} boxes have {} logits", boxes.len(), logits.len()));
    }
    let scores = ClassScores { activation: head.activation, background: head.background };
    let (width, height) = (placement.input.width as f32, placement.input.height as f32);
    let mut found = Vec::new();
    let mut kept = Vec::new();
    for (source, (logits, row)) in logits.zip(boxes).enumerate() {
        let probabilities = scores.all(logits, source)?;
        let Some((class, score)) = best(&probabilities).filter(|(_, score)| *score >= options.score_threshold) else {
            continue;
        };
        let place = Place::centred([row[0] * width, row[1] * height, row[2] * width, row[3] * height], source)?;
        found.extend(place.map(|place| Found { place, class, score, source }));
        kept.push((source, probabilities));
    }
    detections(found, false, &Kept(kept), placement, options)
}
