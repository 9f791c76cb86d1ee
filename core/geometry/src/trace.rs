//! Tracing: the exact outline of a mask along the edges of its pixels.

use crate::{Mask, Point, Polygon, Rle};

impl Polygon {
    /// The outline of a mask along the edges of its pixels: outer rings clockwise on the screen, holes the other way,
    /// no points on straight stretches. [`Rle::of_polygon`] gives the mask back.
    ///
    /// Foreground is 4-connected: where two pixels touch at a corner only, each keeps its own outline. A ring may
    /// therefore touch another ring or itself at a corner, but never crosses.
    pub fn outline_of(mask: &Mask) -> Self {
        let rings = Sides::of(mask.rle()).into_rings();
        let bounds = || mask.bounds().corners().to_vec();
        // A mask has foreground, so that there is at least one ring, of at least four corners.
        Self::new(rings).or_else(|_| Self::from_ring(bounds())).unwrap_or_else(|_| unreachable!("bounds are finite"))
    }
}

/// A vertical stretch of outline on the grid line `x`, with foreground on its right-hand side as seen from `from`: it
/// runs up along the left of pixels and down along their right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Side {
    x: u32,
    from: u32,
    to: u32,
}

impl Side {
    fn runs_up(self) -> bool {
        self.to < self.from
    }
}

/// The vertical sides of a mask and, for each, the one that follows it on its ring.
struct Sides {
    sides: Vec<Side>,
    next: Vec<usize>,
}

impl Sides {
    fn of(mask: &Rle) -> Self {
        let mut sides = Vec::new();
        let runs = mask.separate_column_runs();
        let mut columns = runs.chunk_by(|a, b| a.0 == b.0).peekable();
        let mut left: &[(u32, u32, u32)] = &[];
        while !left.is_empty() || columns.peek().is_some() {
            // The grid line right of the last column, or the one left of the next column when there is a gap.
            let x = left.first().map(|run| run.0 + 1).or_else(|| columns.peek().map(|c| c[0].0)).unwrap_or_default();
            let right = columns.next_if(|column| column[0].0 == x).unwrap_or_default();
            add_sides(&mut sides, x, left, right);
            left = right;
        }
        let next = followers(&sides);
        Self { sides, next }
    }

    fn into_rings(self) -> Vec<Vec<Point>> {
        let mut is_used = vec![false; self.sides.len()];
        let mut rings = Vec::new();
        for start in 0..self.sides.len() {
            let mut ring = Vec::new();
            let mut at = start;
            while !std::mem::replace(&mut is_used[at], true) {
                let side = self.sides[at];
                ring.extend([side.from, side.to].map(|y| Point::new(f64::from(side.x), f64::from(y))));
                at = self.next[at];
            }
            if !ring.is_empty() {
                rings.push(ring);
            }
        }
        rings
    }
}

/// The sides on the grid line `x` between the runs of the columns left and right of it.
fn add_sides(sides: &mut Vec<Side>, x: u32, left: &[(u32, u32, u32)], right: &[(u32, u32, u32)]) {
    let ends = |runs: &[(u32, u32, u32)]| runs.iter().flat_map(|&(_, first, last)| [first, last]).collect::<Vec<_>>();
    let (left, right) = (ends(left), ends(right));
    // At each place where a run of either column begins or ends, what lies on the two sides may change.
    let (mut in_left, mut in_right, mut since) = (0, 0, 0);
    while in_left < left.len() || in_right < right.len() {
        let y = left.get(in_left).into_iter().chain(right.get(in_right)).copied().min().unwrap_or_default();
        let before = (in_left % 2 == 1, in_right % 2 == 1);
        in_left += usize::from(left.get(in_left) == Some(&y));
        in_right += usize::from(right.get(in_right) == Some(&y));
        let after = (in_left % 2 == 1, in_right % 2 == 1);
        if before == after {
            continue;
        }
        match before {
            (true, false) => sides.push(Side { x, from: since, to: y }),
            (false, true) => sides.push(Side { x, from: y, to: since }),
            _ => {}
        }
        since = y;
    }
}

