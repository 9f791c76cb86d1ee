//! Drawing one shape of any kind into lines and pieces, as finely as the zoom asks for.

use concord_geometry::{Geometry, Keypoints, Point, Polygon, Visibility};

use super::fill;
use super::instances::{Detail, Drawing, Flags, Pen};
use super::mask;
use super::{CanvasShape, FAINT, STAND_OUT_FILL};

/// Most points of the outline of an ellipse.
const MOST_ELLIPSE_POINTS: f64 = 256.0;

/// Writes a shape, standing out or not; true when nothing of it was left out, so that no zoom asks for more.
pub(crate) fn draw(shape: &CanvasShape, stands_out: bool, detail: Detail, out: &mut Drawing) -> bool {
    let bounds = shape.geometry.bounds();
    let strength = if shape.dimmed { FAINT } else { 1.0 };
    let color = shape.color.gamma_multiply(strength);
    let opacity = if stands_out { Some(STAND_OUT_FILL) } else { shape.fill.map(|opacity| opacity.clamp(0.0, 1.0)) };
    let fill = opacity.filter(|opacity| *opacity > 0.0 && shape.geometry.kind().is_region());
    let fill = fill.map(|opacity| color.gamma_multiply(opacity));
    let flags = Flags::of_style(shape.style).with(Flags::STANDS_OUT, stands_out).with(Flags::FAINT, shape.dimmed);
    let is_line = !shape.geometry.kind().is_region();
    let (longer, shorter) = (bounds.width().max(bounds.height()), bounds.width().min(bounds.height()));
    // A line may be level: what counts is how long it is.
    let mut pen = Pen::new(out, color, fill, flags, if is_line { longer } else { shorter });
    if let Geometry::Keypoints(points) = &shape.geometry {
        return keypoints(&mut pen, points, shape, detail);
    }
    if longer < detail.dot_below_px() {
        if stands_out {
            pen.frame(bounds.corners());
        } else {
            pen.dot(&bounds);
        }
        return false;
    }
    region(&mut pen, &shape.geometry, detail, detail.tolerance_px())
}

fn region(pen: &mut Pen<'_>, geometry: &Geometry, detail: Detail, tolerance: f64) -> bool {
    match geometry {
        Geometry::Box(b) => {
            pen.frame(b.corners());
            pen.piece([b.x1(), b.x2(), b.y1()], [b.x1(), b.x2(), b.y2()]);
            true
        }
        Geometry::RotatedBox(b) => {
            ring(pen, &b.corners());
            true
        }
        Geometry::Polygon(p) => polygon(pen, p, tolerance),
        Geometry::Polyline(l) => {
            let kept = thinned(l.points(), tolerance);
            pen.path(&kept, false);
            kept.len() == l.points().len()
        }
        Geometry::Mask(m) => {
            let step = detail.tolerance_px().floor().max(1.0);
            mask::draw(pen, m.rle(), step as u32);
            step <= 1.0
        }
        Geometry::Ellipse(e) => {
            let radius = e.radius_x().max(e.radius_y());
            // The sagitta of a chord is the square of its length over eight radii: an eighth of a pixel off at most.
            let tolerance = detail.tolerance_px().max(0.002);
            let count = (std::f64::consts::PI * (radius / (2.0 * tolerance)).sqrt()).clamp(12.0, MOST_ELLIPSE_POINTS);
            ring(pen, &e.outline(count.ceil() as usize));
            detail.tolerance_px() == 0.0 || count >= MOST_ELLIPSE_POINTS
        }
        Geometry::Keypoints(_) => true,
    }
}

fn ring(pen: &mut Pen<'_>, points: &[Point]) {
    pen.path(points, true);
    if pen.fills() {
        fill::cut([points], |upper, lower| pen.piece(upper, lower));
    }
}

fn polygon(pen: &mut Pen<'_>, polygon: &Polygon, tolerance: f64) -> bool {
    let rings: Vec<Kept<'_>> = polygon.rings().iter().map(|ring| thinned(ring, tolerance)).collect();
    for ring in &rings {
        pen.path(ring, true);
    }
    if pen.fills() {
        fill::cut(rings.iter().map(AsRef::as_ref), |upper, lower| pen.piece(upper, lower));
    }
    rings.iter().map(|ring| ring.len()).sum::<usize>() == polygon.point_count()
}

/// Points that stay of an outline.
type Kept<'a> = std::borrow::Cow<'a, [Point]>;

/// The points that lie farther from the last one kept than `tolerance`; the last one always stays. An outline of no
/// more than four points stays as it is.
fn thinned(points: &[Point], tolerance: f64) -> Kept<'_> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return points.into() };
    if tolerance <= 0.0 || points.len() <= 4 {
        return points.into();
    }
    let squared = tolerance * tolerance;
    let mut kept = Vec::with_capacity(points.len());
    kept.push(*first);
    let mut from = *first;
    for p in &points[1..points.len() - 1] {
        let (dx, dy) = (p.x - from.x, p.y - from.y);
        if dx * dx + dy * dy > squared {
            kept.push(*p);
            from = *p;
        }
    }
    kept.push(*last);
    kept.into()
}

