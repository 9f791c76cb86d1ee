//! Cutting a line where another one meets it.

use crate::{Point, Polyline};

/// Pieces of less length than this, in pixels, come from rounding: they stay with their neighbour.
const SLIVER_PX: f64 = 1e-6;

impl Polyline {
    /// The line cut by another one: the pieces in order, each of which has a length.
    ///
    /// It is cut wherever the other line meets it, be it at a vertex or with an end, but not at its own ends, and a
    /// stretch along which both run is not cut up. A line that is not met is given back unchanged.
    ///
    /// ```
    /// use concord_geometry::{Point, Polyline};
    /// let road = Polyline::new(vec![Point::new(0.0, 0.0), Point::new(10.0, 0.0)])?;
    /// let pieces = road.sliced(&[Point::new(4.0, -5.0), Point::new(4.0, 5.0)]);
    /// assert_eq!(pieces.iter().map(Polyline::length_px).collect::<Vec<_>>(), [4.0, 6.0]);
    /// # Ok::<(), concord_geometry::GeometryError>(())
    /// ```
    pub fn sliced(&self, line: &[Point]) -> Vec<Self> {
        let mut cuts = self.meetings(line).into_iter().peekable();
        let (mut pieces, mut piece) = (Vec::new(), vec![self.points()[0]]);
        for (leg, ends) in self.points().windows(2).enumerate() {
            while let Some((_, part)) = cuts.next_if(|(of, _)| *of == leg) {
                let at = along(ends[0], ends[1], part);
                if length_px(&piece) + at.distance(piece[piece.len() - 1]) < SLIVER_PX {
                    continue;
                }
                if piece.last() != Some(&at) {
                    piece.push(at);
                }
                pieces.push(std::mem::replace(&mut piece, vec![at]));
            }
            piece.push(ends[1]);
        }
        match pieces.last_mut() {
            Some(before) if length_px(&piece) < SLIVER_PX => before.extend(piece.into_iter().skip(1)),
            _ => pieces.push(piece),
        }
        let pieces: Vec<Self> = pieces.into_iter().filter_map(|piece| Self::new(piece).ok()).collect();
        if pieces.len() > 1 { pieces } else { vec![self.clone()] }
    }

    /// Where another line meets this one, in order: a leg and the part of it that comes before, in `[0, 1)`.
    fn meetings(&self, line: &[Point]) -> Vec<(usize, f64)> {
        let legs = || self.points().windows(2).enumerate();
        let met = line.windows(2).flat_map(|knife| {
            legs().filter_map(move |(leg, ends)| Some((leg, meeting([ends[0], ends[1]], [knife[0], knife[1]])?)))
        });
        // The end of a leg is the beginning of the next one, so that a vertex counts once.
        let mut met: Vec<(usize, f64)> =
            met.map(|(leg, part)| if part < 1.0 { (leg, part) } else { (leg + 1, 0.0) }).collect();
        met.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        met.dedup();
        met
    }
}

