//! Fewer points with little change: the algorithm of Douglas and Peucker.

use crate::distance::distance_to_segment;
use crate::{Point, Polygon, Polyline};

/// An open line with fewer points: none of those left out lies farther than `tolerance_px` from the result.
///
/// Douglas, D. & Peucker, T. (1973): Algorithms for the reduction of the number of points required to represent a
/// digitized line or its caricature. Cartographica 10(2). Distances are those to the segment and not to its line, which
/// matters where a line turns back. The ends stay; a tolerance that is negative or not a number counts as 0, which
/// leaves out only points on straight stretches. Fewer than three points are given back as they are.
pub fn simplified_line(points: &[Point], tolerance_px: f64) -> Vec<Point> {
    let mut is_kept = vec![false; points.len()];
    mark(points, tolerance_px.max(0.0), &mut is_kept);
    points.iter().zip(is_kept).filter_map(|(point, is_kept)| is_kept.then_some(*point)).collect()
}

/// A closed ring with fewer points, but at least three, the first of which stays; as [`simplified_line`] does it for the two halves of the ring
/// between its first point and the one farthest from that.
pub fn simplified_ring(ring: &[Point], tolerance_px: f64) -> Vec<Point> {
    if ring.len() <= 3 {
        return ring.to_vec();
    }
    let start = ring[0];
    let far = farthest(ring, |p| p.distance(start)).map_or(0, |(index, _)| index);
    let back: Vec<Point> = ring[far..].iter().copied().chain([start]).collect();
    let mut kept = simplified_line(&ring[..=far], tolerance_px);
    kept.pop();
    let mut second = simplified_line(&back, tolerance_px);
    second.pop();
    kept.extend(second);
    if kept.len() >= 3 {
        return kept;
    }
    // All lies within the tolerance of one segment: the point farthest from it keeps the ring open.
    let third = farthest(ring, |p| distance_to_segment(p, start, ring[far])).map_or(0, |(index, _)| index);
    let third = if third == 0 || third == far { if far > 1 { 1 } else { 2 } } else { third };
    let mut corners = [0, far.max(1), third];
    corners.sort_unstable();
    corners.map(|i| ring[i]).to_vec()
}

/// Marks the ends and, between them, every point that the tolerance asks for.
fn mark(points: &[Point], tolerance: f64, is_kept: &mut [bool]) {
    let Some(last) = points.len().checked_sub(1) else { return };
    (is_kept[0], is_kept[last]) = (true, true);
    let mut stretches = vec![(0, last)];
    while let Some((from, to)) = stretches.pop() {
        if to <= from + 1 {
            continue;
        }
        let inner = farthest(&points[from + 1..to], |p| distance_to_segment(p, points[from], points[to]));
        if let Some((index, distance)) = inner
            && distance > tolerance
        {
            let at = from + 1 + index;
            is_kept[at] = true;
            stretches.extend([(from, at), (at, to)]);
        }
    }
}

