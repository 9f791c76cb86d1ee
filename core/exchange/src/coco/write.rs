//! Writing datasets: keys in a fixed order, one row a line, shortest numbers that read back exactly.

use std::collections::BTreeSet;

use concord_domain::object::AttributeValue;
use concord_geometry::BBox;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{CocoDataset, CocoImage, CocoObject};
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
    attributes: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<&'a f64>,
}

#[derive(Serialize)]
struct Segmentation {
    size: [u32; 2],
    counts: String,
}

#[derive(Serialize)]
struct CategoryRow<'a> {
    id: usize,
    name: &'a str,
    supercategory: &'a str,
}

/// Writes a dataset; images, objects and classes keep their order, category ids count from 1 in order of the classes.
///
/// `area` is the stored one, else that of the mask, else width times height. Boxes are written as `x, y, width, height`
/// such that adding them gives the same corners wherever a double allows that. Lost are numbers that are not finite and
/// attributes named `subclass`, `tier` or `origin`, for these names mean something else here; each loss is named.
///
/// # Errors
/// [`ExchangeError::Invalid`] when an id is below 1 or used twice, an object names an image or class that is not
/// there, or a class stands twice. [`CocoDataset::renumber`] gives proper ids.
pub fn write_dataset(dataset: &CocoDataset, info: &CocoInfo) -> Result<CocoText, ExchangeError> {
    check_ids("image", dataset.images.iter().map(|i| Some(i.id)))?;
    check_ids("object", dataset.objects.iter().map(|o| o.id))?;
    let classes: std::collections::BTreeMap<&str, usize> =
        dataset.classes.iter().enumerate().map(|(i, c)| (c.as_str(), i + 1)).collect();
    if classes.len() != dataset.classes.len() {
        return Err(ExchangeError::invalid("the COCO dataset", "a class stands twice"));
    }
    let mut losses = Vec::new();
    let mut text = format!("{{\"info\":{},\n\"licenses\":[],\n", json(info));
    list(&mut text, "images", dataset.images.iter().map(|i| json(&image_row(i))));
    text.push_str(",\n");
    let mut rows = Vec::with_capacity(dataset.objects.len());
    for object in &dataset.objects {
        let missing = |what: &str| {
            ExchangeError::invalid("the COCO dataset", format!("object {:?} names {what} that is not there", object.id))
        };
        let image = dataset.images.get(object.image).ok_or_else(|| missing("an image"))?;
        let category = *classes.get(object.class.as_str()).ok_or_else(|| missing("a class"))?;
        rows.push(json(&annotation_row(object, image.id, category, &mut losses)));
    }
    list(&mut text, "annotations", rows.into_iter());
    text.push_str(",\n");
    let category = |(i, name): (usize, &String)| json(&CategoryRow { id: i + 1, name, supercategory: "" });
    list(&mut text, "categories", dataset.classes.iter().enumerate().map(category));
    text.push_str("}\n");
    Ok(CocoText { text, losses })
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
            let why = format!("the {what} id {id} is below 1 or used twice");
            return Err(ExchangeError::invalid("the COCO dataset", why));
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

fn image_row(image: &CocoImage) -> ImageRow<'_> {
    ImageRow {
        id: image.id,
        width: image.width,
        height: image.height,
        file_name: &image.file_name,
        sample: image.sample.as_deref(),
        provenance: image.provenance.map(concord_domain::sample::Provenance::name),
        metadata: Some(&image.metadata).filter(|m| !m.is_empty()),
    }
}

fn annotation_row<'a>(
    object: &'a CocoObject,
    image_id: i64,
    category_id: usize,
    losses: &mut Vec<Problem>,
) -> AnnotationRow<'a> {
    let [x, y, width, height] = extent(&object.bbox);
    let mask_area = || object.segmentation.as_ref().map(|mask| mask.area_px() as f64);
    let id = object.id.unwrap_or_default();
    AnnotationRow {
        id,
        image_id,
        category_id,
        bbox: [x, y, width, height],
        area: object.area.filter(|a| a.is_finite()).or_else(mask_area).unwrap_or(width * height),
        iscrowd: u8::from(object.iscrowd),
        segmentation: object
            .segmentation
            .as_ref()
            .map(|mask| Segmentation { size: [mask.height, mask.width], counts: mask.to_coco_string() }),
        attributes: attributes(object, &format!("object {id}"), losses),
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
