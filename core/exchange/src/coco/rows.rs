//! One row of a COCO file as typed values, with every fault named.

use concord_domain::object::{AttributeValue, Attributes, Tier};
use concord_domain::sample::{Metadata, Provenance};
use concord_geometry::{BBox, Rle};
use serde_json::{Map, Value};

use super::CocoImage;

/// An annotation before its image and class are looked up.
pub(super) struct Annotation {
    pub(super) place: String,
    pub(super) id: Option<i64>,
    pub(super) image: i64,
    pub(super) category: i64,
    pub(super) bbox: BBox,
    pub(super) area: Option<f64>,
    pub(super) iscrowd: bool,
    pub(super) score: Option<f64>,
    pub(super) details: Details,
    pub(super) segmentation: Option<Rle>,
    pub(super) has_outline: bool,
}

/// What stands in `attributes`.
#[derive(Default)]
pub(super) struct Details {
    pub(super) subclass: Option<String>,
    pub(super) tier: Tier,
    pub(super) origin: Option<String>,
    pub(super) attributes: Attributes,
}

/// The place of a row: `annotations[17] (id 5)`, without the id when there is none.
pub(super) fn place(list: &str, index: usize, row: &Value) -> String {
    match row.get("id") {
        Some(id) if !id.is_null() && !id.is_object() && !id.is_array() => format!("{list}[{index}] (id {id})"),
        _ => format!("{list}[{index}]"),
    }
}

/// A whole number: a JSON integer, a float without fraction, or digits in quotes.
pub(super) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => {
            // Every whole double below 2^53 is exact; larger ones are no ids.
            n.as_i64().or_else(|| n.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < 9e15).map(|f| f as i64))
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn required_id(row: &Map<String, Value>, key: &str) -> Result<i64, String> {
    let value = row.get(key).ok_or_else(|| format!("it has no {key}"))?;
    whole(value).ok_or_else(|| format!("its {key} is {}, not a whole number", short(value)))
}

/// A value for a message: at most 40 characters.
fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 40 { text } else { text.chars().take(39).chain(['…']).collect() }
}

fn object(row: &Value) -> Result<&Map<String, Value>, String> {
    row.as_object().ok_or_else(|| format!("it is {}, not an object", short(row)))
}

fn pixels(row: &Map<String, Value>, key: &str, faults: &mut Vec<String>) -> u32 {
    let side = row.get(key).and_then(whole).and_then(|w| u32::try_from(w).ok()).filter(|w| *w > 0);
    side.unwrap_or_else(|| {
        let found = row.get(key).map_or("missing".to_owned(), short);
        faults.push(format!("its {key} is {found}, not a number of pixels; the size counts as unknown"));
        0
    })
}

/// An image row; small faults go to `faults`, an error means that the row is of no use.
pub(super) fn image(row: &Value, faults: &mut Vec<String>) -> Result<CocoImage, String> {
    let row = object(row)?;
    let id = required_id(row, "id")?;
    let named = row.get("file_name").and_then(Value::as_str).filter(|n| !n.is_empty());
    let from_url = || row.get("coco_url").and_then(Value::as_str).and_then(|u| u.rsplit('/').next());
    let file_name = named.or_else(from_url).filter(|n| !n.is_empty()).ok_or("it has no file_name")?;
    let (width, height) = (pixels(row, "width", faults), pixels(row, "height", faults));
    let text = |key: &str| row.get(key).and_then(Value::as_str);
    let metadata: Metadata = row
        .get("metadata")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(k, v)| v.as_str().map(|v| (k.clone(), v.to_owned())))
        .collect();
    Ok(CocoImage {
        id,
        file_name: file_name.replace('\\', "/"),
        width: if height == 0 { 0 } else { width },
        height: if width == 0 { 0 } else { height },
        sample: text("sample").map(str::to_owned),
        provenance: text("provenance").and_then(Provenance::from_name),
        metadata,
    })
}

/// A category row as id and name.
pub(super) fn category(row: &Value) -> Result<(i64, String), String> {
    let row = object(row)?;
    let id = required_id(row, "id")?;
    match row.get("name").and_then(Value::as_str).map(str::trim) {
        Some(name) if !name.is_empty() => Ok((id, name.to_owned())),
        _ => Err("it has no name".to_owned()),
    }
}

