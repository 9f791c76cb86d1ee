//! COCO average precision and recall of boxes, equal to pycocotools 2.0.11 (Lin et al. 2014, cocoapi).
//!
//! Overlaps and matches come from the `hotcoco` kernels. They are kept per category, so image slices and bootstrap
//! replicates only re-sum what is stored.

mod curve;
pub(crate) mod input;
mod json;
mod records;
mod stats;

use std::collections::BTreeSet;

use concord_geometry::BBox;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::bootstrap;
use crate::error::MetricsError;
use input::Input;
use records::Records;

pub(crate) use records::{match_truths, overlaps};
pub use stats::{CategoryStats, CocoNumbers, CocoStats};

/// Largest number of detections of one category that are looked at in one image.
pub const MAX_DETECTIONS: usize = 100;

/// An image that was evaluated, whether or not anything is on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Image {
    /// Id that boxes refer to; any value, 0 included.
    pub id: u64,
}

/// One true object.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GroundTruthBox {
    /// Id of its image.
    pub image: u64,
    /// Id of its category.
    pub category: u64,
    /// Box in image pixels.
    pub bbox: BBox,
    /// Area in square pixels that decides its size range; COCO uses the area of the mask where there is one.
    pub area: f64,
    /// True for a region of many objects: it may absorb any number of detections and is never missed.
    pub iscrowd: bool,
}

/// One detection.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DetectionBox {
    /// Id of its image.
    pub image: u64,
    /// Id of its category.
    pub category: u64,
    /// Box in image pixels.
    pub bbox: BBox,
    /// Confidence; any finite number, larger is surer.
    pub score: f64,
}

/// Matches of one set of detections, from which statistics of all or some of the images are summed.
#[derive(Debug)]
pub struct Evaluator {
    images: Vec<u64>,
    categories: Vec<u64>,
    records: Vec<Records>,
    ignored_detections: u64,
}

impl Evaluator {
    /// Matches the detections to the ground truth.
    ///
    /// Repeated image or category ids count once. Detections of an undeclared category are left out and counted; a
    /// detection on an unknown image, or a number that is not finite, is an error.
    pub fn new(
        gt: &[GroundTruthBox],
        dt: &[DetectionBox],
        images: &[Image],
        categories: &[u64],
    ) -> Result<Self, MetricsError> {
        Ok(Self::from_input(&Input::from_boxes(gt, dt, images, categories)?))
    }

    /// Matches two COCO files: a ground truth (`images`, `annotations`, `categories`) and detections, either a list of
    /// results or an object with `annotations` that carry a score.
    ///
    /// A ground-truth annotation without `area` gets width × height. Annotation ids play no part in matching.
    pub fn from_json(gt_json: &str, dt_json: &str) -> Result<Self, MetricsError> {
        Ok(Self::from_input(&json::read(gt_json, dt_json)?))
    }

    fn from_input(input: &Input) -> Self {
        Self {
            images: input.images.clone(),
            categories: input.categories.clone(),
            records: Records::of_every_category(input),
            ignored_detections: input.ignored_detections,
        }
    }

    /// Ids of the images, ascending; the order of the weights of [`Evaluator::weighted`].
    pub fn images(&self) -> &[u64] {
        &self.images
    }

    /// Ids of the categories, ascending.
    pub fn categories(&self) -> &[u64] {
        &self.categories
    }

    /// Statistics of all images.
    pub fn stats(&self) -> CocoStats {
        self.summed(None)
    }

    /// Statistics of some of the images, as if only they had been evaluated; ids may repeat and count once.
    pub fn slice(&self, images: &[u64]) -> Result<CocoStats, MetricsError> {
        let mut weights = vec![0; self.images.len()];
        for image in images {
            let slot = self.images.binary_search(image);
            let slot = slot.map_err(|_| MetricsError::UnknownSliceImage { image: *image })?;
            weights[slot] = 1;
        }
        Ok(self.summed(Some(&weights)))
    }

    /// Statistics with each image counted as often as its weight says, in the order of [`Evaluator::images`].
    ///
    /// Equals evaluating duplicated images, up to the order among equal scores.
    pub fn weighted(&self, weights: &[u32]) -> Result<CocoStats, MetricsError> {
        if weights.len() != self.images.len() {
            return Err(MetricsError::WeightCount { expected: self.images.len(), got: weights.len() });
        }
        Ok(self.summed(Some(weights)))
    }

    /// Statistics of all images with image-bootstrap intervals on the twelve numbers and on each category's AP.
    pub fn stats_with_intervals(&self, options: &bootstrap::Options) -> CocoStats {
        let mut stats = self.stats();
        let resampled = bootstrap::resample_many(self.images.len(), "coco", options, |weights| {
            let replicate = self.summed(Some(weights));
            let overall = replicate.overall.named().into_iter().map(|(_, metric)| metric.value());
            overall.chain(replicate.per_category.iter().map(|category| category.numbers.ap.value())).collect()
        });
        stats.give_intervals(&resampled);
        stats
    }

    fn summed(&self, weights: Option<&[u32]>) -> CocoStats {
        let swept: Vec<curve::Swept> = self.records.par_iter().map(|records| curve::sweep(records, weights)).collect();
        let images = match weights {
            Some(weights) => weights.iter().map(|&weight| u64::from(weight)).sum(),
            None => self.images.len() as u64,
        };
        CocoStats::of(&self.categories, &swept, images, self.ignored_detections)
    }
}

/// The twelve COCO numbers, overall and per category. See [`Evaluator::new`] for what is refused.
pub fn evaluate(
    gt: &[GroundTruthBox],
    dt: &[DetectionBox],
    images: &[Image],
    categories: &[u64],
) -> Result<CocoStats, MetricsError> {
    Ok(Evaluator::new(gt, dt, images, categories)?.stats())
}

/// The twelve COCO numbers of two COCO files. See [`Evaluator::from_json`] for what is read.
pub fn evaluate_json(gt_json: &str, dt_json: &str) -> Result<CocoStats, MetricsError> {
    Ok(Evaluator::from_json(gt_json, dt_json)?.stats())
}

/// Ascending ids without repetition.
fn sorted_unique(ids: impl Iterator<Item = u64>) -> Vec<u64> {
    ids.collect::<BTreeSet<u64>>().into_iter().collect()
}
