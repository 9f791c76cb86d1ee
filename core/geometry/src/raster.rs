//! Masks of shapes by the pixel-centre rule: a pixel is foreground when its centre lies in the shape.

use crate::{BBox, Ellipse, Geometry, Mask, Point, Polygon, Rle, Size};

impl Rle {
    /// The pixels whose centres lie in a box, clipped to the image; a centre on the left or top edge is in, one on the
    /// right or bottom edge is out, so that boxes side by side share no pixel.
    pub fn of_box(bbox: &BBox, size: Size) -> Self {
        let (columns, rows) = (between(bbox.x1(), bbox.x2(), size.width), between(bbox.y1(), bbox.y2(), size.height));
        let has_rows = rows.0 < rows.1;
        let runs = (columns.0..columns.1).filter(|_| has_rows).map(|x| (x, rows.0, rows.1));
        Self::from_column_runs(size.width, size.height, runs)
    }

    /// The pixels whose centres lie in an ellipse, clipped to the image; none when a radius is 0.
    pub fn of_ellipse(ellipse: &Ellipse, size: Size) -> Self {
        let bounds = ellipse.bounds();
        let (first, last) = between(bounds.x1(), bounds.x2(), size.width);
        let spans = EllipseSpans::of(ellipse);
        let run = |x: u32| {
            let (top, bottom) = spans.as_ref()?.at(f64::from(x) + 0.5)?;
            let rows = between(top, bottom, size.height);
            (rows.0 < rows.1).then_some((x, rows.0, rows.1))
        };
        Self::from_column_runs(size.width, size.height, (first..last).filter_map(run))
    }

    /// The pixels whose centres lie in a polygon by the even-odd rule, clipped to the image.
    ///
    /// A centre on an edge belongs to the side right of or below it, so that polygons that share an edge share no
    /// pixel and leave none out. It undoes [`Polygon::outline_of`]. The cost follows the columns that the edges cross.
    pub fn of_polygon(polygon: &Polygon, size: Size) -> Self {
        let mut crossings: Vec<(u32, u32)> = Vec::new();
        for ring in polygon.rings() {
            let mut before = ring[ring.len() - 1];
            for &point in ring {
                add_crossings(&mut crossings, before, point, size);
                before = point;
            }
        }
        crossings.sort_unstable();
        // Every ring crosses a column an even number of times, so that pairs never straddle two columns.
        let pairs = crossings.as_chunks::<2>().0.iter();
        let runs = pairs.filter(|[a, b]| a.1 < b.1).map(|[a, b]| (a.0, a.1, b.1));
        Self::from_column_runs(size.width, size.height, runs)
    }
}

/// The row below which a segment lies, for each column whose centre line it crosses; an end counts on its left only.
fn add_crossings(crossings: &mut Vec<(u32, u32)>, a: Point, b: Point, size: Size) {
    // From left to right, so that an edge shared by two polygons gives both the same rows.
    let (a, b) = if (a.x, a.y) <= (b.x, b.y) { (a, b) } else { (b, a) };
    let (first, last) = between(a.x, b.x, size.width);
    let slope = (b.y - a.y) / (b.x - a.x);
    crossings.extend((first..last).map(|column| {
        let y = a.y + slope * (f64::from(column) + 0.5 - a.x);
        // Rounding must not carry the crossing beyond the ends of the edge.
        (column, first_centre(y.clamp(a.y.min(b.y), a.y.max(b.y)), size.height))
    }));
}

/// The pixels of `0..side` whose centres lie in `[low, high)`, as a half-open range that may be empty.
pub(crate) fn between(low: f64, high: f64, side: u32) -> (u32, u32) {
    let first = first_centre(low, side);
    (first, first_centre(high, side).max(first))
}

/// The first of `0..side` whose centre is not below `at`, or `side`.
fn first_centre(at: f64, side: u32) -> u32 {
    (at - 0.5).ceil().clamp(0.0, f64::from(side)) as u32
}

/// An ellipse as the quadratic form `a·dx² + 2b·dx·dy + c·dy² ≤ 1` about its centre.
struct EllipseSpans {
    center: Point,
    b: f64,
    c: f64,
    /// `a·c − b²`, which is `1 / (rx·ry)²`.
    determinant: f64,
}

impl EllipseSpans {
    fn of(ellipse: &Ellipse) -> Option<Self> {
        let (rx, ry) = (ellipse.radius_x(), ellipse.radius_y());
        if rx <= 0.0 || ry <= 0.0 {
            return None;
        }
        let (sin, cos) = ellipse.degrees().to_radians().sin_cos();
        let b = sin * cos * (rx.powi(-2) - ry.powi(-2));
        let c = (sin / rx).powi(2) + (cos / ry).powi(2);
        Some(Self { center: ellipse.center(), b, c, determinant: (rx * ry).powi(-2) })
    }

