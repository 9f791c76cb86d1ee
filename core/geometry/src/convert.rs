//! Turning one kind of geometry into another.

use crate::convex::convex_hull;
use crate::{Ellipse, Geometry, GeometryKind, Keypoints, Point, Polygon, RotatedBox, Size, Visibility};

/// Sides of the polygon of an ellipse: at least, and at most whatever the tolerance.
const ELLIPSE_SIDES: (f64, f64) = (8.0, 720.0);

impl Geometry {
    /// The region as another kind of region, the box or rotated box around a line or points; `None` when there is no
    /// sensible way (a line or points to a polygon or mask, anything to a line) or nothing with area would be left.
    ///
    /// A box is the bounds; a rotated box is that of [`Self::to_rotated_box`] and an ellipse the one in it; a polygon
    /// departs from a mask's or ellipse's outline by at most `tolerance_px`; a mask covers pixel centres of the image.
    /// Keypoints are the centre of the bounds. The kind that it already is gives it back as it is.
    pub fn converted(&self, kind: GeometryKind, image: Size, tolerance_px: f64) -> Option<Self> {
        if self.kind() == kind {
            return Some(self.clone());
        }
        match kind {
            GeometryKind::Box => Some(self.bounds()).filter(|b| !b.is_degenerate()).map(Self::Box),
            GeometryKind::RotatedBox => self.to_rotated_box().map(Self::RotatedBox),
            GeometryKind::Ellipse => self.to_rotated_box().map(|b| Self::Ellipse(Ellipse::in_frame(&b))),
            GeometryKind::Polygon => self.to_polygon(tolerance_px).map(Self::Polygon),
            GeometryKind::Mask => self.to_mask(image).map(Self::Mask),
            GeometryKind::Keypoints => Keypoints::single(self.bounds().center()).ok().map(Self::Keypoints),
            GeometryKind::Polyline => None,
        }
    }

    /// The outline of a region as a polygon; `None` for lines and points.
    ///
    /// Boxes and polygons are exact. The polygon of an ellipse lies within `tolerance_px` of it (8 to 720 sides), and
    /// that of a mask is the outline of its pixels after [`Polygon::simplified`] with that tolerance.
    pub fn to_polygon(&self, tolerance_px: f64) -> Option<Polygon> {
        match self {
            Self::Box(b) => Some(Polygon::of_box(b)),
            Self::RotatedBox(b) => Polygon::from_ring(b.corners().to_vec()).ok(),
            Self::Polygon(p) => Some(p.clone()),
            Self::Mask(m) => Some(Polygon::outline_of(m).simplified(tolerance_px)),
            Self::Ellipse(e) => Polygon::from_ring(e.outline(sides_for(e, tolerance_px))).ok(),
            Self::Polyline(_) | Self::Keypoints(_) => None,
        }
    }

    /// The rotated box of the least area that holds it; `None` when it would have no area.
    ///
    /// A box is itself, and an ellipse gives the box around it. Else the angle lies in `[0, 90)`.
    pub fn to_rotated_box(&self) -> Option<RotatedBox> {
        let least = match self {
            Self::Box(b) => Some(RotatedBox::upright(b)),
            Self::RotatedBox(b) => Some(*b),
            Self::Ellipse(e) => Some(e.frame()),
            Self::Polygon(p) => RotatedBox::around(&p.rings().concat()),
            Self::Mask(m) => {
                let runs = m.rle().column_runs().map(|run| <[u32; 3]>::from(run).map(f64::from));
                let corners = |[x, y1, y2]: [f64; 3]| [(x, y1), (x + 1.0, y1), (x + 1.0, y2), (x, y2)];
                RotatedBox::around(&runs.flat_map(corners).map(|(x, y)| Point::new(x, y)).collect::<Vec<_>>())
            }
            Self::Polyline(l) => RotatedBox::around(l.points()),
            Self::Keypoints(k) => {
                let placed = k.points().iter().filter(|p| p.visibility != Visibility::Absent);
                RotatedBox::around(&placed.map(|p| p.at).collect::<Vec<_>>())
            }
        };
        least.filter(|b| b.area_px() > 0.0)
    }
}

/// Sides of a polygon inscribed in an ellipse that stays within a tolerance: the sagitta of a circle of its larger
/// radius, of which the ellipse is a flattened picture.
fn sides_for(ellipse: &Ellipse, tolerance_px: f64) -> usize {
    let radius = ellipse.radius_x().max(ellipse.radius_y());
    let half_angle = (1.0 - tolerance_px / radius).clamp(-1.0, 1.0).acos();
    let sides = (std::f64::consts::PI / half_angle).ceil();
    // NaN (no radius, no tolerance) takes the upper bound.
    sides.min(ELLIPSE_SIDES.1).max(ELLIPSE_SIDES.0) as usize
}

