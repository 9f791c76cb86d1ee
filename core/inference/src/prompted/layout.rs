//! Which tensors of a pair hold what: told from names and ranks, or from the card.

use crate::contract::ContractError;
use crate::onnx::OnnxModel;
use crate::prompted::{PromptedKeys, TensorKeys};
use crate::tensor::{Dimension, TensorInfo};

/// Usual names: `SamOnnxModel` first, then `EfficientSAM`, transformers and ONNX Runtime's export of SAM 2.
const POINTS: &[&str] = &["point_coords", "batched_point_coords", "input_points"];
const LABELS: &[&str] = &["point_labels", "batched_point_labels", "input_labels"];
const MASK: &[&str] = &["mask_input", "input_masks"];
const HAS_MASK: &[&str] = &["has_mask_input", "has_input_masks"];
const IMAGE_SIZE: &[&str] = &["orig_im_size", "original_image_size"];
const MASKS: &[&str] = &["masks", "output_masks", "pred_masks"];
const SCORES: &[&str] = &["iou_predictions", "iou_scores"];
const LOW_RES: &[&str] = &["low_res_masks"];

/// Features of SAM 2's exports, whose prompt encoder adds the padding point itself.
const FINER_FEATURES: &[&str] = &["high_res_feats_0", "image_features_0"];

/// The points' input of transformers' exports, which take boxes in another tensor or not at all.
const TRANSFORMERS_POINTS: &str = "input_points";

/// What a pair takes and gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub(super) points: String,
    pub(super) labels: String,
    /// Sides of length 1 before the points: 1, or 2 where points come in batches.
    pub(super) leading: usize,
    /// How many points the decoder takes, where it takes no other number.
    pub(super) fixed_points: Option<usize>,
    pub(super) pads: bool,
    pub(super) knows_boxes: bool,
    pub(super) mask: Option<MaskInput>,
    /// Name and rank.
    pub(super) has_mask: Option<(String, usize)>,
    pub(super) image_size: Option<String>,
    /// Input of the decoder and output of the encoder.
    pub(super) embeddings: Vec<(String, String)>,
    pub(super) masks: String,
    pub(super) scores: String,
    pub(super) low_res: Option<String>,
}

/// The decoder's input for an earlier mask.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MaskInput {
    pub(super) name: String,
    /// Height and width where the file says them; else four times those of the embedding, as in Segment Anything.
    pub(super) sides: Option<(usize, usize)>,
}

impl Layout {
    /// Works out a pair; the error says what a fitting decoder has and what this one has.
    pub(super) fn new(encoder: &OnnxModel, decoder: &OnnxModel, keys: &PromptedKeys) -> Result<Self, ContractError> {
        let names = &keys.tensors;
        let input = |key: &Option<String>, usual: &[&str]| find(&decoder.inputs, key.as_deref(), usual);
        let output = |key: &Option<String>, usual: &[&str]| find(&decoder.outputs, key.as_deref(), usual);
        let points = input(&names.points, POINTS)?.ok_or_else(|| missing("an input", POINTS, &decoder.inputs))?;
        let labels = input(&names.labels, LABELS)?.ok_or_else(|| missing("an input", LABELS, &decoder.inputs))?;
        let masks = output(&names.masks, MASKS)?.ok_or_else(|| missing("an output", MASKS, &decoder.outputs))?;
        let scores = output(&names.scores, SCORES)?.ok_or_else(|| missing("an output", SCORES, &decoder.outputs))?;
        let (leading, fixed_points) = points_shape(points, labels)?;
        let mask = input(&names.mask, MASK)?;
        let has_mask = input(&names.has_mask, HAS_MASK)?;
        let image_size = input(&names.image_size, IMAGE_SIZE)?;
        let prompts: Vec<&str> = [Some(points), Some(labels), mask, has_mask, image_size]
            .into_iter()
            .flatten()
            .map(|info| info.name.as_str())
            .collect();
        let rest: Vec<&TensorInfo> =
            decoder.inputs.iter().filter(|info| !prompts.contains(&info.name.as_str())).collect();
        let embeddings = embeddings(encoder, &rest, keys)?;
        let has_own_padding = leading == 2
            || points.name == TRANSFORMERS_POINTS
            || embeddings.iter().any(|(name, _)| FINER_FEATURES.contains(&name.as_str()));
        Ok(Self {
            points: points.name.clone(),
            labels: labels.name.clone(),
            leading,
            fixed_points,
            pads: keys.padding_point.unwrap_or(!has_own_padding),
            knows_boxes: points.name != TRANSFORMERS_POINTS,
            mask: mask.map(mask_input).transpose()?,
            has_mask: has_mask.map(flag).transpose()?,
            image_size: image_size.map(two_numbers).transpose()?,
            embeddings,
            masks: masks.name.clone(),
            scores: scores.name.clone(),
            low_res: output(&names.low_res, LOW_RES)?.map(|info| info.name.clone()),
        })
    }

