//! The file `model.toml` that describes a model: every key may be left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::head::{Activation, Background, BoxEncoding, CornerOrder, GridRounding};
use super::input::{Colour, FitName, Layout, Resample};
use super::{ContractError, Family};
use crate::prompted::PromptedKeys;

/// Longest `model.toml` that is read, in bytes; a thousand classes take a fiftieth of it.
const MAX_BYTES: usize = 1 << 20;

/// What a person says about a model. See the manual's page on models for every key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Card {
    /// Name under which a project knows the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How the outputs are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<Family>,
    /// The image it takes.
    #[serde(skip_serializing_if = "is_default")]
    pub input: InputKeys,
    /// Tensors and options of the family.
    #[serde(skip_serializing_if = "is_default")]
    pub output: OutputKeys,
    /// Names of the classes.
    #[serde(skip_serializing_if = "is_default")]
    pub classes: ClassKeys,
    /// Class of the model to class of the ontology; equal names need no entry.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub map: BTreeMap<String, String>,
    /// Tensors for saliency maps.
    #[serde(skip_serializing_if = "is_default")]
    pub saliency: SaliencyKeys,
    /// The decoder that belongs to it, when the model is the encoder of a pair that segments what prompts point at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompted: Option<PromptedKeys>,
    /// Where the model comes from.
    #[serde(skip_serializing_if = "is_default")]
    pub provenance: ProvenanceKeys,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// `[input]`: the image that the model takes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InputKeys {
    /// Name of the tensor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tensor: Option<String>,
    /// Where the channels stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Width and height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<[u32; 2]>,
    /// How the image is brought into it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<FitName>,
    /// How pixels are made where the size changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resample: Option<Resample>,
    /// Grey level of the padding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad: Option<u8>,
    /// Order of the channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<Colour>,
    /// What a level of 0..=255 is multiplied by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
    /// What is taken off each channel then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<Vec<f64>>,
    /// What each channel is divided by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub std: Option<Vec<f64>>,
}

/// A tensor's name, or several in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One tensor.
    One(String),
    /// A tensor a level.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The names as a list.
    pub fn list(&self) -> Vec<String> {
        match self {
            Self::One(name) => vec![name.clone()],
            Self::Many(names) => names.clone(),
        }
    }

    pub(crate) fn from_list(names: &[String]) -> Self {
        match names {
            [one] => Self::One(one.clone()),
            _ => Self::Many(names.to_vec()),
        }
    }
}

/// `[output]`: tensors and options; which of them a family knows, the manual says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutputKeys {
    /// Boxes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boxes: Option<OneOrMany>,
    /// Scores, where they stand apart from the boxes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<OneOrMany>,
    /// Distributions of the distances to the sides, a tensor a level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distributions: Option<OneOrMany>,
    /// Scores and distributions in one tensor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<String>,
    /// Logits of classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logits: Option<String>,
    /// Class numbers, or the classes of pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classes: Option<String>,
    /// How many of the listed boxes count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
    /// Masks of listed boxes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub masks: Option<String>,
    /// Prototypes that masks are mixed from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prototypes: Option<String>,
    /// A description of the whole image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding: Option<String>,
    /// Candidates in rows instead of columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transposed: Option<bool>,
    /// The last row is an angle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub angle: Option<bool>,
    /// Boxes are given in 0..1 of the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalised: Option<bool>,
    /// Order of a box's corners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<CornerOrder>,
    /// Number of the first class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_class: Option<i32>,
    /// Input pixels a cell, a number a level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strides: Option<Vec<u32>>,
    /// Where in a cell its centre lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub centre: Option<f64>,
    /// What turns scores into probabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    /// The class that stands for no object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
    /// Probability from which a pixel belongs to the only class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// Fewest pixels of the image that make a region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_area: Option<u64>,
    /// The anchors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchors: Option<AnchorKeys>,
}

/// `[output.anchors]`: the boxes that a head's offsets start from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnchorKeys {
    /// Input pixels a cell, a number a level.
    pub strides: Vec<u32>,
    /// Sides of the square anchors in input pixels: one list for all levels, or a list a level.
    #[serde(default, deserialize_with = "one_or_a_list_each", skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<Vec<f64>>,
    /// Widths and heights in input pixels, instead of sizes, ratios and scales: a list a level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<Vec<[f64; 2]>>,
    /// Height over width.
    #[serde(default = "ones")]
    pub ratios: Vec<f64>,
    /// Factors of the sizes.
    #[serde(default = "ones")]
    pub scales: Vec<f64>,
    /// Where in a cell the anchors' centre lies, 0..=1.
    #[serde(default = "half")]
    pub centre: f64,
    /// How many cells a level has where the stride does not divide the input.
    #[serde(default)]
    pub grid: GridRounding,
    /// What the offsets mean.
    #[serde(default)]
    pub encoding: BoxEncoding,
    /// What the offsets are multiplied by.
    #[serde(default = "four_ones")]
    pub variances: [f64; 4],
    /// Order of the offsets; `yxyx` stands for dy, dx, dh, dw.
    #[serde(default)]
    pub order: CornerOrder,
}

/// A list of numbers for all levels, or a list a level.
fn one_or_a_list_each<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<f64>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(Vec<f64>),
        Each(Vec<Vec<f64>>),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::One(sizes) => vec![sizes],
        Written::Each(sizes) => sizes,
    })
}

fn four_ones() -> [f64; 4] {
    [1.0; 4]
}

fn ones() -> Vec<f64> {
    vec![1.0]
}

fn half() -> f64 {
    0.5
}

/// `[classes]`: their names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClassKeys {
    /// In the order of the scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<String>>,
    /// A file beside `model.toml` with a name a line, instead of `names`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// `[saliency]`: tensors that show where the model looked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SaliencyKeys {
    /// For EigenCAM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tensor: Option<String>,
    /// For Grad-CAM: activations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activations: Option<String>,
    /// For Grad-CAM: the score's gradient with respect to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradients: Option<String>,
}

/// `[provenance]`: where the model comes from, in the words of whoever adds it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProvenanceKeys {
    /// The data release it was trained on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trained_on: Option<String>,
    /// Revision of the training code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Licence of the weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Where it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Card {
    /// Reads a `model.toml`.
    pub fn from_toml(text: &str) -> Result<Self, ContractError> {
        let expected = "a model.toml with the keys of the manual";
        if text.len() > MAX_BYTES {
            return Err(ContractError::new(expected, format!("a file of {} bytes", text.len())));
        }
        let card: Self =
            toml::from_str(text).map_err(|e| ContractError::new(expected, e.to_string().trim().to_owned()))?;
        // The reader of arrays stops at the second number.
        let sides =
            text.parse::<toml::Table>().ok().and_then(|t| t.get("input")?.get("size")?.as_array().map(Vec::len));
        if sides.is_some_and(|count| count != 2) {
            return Err(ContractError::new(
                "an input size of width and height",
                format!("{} numbers", sides.unwrap_or(0)),
            ));
        }
        if card.classes.names.is_some() && card.classes.file.is_some() {
            return Err(ContractError::new("either names or a file of classes", "both"));
        }
        Ok(card)
    }

    /// The card as TOML.
    ///
    /// # Errors
    /// When a value has no form in TOML; none that was read has.
    pub fn to_toml(&self) -> Result<String, ContractError> {
        toml::to_string(self).map_err(|e| ContractError::new("a card that TOML can hold", e.to_string()))
    }

    /// The name of the ontology's class for a class of the model.
    pub fn mapped<'a>(&'a self, class: &'a str) -> &'a str {
        self.map.get(class).map_or(class, String::as_str)
    }
}
