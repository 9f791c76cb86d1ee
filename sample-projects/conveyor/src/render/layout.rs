//! What lies where: draws the parts of a scene, their size, turn, finish and damage, from bottom to top.

use std::f32::consts::PI;

use concord_metrics::rng::Stream;

use super::camera::Setup;
use super::math::V2;
use super::parts::{Part, between, chance};
use super::shade::Material;
use crate::vocabulary::{PartClass, Subclass};

/// Share of damaged parts among those large enough to show it.
pub const DAMAGE_SHARE: f64 = 0.22;

/// Parts shorter than this, in belt units, are never damaged: it would not show.
pub const LEAST_DAMAGED: f32 = 36.0;

/// A part on the belt.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) subclass: Subclass,
    pub(super) damaged: bool,
    pub(super) part: Part,
    pub(super) material: Material,
    /// Middle of the part, in belt units.
    pub(super) center: V2,
    /// Turn in radians.
    pub(super) angle: f32,
    /// Longest side in belt units.
    pub(super) size: f32,
}

/// Shortest and longest side of each class, in belt units, in the order of [`PartClass::ALL`].
const SIZES: [(f32, f32); 5] = [(18.0, 124.0), (20.0, 84.0), (18.0, 88.0), (34.0, 124.0), (42.0, 124.0)];

/// Upper bounds of the classes' shares: bolt 24 %, nut 22 %, washer 22 %, gear 16 %, spring 16 %.
const SHARES: [f64; 5] = [0.24, 0.46, 0.68, 0.84, 1.0];

/// The parts of one scene, 3 to 12 of them, lowest first.
pub(super) fn parts(seed: u64, sample: &str, setup: &Setup) -> Vec<Placed> {
    let count = 3 + Stream::new(seed, sample, "count", 0).below(10);
    let mut placed: Vec<Placed> = Vec::new();
    for k in 0..count {
        let mut stream = Stream::new(seed, sample, "part", k);
        let class = pick_class(&mut stream);
        let kinds = class.subclasses();
        let subclass = kinds[stream.below(kinds.len() as u64) as usize];
        let (least, most) = SIZES[class.index()];
        let size = least * libm::powf(most / least, libm::powf(between(&mut stream, 0.0, 1.0), 0.75));
        let damaged = chance(&mut stream, DAMAGE_SHARE) && size >= LEAST_DAMAGED;
        let angle = between(&mut stream, -PI, PI);
        let material = Material::draw(&mut stream);
        let part = Part::draw(subclass, damaged, &mut stream);
        let center = place(&placed, size, setup, &mut stream);
        placed.push(Placed { subclass, damaged, part, material, center, angle, size });
    }
    placed
}

fn pick_class(stream: &mut Stream) -> PartClass {
    let pick = stream.next_f64();
    let index = SHARES.iter().position(|&bound| pick < bound).unwrap_or(PartClass::ALL.len() - 1);
    PartClass::ALL[index]
}

/// Three parts in ten lie on or against an earlier one; the others look for a free place.
fn place(placed: &[Placed], size: f32, setup: &Setup, stream: &mut Stream) -> V2 {
    let half = V2::new(320.0 / setup.scale.x - 0.15 * size, 216.0 - 0.4 * size);
    if !placed.is_empty() && chance(stream, 0.3) {
        let under = &placed[stream.below(placed.len() as u64) as usize];
        let reach = 0.5 * (under.size + size) * between(stream, 0.3, 0.75);
        let angle = between(stream, -PI, PI);
        let (x, y) = (under.center.x + reach * libm::cosf(angle), under.center.y + reach * libm::sinf(angle));
        return V2::new(x.clamp(-half.x, half.x), y.clamp(-half.y, half.y));
    }
    let mut spot = V2::default();
    for _ in 0..40 {
        spot = V2::new(between(stream, -half.x, half.x), between(stream, -half.y, half.y));
        if placed.iter().all(|other| other.center.minus(spot).length() > 0.5 * (other.size + size) + 2.0) {
            break;
        }
    }
    spot
}
