//! The rotated box and the ellipse: a centre, two lengths and an angle.

use serde::{Deserialize, Serialize};

use crate::{BBox, GeometryError, Point, points};

/// A box turned about its centre; written as `[center x, center y, width, height, degrees]`.
///
/// The angle is in degrees, clockwise on the screen (from x towards y), in `[0, 360)`; at 0 the width lies along x.
/// Sides are finite and not negative.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 5]", into = "[f64; 5]")]
pub struct RotatedBox {
    center: Point,
    width: f64,
    height: f64,
    degrees: f64,
}

/// An ellipse; written as `[center x, center y, radius x, radius y, degrees]`.
///
/// The radii are half the lengths of the axes, finite and not negative; the angle is as in [`RotatedBox`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 5]", into = "[f64; 5]")]
pub struct Ellipse {
    center: Point,
    radius_x: f64,
    radius_y: f64,
    degrees: f64,
}

/// A point turned clockwise on the screen about a centre.
pub(crate) fn turned(point: Point, about: Point, degrees: f64) -> Point {
    let (sin, cos) = sin_cos_degrees(degrees);
    let (dx, dy) = (point.x - about.x, point.y - about.y);
    Point::new(about.x + dx * cos - dy * sin, about.y + dx * sin + dy * cos)
}

/// Sine and cosine of an angle in degrees; exact at the quarter turns, where a box must stay a box.
fn sin_cos_degrees(degrees: f64) -> (f64, f64) {
    match degrees.rem_euclid(360.0) {
        0.0 => (0.0, 1.0),
        90.0 => (1.0, 0.0),
        180.0 => (0.0, -1.0),
        270.0 => (-1.0, 0.0),
        other => other.to_radians().sin_cos(),
    }
}

fn checked([x, y, a, b, degrees]: [f64; 5]) -> Result<[f64; 5], GeometryError> {
    points::check_finite(&[Point::new(x, y), Point::new(a, b), Point::new(degrees, 0.0)])?;
    if a < 0.0 || b < 0.0 {
        return Err(GeometryError::NegativeLength(a.min(b)));
    }
    let turn = degrees.rem_euclid(360.0);
    // A tiny negative angle rounds to 360 itself.
    Ok([x, y, a, b, if turn < 360.0 { turn } else { 0.0 }])
}

impl RotatedBox {
    /// A rotated box; an error when a number is not finite or a side is negative. The angle is taken modulo 360.
    pub fn new(center: Point, width: f64, height: f64, degrees: f64) -> Result<Self, GeometryError> {
        Self::try_from([center.x, center.y, width, height, degrees])
    }

    /// An upright box.
    pub fn upright(bbox: &BBox) -> Self {
        Self { center: bbox.center(), width: bbox.width(), height: bbox.height(), degrees: 0.0 }
    }

    /// The box of which `a` to `b` is one side and which reaches to the height of `c`: the three clicks that draw it.
    pub fn from_side_and_point(a: Point, b: Point, c: Point) -> Result<Self, GeometryError> {
        let width = a.distance(b);
        let degrees = (b.y - a.y).atan2(b.x - a.x).to_degrees();
        // The signed distance of c from the line through a and b, positive on its clockwise side.
        let height = if width > 0.0 { ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / width } else { 0.0 };
        let middle = Point::new(f64::midpoint(a.x, b.x), f64::midpoint(a.y, b.y));
        let center = turned(middle.moved(0.0, height / 2.0), middle, degrees);
        Self::new(center, width, height.abs(), degrees)
    }

    /// The centre.
    pub fn center(&self) -> Point {
        self.center
    }

