//! One strip or tile to a picture of its visible part.

use concord_geometry::Size;

use super::compression::{expand, jpeg};
use super::page::{Alpha, Colours, Page};
use super::samples::{Samples, unpack};
use super::{Bytes, Reader};
use crate::picture::Pixels;
use crate::raster::{Area, Sample};
use crate::{ImagingError, Picture};

/// Bytes of a compressed chunk that are read first where only its first rows are wanted.
const HEAD_BYTES: u64 = 8 << 10;

impl Page {
    /// What the chunk in the given column and row of chunks covers of the stored picture.
    pub(crate) fn chunk_area(&self, column: usize, row: usize) -> Area {
        let (x, y) = (column as u32 * self.chunk.width, row as u32 * self.chunk.height);
        Area::new(x, y, self.chunk.width.min(self.size.width - x), self.chunk.height.min(self.size.height - y))
    }

    /// The visible part of a chunk, not turned.
    pub(crate) fn decode_chunk(&self, reader: &Reader, column: usize, row: usize) -> Result<Picture, ImagingError> {
        let size = self.chunk_area(column, row).size;
        self.decode_rows(reader, (column, row), self.stored_rows(row), size)
    }

    /// The first row of pixels of a chunk, with as little of it decoded as its compression allows.
    pub(crate) fn decode_first_row(&self, reader: &Reader, column: usize, row: usize) -> Result<Picture, ImagingError> {
        let width = self.chunk_area(column, row).size.width;
        self.decode_rows(reader, (column, row), 1, Size::new(width, 1))
    }

    fn decode_rows(
        &self,
        reader: &Reader,
        (column, row): (usize, usize),
        rows: u32,
        visible: Size,
    ) -> Result<Picture, ImagingError> {
        let index = row * self.chunks_across() + column;
        let plane_chunks = self.chunks_across() * self.chunks_down();
        let mut planes = Vec::with_capacity(self.planes());
        for plane in 0..self.planes() {
            let whole = rows == self.stored_rows(row);
            let bytes = self.chunk_bytes(&reader.bytes, index + plane * plane_chunks, rows, whole)?;
            planes.push(unpack(self, bytes, visible.width, reader.order.is_native()));
        }
        let pixels = self.colour(join(planes), visible.area_px() as usize);
        Picture::try_new(visible, pixels)
            .ok_or_else(|| reader.bytes.corrupt(format!("chunk {index} gave another number of pixels than announced")))
    }

    /// The first `rows` rows of a chunk, decompressed; `whole` when these are all.
    fn chunk_bytes(&self, bytes: &Bytes, index: usize, rows: u32, whole: bool) -> Result<Vec<u8>, ImagingError> {
        let (offset, count) = (self.offsets[index], self.counts[index]);
        let length = self.row_bytes() * u64::from(rows);
        if (offset, count) == (0, 0) {
            // A chunk that was left out because all of it is 0.
            return Ok(vec![0; length as usize]);
        }
        let failed = |reason: String| bytes.corrupt(format!("strip or tile {index}: {reason}"));
        if self.compression == 7 {
            let data = jpeg(self, &bytes.read(offset, count)?, self.chunk.width, rows).map_err(failed)?;
            return if data.len() as u64 == length { Ok(data) } else { Err(failed("other components".to_owned())) };
        }
        let wanted = match self.compression {
            1 => length.min(count),
            _ if whole => count,
            _ => HEAD_BYTES.max(length / 8).min(count),
        };
        match expand(self.compression, &bytes.read(offset, wanted)?, length) {
            Ok(data) => Ok(data),
            Err(_) if wanted < count => expand(self.compression, &bytes.read(offset, count)?, length).map_err(failed),
            Err(reason) => Err(failed(reason)),
        }
    }

