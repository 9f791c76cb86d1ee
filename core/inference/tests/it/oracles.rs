//! Pre-processing against OpenCV, suppression against numpy.

use crate::support::{json, letterboxed, numbers, size, synthetic};
use concord_geometry::BBox;
use concord_inference::nms::class_aware;
use concord_inference::preprocess::prepare;

#[test]
fn the_letterbox_equals_opencv_bit_for_bit() {
    for case in json("letterbox.json")["cases"].as_array().expect("cases") {
        let (image, input) = (size(&case["image"]), size(&case["input"]));
        let (tensor, _) = prepare(&synthetic(image.width, image.height), &letterboxed(input));
        let hex = case["rgb"].as_str().expect("hexadecimal digits");
        let plane = input.area_px() as usize;
        assert_eq!(hex.len(), plane * 6);
        for (index, digits) in hex.as_bytes().chunks_exact(2).enumerate() {
            let digits = std::str::from_utf8(digits).expect("ASCII");
            let expect = f32::from(u8::from_str_radix(digits, 16).expect("two digits")) / 255.0;
            let (pixel, channel) = (index / 3, index % 3);
            let found = tensor.data()[channel * plane + pixel];
            assert_eq!(found, expect, "image {image:?}, pixel {pixel}, channel {channel}");
        }
    }
}

#[test]
fn suppression_equals_the_coordinate_trick_of_torchvision() {
    let case = &json("expected.json")["nms"];
    let boxes: Vec<BBox> = case["boxes"]
        .as_array()
        .expect("boxes")
        .iter()
        .map(|b| BBox::try_from(<[f64; 4]>::try_from(numbers(b)).expect("four")).expect("a box"))
        .collect();
    let scores: Vec<f32> = numbers(&case["scores"]).into_iter().map(|score| score as f32).collect();
    let classes: Vec<usize> = numbers(&case["classes"]).into_iter().map(|class| class as usize).collect();
    let keep: Vec<usize> = numbers(&case["keep"]).into_iter().map(|index| index as usize).collect();
    assert!(keep.len() < boxes.len(), "the case suppresses something");
    assert_eq!(class_aware(&boxes, &scores, &classes, case["iou"].as_f64().expect("a number")), keep);
}
