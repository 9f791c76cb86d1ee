//! Every family of outputs against what numpy reads from them: the models, contracts and numbers of
//! `tests/data/contracts`, from the image to the objects, on both engines.

use std::path::Path;

use concord_geometry::{Geometry, Mask, Point, RotatedBox};
use concord_inference::{DetectOptions, Detection, EngineChoice, EngineOptions, Model, Reading};
use serde_json::Value;

use crate::engines::ort_library;
use crate::support::{data, json, numbers, options, size, synthetic};

/// Share of an image's pixels that a mask may differ in: those on whose border the last bit of a probability decides.
const MASK_SHARE: f64 = 0.002;

/// How far numbers may lie from numpy's; a graph of half precision is computed in single precision by some engines.
#[derive(Clone, Copy)]
struct Tolerance {
    /// Image pixels.
    place: f64,
    /// Scores, probabilities, embeddings.
    score: f64,
}

/// The first value that lies too far off, as text.
fn close(what: &str, found: &[f64], expect: &[f64], tolerance: f64) -> Result<(), String> {
    if found.len() != expect.len() {
        return Err(format!("{what}: {} values, expected {}", found.len(), expect.len()));
    }
    let far = |(a, b): (&f64, &f64)| (a - b).is_nan() || (a - b).abs() > tolerance;
    match found.iter().zip(expect).position(far) {
        Some(index) => Err(format!("{what}: value {index} is {}, expected {}", found[index], expect[index])),
        None => Ok(()),
    }
}

fn widened(values: &[f32]) -> Vec<f64> {
    values.iter().map(|value| f64::from(*value)).collect()
}

/// Corners, not sides and angle: a box turned by a quarter with its sides exchanged is the same box.
fn compare_rotated(found: &RotatedBox, expect: &Value, place: f64) -> Result<(), String> {
    let numbers = numbers(expect);
    let &[x, y, width, height, radians] = numbers.as_slice() else { return Err("five numbers".into()) };
    let expect = RotatedBox::new(Point::new(x, y), width, height, radians.to_degrees()).expect("a box");
    for corner in expect.corners() {
        if !found.corners().iter().any(|other| other.distance(corner) <= place * 2.0) {
            return Err(format!("{found:?} has no corner at {corner:?}"));
        }
    }
    Ok(())
}

/// COCO's uncompressed counts as values of the image, column by column.
fn column_major(counts: &Value) -> Vec<bool> {
    let mut value = true;
    numbers(counts)
        .into_iter()
        .flat_map(|count| {
            value = !value;
            std::iter::repeat_n(value, count as usize)
        })
        .collect()
}

pub(crate) fn compare_mask(found: &Mask, expect: &Value) -> Result<(), String> {
    let rle = found.rle();
    let sides = numbers(&expect["size"]);
    close("sides of the mask", &[f64::from(rle.height), f64::from(rle.width)], &sides, 0.0)?;
    let expect = column_major(&expect["counts"]);
    let found = rle.to_row_major();
    let (width, height) = (rle.width as usize, rle.height as usize);
    assert_eq!(expect.len(), width * height, "the counts cover the image");
    let differ = (0..expect.len()).filter(|at| expect[*at] != found[at % height * width + at / height]).count();
    if differ as f64 > MASK_SHARE * expect.len() as f64 {
        return Err(format!("{differ} of {} pixels of the mask differ", expect.len()));
    }
    Ok(())
}

