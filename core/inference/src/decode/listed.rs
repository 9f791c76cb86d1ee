//! Finished lists of boxes, scores and classes, with masks where there are some.

use concord_geometry::{BBox, Geometry, Placement};

use super::found::{Details, Found, Place, detections};
use super::masks::{Grid, in_image};
use super::outputs::{Outputs, View};
use super::scores::probability;
use super::yolo::class_number;
use super::{DetectOptions, Detection};
use crate::contract::{CornerOrder, Listed};

/// Masks `[N, h, w]` with their height and width.
type SmallMasks<'a> = (&'a [f32], usize, usize);

struct Lists<'a> {
    masks: Option<SmallMasks<'a>>,
    threshold: f64,
}

impl Details for Lists<'_> {
    fn class_scores(&self, _found: &Found) -> Result<Vec<f32>, String> {
        Ok(Vec::new())
    }

    fn mask(&self, found: &Found, placement: &Placement) -> Option<Geometry> {
        let (data, height, width) = self.masks?;
        let Place::Box(bbox) = found.place else { return None };
        let values = data.get(found.source * height * width..)?.get(..height * width)?;
        // A mask as large as the input lies over it; a smaller one over its box.
        let is_whole = (width, height) == (placement.input.width as usize, placement.input.height as usize);
        let over = if is_whole { BBox::of_image(placement.input) } else { bbox };
        if over.is_degenerate() {
            return None;
        }
        in_image(&Grid { values, width, height, over }, &bbox, placement, self.threshold)
    }
}

/// Reads the lists; what a count leaves out is not looked at.
pub(crate) fn read(
    head: &Listed,
    classes: usize,
    outputs: &Outputs<'_>,
    placement: &Placement,
    options: &DetectOptions,
) -> Result<Vec<Detection>, String> {
    let boxes = outputs.get_of_rank(&head.boxes, 2)?;
    let rows = boxes.rows(4, &head.boxes)?;
    let scores = outputs.get_of_rank(&head.scores, 1)?;
    let numbers = head.classes.as_ref().map(|name| outputs.get_of_rank(name, 1)).transpose()?;
    let length = rows.len();
    if scores.data.len() != length || numbers.is_some_and(|n| n.data.len() != length) {
        return Err(format!("{length} boxes have {} scores", scores.data.len()));
    }
    let count = match &head.count {
        None => length,
        Some(name) => {
            let count = outputs.get_of_rank(name, 0)?.data.first().copied().unwrap_or(0.0);
            if !(0.0..=length as f32).contains(&count) {
                return Err(format!("{name} counts {count} of {length} boxes"));
            }
            count as usize
        }
    };
    let lists = Lists { masks: masks(head, outputs, length)?, threshold: head.threshold };
    let (width, height) = (placement.input.width as f32, placement.input.height as f32);
    let mut found = Vec::new();
    for (source, row) in rows.enumerate().take(count) {
        let class_value = numbers.map_or(head.first_class as f32, |n| n.data[source]);
        let score = probability(scores.data[source], class_value as usize, source)?;
        if score < options.score_threshold {
            continue;
        }
        let class = class_number(class_value, head.first_class, classes, source)?;
        let [x1, y1, x2, y2] = match head.order {
            CornerOrder::Xyxy => [row[0], row[1], row[2], row[3]],
            CornerOrder::Yxyx => [row[1], row[0], row[3], row[2]],
        };
        let corners =
            if head.normalised { [x1 * width, y1 * height, x2 * width, y2 * height] } else { [x1, y1, x2, y2] };
        found.extend(Place::cornered(corners, source)?.map(|place| Found { place, class, score, source }));
    }
    detections(found, false, &lists, placement, options)
}

fn masks<'a>(head: &Listed, outputs: &Outputs<'a>, length: usize) -> Result<Option<SmallMasks<'a>>, String> {
    let Some(name) = &head.masks else { return Ok(None) };
    let view: View<'a> = match outputs.get_of_rank(name, 3) {
        Ok(view) => view,
        // [N, 1, h, w] of one image, as torchvision gives them.
        Err(_) => outputs.get_of_rank(name, 4)?,
    };
    match view.shape {
        &[n, h, w] | &[n, 1, h, w] if n == length && h > 0 && w > 0 => Ok(Some((view.data, h, w))),
        _ if length == 0 => Ok(None),
        shape => Err(format!("{name} has the shape {shape:?} for {length} boxes")),
    }
}
