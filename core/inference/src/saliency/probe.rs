//! Methods that ask a detector about changed pictures, seen from the caller, who runs the detector.

use concord_geometry::BBox;
use concord_imaging::Rgb8;

use super::heatmap::Heatmap;

/// A method in progress: it hands out pictures and takes what the detector found in them.
///
/// ```
/// # use concord_geometry::Size;
/// # use concord_imaging::Rgb8;
/// # use concord_inference::saliency::{Occlusion, OcclusionOptions, Probe, SaliencyError};
/// # fn main() -> Result<(), SaliencyError> {
/// # let image = Rgb8::filled(Size::new(16, 16), [90; 3]);
/// let mut probe = Occlusion::new(image, None, OcclusionOptions::default())?;
/// while let Some(_picture) = probe.next_input() {
///     let found = []; // what the detector finds in the picture, with as low a threshold as it has
///     probe.take(&found);
///     let _preview = probe.map();
/// }
/// assert!(probe.map().constant, "a detector that finds nothing rests on nothing");
/// # Ok(())
/// # }
/// ```
///
/// Pictures have the size of the image that the method was started with, and boxes are in its pixels. That image should
/// have the size it has inside the model's input ([`Placement::scaled`](concord_geometry::Placement)), with the target's
/// box scaled alike: more pixels cost time and show the model nothing more.
pub trait Probe: Send {
    /// The picture that the detector has to be asked about now: the same until [`Probe::take`]. `None` at the end.
    fn next_input(&mut self) -> Option<Rgb8>;

    /// Takes what the detector found in the picture, in any order, and goes on to the next; after the end, nothing.
    fn take(&mut self, found: &[Scored<'_>]);

    /// The map as far as it is known; constant before anything is. It grows finer with every step.
    fn map(&self) -> Heatmap;

    /// How many pictures are done.
    fn progress(&self) -> Progress;
}

/// How far a method is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Pictures whose answer was taken.
    pub done: usize,
    /// Pictures in all; at least 1.
    pub total: usize,
}

impl Progress {
    /// The part that is done, 0..=1.
    pub fn fraction(self) -> f64 {
        self.done as f64 / self.total as f64
    }
}

/// One box that a detector found, as far as the methods look at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored<'a> {
    /// Where, in pixels of the picture.
    pub bbox: BBox,
    /// Index of its class.
    pub class: usize,
    /// Score of that class, 0..=1.
    pub score: f32,
    /// How sure the detector is that there is an object of any class, 0..=1; 1 for a detector without such an output.
    pub objectness: f32,
    /// Scores of all classes; empty where only `class` is known.
    pub class_scores: &'a [f32],
}

/// The detection that is to be explained.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Where, in pixels of the image.
    pub bbox: BBox,
    /// Index of its class.
    pub class: usize,
    /// Scores of all classes; empty where only `class` is known, as for a box drawn by a person.
    pub class_scores: Vec<f32>,
}

impl From<&Scored<'_>> for Target {
    fn from(found: &Scored<'_>) -> Self {
        Self { bbox: found.bbox, class: found.class, class_scores: found.class_scores.to_vec() }
    }
}

