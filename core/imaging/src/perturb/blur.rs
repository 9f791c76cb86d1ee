//! Motion blur: a one-sided Gaussian trail along a drawn direction.

use concord_metrics::rng::Stream;
use libm::{ceil, cos, exp, hypot, sin, sqrt};
use rayon::prelude::*;

use crate::Rgb8;

/// Radius in pixels (the trail has 2r + 1 taps) and σ in pixels, per severity.
pub(super) const TRAIL: [(u32, f64); 5] = [(10, 3.0), (15, 5.0), (15, 8.0), (15, 12.0), (20, 15.0)];

/// One shifted copy of the picture and its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tap {
    /// Columns to the right of the output pixel where the copy is read; negative is left.
    dx: i64,
    /// Rows below the output pixel where the copy is read.
    dy: i64,
    weight: f64,
}

pub(super) fn motion(image: &Rgb8, trail: (u32, f64), seed: u64, sample_id: &str, op: &str) -> Rgb8 {
    let angle_degrees = -45.0 + 90.0 * Stream::new(seed, sample_id, op, 0).next_f64();
    motion_at(image, trail, angle_degrees)
}

/// The blur at a given angle: Σ weightᵢ · picture shifted by i pixels along the angle, edge pixels replicated.
pub(super) fn motion_at(image: &Rgb8, trail: (u32, f64), angle_degrees: f64) -> Rgb8 {
    let (width, height) = (image.size.width as usize, image.size.height as usize);
    let taps = taps(trail, angle_degrees, width, height);
    let row_bytes = width * 3;
    let mut data = vec![0; image.data.len()];
    data.par_chunks_mut(row_bytes).enumerate().for_each_init(
        || vec![0.0_f64; row_bytes],
        |sum, (y, to)| {
            sum.fill(0.0);
            for tap in &taps {
                let from = (y as i64 + tap.dy).clamp(0, height as i64 - 1) as usize;
                add_shifted(sum, &image.data[from * row_bytes..][..row_bytes], *tap);
            }
            for (to, &value) in to.iter_mut().zip(sum.iter()) {
                *to = value.clamp(0.0, 255.0) as u8;
            }
        },
    );
    Rgb8::new(image.size, data)
}

/// The copies that make up the trail; it ends early where a shift reaches a side of the picture.
fn taps((radius, sigma): (u32, f64), angle_degrees: f64, width: usize, height: usize) -> Vec<Tap> {
    let length = 2 * radius + 1;
    let gaussian = |i: u32| {
        let i = f64::from(i);
        exp(-(i * i) / (2.0 * sigma * sigma)) / (sqrt(2.0 * std::f64::consts::PI) * sigma)
    };
    let total = reference_sum(&(0..length).map(gaussian).collect::<Vec<_>>());
    let radians = angle_degrees * (std::f64::consts::PI / 180.0);
    let (along_y, along_x) = (f64::from(length) * sin(radians), f64::from(length) * cos(radians));
    let norm = hypot(along_y, along_x);
    let shift = |i: u32, along: f64| ceil(f64::from(i) * along / norm - 0.5) as i64;
    (0..length)
        .map(|i| Tap { dx: shift(i, along_x), dy: shift(i, along_y), weight: gaussian(i) / total })
        .take_while(|tap| tap.dy.unsigned_abs() < height as u64 && tap.dx.unsigned_abs() < width as u64)
        .collect()
}

