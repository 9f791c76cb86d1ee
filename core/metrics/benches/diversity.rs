//! Time to choose a batch whose samples differ, and to cluster embeddings.

use concord_metrics::ranking::{KMeans, PickRule, Points, Pool, TaskSize, group_tasks, normalise_rows, select_batch};
use concord_metrics::rng::Stream;
use divan::Bencher;

const DIMENSIONS: usize = 256;

fn main() {
    divan::main();
}

fn embeddings(n: usize, index: u64) -> Vec<f32> {
    let mut stream = Stream::new(1, "bench", "embeddings", index);
    let mut values: Vec<f32> = (0..n * DIMENSIONS).map(|_| stream.next_f64() as f32 - 0.5).collect();
    normalise_rows(&mut values, DIMENSIONS);
    values
}

fn points(values: &[f32]) -> Points<'_> {
    Points::new(values, DIMENSIONS).expect("whole rows")
}

/// 1,000 of 10,000 candidates, with so many labelled.
#[divan::bench(args = [0, 10_000, 50_000], sample_count = 3)]
fn select_1000_of_10000(bencher: Bencher, labelled: usize) {
    let (own, others) = (embeddings(10_000, 0), embeddings(labelled, 1));
    let mut stream = Stream::new(1, "bench", "scores", 0);
    let scores: Vec<f64> = (0..10_000).map(|_| stream.next_f64()).collect();
    let pool = Pool { candidates: points(&own), scores: &scores, labelled: points(&others) };
    bencher.bench(|| select_batch(&pool, PickRule::default(), 1000).expect("a valid pool"));
}

/// A batch of 1,000 into tasks.
#[divan::bench(sample_count = 3)]
fn group_1000(bencher: Bencher) {
    let values = embeddings(1000, 2);
    bencher.bench(|| group_tasks(points(&values), TaskSize::default(), 1));
}

/// 4,096 means of 16,384 points, which stand in for a large labelled set.
#[divan::bench(sample_count = 1)]
fn cluster_16384_around_4096(bencher: Bencher) {
    let values = embeddings(16_384, 3);
    bencher.bench(|| KMeans::fit(points(&values), 4096, 1));
}
