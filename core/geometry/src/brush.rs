//! Painting with a round brush: a whole stroke at once, or move by move on a working copy of a mask.

use std::ops::Range;

use crate::capsule::{Capsule, Rows};
use crate::{BBox, Point, Rle, Size};

/// What a brush does to the pixels under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BrushMode {
    /// It makes them foreground.
    #[default]
    Paint,
    /// It makes them background.
    Erase,
}

/// A round brush.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brush {
    /// Distance in pixels up to which a pixel's centre is touched; a brush of less than half a pixel may touch none.
    pub radius_px: f64,
    /// What it does.
    pub mode: BrushMode,
}

/// A non-empty rectangle of whole pixels: columns `x1..x2` and rows `y1..y2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PixelRect {
    /// First column.
    pub x1: u32,
    /// First row.
    pub y1: u32,
    /// The column after the last.
    pub x2: u32,
    /// The row after the last.
    pub y2: u32,
}

impl PixelRect {
    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
            x2: self.x2.max(other.x2),
            y2: self.y2.max(other.y2),
        }
    }

    /// The rectangle in continuous coordinates.
    pub fn to_bbox(self) -> BBox {
        let [x1, y1, x2, y2] = [self.x1, self.y1, self.x2, self.y2].map(f64::from);
        BBox::new(x1, y1, x2, y2).unwrap_or_else(|_| BBox::of_image(Size::new(0, 0)))
    }
}

/// The pixels whose centres lie within `radius_px` of a path, clipped to the image: a disc swept along the segments, one
/// point being a disc.
///
/// Points that are not finite or lie beyond 10¹² px break the path; without points, or with a radius that is negative or
/// not finite, the mask is empty. The cost follows the columns that the segments touch.
pub fn stroke(size: Size, path: &[Point], radius_px: f64) -> Rle {
    let segments = path.windows(2).map(|pair| (pair[0], pair[1]));
    // Each point's own disc as well where a segment is missing: alone, or beside a point that is not finite.
    let is_broken = segments.clone().any(|(a, b)| Capsule::new(a, b, radius_px).is_none());
    let discs = path.iter().map(|&p| (p, p)).filter(|_| path.len() == 1 || is_broken);
    let capsules = segments.chain(discs).filter_map(|(a, b)| Capsule::new(a, b, radius_px));
    let mut runs: Vec<(u32, Rows)> = capsules.flat_map(|capsule| capsule.columns(size)).collect();
    runs.sort_unstable();
    runs.dedup_by(|(column, (first, last)), (kept_column, (_, kept_last))| {
        let joins = column == kept_column && first <= kept_last;
        if joins {
            *kept_last = (*kept_last).max(*last);
        }
        joins
    });
    Rle::from_column_runs(
        size.width,
        size.height,
        runs.into_iter().map(|(column, (first, last))| (column, first, last)),
    )
}

/// A mask while it is painted: sorted runs a column, so that a move costs what the columns under the brush cost,
/// whatever the size of the image.
///
/// ```
/// use concord_geometry::{Brush, BrushMode, Painter, Point, Size};
/// let mut painter = Painter::new(Size::new(100, 100), Brush { radius_px: 4.0, mode: BrushMode::Paint });
/// let changed = painter.dab_to(Point::new(20.0, 20.0)).expect("pixels under the brush");
/// assert_eq!((changed.x1, changed.x2), (16, 24));
/// painter.dab_to(Point::new(60.0, 20.0));
/// assert!(painter.finish().expect("a mask").is_foreground(40, 20));
/// ```
#[derive(Debug, Clone)]
pub struct Painter {
    size: Size,
    brush: Brush,
    columns: Vec<Vec<Rows>>,
    last: Option<Point>,
}

impl Painter {
    /// A painter on an image without foreground.
    pub fn new(size: Size, brush: Brush) -> Self {
        Self { size, brush, columns: vec![Vec::new(); size.width as usize], last: None }
    }

    /// A painter that goes on with a mask.
    pub fn on_mask(mask: &Rle, brush: Brush) -> Self {
        let mut painter = Self::new(mask.size(), brush);
        for (column, first, last) in mask.separate_column_runs() {
            if let Some(runs) = painter.columns.get_mut(column as usize) {
                runs.push((first, last));
            }
        }
        painter
    }

    /// The size of the image.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The brush in use.
    pub fn brush(&self) -> Brush {
        self.brush
    }

    /// Goes on with another brush; the stroke is not broken.
    pub fn set_brush(&mut self, brush: Brush) {
        self.brush = brush;
    }

