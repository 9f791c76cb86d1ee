//! Points and skeletons: named places on an object, in the order of a template.

use serde::{Deserialize, Serialize};

use crate::{BBox, GeometryError, Point, points};

/// Whether a point of a template can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Not in the image, or not labelled: it has no place (COCO: 0).
    Absent,
    /// Hidden, at a place that is guessed (COCO: 1).
    Occluded,
    /// Seen (COCO: 2).
    #[default]
    Visible,
}

impl Visibility {
    /// All, in the order of the COCO flag.
    pub const ALL: [Self; 3] = [Self::Absent, Self::Occluded, Self::Visible];

    /// The word used in files and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Occluded => "occluded",
            Self::Visible => "visible",
        }
    }
}

/// One point with its visibility.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Keypoint {
    /// Where it is; of no meaning when it is absent.
    pub at: Point,
    /// Whether it is seen.
    pub visibility: Visibility,
}

/// Points in the order of a template, at least one of them not absent; written as COCO does: `x, y, v` a point with
/// `v` 0 absent, 1 occluded, 2 visible, and `0, 0, 0` for an absent one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub struct Keypoints {
    points: Vec<Keypoint>,
    bounds: BBox,
}

impl Keypoints {
    /// Keypoints; an error when all are absent or a place is not finite. Absent points are put at the origin.
    pub fn new(mut points: Vec<Keypoint>) -> Result<Self, GeometryError> {
        for absent in points.iter_mut().filter(|p| p.visibility == Visibility::Absent) {
            absent.at = Point::default();
        }
        let placed: Vec<Point> = present(&points).map(|p| p.at).collect();
        points::check_finite(&placed)?;
        let bounds = points::bounds(placed).ok_or(GeometryError::TooFewPoints { needed: 1, found: 0 })?;
        Ok(Self { points, bounds })
    }

    /// A single visible point.
    pub fn single(at: Point) -> Result<Self, GeometryError> {
        Self::new(vec![Keypoint { at, visibility: Visibility::Visible }])
    }

    /// All points in the order of the template, absent ones included.
    pub fn points(&self) -> &[Keypoint] {
        &self.points
    }

    /// The points that have a place.
    pub fn present(&self) -> impl Iterator<Item = &Keypoint> {
        present(&self.points)
    }

    /// The smallest box that holds the points that have a place; it may have no area.
    pub fn bounds(&self) -> BBox {
        self.bounds
    }

    /// All points moved by `(dx, dy)` pixels.
    #[must_use]
    pub fn moved(&self, dx: f64, dy: f64) -> Self {
        let moved = |p: &Keypoint| match p.visibility {
            Visibility::Absent => *p,
            _ => Keypoint { at: p.at.moved(dx, dy), ..*p },
        };
        Self { points: self.points.iter().map(moved).collect(), bounds: self.bounds.moved(dx, dy) }
    }
}

fn present(points: &[Keypoint]) -> impl Iterator<Item = &Keypoint> {
    points.iter().filter(|p| p.visibility != Visibility::Absent)
}

impl TryFrom<Vec<f64>> for Keypoints {
    type Error = GeometryError;

    fn try_from(numbers: Vec<f64>) -> Result<Self, GeometryError> {
        let (triples, rest) = numbers.as_chunks::<3>();
        if !rest.is_empty() {
            return Err(GeometryError::NotTriples(numbers.len()));
        }
        let read = |[x, y, v]: &[f64; 3]| {
            let visibility = match *v {
                0.0 => Visibility::Absent,
                1.0 => Visibility::Occluded,
                2.0 => Visibility::Visible,
                other => return Err(GeometryError::UnknownVisibility(other)),
            };
            Ok(Keypoint { at: Point::new(*x, *y), visibility })
        };
        Self::new(triples.iter().map(read).collect::<Result<_, _>>()?)
    }
}

impl From<Keypoints> for Vec<f64> {
    fn from(keypoints: Keypoints) -> Self {
        let flag = |v: Visibility| match v {
            Visibility::Absent => 0.0,
            Visibility::Occluded => 1.0,
            Visibility::Visible => 2.0,
        };
        keypoints.points.iter().flat_map(|p| [p.at.x, p.at.y, flag(p.visibility)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_points_have_no_place_and_no_weight() {
        let read = Keypoints::try_from(vec![5.0, 6.0, 2.0, 99.0, 99.0, 0.0, 1.0, 2.0, 1.0]).expect("keypoints");
        assert_eq!(<[f64; 4]>::from(read.bounds()), [1.0, 2.0, 5.0, 6.0]);
        assert_eq!(Vec::from(read.moved(1.0, 1.0)), [6.0, 7.0, 2.0, 0.0, 0.0, 0.0, 2.0, 3.0, 1.0]);
    }

    #[test]
    fn what_are_no_keypoints_is_refused() {
        let refuse = |numbers: &[f64]| Keypoints::try_from(numbers.to_vec()).expect_err("refused");
        assert_eq!(refuse(&[1.0, 2.0]), GeometryError::NotTriples(2));
        assert_eq!(refuse(&[1.0, 2.0, 3.0]), GeometryError::UnknownVisibility(3.0));
        assert!(matches!(refuse(&[1.0, 2.0, 0.0]), GeometryError::TooFewPoints { .. }));
    }
}
