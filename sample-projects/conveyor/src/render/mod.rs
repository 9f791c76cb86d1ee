//! The renderer: a scene of the belt and its exact truth from a seed and an index.

mod belt;
mod camera;
mod close_up;
mod layer;
mod layout;
mod math;
mod parts;
mod shade;

use concord_geometry::{BBox, Rle};
use concord_imaging::Rgb8;
use concord_metrics::rng::Stream;
use rayon::prelude::*;

pub use camera::SIZE;
pub use close_up::{CloseUp, Pose, close_up};
pub use layout::{DAMAGE_SHARE, LEAST_DAMAGED};

use crate::capture::Capture;
use crate::vocabulary::{Occlusion, PartClass, Subclass};
use camera::Setup;
use layer::Layer;
use layout::Placed;

/// One part of a scene, as the picture shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct TruthObject {
    /// The finer kind; [`Subclass::class`] gives the class.
    pub subclass: Subclass,
    /// Whether the part is cracked, chipped, bent or lacks teeth.
    pub damaged: bool,
    /// The tier of its hidden fraction.
    pub occlusion: Occlusion,
    /// Visible pixels over all pixels that the part would cover, those beyond the picture included, in `(0, 1]`.
    pub visible_fraction: f64,
    /// The bounds of the visible mask, in pixels of the picture.
    pub bbox: BBox,
    /// The visible pixels.
    pub mask: Rle,
}

impl TruthObject {
    /// The class of the part.
    pub fn class(&self) -> PartClass {
        self.subclass.class()
    }
}

/// A rendered picture with its truth, lowest part first.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Position in the export, from 0.
    pub index: u32,
    /// How it was taken.
    pub capture: Capture,
    /// The picture, 640 × 480.
    pub image: Rgb8,
    /// All parts of which at least 15 % and [`LEAST_VISIBLE_PX`] pixels show.
    pub objects: Vec<TruthObject>,
}

/// Parts that show fewer pixels than this do not belong to the truth.
pub const LEAST_VISIBLE_PX: u64 = 20;

/// The name of a scene, `scene_0001` for index 0.
pub fn scene_name(index: u32) -> String {
    format!("scene_{:04}", index + 1)
}

/// Renders one scene. The same arguments give the same bytes on any machine; the parts on the belt depend on seed,
/// index and camera (which sees more or less of the belt), everything else of `capture` only on how they look.
pub fn scene(seed: u64, index: u32, capture: &Capture) -> Scene {
    let sample = scene_name(index);
    let setup = Setup::of(capture);
    let placed = layout::parts(seed, &sample, &setup);
    let (image, objects) = render(seed, &sample, &setup, &placed);
    Scene { index, capture: capture.clone(), image, objects }
}

/// Renders a scene for each capture, index 0 first, on all threads of the current rayon pool.
pub fn scenes(seed: u64, captures: &[Capture]) -> Vec<Scene> {
    captures.par_iter().enumerate().map(|(index, capture)| scene(seed, index as u32, capture)).collect()
}

fn render(seed: u64, sample: &str, setup: &Setup, placed: &[Placed]) -> (Rgb8, Vec<TruthObject>) {
    let mut light = belt::empty(setup, &mut Stream::new(seed, sample, "belt", 0));
    let mut owner = vec![0u8; light.len()];
    let mut layers = Vec::with_capacity(placed.len());
    for (k, part) in placed.iter().enumerate() {
        let layer = Layer::draw(part, setup);
        layer.cast_shadow(&mut light, setup);
        layer.lay(&mut light, &mut owner, k as u8 + 1);
        layers.push((layer.bounds(), layer.full_px()));
    }
    let objects = placed.iter().zip(&layers).enumerate();
    let objects = objects.filter_map(|(k, (part, (bounds, full)))| truth(part, &owner, k as u8 + 1, *bounds, *full));
    let objects = objects.collect();
    let bytes = setup.expose(light, &Stream::new(seed, sample, "sensor", 0));
    (Rgb8::new(SIZE, bytes), objects)
}

fn truth(part: &Placed, owner: &[u8], id: u8, bounds: [u32; 4], full_px: u64) -> Option<TruthObject> {
    let mask = visible_mask(owner, id, bounds);
    let visible_fraction = mask.area_px() as f64 / full_px.max(1) as f64;
    if mask.area_px() < LEAST_VISIBLE_PX || visible_fraction < Occlusion::LEAST_VISIBLE {
        return None;
    }
    Some(TruthObject {
        subclass: part.subclass,
        damaged: part.damaged,
        occlusion: Occlusion::of_hidden(1.0 - visible_fraction),
        visible_fraction,
        bbox: mask.bounds()?,
        mask,
    })
}

/// The pixels that belong to `id`, looked for inside `bounds` only.
fn visible_mask(owner: &[u8], id: u8, [x1, y1, x2, y2]: [u32; 4]) -> Rle {
    let (mut counts, mut inside, mut from) = (Vec::new(), false, 0u32);
    for x in x1..x2 {
        // A run never goes on through the rows outside the bounds.
        for y in y1..=y2 {
            let here = y < y2 && owner[(y * SIZE.width + x) as usize] == id;
            if here != inside {
                let at = x * SIZE.height + y;
                counts.push(at - from);
                (inside, from) = (here, at);
            }
        }
    }
    counts.push(SIZE.width * SIZE.height - from);
    Rle { height: SIZE.height, width: SIZE.width, counts }
}

#[cfg(test)]
mod tests;
