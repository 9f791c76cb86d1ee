//! Flaws that flat parts share: a crack that opens, a bite out of the rim.

use std::f32::consts::PI;

use concord_metrics::rng::Stream;

use super::super::math::{V2, noise, smoothstep};
use super::{Surface, between, chance};

/// Damage of a ring-shaped part.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Flaw {
    None,
    /// A jagged gap from the hole to the rim at an angle, given by its cosine and sine.
    Crack {
        cos: f32,
        sin: f32,
        width: f32,
        seed: u32,
    },
    /// A piece broken out of the rim: a disc taken away.
    Chip {
        center: V2,
        radius: f32,
        seed: u32,
    },
}

impl Flaw {
    /// Draws a crack or a chip for a part with outer radius `rim`.
    pub(crate) fn draw(rim: f32, stream: &mut Stream) -> Self {
        let angle = between(stream, -PI, PI);
        let (cos, sin) = (libm::cosf(angle), libm::sinf(angle));
        let seed = stream.below(1 << 20) as u32;
        if chance(stream, 0.5) {
            Self::Crack { cos, sin, width: between(stream, 0.024, 0.04), seed }
        } else {
            let radius = between(stream, 0.13, 0.19);
            let reach = rim + radius * 0.1;
            Self::Chip { center: V2::new(cos * reach, sin * reach), radius, seed }
        }
    }

    /// Cuts the flaw out of a surface.
    pub(crate) fn cut(&self, p: V2, surface: Surface) -> Surface {
        match *self {
            Self::None => surface,
            Self::Crack { cos, sin, width, seed } => {
                let q = p.turned_back(cos, sin);
                if q.x < 0.0 {
                    return surface;
                }
                let jag = (noise(q.x * 22.0, 0.5, seed) - 0.5) * 0.12;
                let gap = (q.y - jag).abs() - width * (0.45 + 1.3 * q.x);
                let tone = surface.tone * (0.35 + 0.65 * smoothstep(0.0, 0.035, gap));
                Surface { d: surface.d.max(-gap), h: surface.h, tone }
            }
            Self::Chip { center, radius, seed } => {
                let ragged = (noise(p.x * 26.0, p.y * 26.0, seed) - 0.5) * 0.07;
                let bite = radius + ragged - p.minus(center).length();
                let tone = surface.tone * (0.45 + 0.55 * smoothstep(0.0, 0.05, -bite));
                Surface { d: surface.d.max(bite), h: surface.h, tone }
            }
        }
    }
}
