//! Writing datasets: keys in a fixed order, one row a line, shortest numbers that read back exactly.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::object::AttributeValue;
use concord_geometry::{BBox, Geometry, Size};
use serde::Serialize;
use serde_json::{Map, Value};

use super::form::{Form, Segmentation, area_px};
use super::shape::lies_at;
use super::{CocoDataset, CocoImage, CocoObject, CocoRelation, CocoSkeleton};
use crate::{ExchangeError, Problem};

/// The `info` of a dataset; it bears no date, so that equal data give equal bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CocoInfo {
    /// What the dataset is.
    pub description: String,
    /// Its version.
    pub version: String,
}

/// A written dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct CocoText {
    /// The JSON, UTF-8 with LF, ended by LF.
    pub text: String,
    /// What the format cannot carry and was left out.
    pub losses: Vec<Problem>,
}

#[derive(Serialize)]
struct ImageRow<'a> {
    id: i64,
    width: u32,
    height: u32,
    file_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sample: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a concord_domain::sample::Metadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a BTreeSet<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_empty: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relations: Vec<RelationRow<'a>>,
}

#[derive(Serialize)]
struct RelationRow<'a> {
    from: i64,
    kind: &'a str,
    to: i64,
}

#[derive(Serialize)]
struct AnnotationRow<'a> {
    id: i64,
    image_id: i64,
    category_id: usize,
    bbox: [f64; 4],
    area: f64,
    iscrowd: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    segmentation: Option<Segmentation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keypoints: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_keypoints: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    geometry: Option<&'a Geometry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    attributes: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<&'a f64>,
}

#[derive(Serialize)]
struct CategoryRow<'a> {
    id: usize,
    name: &'a str,
    supercategory: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    keypoints: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skeleton: Option<Vec<[usize; 2]>>,
}

/// Writes a dataset; images, objects and classes keep their order, category ids count from 1 in order of the classes.
///
/// `bbox` and `area` are those that the file told, where the object has them, else those of the geometry; a told box
/// that would void a key of our own gives way to the bounds. Lines and points have the area of their box. Boxes are written as `x, y, width, height` such that adding them gives the same
/// corners wherever a double allows that. What COCO has no form for stands in keys of its own (see [`super`]), so that
/// [`super::read_dataset`] gives back every geometry to the last bit. Lost are masks that do not have the size of their
/// image, numbers that are not finite and attributes named `subclass`, `tier` or `origin`, for these names mean
/// something else here; each loss is named.
///
/// # Errors
/// [`ExchangeError::Invalid`] when an id is below 1 or used twice, an object names an image or class that is not
/// there, a class stands twice, a skeleton joins points that it lacks or a relation objects that are not there or on
/// two images. [`CocoDataset::renumber`] gives proper ids.
pub fn write_dataset(dataset: &CocoDataset, info: &CocoInfo) -> Result<CocoText, ExchangeError> {
    check_ids("image", dataset.images.iter().map(|i| Some(i.id)))?;
    check_ids("object", dataset.objects.iter().map(|o| o.id))?;
    let mut relations = relation_rows(dataset)?;
    let mut losses = Vec::new();
    let mut text = format!("{{\"info\":{},\n\"licenses\":[],\n", json(info));
    let image = |(i, image)| json(&image_row(image, relations.remove(&i).unwrap_or_default()));
    list(&mut text, "images", dataset.images.iter().enumerate().map(image));
    text.push_str(",\n");
    list(&mut text, "annotations", annotations(dataset, &mut losses)?.into_iter());
    text.push_str(",\n");
    let categories: Result<Vec<String>, ExchangeError> =
        (1..).zip(&dataset.classes).map(|(id, name)| category(id, name, dataset.skeletons.get(name))).collect();
    list(&mut text, "categories", categories?.into_iter());
    text.push_str("}\n");
    Ok(CocoText { text, losses })
}

fn annotations(dataset: &CocoDataset, losses: &mut Vec<Problem>) -> Result<Vec<String>, ExchangeError> {
    let classes: BTreeMap<&str, usize> = (1..).zip(&dataset.classes).map(|(id, name)| (name.as_str(), id)).collect();
    if classes.len() != dataset.classes.len() {
        return Err(invalid("a class stands twice"));
    }
    let row = |object: &CocoObject| {
        let missing = |what: &str| invalid(format!("object {:?} names {what} that is not there", object.id));
        let image = dataset.images.get(object.image).ok_or_else(|| missing("an image"))?;
        let category = *classes.get(object.class.as_str()).ok_or_else(|| missing("a class"))?;
        Ok(json(&annotation_row(object, image, category, dataset.skeletons.get(&object.class), losses)))
    };
    dataset.objects.iter().map(row).collect()
}

fn invalid(why: impl Into<String>) -> ExchangeError {
    ExchangeError::invalid("the COCO dataset", why)
}

/// The relations by position of their image.
fn relation_rows(dataset: &CocoDataset) -> Result<BTreeMap<usize, Vec<RelationRow<'_>>>, ExchangeError> {
    let mut rows: BTreeMap<usize, Vec<RelationRow<'_>>> = BTreeMap::new();
    for relation in &dataset.relations {
        let end = |at: usize| dataset.objects.get(at).map(|o| (o.image, o.id.unwrap_or_default()));
        match (end(relation.from), end(relation.to)) {
            (Some((image, from)), Some((same, to))) if image == same => {
                rows.entry(image).or_default().push(RelationRow { from, kind: &relation.kind, to });
            }
            _ => {
                let CocoRelation { from, kind, to } = relation;
                return Err(invalid(format!(
                    "the relation \"{kind}\" ties objects [{from}] and [{to}] of no one image"
                )));
            }
        }
    }
    Ok(rows)
}

