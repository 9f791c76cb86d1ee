//! The pixel under the pointer, in the units of the file.

use std::fmt;

use concord_geometry::Point;
use concord_language::tr;

/// The value of one pixel in original units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PixelValue {
    /// Red, green and blue, 0 to 255.
    Rgb8([u8; 3]),
    /// Grey, 0 to 65,535.
    Gray16(u16),
    /// Red, green and blue, 0 to 65,535.
    Rgb16([u16; 3]),
    /// Grey, any number.
    GrayF32(f32),
}

impl PixelValue {
    /// The samples as numbers: one of a grey pixel, else red, green and blue.
    pub(crate) fn samples(self) -> ([f64; 3], usize) {
        match self {
            Self::Rgb8(rgb) => (rgb.map(f64::from), 3),
            Self::Rgb16(rgb) => (rgb.map(f64::from), 3),
            Self::Gray16(value) => ([f64::from(value); 3], 1),
            Self::GrayF32(value) => ([f64::from(value); 3], 1),
        }
    }
}

impl fmt::Display for PixelValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rgb8([r, g, b]) => write!(f, "R {r} G {g} B {b}  #{r:02x}{g:02x}{b:02x}"),
            Self::Rgb16([r, g, b]) => write!(f, "R {r} G {g} B {b}"),
            Self::Gray16(value) => f.write_str(&tr!("canvas-value", value = value.to_string())),
            Self::GrayF32(value) => f.write_str(&tr!("canvas-value", value = value.to_string())),
        }
    }
}

/// Place and value for a status line: `x 123 y 45  R 12 G 34 B 56  #0c2238`, or `x 123 y 45  value 40213` for deep
/// data; without a value, the place alone. The place is that of the pixel that holds the point.
pub fn pixel_text(point_in_image: Point, value: Option<PixelValue>) -> String {
    let place = format!("x {:.0} y {:.0}", point_in_image.x.floor(), point_in_image.y.floor());
    match value {
        Some(value) => format!("{place}  {value}"),
        None => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_place_and_value() {
        let check = |value: Option<PixelValue>, expect: &str| {
            assert_eq!(pixel_text(Point::new(123.9, 45.2), value), expect);
        };
        check(Some(PixelValue::Rgb8([12, 34, 56])), "x 123 y 45  R 12 G 34 B 56  #0c2238");
        check(Some(PixelValue::Gray16(40_213)), "x 123 y 45  value 40213");
        check(Some(PixelValue::Rgb16([1, 2, 65_535])), "x 123 y 45  R 1 G 2 B 65535");
        check(Some(PixelValue::GrayF32(-0.125)), "x 123 y 45  value -0.125");
        check(Some(PixelValue::GrayF32(f32::NAN)), "x 123 y 45  value NaN");
        check(None, "x 123 y 45");
        assert_eq!(pixel_text(Point::new(-0.5, 3.0), None), "x -1 y 3");
    }
}
