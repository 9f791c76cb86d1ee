//! Precision, recall, F1 and false positives per image at one score threshold, with image-bootstrap intervals.

mod curve;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::bootstrap;
use crate::coco::input::{Cell, Input, cells, descending};
use crate::coco::{DetectionBox, GroundTruthBox, Image, match_truths, overlaps};
use crate::error::MetricsError;
use crate::interval::wilson;
use crate::value::{Interval, Metric, Reason};

pub use curve::{BestF1, CurvePoint, thin_curve};

/// Hits, false alarms and misses on one image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageCounts {
    /// Id of the image.
    pub image: u64,
    /// Detections that found an object.
    pub true_positives: u64,
    /// Detections that found none.
    pub false_positives: u64,
    /// Objects that were not found.
    pub false_negatives: u64,
}

/// How good detections are when those below a score are thrown away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatingPoint {
    /// Detections below this score are thrown away.
    pub score_threshold: f64,
    /// Smallest IoU of a hit.
    pub iou_threshold: f64,
    /// TP / (TP + FP), n counts detections; `zero_denominator` without detections. Bootstrap interval.
    pub precision: Metric,
    /// TP / objects, n counts objects; `empty` without objects. Bootstrap interval.
    pub recall: Metric,
    /// 2TP / (2TP + FP + FN), n counts objects and detections; `empty` without either. Bootstrap interval.
    pub f1: Metric,
    /// False positives per image, n counts images; `empty` without images. Bootstrap interval.
    pub fppi: Metric,
    /// Wilson interval of the precision, as if boxes were independent.
    pub precision_wilson: Option<Interval>,
    /// Wilson interval of the recall, as if boxes were independent.
    pub recall_wilson: Option<Interval>,
    /// True: boxes of one image depend on each other, so the Wilson intervals are too narrow and gates use the bootstrap.
    pub boxes_clustered: bool,
    /// Detections that found an object.
    pub true_positives: u64,
    /// Detections that found none.
    pub false_positives: u64,
    /// Objects that were not found.
    pub false_negatives: u64,
    /// Images evaluated.
    pub images: u64,
    /// Names of metrics whose interval is shaky because over 5 % of the replicates were undefined.
    pub unstable: Vec<String>,
    /// Counts of every image, ascending ids.
    pub per_image: Vec<ImageCounts>,
}

/// A detection that counts, by score descending over all images.
#[derive(Debug, Clone, Copy)]
struct Record {
    score: f64,
    image: u32,
    category: u32,
    hit: bool,
}

/// Matches at one IoU threshold, from which any score threshold can be read.
///
/// A detection's match depends on higher scores only, so throwing away low scores never changes it.
#[derive(Debug, Clone)]
pub struct Matched {
    iou_threshold: f64,
    images: Vec<u64>,
    categories: Vec<u64>,
    records: Vec<Record>,
    /// (image, category, objects that count).
    objects: Vec<(u32, u32, u64)>,
}

/// Precision, recall, F1 and FPPI of detections with `score ≥ score_threshold` at `iou_threshold`.
///
/// See [`Matched::new`] for the matching and what is refused, [`Matched::operating_point`] for the result.
pub fn operating_point(
    gt: &[GroundTruthBox],
    dt: &[DetectionBox],
    images: &[Image],
    categories: &[u64],
    (score_threshold, iou_threshold): (f64, f64),
    options: &bootstrap::Options,
) -> Result<OperatingPoint, MetricsError> {
    Ok(Matched::new(gt, dt, images, categories, iou_threshold)?.operating_point(score_threshold, options))
}

