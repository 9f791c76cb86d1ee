//! Ranks with ties averaged, and a descending order whose ties are broken fairly and always the same way.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::sort::{Direction, Entry, Sorted, key};
use super::ties::{Hashes, TieBreak};

/// Share of a list from which on its head is cut off the whole order rather than looked for.
const HEAD_SHARE: usize = 8;

/// ECDF rank of every value: its average rank among all (from 1, ties averaged) divided by their number, in `(0, 1]`.
///
/// NaN ranks below every number, and all NaN tie. Nothing in gives nothing out.
pub fn ecdf_ranks(values: &[f64]) -> Vec<f64> {
    let n = values.len() as f64;
    let ranks: Vec<AtomicU64> = (0..values.len()).into_par_iter().map(|_| AtomicU64::new(0)).collect();
    Sorted::new(values, Direction::Ascending).par_buckets().for_each(|(mut start, bucket)| {
        for run in bucket.chunk_by(|a, b| a.0 == b.0) {
            // Ranks start + 1 to start + len have this mean.
            let rank = (start as f64 + (run.len() + 1) as f64 / 2.0) / n;
            for &(_, at) in run {
                // Every place is written once, so that no order among the writes is needed.
                ranks[at as usize].store(rank.to_bits(), Ordering::Relaxed);
            }
            start += run.len();
        }
    });
    ranks.into_iter().map(|rank| f64::from_bits(rank.into_inner())).collect()
}

/// Indices by score descending; equal scores by BLAKE3 of `seed ‖ id` (seed as 8 little-endian bytes), then by id.
///
/// So neither the place in the list nor the alphabet favours a sample, and the order is the same every time. NaN comes
/// last.
///
/// # Panics
///
/// When there are not as many ids as scores.
pub fn order<S: AsRef<str> + Sync>(scores: &[f64], ids: &[S], seed: u64) -> Vec<usize> {
    assert_eq!(scores.len(), ids.len(), "every score needs an id");
    ordered(scores, &TieBreak { ids, seed, hashes: &Hashes::new(), kept: false })
}

/// [`order`] with hashes that may be known already.
pub(super) fn ordered<S: AsRef<str> + Sync>(scores: &[f64], ties: &TieBreak<'_, S>) -> Vec<usize> {
    let mut sorted = Sorted::new(scores, Direction::Descending);
    ties.sort_all(&mut sorted);
    places(&sorted.entries)
}

/// The first `count` indices of [`order`] (all, when there are fewer), without putting the rest into order.
///
/// # Panics
///
/// When there are not as many ids as scores.
pub fn order_top<S: AsRef<str> + Sync>(scores: &[f64], ids: &[S], seed: u64, count: usize) -> Vec<usize> {
    assert_eq!(scores.len(), ids.len(), "every score needs an id");
    top(scores, &TieBreak { ids, seed, hashes: &Hashes::new(), kept: false }, count)
}

/// [`order_top`] with hashes that may be known already.
pub(super) fn top<S: AsRef<str> + Sync>(scores: &[f64], ties: &TieBreak<'_, S>, count: usize) -> Vec<usize> {
    if count == 0 {
        return Vec::new();
    }
    let mut head: Vec<Entry> = if count > scores.len() / HEAD_SHARE {
        Sorted::new(scores, Direction::Descending).entries
    } else {
        // Whatever ties with the last one in has a claim as well.
        let mut keys: Vec<u64> = scores.par_iter().map(|&score| key(score, Direction::Descending)).collect();
        let last = *keys.select_nth_unstable(count - 1).1;
        let entries = scores.par_iter().enumerate().map(|(at, &score)| (key(score, Direction::Descending), at as u32));
        entries.filter(|entry| entry.0 <= last).collect()
    };
    head.par_sort_unstable();
    ties.sort_runs(&mut head);
    head.truncate(count);
    places(&head)
}

