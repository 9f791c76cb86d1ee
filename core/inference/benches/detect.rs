//! What stands around the forward pass: bringing an image into the input, reading a head, suppression.

use concord_geometry::{BBox, Size};
use concord_imaging::Rgb8;
use concord_inference::contract::{Element, Input, Layout};
use concord_inference::nms::class_aware;
use concord_inference::preprocess::prepare;
use divan::Bencher;

fn main() {
    divan::main();
}

/// Boxes with scores and classes from a fixed stream of numbers.
struct Boxes {
    places: Vec<BBox>,
    scores: Vec<f32>,
    classes: Vec<usize>,
}

/// `count` boxes in 640 × 640 pixels with sides of `least` to `most`, of `classes` classes.
fn boxes(count: usize, least: f64, most: f64, classes: usize) -> Boxes {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut made = Boxes { places: Vec::new(), scores: Vec::new(), classes: Vec::new() };
    for _ in 0..count {
        let (w, h) = (least + next() * (most - least), least + next() * (most - least));
        let (x, y) = (next() * (640.0 - w), next() * (640.0 - h));
        made.places.push(BBox::from_xywh(x, y, w, h).expect("a box"));
        made.scores.push(next() as f32);
        made.classes.push((next() * classes as f64) as usize);
    }
    made
}

/// Small boxes of one class that hardly overlap (nearly all stay), large ones that nearly all go, and 80 classes.
#[divan::bench(args = ["small, 1 class", "large, 1 class", "mixed, 80 classes", "mixed, 1 class"])]
fn nms_of_10_000(bencher: Bencher, kind: &str) {
    let made = match kind {
        "small, 1 class" => boxes(10_000, 2.0, 8.0, 1),
        "large, 1 class" => boxes(10_000, 100.0, 300.0, 1),
        "mixed, 80 classes" => boxes(10_000, 8.0, 200.0, 80),
        _ => boxes(10_000, 8.0, 200.0, 1),
    };
    bencher.bench(|| class_aware(&made.places, &made.scores, &made.classes, 0.6));
}

#[divan::bench]
fn letterbox_of_720p(bencher: Bencher) {
    let image = Rgb8::from_fn(Size::new(1280, 720), |x, y| [x as u8, y as u8, (x ^ y) as u8]);
    let input = Input::plain("images", Element::Float32, Layout::Nchw, 3, Size::new(640, 640), false);
    bencher.bench(|| prepare(&image, &input));
}
