//! EigenCAM: where the strongest pattern of a feature map lies. It shows what the model looked at, for no class alone.
//!
//! Muhammad and Yeasin 2020, arXiv 2008.00299; equal to grad-cam 1.5.7 but for the sign, which is arbitrary there.

use concord_geometry::Letterbox;
use serde::Serialize;

/// Power iteration stops when the residual is this small relative to the eigenvalue.
const TOLERANCE: f64 = 1e-9;

/// Steps of power iteration from one start.
const MAX_STEPS: usize = 200;

/// Spread of the activations, relative to their size, below which a map is rounding noise and counts as constant.
const CONSTANT: f64 = 1e-12;

/// A saliency map over exactly the image: padding is cut off.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heatmap {
    /// Columns; the map has the image's shape at the resolution of the model's input.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Row-major, 0..=1, 1 where the model looked most.
    pub values: Vec<f32>,
    /// How it was computed: `eigencam`.
    pub method: &'static str,
    /// True when the feature map does not vary, so there is nothing to see; all values are 0 then.
    pub constant: bool,
}

/// A map as coarse as the features it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct EigenCam {
    /// `height · width` values in 0..=1, row-major.
    pub values: Vec<f32>,
    /// True when the activations do not vary; all values are 0 then.
    pub constant: bool,
}

/// EigenCAM of activations `[channels, height, width]`, row-major.
///
/// With X the (pixels × channels) matrix, columns centred, the map is X·v₁ (v₁ the first right singular vector), turned
/// so that its largest value is positive and brought to 0..=1. Values that are not finite count as 0. `None` when a
/// side is 0 or the slice has another length.
///
/// ```
/// use concord_inference::saliency::eigen_cam;
/// let cam = eigen_cam(2, 2, 2, &[1.0, 2.0, 3.0, 4.0, 2.0, 1.0, 0.0, 1.0]).unwrap();
/// assert!((cam.values[1] - 0.571_428_57).abs() < 1e-6);
/// ```
pub fn eigen_cam(channels: usize, height: usize, width: usize, activations: &[f32]) -> Option<EigenCam> {
    let pixels = height.checked_mul(width)?;
    if pixels == 0 || channels == 0 || pixels.checked_mul(channels)? != activations.len() {
        return None;
    }
    let mut x: Vec<f64> = activations.iter().map(|v| if v.is_finite() { f64::from(*v) } else { 0.0 }).collect();
    let size: f64 = x.iter().map(|v| v * v).sum();
    for channel in x.chunks_exact_mut(pixels) {
        let mean = channel.iter().sum::<f64>() / pixels as f64;
        for v in channel.iter_mut() {
            *v -= mean;
        }
    }
    let spread: f64 = x.iter().map(|v| v * v).sum();
    if spread <= CONSTANT * size {
        return Some(EigenCam { values: vec![0.0; pixels], constant: true });
    }
    // XᵀX (channels) and XXᵀ (pixels) share their eigenvalues; the smaller one is iterated on.
    let map = if channels <= pixels {
        let v = dominant(&gram(&x, pixels));
        (0..pixels).map(|i| v.iter().enumerate().map(|(c, weight)| x[c * pixels + i] * weight).sum()).collect()
    } else {
        let transposed: Vec<f64> = (0..pixels).flat_map(|i| x[i..].iter().step_by(pixels).copied()).collect();
        dominant(&gram(&transposed, channels))
    };
    Some(EigenCam { values: unit_range(map), constant: false })
}

/// Products of every two rows of a matrix with rows of `length`: a symmetric matrix, row-major.
fn gram(rows: &[f64], length: usize) -> Vec<f64> {
    let count = rows.len() / length;
    let mut gram = vec![0.0; count * count];
    for (a, row_a) in rows.chunks_exact(length).enumerate() {
        for (b, row_b) in rows.chunks_exact(length).enumerate().take(a + 1) {
            let product: f64 = row_a.iter().zip(row_b).map(|(x, y)| x * y).sum();
            gram[a * count + b] = product;
            gram[b * count + a] = product;
        }
    }
    gram
}

