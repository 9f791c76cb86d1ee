//! Cutting a region into pieces with level rows, by the even-odd rule.

use concord_geometry::Point;

/// How often a band is cut where edges cross; beyond, the pieces overlap a little.
const MOST_CUTS: u32 = 12;

/// An edge that is not level, from its upper end down.
#[derive(Debug, Clone, Copy)]
struct Edge {
    top: f64,
    bottom: f64,
    /// x at the upper end, and how much it grows a row.
    x: f64,
    slope: f64,
}

impl Edge {
    fn new(a: Point, b: Point) -> Option<Self> {
        let (upper, lower) = if a.y <= b.y { (a, b) } else { (b, a) };
        let slope = (lower.x - upper.x) / (lower.y - upper.y);
        slope.is_finite().then_some(Self { top: upper.y, bottom: lower.y, x: upper.x, slope })
    }

    fn x_at(&self, y: f64) -> f64 {
        self.x + (y - self.top) * self.slope
    }
}

/// Cuts what rings enclose into pieces and hands over each: `[left, right, y]` of its upper and of its lower row.
///
/// The pieces do not overlap and share their rows, so that a translucent fill has no seams. The last point of a ring
/// joins its first; rings may cross one another and themselves.
pub(crate) fn cut<'a>(rings: impl IntoIterator<Item = &'a [Point]>, mut piece: impl FnMut([f64; 3], [f64; 3])) {
    let mut edges: Vec<Edge> = Vec::new();
    for ring in rings {
        let next = ring.iter().cycle().skip(1);
        edges.extend(ring.iter().zip(next).filter_map(|(a, b)| Edge::new(*a, *b)));
    }
    edges.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut rows: Vec<f64> = edges.iter().flat_map(|edge| [edge.top, edge.bottom]).collect();
    rows.sort_by(f64::total_cmp);
    rows.dedup();
    let (mut active, mut coming): (Vec<Edge>, usize) = (Vec::new(), 0);
    for band in rows.windows(2) {
        let (top, bottom) = (band[0], band[1]);
        active.retain(|edge| edge.bottom > top);
        while let Some(edge) = edges.get(coming).filter(|edge| edge.top <= top) {
            active.push(*edge);
            coming += 1;
        }
        fill_band(&mut active, top, bottom, MOST_CUTS, &mut piece);
    }
}

/// Fills between the edges of a band that no edge begins or ends in.
fn fill_band(edges: &mut [Edge], top: f64, bottom: f64, cuts_left: u32, piece: &mut impl FnMut([f64; 3], [f64; 3])) {
    let middle = f64::midpoint(top, bottom);
    edges.sort_by(|a, b| a.x_at(middle).total_cmp(&b.x_at(middle)));
    let crossing = (cuts_left > 0).then(|| edges.windows(2).find_map(|pair| crossing(pair, top, bottom))).flatten();
    if let Some(y) = crossing {
        fill_band(edges, top, y, cuts_left - 1, piece);
        fill_band(edges, y, bottom, cuts_left - 1, piece);
        return;
    }
    for pair in edges.as_chunks::<2>().0 {
        piece([pair[0].x_at(top), pair[1].x_at(top), top], [pair[0].x_at(bottom), pair[1].x_at(bottom), bottom]);
    }
}

/// The row inside a band where two neighbouring edges change places.
fn crossing(pair: &[Edge], top: f64, bottom: f64) -> Option<f64> {
    const TOUCH: f64 = 1e-6;
    let (above, below) = (pair[1].x_at(top) - pair[0].x_at(top), pair[1].x_at(bottom) - pair[0].x_at(bottom));
    if above >= -TOUCH && below >= -TOUCH {
        return None;
    }
    let y = top + (bottom - top) * above / (above - below);
    (y > top && y < bottom).then_some(y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use concord_geometry::Polygon;

    /// A fixed sequence of numbers in `[0, 1)` (Marsaglia 2003, xorshift64).
    fn numbers() -> impl FnMut() -> f64 {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    fn pieces(rings: &[Vec<Point>]) -> Vec<([f64; 3], [f64; 3])> {
        let mut all = Vec::new();
        cut(rings.iter().map(Vec::as_slice), |upper, lower| all.push((upper, lower)));
        all
    }

    fn holding(pieces: &[([f64; 3], [f64; 3])], p: Point) -> usize {
        let holds = |(upper, lower): &&([f64; 3], [f64; 3])| {
            let t = (p.y - upper[2]) / (lower[2] - upper[2]);
            let mix = |i: usize| upper[i] + t * (lower[i] - upper[i]);
            (0.0..1.0).contains(&t) && (mix(0)..mix(1)).contains(&p.x)
        };
        pieces.iter().filter(holds).count()
    }

    #[test]
    fn every_point_is_covered_as_often_as_the_even_odd_rule_says() {
        let mut next = numbers();
        for corners in [3, 4, 5, 9, 16] {
            let rings: Vec<Vec<Point>> =
                (0..3).map(|_| (0..corners).map(|_| Point::new(next() * 100.0, next() * 100.0)).collect()).collect();
            let all = pieces(&rings);
            let polygon = Polygon::new(rings).expect("rings of three points and more");
            let wrong = (0..2000)
                .map(|_| Point::new(next() * 100.0, next() * 100.0))
                .filter(|p| holding(&all, *p) != usize::from(polygon.contains(*p)))
                .count();
            // Where more edges cross in one band than it is cut, a sliver may be off.
            assert!(wrong <= if corners > 5 { 20 } else { 0 }, "{corners} corners: {wrong} of 2000 points");
        }
    }

    #[test]
    fn a_hole_stays_open() {
        let square = |from: f64, to: f64| {
            vec![Point::new(from, from), Point::new(to, from), Point::new(to, to), Point::new(from, to)]
        };
        let all = pieces(&[square(0.0, 10.0), square(3.0, 7.0)]);
        let area: f64 = all.iter().map(|(u, l)| (u[1] - u[0] + l[1] - l[0]) / 2.0 * (l[2] - u[2])).sum();
        assert_eq!((all.len(), area), (4, 84.0));
        assert!(pieces(&[vec![Point::new(0.0, 5.0), Point::new(9.0, 5.0), Point::new(4.0, 5.0)]]).is_empty());
    }
}
