//! Where an image lies in a model's input: letterboxed, stretched, or cut to fill it.

use crate::{BBox, Point, Size};

/// How an image is brought into an input of another shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The whole image, its aspect ratio kept, centred; the surplus of an odd padding goes to the right and bottom, as
    /// Ultralytics' `LetterBox` does.
    Letterbox,
    /// The whole image, its aspect ratio kept, in the top left corner, its sides cut to whole pixels; padding lies right
    /// and below, as in YOLOX.
    LetterboxTopLeft,
    /// The whole image, its aspect ratio given up.
    Stretch,
    /// As much of the image's middle as fills the input, its aspect ratio kept: the shorter side becomes the input's, the
    /// longer one is cut off evenly, in whole pixels as torchvision's `Resize` and `CenterCrop` do it.
    Cover,
}

/// Maps image pixels to the pixels of a model input, and back.
///
/// The image is scaled to `scaled`, whole pixels, whose top left corner lies at (`left`, `top`) of the input; an offset
/// is negative where the image stands out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Size of the image.
    pub image: Size,
    /// Size of the model input.
    pub input: Size,
    /// Size of the scaled image.
    pub scaled: Size,
    /// Where the scaled image's left edge lies in the input, in input pixels.
    pub left: i32,
    /// Where its upper edge lies.
    pub top: i32,
}

impl Placement {
    /// Brings an image into an input; both must have at least one pixel a side.
    pub fn new(image: Size, input: Size, fit: Fit) -> Self {
        let across = f64::from(input.width) / f64::from(image.width.max(1));
        let down = f64::from(input.height) / f64::from(image.height.max(1));
        let scaled_by = |scale: f64, whole: fn(f64) -> f64| {
            let side = |side: u32| (whole(f64::from(side) * scale) as u32).max(1);
            Size::new(side(image.width), side(image.height))
        };
        let inside = |size: Size| Size::new(size.width.min(input.width.max(1)), size.height.min(input.height.max(1)));
        let scaled = match fit {
            Fit::Letterbox => inside(scaled_by(across.min(down), f64::round)),
            // A hair more, so that the side that fits exactly is not a pixel short by rounding.
            Fit::LetterboxTopLeft => inside(scaled_by(across.min(down) * (1.0 + 1e-12), f64::floor)),
            Fit::Stretch => input,
            Fit::Cover => {
                let filling = scaled_by(across.max(down), f64::floor);
                Size::new(filling.width.max(input.width), filling.height.max(input.height))
            }
        };
        let half = |input: u32, scaled: u32| (f64::from(input) - f64::from(scaled)) / 2.0;
        let (across, down) = (half(input.width, scaled.width), half(input.height, scaled.height));
        let (left, top) = match fit {
            Fit::LetterboxTopLeft | Fit::Stretch => (0.0, 0.0),
            Fit::Letterbox => (across.floor(), down.floor()),
            Fit::Cover => (across.round_ties_even(), down.round_ties_even()),
        };
        let (left, top) = (left as i32, top as i32);
        Self { image, input, scaled, left, top }
    }

    /// Input pixels an image pixel, horizontally.
    pub fn scale_x(&self) -> f64 {
        f64::from(self.scaled.width) / f64::from(self.image.width.max(1))
    }

    /// Input pixels an image pixel, vertically.
    pub fn scale_y(&self) -> f64 {
        f64::from(self.scaled.height) / f64::from(self.image.height.max(1))
    }

    /// Where a point of the image lies in the input.
    pub fn input_from_image(&self, point: Point) -> Point {
        Point::new(point.x * self.scale_x() + f64::from(self.left), point.y * self.scale_y() + f64::from(self.top))
    }

    /// Where a point of the input lies in the image.
    pub fn image_from_input(&self, point: Point) -> Point {
        Point::new((point.x - f64::from(self.left)) / self.scale_x(), (point.y - f64::from(self.top)) / self.scale_y())
    }

    /// A box of the input in image pixels, clipped to the image; `None` when it lies in the padding or is not a box.
    pub fn image_box_from_input(&self, x1: f64, y1: f64, x2: f64, y2: f64) -> Option<BBox> {
        let a = self.image_from_input(Point::new(x1, y1));
        let b = self.image_from_input(Point::new(x2, y2));
        BBox::new(a.x, a.y, b.x, b.y).ok()?.clipped(self.image)
    }

    /// The pixels of the input that the image covers, as left, top, width and height.
    pub fn covered(&self) -> (u32, u32, u32, u32) {
        let span = |start: i32, length: u32, input: u32| {
            let from = start.max(0) as u32;
            let to = (i64::from(start) + i64::from(length)).clamp(0, i64::from(input)) as u32;
            (from, to.saturating_sub(from))
        };
        let (left, width) = span(self.left, self.scaled.width, self.input.width);
        let (top, height) = span(self.top, self.scaled.height, self.input.height);
        (left, top, width, height)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Fit; 4] = [Fit::Letterbox, Fit::LetterboxTopLeft, Fit::Stretch, Fit::Cover];

    #[test]
    fn a_wide_image_is_padded_above_and_below() {
        let placement = Placement::new(Size::new(640, 480), Size::new(320, 320), Fit::Letterbox);
        assert_eq!((placement.scaled, placement.left, placement.top), (Size::new(320, 240), 0, 40));
        assert_eq!(placement.covered(), (0, 40, 320, 240));
        let p = placement.input_from_image(Point::new(640.0, 480.0));
        assert_eq!(p, Point::new(320.0, 280.0));
        assert_eq!(placement.image_from_input(p), Point::new(640.0, 480.0));
    }

    #[test]
    fn the_other_fits_place_it_elsewhere() {
        let place = |fit| {
            let p = Placement::new(Size::new(640, 480), Size::new(320, 320), fit);
            (p.scaled, p.left, p.top, p.covered())
        };
        assert_eq!(place(Fit::LetterboxTopLeft), (Size::new(320, 240), 0, 0, (0, 0, 320, 240)));
        assert_eq!(place(Fit::Stretch), (Size::new(320, 320), 0, 0, (0, 0, 320, 320)));
        // torchvision 0.20: Resize(320) gives 426 × 320, CenterCrop(320) starts at round(53.0).
        assert_eq!(place(Fit::Cover), (Size::new(426, 320), -53, 0, (0, 0, 320, 320)));
    }

    proptest! {
        #[test]
        fn points_come_back_and_what_covers_covers(
            iw in 1_u32..3000, ih in 1_u32..3000, w in 1_u32..1500, h in 1_u32..1500, fit in 0..4_usize,
            x in 0.0..=1.0_f64, y in 0.0..=1.0_f64,
        ) {
            let placement = Placement::new(Size::new(iw, ih), Size::new(w, h), ALL[fit]);
            let point = Point::new(x * f64::from(iw), y * f64::from(ih));
            let back = placement.image_from_input(placement.input_from_image(point));
            prop_assert!((back.x - point.x).abs() < 1e-6 && (back.y - point.y).abs() < 1e-6);
            let (left, top, width, height) = placement.covered();
            prop_assert!(width >= 1 && height >= 1 && left + width <= w && top + height <= h);
            if matches!(ALL[fit], Fit::Stretch | Fit::Cover) {
                prop_assert_eq!((left, top, width, height), (0, 0, w, h));
            }
        }
    }
}
