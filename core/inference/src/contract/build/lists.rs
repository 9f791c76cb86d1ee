//! Heads that end with lists: finished detections, and the queries of DETR.

use super::super::card::OneOrMany;
use super::super::head::{Activation, Background, CornerOrder, Detr, Head, Listed};
use super::super::{ContractError, Family};
use super::{Built, Context, class_columns};

pub(super) fn listed(context: &Context<'_>) -> Result<Built, ContractError> {
    let keys = context.keys;
    let free = context.free;
    let mut assumed = Vec::new();
    let boxes = match keys.boxes.as_ref().map(OneOrMany::list) {
        Some(names) => names.concat(),
        None => free
            .all
            .iter()
            .find(|(_, shape)| shape.len() >= 2 && shape.last() == Some(&4))
            .map(|(n, _)| (*n).to_owned())
            .ok_or_else(|| ContractError::new("boxes [B, N, 4] or [N, 4]", context.outputs.listed()))?,
    };
    let shape = context.outputs.shape_of(&boxes)?;
    let row = &shape[..shape.len().saturating_sub(1)];
    if shape.last() != Some(&4) || !(2..=3).contains(&shape.len()) || (shape.len() == 3 && shape[0] != 1) {
        return Err(ContractError::new("boxes [1, N, 4] or [N, 4]", format!("{boxes} {shape:?}")));
    }
    let fitting: Vec<&str> = free.all.iter().filter(|(_, s)| *s == row).map(|(n, _)| *n).collect();
    let like = |parts: &[&str]| {
        fitting.iter().find(|n| parts.iter().any(|p| n.to_ascii_lowercase().contains(p))).map(|n| (*n).to_owned())
    };
    let scores = keys.scores.as_ref().map(|s| s.list().concat()).or_else(|| like(&["score", "conf", "prob"]));
    let Some(scores) = scores else {
        return Err(ContractError::new(
            "scores named in model.toml, or an output with `score` in its name",
            context.outputs.listed(),
        ));
    };
    let classes = keys.classes.clone().or_else(|| like(&["class", "label"]));
    for name in [Some(&scores), classes.as_ref()].into_iter().flatten() {
        let found = context.outputs.shape_of(name)?;
        if found != row {
            return Err(ContractError::new(format!("{row:?} as the boxes"), format!("{name} {found:?}")));
        }
    }
    let counts = |(_, shape): &&(&str, &[usize])| matches!(shape, [] | [1]);
    let count = keys.count.clone().or_else(|| {
        free.all
            .iter()
            .filter(counts)
            .find(|(n, _)| ["num", "count"].iter().any(|p| n.to_ascii_lowercase().contains(p)))
            .map(|(n, _)| (*n).to_owned())
    });
    let masks = match &keys.masks {
        Some(name) => Some(name.clone()),
        None => {
            free.of_rank(4).iter().find(|(n, _)| n.to_ascii_lowercase().contains("mask")).map(|(n, _)| (*n).to_owned())
        }
    };
    if let Some(name) = &masks {
        context.outputs.shape_of(name)?;
    }
    // TensorFlow's detection outputs bear these names, and their habits.
    let is_tensorflow = boxes.contains("detection_boxes");
    if keys.order.is_none() || keys.normalised.is_none() || keys.first_class.is_none() {
        assumed.push(if is_tensorflow {
            "boxes yxyx in 0..1, first class 1 (TensorFlow detection outputs)".to_owned()
        } else {
            "boxes xyxy in input pixels, first class 0".to_owned()
        });
    }
    let Some(names) = context.classes else {
        return Err(ContractError::new(
            "names of the classes (the outputs do not tell how many there are): [classes] in model.toml",
            format!("none, with {}", context.outputs.listed()),
        ));
    };
    let head = Listed {
        boxes,
        scores,
        classes,
        count,
        masks,
        order: keys.order.unwrap_or(if is_tensorflow { CornerOrder::Yxyx } else { CornerOrder::Xyxy }),
        normalised: keys.normalised.unwrap_or(is_tensorflow),
        first_class: keys.first_class.unwrap_or(i32::from(is_tensorflow)),
        threshold: keys.threshold.unwrap_or(0.5),
    };
    Ok(Built { assumed, ..Built::new(Head::Listed(head), names) })
}

pub(super) fn detr(context: &Context<'_>) -> Result<Built, ContractError> {
    let rows = context.free.of_rank(3);
    let boxes = match context.keys.boxes.as_ref().map(OneOrMany::list) {
        Some(names) => names.concat(),
        None => rows
            .iter()
            .find(|(n, s)| s[2] == 4 && (n.contains("box") || rows.iter().all(|(o, t)| o == n || t[2] != 4)))
            .map(|(n, _)| (*n).to_owned())
            .ok_or_else(|| ContractError::new(Family::Detr.outputs(), context.outputs.listed()))?,
    };
    let logits = match &context.keys.logits {
        Some(name) => name.clone(),
        None => rows
            .iter()
            .find(|(n, _)| **n != boxes)
            .map(|(n, _)| (*n).to_owned())
            .ok_or_else(|| ContractError::new(Family::Detr.outputs(), context.outputs.listed()))?,
    };
    let (box_shape, shape) = (context.outputs.shape_of(&boxes)?, context.outputs.shape_of(&logits)?);
    if shape.len() != 3 || box_shape != [1, shape[1], 4] || shape[0] != 1 {
        return Err(ContractError::new(Family::Detr.outputs(), context.outputs.listed()));
    }
    let columns = shape[2];
    let background = match (context.keys.background, context.classes, context.keys.activation) {
        (Some(background), _, _) => background,
        (None, Some(names), _) if names == columns => Background::None,
        (None, None, Some(Activation::Sigmoid)) => Background::None,
        (None, _, _) => Background::Last,
    };
    let classes = class_columns(context, columns, background, &logits)?;
    let otherwise = if background == Background::None { Activation::Sigmoid } else { Activation::Softmax };
    let activation = context.keys.activation.unwrap_or(otherwise);
    Ok(Built::new(Head::Detr(Detr { logits, boxes, activation, background }), classes))
}