    /// Where the vertical line at `x` enters and leaves.
    fn at(&self, x: f64) -> Option<(f64, f64)> {
        let dx = x - self.center.x;
        let under_root = self.c - self.determinant * dx * dx;
        let half = (under_root >= 0.0).then(|| under_root.sqrt() / self.c)?;
        let middle = self.center.y - self.b * dx / self.c;
        Some((middle - half, middle + half))
    }
}

impl Geometry {
    /// The mask of a region by the pixel-centre rule, clipped to the image; a mask of another image is held at the
    /// top-left corner and cut. `None` for lines and points, and when no pixel's centre is covered.
    pub fn to_mask(&self, size: Size) -> Option<Mask> {
        let rle = match self {
            Self::Box(b) => Rle::of_box(b, size),
            Self::RotatedBox(b) => Rle::of_polygon(&Polygon::from_ring(b.corners().to_vec()).ok()?, size),
            Self::Polygon(p) => Rle::of_polygon(p, size),
            Self::Ellipse(e) => Rle::of_ellipse(e, size),
            Self::Mask(m) => m.rle().placed_in(size),
            Self::Polyline(_) | Self::Keypoints(_) => return None,
        };
        Mask::new(rle).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::RotatedBox;

    const SIZE: Size = Size::new(23, 17);

    fn centres() -> impl Iterator<Item = Point> {
        (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5)))
    }

    fn point() -> impl Strategy<Value = Point> {
        (-8.0f64..31.0, -8.0f64..25.0).prop_map(|(x, y)| Point::new(x, y))
    }

    #[test]
    fn halves_of_a_square_share_no_pixel() {
        let triangle = |points: [(f64, f64); 3]| {
            let ring = points.map(|(x, y)| Point::new(x, y)).to_vec();
            Rle::of_polygon(&Polygon::from_ring(ring).expect("a triangle"), Size::new(9, 9))
        };
        // The diagonal runs through pixel centres.
        let (upper, lower) =
            (triangle([(0.0, 0.0), (9.0, 0.0), (9.0, 9.0)]), triangle([(0.0, 0.0), (9.0, 9.0), (0.0, 9.0)]));
        assert_eq!(upper.intersection_area_px(&lower), 0);
        assert_eq!(upper.area_px() + lower.area_px(), 81);
    }

    #[test]
    fn boxes_side_by_side_share_no_pixel() {
        let bbox = |x1, x2| Rle::of_box(&BBox::new(x1, -4.0, x2, 2.5).expect("a box"), Size::new(6, 4));
        let (left, right) = (bbox(0.0, 2.5), bbox(2.5, 9.0));
        assert_eq!((left.area_px(), right.area_px(), left.intersection_area_px(&right)), (4, 8, 0));
    }

    #[test]
    fn shapes_without_a_pixel_centre_have_no_mask() {
        let point = BBox::new(3.1, 3.1, 3.2, 3.2).expect("a box");
        assert_eq!(Geometry::Box(point).to_mask(SIZE), None);
        let flat = Ellipse::new(Point::new(5.5, 5.5), 3.0, 0.0, 20.0).expect("an ellipse");
        assert_eq!(Geometry::Ellipse(flat).to_mask(SIZE), None);
        assert_eq!(Geometry::Box(BBox::of_image(SIZE)).to_mask(Size::new(0, 0)), None);
    }

    proptest! {
        #[test]
        fn a_polygon_covers_the_centres_that_it_contains(
            rings in prop::collection::vec(prop::collection::vec(point(), 3..9), 1..4),
        ) {
            let polygon = Polygon::new(rings).expect("finite rings");
            let mask = Rle::of_polygon(&polygon, SIZE).to_row_major();
            for (pixel, centre) in mask.into_iter().zip(centres()) {
                prop_assert_eq!(pixel, polygon.contains(centre), "{:?}", centre);
            }
        }

        #[test]
        fn boxes_and_ellipses_cover_the_centres_that_they_contain(
            center in point(), width in 0.0f64..30.0, height in 0.0f64..30.0, degrees in 0.0f64..360.0,
        ) {
            let frame = RotatedBox::new(center, width, height, degrees).expect("a box");
            for shape in [
                Geometry::Box(frame.bounds()), Geometry::RotatedBox(frame), Geometry::Ellipse(Ellipse::in_frame(&frame)),
            ] {
                let mask = shape.to_mask(SIZE).map_or_else(|| Rle::empty(SIZE), Mask::into_rle).to_row_major();
                for (pixel, centre) in mask.into_iter().zip(centres()) {
                    prop_assert_eq!(pixel, shape.contains(centre), "{:?}", centre);
                }
            }
        }
    }
}
