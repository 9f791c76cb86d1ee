//! Both engines against ONNX Runtime's own numbers. The second one is tried where its library is named by
//! `ORT_DYLIB_PATH`; elsewhere the message about its absence is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::support::{
    assert_close, assert_detections, assert_heat, data, json, letterboxed, load, numbers, options, size, synthetic,
};
use concord_geometry::Size;
use concord_inference::contract::{Head, YoloLayout};
use concord_inference::onnx::OnnxModel;
use concord_inference::preprocess::prepare;
use concord_inference::{
    DetectOptions, Dimension, Engine, EngineChoice, EngineError, InferenceError, Model, engines, open_session,
    ort_candidates,
};

pub(crate) fn ort_library() -> Option<PathBuf> {
    let value = std::env::var_os("ORT_DYLIB_PATH").filter(|value| !value.is_empty())?;
    ort_candidates(None, Some(value)).into_iter().find(|path| path.is_file())
}

/// Outputs and inner tensors are those of ONNX Runtime under Python, to 1e-4.
fn check_tensors(choice: EngineChoice, library: Option<&Path>) {
    let bytes: Arc<[u8]> = Arc::from(std::fs::read(data("detector.onnx")).expect("in the repository"));
    let onnx = OnnxModel::parse(&bytes).expect("a model");
    let session = open_session(&bytes, &onnx, &options(choice, library)).expect("a model for every engine");
    // rten forgets the sides that it cannot work out by itself; what it does say must be what the file says.
    for (shown, declared) in [(session.inputs(), &onnx.inputs), (session.outputs(), &onnx.outputs)] {
        assert_eq!(shown.len(), declared.len());
        for (shown, declared) in shown.iter().zip(declared) {
            assert_eq!((&shown.name, &shown.element), (&declared.name, &declared.element));
            let (sides, wanted) = (shown.shape.as_ref().expect("a shape"), declared.shape.as_ref().expect("a shape"));
            assert_eq!(sides.len(), wanted.len());
            for (side, wanted) in sides.iter().zip(wanted) {
                assert!(side == wanted || matches!(side, Dimension::Dynamic(_)), "{shown} is not {declared}");
            }
        }
    }
    for case in json("expected.json")["cases"].as_array().expect("cases") {
        let image = size(&case["image"]);
        let (input, _) = prepare(&synthetic(image.width, image.height), &letterboxed(Size::new(48, 32)));
        let wanted = ["detections", "gate", "features", "neck"];
        let tensors = session.run(&[("images", &input)], &wanted).expect("a run");
        let shapes: Vec<&[usize]> = tensors.iter().map(concord_inference::Tensor::shape).collect();
        assert_eq!(shapes, [&[1, 6, 24][..], &[1, 5, 4, 6], &[1, 5, 4, 6], &[1, 5, 4, 6]]);
        for (name, tensor) in wanted.iter().zip(&tensors) {
            assert_close(name, tensor.data().iter().map(|v| f64::from(*v)), &numbers(&case[name]), 1e-4);
        }
    }
    let (input, _) = prepare(&synthetic(4, 4), &letterboxed(Size::new(48, 32)));
    let unknown = session.run(&[("images", &input)], &["elsewhere"]).expect_err("no such tensor");
    assert_eq!(unknown, EngineError::UnknownTensor("elsewhere".into()));
    let (small, _) = prepare(&synthetic(4, 4), &letterboxed(Size::new(8, 8)));
    assert!(session.run(&[("images", &small)], &["detections"]).is_err(), "an input of another size");
}

/// From image to boxes and maps, as numpy does it.
fn check_model(choice: EngineChoice, library: Option<&Path>, engine: Engine) {
    let model = load("detector.onnx", choice, library);
    assert_eq!(model.engine(), engine);
    let named = load("named_tensor.onnx", choice, library);
    let dynamic = load("dynamic.onnx", choice, library);
    for case in json("expected.json")["cases"].as_array().expect("cases") {
        let image_size = size(&case["image"]);
        let image = synthetic(image_size.width, image_size.height);
        let options = DetectOptions {
            score_threshold: case["threshold"].as_f64().expect("a number") as f32,
            nms_iou: case["nms_iou"].as_f64().expect("a number"),
            max_detections: 300,
        };
        let found = model.detect(&image, &options).expect("a run");
        assert_detections("detector", &found, &case["kept"]);
        assert_eq!(dynamic.detect(&image, &options).expect("a run"), found, "the same graph with dynamic axes");
        let batch = model.predict_batch(&[&image, &synthetic(9, 31), &image], &options).expect("a run");
        assert_eq!((batch.len(), &batch[0].objects, &batch[2].objects), (3, &found, &found));
        let heat_size = size(&case["heat_size"]);
        assert_heat("features", &model.saliency(&image).expect("a map"), heat_size, &case["heat"]);
        assert_heat("gate", &named.saliency(&image).expect("a map"), heat_size, &case["gate_heat"]);
    }
    let plain = load("plain.onnx", choice, library);
    let error = plain.saliency(&synthetic(8, 8)).expect_err("no feature map");
    assert!(matches!(error, InferenceError::NoFeatureMap { .. }), "{error}");
    assert!(plain.tensors().iter().any(|name| name == "neck"));
    plain.saliency_of(&synthetic(8, 8), "neck").expect("an inner tensor");
    let error = plain.saliency_of(&synthetic(8, 8), "detections").expect_err("three dimensions").to_string();
    assert!(error.contains("[1, 6, 24]"), "{error}");
}

