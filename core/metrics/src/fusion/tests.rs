//! Fused boxes against ensemble-boxes 1.0.9, whose single precision allows six digits.

use super::*;
use proptest::prelude::*;

fn scored(corners: [f64; 4], score: f64, class: usize) -> ScoredBox {
    let [x1, y1, x2, y2] = corners;
    ScoredBox { bbox: BBox::new(x1, y1, x2, y2).expect("a valid box"), score, class }
}

fn near(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-6, "{got} instead of {expected}");
}

fn check(got: &FusedBox, corners: [f64; 4], score: f64, class: usize) {
    let bbox = got.bbox;
    for (got, expected) in [bbox.x1(), bbox.y1(), bbox.x2(), bbox.y2()].into_iter().zip(corners) {
        near(got, expected);
    }
    near(got.score, score);
    assert_eq!(got.class, class);
}

/// The example of the reference's README.
fn readme() -> [Vec<ScoredBox>; 2] {
    [
        vec![
            scored([0.00, 0.51, 0.81, 0.91], 0.9, 0),
            scored([0.10, 0.31, 0.71, 0.61], 0.8, 1),
            scored([0.01, 0.32, 0.83, 0.93], 0.2, 0),
            scored([0.02, 0.53, 0.11, 0.94], 0.4, 1),
            scored([0.03, 0.24, 0.12, 0.35], 0.7, 1),
        ],
        vec![
            scored([0.04, 0.56, 0.84, 0.92], 0.5, 1),
            scored([0.12, 0.33, 0.72, 0.64], 0.8, 1),
            scored([0.38, 0.66, 0.79, 0.95], 0.7, 1),
            scored([0.08, 0.49, 0.21, 0.89], 0.3, 0),
        ],
    ]
}

fn fuse_readme(confidence: Confidence) -> Vec<FusedBox> {
    let [first, second] = readme();
    let models = [ModelBoxes { weight: 2.0, boxes: &first }, ModelBoxes { weight: 1.0, boxes: &second }];
    fuse_boxes(&models, FusionOptions { iou: 0.5, min_score: 0.0001, confidence }).expect("valid boxes")
}

#[test]
fn the_readme_example_is_the_golden_one() {
    let got = fuse_readme(Confidence::Average);
    let expected = [
        ([0.106_666_654, 0.316_666_663, 0.713_333_309, 0.620_000_005], 0.800_000_032, 1),
        ([0.001_818_182, 0.475_454_539, 0.813_636_303, 0.913_636_327], 0.733_333_349, 0),
        ([0.03, 0.24, 0.12, 0.35], 0.466_666_667, 1),
        ([0.02, 0.53, 0.11, 0.94], 0.266_666_667, 1),
        ([0.38, 0.66, 0.79, 0.95], 0.233_333_333, 1),
        ([0.04, 0.56, 0.84, 0.92], 0.166_666_667, 1),
        ([0.08, 0.49, 0.21, 0.89], 0.1, 0),
    ];
    assert_eq!(got.len(), expected.len());
    for (got, (corners, score, class)) in got.iter().zip(expected) {
        check(got, corners, score, class);
    }
    assert_eq!(got[0].members, [(0, 1), (1, 1)]);
    assert_eq!(got[1].members, [(0, 0), (0, 2)]);
}

#[test]
fn every_kind_of_score_is_that_of_the_reference() {
    let scores = |confidence| fuse_readme(confidence).iter().map(|fused| fused.score).collect::<Vec<f64>>();
    let expected = [
        (Confidence::AverageWithOverflow, [0.8, 0.733_333_3, 0.466_666_7, 0.266_666_7, 0.233_333_3, 0.166_666_7, 0.1]),
        (Confidence::Maximum, [0.9, 0.8, 0.7, 0.4, 0.35, 0.25, 0.15]),
        (Confidence::BoxAndModelAverage, [0.8, 0.466_666_7, 0.366_666_7, 0.266_666_7, 0.233_333_3, 0.166_666_7, 0.1]),
        (Confidence::AbsentModelAwareAverage, [0.8, 0.466_666_7, 0.44, 0.266_666_7, 0.233_333_3, 0.166_666_7, 0.1]),
    ];
    for (confidence, expected) in expected {
        let got = scores(confidence);
        assert_eq!(got.len(), expected.len());
        for (got, expected) in got.into_iter().zip(expected) {
            near(got, expected);
        }
    }
}

