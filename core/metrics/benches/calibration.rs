//! Time to measure the calibration of 1,000,000 predictions, and to mend it.

use concord_metrics::calibration::{Binning, Isotonic, fit_temperature, reliability};
use concord_metrics::rng::Stream;
use divan::Bencher;

const PREDICTIONS: usize = 1_000_000;

fn main() {
    divan::main();
}

/// Predictions that are right less often than they say.
fn predictions() -> (Vec<f64>, Vec<bool>) {
    let mut stream = Stream::new(1, "bench", "calibration", 0);
    (0..PREDICTIONS)
        .map(|_| {
            let score = stream.next_f64();
            (score, stream.next_f64() < 0.2 + 0.5 * score)
        })
        .unzip()
}

/// Bins of equal width.
#[divan::bench(sample_count = 10)]
fn reliability_equal_width(bencher: Bencher) {
    let (scores, outcomes) = predictions();
    bencher.bench(|| reliability(&scores, &outcomes, Binning::default()));
}

/// Bins of equal mass.
#[divan::bench(sample_count = 10)]
fn reliability_equal_mass(bencher: Bencher) {
    let (scores, outcomes) = predictions();
    bencher.bench(|| reliability(&scores, &outcomes, Binning::EqualMass { bins: 15 }));
}

/// Newton's method to the last digit.
#[divan::bench(sample_count = 10)]
fn temperature(bencher: Bencher) {
    let (scores, outcomes) = predictions();
    bencher.bench(|| fit_temperature(&scores, &outcomes).expect("valid scores"));
}

/// Sorting and pooling.
#[divan::bench(sample_count = 10)]
fn isotonic(bencher: Bencher) {
    let (scores, outcomes) = predictions();
    let values: Vec<f64> = outcomes.iter().map(|&outcome| f64::from(u8::from(outcome))).collect();
    bencher.bench(|| Isotonic::fit(&scores, &values, None).expect("valid scores"));
}
