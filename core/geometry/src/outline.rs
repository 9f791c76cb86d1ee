//! Outlines: the nearest point on one, the distance to it, and snapping to those of other things.

use crate::distance::nearest_on_segment;
use crate::{BBox, Ellipse, Geometry, Point, Polygon, Size};

impl Geometry {
    /// The nearest point of the outline (of a line: of the line; of keypoints: the nearest that has a place) and its
    /// distance in pixels; `None` when the point is not finite. The outline of a mask is that of its pixels, which is
    /// traced anew: keep [`Polygon::outline_of`] where it is asked often.
    pub fn nearest_on_outline(&self, point: Point) -> Option<(Point, f64)> {
        let nearest = match self {
            Self::Box(b) => nearest_on_ring(&b.corners(), point),
            Self::RotatedBox(b) => nearest_on_ring(&b.corners(), point),
            Self::Polygon(p) => nearest_on_polygon(p, point),
            Self::Mask(m) => nearest_on_polygon(&Polygon::outline_of(m), point),
            Self::Ellipse(e) => Some(e.nearest_on_outline(point)),
            Self::Polyline(l) => {
                let segments = l.points().windows(2);
                nearer(segments.map(|pair| nearest_on_segment(point, pair[0], pair[1])), point)
            }
            Self::Keypoints(k) => nearer(k.present().map(|p| p.at), point),
        }?;
        let distance = nearest.distance(point);
        distance.is_finite().then_some((nearest, distance))
    }

    /// The distance from a point to the outline in pixels; infinite when the point is not finite.
    pub fn outline_distance(&self, point: Point) -> f64 {
        self.nearest_on_outline(point).map_or(f64::INFINITY, |(_, distance)| distance)
    }

    /// The places that a pointer snaps to first: corners of boxes, vertices, keypoints.
    fn snap_places(&self) -> Vec<Point> {
        match self {
            Self::Box(b) => b.corners().to_vec(),
            Self::RotatedBox(b) => b.corners().to_vec(),
            other => other.vertices().into_iter().map(|(_, at)| at).collect(),
        }
    }
}

/// Where a point comes to lie when it snaps: to the nearest vertex of the targets within `reach` pixels, else to the
/// nearest point of their outlines, else to a corner of the image, else to its edge, else nowhere: the point itself.
pub fn snapped<'a>(point: Point, targets: impl IntoIterator<Item = &'a Geometry>, image: Size, reach: f64) -> Point {
    let (mut vertex, mut border) = (None, None);
    for target in targets {
        let is_far = distance_to_box(&target.bounds(), point) > reach;
        if is_far {
            continue;
        }
        vertex = nearer(vertex.into_iter().chain(target.snap_places()), point);
        border = nearer(border.into_iter().chain(target.nearest_on_outline(point).map(|(at, _)| at)), point);
    }
    let corners = BBox::of_image(image).corners();
    let corner = nearer(corners.into_iter(), point);
    let choices = [vertex, border, corner, nearest_on_ring(&corners, point)];
    choices.into_iter().flatten().find(|at| at.distance(point) <= reach).unwrap_or(point)
}

fn distance_to_box(bbox: &BBox, point: Point) -> f64 {
    point.distance(Point::new(point.x.clamp(bbox.x1(), bbox.x2()), point.y.clamp(bbox.y1(), bbox.y2())))
}

fn nearest_on_ring(ring: &[Point], point: Point) -> Option<Point> {
    let edges = ring.iter().enumerate().map(|(i, &a)| (a, ring[(i + 1) % ring.len()]));
    nearer(edges.map(|(a, b)| nearest_on_segment(point, a, b)), point)
}

fn nearest_on_polygon(polygon: &Polygon, point: Point) -> Option<Point> {
    nearer(polygon.rings().iter().filter_map(|ring| nearest_on_ring(ring, point)), point)
}

/// The first of the points that are nearest.
fn nearer(points: impl Iterator<Item = Point>, point: Point) -> Option<Point> {
    points.min_by(|a, b| a.distance(point).total_cmp(&b.distance(point)))
}

impl Ellipse {
    /// The point of the ellipse's border that is nearest to a finite point, to the precision of a double.
    ///
    /// By bisection, which is safe for flat ellipses too: Eberly, D.: Distance from a Point to an Ellipse, an
    /// Ellipsoid, or a Hyperellipsoid. Geometric Tools, 2013.
    pub fn nearest_on_outline(&self, point: Point) -> Point {
        let (frame, center) = (self.frame(), self.center());
        let upright = frame.to_upright(point);
        let (dx, dy) = (upright.x - center.x, upright.y - center.y);
        // In the first quadrant, with the long axis first.
        let (x, y) = if self.radius_x() >= self.radius_y() {
            nearest_in_quadrant([self.radius_x(), self.radius_y()], [dx.abs(), dy.abs()]).into()
        } else {
            let [y, x] = nearest_in_quadrant([self.radius_y(), self.radius_x()], [dy.abs(), dx.abs()]);
            (x, y)
        };
        frame.from_upright(center.moved(x.copysign(dx), y.copysign(dy)))
    }
}

