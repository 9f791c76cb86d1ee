//! Reading datasets and results: rows are collected in file order, then images and classes are looked up.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use serde_json::Value;

use super::document::{Dataset, List, Rows};
use super::rows::{self, Annotation, Category, ImageRow, RelationRow};
use super::{CocoDataset, CocoObject, CocoRelation, CocoResults};
use crate::lenient::{Cleaned, utf8};
use crate::{ExchangeError, Problem};

const EXPECTED: &str = "a COCO dataset";
const EXPECTED_RESULTS: &str = "a list of COCO results";

/// Reads a COCO dataset; `name` names the file in messages.
///
/// Rows that are of no use are left out and named in [`CocoDataset::problems`]: without or with a second use of an id,
/// with an unknown image or category, with nothing that tells where the object is. A geometry that cannot be used is
/// named too, and the next in the order of [`super`] stands in; one that leaves the image is kept. A second image of the same file name and size is the first one again: its annotations count for
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

/// Reads a list of results (`image_id`, `category_id`, `bbox` or `segmentation` or `keypoints`, `score`) over the images and categories of a dataset.
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
                let told = faults.iter().position(|f| f.starts_with("its score"));
                return Err(told.map_or_else(|| "it has no score".to_owned(), |at| faults.remove(at)));
            }
            resolve(annotation, &image_of_id, dataset, &mut faults)
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
    relations: Vec<(String, usize, RelationRow)>,
}

impl Reader {
    fn problems(&mut self, place: &str, causes: impl IntoIterator<Item = String>) {
        self.dataset.problems.extend(causes.into_iter().map(|cause| Problem::new(place, cause)));
    }

    fn add_image(&mut self, row: ImageRow, place: &str) -> Result<(), String> {
        let ImageRow { image, relations } = row;
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
        self.relations.extend(relations.into_iter().map(|relation| (place.to_owned(), next, relation)));
        Ok(())
    }

    fn add_category(&mut self, category: Category) -> Result<(), String> {
        let Category { id, name, skeleton } = category;
        let classes = &mut self.dataset.classes;
        let known = classes.iter().position(|c| *c == name);
        let btree_map::Entry::Vacant(free) = self.dataset.class_of_category.entry(id) else {
            return Err(format!("another category has the same id; \"{name}\" is left out"));
        };
        free.insert(known.unwrap_or(classes.len()));
        if known.is_some() {
            return Err(format!("the name \"{name}\" stands twice; both count as one class"));
        }
        self.dataset.skeletons.extend(skeleton.map(|skeleton| (name.clone(), skeleton)));
        classes.push(name);
        Ok(())
    }

    fn add_annotation(&mut self, annotation: Annotation) -> Result<(), String> {
        if let Some(id) = annotation.id
            && !self.annotation_ids.insert(id)
        {
            return Err("another annotation has the same id; this one is left out".to_owned());
        }
        self.annotations.push(annotation);
        Ok(())
    }

    fn finish(mut self) -> CocoDataset {
        for annotation in std::mem::take(&mut self.annotations) {
            let place = annotation.place.clone();
            let mut faults = Vec::new();
            let object = resolve(annotation, &self.image_of_id, &self.dataset, &mut faults);
            self.problems(&place, faults);
            match object {
                Ok(object) => self.dataset.objects.push(object),
                Err(cause) => self.problems(&place, [cause]),
            }
        }
        self.tie();
        self.dataset
    }

    /// Looks up the objects of the relations.
    fn tie(&mut self) {
        let objects = self.dataset.objects.iter().enumerate();
        let at: BTreeMap<(usize, i64), usize> = objects.filter_map(|(i, o)| Some(((o.image, o.id?), i))).collect();
        for (place, image, RelationRow { from, kind, to }) in std::mem::take(&mut self.relations) {
            match (at.get(&(image, from)), at.get(&(image, to))) {
                (Some(&from), Some(&to)) => {
                    self.dataset.relations.insert(CocoRelation { from, kind, to });
                }
                (found, _) => {
                    let missing = if found.is_none() { from } else { to };
                    let cause = format!(
                        "its relation \"{kind}\" from {from} to {to} is left out: it has no annotation {missing}"
                    );
                    self.problems(&place, [cause]);
                }
            }
        }
    }
}

impl Rows for Reader {
    fn image(&mut self, index: usize, row: Value) {
        let place = rows::place("images", index, &row);
        let mut faults = Vec::new();
        let added = rows::image(&row, &mut faults).and_then(|row| self.add_image(row, &place));
        self.problems(&place, faults.into_iter().chain(added.err()));
    }

    fn category(&mut self, index: usize, row: Value) {
        let place = rows::place("categories", index, &row);
        let mut faults = Vec::new();
        let added = rows::category(&row, &mut faults).and_then(|category| self.add_category(category));
        self.problems(&place, faults.into_iter().chain(added.err()));
    }

    fn annotation(&mut self, index: usize, row: Value) {
        let place = rows::place("annotations", index, &row);
        let mut faults = Vec::new();
        let added = rows::annotation("annotations", index, &row, &mut faults).and_then(|a| self.add_annotation(a));
        self.problems(&place, faults.into_iter().chain(added.err()));
    }
}

fn resolve(
    a: Annotation,
    image_of_id: &BTreeMap<i64, usize>,
    dataset: &CocoDataset,
    faults: &mut Vec<String>,
) -> Result<CocoObject, String> {
    let image = *image_of_id.get(&a.image).ok_or_else(|| format!("there is no image with id {}", a.image))?;
    let class = dataset.class_of_category.get(&a.category).and_then(|i| dataset.classes.get(*i));
    let class = class.ok_or_else(|| format!("there is no category with id {}", a.category))?.clone();
    let (geometry, file_bbox) = a.shapes.resolve(&dataset.images[image], dataset.skeletons.get(&class), faults)?;
    Ok(CocoObject {
        id: a.id,
        image,
        class,
        geometry,
        file_bbox,
        area: a.area,
        iscrowd: a.iscrowd,
        score: a.score,
        subclass: a.details.subclass,
        tier: a.details.tier,
        origin: a.details.origin,
        attributes: a.details.attributes,
        group: a.group,
        place: a.place,
    })
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "geometry_tests.rs"]
mod geometry_tests;
