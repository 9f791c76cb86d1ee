//! Distances to segments, and the nearest point on them.

use crate::Point;

/// The point of a segment that is nearest to `point`; its one place when the segment has no length.
pub(crate) fn nearest_on_segment(point: Point, a: Point, b: Point) -> Point {
    let t = place_along(point, a, b).clamp(0.0, 1.0);
    Point::new(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y))
}

/// The distance to a segment.
pub(crate) fn distance_to_segment(point: Point, a: Point, b: Point) -> f64 {
    point.distance(nearest_on_segment(point, a, b))
}

/// Where the foot of the perpendicular lies on the line through `a` (0) and `b` (1); 0 when they are one point.
pub(crate) fn place_along(point: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let squared = dx * dx + dy * dy;
    if squared > 0.0 { ((point.x - a.x) * dx + (point.y - a.y) * dy) / squared } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_point_is_between_the_ends() {
        let (a, b) = (Point::new(0.0, 0.0), Point::new(10.0, 0.0));
        assert_eq!(nearest_on_segment(Point::new(4.0, 3.0), a, b), Point::new(4.0, 0.0));
        assert_eq!(nearest_on_segment(Point::new(-4.0, 3.0), a, b), a);
        assert_eq!(distance_to_segment(Point::new(13.0, 4.0), a, b), 5.0);
        assert_eq!(distance_to_segment(Point::new(3.0, 4.0), a, a), 5.0);
    }
}
