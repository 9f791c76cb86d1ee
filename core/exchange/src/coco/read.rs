//! Reading datasets and results: rows are collected in file order, then images and classes are looked up.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use serde_json::Value;

use super::document::{Dataset, List, Rows};
use super::rows::{self, Annotation};
use super::{CocoDataset, CocoImage, CocoObject, CocoResults};
use crate::lenient::{Cleaned, utf8};
use crate::{ExchangeError, Problem};

const EXPECTED: &str = "a COCO dataset";
const EXPECTED_RESULTS: &str = "a list of COCO results";

/// Reads a COCO dataset; `name` names the file in messages.
///
/// Rows that are of no use are left out and named in [`CocoDataset::problems`]: without or with a second use of an id,
/// with an unknown image or category, with a box that is missing, too short, inverted or not finite. A box that leaves
/// the image is kept. A second image of the same file name and size is the first one again: its annotations count for
/// that. NaN and infinities, as Python writes them, spoil only their row.
///
/// # Errors
/// [`ExchangeError::Json`] when the text is no JSON, [`ExchangeError::Format`] when it is no dataset object. A file
/// without any of the three lists is no dataset; with some of them missing, the others count.
pub fn read_dataset(name: &str, bytes: &[u8]) -> Result<CocoDataset, ExchangeError> {
    let cleaned = Cleaned::new(utf8(name, bytes)?);
    let mut reader = Reader::default();
    let seen = cleaned.parse(name, EXPECTED, Dataset(&mut reader))?;
    if seen == [false; 3] {
        let why = "it has neither images nor annotations nor categories".to_owned();
        return Err(ExchangeError::Format { name: name.to_owned(), expected: EXPECTED, why });
    }
    for (there, list) in seen.into_iter().zip(["images", "annotations", "categories"]) {
        if !there {
            reader.dataset.problems.insert(0, Problem::new(name, format!("the list \"{list}\" is missing")));
        }
    }
    Ok(reader.finish())
}

/// Reads a list of results (`image_id`, `category_id`, `bbox`, `score`) over the images and categories of a dataset.
///
/// Rows that are of no use, such as one without a score between 0 and 1, are left out and named in
/// [`CocoResults::problems`]. An empty list is fine.
///
/// # Errors
/// [`ExchangeError::Json`] when the text is no JSON, [`ExchangeError::Format`] when it is no list.
pub fn read_results(name: &str, bytes: &[u8], dataset: &CocoDataset) -> Result<CocoResults, ExchangeError> {
    let cleaned = Cleaned::new(utf8(name, bytes)?);
    let image_of_id: BTreeMap<i64, usize> = dataset.images.iter().enumerate().map(|(i, m)| (m.id, i)).collect();
    let mut results = CocoResults::default();
    let take = |index: usize, row: Value| {
        let place = rows::place("results", index, &row);
        let mut faults = Vec::new();
        let object = rows::annotation("results", index, &row, &mut faults).and_then(|annotation| {
            if annotation.score.is_none() {
                return Err(faults.pop().unwrap_or_else(|| "it has no score".to_owned()));
            }
            resolve(annotation, &image_of_id, dataset)
        });
        results.problems.extend(faults.into_iter().map(|cause| Problem::new(&place, cause)));
        match object {
            Ok(object) => results.objects.push(object),
            Err(cause) => results.problems.push(Problem::new(place, cause)),
        }
    };
    cleaned.parse(name, EXPECTED_RESULTS, List { name: EXPECTED_RESULTS, take })?;
    Ok(results)
}

#[derive(Default)]
struct Reader {
    dataset: CocoDataset,
    annotations: Vec<Annotation>,
    annotation_ids: BTreeSet<i64>,
    image_of_id: BTreeMap<i64, usize>,
    image_of_name: BTreeMap<String, usize>,
}

impl Reader {
    fn problems(&mut self, place: &str, causes: impl IntoIterator<Item = String>) {
        self.dataset.problems.extend(causes.into_iter().map(|cause| Problem::new(place, cause)));
    }

