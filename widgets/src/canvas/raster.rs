//! Pixels at their full depth: what a tile or a whole image is handed over as.

use concord_geometry::Size;

use super::readout::PixelValue;
use crate::WidgetsError;

/// How a pixel is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PixelKind {
    /// Red, green, blue and an alpha that is not shown, 8 bits each.
    Rgba8,
    /// Grey, 16 bits.
    Gray16,
    /// Red, green, blue and an alpha that is not shown, 16 bits each.
    Rgba16,
    /// Grey, 32-bit floating point.
    GrayF32,
}

impl PixelKind {
    /// Samples a pixel, alpha included.
    pub fn channels(self) -> usize {
        match self {
            Self::Rgba8 | Self::Rgba16 => 4,
            Self::Gray16 | Self::GrayF32 => 1,
        }
    }

    /// Bytes a pixel.
    pub fn bytes_per_pixel(self) -> usize {
        match self {
            Self::Rgba8 | Self::GrayF32 => 4,
            Self::Gray16 => 2,
            Self::Rgba16 => 8,
        }
    }

    /// The value shown as white where nothing else is said: the largest of an integer, 1 of a floating-point number.
    pub fn full_scale(self) -> f32 {
        match self {
            Self::Rgba8 => 255.0,
            Self::Gray16 | Self::Rgba16 => 65_535.0,
            Self::GrayF32 => 1.0,
        }
    }

    /// True for grey pixels.
    pub fn is_gray(self) -> bool {
        self.channels() == 1
    }
}

/// Shown for NaN: far below what is measured, and far enough from the end of the range to be subtracted from safely.
const LOWEST: f32 = -1e30;

/// A rectangle of pixels, row by row, never empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Raster {
    size: Size,
    samples: Samples,
}

#[derive(Debug, Clone, PartialEq)]
enum Samples {
    Rgba8(Vec<u8>),
    Gray16(Vec<u16>),
    Rgba16(Vec<u16>),
    GrayF32(Vec<f32>),
}

/// All constructors give an error when the size is empty or the number of samples does not fit it.
impl Raster {
    /// From grey bytes, one a pixel.
    pub fn gray8(size: Size, gray: &[u8]) -> Result<Self, WidgetsError> {
        checked(size, 1, gray.len())?;
        let rgba = gray.iter().flat_map(|v| [*v, *v, *v, 255]).collect();
        Ok(Self { size, samples: Samples::Rgba8(rgba) })
    }

    /// From RGB bytes, three a pixel.
    pub fn rgb8(size: Size, rgb: &[u8]) -> Result<Self, WidgetsError> {
        checked(size, 3, rgb.len())?;
        let rgba = rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
        Ok(Self { size, samples: Samples::Rgba8(rgba) })
    }

    /// From RGBA bytes, four a pixel.
    pub fn rgba8(size: Size, rgba: Vec<u8>) -> Result<Self, WidgetsError> {
        checked(size, 4, rgba.len())?;
        Ok(Self { size, samples: Samples::Rgba8(rgba) })
    }

    /// From grey values of 16 bits, one a pixel.
    pub fn gray16(size: Size, gray: Vec<u16>) -> Result<Self, WidgetsError> {
        checked(size, 1, gray.len())?;
        Ok(Self { size, samples: Samples::Gray16(gray) })
    }