/// The eigenvector of the largest eigenvalue of a symmetric matrix with no negative one.
///
/// Power iteration from v_i ∝ 1 + i/n, and from the axis of the largest diagonal entry: a start that happens to be
/// orthogonal to the vector in search would settle on a lesser one, so the larger eigenvalue of the two wins.
fn dominant(matrix: &[f64]) -> Vec<f64> {
    let n = matrix.len().isqrt();
    let ramp = (0..n).map(|i| 1.0 + i as f64 / n as f64).collect();
    let mut largest = 0;
    for i in 1..n {
        if matrix[i * n + i] > matrix[largest * n + largest] {
            largest = i;
        }
    }
    let axis = (0..n).map(|i| f64::from(u8::from(i == largest))).collect();
    let (first, first_value) = iterate(matrix, ramp);
    let (second, second_value) = iterate(matrix, axis);
    if second_value > first_value * (1.0 + TOLERANCE) { second } else { first }
}

/// Power iteration from `v`; the vector, of length 1, and its Rayleigh quotient.
fn iterate(matrix: &[f64], mut v: Vec<f64>) -> (Vec<f64>, f64) {
    let n = v.len();
    let mut value = 0.0;
    for _ in 0..MAX_STEPS {
        let length = norm(&v);
        if length == 0.0 {
            break;
        }
        for x in &mut v {
            *x /= length;
        }
        let next: Vec<f64> = matrix.chunks_exact(n).map(|row| row.iter().zip(&v).map(|(m, x)| m * x).sum()).collect();
        value = next.iter().zip(&v).map(|(a, b)| a * b).sum();
        let residual = norm(&next.iter().zip(&v).map(|(a, b)| a - value * b).collect::<Vec<_>>());
        if residual <= TOLERANCE * value {
            break;
        }
        v = next;
    }
    let length = norm(&v);
    if length > 0.0 {
        for x in &mut v {
            *x /= length;
        }
    }
    (v, value)
}

