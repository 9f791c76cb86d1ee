//! Contracts from shapes, metadata and cards.

use concord_geometry::Size;

use super::*;
use crate::onnx::OnnxModel;
use crate::tensor::Tensor;

fn model(metadata: &[(&str, &str)]) -> OnnxModel {
    let mut model = OnnxModel::parse(include_bytes!("../../tests/data/dynamic_no_size.onnx")).expect("a model");
    model.metadata = metadata.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    model
}

fn draft(metadata: &[(&str, &str)], card: &str) -> Result<Draft, ContractError> {
    Draft::new(&model(metadata), &Card::from_toml(card).expect("a card"))
}

fn tensor(shape: &[usize]) -> Tensor {
    Tensor::filled(shape, 0.0)
}

/// The contract of a 64 × 64 model with outputs `a`, `b` … of these shapes.
fn contract(shapes: &[&[usize]], card: &str) -> Result<Contract, ContractError> {
    let mut draft = draft(&[("imgsz", "64")], card)?;
    draft.outputs = ["a", "b", "c", "d", "e", "f"].iter().take(shapes.len()).map(ToString::to_string).collect();
    draft.finish(&shapes.iter().map(|shape| tensor(shape)).collect::<Vec<_>>())
}

#[test]
fn the_size_of_a_dynamic_input_comes_from_the_metadata() {
    for (text, size) in [("[480, 640]", Size::new(640, 480)), ("320", Size::new(320, 320)), ("(8,4)", Size::new(4, 8))]
    {
        assert_eq!(draft(&[("imgsz", text)], "").expect(text).input.size, size);
    }
    for text in ["", "[640, 640, 3]", "[640, x]", "[0, 640]", "[100000, 640]", "[-1, 640]"] {
        assert!(draft(&[("imgsz", text)], "").is_err(), "{text}");
    }
    assert_eq!(draft(&[], "input.size = [48, 32]").expect("declared").input.size, Size::new(48, 32));
}

#[test]
fn the_stride_must_divide_the_input() {
    let error = draft(&[("imgsz", "[480, 600]"), ("stride", "32")], "").expect_err("600 is no multiple");
    assert_eq!(
        error.to_string(),
        "expected an input of whole multiples of the stride 32, found 600 × 480 pixels (width × height)"
    );
    for text in ["0", "-32", "wide"] {
        assert!(draft(&[("imgsz", "64"), ("stride", text)], "").is_err(), "{text}");
    }
}

#[test]
fn a_named_saliency_tensor_must_exist() {
    let error = draft(&[("imgsz", "64"), ("saliency_tensor", "neckk")], "").expect_err("misspelt");
    assert!(error.found.contains("neckk"));
    let error = draft(&[("imgsz", "64")], "saliency.tensor = 'neckk'").expect_err("misspelt");
    assert!(error.expected.contains("model.toml") && error.found.contains("neckk"));
}

/// Shapes as real exports have them, at 64 × 64 pixels: 84 cells for strides 8, 16 and 32, 85 with 64.
#[test]
fn families_are_recognised_by_their_shapes() {
    const NAMES: &str = "classes.names = ['x', 'y', 'z']";
    let cases: &[(&[&[usize]], &str, Family)] = &[
        (&[&[1, 7, 84]], NAMES, Family::Yolov8),
        (&[&[1, 7, 84]], "", Family::Yolov8),
        (&[&[1, 84, 7]], NAMES, Family::Yolov8),
        (&[&[1, 11, 84], &[1, 4, 16, 16]], NAMES, Family::Yolov8),
        (&[&[1, 252, 8]], NAMES, Family::Yolov5),
        (&[&[1, 252, 8]], "", Family::Yolov5),
        (&[&[1, 84, 8]], NAMES, Family::Yolox),
        (&[&[1, 300, 6]], NAMES, Family::Yolov10),
        (&[&[1, 85, 35]], NAMES, Family::Gfl),
        (&[&[1, 64, 3], &[1, 4, 3], &[1, 16, 3], &[1, 16, 32], &[1, 64, 32], &[1, 4, 32]], NAMES, Family::Gfl),
        (&[&[1, 100, 4], &[1, 100], &[1, 100], &[1]], "output.scores = 'b'\nclasses.names = ['x']", Family::Listed),
        (&[&[100, 4], &[100], &[100]], "output.scores = 'c'\nclasses.names = ['x']", Family::Listed),
        (
            &[&[1, 100, 4], &[1, 100, 4]],
            "output.boxes = 'a'\nfamily = 'detr'\nclasses.names = ['x', 'y', 'z']",
            Family::Detr,
        ),
        (&[&[1, 100, 92], &[1, 100, 4]], "", Family::Detr),
        (&[&[1, 3, 16, 16]], NAMES, Family::Semantic),
        (&[&[1, 64, 64]], NAMES, Family::Semantic),
        (&[&[1, 3]], NAMES, Family::Classification),
    ];
    for (shapes, card, family) in cases {
        let contract = contract(shapes, card).unwrap_or_else(|e| panic!("{shapes:?} with {card}: {e}"));
        assert_eq!(contract.head.family(), *family, "{shapes:?} with {card}");
        assert!(!contract.assumed.is_empty(), "a guess is shown");
        // A complete card leaves nothing to be guessed, and says the same.
        let card = contract.to_card().to_toml().expect("it is TOML");
        let again = self::contract(shapes, &card).unwrap_or_else(|e| panic!("{card}: {e}"));
        assert!(again.assumed.is_empty(), "{:?} with {card}", again.assumed);
        assert_eq!(again, Contract { assumed: Vec::new(), names_declared: true, ..contract }, "{card}");
    }
}

