//! EigenCAM: where the strongest pattern of a feature map lies. It shows what the model looked at, for no class alone.
//!
//! Muhammad and Yeasin 2020, arXiv 2008.00299; equal to grad-cam 1.5.7 but for the sign, which is arbitrary there.

use super::coarse::CoarseMap;
use super::dominant::{Eigen, dominant};
use super::gram::Rows;

/// The method's name.
pub(super) const NAME: &str = "eigencam";

/// Spread of the activations, relative to their size, below which a map is rounding noise and counts as constant.
const CONSTANT: f64 = 1e-12;

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
pub fn eigen_cam(channels: usize, height: usize, width: usize, activations: &[f32]) -> Option<CoarseMap> {
    let pixels = height.checked_mul(width)?;
    if pixels == 0 || channels == 0 || pixels.checked_mul(channels)? != activations.len() {
        return None;
    }
    let not_finite = activations.iter().any(|v| !v.is_finite());
    let Some(centring) = Centring::of(pixels, activations) else {
        return Some(CoarseMap::from_raw(vec![0.0; pixels], not_finite, NAME));
    };
    // XᵀX (channels) and XXᵀ (pixels) share their eigenvalues; the smaller one is searched.
    let mut map = if channels <= pixels {
        by_channels(&centring, pixels, activations)
    } else {
        by_pixels(&centring, pixels, activations)
    };
    let (low, high) = map.iter().fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(*v), high.max(*v)));
    let turned = if high < -low { -centring.scale } else { centring.scale };
    for v in &mut map {
        *v *= turned;
    }
    Some(CoarseMap::from_raw(map, not_finite, NAME))
}

/// X·v₁ with v₁ from the matrix between channels.
fn by_channels(centring: &Centring, pixels: usize, activations: &[f32]) -> Vec<f64> {
    let mut rows = Rows::new(centring.means.len(), pixels);
    for (at, channel) in activations.chunks_exact(pixels).enumerate() {
        for (to, value) in rows.row_mut(at).iter_mut().zip(centring.channel(at, channel)) {
            *to = value;
        }
    }
    let mut map = vec![0.0; pixels];
    for (at, weight) in dominant(&rows.gram()).vector.into_iter().enumerate() {
        for (sum, value) in map.iter_mut().zip(rows.row(at)) {
            *sum += weight * f64::from(*value);
        }
    }
    map
}

/// X·v₁ = σ₁·u₁ with u₁ from the matrix between pixels.
fn by_pixels(centring: &Centring, pixels: usize, activations: &[f32]) -> Vec<f64> {
    let mut rows = Rows::new(pixels, centring.means.len());
    for (at, channel) in activations.chunks_exact(pixels).enumerate() {
        for (pixel, value) in centring.channel(at, channel).enumerate() {
            rows.row_mut(pixel)[at] = value;
        }
    }
    let Eigen { value, vector } = dominant(&rows.gram());
    vector.into_iter().map(|u| u * value.max(0.0).sqrt()).collect()
}

/// How activations are centred, and brought to a size whose products neither vanish nor overflow.
struct Centring {
    /// Mean of each channel.
    means: Vec<f64>,
    /// Root mean square of what is left without it; the unit of what goes on.
    scale: f64,
}

impl Centring {
    /// `None` when the activations do not vary.
    fn of(pixels: usize, activations: &[f32]) -> Option<Self> {
        let channels = || activations.chunks_exact(pixels);
        let means: Vec<f64> = channels().map(|channel| sum(channel, |v| v) / pixels as f64).collect();
        let size = sum(activations, |v| v * v);
        let spread = |(channel, mean): (&[f32], &f64)| sum(channel, |v| (v - mean) * (v - mean));
        let spread: f64 = channels().zip(&means).map(spread).sum();
        (spread > CONSTANT * size).then(|| Self { means, scale: (spread / activations.len() as f64).sqrt() })
    }

    fn channel(&self, at: usize, activations: &[f32]) -> impl Iterator<Item = f32> {
        let (mean, factor) = (self.means[at], 1.0 / self.scale);
        activations.iter().map(move |value| ((finite(*value) - mean) * factor) as f32)
    }
}

fn finite(value: f32) -> f64 {
    if value.is_finite() { f64::from(value) } else { 0.0 }
}

/// The sum of `part` of every value, in four parts, so that it need not wait for each addition.
fn sum(values: &[f32], part: impl Fn(f64) -> f64) -> f64 {
    let (chunks, rest) = values.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += part(finite(*value));
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest.iter().map(|v| part(finite(*v))).sum::<f64>()
}

