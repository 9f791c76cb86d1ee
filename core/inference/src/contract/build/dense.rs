//! Heads with a candidate a cell: distributions, and offsets from anchors.

use super::super::card::AnchorKeys;
use super::super::guess::cells;
use super::super::head::{Activation, Anchors, Background, Distances, Head};
use super::super::{ContractError, Family};
use super::{Built, Context, class_columns, strides};

pub(super) fn gfl(context: &Context<'_>) -> Result<Built, ContractError> {
    let keys = context.keys;
    let rows = context.free.of_rank(3);
    let joined = match (&keys.joined, rows.as_slice()) {
        (Some(name), _) => Some((name.clone(), context.outputs.shape_of(name)?)),
        (None, [(name, shape)]) if keys.scores.is_none() => Some(((*name).to_owned(), *shape)),
        _ => None,
    };
    let activation = keys.activation.unwrap_or(Activation::None);
    if let Some((name, shape)) = joined {
        let &[1, count, columns] = shape else {
            return Err(ContractError::new("one image's [1, N, C + 4 · bins]", format!("{name} {shape:?}")));
        };
        let strides = strides(context, count, &name)?;
        let Some(classes) = context.classes.filter(|c| columns > *c && (columns - c).is_multiple_of(4)) else {
            return Err(ContractError::new(
                "names of the classes, with 4 · bins columns besides",
                format!("{:?} names with {name} {shape:?}", context.classes.unwrap_or(0)),
            ));
        };
        // NanoDet-Plus, which joins its outputs, counts from the cell's corner.
        let centre = keys.centre.unwrap_or(0.0);
        let head = Distances { scores: vec![name], distributions: Vec::new(), strides, centre, activation };
        return Ok(Built::new(Head::Gfl(head), classes));
    }
    let (scores, distributions) = gfl_levels(context, &rows)?;
    let shapes = |names: &[String]| names.iter().map(|n| context.outputs.shape_of(n)).collect::<Result<Vec<_>, _>>();
    let (score_shapes, bin_shapes) = (shapes(&scores)?, shapes(&distributions)?);
    let total = score_shapes.iter().map(|shape| shape.get(1).copied().unwrap_or(0)).sum();
    let strides = strides(context, total, "the scores")?;
    let of_rank = score_shapes.iter().chain(&bin_shapes).all(|shape| shape.len() == 3 && shape[0] == 1);
    let bins_fit =
        bin_shapes.iter().all(|s| s.len() == 3 && s[2] >= 8 && s[2].is_multiple_of(4) && s[2] == bin_shapes[0][2]);
    let pair =
        |rows: usize, shapes: &[&[usize]]| shapes.iter().filter(|shape| shape.get(1) == Some(&rows)).count() == 1;
    let levels_fit = strides.iter().all(|stride| {
        let rows = cells(context.input, &[*stride]);
        pair(rows, &score_shapes) && pair(rows, &bin_shapes)
    });
    if !of_rank || !bins_fit || !levels_fit || strides.len() != scores.len() || scores.len() != distributions.len() {
        return Err(ContractError::new(Family::Gfl.outputs(), context.outputs.listed()));
    }
    let found = score_shapes[0][2];
    let classes = context.classes(found, |n| format!("{n} columns of scores, one a name"), context.outputs.listed())?;
    let head = Distances { scores, distributions, strides, centre: keys.centre.unwrap_or(0.5), activation };
    Ok(Built::new(Head::Gfl(head), classes))
}

/// The tensors of scores and of distributions: the card's, else told apart by their columns.
fn gfl_levels(context: &Context<'_>, rows: &[(&str, &[usize])]) -> Result<(Vec<String>, Vec<String>), ContractError> {
    if let (Some(scores), Some(distributions)) = (&context.keys.scores, &context.keys.distributions) {
        return Ok((scores.list(), distributions.list()));
    }
    let columns = |count: usize| -> Vec<String> {
        rows.iter().filter(|(_, shape)| shape[2] == count).map(|(name, _)| (*name).to_owned()).collect()
    };
    let mut counts: Vec<usize> = rows.iter().map(|(_, shape)| shape[2]).collect();
    counts.sort_unstable();
    counts.dedup();
    match (counts.as_slice(), context.classes) {
        (&[a, b], Some(classes)) if a == classes => Ok((columns(a), columns(b))),
        (&[a, b], Some(classes)) if b == classes => Ok((columns(b), columns(a))),
        // Distributions are four times a number of bins; the other is the scores'.
        (&[a, b], None) if a.is_multiple_of(4) != b.is_multiple_of(4) => {
            let (bins, scores) = if a.is_multiple_of(4) { (a, b) } else { (b, a) };
            Ok((columns(scores), columns(bins)))
        }
        _ => Err(ContractError::new(
            "scores and distributions that can be told apart, or both named in model.toml",
            context.outputs.listed(),
        )),
    }
}

fn check_anchors(anchors: &AnchorKeys) -> Result<(), ContractError> {
    let positive = |values: &[f64]| !values.is_empty() && values.iter().all(|v| v.is_finite() && *v > 0.0);
    let levels = anchors.strides.len();
    let sizes_fit = (anchors.sizes.len() == 1 || anchors.sizes.len() == levels)
        && anchors.sizes.iter().all(|sizes| positive(sizes))
        && anchors.shapes.is_empty();
    let shapes_fit = anchors.shapes.len() == levels
        && anchors.shapes.iter().all(|level| !level.is_empty() && level.iter().all(|side| positive(side)))
        && anchors.sizes.is_empty();
    let is_complete = levels > 0 && !anchors.strides.contains(&0) && (sizes_fit || shapes_fit);
    if is_complete && positive(&anchors.ratios) && positive(&anchors.scales) {
        return Ok(());
    }
    Err(ContractError::new(
        "anchors with strides, and with sizes (one list, or one a stride), ratios and scales above 0, or with shapes (a \
         list of [width, height] a stride)",
        format!("{anchors:?}"),
    ))
}

pub(super) fn anchors(context: &Context<'_>) -> Result<Built, ContractError> {
    let keys = context.keys;
    let (Some(scores), Some(boxes), Some(anchors)) = (&keys.scores, &keys.boxes, &keys.anchors) else {
        return Err(ContractError::new(
            "scores, boxes and anchors in model.toml: outputs do not tell them",
            context.outputs.listed(),
        ));
    };
    check_anchors(anchors)?;
    let (scores, boxes) = (scores.list(), boxes.list());
    let rows = |names: &[String]| {
        names.iter().try_fold((0, None::<usize>), |(total, columns), name| match context.outputs.shape_of(name)? {
            [1, n, c] if columns.is_none_or(|known| known == *c) => Ok((total + n, Some(*c))),
            shape => Err(ContractError::new("levels [1, n, columns] of equal columns", format!("{name} {shape:?}"))),
        })
    };
    let ((score_rows, columns), (box_rows, sides)) = (rows(&scores)?, rows(&boxes)?);
    let expected = crate::decode::anchor_count(context.input, anchors);
    if score_rows != expected || box_rows != expected || sides.is_none_or(|s| s < 4) {
        return Err(ContractError::new(
            format!("{expected} rows, one an anchor, with at least 4 columns of boxes"),
            context.outputs.listed(),
        ));
    }
    let background = keys.background.unwrap_or(Background::None);
    let classes = class_columns(context, columns.unwrap_or(0), background, &scores.join(", "))?;
    let head = Anchors {
        scores,
        boxes,
        anchors: anchors.clone(),
        activation: keys.activation.unwrap_or(Activation::Sigmoid),
        background,
    };
    Ok(Built::new(Head::Anchors(head), classes))
}