fn compare_object(found: &Detection, expect: &Value, tolerance: Tolerance) -> Result<(), String> {
    let class = expect["class"].as_u64().expect("a class");
    if found.class as u64 != class {
        return Err(format!("the class is {}, expected {class}", found.class));
    }
    let bbox: [f64; 4] = found.bbox.into();
    close("box", &bbox, &numbers(&expect["bbox"]), tolerance.place)?;
    let score = expect["score"].as_f64().expect("a score");
    close("score", &[f64::from(found.score)], &[score], tolerance.score)?;
    close("class scores", &widened(&found.class_scores), &numbers(&expect["class_scores"]), tolerance.score)?;
    match (&found.shape, expect.get("rotated"), expect.get("mask")) {
        (None, None, None) => {}
        (Some(Geometry::RotatedBox(found)), Some(expect), None) => compare_rotated(found, expect, tolerance.place)?,
        (Some(Geometry::Mask(found)), None, Some(expect)) => compare_mask(found, expect)?,
        (shape, _, _) => return Err(format!("the shape is {shape:?}")),
    }
    match (found.localisation, expect.get("localisation").and_then(Value::as_f64)) {
        (None, None) => {}
        (Some(found), Some(expect)) => close("localisation", &[f64::from(found)], &[expect], tolerance.score)?,
        (found, expect) => return Err(format!("the localisation is {found:?}, expected {expect:?}")),
    }
    match (found.spread, expect.get("spread")) {
        (None, None) => Ok(()),
        (Some(found), Some(expect)) => close("spread", &widened(&found), &numbers(expect), tolerance.place),
        (found, expect) => Err(format!("the spread is {found:?}, expected {expect:?}")),
    }
}

fn compare_list(what: &str, found: Option<&[f32]>, expect: &Value, tolerance: f64) -> Result<(), String> {
    match (found, expect.is_null()) {
        (None, true) => Ok(()),
        (Some(found), false) => close(what, &widened(found), &numbers(expect), tolerance),
        (found, _) => Err(format!("{what}: {found:?}")),
    }
}

fn compare(found: &Reading, case: &Value, tolerance: Tolerance) -> Result<(), String> {
    let objects = case["objects"].as_array().expect("a list");
    if found.objects.len() != objects.len() {
        return Err(format!("{} objects, expected {}", found.objects.len(), objects.len()));
    }
    for (index, (found, expect)) in found.objects.iter().zip(objects).enumerate() {
        compare_object(found, expect, tolerance).map_err(|reason| format!("object {index}: {reason}"))?;
    }
    compare_list("classes", found.classes.as_deref(), &case["classes"], tolerance.score)?;
    compare_list("embedding", found.embedding.as_deref(), &case["embedding"], tolerance.score)
}

fn run_case(case: &Value, choice: EngineChoice, library: Option<&Path>) -> Result<(), String> {
    let path = data("contracts").join(case["model"].as_str().expect("a file"));
    let model = Model::load(&path, &options(choice, library)).map_err(|error| error.to_string())?;
    assert_eq!(model.sha256(), case["sha256"].as_str().expect("Python's hashlib"), "another file than numpy read");
    let number = |table: &str, key: &str| case[table][key].as_f64().expect("a number");
    let detect = DetectOptions {
        score_threshold: number("options", "score_threshold") as f32,
        nms_iou: number("options", "nms_iou"),
        max_detections: number("options", "max_detections") as usize,
    };
    let tolerance = Tolerance { place: number("tolerance", "box"), score: number("tolerance", "score") };
    let image = size(&case["image"]);
    let image = synthetic(image.width, image.height);
    let reading = model.predict(&image, &detect).map_err(|error| error.to_string())?;
    compare(&reading, case, tolerance)
}

/// Runs every case and tells of all that fail at once: a family is seldom wrong alone.
fn check(choice: EngineChoice, library: Option<&Path>) {
    let expected = json("contracts/expected.json");
    let cases = expected["cases"].as_array().expect("cases");
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let reason = run_case(case, choice, library).err()?;
            Some(format!("{} on {}: {reason}", case["model"], case["image"]))
        })
        .collect();
    assert!(failures.is_empty(), "{} of {} cases:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

#[test]
fn rten_reads_every_family_as_numpy_does() {
    check(EngineChoice::Rten, None);
}

#[test]
fn onnx_runtime_reads_every_family_as_numpy_does() {
    // Without the library there is nothing to compare; `engines` checks what is said then.
    if let Some(library) = ort_library() {
        check(EngineChoice::OnnxRuntime, Some(&library));
    }
}

#[test]
fn the_names_of_the_classes_are_those_of_the_contract() {
    for case in json("contracts/expected.json")["cases"].as_array().expect("cases") {
        let name = case["model"].as_str().expect("a file");
        let model = Model::load(&data("contracts").join(name), &EngineOptions::only(EngineChoice::Rten)).expect(name);
        let named: Vec<&str> = case["classes_named"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|name| name.as_str().expect("a name"))
            .collect();
        assert_eq!(model.contract().class_names, named, "{name}");
    }
}