/// The nearest point of an ellipse with half axes `long ≥ short` about the origin to a point without negative
/// coordinates.
fn nearest_in_quadrant([long, short]: [f64; 2], [px, py]: [f64; 2]) -> [f64; 2] {
    if short <= 0.0 {
        return [px.min(long), 0.0];
    }
    if py > 0.0 && px > 0.0 {
        let (zx, zy) = (px / long, py / short);
        let outside = zx * zx + zy * zy - 1.0;
        if outside == 0.0 {
            return [px, py];
        }
        let ratio = (long / short) * (long / short);
        let root = bisected(ratio, zx, zy, outside);
        return [ratio * px / (root + ratio), py / (root + 1.0)];
    }
    if py > 0.0 {
        return [0.0, short];
    }
    // On the long axis the nearest point leaves the axis near the centre.
    let (numerator, denominator) = (long * px, long * long - short * short);
    if numerator < denominator {
        let part = numerator / denominator;
        return [long * part, short * (1.0 - part * part).max(0.0).sqrt()];
    }
    [long, 0.0]
}

/// The root of `(r·zx / (s + r))² + (zy / (s + 1))² = 1` in `s`, which is unique right of `zy − 1`.
fn bisected(ratio: f64, zx: f64, zy: f64, outside: f64) -> f64 {
    let nx = ratio * zx;
    let (mut low, mut high) = (zy - 1.0, if outside < 0.0 { 0.0 } else { nx.hypot(zy) - 1.0 });
    loop {
        let middle = f64::midpoint(low, high);
        // Neighbouring doubles: nothing lies between them.
        if middle <= low || middle >= high {
            return middle;
        }
        let (x, y) = (nx / (middle + ratio), zy / (middle + 1.0));
        if x * x + y * y > 1.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn geometry(text: &str) -> Geometry {
        serde_json::from_str(text).expect("a written geometry")
    }

    fn at(x: f64, y: f64) -> Point {
        Point::new(x, y)
    }

    #[test]
    fn the_nearest_point_of_every_kind() {
        for (text, point, nearest) in [
            (r#"{"bbox":[0,0,10,10]}"#, at(4.0, 3.0), at(4.0, 0.0)),
            (r#"{"rotated_box":[5,5,10,4,90]}"#, at(4.0, 5.0), at(3.0, 5.0)),
            (r#"{"polygon":[[0,0,10,0,10,10,0,10],[4,4,6,4,6,6,4,6]]}"#, at(3.5, 5.0), at(4.0, 5.0)),
            (r#"{"polyline":[0,0,10,0]}"#, at(12.0, 3.0), at(10.0, 0.0)),
            (r#"{"keypoints":[9,9,0,3,4,2,7,7,1]}"#, at(9.0, 9.0), at(7.0, 7.0)),
            (r#"{"ellipse":[5,5,4,2,0]}"#, at(5.0, 9.0), at(5.0, 7.0)),
            (r#"{"ellipse":[5,5,4,0,0]}"#, at(7.0, 9.0), at(7.0, 5.0)),
            (r#"{"ellipse":[5,5,0,4,0]}"#, at(7.0, 9.5), at(5.0, 9.0)),
            (r#"{"mask":{"size":[4,5],"counts":"5220003"}}"#, at(2.0, 2.2), at(2.0, 3.0)),
        ] {
            let found = geometry(text).nearest_on_outline(point).expect("finite");
            assert!(found.0.distance(nearest) < 1e-12, "{text} {found:?}");
            assert!((found.1 - nearest.distance(point)).abs() < 1e-12);
            assert_eq!(geometry(text).outline_distance(at(f64::NAN, 0.0)), f64::INFINITY);
        }
    }

    #[test]
    fn vertices_win_over_borders_and_borders_over_the_image() {
        let targets = [geometry(r#"{"polygon":[[10,10,20,10,20,20]]}"#), geometry(r#"{"bbox":[1,0,8,8]}"#)];
        let snap = |x, y| snapped(at(x, y), &targets, Size::new(40, 40), 2.0);
        assert_eq!(snap(11.0, 10.5), at(10.0, 10.0));
        assert_eq!(snap(15.0, 9.0), at(15.0, 10.0));
        assert_eq!(snap(0.5, 4.0), at(1.0, 4.0));
        assert_eq!(snap(39.0, 39.0), at(40.0, 40.0));
        assert_eq!(snap(39.0, 30.0), at(40.0, 30.0));
        assert_eq!(snap(30.0, 30.0), at(30.0, 30.0));
        let none: &mut dyn Iterator<Item = &Geometry> = &mut std::iter::empty();
        assert_eq!(snapped(at(1.0, 1.0), none, Size::new(40, 40), 0.5), at(1.0, 1.0));
    }

    proptest! {
        #[test]
        fn the_nearest_point_of_an_ellipse_beats_all_others(
            x in -30.0f64..30.0, y in -30.0f64..30.0, a in 0.1f64..20.0, b in 0.1f64..20.0, degrees in 0.0f64..360.0,
        ) {
            let ellipse = Ellipse::new(at(1.0, 2.0), a, b, degrees).expect("an ellipse");
            let point = at(x, y);
            let nearest = ellipse.nearest_on_outline(point);
            let others = ellipse.outline(3000).into_iter().map(|p| p.distance(point)).fold(f64::INFINITY, f64::min);
            prop_assert!(nearest.distance(point) <= others + 1e-9, "{} {}", nearest.distance(point), others);
            let p = ellipse.frame().to_upright(nearest);
            let level = ((p.x - 1.0) / a).powi(2) + ((p.y - 2.0) / b).powi(2);
            prop_assert!((level - 1.0).abs() < 1e-9, "{}", level);
        }
    }
}
