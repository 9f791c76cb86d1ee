//! A file that is no ONNX Runtime. Alone in its process: once a right library is loaded, it stays.

use std::path::Path;

use concord_inference::{EngineChoice, EngineOptions, InferenceError, Model, engines};

#[test]
fn a_wrong_library_is_named_with_the_reason() {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/detector.onnx");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let library = folder.path().join("libonnxruntime.so");
    std::fs::write(&library, b"not a library").expect("a file");
    let options = EngineOptions { ort_library: Some(library), ..EngineOptions::only(EngineChoice::OnnxRuntime) };
    let error = Model::load(&model, &options).expect_err("no library");
    assert!(matches!(error, InferenceError::Engine { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("ONNX Runtime is not available") && text.contains("libonnxruntime.so"), "{text}");
    // Named by its folder, it is the same file, where that is how the system names libraries.
    if cfg!(target_os = "linux") {
        let status = &engines(Some(folder.path()))[1];
        assert!(!status.available && status.reason.contains("libonnxruntime.so"), "{}", status.reason);
    }
}
