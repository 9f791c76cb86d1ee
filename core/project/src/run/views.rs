//! Views of an image: how each is made, and how what a model says of it is brought back to the image.

use std::borrow::Cow;

use concord_domain::opinions::View;
use concord_geometry::{BBox, Geometry, Mask, Point, Polygon, Rle, RotatedBox, Size};
use concord_imaging::Rgb8;
use concord_inference::{Detection, Reading};

/// Objects that end within this share of a side from where a view is cut off may go on beyond.
const CUT_MARGIN: f64 = 0.01;

/// The image in a view; a border has the grey level `pad`.
pub(super) fn seen(view: View, image: &Rgb8, pad: u8) -> Cow<'_, Rgb8> {
    match view {
        View::Identity => Cow::Borrowed(image),
        View::Flip => Cow::Owned(flipped(image)),
        View::Scale { factor } => Cow::Owned(Window::of(factor, image.size).cut(image, pad)),
        View::Brightness { factor } => {
            let level = |level: usize| (level as f64 * factor).round().clamp(0.0, 255.0) as u8;
            let levels: [u8; 256] = std::array::from_fn(level);
            let data = image.data.iter().map(|level| levels[usize::from(*level)]).collect();
            Cow::Owned(Rgb8::new(image.size, data))
        }
    }
}

/// The part of an image of this size in which a view shows objects whole; `None` where that is all of it.
pub(super) fn scope(view: View, size: Size) -> Option<BBox> {
    let View::Scale { factor } = view else { return None };
    let window = Window::of(factor, size);
    if window.left <= 0 && window.top <= 0 {
        return None;
    }
    let (x, y) = (f64::from(window.size.width) * CUT_MARGIN, f64::from(window.size.height) * CUT_MARGIN);
    let (left, top) = (window.left as f64, window.top as f64);
    let (right, bottom) = (left + f64::from(window.size.width), top + f64::from(window.size.height));
    BBox::new(left + x, top + y, right - x, bottom - y).ok()
}

/// What a model says of a view, in pixels of the image. Objects that the view may have cut off are left out.
pub(super) fn brought_back(view: View, mut reading: Reading, size: Size) -> Reading {
    if matches!(view, View::Identity | View::Brightness { .. }) {
        return reading;
    }
    let scope = scope(view, size);
    let is_whole =
        |b: &BBox| scope.is_none_or(|s| s.x1() <= b.x1() && s.y1() <= b.y1() && b.x2() <= s.x2() && b.y2() <= s.y2());
    let back = |object: Detection| match view {
        View::Flip => flipped_back(object, size),
        View::Scale { factor } => Window::of(factor, size).back(object, size),
        View::Identity | View::Brightness { .. } => Some(object),
    };
    reading.objects = reading.objects.into_iter().filter_map(back).filter(|object| is_whole(&object.bbox)).collect();
    reading
}

fn flipped(image: &Rgb8) -> Rgb8 {
    let mut data = Vec::with_capacity(image.data.len());
    for row in image.rows() {
        data.extend(row.chunks_exact(3).rev().flatten());
    }
    Rgb8::new(image.size, data)
}

fn flipped_back(object: Detection, size: Size) -> Option<Detection> {
    let width = f64::from(size.width);
    let mirror = |p: Point| Point::new(width - p.x, p.y);
    let b = object.bbox;
    let shape = match object.shape {
        None => None,
        Some(shape) => Some(moved_shape(
            shape,
            size,
            &Motion { point: &mirror, turns: true, column: &|x| size.width.checked_sub(x)?.checked_sub(1), rows: 0 },
        )?),
    };
    Some(Detection {
        bbox: BBox::new(width - b.x2(), b.y1(), width - b.x1(), b.y2()).ok()?,
        shape,
        spread: object.spread.map(|[left, top, right, bottom]| [right, top, left, bottom]),
        ..object
    })
}

/// How shapes come back: where a point, and where a column of pixels goes, and by how many rows.
struct Motion<'a> {
    point: &'a dyn Fn(Point) -> Point,
    /// True when left and right are exchanged, so that angles turn the other way.
    turns: bool,
    column: &'a dyn Fn(u32) -> Option<u32>,
    rows: i64,
}