#[test]
fn a_model_with_two_members_and_one_with_none() {
    let first = [scored([0.1, 0.1, 0.5, 0.5], 0.9, 0), scored([0.11, 0.1, 0.5, 0.51], 0.6, 0)];
    let second = [scored([0.12, 0.1, 0.52, 0.5], 0.7, 0)];
    let third = [scored([0.6, 0.6, 0.9, 0.9], 0.4, 0)];
    let models = [
        ModelBoxes { weight: 3.0, boxes: &first },
        ModelBoxes { weight: 1.0, boxes: &second },
        ModelBoxes { weight: 2.0, boxes: &third },
    ];
    for (confidence, together, alone) in [
        (Confidence::Average, 0.866_666_7, 0.133_333_3),
        (Confidence::AverageWithOverflow, 0.866_666_7, 0.133_333_3),
        (Confidence::Maximum, 0.9, 0.266_666_7),
        (Confidence::BoxAndModelAverage, 0.495_238_1, 0.133_333_3),
        (Confidence::AbsentModelAwareAverage, 0.577_777_8, 0.133_333_3),
    ] {
        let options = FusionOptions { confidence, ..FusionOptions::default() };
        let got = fuse_boxes(&models, options).expect("valid boxes");
        assert_eq!(got.len(), 2);
        check(&got[0], [0.106_153_9, 0.1, 0.502_692_3, 0.503_461_5], together, 0);
        check(&got[1], [0.6, 0.6, 0.9, 0.9], alone, 0);
    }
}

#[test]
fn a_heavy_model_with_two_members_exceeds_one_as_in_the_reference() {
    let heavy = [scored([0.49, 0.56, 0.62, 0.78], 0.53, 1), scored([0.5, 0.59, 0.63, 0.83], 0.88, 1)];
    let models = [ModelBoxes { weight: 1.0, boxes: &[] }, ModelBoxes { weight: 2.8, boxes: &heavy }];
    for (confidence, score) in [
        (Confidence::Average, 1.038_947_36),
        (Confidence::AverageWithOverflow, 1.038_947_36),
        (Confidence::Maximum, 0.88),
        (Confidence::BoxAndModelAverage, 0.519_473_69),
        (Confidence::AbsentModelAwareAverage, 0.598_181_82),
    ] {
        let options = FusionOptions { confidence, ..FusionOptions::default() };
        let got = fuse_boxes(&models, options).expect("valid boxes");
        assert_eq!(got.len(), 1);
        check(&got[0], [0.496_241_12, 0.578_723_43, 0.626_241_15, 0.811_205_69], score, 1);
    }
}

#[test]
fn three_equal_boxes_worked_by_hand() {
    let boxes = [[0.1, 0.1, 0.5, 0.5], [0.12, 0.1, 0.52, 0.5], [0.1, 0.12, 0.5, 0.54]].map(|c| [scored(c, 1.0, 0)]);
    let models = boxes.each_ref().map(|boxes| ModelBoxes { weight: 1.0, boxes });
    let got = fuse_boxes(&models, FusionOptions::default()).expect("valid boxes");
    assert_eq!(got.len(), 1);
    check(&got[0], [0.106_666_7, 0.106_666_7, 0.506_666_7, 0.513_333_3], 1.0, 0);
    // Two of the three models agree, the third sees nothing.
    let two = [models[0], models[1], ModelBoxes { weight: 1.0, boxes: &[] }];
    near(fuse_boxes(&two, FusionOptions::default()).expect("valid boxes")[0].score, 2.0 / 3.0);
}

#[test]
fn boxes_are_cut_to_the_image_and_weak_ones_left_out() {
    let boxes = [
        scored([-0.5, 0.5, 0.5, 1.5], 0.9, 0),
        scored([1.5, 0.0, 2.0, 1.0], 0.9, 0),
        scored([0.2, 0.2, 0.2, 0.9], 0.9, 0),
        scored([0.6, 0.0, 0.9, 0.3], 0.05, 0),
    ];
    let models = [ModelBoxes { weight: 1.0, boxes: &boxes }];
    let got = fuse_boxes(&models, FusionOptions { min_score: 0.1, ..FusionOptions::default() }).expect("valid boxes");
    assert_eq!(got.len(), 1);
    check(&got[0], [0.0, 0.5, 0.5, 1.0], 0.9, 0);
}

