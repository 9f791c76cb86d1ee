//! The pool against the single functions that it stands for.

use super::*;
use crate::ranking::{combine_ranks, order, queue_score_with, staleness};
use crate::rng::Stream;
use proptest::prelude::*;

fn pool(ids: &[&'static str]) -> RankedPool<&'static str> {
    RankedPool::new(ids.to_vec(), 42)
}

#[test]
fn signals_are_combined_as_asked() {
    let mut pool = pool(&["a", "b", "c", "d"]);
    assert_eq!(pool.add_signal(&[1.0, 2.0, 3.0, 4.0]).expect("four values"), 0);
    assert_eq!(pool.add_signal(&[9.0, f64::NAN, 7.0, f64::NAN]).expect("four values"), 1);
    // Those without a value have rank 0, the others are ranked among themselves.
    assert_eq!(pool.ranks(1), Some(&[1.0, 0.0, 0.5, 0.0][..]));
    let scores = |combination, signals: &[f64]| {
        pool.scores(&RankWeights { combination, signals: signals.to_vec(), ..RankWeights::default() })
    };
    assert_eq!(scores(Combination::Maximum, &[]), [1.0, 0.5, 0.75, 1.0]);
    assert_eq!(scores(Combination::Maximum, &[1.0, 0.5]), [0.5, 0.5, 0.75, 1.0]);
    assert_eq!(scores(Combination::Mean, &[1.0, 3.0]), [0.8125, 0.125, 0.5625, 0.25]);
    assert_eq!(scores(Combination::Mean, &[0.0, 0.0]), [0.0; 4]);
    assert_eq!(scores(Combination::Product, &[1.0, 2.0]), [0.25, 0.0, 0.1875, 0.0]);
    assert_eq!(scores(Combination::Product, &[1.0, 0.0]), [0.25, 0.5, 0.75, 1.0]);
}

#[test]
fn a_signal_can_be_replaced() {
    let mut pool = pool(&["a", "b"]);
    pool.set_signal(0, &[1.0, 2.0]).expect("the next free number");
    assert_eq!(pool.order(&RankWeights::default()), [1, 0]);
    pool.set_signal(0, &[3.0, 2.0]).expect("a known number");
    assert_eq!(pool.order(&RankWeights::default()), [0, 1]);
    let error = pool.set_signal(2, &[3.0, 2.0]).expect_err("number 1 is free");
    assert_eq!(error.to_string(), "cannot rank a pool: 2 as the number of a signal for 1 signals");
    let error = pool.add_signal(&[1.0]).expect_err("a value is missing");
    assert_eq!(error.to_string(), "cannot rank a pool: 1 values of a signal for 2 samples");
    assert!(pool.set_slice_weights(vec![1.0]).is_err() && pool.set_staleness(vec![]).is_err());
}

#[test]
fn without_signals_the_hash_decides() {
    let ids = ["img_1", "img_2", "img_3", "img_4", "img_5"];
    let pool = pool(&ids);
    assert_eq!(pool.scores(&RankWeights::default()), [0.0; 5]);
    assert_eq!(pool.order(&RankWeights::default()), order(&[0.0; 5], &ids, 42));
    assert_eq!(pool.ranks(0), None);
    assert!(RankedPool::<&str>::new(Vec::new(), 1).order(&RankWeights::default()).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn scores_and_order_are_those_of_the_single_functions(
        seed: u64, n in 1_usize..9000, kinds in 1_u64..20_000, slices in 1_u64..600, plain: bool, count in 0_usize..200,
    ) {
        let mut stream = Stream::new(seed, "pool", "test", 0);
        let ids: Vec<String> = (0..n).map(|at| format!("sample-{at}")).collect();
        let mut column = |kinds: u64| (0..n).map(|_| stream.below(kinds) as f64).collect::<Vec<f64>>();
        let signals = [column(kinds), column(3), column(1)];
        let slice_weights: Vec<f64> = column(slices).into_iter().map(|value| 1.0 + value / 20.0).collect();
        let factors: Vec<f64> = column(40).into_iter().map(staleness).collect();
        let exponents =
            if plain { QueueExponents::default() } else { QueueExponents { alpha: 1.3, beta: 0.7 } };
        let mut pool = RankedPool::new(ids.clone(), seed);
        for values in &signals {
            pool.add_signal(values).expect("as many values as samples");
        }
        pool.set_slice_weights(slice_weights.clone()).expect("as many weights as samples");
        pool.set_staleness(factors.clone()).expect("as many factors as samples");

        let ranks = signals.each_ref().map(|values| ecdf_ranks(values));
        let expected: Vec<f64> = (0..n)
            .map(|at| {
                let rank = combine_ranks(&[ranks[0][at], ranks[1][at], ranks[2][at]]);
                queue_score_with(rank, slice_weights[at], factors[at], exponents)
            })
            .collect();
        let weights = RankWeights { exponents, ..RankWeights::default() };
        let bits = |scores: &[f64]| scores.iter().map(|score| score.to_bits()).collect::<Vec<u64>>();
        prop_assert_eq!(bits(&pool.scores(&weights)), bits(&expected));
        let whole = order(&expected, &ids, seed);
        prop_assert_eq!(&pool.top(&weights, count)[..], &whole[..count.min(n)]);
        prop_assert_eq!(&pool.order(&weights), &whole);
        // Again, with hashes that may have been kept.
        prop_assert_eq!(&pool.order(&weights), &whole);
        prop_assert_eq!(&pool.top(&weights, count)[..], &whole[..count.min(n)]);
    }
}
