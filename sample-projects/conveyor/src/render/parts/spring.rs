//! A coil spring lying on its side: an open compression spring, or a tight extension spring with two hooks.

use concord_metrics::rng::Stream;

use super::super::math::{V2, sd_segment};
use super::{Shape, Surface, between, chance};
use crate::vocabulary::Subclass;

/// A spring along the x axis, length 1.
#[derive(Debug, Clone)]
pub(crate) struct Spring {
    hooked: bool,
    radius: f32,
    wire: f32,
    coils: f32,
    bend: f32,
}

impl Spring {
    pub(crate) fn draw(subclass: Subclass, damaged: bool, stream: &mut Stream) -> Self {
        let hooked = subclass == Subclass::ExtensionSpring;
        let radius = if hooked { between(stream, 0.1, 0.135) } else { between(stream, 0.13, 0.19) };
        let side = if chance(stream, 0.5) { 1.0 } else { -1.0 };
        Self {
            hooked,
            radius,
            wire: if hooked { between(stream, 0.021, 0.026) } else { between(stream, 0.023, 0.031) },
            coils: 5.0 + stream.below(4) as f32,
            bend: if damaged { side * between(stream, 0.8, 1.2) } else { 0.0 },
        }
    }

    /// A round wire at distance `d` from its middle line, lifted by `base`.
    fn tube(&self, d: f32, base: f32, tone: f32) -> Surface {
        let inside = (self.wire * self.wire - d * d).max(0.0).sqrt();
        Surface { d: d - self.wire, h: base + inside, tone }
    }

    fn open(&self, p: V2) -> Surface {
        let from = -0.5 + self.wire;
        let pitch = (1.0 - 2.0 * self.wire) / self.coils;
        let r = self.radius - self.wire;
        let here = ((p.x - from) / pitch).floor();
        let (mut front, mut back) = (f32::MAX, f32::MAX);
        for step in -1..=1 {
            let i = here + step as f32;
            if i < 0.0 || i >= self.coils {
                continue;
            }
            let x = from + i * pitch;
            let turn = V2::new(x + 0.5 * pitch, r);
            front = front.min(sd_segment(p, V2::new(x, -r), turn));
            back = back.min(sd_segment(p, turn, V2::new(x + pitch, -r)));
        }
        // The closed end coils stand across.
        let end = 0.5 - self.wire - p.x.abs();
        front = front.min(V2::new(end, (p.y.abs() - r).max(0.0)).length());
        let arch = 0.45 * (r * r - p.y * p.y).max(0.0).sqrt();
        if front < self.wire {
            return self.tube(front, arch, 1.0);
        }
        let mut behind = self.tube(back, -arch, 0.42);
        behind.d = behind.d.min(front - self.wire);
        behind
    }

    fn tight(&self, p: V2) -> Surface {
        let hook = self.radius * 0.82;
        let body = 0.5 - 2.0 * hook + self.wire * 0.5;
        let pitch = 2.04 * self.wire;
        let strand = (p.x + p.y * 0.1) / pitch;
        let off = (strand - (strand + 0.5).floor()) * pitch;
        let scallop = self.wire - (self.wire * self.wire - off * off).max(0.0).sqrt();
        let d = (p.y.abs() - self.radius + scallop * 0.7).max(p.x.abs() - body);
        let barrel = 0.8 * (self.radius * self.radius - p.y * p.y).max(0.0).sqrt();
        let groove = 1.0 - 0.6 * (off.abs() / (0.5 * pitch));
        let coil = Surface { d, h: barrel - scallop * 1.6, tone: groove.clamp(0.25, 1.0) };
        let q = V2::new(p.x.abs() - body - hook + self.wire * 0.5, p.y);
        let ring = (q.length() - (hook - self.wire)).abs();
        let opening = if q.y > 0.0 && q.x < hook * 0.1 { (q.y * 2.0).min(0.03 - q.x) } else { -1.0 };
        let mut loop_end = self.tube(ring, 0.02, 0.95);
        loop_end.d = loop_end.d.max(opening);
        if coil.d < loop_end.d { coil } else { loop_end }
    }
}

impl Shape for Spring {
    fn surface(&self, p: V2) -> Surface {
        let p = V2::new(p.x, p.y - self.bend * (p.x * p.x - 0.08));
        if self.hooked { self.tight(p) } else { self.open(p) }
    }

    fn reach(&self) -> V2 {
        V2::new(0.52, self.radius + 0.02 + self.bend.abs() * 0.18)
    }

    fn thickness(&self) -> f32 {
        self.radius * 1.3
    }
}