fn category(id: usize, name: &str, skeleton: Option<&CocoSkeleton>) -> Result<String, ExchangeError> {
    let links = |s: &CocoSkeleton| {
        s.numbered_links().ok_or_else(|| invalid(format!("the skeleton of {name} joins a point that it lacks")))
    };
    let (keypoints, skeleton) = (skeleton.map(|s| s.points.as_slice()), skeleton.map(links).transpose()?);
    Ok(json(&CategoryRow { id, name, supercategory: "", keypoints, skeleton }))
}

/// `[x, y, width, height]` of a box, such that `x + width` gives the right edge again wherever a double allows that.
pub(crate) fn extent(bbox: &BBox) -> [f64; 4] {
    let side = |low: f64, high: f64| {
        let side = high - low;
        let exact = [side, side.next_up(), side.next_down()].into_iter().find(|s| low + s == high && *s >= 0.0);
        exact.unwrap_or(side)
    };
    [bbox.x1(), bbox.y1(), side(bbox.x1(), bbox.x2()), side(bbox.y1(), bbox.y2())]
}

fn check_ids(what: &str, ids: impl Iterator<Item = Option<i64>>) -> Result<(), ExchangeError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        let id = id.unwrap_or(0);
        if id < 1 || !seen.insert(id) {
            return Err(invalid(format!("the {what} id {id} is below 1 or used twice")));
        }
    }
    Ok(())
}

/// JSON of a row; its values are finite numbers and texts, which always serialise.
fn json(row: &impl Serialize) -> String {
    serde_json::to_string(row).unwrap_or_default()
}

fn list(text: &mut String, name: &str, rows: impl Iterator<Item = String>) {
    text.extend(["\"", name, "\":["]);
    for (i, row) in rows.enumerate() {
        text.push_str(if i == 0 { "\n" } else { ",\n" });
        text.push_str(&row);
    }
    text.push(']');
}

fn image_row<'a>(image: &'a CocoImage, relations: Vec<RelationRow<'a>>) -> ImageRow<'a> {
    ImageRow {
        id: image.id,
        width: image.width,
        height: image.height,
        file_name: &image.file_name,
        sample: image.sample.as_deref(),
        provenance: image.provenance.map(concord_domain::sample::Provenance::name),
        metadata: Some(&image.metadata).filter(|m| !m.is_empty()),
        tags: Some(&image.tags).filter(|t| !t.is_empty()),
        confirmed_empty: image.confirmed_empty.then_some(true),
        relations,
    }
}

fn annotation_row<'a>(
    object: &'a CocoObject,
    image: &CocoImage,
    category_id: usize,
    skeleton: Option<&CocoSkeleton>,
    losses: &mut Vec<Problem>,
) -> AnnotationRow<'a> {
    let id = object.id.unwrap_or_default();
    let place = format!("object {id}");
    let size = Size::new(image.width, image.height);
    let mut form = Form::of(&object.geometry, size, skeleton);
    if let Some(Segmentation::Runs(mask)) = &form.segmentation
        && image.width != 0
        && (mask.width, mask.height) != (size.width, size.height)
    {
        let (width, height) = (mask.width, mask.height);
        let cause = format!("its mask is {width} × {height} px and the image {} × {} px", size.width, size.height);
        losses.push(Problem::new(&place, cause));
        form = Form::default();
    }
    // Beside a box elsewhere, the geometry of the own key would not stand.
    let is_elsewhere = form.geometry.is_some_and(|own| !lies_at(own, &object.bbox()));
    let bbox = extent(&if is_elsewhere { object.geometry.bounds() } else { object.bbox() });
    AnnotationRow {
        id,
        image_id: image.id,
        category_id,
        bbox,
        area: object.area.filter(|a| a.is_finite()).unwrap_or_else(|| area_px(&object.geometry, bbox)),
        iscrowd: u8::from(object.iscrowd),
        segmentation: form.segmentation,
        keypoints: form.keypoints,
        num_keypoints: form.num_keypoints,
        geometry: form.geometry,
        group: object.group.as_deref(),
        attributes: attributes(object, &place, losses),
        score: object.score.as_ref().filter(|s| s.is_finite()),
    }
}

fn attributes(object: &CocoObject, place: &str, losses: &mut Vec<Problem>) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, value) in &object.attributes {
        let json = match value {
            _ if matches!(name.as_str(), "subclass" | "tier" | "origin") => {
                losses.push(Problem::new(place, format!("an attribute cannot be named {name} in this format")));
                continue;
            }
            AttributeValue::Flag(flag) => Value::Bool(*flag),
            AttributeValue::Text(text) => Value::String(text.clone()),
            AttributeValue::Number(number) => {
                if let Some(number) = serde_json::Number::from_f64(*number) {
                    Value::Number(number)
                } else {
                    losses.push(Problem::new(place, format!("{name} is {number}, which JSON cannot hold")));
                    continue;
                }
            }
        };
        map.insert(name.clone(), json);
    }
    map.extend(object.subclass.iter().map(|s| ("subclass".to_owned(), Value::String(s.clone()))));
    map.insert("tier".to_owned(), Value::String(object.tier.name().to_owned()));
    map.extend(object.origin.iter().map(|o| ("origin".to_owned(), Value::String(o.clone()))));
    map
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "golden_tests.rs"]
mod golden_tests;