#[test]
fn scores_of_nothing_still_have_a_box() {
    let boxes = [scored([0.1, 0.1, 0.5, 0.5], 0.0, 0), scored([0.1, 0.1, 0.5, 0.52], 0.0, 0)];
    let models = [ModelBoxes { weight: 0.0, boxes: &boxes }, ModelBoxes { weight: 1.0, boxes: &[] }];
    for confidence in [Confidence::Average, Confidence::BoxAndModelAverage, Confidence::AbsentModelAwareAverage] {
        let options = FusionOptions { confidence, ..FusionOptions::default() };
        let got = fuse_boxes(&models, options).expect("valid boxes");
        assert_eq!(got.len(), 1);
        check(&got[0], [0.1, 0.1, 0.5, 0.51], 0.0, 0);
    }
}

#[test]
fn what_is_no_score_is_refused() {
    let nan = [scored([0.1, 0.1, 0.5, 0.5], f64::NAN, 0)];
    let error = fuse_boxes(&[ModelBoxes { weight: 1.0, boxes: &nan }], FusionOptions::default()).expect_err("NaN");
    assert_eq!(
        error.to_string(),
        "cannot fuse boxes: the score of entry 0 is NaN; it has to be finite and not negative"
    );
    assert!(fuse_boxes(&[ModelBoxes { weight: -1.0, boxes: &[] }], FusionOptions::default()).is_err());
    assert!(fuse_boxes(&[ModelBoxes { weight: 0.0, boxes: &[] }], FusionOptions::default()).is_err());
    assert_eq!(fuse_boxes(&[], FusionOptions::default()).expect("nothing to do"), []);
}

fn boxes() -> impl Strategy<Value = Vec<ScoredBox>> {
    let one = (0.0..0.7_f64, 0.0..0.7_f64, 0.05..0.3_f64, 0.05..0.3_f64, 0.0..1.0_f64, 0_usize..3);
    prop::collection::vec(one.prop_map(|(x, y, w, h, score, c)| scored([x, y, x + w, y + h], score, c)), 0..12)
}

proptest! {
    #[test]
    fn one_model_whose_boxes_lie_apart_comes_out_as_it_went_in(
        scores in prop::collection::vec((0.0..1.0_f64, 0_usize..3), 0..16), weight in 0.1..5.0_f64,
    ) {
        // A grid of 4 × 4 fields, each with one box.
        let boxes: Vec<ScoredBox> = scores
            .iter()
            .enumerate()
            .map(|(at, &(score, class))| {
                let (x, y) = ((at % 4) as f64 / 4.0, (at / 4) as f64 / 4.0);
                scored([x, y, x + 0.2, y + 0.2], score, class)
            })
            .collect();
        let got = fuse_boxes(&[ModelBoxes { weight, boxes: &boxes }], FusionOptions::default()).expect("valid boxes");
        prop_assert_eq!(got.len(), boxes.len());
        for fused in got {
            let before = boxes[fused.members[0].1];
            prop_assert_eq!((fused.bbox, fused.class), (before.bbox, before.class));
            prop_assert!((fused.score - before.score).abs() < 1e-12);
        }
    }

    #[test]
    fn every_box_is_in_one_fused_box_that_lies_within_its_members(a in boxes(), b in boxes(), weight in 0.1..3.0_f64) {
        let models = [ModelBoxes { weight: 1.0, boxes: &a }, ModelBoxes { weight, boxes: &b }];
        let got = fuse_boxes(&models, FusionOptions::default()).expect("valid boxes");
        let mut members: Vec<(usize, usize)> = got.iter().flat_map(|fused| fused.members.clone()).collect();
        members.sort_unstable();
        let all = (0..a.len()).map(|at| (0, at)).chain((0..b.len()).map(|at| (1, at)));
        prop_assert_eq!(members, all.collect::<Vec<_>>());
        prop_assert!(got.windows(2).all(|pair| pair[0].score >= pair[1].score));
        for fused in &got {
            let of = |&(model, at): &(usize, usize)| if model == 0 { a[at] } else { b[at] };
            let least = fused.members.iter().map(|m| of(m).bbox.x1()).fold(1.0, f64::min);
            let most = fused.members.iter().map(|m| of(m).bbox.x2()).fold(0.0, f64::max);
            prop_assert!(fused.bbox.x1() >= least - 1e-12 && fused.bbox.x2() <= most + 1e-12);
            prop_assert!(fused.members.iter().all(|m| of(m).class == fused.class));
            prop_assert!(fused.score >= 0.0);
        }
        // These two never exceed the scores that they are made of.
        for confidence in [Confidence::Maximum, Confidence::BoxAndModelAverage] {
            let options = FusionOptions { confidence, ..FusionOptions::default() };
            let got = fuse_boxes(&models, options).expect("valid boxes");
            prop_assert!(got.iter().all(|fused| (0.0..=1.0 + 1e-12).contains(&fused.score)));
        }
    }
}
