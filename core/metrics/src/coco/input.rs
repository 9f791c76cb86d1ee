//! Checked boxes with dense image and category slots, grouped into (category, image) cells.

use std::cmp::Ordering;

use super::{DetectionBox, GroundTruthBox, Image, sorted_unique};
use crate::error::{MetricsError, Source};

/// A true object; its box as COCO stores it, because the overlap has to round as in the reference.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Truth {
    pub(crate) image: u32,
    pub(crate) category: u32,
    pub(crate) xywh: [f64; 4],
    pub(crate) area: f64,
    pub(crate) crowd: bool,
}

/// A detection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) image: u32,
    pub(crate) category: u32,
    pub(crate) xywh: [f64; 4],
    pub(crate) score: f64,
}

/// Everything an evaluation needs, checked. Images and categories are ascending; rows are in input order.
#[derive(Debug, Default)]
pub(crate) struct Input {
    pub(crate) images: Vec<u64>,
    pub(crate) categories: Vec<u64>,
    pub(crate) truths: Vec<Truth>,
    pub(crate) found: Vec<Found>,
    pub(crate) ignored_detections: u64,
}

/// The boxes of one category on one image; at least one side is not empty.
#[derive(Debug)]
pub(crate) struct Cell<'a> {
    pub(crate) image: u32,
    pub(crate) category: u32,
    pub(crate) truths: &'a [Truth],
    /// By score descending, ties in input order.
    pub(crate) found: &'a [Found],
}

impl Input {
    pub(crate) fn new(images: impl Iterator<Item = u64>, categories: impl Iterator<Item = u64>) -> Self {
        Self { images: sorted_unique(images), categories: sorted_unique(categories), ..Self::default() }
    }

    pub(crate) fn from_boxes(
        gt: &[GroundTruthBox],
        dt: &[DetectionBox],
        images: &[Image],
        categories: &[u64],
    ) -> Result<Self, MetricsError> {
        let mut input = Self::new(images.iter().map(|image| image.id), categories.iter().copied());
        for (index, truth) in gt.iter().enumerate() {
            input.push_truth(index, truth.image, truth.category, truth.bbox.to_xywh(), truth.area, truth.iscrowd)?;
        }
        for (index, found) in dt.iter().enumerate() {
            input.push_found(index, found.image, found.category, found.bbox.to_xywh(), found.score)?;
        }
        Ok(input)
    }

    pub(crate) fn push_truth(
        &mut self,
        index: usize,
        image: u64,
        category: u64,
        xywh: [f64; 4],
        area: f64,
        crowd: bool,
    ) -> Result<(), MetricsError> {
        let from = Source::GroundTruth;
        let slot = self.image_slot(from, index, image)?;
        let category_slot =
            self.categories.binary_search(&category).map_err(|_| MetricsError::UnknownCategory { index, category })?;
        check_box(from, index, image, xywh)?;
        if !area.is_finite() {
            return Err(MetricsError::NotFinite { from, index, image, field: "area" });
        }
        self.truths.push(Truth { image: slot, category: category_slot as u32, xywh, area, crowd });
        Ok(())
    }

    pub(crate) fn push_found(
        &mut self,
        index: usize,
        image: u64,
        category: u64,
        xywh: [f64; 4],
        score: f64,
    ) -> Result<(), MetricsError> {
        let from = Source::Detections;
        let slot = self.image_slot(from, index, image)?;
        check_box(from, index, image, xywh)?;
        if !score.is_finite() {
            return Err(MetricsError::NotFinite { from, index, image, field: "score" });
        }
        match self.categories.binary_search(&category) {
            Ok(category) => self.found.push(Found { image: slot, category: category as u32, xywh, score }),
            Err(_) => self.ignored_detections += 1,
        }
        Ok(())
    }

    fn image_slot(&self, from: Source, index: usize, image: u64) -> Result<u32, MetricsError> {
        match self.images.binary_search(&image) {
            Ok(slot) => Ok(slot as u32),
            Err(_) => Err(MetricsError::UnknownImage { from, index, image }),
        }
    }

    /// Truths and detections by category, then image; truths in input order, detections by score inside a cell.
    pub(crate) fn sorted(&self) -> (Vec<Truth>, Vec<Found>) {
        let mut truths = self.truths.clone();
        truths.sort_by_key(|truth| (truth.category, truth.image));
        let mut found = self.found.clone();
        found.sort_by(|a, b| (a.category, a.image).cmp(&(b.category, b.image)).then(descending(a.score, b.score)));
        (truths, found)
    }
}

/// The cells of sorted truths and detections, by category, then image.
pub(crate) fn cells<'a>(mut truths: &'a [Truth], mut found: &'a [Found]) -> Vec<Cell<'a>> {
    let mut cells = Vec::new();
    loop {
        let next_truth = truths.first().map(|truth| (truth.category, truth.image));
        let next_found = found.first().map(|found| (found.category, found.image));
        let Some(key) = next_truth.into_iter().chain(next_found).min() else {
            return cells;
        };
        let here = truths.iter().take_while(|truth| (truth.category, truth.image) == key).count();
        let (cell_truths, rest_truths) = truths.split_at(here);
        let here = found.iter().take_while(|found| (found.category, found.image) == key).count();
        let (cell_found, rest_found) = found.split_at(here);
        cells.push(Cell { category: key.0, image: key.1, truths: cell_truths, found: cell_found });
        (truths, found) = (rest_truths, rest_found);
    }
}

/// Higher scores first; −0 and 0 are equal, so the order of equal scores stays that of the input.
pub(crate) fn descending(a: f64, b: f64) -> Ordering {
    b.partial_cmp(&a).unwrap_or(Ordering::Equal)
}

fn check_box(from: Source, index: usize, image: u64, xywh: [f64; 4]) -> Result<(), MetricsError> {
    if xywh.iter().any(|value| !value.is_finite()) {
        return Err(MetricsError::NotFinite { from, index, image, field: "bbox" });
    }
    let [_, _, width, height] = xywh;
    if width < 0.0 || height < 0.0 {
        return Err(MetricsError::NegativeSize { from, index, image, width, height });
    }
    Ok(())
}
