//! Quantiles of values that come and go one by one.

use crate::quantile::quantile;
use crate::value::{Metric, Reason};

/// Buckets of equal width over `[0, 1]`; what lies outside is in the first or the last.
const BUCKETS: usize = 4096;

/// Values sorted within buckets, so that putting one in or out moves a few hundred others instead of a million.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    buckets: Vec<Vec<f64>>,
    len: usize,
}

impl Spread {
    /// These values, all finite.
    pub(super) fn new<'a>(values: impl Iterator<Item = &'a f64>) -> Self {
        let mut spread = Self { buckets: vec![Vec::new(); BUCKETS], len: 0 };
        for &value in values {
            spread.buckets[bucket(value)].push(value);
            spread.len += 1;
        }
        for bucket in &mut spread.buckets {
            bucket.sort_unstable_by(f64::total_cmp);
        }
        spread
    }

    /// Puts a finite value in.
    pub(super) fn insert(&mut self, value: f64) {
        let bucket = &mut self.buckets[bucket(value)];
        bucket.insert(bucket.partition_point(|other| other.total_cmp(&value).is_lt()), value);
        self.len += 1;
    }

    /// Takes a value out that was put in.
    pub(super) fn remove(&mut self, value: f64) {
        let bucket = &mut self.buckets[bucket(value)];
        if let Ok(at) = bucket.binary_search_by(|other| other.total_cmp(&value)) {
            bucket.remove(at);
            self.len -= 1;
        }
    }

    /// The `q`-quantile with linear interpolation, as [`quantile`]; `empty` without values.
    pub(super) fn quantile(&self, q: f64) -> Metric {
        let Some(last) = self.len.checked_sub(1) else { return Metric::undefined(Reason::Empty) };
        let position = last as f64 * q.clamp(0.0, 1.0);
        let below = position.floor() as usize;
        let pair = [self.at(below), self.at((below + 1).min(last))];
        quantile(&pair, position - below as f64)
            .map_or(Metric::undefined(Reason::Empty), |value| Metric::new(value, self.len as u64))
    }

    /// The value of this rank, which is below the number of values.
    fn at(&self, rank: usize) -> f64 {
        let mut before = 0;
        for bucket in &self.buckets {
            if rank < before + bucket.len() {
                return bucket[rank - before];
            }
            before += bucket.len();
        }
        f64::NAN
    }
}

fn bucket(value: f64) -> usize {
    ((value * BUCKETS as f64) as usize).min(BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantile::quantile_of;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn quantiles_are_those_of_the_sorted_list(
            values in prop::collection::vec(prop_oneof![0.0..1.0_f64, Just(0.5), Just(1.0), 0.0..3.0_f64], 0..40),
            removed in 0_usize..40,
            q in 0.0..=1.0_f64,
        ) {
            let mut spread = Spread::new(values.iter());
            prop_assert_eq!(spread.quantile(q), quantile_of(&values, q));
            // Some go and others come.
            let mut kept = values.clone();
            for value in values.iter().take(removed) {
                spread.remove(*value);
                kept.remove(0);
            }
            for value in [0.25, 0.999] {
                spread.insert(value);
                kept.push(value);
            }
            prop_assert_eq!(spread.quantile(q), quantile_of(&kept, q));
        }
    }
}
