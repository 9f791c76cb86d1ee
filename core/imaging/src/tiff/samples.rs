//! Bytes of a chunk to samples: predictors undone, byte order, bit depths.

use super::page::{Colours, Page, SampleFormat};

/// Samples of one chunk, row after row, those of a pixel together.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Samples {
    U8(Vec<u8>),
    U16(Vec<u16>),
    F32(Vec<f32>),
}

/// The samples in `bytes`, whose rows are `page.row_bytes()` long; of each row the first `width` pixels. `native` says
/// whether the file's byte order is the machine's.
pub(super) fn unpack(page: &Page, mut bytes: Vec<u8>, width: u32, native: bool) -> Samples {
    let (together, row) = (page.samples_together(), page.row_bytes() as usize);
    let each = (page.bits / 8).max(1) as usize;
    for row in bytes.chunks_exact_mut(row) {
        if page.predictor == 3 {
            undo_float_predictor(row, each, together);
        } else if !native && each > 1 && page.compression != 7 {
            row.chunks_exact_mut(each).for_each(<[u8]>::reverse);
        }
        if page.predictor == 2 {
            undo_differences(row, page.bits, together);
        }
    }
    let count = width as usize * together;
    if !matches!(page.bits, 8 | 16 | 32 | 64) {
        return unpack_bits(page, &bytes, count);
    }
    if (page.format, page.bits) == (SampleFormat::Unsigned, 8) {
        if count == row {
            return Samples::U8(bytes);
        }
        return Samples::U8(bytes.chunks_exact(row).flat_map(|row| &row[..count]).copied().collect());
    }
    let values = bytes.chunks_exact(row).flat_map(|row| row[..count * each].chunks_exact(each));
    if (page.format, page.bits) == (SampleFormat::Unsigned, 16) {
        return Samples::U16(values.map(|value| u16::from_ne_bytes([value[0], value[1]])).collect());
    }
    Samples::F32(values.map(|value| number(page.format, value)).collect())
}

/// A sample of 8 to 64 bits as a number; whole numbers above 2^24 are rounded to the nearest float.
fn number(format: SampleFormat, bytes: &[u8]) -> f32 {
    match (format, bytes) {
        (SampleFormat::Signed, &[a]) => f32::from(a as i8),
        (SampleFormat::Signed, &[a, b]) => f32::from(i16::from_ne_bytes([a, b])),
        (SampleFormat::Signed, &[a, b, c, d]) => i32::from_ne_bytes([a, b, c, d]) as f32,
        (SampleFormat::Float, &[a, b]) => half(u16::from_ne_bytes([a, b])),
        (SampleFormat::Float, &[a, b, c, d]) => f32::from_ne_bytes([a, b, c, d]),
        (SampleFormat::Unsigned, &[a, b, c, d]) => u32::from_ne_bytes([a, b, c, d]) as f32,
        (format, &[a, b, c, d, e, f, g, h]) => {
            let bytes = [a, b, c, d, e, f, g, h];
            match format {
                SampleFormat::Signed => i64::from_ne_bytes(bytes) as f32,
                SampleFormat::Float => f64::from_ne_bytes(bytes) as f32,
                SampleFormat::Unsigned => u64::from_ne_bytes(bytes) as f32,
            }
        }
        // The page admits no other widths.
        _ => 0.0,
    }
}

/// An IEEE 754 half-precision number.
fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1F), f32::from(bits & 0x3FF));
    let size = match exponent {
        0 => fraction * 2_f32.powi(-24),
        31 if fraction > 0.0 => f32::NAN,
        31 => f32::INFINITY,
        _ => (1.0 + fraction / 1024.0) * 2_f32.powi(exponent - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// Predictor 2: every sample but the first pixel's is stored as the difference to the pixel on its left.
fn undo_differences(row: &mut [u8], bits: u32, together: usize) {
    macro_rules! undo {
        ($kind:ty) => {{
            const EACH: usize = size_of::<$kind>();
            for i in together..row.len() / EACH {
                let at = |i: usize| i * EACH..(i + 1) * EACH;
                let read = |bytes: &[u8]| bytes.try_into().map(<$kind>::from_ne_bytes).unwrap_or_default();
                let sum = read(&row[at(i)]).wrapping_add(read(&row[at(i - together)]));
                row[at(i)].copy_from_slice(&sum.to_ne_bytes());
            }
        }};
    }
    match bits {
        8 => undo!(u8),
        16 => undo!(u16),
        32 => undo!(u32),
        _ => undo!(u64),
    }
}

/// Predictor 3 (TIFF technical note 3): the bytes of a row stand sorted by significance, highest first, and each is
/// stored as the difference to the one `together` before. The row becomes floats of this machine.
fn undo_float_predictor(row: &mut [u8], each: usize, together: usize) {
    for i in together..row.len() {
        row[i] = row[i].wrapping_add(row[i - together]);
    }
    let planes = row.to_vec();
    let count = row.len() / each;
    for (i, value) in row.chunks_exact_mut(each).enumerate() {
        for (plane, byte) in value.iter_mut().enumerate() {
            *byte = planes[plane * count + i];
        }
        if cfg!(target_endian = "little") {
            value.reverse();
        }
    }
}

/// Samples of 1 to 15 bits, packed without gaps, each row from a whole byte on. Up to 8 bits they are spread over 0 to
/// 255, unless they are places in a palette; above, they stay as they are.
fn unpack_bits(page: &Page, bytes: &[u8], count: usize) -> Samples {
    let bits = page.bits as usize;
    let values = bytes.chunks_exact(page.row_bytes() as usize).flat_map(|row| {
        (0..count).map(move |i| {
            let first = i * bits;
            (first..first + bits).fold(0_u16, |value, at| value << 1 | u16::from(row[at / 8] >> (7 - at % 8) & 1))
        })
    });
    if bits > 8 {
        return Samples::U16(values.collect());
    }
    let most = (1_u16 << bits) - 1;
    let spread = |value: u16| (value * 255 / most) as u8;
    match page.colours {
        Colours::Palette => Samples::U8(values.map(|value| value as u8).collect()),
        _ => Samples::U8(values.map(spread).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IEEE 754-2008, binary16: 1, −2, the largest, the smallest subnormal, 1/3, and what is not finite.
    #[test]
    fn half_precision_numbers_are_what_the_standard_says() {
        let found = [0x3C00, 0xC000, 0x7BFF, 0x0001, 0x3555, 0x7C00].map(half);
        assert_eq!(found, [1.0, -2.0, 65_504.0, 5.960_464_5e-8, 0.333_251_95, f32::INFINITY]);
        assert!(half(0x7E00).is_nan());
    }

    #[test]
    fn differences_run_along_the_row_per_sample() {
        let mut row = [10, 20, 1, 2, 255, 254];
        undo_differences(&mut row, 8, 2);
        assert_eq!(row, [10, 20, 11, 22, 10, 20]);
    }

    #[test]
    fn the_float_predictor_gives_the_floats_back() {
        let values = [1.5_f32, -2.25, 1e20, 0.0];
        let mut row: Vec<u8> = (0..4).flat_map(|byte| values.map(|value| value.to_be_bytes()[byte])).collect();
        for i in (1..row.len()).rev() {
            row[i] = row[i].wrapping_sub(row[i - 1]);
        }
        undo_float_predictor(&mut row, 4, 1);
        let found: Vec<f32> = row.chunks_exact(4).map(|b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]])).collect();
        assert_eq!(found, values);
    }
}
