//! JPEG artefacts without a JPEG file: colour conversion, 4:2:0 subsampling, transform and quantisation, there and
//! back, in libjpeg's integer arithmetic. Entropy coding loses nothing and is left out.

use rayon::prelude::*;

use super::dct::{forward, inverse};
use crate::Rgb8;
use crate::jpeg_quality::{CHROMA_TABLE, LUMA_TABLE, scaled};

/// JPEG quality per severity.
pub(super) const QUALITY: [u8; 5] = [25, 18, 15, 10, 7];

/// One channel, padded to whole 8×8 blocks.
struct Plane {
    /// Bytes a row, a multiple of 8.
    stride: usize,
    /// Rows of `stride` bytes; their number is a multiple of 8.
    data: Vec<u8>,
}

/// The picture as it comes back from a JPEG of this quality (libjpeg's defaults: 4:2:0, accurate integer transform,
/// smoothed chroma upsampling).
pub(super) fn compressed(image: &Rgb8, quality: u8) -> Rgb8 {
    let (luma, chroma) = (scaled(&LUMA_TABLE, quality), scaled(&CHROMA_TABLE, quality));
    let (width, height) = (image.size.width as usize, image.size.height as usize);
    let full = |channel: fn(&[u8]) -> u8| -> Vec<u8> { image.data.chunks_exact(3).map(channel).collect() };
    let mut y = padded(&full(luma_of), width, height);
    let mut cb = padded_half(&full(cb_of), width, height);
    let mut cr = padded_half(&full(cr_of), width, height);
    quantise(&mut y, &luma);
    quantise(&mut cb, &chroma);
    quantise(&mut cr, &chroma);
    let mut data = vec![0; image.data.len()];
    data.par_chunks_mut(width * 3).enumerate().for_each_init(
        || (vec![0; width], vec![0; width]),
        |(blue, red), (row, to)| {
            upsampled_row(&cb, width, height, row, blue);
            upsampled_row(&cr, width, height, row, red);
            let light = &y.data[row * y.stride..];
            for (((pixel, &y), &cb), &cr) in to.chunks_exact_mut(3).zip(light).zip(blue.iter()).zip(red.iter()) {
                pixel.copy_from_slice(&rgb_of(y, cb, cr));
            }
        },
    );
    Rgb8::new(image.size, data)
}

/// A factor in 16-bit fixed point.
const fn fixed(factor: f64) -> i32 {
    (factor * 65_536.0 + 0.5) as i32
}

const HALF: i32 = 1 << 15;

fn weighted(p: &[u8], weights: [i32; 3], offset: i32) -> u8 {
    let sum: i32 = p.iter().zip(weights).map(|(&value, weight)| i32::from(value) * weight).sum();
    ((sum + offset) >> 16) as u8
}

fn luma_of(p: &[u8]) -> u8 {
    weighted(p, const { [fixed(0.299), fixed(0.587), fixed(0.114)] }, HALF)
}

fn cb_of(p: &[u8]) -> u8 {
    weighted(p, const { [-fixed(0.168_735_892), -fixed(0.331_264_108), fixed(0.5)] }, (128 << 16) + HALF - 1)
}

fn cr_of(p: &[u8]) -> u8 {
    weighted(p, const { [fixed(0.5), -fixed(0.418_687_589), -fixed(0.081_312_411)] }, (128 << 16) + HALF - 1)
}

fn rgb_of(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = (const { fixed(1.402) } * cr + HALF) >> 16;
    let green = (-const { fixed(0.344_14) } * cb - const { fixed(0.714_14) } * cr + HALF) >> 16;
    let blue = (const { fixed(1.772) } * cb + HALF) >> 16;
    [red, green, blue].map(|shift| (y + shift).clamp(0, 255) as u8)
}

/// A channel with its last column and row repeated to whole blocks.
fn padded(channel: &[u8], width: usize, height: usize) -> Plane {
    let stride = width.next_multiple_of(8);
    let mut data = Vec::with_capacity(stride * height.next_multiple_of(8));
    for row in channel.chunks_exact(width) {
        data.extend_from_slice(row);
        data.resize(data.len() + stride - width, row[width - 1]);
    }
    repeat_last_row(data, stride, height)
}

