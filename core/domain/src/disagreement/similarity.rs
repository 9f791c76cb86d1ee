//! How much two objects show the same thing.

use concord_geometry::{BBox, Geometry, Keypoints};
use concord_metrics::matching::keypoint_similarity;

use crate::object::Object;

/// How far points of one name are apart between careful people, as a part of the scale: the constant that CVAT takes for
/// points without one of their own.
const SIGMA: f64 = 0.09;
/// The smallest scale of key points, in pixels: COCO's bound of small objects. A single point has no size of its own.
const LEAST_SCALE_PX: f64 = 32.0;

/// How far two objects agree on where the thing is, in `[0, 1]`: the overlap (IoU) of regions of one kind; of key points
/// their object keypoint similarity, with one σ of 0.09 and the mean area of both bounds, at least 32² px; and the IoU of
/// the bounds of everything else, which draws one thing in other ways.
pub fn similarity(a: &Object, b: &Object) -> f64 {
    match (&a.geometry, &b.geometry) {
        (Geometry::Keypoints(first), Geometry::Keypoints(second)) => points_alike(first, second),
        (first, second) if first.kind() == second.kind() && first.kind().is_region() => first.iou(second),
        _ => a.bounds().iou(&b.bounds()),
    }
}

fn points_alike(a: &Keypoints, b: &Keypoints) -> f64 {
    let area = f64::midpoint(a.bounds().area_px(), b.bounds().area_px()).max(LEAST_SCALE_PX.powi(2));
    keypoint_similarity(a, b, &vec![SIGMA; a.points().len()], area)
}

/// Where to look for objects that are similar.
pub(super) fn reach(object: &Object) -> BBox {
    let Geometry::Keypoints(points) = &object.geometry else { return object.bounds() };
    let bounds = points.bounds();
    // exp(−d² / (8 · 2.5 s² · 0.0081)) = 0.1 at d = 0.61 s, for something up to four times as large.
    let grown = 0.7 * bounds.area_px().sqrt().max(LEAST_SCALE_PX);
    BBox::new(bounds.x1() - grown, bounds.y1() - grown, bounds.x2() + grown, bounds.y2() + grown).unwrap_or(bounds)
}
