//! One row of a COCO file as typed values, with every fault named.

use std::collections::BTreeSet;

use concord_domain::object::{AttributeValue, Attributes, Tier};
use concord_domain::sample::{Metadata, Provenance};
use serde_json::{Map, Value};

use super::shape::Shapes;
use super::{CocoImage, CocoSkeleton};

/// An annotation before its image and class are looked up.
pub(super) struct Annotation {
    pub(super) place: String,
    pub(super) id: Option<i64>,
    pub(super) image: i64,
    pub(super) category: i64,
    pub(super) shapes: Shapes,
    pub(super) area: Option<f64>,
    pub(super) iscrowd: bool,
    pub(super) score: Option<f64>,
    pub(super) details: Details,
    pub(super) group: Option<String>,
}

/// An image with its relations before their objects are looked up.
pub(super) struct ImageRow {
    pub(super) image: CocoImage,
    pub(super) relations: Vec<RelationRow>,
}

/// A relation between two annotations, by their ids.
pub(super) struct RelationRow {
    pub(super) from: i64,
    pub(super) kind: String,
    pub(super) to: i64,
}

/// A category.
pub(super) struct Category {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) skeleton: Option<CocoSkeleton>,
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
pub(super) fn short(value: &Value) -> String {
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
pub(super) fn image(row: &Value, faults: &mut Vec<String>) -> Result<ImageRow, String> {
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
    let image = CocoImage {
        id,
        file_name: file_name.replace('\\', "/"),
        width: if height == 0 { 0 } else { width },
        height: if width == 0 { 0 } else { height },
        sample: text("sample").map(str::to_owned),
        provenance: text("provenance").and_then(Provenance::from_name),
        metadata,
        tags: tags(row, faults),
        confirmed_empty: row.get("confirmed_empty").and_then(Value::as_bool).unwrap_or_default(),
    };
    Ok(ImageRow { image, relations: relations(row, faults) })
}

/// The list under a key; empty when there is none, and a fault when it is something else.
fn list<'a>(row: &'a Map<String, Value>, key: &str, faults: &mut Vec<String>) -> &'a [Value] {
    match row.get(key) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list,
        Some(other) => {
            faults.push(format!("its {key} are {}, not a list; they are left out", short(other)));
            &[]
        }
    }
}

fn tags(row: &Map<String, Value>, faults: &mut Vec<String>) -> BTreeSet<String> {
    let mut tags = BTreeSet::new();
    for tag in list(row, "tags", faults) {
        match tag {
            Value::String(text) if !text.is_empty() => {
                tags.insert(text.clone());
            }
            other => faults.push(format!("its tag {} is no text; it is left out", short(other))),
        }
    }
    tags
}

fn relations(row: &Map<String, Value>, faults: &mut Vec<String>) -> Vec<RelationRow> {
    let relation = |value: &Value| {
        let row = object(value)?;
        let kind = row.get("kind").and_then(Value::as_str).filter(|k| !k.is_empty()).ok_or("it has no kind")?;
        Ok(RelationRow { from: required_id(row, "from")?, kind: kind.to_owned(), to: required_id(row, "to")? })
    };
    let mut relations = Vec::new();
    for value in list(row, "relations", faults) {
        match relation(value) {
            Ok(relation) => relations.push(relation),
            Err::<_, String>(why) => faults.push(format!("its relation {} is left out: {why}", short(value))),
        }
    }
    relations
}

/// A category row; small faults go to `faults`, an error means that the row is of no use.
pub(super) fn category(row: &Value, faults: &mut Vec<String>) -> Result<Category, String> {
    let row = object(row)?;
    let id = required_id(row, "id")?;
    match row.get("name").and_then(Value::as_str).map(str::trim) {
        Some(name) if !name.is_empty() => {
            Ok(Category { id, name: name.to_owned(), skeleton: CocoSkeleton::read(row, faults) })
        }
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
    Ok(Annotation {
        place,
        id: row.get("id").and_then(whole),
        image,
        category,
        shapes: Shapes::read(row, faults)?,
        area: number(row, "area", faults, |a| a >= 0.0, "an area of 0 or more"),
        iscrowd: row.get("iscrowd").is_some_and(|c| c.as_bool().unwrap_or_else(|| whole(c) == Some(1))),
        score: number(row, "score", faults, |s| (0.0..=1.0).contains(&s), "a score between 0 and 1"),
        details: details(row.get("attributes"), faults),
        group: group(row, faults),
    })
}

/// The name of the group; numbers, as other tools give them, count as names.
fn group(row: &Map<String, Value>, faults: &mut Vec<String>) -> Option<String> {
    match row.get("group")? {
        Value::Null => None,
        Value::String(name) => Some(name.clone()).filter(|n| !n.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        other => {
            faults.push(format!("its group is {}, not a name; it is left out", short(other)));
            None
        }
    }
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
