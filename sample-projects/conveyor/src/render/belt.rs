//! The empty belt: rubber with weave, wear, scratches, dirt, seams and crumbs between two metal rails.

use std::f32::consts::PI;

use concord_metrics::rng::Stream;

use super::camera::{Light, SIZE, Setup};
use super::math::{V2, mix, noise, sd_segment, smoothstep, triangle};
use super::parts::{between, chance};

/// Distance of the rails from the middle of the belt, in belt units.
const RAIL: f32 = 226.0;

/// The light of an empty belt under this set-up.
pub(super) fn empty(setup: &Setup, stream: &mut Stream) -> Light {
    let ground = Ground::draw(stream);
    let (width, height) = (SIZE.width as usize, SIZE.height as usize);
    let mut light = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            light.push(ground.colour(setup.belt_from_image(V2::new(x as f32 + 0.5, y as f32 + 0.5))));
        }
    }
    scratches(&mut light, setup, stream);
    crumbs(&mut light, setup, stream);
    light
}

struct Ground {
    seed: u32,
    offset: V2,
    seam: Option<f32>,
    dirt: f32,
}

impl Ground {
    fn draw(stream: &mut Stream) -> Self {
        Self {
            seed: stream.below(1 << 31) as u32,
            offset: V2::new(between(stream, 0.0, 6000.0), 0.0),
            seam: chance(stream, 0.4).then(|| between(stream, -300.0, 300.0)),
            dirt: between(stream, 0.52, 0.7),
        }
    }

    fn colour(&self, p: V2) -> [f32; 3] {
        if p.y.abs() > RAIL {
            return self.rail(p);
        }
        let (x, y) = (p.x + self.offset.x, p.y);
        let wide = noise(x / 120.0, y / 120.0, self.seed);
        let middle = noise(x / 31.0, y / 31.0, self.seed ^ 0x0b);
        let fine = noise(x / 2.3, y / 2.3, self.seed ^ 0x17);
        let wear = noise(x / 260.0, y / 5.0, self.seed ^ 0x25);
        let weave = triangle(x / 5.0 + 0.5 * (y / 5.0).floor()) * triangle(y / 5.0);
        let mut level = 0.062 * (0.72 + 0.22 * wide + 0.14 * middle + 0.3 * fine + 0.22 * wear - 0.16 * weave);
        // Where parts run most the rubber is polished.
        level *= 1.0 + 0.18 * (1.0 - (y / RAIL) * (y / RAIL));
        let mut colour = [level * 0.94, level, level * 0.99];
        let stain = smoothstep(self.dirt, self.dirt + 0.2, 0.65 * wide + 0.35 * middle);
        let brown = [level * 0.78, level * 0.66, level * 0.5];
        for c in 0..3 {
            colour[c] = mix(colour[c], brown[c], 0.75 * stain);
        }
        if let Some(seam) = self.seam {
            let along = p.x - seam - 0.22 * p.y;
            let groove = 1.0 - smoothstep(1.2, 2.8, along.abs());
            let stitch =
                (1.0 - smoothstep(1.0, 1.8, (along.abs() - 9.0).abs())) * smoothstep(0.35, 0.5, triangle(p.y / 14.0));
            for value in &mut colour {
                *value = *value * (1.0 - 0.7 * groove) + 0.05 * stitch;
            }
        }
        let near_rail = smoothstep(RAIL - 22.0, RAIL, p.y.abs());
        colour.map(|v| v * (1.0 - 0.6 * near_rail))
    }

    fn rail(&self, p: V2) -> [f32; 3] {
        let deep = p.y.abs() - RAIL;
        let brushed = 0.85 + 0.3 * noise(p.x / 90.0 + self.offset.x, p.y / 1.1, self.seed ^ 0x33);
        let edge = 0.5 + 0.5 * smoothstep(0.0, 2.5, deep);
        let bands = 0.16 + 0.2 * smoothstep(4.0, 16.0, deep) - 0.16 * smoothstep(34.0, 40.0, deep);
        let v = brushed * edge * bands;
        let bolt = V2::new(triangle(p.x / 150.0) * 75.0, deep - 22.0).length();
        let v = v * mix(0.45, 1.0, smoothstep(5.0, 7.0, bolt));
        [v * 0.97, v, v * 1.03]
    }
}

/// Adds `amount` of light to the pixels near a segment, fading over a pixel beyond `half` its width.
fn stroke(light: &mut Light, setup: &Setup, ends: [V2; 2], half: f32, factor: f32, add: f32) {
    let (width, height) = (SIZE.width as i32, SIZE.height as i32);
    let [a, b] = ends.map(|p| setup.image_from_belt(p));
    let margin = half + 2.0;
    let (x1, x2) = ((a.x.min(b.x) - margin) as i32, (a.x.max(b.x) + margin) as i32);
    let (y1, y2) = ((a.y.min(b.y) - margin) as i32, (a.y.max(b.y) + margin) as i32);
    for y in y1.max(0)..=y2.min(height - 1) {
        for x in x1.max(0)..=x2.min(width - 1) {
            let d = sd_segment(V2::new(x as f32 + 0.5, y as f32 + 0.5), a, b);
            let cover = 1.0 - smoothstep(half, half + 1.0, d);
            if cover > 0.0 {
                let pixel = &mut light[(y * width + x) as usize];
                *pixel = pixel.map(|v| v * mix(1.0, factor, cover) + add * cover);
            }
        }
    }
}

fn scratches(light: &mut Light, setup: &Setup, stream: &mut Stream) {
    for _ in 0..6 + stream.below(9) {
        let from = V2::new(between(stream, -400.0, 400.0), between(stream, -RAIL + 8.0, RAIL - 8.0));
        // Most scratches run along the belt.
        let angle = between(stream, -0.12, 0.12) + if chance(stream, 0.2) { between(stream, -1.2, 1.2) } else { 0.0 };
        let length = between(stream, 30.0, 190.0);
        let to = V2::new(from.x + length * libm::cosf(angle), from.y + length * libm::sinf(angle));
        if to.y.abs() < RAIL - 6.0 {
            let strength = between(stream, 0.008, 0.035);
            stroke(light, setup, [from, to], 0.15, 0.9, strength);
        }
    }
}

/// Swarf and dirt crumbs: small bright curls and dark specks that are no parts.
fn crumbs(light: &mut Light, setup: &Setup, stream: &mut Stream) {
    for _ in 0..10 + stream.below(22) {
        let from = V2::new(between(stream, -390.0, 390.0), between(stream, -RAIL + 8.0, RAIL - 8.0));
        let angle = between(stream, -PI, PI);
        let length = between(stream, 0.5, 6.0);
        let to = V2::new(from.x + length * libm::cosf(angle), from.y + length * libm::sinf(angle));
        let (factor, add) = if chance(stream, 0.35) { (0.6, between(stream, 0.08, 0.3)) } else { (0.3, 0.0) };
        let half = between(stream, 0.3, 1.3);
        let below = [from, to].map(|p| V2::new(p.x + 0.8, p.y + 0.8));
        stroke(light, setup, below, half + 0.3, 0.6, 0.0);
        stroke(light, setup, [from, to], half, factor, add);
    }
}
