//! Time to evaluate detections at the scale of COCO val2017: 5 000 images, 80 categories, 36 000 objects.

use concord_geometry::BBox;
use concord_metrics::coco::{DetectionBox, Evaluator, GroundTruthBox, Image};
use concord_metrics::detection::Matched;
use concord_metrics::rng::Stream;
use divan::Bencher;

const IMAGES: u64 = 5_000;
const CATEGORIES: u64 = 80;
const OBJECTS: usize = 36_000;

fn main() {
    divan::main();
}

struct Scene {
    gt: Vec<GroundTruthBox>,
    dt: Vec<DetectionBox>,
    images: Vec<Image>,
    categories: Vec<u64>,
}

fn bbox(stream: &mut Stream) -> BBox {
    let side = libm::exp(4.0 + stream.normal()).clamp(4.0, 400.0);
    let (x, y) = (stream.next_f64() * (640.0 - side), stream.next_f64() * (480.0 - side).max(1.0));
    BBox::from_xywh(x, y, side, side).expect("a finite box")
}

/// Two thirds of the detections are shifted copies of objects, the others are strays.
fn scene(detections: usize) -> Scene {
    let mut stream = Stream::new(1, "bench", "coco", 0);
    let gt: Vec<GroundTruthBox> = (0..OBJECTS)
        .map(|at| {
            let bbox = bbox(&mut stream);
            // Low ids are common and high ones rare.
            let highest = stream.below(CATEGORIES);
            let category = 1 + stream.below(1 + highest);
            let area = bbox.area_px() * 0.7;
            GroundTruthBox { image: 1 + stream.below(IMAGES), category, bbox, area, iscrowd: at % 80 == 0 }
        })
        .collect();
    let dt = (0..detections)
        .map(|at| {
            let score = stream.next_f64();
            if at % 3 == 0 {
                let category = 1 + stream.below(CATEGORIES);
                return DetectionBox { image: 1 + stream.below(IMAGES), category, bbox: bbox(&mut stream), score };
            }
            let truth = &gt[stream.below(OBJECTS as u64) as usize];
            let shift = 0.1 * truth.bbox.width();
            let bbox = truth.bbox.moved(stream.normal() * shift, stream.normal() * shift);
            DetectionBox { image: truth.image, category: truth.category, bbox, score }
        })
        .collect();
    Scene { gt, dt, images: (1..=IMAGES).map(|id| Image { id }).collect(), categories: (1..=CATEGORIES).collect() }
}

/// Matching and all twelve numbers.
#[divan::bench(args = [250_000, 500_000], max_time = 10)]
fn evaluate(bencher: Bencher, detections: usize) {
    let scene = scene(detections);
    bencher.bench(|| {
        let evaluator = Evaluator::new(&scene.gt, &scene.dt, &scene.images, &scene.categories);
        evaluator.expect("the scene is valid").stats()
    });
}

/// The numbers of a tenth of the images, from matches that exist.
#[divan::bench(max_time = 5)]
fn slice_of_a_tenth(bencher: Bencher) {
    let scene = scene(250_000);
    let evaluator = Evaluator::new(&scene.gt, &scene.dt, &scene.images, &scene.categories).expect("the scene is valid");
    let slice: Vec<u64> = (1..=IMAGES).step_by(10).collect();
    bencher.bench(|| evaluator.slice(&slice).expect("known images"));
}

/// One bootstrap replicate over all images.
#[divan::bench(max_time = 5)]
fn one_replicate(bencher: Bencher) {
    let scene = scene(250_000);
    let evaluator = Evaluator::new(&scene.gt, &scene.dt, &scene.images, &scene.categories).expect("the scene is valid");
    let weights = concord_metrics::bootstrap::weights(1, "bench", 0, IMAGES as usize);
    bencher.bench(|| evaluator.weighted(&weights).expect("one weight an image"));
}

/// Matching at one IoU threshold and the score with the best F1.
#[divan::bench(max_time = 5)]
fn best_operating_point(bencher: Bencher) {
    let scene = scene(250_000);
    bencher.bench(|| {
        let matched = Matched::new(&scene.gt, &scene.dt, &scene.images, &scene.categories, 0.5);
        matched.expect("the scene is valid").best_f1()
    });
}
