//! Three simulated annotators with known habits, so that agreement and label errors have something to find.
//!
//! The noise model and its parameters are documented in the sample project's README.

use concord_metrics::rng::Stream;

use crate::capture::{Capture, Lighting};
use crate::coco::{Annotation, Attributes, CocoFile};
use crate::render::{SIZE, scene_name};
use crate::vocabulary::{Occlusion, PartClass, Subclass};

/// How often one annotator errs, and how. Probabilities are per object unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Annotator {
    /// Name, also of the label file.
    pub name: &'static str,
    /// Probability of overlooking a part of any size.
    pub miss_base: f64,
    /// Added probability of overlooking a part of at most [`SMALL_PX`]; it falls by e every [`FADE_PX`] beyond.
    pub miss_small: f64,
    /// Added probability of overlooking a heavily occluded part.
    pub miss_heavy: f64,
    /// Probability of taking a nut for a washer or a washer for a nut; double below [`CONFUSING_PX`].
    pub confuse: f64,
    /// Standard deviation of each edge, in pixels.
    pub jitter_px: f64,
    /// Added standard deviation of each edge, as a share of the box's longer side.
    pub jitter_share: f64,
    /// Pixels by which every edge is drawn too far out.
    pub loose_px: f64,
    /// Probability of a wrong sub-class.
    pub subclass_slip: f64,
    /// Probability of overlooking damage.
    pub damage_missed: f64,
    /// Probability of seeing damage where there is none.
    pub damage_imagined: f64,
    /// Probability of an occlusion tier that is off by one.
    pub occlusion_slip: f64,
    /// Mean number of boxes a scene around nothing.
    pub spurious: f64,
}

/// Up to this longer side, in pixels, a part counts fully as small.
pub const SMALL_PX: f64 = 16.0;

/// Pixels over which the added risk of overlooking a part falls by e.
pub const FADE_PX: f64 = 10.0;

/// Below this longer side, in pixels, nuts and washers are confused twice as often.
pub const CONFUSING_PX: f64 = 36.0;

/// By how much dim light multiplies the probabilities of overlooking parts and of confusing nuts with washers.
pub const DIM_FACTOR: f64 = 1.6;

/// Ana is careful, Ben is quick and draws loosely, Chi draws well but confuses nuts with washers.
pub const ANNOTATORS: [Annotator; 3] = [
    Annotator {
        name: "ana",
        miss_base: 0.008,
        miss_small: 0.12,
        miss_heavy: 0.05,
        confuse: 0.02,
        jitter_px: 0.7,
        jitter_share: 0.008,
        loose_px: 0.0,
        subclass_slip: 0.02,
        damage_missed: 0.06,
        damage_imagined: 0.01,
        occlusion_slip: 0.05,
        spurious: 0.02,
    },
    Annotator {
        name: "ben",
        miss_base: 0.03,
        miss_small: 0.42,
        miss_heavy: 0.18,
        confuse: 0.05,
        jitter_px: 1.3,
        jitter_share: 0.022,
        loose_px: 1.2,
        subclass_slip: 0.06,
        damage_missed: 0.25,
        damage_imagined: 0.02,
        occlusion_slip: 0.14,
        spurious: 0.1,
    },
    Annotator {
        name: "chi",
        miss_base: 0.015,
        miss_small: 0.22,
        miss_heavy: 0.09,
        confuse: 0.15,
        jitter_px: 0.9,
        jitter_share: 0.012,
        loose_px: 0.3,
        subclass_slip: 0.04,
        damage_missed: 0.12,
        damage_imagined: 0.05,
        occlusion_slip: 0.08,
        spurious: 0.04,
    },
];

/// Which of the [`ANNOTATORS`] see the scene with this index: in every nine scenes three are seen by all three
/// annotators and two by each pair, in shuffled order.
pub fn assigned(seed: u64, index: u32) -> [bool; 3] {
    let mut hands = [[true; 3]; 9];
    for (i, hand) in hands.iter_mut().enumerate().skip(3) {
        hand[i % 3] = false;
    }
    Stream::new(seed, "plan", "annotators", u64::from(index / 9)).shuffle(&mut hands);
    hands[index as usize % 9]
}

impl Annotator {
    /// What this annotator labels: the assigned pictures of `truth` with their objects, seen through the noise model.
    ///
    /// `captures[i]` is how the picture with id `i + 1` was taken; pictures beyond it count as bright. Boxes have no
    /// masks, and their coordinates are multiples of a quarter pixel.
    pub fn label(&self, seed: u64, truth: &CocoFile, captures: &[Capture]) -> CocoFile {
        let place = ANNOTATORS.iter().position(|a| a.name == self.name).unwrap_or(0);
        let mut labels = CocoFile::empty(&format!("Boxes and attributes drawn by {}", self.name));
        for image in &truth.images {
            let index = (image.id - 1) as u32;
            if !assigned(seed, index)[place] {
                continue;
            }
            let dim = captures.get(index as usize).is_some_and(|c| c.lighting == Lighting::Dim);
            labels.images.push(image.clone());
            let sample = scene_name(index);
            for object in truth.annotations.iter().filter(|a| a.image_id == image.id) {
                let mut stream = Stream::new(seed, &sample, self.name, object.id);
                labels.annotations.extend(self.see(object, dim, &mut stream));
            }
            let mut stream = Stream::new(seed, &sample, &format!("{}/spurious", self.name), 0);
            for _ in 0..stream.poisson(self.spurious) {
                labels.annotations.push(imagined(image.id, &mut stream));
            }
        }
        for (id, annotation) in (1..).zip(&mut labels.annotations) {
            annotation.id = id;
        }
        labels
    }

