//! Brightness and contrast.

use rayon::prelude::*;

use super::truncated;
use crate::Rgb8;

/// What is added to the HSV value, per severity.
pub(super) const BRIGHTER: [f64; 5] = [0.1, 0.2, 0.3, 0.4, 0.5];
/// What the distance from the mean is scaled by, per severity.
pub(super) const CONTRAST: [f64; 5] = [0.4, 0.3, 0.2, 0.1, 0.05];

/// `(x − μ)·factor + μ` with μ the mean of each channel.
pub(super) fn contrast(image: &Rgb8, factor: f64) -> Rgb8 {
    // Values fall exactly on whole levels when a mean does, and truncation then shows the last bit of the mean: it is
    // summed up in the reference's order and number format, not exactly.
    let unit = unit_values();
    let mut sums = [0.0; 3];
    for pixel in image.data.chunks_exact(3) {
        for (sum, &value) in sums.iter_mut().zip(pixel) {
            *sum += unit[usize::from(value)];
        }
    }
    let n = image.size.area_px() as f64;
    let tables = sums.map(|sum| -> [u8; 256] {
        let mean = sum / n;
        unit.map(|value| truncated((value - mean) * factor + mean))
    });
    let mut data = image.data.clone();
    for pixel in data.chunks_exact_mut(3) {
        for (value, table) in pixel.iter_mut().zip(&tables) {
            *value = table[usize::from(*value)];
        }
    }
    Rgb8::new(image.size, data)
}

/// HSV value plus `delta`, clipped; hue and saturation stay.
pub(super) fn brighter(image: &Rgb8, delta: f64) -> Rgb8 {
    let unit = unit_values();
    let mut data = image.data.clone();
    data.par_chunks_mut(image.row_bytes()).for_each(|row| {
        for pixel in row.chunks_exact_mut(3) {
            let raised = raise_value([pixel[0], pixel[1], pixel[2]].map(|v| unit[usize::from(v)]), delta);
            pixel.copy_from_slice(&raised.map(truncated));
        }
    });
    Rgb8::new(image.size, data)
}

/// Every 8-bit value over 255.
fn unit_values() -> [f64; 256] {
    std::array::from_fn(|value| value as f64 / 255.0)
}

/// RGB to HSV, value raised, and back, in the very steps of scikit-image's `rgb2hsv` and `hsv2rgb`: the result is
/// truncated, so a shorter formula of the same value would differ by one level here and there.
fn raise_value([r, g, b]: [f64; 3], delta: f64) -> [f64; 3] {
    let max = r.max(g).max(b);
    let range = max - r.min(g).min(b);
    let value = (max + delta).clamp(0.0, 1.0);
    if range == 0.0 {
        return [value; 3];
    }
    let saturation = range / max;
    let sixths = if b == max {
        4.0 + (r - g) / range
    } else if g == max {
        2.0 + (b - r) / range
    } else {
        (g - b) / range
    };
    let hue = (sixths / 6.0).rem_euclid(1.0) * 6.0;
    let sector = hue.floor();
    let f = hue - sector;
    let p = value * (1.0 - saturation);
    let q = value * (1.0 - f * saturation);
    let t = value * (1.0 - (1.0 - f) * saturation);
    match sector as u8 % 6 {
        0 => [value, t, p],
        1 => [q, value, p],
        2 => [p, value, t],
        3 => [p, q, value],
        4 => [t, p, value],
        _ => [value, p, q],
    }
}