fn places(entries: &[Entry]) -> Vec<usize> {
    entries.par_iter().with_min_len(4096).map(|&(_, at)| at as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranks_match_scipy_rankdata_over_n() {
        // scipy.stats.rankdata([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]) / 10
        let ranks = ecdf_ranks(&[3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0]);
        assert_eq!(ranks, [0.45, 0.15, 0.6, 0.15, 0.75, 1.0, 0.3, 0.9, 0.75, 0.45]);
        assert_eq!(ecdf_ranks(&[-0.0, 0.0]), [0.75, 0.75]);
        assert_eq!(ecdf_ranks(&[f64::NAN, 1.0]), [0.5, 1.0]);
        assert!(ecdf_ranks(&[]).is_empty());
    }

    #[test]
    fn ties_follow_the_hash_of_seed_and_id() {
        // An independent BLAKE3 in Python over struct.pack("<Q", seed) + id.
        let ids = ["img_1", "img_2", "img_3", "img_4", "img_5"];
        let scores = [0.5, 0.5, 0.9, 0.5, 0.1];
        assert_eq!(order(&scores, &ids, 42), [2, 0, 1, 3, 4]);
        assert_eq!(order(&scores, &ids, 43), [2, 0, 3, 1, 4]);
    }

    #[test]
    fn numbers_sort_as_numbers() {
        let scores = [f64::NAN, -1.0, f64::INFINITY, 0.0, 2.5, f64::NEG_INFINITY, -3.0];
        let ids = ["a", "b", "c", "d", "e", "f", "g"];
        assert_eq!(order(&scores, &ids, 0), [2, 4, 3, 1, 6, 5, 0]);
        assert!(order::<&str>(&[], &[], 0).is_empty());
    }

    #[test]
    fn the_head_is_cut_fairly_among_equals() {
        let ids = ["img_1", "img_2", "img_3", "img_4", "img_5"];
        let scores = [0.5, 0.5, 0.9, 0.5, 0.1];
        assert_eq!(order_top(&scores, &ids, 42, 2), [2, 0]);
        assert_eq!(order_top(&scores, &ids, 42, 9), [2, 0, 1, 3, 4]);
        assert!(order_top(&scores, &ids, 42, 0).is_empty());
        assert!(order_top::<&str>(&[], &[], 42, 3).is_empty());
    }

    /// Ranks and order word by word: one comparison sort over scores, whole hashes, ids and places.
    fn by_comparison(scores: &[f64], ids: &[String], seed: u64) -> Vec<usize> {
        let hash = |at: usize| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&seed.to_le_bytes());
            hasher.update(ids[at].as_bytes());
            *hasher.finalize().as_bytes()
        };
        let score = |at: usize| if scores[at].is_nan() { f64::NEG_INFINITY } else { scores[at] };
        let mut places: Vec<usize> = (0..ids.len()).collect();
        places.sort_by(|&a, &b| {
            score(b)
                .partial_cmp(&score(a))
                .expect("no NaN is left")
                .then_with(|| hash(a).cmp(&hash(b)))
                .then_with(|| ids[a].cmp(&ids[b]))
                .then(a.cmp(&b))
        });
        places
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn long_lists_are_ordered_as_a_comparison_sort_does(
            seed: u64, n in 4000_usize..9000, kinds in 1_u64..20_000, count in 0_usize..900,
        ) {
            let mut stream = crate::rng::Stream::new(seed, "order", "scores", 0);
            let draw = |stream: &mut crate::rng::Stream| match stream.below(50) {
                0 => f64::NAN,
                _ => stream.below(kinds) as f64 / 7.0 - 3.0,
            };
            let scores: Vec<f64> = (0..n).map(|_| draw(&mut stream)).collect();
            // Some ids occur twice.
            let ids: Vec<String> = (0..n).map(|at| format!("sample-{}", at.min(n - 20))).collect();
            let expected = by_comparison(&scores, &ids, seed);
            prop_assert_eq!(&order(&scores, &ids, seed), &expected);
            prop_assert_eq!(&order_top(&scores, &ids, seed, count)[..], &expected[..count]);
        }

        #[test]
        fn long_lists_have_the_ranks_that_counting_gives(seed: u64, n in 4000_usize..6000, kinds in 1_u64..300) {
            let mut stream = crate::rng::Stream::new(seed, "order", "values", 0);
            let values: Vec<f64> = (0..n).map(|_| stream.below(kinds) as f64).collect();
            let mut counts = vec![0_usize; kinds as usize];
            for &value in &values {
                counts[value as usize] += 1;
            }
            let below = |value: usize| counts[..value].iter().sum::<usize>();
            for (value, rank) in values.iter().zip(ecdf_ranks(&values)) {
                let value = *value as usize;
                prop_assert_eq!(rank, (below(value) as f64 + (counts[value] + 1) as f64 / 2.0) / n as f64);
            }
        }
    }

    proptest! {
        #[test]
        fn the_order_of_the_list_does_not_matter(scores in prop::collection::vec(0_u8..4, 1..40), seed: u64) {
            let ids: Vec<String> = (0..scores.len()).map(|at| format!("sample-{at}")).collect();
            let values: Vec<f64> = scores.iter().map(|&score| f64::from(score)).collect();
            let mut places: Vec<usize> = (0..ids.len()).collect();
            crate::rng::Stream::new(seed, "order", "shuffle", 0).shuffle(&mut places);
            let moved_values: Vec<f64> = places.iter().map(|&at| values[at]).collect();
            let moved_ids: Vec<&str> = places.iter().map(|&at| ids[at].as_str()).collect();
            let direct: Vec<&str> = order(&values, &ids, seed).into_iter().map(|at| ids[at].as_str()).collect();
            let moved: Vec<&str> = order(&moved_values, &moved_ids, seed).into_iter().map(|at| moved_ids[at]).collect();
            prop_assert_eq!(direct, moved);
        }

        #[test]
        fn ranks_average_to_the_middle(values in prop::collection::vec(-5_i32..5, 1..60)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let n = values.len() as f64;
            let total: f64 = ecdf_ranks(&values).iter().sum();
            prop_assert!((total - f64::midpoint(n, 1.0)).abs() < 1e-9);
        }
    }
}
