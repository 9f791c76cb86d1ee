//! Ranks with ties averaged, and a descending order whose ties are broken fairly and always the same way.

use rayon::prelude::*;

/// ECDF rank of every value: its average rank among all (from 1, ties averaged) divided by their number, in `(0, 1]`.
///
/// NaN ranks below every number, and all NaN tie. Nothing in gives nothing out.
pub fn ecdf_ranks(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<(u64, u32)> =
        values.par_iter().enumerate().map(|(at, &value)| (sort_key(value), at as u32)).collect();
    sorted.par_sort_unstable();
    let n = values.len() as f64;
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for run in sorted.chunk_by(|a, b| a.0 == b.0) {
        // Ranks start + 1 to start + len have this mean.
        let rank = start as f64 + (run.len() + 1) as f64 / 2.0;
        for &(_, at) in run {
            ranks[at as usize] = rank / n;
        }
        start += run.len();
    }
    ranks
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
    let mut sorted: Vec<(u64, u32)> =
        scores.par_iter().enumerate().map(|(at, &score)| (!sort_key(score), at as u32)).collect();
    sorted.par_sort_unstable();
    // Hashes are needed inside runs of equal scores only.
    let mut runs: Vec<&mut [(u64, u32)]> = sorted.chunk_by_mut(|a, b| a.0 == b.0).filter(|run| run.len() > 1).collect();
    runs.par_iter_mut().for_each(|run| break_ties(run, ids, seed));
    sorted.into_iter().map(|(_, at)| at as usize).collect()
}

fn break_ties<S: AsRef<str> + Sync>(run: &mut [(u64, u32)], ids: &[S], seed: u64) {
    let mut hashed: Vec<([u8; 32], u32)> = run
        .par_iter()
        .with_min_len(256)
        .map(|&(_, at)| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&seed.to_le_bytes());
            hasher.update(ids[at as usize].as_ref().as_bytes());
            (*hasher.finalize().as_bytes(), at)
        })
        .collect();
    hashed.par_sort_unstable_by(|a, b| {
        a.0.cmp(&b.0).then_with(|| ids[a.1 as usize].as_ref().cmp(ids[b.1 as usize].as_ref())).then(a.1.cmp(&b.1))
    });
    for (slot, (_, at)) in run.iter_mut().zip(hashed) {
        slot.1 = at;
    }
}

/// An integer that sorts like the number: −∞ … ∞, −0 equal to 0, NaN below everything.
fn sort_key(value: f64) -> u64 {
    if value.is_nan() {
        return 0;
    }
    // Adding 0 turns −0 into 0.
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
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
