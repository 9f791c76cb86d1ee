//! Sorting of a million numbers with their places: one pass into narrow buckets, then each bucket for itself.

use std::ops::Range;

use rayon::prelude::*;

/// Below this many numbers a plain sort is as fast.
const SMALL: usize = 4096;
/// Numbers that a bucket is meant to hold.
const PER_BUCKET: usize = 256;
/// Most buckets: more would outgrow the caches while numbers are dealt out.
const MAX_BUCKETS: usize = 4096;
/// A bucket above this is sorted by several threads.
const LARGE: usize = 32_768;
/// Numbers that one task of the thread pool puts into buckets.
const BLOCK: usize = 16_384;

/// Which numbers come first; NaN counts as below every number, and −0 as 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// The smallest.
    Ascending,
    /// The largest.
    Descending,
}

/// A key of a number and the number's place; keys ascend in the asked direction, and equal numbers have equal keys.
pub(super) type Entry = (u64, u32);

/// Every number's entry, by key, then by place, with the borders of the buckets.
pub(super) struct Sorted {
    pub(super) entries: Vec<Entry>,
    /// Bucket `b` is `entries[starts[b]..starts[b + 1]]`; equal numbers are in one bucket.
    starts: Vec<usize>,
}

impl Sorted {
    /// Sorts the numbers.
    pub(super) fn new(values: &[f64], direction: Direction) -> Self {
        if values.len() < SMALL {
            let mut entries: Vec<Entry> =
                values.iter().enumerate().map(|(at, &value)| (key(value, direction), at as u32)).collect();
            entries.sort_unstable();
            return Self { starts: vec![0, entries.len()], entries };
        }
        let buckets = Buckets::new(values, direction);
        let (of_value, starts) = buckets.deal(values);
        let mut sorted = Self { entries: scatter(values, direction, &of_value, &starts), starts };
        sorted.par_buckets().for_each(|(_, bucket)| {
            // Places ascend within a bucket already, so a stable sort by key is enough, and quick where many are equal.
            if bucket.len() > LARGE {
                bucket.par_sort_by_key(|entry| entry.0);
            } else {
                bucket.sort_by_key(|entry| entry.0);
            }
        });
        sorted
    }

    /// The buckets, each with the position of its first entry.
    pub(super) fn par_buckets(&mut self) -> impl ParallelIterator<Item = (usize, &mut [Entry])> {
        let mut rest = &mut self.entries[..];
        let mut parts = Vec::with_capacity(self.starts.len());
        for border in self.starts.windows(2) {
            let (part, after) = std::mem::take(&mut rest).split_at_mut(border[1] - border[0]);
            rest = after;
            parts.push((border[0], part));
        }
        parts.into_par_iter()
    }
}

/// An integer that sorts in `direction` as the numbers do.
pub(super) fn key(value: f64, direction: Direction) -> u64 {
    match direction {
        Direction::Ascending => ascending_key(value),
        Direction::Descending => !ascending_key(value),
    }
}

/// An integer that sorts like the number: −∞ … ∞, −0 equal to 0, NaN below everything.
fn ascending_key(value: f64) -> u64 {
    if value.is_nan() {
        return 0;
    }
    // Adding 0 turns −0 into 0.
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// Buckets of one width between the smallest and the largest number.
struct Buckets {
    count: usize,
    least: f64,
    scale: f64,
    direction: Direction,
}

impl Buckets {
    fn new(values: &[f64], direction: Direction) -> Self {
        let count = (values.len() / PER_BUCKET).clamp(1, MAX_BUCKETS);
        let (least, most) = values
            .par_chunks(BLOCK)
            .map(|chunk| {
                chunk.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)))
            })
            .reduce(|| (f64::INFINITY, f64::NEG_INFINITY), |a, b| (a.0.min(b.0), a.1.max(b.1)));
        Self { count, least, scale: count as f64 / (most - least), direction }
    }

    /// Subtraction, multiplication and cutting off never turn an order around, so neither does this. Where the range
    /// is infinite everything lands in one bucket: NaN becomes 0.
    fn of(&self, value: f64) -> u16 {
        let bucket = (((value - self.least) * self.scale) as usize).min(self.count - 1);
        match self.direction {
            Direction::Ascending => bucket as u16,
            Direction::Descending => (self.count - 1 - bucket) as u16,
        }
    }

    /// The bucket of every number, and where each bucket starts.
    fn deal(&self, values: &[f64]) -> (Vec<u16>, Vec<usize>) {
        let mut of_value = vec![0_u16; values.len()];
        let counts = of_value
            .par_chunks_mut(BLOCK)
            .zip(values.par_chunks(BLOCK))
            .map(|(buckets, values)| {
                let mut counts = vec![0_usize; self.count];
                for (bucket, &value) in buckets.iter_mut().zip(values) {
                    *bucket = self.of(value);
                    counts[usize::from(*bucket)] += 1;
                }
                counts
            })
            .reduce(
                || vec![0; self.count],
                |mut a, b| {
                    a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                    a
                },
            );
        let mut starts = Vec::with_capacity(self.count + 1);
        starts.push(0);
        let mut end = 0;
        starts.extend(counts.into_iter().map(|count| {
            end += count;
            end
        }));
        (of_value, starts)
    }
}