/// A shape in pixels of the image; `None` where nothing of it lies there.
fn moved_shape(shape: Geometry, size: Size, motion: &Motion<'_>) -> Option<Geometry> {
    Some(match shape {
        Geometry::RotatedBox(b) => {
            let degrees = if motion.turns { -b.degrees() } else { b.degrees() };
            Geometry::RotatedBox(RotatedBox::new((motion.point)(b.center()), b.width(), b.height(), degrees).ok()?)
        }
        Geometry::Mask(mask) => {
            let height = i64::from(size.height);
            let run = |(column, first, last): (u32, u32, u32)| {
                let column = (motion.column)(column).filter(|column| *column < size.width)?;
                let row = |row: u32| (i64::from(row) + motion.rows).clamp(0, height) as u32;
                (row(first) < row(last)).then(|| (column, row(first), row(last)))
            };
            let mut runs: Vec<(u32, u32, u32)> = mask.rle().column_runs().filter_map(run).collect();
            runs.sort_unstable();
            Geometry::Mask(Mask::new(Rle::from_column_runs(size.width, size.height, runs)).ok()?)
        }
        Geometry::Polygon(polygon) => {
            let ring = |ring: &Vec<Point>| ring.iter().map(|p| (motion.point)(*p)).collect();
            Geometry::Polygon(Polygon::new(polygon.rings().iter().map(ring).collect()).ok()?)
        }
        // No model gives another shape; its box stands for it.
        Geometry::Box(_) | Geometry::Polyline(_) | Geometry::Ellipse(_) | Geometry::Keypoints(_) => return None,
    })
}

/// A rectangle of whole pixels that a view shows; it may stand out of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    left: i64,
    top: i64,
    size: Size,
}

impl Window {
    /// The rectangle about the middle that is `1 / factor` times as large as the image.
    fn of(factor: f64, size: Size) -> Self {
        let side = |length: u32| ((f64::from(length) / factor).round() as u32).max(1);
        let (width, height) = (side(size.width), side(size.height));
        let start = |outer: u32, inner: u32| (i64::from(outer) - i64::from(inner)).div_euclid(2);
        Self { left: start(size.width, width), top: start(size.height, height), size: Size::new(width, height) }
    }

    fn cut(&self, image: &Rgb8, pad: u8) -> Rgb8 {
        let (width, height) = (i64::from(image.width()), i64::from(image.height()));
        let mut data = vec![pad; self.size.area_px() as usize * 3];
        let row_bytes = self.size.width as usize * 3;
        let (from, to) = (self.left.max(0), (self.left + i64::from(self.size.width)).min(width));
        for (y, out) in (self.top..).zip(data.chunks_exact_mut(row_bytes)) {
            if (0..height).contains(&y) && from < to {
                let source = (y * width + from) as usize * 3;
                let bytes = (to - from) as usize * 3;
                out[(from - self.left) as usize * 3..][..bytes].copy_from_slice(&image.data[source..][..bytes]);
            }
        }
        Rgb8::new(self.size, data)
    }

    fn back(&self, object: Detection, size: Size) -> Option<Detection> {
        let (dx, dy) = (self.left as f64, self.top as f64);
        let by = |p: Point| Point::new(p.x + dx, p.y + dy);
        let column = |x: u32| u32::try_from(i64::from(x) + self.left).ok();
        let motion = Motion { point: &by, turns: false, column: &column, rows: self.top };
        let shape = match object.shape {
            None => None,
            Some(shape) => Some(moved_shape(shape, size, &motion)?),
        };
        let bbox = object.bbox.moved(dx, dy).clipped(size).filter(|bbox| !bbox.is_degenerate())?;
        Some(Detection { bbox, shape, ..object })
    }
}

#[cfg(test)]
mod tests {
    use concord_metrics::rng::Stream;
    use proptest::prelude::*;

    use super::*;

    fn noise(width: u32, height: u32, seed: u64) -> Rgb8 {
        let mut stream = Stream::new(seed, "views", "noise", 0);
        Rgb8::from_fn(Size::new(width, height), |_, _| [0; 3].map(|_: u8| stream.below(256) as u8))
    }

    fn detection(bbox: BBox, shape: Option<Geometry>) -> Detection {
        let spread = Some([1.0, 2.0, 3.0, 4.0]);
        Detection { bbox, shape, class: 0, score: 0.5, class_scores: vec![], localisation: None, spread }
    }

    fn found(object: Detection) -> Reading {
        Reading { objects: vec![object], ..Reading::default() }
    }

    #[test]
    fn a_shrunk_view_has_a_border_and_an_enlarged_one_is_the_middle() {
        let image = noise(100, 50, 1);
        let small = seen(View::Scale { factor: 0.5 }, &image, 114);
        assert_eq!((small.size, small.pixel(0, 0)), (Size::new(200, 100), [114; 3]));
        assert_eq!((small.pixel(50, 25), small.pixel(149, 74)), (image.pixel(0, 0), image.pixel(99, 49)));
        let large = seen(View::Scale { factor: 2.0 }, &image, 114);
        assert_eq!((large.size, large.pixel(0, 0)), (Size::new(50, 25), image.pixel(25, 12)));
        assert_eq!(scope(View::Scale { factor: 0.5 }, image.size), None);
        let part = scope(View::Scale { factor: 2.0 }, image.size).expect("a part of the image");
        assert_eq!([part.x1(), part.y1(), part.x2(), part.y2()], [25.5, 12.25, 74.5, 36.75]);
    }

