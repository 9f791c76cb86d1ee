//! How much two labelled things overlap, whatever their kinds.

use crate::convex::clipped_by_convex;
use crate::polygon::ring_area;
use crate::{Geometry, Mask, Point, Polygon};

/// Sides of the polygon that stands for an ellipse. It has the ellipse's area exactly; its outline departs from the
/// ellipse's by less than 2·10⁻⁴ of the radius, and overlaps with it are off by less than 0.1 % of its area.
const ELLIPSE_SIDES: usize = 128;

impl Geometry {
    /// Intersection over union, in `[0, 1]`; 0 with lines and points, and where either covers no area.
    ///
    /// Boxes and rotated boxes are exact. Ellipses count as polygons of 128 sides and the same area (off by less than
    /// 0.1 % of the area); polygons go through boolean operations, even-odd. A mask is compared with the other's mask
    /// in the same image (pixel centres), so that only what lies in that image counts; two masks of different sizes
    /// share nothing.
    ///
    /// ```
    /// use concord_geometry::{BBox, Geometry, Point, RotatedBox};
    /// let upright = Geometry::Box(BBox::new(0.0, 0.0, 10.0, 10.0)?);
    /// let on_its_side = Geometry::RotatedBox(RotatedBox::new(Point::new(5.0, 5.0), 20.0, 5.0, 90.0)?);
    /// assert!((upright.iou(&on_its_side) - 50.0 / 150.0).abs() < 1e-12);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn iou(&self, other: &Self) -> f64 {
        let Areas { shared, joint } = self.areas_with(other);
        if shared > 0.0 && joint > 0.0 { (shared / joint).min(1.0) } else { 0.0 }
    }

    /// The area that both cover in square pixels, worked out as for [`Self::iou`].
    pub fn intersection_px(&self, other: &Self) -> f64 {
        self.areas_with(other).shared
    }

    fn areas_with(&self, other: &Self) -> Areas {
        let is_apart = self.bounds().intersection_px(&other.bounds()) <= 0.0;
        if is_apart || !self.kind().is_region() || !other.kind().is_region() {
            return Areas::default();
        }
        match (self, other) {
            (Self::Box(a), Self::Box(b)) => {
                let shared = a.intersection_px(b);
                Areas { shared, joint: a.area_px() + b.area_px() - shared }
            }
            (Self::Mask(a), b) | (b, Self::Mask(a)) => areas_with_mask(a, b),
            (a, b) => match (a.as_convex_ring(), b.as_convex_ring()) {
                (Some(a), Some(b)) => areas_of_convex(&a, &b),
                _ => areas_of_polygons(a, b).unwrap_or_default(),
            },
        }
    }

    /// The outline, clockwise on the screen, of kinds that are always convex.
    fn as_convex_ring(&self) -> Option<Vec<Point>> {
        match self {
            Self::Box(b) => Some(b.corners().to_vec()),
            Self::RotatedBox(b) => Some(b.corners().to_vec()),
            Self::Ellipse(e) => {
                // An inscribed polygon of n sides has sin(2π/n)/(2π/n) of the area: widened to have all of it.
                let step = std::f64::consts::TAU / ELLIPSE_SIDES as f64;
                let widened = (step / step.sin()).sqrt();
                let center = e.center();
                let widen =
                    |p: Point| Point::new(center.x + widened * (p.x - center.x), center.y + widened * (p.y - center.y));
                Some(e.outline(ELLIPSE_SIDES).into_iter().map(widen).collect())
            }
            _ => None,
        }
    }
}

/// Areas in square pixels: shared by two shapes, and covered by either.
#[derive(Default)]
struct Areas {
    shared: f64,
    joint: f64,
}

fn areas_with_mask(mask: &Mask, other: &Geometry) -> Areas {
    let size = mask.rle().size();
    let other = match other {
        Geometry::Mask(other) if other.rle().size() != size => None,
        other => other.to_mask(size),
    };
    let Some(other) = other else { return Areas::default() };
    let shared = mask.rle().intersection_area_px(other.rle());
    let joint = mask.rle().area_px() + other.rle().area_px() - shared;
    Areas { shared: shared as f64, joint: joint as f64 }
}

fn areas_of_convex(a: &[Point], b: &[Point]) -> Areas {
    // Near the first corner, so that large coordinates cost no digits.
    let near = |ring: &[Point]| -> Vec<Point> { ring.iter().map(|p| p.moved(-a[0].x, -a[0].y)).collect() };
    let (a, b) = (near(a), near(b));
    let shared = ring_area(&clipped_by_convex(&a, &b)).abs();
    Areas { shared, joint: ring_area(&a).abs() + ring_area(&b).abs() - shared }
}

