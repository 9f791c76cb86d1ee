//! Union, intersection and difference of polygons, and cutting them up.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::overlay::FloatOverlay;
use i_overlay::float::simplify::SimplifyShape;
use i_overlay::float::slice::FloatSlice;

use crate::{BBox, Point, Polygon, Size};

/// Rings as the overlay takes them.
type Rings = Vec<Vec<[f64; 2]>>;

/// Rings of less area than this, in square pixels, come from rounding and are left out of results.
const SLIVER_PX: f64 = 1e-6;
/// Coordinates up to which the overlay is asked; its grid has 2⁶¹ steps across both operands.
const FARTHEST_PX: f64 = 1e12;

impl Polygon {
    /// What either polygon covers. Polygons without area add nothing; when neither has any, this one is given back.
    ///
    /// As for all operations here: rings are filled by the even-odd rule and may cross themselves and one another; the
    /// result's rings do not, though they may touch at corners; its outer rings run clockwise on the screen and its
    /// holes the other way; corners are exact to 2⁻⁶⁰ of the extent or the last bits of a double, whichever is coarser;
    /// rings of less than 10⁻⁶ px² are left out. Polygons that reach beyond 10¹² px count as without area.
    ///
    /// ```
    /// use concord_geometry::{BBox, Polygon};
    /// let square = |at| BBox::from_xywh(at, at, 10.0, 10.0).map(|b| Polygon::of_box(&b));
    /// let (a, b) = (square(0.0)?, square(5.0)?);
    /// assert_eq!(a.union(&b).area_px(), 175.0);
    /// assert_eq!(a.intersection(&b).map(|shared| shared.area_px()), Some(25.0));
    /// # Ok::<(), concord_geometry::BBoxError>(())
    /// ```
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.overlaid(other, OverlayRule::Union).unwrap_or_else(|| self.clone())
    }

    /// What both polygons cover; `None` when they share no area.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        if self.bounds().intersection_px(&other.bounds()) <= 0.0 {
            return None;
        }
        self.overlaid(other, OverlayRule::Intersect)
    }

    /// What this polygon covers and the other does not; `None` when nothing is left.
    pub fn difference(&self, other: &Self) -> Option<Self> {
        self.overlaid(other, OverlayRule::Difference)
    }

    /// What any of the polygons covers; `None` when none of them has area.
    pub fn joined(polygons: &[&Self]) -> Option<Self> {
        // Each is first filled by its own even-odd rule: then rings wind once around what they hold, and overlaps of
        // several polygons only add up.
        let filled = polygons.iter().flat_map(|polygon| rings_of(polygon).simplify_shape_as::<i64>(FillRule::EvenOdd));
        let rings: Rings = filled.flatten().collect();
        one_polygon(rings.simplify_shape_as::<i64>(FillRule::NonZero))
    }

    /// The connected parts, each with its holes, in an order that depends on the polygon only; none without area.
    pub fn parts(&self) -> Vec<Self> {
        polygons(rings_of(self).simplify_shape_as::<i64>(FillRule::EvenOdd))
    }

    /// The polygon cut by an open line: all pieces on both sides.
    ///
    /// A line that leaves the number of connected parts as it is (it misses the polygon, ends inside it, or has fewer
    /// than two points) gives the polygon back unchanged. Pieces that lie apart are polygons of their own.
    pub fn sliced(&self, line: &[Point]) -> Vec<Self> {
        let knife: Vec<[f64; 2]> = line.iter().map(|p| [p.x, p.y]).collect();
        let is_workable = knife.iter().flatten().all(|v| v.abs() <= FARTHEST_PX);
        if knife.len() < 2 || !is_workable {
            return vec![self.clone()];
        }
        let pieces = polygons(rings_of(self).slice_by_as::<i64>(&knife, FillRule::EvenOdd));
        if pieces.len() > self.parts().len() { pieces } else { vec![self.clone()] }
    }

    /// The part of the polygon inside an image; `None` when no area is left. A polygon that does not leave the image is
    /// given back as it is.
    pub fn clipped_to(&self, size: Size) -> Option<Self> {
        if self.bounds().is_inside(size) {
            return Some(self.clone());
        }
        self.intersection(&Self::of_box(&BBox::of_image(size)))
    }

    /// The areas in square pixels that two polygons share and that they cover together; exact for polygons that cross
    /// themselves too.
    pub(crate) fn shared_and_joint_px(&self, other: &Self) -> (f64, f64) {
        let (a, b) = (rings_of(self), rings_of(other));
        let area = |rule| {
            let shapes = FloatOverlay::<[f64; 2], i64>::from_subj_and_clip(&a, &b).overlay(rule, FillRule::EvenOdd);
            // Holes run the other way round and count against their ring.
            shapes.iter().flatten().map(|ring| area_of(ring)).sum::<f64>().abs()
        };
        (area(OverlayRule::Intersect), area(OverlayRule::Union))
    }

    fn overlaid(&self, other: &Self, rule: OverlayRule) -> Option<Self> {
        let (a, b) = (rings_of(self), rings_of(other));
        one_polygon(FloatOverlay::<[f64; 2], i64>::from_subj_and_clip(&a, &b).overlay(rule, FillRule::EvenOdd))
    }
}