    /// Width in pixels.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> f64 {
        self.height
    }

    /// The angle in degrees, clockwise on the screen, in `[0, 360)`.
    pub fn degrees(&self) -> f64 {
        self.degrees
    }

    /// The corners, clockwise, beginning with the one that is top left at 0 degrees.
    pub fn corners(&self) -> [Point; 4] {
        let (w, h) = (self.width / 2.0, self.height / 2.0);
        [(-w, -h), (w, -h), (w, h), (-w, h)]
            .map(|(dx, dy)| turned(self.center.moved(dx, dy), self.center, self.degrees))
    }

    /// A point in the box's own frame, in which it is upright.
    pub fn to_upright(&self, point: Point) -> Point {
        turned(point, self.center, -self.degrees)
    }

    /// A point of the box's own frame in the image.
    pub fn from_upright(&self, point: Point) -> Point {
        turned(point, self.center, self.degrees)
    }

    /// The box as it is in its own frame.
    pub fn as_upright(&self) -> BBox {
        let (w, h) = (self.width / 2.0, self.height / 2.0);
        let c = self.center;
        BBox::from_points(c.moved(-w, -h), c.moved(w, h)).unwrap_or_else(|_| unreachable_bounds(c))
    }

    /// Area in square pixels.
    pub fn area_px(&self) -> f64 {
        self.width * self.height
    }

    /// The smallest upright box that holds it.
    pub fn bounds(&self) -> BBox {
        points::bounds(self.corners()).unwrap_or_else(|| unreachable_bounds(self.center))
    }

    /// True when the point lies in the box.
    pub fn contains(&self, point: Point) -> bool {
        self.as_upright().contains(self.to_upright(point))
    }

    /// The box moved by `(dx, dy)` pixels.
    #[must_use]
    pub fn moved(&self, dx: f64, dy: f64) -> Self {
        Self { center: self.center.moved(dx, dy), ..*self }
    }
}

impl Ellipse {
    /// An ellipse; an error when a number is not finite or a radius is negative. The angle is taken modulo 360.
    pub fn new(center: Point, radius_x: f64, radius_y: f64, degrees: f64) -> Result<Self, GeometryError> {
        Self::try_from([center.x, center.y, radius_x, radius_y, degrees])
    }

    /// The ellipse that touches all four sides of a box.
    pub fn inscribed(bbox: &BBox) -> Self {
        let (radius_x, radius_y) = (bbox.width() / 2.0, bbox.height() / 2.0);
        Self { center: bbox.center(), radius_x, radius_y, degrees: 0.0 }
    }

    /// The centre.
    pub fn center(&self) -> Point {
        self.center
    }

    /// Half the length of the axis that lies along x at 0 degrees, in pixels.
    pub fn radius_x(&self) -> f64 {
        self.radius_x
    }

    /// Half the length of the other axis, in pixels.
    pub fn radius_y(&self) -> f64 {
        self.radius_y
    }

    /// The angle in degrees, clockwise on the screen, in `[0, 360)`.
    pub fn degrees(&self) -> f64 {
        self.degrees
    }

    /// The rotated box that the ellipse touches on all sides.
    pub fn frame(&self) -> RotatedBox {
        let (width, height) = (2.0 * self.radius_x, 2.0 * self.radius_y);
        RotatedBox { center: self.center, width, height, degrees: self.degrees }
    }

    /// The ellipse in a rotated box.
    pub fn in_frame(frame: &RotatedBox) -> Self {
        let (radius_x, radius_y) = (frame.width / 2.0, frame.height / 2.0);
        Self { center: frame.center, radius_x, radius_y, degrees: frame.degrees }
    }

    /// Area in square pixels.
    pub fn area_px(&self) -> f64 {
        std::f64::consts::PI * self.radius_x * self.radius_y
    }

    /// The smallest upright box that holds it.
    pub fn bounds(&self) -> BBox {
        let (sin, cos) = sin_cos_degrees(self.degrees);
        let half_width = (self.radius_x * cos).hypot(self.radius_y * sin);
        let half_height = (self.radius_x * sin).hypot(self.radius_y * cos);
        let c = self.center;
        BBox::from_points(c.moved(-half_width, -half_height), c.moved(half_width, half_height))
            .unwrap_or_else(|_| unreachable_bounds(c))
    }

    /// True when the point lies in the ellipse.
    pub fn contains(&self, point: Point) -> bool {
        let p = turned(point, self.center, -self.degrees);
        let (dx, dy) = ((p.x - self.center.x) / self.radius_x, (p.y - self.center.y) / self.radius_y);
        dx * dx + dy * dy <= 1.0
    }

