//! A bolt lying on its side: hexagonal, countersunk or pan head, threaded shaft; damaged ones are bent.

use concord_metrics::rng::Stream;

use super::super::math::{V2, sd_box, triangle};
use super::{Shape, Surface, between, chance};
use crate::vocabulary::Subclass;

/// A bolt along the x axis, head at the left, length 1.
#[derive(Debug, Clone)]
pub(crate) struct Bolt {
    head: Subclass,
    head_length: f32,
    head_radius: f32,
    shaft_radius: f32,
    thread_from: f32,
    pitch: f32,
    bend: f32,
}

impl Bolt {
    pub(crate) fn draw(head: Subclass, damaged: bool, stream: &mut Stream) -> Self {
        let shaft_radius = between(stream, 0.075, 0.1);
        let side = if chance(stream, 0.5) { 1.0 } else { -1.0 };
        Self {
            head,
            head_length: between(stream, 0.15, 0.21),
            head_radius: shaft_radius * between(stream, 1.85, 2.15),
            shaft_radius,
            thread_from: between(stream, -0.28, 0.05),
            pitch: between(stream, 0.042, 0.06),
            bend: if damaged { side * between(stream, 0.42, 0.7) } else { 0.0 },
        }
    }

    fn head_end(&self) -> f32 {
        -0.5 + self.head_length
    }

    fn shaft(&self, p: V2) -> Surface {
        let mut r = self.shaft_radius;
        let mut tone = 1.0;
        if p.x > self.thread_from {
            let wave = triangle((p.x + p.y * 0.16) / self.pitch);
            r *= 1.04 - 0.17 * wave;
            tone -= 0.45 * wave;
        }
        r = r.min(self.shaft_radius * 0.62 + (0.5 - p.x) * 0.9);
        let d = (p.y.abs() - r).max(p.x - 0.5).max(self.head_end() - 0.02 - p.x);
        Surface { d, h: (r * r - p.y * p.y).max(0.0).sqrt(), tone }
    }

    fn hex_head(&self, p: V2) -> Surface {
        let half = V2::new(self.head_length * 0.5, self.head_radius);
        let corner = 0.016;
        let inner = V2::new(half.x - corner, half.y - corner);
        let d = sd_box(V2::new(p.x + 0.5 - half.x, p.y), inner) - corner;
        // Circumradius w: the top face is w wide, the side faces fall at 60°.
        let w = self.head_radius;
        let face = 0.866 * w - (p.y.abs() - 0.5 * w).max(0.0) * 1.732;
        let chamfer = (0.035 - (p.x + 0.5)).max(0.0) + (p.x - self.head_end() + 0.015).max(0.0);
        Surface { d, h: face - chamfer * 0.9, tone: 1.0 }
    }

    fn round_head(&self, p: V2, radius: f32) -> Surface {
        let d = (p.y.abs() - radius).max(-0.5 - p.x).max(p.x - self.head_end());
        Surface { d: d * 0.8, h: (radius * radius - p.y * p.y).max(0.0).sqrt(), tone: 1.0 }
    }
}

impl Shape for Bolt {
    fn surface(&self, p: V2) -> Surface {
        let beyond = (p.x + 0.12).max(0.0);
        let p = V2::new(p.x, p.y - self.bend * beyond * beyond);
        let shaft = self.shaft(p);
        let along = ((p.x + 0.5) / self.head_length).clamp(0.0, 1.0);
        let head = match self.head {
            Subclass::CountersunkBolt => {
                let cone = self.head_radius * 1.08 * (1.0 - (along - 0.15).max(0.0) / 0.85 * 0.55);
                self.round_head(p, cone)
            }
            Subclass::PanBolt => {
                let t = 1.0 - along;
                self.round_head(p, self.head_radius * (1.0 - t * t * t).max(0.0).sqrt())
            }
            _ => self.hex_head(p),
        };
        if head.d < shaft.d { head } else { shaft }
    }

    fn reach(&self) -> V2 {
        V2::new(0.52, self.head_radius * 1.1 + self.bend.abs() * 0.39 + 0.02)
    }

    fn thickness(&self) -> f32 {
        self.shaft_radius * 2.2
    }
}
