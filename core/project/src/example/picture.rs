//! The picture of an example: a crop of the image around an object, with its outline drawn on it.

use concord_domain::policy::ExampleVerdict;
use concord_domain::sample::Sample;
use concord_geometry::{BBox, Geometry, Point, Polygon, Size};
use concord_imaging::{Limits, Rgb8, decode_file, resized, thumbnail};

use crate::{Project, ProjectError};

/// Longest side of the picture of an example, in pixels.
pub const LONGEST_SIDE: u32 = 512;
/// A crop whose longest side is shorter is enlarged by a whole factor, as far as it fits, so that the line hides little.
const ENLARGED_TO: u32 = 256;
/// What is shown around the object on each side, as a share of its longer side …
const SURROUNDINGS: f64 = 0.4;
/// … and at least so many pixels.
const LEAST_SURROUNDINGS_PX: f64 = 16.0;
/// Half the widths of the line and of the dark line under it, in pixels of the picture.
const HALF_LINE_PX: f64 = 1.25;
const HALF_CASING_PX: f64 = 3.0;
/// A line that is wrong is broken: dashes and gaps, in pixels of the picture.
const DASH_PX: f64 = 9.0;
const GAP_PX: f64 = 6.0;
/// Points of an ellipse, and radius of the ring around a key point in pixels of the picture.
const ELLIPSE_POINTS: usize = 96;
const RING_PX: f64 = 5.0;
const RING_POINTS: usize = 24;

const CASING: [u8; 3] = [12, 12, 14];
const RIGHT: [u8; 3] = [72, 228, 148];
const WRONG: [u8; 3] = [255, 150, 64];

/// The part of a sample's image around an outline, at most [`LONGEST_SIDE`] pixels long, with the outline: a whole green
/// line on what is right, a broken orange one on what is wrong. An error where the image cannot be read, has another size
/// than the catalogue says, or the outline lies outside of it.
pub(super) fn of(
    project: &Project,
    sample: &Sample,
    geometry: &Geometry,
    verdict: ExampleVerdict,
) -> Result<Rgb8, ProjectError> {
    let image = decode_file(&project.image_path(sample), &Limits::default())?;
    if image.size != sample.size {
        return Err(ProjectError::usage(format!(
            "{} has {} × {} pixels now and had {} × {} when it was catalogued: outlines would be in the wrong place",
            sample.path, image.size.width, image.size.height, sample.size.width, sample.size.height
        )));
    }
    let bounds = geometry.bounds();
    let Some(window) = Window::around(&bounds, image.size) else {
        return Err(ProjectError::usage(format!("the outline lies outside the image {}", sample.path)));
    };
    let mut shown = window.cut(&image);
    let longest = shown.width().max(shown.height());
    if longest > LONGEST_SIDE {
        shown = thumbnail(&shown, LONGEST_SIDE);
    } else if longest < ENLARGED_TO {
        let factor = ENLARGED_TO / longest;
        shown = resized(&shown, Size::new(shown.width() * factor, shown.height() * factor));
    }
    let place = |point: &Point| window.on_picture(*point, shown.size);
    let lines = outlines(geometry, &place);
    draw(&mut shown, &lines, verdict);
    Ok(shown)
}

/// A part of an image, in whole pixels.
struct Window {
    left: u32,
    top: u32,
    size: Size,
}

impl Window {
    /// What is shown of an object with these bounds; `None` when they lie outside the image.
    fn around(bounds: &BBox, size: Size) -> Option<Self> {
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        if bounds.x2() < 0.0 || bounds.y2() < 0.0 || bounds.x1() > width || bounds.y1() > height {
            return None;
        }
        let margin = (SURROUNDINGS * bounds.width().max(bounds.height())).max(LEAST_SURROUNDINGS_PX);
        let side = |from: f64, to: f64, length: u32| {
            let first = (from - margin).floor().clamp(0.0, f64::from(length - 1)) as u32;
            let last = (to + margin).ceil().clamp(f64::from(first + 1), f64::from(length)) as u32;
            (first, last)
        };
        let (left, right) = side(bounds.x1(), bounds.x2(), size.width);
        let (top, bottom) = side(bounds.y1(), bounds.y2(), size.height);
        Some(Self { left, top, size: Size::new(right - left, bottom - top) })
    }

    fn cut(&self, image: &Rgb8) -> Rgb8 {
        Rgb8::from_fn(self.size, |x, y| image.pixel(self.left + x, self.top + y))
    }

    /// Where a point of the image is in a picture of the window that has this size.
    fn on_picture(&self, point: Point, picture: Size) -> Point {
        let scale = |length: u32, of: u32| f64::from(length) / f64::from(of);
        Point::new(
            (point.x - f64::from(self.left)) * scale(picture.width, self.size.width),
            (point.y - f64::from(self.top)) * scale(picture.height, self.size.height),
        )
    }
}

