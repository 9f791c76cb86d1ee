//! Polygons with holes and several parts, and open lines.

use serde::{Deserialize, Serialize};

use crate::{BBox, GeometryError, Point, points};

/// A region bounded by closed rings, filled by the even-odd rule: a ring inside a ring is a hole, a ring beside it
/// another part of the same object.
///
/// There is at least one ring, each has at least three points, all finite; the last point joins the first and is not
/// repeated. Written as one flat list `x1, y1, x2, y2 …` a ring.
///
/// ```
/// use concord_geometry::{Point, Polygon};
/// let square = |at: f64, side: f64| [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
///     .map(|(x, y)| Point::new(at + x * side, at + y * side)).to_vec();
/// let frame = Polygon::new(vec![square(0.0, 10.0), square(2.0, 6.0)])?;
/// assert_eq!(frame.area_px(), 64.0);
/// assert!(!frame.contains(Point::new(5.0, 5.0)));
/// # Ok::<(), concord_geometry::GeometryError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Vec<f64>>", into = "Vec<Vec<f64>>")]
pub struct Polygon {
    rings: Vec<Vec<Point>>,
    bounds: BBox,
}

impl Polygon {
    /// A polygon from its rings; an error without rings, with a ring of fewer than three points, or a point that is
    /// not finite.
    pub fn new(rings: Vec<Vec<Point>>) -> Result<Self, GeometryError> {
        for ring in &rings {
            if ring.len() < 3 {
                return Err(GeometryError::TooFewPoints { needed: 3, found: ring.len() });
            }
            points::check_finite(ring)?;
        }
        let bounds = points::bounds(rings.iter().flatten().copied());
        let bounds = bounds.ok_or(GeometryError::TooFewPoints { needed: 3, found: 0 })?;
        Ok(Self { rings, bounds })
    }

    /// A polygon of one ring.
    pub fn from_ring(ring: Vec<Point>) -> Result<Self, GeometryError> {
        Self::new(vec![ring])
    }

    /// The rings; the last point of each joins its first.
    pub fn rings(&self) -> &[Vec<Point>] {
        &self.rings
    }

    /// The rings, to build another polygon from.
    pub fn into_rings(self) -> Vec<Vec<Point>> {
        self.rings
    }

    /// Number of points of all rings.
    pub fn point_count(&self) -> usize {
        self.rings.iter().map(Vec::len).sum()
    }

    /// The smallest box that holds the polygon.
    pub fn bounds(&self) -> BBox {
        self.bounds
    }

    /// True when the point lies inside by the even-odd rule; points on an edge may count either way.
    pub fn contains(&self, point: Point) -> bool {
        self.bounds.contains(point) && self.rings.iter().filter(|ring| ring_contains(ring, point)).count() % 2 == 1
    }

    /// Area in square pixels, holes left out; exact for rings that do not cross one another.
    pub fn area_px(&self) -> f64 {
        let depth = |of: usize| {
            // The middle of an edge, for rings that touch one another do so at corners.
            let (a, b) = (self.rings[of][0], self.rings[of][1]);
            let at = Point::new(f64::midpoint(a.x, b.x), f64::midpoint(a.y, b.y));
            self.rings.iter().enumerate().filter(|(i, ring)| *i != of && ring_contains(ring, at)).count()
        };
        let signed = |i: usize| if depth(i).is_multiple_of(2) { 1.0 } else { -1.0 };
        self.rings.iter().enumerate().map(|(i, ring)| signed(i) * ring_area(ring).abs()).sum::<f64>().max(0.0)
    }

    /// The polygon moved by `(dx, dy)` pixels.
    #[must_use]
    pub fn moved(&self, dx: f64, dy: f64) -> Self {
        let rings = self.rings.iter().map(|ring| ring.iter().map(|p| p.moved(dx, dy)).collect()).collect();
        Self { rings, bounds: self.bounds.moved(dx, dy) }
    }
}

impl TryFrom<Vec<Vec<f64>>> for Polygon {
    type Error = GeometryError;

    fn try_from(rings: Vec<Vec<f64>>) -> Result<Self, GeometryError> {
        Self::new(rings.iter().map(|ring| points::from_flat(ring)).collect::<Result<_, _>>()?)
    }
}