    /// Lifts the brush: the next dab is a disc of its own and not joined to the last.
    pub fn lift(&mut self) {
        self.last = None;
    }

    /// Sweeps the brush from where it is to a point, or sets it down there; the smallest rectangle that holds all
    /// pixels that changed, or `None` when none did. A point that is not finite or beyond 10¹² px is passed over.
    pub fn dab_to(&mut self, to: Point) -> Option<PixelRect> {
        let capsule = Capsule::new(self.last.unwrap_or(to), to, self.brush.radius_px)?;
        self.last = Some(to);
        let mut changed: Option<PixelRect> = None;
        for (x, rows) in capsule.columns(self.size) {
            let runs = &mut self.columns[x as usize];
            let touched = match self.brush.mode {
                BrushMode::Paint => paint(runs, rows),
                BrushMode::Erase => erase(runs, rows),
            };
            if let Some((y1, y2)) = touched {
                let column = PixelRect { x1: x, y1, x2: x + 1, y2 };
                changed = Some(changed.map_or(column, |rect| rect.union(column)));
            }
        }
        changed
    }

    /// The foreground runs `(column, first row, row after the last)` of some columns, to show what was painted; columns
    /// outside the image have none.
    pub fn runs_of(&self, columns: Range<u32>) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        let columns = columns.start.min(self.size.width)..columns.end.min(self.size.width);
        columns.flat_map(|x| self.columns[x as usize].iter().map(move |&(first, last)| (x, first, last)))
    }

    /// The mask as it is now; `None` when it has no foreground.
    pub fn to_rle(&self) -> Option<Rle> {
        let mut runs = self.runs_of(0..self.size.width).peekable();
        runs.peek()?;
        Some(Rle::from_column_runs(self.size.width, self.size.height, runs))
    }

    /// The finished mask; `None` when it has no foreground.
    pub fn finish(self) -> Option<Rle> {
        self.to_rle()
    }
}

/// Adds rows to sorted runs that neither touch nor overlap; the span from the first to the last new row.
fn paint(runs: &mut Vec<Rows>, (first, last): Rows) -> Option<Rows> {
    let from = runs.partition_point(|run| run.1 < first);
    let to = runs.partition_point(|run| run.0 <= last);
    let met = &runs[from..to];
    // The outermost rows are new unless a run that is met covers them.
    let new_first = met.iter().find(|run| run.0 <= first && first <= run.1).map_or(first, |run| run.1.min(last));
    let new_last = met.iter().rev().find(|run| run.0 <= last && last <= run.1).map_or(last, |run| run.0.max(first));
    let joined = met.iter().fold((first, last), |(a, b), run| (a.min(run.0), b.max(run.1)));
    runs.splice(from..to, [joined]);
    (new_first < new_last).then_some((new_first, new_last))
}