/// The lines that make an outline, as runs of points of the picture; closed ones end where they begin.
fn outlines(geometry: &Geometry, place: &dyn Fn(&Point) -> Point) -> Vec<Vec<Point>> {
    let open = |points: &[Point]| points.iter().map(place).collect::<Vec<_>>();
    let closed = |points: &[Point]| points.iter().chain(points.first()).map(place).collect::<Vec<_>>();
    let rings = |polygon: &Polygon| polygon.rings().iter().map(|ring| closed(ring)).collect();
    match geometry {
        Geometry::Box(bbox) => vec![closed(&bbox.corners())],
        Geometry::RotatedBox(rotated) => vec![closed(&rotated.corners())],
        Geometry::Polygon(polygon) => rings(polygon),
        Geometry::Polyline(line) => vec![open(line.points())],
        Geometry::Mask(mask) => rings(&Polygon::outline_of(mask)),
        Geometry::Ellipse(ellipse) => vec![closed(&ellipse.outline(ELLIPSE_POINTS))],
        Geometry::Keypoints(points) => points.present().map(|point| ring(place(&point.at))).collect(),
    }
}

/// A ring around a point of the picture.
fn ring(center: Point) -> Vec<Point> {
    let at = |step: usize| {
        let turn = std::f64::consts::TAU * (step % RING_POINTS) as f64 / RING_POINTS as f64;
        center.moved(RING_PX * libm::cos(turn), RING_PX * libm::sin(turn))
    };
    (0..=RING_POINTS).map(at).collect()
}

/// Draws lines with a dark edge, so that they are seen on every ground.
fn draw(picture: &mut Rgb8, lines: &[Vec<Point>], verdict: ExampleVerdict) {
    let whole: Vec<(Point, Point)> =
        lines.iter().flat_map(|line| line.windows(2).map(|ends| (ends[0], ends[1]))).collect();
    stroke(picture, &whole, HALF_CASING_PX, CASING);
    match verdict {
        ExampleVerdict::Positive => stroke(picture, &whole, HALF_LINE_PX, RIGHT),
        ExampleVerdict::Negative => {
            let broken: Vec<(Point, Point)> = lines.iter().flat_map(|line| dashes(line)).collect();
            stroke(picture, &broken, HALF_LINE_PX, WRONG);
        }
    }
}

/// The dashes of a broken line.
fn dashes(line: &[Point]) -> Vec<(Point, Point)> {
    let mut found = Vec::new();
    let mut done = 0.0;
    for ends in line.windows(2) {
        let (from, to) = (ends[0], ends[1]);
        let length = from.distance(to);
        let at = |way: f64| {
            let share = if length > 0.0 { way / length } else { 0.0 };
            from.moved(share * (to.x - from.x), share * (to.y - from.y))
        };
        let mut way = 0.0;
        while way < length {
            let phase = (done + way) % (DASH_PX + GAP_PX);
            let (is_dash, left) =
                if phase < DASH_PX { (true, DASH_PX - phase) } else { (false, DASH_PX + GAP_PX - phase) };
            // A step is never so short that it would not move.
            let next = (way + left.max(1e-6)).min(length);
            if is_dash {
                found.push((at(way), at(next)));
            }
            way = next;
        }
        done += length;
    }
    found
}

/// Draws pieces of a line so that crossings are drawn once: each pixel by its distance to the nearest piece.
fn stroke(picture: &mut Rgb8, pieces: &[(Point, Point)], half_px: f64, colour: [u8; 3]) {
    let (width, height) = (picture.width(), picture.height());
    let mut cover = vec![0.0_f32; (width as usize) * (height as usize)];
    let reach = half_px + 1.0;
    let span = |a: f64, b: f64, length: u32| {
        let from = (a.min(b) - reach).floor().clamp(0.0, f64::from(length)) as u32;
        let to = (a.max(b) + reach).ceil().clamp(0.0, f64::from(length)) as u32;
        from..to
    };
    for (a, b) in pieces {
        for y in span(a.y, b.y, height) {
            for x in span(a.x, b.x, width) {
                let center = Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                let covered = (half_px + 0.5 - distance(center, *a, *b)).clamp(0.0, 1.0) as f32;
                let cell = &mut cover[y as usize * width as usize + x as usize];
                *cell = cell.max(covered);
            }
        }
    }
    for (pixel, covered) in picture.data.chunks_exact_mut(3).zip(&cover) {
        for (channel, to) in pixel.iter_mut().zip(colour) {
            let mixed = f32::from(*channel) * (1.0 - covered) + f32::from(to) * covered;
            *channel = mixed.round() as u8;
        }
    }
}