    /// `count` points on the ellipse, evenly spaced in the parameter, clockwise on the screen.
    pub fn outline(&self, count: usize) -> Vec<Point> {
        let at = |i: usize| {
            let (sin, cos) = (std::f64::consts::TAU * i as f64 / count as f64).sin_cos();
            turned(self.center.moved(self.radius_x * cos, self.radius_y * sin), self.center, self.degrees)
        };
        (0..count).map(at).collect()
    }

    /// The ellipse moved by `(dx, dy)` pixels.
    #[must_use]
    pub fn moved(&self, dx: f64, dy: f64) -> Self {
        Self { center: self.center.moved(dx, dy), ..*self }
    }
}

/// Bounds for lengths so large that a corner overflows: the centre alone, which is finite.
fn unreachable_bounds(center: Point) -> BBox {
    BBox::from_points(center, center).unwrap_or_else(|_| BBox::of_image(crate::Size::new(0, 0)))
}

impl TryFrom<[f64; 5]> for RotatedBox {
    type Error = GeometryError;

    fn try_from(numbers: [f64; 5]) -> Result<Self, GeometryError> {
        let [x, y, width, height, degrees] = checked(numbers)?;
        Ok(Self { center: Point::new(x, y), width, height, degrees })
    }
}

impl From<RotatedBox> for [f64; 5] {
    fn from(b: RotatedBox) -> Self {
        [b.center.x, b.center.y, b.width, b.height, b.degrees]
    }
}

impl TryFrom<[f64; 5]> for Ellipse {
    type Error = GeometryError;

    fn try_from(numbers: [f64; 5]) -> Result<Self, GeometryError> {
        let [x, y, radius_x, radius_y, degrees] = checked(numbers)?;
        Ok(Self { center: Point::new(x, y), radius_x, radius_y, degrees })
    }
}

impl From<Ellipse> for [f64; 5] {
    fn from(e: Ellipse) -> Self {
        [e.center.x, e.center.y, e.radius_x, e.radius_y, e.degrees]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: BBox, b: [f64; 4]) {
        let a: [f64; 4] = a.into();
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-8), "{a:?} {b:?}");
    }

    #[test]
    fn the_bounds_are_those_of_the_worked_example() {
        // Box (40,30,80,60) turned by 30 degrees about (50,50), clockwise on the screen, and the ellipse in it: values
        // of the affine transform and of the closed formula for an ellipse's bounds, worked out apart from this code.
        let center = turned(Point::new(60.0, 45.0), Point::new(50.0, 50.0), 30.0);
        let turned = RotatedBox::new(center, 40.0, 30.0, 30.0).expect("a box");
        near(turned.bounds(), [36.339_745_96, 27.679_491_92, 85.980_762_11, 73.660_254_04]);
        near(Ellipse::in_frame(&turned).bounds(), [42.285_667_95, 34.276_276_67, 80.034_840_13, 67.063_469_29]);
    }

    #[test]
    fn three_clicks_draw_a_rotated_box_on_either_side() {
        let side = (Point::new(10.0, 10.0), Point::new(50.0, 10.0));
        for (third, bounds) in [(30.0, [10.0, 10.0, 50.0, 30.0]), (-10.0, [10.0, -10.0, 50.0, 10.0])] {
            let drawn = RotatedBox::from_side_and_point(side.0, side.1, Point::new(33.0, third)).expect("a box");
            near(drawn.bounds(), bounds);
        }
        let upwards = RotatedBox::from_side_and_point(Point::new(0.0, 8.0), Point::new(0.0, 0.0), Point::new(3.0, 4.0));
        assert_eq!(upwards.map(|b| (b.width(), b.height(), b.degrees())), Ok((8.0, 3.0, 270.0)));
    }

    #[test]
    fn angles_are_taken_modulo_a_turn_and_lengths_are_checked() {
        let angle = |degrees| RotatedBox::new(Point::default(), 1.0, 1.0, degrees).map(|b| b.degrees());
        assert_eq!((angle(-90.0), angle(725.0), angle(-1e-20)), (Ok(270.0), Ok(5.0), Ok(0.0)));
        assert_eq!(angle(f64::NAN).map_err(|e| matches!(e, GeometryError::NotFinite(..))), Err(true));
        assert_eq!(Ellipse::new(Point::default(), 1.0, -2.0, 0.0), Err(GeometryError::NegativeLength(-2.0)));
    }
}
