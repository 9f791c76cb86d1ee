//! From pixels to a model's input: placed, resized as OpenCV does it, and scaled as the contract says.

use concord_geometry::{Placement, Size};
use concord_imaging::{Rgb8, resized};

use crate::contract::{Colour, Input, Layout, Resample};
use crate::tensor::Tensor;

/// Fractional bits of a weight, as in OpenCV (`INTER_RESIZE_COEF_BITS`).
const WEIGHT_ONE: f32 = 2048.0;

/// An image as a model's input of a batch of one, and where it lies there.
///
/// Unless the contract asks for smoothing, the resize is bilinear at half-pixel centres, in the fixed-point arithmetic of OpenCV's
/// `resize(…, INTER_LINEAR)` for 8-bit images, so the tensor is equal to Ultralytics' and not only close to it. Then each
/// level becomes `(level · scale − mean) / std` of its channel, worked out in 64 bits and rounded once.
///
/// # Panics
/// When a side of the input is 0, which no contract lets through.
pub fn prepare(image: &Rgb8, input: &Input) -> (Tensor, Placement) {
    let mut data = vec![0.0; input.shape(1).iter().product()];
    let placement = prepare_into(image, input, &mut data);
    (Tensor::new(input.shape(1), data).expect("the shape's product was filled"), placement)
}

/// [`prepare`] into the part of a batch that belongs to the image: `height · width · channels` numbers.
pub(crate) fn prepare_into(image: &Rgb8, input: &Input, data: &mut [f32]) -> Placement {
    let placement = Placement::new(image.size, input.size, input.fit.into());
    let scaled = match input.resample {
        Resample::Linear => resize(image, placement.scaled),
        Resample::Smooth => resized(image, placement.scaled).data,
    };
    let levels = levels(input);
    let (width, height) = (input.size.width as usize, input.size.height as usize);
    let channels = levels.len();
    let (channel_step, pixel_step) = match input.layout {
        Layout::Nchw => (width * height, 1),
        Layout::Nhwc => (1, channels),
    };
    let (left, top, across, down) = placement.covered();
    let (left, top, across, down) = (left as usize, top as usize, across as usize, down as usize);
    if (across, down) != (width, height) {
        for (channel, levels) in levels.iter().enumerate() {
            let pad = levels[usize::from(input.pad)];
            data.iter_mut()
                .skip(channel * channel_step)
                .step_by(pixel_step)
                .take(width * height)
                .for_each(|v| *v = pad);
        }
    }
    // Where the scaled image stands out, its first columns and rows are left out.
    let skip = |start: i32| usize::try_from(-i64::from(start)).unwrap_or(0);
    let (skip_x, skip_y) = (skip(placement.left), skip(placement.top));
    let row_bytes = placement.scaled.width as usize * 3;
    for y in 0..down {
        let row = &scaled[(y + skip_y) * row_bytes + skip_x * 3..][..across * 3];
        let start = (y + top) * width + left;
        for (channel, levels) in levels.iter().enumerate() {
            let out = data[channel * channel_step + start * pixel_step..].iter_mut().step_by(pixel_step);
            match input.colour {
                Colour::Rgb => fill(out, row, levels, |p| p[channel]),
                Colour::Bgr => fill(out, row, levels, |p| p[2 - channel]),
                Colour::Grey => fill(out, row, levels, luma),
            }
        }
    }
    placement
}

fn fill<'a>(out: impl Iterator<Item = &'a mut f32>, row: &[u8], levels: &[f32; 256], pick: impl Fn(&[u8]) -> u8) {
    for (value, pixel) in out.zip(row.chunks_exact(3)) {
        *value = levels[usize::from(pick(pixel))];
    }
}

/// Pillow's `convert("L")`.
fn luma(pixel: &[u8]) -> u8 {
    let [r, g, b] = [0, 1, 2].map(|channel| u32::from(pixel[channel]));
    ((19_595 * r + 38_470 * g + 7_471 * b + 32_768) >> 16) as u8
}

/// What each level becomes, a table a channel.
fn levels(input: &Input) -> Vec<[f32; 256]> {
    let channels = input.mean.iter().zip(&input.std);
    channels
        .map(|(mean, std)| std::array::from_fn(|level| ((level as f64 * input.scale - mean) / std) as f32))
        .collect()
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
    use crate::contract::{Element, FitName};

    fn input(width: u32, height: u32) -> Input {
        Input::plain("images", Element::Float32, Layout::Nchw, 3, Size::new(width, height), false)
    }

    #[test]
    fn padding_is_grey_and_the_image_keeps_its_place() {
        let image = Rgb8::filled(Size::new(40, 20), [255, 0, 51]);
        let (tensor, placement) = prepare(&image, &input(48, 32));
        assert_eq!(tensor.shape(), [1, 3, 32, 48]);
        assert_eq!((placement.scaled, placement.top), (Size::new(48, 24), 4));
        let at = |channel: usize, y: usize, x: usize| tensor.data()[(channel * 32 + y) * 48 + x];
        let grey = 114.0_f32 / 255.0;
        assert_eq!([at(0, 3, 0), at(1, 3, 20), at(2, 28, 47)], [grey; 3]);
        assert_eq!([at(0, 4, 0), at(1, 4, 0), at(2, 27, 47)], [1.0, 0.0, 0.2]);
    }

    #[test]
    fn channels_and_levels_are_as_the_contract_says() {
        let image = Rgb8::filled(Size::new(8, 4), [200, 100, 50]);
        let last = Input { layout: Layout::Nhwc, fit: FitName::LetterboxTopLeft, colour: Colour::Bgr, ..input(4, 4) };
        let last = Input { scale: 1.0, mean: vec![10.0, 20.0, 30.0], std: vec![2.0, 4.0, 5.0], ..last };
        let (tensor, _) = prepare(&image, &last);
        assert_eq!(tensor.shape(), [1, 4, 4, 3]);
        assert_eq!(tensor.data()[..3], [20.0, 20.0, 34.0], "(50 − 10) / 2, (100 − 20) / 4, (200 − 30) / 5");
        assert_eq!(tensor.data()[45..], [52.0, 23.5, 16.8], "the padding is 114 in every channel");
        let grey = Input { colour: Colour::Grey, scale: 1.0, mean: vec![0.0], std: vec![1.0], ..input(2, 1) };
        // Pillow 12.2: Image.new("RGB", (1, 1), (200, 100, 50)).convert("L") is 124.
        assert_eq!(prepare(&image, &grey).0.data(), [124.0, 124.0]);
    }

    #[test]
    fn what_stands_out_is_cut_off_on_both_sides() {
        // Columns of levels 0, 10 … 70 at the input's own height: the middle four are left.
        let image = Rgb8::from_fn(Size::new(8, 4), |x, _| [(x * 10) as u8; 3]);
        let cover = Input { fit: FitName::Cover, scale: 1.0, ..input(4, 4) };
        let (tensor, placement) = prepare(&image, &cover);
        assert_eq!(placement.left, -2);
        assert_eq!(tensor.data()[..4], [20.0, 30.0, 40.0, 50.0]);
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
