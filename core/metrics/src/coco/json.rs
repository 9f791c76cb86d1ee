//! Reading the parts of COCO JSON that an evaluation of boxes needs.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::input::Input;
use crate::error::{MetricsError, Source};

#[derive(Deserialize)]
struct GroundTruthFile {
    images: Vec<Identified>,
    #[serde(default)]
    annotations: Vec<Annotation>,
    categories: Vec<Identified>,
}

#[derive(Deserialize)]
struct Identified {
    #[serde(deserialize_with = "whole")]
    id: u64,
}

#[derive(Deserialize)]
struct Annotation {
    #[serde(deserialize_with = "whole")]
    image_id: u64,
    #[serde(deserialize_with = "whole")]
    category_id: u64,
    #[serde(default)]
    bbox: Option<[f64; 4]>,
    #[serde(default)]
    area: Option<f64>,
    #[serde(default, deserialize_with = "flag")]
    iscrowd: bool,
}

#[derive(Deserialize)]
struct DetectionFile {
    annotations: Vec<Detection>,
}

#[derive(Deserialize)]
struct Detection {
    #[serde(deserialize_with = "whole")]
    image_id: u64,
    #[serde(deserialize_with = "whole")]
    category_id: u64,
    bbox: [f64; 4],
    score: f64,
}

/// Both files, checked.
pub(super) fn read(gt_json: &str, dt_json: &str) -> Result<Input, MetricsError> {
    let (gt, dt) = rayon::join(|| read_ground_truth(gt_json), || read_detections(dt_json));
    let (gt, dt) = (gt?, dt?);
    let ids = |list: &[Identified]| list.iter().map(|entry| entry.id).collect::<Vec<u64>>();
    let mut input = Input::new(ids(&gt.images).into_iter(), ids(&gt.categories).into_iter());
    for (index, truth) in gt.annotations.iter().enumerate() {
        let Some(xywh) = truth.bbox else {
            return Err(MetricsError::MissingBox { index, image: truth.image_id });
        };
        let area = truth.area.unwrap_or(xywh[2] * xywh[3]);
        input.push_truth(index, truth.image_id, truth.category_id, xywh, area, truth.iscrowd)?;
    }
    for (index, found) in dt.iter().enumerate() {
        input.push_found(index, found.image_id, found.category_id, found.bbox, found.score)?;
    }
    Ok(input)
}

fn read_ground_truth(json: &str) -> Result<GroundTruthFile, MetricsError> {
    serde_json::from_str(json).map_err(|source| MetricsError::Json { from: Source::GroundTruth, source })
}

fn read_detections(json: &str) -> Result<Vec<Detection>, MetricsError> {
    let parsed = if json.trim_start().starts_with('{') {
        serde_json::from_str(json).map(|file: DetectionFile| file.annotations)
    } else {
        serde_json::from_str(json)
    };
    parsed.map_err(|source| MetricsError::Json { from: Source::Detections, source })
}

/// An id, which some writers spell as a float (`1.0`).
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct Whole;
    impl Visitor<'_> for Whole {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an id: a whole number that is not negative")
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<u64, E> {
            Ok(value)
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<u64, E> {
            u64::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<u64, E> {
            if value >= 0.0 && value.fract() == 0.0 && value < 9_007_199_254_740_992.0 {
                Ok(value as u64)
            } else {
                Err(E::invalid_value(de::Unexpected::Float(value), &self))
            }
        }
    }
    deserializer.deserialize_any(Whole)
}

/// `iscrowd` as 0, 1, 0.0, 1.0 or a boolean.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct Flag;
    impl Visitor<'_> for Flag {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("0 or 1")
        }

        fn visit_bool<E: de::Error>(self, value: bool) -> Result<bool, E> {
            Ok(value)
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<bool, E> {
            Ok(value != 0)
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<bool, E> {
            Ok(value != 0)
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<bool, E> {
            Ok(value != 0.0)
        }
    }
    deserializer.deserialize_any(Flag)
}
