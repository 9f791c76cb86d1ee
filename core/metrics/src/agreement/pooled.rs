//! Sums over images, and the metrics that follow from them.

use super::tables::presence_sum;
use super::{Counts, needs_two_classes};
use crate::kappa;
use crate::value::{Metric, Reason};

/// Sums over images, from which every metric is computed.
pub(super) struct Pooled {
    pub(super) classes: usize,
    pub(super) sums: Vec<u64>,
    pub(super) images: u64,
    pub(super) iou_sum: f64,
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