#[cfg(test)]
mod tests {
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
        // grad-cam 1.5.7 get_2d_projection, sign fixed, range brought to 0..1; numpy's |X·v₁| reaches 1.78885438, and
        // 1.34164079 the other way.
        let cam = eigen_cam(2, 2, 2, &[1.0, 2.0, 3.0, 4.0, 2.0, 1.0, 0.0, 1.0]).expect("2 × 2 × 2");
        assert_close(&cam.values, &[1.0, 0.571_428_57, 0.142_857_14, 0.0]);
        assert_eq!((cam.constant, cam.not_finite, cam.method), (false, false, "eigencam"));
        assert!((cam.range[1] - 1.788_854_38).abs() < 1e-6, "{:?}", cam.range);
        assert!((cam.range[0] + 1.341_640_79).abs() < 1e-6, "{:?}", cam.range);
    }

    #[test]
    fn a_map_that_does_not_vary_is_flagged_and_zero() {
        for value in [0.0, 0.1, -7.3e5, f32::NAN, f32::INFINITY] {
            let cam = eigen_cam(3, 2, 2, &[value; 12]).expect("3 × 2 × 2");
            assert_eq!((cam.constant, cam.values), (true, vec![0.0; 4]), "{value}");
            assert_eq!(cam.not_finite, !value.is_finite());
        }
    }

    #[test]
    fn wrong_lengths_give_nothing() {
        assert!(eigen_cam(2, 2, 2, &[0.0; 7]).is_none());
        assert!(eigen_cam(0, 2, 2, &[]).is_none());
        assert!(eigen_cam(usize::MAX, 2, 2, &[]).is_none());
    }

    #[test]
    fn the_size_of_the_numbers_does_not_matter() {
        let activations = [1.0, 2.0, 3.0, 4.0, 2.0, 1.0, 0.0, 1.0];
        for factor in [1e-30_f32, 1e-12, 1e30] {
            let cam = eigen_cam(2, 2, 2, &activations.map(|v| v * factor)).expect("2 × 2 × 2");
            assert_close(&cam.values, &[1.0, 0.571_428_57, 0.142_857_14, 0.0]);
        }
    }

    /// X·v₁ by plain means: double precision throughout, no tiles, and power iteration until it stands still. `None`
    /// when the second singular value is too near the first for the answer to be one.
    fn plainly(pixels: usize, activations: &[f32]) -> Option<Vec<f64>> {
        let x: Vec<Vec<f64>> = activations
            .chunks_exact(pixels)
            .map(|channel| {
                let mean = channel.iter().map(|v| f64::from(*v)).sum::<f64>() / pixels as f64;
                channel.iter().map(|v| f64::from(*v) - mean).collect()
            })
            .collect();
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let (mut map, mut last) = (x[0].iter().enumerate().map(|(i, v)| v + i as f64).collect::<Vec<f64>>(), 0.0);
        let mut change = f64::INFINITY;
        for _ in 0..2_000 {
            let weights: Vec<f64> = x.iter().map(|channel| product(channel, &map)).collect();
            let next: Vec<f64> = (0..pixels).map(|i| x.iter().zip(&weights).map(|(c, w)| c[i] * w).sum()).collect();
            let length = product(&next, &next).sqrt();
            let next: Vec<f64> = next.into_iter().map(|v| v / length).collect();
            change = next.iter().zip(&map).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            (map, last) = (next, length);
        }
        (change < 1e-12 && last > 1e-6).then(|| {
            let (low, high) = map.iter().fold((0.0_f64, 0.0_f64), |(l, h), v| (l.min(*v), h.max(*v)));
            if high < -low { map.iter().map(|v| -v).collect() } else { map }
        })
    }

    proptest! {
        #[test]
        fn it_is_what_plain_means_give(
            (channels, width, values) in (1..9_usize, 2..7_usize).prop_flat_map(|(channels, width)| (
                Just(channels), Just(width), proptest::collection::vec(-4.0..4.0_f32, channels * 3 * width),
            ))
        ) {
            // Of channels repeated five times every singular value is as much larger, and the other matrix is the
            // smaller one.
            let maps = [
                eigen_cam(channels, 3, width, &values).expect("3 rows"),
                eigen_cam(5 * channels, 3, width, &values.repeat(5)).expect("3 rows"),
            ];
            prop_assert!(maps.iter().flat_map(|map| &map.values).all(|v| (0.0..=1.0).contains(v)));
            if let Some(plain) = plainly(3 * width, &values) {
                let (low, high) = plain.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
                for (value, plain) in maps.iter().flat_map(|map| map.values.iter().zip(&plain)) {
                    let (value, plain) = (f64::from(*value), (plain - low) / (high - low));
                    // Where |max| ≈ |min| the sign is a toss-up of the last bit.
                    let tossed = (high + low).abs() < 1e-5 * (high - low) && (value + plain - 1.0).abs() < 1e-3;
                    prop_assert!((value - plain).abs() < 1e-3 || tossed, "{} is not {}", value, plain);
                }
            }
        }
    }
}
