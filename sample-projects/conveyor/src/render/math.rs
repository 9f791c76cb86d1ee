//! Small `f32` helpers of the renderer: a plane vector, smooth steps, lattice noise and signed distances.
//!
//! Only operations with one IEEE result and `libm` are used, so that a scene has the same bytes on every machine.

use std::f32::consts::{PI, TAU};

/// A point or direction in the plane.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct V2 {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

impl V2 {
    pub(crate) const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    pub(crate) fn length(self) -> f32 {
        (self.x * self.x + self.y * self.y).sqrt()
    }

    pub(crate) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }

    /// The vector in a frame turned by the angle whose cosine and sine are given.
    pub(crate) fn turned_back(self, cos: f32, sin: f32) -> Self {
        Self::new(self.x * cos + self.y * sin, self.y * cos - self.x * sin)
    }

    /// The angle in radians, `[-π, π]`.
    pub(crate) fn angle(self) -> f32 {
        libm::atan2f(self.y, self.x)
    }
}

pub(crate) fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// 0 below `low`, 1 above `high`, a smooth cubic between.
pub(crate) fn smoothstep(low: f32, high: f32, value: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A triangle wave of period 1 with values in `[0, 1]`, 0 at whole numbers.
pub(crate) fn triangle(phase: f32) -> f32 {
    let f = phase - phase.floor();
    1.0 - (2.0 * f - 1.0).abs()
}

/// The difference of two angles, in `[-π, π]`.
pub(crate) fn angle_between(a: f32, b: f32) -> f32 {
    let d = a - b + PI;
    d - TAU * (d / TAU).floor() - PI
}

/// A hash of a lattice point, in `[0, 1)`.
pub(crate) fn lattice(x: i32, y: i32, seed: u32) -> f32 {
    let mut h = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77) ^ seed;
    h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
    h = (h ^ (h >> 12)).wrapping_mul(0x297A_2D39);
    h ^= h >> 15;
    (h >> 8) as f32 / 16_777_216.0
}

/// Value noise over a unit lattice, in `[0, 1)`.
pub(crate) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (fx, fy) = (x.floor(), y.floor());
    let (ix, iy) = (fx as i32, fy as i32);
    let (tx, ty) = (x - fx, y - fy);
    let (sx, sy) = (tx * tx * (3.0 - 2.0 * tx), ty * ty * (3.0 - 2.0 * ty));
    let top = mix(lattice(ix, iy, seed), lattice(ix + 1, iy, seed), sx);
    let bottom = mix(lattice(ix, iy + 1, seed), lattice(ix + 1, iy + 1, seed), sx);
    mix(top, bottom, sy)
}

/// Signed distance to an axis-aligned box of the given half size around the origin.
pub(crate) fn sd_box(p: V2, half: V2) -> f32 {
    let (dx, dy) = (p.x.abs() - half.x, p.y.abs() - half.y);
    V2::new(dx.max(0.0), dy.max(0.0)).length() + dx.max(dy).min(0.0)
}

/// Distance to the segment from `a` to `b`.
pub(crate) fn sd_segment(p: V2, a: V2, b: V2) -> f32 {
    let (pa, ba) = (p.minus(a), b.minus(a));
    let t = (pa.dot(ba) / ba.dot(ba)).clamp(0.0, 1.0);
    V2::new(pa.x - ba.x * t, pa.y - ba.y * t).length()
}

/// Signed distance to a regular hexagon of inradius `r` two of whose corners lie on the y axis.
pub(crate) fn sd_hexagon(p: V2, r: f32) -> f32 {
    const K: (f32, f32, f32) = (-0.866_025_4, 0.5, 0.577_350_26);
    let (mut x, mut y) = (p.y.abs(), p.x.abs());
    let reflect = 2.0 * (K.0 * x + K.1 * y).min(0.0);
    x -= reflect * K.0;
    y -= reflect * K.1;
    let side = K.2 * r;
    x -= x.clamp(-side, side);
    y -= r;
    V2::new(x, y).length().copysign(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hexagon_has_corners_on_the_y_axis() {
        // A hexagon of circumradius 1 has inradius √3/2.
        let inradius = 0.866_025_4;
        assert!(sd_hexagon(V2::new(0.0, 1.0), inradius).abs() < 1e-5);
        assert!(sd_hexagon(V2::new(inradius, 0.0), inradius).abs() < 1e-5);
        assert!((sd_hexagon(V2::default(), inradius) + inradius).abs() < 1e-5);
        assert!(sd_hexagon(V2::new(1.0, 0.0), inradius) > 0.1);
    }

    #[test]
    fn angles_wrap_to_the_short_way_round() {
        assert!((angle_between(3.0, -3.0) - (6.0 - TAU)).abs() < 1e-5);
        assert!((angle_between(0.5, 0.2) - 0.3).abs() < 1e-6);
    }

    #[test]
    fn noise_is_smooth_and_bounded() {
        for i in 0..1000 {
            let x = i as f32 * 0.173 - 40.0;
            let (a, b) = (noise(x, 1.7, 5), noise(x + 0.001, 1.7, 5));
            assert!((0.0..1.0).contains(&a) && (a - b).abs() < 0.01);
        }
    }
}