/// The sum in NumPy's order for short arrays: eight running sums, joined in pairs, then the rest. The weights of a flat
/// region add up to 1 or just below it, and truncation makes a whole level of that last bit.
fn reference_sum(values: &[f64]) -> f64 {
    let (eights, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for eight in eights {
        for (sum, value) in sums.iter_mut().zip(eight) {
            *sum += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    rest.iter().fold(((a + b) + (c + d)) + ((e + f) + (g + h)), |sum, value| sum + value)
}

/// Adds `weight · row`, read `dx` pixels to the right and replicated beyond its ends.
fn add_shifted(sum: &mut [f64], row: &[u8], Tap { dx, weight, .. }: Tap) {
    let skip = dx.unsigned_abs() as usize * 3;
    let (inner_sum, inner_row, edge_sum, edge_pixel) = if dx >= 0 {
        let (inner, edge) = sum.split_at_mut(row.len() - skip);
        (inner, &row[skip..], edge, &row[row.len() - 3..])
    } else {
        let (edge, inner) = sum.split_at_mut(skip);
        (inner, &row[..row.len() - skip], edge, &row[..3])
    };
    for (sum, &value) in inner_sum.iter_mut().zip(inner_row) {
        *sum += weight * f64::from(value);
    }
    for pixel in edge_sum.chunks_exact_mut(3) {
        for (sum, &value) in pixel.iter_mut().zip(edge_pixel) {
            *sum += weight * f64::from(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perturb::tests::{crc32, syn};

    /// Head of the kernel that `imagecorruptions` 1.1.2 makes for severity 1.
    #[test]
    fn the_kernel_begins_as_in_the_reference() {
        let taps = taps(TRAIL[0], 0.0, 64, 48);
        assert_eq!(taps.len(), 21);
        for (tap, expected) in taps.iter().zip([0.234_744_96, 0.222_059_22, 0.187_969_07]) {
            assert!((tap.weight - expected).abs() < 1e-8);
        }
        assert_eq!((taps[7].dx, taps[7].dy), (7, 0));
    }

    /// Severity, angle, CRC-32 of the bytes that `_motion_blur` of `imagecorruptions` 1.1.2 gives on the formula
    /// picture of this size.
    #[test]
    fn the_blur_equals_the_reference_at_fixed_angles() {
        let cases = [
            (syn(64, 48, 0), 1, -37.0, 2_276_529_483),
            (syn(64, 48, 0), 3, 12.5, 777_278_161),
            (syn(64, 48, 0), 5, 45.0, 3_285_669_801),
            (syn(64, 48, 0), 5, -45.0, 584_001_803),
            (syn(101, 77, 3), 1, -37.0, 829_005_659),
            (syn(101, 77, 3), 3, 12.5, 153_469_553),
            (syn(101, 77, 3), 5, 45.0, 3_266_313_455),
            (syn(101, 77, 3), 5, -45.0, 2_353_218_938),
        ];
        for (image, severity, angle, expected) in cases {
            let blurred = motion_at(&image, TRAIL[severity - 1], angle);
            assert_eq!(crc32(&blurred.data), expected, "severity {severity} at {angle}° on {image:?}");
        }
    }

    /// Severity 4: the exponential of NumPy differs in the last bit with the processor, and with it whole levels where
    /// the picture is flat. Sum and pixel (20, 10) that `_motion_blur` gives; no more than 1 level in 10,000 may differ.
    #[test]
    fn the_blur_equals_the_reference_but_for_the_last_bit_of_the_kernel() {
        for (image, sum, pixel) in
            [(syn(64, 48, 0), 1_131_130_u64, [96, 127, 142]), (syn(101, 77, 3), 2_775_846, [99, 106, 142])]
        {
            let blurred = motion_at(&image, TRAIL[3], 0.0);
            let found: u64 = blurred.data.iter().map(|&v| u64::from(v)).sum();
            assert!(found.abs_diff(sum) * 10_000 <= sum, "sum {found}, expected {sum}");
            assert_eq!(blurred.pixel(20, 10), pixel);
        }
    }

    #[test]
    fn a_trail_longer_than_the_picture_ends_at_its_side() {
        let image = syn(12, 40, 0);
        assert_eq!(taps(TRAIL[4], 0.0, 12, 40).len(), 12);
        assert_eq!(motion_at(&image, TRAIL[4], 0.0).size, image.size);
    }
}
