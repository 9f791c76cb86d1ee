//! Whether two objects of one class are the same thing labelled twice.

use concord_geometry::{BBox, Geometry};

/// What is kept about an object to tell quickly that it is no twin of another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    pub(super) bounds: BBox,
    /// The area that the object covers, where it is known.
    pub(super) area_px: Option<f64>,
}

/// An ellipse counts as a polygon that reaches beyond it by less than this part.
const OUTLINE_SLACK: f64 = 1e-3;

/// The overlap of two objects when it is above the threshold. Regions overlap by their IoU; lines and points wholly when
/// they are equal, else not at all.
pub(super) fn overlap(a: (&Geometry, Extent), b: (&Geometry, Extent), threshold: f64) -> Option<f64> {
    let ((a, a_extent), (b, b_extent)) = (a, b);
    let overlap = match (a, b) {
        (Geometry::Box(a), Geometry::Box(b)) => a.iou(b),
        _ if a.kind().is_region() && b.kind().is_region() => {
            let counts_pixels = a.kind() != b.kind() && [a, b].iter().any(|g| matches!(g, Geometry::Mask(_)));
            if !counts_pixels && most_overlap(a_extent, b_extent) <= threshold {
                return None;
            }
            a.iou(b)
        }
        _ if a == b => 1.0,
        _ => 0.0,
    };
    (overlap > threshold).then_some(overlap)
}

/// The most that two regions can overlap: they share no more than their bounds share, and no more than either covers.
fn most_overlap(a: Extent, b: Extent) -> f64 {
    let (Some(a_px), Some(b_px)) = (a.area_px, b.area_px) else { return 1.0 };
    let shared = a.bounds.intersection_px(&b.bounds).min(a_px).min(b_px);
    if shared <= 0.0 { 0.0 } else { shared / (a_px + b_px - shared) + OUTLINE_SLACK }
}
