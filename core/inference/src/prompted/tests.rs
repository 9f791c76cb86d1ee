//! The signatures of public exports, as their scripts write them, and the points that each of them is given.

use std::collections::BTreeMap;

use concord_geometry::{BBox, Fit, Placement, Point, Size};

use super::card::{PromptedKeys, TensorKeys};
use super::layout::{Layout, MaskInput};
use super::prompt::Prompt;
use crate::contract::ContractError;
use crate::onnx::OnnxModel;
use crate::tensor::{Dimension, TensorInfo};

/// A tensor from its name and sides; a side that is no number is open.
fn info(text: &str) -> TensorInfo {
    let mut words = text.split_whitespace();
    let name = words.next().expect("a name").to_owned();
    let side = |word: &str| word.parse().map_or_else(|_| Dimension::Dynamic(word.to_owned()), Dimension::Fixed);
    TensorInfo { name, element: "float32".to_owned(), shape: Some(words.map(side).collect()) }
}

fn model(inputs: &[&str], outputs: &[&str]) -> OnnxModel {
    let infos = |texts: &[&str]| texts.iter().map(|text| info(text)).collect();
    OnnxModel { ir_version: 8, inputs: infos(inputs), outputs: infos(outputs), ..OnnxModel::default() }
}

fn keys() -> PromptedKeys {
    PromptedKeys {
        decoder: "decoder.onnx".to_owned(),
        mask_threshold: None,
        coordinates: None,
        padding_point: None,
        tensors: TensorKeys::default(),
        embeddings: BTreeMap::new(),
    }
}

fn embedder(outputs: &[&str]) -> OnnxModel {
    model(&["images 1 3 1024 1024"], outputs)
}

/// `SamOnnxModel`, facebookresearch/segment-anything, scripts/export_onnx_model.py.
fn segment_anything() -> Result<Layout, ContractError> {
    let decoder = model(
        &[
            "image_embeddings 1 256 64 64",
            "point_coords 1 n 2",
            "point_labels 1 n",
            "mask_input 1 1 256 256",
            "has_mask_input 1",
            "orig_im_size 2",
        ],
        &["masks 1 m h w", "iou_predictions 1 m", "low_res_masks 1 m h w"],
    );
    Layout::new(&embedder(&["image_embeddings 1 256 64 64"]), &decoder, &keys())
}

/// EfficientSAM's `export_to_onnx.py`: any number of queries, of one point each.
fn efficient_sam() -> Result<Layout, ContractError> {
    let decoder = model(
        &[
            "image_embeddings batch 256 64 64",
            "batched_point_coords 1 q 1 2",
            "batched_point_labels 1 q 1",
            "orig_im_size 2",
        ],
        &["output_masks a b c d e", "iou_predictions a b c"],
    );
    Layout::new(&embedder(&["image_embeddings a b c d"]), &decoder, &keys())
}

/// transformers' `SamModel` as optimum exports it.
fn transformers() -> Result<Layout, ContractError> {
    let embeddings = ["image_embeddings b 256 64 64", "image_positional_embeddings b 256 64 64"];
    let decoder = model(
        &["input_points b p n 2", "input_labels b p n", embeddings[0], embeddings[1]],
        &["iou_scores b p 3", "pred_masks b p 3 256 256"],
    );
    Layout::new(&embedder(&embeddings), &decoder, &keys())
}

#[test]
fn the_export_of_segment_anything_is_known() {
    let layout = segment_anything().expect("the official layout");
    assert_eq!((layout.leading, layout.fixed_points, layout.pads, layout.knows_boxes), (1, None, true, true));
    assert_eq!(layout.mask, Some(MaskInput { name: "mask_input".into(), sides: Some((256, 256)) }));
    assert_eq!(layout.has_mask, Some(("has_mask_input".into(), 1)));
    assert_eq!(layout.image_size.as_deref(), Some("orig_im_size"));
    assert_eq!((layout.planes(), layout.scores.as_str()), ("low_res_masks", "iou_predictions"));
    assert_eq!(layout.embeddings, [("image_embeddings".to_owned(), "image_embeddings".to_owned())]);
}

