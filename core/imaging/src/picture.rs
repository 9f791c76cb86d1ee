//! A picture that keeps what 8 bits lose: 16-bit and floating-point samples beside 8-bit ones.

use concord_geometry::Size;

use crate::raster::{Area, copy, level_size, reduce};
use crate::{Orientation, Rgb8};

/// An upright picture of at least one pixel with the samples of its file, row-major, without padding, alpha composited
/// on black.
///
/// `pixels` always holds `width · height · channels` samples; whoever changes the fields keeps it so.
#[derive(Clone, PartialEq)]
pub struct Picture {
    /// Width and height in pixels, both at least 1.
    pub size: Size,
    /// The samples.
    pub pixels: Pixels,
}

/// The samples of a picture, interleaved.
#[derive(Clone, PartialEq)]
pub enum Pixels {
    /// Three channels of 8 bits: 8-bit colour, and 8-bit grey, palettes and black-and-white expanded.
    Rgb8(Vec<u8>),
    /// One channel of up to 16 bits, in the file's own units (a 12-bit camera gives 0 to 4095).
    Gray16(Vec<u16>),
    /// Three channels of up to 16 bits, in the file's own units.
    Rgb16(Vec<u16>),
    /// One channel of numbers: floats, and signed or 32-bit whole numbers; not-a-number marks what was not measured.
    GrayF32(Vec<f32>),
    /// Three channels of numbers.
    RgbF32(Vec<f32>),
}

/// What a pixel holds, in the file's own units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PixelValue {
    /// Red, green and blue of 8 bits.
    Rgb8([u8; 3]),
    /// Grey of up to 16 bits.
    Gray16(u16),
    /// Red, green and blue of up to 16 bits.
    Rgb16([u16; 3]),
    /// A number.
    GrayF32(f32),
    /// Three numbers.
    RgbF32([f32; 3]),
}

impl std::fmt::Display for PixelValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rgb8([r, g, b]) => write!(f, "{r}, {g}, {b}"),
            Self::Gray16(value) => write!(f, "{value}"),
            Self::Rgb16([r, g, b]) => write!(f, "{r}, {g}, {b}"),
            Self::GrayF32(value) => write!(f, "{value}"),
            Self::RgbF32([r, g, b]) => write!(f, "{r}, {g}, {b}"),
        }
    }
}

/// Which kind of samples a picture has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelKind {
    /// [`Pixels::Rgb8`].
    Rgb8,
    /// [`Pixels::Gray16`].
    Gray16,
    /// [`Pixels::Rgb16`].
    Rgb16,
    /// [`Pixels::GrayF32`].
    GrayF32,
    /// [`Pixels::RgbF32`].
    RgbF32,
}

impl PixelKind {
    /// Channels: 1 or 3.
    pub fn channels(self) -> usize {
        match self {
            Self::Gray16 | Self::GrayF32 => 1,
            Self::Rgb8 | Self::Rgb16 | Self::RgbF32 => 3,
        }
    }

    /// Bytes of one pixel in memory.
    pub fn bytes(self) -> usize {
        self.channels()
            * match self {
                Self::Rgb8 => 1,
                Self::Gray16 | Self::Rgb16 => 2,
                Self::GrayF32 | Self::RgbF32 => 4,
            }
    }

    /// Whether 8 bits would lose something, so that a window has to be chosen for display.
    pub fn is_deep(self) -> bool {
        self != Self::Rgb8
    }
}

/// `$body` for the samples of any kind, with the number of channels as the constant `$channels`; gives pixels again.
macro_rules! map_pixels {
    ($pixels:expr, |$data:ident, $channels:ident| $body:expr) => {{
        macro_rules! arm {
            ($kind:ident, $count:literal, $samples:ident) => {{
                const $channels: usize = $count;
                let $data = $samples;
                Pixels::$kind($body)
            }};
        }
        match $pixels {
            Pixels::Rgb8(samples) => arm!(Rgb8, 3, samples),
            Pixels::Gray16(samples) => arm!(Gray16, 1, samples),
            Pixels::Rgb16(samples) => arm!(Rgb16, 3, samples),
            Pixels::GrayF32(samples) => arm!(GrayF32, 1, samples),
            Pixels::RgbF32(samples) => arm!(RgbF32, 3, samples),
        }
    }};
}
pub(crate) use map_pixels;

impl Pixels {
    /// Samples in all.
    pub fn len(&self) -> usize {
        match self {
            Self::Rgb8(data) => data.len(),
            Self::Gray16(data) | Self::Rgb16(data) => data.len(),
            Self::GrayF32(data) | Self::RgbF32(data) => data.len(),
        }
    }