/// Takes rows out of sorted runs; the span from the first to the last row that went.
fn erase(runs: &mut Vec<Rows>, (first, last): Rows) -> Option<Rows> {
    let from = runs.partition_point(|run| run.1 <= first);
    let to = runs.partition_point(|run| run.0 < last);
    let met = &runs[from..to];
    let gone = (met.first()?.0.max(first), met.last()?.1.min(last));
    let (above, below) = ((met[0].0, first), (last, met[met.len() - 1].1));
    runs.splice(from..to, [above, below].into_iter().filter(|run| run.0 < run.1));
    Some(gone)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn from_segment(p: Point, a: Point, b: Point) -> f64 {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let squared = dx * dx + dy * dy;
        let t = if squared > 0.0 { ((p.x - a.x) * dx + (p.y - a.y) * dy) / squared } else { 0.0 };
        let t = t.clamp(0.0, 1.0);
        p.distance(Point::new(a.x + t * dx, a.y + t * dy))
    }

    /// Distance of each pixel's centre from the path, row by row.
    fn distances(size: Size, path: &[Point]) -> Vec<f64> {
        let centre = |i: u32| Point::new(f64::from(i % size.width) + 0.5, f64::from(i / size.width) + 0.5);
        let ends = |i: usize| (path[i], path[(i + 1).min(path.len() - 1)]);
        let nearest =
            |p: Point| (0..path.len()).map(|i| from_segment(p, ends(i).0, ends(i).1)).fold(f64::INFINITY, f64::min);
        (0..size.width * size.height).map(|i| nearest(centre(i))).collect()
    }

    fn brush(radius_px: f64, mode: BrushMode) -> Brush {
        Brush { radius_px, mode }
    }

    #[test]
    fn a_dab_is_a_disc_with_its_edge() {
        // Centre on a pixel's centre, radius 2: the plus-shaped disc of 13 pixels, counted by hand.
        let disc = stroke(Size::new(7, 7), &[Point::new(3.5, 3.5)], 2.0);
        assert_eq!(disc.area_px(), 13);
        assert!(disc.is_foreground(1, 3) && !disc.is_foreground(2, 1));
        assert_eq!(stroke(Size::new(7, 7), &[Point::new(3.5, 3.5)], 0.0).area_px(), 1);
    }

    #[test]
    fn what_cannot_be_painted_paints_nothing() {
        let size = Size::new(7, 7);
        let at = Point::new(3.5, 3.5);
        assert!(stroke(size, &[], 2.0).is_empty() && stroke(size, &[at], -1.0).is_empty());
        assert!(stroke(size, &[at], f64::NAN).is_empty() && stroke(Size::new(0, 9), &[at], 3.0).is_empty());
        let broken = stroke(size, &[at, Point::new(f64::NAN, 0.0)], 2.0);
        assert_eq!(broken, stroke(size, &[at], 2.0));
        for far in [1e200, f64::MAX] {
            assert_eq!(stroke(size, &[at, Point::new(far, -far)], 2.0), stroke(size, &[at], 2.0));
            assert!(stroke(size, &[at], far).is_empty());
        }
        assert_eq!(Painter::new(size, brush(2.0, BrushMode::Erase)).finish(), None);
    }

    #[test]
    fn the_changed_rectangle_holds_the_new_pixels_only() {
        let mut painter = Painter::new(Size::new(100, 100), brush(10.0, BrushMode::Paint));
        let first = painter.dab_to(Point::new(50.0, 50.0));
        assert_eq!(first, Some(PixelRect { x1: 40, y1: 40, x2: 60, y2: 60 }));
        assert_eq!(painter.dab_to(Point::new(50.0, 50.0)), None);
        let moved = painter.dab_to(Point::new(55.0, 50.0)).expect("the edge moves");
        assert!(moved.x1 >= 50 && moved.x2 == 65);
        painter.lift();
        painter.set_brush(brush(3.0, BrushMode::Erase));
        assert_eq!(painter.dab_to(Point::new(90.0, 90.0)), None);
        painter.lift();
        assert_eq!(painter.dab_to(Point::new(50.0, 50.0)), Some(PixelRect { x1: 47, y1: 47, x2: 53, y2: 53 }));
    }

    fn path(points: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Point>> {
        prop::collection::vec((-5.0f64..30.0, -5.0f64..25.0).prop_map(|(x, y)| Point::new(x, y)), points)
    }

    proptest! {
        #[test]
        fn a_stroke_is_what_lies_within_the_radius(path in path(1..6), radius in 0.0f64..9.0) {
            let size = Size::new(24, 19);
            let painted = stroke(size, &path, radius).to_row_major();
            for (pixel, distance) in painted.iter().zip(distances(size, &path)) {
                prop_assert!((distance - radius).abs() < 1e-9 || *pixel == (distance <= radius));
            }
        }

        #[test]
        fn a_painter_does_what_strokes_and_set_algebra_do(
            mask in prop::collection::vec(any::<bool>(), 24 * 19),
            moves in prop::collection::vec((path(1..4), 0.0f64..6.0, any::<bool>()), 1..5),
        ) {
            let size = Size::new(24, 19);
            let mut expected = Rle::from_row_major(size.width, size.height, &mask);
            let mut painter = Painter::on_mask(&expected, brush(1.0, BrushMode::Paint));
            for (path, radius, erases) in moves {
                painter.lift();
                painter.set_brush(brush(radius, if erases { BrushMode::Erase } else { BrushMode::Paint }));
                let before = expected.clone();
                let rects: Vec<PixelRect> = path.iter().filter_map(|&to| painter.dab_to(to)).collect();
                let stroke = stroke(size, &path, radius);
                expected = if erases { before.difference(&stroke) } else { before.union(&stroke) }.expect("one size");
                prop_assert_eq!(painter.to_rle(), Some(expected.clone()).filter(|mask| !mask.is_empty()));
                let (gone, new) = (before.difference(&expected), expected.difference(&before));
                let changed = gone.and_then(|gone| gone.union(&new?)).expect("one size");
                let reported = rects.into_iter().reduce(PixelRect::union).map(PixelRect::to_bbox);
                prop_assert_eq!(reported, changed.bounds());
            }
            let runs: Vec<_> = painter.runs_of(3..40).collect();
            prop_assert_eq!(runs, expected.column_runs().filter(|run| run.0 >= 3).collect::<Vec<_>>());
        }
    }
}
