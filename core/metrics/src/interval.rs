//! Confidence intervals for proportions.

use crate::special::normal_quantile;
use crate::value::{Interval, Metric, Reason};

/// The two-sided standard normal quantile of a confidence level: 1.96 for 0.95.
///
/// NaN unless `0 ≤ confidence ≤ 1`.
pub fn z_of(confidence: f64) -> f64 {
    -normal_quantile(0.5 * (1.0 - confidence))
}

/// Wilson's score interval for `k` successes of `n` (Wilson 1927), clipped to `[0, 1]`.
///
/// `None` when `n` is 0, `k > n`, or `confidence` is not strictly between 0 and 1. Equals statsmodels
/// `proportion_confint(method="wilson")`.
pub fn wilson(k: u64, n: u64, confidence: f64) -> Option<Interval> {
    if n == 0 || k > n || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let z2 = z_of(confidence) * z_of(confidence);
    let n_f = n as f64;
    let p = k as f64 / n_f;
    let scale = 1.0 + z2 / n_f;
    let centre = (p + z2 / (2.0 * n_f)) / scale;
    let half = libm::sqrt(z2 * (p * (1.0 - p) / n_f + z2 / (4.0 * n_f * n_f))) / scale;
    // At the ends the interval touches 0 or 1 exactly; rounding must not leave a sliver.
    let low = if k == 0 { 0.0 } else { centre - half };
    let high = if k == n { 1.0 } else { centre + half };
    Some(Interval { low, high }.clipped(0.0, 1.0))
}

/// The proportion `k / n` with its Wilson interval; `empty` when `n` is 0.
pub fn proportion(k: u64, n: u64, confidence: f64) -> Metric {
    if n == 0 {
        return Metric::undefined(Reason::Empty);
    }
    Metric::new(k as f64 / n as f64, n).with_ci(wilson(k, n, confidence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_matches_statsmodels() {
        // statsmodels 0.15 proportion_confint(method="wilson")
        for (k, n, low, high) in [
            (0, 10, 0.0, 0.277_532_799_86),
            (8, 10, 0.490_162_471_54, 0.943_317_848_55),
            (10, 10, 0.722_467_200_14, 1.0),
            (45, 50, 0.786_397_685_63, 0.956_524_235_07),
            (1, 3, 0.061_491_944_720_396, 0.792_340_399_197_952),
        ] {
            let got = wilson(k, n, 0.95).expect("a valid request");
            assert!((got.low - low).abs() < 1e-9 && (got.high - high).abs() < 1e-9, "{k}/{n}: {got:?}");
        }
    }

    #[test]
    fn z_is_the_textbook_value() {
        assert!((z_of(0.95) - 1.959_963_984_540_054).abs() < 1e-14);
    }

    #[test]
    fn impossible_requests_have_no_interval() {
        assert_eq!(wilson(0, 0, 0.95), None);
        assert_eq!(wilson(3, 2, 0.95), None);
        assert_eq!(wilson(1, 2, 1.0), None);
        assert_eq!(proportion(0, 0, 0.95).reason(), Some(Reason::Empty));
    }
}
