//! The axis-aligned box and its overlap.

use serde::{Deserialize, Serialize};

use crate::{Point, Size};

/// An axis-aligned box `(x1, y1, x2, y2)` in pixels with finite corners, `x1 ≤ x2` and `y1 ≤ y2`.
///
/// It may lie partly or wholly outside an image; zero area is allowed and has IoU 0 with everything.
///
/// ```
/// use concord_geometry::BBox;
/// let a = BBox::new(10.0, 10.0, 50.0, 50.0).unwrap();
/// let b = BBox::new(12.0, 10.0, 52.0, 50.0).unwrap();
/// assert!((a.iou(&b) - 0.904_761_904_76).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 4]", into = "[f64; 4]")]
pub struct BBox {
    x1: f64,
    y1: f64,
    x2: f64,
    y2: f64,
}

/// Why four numbers are not a box.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BBoxError {
    /// One of the corners is NaN or infinite.
    #[error("a corner of the box is not a finite number: ({0}, {1}, {2}, {3})")]
    NotFinite(f64, f64, f64, f64),
    /// The right edge lies left of the left edge, or the bottom above the top.
    #[error("the box is inverted (negative width or height): ({0}, {1}, {2}, {3})")]
    Inverted(f64, f64, f64, f64),
}

impl BBox {
    /// A box from its corners; an error when one is not finite or the box is inverted.
    pub fn new(x1: f64, y1: f64, x2: f64, y2: f64) -> Result<Self, BBoxError> {
        if ![x1, y1, x2, y2].iter().all(|v| v.is_finite()) {
            return Err(BBoxError::NotFinite(x1, y1, x2, y2));
        }
        if x2 < x1 || y2 < y1 {
            return Err(BBoxError::Inverted(x1, y1, x2, y2));
        }
        Ok(Self { x1, y1, x2, y2 })
    }

    /// A box from its top-left corner, width and height, as COCO stores it.
    pub fn from_xywh(x: f64, y: f64, width: f64, height: f64) -> Result<Self, BBoxError> {
        Self::new(x, y, x + width, y + height)
    }

    /// The smallest box that holds both points, in whichever order they come.
    pub fn from_points(a: Point, b: Point) -> Result<Self, BBoxError> {
        Self::new(a.x.min(b.x), a.y.min(b.y), a.x.max(b.x), a.y.max(b.y))
    }

    /// The whole image as a box.
    pub fn of_image(size: Size) -> Self {
        Self { x1: 0.0, y1: 0.0, x2: f64::from(size.width), y2: f64::from(size.height) }
    }

    /// Left edge, in pixels.
    pub fn x1(&self) -> f64 {
        self.x1
    }

    /// Top edge, in pixels.
    pub fn y1(&self) -> f64 {
        self.y1
    }

    /// Right edge, in pixels.
    pub fn x2(&self) -> f64 {
        self.x2
    }

    /// Bottom edge, in pixels.
    pub fn y2(&self) -> f64 {
        self.y2
    }

    /// Width in pixels, never negative.
    pub fn width(&self) -> f64 {
        self.x2 - self.x1
    }

    /// Height in pixels, never negative.
    pub fn height(&self) -> f64 {
        self.y2 - self.y1
    }

    /// Area in square pixels.
    pub fn area_px(&self) -> f64 {
        self.width() * self.height()
    }

    /// True when the area is zero.
    pub fn is_degenerate(&self) -> bool {
        self.area_px() <= 0.0
    }

    /// The centre.
    pub fn center(&self) -> Point {
        Point::new(f64::midpoint(self.x1, self.x2), f64::midpoint(self.y1, self.y2))
    }

    /// The corners, clockwise from the top left.
    pub fn corners(&self) -> [Point; 4] {
        [
            Point::new(self.x1, self.y1),
            Point::new(self.x2, self.y1),
            Point::new(self.x2, self.y2),
            Point::new(self.x1, self.y2),
        ]
    }

    /// `[x, y, width, height]`, as COCO stores a box.
    pub fn to_xywh(&self) -> [f64; 4] {
        [self.x1, self.y1, self.width(), self.height()]
    }

    /// Area shared with `other`, in square pixels.
    pub fn intersection_px(&self, other: &Self) -> f64 {
        let width = self.x2.min(other.x2) - self.x1.max(other.x1);
        let height = self.y2.min(other.y2) - self.y1.max(other.y1);
        if width <= 0.0 || height <= 0.0 { 0.0 } else { width * height }
    }

