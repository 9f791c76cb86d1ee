//! Matched and unmatched boxes of all images, stored so that a weighted re-sum is one pass over contiguous lists.

use rayon::prelude::*;

use super::pair::ObjectPair;
use super::{Counts, ImagePair, needs_two_classes};
use crate::kappa;
use crate::matching::{Matching, two_stage};
use crate::sum::Neumaier;
use crate::value::{Metric, Reason};

/// Class index that stands for "nothing there" before the number of classes is known.
const BACKGROUND: u32 = u32::MAX;

/// Every image after matching, in the order of the image ids.
///
/// Each sum that a metric needs (a cell of the table, a kind of presence of a class) has the list of images that add to
/// it; an image stands there once for every box it adds.
pub(super) struct MatchedImages {
    classes: usize,
    /// Images of sum `s` are `members[starts[s]..starts[s + 1]]`.
    starts: Vec<usize>,
    members: Vec<u32>,
    /// Sum of the IoU of the matched pairs, per image.
    iou_sums: Vec<f64>,
    /// IoU of all matched pairs.
    pub(super) ious: Vec<f64>,
}

/// What one image adds.
pub(super) struct ImageTable {
    /// (class by A, class by B), once for every matched pair and every unmatched box.
    cells: Vec<(u32, u32)>,
    /// (class, seen by A, seen by B) for classes that at least one of them saw.
    presence: Vec<(u32, bool, bool)>,
    ious: Vec<f64>,
}

impl MatchedImages {
    /// The images with these ids, each matched by `table_of` its index; no class may be `classes` or above.
    pub(super) fn new(ids: &[&str], classes: usize, table_of: impl Fn(usize) -> ImageTable + Sync) -> Self {
        let mut order: Vec<usize> = (0..ids.len()).collect();
        order.sort_by_key(|&index| ids[index]);
        let tables: Vec<ImageTable> = order.par_iter().map(|&index| table_of(index)).collect();
        let mut members = vec![Vec::new(); sums(classes)];
        for (image, table) in tables.iter().enumerate() {
            for &(row, column) in &table.cells {
                members[cell_sum(classes, row, column)].push(image as u32);
            }
            for &(class, by_a, by_b) in &table.presence {
                members[presence_sum(classes, class as usize, by_a, by_b)].push(image as u32);
            }
        }
        let mut starts = vec![0];
        starts.extend(members.iter().scan(0, |end, list| {
            *end += list.len();
            Some(*end)
        }));
        Self {
            classes,
            starts,
            members: members.concat(),
            iou_sums: tables.iter().map(|table| crate::sum::neumaier(&table.ious)).collect(),
            ious: tables.into_iter().flat_map(|table| table.ious).collect(),
        }
    }

    /// Number of images.
    pub(super) fn len(&self) -> usize {
        self.iou_sums.len()
    }

    /// The sums over all images, each counted once.
    pub(super) fn pooled(&self) -> Pooled {
        self.weighted(&vec![1; self.len()])
    }

    /// The sums with each image counted as often as its weight says.
    pub(super) fn weighted(&self, weights: &[u32]) -> Pooled {
        let sums: Vec<u64> = self
            .starts
            .windows(2)
            .map(|range| self.members[range[0]..range[1]].iter().map(|&at| u64::from(weights[at as usize])).sum())
            .collect();
        let mut iou_sum = Neumaier::default();
        for (&weight, &sum) in weights.iter().zip(&self.iou_sums) {
            iou_sum.add(f64::from(weight) * sum);
        }
        let images = weights.iter().map(|&weight| u64::from(weight)).sum();
        Pooled { classes: self.classes, sums, images, iou_sum: iou_sum.total() }
    }
}

/// Sums that are kept: the table with its background row and column, then three kinds of presence a class.
fn sums(classes: usize) -> usize {
    (classes + 1) * (classes + 1) + 3 * classes
}

fn cell_sum(classes: usize, row: u32, column: u32) -> usize {
    let index = |class: u32| if class == BACKGROUND { classes } else { class as usize };
    index(row) * (classes + 1) + index(column)
}

/// Presence seen by both, by A only, by B only.
fn presence_sum(classes: usize, class: usize, by_a: bool, by_b: bool) -> usize {
    let kind = match (by_a, by_b) {
        (true, true) => 0,
        (true, false) => 1,
        _ => 2,
    };
    (classes + 1) * (classes + 1) + 3 * class + kind
}

impl ImageTable {
    /// The boxes of an image, matched in two stages.
    pub(super) fn of_boxes(pair: &ImagePair, tau: f64) -> Self {
        let classes = |rated: &[super::RatedBox]| rated.iter().map(|r| r.class as u32).collect::<Vec<_>>();
        Self::new(&two_stage(&pair.a, &pair.b, tau), &classes(&pair.a), &classes(&pair.b))
    }

