//! COCO evaluation against pycocotools 2.0.11 on a small case, and against hotcoco's own driver on a generated set.

use concord_geometry::BBox;
use concord_metrics::coco::{CocoNumbers, DetectionBox, Evaluator, GroundTruthBox, Image, evaluate, evaluate_json};
use concord_metrics::rng::Stream;
use concord_metrics::{Metric, MetricsError, Reason, bootstrap};
use proptest::prelude::*;
use serde_json::{Value, json};

/// `COCOeval.stats` of pycocotools 2.0.11.
const STATS: [f64; 12] = [
    0.454_455_445_544_554_47,
    0.667_079_207_920_792_1,
    0.5,
    0.199_999_999_999_999_98,
    0.610_891_089_108_910_8,
    0.799_999_999_999_999_9,
    0.416_666_666_666_666_63,
    0.616_666_666_666_666_7,
    0.616_666_666_666_666_7,
    0.2,
    0.683_333_333_333_333_3,
    0.8,
];

fn case() -> (Value, Value) {
    let case: Value = serde_json::from_str(include_str!("data/coco_case.json")).expect("the case parses");
    (case["gt"].clone(), case["dt"].clone())
}

fn run(gt: &Value, dt: &Value) -> Result<concord_metrics::coco::CocoStats, MetricsError> {
    evaluate_json(&gt.to_string(), &dt.to_string())
}

fn near(metric: Metric, expected: f64) {
    let got = metric.value().expect("defined");
    assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
}

#[test]
fn the_case_equals_pycocotools() {
    let (gt, dt) = case();
    let stats = run(&gt, &dt).expect("the case evaluates");
    for ((name, metric), expected) in stats.overall.named().into_iter().zip(STATS) {
        let got = metric.value().expect("defined");
        assert!((got - expected).abs() < 1e-9, "{name}: {got} instead of {expected}");
    }
    near(stats.per_category[0].numbers.ap, 0.533_663_366_336_633_7);
    near(stats.per_category[1].numbers.ap, 0.375_247_524_752_475_25);
    assert_eq!(stats.per_category[2].numbers.ap.reason(), Some(Reason::Empty));
    assert_eq!((stats.images, stats.objects, stats.detections), (3, 6, 11));
}

#[test]
fn typed_boxes_give_the_same_numbers_as_files() {
    let (gt, dt) = case();
    let number = |value: &Value| value.as_f64().expect("a number");
    let id = |value: &Value| value.as_u64().expect("an id");
    let bbox = |value: &Value| {
        let [x, y, w, h] = std::array::from_fn(|i| number(&value["bbox"][i]));
        BBox::from_xywh(x, y, w, h).expect("a valid box")
    };
    let truths: Vec<GroundTruthBox> = gt["annotations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| GroundTruthBox {
            image: id(&row["image_id"]),
            category: id(&row["category_id"]),
            bbox: bbox(row),
            area: number(&row["area"]),
            iscrowd: row["iscrowd"] == 1,
        })
        .collect();
    let found: Vec<DetectionBox> = dt
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| DetectionBox {
            image: id(&row["image_id"]),
            category: id(&row["category_id"]),
            bbox: bbox(row),
            score: number(&row["score"]),
        })
        .collect();
    let images = [Image { id: 3 }, Image { id: 1 }, Image { id: 2 }];
    let stats = evaluate(&truths, &found, &images, &[1, 2, 3]).expect("the case evaluates");
    assert_eq!(stats, run(&gt, &dt).expect("the case evaluates"));
}

#[test]
fn an_annotation_id_of_zero_does_not_lose_its_match() {
    // pycocotools itself takes id 0 for "no match" and would give AP 0.2708; ids ≥ 1 give 0.4545.
    let (mut gt, dt) = case();
    gt["annotations"][0]["id"] = json!(0);
    near(run(&gt, &dt).expect("it evaluates").overall.ap, STATS[0]);
}

#[test]
fn detections_of_undeclared_categories_are_left_out_and_counted() {
    let (gt, mut dt) = case();
    let rows = dt.as_array_mut().expect("a list");
    rows.push(json!({"image_id": 1, "category_id": 99, "bbox": [0, 0, 10, 10], "score": 0.99}));
    let stats = run(&gt, &dt).expect("it evaluates");
    near(stats.overall.ap, STATS[0]);
    assert_eq!(stats.ignored_detections, 1);
}

#[test]
fn detections_may_stand_in_a_coco_file() {
    let (gt, dt) = case();
    near(run(&gt, &json!({ "annotations": dt })).expect("it evaluates").overall.ap, STATS[0]);
}

#[test]
fn nothing_to_find_is_undefined_and_nothing_found_is_zero() {
    let (mut gt, dt) = case();
    assert_eq!(run(&gt, &json!([])).expect("it evaluates").overall.ap.value(), Some(0.0));
    gt["annotations"] = json!([]);
    let stats = run(&gt, &dt).expect("it evaluates");
    for (name, metric) in stats.overall.named() {
        assert_eq!(metric.reason(), Some(Reason::Empty), "{name}");
    }
}