#[test]
fn the_exports_of_segment_anything_2_are_known() {
    // samexporter's export_sam2.py: low-res masks only, what is given back is the mask itself.
    let features = ["high_res_feats_0 1 32 256 256", "high_res_feats_1 1 64 128 128", "image_embed 1 256 64 64"];
    let decoder = model(
        &[
            "image_embed 1 256 64 64",
            features[0],
            features[1],
            "point_coords l n 2",
            "point_labels l n",
            "mask_input l 1 256 256",
            "has_mask_input l",
        ],
        &["masks l m 256 256", "iou_predictions l m"],
    );
    let layout = Layout::new(&embedder(&features), &decoder, &keys()).expect("a pair");
    assert_eq!((layout.pads, layout.image_size.as_deref(), layout.low_res.as_deref()), (false, None, None));
    assert_eq!(layout.embeddings.len(), 3);
    // onnxruntime/python/tools/transformers/models/sam2/image_decoder.py.
    let features = ["image_features_0 1 32 256 256", "image_features_1 1 64 128 128", "image_embeddings 1 256 64 64"];
    let prompts = [
        "point_coords l n 2",
        "point_labels l n",
        "input_masks l 1 256 256",
        "has_input_masks l",
        "original_image_size 2",
    ];
    let decoder = model(
        &[&features[..], &prompts].concat(),
        &["masks l m h w", "iou_predictions l m", "low_res_masks l m 256 256"],
    );
    let layout = Layout::new(&embedder(&features), &decoder, &keys()).expect("a pair");
    assert_eq!((layout.pads, layout.image_size.as_deref()), (false, Some("original_image_size")));
    assert!(layout.mask.is_some() && layout.has_mask.is_some());
}

#[test]
fn points_in_batches_are_known() {
    let layout = efficient_sam().expect("a pair");
    assert_eq!((layout.leading, layout.fixed_points, layout.pads, layout.mask.is_none()), (2, Some(1), false, true));
    let layout = transformers().expect("a pair");
    assert_eq!((layout.leading, layout.fixed_points, layout.pads, layout.knows_boxes), (2, None, false, false));
    assert_eq!((layout.masks.as_str(), layout.scores.as_str()), ("pred_masks", "iou_scores"));
}

#[test]
fn shapes_that_cannot_be_told_are_refused() {
    let with = |points: &str, labels: &str, more: &[&str]| {
        let inputs = [&["image_embeddings 1 4 8 8", points, labels], more].concat();
        let decoder = model(&inputs, &["masks 1 m h w", "iou_predictions 1 m"]);
        Layout::new(&embedder(&["image_embeddings 1 4 8 8", "features 1 2"]), &decoder, &keys())
            .map_err(|e| e.to_string())
    };
    let (points, labels) = ("point_coords 1 n 2", "point_labels 1 n");
    for (points, labels, more, part) in [
        ("point_coords 1 n 3", labels, &[][..], "found point_coords (float32 [1, n, 3])"),
        ("point_coords 2 n 2", labels, &[], "[1, N, 2]"),
        (points, "point_labels 1 1 n", &[], "a label for each"),
        ("point_coords 1 5 2", "point_labels 1 4", &[], "a label for each"),
        (points, labels, &["mask_input 1 256 256"], "an earlier mask [1, 1, height, width]"),
        (points, labels, &["has_mask_input 2"], "one number"),
        (points, labels, &["orig_im_size 1 2"], "as [2], found orig_im_size (float32 [1, 2])"),
        // Two inputs that nobody feeds: which is which cannot be told.
        (
            points,
            labels,
            &["boxes 1 4", "epsilon 1"],
            "an output boxes of the encoder for the decoder's boxes (float32 [1, 4])",
        ),
    ] {
        let reason = with(points, labels, more).expect_err(part);
        assert!(reason.contains(part), "{reason}");
    }
    let layout = with(points, labels, &["features_low 1 2"]).expect("what is left over on both sides belongs together");
    assert_eq!(layout.embeddings[1], ("features_low".to_owned(), "features".to_owned()));
    let only_prompts = model(&[points, labels], &["masks 1 m h w", "iou_predictions 1 m"]);
    assert!(Layout::new(&embedder(&["image_embeddings 1 4 8 8"]), &only_prompts, &keys()).is_err());
}