    /// The objects of an image, matched in two stages.
    pub(super) fn of_objects(pair: &ObjectPair, tau: f64) -> Self {
        let classes = |classes: &[usize]| classes.iter().map(|&class| class as u32).collect::<Vec<_>>();
        Self::new(&pair.matched(tau), &classes(&pair.classes_a), &classes(&pair.classes_b))
    }

    fn new(matching: &Matching, a: &[u32], b: &[u32]) -> Self {
        let mut cells: Vec<(u32, u32)> = matching.pairs.iter().map(|&(i, j, _)| (a[i], b[j])).collect();
        cells.extend(matching.only_a.iter().map(|&i| (a[i], BACKGROUND)));
        cells.extend(matching.only_b.iter().map(|&j| (BACKGROUND, b[j])));
        Self { cells, presence: presence(a, b), ious: matching.pairs.iter().map(|pair| pair.2).collect() }
    }
}

fn presence(a: &[u32], b: &[u32]) -> Vec<(u32, bool, bool)> {
    let mut classes = [a, b].concat();
    classes.sort_unstable();
    classes.dedup();
    classes.into_iter().map(|class| (class, a.contains(&class), b.contains(&class))).collect()
}

/// Sums over images, from which every metric is computed.
pub(super) struct Pooled {
    pub(super) classes: usize,
    sums: Vec<u64>,
    images: u64,
    iou_sum: f64,
}

impl Pooled {
    fn at(&self, row: usize, column: usize) -> u64 {
        self.sums[row * (self.classes + 1) + column]
    }

    pub(super) fn boxes_a(&self, class: usize) -> u64 {
        (0..=self.classes).map(|column| self.at(class, column)).sum()
    }

    pub(super) fn boxes_b(&self, class: usize) -> u64 {
        (0..=self.classes).map(|row| self.at(row, class)).sum()
    }

    pub(super) fn counts(&self) -> Counts {
        let background = self.classes;
        let only_a: u64 = (0..background).map(|class| self.at(class, background)).sum();
        let only_b: u64 = (0..background).map(|class| self.at(background, class)).sum();
        let total: u64 = self.sums[..(background + 1) * (background + 1)].iter().sum();
        let matched = total - only_a - only_b;
        let matched_same_class = (0..background).map(|class| self.at(class, class)).sum();
        let (boxes_a, boxes_b) = (matched + only_a, matched + only_b);
        Counts { images: self.images, boxes_a, boxes_b, matched, matched_same_class, only_a, only_b }
    }

    pub(super) fn f1_loc(&self) -> Metric {
        let counts = self.counts();
        f1(counts.matched, counts.boxes_a + counts.boxes_b)
    }

    pub(super) fn f1_cls(&self) -> Metric {
        let counts = self.counts();
        f1(counts.matched_same_class, counts.boxes_a + counts.boxes_b)
    }

    pub(super) fn f1_of_class(&self, class: usize) -> Metric {
        f1(self.at(class, class), self.boxes_a(class) + self.boxes_b(class))
    }

    pub(super) fn mean_iou(&self) -> Metric {
        let matched = self.counts().matched;
        if matched == 0 {
            return Metric::undefined(Reason::Empty);
        }
        Metric::new(self.iou_sum / matched as f64, matched)
    }

    pub(super) fn kappa_cls(&self) -> Metric {
        kappa_metric(&self.square(self.classes))
    }

    pub(super) fn kappa_det(&self) -> Metric {
        if self.classes < 2 {
            return needs_two_classes();
        }
        kappa_metric(&self.table())
    }

    pub(super) fn presence(&self, class: usize) -> Metric {
        let seen = |by_a, by_b| self.sums[presence_sum(self.classes, class, by_a, by_b)];
        let (both, only_a, only_b) = (seen(true, true), seen(true, false), seen(false, true));
        let neither = self.images - both - only_a - only_b;
        kappa_metric(&[vec![both, only_a], vec![only_b, neither]])
    }

    pub(super) fn table(&self) -> Vec<Vec<u64>> {
        self.square(self.classes + 1)
    }

    fn square(&self, side: usize) -> Vec<Vec<u64>> {
        (0..side).map(|row| (0..side).map(|column| self.at(row, column)).collect()).collect()
    }
}

fn f1(agreed: u64, boxes: u64) -> Metric {
    if boxes == 0 {
        return Metric::undefined(Reason::Empty);
    }
    Metric::new(2.0 * agreed as f64 / boxes as f64, boxes)
}

fn kappa_metric(table: &[Vec<u64>]) -> Metric {
    match kappa::value_of(table) {
        Ok(value) => Metric::new(value, table.iter().flatten().sum()),
        Err(reason) => Metric::undefined(reason),
    }
}