fn message(gt: &Value, dt: &str) -> String {
    evaluate_json(&gt.to_string(), dt).expect_err("it is refused").to_string()
}

#[test]
fn broken_input_is_refused_with_its_place() {
    let (gt, _) = case();
    let row = |image: i64, bbox: &str, score: &str| {
        format!(r#"[{{"image_id": {image}, "category_id": 1, "bbox": {bbox}, "score": {score}}}]"#)
    };
    let text = message(&gt, &row(77, "[0,0,1,1]", "0.5"));
    assert!(text.contains("entry 0 of the detections") && text.contains("image 77"), "{text}");
    let text = message(&gt, &row(1, "[0,0,1,1]", "NaN"));
    assert!(text.contains("detections") && text.contains("line 1"), "{text}");
    let text = message(&gt, &row(1, "[0,0,-1,1]", "0.5"));
    assert!(text.contains("negative size"), "{text}");
    let text = message(&gt, &row(-1, "[0,0,1,1]", "0.5"));
    assert!(text.contains("not negative"), "{text}");
    let mut dangling = gt.clone();
    dangling["annotations"][2]["image_id"] = json!(9);
    let text = message(&dangling, "[]");
    assert!(text.contains("entry 2 of the ground truth") && text.contains("image 9"), "{text}");
    let mut undeclared = gt.clone();
    undeclared["annotations"][1]["category_id"] = json!(9);
    assert!(message(&undeclared, "[]").contains("category 9"));
    let nan = DetectionBox {
        image: 1,
        category: 1,
        bbox: BBox::new(0.0, 0.0, 1.0, 1.0).expect("a valid box"),
        score: f64::NAN,
    };
    let error = evaluate(&[], &[nan], &[Image { id: 1 }], &[1]).expect_err("a NaN score is refused");
    assert!(error.to_string().contains("score"), "{error}");
}

/// Random images with crowds, ties, class confusion and more than a hundred detections on one image.
fn generated(seed: u64, images: u64) -> (Value, Value) {
    let mut stream = Stream::new(seed, "coco", "generated", 0);
    let (mut annotations, mut detections) = (Vec::new(), Vec::new());
    for image in 1..=images {
        for _ in 0..stream.below(9) {
            let category = 1 + stream.below(3);
            let [x, y] = [stream.next_f64() * 300.0, stream.next_f64() * 300.0].map(f64::round);
            let side = libm::exp(2.0 + 3.0 * stream.next_f64()).round();
            annotations.push(json!({
                "id": annotations.len() + 1, "image_id": image, "category_id": category,
                "bbox": [x, y, side, side], "area": side * side * 0.8, "iscrowd": u8::from(stream.below(10) == 0),
            }));
            for _ in 0..stream.below(4) {
                let shift = |stream: &mut Stream| (stream.normal() * 0.08 * side).round();
                let bbox = [x + shift(&mut stream), y + shift(&mut stream), side, side];
                let category = if stream.below(8) == 0 { 1 + stream.below(3) } else { category };
                let score = stream.below(20) as f64 / 20.0;
                detections.push(json!({
                    "image_id": image, "category_id": category, "bbox": bbox, "score": score,
                }));
            }
        }
        let stray = if image == 1 { 130 } else { stream.below(3) };
        for _ in 0..stray {
            let bbox = [stream.next_f64() * 300.0, stream.next_f64() * 300.0, 20.0, 30.0];
            let score = stream.below(20) as f64 / 20.0;
            detections.push(json!({ "image_id": image, "category_id": 2, "bbox": bbox, "score": score }));
        }
    }
    let images: Vec<Value> = (1..=images).map(|id| json!({ "id": id })).collect();
    let categories: Vec<Value> = (1..=3).map(|id| json!({ "id": id, "name": id.to_string() })).collect();
    (json!({ "images": images, "categories": categories, "annotations": annotations }), json!(detections))
}

/// hotcoco's complete pipeline, which has its own accumulation.
fn hotcoco_stats(gt: &Value, dt: &Value) -> Vec<f64> {
    let dataset: hotcoco::Dataset = serde_json::from_value(gt.clone()).expect("a dataset");
    let gt = hotcoco::COCO::from_dataset(dataset);
    let dt = gt.load_res_anns(serde_json::from_value(dt.clone()).expect("results")).expect("results load");
    let mut driver = hotcoco::COCOeval::new(gt, dt, hotcoco::IouType::Bbox);
    driver.evaluate().expect("it evaluates");
    driver.accumulate();
    driver.summarize_lines();
    driver.stats().expect("stats").to_vec()
}

#[test]
fn generated_sets_equal_the_driver_of_hotcoco() {
    for seed in 0..6 {
        let (gt, dt) = generated(seed, 25);
        let ours = run(&gt, &dt).expect("it evaluates");
        for ((name, metric), expected) in ours.overall.named().into_iter().zip(hotcoco_stats(&gt, &dt)) {
            let got = metric.value_or(-1.0);
            assert!((got - expected).abs() < 1e-12, "seed {seed}, {name}: {got} instead of {expected}");
        }
    }
}

#[test]
fn a_slice_equals_evaluating_only_its_images() {
    let (gt, dt) = generated(3, 20);
    let evaluator = Evaluator::from_json(&gt.to_string(), &dt.to_string()).expect("it evaluates");
    let slice: Vec<u64> = (5..=12).collect();
    let within = |value: &Value, key: &str| slice.contains(&value[key].as_u64().expect("an id"));
    let keep = |list: &Value, key: &str| -> Value {
        list.as_array().expect("a list").iter().filter(|row| within(row, key)).cloned().collect()
    };
    let mut part = gt.clone();
    part["images"] = keep(&gt["images"], "id");
    part["annotations"] = keep(&gt["annotations"], "image_id");
    let expected = run(&part, &keep(&dt, "image_id")).expect("it evaluates");
    assert_eq!(evaluator.slice(&slice).expect("a slice"), expected);
    assert!(evaluator.slice(&[99]).expect_err("unknown").to_string().contains("image 99"));
}

#[test]
fn weights_equal_duplicated_images() {
    // Distinct scores: with ties the order among duplicates is free.
    let (gt, mut dt) = generated(4, 12);
    for (at, row) in dt.as_array_mut().expect("a list").iter_mut().enumerate() {
        row["score"] = json!(row["score"].as_f64().expect("a score") + at as f64 * 1e-6);
    }
    let evaluator = Evaluator::from_json(&gt.to_string(), &dt.to_string()).expect("it evaluates");
    let weights: Vec<u32> = (0..12).map(|i| i % 3).collect();
    let got = evaluator.weighted(&weights).expect("twelve weights");
    // The recall does not depend on the order among duplicates, so it must agree exactly with the definition.
    let recall = |image: u64| evaluator.slice(&[image]).expect("a slice").per_category[0];
    let (mut hits, mut objects) = (0.0, 0.0);
    for (at, &weight) in weights.iter().enumerate() {
        let part = recall(at as u64 + 1);
        if let Some(value) = part.numbers.ar100.value() {
            hits += f64::from(weight) * value * part.objects as f64;
            objects += f64::from(weight) * part.objects as f64;
        }
    }
    near(got.per_category[0].numbers.ar100, hits / objects);
    assert!(evaluator.weighted(&[1]).is_err());
    assert_eq!(evaluator.weighted(&[1; 12]).expect("twelve weights"), evaluator.stats());
}

#[test]
fn bootstrap_intervals_surround_the_value() {
    let (gt, dt) = generated(5, 40);
    let evaluator = Evaluator::from_json(&gt.to_string(), &dt.to_string()).expect("it evaluates");
    let options = bootstrap::Options { seed: 9, replicates: 200, confidence: 0.95 };
    let stats = evaluator.stats_with_intervals(&options);
    for (name, metric) in stats.overall.named() {
        if let Some(value) = metric.value() {
            let interval = metric.ci().expect("an interval");
            assert!(interval.contains(value), "{name}: {value} outside {interval:?}");
        }
    }
    assert_eq!(stats, evaluator.stats_with_intervals(&options));
}

#[test]
fn json_has_the_twelve_names_at_the_top() {
    let (gt, dt) = case();
    let stats = serde_json::to_value(run(&gt, &dt).expect("it evaluates")).expect("a result serialises");
    for name in CocoNumbers::NAMES {
        assert!(stats[name].get("value").is_some(), "{name}");
        assert!(stats["per_category"][0][name].get("value").is_some(), "{name}");
    }
    assert_eq!(stats["per_category"][2]["AP"], json!({"value": null, "reason": "empty"}));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn order_of_images_and_a_monotone_change_of_scores_do_not_matter(seed in 0_u64..1000) {
        let (mut gt, mut dt) = generated(seed, 8);
        for (at, row) in dt.as_array_mut().expect("a list").iter_mut().enumerate() {
            row["score"] = json!(row["score"].as_f64().expect("a score") + at as f64 * 1e-6);
        }
        let before = run(&gt, &dt).expect("it evaluates");
        gt["images"].as_array_mut().expect("a list").reverse();
        let rename = |row: &mut Value, key: &str| row[key] = json!(1000 - row[key].as_u64().expect("an id"));
        gt["images"].as_array_mut().expect("a list").iter_mut().for_each(|row| rename(row, "id"));
        gt["annotations"].as_array_mut().expect("a list").iter_mut().for_each(|row| rename(row, "image_id"));
        for row in dt.as_array_mut().expect("a list") {
            rename(row, "image_id");
            row["score"] = json!(libm::exp(row["score"].as_f64().expect("a score")));
        }
        let after = run(&gt, &dt).expect("it evaluates");
        prop_assert_eq!(before.overall, after.overall);
    }
}