/// The first of the points with the greatest distance.
fn farthest(points: &[Point], distance: impl Fn(Point) -> f64) -> Option<(usize, f64)> {
    let distances = points.iter().map(|&p| distance(p)).enumerate();
    distances.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

impl Polygon {
    /// The polygon with fewer points a ring, as [`simplified_ring`]; every ring keeps at least three. Rings that are
    /// close to one another may cross afterwards when the tolerance is greater than the distance between them.
    #[must_use]
    pub fn simplified(&self, tolerance_px: f64) -> Self {
        let rings = self.rings().iter().map(|ring| simplified_ring(ring, tolerance_px)).collect();
        Self::new(rings).unwrap_or_else(|_| self.clone())
    }
}

impl Polyline {
    /// The line with fewer points, as [`simplified_line`]; the ends stay.
    #[must_use]
    pub fn simplified(&self, tolerance_px: f64) -> Self {
        Self::new(simplified_line(self.points(), tolerance_px)).unwrap_or_else(|_| self.clone())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(flat: &[f64]) -> Vec<Point> {
        crate::points::from_flat(flat).expect("pairs of finite numbers")
    }

    #[test]
    fn the_lines_equal_those_of_shapely() {
        // shapely 2.2.0 (GEOS 3.14.1), LineString.simplify(tolerance, preserve_topology=False).
        let line = [
            -1.4, -3.0, -1.2, -0.7, 3.3, 0.6, 2.6, -0.7, 5.8, 5.2, 7.7, 2.5, 5.8, 8.3, 7.4, 4.1, 8.1, 1.6, 7.3, 1.1,
            6.1, 3.8, 6.9, 3.0, 9.2, 6.5, 5.2, 6.7,
        ];
        let cases: [(f64, &[f64]); 4] = [
            (
                0.5,
                &[
                    -1.4, -3.0, -1.2, -0.7, 3.3, 0.6, 2.6, -0.7, 5.8, 5.2, 7.7, 2.5, 5.8, 8.3, 8.1, 1.6, 7.3, 1.1, 6.1,
                    3.8, 6.9, 3.0, 9.2, 6.5, 5.2, 6.7,
                ],
            ),
            (2.0, &[-1.4, -3.0, 5.8, 5.2, 7.7, 2.5, 5.8, 8.3, 8.1, 1.6, 6.1, 3.8, 9.2, 6.5, 5.2, 6.7]),
            (4.0, &[-1.4, -3.0, 7.7, 2.5, 5.8, 8.3, 8.1, 1.6, 5.2, 6.7]),
            (8.0, &[-1.4, -3.0, 5.2, 6.7]),
        ];
        for (tolerance, expected) in cases {
            assert_eq!(simplified_line(&points(&line), tolerance), points(expected), "{tolerance}");
        }
    }

    #[test]
    fn points_on_straight_stretches_go_at_tolerance_zero() {
        let square = points(&[0.0, 0.0, 2.0, 0.0, 4.0, 0.0, 4.0, 4.0, 2.0, 4.0, 0.0, 4.0, 0.0, 1.0]);
        let expected = points(&[0.0, 0.0, 4.0, 0.0, 4.0, 4.0, 0.0, 4.0]);
        assert_eq!(simplified_ring(&square, 0.0), expected);
        assert_eq!(simplified_ring(&square, f64::NAN), expected);
    }

    #[test]
    fn a_ring_keeps_three_points_whatever_the_tolerance() {
        for ring in [
            points(&[0.0, 0.0, 4.0, 0.0, 4.0, 4.0, 0.0, 4.0]),
            points(&[0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 3.0, 0.0]),
            vec![Point::new(1.0, 1.0); 5],
        ] {
            let polygon = Polygon::from_ring(ring).expect("a ring");
            assert_eq!(polygon.simplified(1e6).rings()[0].len(), 3);
        }
        assert!(simplified_line(&[], 1.0).is_empty());
    }

    proptest! {
        #[test]
        fn no_point_left_out_is_farther_than_the_tolerance(
            line in prop::collection::vec((0.0f64..50.0, 0.0f64..50.0).prop_map(|(x, y)| Point::new(x, y)), 4..40),
            tolerance in 0.0f64..20.0,
        ) {
            let open = simplified_line(&line, tolerance);
            prop_assert_eq!((open.first(), open.last()), (line.first(), line.last()));
            let mut ring = simplified_ring(&line, tolerance);
            prop_assert!(ring.len() >= 3);
            ring.push(ring[0]);
            for kept in [open, ring] {
                let nearest = |p: Point| {
                    kept.windows(2).map(|s| distance_to_segment(p, s[0], s[1])).fold(f64::INFINITY, f64::min)
                };
                prop_assert!(line.iter().all(|&p| nearest(p) <= tolerance + 1e-12));
            }
        }
    }
}
