//! The five kinds of part as height fields over signed distances, in units of the part's length.

mod bolt;
mod flaw;
mod gear;
mod nut;
mod spring;
mod washer;

use concord_metrics::rng::Stream;

use super::math::V2;
use crate::vocabulary::Subclass;

/// What a shape answers at one point: everything in units of the part's longest side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surface {
    /// Signed distance to the outline, negative inside. Near the outline only; far away it may be off.
    pub(crate) d: f32,
    /// Height above the belt; only its slope matters.
    pub(crate) h: f32,
    /// How much light the place gets, `[0, 1]`: 1 in the open, less in grooves.
    pub(crate) tone: f32,
}

/// A shape of unit length around the origin.
pub(crate) trait Shape {
    /// The surface at a point.
    fn surface(&self, p: V2) -> Surface;
    /// Half the size of a box around the origin that holds the shape.
    fn reach(&self) -> V2;
    /// How far the part rises above the belt, for its shadow.
    fn thickness(&self) -> f32;
}

/// One of the five kinds of part.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Bolt(bolt::Bolt),
    Nut(nut::Nut),
    Washer(washer::Washer),
    Gear(gear::Gear),
    Spring(spring::Spring),
}

impl Part {
    /// Draws a part of the sub-class; `damaged` gives it a flaw that shows.
    pub(crate) fn draw(subclass: Subclass, damaged: bool, stream: &mut Stream) -> Self {
        match subclass {
            Subclass::HexBolt | Subclass::CountersunkBolt | Subclass::PanBolt => {
                Self::Bolt(bolt::Bolt::draw(subclass, damaged, stream))
            }
            Subclass::HexNut | Subclass::FlangeNut => Self::Nut(nut::Nut::draw(subclass, damaged, stream)),
            Subclass::PlainWasher | Subclass::LockWasher => {
                Self::Washer(washer::Washer::draw(subclass, damaged, stream))
            }
            Subclass::SpurGear | Subclass::BevelGear => Self::Gear(gear::Gear::draw(subclass, damaged, stream)),
            Subclass::CompressionSpring | Subclass::ExtensionSpring => {
                Self::Spring(spring::Spring::draw(subclass, damaged, stream))
            }
        }
    }
}

/// A number drawn evenly from `[low, high)`.
pub(crate) fn between(stream: &mut Stream, low: f32, high: f32) -> f32 {
    low + (high - low) * stream.next_f64() as f32
}

/// True with the given probability.
pub(crate) fn chance(stream: &mut Stream, probability: f64) -> bool {
    stream.next_f64() < probability
}
