//! The forms of COCO in which a geometry is written, and what has to stand beside them.

use concord_geometry::{Geometry, GeometryKind, Keypoints, Polygon, Rle, Size, Visibility};
use serde::Serialize;
use serde_json::Value;

use super::CocoSkeleton;
use super::segmentation::{is_closed, united};

/// How far the polygon of an ellipse may depart from it, in pixels; pycocotools rounds corners to a fifth of a pixel.
const TOLERANCE_PX: f64 = 0.1;

/// A `segmentation`.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Segmentation {
    /// Polygons as flat lists, whose union counts.
    Rings(Vec<Vec<f64>>),
    /// Run lengths.
    Runs(Rle),
}

/// The keys of an annotation that tell its geometry, besides `bbox` and `area`.
#[derive(Default)]
pub(super) struct Form<'a> {
    pub(super) segmentation: Option<Segmentation>,
    /// Triples of x, y and the flag.
    pub(super) keypoints: Option<Vec<Value>>,
    /// How many of them are labelled.
    pub(super) num_keypoints: Option<usize>,
    /// The geometry itself, where reading the others would give another one.
    pub(super) geometry: Option<&'a Geometry>,
}

impl<'a> Form<'a> {
    /// The form of a geometry in an image (with a side of 0 when its size is unknown) of a class with this template.
    pub(super) fn of(geometry: &'a Geometry, image: Size, template: Option<&CocoSkeleton>) -> Self {
        let own = Some(geometry);
        match geometry {
            Geometry::Box(_) => Self::default(),
            Geometry::Mask(mask) => {
                Self { segmentation: Some(Segmentation::Runs(mask.rle().clone())), ..Self::default() }
            }
            Geometry::Polygon(polygon) => {
                let (segmentation, is_whole) = of_polygon(polygon, image);
                Self { segmentation, geometry: own.filter(|_| !is_whole), ..Self::default() }
            }
            Geometry::RotatedBox(_) | Geometry::Ellipse(_) => {
                let polygon = geometry.to_polygon(TOLERANCE_PX);
                Self { segmentation: polygon.map(|p| Segmentation::Rings(p.into())), geometry: own, ..Self::default() }
            }
            Geometry::Polyline(_) => Self { geometry: own, ..Self::default() },
            Geometry::Keypoints(keypoints) => Self {
                segmentation: None,
                keypoints: Some(triples(keypoints)),
                num_keypoints: Some(keypoints.present().count()),
                geometry: own.filter(|_| template.is_some_and(|t| t.points.len() != keypoints.points().len())),
            },
        }
    }
}

/// The area of a geometry for COCO's size ranges in square pixels: that of the region, and that of the box for what
/// covers none.
pub(super) fn area_px(geometry: &Geometry, [_, _, width, height]: [f64; 4]) -> f64 {
    match geometry.kind() {
        GeometryKind::Box | GeometryKind::Polyline | GeometryKind::Keypoints => width * height,
        _ => geometry.area_px(),
    }
}

/// The segmentation of a polygon, and whether reading it gives the polygon back.
///
/// Rings that lie apart are written as they are. Holes have no form as rings: such a polygon is written as the pixels
/// whose centres it covers, or not at all when there are none or the size of the image is unknown.
fn of_polygon(polygon: &Polygon, image: Size) -> (Option<Segmentation>, bool) {
    if united(polygon).is_some() {
        let mask = Rle::of_polygon(polygon, image);
        return (Some(mask).filter(|m| !m.is_empty()).map(Segmentation::Runs), false);
    }
    let is_whole = !polygon.rings().iter().any(|ring| is_closed(ring));
    (Some(Segmentation::Rings(polygon.clone().into())), is_whole)
}

fn triples(keypoints: &Keypoints) -> Vec<Value> {
    let flag = |v: Visibility| Visibility::ALL.iter().position(|known| *known == v).unwrap_or_default();
    let triple = |p: &concord_geometry::Keypoint| [p.at.x.into(), p.at.y.into(), flag(p.visibility).into()];
    keypoints.points().iter().flat_map(triple).collect()
}