/// For each side the one that the horizontal stretch at its end leads to.
///
/// The corners of an outline on one row, taken from left to right, are joined in pairs. Where four stretches meet, the
/// side that runs down (the right of a pixel) belongs to the stretch on the left, the other to the one on the right:
/// that keeps the two pixels apart.
fn followers(sides: &[Side]) -> Vec<usize> {
    let mut corners: Vec<(u32, u32, bool, usize, bool)> = Vec::with_capacity(2 * sides.len());
    for (i, side) in sides.iter().enumerate() {
        corners.push((side.from, side.x, side.runs_up(), i, false));
        corners.push((side.to, side.x, side.runs_up(), i, true));
    }
    corners.sort_unstable();
    let mut next = vec![0; sides.len()];
    for [a, b] in corners.as_chunks::<2>().0 {
        let (ends, begins) = if a.4 { (a.3, b.3) } else { (b.3, a.3) };
        next[ends] = begins;
    }
    next
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Size;

    fn mask(rows: &[&str]) -> Mask {
        let pixels: Vec<bool> = rows.iter().flat_map(|row| row.chars().map(|c| c == '#')).collect();
        Mask::new(Rle::from_row_major(rows[0].len() as u32, rows.len() as u32, &pixels)).expect("foreground")
    }

    fn flat(polygon: &Polygon) -> Vec<Vec<f64>> {
        polygon.clone().into()
    }

    #[test]
    fn a_rectangle_has_four_corners_and_runs_clockwise() {
        let outline = Polygon::outline_of(&mask(&["....", ".##.", ".##."]));
        assert_eq!(flat(&outline), [[1.0, 3.0, 1.0, 1.0, 3.0, 1.0, 3.0, 3.0]]);
    }

    #[test]
    fn runs_without_length_leave_no_trace() {
        let written = Rle { height: 6, width: 1, counts: vec![1, 2, 0, 1, 2] };
        let outline = Polygon::outline_of(&Mask::new(written).expect("foreground"));
        assert_eq!(flat(&outline), [[0.0, 4.0, 0.0, 1.0, 1.0, 1.0, 1.0, 4.0]]);
    }

    #[test]
    fn a_hole_is_a_ring_that_runs_the_other_way() {
        let outline = Polygon::outline_of(&mask(&["###", "#.#", "###"]));
        assert_eq!(outline.rings().len(), 2);
        assert_eq!(outline.area_px(), 8.0);
        let areas: Vec<f64> = outline.rings().iter().map(|ring| crate::polygon::ring_area(ring)).collect();
        assert_eq!(areas, [9.0, -1.0]);
    }

    #[test]
    fn pixels_that_touch_at_a_corner_stay_apart() {
        for rows in [["#.", ".#"], [".#", "#."]] {
            let outline = Polygon::outline_of(&mask(&rows));
            assert_eq!(outline.rings().iter().map(Vec::len).collect::<Vec<_>>(), [4, 4]);
            assert_eq!(outline.area_px(), 2.0);
        }
    }

    proptest! {
        #[test]
        fn rasterising_the_outline_gives_the_mask_back(
            (width, height, pixels) in (1u32..14, 1u32..14).prop_flat_map(|(width, height)| {
                (Just(width), Just(height), prop::collection::vec(any::<bool>(), (width * height) as usize))
            }),
        ) {
            prop_assume!(pixels.contains(&true));
            let mask = Mask::new(Rle::from_row_major(width, height, &pixels)).expect("foreground");
            let outline = Polygon::outline_of(&mask);
            prop_assert_eq!(&Rle::of_polygon(&outline, Size::new(width, height)), mask.rle());
            prop_assert_eq!(outline.area_px(), mask.rle().area_px() as f64);
            prop_assert_eq!(outline.bounds(), mask.bounds());
            for ring in outline.rings() {
                let turns = |i: usize| {
                    let [a, b, c] = [0, 1, 2].map(|k| ring[(i + k) % ring.len()]);
                    (a.x == b.x && b.y == c.y && a != b && b != c) || (a.y == b.y && b.x == c.x && a != b && b != c)
                };
                prop_assert!((0..ring.len()).all(turns), "{:?}", ring);
            }
            // Clockwise rings enclose foreground and the others background, which a crossing would upset.
            let signed: f64 = outline.rings().iter().map(|ring| crate::polygon::ring_area(ring)).sum();
            prop_assert_eq!(signed, mask.rle().area_px() as f64);
        }
    }
}