impl Target {
    /// The highest score among boxes of the target's class that overlap it with an IoU of at least ½; 0 without any.
    pub fn matched_score(&self, found: &[Scored<'_>]) -> f64 {
        let matches = found.iter().filter(|other| other.class == self.class && self.bbox.iou(&other.bbox) >= 0.5);
        matches.map(|other| f64::from(other.score)).fold(0.0, f64::max)
    }

    /// The highest product of IoU, cosine of the class scores and objectness among the boxes; 0 without any.
    ///
    /// Petsiuk et al. 2021, arXiv 2006.03204, equation 3.
    pub(super) fn similarity(&self, found: &[Scored<'_>]) -> f64 {
        let product =
            |other: &Scored<'_>| self.bbox.iou(&other.bbox) * self.cosine(other) * f64::from(other.objectness);
        found.iter().map(product).fold(0.0, f64::max)
    }

    /// The cosine of the angle between both rows of class scores, a row of one class standing for an unknown one.
    fn cosine(&self, other: &Scored<'_>) -> f64 {
        let (a, b) = (self.class_scores.as_slice(), other.class_scores);
        let length = |row: &[f32]| row.iter().map(|v| f64::from(*v) * f64::from(*v)).sum::<f64>().sqrt();
        let share = |row: &[f32], class: usize| {
            let length = length(row);
            if length > 0.0 { row.get(class).map_or(0.0, |v| f64::from(*v)) / length } else { 0.0 }
        };
        match (a.is_empty(), b.is_empty()) {
            (true, true) => f64::from(u8::from(self.class == other.class)),
            (true, false) => share(b, self.class),
            (false, true) => share(a, other.class),
            (false, false) => {
                let lengths = length(a) * length(b);
                let product: f64 = a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
                if lengths > 0.0 { product / lengths } else { 0.0 }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bbox(x1: f64, y1: f64, x2: f64, y2: f64) -> BBox {
        BBox::new(x1, y1, x2, y2).expect("a box")
    }

    fn scored(bbox: BBox, class_scores: &[f32]) -> Scored<'_> {
        Scored { bbox, class: 0, score: 0.5, objectness: 1.0, class_scores }
    }

    #[test]
    fn the_similarity_is_iou_times_cosine_times_objectness() {
        // By hand: IoU 95/105 of boxes 10 high and 10 wide that are half a pixel apart; (.8, .1, .1)·(.6, .3, .1) = .52
        // over √.66·√.46; objectness .9.
        let target = Target { bbox: bbox(0.0, 0.0, 10.0, 10.0), class: 0, class_scores: vec![0.8, 0.1, 0.1] };
        let other = bbox(0.5, 0.0, 10.5, 10.0);
        assert!((target.bbox.iou(&other) - 0.904_761_904_76).abs() < 1e-11);
        let near = Scored { objectness: 0.9, ..scored(other, &[0.6, 0.3, 0.1]) };
        let far = scored(bbox(40.0, 40.0, 50.0, 50.0), &[0.8, 0.1, 0.1]);
        assert!((target.cosine(&near) - 0.943_740_211_23).abs() < 1e-7);
        for found in [&[near][..], &[far, near], &[near, far]] {
            assert!((target.similarity(found) - 0.768_474_172_00).abs() < 1e-7);
        }
        assert_eq!(target.similarity(&[]), 0.0);
    }

    #[test]
    fn a_class_alone_stands_for_a_row_of_that_class() {
        let b = bbox(0.0, 0.0, 4.0, 4.0);
        let known = Target { bbox: b, class: 1, class_scores: vec![0.6, 0.8] };
        let unknown = Target { class_scores: vec![], ..known.clone() };
        let first = Scored { class: 0, ..scored(b, &[]) };
        let second = Scored { class: 1, ..scored(b, &[]) };
        assert!((known.cosine(&first) - 0.6).abs() < 1e-6 && (known.cosine(&second) - 0.8).abs() < 1e-6);
        assert!((unknown.cosine(&scored(b, &[0.6, 0.8])) - 0.8).abs() < 1e-6);
        assert_eq!((unknown.cosine(&first), unknown.cosine(&second)), (0.0, 1.0));
        assert_eq!(known.cosine(&scored(b, &[0.0, 0.0])), 0.0);
    }

    #[test]
    fn a_match_has_the_class_and_half_the_iou() {
        let target = Target { bbox: bbox(0.0, 0.0, 10.0, 10.0), class: 2, class_scores: vec![] };
        let half = Scored { class: 2, score: 0.25, ..scored(bbox(0.0, 0.0, 10.0, 5.0), &[]) };
        let less = Scored { score: 0.75, ..Scored { bbox: bbox(0.0, 0.0, 10.0, 4.9), ..half } };
        let other = Scored { class: 1, score: 0.9, ..scored(target.bbox, &[]) };
        assert_eq!(target.matched_score(&[less, half, other]), 0.25);
        assert_eq!(target.matched_score(&[less, other]), 0.0);
        let better = Scored { score: 0.5, ..half };
        assert_eq!(target.matched_score(&[half, better]), 0.5);
    }
}
