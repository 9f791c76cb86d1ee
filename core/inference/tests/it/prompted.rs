//! Prompted segmentation against numpy: the pairs and numbers of `tests/data/prompted`, on both engines, and pairs and
//! prompts that are refused.

use std::path::{Path, PathBuf};

use concord_geometry::{BBox, Mask, Point, Size};
use concord_imaging::Rgb8;
use concord_inference::{
    Embedding, EngineChoice, EngineOptions, InferenceError, Model, Prompt, PromptedKeys, Prompter, Segment,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::contracts::compare_mask;
use crate::engines::ort_library;
use crate::support::{data, json, numbers, options, size};

/// The picture of `toy.py`: a red disc, a green bar and a blue corner on a shaded grey.
fn picture(size: Size) -> Rgb8 {
    let (width, height) = (size.width, size.height);
    Rgb8::from_fn(size, |x, y| {
        let shade = (x * 40 / width + y * 30 / height) as u8;
        let (u, v) = ((2 * x + 1) * 100 / (2 * width), (2 * y + 1) * 100 / (2 * height));
        let is_in_disc = u.abs_diff(30).pow(2) + v.abs_diff(40).pow(2) < 22 * 22;
        match (u, v) {
            (..45, 75..) => [45, 60, 200],
            (60..90, 15..75) => [40, 190, 60],
            _ if is_in_disc => [210, 40, 35],
            _ => [100 + shade, 105 + shade, 95 + shade],
        }
    })
}

fn pair(name: &str) -> PathBuf {
    data("prompted").join(format!("{name}.encoder.onnx"))
}

fn open(name: &str) -> Prompter {
    Prompter::open(&pair(name), &EngineOptions::only(EngineChoice::Rten)).expect("a pair that fits")
}

fn point(x: f64, y: f64, is_added: bool) -> (Point, bool) {
    (Point::new(x, y), is_added)
}

fn points_of(case: &Value) -> Vec<(Point, bool)> {
    let points = case["points"].as_array().expect("a list").iter().map(numbers);
    points.map(|p| point(p[0], p[1], p[2] > 0.5)).collect()
}

fn compare(found: &Segment, case: &Value) -> Result<(), String> {
    let score = case["score"].as_f64().expect("a score");
    // Smoothing may be a level off Pillow's in a pixel, which a score of a mean over all cells shows.
    let tolerance = if case["pair"] == "square" { 5e-4 } else { 1e-4 };
    if (f64::from(found.score) - score).abs() > tolerance {
        return Err(format!("the score is {}, expected {score}", found.score));
    }
    match (&found.mask, &case["mask"]) {
        (None, Value::Null) => Ok(()),
        (Some(found), expect @ Value::Object(_)) => compare_mask(found, expect),
        (found, expect) => Err(format!("the mask is {found:?}, expected {expect}")),
    }
}

fn run_case(prompter: &Prompter, embedding: &Embedding, case: &Value) -> Result<(), String> {
    let segment = |prompt: &Prompt<'_>| prompter.segment(embedding, prompt).map_err(|error| error.to_string());
    let points = points_of(case);
    let bbox = (!case["bbox"].is_null()).then(|| {
        let n = numbers(&case["bbox"]);
        BBox::new(n[0], n[1], n[2], n[3]).expect("a box")
    });
    let is_chain = case["chain"].as_bool().expect("a boolean");
    let first = is_chain.then(|| segment(&Prompt { points: points[..1].to_vec(), ..Prompt::default() }));
    let first = first.transpose()?;
    let previous = first.as_ref().and_then(|first| first.low_res.as_ref());
    assert_eq!(previous.is_some(), is_chain, "these decoders take their masks back");
    compare(&segment(&Prompt { points, bbox, previous })?, case)
}

/// Runs every case and tells of all that fail at once.
fn check(choice: EngineChoice, library: Option<&Path>) {
    let expected = json("prompted/expected.json");
    let cases = expected["cases"].as_array().expect("cases");
    let mut failures = Vec::new();
    for name in ["square", "four", "finer", "batched"] {
        let prompter = Prompter::open(&pair(name), &options(choice, library)).expect("a pair that fits");
        let hash = |part: &str| expected["sha256"][format!("{name}.{part}.onnx")].as_str().expect("Python's hashlib");
        assert_eq!((prompter.sha256(), prompter.decoder_sha256()), (hash("encoder"), hash("decoder")));
        for case in cases.iter().filter(|case| case["pair"] == name) {
            let embedding = prompter.embed(&picture(size(&case["image"]))).expect("an embedding");
            if let Err(reason) = run_case(&prompter, &embedding, case) {
                let (image, index) = (&case["image"], &case["index"]);
                failures.push(format!("{name}, mask {index} of {image}, {}: {reason}", case["points"]));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {} cases:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

#[test]
fn rten_segments_as_numpy_does() {
    check(EngineChoice::Rten, None);
}

#[test]
fn onnx_runtime_segments_as_numpy_does() {
    // Without the library there is nothing to compare; `engines` checks what is said then.
    if let Some(library) = ort_library() {
        check(EngineChoice::OnnxRuntime, Some(&library));
    }
}

#[test]
fn an_embedding_tells_its_size_and_belongs_to_its_encoder() {
    let square = open("square");
    let embedding = square.embed(&picture(Size::new(64, 64))).expect("an embedding");
    // [1, 4, 8, 8] of four bytes each; the other one has [1, 4, 8, 12], [1, 1, 32, 48] and [1, 1, 16, 24].
    assert_eq!((embedding.byte_count(), embedding.image_size()), (1024, Size::new(64, 64)));
    let finer = open("finer").embed(&picture(Size::new(64, 64))).expect("an embedding");
    assert_eq!(finer.byte_count(), (384 + 1536 + 384) * 4);
    assert_eq!(embedding.encoder_sha256(), square.sha256());
    let middle = Prompt { points: vec![point(32.0, 32.0, true)], ..Prompt::default() };
    let error = square.segment(&finer, &middle).expect_err("not this encoder's").to_string();
    assert!(error.contains("square.encoder.onnx: the embedding was made by another encoder"), "{error}");
    let low_res = square.segment(&embedding, &middle).expect("a run").low_res.expect("it takes one back");
    assert_eq!((low_res.size(), low_res.logits().len()), (Size::new(32, 32), 1024));
    assert_eq!(open("batched").embed(&picture(Size::new(9, 9))).expect("any size").image_size(), Size::new(9, 9));
}

#[test]
fn an_embedding_is_read_as_it_was_written() {
    for name in ["square", "finer", "batched"] {
        let prompter = open(name);
        let embedding = prompter.embed(&picture(Size::new(40, 20))).expect("an embedding");
        let bytes = embedding.to_bytes();
        let read = prompter.restore(&bytes, Size::new(40, 20)).expect("its own");
        assert_eq!(read.to_bytes(), bytes);
        let prompt = Prompt { points: vec![point(12.0, 8.0, true)], ..Prompt::default() };
        let answer = |embedding| prompter.segment(embedding, &prompt).expect("an answer");
        assert_eq!(answer(&read), answer(&embedding));
        // Of another image, for another pair, cut short anywhere, longer, or with any byte altered it is nothing.
        assert!(prompter.restore(&bytes, Size::new(20, 40)).is_none());
        assert!(open("four").restore(&bytes, Size::new(40, 20)).is_none());
        for place in (0..bytes.len()).step_by(41) {
            assert!(prompter.restore(&bytes[..place], Size::new(40, 20)).is_none());
            let mut altered = bytes.clone();
            altered[place] ^= 0x10;
            assert!(prompter.restore(&altered, Size::new(40, 20)).is_none(), "byte {place}");
        }
        assert!(prompter.restore(&[&bytes[..], b"x"].concat(), Size::new(40, 20)).is_none());
    }
}

#[test]
fn a_complete_card_leaves_nothing_to_be_told() {
    for name in ["square", "four", "finer", "batched"] {
        let prompter = open(name);
        let card = prompter.complete_card();
        let options = EngineOptions::only(EngineChoice::Rten);
        let text = card.to_toml().expect("it can be written");
        let read = concord_inference::Card::from_toml(&text).expect("it can be read");
        let decoder = pair(name).with_file_name(format!("{name}.decoder.onnx"));
        let again = Prompter::open_files(&pair(name), &decoder, &read, &options).expect("the same pair");
        assert!(again.assumed().is_empty(), "{:?}", again.assumed());
        assert_eq!((again.input(), again.complete_card()), (prompter.input(), card));
        let image = picture(Size::new(50, 80));
        let prompt = Prompt { points: vec![point(15.0, 32.0, true)], ..Prompt::default() };
        let answer = |of: &Prompter| of.segment(&of.embed(&image).expect("read"), &prompt).expect("an answer");
        assert_eq!(answer(&again), answer(&prompter));
    }
}

#[test]
fn what_is_assumed_is_said() {
    let colours = "levels 0..=255 with Segment Anything's mean and standard deviation";
    assert_eq!(open("square").assumed(), ["fit letterbox-top-left", colours]);
    assert_eq!(open("four").assumed(), [colours]);
    assert!(open("finer").assumed().is_empty() && open("batched").assumed().is_empty());
    let input = open("square").input().clone();
    assert_eq!((input.scale, input.mean, input.std[2]), (1.0, vec![123.675, 116.28, 103.53], 57.375));
}

#[test]
fn prompts_that_make_no_sense_are_refused() {
    let square = open("square");
    let embedding = square.embed(&picture(Size::new(40, 20))).expect("an embedding");
    let bbox = |x1, y1, x2, y2| BBox::new(x1, y1, x2, y2).ok();
    let at = |x, y| vec![point(x, y, true)];
    for (prompt, part) in [
        (Prompt::default(), "neither a point nor a box"),
        (Prompt { points: at(40.5, 3.0), ..Prompt::default() }, "(40.5, 3) lies outside the image of 40 × 20"),
        (Prompt { points: at(f64::NAN, 3.0), ..Prompt::default() }, "(NaN, 3) lies outside"),
        (Prompt { bbox: bbox(50.0, 2.0, 60.0, 9.0), ..Prompt::default() }, "(50, 2, 60, 9) has no part in the image"),
    ] {
        let error = square.segment(&embedding, &prompt).expect_err(part);
        assert!(matches!(error, InferenceError::Prompt { .. }), "{error:?}");
        assert!(error.to_string().contains(part), "{error}");
    }
    // A box that stands out is cut to the image: the answer is that for the part inside.
    let answer = |bbox| square.segment(&embedding, &Prompt { bbox, ..Prompt::default() }).expect("a run");
    assert_eq!(answer(bbox(-50.0, 2.0, 20.0, 90.0)), answer(bbox(0.0, 2.0, 20.0, 20.0)));
    let first = answer(bbox(2.0, 2.0, 20.0, 18.0)).low_res.expect("it takes one back");
    for (name, part) in [("batched", "takes no earlier mask"), ("finer", "[1, 1, 32, 32], not [1, 1, 32, 48]")] {
        let other = open(name);
        let embedding = other.embed(&picture(Size::new(40, 20))).expect("an embedding");
        let prompt = Prompt { points: at(3.0, 3.0), previous: Some(&first), ..Prompt::default() };
        let error = other.segment(&embedding, &prompt).expect_err(part).to_string();
        assert!(error.contains(part), "{error}");
    }
}

/// Files of `tests/data/prompted` under other names, and a card for them.
fn wrong_pair(encoder: &str, decoder: Option<&str>, card: Option<&str>) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = |from: &str, to: &str| {
        std::fs::copy(data("prompted").join(from), folder.path().join(to)).expect("in the repository");
    };
    copy(encoder, "sam.encoder.onnx");
    if let Some(decoder) = decoder {
        copy(decoder, "sam.decoder.onnx");
    }
    if let Some(card) = card {
        std::fs::write(folder.path().join("sam.encoder.toml"), card).expect("a card");
    }
    let path = folder.path().join("sam.encoder.onnx");
    Prompter::open(&path, &EngineOptions::only(EngineChoice::Rten)).expect_err(encoder).to_string()
}

#[test]
fn a_pair_that_does_not_fit_is_refused_with_expected_and_found() {
    let card = "[prompted]\ndecoder = \"sam.decoder.onnx\"\n";
    let square = "square.decoder.onnx";
    let wide = "[prompted]\ndecoder = \"sam.decoder.onnx\"\nembeddings = { image_embeddings = \"high_res_feats_1\" }\n";
    for (encoder, decoder, parts) in [
        ("square.encoder.onnx", None, ["the decoder sam.decoder.onnx beside it", "no such file"]),
        (
            "square.encoder.onnx",
            Some("no_sam.onnx"),
            ["point_coords or batched_point_coords", "images (float32 [1, 3, 64, 64])"],
        ),
        (
            "square.encoder.onnx",
            Some("flat_points.decoder.onnx"),
            ["points [1, N, 2]", "point_coords (float32 [num_points, 2])"],
        ),
        (
            "square.encoder.onnx",
            Some("five_channels.decoder.onnx"),
            ["image_embeddings (float32 [1, 5, 8, 8])", "found image_embeddings (float32 [1, 4, 8, 8])"],
        ),
        (
            "square.encoder.onnx",
            Some("nan.decoder.onnx"),
            ["sam.decoder.onnx gave a result", "of mask 0 in low_res_masks is NaN"],
        ),
        (
            "square.encoder.onnx",
            Some("finer.decoder.onnx"),
            ["image_embeddings (float32 [1, 4, 8, 12])", "found image_embeddings (float32 [1, 4, 8, 8])"],
        ),
        (
            "no_sam.onnx",
            Some(square),
            ["image_embeddings (float32 [1, 4, 8, 8])", "detections (float32 [1, 3, 64, 64])"],
        ),
        ("square.decoder.onnx", Some(square), ["one input [batch, 3, height, width]", "6 inputs"]),
    ] {
        let text = wrong_pair(encoder, decoder, Some(card));
        assert!(parts.iter().all(|part| text.contains(part)), "{encoder} and {decoder:?}: {text}");
    }
    let text = wrong_pair("finer.encoder.onnx", Some("finer.decoder.onnx"), Some(wide));
    assert!(text.contains("image_embeddings (float32 [1, 4, 8, 12])") && text.contains("[1, 1, 16, 24]"), "{text}");
}

#[test]
fn a_card_that_does_not_fit_is_refused() {
    let with = |keys: &str| {
        let card = format!("[prompted]\ndecoder = \"sam.decoder.onnx\"\n{keys}\n");
        wrong_pair("square.encoder.onnx", Some("square.decoder.onnx"), Some(&card))
    };
    for (keys, part) in [
        ("mask_threshold = nan", "a finite mask_threshold"),
        ("coordinates = [0, 64]", "coordinates Some([0, 64])"),
        ("coordinates = [64, 100000]", "coordinates Some([64, 100000])"),
        ("tensors = { points = \"clicks\" }", "a tensor \"clicks\" of the decoder, as the card says"),
        ("embeddings = { elsewhere = \"image_embeddings\" }", "an input \"elsewhere\" of the decoder"),
        ("embeddings = { image_embeddings = \"elsewhere\" }", "an output elsewhere of the encoder"),
        ("unheard_of = 1", "unheard_of"),
    ] {
        let text = with(keys);
        assert!(text.contains(part), "{keys}: {text}");
    }
    for (card, part) in [
        (None, "a section [prompted] that names its decoder"),
        (Some("[input]\nsize = [64, 64]\n"), "a section [prompted] that names its decoder"),
        (Some("[prompted]\nmask_threshold = 0.0\n"), "missing field `decoder`"),
        (Some("family = \"detr\"\n[prompted]\ndecoder = \"sam.decoder.onnx\"\n"), "the family detr"),
        (Some("[prompted]\ndecoder = \"../sam.decoder.onnx\"\n"), "\"../sam.decoder.onnx\""),
    ] {
        let text = wrong_pair("square.encoder.onnx", Some("square.decoder.onnx"), card);
        assert!(text.contains(part), "{card:?}: {text}");
    }
}

#[test]
fn an_encoder_of_a_pair_is_no_model_by_itself() {
    let error = Model::load(&pair("square"), &EngineOptions::only(EngineChoice::Rten)).expect_err("half a pair");
    assert!(error.to_string().contains("the decoder square.decoder.onnx reads, together with prompts"), "{error}");
    let card = concord_inference::card_beside(&pair("square")).expect("a card");
    let keys: &PromptedKeys = card.prompted.as_ref().expect("a section");
    assert_eq!(keys.decoder, "square.decoder.onnx");
    let again = concord_inference::Card::from_toml(&card.to_toml().expect("TOML")).expect("a card");
    assert_eq!(again, card);
}

#[test]
fn threads_share_a_pair() {
    fn shared<T: Send + Sync>() {}
    shared::<Prompter>();
    shared::<Embedding>();
}

/// True when every pixel of the first mask belongs to the second.
fn holds(larger: Option<&Mask>, smaller: Option<&Mask>) -> bool {
    let Some(smaller) = smaller else { return true };
    let Some(larger) = larger else { return false };
    larger.rle().to_row_major().iter().zip(smaller.rle().to_row_major()).all(|(large, small)| *large || !small)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// By construction: a cell's logit is the greatest likeness to a point that adds, minus the greatest to one that
    /// removes, and interpolation keeps the order of logits.
    #[test]
    fn adding_adds_and_removing_removes(
        w in 8_u32..160, h in 8_u32..160, at in proptest::collection::vec((0.0..=1.0_f64, 0.0..=1.0_f64), 2..5)
    ) {
        let square = open("square");
        let embedding = square.embed(&picture(Size::new(w, h))).expect("an embedding");
        let place = |(x, y): (f64, f64)| Point::new(x * f64::from(w), y * f64::from(h));
        let (last, first) = at.split_last().expect("at least two");
        let ask = |more: Option<bool>| {
            let mut points: Vec<(Point, bool)> = first.iter().map(|p| (place(*p), true)).collect();
            points.extend(more.map(|is_added| (place(*last), is_added)));
            square.segment(&embedding, &Prompt { points, ..Prompt::default() }).expect("a run").mask
        };
        let (before, added, removed) = (ask(None), ask(Some(true)), ask(Some(false)));
        prop_assert!(holds(added.as_ref(), before.as_ref()), "adding took pixels away");
        prop_assert!(holds(before.as_ref(), removed.as_ref()), "removing added pixels");
    }
}
