//! The letterbox: an image scaled into a model's input with equal padding on both sides.

use crate::{BBox, Point, Size};

/// Maps image pixels to the pixels of a model input that the image was letterboxed into.
///
/// The image keeps its aspect ratio; it is scaled by `scale` to whole pixels and centred, the surplus of an odd
/// padding going to the right and bottom, as Ultralytics' `LetterBox` does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Letterbox {
    /// Size of the image.
    pub image: Size,
    /// Size of the model input.
    pub input: Size,
    /// Size of the scaled image inside the input.
    pub scaled: Size,
    /// Padding left of the scaled image, in input pixels.
    pub pad_left: u32,
    /// Padding above the scaled image, in input pixels.
    pub pad_top: u32,
}

impl Letterbox {
    /// The letterbox of an image into an input; both must have at least one pixel a side.
    pub fn new(image: Size, input: Size) -> Self {
        let scale = (f64::from(input.width) / f64::from(image.width.max(1)))
            .min(f64::from(input.height) / f64::from(image.height.max(1)));
        let fit = |side: u32, limit: u32| ((f64::from(side) * scale).round() as u32).clamp(1, limit.max(1));
        let scaled = Size::new(fit(image.width, input.width), fit(image.height, input.height));
        Self {
            image,
            input,
            scaled,
            pad_left: (input.width - scaled.width.min(input.width)) / 2,
            pad_top: (input.height - scaled.height.min(input.height)) / 2,
        }
    }

    fn scale_x(&self) -> f64 {
        f64::from(self.scaled.width) / f64::from(self.image.width.max(1))
    }

    fn scale_y(&self) -> f64 {
        f64::from(self.scaled.height) / f64::from(self.image.height.max(1))
    }

    /// Where a point of the image lies in the input.
    pub fn input_from_image(&self, point: Point) -> Point {
        Point::new(
            point.x * self.scale_x() + f64::from(self.pad_left),
            point.y * self.scale_y() + f64::from(self.pad_top),
        )
    }

    /// Where a point of the input lies in the image.
    pub fn image_from_input(&self, point: Point) -> Point {
        Point::new(
            (point.x - f64::from(self.pad_left)) / self.scale_x(),
            (point.y - f64::from(self.pad_top)) / self.scale_y(),
        )
    }

    /// A box of the input in image pixels, clipped to the image; `None` when it lies in the padding or is not a box.
    pub fn image_box_from_input(&self, x1: f64, y1: f64, x2: f64, y2: f64) -> Option<BBox> {
        let a = self.image_from_input(Point::new(x1, y1));
        let b = self.image_from_input(Point::new(x2, y2));
        BBox::new(a.x, a.y, b.x, b.y).ok()?.clipped(self.image)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_image_is_padded_above_and_below() {
        let letterbox = Letterbox::new(Size::new(640, 480), Size::new(320, 320));
        assert_eq!((letterbox.scaled, letterbox.pad_left, letterbox.pad_top), (Size::new(320, 240), 0, 40));
        let p = letterbox.input_from_image(Point::new(640.0, 480.0));
        assert_eq!(p, Point::new(320.0, 280.0));
        assert_eq!(letterbox.image_from_input(p), Point::new(640.0, 480.0));
    }
}