    /// The probability of overlooking a part with this longer side in pixels, at most 0.95.
    pub fn miss_probability(&self, side_px: f64, heavily_occluded: bool, dim: bool) -> f64 {
        let small = self.miss_small * libm::exp(-(side_px - SMALL_PX).max(0.0) / FADE_PX);
        let heavy = if heavily_occluded { self.miss_heavy } else { 0.0 };
        let light = if dim { DIM_FACTOR } else { 1.0 };
        ((self.miss_base + small + heavy) * light).min(0.95)
    }

    /// The probability of swapping nut and washer for a part with this longer side in pixels.
    pub fn confusion_probability(&self, side_px: f64, dim: bool) -> f64 {
        let small = if side_px < CONFUSING_PX { 2.0 } else { 1.0 };
        (self.confuse * small * if dim { DIM_FACTOR } else { 1.0 }).min(0.5)
    }

    fn see(&self, object: &Annotation, dim: bool, stream: &mut Stream) -> Option<Annotation> {
        let side = object.bbox[2].max(object.bbox[3]);
        let heavy = object.attributes.occlusion == Occlusion::Heavy.name();
        if stream.next_f64() < self.miss_probability(side, heavy, dim) {
            return None;
        }
        let mut subclass = subclass_of(object)?;
        if stream.next_f64() < self.confusion_probability(side, dim) {
            subclass = mistaken(subclass);
        }
        if stream.next_f64() < self.subclass_slip {
            subclass = sibling(subclass, stream);
        }
        let damaged =
            stream.next_f64() < if object.attributes.damaged { 1.0 - self.damage_missed } else { self.damage_imagined };
        let tier = Occlusion::ALL.iter().position(|t| t.name() == object.attributes.occlusion)?;
        let occlusion = if stream.next_f64() < self.occlusion_slip { neighbour(tier, stream) } else { tier };
        let bbox = self.draw(object.bbox, stream);
        Some(Annotation {
            id: 0,
            image_id: object.image_id,
            category_id: subclass.class().category_id(),
            bbox,
            area: bbox[2] * bbox[3],
            iscrowd: 0,
            segmentation: None,
            attributes: Attributes {
                subclass: subclass.name().to_owned(),
                damaged,
                occlusion: Occlusion::ALL[occlusion].name().to_owned(),
            },
        })
    }

    /// The box with every edge off by a normal error, at least two pixels wide and inside the picture.
    fn draw(&self, [x, y, width, height]: [f64; 4], stream: &mut Stream) -> [f64; 4] {
        let sigma = self.jitter_px + self.jitter_share * width.max(height);
        let mut off = |sign: f64| sigma * stream.normal() + sign * self.loose_px;
        let (x1, y1, x2, y2) = (x + off(-1.0), y + off(-1.0), x + width + off(1.0), y + height + off(1.0));
        let (x1, x2) = (x1.clamp(0.0, f64::from(SIZE.width) - 2.0), x2.min(f64::from(SIZE.width)));
        let (y1, y2) = (y1.clamp(0.0, f64::from(SIZE.height) - 2.0), y2.min(f64::from(SIZE.height)));
        let [x1, y1, x2, y2] = [x1, y1, x2.max(x1 + 2.0), y2.max(y1 + 2.0)].map(quarter);
        [x1, y1, x2 - x1, y2 - y1]
    }
}

fn quarter(value: f64) -> f64 {
    (value * 4.0).round() / 4.0
}

fn subclass_of(object: &Annotation) -> Option<Subclass> {
    let class = PartClass::ALL.into_iter().find(|c| c.category_id() == object.category_id)?;
    class.subclasses().iter().copied().find(|s| s.name() == object.attributes.subclass)
}

/// What a nut or washer looks like to somebody who confuses them; other parts stay.
fn mistaken(subclass: Subclass) -> Subclass {
    match subclass {
        Subclass::HexNut | Subclass::FlangeNut => Subclass::PlainWasher,
        Subclass::PlainWasher => Subclass::FlangeNut,
        Subclass::LockWasher => Subclass::HexNut,
        other => other,
    }
}

/// Another sub-class of the same class.
fn sibling(subclass: Subclass, stream: &mut Stream) -> Subclass {
    let kinds = subclass.class().subclasses();
    let place = kinds.iter().position(|&s| s == subclass).unwrap_or(0);
    let step = 1 + stream.below(kinds.len() as u64 - 1) as usize;
    kinds[(place + step) % kinds.len()]
}

/// The tier above or below; the ends have one neighbour only.
fn neighbour(tier: usize, stream: &mut Stream) -> usize {
    match tier {
        1 => 2 * stream.below(2) as usize,
        _ => 1,
    }
}

/// A box around nothing: 12 to 40 pixels a side anywhere in the picture.
fn imagined(image_id: u64, stream: &mut Stream) -> Annotation {
    let class = PartClass::ALL[stream.below(PartClass::ALL.len() as u64) as usize];
    let [width, height] = [0, 1].map(|_| quarter(12.0 + 28.0 * stream.next_f64()));
    let x = quarter((f64::from(SIZE.width) - width) * stream.next_f64());
    let y = quarter((f64::from(SIZE.height) - height) * stream.next_f64());
    Annotation {
        id: 0,
        image_id,
        category_id: class.category_id(),
        bbox: [x, y, width, height],
        area: width * height,
        iscrowd: 0,
        segmentation: None,
        attributes: Attributes {
            subclass: class.subclasses()[0].name().to_owned(),
            damaged: false,
            occlusion: Occlusion::None.name().to_owned(),
        },
    }
}

#[cfg(test)]
mod tests;
