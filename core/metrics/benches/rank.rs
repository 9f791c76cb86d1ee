//! Time to rank a pool of 1,000,000 samples, and to put it into order again when a weight changes.

use concord_metrics::ranking::{
    Combination, QueueExponents, RankWeights, RankedPool, ecdf_ranks, order, order_top, queue_score, staleness,
};
use concord_metrics::rng::Stream;
use divan::Bencher;

const SAMPLES: usize = 1_000_000;
const SEED: u64 = 7;

fn main() {
    divan::main();
}

fn ids() -> Vec<String> {
    (0..SAMPLES).map(|at| format!("img_{at:07}")).collect()
}

/// Uncertainties, of which a share (in percent) is 0 as for images without boxes.
fn uncertainties(index: u64, zeros: u64) -> Vec<f64> {
    let mut stream = Stream::new(1, "bench", "rank", index);
    (0..SAMPLES).map(|_| if stream.below(100) < zeros { 0.0 } else { stream.next_f64() }).collect()
}

fn slice_weights() -> Vec<f64> {
    let mut stream = Stream::new(1, "bench", "slices", 0);
    (0..SAMPLES).map(|_| 1.0 + stream.below(12) as f64 / 4.0).collect()
}

fn waiting() -> Vec<f64> {
    let mut stream = Stream::new(1, "bench", "waiting", 0);
    (0..SAMPLES).map(|_| staleness(stream.below(60) as f64)).collect()
}

fn pool(zeros: u64) -> RankedPool<String> {
    let mut pool = RankedPool::new(ids(), SEED);
    for index in 0..3 {
        pool.add_signal(&uncertainties(index, zeros)).expect("as many values as samples");
    }
    pool.set_slice_weights(slice_weights()).expect("as many weights as samples");
    pool.set_staleness(waiting()).expect("as many factors as samples");
    pool
}

/// One signal to the finished order, by the single functions.
#[divan::bench(args = [0, 30], max_time = 8)]
fn whole_rank(bencher: Bencher, zeros: u64) {
    let (ids, values, weights, factors) = (ids(), uncertainties(0, zeros), slice_weights(), waiting());
    bencher.bench(|| {
        let ranks = ecdf_ranks(&values);
        let parts = ranks.iter().zip(&weights).zip(&factors);
        let scores: Vec<f64> = parts.map(|((&rank, &weight), &factor)| queue_score(rank, weight, factor)).collect();
        order(&scores, &ids, SEED)
    });
}

/// The ranks of one signal.
#[divan::bench(args = [0, 30], max_time = 8)]
fn ranks_of_one_signal(bencher: Bencher, zeros: u64) {
    let values = uncertainties(0, zeros);
    bencher.bench(|| ecdf_ranks(&values));
}

/// Three signals in a pool, other weights, no powers.
#[divan::bench(args = [0, 30], max_time = 8)]
fn rerank_with_other_weights(bencher: Bencher, zeros: u64) {
    let pool = pool(zeros);
    let weights = RankWeights { signals: vec![1.0, 0.8, 0.6], ..RankWeights::default() };
    pool.order(&weights);
    bencher.bench(|| pool.order(&weights));
}

/// The same with exponents other than 1.
#[divan::bench(args = [0, 30], max_time = 8)]
fn rerank_with_exponents(bencher: Bencher, zeros: u64) {
    let pool = pool(zeros);
    let exponents = QueueExponents { alpha: 1.3, beta: 0.7 };
    let weights = RankWeights { exponents, combination: Combination::Mean, signals: Vec::new() };
    pool.order(&weights);
    bencher.bench(|| pool.order(&weights));
}

/// Only the scores of the three signals, without any order.
#[divan::bench(max_time = 8)]
fn scores_alone(bencher: Bencher) {
    let pool = pool(0);
    bencher.bench(|| pool.scores(&RankWeights::default()));
}

/// The head of the queue after a change of weights.
#[divan::bench(args = [100, 10_000], max_time = 8)]
fn head_of_the_queue(bencher: Bencher, count: usize) {
    let pool = pool(0);
    let weights = RankWeights { signals: vec![1.0, 0.8, 0.6], ..RankWeights::default() };
    bencher.bench(|| pool.top(&weights, count));
}

/// The head from scores that are given.
#[divan::bench(max_time = 8)]
fn head_of_given_scores(bencher: Bencher) {
    let (ids, scores) = (ids(), uncertainties(0, 0));
    bencher.bench(|| order_top(&scores, &ids, SEED, 1000));
}
