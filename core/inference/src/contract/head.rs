//! The resolved way to read a model's outputs: tensors by name, options with their values.

use serde::{Deserialize, Serialize};

use super::Family;
use super::card::{AnchorKeys, OneOrMany, OutputKeys};

/// What turns a model's scores into probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// They are probabilities already.
    None,
    /// Each by itself, 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// Together, eˣ / Σ eˣ.
    Softmax,
}

/// Which class stands for "no object".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// None does.
    None,
    /// The first one, in front of the named classes.
    First,
    /// The last one, behind the named classes.
    Last,
    /// The named class of this number (semantic segmentation).
    Class(usize),
}

impl Serialize for Background {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_str("none"),
            Self::First => serializer.serialize_str("first"),
            Self::Last => serializer.serialize_str("last"),
            Self::Class(class) => serializer.serialize_u64(*class as u64),
        }
    }
}

impl<'de> Deserialize<'de> for Background {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(usize),
            Word(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(class) => Ok(Self::Class(class)),
            Written::Word(word) => match word.as_str() {
                "none" => Ok(Self::None),
                "first" => Ok(Self::First),
                "last" => Ok(Self::Last),
                _ => Err(serde::de::Error::custom(format!(
                    "{word:?} is no background; use \"none\", \"first\", \"last\" or the number of a class"
                ))),
            },
        }
    }
}

/// Order of the numbers of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CornerOrder {
    /// Left, top, right, bottom.
    #[default]
    Xyxy,
    /// Top, left, bottom, right, as TensorFlow.
    Yxyx,
}

/// What the offsets from an anchor mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BoxEncoding {
    /// Shift in anchor sides, logarithm of the growth.
    #[default]
    Deltas,
    /// Shift of the centre, and the sides, in input pixels.
    Pixels,
    /// Distances from the anchor's centre to left, top, right and bottom, in strides.
    Distances,
}

/// How many cells a side has where the stride does not divide the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GridRounding {
    /// The last cell may stand out.
    #[default]
    Ceil,
    /// Only whole cells.
    Floor,
}

/// How the numbers of a YOLO candidate are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YoloLayout {
    /// A candidate a row, objectness before the class scores (v5, v7).
    RowsWithObjectness,
    /// A candidate a column (v8 and later).
    Columns,
    /// A candidate a row, no objectness.
    Rows,
}

/// Candidates as cx, cy, w, h and class scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Yolo {
    /// The candidates.
    pub boxes: String,
    /// How they are laid out.
    pub layout: YoloLayout,
    /// True when the last number is an angle in radians.
    pub angle: bool,
    /// Prototypes `[batch, M, h, w]`; M coefficients follow the class scores then.
    pub prototypes: Option<String>,
}

/// Candidates that the model has suppressed itself.
#[derive(Debug, Clone, PartialEq)]
pub struct EndToEnd {
    /// x1, y1, x2, y2, score, class, and M coefficients when there are prototypes.
    pub boxes: String,
    /// Prototypes `[batch, M, h, w]`.
    pub prototypes: Option<String>,
}

/// Candidates relative to the cells of grids.
#[derive(Debug, Clone, PartialEq)]
pub struct Yolox {
    /// The candidates, finest grid first.
    pub boxes: String,
    /// Input pixels a cell, a number a grid.
    pub strides: Vec<u32>,
}

/// Distances to the sides as distributions.
#[derive(Debug, Clone, PartialEq)]
pub struct Distances {
    /// Scores `[batch, n, C]`, a tensor a level in any order; or the joined tensor alone.
    pub scores: Vec<String>,
    /// Distributions `[batch, n, 4 · bins]`, in any order; empty when joined.
    pub distributions: Vec<String>,
    /// Input pixels a cell, a number a level.
    pub strides: Vec<u32>,
    /// Where in a cell its centre lies.
    pub centre: f64,
    /// What turns scores into probabilities.
    pub activation: Activation,
}

/// Boxes, scores and classes as finished lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// `[B, N, 4]`.
    pub boxes: String,
    /// `[B, N]`.
    pub scores: String,
    /// `[B, N]`; without it all are of the first class.
    pub classes: Option<String>,
    /// `[B]`.
    pub count: Option<String>,
    /// `[B, N, h, w]` or `[N, 1, h, w]`.
    pub masks: Option<String>,
    /// Order of a box's numbers.
    pub order: CornerOrder,
    /// True when boxes are in 0..1 of the input.
    pub normalised: bool,
    /// Number of the first class.
    pub first_class: i32,
    /// Probability above which a pixel belongs to a mask.
    pub threshold: f64,
}

/// Queries with logits and normalised boxes.
#[derive(Debug, Clone, PartialEq)]
pub struct Detr {
    /// `[B, N, C]`, the background included.
    pub logits: String,
    /// `[B, N, 4]`: cx, cy, w, h in 0..1.
    pub boxes: String,
    /// What turns logits into probabilities.
    pub activation: Activation,
    /// Where the background stands.
    pub background: Background,
}

/// Offsets from anchors.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchors {
    /// `[B, n, C]`, a tensor a level.
    pub scores: Vec<String>,
    /// `[B, n, ≥ 4]`, a tensor a level.
    pub boxes: Vec<String>,
    /// The anchors.
    pub anchors: AnchorKeys,
    /// What turns scores into probabilities.
    pub activation: Activation,
    /// Where the background stands.
    pub background: Background,
}

/// A class a pixel.
#[derive(Debug, Clone, PartialEq)]
pub struct Semantic {
    /// `[B, C, h, w]`, `[B, h, w, C]`, or class numbers `[B, h, w]`.
    pub classes: String,
    /// What turns scores into probabilities.
    pub activation: Activation,
    /// The class that is no object.
    pub background: Background,
    /// Probability from which a pixel belongs to the only class.
    pub threshold: f64,
    /// Fewest pixels of the image that make a region.
    pub min_area: u64,
}

