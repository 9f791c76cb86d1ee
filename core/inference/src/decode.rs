//! From a detector's raw output to boxes in image pixels.

use concord_geometry::{BBox, Letterbox};
use serde::{Deserialize, Serialize};

use crate::nms::{best_first, class_aware};
use crate::tensor::Tensor;

/// Candidates that go into suppression at most, the best first, as Ultralytics' `max_nms`.
const MAX_CANDIDATES: usize = 30_000;

/// How far a score may leave 0..=1 by rounding before it is taken for something other than a probability.
const SCORE_SLACK: f32 = 1e-3;

/// Which boxes to keep.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DetectOptions {
    /// Lowest score of a box's best class that is kept, 0..=1.
    pub score_threshold: f32,
    /// A box goes when a better one of its class overlaps it with IoU above this, 0..=1.
    pub nms_iou: f64,
    /// Most boxes an image; the best stay.
    pub max_detections: usize,
}

impl Default for DetectOptions {
    /// Scores from 0.05 (low ones carry the uncertainty that ranks images), and Ultralytics' IoU 0.7 and 300 boxes.
    fn default() -> Self {
        Self { score_threshold: 0.05, nms_iou: 0.7, max_detections: 300 }
    }
}

/// One object that a model found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Where, in image pixels, clipped to the image and with an area.
    pub bbox: BBox,
    /// Index of the best class; of equal ones the first.
    pub class: usize,
    /// Score of the best class, 0..=1.
    pub score: f32,
    /// Score of every class, 0..=1; sigmoid outputs, so they need not sum to 1.
    pub class_scores: Vec<f32>,
}

/// Reads one image's output `[1, 4 + classes, anchors]` into detections, best first.
///
/// Threshold, class-aware suppression in input pixels, then the way back through the letterbox; boxes that are inverted
/// or lie in the padding are dropped. Errors, as text for people: a shape other than that, a value that is not a finite
/// number, or a score that is no probability.
pub fn decode(
    output: &Tensor,
    classes: usize,
    letterbox: &Letterbox,
    options: &DetectOptions,
) -> Result<Vec<Detection>, String> {
    let &[1, rows, anchors] = output.shape() else {
        return Err(format!("the boxes have the shape {:?}", output.shape()));
    };
    if rows != classes + 4 {
        return Err(format!("the boxes have {rows} rows for {classes} classes"));
    }
    let (corners, scores) = output.data().split_at(4 * anchors);
    let candidates = candidates(corners, scores, anchors, options.score_threshold)?;
    let boxes: Vec<BBox> = candidates.iter().map(|candidate| candidate.bbox).collect();
    let best: Vec<f32> = candidates.iter().map(|candidate| candidate.score).collect();
    let best_class: Vec<usize> = candidates.iter().map(|candidate| candidate.class).collect();
    let kept = class_aware(&boxes, &best, &best_class, options.nms_iou);
    let detections = kept.into_iter().filter_map(|index| {
        let Candidate { bbox: b, class, score, anchor } = candidates[index];
        Some(Detection {
            bbox: letterbox.image_box_from_input(b.x1(), b.y1(), b.x2(), b.y2())?,
            class,
            score,
            class_scores: (0..classes).map(|class| scores[class * anchors + anchor]).collect(),
        })
    });
    Ok(detections.take(options.max_detections).collect())
}

#[derive(Clone, Copy)]
struct Candidate {
    /// In input pixels, unclipped.
    bbox: BBox,
    class: usize,
    score: f32,
    anchor: usize,
}

/// Boxes whose best class reaches the threshold, best first, ties by anchor.
fn candidates(corners: &[f32], scores: &[f32], anchors: usize, threshold: f32) -> Result<Vec<Candidate>, String> {
    let best = best_classes(scores, anchors)?;
    let mut found: Vec<(usize, usize, f32)> = best
        .into_iter()
        .enumerate()
        .filter(|(_, (_, score))| *score >= threshold)
        .map(|(anchor, (class, score))| (anchor, class, score))
        .collect();
    found.sort_by(|a, b| best_first(a.2, b.2));
    found.truncate(MAX_CANDIDATES);
    let mut candidates = Vec::with_capacity(found.len());
    for (anchor, class, score) in found {
        let [x, y, w, h] = [0, 1, 2, 3].map(|row| f64::from(corners[row * anchors + anchor]));
        if ![x, y, w, h].iter().all(|value| value.is_finite()) {
            return Err(format!("box {anchor} is not finite: ({x}, {y}, {w}, {h})"));
        }
        // A negative side is a box that the model did not mean; there is nothing to show for it.
        if let Ok(bbox) = BBox::new(x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0) {
            candidates.push(Candidate { bbox, class, score, anchor });
        }
    }
    Ok(candidates)
}

/// The best class of every anchor and its score; the first of equal ones.
fn best_classes(scores: &[f32], anchors: usize) -> Result<Vec<(usize, f32)>, String> {
    let mut best = vec![(0, f32::NEG_INFINITY); anchors];
    if anchors == 0 {
        return Ok(best);
    }
    for (class, row) in scores.chunks_exact(anchors).enumerate() {
        for (anchor, (score, best)) in row.iter().zip(&mut best).enumerate() {
            if !(-SCORE_SLACK..=1.0 + SCORE_SLACK).contains(score) {
                return Err(format!(
                    "the score of class {class} in box {anchor} is {score}, not a probability (was the model exported \
                     without its sigmoid?)"
                ));
            }
            if *score > best.1 {
                *best = (class, *score);
            }
        }
    }
    Ok(best.into_iter().map(|(class, score)| (class, score.clamp(0.0, 1.0))).collect())
}

