//! Agreement of two annotators who drew boxes on the same images.
//!
//! Boxes are matched once per image; every number, and every bootstrap replicate, is a re-sum of small per-image tables.

mod curve;
mod incremental;
mod pair;
mod pooled;
mod several;
mod spread;
mod tables;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::bootstrap;
use crate::kappa::{self, Kappa};
use crate::value::{Metric, Reason, macro_mean};

pub use crate::matching::RatedBox;
pub use curve::{CurvePoint, default_thresholds, threshold_curve};
pub use incremental::AgreementTable;
pub use pair::{MatchedObjects, ObjectPair};
use pooled::Pooled;
pub use several::{ObjectUnit, Seen, SeenImage, SeveralAgreement, SeveralOptions, several_agreement};
use spread::Spread;
use tables::{ImageTable, MatchedImages};

/// Name of the random stream that resamples images.
const STREAM: &str = "detection_agreement";
/// Metrics that come before the per-class ones in a replicate.
const OVERALL: usize = 6;

/// What two annotators drew on one image that both have seen; an empty list means "looked and found nothing".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImagePair {
    /// Stable id of the image; images are put in the order of their ids before anything is summed.
    pub id: String,
    /// Boxes of the first annotator, in a stable order.
    pub a: Vec<RatedBox>,
    /// Boxes of the second annotator, in a stable order.
    pub b: Vec<RatedBox>,
}

/// How boxes are matched and intervals computed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Smallest IoU of a match, in `(0, 1]`; 0.5 by default.
    pub tau: f64,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Bootstrap replicates over images; 0 gives values without intervals.
    pub replicates: u32,
    /// Confidence level of the intervals, such as 0.95.
    pub confidence: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { tau: 0.5, seed: 0, replicates: bootstrap::REPLICATES_INTERACTIVE, confidence: 0.95 }
    }
}

/// Agreement on one class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClassAgreement {
    /// Class index.
    pub class: usize,
    /// `2·matched with both classes c / (boxes of c by A + by B)`; n counts those boxes.
    pub f1_cls: Metric,
    /// Cohen's κ of "the image holds at least one box of this class"; n counts images.
    pub kappa_presence: Metric,
    /// Boxes of this class by the first annotator.
    pub boxes_a: u64,
    /// Boxes of this class by the second annotator.
    pub boxes_b: u64,
}

/// How many images and boxes the numbers rest on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Images seen by both.
    pub images: u64,
    /// Boxes by the first annotator.
    pub boxes_a: u64,
    /// Boxes by the second annotator.
    pub boxes_b: u64,
    /// Matched pairs, of whatever classes.
    pub matched: u64,
    /// Matched pairs of one class.
    pub matched_same_class: u64,
    /// Unmatched boxes of the first annotator.
    pub only_a: u64,
    /// Unmatched boxes of the second annotator.
    pub only_b: u64,
}

/// Agreement of two annotators over a set of images, in the order of how far each number can be trusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DetectionAgreement {
    /// `2·matched / (n_A + n_B)`: were the same objects found? (positive specific agreement, Hripcsak & Rothschild 2005)
    pub f1_loc: Metric,
    /// `2·matched with equal class / (n_A + n_B)`: the headline number.
    pub f1_cls: Metric,
    /// Cohen's κ of the classes of matched pairs; n counts pairs.
    pub kappa_cls: Metric,
    /// Mean IoU of matched pairs; n counts pairs.
    pub mean_iou: Metric,
    /// Median IoU of matched pairs, without an interval.
    pub median_iou: Metric,
    /// 10 % quantile of the IoU of matched pairs, without an interval.
    pub p10_iou: Metric,
    /// Cohen's κ of the table including the background; pessimistic, `not_applicable` with fewer than two classes.
    pub kappa_det: Metric,
    /// Mean over classes of the κ of presence per image; n counts the classes in which it is defined.
    pub kappa_presence: Metric,
    /// Classes left out of that mean because their κ is undefined.
    pub kappa_presence_left_out: u64,
    /// One entry a class, by class index.
    pub per_class: Vec<ClassAgreement>,
    /// The `(C + 1)²` table: rows first annotator, columns second, last index background; the last corner is 0.
    pub table: Vec<Vec<u64>>,
    /// Totals.
    pub counts: Counts,
    /// Names of metrics whose interval is shaky because over 5 % of the replicates were undefined.
    pub unstable: Vec<String>,
}

/// Agreement of two annotators on the images both have seen.
///
/// `class_count` is raised when a box carries a higher class index. Without images or without any box the F1 values are
/// `empty`. Intervals are percentile bootstraps over images.
pub fn detection_agreement(pairs: &[ImagePair], class_count: usize, options: &Options) -> DetectionAgreement {
    let highest = pairs.iter().flat_map(|pair| pair.a.iter().chain(&pair.b)).map(|rated| rated.class + 1).max();
    let classes = class_count.max(highest.unwrap_or(0));
    let tables = in_order(pairs, |pair| &pair.id, |pair| ImageTable::of_boxes(pair, options.tau));
    agreement_of(tables.iter(), classes, &Spread::new(tables.iter().flat_map(|table| &table.ious)), options)
}

/// [`detection_agreement`] of objects of any shape, by the similarity of their candidates instead of IoU of boxes.
pub fn object_agreement(pairs: &[ObjectPair], class_count: usize, options: &Options) -> DetectionAgreement {
    let matched = MatchedObjects::all(pairs, options.tau);
    matched_agreement(&matched.iter().collect::<Vec<_>>(), class_count, options)
}

