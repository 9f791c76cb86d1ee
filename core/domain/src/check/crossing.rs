//! Whether the outline of a polygon crosses itself.

use concord_geometry::{Point, Polygon};

/// How far beyond an edge another one must reach to cross it, in pixels: computed corners that lie on an edge are off
/// it by rounding.
const SLACK_PX: f64 = 1e-6;

/// True when two edges of a polygon, of the same ring or of two, cross each other. Edges that only touch do not.
pub(super) fn crosses_itself(polygon: &Polygon) -> bool {
    let mut edges = Vec::with_capacity(polygon.point_count());
    for ring in polygon.rings() {
        let ends = ring.iter().skip(1).chain(ring.first());
        edges.extend(ring.iter().zip(ends).map(|(a, b)| Edge::new(*a, *b)));
    }
    // From left to right, so that each edge is held only against those that begin before it ends.
    edges.sort_unstable_by(|e, f| e.left.x.total_cmp(&f.left.x));
    edges.iter().enumerate().any(|(at, edge)| {
        let behind = edges[at + 1..].iter().take_while(|other| other.left.x <= edge.right.x);
        behind.into_iter().any(|other| edge.crosses(other))
    })
}

/// An edge from its left to its right end.
struct Edge {
    left: Point,
    right: Point,
}

impl Edge {
    fn new(a: Point, b: Point) -> Self {
        if a.x <= b.x { Self { left: a, right: b } } else { Self { left: b, right: a } }
    }

    fn crosses(&self, other: &Self) -> bool {
        let (top, bottom) = (self.left.y.min(self.right.y), self.left.y.max(self.right.y));
        let is_apart = other.left.y.max(other.right.y) < top || other.left.y.min(other.right.y) > bottom;
        !is_apart && self.parts(other) && other.parts(self)
    }

    /// True when the ends of the other edge lie on opposite sides of the line through this one.
    fn parts(&self, other: &Self) -> bool {
        let (dx, dy) = (self.right.x - self.left.x, self.right.y - self.left.y);
        let slack = SLACK_PX * dx.hypot(dy);
        let side = |p: Point| dx * (p.y - self.left.y) - dy * (p.x - self.left.x);
        let (a, b) = (side(other.left), side(other.right));
        a.min(b) < -slack && a.max(b) > slack
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn polygon(rings: &[&[f64]]) -> Polygon {
        Polygon::try_from(rings.iter().map(|r| r.to_vec()).collect::<Vec<_>>()).expect("a polygon")
    }

    #[test]
    fn touching_is_not_crossing() {
        let square: &[f64] = &[0.0, 0.0, 8.0, 0.0, 8.0, 8.0, 0.0, 8.0];
        for (rings, crosses) in [
            (vec![square], false),
            (vec![square, &[2.0, 2.0, 4.0, 2.0, 4.0, 4.0]], false),
            // A hole whose corner lies on the outer edge, and one that reaches beyond it.
            (vec![square, &[8.0, 2.0, 4.0, 2.0, 4.0, 4.0]], false),
            (vec![square, &[9.0, 3.0, 4.0, 2.0, 4.0, 4.0]], true),
            // A bow-tie, and two triangles that touch in the middle.
            (vec![&[0.0, 0.0, 8.0, 8.0, 8.0, 0.0, 0.0, 8.0]], true),
            (vec![&[0.0, 0.0, 4.0, 4.0, 0.0, 8.0, 8.0, 8.0, 4.0, 4.0, 8.0, 0.0]], false),
            // A spike out and back along the same line.
            (vec![&[0.0, 0.0, 4.0, 0.0, 9.0, 0.0, 4.0, 0.0, 4.0, 4.0]], false),
        ] {
            assert_eq!(crosses_itself(&polygon(&rings)), crosses, "{rings:?}");
        }
    }

    /// The point where two segments cross, by solving for it; `None` when they do not, or only nearly do.
    fn crossing(a: Point, b: Point, c: Point, d: Point) -> bool {
        let determinant = (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x);
        let s = ((c.x - a.x) * (d.y - c.y) - (c.y - a.y) * (d.x - c.x)) / determinant;
        let t = ((c.x - a.x) * (b.y - a.y) - (c.y - a.y) * (b.x - a.x)) / determinant;
        determinant != 0.0 && s > 0.0 && s < 1.0 && t > 0.0 && t < 1.0
    }

    proptest! {
        /// The sweep finds a crossing exactly when comparing every pair of edges, by another formula, finds one.
        /// Whole-number corners keep both free of rounding.
        #[test]
        fn the_sweep_equals_comparing_every_pair(numbers in prop::collection::vec((0i32..12, 0i32..12), 3..9)) {
            let ring: Vec<Point> = numbers.iter().map(|(x, y)| Point::new(f64::from(*x), f64::from(*y))).collect();
            let edge = |i: usize| (ring[i], ring[(i + 1) % ring.len()]);
            let crosses = (0..ring.len())
                .any(|i| (0..i).any(|j| crossing(edge(i).0, edge(i).1, edge(j).0, edge(j).1)));
            prop_assert_eq!(crosses_itself(&Polygon::from_ring(ring.clone()).expect("a polygon")), crosses);
        }
    }
}
