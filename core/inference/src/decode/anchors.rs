//! Offsets from declared anchors: RetinaNet, SSD heads, `BlazeFace`.

use concord_geometry::{Placement, Size};

use super::detr::Kept;
use super::found::{Found, Place, detections};
use super::outputs::Outputs;
use super::scores::{ClassScores, best};
use super::{DetectOptions, Detection};
use crate::contract::{AnchorKeys, Anchors, Background, BoxEncoding, CornerOrder, GridRounding};

/// A box that offsets start from, in input pixels.
struct Anchor {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
    stride: f32,
}

fn grid(input: Size, stride: u32, rounding: GridRounding) -> (u32, u32) {
    let side = |length: u32| match rounding {
        GridRounding::Ceil => length.div_ceil(stride),
        GridRounding::Floor => length / stride,
    };
    (side(input.width), side(input.height))
}

/// Widths and heights of the anchors of a cell.
fn shapes(keys: &AnchorKeys, level: usize) -> Vec<(f32, f32)> {
    if let Some(shapes) = keys.shapes.get(level) {
        return shapes.iter().map(|[width, height]| (*width as f32, *height as f32)).collect();
    }
    let sizes = keys.sizes.get(if keys.sizes.len() == 1 { 0 } else { level }).map_or(&[][..], Vec::as_slice);
    let mut shapes = Vec::new();
    for size in sizes {
        for ratio in &keys.ratios {
            // The area is that of the square; the ratio is height over width.
            let root = ratio.sqrt();
            shapes.extend(keys.scales.iter().map(|scale| ((size * scale / root) as f32, (size * scale * root) as f32)));
        }
    }
    shapes
}

/// How many anchors the keys declare for an input of that size.
pub(crate) fn anchor_count(input: Size, keys: &AnchorKeys) -> usize {
    let level = |(level, stride): (usize, &u32)| {
        let (columns, rows) = grid(input, *stride, keys.grid);
        columns as usize * rows as usize * shapes(keys, level).len()
    };
    keys.strides.iter().enumerate().map(level).sum()
}

/// The anchors, level by level, cell by cell, row by row.
fn anchors(input: Size, keys: &AnchorKeys) -> Vec<Anchor> {
    let mut anchors = Vec::with_capacity(anchor_count(input, keys));
    for (level, stride) in keys.strides.iter().enumerate() {
        let (columns, rows) = grid(input, *stride, keys.grid);
        let shapes = shapes(keys, level);
        let centre = |cell: u32| ((f64::from(cell) + keys.centre) * f64::from(*stride)) as f32;
        for row in 0..rows {
            for column in 0..columns {
                anchors.extend(shapes.iter().map(|(width, height)| Anchor {
                    x: centre(column),
                    y: centre(row),
                    width: *width,
                    height: *height,
                    stride: *stride as f32,
                }));
            }
        }
    }
    anchors
}

/// Reads scores and offsets, level after level.
pub(crate) fn read(
    head: &Anchors,
    classes: usize,
    outputs: &Outputs<'_>,
    placement: &Placement,
    options: &DetectOptions,
) -> Result<Vec<Detection>, String> {
    let columns = classes + usize::from(head.background != Background::None);
    let mut scores = Vec::new();
    for name in &head.scores {
        scores.extend(outputs.get(name)?.rows(columns, name)?);
    }
    let mut boxes = Vec::new();
    for name in &head.boxes {
        let view = outputs.get(name)?;
        boxes.extend(view.rows(view.shape.last().copied().unwrap_or(0).max(4), name)?);
    }
    let anchors = anchors(placement.input, &head.anchors);
    if scores.len() != anchors.len() || boxes.len() != anchors.len() {
        let (scores, boxes, anchors) = (scores.len(), boxes.len(), anchors.len());
        return Err(format!("{anchors} anchors have {scores} scores and {boxes} boxes"));
    }
    let classes = ClassScores { activation: head.activation, background: head.background };
    let bound = classes.raw_bound(options.score_threshold);
    let mut found = Vec::new();
    let mut kept = Vec::new();
    for (source, (raw, anchor)) in scores.into_iter().zip(&anchors).enumerate() {
        // A comparison with NaN is false, so that a bad number goes on to be refused.
        if bound.is_some_and(|bound| raw.iter().all(|logit| *logit < bound)) {
            continue;
        }
        let probabilities = classes.all(raw, source)?;
        let Some((class, score)) = best(&probabilities).filter(|(_, score)| *score >= options.score_threshold) else {
            continue;
        };
        let place = place(head, anchor, boxes[source], source)?;
        found.extend(place.map(|place| Found { place, class, score, source }));
        kept.push((source, probabilities));
    }
    detections(found, true, &Kept(kept), placement, options)
}

fn place(head: &Anchors, anchor: &Anchor, row: &[f32], source: usize) -> Result<Option<Place>, String> {
    let [a, b, c, d]: [f32; 4] = std::array::from_fn(|side| row[side] * head.anchors.variances[side] as f32);
    let [a, b, c, d] = if head.anchors.order == CornerOrder::Yxyx { [b, a, d, c] } else { [a, b, c, d] };
    match head.anchors.encoding {
        BoxEncoding::Deltas => Place::centred(
            [
                anchor.x + a * anchor.width,
                anchor.y + b * anchor.height,
                anchor.width * c.exp(),
                anchor.height * d.exp(),
            ],
            source,
        ),
        BoxEncoding::Pixels => Place::centred([anchor.x + a, anchor.y + b, c, d], source),
        BoxEncoding::Distances => {
            let s = anchor.stride;
            Place::cornered([anchor.x - a * s, anchor.y - b * s, anchor.x + c * s, anchor.y + d * s], source)
        }
    }
}