    fn add_image(&mut self, image: CocoImage) -> Result<(), String> {
        let next = self.dataset.images.len();
        let btree_map::Entry::Vacant(free) = self.image_of_id.entry(image.id) else {
            return Err("another image has the same id; this one is left out".to_owned());
        };
        if let Some(&first) = self.image_of_name.get(&image.file_name) {
            let same = &self.dataset.images[first];
            let name = &image.file_name;
            if (same.width, same.height) == (image.width, image.height) {
                free.insert(first);
                return Err(format!("\"{name}\" is image {} already; its annotations count for that one", same.id));
            }
            return Err(format!("\"{name}\" is image {} already, of another size; this one is left out", same.id));
        }
        free.insert(next);
        self.image_of_name.insert(image.file_name.clone(), next);
        self.dataset.images.push(image);
        Ok(())
    }

    fn add_category(&mut self, id: i64, name: String) -> Result<(), String> {
        let classes = &mut self.dataset.classes;
        let known = classes.iter().position(|c| *c == name);
        let btree_map::Entry::Vacant(free) = self.dataset.class_of_category.entry(id) else {
            return Err(format!("another category has the same id; \"{name}\" is left out"));
        };
        free.insert(known.unwrap_or(classes.len()));
        if known.is_some() {
            return Err(format!("the name \"{name}\" stands twice; both count as one class"));
        }
        classes.push(name);
        Ok(())
    }

    fn add_annotation(&mut self, annotation: Annotation) -> Result<(), String> {
        if let Some(id) = annotation.id
            && !self.annotation_ids.insert(id)
        {
            return Err("another annotation has the same id; this one is left out".to_owned());
        }
        self.dataset.outlines += u64::from(annotation.has_outline);
        self.annotations.push(annotation);
        Ok(())
    }

    fn finish(mut self) -> CocoDataset {
        for annotation in std::mem::take(&mut self.annotations) {
            let place = annotation.place.clone();
            match resolve(annotation, &self.image_of_id, &self.dataset) {
                Ok(mut object) => {
                    let fault = drop_misfit_mask(&mut object, &self.dataset.images);
                    self.problems(&place, fault);
                    self.dataset.objects.push(object);
                }
                Err(cause) => self.problems(&place, [cause]),
            }
        }
        self.dataset
    }
}

impl Rows for Reader {
    fn image(&mut self, index: usize, row: Value) {
        let place = rows::place("images", index, &row);
        let mut faults = Vec::new();
        let added = rows::image(&row, &mut faults).and_then(|image| self.add_image(image));
        self.problems(&place, faults.into_iter().chain(added.err()));
    }

    fn category(&mut self, index: usize, row: Value) {
        let place = rows::place("categories", index, &row);
        let added = rows::category(&row).and_then(|(id, name)| self.add_category(id, name));
        self.problems(&place, added.err());
    }

    fn annotation(&mut self, index: usize, row: Value) {
        let place = rows::place("annotations", index, &row);
        let mut faults = Vec::new();
        let added = rows::annotation("annotations", index, &row, &mut faults).and_then(|a| self.add_annotation(a));
        self.problems(&place, faults.into_iter().chain(added.err()));
    }
}

fn resolve(a: Annotation, image_of_id: &BTreeMap<i64, usize>, dataset: &CocoDataset) -> Result<CocoObject, String> {
    let image = *image_of_id.get(&a.image).ok_or_else(|| format!("there is no image with id {}", a.image))?;
    let class = dataset.class_of_category.get(&a.category).and_then(|i| dataset.classes.get(*i));
    let class = class.ok_or_else(|| format!("there is no category with id {}", a.category))?.clone();
    Ok(CocoObject {
        id: a.id,
        image,
        class,
        bbox: a.bbox,
        area: a.area,
        iscrowd: a.iscrowd,
        score: a.score,
        subclass: a.details.subclass,
        tier: a.details.tier,
        origin: a.details.origin,
        attributes: a.details.attributes,
        segmentation: a.segmentation,
        place: a.place,
    })
}

fn drop_misfit_mask(object: &mut CocoObject, images: &[CocoImage]) -> Option<String> {
    let image = &images[object.image];
    let mask = object.segmentation.as_ref()?;
    if image.width == 0 || (mask.width, mask.height) == (image.width, image.height) {
        return None;
    }
    let cause = format!(
        "its mask is left out: it is {} × {} px and the image {} × {} px",
        mask.width, mask.height, image.width, image.height
    );
    object.segmentation = None;
    Some(cause)
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
