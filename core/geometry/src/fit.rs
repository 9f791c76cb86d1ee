//! Scaling and moving any geometry so that one frame becomes another: resizing a selection, typing numbers.

use crate::raster::between;
use crate::{
    BBox, Ellipse, Geometry, Keypoint, Keypoints, Mask, Point, Polygon, Polyline, Rle, RotatedBox, Visibility,
};

impl Geometry {
    /// The geometry after the scaling and moving that turns the frame `from` into the frame `to`.
    ///
    /// Points are mapped exactly, so that for `from == bounds()` boxes, polygons, lines and keypoints fill `to`; a
    /// frame without width (or height) is moved by its centre and not scaled that way. Rotated boxes and ellipses keep
    /// their angle: the centre is mapped, and each axis grows as a line in its direction does, by √((sx·cos)² +
    /// (sy·sin)²), which is exact for equal scales and at quarter turns. Masks are sampled at the pixel centres (nearest
    /// pixel) and stay in their image. `None` when a mask has nothing left or a number is no longer finite.
    pub fn fitted(&self, from: &BBox, to: &BBox) -> Option<Self> {
        let fit = Fit::new(from, to);
        Some(match self {
            Self::Box(b) => Self::Box(fit.bbox(b)?),
            Self::RotatedBox(b) => Self::RotatedBox(fit.rotated(b)?),
            Self::Ellipse(e) => Self::Ellipse(Ellipse::in_frame(&fit.rotated(&e.frame())?)),
            Self::Polygon(p) => {
                let rings = p.rings().iter().map(|ring| ring.iter().map(|&p| fit.point(p)).collect()).collect();
                Self::Polygon(Polygon::new(rings).ok()?)
            }
            Self::Polyline(l) => {
                Self::Polyline(Polyline::new(l.points().iter().map(|&p| fit.point(p)).collect()).ok()?)
            }
            Self::Keypoints(k) => {
                let placed = |p: &Keypoint| match p.visibility {
                    Visibility::Absent => *p,
                    _ => Keypoint { at: fit.point(p.at), ..*p },
                };
                Self::Keypoints(Keypoints::new(k.points().iter().map(placed).collect()).ok()?)
            }
            Self::Mask(m) => Self::Mask(fit.mask(m)?),
        })
    }
}

/// One axis of a fit: `v ↦ start + scale · (v − origin)`.
#[derive(Debug, Clone, Copy)]
struct Axis {
    origin: f64,
    start: f64,
    scale: f64,
}

impl Axis {
    fn new(from: (f64, f64), to: (f64, f64)) -> Self {
        if from.1 > from.0 {
            return Self { origin: from.0, start: to.0, scale: (to.1 - to.0) / (from.1 - from.0) };
        }
        Self { origin: from.0, start: f64::midpoint(to.0, to.1), scale: 1.0 }
    }

    fn at(self, v: f64) -> f64 {
        self.start + self.scale * (v - self.origin)
    }
}

struct Fit {
    x: Axis,
    y: Axis,
}

impl Fit {
    fn new(from: &BBox, to: &BBox) -> Self {
        Self {
            x: Axis::new((from.x1(), from.x2()), (to.x1(), to.x2())),
            y: Axis::new((from.y1(), from.y2()), (to.y1(), to.y2())),
        }
    }

    fn point(&self, p: Point) -> Point {
        Point::new(self.x.at(p.x), self.y.at(p.y))
    }

    fn bbox(&self, b: &BBox) -> Option<BBox> {
        let [a, _, c, _] = b.corners().map(|corner| self.point(corner));
        BBox::from_points(a, c).ok()
    }

    fn rotated(&self, b: &RotatedBox) -> Option<RotatedBox> {
        let center = self.point(b.center());
        // The ends of a unit axis, turned as the box is: exact at quarter turns.
        let stretch = |dx: f64, dy: f64| {
            let end = b.from_upright(b.center().moved(dx, dy));
            ((end.x - b.center().x) * self.x.scale).hypot((end.y - b.center().y) * self.y.scale)
        };
        RotatedBox::new(center, b.width() * stretch(1.0, 0.0), b.height() * stretch(0.0, 1.0), b.degrees()).ok()
    }

