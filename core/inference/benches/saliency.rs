//! Time that saliency adds to a run of the model.

use concord_geometry::{BBox, Fit, Placement, Size};
use concord_imaging::Rgb8;
use concord_inference::saliency::{
    DRise, DRiseOptions, Occlusion, OcclusionOptions, Probe, RiseMasks, Scored, Target, Upsampling, eigen_cam,
    over_image,
};
use concord_metrics::rng::Stream;
use divan::Bencher;

fn main() {
    divan::main();
}

/// Feature maps as detectors have them: channels, rows, columns.
const SHAPES: [(usize, usize, usize); 3] = [(64, 80, 80), (256, 20, 20), (512, 10, 10)];

/// Noise above 0, and a few patterns in it, so that the singular values fall off as in a real network.
fn features((channels, height, width): (usize, usize, usize)) -> Vec<f32> {
    let mut stream = Stream::new(1, "bench", "features", 0);
    let patterns: Vec<(f64, f64, f64)> =
        (0..8).map(|_| (stream.next_f64(), stream.next_f64(), 0.05 + 0.3 * stream.next_f64())).collect();
    let weights: Vec<f64> = (0..channels * patterns.len()).map(|_| stream.normal()).collect();
    let mut values = Vec::with_capacity(channels * height * width);
    for channel in weights.chunks_exact(patterns.len()) {
        for at in 0..height * width {
            let (y, x) = ((at / width) as f64 / height as f64, (at % width) as f64 / width as f64);
            let near = |(py, px, r): &(f64, f64, f64)| (-((y - py).powi(2) + (x - px).powi(2)) / (r * r)).exp();
            let sum: f64 = patterns.iter().zip(channel).map(|(pattern, weight)| near(pattern) * weight).sum();
            values.push((sum + 0.3 * stream.normal()).max(0.0) as f32);
        }
    }
    values
}

#[divan::bench(args = SHAPES)]
fn eigen_cam_of_a_feature_map(bencher: Bencher, shape: (usize, usize, usize)) {
    let features = features(shape);
    bencher.bench(|| eigen_cam(shape.0, shape.1, shape.2, &features));
}

/// Nothing but noise: the largest singular values lie close together.
#[divan::bench(args = SHAPES)]
fn eigen_cam_of_noise(bencher: Bencher, shape: (usize, usize, usize)) {
    let mut stream = Stream::new(2, "bench", "noise", 0);
    let features: Vec<f32> = (0..shape.0 * shape.1 * shape.2).map(|_| stream.next_f64() as f32).collect();
    bencher.bench(|| eigen_cam(shape.0, shape.1, shape.2, &features));
}

#[divan::bench]
fn a_coarse_map_over_640_by_480(bencher: Bencher) {
    let map = eigen_cam(64, 80, 80, &features((64, 80, 80))).expect("a feature map");
    let placement = Placement::new(Size::new(640, 480), Size::new(640, 640), Fit::Letterbox);
    bencher.bench(|| over_image(&map, 80, 80, &placement));
}

const IMAGE: Size = Size::new(640, 480);

#[divan::bench]
fn one_mask_of_640_by_480(bencher: Bencher) {
    let masks = RiseMasks::new(IMAGE, 16, 0.5, Upsampling::Bilinear, (0, "bench")).expect("a grid");
    let mut index = 0;
    bencher.bench_local(|| {
        index += 1;
        masks.mask(index)
    });
}

fn target() -> Target {
    Target { bbox: BBox::new(100.0, 100.0, 300.0, 260.0).expect("a box"), class: 0, class_scores: vec![] }
}

/// What a probe does for one picture beside the model, while it goes on for ever.
fn step(bencher: Bencher, mut start: impl FnMut() -> Box<dyn Probe>) {
    let mut probe = start();
    let found = Scored { bbox: target().bbox, class: 0, score: 0.8, objectness: 0.8, class_scores: &[] };
    bencher.bench_local(|| {
        let picture = probe.next_input();
        if picture.is_none() {
            probe = start();
        }
        probe.take(&[found]);
        picture
    });
}

fn image() -> Rgb8 {
    Rgb8::from_fn(IMAGE, |x, y| [x as u8, y as u8, (x + y) as u8])
}

#[divan::bench]
fn one_step_of_drise_at_640_by_480(bencher: Bencher) {
    step(bencher, || Box::new(DRise::new(image(), Some(target()), DRiseOptions::default(), "bench").expect("a grid")));
}

#[divan::bench]
fn one_step_of_occlusion_at_640_by_480(bencher: Bencher) {
    step(bencher, || Box::new(Occlusion::new(image(), Some(target()), OcclusionOptions::default()).expect("windows")));
}

#[divan::bench]
fn the_map_of_drise_at_640_by_480(bencher: Bencher) {
    let mut probe = DRise::new(image(), Some(target()), DRiseOptions::default(), "bench").expect("a grid");
    for step in 0..4 {
        probe.next_input();
        let found =
            Scored { bbox: target().bbox, class: 0, score: 0.8, objectness: 0.2 * step as f32, class_scores: &[] };
        probe.take(&[found]);
    }
    bencher.bench_local(|| probe.map());
}
