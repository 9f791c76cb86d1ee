//! Which shapes a point hits, by their true geometry.

use concord_geometry::{BBox, Ellipse, Geometry, Point, Rle, Visibility};

use super::CanvasShape;

/// Points of an ellipse's outline when its distance is measured.
const ELLIPSE_POINTS: usize = 64;

/// Where the runs of a mask end, so that a pixel is found without walking all of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MaskRows {
    ends: Vec<u64>,
    width: u32,
    height: u32,
}

impl MaskRows {
    pub(crate) fn new(rle: &Rle) -> Self {
        let mut end = 0;
        let ends = rle.counts.iter().map(|run| {
            end += u64::from(*run);
            end
        });
        Self { ends: ends.collect(), width: rle.width, height: rle.height }
    }

    /// True when a foreground pixel comes within `reach` of a point.
    fn is_near(&self, at: Point, reach: f64) -> bool {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let columns = (at.x - reach).max(0.0).floor()..=(at.x + reach).min(width - 1.0).floor();
        if columns.is_empty() {
            return false;
        }
        (*columns.start() as u32..=*columns.end() as u32).any(|column| {
            // How far the column's pixels are from the point in x; the rest of the reach is for y.
            let left = f64::from(column);
            let dx = (left - at.x).max(at.x - (left + 1.0)).max(0.0);
            let dy = (reach * reach - dx * dx).max(0.0).sqrt();
            let (from, to) = ((at.y - dy).max(0.0).floor(), (at.y + dy).min(height - 1.0).floor());
            from <= to && self.has_any(column, from as u32, to as u32)
        })
    }

    /// True when one of the rows `from..=to` of a column is foreground.
    fn has_any(&self, column: u32, from: u32, to: u32) -> bool {
        let place = |row: u32| u64::from(column) * u64::from(self.height) + u64::from(row);
        let run_of = |place: u64| self.ends.partition_point(|end| *end <= place);
        let (first, last) = (run_of(place(from)), run_of(place(to)));
        first % 2 == 1 || last % 2 == 1 || last > first
    }
}

/// True when a shape is hit from within `reach`, in image pixels.
pub(crate) fn is_hit(shape: &CanvasShape, rows: Option<&MaskRows>, at: Point, reach: f64) -> bool {
    match &shape.geometry {
        Geometry::Box(b) => is_in(b, at, reach),
        Geometry::RotatedBox(b) => is_in(&b.as_upright(), b.to_upright(at), reach),
        Geometry::Polygon(p) => p.contains(at) || p.rings().iter().any(|ring| is_on(ring, true, at, reach)),
        Geometry::Polyline(l) => is_on(l.points(), false, at, reach),
        Geometry::Mask(m) => rows.map_or_else(|| m.contains(at), |rows| rows.is_near(at, reach)),
        Geometry::Ellipse(e) => is_in_ellipse(e, at, reach),
        Geometry::Keypoints(k) => {
            let place = |i: u16| k.points().get(usize::from(i)).filter(|p| p.visibility != Visibility::Absent);
            let is_near_link = |link: &[u16; 2]| {
                let [Some(a), Some(b)] = link.map(place) else { return false };
                from_segment(at, a.at, b.at) <= reach
            };
            k.present().any(|p| p.at.distance(at) <= reach)
                || shape.links.as_ref().is_some_and(|links| links.iter().any(is_near_link))
        }
    }
}

fn is_in(b: &BBox, at: Point, reach: f64) -> bool {
    (b.x1() - reach..=b.x2() + reach).contains(&at.x) && (b.y1() - reach..=b.y2() + reach).contains(&at.y)
}

fn is_in_ellipse(ellipse: &Ellipse, at: Point, reach: f64) -> bool {
    ellipse.contains(at) || is_on(&ellipse.outline(ELLIPSE_POINTS), true, at, reach)
}

fn is_on(points: &[Point], closed: bool, at: Point, reach: f64) -> bool {
    let closing = closed.then(|| points.last().zip(points.first())).flatten();
    let is_near = |(a, b): (&Point, &Point)| from_segment(at, *a, *b) <= reach;
    points.windows(2).map(|pair| (&pair[0], &pair[1])).chain(closing).any(is_near)
}