fn norm(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// Turned so that |max| ≥ |min|, then min to 0 and max to 1.
fn unit_range(mut map: Vec<f64>) -> Vec<f32> {
    let range = |map: &[f64]| map.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    let (mut low, mut high) = range(&map);
    if high.abs() < low.abs() {
        for v in &mut map {
            *v = -*v;
        }
        (low, high) = (-high, -low);
    }
    let width = high - low;
    map.into_iter().map(|v| if width > 0.0 { ((v - low) / width).clamp(0.0, 1.0) as f32 } else { 0.0 }).collect()
}

/// The coarse map of `rows` × `columns` cells, which covers the whole input, enlarged bilinearly at half-pixel centres
/// to the input's resolution and cut to the part the image fills.
///
/// `None` when the map has no cells or another number of values.
pub fn over_image(cam: &EigenCam, rows: usize, columns: usize, letterbox: &Letterbox) -> Option<Heatmap> {
    if rows == 0 || columns == 0 || cam.values.len() != rows.checked_mul(columns)? {
        return None;
    }
    let part = letterbox.scaled;
    let across = between(columns, letterbox.input.width, letterbox.pad_left, part.width);
    let down = between(rows, letterbox.input.height, letterbox.pad_top, part.height);
    let mut values = Vec::with_capacity(part.area_px() as usize);
    for (y0, y1, fy) in &down {
        for (x0, x1, fx) in &across {
            let at = |row: usize, column: usize| f64::from(cam.values[row * columns + column]);
            let upper = at(*y0, *x0) * (1.0 - fx) + at(*y0, *x1) * fx;
            let lower = at(*y1, *x0) * (1.0 - fx) + at(*y1, *x1) * fx;
            values.push((upper * (1.0 - fy) + lower * fy) as f32);
        }
    }
    Some(Heatmap { width: part.width, height: part.height, values, method: "eigencam", constant: cam.constant })
}

/// For each of `count` input pixels from `start`, the two cells it lies between and how far towards the second.
fn between(cells: usize, input: u32, start: u32, count: u32) -> Vec<(usize, usize, f64)> {
    let last = (cells - 1) as f64;
    (start..start + count)
        .map(|pixel| {
            let at = ((f64::from(pixel) + 0.5) * cells as f64 / f64::from(input) - 0.5).clamp(0.0, last);
            let low = at.floor();
            (low as usize, (low as usize + 1).min(cells - 1), at - low)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use concord_geometry::Size;
    use proptest::prelude::*;

    use super::*;

    fn assert_close(values: &[f32], expect: &[f64]) {
        assert_eq!(values.len(), expect.len());
        for (value, expect) in values.iter().zip(expect) {
            assert!((f64::from(*value) - expect).abs() < 1e-6, "{values:?} is not {expect:?}");
        }
    }

    #[test]
    fn the_golden_map_of_grad_cam() {
        // grad-cam 1.5.7 get_2d_projection, sign fixed, range brought to 0..1.
        let cam = eigen_cam(2, 2, 2, &[1.0, 2.0, 3.0, 4.0, 2.0, 1.0, 0.0, 1.0]).expect("2 × 2 × 2");
        assert_close(&cam.values, &[1.0, 0.571_428_57, 0.142_857_14, 0.0]);
        assert!(!cam.constant);
    }

    #[test]
    fn a_map_that_does_not_vary_is_flagged_and_zero() {
        for value in [0.0, 0.1, -7.3e5, f32::NAN, f32::INFINITY] {
            let cam = eigen_cam(3, 2, 2, &[value; 12]).expect("3 × 2 × 2");
            assert_eq!((cam.constant, cam.values), (true, vec![0.0; 4]), "{value}");
        }
    }

    #[test]
    fn wrong_lengths_give_nothing() {
        assert!(eigen_cam(2, 2, 2, &[0.0; 7]).is_none());
        assert!(eigen_cam(0, 2, 2, &[]).is_none());
        assert!(eigen_cam(usize::MAX, 2, 2, &[]).is_none());
    }

    #[test]
    fn a_start_orthogonal_to_the_answer_does_not_mislead() {
        // Eigenvalue 2 along (1.5, -1), orthogonal to the ramp (1, 1.5); eigenvalue 1 along the ramp itself.
        let (a, b) = ([1.5, -1.0], [1.0, 1.5]);
        let n = 3.25;
        let matrix: Vec<f64> = (0..4).map(|k| (2.0 * a[k / 2] * a[k % 2] + b[k / 2] * b[k % 2]) / n).collect();
        let v = dominant(&matrix);
        assert!((v[0] / v[1] + 1.5).abs() < 1e-6, "{v:?}");
    }

    #[test]
    fn padding_is_cut_off() {
        // 100×50 in 64×64 fills rows 16..48: of four map rows exactly the middle two.
        let letterbox = Letterbox::new(Size::new(100, 50), Size::new(64, 64));
        let cam = EigenCam { values: vec![9.0, 0.25, 0.75, 9.0], constant: false };
        let map = over_image(&cam, 4, 1, &letterbox).expect("four cells");
        assert_eq!((map.width, map.height, map.values.len()), (64, 32, 64 * 32));
        // Half-way between two cells' centres lies their mean: input row 32, between map rows 15 and 16.
        let middle = f32::midpoint(map.values[15 * 64], map.values[16 * 64]);
        assert!((middle - 0.5).abs() < 1e-6);
        assert!(over_image(&cam, 3, 1, &letterbox).is_none());
    }

    proptest! {
        #[test]
        fn both_gram_matrices_give_one_map(
            values in proptest::collection::vec(-4.0..4.0_f32, 3 * 12..=3 * 12), gain in 0.5..2.0_f32
        ) {
            // Twelve pixels of three channels; repeating the channels five times scales every singular value alike and
            // makes channels > pixels, so the other matrix is used.
            let few = eigen_cam(3, 3, 4, &values).expect("3 × 3 × 4");
            let scaled: Vec<f32> = values.iter().map(|v| v * gain).collect();
            let many = eigen_cam(15, 3, 4, &scaled.repeat(5)).expect("15 × 3 × 4");
            prop_assert!(few.values.iter().all(|v| (0.0..=1.0).contains(v)));
            // Where the two largest eigenvalues nearly meet, 200 steps do not settle; such maps are ambiguous anyway.
            let x = centred(&values, 12);
            if settled(&gram(&x, 12)) {
                for (a, b) in few.values.iter().zip(&many.values) {
                    // Where |max| ≈ |min| the sign is a toss-up of the last bit.
                    prop_assert!((a - b).abs() < 1e-3 || (a + b - 1.0).abs() < 1e-3, "{few:?} {many:?}");
                }
            }
        }
    }

    fn centred(values: &[f32], pixels: usize) -> Vec<f64> {
        values
            .chunks_exact(pixels)
            .flat_map(|channel| {
                let mean = channel.iter().map(|v| f64::from(*v)).sum::<f64>() / pixels as f64;
                channel.iter().map(move |v| f64::from(*v) - mean)
            })
            .collect()
    }

    /// True when the second eigenvalue is well below the first: deflate by the first and look again.
    fn settled(matrix: &[f64]) -> bool {
        let n = matrix.len().isqrt();
        let v = dominant(matrix);
        let (_, first) = iterate(matrix, v.clone());
        let rest: Vec<f64> = matrix.iter().enumerate().map(|(k, m)| m - first * v[k / n] * v[k % n]).collect();
        let (_, second) = iterate(&rest, dominant(&rest));
        second < 0.9 * first
    }
}
