//! Time to compare two annotators on many images, with and without bootstrap intervals.

use concord_geometry::BBox;
use concord_metrics::agreement::{
    AgreementTable, ImagePair, ObjectPair, Options, RatedBox, default_thresholds, detection_agreement, threshold_curve,
};
use concord_metrics::bootstrap;
use concord_metrics::ratings::{Categories, Coefficient, Level, Ratings, ac1, alpha, resample};
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

/// One of 100 000 images changes, and all figures without intervals are told again.
#[divan::bench]
fn one_image_of_a_million_box_pairs(bencher: Bencher) {
    let pairs = pairs(100_000);
    let mut table = AgreementTable::of_boxes(&pairs, CLASSES, 0.5);
    let mut at = 0;
    bencher.bench_local(|| {
        // The image gets the boxes of another one, so that something changes each time.
        at = (at + 7919) % pairs.len();
        let other = &pairs[(at + 1) % pairs.len()];
        table.replace(&ImagePair { id: pairs[at].id.clone(), a: other.a.clone(), b: pairs[at].b.clone() });
        table.agreement()
    });
}

/// Fourteen thresholds over 100 000 images.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn curve_of_a_million_box_pairs(bencher: Bencher) {
    let objects: Vec<ObjectPair> = pairs(100_000).iter().map(|pair| ObjectPair::of_boxes(pair, 0.3)).collect();
    bencher.bench(|| threshold_curve(&objects, CLASSES, &default_thresholds()));
}

/// Five raters of a million units, a fifth of it missing.
fn ratings() -> Ratings {
    let mut stream = Stream::new(1, "bench", "ratings", 0);
    let mut cells = Vec::new();
    for _ in 0..1_000_000 {
        let truth = stream.below(5) as u32;
        for _ in 0..5 {
            let said = if stream.below(4) == 0 { stream.below(5) as u32 } else { truth };
            cells.push((stream.below(5) > 0).then_some(said));
        }
    }
    Ratings::new(5, 5, &cells).expect("a table")
}

/// Two coefficients of a million units by five raters.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn coefficients_of_a_million_units(bencher: Bencher) {
    let ratings = ratings();
    bencher.bench(|| (alpha(&ratings, Level::Ordinal), ac1(&ratings, Categories::Observed, 0.95)));
}

/// Their intervals by so many replicates.
#[divan::bench(args = [100, 1000], sample_count = 1, sample_size = 1)]
fn intervals_of_a_million_units(bencher: Bencher, replicates: u32) {
    let ratings = ratings();
    let options = bootstrap::Options { seed: 1, replicates, confidence: 0.95 };
    let wanted = [Coefficient::Alpha(Level::Ordinal), Coefficient::Ac1(Categories::Observed)];
    bencher.bench(|| resample(&ratings, &wanted, None, &options));
}