#[test]
fn what_fits_no_family_is_listed_with_what_was_seen() {
    for (shapes, card) in [
        (&[&[1_usize, 84, 8][..]][..], ""),
        (&[&[1, 512]], ""),
        (&[&[1, 4, 9, 9, 9]], ""),
        (&[&[1, 7, 84], &[1, 7, 84]], ""),
    ] {
        let error = contract(shapes, card).expect_err("unclear").to_string();
        let shape = format!("a {:?}", shapes[0]);
        assert!(error.contains("`family` in model.toml") && error.contains(&shape), "{error}");
    }
}

#[test]
fn a_wrong_contract_says_which_tensor_has_which_shape() {
    const THREE: &str = "classes.names = ['x', 'y', 'z']\n";
    for (shapes, card, parts) in [
        (
            &[&[1_usize, 6, 84][..]][..],
            "family = 'yolov8'",
            ["7 rows in a (4 and one for each of the 3 names)", "a [1, 6, 84]"],
        ),
        (&[&[1, 84, 6]], "family = 'yolov5'", ["8 columns in a", "a [1, 84, 6]"]),
        (&[&[1, 80, 8]], "family = 'yolox'", ["84 for strides [8, 16, 32]", "80 rows in a"]),
        (&[&[1, 300, 7]], "family = 'yolov10'", ["6 columns (x1, y1, x2, y2, score, class)", "a [1, 300, 7]"]),
        (&[&[1, 100, 5], &[1, 100, 4]], "family = 'detr'", ["4 columns in a for 3 names", "5"]),
        (&[&[1, 84, 3], &[1, 84, 4]], "family = 'anchors'", ["anchors in model.toml", "a [1, 84, 3], b [1, 84, 4]"]),
        (&[&[1, 5]], "family = 'classification'", ["3 logits", "a [1, 5]"]),
        (&[&[1, 7, 84]], "family = 'yolov8'\noutput.boxes = 'boxes'", ["an output named \"boxes\"", "a [1, 7, 84]"]),
        (&[&[1, 7, 84]], "family = 'yolov8'\noutput.strides = [8]", ["yolov8 to know every key", "\"strides\""]),
    ] {
        let error = contract(shapes, &format!("{card}\nclasses.names = ['x', 'y', 'z']")).expect_err(card).to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    }
    assert!(Card::from_toml(THREE).is_ok());
}

#[test]
fn anchors_must_be_as_many_as_rows() {
    let card = "family = 'anchors'\nclasses.names = ['face']\n[output]\nscores = ['a', 'c']\nboxes = ['b', 'd']\n\
                [output.anchors]\nencoding = 'pixels'\nstrides = [8, 16]\nsizes = [[1.0, 1.0], [1.0, 1.0, 1.0]]";
    let shapes: &[&[usize]] = &[&[1, 128, 1], &[1, 128, 16], &[1, 48, 1], &[1, 48, 16]];
    let found = contract(shapes, card).expect("8 × 8 × 2 and 4 × 4 × 3");
    assert_eq!(found.head.tensors(), ["a", "c", "b", "d"]);
    let short: &[&[usize]] = &[&[1, 128, 1], &[1, 128, 16], &[1, 32, 1], &[1, 32, 16]];
    let error = contract(short, card).expect_err("32 rows for 48 anchors").to_string();
    assert!(error.contains("176 rows, one an anchor"), "{error}");
}

#[test]
fn cards_with_mistakes_are_refused_with_the_place() {
    for (text, part) in [
        ("familly = 'yolov8'", "familly"),
        ("family = 'yolov9'", "yolov9"),
        ("[input]\nfit = 'squeeze'", "squeeze"),
        ("[input]\nsize = [1, 2, 3]", "3 numbers"),
        ("[classes]\nnames = ['a']\nfile = 'b'", "both"),
        ("[output]\nbackground = 'middle'", "middle"),
    ] {
        let error = Card::from_toml(text).expect_err(text).to_string();
        assert!(error.contains(part), "{error}");
    }
    for (card, part) in [
        ("input.mean = [1.0, 2.0]", "3 numbers as mean"),
        ("input.std = [0.0]", "other than 0"),
        ("input.colour = 'grey'", "1 channels for the colour grey"),
    ] {
        let error = contract(&[&[1, 7, 84]], card).expect_err(card).to_string();
        assert!(error.contains(part), "{error}");
    }
}
