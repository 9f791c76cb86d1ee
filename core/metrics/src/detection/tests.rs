//! Operating points on the small COCO case (counts read off pycocotools' matches) and on hand-made sets.

use concord_geometry::BBox;

use super::*;

fn bbox(xywh: [f64; 4]) -> BBox {
    BBox::from_xywh(xywh[0], xywh[1], xywh[2], xywh[3]).expect("a valid test box")
}

fn truth(image: u64, category: u64, xywh: [f64; 4], iscrowd: bool) -> GroundTruthBox {
    GroundTruthBox { image, category, bbox: bbox(xywh), area: xywh[2] * xywh[3], iscrowd }
}

fn found(image: u64, category: u64, xywh: [f64; 4], score: f64) -> DetectionBox {
    DetectionBox { image, category, bbox: bbox(xywh), score }
}

/// The boxes of `tests/data/coco_case.json`.
fn case() -> Matched {
    let gt = [
        truth(1, 1, [10.0, 10.0, 40.0, 40.0], false),
        truth(1, 1, [100.0, 100.0, 20.0, 20.0], false),
        truth(1, 2, [60.0, 10.0, 30.0, 60.0], false),
        truth(2, 1, [0.0, 0.0, 120.0, 120.0], false),
        truth(2, 1, [130.0, 0.0, 60.0, 100.0], true),
        truth(2, 2, [10.0, 130.0, 32.0, 32.0], false),
        truth(3, 2, [20.0, 20.0, 50.0, 50.0], false),
    ];
    let dt = [
        found(1, 1, [12.0, 11.0, 40.0, 40.0], 0.9),
        found(1, 1, [14.0, 14.0, 40.0, 40.0], 0.8),
        found(1, 1, [100.0, 104.0, 20.0, 20.0], 0.6),
        found(1, 2, [100.0, 100.0, 20.0, 20.0], 0.55),
        found(1, 2, [62.0, 12.0, 30.0, 60.0], 0.6),
        found(2, 1, [5.0, 5.0, 110.0, 118.0], 0.6),
        found(2, 1, [135.0, 10.0, 20.0, 20.0], 0.7),
        found(2, 1, [150.0, 40.0, 20.0, 20.0], 0.65),
        found(2, 2, [20.0, 140.0, 32.0, 32.0], 0.5),
        found(3, 1, [150.0, 150.0, 30.0, 30.0], 0.3),
        found(3, 2, [20.0, 20.0, 50.0, 50.0], 0.4),
    ];
    let images = [Image { id: 1 }, Image { id: 2 }, Image { id: 3 }];
    Matched::new(&gt, &dt, &images, &[1, 2], 0.5).expect("the case is valid")
}

fn no_intervals() -> bootstrap::Options {
    bootstrap::Options { seed: 0, replicates: 0, confidence: 0.95 }
}

#[test]
fn counts_equal_the_matches_of_pycocotools() {
    // evalImgs of pycocotools 2.0.11 at IoU 0.5, area all: category 1 hits with .9, .6 and .6, category 2 with .6 and .4;
    // the detections with .7 and .65 fall on the crowd and are ignored.
    let point = case().operating_point(0.35, &no_intervals());
    assert_eq!((point.true_positives, point.false_positives, point.false_negatives), (5, 3, 1));
    assert_eq!(point.precision.value(), Some(0.625));
    assert_eq!(point.fppi.value(), Some(1.0));
    assert_eq!((point.recall.n(), point.precision.n(), point.images), (6, 8, 3));
    let f1 = point.f1.value().expect("defined");
    assert!((f1 - 10.0 / 14.0).abs() < 1e-15);
}

#[test]
fn counts_of_each_image_add_up() {
    let per_image = case().per_image(0.35);
    let counts: Vec<(u64, u64, u64, u64)> =
        per_image.iter().map(|c| (c.image, c.true_positives, c.false_positives, c.false_negatives)).collect();
    assert_eq!(counts, [(1, 3, 2, 0), (2, 1, 1, 1), (3, 1, 0, 0)]);
}