fn areas_of_polygons(a: &Geometry, b: &Geometry) -> Option<Areas> {
    let polygon = |geometry: &Geometry| match geometry {
        Geometry::Polygon(polygon) => Some(polygon.clone()),
        other => Polygon::from_ring(other.as_convex_ring()?).ok(),
    };
    let (shared, joint) = polygon(a)?.shared_and_joint_px(&polygon(b)?);
    Some(Areas { shared, joint })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{BBox, Ellipse, Keypoints, Polyline, Rle, RotatedBox, Size};

    /// Pairs and their IoU by shapely 2.2.0 (GEOS 3.14.1), ellipses there as polygons of 20 000 sides.
    const BY_SHAPELY: [(&str, &str, f64); 21] = [
        (
            r#"{"bbox":[59.53,13.02,75.3,68.88]}"#,
            r#"{"rotated_box":[55.23,69.23,31.17,15.62,344.98]}"#,
            0.082_930_256_411_979_57,
        ),
        (
            r#"{"bbox":[22.75,65.49,65.84,94.35]}"#,
            r#"{"rotated_box":[38.38,64.15,44.95,21.08,66.52]}"#,
            0.253_397_227_742_753_7,
        ),
        (r#"{"bbox":[35.64,44.73,90.87,64.05]}"#, r#"{"rotated_box":[47.61,30.01,23.01,33.61,274.06]}"#, 0.0),
        (
            r#"{"rotated_box":[54.26,47.21,19.55,49.23,67.36]}"#,
            r#"{"rotated_box":[58.95,49.9,37.61,29.2,73.08]}"#,
            0.385_836_620_170_512_35,
        ),
        (
            r#"{"rotated_box":[36.79,55.66,23.81,10.71,69.35]}"#,
            r#"{"rotated_box":[66.85,58.47,39.01,30.08,294.45]}"#,
            0.0,
        ),
        (
            r#"{"rotated_box":[40.53,55.32,10.6,42.28,350.12]}"#,
            r#"{"rotated_box":[58.34,33.07,39.58,25.84,331.09]}"#,
            0.032_547_405_757_241_8,
        ),
        (
            r#"{"rotated_box":[30.72,30.48,14.81,26.97,317.67]}"#,
            r#"{"rotated_box":[52.59,56.49,12.22,18.74,137.07]}"#,
            0.0,
        ),
        (
            r#"{"polygon":[[69.7,52.89,80.05,75.29,64.15,70.72,53.59,90.42,48.75,85.0,26.47,66.82,56.96,20.53,64.75,10.68,68.09,14.61,63.66,44.63]]}"#,
            r#"{"polygon":[[85.18,48.29,46.31,59.67,41.69,81.41,44.39,23.83,50.44,33.33,54.77,30.97,68.99,24.06,71.8,32.98,82.68,45.57],[56.91,54.24,54.03,56.52,51.8,54.09,54.84,51.47]]}"#,
            0.281_028_813_659_578_44,
        ),
        (
            r#"{"polygon":[[87.75,57.02,87.72,70.75,60.59,86.73,27.6,65.52,16.79,36.52,25.55,41.63,28.46,33.88,50.61,21.8,87.99,42.26],[72.62,51.43,52.46,67.43,36.85,50.39,58.12,32.02]]}"#,
            r#"{"polygon":[[70.51,60.34,78.18,62.91,56.59,89.53,37.92,74.5,34.31,59.76,44.14,53.67,41.1,36.92,61.94,16.15,57.74,47.89]]}"#,
            0.298_199_065_403_987_16,
        ),
        (
            r#"{"polygon":[[81.86,65.64,61.76,66.83,58.67,66.52,56.72,66.14,48.31,95.39,50.24,78.87,44.08,16.96,85.79,51.31]]}"#,
            r#"{"polygon":[[70.6,59.9,63.86,72.48,28.23,84.58,12.52,83.92,34.02,63.26,58.56,26.32]]}"#,
            0.338_144_210_805_318_26,
        ),
        (
            r#"{"polygon":[[46.48,64.62,38.87,78.68,40.07,60.3,22.75,45.58,13.93,35.72,35.83,30.77,49.04,29.82,49.47,30.85,68.91,37.53]]}"#,
            r#"{"polygon":[[40.03,92.61,40.77,59.99,26.75,86.76,26.13,50.58,30.14,50.54,44.39,11.27,65.23,18.64,54.72,44.25,65.56,49.43],[48.77,55.75,43.56,59.88,39.52,55.48,45.02,50.73]]}"#,
            0.332_642_461_014_522,
        ),
        (
            r#"{"polygon":[[85.66,51.64,85.14,57.34,75.95,58.89,63.15,64.36,52.69,87.26,31.7,79.44,32.32,51.39,54.22,22.21]]}"#,
            r#"{"polygon":[[74.49,85.68,48.29,88.52,44.98,67.95,37.01,75.27,18.01,73.72,39.21,55.61,28.72,49.64,33.27,35.4,59.43,40.44,83.18,48.63],[66.12,62.79,54.74,71.83,45.92,62.2,57.93,51.83]]}"#,
            0.447_924_327_480_641_1,
        ),
        (
            r#"{"polygon":[[91.48,67.12,90.89,83.69,68.05,79.06,40.53,95.28,42.22,90.22,18.48,65.6,24.67,54.25,27.66,53.68,76.23,33.41]]}"#,
            r#"{"bbox":[85.11,70.98,90.52,88.71]}"#,
            0.025_038_156_305_478_988,
        ),
        (
            r#"{"polygon":[[61.76,41.11,72.74,53.08,73.71,63.09,51.31,71.86,40.11,55.13,36.41,62.93,22.8,60.63,22.36,33.03,46.65,-2.05,65.44,15.98,72.56,27.22],[58.31,38.54,41.77,51.67,28.95,37.68,46.41,22.6]]}"#,
            r#"{"bbox":[25.93,34.02,52.78,74.89]}"#,
            0.190_291_307_408_512_77,
        ),
        (
            r#"{"polygon":[[73.33,51.48,78.07,78.51,73.0,75.35,67.76,68.02,61.13,76.78,42.35,58.62,28.82,41.22,32.57,12.9,64.82,4.77,64.98,34.69],[63.72,47.55,50.25,58.24,39.81,46.85,54.03,34.57]]}"#,
            r#"{"rotated_box":[60.94,41.46,26.92,14.89,301.01]}"#,
            0.091_983_891_286_882_64,
        ),
        (
            r#"{"polygon":[[74.67,74.72,57.99,68.34,48.12,81.75,38.78,91.82,45.02,40.66,63.0,43.03]]}"#,
            r#"{"rotated_box":[40.58,52.71,55.56,45.23,330.13]}"#,
            0.253_232_281_928_625_96,
        ),
        (
            r#"{"ellipse":[51.62,55.13,6.93,33.3,75.7]}"#,
            r#"{"ellipse":[51.05,50.96,14.43,33.75,118.32]}"#,
            0.274_337_869_045_435_94,
        ),
        (
            r#"{"ellipse":[50.91,39.58,26.94,24.23,170.65]}"#,
            r#"{"ellipse":[52.1,44.88,23.78,9.45,40.89]}"#,
            0.327_798_603_315_594_3,
        ),
        (
            r#"{"ellipse":[52.21,54.32,33.98,6.12,157.73]}"#,
            r#"{"bbox":[7.79,40.74,41.53,58.89]}"#,
            0.034_626_222_086_497_89,
        ),
        (
            r#"{"ellipse":[46.06,45.53,29.47,17.75,172.42]}"#,
            r#"{"rotated_box":[40.35,33.94,34.2,46.46,126.23]}"#,
            0.412_926_391_129_823_77,
        ),
        (
            r#"{"ellipse":[42.33,51.86,29.63,22.27,108.09]}"#,
            r#"{"polygon":[[77.7,68.47,52.73,69.39,49.64,66.32,21.31,69.55,38.52,59.07,21.77,60.98,10.89,56.54,22.34,30.94,51.59,41.55,79.13,51.48]]}"#,
            0.461_743_535_507_827_15,
        ),
    ];

    #[test]
    fn iou_equals_that_of_shapely() {
        for (a, b, expected) in BY_SHAPELY {
            let tolerance = if a.contains("ellipse") { 1e-3 } else { 1e-9 };
            let read = |text| serde_json::from_str::<Geometry>(text).expect("a written geometry");
            let iou = read(a).iou(&read(b));
            assert!((iou - expected).abs() < tolerance, "{iou} {expected} {a} {b}");
        }
    }

    #[test]
    fn lines_points_and_what_has_no_area_overlap_nothing() {
        let image = Geometry::Box(BBox::of_image(Size::new(10, 10)));
        let point = Point::new(4.0, 4.0);
        let without_area = [
            Geometry::Polyline(Polyline::new(vec![point, Point::new(6.0, 6.0)]).expect("a line")),
            Geometry::Keypoints(Keypoints::single(point).expect("a point")),
            Geometry::Box(BBox::new(4.0, 4.0, 4.0, 8.0).expect("a box")),
            Geometry::Ellipse(Ellipse::new(point, 0.0, 2.0, 0.0).expect("an ellipse")),
            Geometry::RotatedBox(RotatedBox::new(point, 5.0, 0.0, 30.0).expect("a box")),
        ];
        for geometry in without_area {
            assert_eq!((image.iou(&geometry), geometry.iou(&image), geometry.iou(&geometry)), (0.0, 0.0, 0.0));
        }
    }

    #[test]
    fn a_mask_is_compared_in_its_image() {
        let size = Size::new(10, 10);
        let left_half = BBox::new(0.0, 0.0, 5.0, 10.0).expect("a box");
        let mask = Geometry::Mask(Mask::new(Rle::of_box(&left_half, size)).expect("foreground"));
        let upper = Geometry::Box(BBox::new(-50.0, -50.0, 50.0, 5.0).expect("a box"));
        // 25 pixels of 75: what of the box lies outside the image does not count.
        assert_eq!((mask.iou(&upper), upper.iou(&mask), upper.intersection_px(&mask)), (1.0 / 3.0, 1.0 / 3.0, 25.0));
        let elsewhere = Geometry::Mask(Mask::new(Rle::of_box(&left_half, Size::new(9, 10))).expect("foreground"));
        assert_eq!((mask.iou(&mask), mask.iou(&elsewhere)), (1.0, 0.0));
    }

    fn frame() -> impl Strategy<Value = RotatedBox> {
        (0.0f64..40.0, 0.0f64..40.0, 1.0f64..30.0, 1.0f64..30.0, 0.0f64..360.0)
            .prop_map(|(x, y, w, h, degrees)| RotatedBox::new(Point::new(x, y), w, h, degrees).expect("a box"))
    }

    fn drawn_region() -> impl Strategy<Value = Geometry> {
        let point = (0.0f64..40.0, 0.0f64..40.0).prop_map(|(x, y)| Point::new(x, y));
        (frame(), prop::collection::vec(point, 3..8), 0..4).prop_map(|(frame, ring, kind)| match kind {
            0 => Geometry::Box(frame.bounds()),
            1 => Geometry::RotatedBox(frame),
            2 => Geometry::Ellipse(Ellipse::in_frame(&frame)),
            _ => Geometry::Polygon(Polygon::from_ring(ring).expect("a polygon")),
        })
    }

    fn region() -> impl Strategy<Value = Geometry> {
        let mask = frame().prop_map(|frame| {
            let mask = Geometry::Ellipse(Ellipse::in_frame(&frame)).to_mask(Size::new(40, 40));
            mask.map_or(Geometry::RotatedBox(frame), Geometry::Mask)
        });
        prop_oneof![4 => drawn_region(), 1 => mask]
    }

    proptest! {
        #[test]
        fn iou_is_symmetric_and_between_0_and_1(a in region(), b in region()) {
            let (there, back) = (a.iou(&b), b.iou(&a));
            prop_assert!((0.0..=1.0).contains(&there) && (there - back).abs() < 1e-9, "{} {}", there, back);
            prop_assert!((a.iou(&a) - 1.0).abs() < 1e-9);
        }

        #[test]
        fn overlaps_agree_with_a_count_of_pixels(a in drawn_region(), b in drawn_region()) {
            // Both ten times as large and well inside the image, so that the pixels on the borders weigh little.
            let size = Size::new(950, 950);
            let (unit, ten) = (BBox::of_image(Size::new(1, 1)), BBox::from_xywh(230.0, 230.0, 10.0, 10.0).expect("a box"));
            let larger = |g: &Geometry| g.fitted(&unit, &ten).expect("finite");
            let (a, b) = (larger(&a), larger(&b));
            let mask = |g: &Geometry| g.to_mask(size).map_or_else(|| Rle::empty(size), Mask::into_rle);
            let counted = mask(&a).intersection_area_px(&mask(&b)) as f64;
            // Borders that run along the pixels may miss half a pixel a step, which on all four sides of the largest
            // box makes 840; the sides of ellipses miss 0.1 %.
            prop_assert!((a.intersection_px(&b) - counted).abs() < 1000.0, "{} {}", a.intersection_px(&b), counted);
        }
    }
}
