//! A nut seen from above: plain hexagonal, or with a round flange.

use concord_metrics::rng::Stream;

use super::super::math::{V2, sd_hexagon};
use super::flaw::Flaw;
use super::{Shape, Surface, between};
use crate::vocabulary::Subclass;

/// A nut of width 1 across its corners, or across its flange.
#[derive(Debug, Clone)]
pub(crate) struct Nut {
    flanged: bool,
    circumradius: f32,
    hole: f32,
    flaw: Flaw,
}

impl Nut {
    pub(crate) fn draw(subclass: Subclass, damaged: bool, stream: &mut Stream) -> Self {
        let flanged = subclass == Subclass::FlangeNut;
        let circumradius = if flanged { between(stream, 0.35, 0.39) } else { 0.5 };
        let hole = circumradius * between(stream, 0.44, 0.53);
        let flaw = if damaged { Flaw::draw(if flanged { 0.5 } else { 0.44 }, stream) } else { Flaw::None };
        Self { flanged, circumradius, hole, flaw }
    }
}

impl Shape for Nut {
    fn surface(&self, p: V2) -> Surface {
        let radius = p.length();
        let inradius = self.circumradius * 0.866;
        let hex = sd_hexagon(p, inradius - 0.012) - 0.012;
        let hole = self.hole - radius;
        let mut top = 0.4 - (radius - inradius * 0.97).max(0.0) * 1.1 - (0.025 + hex).max(0.0) * 1.4;
        let mut tone = 1.0;
        let sink = (0.055 + hole).max(0.0);
        if sink > 0.0 {
            top -= sink * 1.3;
            // Two turns of thread show in the countersink.
            tone = if hole > -0.028 { 0.35 } else { 0.75 };
        }
        let surface = if self.flanged {
            let skirt = 0.08 + (0.5 - radius) * 0.45 - (radius - 0.475).max(0.0) * 2.0;
            if hex < 0.0 {
                Surface { d: (radius - 0.5).max(hole), h: top, tone }
            } else {
                let crease = (hex / 0.035).min(1.0);
                Surface { d: radius - 0.5, h: skirt, tone: 0.55 + 0.45 * crease }
            }
        } else {
            Surface { d: hex.max(hole), h: top, tone }
        };
        self.flaw.cut(p, surface)
    }

    fn reach(&self) -> V2 {
        V2::new(0.52, 0.52)
    }

    fn thickness(&self) -> f32 {
        0.34
    }
}