    fn colour(&self, samples: Samples, pixels: usize) -> Pixels {
        let bits = self.bits;
        match samples {
            Samples::U8(data) if self.colours == Colours::Palette => {
                let last = self.palette.len() - 1;
                let indices = data.chunks_exact(self.samples).take(pixels);
                Pixels::Rgb8(indices.flat_map(|pixel| self.palette[usize::from(pixel[0]).min(last)]).collect())
            }
            Samples::U8(data) => {
                let toned = self.tones(data, 255, pixels);
                Pixels::Rgb8(if self.is_colour() { toned } else { toned.into_iter().flat_map(|v| [v; 3]).collect() })
            }
            Samples::U16(data) => {
                let toned = self.tones(data, ((1_u32 << bits) - 1) as u16, pixels);
                if self.is_colour() { Pixels::Rgb16(toned) } else { Pixels::Gray16(toned) }
            }
            Samples::F32(data) => {
                let toned = self.tones(data, 1.0, pixels);
                if self.is_colour() { Pixels::RgbF32(toned) } else { Pixels::GrayF32(toned) }
            }
        }
    }

    /// Grey or red, green and blue on black, of the samples of the first `pixels` pixels; `most` is full intensity.
    fn tones<T: Tone>(&self, data: Vec<T>, most: T, pixels: usize) -> Vec<T> {
        let white_is_zero = self.colours == Colours::WhiteIsZero;
        let count = if self.is_colour() { 3 } else { 1 };
        if self.samples == count && !white_is_zero && data.len() == pixels * count {
            return data;
        }
        let alpha_at = if self.colours == Colours::Cmyk { 4 } else { count };
        let mut out = Vec::with_capacity(pixels * count);
        for pixel in data.chunks_exact(self.samples).take(pixels) {
            let alpha = if self.alpha == Alpha::Straight { pixel[alpha_at] } else { most };
            for channel in 0..count {
                let value = match self.colours {
                    Colours::Cmyk => T::from_ink(pixel[channel], pixel[3], most),
                    Colours::WhiteIsZero => pixel[channel].inverted(most),
                    _ => pixel[channel],
                };
                out.push(if alpha == most { value } else { value.times(alpha, most) });
            }
        }
        out
    }
}

/// One buffer of interleaved samples from one buffer a plane.
fn join(mut planes: Vec<Samples>) -> Samples {
    macro_rules! interleave {
        ($kind:ident) => {{
            let planes: Vec<_> = planes
                .iter()
                .filter_map(|plane| if let Samples::$kind(data) = plane { Some(data) } else { None })
                .collect();
            let length = planes.iter().map(|plane| plane.len()).min().unwrap_or(0);
            Samples::$kind((0..length).flat_map(|i| planes.iter().map(move |plane| plane[i])).collect())
        }};
    }
    match planes.as_slice() {
        [] => Samples::U8(Vec::new()),
        [_] => planes.remove(0),
        [Samples::U8(_), ..] => interleave!(U8),
        [Samples::U16(_), ..] => interleave!(U16),
        [Samples::F32(_), ..] => interleave!(F32),
    }
}

/// Arithmetic on intensities between 0 and a largest value.
trait Tone: Sample {
    fn inverted(self, most: Self) -> Self;
    /// `self · alpha / most`, rounded: what compositing on black leaves.
    fn times(self, alpha: Self, most: Self) -> Self;
    /// The light that an ink and black leave of white, without a colour profile.
    fn from_ink(ink: Self, black: Self, most: Self) -> Self;
}

macro_rules! whole_number_tone {
    ($kind:ty) => {
        impl Tone for $kind {
            fn inverted(self, most: Self) -> Self {
                most.saturating_sub(self)
            }

            fn times(self, alpha: Self, most: Self) -> Self {
                let most = u64::from(most);
                ((u64::from(self) * u64::from(alpha) + most / 2) / most) as Self
            }

            fn from_ink(ink: Self, black: Self, most: Self) -> Self {
                let share = 1.0 - f32::from(black) / f32::from(most);
                ((f32::from(most) - f32::from(ink)) * share) as Self
            }
        }
    };
}

whole_number_tone!(u8);
whole_number_tone!(u16);

impl Tone for f32 {
    fn inverted(self, most: Self) -> Self {
        most - self
    }

    fn times(self, alpha: Self, most: Self) -> Self {
        self * alpha / most
    }

    fn from_ink(ink: Self, black: Self, most: Self) -> Self {
        (most - ink) * (1.0 - black / most)
    }
}