#[cfg(test)]
mod tests {
    use concord_geometry::Size;
    use proptest::prelude::*;

    use super::*;

    /// Columns of (cx, cy, w, h, scores…) as the row-major output of a model.
    fn output(columns: &[&[f32]]) -> Tensor {
        let rows = columns[0].len();
        let data = (0..rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
        Tensor::new([1, rows, columns.len()], data).expect("full columns")
    }

    fn run(columns: &[&[f32]], options: DetectOptions) -> Result<Vec<Detection>, String> {
        // 100×50 into 64×64: scale 0.64, 16 px of padding above and below.
        let letterbox = Letterbox::new(Size::new(100, 50), Size::new(64, 64));
        decode(&output(columns), columns[0].len() - 4, &letterbox, &options)
    }

    #[test]
    fn boxes_come_back_in_image_pixels() {
        let found = run(&[&[32.0, 32.0, 16.0, 8.0, 0.2, 0.9]], DetectOptions::default()).expect("numbers");
        let b = found[0].bbox;
        for (value, expect) in [(b.x1(), 37.5), (b.y1(), 18.75), (b.x2(), 62.5), (b.y2(), 31.25)] {
            assert!((value - expect).abs() < 1e-9, "{value} is not {expect}");
        }
        assert_eq!((found[0].class, found[0].score), (1, 0.9));
        assert_eq!(found[0].class_scores, [0.2, 0.9]);
    }

    #[test]
    fn boxes_are_clipped_and_what_lies_in_the_padding_is_dropped() {
        let columns: &[&[f32]] = &[
            &[0.0, 32.0, 64.0, 64.0, 0.9], // half outside, over the padding
            &[32.0, 4.0, 10.0, 6.0, 0.8],  // in the padding
            &[50.0, 30.0, 0.0, 9.0, 0.7],  // no width
            &[50.0, 30.0, -5.0, 9.0, 0.6], // inverted
        ];
        let found = run(columns, DetectOptions::default()).expect("numbers");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].bbox, BBox::new(0.0, 0.0, 50.0, 50.0).expect("a box"));
    }

    #[test]
    fn the_threshold_includes_its_value_and_the_best_stay() {
        let columns: &[&[f32]] =
            &[&[10.0, 30.0, 4.0, 4.0, 0.5], &[30.0, 30.0, 4.0, 4.0, 0.25], &[50.0, 30.0, 4.0, 4.0, 0.75]];
        let options = |score_threshold, max_detections| DetectOptions { score_threshold, max_detections, nms_iou: 0.5 };
        let scores = |options| {
            let found = run(columns, options).expect("numbers");
            found.iter().map(|detection| detection.score).collect::<Vec<_>>()
        };
        assert_eq!(scores(options(0.5, 9)), [0.75, 0.5]);
        assert_eq!(scores(options(0.0, 1)), [0.75]);
        assert!(scores(options(0.0, 0)).is_empty());
    }

    #[test]
    fn numbers_that_make_no_sense_are_refused() {
        let error = |column: &[f32]| run(&[column], DetectOptions::default()).expect_err("no sense");
        assert!(error(&[1.0, 1.0, 1.0, 1.0, 3.5]).contains("sigmoid"));
        assert!(error(&[1.0, 1.0, 1.0, 1.0, f32::NAN]).contains("NaN"));
        assert!(error(&[f32::NAN, 1.0, 1.0, 1.0, 0.5]).contains("not finite"));
        assert!(error(&[1.0, 1.0, f32::INFINITY, 1.0, 0.5]).contains("not finite"));
        let letterbox = Letterbox::new(Size::new(4, 4), Size::new(4, 4));
        let wrong = Tensor::new([1, 6, 1], vec![0.0; 6]).expect("six");
        assert!(decode(&wrong, 3, &letterbox, &DetectOptions::default()).is_err());
    }

    #[test]
    fn an_output_without_boxes_gives_none() {
        let letterbox = Letterbox::new(Size::new(4, 4), Size::new(4, 4));
        let empty = Tensor::new([1, 6, 0], vec![]).expect("nothing");
        assert_eq!(decode(&empty, 2, &letterbox, &DetectOptions::default()), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn every_box_lies_in_the_image_in_order_of_score(
            columns in proptest::collection::vec(
                (-20.0..90.0_f32, -20.0..90.0_f32, -5.0..80.0_f32, -5.0..80.0_f32, 0.0..=1.0_f32, 0.0..=1.0_f32), 1..30),
        ) {
            let columns: Vec<[f32; 6]> = columns.into_iter().map(|c| [c.0, c.1, c.2, c.3, c.4, c.5]).collect();
            let columns: Vec<&[f32]> = columns.iter().map(<[f32; 6]>::as_slice).collect();
            let found = run(&columns, DetectOptions::default()).expect("numbers");
            for pair in found.windows(2) {
                prop_assert!(pair[0].score >= pair[1].score);
            }
            for detection in &found {
                prop_assert!(detection.bbox.is_inside(Size::new(100, 50)) && !detection.bbox.is_degenerate());
                prop_assert_eq!(detection.score, detection.class_scores[detection.class]);
            }
        }
    }
}