/// A row of annotations or results; small faults go to `faults`, an error means that the row is of no use.
pub(super) fn annotation(
    list: &str,
    index: usize,
    row: &Value,
    faults: &mut Vec<String>,
) -> Result<Annotation, String> {
    let place = place(list, index, row);
    let row = object(row)?;
    let (image, category) = (required_id(row, "image_id")?, required_id(row, "category_id")?);
    let bbox = bbox(row)?;
    let segmentation = row.get("segmentation").unwrap_or(&Value::Null);
    let mask = if segmentation.is_object() { rle(segmentation) } else { Ok(None) };
    let segmentation_mask = mask.unwrap_or_else(|fault| {
        faults.push(format!("its mask is left out: {fault}"));
        None
    });
    Ok(Annotation {
        place,
        id: row.get("id").and_then(whole),
        image,
        category,
        bbox,
        area: number(row, "area", faults, |a| a >= 0.0, "an area of 0 or more"),
        iscrowd: row.get("iscrowd").is_some_and(|c| c.as_bool().unwrap_or_else(|| whole(c) == Some(1))),
        score: number(row, "score", faults, |s| (0.0..=1.0).contains(&s), "a score between 0 and 1"),
        details: details(row.get("attributes"), faults),
        segmentation: segmentation_mask,
        has_outline: segmentation.as_array().is_some_and(|polygons| !polygons.is_empty()),
    })
}

fn number(
    row: &Map<String, Value>,
    key: &str,
    faults: &mut Vec<String>,
    accept: impl Fn(f64) -> bool,
    expected: &str,
) -> Option<f64> {
    let value = row.get(key).filter(|v| !v.is_null())?;
    let number = value.as_f64().filter(|n| accept(*n));
    if number.is_none() {
        faults.push(format!("its {key} is {}, not {expected}; it is left out", short(value)));
    }
    number
}

fn bbox(row: &Map<String, Value>) -> Result<BBox, String> {
    let value = row.get("bbox").ok_or("it has no bbox")?;
    let list = value.as_array().ok_or_else(|| format!("its bbox is {}, not a list", short(value)))?;
    let [x, y, w, h] = list.as_slice() else {
        return Err(format!("its bbox has {} numbers instead of 4", list.len()));
    };
    let mut numbers = [0.0; 4];
    for (i, (slot, value)) in numbers.iter_mut().zip([x, y, w, h]).enumerate() {
        *slot = value.as_f64().filter(|n| n.is_finite()).ok_or_else(|| {
            let note = if value.is_null() { " (null, NaN or infinite)" } else { "" };
            format!("bbox[{i}] is {}, not a finite number{note}", short(value))
        })?;
    }
    let [x, y, width, height] = numbers;
    BBox::from_xywh(x, y, width, height).map_err(|e| e.to_string())
}

fn rle(value: &Value) -> Result<Option<Rle>, String> {
    let size: Vec<Option<u32>> = value
        .get("size")
        .and_then(Value::as_array)
        .map(|s| s.iter().map(|v| whole(v).and_then(|w| u32::try_from(w).ok())).collect())
        .unwrap_or_default();
    let [Some(height), Some(width)] = size[..] else {
        return Err("its size is not [height, width]".to_owned());
    };
    match value.get("counts") {
        Some(Value::String(text)) => Rle::from_coco_string(width, height, text).map(Some).map_err(|e| e.to_string()),
        Some(Value::Array(list)) => {
            let runs: Option<Vec<u32>> =
                list.iter().map(|v| v.as_u64().and_then(|run| u32::try_from(run).ok())).collect();
            let counts = runs.ok_or("its counts are not whole numbers")?;
            let sum: u64 = counts.iter().map(|&run| u64::from(run)).sum();
            let area = u64::from(height) * u64::from(width);
            if sum != area {
                return Err(format!("the runs cover {sum} pixels but the mask has {area}"));
            }
            Ok(Some(Rle { height, width, counts }))
        }
        _ => Err("its counts are neither a text nor a list".to_owned()),
    }
}

fn details(value: Option<&Value>, faults: &mut Vec<String>) -> Details {
    let mut details = Details::default();
    let Some(value) = value.filter(|v| !v.is_null()) else { return details };
    let Some(map) = value.as_object() else {
        // Some tools write an empty list for "none".
        if value.as_array().is_none_or(|a| !a.is_empty()) {
            faults.push(format!("its attributes are {}, not an object; they are left out", short(value)));
        }
        return details;
    };
    for (name, value) in map {
        match (name.as_str(), value) {
            (_, Value::Null) => {}
            ("subclass", Value::String(text)) => details.subclass = Some(text.clone()).filter(|t| !t.is_empty()),
            ("origin", Value::String(text)) => details.origin = Some(text.clone()),
            ("tier", Value::String(text)) if Tier::ALL.iter().any(|t| t.name() == text) => {
                details.tier = Tier::ALL.into_iter().find(|t| t.name() == text).unwrap_or_default();
            }
            ("subclass" | "origin" | "tier", other) => {
                faults.push(format!("its {name} is {}, which has no meaning here; it is left out", short(other)));
            }
            (_, Value::Bool(flag)) => {
                details.attributes.insert(name.clone(), AttributeValue::Flag(*flag));
            }
            (_, Value::String(text)) => {
                details.attributes.insert(name.clone(), AttributeValue::Text(text.clone()));
            }
            (_, Value::Number(number)) => {
                details.attributes.extend(number.as_f64().map(|n| (name.clone(), AttributeValue::Number(n))));
            }
            (_, other) => faults.push(format!("its attribute {name} is {}; it is left out", short(other))),
        }
    }
    details
}
