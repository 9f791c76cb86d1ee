//! Convex rings: clipping one by another, and the convex hull.

use crate::Point;

/// The part of a convex ring inside another, both clockwise on the screen; possibly empty or without area.
///
/// Sutherland, I. & Hodgman, G. (1974): Reentrant polygon clipping. Communications of the ACM 17(1).
pub(crate) fn clipped_by_convex(ring: &[Point], clip: &[Point]) -> Vec<Point> {
    let mut kept = ring.to_vec();
    for (i, &a) in clip.iter().enumerate() {
        let b = clip[(i + 1) % clip.len()];
        if a == b || kept.is_empty() {
            continue;
        }
        let side: Vec<f64> = kept.iter().map(|&p| turn(a, b, p)).collect();
        kept = kept_half(&kept, &side);
    }
    kept
}

/// The part of a convex ring where the side is not negative.
fn kept_half(ring: &[Point], side: &[f64]) -> Vec<Point> {
    let mut kept = Vec::with_capacity(ring.len() + 1);
    for (i, &p) in ring.iter().enumerate() {
        let next = (i + 1) % ring.len();
        if side[i] >= 0.0 {
            kept.push(p);
        }
        if (side[i] > 0.0 && side[next] < 0.0) || (side[i] < 0.0 && side[next] > 0.0) {
            let t = side[i] / (side[i] - side[next]);
            kept.push(Point::new(p.x + t * (ring[next].x - p.x), p.y + t * (ring[next].y - p.y)));
        }
    }
    kept
}

/// The corners of the convex hull, clockwise on the screen, without points on straight stretches; fewer than three
/// when all points lie on one line.
///
/// Andrew, A. (1979): Another efficient algorithm for convex hulls in two dimensions. Information Processing Letters 9.
pub(crate) fn convex_hull(points: &[Point]) -> Vec<Point> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let mut hull = half_hull(sorted.iter().copied());
    hull.extend(half_hull(sorted.into_iter().rev()));
    hull
}

/// One chain of the hull without its last point, which begins the other.
fn half_hull(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut chain: Vec<Point> = Vec::new();
    for point in points {
        while chain.len() >= 2 && turn(chain[chain.len() - 2], chain[chain.len() - 1], point) <= 0.0 {
            chain.pop();
        }
        chain.push(point);
    }
    chain.pop();
    chain
}

/// Twice the signed area of a triangle; positive when it runs clockwise on the screen.
pub(crate) fn turn(a: Point, b: Point, c: Point) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::polygon::ring_area;

    fn ring(flat: &[f64]) -> Vec<Point> {
        crate::points::from_flat(flat).expect("pairs of numbers")
    }

    #[test]
    fn a_square_clipped_by_a_diamond_is_an_octagon() {
        let square = ring(&[0.0, 0.0, 4.0, 0.0, 4.0, 4.0, 0.0, 4.0]);
        let diamond = ring(&[2.0, -1.0, 5.0, 2.0, 2.0, 5.0, -1.0, 2.0]);
        let clipped = clipped_by_convex(&square, &diamond);
        // The diamond cuts a triangle with legs of one pixel off each corner.
        assert_eq!((clipped.len(), ring_area(&clipped)), (8, 14.0));
        let apart = ring(&[9.0, 9.0, 10.0, 9.0, 10.0, 10.0]);
        assert!(clipped_by_convex(&square, &apart).is_empty());
    }

    #[test]
    fn points_on_a_line_have_no_hull_with_area() {
        assert_eq!(convex_hull(&ring(&[0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 0.0, 0.0])).len(), 2);
        assert_eq!(convex_hull(&[]).len(), 0);
    }

    proptest! {
        #[test]
        fn the_hull_is_convex_and_holds_all_points(
            points in prop::collection::vec((0i32..20, 0i32..20).prop_map(|(x, y)| Point::new(x.into(), y.into())), 3..30),
        ) {
            let hull = convex_hull(&points);
            prop_assume!(hull.len() >= 3);
            for i in 0..hull.len() {
                let (a, b, c) = (hull[i], hull[(i + 1) % hull.len()], hull[(i + 2) % hull.len()]);
                prop_assert!(turn(a, b, c) > 0.0);
                prop_assert!(points.iter().all(|&p| turn(a, b, p) >= 0.0));
            }
        }
    }
}