impl From<Polygon> for Vec<Vec<f64>> {
    fn from(polygon: Polygon) -> Self {
        polygon.rings.iter().map(|ring| points::to_flat(ring)).collect()
    }
}

/// True when a ring holds a point, by counting crossings of a ray to the right.
pub(crate) fn ring_contains(ring: &[Point], point: Point) -> bool {
    let mut inside = false;
    let mut before = ring.len().wrapping_sub(1);
    for (i, b) in ring.iter().enumerate() {
        let a = ring[before];
        if (a.y > point.y) != (b.y > point.y) && point.x < (a.x - b.x) * (point.y - b.y) / (a.y - b.y) + b.x {
            inside = !inside;
        }
        before = i;
    }
    inside
}

/// Signed area of a ring in square pixels (the shoelace formula); positive when it runs clockwise on the screen.
pub(crate) fn ring_area(ring: &[Point]) -> f64 {
    let next = |i: usize| ring[(i + 1) % ring.len()];
    ring.iter().enumerate().map(|(i, a)| a.x * next(i).y - next(i).x * a.y).sum::<f64>() / 2.0
}

/// An open line through at least two finite points; written as a flat list `x1, y1, x2, y2 …`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub struct Polyline {
    points: Vec<Point>,
    bounds: BBox,
}

impl Polyline {
    /// A line through points; an error with fewer than two or one that is not finite.
    pub fn new(points: Vec<Point>) -> Result<Self, GeometryError> {
        points::check_finite(&points)?;
        let too_few = GeometryError::TooFewPoints { needed: 2, found: points.len() };
        if points.len() < 2 {
            return Err(too_few);
        }
        let bounds = points::bounds(points.iter().copied()).ok_or(too_few)?;
        Ok(Self { points, bounds })
    }

    /// The points in order.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The points, to build another line from.
    pub fn into_points(self) -> Vec<Point> {
        self.points
    }

    /// The smallest box that holds the line; it may have no area.
    pub fn bounds(&self) -> BBox {
        self.bounds
    }

    /// Length in pixels.
    pub fn length_px(&self) -> f64 {
        self.points.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
    }

    /// The line moved by `(dx, dy)` pixels.
    #[must_use]
    pub fn moved(&self, dx: f64, dy: f64) -> Self {
        let points = self.points.iter().map(|p| p.moved(dx, dy)).collect();
        Self { points, bounds: self.bounds.moved(dx, dy) }
    }
}

impl TryFrom<Vec<f64>> for Polyline {
    type Error = GeometryError;

    fn try_from(numbers: Vec<f64>) -> Result<Self, GeometryError> {
        Self::new(points::from_flat(&numbers)?)
    }
}

impl From<Polyline> for Vec<f64> {
    fn from(line: Polyline) -> Self {
        points::to_flat(&line.points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(numbers: &[f64]) -> Vec<Point> {
        points::from_flat(numbers).expect("pairs of numbers")
    }

    #[test]
    fn an_island_in_a_hole_counts_again() {
        let square = |a: f64, b: f64| ring(&[a, a, b, a, b, b, a, b]);
        let polygon = Polygon::new(vec![square(0.0, 10.0), square(1.0, 9.0), square(4.0, 6.0)]).expect("a polygon");
        assert_eq!(polygon.area_px(), 100.0 - 64.0 + 4.0);
        let inside = |x| polygon.contains(Point::new(x, 5.0));
        assert_eq!([0.5, 2.0, 5.0, 11.0].map(inside), [true, false, true, false]);
    }

    #[test]
    fn what_is_no_polygon_or_line_is_refused() {
        assert!(matches!(Polygon::new(vec![]), Err(GeometryError::TooFewPoints { .. })));
        assert!(matches!(Polygon::from_ring(ring(&[0.0, 0.0, 1.0, 1.0])), Err(GeometryError::TooFewPoints { .. })));
        assert!(matches!(Polygon::try_from(vec![vec![0.0; 7]]), Err(GeometryError::OddNumbers(7))));
        assert!(matches!(Polyline::try_from(vec![0.0, f64::NAN, 1.0, 1.0]), Err(GeometryError::NotFinite(..))));
        assert!(matches!(Polyline::try_from(vec![0.0, 0.0]), Err(GeometryError::TooFewPoints { .. })));
    }
}