/// How far a point is from a piece of a line.
fn distance(point: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let square = dx * dx + dy * dy;
    let share = if square > 0.0 { ((point.x - a.x) * dx + (point.y - a.y) * dy) / square } else { 0.0 };
    point.distance(a.moved(share.clamp(0.0, 1.0) * dx, share.clamp(0.0, 1.0) * dy))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bbox(x1: f64, y1: f64, x2: f64, y2: f64) -> BBox {
        BBox::new(x1, y1, x2, y2).expect("a box")
    }

    #[test]
    fn a_window_has_surroundings_and_ends_with_the_image() {
        let size = Size::new(400, 300);
        let inside = Window::around(&bbox(100.0, 100.0, 200.0, 150.0), size).expect("it is inside");
        // 40 % of 100 pixels on each side.
        assert_eq!((inside.left, inside.top, inside.size), (60, 60, Size::new(180, 130)));
        let corner = Window::around(&bbox(390.0, 290.0, 400.0, 300.0), size).expect("it is inside");
        assert_eq!((corner.left, corner.top, corner.size), (374, 274, Size::new(26, 26)));
        assert!(Window::around(&bbox(401.0, 0.0, 410.0, 10.0), size).is_none());
        let point = Window::around(&bbox(0.0, 0.0, 0.0, 0.0), size).expect("a point in the corner");
        assert_eq!(point.size, Size::new(16, 16));
    }

    /// By hand: a line of 40 pixels holds dashes from 0 to 9, 15 to 24 and 30 to 39, whatever its parts are.
    #[test]
    fn dashes_go_on_around_corners() {
        let ways = |line: &[f64]| {
            let points: Vec<Point> = line.iter().map(|x| Point::new(*x, 0.0)).collect();
            let mut covered = [false; 40];
            for (a, b) in dashes(&points) {
                (0..40)
                    .filter(|x| (a.x..=b.x).contains(&(f64::from(*x) + 0.5)))
                    .for_each(|x| covered[x as usize] = true);
            }
            covered
        };
        let expected: [bool; 40] = std::array::from_fn(|x| x % 15 < 9);
        assert_eq!(ways(&[0.0, 40.0]), expected);
        assert_eq!(ways(&[0.0, 3.5, 3.5, 20.0, 40.0]), expected);
        assert!(dashes(&[Point::new(1.0, 1.0); 3]).is_empty(), "no length, no dash");
    }

    #[test]
    fn a_line_is_light_in_a_dark_edge() {
        let mut picture = Rgb8::filled(Size::new(60, 20), [200, 200, 200]);
        draw(&mut picture, &[vec![Point::new(0.0, 10.0), Point::new(60.0, 10.0)]], ExampleVerdict::Positive);
        let column: Vec<[u8; 3]> = (0..20).map(|y| picture.pixel(30, y)).collect();
        assert_eq!((column[2], column[7], column[9]), ([200; 3], CASING, RIGHT));
        let mut wrong = Rgb8::filled(Size::new(60, 20), [200, 200, 200]);
        draw(&mut wrong, &[vec![Point::new(0.0, 10.0), Point::new(60.0, 10.0)]], ExampleVerdict::Negative);
        assert_eq!((wrong.pixel(4, 9), wrong.pixel(12, 9)), (WRONG, CASING), "a dash and a gap");
    }

    #[test]
    fn every_geometry_has_an_outline() {
        use concord_geometry::{Ellipse, Keypoints, Mask, Polyline, Rle, RotatedBox};
        let frame = bbox(4.0, 4.0, 12.0, 10.0);
        let ring = frame.corners().to_vec();
        let all = [
            Geometry::Box(frame),
            Geometry::RotatedBox(RotatedBox::upright(&frame)),
            Geometry::Polygon(Polygon::from_ring(ring.clone()).expect("a ring")),
            Geometry::Polyline(Polyline::new(ring).expect("a line")),
            Geometry::Mask(Mask::new(Rle::of_box(&frame, Size::new(20, 20))).expect("pixels")),
            Geometry::Ellipse(Ellipse::inscribed(&frame)),
            Geometry::Keypoints(Keypoints::single(Point::new(8.0, 8.0)).expect("a point")),
        ];
        for geometry in all {
            let lines = outlines(&geometry, &|point| *point);
            assert!(lines.iter().all(|line| line.len() > 3), "{geometry:?}");
            let is_closed = lines.iter().all(|line| line.first() == line.last());
            assert_eq!(is_closed, !matches!(geometry, Geometry::Polyline(_)), "{geometry:?}");
        }
    }
}