    /// From RGB values of 16 bits, three a pixel.
    pub fn rgb16(size: Size, rgb: &[u16]) -> Result<Self, WidgetsError> {
        checked(size, 3, rgb.len())?;
        let rgba = rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], u16::MAX]).collect();
        Ok(Self { size, samples: Samples::Rgba16(rgba) })
    }

    /// From RGBA values of 16 bits, four a pixel.
    pub fn rgba16(size: Size, rgba: Vec<u16>) -> Result<Self, WidgetsError> {
        checked(size, 4, rgba.len())?;
        Ok(Self { size, samples: Samples::Rgba16(rgba) })
    }

    /// From grey floating-point values, one a pixel; NaN is shown as black.
    pub fn gray_f32(size: Size, gray: Vec<f32>) -> Result<Self, WidgetsError> {
        checked(size, 1, gray.len())?;
        Ok(Self { size, samples: Samples::GrayF32(gray) })
    }

    /// The size in pixels.
    pub fn size(&self) -> Size {
        self.size
    }

    /// How a pixel is stored.
    pub fn kind(&self) -> PixelKind {
        match self.samples {
            Samples::Rgba8(_) => PixelKind::Rgba8,
            Samples::Gray16(_) => PixelKind::Gray16,
            Samples::Rgba16(_) => PixelKind::Rgba16,
            Samples::GrayF32(_) => PixelKind::GrayF32,
        }
    }

    /// The bytes held in memory.
    pub fn byte_len(&self) -> usize {
        self.size.area_px() as usize * self.kind().bytes_per_pixel()
    }

    /// The value of a pixel, or `None` outside.
    pub fn value(&self, x: u32, y: u32) -> Option<PixelValue> {
        if x >= self.size.width || y >= self.size.height {
            return None;
        }
        let at = (y as usize * self.size.width as usize + x as usize) * self.kind().channels();
        Some(match &self.samples {
            Samples::Rgba8(v) => PixelValue::Rgb8([v[at], v[at + 1], v[at + 2]]),
            Samples::Gray16(v) => PixelValue::Gray16(v[at]),
            Samples::Rgba16(v) => PixelValue::Rgb16([v[at], v[at + 1], v[at + 2]]),
            Samples::GrayF32(v) => PixelValue::GrayF32(v[at]),
        })
    }

    /// The next level of a pyramid: half the size, rounded up, each pixel the mean of the up to four it stands for
    /// (integers rounded to nearest; NaN left out unless there is nothing else).
    #[must_use]
    pub fn halved(&self) -> Self {
        let size = Size::new(self.size.width.div_ceil(2), self.size.height.div_ceil(2));
        let samples = match &self.samples {
            Samples::Rgba8(v) => Samples::Rgba8(halve(v, self.size, 4, mean_u8)),
            Samples::Gray16(v) => Samples::Gray16(halve(v, self.size, 1, mean_u16)),
            Samples::Rgba16(v) => Samples::Rgba16(halve(v, self.size, 4, mean_u16)),
            Samples::GrayF32(v) => Samples::GrayF32(halve(v, self.size, 1, mean_f32)),
        };
        Self { size, samples }
    }

    /// The part from `(x, y)` on that is at most `side` wide and high; the corner must lie inside.
    #[must_use]
    pub fn part(&self, x: u32, y: u32, side: u32) -> Self {
        let size = Size::new((self.size.width - x).min(side), (self.size.height - y).min(side));
        self.rectangle([x, y], size)
    }

    /// The part of `size` from a corner on; both must lie inside.
    pub(crate) fn rectangle(&self, corner: [u32; 2], size: Size) -> Self {
        let samples = match &self.samples {
            Samples::Rgba8(v) => Samples::Rgba8(cut(v, self.size, 4, corner, size)),
            Samples::Gray16(v) => Samples::Gray16(cut(v, self.size, 1, corner, size)),
            Samples::Rgba16(v) => Samples::Rgba16(cut(v, self.size, 4, corner, size)),
            Samples::GrayF32(v) => Samples::GrayF32(cut(v, self.size, 1, corner, size)),
        };
        Self { size, samples }
    }

    /// The same with its outermost pixels repeated once all around.
    pub(crate) fn bordered(&self) -> Self {
        let size = Size::new(self.size.width + 2, self.size.height + 2);
        let samples = match &self.samples {
            Samples::Rgba8(v) => Samples::Rgba8(border(v, self.size, 4)),
            Samples::Gray16(v) => Samples::Gray16(border(v, self.size, 1)),
            Samples::Rgba16(v) => Samples::Rgba16(border(v, self.size, 4)),
            Samples::GrayF32(v) => Samples::GrayF32(border(v, self.size, 1)),
        };
        Self { size, samples }
    }

    /// The pixels as a graphics adapter reads them: native byte order, tightly packed.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.samples {
            Samples::Rgba8(v) => v,
            Samples::Gray16(v) | Samples::Rgba16(v) => bytemuck::cast_slice(v),
            Samples::GrayF32(v) => bytemuck::cast_slice(v),
        }
    }

    /// The same with NaN replaced by a value below any window, or `None` when there is none to replace.
    pub(crate) fn without_nan(&self) -> Option<Self> {
        let Samples::GrayF32(values) = &self.samples else { return None };
        if values.iter().all(|v| v.is_finite()) {
            return None;
        }
        let safe = |v: &f32| if v.is_nan() { LOWEST } else { v.clamp(LOWEST, -LOWEST) };
        Some(Self { size: self.size, samples: Samples::GrayF32(values.iter().map(safe).collect()) })
    }

    /// The RGBA bytes, for pixels of 8 bits; else the raster itself.
    pub(crate) fn into_rgba8(self) -> Result<Vec<u8>, Self> {
        if let Samples::Rgba8(v) = self.samples { Ok(v) } else { Err(self) }
    }
}

