//! The two cameras: where a belt point lands in the picture, and what optics, sensor and firmware make of the light.

use concord_geometry::Size;
use concord_metrics::rng::Stream;

use super::math::V2;
use crate::capture::{BeltSpeed, Camera, Capture, Firmware, Lighting};

/// The size of every scene.
pub const SIZE: Size = Size::new(640, 480);

/// A linear-light RGB picture, row-major.
pub(super) type Light = Vec<[f32; 3]>;

/// What tells one set-up from another.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    /// Picture pixels per belt unit, across and along the view; a belt unit is a pixel of camera A.
    pub(super) scale: V2,
    /// Where the light comes from: the direction in the plane in which shadows fall.
    pub(super) shadow: V2,
    gain: f32,
    tint: [f32; 3],
    saturation: f32,
    vignette: f32,
    softness: f32,
    blur_px: f32,
    read_noise: f32,
    shot_noise: f32,
}

impl Setup {
    pub(super) fn of(capture: &Capture) -> Self {
        let dim = capture.lighting == Lighting::Dim;
        let fast = capture.belt_speed == BeltSpeed::Fast;
        match capture.camera {
            Camera::A => Self {
                scale: V2::new(1.0, 1.0),
                shadow: V2::new(0.62, 0.5),
                gain: if dim { 0.17 } else { 1.0 },
                tint: if dim { [1.04, 1.0, 0.93] } else { [1.0, 1.0, 1.0] },
                saturation: 1.0,
                vignette: 0.22,
                softness: 0.12,
                blur_px: if fast { 5.0 } else { 1.3 },
                read_noise: if dim { 0.0075 } else { 0.0035 },
                shot_noise: if dim { 0.028 } else { 0.016 },
            },
            Camera::B => {
                let warm = capture.firmware == Firmware::V2_1;
                let tint = if warm { [1.26, 1.0, 0.66] } else { [0.88, 1.0, 1.1] };
                Self {
                    scale: V2::new(0.8, 0.72),
                    shadow: V2::new(-0.7, 0.34),
                    gain: if dim { 0.2 } else { 1.12 },
                    tint,
                    saturation: if warm { 1.5 } else { 0.95 },
                    vignette: 0.42,
                    softness: 0.2,
                    blur_px: if fast { 4.0 } else { 1.1 },
                    read_noise: if dim { 0.01 } else { 0.006 },
                    shot_noise: if dim { 0.04 } else { 0.028 },
                }
            }
        }
    }

    /// The belt point under a picture point.
    pub(super) fn belt_from_image(&self, p: V2) -> V2 {
        V2::new((p.x - 320.0) / self.scale.x, (p.y - 240.0) / self.scale.y)
    }

    /// The picture point of a belt point.
    pub(super) fn image_from_belt(&self, p: V2) -> V2 {
        V2::new(p.x * self.scale.x + 320.0, p.y * self.scale.y + 240.0)
    }

    /// Turns light into stored bytes: vignetting, motion blur, lens, colour, noise, sRGB.
    pub(super) fn expose(&self, mut light: Light, noise: &Stream) -> Vec<u8> {
        let width = SIZE.width as usize;
        self.vignette(&mut light);
        for row in light.chunks_mut(width) {
            motion_blur(row, self.blur_px);
        }
        soften(&mut light, self.softness);
        let curve = encoding_curve();
        let mut bytes = Vec::with_capacity(light.len() * 3);
        for (i, pixel) in light.iter().enumerate() {
            let (a, b) = noise.block(i as u64);
            for (channel, value) in self.colour(*pixel).into_iter().enumerate() {
                let sigma =
                    (self.read_noise * self.read_noise + self.shot_noise * self.shot_noise * value * 0.25).sqrt();
                let noisy = value + sigma * bell(a, b, channel);
                bytes.push(curve[(noisy.clamp(0.0, 1.0) * 4095.0 + 0.5) as usize]);
            }
        }
        bytes
    }

    fn vignette(&self, light: &mut Light) {
        let width = SIZE.width as usize;
        for (i, pixel) in light.iter_mut().enumerate() {
            let (x, y) = ((i % width) as f32 - 319.5, (i / width) as f32 - 239.5);
            let r2 = (x * x + y * y) / 160_000.0;
            let keep = 1.0 - self.vignette * r2;
            *pixel = pixel.map(|v| v * keep);
        }
    }