/// A class an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Classification {
    /// `[B, C]`.
    pub logits: String,
    /// What turns logits into probabilities.
    pub activation: Activation,
}

/// How the outputs are read.
#[derive(Debug, Clone, PartialEq)]
pub enum Head {
    /// YOLOv5 to YOLO11.
    Yolo(Yolo),
    /// YOLOv10.
    EndToEnd(EndToEnd),
    /// YOLOX.
    Yolox(Yolox),
    /// NanoDet.
    Gfl(Distances),
    /// SSD, TensorFlow, torchvision.
    Listed(Listed),
    /// DETR.
    Detr(Detr),
    /// `RetinaNet`.
    Anchors(Anchors),
    /// Semantic segmentation.
    Semantic(Semantic),
    /// Classification.
    Classification(Classification),
    /// Nothing but the embedding that the contract names.
    Embedding,
}

impl Head {
    /// The family it belongs to.
    pub fn family(&self) -> Family {
        match self {
            Self::Yolo(yolo) if yolo.layout == YoloLayout::RowsWithObjectness => Family::Yolov5,
            Self::Yolo(_) => Family::Yolov8,
            Self::EndToEnd(_) => Family::Yolov10,
            Self::Yolox(_) => Family::Yolox,
            Self::Gfl(_) => Family::Gfl,
            Self::Listed(_) => Family::Listed,
            Self::Detr(_) => Family::Detr,
            Self::Anchors(_) => Family::Anchors,
            Self::Semantic(_) => Family::Semantic,
            Self::Classification(_) => Family::Classification,
            Self::Embedding => Family::Embedding,
        }
    }

    /// True when it finds objects in an image, and not only a class or an embedding of the whole.
    pub fn finds_objects(&self) -> bool {
        !matches!(self, Self::Classification(_) | Self::Embedding)
    }

    /// Names of the tensors it reads, each once.
    pub fn tensors(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        match self {
            Self::Yolo(Yolo { boxes, prototypes, .. }) | Self::EndToEnd(EndToEnd { boxes, prototypes }) => {
                names.push(boxes);
                names.extend(prototypes.as_deref());
            }
            Self::Yolox(yolox) => names.push(&yolox.boxes),
            Self::Gfl(gfl) => names.extend(gfl.scores.iter().chain(&gfl.distributions).map(String::as_str)),
            Self::Listed(listed) => {
                names.extend([listed.boxes.as_str(), &listed.scores]);
                names.extend([&listed.classes, &listed.count, &listed.masks].into_iter().filter_map(Option::as_deref));
            }
            Self::Detr(detr) => names.extend([detr.logits.as_str(), &detr.boxes]),
            Self::Anchors(head) => names.extend(head.scores.iter().chain(&head.boxes).map(String::as_str)),
            Self::Semantic(head) => names.push(&head.classes),
            Self::Classification(head) => names.push(&head.logits),
            Self::Embedding => {}
        }
        names
    }

    pub(crate) fn to_keys(&self) -> OutputKeys {
        let one = |name: &str| Some(OneOrMany::One(name.to_owned()));
        let many = |names: &[String]| Some(OneOrMany::from_list(names));
        let none = OutputKeys::default();
        match self.clone() {
            Self::Yolo(Yolo { boxes, layout, angle, prototypes }) => {
                let later = layout != YoloLayout::RowsWithObjectness;
                OutputKeys {
                    boxes: one(&boxes),
                    prototypes,
                    transposed: later.then_some(layout == YoloLayout::Rows),
                    angle: later.then_some(angle),
                    ..none
                }
            }
            Self::EndToEnd(EndToEnd { boxes, prototypes }) => OutputKeys { boxes: one(&boxes), prototypes, ..none },
            Self::Yolox(Yolox { boxes, strides }) => OutputKeys { boxes: one(&boxes), strides: Some(strides), ..none },
            Self::Gfl(gfl) => {
                let joined = gfl.distributions.is_empty();
                OutputKeys {
                    scores: if joined { None } else { many(&gfl.scores) },
                    distributions: if joined { None } else { many(&gfl.distributions) },
                    joined: joined.then(|| gfl.scores.concat()),
                    strides: Some(gfl.strides),
                    centre: Some(gfl.centre),
                    activation: Some(gfl.activation),
                    ..none
                }
            }
            Self::Listed(listed) => OutputKeys {
                boxes: one(&listed.boxes),
                scores: one(&listed.scores),
                classes: listed.classes,
                count: listed.count,
                masks: listed.masks,
                order: Some(listed.order),
                normalised: Some(listed.normalised),
                first_class: Some(listed.first_class),
                threshold: Some(listed.threshold),
                ..none
            },
            Self::Detr(detr) => OutputKeys {
                logits: Some(detr.logits),
                boxes: one(&detr.boxes),
                activation: Some(detr.activation),
                background: Some(detr.background),
                ..none
            },
            Self::Anchors(head) => OutputKeys {
                scores: many(&head.scores),
                boxes: many(&head.boxes),
                anchors: Some(head.anchors),
                activation: Some(head.activation),
                background: Some(head.background),
                ..none
            },
            Self::Semantic(head) => OutputKeys {
                classes: Some(head.classes),
                activation: Some(head.activation),
                background: Some(head.background),
                threshold: Some(head.threshold),
                min_area: Some(head.min_area),
                ..none
            },
            Self::Classification(head) => {
                OutputKeys { logits: Some(head.logits), activation: Some(head.activation), ..none }
            }
            Self::Embedding => none,
        }
    }
}
