//! From pixels to a model's input: letterbox, resize and scale, bit for bit as OpenCV and Ultralytics do it.

use concord_geometry::{Letterbox, Size};
use concord_imaging::Rgb8;

use crate::tensor::Tensor;

/// The grey of the padding, of 255, as in Ultralytics' `LetterBox`.
pub const PAD: u8 = 114;

/// Fractional bits of a weight, as in OpenCV (`INTER_RESIZE_COEF_BITS`).
const WEIGHT_ONE: f32 = 2048.0;

/// The image letterboxed into `input` as `[1, 3, height, width]`, R, G, B in 0..=1, and the mapping back.
///
/// The resize is bilinear at half-pixel centres without smoothing, in the fixed-point arithmetic of OpenCV's
/// `resize(…, INTER_LINEAR)` for 8-bit images, so the tensor is equal to Ultralytics' and not only close to it.
///
/// # Panics
/// When a side of `input` is 0.
pub fn letterbox_tensor(image: &Rgb8, input: Size) -> (Tensor, Letterbox) {
    let letterbox = Letterbox::new(image.size, input);
    let scaled = resize(image, letterbox.scaled);
    let (width, height) = (input.width as usize, input.height as usize);
    let plane = width * height;
    let unit: Vec<f32> = (0..=u8::MAX).map(|level| f32::from(level) / 255.0).collect();
    let mut data = vec![unit[usize::from(PAD)]; plane * 3];
    let row_bytes = letterbox.scaled.width as usize * 3;
    for (y, row) in scaled.chunks_exact(row_bytes).enumerate() {
        let start = (y + letterbox.pad_top as usize) * width + letterbox.pad_left as usize;
        for (x, pixel) in row.chunks_exact(3).enumerate() {
            for (channel, level) in pixel.iter().enumerate() {
                data[channel * plane + start + x] = unit[usize::from(*level)];
            }
        }
    }
    let tensor = Tensor::new([1, 3, height, width], data).expect("three planes were filled");
    (tensor, letterbox)
}

/// The image resized to `target` as OpenCV's `resize(…, INTER_LINEAR)` does it: RGB bytes, row-major.
pub fn resize(image: &Rgb8, target: Size) -> Vec<u8> {
    if image.size == target {
        return image.data.clone();
    }
    let columns = taps(image.size.width, target.width, Edge::Whole);
    let lines = taps(image.size.height, target.height, Edge::Split);
    let row_bytes = image.row_bytes();
    let horizontal = |line: usize, out: &mut [i32]| {
        let row = &image.data[line * row_bytes..][..row_bytes];
        for (tap, out) in columns.iter().zip(out.chunks_exact_mut(3)) {
            let (low, high) = (&row[tap.low * 3..][..3], &row[tap.high * 3..][..3]);
            for channel in 0..3 {
                out[channel] = i32::from(low[channel]) * tap.low_weight + i32::from(high[channel]) * tap.high_weight;
            }
        }
    };
    let mut upper = (usize::MAX, vec![0; target.width as usize * 3]);
    let mut lower = upper.clone();
    let mut out = Vec::with_capacity(target.area_px() as usize * 3);
    for tap in &lines {
        // Enlarging asks for the same two rows again and again, moving down: what was the lower becomes the upper.
        if upper.0 != tap.low && lower.0 == tap.low {
            std::mem::swap(&mut upper, &mut lower);
        }
        for (held, wanted) in [(&mut upper, tap.low), (&mut lower, tap.high)] {
            if held.0 != wanted {
                horizontal(wanted, &mut held.1);
                held.0 = wanted;
            }
        }
        out.extend(upper.1.iter().zip(&lower.1).map(|(a, b)| {
            let level = ((tap.low_weight * (a >> 4)) >> 16) + ((tap.high_weight * (b >> 4)) >> 16);
            ((level + 2) >> 2).clamp(0, 255) as u8
        }));
    }
    out
}

/// Which two source pixels a target pixel lies between, and their weights out of 2048.
#[derive(Debug, Clone, Copy)]
struct Tap {
    low: usize,
    high: usize,
    low_weight: i32,
    high_weight: i32,
}

/// How the weights of a pixel outside the outermost centres are kept. OpenCV does this differently for the two axes,
/// which matters for the last bit: each of two truncated halves may lose one.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Edge {
    /// All weight on the edge pixel (columns).
    Whole,
    /// The weights as computed, both on the edge pixel (rows).
    Split,
}

fn taps(source: u32, target: u32, edge: Edge) -> Vec<Tap> {
    let step = 1.0 / (f64::from(target) / f64::from(source));
    let last = i64::from(source) - 1;
    let inside = |index: i64| index.clamp(0, last) as usize;
    (0..target)
        .map(|index| {
            let at = ((f64::from(index) + 0.5) * step - 0.5) as f32;
            let low = at.floor();
            let mut fraction = at - low;
            let low = low as i64;
            if edge == Edge::Whole && (low < 0 || low >= last) {
                fraction = 0.0;
            }
            let weight = |part: f32| (part * WEIGHT_ONE).round_ties_even() as i32;
            Tap {
                low: inside(low),
                high: inside(low + 1),
                low_weight: weight(1.0 - fraction),
                high_weight: weight(fraction),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn padding_is_grey_and_the_image_keeps_its_place() {
        let image = Rgb8::filled(Size::new(40, 20), [255, 0, 51]);
        let (tensor, letterbox) = letterbox_tensor(&image, Size::new(48, 32));
        assert_eq!(tensor.shape(), [1, 3, 32, 48]);
        assert_eq!((letterbox.scaled, letterbox.pad_top), (Size::new(48, 24), 4));
        let at = |channel: usize, y: usize, x: usize| tensor.data()[(channel * 32 + y) * 48 + x];
        let grey = 114.0_f32 / 255.0;
        assert_eq!([at(0, 3, 0), at(1, 3, 20), at(2, 28, 47)], [grey; 3]);
        assert_eq!([at(0, 4, 0), at(1, 4, 0), at(2, 27, 47)], [1.0, 0.0, 0.2]);
    }

    #[test]
    fn halving_is_the_mean_of_four_pixels() {
        let image = Rgb8::new(Size::new(2, 2), [[10; 3], [20; 3], [30; 3], [41; 3]].concat());
        assert_eq!(resize(&image, Size::new(1, 1)), [25; 3]);
    }

    proptest! {
        #[test]
        fn a_flat_image_stays_flat(
            w in 1_u32..40, h in 1_u32..40, tw in 1_u32..40, th in 1_u32..40, level in any::<u8>()
        ) {
            let image = Rgb8::filled(Size::new(w, h), [level; 3]);
            // Truncating twice may cost one level at the upper and lower edge, in OpenCV as here.
            for out in resize(&image, Size::new(tw, th)) {
                prop_assert!(out.abs_diff(level) <= 1);
            }
        }
    }
}
