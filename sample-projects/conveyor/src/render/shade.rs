//! How metal looks: a reflected studio of lamps and dark room, tinted by the material, roughened by brushing and rust.

use concord_metrics::rng::Stream;

use super::math::{mix, noise, smoothstep};
use super::parts::{between, chance};

/// The finish of one part.
#[derive(Debug, Clone)]
pub(super) struct Material {
    colour: [f32; 3],
    /// How mirror-like, `[0, 1]`.
    polish: f32,
    rust: f32,
    seed: u32,
}

/// Reflectance in linear light: steel, zinc, brass, black oxide, yellow chromate.
const FINISHES: [([f32; 3], f32); 5] = [
    ([0.62, 0.63, 0.65], 0.75),
    ([0.68, 0.72, 0.78], 0.9),
    ([0.74, 0.55, 0.22], 0.85),
    ([0.15, 0.155, 0.17], 0.7),
    ([0.66, 0.6, 0.4], 0.8),
];

impl Material {
    pub(super) fn draw(stream: &mut Stream) -> Self {
        let pick = stream.next_f64();
        let finish = match pick {
            p if p < 0.42 => 0,
            p if p < 0.68 => 1,
            p if p < 0.8 => 2,
            p if p < 0.9 => 3,
            _ => 4,
        };
        let (colour, polish) = FINISHES[finish];
        let age = between(stream, 0.78, 1.08);
        Self {
            colour: colour.map(|c| c * age),
            polish: polish * between(stream, 0.75, 1.1),
            rust: if chance(stream, 0.25) { between(stream, 0.5, 0.68) } else { 2.0 },
            seed: stream.below(1 << 31) as u32,
        }
    }

    /// A finish without rust.
    pub(super) fn clean(stream: &mut Stream) -> Self {
        Self { rust: 2.0, ..Self::draw(stream) }
    }

    /// The light that a place sends to the camera. `slope` is the height's gradient, `at` the place in pixels of the
    /// part, `lamp` the plane direction away from the lamp, `tone` how open the place is.
    pub(super) fn shade(&self, slope: [f32; 2], at: [f32; 2], lamp: [f32; 2], tone: f32) -> [f32; 3] {
        let brush = (noise(at[0] * 0.12, at[1] * 1.3, self.seed) - 0.5) * 0.22;
        let (nx, ny) = (-slope[0], -slope[1] + brush);
        let scale = 1.0 / (nx * nx + ny * ny + 1.0).sqrt();
        let (nx, ny, nz) = (nx * scale, ny * scale, scale);
        // The camera looks straight down, so the mirror direction is 2·nz·n − (0, 0, 1).
        let (rx, ry, rz) = (2.0 * nz * nx, 2.0 * nz * ny, 2.0 * nz * nz - 1.0);
        let toward = -(rx * lamp[0] + ry * lamp[1]);
        let room = mix(0.1, 0.46, smoothstep(-0.7, 1.0, rz)) + 0.12 * toward;
        let key = smoothstep(0.62, 0.97, 0.66 * toward + 0.75 * rz);
        let strip = smoothstep(0.8, 0.98, 0.86 * rz - 0.5 * toward) * 0.35;
        let mirror = room + 1.35 * key * self.polish + strip;
        let lit = 0.3 + 0.5 * (nz * 0.8 - (nx * lamp[0] + ny * lamp[1]) * 0.6).max(0.0);
        let light = mix(lit, mirror, 0.35 + 0.5 * self.polish) * tone;
        let glint = 0.16 * key * self.polish * tone;
        let mut colour = self.colour.map(|c| (c * light + glint).max(0.0));
        if self.rust < 1.0 {
            let patch = noise(at[0] / 9.0, at[1] / 9.0, self.seed ^ 0x4d) * 0.7
                + noise(at[0] / 2.5, at[1] / 2.5, self.seed ^ 0x4e) * 0.3;
            let cover = 0.8 * smoothstep(self.rust, self.rust + 0.16, patch);
            let brown = [0.2, 0.085, 0.035];
            for c in 0..3 {
                colour[c] = mix(colour[c], brown[c] * (0.4 + light), cover);
            }
        }
        colour
    }
}
