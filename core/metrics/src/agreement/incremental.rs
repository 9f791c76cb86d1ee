//! Agreement of two annotators that is kept up to date while they work.
//!
//! Each image is matched when it changes; the figures without intervals follow from sums that are adjusted.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::pair::ObjectPair;
use super::pooled::Pooled;
use super::spread::Spread;
use super::tables::{ImageTable, sums};
use super::{DetectionAgreement, ImagePair, Options, agreement_of, summarise};
use crate::sum::Neumaier;

/// The matched images of two annotators and the sums over them.
///
/// [`Self::agreement`] is, to the last bit, what [`super::detection_agreement`] says of the same images.
#[derive(Debug, Clone)]
pub struct AgreementTable {
    tau: f64,
    classes: usize,
    images: BTreeMap<String, ImageTable>,
    sums: Vec<u64>,
    ious: Spread,
}

impl AgreementTable {
    /// A table without images. `class_count` is raised when an object carries a higher class index; `tau` is the smallest
    /// similarity of a match.
    pub fn new(class_count: usize, tau: f64) -> Self {
        let sums = vec![0; sums(class_count)];
        Self { tau, classes: class_count, images: BTreeMap::new(), sums, ious: Spread::new([].iter()) }
    }

    /// A table of these images; of several with one id the last counts.
    pub fn of_boxes(pairs: &[ImagePair], class_count: usize, tau: f64) -> Self {
        let table = |pair: &ImagePair| (pair.id.clone(), ImageTable::of_boxes(pair, tau));
        Self::of_tables(pairs.par_iter().map(table).collect(), class_count, tau)
    }

    /// A table of these images with objects of any shape; of several with one id the last counts.
    pub fn of_objects(pairs: &[ObjectPair], class_count: usize, tau: f64) -> Self {
        let table = |pair: &ObjectPair| (pair.id.clone(), ImageTable::of_objects(pair, &pair.matched(tau)));
        Self::of_tables(pairs.par_iter().map(table).collect(), class_count, tau)
    }

    fn of_tables(tables: Vec<(String, ImageTable)>, class_count: usize, tau: f64) -> Self {
        let mut result = Self::new(class_count, tau);
        result.images = tables.into_iter().collect();
        result.classes = result.images.values().map(ImageTable::classes).max().unwrap_or(0).max(class_count);
        result.ious = Spread::new(result.images.values().flat_map(|table| &table.ious));
        result.add_up();
        result
    }

    /// Puts an image in, in place of what was there under its id.
    pub fn replace(&mut self, pair: &ImagePair) {
        self.put(&pair.id, ImageTable::of_boxes(pair, self.tau));
    }

    /// Puts an image with objects of any shape in, in place of what was there under its id.
    pub fn replace_objects(&mut self, pair: &ObjectPair) {
        self.put(&pair.id, ImageTable::of_objects(pair, &pair.matched(self.tau)));
    }

    /// Takes an image out; false when there is none of this id.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(table) = self.images.remove(id) else { return false };
        table.each_sum(self.classes, |sum| self.sums[sum] -= 1);
        table.ious.iter().for_each(|&iou| self.ious.remove(iou));
        true
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// True without images.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// All figures without intervals.
    pub fn agreement(&self) -> DetectionAgreement {
        let mut iou_sum = Neumaier::default();
        self.images.values().for_each(|table| iou_sum.add(table.iou_sum()));
        let (images, iou_sum) = (self.images.len() as u64, iou_sum.total());
        summarise(&Pooled { classes: self.classes, sums: self.sums.clone(), images, iou_sum }, &self.ious)
    }

    /// All figures with bootstrap intervals over images; nothing is matched anew. `options.tau` is not looked at.
    pub fn agreement_with_intervals(&self, options: &Options) -> DetectionAgreement {
        agreement_of(self.images.values(), self.classes, &self.ious, options)
    }

    fn put(&mut self, id: &str, table: ImageTable) {
        self.remove(id);
        let needed = table.classes();
        table.ious.iter().for_each(|&iou| self.ious.insert(iou));
        if needed > self.classes {
            // The layout of the sums depends on the number of classes.
            self.classes = needed;
            self.images.insert(id.to_owned(), table);
            self.add_up();
        } else {
            table.each_sum(self.classes, |sum| self.sums[sum] += 1);
            self.images.insert(id.to_owned(), table);
        }
    }

    fn add_up(&mut self) {
        self.sums = vec![0; sums(self.classes)];
        for table in self.images.values() {
            table.each_sum(self.classes, |sum| self.sums[sum] += 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::golden;
    use crate::agreement::{RatedBox, detection_agreement};
    use concord_geometry::BBox;
    use proptest::prelude::*;

    fn options(replicates: u32) -> Options {
        Options { tau: 0.4, seed: 2, replicates, confidence: 0.9 }
    }

    fn boxes() -> impl Strategy<Value = Vec<RatedBox>> {
        let one = (0_usize..4, 0.0..30.0_f64, 0.0..30.0_f64, 5.0..20.0_f64, 5.0..20.0_f64);
        let rated = |(class, x, y, w, h)| RatedBox { bbox: BBox::from_xywh(x, y, w, h).expect("a valid box"), class };
        prop::collection::vec(one.prop_map(rated), 0..6)
    }

    fn image() -> impl Strategy<Value = ImagePair> {
        (0_u32..8, boxes(), boxes()).prop_map(|(id, a, b)| ImagePair { id: format!("image {id}"), a, b })
    }

    proptest! {
        #[test]
        fn what_is_kept_equals_what_is_computed_from_scratch(
            first in prop::collection::vec(image(), 0..6),
            steps in prop::collection::vec((image(), prop::bool::weighted(0.2)), 0..12),
        ) {
            let mut known: BTreeMap<String, ImagePair> =
                first.iter().map(|pair| (pair.id.clone(), pair.clone())).collect();
            let mut table = AgreementTable::of_boxes(&first, 2, 0.4);
            for (pair, removed) in steps {
                if removed {
                    prop_assert_eq!(table.remove(&pair.id), known.remove(&pair.id).is_some());
                } else {
                    table.replace(&pair);
                    known.insert(pair.id.clone(), pair);
                }
                let pairs: Vec<ImagePair> = known.values().cloned().collect();
                // Classes that went away leave their rows behind.
                let scratch = detection_agreement(&pairs, table.classes, &options(0));
                prop_assert_eq!(table.agreement(), scratch);
                prop_assert_eq!((table.len(), table.is_empty()), (pairs.len(), pairs.is_empty()));
            }
        }
    }

    #[test]
    fn intervals_and_objects_are_the_same_as_from_scratch() {
        let pairs = golden();
        let table = AgreementTable::of_boxes(&pairs, 3, 0.4);
        let scratch = detection_agreement(&pairs, 3, &options(100));
        assert_eq!(table.agreement_with_intervals(&options(100)), scratch);
        let objects: Vec<ObjectPair> = pairs.iter().map(|pair| ObjectPair::of_boxes(pair, 0.4)).collect();
        let mut of_objects = AgreementTable::of_objects(&objects[..2], 3, 0.4);
        of_objects.replace_objects(&objects[2]);
        assert_eq!(of_objects.agreement(), table.agreement());
        assert!(!of_objects.remove("nowhere"));
    }

    #[test]
    fn the_last_of_several_images_with_one_id_counts() {
        let mut pairs = golden();
        pairs.push(ImagePair { id: "1".into(), a: vec![], b: vec![] });
        let table = AgreementTable::of_boxes(&pairs, 3, 0.4);
        assert_eq!(table.len(), 3);
        assert_eq!(table.agreement().counts.boxes_a, 3);
    }
}