    #[test]
    fn brightness_multiplies_levels() {
        let image = Rgb8::filled(Size::new(1, 1), [100, 255, 3]);
        assert_eq!(seen(View::Brightness { factor: 1.1 }, &image, 0).pixel(0, 0), [110, 255, 3]);
        assert_eq!(seen(View::Brightness { factor: 0.9 }, &image, 0).pixel(0, 0), [90, 230, 3]);
    }

    #[test]
    fn what_an_enlarged_view_cuts_off_is_left_out() {
        let size = Size::new(200, 200);
        let view = View::Scale { factor: 2.0 };
        let at = |x1, x2| found(detection(BBox::new(x1, 20.0, x2, 40.0).expect("a box"), None));
        assert!(brought_back(view, at(0.0, 30.0), size).objects.is_empty());
        let back = brought_back(view, at(10.0, 30.0), size);
        assert_eq!(back.objects[0].bbox, BBox::new(60.0, 70.0, 80.0, 90.0).expect("a box"));
    }

    proptest! {
        /// What is cut out of the view under a box is cut out of the image under the box that comes back.
        #[test]
        fn a_box_comes_back_to_the_same_pixels(
            width in 8_u32..40, height in 8_u32..40, which in 0_usize..6, corner in (0.0..0.6_f64, 0.0..0.6_f64),
        ) {
            let image = noise(width, height, u64::from(width));
            let view = View::USUAL[which];
            let picture = seen(view, &image, 114);
            let at = |share: f64, side: u32| (share * f64::from(side)).floor();
            let (x, y) = (at(corner.0, picture.width()), at(corner.1, picture.height()));
            let bbox = BBox::new(x, y, x + 3.0, y + 2.0).expect("a box");
            let (columns, rows) = (picture.width() as usize, picture.height() as usize);
            let is_in = |i: usize| {
                bbox.contains(Point::new((i % columns) as f64 + 0.5, (i / columns) as f64 + 0.5))
            };
            let bits: Vec<bool> = (0..columns * rows).map(is_in).collect();
            let mask = Mask::new(Rle::from_row_major(picture.width(), picture.height(), &bits)).expect("pixels");
            let object = detection(bbox, Some(Geometry::Mask(mask)));
            let back = brought_back(view, found(object), image.size);
            let Some(back) = back.objects.first() else { return Ok(()) };
            // The mask has the pixels of the box, as before.
            prop_assert_eq!(back.shape.as_ref().map(Geometry::bounds), Some(back.bbox));
            if !matches!(view, View::Brightness { .. }) && back.bbox.width() == 3.0 && back.bbox.height() == 2.0 {
                let (bx, by) = (back.bbox.x1() as u32, back.bbox.y1() as u32);
                for (dx, dy) in [(0, 0), (1, 0), (2, 1)] {
                    let there = if view == View::Flip { 2 - dx } else { dx };
                    prop_assert_eq!(image.pixel(bx + dx, by + dy), picture.pixel(x as u32 + there, y as u32 + dy));
                }
            }
        }

        #[test]
        fn flipping_twice_changes_nothing(
            x in 0.0..20.0_f64, y in 0.0..20.0_f64, w in 1.0..20.0_f64, h in 1.0..20.0_f64, degrees in -89.0..89.0_f64,
        ) {
            let size = Size::new(64, 48);
            let turned = RotatedBox::new(Point::new(30.0, 20.0), w, h, degrees).expect("a rotated box");
            let bbox = BBox::new(x, y, x + w, y + h).expect("a box");
            let object = detection(bbox, Some(Geometry::RotatedBox(turned)));
            let once = flipped_back(object.clone(), size).expect("boxes flip");
            let twice = flipped_back(once.clone(), size).expect("boxes flip");
            prop_assert!((twice.bbox.x1() - x).abs() < 1e-9 && twice.spread == object.spread);
            prop_assert_eq!(once.spread, Some([3.0, 2.0, 1.0, 4.0]));
            let corners = |d: &Detection| d.shape.as_ref().map(Geometry::bounds).expect("a shape");
            prop_assert!((corners(&twice).x1() - corners(&object).x1()).abs() < 1e-9);
            prop_assert!((corners(&once).x1() - (64.0 - corners(&object).x2())).abs() < 1e-9);
        }
    }
}
