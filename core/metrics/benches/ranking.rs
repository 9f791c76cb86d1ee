//! Time to rank a pool of samples from the scores of their boxes.

use concord_metrics::ranking::{Aggregation, ecdf_ranks, image_uncertainties, order, queue_score, staleness};
use concord_metrics::rng::Stream;
use divan::Bencher;

fn main() {
    divan::main();
}

struct Pool {
    boxes: Vec<[f64; 8]>,
    waited_days: Vec<f64>,
    ids: Vec<String>,
}

fn pool(samples: usize) -> Pool {
    let mut stream = Stream::new(1, "bench", "ranking", 0);
    Pool {
        boxes: (0..samples).map(|_| std::array::from_fn(|_| stream.next_f64())).collect(),
        waited_days: (0..samples).map(|_| stream.below(60) as f64).collect(),
        ids: (0..samples).map(|at| format!("img_{at:07}")).collect(),
    }
}

/// Box scores to the finished order of the queue.
#[divan::bench(args = [10_000, 100_000, 1_000_000], max_time = 10)]
fn rank_scored_samples(bencher: Bencher, samples: usize) {
    let pool = pool(samples);
    bencher.bench(|| {
        let uncertainty = image_uncertainties(&pool.boxes, Aggregation::default());
        let ranks = ecdf_ranks(&uncertainty);
        let scores: Vec<f64> =
            ranks.iter().zip(&pool.waited_days).map(|(&rank, &days)| queue_score(rank, 1.0, staleness(days))).collect();
        order(&scores, &pool.ids, 7)
    });
}

/// The worst case of the tie-break: every sample has the same score.
#[divan::bench(args = [1_000_000], max_time = 10)]
fn order_of_equal_scores(bencher: Bencher, samples: usize) {
    let pool = pool(samples);
    let scores = vec![0.5; samples];
    bencher.bench(|| order(&scores, &pool.ids, 7));
}
