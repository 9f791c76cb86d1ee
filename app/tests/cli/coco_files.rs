//! Two COCO files without a project: the twelve numbers of pycocotools, plain, and a reason where there is none.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{concord_in, folder, write};

/// `COCOeval.stats` of pycocotools 2.0.11 on `coco_case.json`, in its order.
const STATS: [(&str, f64); 12] = [
    ("AP", 0.454_455_445_544_554_47),
    ("AP50", 0.667_079_207_920_792_1),
    ("AP75", 0.5),
    ("APs", 0.199_999_999_999_999_98),
    ("APm", 0.610_891_089_108_910_8),
    ("APl", 0.799_999_999_999_999_9),
    ("AR1", 0.416_666_666_666_666_63),
    ("AR10", 0.616_666_666_666_666_7),
    ("AR100", 0.616_666_666_666_666_7),
    ("ARs", 0.2),
    ("ARm", 0.683_333_333_333_333_3),
    ("ARl", 0.8),
];

fn case() -> (Value, Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/metrics/tests/data/coco_case.json");
    let case: Value = serde_json::from_slice(&std::fs::read(path).expect("in the repository")).expect("JSON");
    (case["gt"].clone(), case["dt"].clone())
}

#[test]
fn the_numbers_are_those_of_pycocotools() {
    let dir = folder();
    let (gt, dt) = case();
    write(&dir.path().join("gt.json"), gt.to_string());
    write(&dir.path().join("dt.json"), dt.to_string());
    let found = concord_in(dir.path(), "validate --gt {}/gt.json --dt {}/dt.json --json").code(0).json();
    for (name, expect) in STATS {
        let got = found["coco"][name].as_f64().unwrap_or_else(|| panic!("{name} is no number in {found:#}"));
        assert!((got - expect).abs() < 1e-9, "{name}: {got} instead of {expect}");
    }
    assert_eq!(found["reasons"], json!({}));
    concord_in(dir.path(), "validate --gt {}/gt.json --dt {}/dt.json").code(0).says(&["3 images", "AP50", "0.667"]);
}

#[test]
fn a_number_that_does_not_exist_is_null_with_a_reason() {
    let dir = folder();
    let gt = json!({
        "images": [{"id": 1}],
        "categories": [{"id": 1, "name": "a"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 10, 10], "area": 100, "iscrowd": 0}]
    });
    write(&dir.path().join("gt.json"), gt.to_string());
    write(&dir.path().join("dt.json"), "[]");
    let found = concord_in(dir.path(), "validate --gt {}/gt.json --dt {}/dt.json --json").code(0).json();
    assert_eq!(found["coco"]["AP"], 0.0);
    for name in ["APm", "APl", "ARm", "ARl"] {
        assert_eq!(found["coco"][name], Value::Null, "{name}");
        assert_eq!(found["reasons"][name], "empty", "{name}");
    }
    concord_in(dir.path(), "validate --gt {}/gt.json --dt {}/dt.json").code(0).says(&["— (empty)"]);
}

#[test]
fn a_file_that_cannot_be_compared_is_named_with_its_fault() {
    let dir = folder();
    let (gt, dt) = case();
    write(&dir.path().join("gt.json"), gt.to_string());
    write(&dir.path().join("dt.json"), dt.to_string());
    write(&dir.path().join("nan.json"), r#"[{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, NaN], "score": 1}]"#);
    let stray = json!([{"image_id": 77, "category_id": 1, "bbox": [0, 0, 1, 1], "score": 1}]);
    write(&dir.path().join("stray.json"), stray.to_string());
    for (gt, dt, code, cause) in [
        ("gt.json", "nan.json", 2, "detections"),
        ("gt.json", "stray.json", 2, "image 77"),
        ("dt.json", "dt.json", 2, "ground truth"),
        ("gt.json", "absent.json", 1, "cause: "),
    ] {
        let line = format!("validate --gt {{}}/{gt} --dt {{}}/{dt}");
        concord_in(dir.path(), &line).code(code).refuses(&[dt, cause]);
    }
}
