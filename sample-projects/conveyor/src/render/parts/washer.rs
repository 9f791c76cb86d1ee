//! A washer seen from above: plain, or a split lock washer.

use std::f32::consts::{PI, TAU};

use concord_metrics::rng::Stream;

use super::super::math::{V2, smoothstep};
use super::flaw::Flaw;
use super::{Shape, Surface, between, chance};
use crate::vocabulary::Subclass;

/// A washer of outer diameter 1; a lock washer is split where it meets the positive x axis.
#[derive(Debug, Clone)]
pub(crate) struct Washer {
    split: bool,
    hole: f32,
    gap: f32,
    /// Slope of the half that a damaged plain washer has bent up, and the direction of the crease.
    fold: f32,
    crease: (f32, f32),
    flaw: Flaw,
}

impl Washer {
    pub(crate) fn draw(subclass: Subclass, damaged: bool, stream: &mut Stream) -> Self {
        let split = subclass == Subclass::LockWasher;
        let hole = if split { between(stream, 0.3, 0.34) } else { between(stream, 0.22, 0.3) };
        let gap = between(stream, 0.03, 0.045);
        let angle = between(stream, -PI, PI);
        let mut washer =
            Self { split, hole, gap, fold: 0.0, crease: (libm::cosf(angle), libm::sinf(angle)), flaw: Flaw::None };
        if damaged {
            if !split && chance(stream, 0.4) {
                washer.fold = between(stream, 0.55, 0.8);
            } else {
                washer.flaw = Flaw::draw(0.5, stream);
            }
        }
        washer
    }

    fn lock(&self, p: V2) -> Surface {
        let mut turn = p.angle();
        if turn < 0.0 {
            turn += TAU;
        }
        // The two ends stand a little apart in radius and height, as in a flat helix.
        let radius = p.length() + 0.022 * (turn / PI - 1.0);
        let middle = 0.5 * (0.478 + self.hole);
        let half = 0.5 * (0.478 - self.hole);
        let ring = (radius - middle).abs() - half;
        let slant = p.y + 0.5 * (p.x - middle);
        let cut = if p.x > 0.0 { self.gap - slant.abs() } else { -1.0 };
        let edge = (0.03 + ring).max(0.0);
        let end = 0.55 + 0.45 * smoothstep(0.0, 0.06, -cut);
        Surface { d: ring.max(cut), h: 0.14 - edge * 1.2 + 0.05 * turn / PI, tone: end }
    }

    fn plain(&self, p: V2) -> Surface {
        let radius = p.length();
        let (rim, hole) = (radius - 0.5, self.hole - radius);
        let edge = (0.022 + rim).max(0.0) + (0.018 + hole).max(0.0);
        let q = p.turned_back(self.crease.0, self.crease.1);
        let lifted = self.fold * (q.x - 0.05).max(0.0);
        let mark = if self.fold > 0.0 { 0.55 + 0.45 * smoothstep(0.0, 0.04, (q.x - 0.05).abs()) } else { 1.0 };
        // Seen from above, what is bent up looks shorter.
        let rim = if self.fold > 0.0 { rim.max(q.x - 0.40) } else { rim };
        Surface { d: rim.max(hole), h: 0.06 - edge * 1.1 + lifted, tone: mark }
    }
}

impl Shape for Washer {
    fn surface(&self, p: V2) -> Surface {
        let surface = if self.split { self.lock(p) } else { self.plain(p) };
        self.flaw.cut(p, surface)
    }

    fn reach(&self) -> V2 {
        V2::new(0.53, 0.53)
    }

    fn thickness(&self) -> f32 {
        if self.split { 0.14 } else { 0.06 }
    }
}
