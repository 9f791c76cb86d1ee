//! A gear seen from above: a spur gear with a recessed web, or a bevel gear with teeth down its cone.

use std::f32::consts::{PI, TAU};

use concord_metrics::rng::Stream;

use super::super::math::{V2, angle_between, noise, smoothstep};
use super::flaw::Flaw;
use super::{Shape, Surface, between, chance};
use crate::vocabulary::Subclass;

/// A gear of outer diameter 1.
#[derive(Debug, Clone)]
pub(crate) struct Gear {
    bevel: bool,
    teeth: f32,
    depth: f32,
    bore: f32,
    hub: f32,
    windows: f32,
    /// Middle and half width, in radians, of the sector whose teeth have broken off; width 0 when none has.
    missing: (f32, f32),
    flaw: Flaw,
}

impl Gear {
    pub(crate) fn draw(subclass: Subclass, damaged: bool, stream: &mut Stream) -> Self {
        let bevel = subclass == Subclass::BevelGear;
        let teeth = (if bevel { 14 } else { 12 } + stream.below(11)) as f32;
        let bore = between(stream, 0.09, 0.14);
        let mut gear = Self {
            bevel,
            teeth,
            depth: between(stream, 0.075, 0.1) * 15.0 / teeth.max(13.0),
            bore,
            hub: bore + between(stream, 0.06, 0.09),
            windows: if !bevel && chance(stream, 0.45) { (4 + stream.below(3)) as f32 } else { 0.0 },
            missing: (0.0, 0.0),
            flaw: Flaw::None,
        };
        if damaged {
            if chance(stream, 0.7) {
                let count = 1.0 + stream.below(3) as f32;
                let first = stream.below(teeth as u64) as f32;
                let middle = (first + 0.5 * (count - 1.0)) * TAU / teeth;
                gear.missing = (middle, count * PI / teeth);
            } else {
                gear.flaw = Flaw::draw(0.46, stream);
            }
        }
        gear
    }

    /// The height of the tooth profile at an angle: 1 on a tooth, 0 between two.
    fn tooth(&self, angle: f32) -> f32 {
        (0.5 + 1.25 * libm::cosf(angle * self.teeth)).clamp(0.0, 1.0)
    }

    fn keyed_bore(&self, p: V2, radius: f32) -> f32 {
        let keyway = (p.x.abs() - self.bore * 0.28).max(p.y.abs() - self.bore * 1.35).max(-p.y);
        (self.bore - radius).max(-keyway)
    }

    fn spur_face(&self, p: V2, radius: f32) -> (f32, f32, f32) {
        let root = 0.5 - self.depth;
        let (inner, outer) = (self.hub, root - 0.075);
        let web = smoothstep(inner, inner + 0.02, radius) * (1.0 - smoothstep(outer - 0.02, outer, radius));
        let mut cut = -1.0;
        if self.windows > 0.0 {
            let middle = 0.5 * (inner + outer);
            let sector = TAU / self.windows;
            let around = angle_between(p.angle(), 0.0);
            let local = around - sector * (around / sector + 0.5).floor();
            let q = V2::new(radius * libm::cosf(local) - middle, radius * libm::sinf(local));
            cut = (outer - inner) * 0.36 - q.length();
        }
        let groove = 1.0 - 0.25 * web;
        (0.2 - 0.05 * web, groove, cut)
    }
}

impl Shape for Gear {
    fn surface(&self, p: V2) -> Surface {
        let radius = p.length();
        if radius > 0.56 {
            return Surface { d: radius - 0.5, h: 0.0, tone: 1.0 };
        }
        let angle = p.angle();
        let mut tooth = self.tooth(angle);
        let (middle, half) = self.missing;
        if half > 0.0 && angle_between(angle, middle).abs() < half {
            tooth = tooth.min(0.12 * noise(p.x * 30.0, p.y * 30.0, 9));
        }
        let rim = (radius - (0.5 - self.depth * (1.0 - tooth))) * 0.75;
        let bore = self.keyed_bore(p, radius);
        let edge = (0.02 + rim).max(0.0) + (0.018 + bore).max(0.0);
        let surface = if self.bevel {
            let face = smoothstep(self.hub + 0.04, self.hub + 0.06, radius);
            let cone = 0.34 - (radius - self.hub - 0.05).max(0.0) * 0.75;
            let h = cone - face * (1.0 - tooth) * 0.05 - edge;
            Surface { d: rim.max(bore), h, tone: 1.0 - 0.5 * face * (1.0 - tooth) }
        } else {
            let (h, groove, window) = self.spur_face(p, radius);
            let tone = groove * (0.6 + 0.4 * smoothstep(0.0, 0.03, -window));
            Surface { d: rim.max(bore).max(window), h: h - edge, tone }
        };
        self.flaw.cut(p, surface)
    }

    fn reach(&self) -> V2 {
        V2::new(0.52, 0.52)
    }

    fn thickness(&self) -> f32 {
        if self.bevel { 0.26 } else { 0.18 }
    }
}