/// Values that are no detections are refused with the file's name.
fn check_refusals(choice: EngineChoice, library: Option<&Path>) {
    for (name, part) in [("logits.onnx", "sigmoid"), ("nan.onnx", "NaN")] {
        let error = load(name, choice, library).detect(&synthetic(20, 20), &DetectOptions::default());
        let error = error.expect_err(name).to_string();
        assert!(error.contains(name) && error.contains(part), "{error}");
    }
}

#[test]
fn rten_gives_the_numbers_of_onnx_runtime() {
    check_tensors(EngineChoice::Rten, None);
    check_model(EngineChoice::Rten, None, Engine::Rten);
    check_refusals(EngineChoice::Rten, None);
    check_threads(EngineChoice::Rten, None);
}

#[test]
fn onnx_runtime_gives_them_too_or_its_absence_is_explained() {
    let Some(library) = ort_library() else {
        let nowhere = Path::new("/nowhere/libonnxruntime.so");
        let error = Model::load(&data("detector.onnx"), &options(EngineChoice::OnnxRuntime, Some(nowhere)))
            .expect_err("no library");
        let text = error.to_string();
        assert!(text.contains("detector.onnx") && text.contains("there is no library at /nowhere"), "{text}");
        let status = &engines(Some(nowhere))[1];
        assert_eq!((status.engine, status.available, &status.version), (Engine::OnnxRuntime, false, &None));
        assert_eq!(status.reason, "there is no library at /nowhere/libonnxruntime.so");
        // Without the library, the automatic choice is the engine that is built in.
        assert_eq!(load("detector.onnx", EngineChoice::Auto, Some(nowhere)).engine(), Engine::Rten);
        return;
    };
    let library = Some(library.as_path());
    check_tensors(EngineChoice::OnnxRuntime, library);
    check_model(EngineChoice::Auto, library, Engine::OnnxRuntime);
    check_refusals(EngineChoice::OnnxRuntime, library);
    check_threads(EngineChoice::OnnxRuntime, library);
    let status = &engines(library)[1];
    assert!(status.available && status.reason.starts_with("loaded from "), "{}", status.reason);
    assert!(!engines(Some(Path::new("/nowhere/x.so")))[1].available, "a wrong path is told even after loading");
}

#[test]
fn the_engine_that_is_built_in_is_always_available() {
    let status = &engines(Some(Path::new("/nowhere/x.so")))[0];
    assert_eq!((status.engine, status.available), (Engine::Rten, true));
    let json = serde_json::to_value(status).expect("a plain struct");
    assert_eq!((&json["engine"], &json["reason"]), (&"rten".into(), &"built in".into()));
}

/// Four threads share one model and each gets what it gets alone.
fn check_threads(choice: EngineChoice, library: Option<&Path>) {
    let model = load("detector.onnx", choice, library);
    let image = synthetic(40, 20);
    let alone = model.detect(&image, &DetectOptions::default()).expect("a run");
    std::thread::scope(|scope| {
        let runs: Vec<_> =
            (0..4).map(|_| scope.spawn(|| model.detect(&image, &DetectOptions::default()).expect("a run"))).collect();
        for run in runs {
            assert_eq!(run.join().expect("no panic"), alone);
        }
    });
}

#[test]
fn the_contract_says_what_the_metadata_and_the_shapes_say() {
    let model = load("detector.onnx", EngineChoice::Rten, None);
    assert_eq!(model.sha256(), json("expected.json")["sha256"].as_str().expect("Python's hashlib"));
    let contract = model.contract();
    let input = &contract.input;
    assert_eq!((input.name.as_str(), input.size, input.any_batch), ("images", Size::new(48, 32), true));
    assert_eq!((contract.names_declared, contract.class_names.join(" ")), (true, "bolt nut's".to_owned()));
    let Head::Yolo(head) = &contract.head else { panic!("{:?} is no YOLO", contract.head) };
    assert_eq!((head.boxes.as_str(), head.layout, &head.prototypes), ("detections", YoloLayout::Columns, &None));
    assert_eq!(contract.saliency_tensor.as_deref(), Some("features"));
    // Ultralytics' metadata says how pixels are treated; only the family is a guess.
    assert_eq!(contract.assumed, ["family yolov8 (detections [1, 6, 24], features [1, 5, 4, 6])"]);
    let plain = load("plain.onnx", EngineChoice::Rten, None);
    assert_eq!(plain.contract().class_names, ["class 0", "class 1"]);
    assert!(!plain.contract().names_declared && !plain.contract().input.any_batch);
    assert_eq!(load("named_tensor.onnx", EngineChoice::Rten, None).contract().class_names, ["bolt", "nut"]);
}

#[test]
fn thresholds_outside_their_range_are_refused() {
    let model = load("plain.onnx", EngineChoice::Rten, None);
    let options = DetectOptions::default();
    for bad in [
        DetectOptions { score_threshold: 1.5, ..options },
        DetectOptions { score_threshold: f32::NAN, ..options },
        DetectOptions { nms_iou: -0.1, ..options },
    ] {
        assert!(matches!(model.detect(&synthetic(4, 4), &bad), Err(InferenceError::Option { .. })), "{bad:?}");
    }
}
