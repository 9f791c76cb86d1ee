//! The columns of a disc that is swept along a segment: which pixel centres lie within a radius of it.

use crate::{Point, Size};

/// A half-open run of rows in one column: `(first row, row after the last)`.
pub(crate) type Rows = (u32, u32);

/// Coordinates and radii up to which columns are worked out.
const FARTHEST_PX: f64 = 1e12;

/// A disc of a radius swept from `a` to `b`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Capsule {
    a: Point,
    b: Point,
    radius: f64,
}

impl Capsule {
    /// A capsule; `None` when the radius is negative, or a number is not finite or beyond 10¹² px, where the columns
    /// could no longer be told apart.
    pub(crate) fn new(a: Point, b: Point, radius: f64) -> Option<Self> {
        let is_workable = [a.x, a.y, b.x, b.y, radius].iter().all(|v| v.abs() <= FARTHEST_PX);
        (is_workable && radius >= 0.0).then_some(Self { a, b, radius })
    }

    /// The pixels whose centres lie in the capsule, as one run a column, from left to right; clipped to the image.
    pub(crate) fn columns(self, size: Size) -> impl Iterator<Item = (u32, Rows)> {
        let (left, right) = (self.a.x.min(self.b.x) - self.radius, self.a.x.max(self.b.x) + self.radius);
        let (first, last) = centres(left, right, size.width);
        (first..last).filter_map(move |column| {
            let (top, bottom) = self.span(f64::from(column) + 0.5)?;
            let rows = centres(top, bottom, size.height);
            (rows.0 < rows.1).then_some((column, rows))
        })
    }

    /// Where the vertical line at `x` enters and leaves the capsule. The capsule is convex, so that the one span from
    /// the least to the greatest end of the spans of its parts (two discs and the strip between) is exact.
    fn span(self, x: f64) -> Option<(f64, f64)> {
        let parts = [self.disc(self.a, x), self.disc(self.b, x), self.strip(x)];
        parts.into_iter().flatten().reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))
    }

    fn disc(self, center: Point, x: f64) -> Option<(f64, f64)> {
        let dx = x - center.x;
        let squared = self.radius * self.radius - dx * dx;
        (squared >= 0.0).then(|| (center.y - squared.sqrt(), center.y + squared.sqrt()))
    }

    /// The span of the rectangle whose sides lie at the radius from the segment.
    fn strip(self, x: f64) -> Option<(f64, f64)> {
        let length = self.a.distance(self.b);
        if length == 0.0 {
            return None;
        }
        let (nx, ny) = (-(self.b.y - self.a.y) / length * self.radius, (self.b.x - self.a.x) / length * self.radius);
        let corners = [self.a.moved(nx, ny), self.b.moved(nx, ny), self.b.moved(-nx, -ny), self.a.moved(-nx, -ny)];
        let crossing = |i: usize| {
            let (p, q) = (corners[i], corners[(i + 1) % 4]);
            let holds = p.x != q.x && (p.x.min(q.x)..=p.x.max(q.x)).contains(&x);
            holds.then(|| p.y + (q.y - p.y) * (x - p.x) / (q.x - p.x))
        };
        (0..4).filter_map(crossing).map(|y| (y, y)).reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))
    }
}

/// The pixels of `0..side` whose centres lie in `[low, high]`, as a half-open range that may be empty.
fn centres(low: f64, high: f64, side: u32) -> (u32, u32) {
    let limit = f64::from(side);
    let first = (low - 0.5).ceil().clamp(0.0, limit);
    let end = ((high - 0.5).floor() + 1.0).clamp(first, limit);
    (first as u32, end as u32)
}