    /// Whether there is no sample; never so in a picture.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The kind of samples.
    pub fn kind(&self) -> PixelKind {
        match self {
            Self::Rgb8(_) => PixelKind::Rgb8,
            Self::Gray16(_) => PixelKind::Gray16,
            Self::Rgb16(_) => PixelKind::Rgb16,
            Self::GrayF32(_) => PixelKind::GrayF32,
            Self::RgbF32(_) => PixelKind::RgbF32,
        }
    }
}

impl std::fmt::Debug for Pixels {
    /// The kind, how many samples there are, and the first of them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}({} samples: ", self.kind(), self.len())?;
        match self {
            Self::Rgb8(data) => write!(f, "{:?}…)", &data[..data.len().min(12)]),
            Self::Gray16(data) | Self::Rgb16(data) => write!(f, "{:?}…)", &data[..data.len().min(12)]),
            Self::GrayF32(data) | Self::RgbF32(data) => write!(f, "{:?}…)", &data[..data.len().min(12)]),
        }
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({}×{}, {:?})", self.size.width, self.size.height, self.kind())
    }
}

impl From<Rgb8> for Picture {
    fn from(image: Rgb8) -> Self {
        Self { size: image.size, pixels: Pixels::Rgb8(image.data) }
    }
}

impl Picture {
    /// A picture from its size and samples; `None` when a side is 0 or the number of samples does not fit.
    pub fn try_new(size: Size, pixels: Pixels) -> Option<Self> {
        let samples = size.area_px().checked_mul(pixels.kind().channels() as u64)?;
        (samples > 0 && pixels.len() as u64 == samples).then_some(Self { size, pixels })
    }

    /// The kind of samples.
    pub fn kind(&self) -> PixelKind {
        self.pixels.kind()
    }

    /// Bytes of the samples in memory.
    pub fn byte_len(&self) -> u64 {
        self.size.area_px() * self.kind().bytes() as u64
    }

    /// What the pixel in column `x` and row `y` holds, in the file's own units.
    ///
    /// # Panics
    /// When the pixel lies outside the picture.
    pub fn pixel(&self, x: u32, y: u32) -> PixelValue {
        assert!(x < self.size.width && y < self.size.height, "pixel ({x}, {y}) lies outside {self:?}");
        let at = (y as usize * self.size.width as usize + x as usize) * self.kind().channels();
        match &self.pixels {
            Pixels::Rgb8(data) => PixelValue::Rgb8([data[at], data[at + 1], data[at + 2]]),
            Pixels::Gray16(data) => PixelValue::Gray16(data[at]),
            Pixels::Rgb16(data) => PixelValue::Rgb16([data[at], data[at + 1], data[at + 2]]),
            Pixels::GrayF32(data) => PixelValue::GrayF32(data[at]),
            Pixels::RgbF32(data) => PixelValue::RgbF32([data[at], data[at + 1], data[at + 2]]),
        }
    }

    /// A picture whose samples are all 0.
    pub(crate) fn blank(kind: PixelKind, size: Size) -> Self {
        let samples = size.area_px() as usize * kind.channels();
        let pixels = match kind {
            PixelKind::Rgb8 => Pixels::Rgb8(vec![0; samples]),
            PixelKind::Gray16 => Pixels::Gray16(vec![0; samples]),
            PixelKind::Rgb16 => Pixels::Rgb16(vec![0; samples]),
            PixelKind::GrayF32 => Pixels::GrayF32(vec![0.0; samples]),
            PixelKind::RgbF32 => Pixels::RgbF32(vec![0.0; samples]),
        };
        Self { size, pixels }
    }

    /// The picture `shift` halvings smaller, each pixel the mean of the square it stands for.
    pub(crate) fn reduced(&self, shift: u32) -> Self {
        if shift == 0 {
            return self.clone();
        }
        let pixels = map_pixels!(&self.pixels, |data, N| reduce::<_, N>(data, self.size, shift));
        Self { size: level_size(self.size, shift), pixels }
    }

    /// The picture turned upright.
    pub(crate) fn turned(self, orientation: Orientation) -> Self {
        if orientation == Orientation::UPRIGHT {
            return self;
        }
        let pixels = map_pixels!(&self.pixels, |data, N| orientation.turn::<_, N>(data, self.size));
        Self { size: orientation.upright_size(self.size), pixels }
    }

