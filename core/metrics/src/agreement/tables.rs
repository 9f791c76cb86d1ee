//! Per-image sparse tables of matched and unmatched boxes, and their weighted sums.

use rayon::prelude::*;

use super::{Counts, ImagePair, needs_two_classes};
use crate::kappa;
use crate::matching::two_stage;
use crate::sum::Neumaier;
use crate::value::{Metric, Reason};

/// Class index that stands for "nothing there" in a sparse cell.
const BACKGROUND: u32 = u32::MAX;

/// What is kept of one image after matching.
pub(super) struct ImageTable {
    /// (class by A, class by B, how often), sorted.
    cells: Vec<(u32, u32, u32)>,
    /// (class, seen by A, seen by B) for classes that at least one of them saw, sorted.
    presence: Vec<(u32, bool, bool)>,
    /// IoU of the matched pairs.
    pub(super) ious: Vec<f64>,
    iou_sum: f64,
}

/// Matches every image, in the order of the image ids.
pub(super) fn match_images(pairs: &[ImagePair], tau: f64) -> Vec<ImageTable> {
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by(|&i, &j| pairs[i].id.cmp(&pairs[j].id));
    order.par_iter().map(|&index| ImageTable::of(&pairs[index], tau)).collect()
}

impl ImageTable {
    fn of(pair: &ImagePair, tau: f64) -> Self {
        let matching = two_stage(&pair.a, &pair.b, tau);
        let class_a = |i: usize| pair.a[i].class as u32;
        let class_b = |j: usize| pair.b[j].class as u32;
        let mut entries: Vec<(u32, u32)> = matching.pairs.iter().map(|&(i, j, _)| (class_a(i), class_b(j))).collect();
        entries.extend(matching.only_a.iter().map(|&i| (class_a(i), BACKGROUND)));
        entries.extend(matching.only_b.iter().map(|&j| (BACKGROUND, class_b(j))));
        entries.sort_unstable();
        let mut cells: Vec<(u32, u32, u32)> = Vec::new();
        for (row, column) in entries {
            match cells.last_mut() {
                Some(last) if (last.0, last.1) == (row, column) => last.2 += 1,
                _ => cells.push((row, column, 1)),
            }
        }
        let ious: Vec<f64> = matching.pairs.iter().map(|pair| pair.2).collect();
        let iou_sum = crate::sum::neumaier(&ious);
        Self { cells, presence: presence(pair), ious, iou_sum }
    }
}

fn presence(pair: &ImagePair) -> Vec<(u32, bool, bool)> {
    let mut classes: Vec<u32> = pair.a.iter().chain(&pair.b).map(|rated| rated.class as u32).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
        .into_iter()
        .map(|class| {
            let seen = |boxes: &[super::RatedBox]| boxes.iter().any(|rated| rated.class as u32 == class);
            (class, seen(&pair.a), seen(&pair.b))
        })
        .collect()
}

/// The sum of image tables, each counted as often as its weight says.
pub(super) struct Pooled {
    pub(super) classes: usize,
    /// `(classes + 1)²`, row-major, last index background.
    cells: Vec<u64>,
    /// Per class: images where both, only A, only B saw it.
    presence: Vec<[u64; 3]>,
    images: u64,
    iou_sum: f64,
}

impl Pooled {
    /// Sums all images, or each as often as drawn. A drawn weight of 0 leaves an image out.
    pub(super) fn of(images: &[ImageTable], classes: usize, weights: Option<&[u32]>) -> Self {
        let side = classes + 1;
        let mut cells = vec![0; side * side];
        let mut presence = vec![[0; 3]; classes];
        let mut count = 0;
        let mut iou_sum = Neumaier::default();
        let index = |class: u32| if class == BACKGROUND { classes } else { class as usize };
        for (at, image) in images.iter().enumerate() {
            let weight = weights.map_or(1, |weights| u64::from(weights[at]));
            if weight == 0 {
                continue;
            }
            count += weight;
            for &(row, column, times) in &image.cells {
                cells[index(row) * side + index(column)] += weight * u64::from(times);
            }
            for &(class, by_a, by_b) in &image.presence {
                let kind = match (by_a, by_b) {
                    (true, true) => 0,
                    (true, false) => 1,
                    _ => 2,
                };
                presence[class as usize][kind] += weight;
            }
            iou_sum.add(weight as f64 * image.iou_sum);
        }
        Self { classes, cells, presence, images: count, iou_sum: iou_sum.total() }
    }

    fn at(&self, row: usize, column: usize) -> u64 {
        self.cells[row * (self.classes + 1) + column]
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
        let total: u64 = self.cells.iter().sum();
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
        let [both, only_a, only_b] = self.presence[class];
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