/// [`object_agreement`] of images that are matched already, so that one matching serves every set of images in which it
/// stands; `options.tau` is without effect.
pub fn matched_agreement(images: &[&MatchedObjects], class_count: usize, options: &Options) -> DetectionAgreement {
    let mut order: Vec<&MatchedObjects> = images.to_vec();
    order.sort_by(|a, b| a.id.cmp(&b.id));
    let tables = || order.iter().map(|image| &image.table);
    let classes = tables().map(ImageTable::classes).max().unwrap_or(0).max(class_count);
    agreement_of(tables(), classes, &Spread::new(tables().flat_map(|table| &table.ious)), options)
}

/// The tables of all images by id.
fn in_order<T: Sync>(
    pairs: &[T],
    id: impl Fn(&T) -> &String,
    table: impl Fn(&T) -> ImageTable + Sync,
) -> Vec<ImageTable> {
    let mut order: Vec<&T> = pairs.iter().collect();
    order.sort_by(|a, b| id(a).cmp(id(b)));
    order.par_iter().map(|pair| table(pair)).collect()
}

fn agreement_of<'a>(
    tables: impl Iterator<Item = &'a ImageTable>,
    classes: usize,
    spread: &Spread,
    options: &Options,
) -> DetectionAgreement {
    let images = MatchedImages::new(tables, classes);
    let mut result = summarise(&images.pooled(), spread);
    if options.replicates > 0 && images.len() > 0 {
        add_intervals(&mut result, &images, classes, options);
    }
    result
}

/// κ of found / not found when the task defines `regions` further places where both saw nothing.
///
/// The table is `[[matched, only A], [only B, regions]]`; `regions` has to be stated beside the value.
pub fn kappa_with_regions(counts: &Counts, regions: u64) -> Kappa {
    kappa::cohen(&[vec![counts.matched, counts.only_a], vec![counts.only_b, regions]])
}

fn summarise(pooled: &Pooled, ious: &Spread) -> DetectionAgreement {
    let per_class: Vec<ClassAgreement> = (0..pooled.classes)
        .map(|class| ClassAgreement {
            class,
            f1_cls: pooled.f1_of_class(class),
            kappa_presence: pooled.presence(class),
            boxes_a: pooled.boxes_a(class),
            boxes_b: pooled.boxes_b(class),
        })
        .collect();
    let presence: Vec<Metric> = per_class.iter().map(|class| class.kappa_presence).collect();
    let (kappa_presence, kappa_presence_left_out) = macro_mean(&presence);
    DetectionAgreement {
        f1_loc: pooled.f1_loc(),
        f1_cls: pooled.f1_cls(),
        kappa_cls: pooled.kappa_cls(),
        mean_iou: pooled.mean_iou(),
        median_iou: ious.quantile(0.5),
        p10_iou: ious.quantile(0.1),
        kappa_det: pooled.kappa_det(),
        kappa_presence,
        kappa_presence_left_out,
        per_class,
        table: pooled.table(),
        counts: pooled.counts(),
        unstable: Vec::new(),
    }
}

/// The values of one replicate: the overall metrics, then F1 and presence κ of each class.
fn replicate(pooled: &Pooled, classes: usize) -> Vec<Option<f64>> {
    let presence: Vec<Metric> = (0..classes).map(|class| pooled.presence(class)).collect();
    let overall = [
        pooled.f1_loc(),
        pooled.f1_cls(),
        pooled.kappa_cls(),
        pooled.mean_iou(),
        pooled.kappa_det(),
        macro_mean(&presence).0,
    ];
    debug_assert_eq!(overall.len(), OVERALL);
    let f1 = (0..classes).map(|class| pooled.f1_of_class(class));
    overall.into_iter().chain(f1).chain(presence).map(|metric| metric.value()).collect()
}

fn add_intervals(result: &mut DetectionAgreement, images: &MatchedImages, classes: usize, options: &Options) {
    let resampling =
        bootstrap::Options { seed: options.seed, replicates: options.replicates, confidence: options.confidence };
    let resampled = bootstrap::resample_blocks(images.len(), STREAM, &resampling, |weights| {
        images.weighted(weights).map(|pooled| replicate(&pooled, classes))
    });
    let mut unstable = Vec::new();
    let mut give = |metric: &mut Metric, at: usize, name: String| {
        if metric.is_defined() && resampled[at].unstable {
            unstable.push(name);
        }
        *metric = metric.with_ci(resampled[at].interval);
    };
    let overall: [(&mut Metric, &str); OVERALL] = [
        (&mut result.f1_loc, "f1_loc"),
        (&mut result.f1_cls, "f1_cls"),
        (&mut result.kappa_cls, "kappa_cls"),
        (&mut result.mean_iou, "mean_iou"),
        (&mut result.kappa_det, "kappa_det"),
        (&mut result.kappa_presence, "kappa_presence"),
    ];
    for (at, (metric, name)) in overall.into_iter().enumerate() {
        give(metric, at, name.to_owned());
    }
    for (class, entry) in result.per_class.iter_mut().enumerate() {
        give(&mut entry.f1_cls, OVERALL + class, format!("f1_cls/{class}"));
        give(&mut entry.kappa_presence, OVERALL + classes + class, format!("kappa_presence/{class}"));
    }
    result.unstable = unstable;
}

/// `not_applicable`, for metrics that need at least two classes.
fn needs_two_classes() -> Metric {
    Metric::undefined(Reason::NotApplicable)
}

#[cfg(test)]
mod tests;