    fn colour(&self, pixel: [f32; 3]) -> [f32; 3] {
        let [r, g, b] = [0, 1, 2].map(|c| pixel[c] * self.tint[c] * self.gain);
        let grey = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        // A soft shoulder keeps highlights from clipping hard.
        [r, g, b].map(|v| {
            let v = (grey + (v - grey) * self.saturation).max(0.0);
            if v > 0.7 { 0.7 + 0.3 * (1.0 - 1.0 / (1.0 + (v - 0.7) / 0.3)) } else { v }
        })
    }
}

/// A nearly normal number of mean 0 and variance 1: the sum of five bytes of the pixel's random block.
fn bell(a: u64, b: u64, channel: usize) -> f32 {
    let wide = u128::from(a) | u128::from(b) << 64;
    let bits = (wide >> (40 * channel)) as u64;
    let sum: u64 = (0..5).map(|k| bits >> (8 * k) & 0xff).sum();
    // Five bytes: mean 5·127.5, variance 5·(256² − 1)/12.
    (sum as f32 - 637.5) / 165.246_03
}

/// Averages a row over a window of `length` pixels, fractions included.
fn motion_blur(row: &mut [[f32; 3]], length: f32) {
    let n = row.len();
    let mut prefix = vec![[0.0f64; 3]; n + 1];
    for (x, pixel) in row.iter().enumerate() {
        for c in 0..3 {
            prefix[x + 1][c] = prefix[x][c] + f64::from(pixel[c]);
        }
    }
    let at = |position: f32, c: usize| {
        let p = position.clamp(0.0, n as f32);
        let i = (p as usize).min(n - 1);
        prefix[i][c] + (prefix[i + 1][c] - prefix[i][c]) * f64::from(p - i as f32)
    };
    for (x, pixel) in row.iter_mut().enumerate() {
        let (from, to) = ((x as f32 + 0.5 - length * 0.5).max(0.0), (x as f32 + 0.5 + length * 0.5).min(n as f32));
        for (c, value) in pixel.iter_mut().enumerate() {
            *value = ((at(to, c) - at(from, c)) / f64::from(to - from)) as f32;
        }
    }
}

/// Blurs by the kernel `[s, 1 − 2s, s]` down the columns; the motion blur has already softened the rows.
fn soften(light: &mut Light, s: f32) {
    let (width, height) = (SIZE.width as usize, SIZE.height as usize);
    let mut above: Vec<[f32; 3]> = light[..width].to_vec();
    for y in 0..height {
        for x in 0..width {
            let here = light[y * width + x];
            let below = light[(y + 1).min(height - 1) * width + x];
            for c in 0..3 {
                light[y * width + x][c] = (1.0 - 2.0 * s) * here[c] + s * (above[x][c] + below[c]);
            }
            above[x] = here;
        }
    }
}

/// The sRGB transfer function (IEC 61966-2-1) from 4096 steps of light to a byte.
fn encoding_curve() -> Vec<u8> {
    (0..4096)
        .map(|step| {
            let v = f64::from(step) / 4095.0;
            let encoded = if v <= 0.003_130_8 { 12.92 * v } else { 1.055 * libm::pow(v, 1.0 / 2.4) - 0.055 };
            (encoded * 255.0 + 0.5) as u8
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_noise_has_mean_zero_and_variance_one() {
        let stream = Stream::new(3, "test", "noise", 0);
        let values: Vec<f64> = (0..20_000)
            .flat_map(|i| {
                let (a, b) = stream.block(i);
                [0, 1, 2].map(|c| f64::from(bell(a, b, c)))
            })
            .collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64;
        // Standard errors for 60 000 values: 0.004 of the mean, below 0.006 of the variance.
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "mean {mean}, variance {variance}");
    }

    #[test]
    fn motion_blur_spreads_a_point_over_its_length_and_keeps_its_light() {
        let mut row = vec![[0.0; 3]; 41];
        row[20] = [1.0; 3];
        motion_blur(&mut row, 5.0);
        assert!(row.iter().enumerate().all(|(x, p)| (p[0] > 0.0) == (18..=22).contains(&x)));
        assert!((row.iter().map(|p| p[1]).sum::<f32>() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn the_curve_is_that_of_srgb() {
        let curve = encoding_curve();
        // Middle grey of the standard: 0.2140 of full light is byte 127.5.
        assert_eq!((curve[0], curve[4095]), (0, 255));
        assert!((127..=128).contains(&curve[877]));
    }
}