    /// Copies the rectangle `from` of a picture of the same kind to (`x`, `y`); the part that does not fit is left out,
    /// and so is a picture of another kind.
    pub(crate) fn paste(&mut self, source: &Self, from: Area, at: (u32, u32)) {
        let size = self.size;
        match (&mut self.pixels, &source.pixels) {
            (Pixels::Rgb8(to), Pixels::Rgb8(data)) => copy::<_, 3>((data, source.size), from, (to, size), at),
            (Pixels::Gray16(to), Pixels::Gray16(data)) => copy::<_, 1>((data, source.size), from, (to, size), at),
            (Pixels::Rgb16(to), Pixels::Rgb16(data)) => copy::<_, 3>((data, source.size), from, (to, size), at),
            (Pixels::GrayF32(to), Pixels::GrayF32(data)) => copy::<_, 1>((data, source.size), from, (to, size), at),
            (Pixels::RgbF32(to), Pixels::RgbF32(data)) => copy::<_, 3>((data, source.size), from, (to, size), at),
            _ => {}
        }
    }

    /// The rectangle `area`, which lies within the picture.
    pub(crate) fn cropped(&self, area: Area) -> Self {
        let mut out = Self::blank(self.kind(), area.size);
        out.paste(self, area, (0, 0));
        out
    }

    /// The picture brought to `size`, a row or column more than it has repeated from the edge, one less cut off.
    pub(crate) fn fitted_to(self, size: Size) -> Self {
        if self.size == size {
            return self;
        }
        let column = |x: u32| x.min(self.size.width - 1) as usize;
        let row = |y: u32| y.min(self.size.height - 1) as usize;
        let width = self.size.width as usize;
        let pixels = map_pixels!(&self.pixels, |data, N| {
            let pixels = data.as_chunks::<N>().0;
            (0..size.height)
                .flat_map(|y| (0..size.width).map(move |x| (x, y)))
                .flat_map(|(x, y)| pixels[row(y) * width + column(x)])
                .collect()
        });
        Self { size, pixels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: u32, height: u32) -> Picture {
        let data = (0..width * height).map(|i| i as u16 * 100).collect();
        Picture::try_new(Size::new(width, height), Pixels::Gray16(data)).expect("one sample a pixel")
    }

    #[test]
    fn the_number_of_samples_must_fit_the_size() {
        assert!(Picture::try_new(Size::new(2, 2), Pixels::Rgb16(vec![0; 4])).is_none());
        assert!(Picture::try_new(Size::new(0, 2), Pixels::Gray16(vec![])).is_none());
        assert!(Picture::try_new(Size::new(2, 2), Pixels::RgbF32(vec![0.0; 12])).is_some());
    }

    #[test]
    fn pixels_are_read_in_the_units_of_the_file() {
        assert_eq!(ramp(4, 3).pixel(2, 1), PixelValue::Gray16(600));
        let colour = Picture::try_new(Size::new(1, 2), Pixels::RgbF32(vec![0.0, 1.0, 2.0, -3.5, 4.0, 5.0]));
        let value = colour.expect("two pixels").pixel(0, 1);
        assert_eq!((value, value.to_string().as_str()), (PixelValue::RgbF32([-3.5, 4.0, 5.0]), "-3.5, 4, 5"));
    }

    #[test]
    fn cropping_and_pasting_move_whole_rectangles() {
        let picture = ramp(5, 4);
        let part = picture.cropped(Area::new(1, 2, 3, 2));
        assert_eq!(part.pixels, Pixels::Gray16(vec![1100, 1200, 1300, 1600, 1700, 1800]));
        let mut target = Picture::blank(PixelKind::Gray16, Size::new(3, 3));
        target.paste(&part, Area::new(0, 0, 3, 2), (2, 2));
        assert_eq!(target.pixel(2, 2), PixelValue::Gray16(1100));
        assert_eq!(target.pixel(0, 2), PixelValue::Gray16(0));
    }

    #[test]
    fn fitting_repeats_the_edge_or_cuts() {
        let fitted = ramp(2, 2).fitted_to(Size::new(3, 1));
        assert_eq!(fitted.pixels, Pixels::Gray16(vec![0, 100, 100]));
    }

    #[test]
    fn turning_follows_the_orientation_for_every_kind() {
        let turned = ramp(3, 2).turned(Orientation::new(6).expect("1 to 8"));
        assert_eq!((turned.size, &turned.pixels), (Size::new(2, 3), &Pixels::Gray16(vec![300, 0, 400, 100, 500, 200])));
    }
}
