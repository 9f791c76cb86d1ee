//! What moves, resizes, turns and mirrors a selection without a gesture: arrow keys, numbers, menu entries.

use concord_geometry::{
    BBox, Ellipse, Geometry, GeometryError, Keypoint, Keypoints, Mask, Point, Polygon, Polyline, Rle, RotatedBox,
    Visibility,
};

use super::outcome::Refusal;
use crate::edit::Edit;
use crate::object::{Object, ObjectId};

/// About which line a selection is mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flip {
    /// Left becomes right.
    Horizontal,
    /// Top becomes bottom.
    Vertical,
}

/// Objects moved together by `(dx, dy)` pixels, as the arrow keys do. With a mask among them they move by whole
/// pixels, and no farther than the mask's image goes.
pub fn nudge(objects: &[&Object], dx: f64, dy: f64) -> Result<Edit, Refusal> {
    let start = shapes_of(objects)?;
    Ok(Edit::Reshape(moved_together(&start, dx, dy)))
}

/// Objects scaled and moved together so that their common bounds become `to`, as numbers typed for a place and a size
/// do.
pub fn fit(objects: &[&Object], to: &BBox) -> Result<Edit, Refusal> {
    let start = shapes_of(objects)?;
    let from = common_bounds(start.iter().map(|(_, geometry)| geometry)).ok_or(Refusal::NothingSelected)?;
    if to.is_degenerate() && !from.is_degenerate() {
        return Err(Refusal::NoArea);
    }
    let fitted = start.into_iter().map(|(id, geometry)| Some((id, fitted(&geometry, &from, to)?)));
    Ok(Edit::Reshape(fitted.collect::<Option<_>>().ok_or(Refusal::LeavesImage)?))
}

/// A geometry fitted from one frame into another; a box that is the frame becomes the other to the last bit.
pub(super) fn fitted(geometry: &Geometry, from: &BBox, to: &BBox) -> Option<Geometry> {
    match geometry {
        Geometry::Box(bbox) if bbox == from => Some((*to).into()),
        other => other.fitted(from, to),
    }
}

/// Objects turned clockwise on the screen about the centre of their common bounds. Boxes become rotated boxes unless
/// it is by quarter turns; masks are turned by their outlines and keep the pixels whose centres are covered.
pub fn rotate(objects: &[&Object], degrees: f64) -> Result<Edit, Refusal> {
    transformed(objects, |geometry, center| rotated(geometry, center, degrees).unwrap_or_default()).map(Edit::Reshape)
}

/// Objects mirrored about the middle of their common bounds.
///
/// From left to right, the points that a template pairs exchange their names: `left eye` lies afterwards where the
/// right eye was mirrored to. In a mirror a right eye is a left one, so that names which were right stay right: somebody
/// who faced the camera still does. Images that are mirrored to train on COCO keypoints are relabelled in the same way
/// (their flip pairs). Kept names would turn a front into a back that nobody drew.
///
/// From top to bottom every name stays. That, followed by half a turn, is the mirror image from left to right with its
/// names kept, for annotations whose left and right were the wrong way round.
pub fn flip(objects: &[&Object], way: Flip) -> Result<Edit, Refusal> {
    let shapes = transformed(objects, |geometry, center| flipped(geometry, center, way).ok())?;
    Ok(match way {
        Flip::Horizontal => Edit::Mirror(shapes),
        Flip::Vertical => Edit::Reshape(shapes),
    })
}

fn transformed(
    objects: &[&Object],
    transform: impl Fn(&Geometry, Point) -> Option<Geometry>,
) -> Result<Vec<(ObjectId, Geometry)>, Refusal> {
    let start = shapes_of(objects)?;
    let bounds = common_bounds(start.iter().map(|(_, geometry)| geometry)).ok_or(Refusal::NothingSelected)?;
    let shapes = start.into_iter().map(|(id, geometry)| Some((id, transform(&geometry, bounds.center())?)));
    shapes.collect::<Option<_>>().ok_or(Refusal::LeavesImage)
}

fn shapes_of(objects: &[&Object]) -> Result<Vec<(ObjectId, Geometry)>, Refusal> {
    if objects.is_empty() {
        return Err(Refusal::NothingSelected);
    }
    Ok(objects.iter().map(|o| (o.id.clone(), o.geometry.clone())).collect())
}

/// The smallest box that holds all geometries; `None` without any.
pub fn common_bounds<'a>(geometries: impl IntoIterator<Item = &'a Geometry>) -> Option<BBox> {
    geometries.into_iter().map(Geometry::bounds).reduce(|a, b| a.union(&b))
}

