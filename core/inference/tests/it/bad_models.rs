//! Files that are no fitting models: each is refused with its name, what was expected and what was found.

use std::path::Path;

use crate::support::data;
use concord_inference::{Card, EngineChoice, EngineOptions, InferenceError, Model};

fn rten() -> EngineOptions {
    EngineOptions::only(EngineChoice::Rten)
}

fn refusal(name: &str) -> InferenceError {
    Model::load(&data(name), &rten()).expect_err(name)
}

#[test]
fn a_model_that_does_not_fit_is_refused_with_expected_and_found() {
    for (name, expected, found) in [
        ("four_channels.onnx", "[batch, 3, height, width]", "images (float32 [1, 4, 32, 48])"),
        ("flat_input.onnx", "[batch, 3, height, width]", "x (float32 [1, 3072])"),
        ("three_names.onnx", "7 rows in detections (4 and one for each of the 3 names)", "6 rows"),
        ("bad_names.onnx", "the metadata key `names` to list the classes", "no class 1"),
        ("batch_of_two.onnx", "a batch of 1", "images (float32 [2, 3, 32, 48])"),
        ("stride_seven.onnx", "multiples of the stride 7", "48 × 32 pixels"),
        ("dynamic_no_size.onnx", "the metadata key `imgsz`", "[batch, 3, height, width]"),
    ] {
        let error = refusal(name);
        assert!(matches!(error, InferenceError::Contract { .. }), "{name}: {error:?}");
        let text = error.to_string();
        assert!(text.contains(name), "{text}");
        let (before, after) = text.split_once(", found ").expect("expected …, found …");
        assert!(before.contains(expected), "{text}");
        assert!(after.contains(found), "{text}");
    }
}

#[test]
fn other_files_are_refused_by_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let detector = std::fs::read(data("detector.onnx")).expect("in the repository");
    for (name, bytes, part) in [
        ("empty.onnx", &b""[..], "the file is empty"),
        ("picture.onnx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is not an ONNX file"),
        ("text.onnx", b"names: [bolt, nut]\n", "it is not an ONNX file"),
        ("half.onnx", &detector[..detector.len() / 2], "it is damaged or truncated"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        let error = Model::load(&path, &rten()).expect_err(name);
        assert!(matches!(error, InferenceError::Onnx { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(name) && text.contains(part), "{text}");
    }
    let error = Model::load(&folder.path().join("absent.onnx"), &rten()).expect_err("no file");
    assert!(matches!(error, InferenceError::Read { .. }), "{error:?}");
    assert!(error.to_string().contains("absent.onnx"));
}

#[test]
fn every_truncation_is_refused_or_complete() {
    // Only a cut between the trailing fields of the file leaves a whole model.
    let bytes = std::fs::read(data("plain.onnx")).expect("in the repository");
    let mut whole = 0;
    for end in 0..bytes.len() {
        whole +=
            usize::from(Model::from_bytes(Path::new("cut.onnx"), &bytes[..end], &Card::default(), &rten()).is_ok());
    }
    assert!(whole <= 2, "{whole} cuts loaded");
}

#[test]
fn a_flipped_bit_is_refused_or_gives_another_model() {
    // One of these bits makes a size overflow inside rten 0.27 (a panic in builds that check arithmetic): it must come
    // back as an error like the others.
    let bytes = std::fs::read(data("detector.onnx")).expect("in the repository");
    let mut refused = 0;
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        refused += usize::from(Model::from_bytes(Path::new("f.onnx"), damaged, &Card::default(), &rten()).is_err());
    }
    assert!(refused > 100, "only {refused} of {} were refused", bytes.len());
}