fn rings_of(polygon: &Polygon) -> Rings {
    let bounds: [f64; 4] = polygon.bounds().into();
    if bounds.iter().any(|v| v.abs() > FARTHEST_PX) {
        return Rings::new();
    }
    polygon.rings().iter().map(|ring| ring.iter().map(|p| [p.x, p.y]).collect()).collect()
}

fn one_polygon(shapes: Vec<Rings>) -> Option<Polygon> {
    Polygon::new(shapes.into_iter().flatten().filter_map(ring_with_area).collect()).ok()
}

/// Every shape (an outer ring and its holes) as a polygon.
fn polygons(shapes: Vec<Rings>) -> Vec<Polygon> {
    shapes.into_iter().filter_map(|shape| one_polygon(vec![shape])).collect()
}

fn ring_with_area(ring: Vec<[f64; 2]>) -> Option<Vec<Point>> {
    (ring.len() >= 3 && area_of(&ring).abs() >= SLIVER_PX)
        .then(|| ring.into_iter().map(|[x, y]| Point::new(x, y)).collect())
}

/// The signed area of a ring, worked out near its first point so that large coordinates cost no digits.
fn area_of(ring: &[[f64; 2]]) -> f64 {
    let Some(&[x, y]) = ring.first() else { return 0.0 };
    let near: Vec<Point> = ring.iter().map(|p| Point::new(p[0] - x, p[1] - y)).collect();
    crate::polygon::ring_area(&near)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Geometry;

    fn read(text: &str) -> Polygon {
        match serde_json::from_str(text).expect("a written geometry") {
            Geometry::Polygon(polygon) => polygon,
            other => panic!("a polygon was expected, not {other:?}"),
        }
    }

    fn square(at: f64, side: f64) -> Vec<Point> {
        BBox::from_xywh(at, at, side, side).expect("a box").corners().to_vec()
    }

    fn polygon(rings: Vec<Vec<Point>>) -> Polygon {
        Polygon::new(rings).expect("a polygon")
    }

    fn total(pieces: &[Polygon]) -> f64 {
        pieces.iter().map(Polygon::area_px).sum()
    }

    /// Two polygons and the areas of their union, intersection and difference by shapely 2.2.0 (GEOS 3.14.1).
    const BY_SHAPELY: [(&str, &str, [f64; 3]); 8] = [
        (
            r#"{"polygon":[[70.09,73.05,71.81,79.49,68.09,92.69,29.27,68.62,15.09,69.83,13.36,70.04,24.67,58.68,34.74,54.97,6.41,34.27,42.76,35.68],[49.95,64.5,40.37,72.1,32.95,64.0,43.06,55.28]]}"#,
            r#"{"polygon":[[70.78,54.2,34.53,75.23,15.92,59.34,53.23,35.08,62.51,19.99],[59.99,45.29,52.66,51.11,46.98,44.91,54.72,38.23]]}"#,
            [2_142.516_162_833_419_5, 533.556_687_166_581_4, 952.304_912_833_418_8],
        ),
        (
            r#"{"polygon":[[86.25,68.2,33.01,54.7,39.76,21.97,48.25,30.58,56.33,9.98,63.06,26.08,73.92,8.88,68.63,30.8]]}"#,
            r#"{"polygon":[[63.5,80.05,61.24,80.55,62.46,93.78,58.29,88.36,13.63,36.88,47.76,40.37,48.31,29.34,55.68,41.81,62.75,44.28,65.04,48.38]]}"#,
            [2_312.353_179_306_274, 575.481_120_693_726_4, 972.007_379_306_274],
        ),
        (
            r#"{"polygon":[[67.62,57.19,52.87,79.7,13.83,40.53,31.68,19.63,38.2,22.63,38.29,21.45,55.84,36.12,72.62,43.93],[60.02,51.87,45.28,63.57,33.87,51.11,49.42,37.67]]}"#,
            r#"{"polygon":[[85.29,55.14,56.17,73.4,31.31,65.17,8.42,43.47,53.2,27.24],[61.29,50.78,44.67,63.97,31.8,49.92,49.34,34.77]]}"#,
            [1_931.380_925_085_322, 983.987_474_914_678_6, 431.574_725_085_321_5],
        ),
        (
            r#"{"polygon":[[48.98,68.73,28.56,35.5,31.93,34.49,48.47,11.88,48.82,20.75,61.85,12.67,62.58,14.38,57.08,30.44,72.06,29.79,71.97,34.16]]}"#,
            r#"{"polygon":[[46.69,57.7,42.52,63.16,30.87,62.37,27.0,53.47,13.08,41.1,20.06,6.5,54.87,37.4],[32.63,22.49,26.5,27.35,21.76,22.18,28.22,16.6]]}"#,
            [1_971.750_711_909_297_3, 481.065_938_090_702_7, 706.125_111_909_297_3],
        ),
        (
            r#"{"polygon":[[69.92,60.69,80.89,68.03,82.27,91.12,66.11,76.23,25.19,52.24,34.21,54.23,41.31,49.84,61.57,25.58,72.96,45.88,78.97,51.21]]}"#,
            r#"{"polygon":[[83.92,55.92,65.79,80.7,32.03,83.7,11.75,69.77,16.16,52.21,23.14,44.11,53.45,26.2,73.13,31.79,70.72,51.0]]}"#,
            [2_957.835_442_656_099, 1_123.516_307_343_900_5, 235.319_742_656_099_46],
        ),
        (
            r#"{"polygon":[[77.88,53.4,28.49,71.86,43.34,46.68,30.02,18.53,30.48,17.71,83.07,15.54],[71.48,33.89,57.05,45.33,45.88,33.14,61.1,19.99]]}"#,
            r#"{"polygon":[[80.58,60.83,55.61,79.28,39.09,82.93,20.39,77.9,26.2,69.41,1.41,61.19,32.93,43.2,26.78,33.39,39.41,42.27]]}"#,
            [2_943.259_033_654_246, 448.521_716_345_753_6, 1_169.297_683_654_246],
        ),
        (
            r#"{"polygon":[[64.53,63.97,29.43,59.45,28.85,51.82,33.3,18.38,39.68,21.35,47.03,23.68,51.87,18.16,54.49,0.53,70.58,32.34],[54.48,28.44,49.65,32.27,45.91,28.19,51.01,23.79]]}"#,
            r#"{"polygon":[[52.38,93.13,50.73,97.58,42.58,84.4,37.08,88.22,11.36,63.7,23.66,58.6,17.97,40.82,55.33,17.39,58.18,19.28,47.99,49.58,73.38,54.68],[53.23,57.2,46.95,62.18,42.09,56.87,48.71,51.15]]}"#,
            [2_993.009_471_424_746, 857.442_278_575_254_1, 757.083_171_424_745_8],
        ),
        (
            r#"{"polygon":[[77.02,70.49,50.32,87.29,16.24,79.75,13.72,57.16,24.8,54.78,26.37,53.8,18.26,18.44,42.58,45.53,59.12,25.87,70.3,25.74,60.3,51.31],[49.4,53.12,43.0,58.2,38.04,52.79,44.8,46.96]]}"#,
            r#"{"polygon":[[56.48,54.5,9.52,65.47,26.96,51.77,81.11,33.97,57.47,43.12],[50.72,47.66,48.33,49.55,46.49,47.53,49.0,45.36]]}"#,
            [2_440.340_586_493_345_7, 342.222_213_506_653_2, 2_016.567_986_493_346_6],
        ),
    ];

    /// A polygon, a line and the areas of the pieces by `shapely.ops.split` of shapely 2.2.0, in ascending order.
    const SPLIT_BY_SHAPELY: [(&str, &[f64], &[f64]); 6] = [
        (
            r#"{"polygon":[[70.06,59.32,71.26,83.06,52.85,67.8,37.47,66.92,34.72,66.49,38.18,43.65,70.8,25.58]]}"#,
            &[0.0, 60.0, 54.0, 52.0, 100.0, 22.0],
            &[499.802_949_945, 734.600_400_055],
        ),
        (
            r#"{"polygon":[[85.44,65.44,85.16,65.73,67.1,59.36,22.36,58.88,26.39,47.41,25.5,24.14,46.91,29.73,47.79,18.23,59.51,7.51,72.7,39.74]]}"#,
            &[0.0, 41.0, 61.0, 25.0, 100.0, 27.0],
            &[96.876_935_912, 232.574_963_748, 1_550.941_300_34],
        ),
        (
            r#"{"polygon":[[53.7,76.26,17.47,65.41,46.13,13.14,59.46,20.09,82.06,26.28]]}"#,
            &[0.0, 67.0, 41.0, 55.0, 100.0, 43.0],
            &[687.358_603_345, 1_461.930_196_655],
        ),
        (
            r#"{"polygon":[[71.72,82.78,56.1,87.3,43.46,65.02,36.93,60.42,23.49,63.75,38.57,18.12,56.47,28.34]]}"#,
            &[0.0, 55.0, 34.0, 26.0, 100.0, 23.0],
            &[57.622_818_266, 1_596.941_581_734],
        ),
        (
            r#"{"polygon":[[68.37,56.06,57.68,72.34,52.55,68.41,13.17,60.77,69.17,22.97],[62.08,40.05,56.02,44.87,51.32,39.74,57.72,34.21]]}"#,
            &[0.0, 66.0, 68.0, 48.0, 100.0, 72.0],
            &[547.361_875_767, 672.791_774_233],
        ),
        (
            r#"{"polygon":[[80.48,60.62,25.41,63.08,28.82,32.35,31.53,6.94,51.32,30.07],[58.56,47.63,45.64,57.89,35.63,46.96,49.26,35.19]]}"#,
            &[0.0, 65.0, 63.0, 36.0, 100.0, 22.0],
            &[619.309_180_433, 620.881_869_567],
        ),
    ];

    #[test]
    fn areas_equal_those_of_shapely() {
        for (a, b, expected) in BY_SHAPELY {
            let (a, b) = (read(a), read(b));
            let area = |polygon: Option<Polygon>| polygon.map_or(0.0, |polygon| polygon.area_px());
            let areas = [a.union(&b).area_px(), area(a.intersection(&b)), area(a.difference(&b))];
            for (area, expected) in areas.into_iter().zip(expected) {
                assert!((area - expected).abs() < 1e-6, "{areas:?} {expected}");
            }
            let (shared, joint) = a.shared_and_joint_px(&b);
            assert!((shared - expected[1]).abs() < 1e-6 && (joint - expected[0]).abs() < 1e-6);
        }
    }

    #[test]
    fn pieces_equal_those_of_shapely() {
        for (whole, line, expected) in SPLIT_BY_SHAPELY {
            let pieces = read(whole).sliced(&crate::points::from_flat(line).expect("points"));
            let mut areas: Vec<f64> = pieces.iter().map(Polygon::area_px).collect();
            areas.sort_by(f64::total_cmp);
            assert_eq!(areas.len(), expected.len(), "{areas:?}");
            assert!(areas.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{areas:?} {expected:?}");
        }
    }

    #[test]
    fn a_line_that_does_not_cut_leaves_the_polygon_as_it_is() {
        let frame = polygon(vec![square(0.0, 10.0), square(4.0, 2.0)]);
        let line = |flat: &[f64]| crate::points::from_flat(flat).expect("points");
        for knife in [&[][..], &[1.0, 1.0], &[-5.0, 5.0, 2.0, 5.0], &[-5.0, 5.0, 5.0, 5.0], &[-5.0, -1.0, 15.0, -1.0]] {
            assert_eq!(frame.sliced(&line(knife)), std::slice::from_ref(&frame), "{knife:?}");
        }
        assert_eq!(frame.sliced(&line(&[5.0, -1.0, 5.0, 11.0])).len(), 2);
        let huge = polygon(vec![square(-1e200, 2e200)]);
        assert_eq!(huge.sliced(&line(&[5.0, -1.0, 5.0, 11.0])), [huge]);
        let unworkable = [Point::new(f64::NAN, 0.0), Point::new(5.0, 20.0)];
        assert_eq!(frame.sliced(&unworkable).len(), 1);
    }

    #[test]
    fn islands_and_holes_survive() {
        let frame = polygon(vec![square(0.0, 10.0), square(2.0, 6.0)]);
        let island = polygon(vec![square(4.0, 2.0)]);
        let joined = Polygon::joined(&[&frame, &island]).expect("area");
        assert_eq!((joined.area_px(), joined.rings().len(), joined.parts().len()), (68.0, 3, 2));
        assert_eq!(
            Polygon::joined(&[&frame, &frame, &polygon(vec![square(1.0, 8.0)])]).map(|p| p.area_px()),
            Some(100.0)
        );
        assert_eq!(Polygon::joined(&[]), None);
        let outer = crate::polygon::ring_area(&frame.union(&island).rings()[0]);
        assert!(outer > 0.0, "outer rings run clockwise on the screen");
    }

    #[test]
    fn polygons_without_area_add_nothing() {
        let flat = polygon(vec![vec![Point::new(0.0, 0.0), Point::new(5.0, 5.0), Point::new(9.0, 9.0)]]);
        let whole = polygon(vec![square(0.0, 10.0)]);
        assert_eq!(flat.union(&flat), flat);
        assert_eq!((flat.union(&whole).area_px(), whole.difference(&flat).map(|p| p.area_px())), (100.0, Some(100.0)));
        assert_eq!((flat.intersection(&whole), flat.difference(&whole), whole.difference(&whole)), (None, None, None));
        let huge = polygon(vec![square(-1e200, 2e200)]);
        assert_eq!((huge.intersection(&whole), whole.difference(&huge).map(|p| p.area_px())), (None, Some(100.0)));
    }

    #[test]
    fn clipping_keeps_what_the_image_shows() {
        let size = Size::new(8, 8);
        let leaving = polygon(vec![square(4.0, 10.0), square(6.0, 1.0)]);
        assert_eq!(
            leaving.clipped_to(size).map(|p| (p.area_px(), p.bounds())),
            Some((15.0, leaving.bounds().clipped(size).expect("a part")))
        );
        let inside = polygon(vec![square(1.0, 3.0)]);
        assert_eq!(inside.clipped_to(size), Some(inside.clone()));
        assert_eq!(polygon(vec![square(8.0, 3.0)]).clipped_to(size), None);
    }

    fn ring(points: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Point>> {
        prop::collection::vec((0.0f64..60.0, 0.0f64..60.0).prop_map(|(x, y)| Point::new(x, y)), points)
    }

    proptest! {
        #[test]
        fn area_is_conserved(a in prop::collection::vec(ring(3..8), 1..3), b in prop::collection::vec(ring(3..8), 1..3), line in ring(2..5)) {
            let (a, b) = (polygon(a), polygon(b));
            let area = |polygon: Option<Polygon>| polygon.map_or(0.0, |polygon| polygon.area_px());
            // Random rings cross themselves: their areas are those of their parts.
            let (area_a, area_b) = (total(&a.parts()), total(&b.parts()));
            let (joint, shared) = (a.union(&b).area_px(), area(a.intersection(&b)));
            prop_assert!((joint + shared - area_a - area_b).abs() < 1e-3, "{} {} {} {}", joint, shared, area_a, area_b);
            prop_assert!((area(a.difference(&b)) + shared - area_a).abs() < 1e-3);
            let twice = area(Polygon::joined(&[&a, &b, &a]));
            prop_assert!((twice - joint).abs() < 1e-3, "{} {}", twice, joint);
            let pieces = a.sliced(&line);
            if pieces.len() > 1 {
                prop_assert!((total(&pieces) - area_a).abs() < 1e-3);
            }
        }
    }
}
