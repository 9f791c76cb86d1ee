//! What the families have in common: candidates in input pixels become detections in image pixels.

use concord_geometry::{BBox, Geometry, Placement, Point, RotatedBox};

use super::{DetectOptions, Detection};
use crate::nms::{best_first, suppressed};

/// Candidates that go into suppression at most, the best first, as Ultralytics' `max_nms`.
const MAX_CANDIDATES: usize = 30_000;

/// Where a candidate lies, in input pixels, unclipped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Place {
    Box(BBox),
    Rotated(RotatedBox),
}

impl Place {
    /// A box by its centre; `None` for one with a negative side: the model did not mean it, and there is nothing to show.
    pub(crate) fn centred([x, y, w, h]: [f32; 4], candidate: usize) -> Result<Option<Self>, String> {
        let [x, y, w, h] = finite([x, y, w, h], candidate)?;
        Ok(BBox::new(x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0).ok().map(Self::Box))
    }

    /// A box by its corners; `None` for an inverted one.
    pub(crate) fn cornered(corners: [f32; 4], candidate: usize) -> Result<Option<Self>, String> {
        let [x1, y1, x2, y2] = finite(corners, candidate)?;
        Ok(BBox::new(x1, y1, x2, y2).ok().map(Self::Box))
    }

    /// A rotated box; the angle in radians, clockwise on the screen.
    pub(crate) fn rotated(numbers: [f32; 4], radians: f32, candidate: usize) -> Result<Option<Self>, String> {
        let [x, y, w, h] = finite(numbers, candidate)?;
        let [radians, ..] = finite([radians, 0.0, 0.0, 0.0], candidate)?;
        Ok(RotatedBox::new(Point::new(x, y), w, h, radians.to_degrees()).ok().map(Self::Rotated))
    }

    fn bounds(&self) -> BBox {
        match self {
            Self::Box(bbox) => *bbox,
            Self::Rotated(rotated) => rotated.bounds(),
        }
    }

    fn iou(&self, other: &Self) -> f64 {
        match (self, other) {
            (Self::Box(a), Self::Box(b)) => a.iou(b),
            (a, b) => a.geometry().iou(&b.geometry()),
        }
    }

    fn geometry(&self) -> Geometry {
        match self {
            Self::Box(bbox) => Geometry::Box(*bbox),
            Self::Rotated(rotated) => Geometry::RotatedBox(*rotated),
        }
    }
}

fn finite(numbers: [f32; 4], candidate: usize) -> Result<[f64; 4], String> {
    let numbers = numbers.map(f64::from);
    if numbers.iter().all(|n| n.is_finite()) {
        Ok(numbers)
    } else {
        Err(format!("box {candidate} is not finite: {numbers:?}"))
    }
}

/// A candidate that reaches the threshold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) place: Place,
    pub(crate) class: usize,
    pub(crate) score: f32,
    /// Its number in the model's output.
    pub(crate) source: usize,
}

/// How sure a model is of the four sides.
pub(crate) struct Sides {
    /// Mean normalised entropy, 0..=1.
    pub(crate) entropy: f32,
    /// Standard deviations in input pixels: left, top, right, bottom.
    pub(crate) deviations: [f64; 4],
}

/// What is asked of a family for the candidates that stay.
pub(crate) trait Details {
    /// The score of every class; empty when the model does not tell.
    fn class_scores(&self, found: &Found) -> Result<Vec<f32>, String>;

    /// The object's mask in the image; `None` where the family has none or it is empty.
    fn mask(&self, _found: &Found, _placement: &Placement) -> Option<Geometry> {
        None
    }

    /// How sure the model is of the sides.
    fn sides(&self, _found: &Found) -> Option<Sides> {
        None
    }
}

/// Orders candidates, suppresses them where the model has not, and brings what stays into image pixels. What lies in the
/// padding is dropped.
pub(crate) fn detections(
    mut found: Vec<Found>,
    suppress: bool,
    details: &impl Details,
    placement: &Placement,
    options: &DetectOptions,
) -> Result<Vec<Detection>, String> {
    found.sort_by(|a, b| best_first(a.score, b.score));
    found.truncate(MAX_CANDIDATES);
    if suppress {
        let bounds: Vec<BBox> = found.iter().map(|f| f.place.bounds()).collect();
        let classes: Vec<usize> = found.iter().map(|f| f.class).collect();
        let overlap = |a: usize, b: usize| found[a].place.iou(&found[b].place);
        let kept = suppressed(&bounds, &classes, options.nms_iou, overlap);
        found = kept.into_iter().map(|index| found[index]).collect();
    }
    let mut out = Vec::new();
    for candidate in found {
        if out.len() == options.max_detections {
            break;
        }
        let b = candidate.place.bounds();
        let (bbox, shape) = match candidate.place {
            Place::Box(_) => {
                (placement.image_box_from_input(b.x1(), b.y1(), b.x2(), b.y2()), details.mask(&candidate, placement))
            }
            Place::Rotated(rotated) => {
                let turned = in_image(&rotated, placement);
                let bbox = turned.as_ref().and_then(|r| r.bounds().clipped(placement.image));
                (bbox, turned.map(Geometry::RotatedBox))
            }
        };
        let Some(bbox) = bbox else { continue };
        let sides = details.sides(&candidate);
        let (sx, sy) = (placement.scale_x(), placement.scale_y());
        out.push(Detection {
            bbox,
            shape,
            class: candidate.class,
            score: candidate.score,
            class_scores: details.class_scores(&candidate)?,
            localisation: sides.as_ref().map(|s| s.entropy),
            spread: sides.map(|s| {
                let [left, top, right, bottom] = s.deviations;
                [left / sx, top / sy, right / sx, bottom / sy].map(|v| v as f32)
            }),
        });
    }
    Ok(out)
}

/// A rotated box of the input in image pixels. Where the axes are scaled differently a rectangle becomes a
/// parallelogram; the box keeps the directions and lengths of its sides' images as nearly as a rectangle can.
fn in_image(rotated: &RotatedBox, placement: &Placement) -> Option<RotatedBox> {
    let center = placement.image_from_input(rotated.center());
    let (sin, cos) = rotated.degrees().to_radians().sin_cos();
    let (sx, sy) = (placement.scale_x(), placement.scale_y());
    let along = (rotated.width() * cos / sx, rotated.width() * sin / sy);
    let across = (-rotated.height() * sin / sx, rotated.height() * cos / sy);
    let degrees = if rotated.width() > 0.0 { along.1.atan2(along.0).to_degrees() } else { rotated.degrees() };
    RotatedBox::new(center, along.0.hypot(along.1), across.0.hypot(across.1), degrees).ok()
}
