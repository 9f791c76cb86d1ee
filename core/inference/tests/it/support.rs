//! What the tests share: the small models, the images they were computed with, and the numbers to expect.

use std::path::PathBuf;

use concord_geometry::Size;
use concord_imaging::Rgb8;
use concord_inference::contract::{Element, Layout};
use concord_inference::{Detection, EngineChoice, EngineOptions, Heatmap, Input, Model};
use serde_json::Value;

/// The path of a file in `tests/data`.
pub(crate) fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// A JSON file in `tests/data`, written by one of the Python scripts there.
pub(crate) fn json(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(data(name)).expect("the file is in the repository")).expect("valid JSON")
}

/// The image that `make_letterbox.py` calls `synthetic`.
pub(crate) fn synthetic(width: u32, height: u32) -> Rgb8 {
    Rgb8::from_fn(Size::new(width, height), |x, y| {
        [0, 1, 2].map(|c| (x * 7 + y * 13 + c * 29 + (x * y) % 11 * 3 + (x + 2 * y + c) % 5 * 17) as u8)
    })
}

/// A size written as `[width, height]`.
pub(crate) fn size(value: &Value) -> Size {
    let side = |index: usize| value[index].as_u64().expect("a whole number") as u32;
    Size::new(side(0), side(1))
}

/// An input that Ultralytics' letterbox fills.
pub(crate) fn letterboxed(size: Size) -> Input {
    Input::plain("images", Element::Float32, Layout::Nchw, 3, size, false)
}

/// A list of numbers.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// Asserts that both lists have one length and differ by at most `tolerance` anywhere.
pub(crate) fn assert_close(what: &str, found: impl IntoIterator<Item = f64>, expect: &[f64], tolerance: f64) {
    let found: Vec<f64> = found.into_iter().collect();
    assert_eq!(found.len(), expect.len(), "{what}: another number of values");
    for (index, (a, b)) in found.iter().zip(expect).enumerate() {
        assert!((a - b).abs() <= tolerance, "{what}: value {index} is {a}, expected {b}");
    }
}

/// One engine and nothing else.
pub(crate) fn options(choice: EngineChoice, library: Option<&std::path::Path>) -> EngineOptions {
    EngineOptions { ort_library: library.map(std::path::Path::to_path_buf), ..EngineOptions::only(choice) }
}

/// A model of `tests/data`, which must load.
pub(crate) fn load(name: &str, choice: EngineChoice, library: Option<&std::path::Path>) -> Model {
    Model::load(&data(name), &options(choice, library)).expect("a model that fits")
}

/// Asserts that detections are those that numpy computed.
pub(crate) fn assert_detections(what: &str, found: &[Detection], expect: &Value) {
    let expect = expect.as_array().expect("a list");
    assert_eq!(found.len(), expect.len(), "{what}: another number of boxes");
    for (detection, expect) in found.iter().zip(expect) {
        assert_eq!(detection.class as u64, expect["class"].as_u64().expect("a class"), "{what}");
        let bbox: [f64; 4] = detection.bbox.into();
        assert_close(what, bbox, &numbers(&expect["bbox"]), 1e-3);
        assert_close(what, [f64::from(detection.score)], &[expect["score"].as_f64().expect("a score")], 1e-4);
        let scores = detection.class_scores.iter().map(|score| f64::from(*score));
        assert_close(what, scores, &numbers(&expect["class_scores"]), 1e-4);
    }
}

/// Asserts that a saliency map is the one that numpy computed.
pub(crate) fn assert_heat(what: &str, map: &Heatmap, expect_size: Size, expect: &Value) {
    assert_eq!(Size::new(map.width, map.height), expect_size, "{what}");
    assert_eq!((map.method, map.constant), ("eigencam", false), "{what}");
    assert_close(what, map.values.iter().map(|value| f64::from(*value)), &numbers(expect), 1e-4);
}