    fn mask(&self, mask: &Mask) -> Option<Mask> {
        let size = mask.rle().size();
        if self.x.scale <= 0.0 || self.y.scale <= 0.0 {
            return None;
        }
        // A target pixel takes the source pixel under its centre: runs map to the centres between their mapped ends.
        let columns: Vec<(u32, u32, u32)> = mask.rle().column_runs().collect();
        let rows =
            |run: &(u32, u32, u32)| between(self.y.at(f64::from(run.1)), self.y.at(f64::from(run.2)), size.height);
        let mut runs = Vec::new();
        for column in columns.chunk_by(|a, b| a.0 == b.0) {
            let x = f64::from(column[0].0);
            let (first, last) = between(self.x.at(x), self.x.at(x + 1.0), size.width);
            let rows: Vec<(u32, u32)> = column.iter().map(rows).filter(|rows| rows.0 < rows.1).collect();
            runs.extend((first..last).flat_map(|x| rows.iter().map(move |rows| (x, rows.0, rows.1))));
        }
        Mask::new(Rle::from_column_runs(size.width, size.height, runs)).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Size;

    fn bbox(numbers: [f64; 4]) -> BBox {
        BBox::try_from(numbers).expect("a box")
    }

    fn geometry(text: &str) -> Geometry {
        serde_json::from_str(text).expect("a written geometry")
    }

    #[test]
    fn points_are_mapped_exactly() {
        let (from, to) = (bbox([0.0, 0.0, 10.0, 10.0]), bbox([5.0, 5.0, 25.0, 10.0]));
        for (before, after) in [
            (r#"{"bbox":[2,2,4,6]}"#, r#"{"bbox":[9,6,13,8]}"#),
            (r#"{"polygon":[[0,0,10,0,10,10]]}"#, r#"{"polygon":[[5,5,25,5,25,10]]}"#),
            (r#"{"polyline":[1,1,2,2]}"#, r#"{"polyline":[7,5.5,9,6]}"#),
            (r#"{"keypoints":[1,1,2,0,0,0]}"#, r#"{"keypoints":[7,5.5,2,0,0,0]}"#),
            (r#"{"rotated_box":[5,5,4,2,90]}"#, r#"{"rotated_box":[15,7.5,2,4,90]}"#),
            (r#"{"ellipse":[5,5,4,2,0]}"#, r#"{"ellipse":[15,7.5,8,1,0]}"#),
        ] {
            assert_eq!(geometry(before).fitted(&from, &to), Some(geometry(after)), "{before}");
        }
    }

    #[test]
    fn a_frame_without_width_is_moved() {
        let line = geometry(r#"{"polyline":[3,0,3,10]}"#);
        let fitted = line.fitted(&line.bounds(), &bbox([4.0, 0.0, 8.0, 20.0]));
        assert_eq!(fitted, Some(geometry(r#"{"polyline":[6,0,6,20]}"#)));
    }

    #[test]
    fn a_mask_without_room_is_gone() {
        let size = Size::new(6, 6);
        let mask = Geometry::Mask(Mask::new(Rle::of_box(&bbox([1.0, 1.0, 3.0, 3.0]), size)).expect("foreground"));
        let onto = |numbers| mask.fitted(&mask.bounds(), &bbox(numbers));
        assert_eq!(
            onto([2.0, 0.0, 6.0, 6.0]).map(|m| (m.area_px(), m.bounds())),
            Some((24.0, bbox([2.0, 0.0, 6.0, 6.0])))
        );
        assert_eq!((onto([2.0, 2.0, 2.0, 4.0]), onto([7.0, 7.0, 9.0, 9.0])), (None, None));
    }

    fn frame() -> impl Strategy<Value = BBox> {
        (0.0f64..8.0, 0.0f64..8.0, 0.5f64..9.0, 0.5f64..9.0).prop_map(|(x, y, w, h)| bbox([x, y, x + w, y + h]))
    }

    proptest! {
        #[test]
        fn fitting_there_and_back_changes_nothing(from in frame(), to in frame()) {
            let before = geometry(r#"{"polygon":[[1,2,7,3,4,9]]}"#);
            let back = before.fitted(&from, &to).and_then(|there| there.fitted(&to, &from)).expect("finite");
            let (Geometry::Polygon(before), Geometry::Polygon(back)) = (before, back) else { panic!("polygons") };
            prop_assert!(before.rings()[0].iter().zip(&back.rings()[0]).all(|(a, b)| a.distance(*b) < 1e-9));
        }

        #[test]
        fn a_mask_is_sampled_at_pixel_centres(
            pixels in prop::collection::vec(any::<bool>(), 12 * 9), from in frame(), to in frame(),
        ) {
            let rle = Rle::from_row_major(12, 9, &pixels);
            prop_assume!(!rle.is_empty());
            let fitted = Geometry::Mask(Mask::new(rle.clone()).expect("foreground")).fitted(&from, &to);
            let fit = Fit::new(&to, &from);
            for (x, y) in (0..9).flat_map(|y| (0..12).map(move |x| (x, y))) {
                let centre = Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                let source = fit.point(centre);
                // Where rounding may put the source on either side of a pixel's edge, either answer is right.
                let is_clear = [source.x, source.y].iter().all(|v| (v - v.round()).abs() > 1e-9);
                let expected = source.x >= 0.0 && source.y >= 0.0 && rle.is_foreground(source.x as u32, source.y as u32);
                let found = fitted.as_ref().is_some_and(|mask| mask.contains(centre));
                prop_assert!(!is_clear || found == expected);
            }
        }
    }
}
