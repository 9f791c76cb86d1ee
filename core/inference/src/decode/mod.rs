//! From a model's raw outputs to objects in image pixels, classes and embeddings.

mod anchors;
mod dense;
mod detr;
mod found;
mod listed;
pub(crate) mod masks;
mod outputs;
mod scores;
mod semantic;
mod whole;
mod yolo;

use concord_geometry::{BBox, Geometry, Placement};
use serde::{Deserialize, Serialize};

use crate::contract::{Contract, Head};

pub(crate) use anchors::anchor_count;
pub(crate) use outputs::Outputs;

/// Which objects to keep.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DetectOptions {
    /// Lowest score of a box's best class that is kept, 0..=1.
    pub score_threshold: f32,
    /// A box goes when a better one of its class overlaps it with IoU above this, 0..=1; families that end with finished
    /// lists are not suppressed.
    pub nms_iou: f64,
    /// Most boxes an image; the best stay.
    pub max_detections: usize,
}

impl Default for DetectOptions {
    /// Scores from 0.05 (low ones carry the uncertainty that ranks images), and Ultralytics' IoU 0.7 and 300 boxes.
    fn default() -> Self {
        Self { score_threshold: 0.05, nms_iou: 0.7, max_detections: 300 }
    }
}

/// One object that a model found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Where, in image pixels, clipped to the image and with an area.
    pub bbox: BBox,
    /// The shape, where it is another than the box: a rotated box (not clipped) or a mask of the image's size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Geometry>,
    /// Index of the best class; of equal ones the first.
    pub class: usize,
    /// Score of the best class, 0..=1.
    pub score: f32,
    /// Score of every class, 0..=1; empty when the model tells only that of the best. They sum to 1 only where the
    /// model's activation is a softmax without a background.
    pub class_scores: Vec<f32>,
    /// How unsure the model is of the place, 0..=1: mean normalised entropy of the four sides' distributions. `None`
    /// when the model gives no distributions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub localisation: Option<f32>,
    /// Standard deviation of the left, top, right and bottom side in image pixels, where the model gives distributions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<[f32; 4]>,
}

/// Everything that a model says about one image.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Objects, best first; regions of semantic segmentation by class.
    pub objects: Vec<Detection>,
    /// Probability of every class for the image as a whole, from classifiers.
    pub classes: Option<Vec<f32>>,
    /// A description of the image as a whole.
    pub embedding: Option<Vec<f32>>,
}

/// Reads one image's outputs. Errors, as text for people: shapes other than the contract's, values that are not finite
/// numbers, or scores that are no probabilities.
pub(crate) fn read(
    contract: &Contract,
    outputs: &Outputs<'_>,
    placement: &Placement,
    options: &DetectOptions,
) -> Result<Reading, String> {
    let classes = contract.class_names.len();
    let mut reading = Reading::default();
    match &contract.head {
        Head::Yolo(head) => reading.objects = yolo::read(head, classes, outputs, placement, options)?,
        Head::EndToEnd(head) => reading.objects = yolo::read_end_to_end(head, classes, outputs, placement, options)?,
        Head::Yolox(head) => reading.objects = dense::read_yolox(head, classes, outputs, placement, options)?,
        Head::Gfl(head) => reading.objects = dense::read_distances(head, classes, outputs, placement, options)?,
        Head::Listed(head) => reading.objects = listed::read(head, classes, outputs, placement, options)?,
        Head::Detr(head) => reading.objects = detr::read(head, classes, outputs, placement, options)?,
        Head::Anchors(head) => reading.objects = anchors::read(head, classes, outputs, placement, options)?,
        Head::Semantic(head) => reading.objects = semantic::read(head, classes, outputs, placement, options)?,
        Head::Classification(head) => reading.classes = Some(whole::read_classes(head, classes, outputs)?),
        Head::Embedding => {}
    }
    if let Some(name) = &contract.embedding {
        reading.embedding = Some(whole::read_embedding(name, outputs)?);
    }
    Ok(reading)
}