fn checked(size: Size, channels: u64, found: usize) -> Result<(), WidgetsError> {
    let expected = size.area_px() * channels;
    if expected == 0 || expected != found as u64 {
        let (width, height) = (size.width, size.height);
        return Err(WidgetsError::RasterSamples { width, height, expected, found });
    }
    Ok(())
}

fn cut<T: Copy>(samples: &[T], from: Size, channels: usize, corner: [u32; 2], size: Size) -> Vec<T> {
    let stride = from.width as usize * channels;
    let (left, length) = (corner[0] as usize * channels, size.width as usize * channels);
    let rows = (corner[1] as usize..).take(size.height as usize);
    let mut out = Vec::with_capacity(length * size.height as usize);
    for row in rows {
        out.extend_from_slice(&samples[row * stride + left..][..length]);
    }
    out
}

fn border<T: Copy>(samples: &[T], size: Size, channels: usize) -> Vec<T> {
    let (stride, height) = (size.width as usize * channels, size.height as usize);
    let mut out = Vec::with_capacity((stride + 2 * channels) * (height + 2));
    for y in 0..height + 2 {
        let row = &samples[y.saturating_sub(1).min(height - 1) * stride..][..stride];
        out.extend_from_slice(&row[..channels]);
        out.extend_from_slice(row);
        out.extend_from_slice(&row[stride - channels..]);
    }
    out
}

fn halve<T: Copy>(samples: &[T], size: Size, channels: usize, mean: impl Fn([T; 4]) -> T) -> Vec<T> {
    let (width, height) = (size.width as usize, size.height as usize);
    let mut out = Vec::with_capacity(width.div_ceil(2) * height.div_ceil(2) * channels);
    for y in (0..height).step_by(2) {
        let top = &samples[y * width * channels..][..width * channels];
        let below = (y + 1).min(height - 1);
        let bottom = &samples[below * width * channels..][..width * channels];
        for x in (0..width).step_by(2) {
            // At an odd edge the last pixel counts twice on both sides of the mean, which leaves it as it is.
            let (left, right) = (x * channels, (x + 1).min(width - 1) * channels);
            for c in 0..channels {
                out.push(mean([top[left + c], top[right + c], bottom[left + c], bottom[right + c]]));
            }
        }
    }
    out
}

fn mean_u8(v: [u8; 4]) -> u8 {
    ((v.iter().map(|v| u16::from(*v)).sum::<u16>() + 2) / 4) as u8
}

fn mean_u16(v: [u16; 4]) -> u16 {
    ((v.iter().map(|v| u32::from(*v)).sum::<u32>() + 2) / 4) as u16
}