impl Matched {
    /// Matches detections to objects of their category by score descending, each to its best free object with
    /// IoU ≥ `iou_threshold`, as COCO does; detections that fall on a crowd region count neither way.
    ///
    /// All detections of an image are looked at. Detections of undeclared categories are left out; an unknown image or
    /// a number that is not finite is an error.
    pub fn new(
        gt: &[GroundTruthBox],
        dt: &[DetectionBox],
        images: &[Image],
        categories: &[u64],
        iou_threshold: f64,
    ) -> Result<Self, MetricsError> {
        let input = Input::from_boxes(gt, dt, images, categories)?;
        let (truths, found) = input.sorted();
        let matched: Vec<(u64, Vec<Record>)> =
            cells(&truths, &found).par_iter().with_min_len(64).map(|cell| match_cell(cell, iou_threshold)).collect();
        let keys = cells(&truths, &found).into_iter().map(|cell| (cell.image, cell.category));
        let objects = keys.zip(&matched).map(|((image, category), (count, _))| (image, category, *count)).collect();
        let mut records: Vec<Record> = matched.into_iter().flat_map(|(_, records)| records).collect();
        records.sort_by(|a, b| descending(a.score, b.score));
        Ok(Self { iou_threshold, images: input.images, categories: input.categories, records, objects })
    }

    /// The same matches on some of the images; ids may repeat and count once.
    pub fn for_images(&self, images: &[u64]) -> Result<Self, MetricsError> {
        let mut kept = vec![None; self.images.len()];
        for image in images {
            let slot = self.images.binary_search(image);
            kept[slot.map_err(|_| MetricsError::UnknownSliceImage { image: *image })?] = Some(0);
        }
        let mut ids = Vec::new();
        for (slot, new) in kept.iter_mut().enumerate().filter(|(_, new)| new.is_some()) {
            *new = Some(ids.len() as u32);
            ids.push(self.images[slot]);
        }
        let new_slot = |image: u32| kept[image as usize];
        let records =
            self.records.iter().filter_map(|record| new_slot(record.image).map(|image| Record { image, ..*record }));
        let objects = self
            .objects
            .iter()
            .filter_map(|&(image, category, count)| new_slot(image).map(|image| (image, category, count)));
        Ok(Self {
            iou_threshold: self.iou_threshold,
            categories: self.categories.clone(),
            records: records.collect(),
            objects: objects.collect(),
            images: ids,
        })
    }

    /// The same matches of one category on all images; nothing is left for an undeclared category.
    #[must_use]
    pub fn for_category(&self, category: u64) -> Self {
        let slot = self.categories.binary_search(&category).ok().map(|slot| slot as u32);
        let mut part = self.clone();
        part.records.retain(|record| Some(record.category) == slot);
        part.objects.retain(|object| Some(object.1) == slot);
        part
    }

    /// Ids of the categories, ascending.
    pub fn categories(&self) -> &[u64] {
        &self.categories
    }

    /// Objects that count (crowds do not).
    pub fn objects(&self) -> u64 {
        self.objects.iter().map(|object| object.2).sum()
    }

    /// The score of every detection that counts, highest first, its image, and whether it found an object: what
    /// calibration fits.
    pub fn scored(&self) -> Vec<(f64, u64, bool)> {
        self.records.iter().map(|record| (record.score, self.images[record.image as usize], record.hit)).collect()
    }

    /// Counts of every image with detections of `score ≥ score_threshold`, ascending ids.
    pub fn per_image(&self, score_threshold: f64) -> Vec<ImageCounts> {
        let mut counts: Vec<ImageCounts> =
            self.images.iter().map(|&image| ImageCounts { image, ..ImageCounts::default() }).collect();
        for &(image, _, objects) in &self.objects {
            counts[image as usize].false_negatives += objects;
        }
        for record in self.records.iter().take_while(|record| record.score >= score_threshold) {
            let count = &mut counts[record.image as usize];
            if record.hit {
                count.true_positives += 1;
                count.false_negatives -= 1;
            } else {
                count.false_positives += 1;
            }
        }
        counts
    }