fn keypoints(pen: &mut Pen<'_>, keypoints: &Keypoints, shape: &CanvasShape, detail: Detail) -> bool {
    let bounds = keypoints.bounds();
    let longer = bounds.width().max(bounds.height());
    // A single point is never too small: it has no size at any zoom.
    if keypoints.points().len() > 1 && longer < detail.dot_below_px() {
        pen.dot(&bounds);
        return false;
    }
    let points = keypoints.points();
    for &[a, b] in shape.links.iter().flat_map(|links| links.iter()) {
        let place = |i: u16| points.get(usize::from(i)).filter(|p| p.visibility != Visibility::Absent).map(|p| p.at);
        if let (Some(a), Some(b)) = (place(a), place(b)) {
            pen.path(&[a, b], false);
        }
    }
    for point in keypoints.present() {
        pen.point(point.at, if point.visibility == Visibility::Visible { Flags::DISC } else { Flags::RING });
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use concord_geometry::{BBox, Ellipse};
    use egui::Color32;

    fn drawn(shape: &CanvasShape, stands_out: bool, detail: Detail) -> (Drawing, bool) {
        let mut out = Drawing::default();
        let is_exact = draw(shape, stands_out, detail, &mut out);
        (out, is_exact)
    }

    fn circle(radius: f64, count: usize) -> Vec<Point> {
        Ellipse::new(Point::new(100.0, 100.0), radius, radius, 0.0).expect("an ellipse").outline(count)
    }

    #[test]
    fn far_away_a_polygon_has_fewer_points_and_then_is_one() {
        let polygon = Polygon::from_ring(circle(50.0, 400)).expect("a polygon");
        let shape = CanvasShape::new(1, Geometry::Polygon(polygon), Color32::RED);
        let lines = |zoom: f64| {
            let (out, is_exact) = drawn(&shape, false, Detail::at(zoom));
            (out.lines.len(), is_exact)
        };
        assert_eq!(lines(8.0), (400, true));
        let (few, is_exact) = lines(0.25);
        assert!((50..=300).contains(&few) && !is_exact, "{few}");
        assert_eq!(lines(0.01), (1, false));
        let (frame, _) = drawn(&shape, true, Detail::at(0.01));
        assert_eq!(frame.lines.len(), 4, "what stands out is never a mere point");
    }

    #[test]
    fn thinning_stays_within_its_tolerance() {
        let points = circle(40.0, 500);
        for tolerance in [0.6, 1.0, 5.0] {
            let kept = thinned(&points, tolerance);
            let off = |p: &Point| kept.iter().map(|k| k.distance(*p)).fold(f64::INFINITY, f64::min);
            assert!(points.iter().all(|p| off(p) <= tolerance));
            assert!(kept.len() < points.len() && kept.last() == points.last());
        }
        assert_eq!(thinned(&points[..4], 99.0).len(), 4);
        assert!(thinned(&[], 1.0).is_empty());
    }

    #[test]
    fn an_ellipse_is_round_to_a_part_of_a_pixel() {
        let ellipse = Ellipse::new(Point::new(50.0, 50.0), 30.0, 10.0, 20.0).expect("an ellipse");
        let (out, _) = drawn(&CanvasShape::new(1, Geometry::Ellipse(ellipse), Color32::RED), false, Detail::at(64.0));
        assert!(out.lines.len() > 200);
        let (few, is_exact) =
            drawn(&CanvasShape::new(1, Geometry::Ellipse(ellipse), Color32::RED), false, Detail::at(0.5));
        assert!(few.lines.len() < 40 && !is_exact);
    }

    #[test]
    fn only_regions_are_filled() {
        let bbox = BBox::new(0.0, 0.0, 50.0, 50.0).expect("a box");
        let mut shape = CanvasShape::new(1, bbox, Color32::RED);
        assert!(drawn(&shape, false, Detail::at(1.0)).0.fills.is_empty());
        shape.fill = Some(0.3);
        assert_eq!(drawn(&shape, false, Detail::at(1.0)).0.fills.len(), 1);
        let line = concord_geometry::Polyline::new(circle(9.0, 5)).expect("a line");
        shape.geometry = Geometry::Polyline(line);
        assert!(drawn(&shape, true, Detail::at(1.0)).0.fills.is_empty());
    }

    #[test]
    fn links_join_only_points_that_are_there() {
        let keypoints =
            Keypoints::try_from(vec![0.0, 0.0, 2.0, 9.0, 9.0, 1.0, 0.0, 0.0, 0.0]).expect("three keypoints");
        let shape = CanvasShape {
            links: Some([[0, 1], [1, 2], [0, 7]].into()),
            ..CanvasShape::new(1, Geometry::Keypoints(keypoints), Color32::RED)
        };
        // One link and two points.
        assert_eq!(drawn(&shape, false, Detail::at(1.0)).0.lines.len(), 3);
    }
}