/// A channel at half size, each value the mean of 2×2, with alternating rounding as libjpeg's `h2v2_downsample`.
fn padded_half(channel: &[u8], width: usize, height: usize) -> Plane {
    let stride = width.div_ceil(2).next_multiple_of(8);
    let rows = height.div_ceil(2);
    let mut data = Vec::with_capacity(stride * rows.next_multiple_of(8));
    for row in 0..rows {
        let above = &channel[2 * row * width..][..width];
        let below = &channel[(2 * row + 1).min(height - 1) * width..][..width];
        data.extend((0..stride).map(|column| {
            let (left, right) = ((2 * column).min(width - 1), (2 * column + 1).min(width - 1));
            let sum: u16 = [above[left], above[right], below[left], below[right]].map(u16::from).iter().sum();
            ((sum + 1 + (column as u16 & 1)) >> 2) as u8
        }));
    }
    repeat_last_row(data, stride, rows)
}

fn repeat_last_row(mut data: Vec<u8>, stride: usize, rows: usize) -> Plane {
    for _ in rows..rows.next_multiple_of(8) {
        data.extend_from_within(data.len() - stride..);
    }
    Plane { stride, data }
}

/// Transforms each block, rounds its coefficients to multiples of the table, and transforms back.
fn quantise(plane: &mut Plane, table: &[u16; 64]) {
    let stride = plane.stride;
    let steps = table.map(i32::from);
    plane.data.par_chunks_mut(stride * 8).for_each(|band| {
        let mut block = [0_i32; 64];
        for x in (0..stride).step_by(8) {
            for (values, row) in block.chunks_exact_mut(8).zip(band.chunks_exact(stride)) {
                for (value, &sample) in values.iter_mut().zip(&row[x..x + 8]) {
                    *value = i32::from(sample) - 128;
                }
            }
            forward(&mut block);
            for (value, &step) in block.iter_mut().zip(&steps) {
                // The transform leaves values eight times too large; rounding is half away from zero.
                let (size, divisor) = (value.unsigned_abs(), 8 * step as u32);
                *value = value.signum() * ((size + divisor / 2) / divisor) as i32 * step;
            }
            inverse(&mut block);
            for (values, row) in block.chunks_exact(8).zip(band.chunks_exact_mut(stride)) {
                for (&value, sample) in values.iter().zip(&mut row[x..x + 8]) {
                    *sample = (value + 128).clamp(0, 255) as u8;
                }
            }
        }
    });
}

/// One full-size row of a half-size channel: libjpeg's triangle filter, ¾ of the nearer and ¼ of the farther sample
/// in both directions (`h2v2_fancy_upsample`). Channels of one or two columns are repeated instead, as there.
fn upsampled_row(plane: &Plane, width: usize, height: usize, row: usize, out: &mut [u8]) {
    let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
    let line = |at: usize| &plane.data[at * plane.stride..][..columns];
    let near = line(row / 2);
    if columns <= 2 {
        out.iter_mut().enumerate().for_each(|(x, value)| *value = near[x / 2]);
        return;
    }
    let far = line(if row.is_multiple_of(2) { (row / 2).saturating_sub(1) } else { (row / 2 + 1).min(rows - 1) });
    let sum = |column: usize| 3 * u16::from(near[column]) + u16::from(far[column]);
    let (mut last, mut this) = (sum(0), sum(0));
    for (column, pair) in out.chunks_mut(2).enumerate() {
        let next = sum((column + 1).min(columns - 1));
        // At both ends the missing neighbour is the sample itself, which makes 3·s + s = 4·s.
        pair[0] = ((3 * this + last + 8) >> 4) as u8;
        if let Some(value) = pair.get_mut(1) {
            *value = ((3 * this + next + 7) >> 4) as u8;
        }
        (last, this) = (this, next);
    }
}