    /// What is known of the pair as the card says it: no name and no number is left to be told.
    pub(super) fn to_keys(&self, decoder: &str) -> PromptedKeys {
        let name = |name: &str| Some(name.to_owned());
        let tensors = TensorKeys {
            points: name(&self.points),
            labels: name(&self.labels),
            mask: self.mask.as_ref().map(|mask| mask.name.clone()),
            has_mask: self.has_mask.as_ref().map(|(name, _)| name.clone()),
            image_size: self.image_size.clone(),
            masks: name(&self.masks),
            scores: name(&self.scores),
            low_res: self.low_res.clone(),
        };
        PromptedKeys {
            decoder: decoder.to_owned(),
            mask_threshold: None,
            coordinates: None,
            padding_point: Some(self.pads),
            tensors,
            embeddings: self.embeddings.iter().cloned().collect(),
        }
    }

    /// The output that masks are read from: those of the decoder's own resolution where it gives them. The others are
    /// made of them, for an image size that early exports of Segment Anything keep as a constant in the graph.
    pub(super) fn planes(&self) -> &str {
        self.low_res.as_deref().unwrap_or(&self.masks)
    }
}

/// The tensor that the card names, else the first with a usual name.
fn find<'a>(
    infos: &'a [TensorInfo],
    declared: Option<&str>,
    usual: &[&str],
) -> Result<Option<&'a TensorInfo>, ContractError> {
    let named = |name: &str| infos.iter().find(|info| info.name == name);
    match declared {
        None => Ok(usual.iter().find_map(|name| named(name))),
        Some(name) => named(name).map(Some).ok_or_else(|| {
            ContractError::new(format!("a tensor {name:?} of the decoder, as the card says"), listed(infos))
        }),
    }
}

fn missing(what: &str, usual: &[&str], seen: &[TensorInfo]) -> ContractError {
    ContractError::new(format!("a decoder with {what} {}", usual.join(" or ")), listed(seen))
}

fn listed(infos: &[TensorInfo]) -> String {
    if infos.is_empty() {
        return "none".into();
    }
    infos.iter().map(TensorInfo::to_string).collect::<Vec<_>>().join(", ")
}

fn may_be(side: &Dimension, length: usize) -> bool {
    matches!(side, Dimension::Dynamic(_)) || *side == Dimension::Fixed(length)
}

/// The sides of a tensor; an error when the file does not say them.
fn sides(info: &TensorInfo) -> &[Dimension] {
    info.shape.as_deref().unwrap_or_default()
}

/// How many sides stand before the points, and how many points there are where their number is fixed.
fn points_shape(points: &TensorInfo, labels: &TensorInfo) -> Result<(usize, Option<usize>), ContractError> {
    let mismatch = || {
        ContractError::new(
            "points [1, N, 2] or [1, 1, N, 2] and a label for each",
            listed(&[points.clone(), labels.clone()]),
        )
    };
    let (places, marks) = (sides(points), sides(labels));
    let leading = match places.len() {
        rank @ (3 | 4) if marks.len() + 1 == rank => rank - 2,
        _ => return Err(mismatch()),
    };
    let are_single = places[..leading].iter().chain(&marks[..leading]).all(|side| may_be(side, 1));
    if !are_single || !may_be(&places[leading + 1], 2) {
        return Err(mismatch());
    }
    match (&places[leading], &marks[leading]) {
        (Dimension::Fixed(a), Dimension::Fixed(b)) if a != b => Err(mismatch()),
        (Dimension::Fixed(count), _) | (_, Dimension::Fixed(count)) if *count > 0 => Ok((leading, Some(*count))),
        (Dimension::Dynamic(_), Dimension::Dynamic(_)) => Ok((leading, None)),
        _ => Err(mismatch()),
    }
}

