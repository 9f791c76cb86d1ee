//! How much two objects show the same thing.

use concord_geometry::{BBox, Geometry};
use concord_metrics::oks::{self, object_keypoint_similarity};

use crate::object::Object;

/// How far two objects agree on where the thing is, in `[0, 1]`: the overlap (IoU) of regions of one kind, the
/// similarity of key points, and the IoU of the bounds of everything else, which draws one thing in other ways.
pub fn similarity(a: &Object, b: &Object) -> f64 {
    match (&a.geometry, &b.geometry) {
        (Geometry::Keypoints(first), Geometry::Keypoints(second)) => object_keypoint_similarity(first, second),
        (first, second) if first.kind() == second.kind() && first.kind().is_region() => first.iou(second),
        _ => a.bounds().iou(&b.bounds()),
    }
}

/// Where to look for objects that are similar.
pub(super) fn reach(object: &Object) -> BBox {
    match &object.geometry {
        Geometry::Keypoints(points) => oks::reach(points),
        _ => object.bounds(),
    }
}
