//! Pixelation: reduced by area, enlarged without smoothing, both as Pillow does it.

use concord_geometry::Size;

use crate::Rgb8;

/// What each side is scaled by, per severity.
pub(super) const SCALE: [f64; 5] = [0.6, 0.5, 0.4, 0.3, 0.25];

/// Fraction bits of the fixed-point weights of Pillow's 8-bit resampling.
const PRECISION: u32 = 22;

pub(super) fn pixelated(image: &Rgb8, scale: f64) -> Rgb8 {
    let side = |side: u32| ((f64::from(side) * scale) as u32).max(1);
    let small = box_reduced(image, Size::new(side(image.size.width), side(image.size.height)));
    nearest(&small, image.size)
}

/// Weights of one output position over consecutive input positions.
struct Window {
    start: usize,
    weights: Vec<i64>,
}

/// Box-filter windows from `input` positions to `output` positions, as Pillow's `precompute_coeffs` makes them.
fn windows(input: usize, output: usize) -> Vec<Window> {
    let scale = input as f64 / output as f64;
    let stretch = scale.max(1.0);
    let support = 0.5 * stretch;
    (0..output)
        .map(|i| {
            let centre = (i as f64 + 0.5) * scale;
            let start = (centre - support + 0.5).max(0.0) as usize;
            let end = ((centre + support + 0.5) as usize).min(input);
            let inside = |x: usize| {
                let t = (x as f64 - centre + 0.5) / stretch;
                if t > -0.5 && t <= 0.5 { 1.0 } else { 0.0 }
            };
            let total: f64 = (start..end).map(inside).sum();
            let fixed = |x| (inside(x) / total * f64::from(1_u32 << PRECISION) + 0.5) as i64;
            Window { start, weights: (start..end).map(fixed).collect() }
        })
        .collect()
}

fn rounded(sum: i64) -> u8 {
    ((sum + (1 << (PRECISION - 1))) >> PRECISION).clamp(0, 255) as u8
}

/// Two passes, rows first and rounded to 8 bits between them, as Pillow 12.2 `resize(…, BOX)`.
fn box_reduced(image: &Rgb8, size: Size) -> Rgb8 {
    let (width, height) = (image.size.width as usize, image.size.height as usize);
    let across = windows(width, size.width as usize);
    let mut narrow = Vec::with_capacity(across.len() * height * 3);
    for row in image.rows() {
        for window in &across {
            let mut sums = [0_i64; 3];
            for (pixel, weight) in row[window.start * 3..].chunks_exact(3).zip(&window.weights) {
                for (sum, &value) in sums.iter_mut().zip(pixel) {
                    *sum += i64::from(value) * weight;
                }
            }
            narrow.extend(sums.map(rounded));
        }
    }
    let row_bytes = across.len() * 3;
    let mut data = Vec::with_capacity(row_bytes * size.height as usize);
    let mut sums = vec![0_i64; row_bytes];
    for window in windows(height, size.height as usize) {
        sums.fill(0);
        for (row, weight) in narrow[window.start * row_bytes..].chunks_exact(row_bytes).zip(&window.weights) {
            for (sum, &value) in sums.iter_mut().zip(row) {
                *sum += i64::from(value) * weight;
            }
        }
        data.extend(sums.iter().map(|&sum| rounded(sum)));
    }
    Rgb8::new(size, data)
}

/// Nearest neighbour with Pillow's running coordinate.
fn nearest(image: &Rgb8, size: Size) -> Rgb8 {
    let columns = sources(image.size.width, size.width);
    let mut data = Vec::with_capacity(size.area_px() as usize * 3);
    let mut last = None;
    for y in sources(image.size.height, size.height) {
        if last == Some(y) {
            data.extend_from_within(data.len() - size.width as usize * 3..);
            continue;
        }
        last = Some(y);
        let row = &image.data[y * image.row_bytes()..][..image.row_bytes()];
        for &x in &columns {
            data.extend_from_slice(&row[x * 3..x * 3 + 3]);
        }
    }
    Rgb8::new(size, data)
}

/// The input position of each output position. The coordinate is summed up, not multiplied, as Pillow does it.
fn sources(input: u32, output: u32) -> Vec<usize> {
    let step = f64::from(input) / f64::from(output);
    let mut at = step * 0.5;
    (0..output)
        .map(|_| {
            let source = (at as usize).min(input as usize - 1);
            at += step;
            source
        })
        .collect()
}
