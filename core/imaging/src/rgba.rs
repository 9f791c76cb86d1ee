//! The quick way to the screen: a file to 8-bit colour with alpha, as textures want it, and its halves.

use std::path::Path;

use concord_geometry::Size;
use rayon::prelude::*;
use zune_jpeg::zune_core::colorspace::ColorSpace;

use crate::decode::{JpegSamples, jpeg_samples, read_file};
use crate::exif_data::ExifData;
use crate::jpeg_headers::JpegHeaders;
use crate::raster::level_size;
use crate::{Format, ImagingError, Limits, Orientation, Rgb8, decode_bytes};

/// Rows of a smaller picture that one thread makes at a time.
const BAND: usize = 64;

/// An 8-bit sRGB picture of at least one pixel, row-major, four bytes a pixel (R, G, B, 255), no padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Rgba8 {
    /// Width and height in pixels, both at least 1.
    pub size: Size,
    /// The bytes R, G, B, 255 of each pixel, row after row.
    pub data: Vec<u8>,
}

impl std::fmt::Debug for Rgba8 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rgba8({}×{}, {} bytes)", self.size.width, self.size.height, self.data.len())
    }
}

impl From<&Rgb8> for Rgba8 {
    fn from(image: &Rgb8) -> Self {
        let mut data = vec![255; image.data.len() / 3 * 4];
        data.par_chunks_mut(BAND * 4096).zip(image.data.par_chunks(BAND * 3072)).for_each(|(to, from)| {
            for (to, from) in to.as_chunks_mut::<4>().0.iter_mut().zip(from.as_chunks::<3>().0) {
                to[..3].copy_from_slice(from);
            }
        });
        Self { size: image.size, data }
    }
}

impl Rgba8 {
    /// The picture half as large, sides rounded up: each pixel the mean of the up to four it stands for.
    #[must_use]
    pub fn halved(&self) -> Self {
        let size = level_size(self.size, 1);
        let (row, small_row) = (self.size.width as usize * 4, size.width as usize * 4);
        let mut data = vec![0; small_row * size.height as usize];
        data.par_chunks_mut(small_row * BAND).zip(self.data.par_chunks(row * 2 * BAND)).for_each(|(to, from)| {
            for (to, from) in to.chunks_exact_mut(small_row).zip(from.chunks(row * 2)) {
                let (top, bottom) = from.split_at(row);
                halve_rows(top, if bottom.is_empty() { top } else { bottom }, to);
            }
        });
        Self { size, data }
    }
}

/// One row of means from two rows above each other. A last odd pixel is averaged with the one below alone.
fn halve_rows(top: &[u8], bottom: &[u8], to: &mut [u8]) {
    let (top, top_rest) = top.as_chunks::<8>();
    let (bottom, bottom_rest) = bottom.as_chunks::<8>();
    let (pairs, last) = to.split_at_mut(top.len() * 4);
    for ((to, a), b) in pairs.as_chunks_mut::<4>().0.iter_mut().zip(top).zip(bottom) {
        for c in 0..4 {
            let sum = u16::from(a[c]) + u16::from(a[c + 4]) + u16::from(b[c]) + u16::from(b[c + 4]);
            to[c] = ((sum + 2) / 4) as u8;
        }
    }
    for ((to, &a), &b) in last.iter_mut().zip(top_rest).zip(bottom_rest) {
        *to = (u16::from(a) + u16::from(b)).div_ceil(2) as u8;
    }
}

/// Reads and decodes a picture file as [`decode_file`](crate::decode_file) does, straight to what a texture takes, and
/// makes its halves: the full picture first, each next half as large, up to and with the first whose longer side is at
/// most `least_side` pixels (0 counts as 1). Works on all threads.
pub fn decode_rgba8_pyramid(path: &Path, limits: &Limits, least_side: u32) -> Result<Vec<Rgba8>, ImagingError> {
    let name = path.display().to_string();
    decode_rgba8_pyramid_bytes(&name, &read_file(&name, path, limits)?, limits, least_side)
}

/// As [`decode_rgba8_pyramid`], for bytes already in memory; `name` stands for the file in messages.
pub fn decode_rgba8_pyramid_bytes(
    name: &str,
    bytes: &[u8],
    limits: &Limits,
    least_side: u32,
) -> Result<Vec<Rgba8>, ImagingError> {
    let full = match Format::detect(name, bytes)? {
        // The decoder gives alpha beside three components only.
        Format::Jpeg if JpegHeaders::walk(bytes).components == 3 => decode_jpeg(name, bytes, limits)?,
        _ => Rgba8::from(&decode_bytes(name, bytes, limits)?),
    };
    let mut levels = vec![full];
    while let Some(last) = levels.last().filter(|last| last.size.width.max(last.size.height) > least_side.max(1)) {
        let next = last.halved();
        levels.push(next);
    }
    Ok(levels)
}

fn decode_jpeg(name: &str, bytes: &[u8], limits: &Limits) -> Result<Rgba8, ImagingError> {
    let JpegSamples { headers, size, data, .. } = jpeg_samples(name, bytes, limits, ColorSpace::RGBA)?;
    if data.len() as u64 != size.area_px() * 4 {
        let reason = "the decoder gave another number of pixels than the header says".to_owned();
        return Err(ImagingError::Corrupt { name: name.to_owned(), format: "JPEG", reason });
    }
    let orientation = headers.exif.map(ExifData::parse).unwrap_or_default().orientation;
    if orientation == Orientation::UPRIGHT {
        return Ok(Rgba8 { size, data });
    }
    Ok(Rgba8 { size: orientation.upright_size(size), data: orientation.turn::<_, 4>(&data, size) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode_jpeg;

    #[test]
    fn halving_rounds_means_and_averages_what_the_edges_leave() {
        let pixel = |v: u8| [v, v, v, 255];
        let data = [10, 20, 7, 30, 41, 9, 100, 200, 3].map(pixel).concat();
        let half = Rgba8 { size: Size::new(3, 3), data }.halved();
        assert_eq!(half.size, Size::new(2, 2));
        // 101/4 = 25.25, (7 + 9)/2, 300/2 and 3 alone.
        assert_eq!(half.data, [25, 8, 150, 3].map(pixel).concat());
    }

    #[test]
    fn the_levels_halve_down_to_the_side_asked_for() {
        let image = Rgb8::from_fn(Size::new(301, 200), |x, y| [x as u8, y as u8, 50]);
        let bytes = encode_jpeg(&image, 90);
        let levels = decode_rgba8_pyramid_bytes("a.jpg", &bytes, &Limits::default(), 64).expect("a JPEG");
        let sizes: Vec<_> = levels.iter().map(|level| (level.size.width, level.size.height)).collect();
        assert_eq!(sizes, [(301, 200), (151, 100), (76, 50), (38, 25)]);
        let plain = decode_bytes("a.jpg", &bytes, &Limits::default()).expect("a JPEG");
        assert_eq!(levels[0], Rgba8::from(&plain));
    }
}
