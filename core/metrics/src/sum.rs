//! Sums that come out bit-identical on any number of threads.

use rayon::prelude::*;

use crate::value::{Metric, Reason};

/// Values per chunk; the chunk borders are fixed, so the result does not depend on how the work was spread.
pub const CHUNK: usize = 4096;

/// Running sum with Neumaier's compensation (Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur Summation").
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Neumaier {
    sum: f64,
    compensation: f64,
}

impl Neumaier {
    /// Adds one value.
    pub fn add(&mut self, value: f64) {
        let total = self.sum + value;
        if self.sum.abs() >= value.abs() {
            self.compensation += (self.sum - total) + value;
        } else {
            self.compensation += (value - total) + self.sum;
        }
        self.sum = total;
    }

    /// The sum so far; 0 before the first value.
    pub fn total(self) -> f64 {
        self.sum + self.compensation
    }
}

/// The compensated sum of one run of values, in order; 0 for an empty slice.
pub fn neumaier(values: &[f64]) -> f64 {
    let mut sum = Neumaier::default();
    for &value in values {
        sum.add(value);
    }
    sum.total()
}

/// The sum of `values`: compensated inside chunks of [`CHUNK`], the partial sums added in chunk order.
///
/// Bit-identical for any thread count. 0 for an empty slice.
pub fn sum(values: &[f64]) -> f64 {
    if values.len() <= CHUNK {
        return neumaier(values);
    }
    let partials: Vec<f64> = values.par_chunks(CHUNK).map(neumaier).collect();
    partials.iter().sum()
}

/// The mean of `values`; `empty` for an empty slice, `non_finite_input` when a value is NaN or infinite.
pub fn mean(values: &[f64]) -> Metric {
    if values.is_empty() {
        return Metric::undefined(Reason::Empty);
    }
    Metric::new(sum(values) / values.len() as f64, values.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_values_between_large_ones_are_kept() {
        // Neumaier's own example; math.fsum of Python 3 gives 2.0 too.
        assert_eq!(neumaier(&[1.0, 1e100, 1.0, -1e100]), 2.0);
    }

    #[test]
    fn ten_tenths_are_one() {
        // math.fsum([0.1] * 10) == 1.0
        assert_eq!(neumaier(&[0.1; 10]), 1.0);
    }

    #[test]
    fn chunk_partials_are_added_in_order_whatever_the_thread_count() {
        let values: Vec<f64> = (0..50_000_u32).map(|i| libm::sin(f64::from(i)) * 1e3).collect();
        let serial: f64 = values.chunks(CHUNK).map(neumaier).collect::<Vec<_>>().iter().sum();
        for threads in [1, 2, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a thread pool");
            assert_eq!(pool.install(|| sum(&values)).to_bits(), serial.to_bits());
        }
    }

    #[test]
    fn nothing_sums_to_zero_and_has_no_mean() {
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(mean(&[]).reason(), Some(Reason::Empty));
    }
}