fn mean_f32(v: [f32; 4]) -> f32 {
    let (mut sum, mut count) = (0.0_f64, 0.0_f64);
    for value in v.into_iter().filter(|v| !v.is_nan()) {
        sum += f64::from(value);
        count += 1.0;
    }
    (sum / count) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_in_their_own_units() {
        let size = Size::new(2, 1);
        let at = |raster: Result<Raster, WidgetsError>| raster.expect("the samples fit").value(1, 0);
        assert_eq!(at(Raster::gray8(size, &[1, 2])), Some(PixelValue::Rgb8([2, 2, 2])));
        assert_eq!(at(Raster::rgb8(size, &[1, 2, 3, 4, 5, 6])), Some(PixelValue::Rgb8([4, 5, 6])));
        assert_eq!(at(Raster::rgba8(size, vec![1, 2, 3, 4, 5, 6, 7, 8])), Some(PixelValue::Rgb8([5, 6, 7])));
        assert_eq!(at(Raster::gray16(size, vec![1, 40_213])), Some(PixelValue::Gray16(40_213)));
        assert_eq!(at(Raster::rgb16(size, &[1, 2, 3, 4, 5, 6])), Some(PixelValue::Rgb16([4, 5, 6])));
        assert_eq!(at(Raster::rgba16(size, vec![1, 2, 3, 4, 5, 6, 7, 8])), Some(PixelValue::Rgb16([5, 6, 7])));
        let float = Raster::gray_f32(size, vec![0.5, -3.0]).expect("the samples fit");
        assert_eq!((float.value(1, 0), float.value(2, 0)), (Some(PixelValue::GrayF32(-3.0)), None));
    }

    #[test]
    fn wrong_lengths_are_refused_with_words() {
        let error = Raster::gray16(Size::new(3, 2), vec![0; 5]).expect_err("one value is missing");
        assert_eq!(error.to_string(), "a raster of 3 × 2 px needs 6 samples, but 5 were given");
        assert!(Raster::rgb8(Size::new(0, 2), &[]).is_err());
    }

    #[test]
    fn halving_takes_means_and_keeps_odd_edges() {
        let gray = Raster::gray16(Size::new(3, 3), vec![0, 10, 20, 30, 41, 50, 60, 70, 80]).expect("nine values");
        let half = gray.halved();
        assert_eq!(half.size(), Size::new(2, 2));
        // (0 + 10 + 30 + 41 + 2) / 4 = 20, (20 + 50) / 2, (60 + 70) / 2, and the corner alone.
        assert_eq!(half, Raster::gray16(Size::new(2, 2), vec![20, 35, 65, 80]).expect("four values"));
        let bytes = Raster::gray8(Size::new(2, 2), &[0, 0, 1, 1]).expect("four values").halved();
        assert_eq!(bytes.value(0, 0), Some(PixelValue::Rgb8([1, 1, 1])));
        let bytes = Raster::gray8(Size::new(2, 2), &[255, 255, 255, 254]).expect("four values").halved();
        assert_eq!(bytes.value(0, 0), Some(PixelValue::Rgb8([255, 255, 255])));
        let holes = Raster::gray_f32(Size::new(2, 1), vec![f32::NAN, 3.0]).expect("two values").halved();
        assert_eq!(holes.value(0, 0), Some(PixelValue::GrayF32(3.0)));
    }

    #[test]
    fn a_part_is_cut_at_the_edge() {
        let gray = Raster::gray16(Size::new(3, 3), (0..9).collect()).expect("nine values");
        assert_eq!(gray.part(1, 2, 2), Raster::gray16(Size::new(2, 1), vec![7, 8]).expect("two values"));
        assert_eq!(gray.part(0, 0, 8), gray);
    }

    #[test]
    fn a_border_repeats_the_outermost_pixels() {
        let gray = Raster::gray16(Size::new(2, 1), vec![7, 8]).expect("two values").bordered();
        let expect = Raster::gray16(Size::new(4, 3), [7, 7, 8, 8].repeat(3)).expect("twelve values");
        assert_eq!(gray, expect);
        let color = Raster::rgb8(Size::new(1, 1), &[1, 2, 3]).expect("one pixel").bordered();
        assert!((0..3).all(|i| color.value(i, 2 - i) == Some(PixelValue::Rgb8([1, 2, 3]))));
    }

    #[test]
    fn nan_is_made_safe_for_the_screen_only() {
        let raster = Raster::gray_f32(Size::new(3, 1), vec![f32::NAN, f32::INFINITY, 1.0]).expect("three values");
        let safe = raster.without_nan().expect("there is something to replace");
        assert_eq!(safe.value(1, 0), Some(PixelValue::GrayF32(1e30)));
        assert!(safe.without_nan().is_none());
    }
}
