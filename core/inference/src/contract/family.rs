//! The families of models: which outputs they have, and which keys of `[output]` they know.

use serde::{Deserialize, Serialize};

use super::ContractError;
use super::card::OutputKeys;

/// How the outputs of a model are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// YOLOv5 and YOLOv7: rows with objectness.
    Yolov5,
    /// YOLOv8, YOLOv9, YOLO11: columns without objectness; masks and oriented boxes too.
    Yolov8,
    /// YOLOv10 and others that end with suppressed boxes.
    Yolov10,
    /// YOLOX: grid offsets.
    Yolox,
    /// NanoDet and other heads of generalised focal loss: distances as distributions.
    Gfl,
    /// Finished lists of boxes, scores and classes: TensorFlow, SSD, torchvision, Mask R-CNN.
    Listed,
    /// DETR and RT-DETR: logits and normalised boxes of queries.
    Detr,
    /// Offsets from declared anchors: RetinaNet, SSD, `BlazeFace`.
    Anchors,
    /// A class a pixel.
    Semantic,
    /// A class an image.
    Classification,
    /// A vector an image.
    Embedding,
}

impl Family {
    /// All families, in the manual's order.
    pub const ALL: [Self; 11] = [
        Self::Yolov5,
        Self::Yolov8,
        Self::Yolov10,
        Self::Yolox,
        Self::Gfl,
        Self::Listed,
        Self::Detr,
        Self::Anchors,
        Self::Semantic,
        Self::Classification,
        Self::Embedding,
    ];

    /// The name in `model.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yolov5 => "yolov5",
            Self::Yolov8 => "yolov8",
            Self::Yolov10 => "yolov10",
            Self::Yolox => "yolox",
            Self::Gfl => "gfl",
            Self::Listed => "listed",
            Self::Detr => "detr",
            Self::Anchors => "anchors",
            Self::Semantic => "semantic",
            Self::Classification => "classification",
            Self::Embedding => "embedding",
        }
    }

    /// The outputs that a model of the family has, for people.
    pub fn outputs(self) -> &'static str {
        match self {
            Self::Yolov5 => "boxes [B, N, 5 + C] with objectness",
            Self::Yolov8 => "boxes [B, 4 + C, N]",
            Self::Yolov10 => "boxes [B, N, 6] as x1, y1, x2, y2, score, class",
            Self::Yolox => "boxes [B, N, 5 + C] relative to a grid",
            Self::Gfl => "scores [B, n, C] and distributions [B, n, 4 · bins] a level, or both joined",
            Self::Listed => "boxes [B, N, 4], scores [B, N] and classes [B, N]",
            Self::Detr => "logits [B, N, C] and boxes [B, N, 4]",
            Self::Anchors => "scores [B, n, C] and boxes [B, n, 4] a level, with declared anchors",
            Self::Semantic => "classes [B, C, h, w]",
            Self::Classification => "logits [B, C]",
            Self::Embedding => "an embedding [B, D]",
        }
    }

    /// Refuses keys of `[output]` that the family does not know: a misplaced one would be ignored in silence.
    pub(crate) fn check_keys(self, keys: &OutputKeys) -> Result<(), ContractError> {
        let known: &[&str] = match self {
            Self::Yolov5 | Self::Yolov10 => &["boxes", "prototypes"],
            Self::Yolov8 => &["boxes", "transposed", "angle", "prototypes"],
            Self::Yolox => &["boxes", "strides"],
            Self::Gfl => &["scores", "distributions", "joined", "strides", "centre", "activation"],
            Self::Listed => {
                &["boxes", "scores", "classes", "count", "masks", "order", "normalised", "first_class", "threshold"]
            }
            Self::Detr => &["logits", "boxes", "activation", "background"],
            Self::Anchors => &["scores", "boxes", "anchors", "activation", "background"],
            Self::Semantic => &["classes", "activation", "background", "threshold", "min_area"],
            Self::Classification => &["logits", "activation"],
            Self::Embedding => &[],
        };
        let given =
            toml::Table::try_from(keys).map_err(|e| ContractError::new("keys that TOML can hold", e.to_string()))?;
        let stray = given.keys().find(|key| !known.contains(&key.as_str()) && *key != "embedding");
        match stray {
            None => Ok(()),
            Some(key) => Err(ContractError::new(
                format!("the family {} to know every key of [output] ({})", self.name(), known.join(", ")),
                format!("{key:?}"),
            )),
        }
    }
}
