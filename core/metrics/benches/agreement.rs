//! Time to compare two annotators on many images, with and without bootstrap intervals.

use concord_geometry::BBox;
use concord_metrics::agreement::{ImagePair, Options, RatedBox, detection_agreement};
use concord_metrics::rng::Stream;
use divan::Bencher;

const CLASSES: usize = 10;
const BOXES: usize = 10;

fn main() {
    divan::main();
}

/// Images with ten boxes by each annotator: mostly the same objects, some of another class, some found by one only.
fn pairs(images: usize) -> Vec<ImagePair> {
    let mut stream = Stream::new(1, "bench", "agreement", 0);
    (0..images)
        .map(|at| {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            for _ in 0..BOXES {
                let class = stream.below(CLASSES as u64) as usize;
                let (x, y) = (stream.next_f64() * 600.0, stream.next_f64() * 400.0);
                let drawn = BBox::from_xywh(x, y, 40.0, 40.0).expect("a finite box");
                a.push(RatedBox { bbox: drawn, class });
                let seen_elsewhere = if stream.below(10) == 0 { 300.0 } else { 0.0 };
                let class = if stream.below(10) == 0 { (class + 1) % CLASSES } else { class };
                b.push(RatedBox { bbox: drawn.moved(seen_elsewhere + 3.0 * stream.normal(), stream.normal()), class });
            }
            ImagePair { id: format!("img_{at:06}"), a, b }
        })
        .collect()
}

/// Replicates of the bootstrap over 100 000 images.
#[divan::bench(args = [0, 1000], sample_count = 3, sample_size = 1)]
fn a_million_box_pairs(bencher: Bencher, replicates: u32) {
    let pairs = pairs(100_000);
    let options = Options { tau: 0.5, seed: 1, replicates, confidence: 0.95 };
    bencher.bench(|| detection_agreement(&pairs, CLASSES, &options));
}