impl RotatedBox {
    /// The box of the least area around points, its angle in `[0, 90)`; `None` when all points lie on one line.
    ///
    /// One side lies on an edge of the convex hull; rotating calipers go through them in one turn. Freeman, H. &
    /// Shapira, R. (1975): Determining the minimum-area encasing rectangle for an arbitrary closed curve.
    /// Communications of the ACM 18(7); Toussaint, G. (1983): Solving geometric problems with the rotating calipers.
    pub fn around(points: &[Point]) -> Option<Self> {
        let hull = convex_hull(points);
        if hull.len() < 3 {
            return None;
        }
        let mut calipers = [1, 1, 1];
        let rectangles = (0..hull.len()).map(|edge| rectangle_on(&hull, edge, &mut calipers));
        let (_, edge, extent) =
            rectangles.map(|(edge, extent)| (extent.area(), edge, extent)).min_by(|a, b| a.0.total_cmp(&b.0))?;
        extent.into_box(hull[edge], hull[(edge + 1) % hull.len()])
    }
}

/// The extent of a hull along one of its edges and away from it, measured from the edge's start.
#[derive(Debug, Clone, Copy)]
struct Extent {
    least: f64,
    most: f64,
    away: f64,
}

impl Extent {
    fn area(self) -> f64 {
        (self.most - self.least) * self.away
    }

    fn into_box(self, a: Point, b: Point) -> Option<RotatedBox> {
        let (ux, uy) = direction(a, b);
        let along = f64::midpoint(self.least, self.most);
        let center = Point::new(a.x + along * ux - self.away / 2.0 * uy, a.y + along * uy + self.away / 2.0 * ux);
        let (width, height) = (self.most - self.least, self.away);
        let degrees = uy.atan2(ux).to_degrees().rem_euclid(180.0);
        // Half-turns are the same box, and a quarter turn exchanges the sides.
        let (width, height, degrees) =
            if degrees < 90.0 { (width, height, degrees) } else { (height, width, (degrees - 90.0) % 90.0) };
        RotatedBox::new(center, width, height, degrees).ok()
    }
}

fn direction(a: Point, b: Point) -> (f64, f64) {
    let length = a.distance(b);
    ((b.x - a.x) / length, (b.y - a.y) / length)
}

/// The rectangle on an edge of the hull. The calipers (farthest along, away, and back) only ever move on.
fn rectangle_on(hull: &[Point], edge: usize, calipers: &mut [usize; 3]) -> (usize, Extent) {
    let at = |i: usize| hull[i % hull.len()];
    let start = at(edge);
    let (ux, uy) = direction(start, at(edge + 1));
    let along = |i: usize| (at(i).x - start.x) * ux + (at(i).y - start.y) * uy;
    let away = |i: usize| (at(i).y - start.y) * ux - (at(i).x - start.x) * uy;
    let [most, farthest, least] = calipers;
    *most = advanced((*most).max(edge + 1), edge + hull.len(), along);
    *farthest = advanced((*farthest).max(*most), edge + hull.len(), away);
    *least = advanced((*least).max(*farthest), edge + hull.len(), |i| -along(i));
    (edge, Extent { least: along(*least).min(0.0), most: along(*most), away: away(*farthest) })
}