/// Puts every entry into its bucket, places ascending. Each thread fills some neighbouring buckets.
fn scatter(values: &[f64], direction: Direction, of_value: &[u16], starts: &[usize]) -> Vec<Entry> {
    let mut entries = vec![(0, 0); values.len()];
    let mut rest = &mut entries[..];
    let mut parts = Vec::new();
    for buckets in shares(starts, rayon::current_num_threads()) {
        let length = starts[buckets.end] - starts[buckets.start];
        let (part, after) = std::mem::take(&mut rest).split_at_mut(length);
        rest = after;
        parts.push((buckets, part));
    }
    parts.into_par_iter().for_each(|(buckets, part)| {
        let first = starts[buckets.start];
        let mut next: Vec<usize> = starts[buckets.clone()].iter().map(|start| start - first).collect();
        for (at, (&value, &bucket)) in values.iter().zip(of_value).enumerate() {
            let bucket = usize::from(bucket);
            if buckets.contains(&bucket) {
                let slot = &mut next[bucket - buckets.start];
                part[*slot] = (key(value, direction), at as u32);
                *slot += 1;
            }
        }
    });
    entries
}

/// Ranges of neighbouring buckets that hold about as many numbers each.
fn shares(starts: &[usize], threads: usize) -> Vec<Range<usize>> {
    let buckets = starts.len() - 1;
    let total = starts[buckets];
    let threads = threads.clamp(1, 8);
    let mut borders: Vec<usize> =
        (0..threads).map(|share| starts.partition_point(|&start| start < total * share / threads)).collect();
    borders.push(buckets);
    borders.windows(2).map(|pair| pair[0].min(buckets)..pair[1].min(buckets)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;
    use proptest::prelude::*;

    fn check(values: &[f64]) {
        for direction in [Direction::Ascending, Direction::Descending] {
            let mut expected: Vec<Entry> =
                values.iter().enumerate().map(|(at, &value)| (key(value, direction), at as u32)).collect();
            expected.sort_unstable();
            for threads in [1, 2, 5] {
                let workers = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a thread pool");
                let mut got = workers.install(|| Sorted::new(values, direction));
                assert!(got.entries == expected, "{direction:?} of {} numbers", values.len());
                let sizes: usize = got.par_buckets().map(|(_, bucket)| bucket.len()).sum();
                assert_eq!(sizes, values.len());
            }
        }
    }

    #[test]
    fn keys_sort_as_numbers_do() {
        let numbers = [f64::NAN, f64::NEG_INFINITY, -2.0, -1e-300, 0.0, 5e-324, 1.0, f64::INFINITY];
        let keys = numbers.map(|value| key(value, Direction::Ascending));
        assert!(keys.is_sorted_by(|a, b| a < b));
        assert_eq!(key(-0.0, Direction::Descending), key(0.0, Direction::Descending));
        assert_eq!(key(-f64::NAN, Direction::Ascending), key(f64::NAN, Direction::Ascending));
    }

    #[test]
    fn awkward_numbers_are_sorted_too() {
        check(&[]);
        check(&[f64::NAN]);
        check(&vec![0.5; 10_000]);
        check(&vec![f64::NAN; 10_000]);
        let mut stream = Stream::new(3, "sort", "test", 0);
        let mut uniform: Vec<f64> = (0..50_000).map(|_| stream.next_f64() - 0.5).collect();
        check(&uniform);
        // Far out, everything else shares a bucket.
        uniform[7] = 1e300;
        check(&uniform);
        uniform[8] = f64::NAN;
        uniform[9] = f64::NEG_INFINITY;
        uniform[10] = f64::INFINITY;
        uniform[11] = -0.0;
        uniform[12] = 0.0;
        check(&uniform);
        check(&[-1e308, 1e308, 0.0, 1.0].repeat(3000));
        let denormal: Vec<f64> = (0..9000).map(|at| f64::from_bits(9000 - at)).collect();
        check(&denormal);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn any_numbers_are_sorted(seed: u64, n in 4000_usize..12_000, kinds in 1_u64..60_000, log_scale in -300_i32..300) {
            let mut stream = Stream::new(seed, "sort", "test", 1);
            let scale = 10_f64.powi(log_scale);
            let values: Vec<f64> = (0..n).map(|_| (stream.below(kinds) as f64 - 20.0) * scale).collect();
            check(&values);
        }
    }
}