fn mask_input(info: &TensorInfo) -> Result<MaskInput, ContractError> {
    let sides = match sides(info) {
        [batch, channel, Dimension::Fixed(height), Dimension::Fixed(width)]
            if may_be(batch, 1) && may_be(channel, 1) && *height > 0 && *width > 0 =>
        {
            Some((*height, *width))
        }
        [batch, channel, Dimension::Dynamic(_), Dimension::Dynamic(_)] if may_be(batch, 1) && may_be(channel, 1) => {
            None
        }
        _ => return Err(ContractError::new("an earlier mask [1, 1, height, width]", info.to_string())),
    };
    Ok(MaskInput { name: info.name.clone(), sides })
}

fn flag(info: &TensorInfo) -> Result<(String, usize), ContractError> {
    match &info.shape {
        Some(sides) if sides.iter().all(|side| may_be(side, 1)) => Ok((info.name.clone(), sides.len())),
        _ => Err(ContractError::new("one number that says whether there is an earlier mask", info.to_string())),
    }
}

fn two_numbers(info: &TensorInfo) -> Result<String, ContractError> {
    match sides(info) {
        [one] if may_be(one, 2) => Ok(info.name.clone()),
        _ => Err(ContractError::new("the height and width of the masks as [2]", info.to_string())),
    }
}

/// Which output of the encoder feeds which of the decoder's inputs that are no prompts.
fn embeddings(
    encoder: &OnnxModel,
    inputs: &[&TensorInfo],
    keys: &PromptedKeys,
) -> Result<Vec<(String, String)>, ContractError> {
    if inputs.is_empty() {
        return Err(ContractError::new(
            "a decoder with an input for what the encoder gives",
            "inputs for prompts only",
        ));
    }
    if let Some(stray) = keys.embeddings.keys().find(|name| inputs.iter().all(|info| info.name != **name)) {
        return Err(ContractError::new(
            format!("an input {stray:?} of the decoder, as the card says"),
            inputs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        ));
    }
    let wanted = |input: &TensorInfo| keys.embeddings.get(&input.name).unwrap_or(&input.name).clone();
    let output = |name: &str| encoder.outputs.iter().find(|output| output.name == name);
    let pairs: Vec<(&TensorInfo, Option<&TensorInfo>)> =
        inputs.iter().map(|input| (*input, output(&wanted(input)))).collect();
    let open: Vec<&TensorInfo> =
        encoder.outputs.iter().filter(|o| pairs.iter().all(|(_, taken)| *taken != Some(*o))).collect();
    let unfed = pairs.iter().filter(|(_, output)| output.is_none()).count();
    pairs
        .into_iter()
        .map(|(input, output)| {
            // What is left over on both sides belongs together, whatever it is called.
            let only = match open.as_slice() {
                [one] if unfed == 1 && !keys.embeddings.contains_key(&input.name) => Some(*one),
                _ => None,
            };
            let output = output.or(only).ok_or_else(|| {
                ContractError::new(
                    format!("an output {} of the encoder for the decoder's {input}", wanted(input)),
                    listed(&encoder.outputs),
                )
            })?;
            if !agree(input, output) {
                return Err(ContractError::new(
                    format!("the encoder to give what the decoder takes, {input}"),
                    output.to_string(),
                ));
            }
            Ok((input.name.clone(), output.name.clone()))
        })
        .collect()
}

/// Whether two declared shapes can be one; a shape that is not declared can be any.
fn agree(a: &TensorInfo, b: &TensorInfo) -> bool {
    let (Some(a), Some(b)) = (&a.shape, &b.shape) else { return true };
    let same = |(a, b): (&Dimension, &Dimension)| match (a, b) {
        (Dimension::Fixed(a), Dimension::Fixed(b)) => a == b,
        _ => true,
    };
    a.len() == b.len() && a.iter().zip(b).all(same)
}