    /// Intersection over union, in `[0, 1]`; 0 when either box has no area.
    pub fn iou(&self, other: &Self) -> f64 {
        let shared = self.intersection_px(other);
        if shared <= 0.0 {
            return 0.0;
        }
        shared / (self.area_px() + other.area_px() - shared)
    }

    /// True when the point lies in the box, edges included.
    pub fn contains(&self, point: Point) -> bool {
        (self.x1..=self.x2).contains(&point.x) && (self.y1..=self.y2).contains(&point.y)
    }

    /// True when the boxes share at least a point, edges included.
    pub fn touches(&self, other: &Self) -> bool {
        self.x1 <= other.x2 && self.x2 >= other.x1 && self.y1 <= other.y2 && self.y2 >= other.y1
    }

    /// True when no part of the box leaves an image of this size.
    pub fn is_inside(&self, size: Size) -> bool {
        self.x1 >= 0.0 && self.y1 >= 0.0 && self.x2 <= f64::from(size.width) && self.y2 <= f64::from(size.height)
    }

    /// The part of the box inside an image of this size, or `None` when nothing with area is left.
    pub fn clipped(&self, size: Size) -> Option<Self> {
        let clipped = Self {
            x1: self.x1.max(0.0),
            y1: self.y1.max(0.0),
            x2: self.x2.min(f64::from(size.width)),
            y2: self.y2.min(f64::from(size.height)),
        };
        (clipped.x2 > clipped.x1 && clipped.y2 > clipped.y1).then_some(clipped)
    }

    /// The box moved by `(dx, dy)` pixels.
    #[must_use]
    pub fn moved(&self, dx: f64, dy: f64) -> Self {
        Self { x1: self.x1 + dx, y1: self.y1 + dy, x2: self.x2 + dx, y2: self.y2 + dy }
    }

    /// The smallest box that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
            x2: self.x2.max(other.x2),
            y2: self.y2.max(other.y2),
        }
    }
}

impl TryFrom<[f64; 4]> for BBox {
    type Error = BBoxError;

    fn try_from([x1, y1, x2, y2]: [f64; 4]) -> Result<Self, BBoxError> {
        Self::new(x1, y1, x2, y2)
    }
}

impl From<BBox> for [f64; 4] {
    fn from(b: BBox) -> Self {
        [b.x1, b.y1, b.x2, b.y2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bbox(x1: f64, y1: f64, x2: f64, y2: f64) -> BBox {
        BBox::new(x1, y1, x2, y2).expect("a valid test box")
    }

    #[test]
    fn what_is_not_a_box_is_refused() {
        assert!(matches!(BBox::new(0.0, 0.0, f64::NAN, 1.0), Err(BBoxError::NotFinite(..))));
        assert!(matches!(BBox::new(0.0, 0.0, f64::INFINITY, 1.0), Err(BBoxError::NotFinite(..))));
        assert!(matches!(BBox::from_xywh(5.0, 5.0, -1.0, 2.0), Err(BBoxError::Inverted(..))));
    }

    #[test]
    fn a_box_without_area_has_no_overlap_with_anything() {
        let line = bbox(10.0, 10.0, 10.0, 50.0);
        assert_eq!(line.iou(&line), 0.0);
        assert!(line.is_degenerate());
    }

    #[test]
    fn boxes_that_share_a_corner_touch() {
        let square = bbox(10.0, 10.0, 20.0, 20.0);
        for (other, touches) in [
            (bbox(20.0, 20.0, 30.0, 30.0), true),
            (bbox(20.5, 10.0, 30.0, 20.0), false),
            (bbox(10.0, 0.0, 20.0, 9.5), false),
            (bbox(12.0, 12.0, 12.0, 12.0), true),
        ] {
            assert_eq!((square.touches(&other), other.touches(&square)), (touches, touches), "{other:?}");
        }
    }

    #[test]
    fn iou_of_a_mislocated_box_is_one_third() {
        // The third image of the worked detection-agreement case: boxes 20 px apart.
        assert!((bbox(0.0, 0.0, 40.0, 40.0).iou(&bbox(20.0, 0.0, 60.0, 40.0)) - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn clipping_keeps_only_what_the_image_shows() {
        let size = Size::new(100, 50);
        assert_eq!(bbox(-10.0, -10.0, 20.0, 20.0).clipped(size), Some(bbox(0.0, 0.0, 20.0, 20.0)));
        assert_eq!(bbox(100.0, 0.0, 120.0, 20.0).clipped(size), None);
    }
}