#[test]
fn wilson_intervals_come_from_the_same_counts() {
    // statsmodels proportion_confint(5, 8, method="wilson")
    let interval = case().operating_point(0.35, &no_intervals()).precision_wilson.expect("an interval");
    assert!((interval.low - 0.305_742_394_602_627_3).abs() < 1e-9, "{interval:?}");
    assert!((interval.high - 0.863_155_714_176_402_7).abs() < 1e-9, "{interval:?}");
}

#[test]
fn a_threshold_above_every_score_leaves_precision_undefined() {
    let point = case().operating_point(2.0, &no_intervals());
    assert_eq!(point.precision.reason(), Some(Reason::ZeroDenominator));
    assert_eq!(point.recall.value(), Some(0.0));
    assert_eq!(point.precision_wilson, None);
}

#[test]
fn best_f1_prefers_the_higher_threshold_among_equals() {
    let gt = [truth(1, 1, [0.0, 0.0, 10.0, 10.0], false), truth(1, 1, [50.0, 0.0, 10.0, 10.0], false)];
    let dt = [
        found(1, 1, [0.0, 0.0, 10.0, 10.0], 0.9),
        found(1, 1, [100.0, 0.0, 10.0, 10.0], 0.8),
        found(1, 1, [120.0, 0.0, 10.0, 10.0], 0.8),
        found(1, 1, [50.0, 0.0, 10.0, 10.0], 0.7),
    ];
    let matched = Matched::new(&gt, &dt, &[Image { id: 1 }], &[1], 0.5).expect("valid");
    // F1: at 0.9 2/3, at 0.8 2/5, at 0.7 4/6 — the same as at 0.9.
    let best = matched.best_f1().expect("there are objects");
    assert_eq!((best.score, best.f1), (0.9, 2.0 / 3.0));
    assert_eq!(matched.curve().len(), 3);
}

#[test]
fn slices_and_categories_keep_the_matches() {
    let matched = case();
    let part = matched.for_images(&[3, 1]).expect("known images").operating_point(0.35, &no_intervals());
    assert_eq!((part.true_positives, part.false_positives, part.false_negatives, part.images), (4, 2, 0, 2));
    assert!(matched.for_images(&[8]).is_err());
    let per_category = matched.per_category(0.35, &no_intervals());
    assert_eq!((per_category[&1].true_positives, per_category[&1].false_positives), (3, 1));
    assert_eq!((per_category[&2].true_positives, per_category[&2].false_positives), (2, 2));
    assert_eq!(matched.for_category(77).objects(), 0);
    assert!(matched.for_category(77).best_f1().is_none());
}

#[test]
fn bootstrap_intervals_are_reproducible_and_surround_the_value() {
    let options = bootstrap::Options { seed: 3, replicates: 500, confidence: 0.95 };
    let point = case().operating_point(0.35, &options);
    let interval = point.recall.ci().expect("an interval");
    assert!(interval.contains(point.recall.value().expect("defined")), "{interval:?}");
    assert_eq!(point, case().operating_point(0.35, &options));
}

#[test]
fn a_thinned_curve_keeps_the_ends_and_the_corner() {
    let point = |at: u32, recall: f64, precision: f64| CurvePoint { score: -f64::from(at), precision, recall, f1: 0.0 };
    let mut points: Vec<CurvePoint> = (0..=50).map(|i| point(i, f64::from(i) / 100.0, 1.0)).collect();
    points.extend((51..=100).map(|i| point(i, 0.5, 1.0 - f64::from(i - 50) / 50.0)));
    let thin = thin_curve(&points, 3);
    assert_eq!(thin, [points[0], points[50], points[100]]);
    assert_eq!(thin_curve(&points, 2000), points);
    // Everything else lies on the two straight lines, so more room changes nothing.
    assert_eq!(thin_curve(&points, 50).len(), 3);
}

#[test]
fn json_names_are_stable() {
    let json = serde_json::to_value(case().operating_point(0.35, &no_intervals())).expect("it serialises");
    for name in ["precision", "recall", "f1", "fppi", "precision_wilson", "boxes_clustered", "per_image"] {
        assert!(json.get(name).is_some(), "{name}");
    }
    assert_eq!(json["per_image"][1]["false_negatives"], 1);
}
