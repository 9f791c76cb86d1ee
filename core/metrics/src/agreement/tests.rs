//! Golden numbers of three images with six boxes by each annotator, and the edges.

use concord_geometry::BBox;

use super::*;

pub(super) const CAR: usize = 0;
pub(super) const PERSON: usize = 1;
pub(super) const TRUCK: usize = 2;

pub(super) fn boxes(rated: &[(usize, [f64; 4])]) -> Vec<RatedBox> {
    rated
        .iter()
        .map(|&(class, corners)| RatedBox { bbox: BBox::try_from(corners).expect("a valid test box"), class })
        .collect()
}

pub(super) fn golden() -> Vec<ImagePair> {
    vec![
        ImagePair {
            id: "1".into(),
            a: boxes(&[
                (CAR, [10.0, 10.0, 50.0, 50.0]),
                (CAR, [60.0, 10.0, 100.0, 50.0]),
                (PERSON, [10.0, 60.0, 30.0, 100.0]),
            ]),
            b: boxes(&[
                (CAR, [12.0, 12.0, 52.0, 52.0]),
                (TRUCK, [60.0, 10.0, 98.0, 50.0]),
                (PERSON, [12.0, 62.0, 32.0, 100.0]),
                (CAR, [110.0, 110.0, 130.0, 130.0]),
            ]),
        },
        ImagePair {
            id: "2".into(),
            a: boxes(&[(PERSON, [0.0, 0.0, 20.0, 40.0]), (TRUCK, [50.0, 50.0, 90.0, 90.0])]),
            b: boxes(&[(PERSON, [0.0, 0.0, 20.0, 40.0])]),
        },
        ImagePair {
            id: "3".into(),
            a: boxes(&[(CAR, [0.0, 0.0, 40.0, 40.0])]),
            b: boxes(&[(CAR, [20.0, 0.0, 60.0, 40.0])]),
        },
    ]
}

fn options(replicates: u32) -> Options {
    Options { tau: 0.5, seed: 11, replicates, confidence: 0.95 }
}

fn near(metric: Metric, expected: f64) {
    let got = metric.value().expect("defined");
    assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
}

#[test]
fn golden_case_has_the_golden_numbers() {
    // scipy linear_sum_assignment and sklearn cohen_kappa_score.
    let got = detection_agreement(&golden(), 3, &options(0));
    assert_eq!(got.table, [[1, 0, 1, 1], [0, 2, 0, 0], [0, 0, 0, 1], [2, 0, 0, 0]]);
    near(got.f1_loc, 2.0 / 3.0);
    near(got.f1_cls, 0.5);
    near(got.kappa_cls, 0.6);
    near(got.kappa_det, 0.130_434_782_61);
    near(got.mean_iou, 0.888_286_345_06);
    near(got.per_class[CAR].kappa_presence, 1.0);
    near(got.per_class[PERSON].kappa_presence, 1.0);
    near(got.per_class[TRUCK].kappa_presence, -0.5);
    near(got.kappa_presence, 0.5);
    assert_eq!((got.counts.images, got.counts.boxes_a, got.counts.boxes_b, got.counts.matched), (3, 6, 6, 4));
    assert_eq!(got.f1_loc.ci(), None);
}

#[test]
fn golden_overlaps_are_found_pair_by_pair() {
    let expected = [0.822_323_462_41, 0.95, 0.780_821_917_81, 1.0];
    let mut got = Vec::new();
    for pair in golden() {
        got.extend(crate::matching::two_stage(&pair.a, &pair.b, 0.5).pairs.into_iter().map(|p| p.2));
    }
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }
}

#[test]
fn kappa_with_stated_regions_tends_to_f1() {
    let counts = detection_agreement(&golden(), 3, &options(0)).counts;
    for (regions, expected) in [(0, -1.0 / 3.0), (10, 0.5), (100, 0.647_058_823_53), (1000, 0.664_670_658_68)] {
        near(kappa_with_regions(&counts, regions).kappa, expected);
    }
}

#[test]
fn nothing_drawn_is_undefined_not_perfect() {
    let blank = ImagePair { id: "1".into(), a: vec![], b: vec![] };
    for pairs in [vec![], vec![blank]] {
        let got = detection_agreement(&pairs, 2, &options(20));
        assert_eq!(got.f1_loc.reason(), Some(Reason::Empty));
        assert_eq!(got.f1_cls.reason(), Some(Reason::Empty));
        assert_eq!(got.mean_iou.reason(), Some(Reason::Empty));
        assert_eq!(got.kappa_cls.reason(), Some(Reason::Empty));
        assert_eq!(got.kappa_presence.reason(), Some(Reason::Empty));
        assert_eq!(got.kappa_presence_left_out, 2);
    }
}

#[test]
fn one_class_has_no_background_kappa() {
    let pairs = vec![ImagePair {
        id: "1".into(),
        a: boxes(&[(0, [0.0, 0.0, 10.0, 10.0])]),
        b: boxes(&[(0, [0.0, 0.0, 10.0, 10.0])]),
    }];
    let got = detection_agreement(&pairs, 1, &options(0));
    assert_eq!(got.kappa_det.reason(), Some(Reason::NotApplicable));
    assert_eq!(got.kappa_cls.reason(), Some(Reason::NoVariation));
    near(got.f1_cls, 1.0);
}

#[test]
fn intervals_hold_the_value_and_do_not_depend_on_the_order_of_images() {
    let many: Vec<ImagePair> =
        (0..40).map(|i| ImagePair { id: format!("{i:03}"), ..golden()[i % 3].clone() }).collect();
    let mut reversed = many.clone();
    reversed.reverse();
    let got = detection_agreement(&many, 3, &options(300));
    let interval = got.f1_cls.ci().expect("an interval");
    assert!(interval.contains(got.f1_cls.value().expect("defined")) && interval.low < interval.high);
    assert_eq!(got, detection_agreement(&reversed, 3, &options(300)));
}

#[test]
fn replicates_that_lose_a_metric_are_reported() {
    // Each image alone has one class only, so many replicates of two images have no class variation.
    let pairs: Vec<ImagePair> = (0..2)
        .map(|i| {
            let drawn = boxes(&[(i, [0.0, 0.0, 10.0, 10.0])]);
            ImagePair { id: i.to_string(), a: drawn.clone(), b: drawn }
        })
        .collect();
    let got = detection_agreement(&pairs, 2, &options(400));
    near(got.kappa_cls, 1.0);
    assert!(got.unstable.contains(&"kappa_cls".to_owned()), "{:?}", got.unstable);
}

#[test]
fn json_names_are_stable() {
    let json = serde_json::to_value(detection_agreement(&golden(), 3, &options(0))).expect("a result serialises");
    for name in ["f1_loc", "f1_cls", "kappa_cls", "mean_iou", "kappa_det", "kappa_presence", "per_class", "table"] {
        assert!(json.get(name).is_some(), "{name} is missing");
    }
    assert_eq!(json["per_class"][2]["kappa_presence"]["n"], 3);
    assert_eq!(json["counts"]["matched_same_class"], 3);
}
