//! Maps that another tool computed, as grey pictures or as arrays of NumPy.

use concord_geometry::Size;
use concord_imaging::{Limits, Pixels, decode_picture_bytes};

use super::error::SaliencyError;
use super::heatmap::Heatmap;
use super::npy::{is_npy, read_npy};

/// The method's name.
pub(super) const NAME: &str = "imported";

/// A map from the bytes of a file; `name` stands for the file in messages.
///
/// A grey picture of 8 or 16 bits (PNG, or whatever else can be decoded), or an .npy file (format 1.0 to 3.0) of shape
/// `[h, w]` or `[1, h, w]`, C or Fortran order, of `<f2`, `<f4`, `<f8`, `|u1` or `<u2`. The map covers the whole image at
/// the resolution it has; it is brought to 0..=1, and [`Heatmap::range`] keeps the file's own units. Numbers that are not
/// finite count as 0 and are flagged. `limits` bounds bytes and pixels before anything is allocated.
pub fn import_map(name: &str, bytes: &[u8], limits: &Limits) -> Result<Heatmap, SaliencyError> {
    if is_npy(bytes) {
        let map = read_npy(bytes, limits).map_err(|source| SaliencyError::Npy { name: name.to_owned(), source })?;
        return Ok(Heatmap::from_raw(map.size, map.values, 0.0, NAME));
    }
    let picture = decode_picture_bytes(name, bytes, limits, 0)?;
    let size = picture.size;
    let raw = match &picture.pixels {
        Pixels::Rgb8(samples) => grey(name, size, samples)?,
        Pixels::Rgb16(samples) => grey(name, size, samples)?,
        Pixels::RgbF32(samples) => grey(name, size, samples)?,
        Pixels::Gray16(samples) => samples.iter().map(|value| f64::from(*value)).collect(),
        Pixels::GrayF32(samples) => samples.iter().map(|value| f64::from(*value)).collect(),
    };
    Ok(Heatmap::from_raw(size, raw, 0.0, NAME))
}

/// The value of pixels whose three channels must be equal.
fn grey<T: Copy + Into<f64>>(name: &str, size: Size, samples: &[T]) -> Result<Vec<f64>, SaliencyError> {
    let value = |(at, pixel): (usize, &[T; 3])| {
        let [r, g, b] = pixel.map(Into::into);
        // Compared as bits, so that what is not a number equals itself.
        if r.to_bits() == g.to_bits() && r.to_bits() == b.to_bits() {
            return Ok(r);
        }
        let (x, y) = ((at as u64 % u64::from(size.width)) as u32, (at as u64 / u64::from(size.width)) as u32);
        Err(SaliencyError::Colour { name: name.to_owned(), x, y })
    };
    samples.as_chunks::<3>().0.iter().enumerate().map(value).collect()
}