/// Geometries moved together, in their order; masks hold them all to whole pixels and to the image.
pub(super) fn moved_together(start: &[(ObjectId, Geometry)], dx: f64, dy: f64) -> Vec<(ObjectId, Geometry)> {
    let (mut dx, mut dy) = (dx, dy);
    for (_, geometry) in start {
        if let Geometry::Mask(mask) = geometry {
            let (bounds, size) = (mask.bounds(), mask.rle().size());
            dx = held(dx.round(), -bounds.x1(), f64::from(size.width) - bounds.x2());
            dy = held(dy.round(), -bounds.y1(), f64::from(size.height) - bounds.y2());
        }
    }
    let moved = |geometry: &Geometry| geometry.moved(dx, dy).unwrap_or_else(|| geometry.clone());
    start.iter().map(|(id, geometry)| (id.clone(), moved(geometry))).collect()
}

fn held(step: f64, least: f64, most: f64) -> f64 {
    step.min(most).max(least)
}

/// A geometry turned clockwise on the screen about a point; `None` when nothing of a mask is left in its image.
fn rotated(geometry: &Geometry, about: Point, degrees: f64) -> Result<Option<Geometry>, GeometryError> {
    // A rotated box without sides turns points as it turns its own corners: exactly at quarter turns.
    let frame = RotatedBox::new(about, 0.0, 0.0, degrees)?;
    let turn = |point: Point| frame.from_upright(point);
    Ok(Some(match geometry {
        Geometry::Box(bbox) if degrees.rem_euclid(90.0) == 0.0 => {
            let [a, _, c, _] = bbox.corners().map(turn);
            BBox::from_points(a, c).map_or_else(|_| geometry.clone(), Geometry::Box)
        }
        Geometry::Box(bbox) => {
            Geometry::RotatedBox(RotatedBox::new(turn(bbox.center()), bbox.width(), bbox.height(), degrees)?)
        }
        Geometry::RotatedBox(b) => {
            Geometry::RotatedBox(RotatedBox::new(turn(b.center()), b.width(), b.height(), b.degrees() + degrees)?)
        }
        Geometry::Ellipse(e) => {
            Geometry::Ellipse(Ellipse::new(turn(e.center()), e.radius_x(), e.radius_y(), e.degrees() + degrees)?)
        }
        other => return mapped(other, turn),
    }))
}

fn flipped(geometry: &Geometry, center: Point, way: Flip) -> Result<Geometry, GeometryError> {
    let mirror = |p: Point| match way {
        Flip::Horizontal => Point::new(2.0 * center.x - p.x, p.y),
        Flip::Vertical => Point::new(p.x, 2.0 * center.y - p.y),
    };
    Ok(match geometry {
        Geometry::Box(bbox) => {
            let [a, _, c, _] = bbox.corners().map(mirror);
            BBox::from_points(a, c).map_or_else(|_| geometry.clone(), Geometry::Box)
        }
        Geometry::RotatedBox(b) => {
            Geometry::RotatedBox(RotatedBox::new(mirror(b.center()), b.width(), b.height(), -b.degrees())?)
        }
        Geometry::Ellipse(e) => {
            Geometry::Ellipse(Ellipse::new(mirror(e.center()), e.radius_x(), e.radius_y(), -e.degrees())?)
        }
        other => mapped(other, mirror)?.ok_or(GeometryError::EmptyMask)?,
    })
}

/// A geometry made of points with each of them mapped; a mask by its outline, `None` when no pixel is left.
fn mapped(geometry: &Geometry, map: impl Fn(Point) -> Point) -> Result<Option<Geometry>, GeometryError> {
    let ring = |ring: &Vec<Point>| ring.iter().map(|p| map(*p)).collect();
    let rings = |polygon: &Polygon| Polygon::new(polygon.rings().iter().map(ring).collect());
    Ok(Some(match geometry {
        Geometry::Polygon(polygon) => Geometry::Polygon(rings(polygon)?),
        Geometry::Polyline(line) => Geometry::Polyline(Polyline::new(line.points().iter().map(|p| map(*p)).collect())?),
        Geometry::Keypoints(keypoints) => {
            let placed = |p: &Keypoint| match p.visibility {
                Visibility::Absent => *p,
                _ => Keypoint { at: map(p.at), ..*p },
            };
            Geometry::Keypoints(Keypoints::new(keypoints.points().iter().map(placed).collect())?)
        }
        Geometry::Mask(mask) => {
            let outline = rings(&Polygon::outline_of(mask))?;
            return Ok(Mask::new(Rle::of_polygon(&outline, mask.rle().size())).ok().map(Geometry::Mask));
        }
        other => other.clone(),
    }))
}