fn length_px(points: &[Point]) -> f64 {
    points.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

/// Which part of a leg comes before the place where a knife meets it, in `[0, 1]`; `None` when they do not meet, or run
/// along one line. Only the signs of [`side`] decide, and they are the same for two legs that share a vertex: a knife
/// does not slip through between them.
fn meeting([a, b]: [Point; 2], [c, d]: [Point; 2]) -> Option<f64> {
    let (of_a, of_b) = (side(c, d, a), side(c, d, b));
    if is_apart(of_a, of_b) || is_apart(side(a, b, c), side(a, b, d)) {
        return None;
    }
    Some(of_a / (of_a - of_b)).filter(|part| (0.0..=1.0).contains(part))
}

/// On which side of the line from `a` to `b` a point lies: positive to the right on the screen, 0 on the line.
fn side(a: Point, b: Point, point: Point) -> f64 {
    (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
}

fn is_apart(a: f64, b: f64) -> bool {
    (a > 0.0 && b > 0.0) || (a < 0.0 && b < 0.0)
}

/// The point that lies a part of the way from `a` to `b`, never beyond either.
fn along(a: Point, b: Point, part: f64) -> Point {
    let between = |a: f64, b: f64| (a + part * (b - a)).clamp(a.min(b), a.max(b));
    Point::new(between(a.x, b.x), between(a.y, b.y))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Points as `x1, y1, x2, y2 …`.
    type Flat = &'static [f64];

    fn points(flat: &[f64]) -> Vec<Point> {
        crate::points::from_flat(flat).expect("pairs of numbers")
    }

    #[test]
    fn a_line_is_cut_wherever_another_one_meets_it() {
        let straight: Flat = &[0.0, 0.0, 10.0, 0.0];
        let corner: Flat = &[0.0, 0.0, 10.0, 0.0, 10.0, 10.0];
        let zigzag: Flat = &[0.0, 0.0, 4.0, 8.0, 8.0, 0.0, 12.0, 8.0];
        let square: Flat = &[0.0, 0.0, 8.0, 0.0, 8.0, 8.0, 0.0, 8.0, 0.0, 0.0];
        let cases: [(Flat, Flat, &[Flat]); 13] = [
            (straight, &[5.0, -5.0, 5.0, 5.0], &[&[0.0, 0.0, 5.0, 0.0], &[5.0, 0.0, 10.0, 0.0]]),
            (straight, &[5.0, -5.0, 5.0, -1.0], &[straight]),
            (straight, &[11.0, -5.0, 11.0, 5.0], &[straight]),
            // Through the vertex, and across it; at an end, and with an end.
            (corner, &[5.0, 5.0, 15.0, -5.0], &[&[0.0, 0.0, 10.0, 0.0], &[10.0, 0.0, 10.0, 10.0]]),
            (corner, &[9.0, -1.0, 11.0, 1.0], &[&[0.0, 0.0, 10.0, 0.0], &[10.0, 0.0, 10.0, 10.0]]),
            (corner, &[0.0, -5.0, 0.0, 5.0], &[corner]),
            (corner, &[4.0, 0.0, 4.0, 5.0], &[&[0.0, 0.0, 4.0, 0.0], &[4.0, 0.0, 10.0, 0.0, 10.0, 10.0]]),
            // Along a leg: only where the other leg begins.
            (corner, &[-5.0, 0.0, 15.0, 0.0], &[&[0.0, 0.0, 10.0, 0.0], &[10.0, 0.0, 10.0, 10.0]]),
            (
                zigzag,
                &[-5.0, 4.0, 15.0, 4.0],
                &[
                    &[0.0, 0.0, 2.0, 4.0],
                    &[2.0, 4.0, 4.0, 8.0, 6.0, 4.0],
                    &[6.0, 4.0, 8.0, 0.0, 10.0, 4.0],
                    &[10.0, 4.0, 12.0, 8.0],
                ],
            ),
            // A knife of three points, whose middle lies on the line or on the other side of it.
            (straight, &[3.0, -3.0, 5.0, 0.0, 7.0, 3.0], &[&[0.0, 0.0, 5.0, 0.0], &[5.0, 0.0, 10.0, 0.0]]),
            (
                straight,
                &[4.0, -2.0, 4.0, 2.0, 6.0, 2.0, 6.0, -2.0],
                &[&[0.0, 0.0, 4.0, 0.0], &[4.0, 0.0, 6.0, 0.0], &[6.0, 0.0, 10.0, 0.0]],
            ),
            // A closed line keeps its beginning.
            (
                square,
                &[4.0, -2.0, 4.0, 12.0],
                &[&[0.0, 0.0, 4.0, 0.0], &[4.0, 0.0, 8.0, 0.0, 8.0, 8.0, 4.0, 8.0], &[4.0, 8.0, 0.0, 8.0, 0.0, 0.0]],
            ),
            (straight, &[f64::NAN, 1.0, 5.0, 5.0, 1e300, -1e300], &[straight]),
        ];
        for (whole, knife, expected) in cases {
            let knife: Vec<Point> = knife.as_chunks::<2>().0.iter().map(|[x, y]| Point::new(*x, *y)).collect();
            let pieces = Polyline::new(points(whole)).expect("a line").sliced(&knife);
            let pieces: Vec<Vec<f64>> = pieces.into_iter().map(Vec::from).collect();
            assert_eq!(pieces, expected, "{whole:?} by {knife:?}");
        }
        let flat = Polyline::new(points(&[3.0, 3.0, 3.0, 3.0])).expect("a line");
        assert_eq!(flat.sliced(&points(&[0.0, 3.0, 9.0, 3.0])), std::slice::from_ref(&flat));
        assert_eq!(flat.sliced(&[]), std::slice::from_ref(&flat));
    }

    /// Twice the area of a triangle of whole-number corners, with its sign, exactly.
    fn turn(a: (i64, i64), b: (i64, i64), c: (i64, i64)) -> i64 {
        (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
    }

    fn grid(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(i64, i64)>> {
        prop::collection::vec((0..40i64, 0..40i64), count)
    }

    fn to_points(whole: &[(i64, i64)]) -> Vec<Point> {
        whole.iter().map(|(x, y)| Point::new(*x as f64, *y as f64)).collect()
    }

    proptest! {
        /// Where no vertex of one line lies on the other, there is one piece more than there are places where they cross,
        /// counted with whole numbers; and always the pieces are the line.
        #[test]
        fn the_pieces_are_the_line(whole in grid(2..8), knife in grid(2..5)) {
            let line = Polyline::new(to_points(&whole)).expect("a line");
            let pieces = line.sliced(&to_points(&knife));
            let length: f64 = pieces.iter().map(Polyline::length_px).sum();
            prop_assert!((length - line.length_px()).abs() < 1e-9);
            for pair in pieces.windows(2) {
                prop_assert_eq!(pair[0].points().last(), pair[1].points().first());
            }
            let (mut crossings, mut touches) = (0, false);
            for leg in whole.windows(2) {
                // A knife that goes back over itself crosses a leg twice in one place: places are fractions of the leg.
                let mut places: Vec<(i64, i64)> = vec![];
                for cut in knife.windows(2) {
                    let [a, b] = [leg[0], leg[1]].map(|end| turn(cut[0], cut[1], end));
                    let [c, d] = [cut[0], cut[1]].map(|end| turn(leg[0], leg[1], end));
                    touches |= [a, b, c, d].contains(&0);
                    let is_known = places.iter().any(|(part, of)| part * (a - b) == a * of);
                    if a.signum() * b.signum() < 0 && c.signum() * d.signum() < 0 && !is_known {
                        places.push((a, a - b));
                    }
                }
                crossings += places.len();
            }
            prop_assert!(touches || pieces.len() == crossings + 1, "{} {}", pieces.len(), crossings);
        }
    }
}
