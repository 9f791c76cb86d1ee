//! Time to match a thousand boxes with a thousand on one image, from apart to wholly entangled.

use concord_geometry::BBox;
use concord_metrics::matching::{RatedBox, box_candidates, two_stage};
use concord_metrics::rng::Stream;
use divan::Bencher;

const BOXES: usize = 1000;

fn main() {
    divan::main();
}

/// Boxes around centres: `spread` is how far apart the centres lie, `clusters` how many there are.
fn sides(clusters: u64, spread: f64, jitter: f64, classes: u64) -> (Vec<RatedBox>, Vec<RatedBox>) {
    let mut stream = Stream::new(1, "bench", "matching", 0);
    let mut centres = Vec::new();
    for _ in 0..clusters {
        centres.push((spread * stream.next_f64(), spread * stream.next_f64()));
    }
    let mut side = || {
        (0..BOXES)
            .map(|at| {
                let (x, y) = centres[at % centres.len()];
                let (x, y) = (x + jitter * stream.next_f64(), y + jitter * stream.next_f64());
                let (width, height) = (90.0 + 20.0 * stream.next_f64(), 90.0 + 20.0 * stream.next_f64());
                let bbox = BBox::from_xywh(x, y, width, height).expect("a finite box");
                RatedBox { bbox, class: stream.below(classes) as usize }
            })
            .collect::<Vec<_>>()
    };
    (side(), side())
}

/// One object each, far apart.
#[divan::bench]
fn sparse(bencher: Bencher) {
    let (a, b) = sides(BOXES as u64, 20_000.0, 10.0, 1);
    bencher.bench(|| two_stage(&a, &b, 0.5));
}

/// Twenty heaps of fifty boxes a side.
#[divan::bench]
fn clustered(bencher: Bencher) {
    let (a, b) = sides(20, 4_000.0, 60.0, 3);
    bencher.bench(|| two_stage(&a, &b, 0.5));
}

/// Every box overlaps very many of the others: one component.
#[divan::bench(args = [10.0, 60.0, 200.0])]
fn entangled(bencher: Bencher, jitter: f64) {
    let (a, b) = sides(1, 1.0, jitter, 1);
    bencher.bench(|| two_stage(&a, &b, 0.5));
}

/// The candidates of the same boxes alone.
#[divan::bench(args = [10.0, 60.0, 200.0])]
fn entangled_candidates(bencher: Bencher, jitter: f64) {
    let (a, b) = sides(1, 1.0, jitter, 1);
    let boxes = |rated: &[RatedBox]| rated.iter().map(|r| r.bbox).collect::<Vec<_>>();
    let (a, b) = (boxes(&a), boxes(&b));
    bencher.bench(|| box_candidates(&a, &b, 0.5));
}