/// An image of 2000 × 1000 pixels in an input of 1024 × 1024: 0.512 of its size.
fn placement() -> Placement {
    Placement::new(Size::new(2000, 1000), Size::new(1024, 1024), Fit::LetterboxTopLeft)
}

#[test]
fn points_are_told_as_segment_anything_wants_them() {
    let layout = segment_anything().expect("the official layout");
    let points = vec![(Point::new(1000.0, 500.0), true), (Point::new(125.0, 250.0), false)];
    let tokens = Prompt { points: points.clone(), ..Prompt::default() }.tokens(&layout, &placement(), [1.0, 1.0]);
    let tokens = tokens.expect("two points");
    // 0.512 · (1000, 500) and 0.512 · (125, 250), less the half pixel that the model adds; then the padding point.
    assert_eq!(tokens.places.shape(), [1, 3, 2]);
    assert_eq!(tokens.places.data(), [511.5, 255.5, 63.5, 127.5, 0.0, 0.0]);
    assert_eq!((tokens.labels.shape(), tokens.labels.data()), (&[1, 3][..], &[1.0, 0.0, -1.0][..]));
    let bbox = BBox::new(-10.0, 250.0, 1000.0, 500.0).ok();
    let tokens =
        Prompt { points: points[..1].to_vec(), bbox, ..Prompt::default() }.tokens(&layout, &placement(), [0.5, 2.0]);
    let tokens = tokens.expect("a point and a box");
    assert_eq!(tokens.places.data(), [255.5, 511.5, -0.5, 255.5, 255.5, 511.5], "half as wide, twice as high");
    assert_eq!((tokens.labels.data(), tokens.count), (&[1.0, 2.0, 3.0][..], 3));
}

#[test]
fn a_decoder_of_a_fixed_number_of_points_gets_that_number() {
    let point = (Point::new(1000.0, 500.0), true);
    let ask = |layout: &Layout, count: usize| {
        Prompt { points: vec![point; count], ..Prompt::default() }.tokens(layout, &placement(), [1.0, 1.0])
    };
    let five = Layout { fixed_points: Some(5), ..segment_anything().expect("the official layout") };
    assert_eq!(ask(&five, 2).expect("room").labels.data(), [1.0, 1.0, -1.0, -1.0, -1.0]);
    assert_eq!(ask(&five, 4).expect("room for the padding point").labels.data(), [1.0, 1.0, 1.0, 1.0, -1.0]);
    let reason = ask(&five, 5).expect_err("no room for the padding point");
    assert!(reason.contains("takes 5 points and corners, padding included, in point_coords, not 6"), "{reason}");
    let one = efficient_sam().expect("a pair");
    let tokens = ask(&one, 1).expect("room");
    assert_eq!((tokens.places.shape(), tokens.labels.shape(), tokens.count), (&[1, 1, 1, 2][..], &[1, 1, 1][..], 2));
    assert!(ask(&one, 2).is_err());
    let bbox = BBox::new(1.0, 1.0, 9.0, 9.0).ok();
    let boxed = Prompt { bbox, ..Prompt::default() };
    let reason = boxed.tokens(&transformers().expect("a pair"), &placement(), [1.0, 1.0]).expect_err("no boxes");
    assert_eq!(reason, "the decoder takes points only, in input_points; there is a box");
}