/// The distance of a point from a segment, in pixels.
pub(crate) fn from_segment(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let squared = dx * dx + dy * dy;
    let t = if squared > 0.0 { (((p.x - a.x) * dx + (p.y - a.y) * dy) / squared).clamp(0.0, 1.0) } else { 0.0 };
    p.distance(Point::new(a.x + t * dx, a.y + t * dy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use concord_geometry::{Keypoints, Mask, Polygon, Polyline, RotatedBox};
    use egui::Color32;

    fn hits(geometry: impl Into<Geometry>, x: f64, y: f64, reach: f64) -> bool {
        let shape = CanvasShape::new(1, geometry, Color32::RED);
        let rows = if let Geometry::Mask(m) = &shape.geometry { Some(MaskRows::new(m.rle())) } else { None };
        is_hit(&shape, rows.as_ref(), Point::new(x, y), reach)
    }

    fn points(numbers: &[[f64; 2]]) -> Vec<Point> {
        numbers.iter().map(|[x, y]| Point::new(*x, *y)).collect()
    }

    #[test]
    fn a_hole_is_hit_only_near_its_edge() {
        let square = |a: f64, b: f64| points(&[[a, a], [b, a], [b, b], [a, b]]);
        let frame = Geometry::Polygon(Polygon::new(vec![square(0.0, 30.0), square(10.0, 20.0)]).expect("a polygon"));
        assert!(hits(frame.clone(), 5.0, 15.0, 0.0) && !hits(frame.clone(), 15.0, 15.0, 4.0));
        assert!(hits(frame.clone(), 13.0, 15.0, 3.5) && hits(frame.clone(), -2.0, 15.0, 2.0));
        assert!(!hits(frame, -2.0, -2.0, 2.5), "the corner is farther than its sides");
    }

    #[test]
    fn lines_and_points_are_hit_within_reach() {
        let line = Geometry::Polyline(Polyline::new(points(&[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]])).expect("a line"));
        assert!(hits(line.clone(), 5.0, 2.0, 2.0) && !hits(line.clone(), 5.0, 5.0, 3.0));
        assert!(hits(line, 12.0, 11.0, 2.3));
        let pose = Keypoints::try_from(vec![0.0, 0.0, 2.0, 10.0, 0.0, 1.0, 0.0, 0.0, 0.0]).expect("keypoints");
        let mut shape = CanvasShape::new(1, Geometry::Keypoints(pose), Color32::RED);
        let middle = Point::new(5.0, 1.0);
        assert!(is_hit(&shape, None, Point::new(10.0, 1.0), 1.0) && !is_hit(&shape, None, middle, 2.0));
        shape.links = Some([[0, 1], [0, 2]].into());
        assert!(is_hit(&shape, None, middle, 2.0));
    }

    #[test]
    fn turned_shapes_are_hit_where_they_are() {
        let turned = RotatedBox::new(Point::new(50.0, 50.0), 40.0, 10.0, 90.0).expect("a box");
        assert!(hits(Geometry::RotatedBox(turned), 50.0, 68.0, 0.0));
        assert!(!hits(Geometry::RotatedBox(turned), 62.0, 50.0, 2.0));
        assert!(hits(Geometry::RotatedBox(turned), 56.0, 50.0, 2.0));
        let ellipse = Ellipse::new(Point::new(50.0, 50.0), 20.0, 10.0, 0.0).expect("an ellipse");
        assert!(!hits(Geometry::Ellipse(ellipse), 67.0, 58.0, 0.0), "the corner of its box");
        assert!(hits(Geometry::Ellipse(ellipse), 71.5, 50.0, 2.0) && hits(Geometry::Ellipse(ellipse), 60.0, 52.0, 0.0));
    }

    #[test]
    fn a_mask_is_hit_where_a_search_of_its_pixels_hits() {
        let (width, height) = (19_u32, 13_u32);
        let mask: Vec<bool> = (0..width * height).map(|i| i * 7 % 11 < 2).collect();
        let geometry = Geometry::Mask(Mask::new(Rle::from_row_major(width, height, &mask)).expect("some foreground"));
        for (i, reach) in (0..400_u32).zip([0.0, 0.6, 1.5, 3.0].into_iter().cycle()) {
            let at = Point::new(f64::from(i * 13 % 230) / 10.0 - 2.037, f64::from(i * 29 % 170) / 10.0 - 2.041);
            let near = |i: usize| {
                let (x, y) = (f64::from(i as u32 % width), f64::from(i as u32 / width));
                let gap = |at: f64, low: f64| (low - at).max(at - low - 1.0).max(0.0);
                gap(at.x, x).hypot(gap(at.y, y)) <= reach
            };
            let expected = mask.iter().enumerate().any(|(i, set)| *set && near(i));
            assert_eq!(hits(geometry.clone(), at.x, at.y, reach), expected, "{at:?} {reach}");
        }
    }
}