    /// The operating point at `score_threshold`; intervals by resampling images (none with 0 replicates).
    pub fn operating_point(&self, score_threshold: f64, options: &bootstrap::Options) -> OperatingPoint {
        let per_image = self.per_image(score_threshold);
        let counts: Vec<[u64; 3]> = per_image
            .iter()
            .map(|counts| [counts.true_positives, counts.false_positives, counts.false_negatives])
            .collect();
        let mut total = Totals::default();
        for counts in &counts {
            total.add(counts, 1);
        }
        let mut metrics = total.metrics();
        let resampled = bootstrap::resample_many(counts.len(), "operating_point", options, |weights| {
            let mut total = Totals::default();
            for (counts, &weight) in counts.iter().zip(weights) {
                total.add(counts, u64::from(weight));
            }
            total.metrics().iter().map(Metric::value).collect()
        });
        let mut unstable = Vec::new();
        for ((metric, resampled), name) in metrics.iter_mut().zip(&resampled).zip(["precision", "recall", "f1", "fppi"])
        {
            if metric.is_defined() && resampled.unstable {
                unstable.push(name.to_owned());
            }
            *metric = metric.with_ci(resampled.interval);
        }
        let [precision, recall, f1, fppi] = metrics;
        let wilson_of = |n: u64| wilson(total.hits, n, options.confidence);
        OperatingPoint {
            score_threshold,
            iou_threshold: self.iou_threshold,
            precision,
            recall,
            f1,
            fppi,
            precision_wilson: wilson_of(total.hits + total.false_alarms),
            recall_wilson: wilson_of(total.hits + total.misses),
            boxes_clustered: true,
            true_positives: total.hits,
            false_positives: total.false_alarms,
            false_negatives: total.misses,
            images: total.images,
            unstable,
            per_image,
        }
    }

    /// One operating point a category, by category id.
    pub fn per_category(&self, score_threshold: f64, options: &bootstrap::Options) -> BTreeMap<u64, OperatingPoint> {
        self.categories
            .iter()
            .map(|&category| (category, self.for_category(category).operating_point(score_threshold, options)))
            .collect()
    }
}

/// Sums of per-image counts.
#[derive(Default)]
struct Totals {
    hits: u64,
    false_alarms: u64,
    misses: u64,
    images: u64,
}

impl Totals {
    fn add(&mut self, [hits, false_alarms, misses]: &[u64; 3], weight: u64) {
        self.hits += weight * hits;
        self.false_alarms += weight * false_alarms;
        self.misses += weight * misses;
        self.images += weight;
    }

    /// Precision, recall, F1, FPPI.
    fn metrics(&self) -> [Metric; 4] {
        let ratio = |part: u64, whole: u64, reason: Reason| match whole {
            0 => Metric::undefined(reason),
            _ => Metric::new(part as f64 / whole as f64, whole),
        };
        let detections = self.hits + self.false_alarms;
        let objects = self.hits + self.misses;
        [
            ratio(self.hits, detections, Reason::ZeroDenominator),
            ratio(self.hits, objects, Reason::Empty),
            ratio(2 * self.hits, detections + objects, Reason::Empty),
            ratio(self.false_alarms, self.images, Reason::Empty),
        ]
    }
}

/// Objects that count in the cell, and its detections that count.
fn match_cell(cell: &Cell<'_>, iou_threshold: f64) -> (u64, Vec<Record>) {
    let ignored: Vec<bool> = cell.truths.iter().map(|truth| truth.crowd).collect();
    let objects = ignored.iter().filter(|ignored| !**ignored).count() as u64;
    let ious = overlaps(cell.found, cell.truths);
    let matches = match_truths(&ious, cell.found.len(), cell.truths, &ignored, &[iou_threshold.min(1.0 - 1e-10)]);
    let records = cell.found.iter().enumerate().filter_map(|(at, found)| {
        let matched = matches.get(at).copied().flatten();
        let on_crowd = matched.is_some_and(|truth| ignored[truth]);
        (!on_crowd).then_some(Record {
            score: found.score,
            image: cell.image,
            category: cell.category,
            hit: matched.is_some(),
        })
    });
    (objects, records.collect())
}

#[cfg(test)]
mod tests;