/// The first place from which the measure does not grow any more.
fn advanced(mut from: usize, end: usize, measure: impl Fn(usize) -> f64) -> usize {
    while from < end && measure(from + 1) >= measure(from) {
        from += 1;
    }
    from
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Points and the area of their rectangle by `minAreaRect` of OpenCV 5.0.0, which works in single precision.
    const BY_OPENCV: [(&[f64], f64); 6] = [
        (&[17.2, 36.2, 46.7, 43.0, 54.9, 51.6, 55.1, 1.6, 26.2, 29.1, 3.9, 0.3, 49.8, 59.0], 2_996.295_365_004_334_6),
        (
            &[
                47.1, 18.9, 42.3, 18.0, 44.4, 16.8, 47.0, 59.3, 59.2, 53.0, 54.8, 42.5, 33.3, 55.4, 5.4, 22.2, 36.4,
                28.7, 47.6, 11.7,
            ],
            2_041.515_561_622_363_7,
        ),
        (&[7.6, 57.8, 8.0, 13.6, 22.6, 37.4, 46.9, 4.7, 55.9, 45.8, 19.3, 11.4, 35.8, 35.7], 2_156.449_143_583_944_5),
        (&[16.0, 10.2, 46.0, 40.4, 48.0, 13.2, 43.4, 4.5], 998.480_085_266_986_9),
        (&[10.8, 46.9, 32.4, 37.0, 35.6, 38.2, 19.4, 43.2, 0.9, 22.6], 688.770_156_383_470_7),
        (&[3.3, 7.5, 54.3, 36.2, 47.5, 36.3, 34.3, 47.7], 1_160.500_061_912_607_6),
    ];

    fn geometry(text: &str) -> Geometry {
        serde_json::from_str(text).expect("a written geometry")
    }

    #[test]
    fn the_least_rectangle_has_the_area_that_opencv_finds() {
        for (flat, expected) in BY_OPENCV {
            let points = crate::points::from_flat(flat).expect("points");
            let found = RotatedBox::around(&points).expect("a box");
            assert!((found.area_px() - expected).abs() < 1e-4 * expected, "{found:?} {expected}");
        }
    }

    #[test]
    fn every_region_becomes_every_other() {
        let image = Size::new(20, 20);
        let regions = [
            r#"{"bbox":[2,2,12,8]}"#,
            r#"{"rotated_box":[8,8,10,6,0]}"#,
            r#"{"ellipse":[8,8,5,3,90]}"#,
            r#"{"polygon":[[2,2,12,2,12,8,2,8]]}"#,
            r#"{"mask":{"size":[4,5],"counts":"5220003"}}"#,
        ];
        let kinds = [
            GeometryKind::Box,
            GeometryKind::RotatedBox,
            GeometryKind::Polygon,
            GeometryKind::Mask,
            GeometryKind::Ellipse,
        ];
        for (region, kind) in regions.iter().flat_map(|region| kinds.map(|kind| (geometry(region), kind))) {
            let converted = region.converted(kind, image, 0.5).expect("regions become regions");
            assert_eq!(converted.kind(), kind);
            let (a, b) = (<[f64; 4]>::from(region.bounds()), <[f64; 4]>::from(converted.bounds()));
            assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 0.5), "{region:?} {converted:?}");
        }
        let upright = geometry(regions[3]).to_rotated_box().map(<[f64; 5]>::from);
        assert_eq!(upright, Some([7.0, 5.0, 10.0, 6.0, 0.0]));
    }

    #[test]
    fn lines_and_points_become_boxes_only() {
        let image = Size::new(20, 20);
        let line = geometry(r#"{"polyline":[1,1,5,1,5,4]}"#);
        assert_eq!(line.converted(GeometryKind::Box, image, 0.5), Some(geometry(r#"{"bbox":[1,1,5,4]}"#)));
        assert!(line.converted(GeometryKind::RotatedBox, image, 0.5).is_some());
        for kind in [GeometryKind::Polygon, GeometryKind::Mask] {
            assert_eq!(line.converted(kind, image, 0.5), None);
        }
        assert_eq!(geometry(r#"{"bbox":[1,1,5,4]}"#).converted(GeometryKind::Polyline, image, 0.5), None);
        let straight = geometry(r#"{"polyline":[1,1,2,2,5,5]}"#);
        assert_eq!((straight.to_rotated_box(), straight.to_mask(image)), (None, None));
        let points = geometry(r#"{"keypoints":[3,3,2,9,9,0]}"#);
        assert_eq!(points.converted(GeometryKind::Box, image, 0.5), None);
        assert_eq!(
            geometry(r#"{"bbox":[1,1,5,5]}"#).converted(GeometryKind::Keypoints, image, 0.5),
            Some(geometry(r#"{"keypoints":[3,3,2]}"#))
        );
    }

    #[test]
    fn an_ellipse_takes_as_many_sides_as_the_tolerance_asks() {
        let ellipse = geometry(r#"{"ellipse":[50,50,40,10,30]}"#);
        let sides = |tolerance| ellipse.to_polygon(tolerance).map(|p| p.point_count());
        // Sagitta 40·(1 − cos(π/n)) ≤ 0.1 from n = 45 on; solved by hand.
        assert_eq!((sides(0.1), sides(1e6), sides(0.0), sides(f64::NAN)), (Some(45), Some(8), Some(720), Some(720)));
        let area = ellipse.to_polygon(0.01).map(|p| p.area_px()).expect("a polygon");
        assert!((area - ellipse.area_px()).abs() < 0.002 * area);
    }

    proptest! {
        #[test]
        fn no_angle_gives_a_smaller_rectangle(
            points in prop::collection::vec((0.0f64..60.0, 0.0f64..60.0).prop_map(|(x, y)| Point::new(x, y)), 3..20),
        ) {
            let Some(found) = RotatedBox::around(&points) else { return Ok(()) };
            prop_assert!((0.0..90.0).contains(&found.degrees()));
            let b = found.as_upright();
            let holds = |p: Point| {
                let p = found.to_upright(p);
                p.x >= b.x1() - 1e-9 && p.x <= b.x2() + 1e-9 && p.y >= b.y1() - 1e-9 && p.y <= b.y2() + 1e-9
            };
            prop_assert!(points.iter().all(|&p| holds(p)));
            for step in 0..360 {
                let origin = Point::default();
                let turned = points.iter().map(|&p| crate::rotated::turned(p, origin, f64::from(step) / 4.0));
                let area = crate::points::bounds(turned).map_or(0.0, |b| b.area_px());
                prop_assert!(found.area_px() <= area + 1e-9, "{} {}", found.area_px(), area);
            }
        }

        #[test]
        fn a_simplified_outline_stays_close_to_the_mask(pixels in prop::collection::vec(any::<bool>(), 15 * 15)) {
            let rle = crate::Rle::from_row_major(15, 15, &pixels);
            prop_assume!(!rle.is_empty());
            let mask = crate::Mask::new(rle).expect("foreground");
            let exact = Polygon::outline_of(&mask);
            prop_assert_eq!(Geometry::Mask(mask.clone()).to_polygon(0.0), Some(exact.clone()));
            let simpler = Geometry::Mask(mask).to_polygon(1.0).expect("a polygon");
            prop_assert!(simpler.point_count() <= exact.point_count() && simpler.rings().len() == exact.rings().len());
        }
    }
}
