//! Kolmogorov–Smirnov test of two samples.

use serde::{Deserialize, Serialize};

use crate::special::kolmogorov_tail;
use crate::value::{Metric, Reason};

/// Largest sample for which the p-value is exact.
const EXACT_UP_TO: usize = 10_000;

/// How the p-value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KsMethod {
    /// By counting lattice paths; for samples up to 10 000.
    Exact,
    /// By the limit distribution.
    Asymptotic,
}

/// Result of the test. With many thousand values everything is significant: judge by the statistic, not by p.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct KsTest {
    /// Largest distance of the two empirical distribution functions, in `[0, 1]`; n counts both samples.
    pub statistic: Metric,
    /// Two-sided p-value.
    pub p_value: Metric,
    /// How the p-value was found.
    pub method: KsMethod,
}

/// Two-sided two-sample test. `empty` when a sample is empty, `non_finite_input` when a value is NaN or infinite.
///
/// Equals `scipy.stats.ks_2samp` with `method="exact"`.
pub fn ks_two_sample(a: &[f64], b: &[f64]) -> KsTest {
    let method = if a.len().max(b.len()) <= EXACT_UP_TO { KsMethod::Exact } else { KsMethod::Asymptotic };
    let reason = if a.is_empty() || b.is_empty() {
        Some(Reason::Empty)
    } else if a.iter().chain(b).any(|value| !value.is_finite()) {
        Some(Reason::NonFiniteInput)
    } else {
        None
    };
    if let Some(reason) = reason {
        return KsTest { statistic: Metric::undefined(reason), p_value: Metric::undefined(reason), method };
    }
    let distance = scaled_distance(&sorted(a), &sorted(b));
    let (n, m) = (a.len() as f64, b.len() as f64);
    let statistic = distance as f64 / (n * m);
    let p = match method {
        KsMethod::Exact => exact_tail(a.len(), b.len(), distance),
        KsMethod::Asymptotic => kolmogorov_tail(statistic * libm::sqrt(n * m / (n + m))),
    };
    let count = (a.len() + b.len()) as u64;
    KsTest { statistic: Metric::new(statistic, count), p_value: Metric::new(p, count), method }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

/// `n·m·D` as an integer: the largest |i·m − j·n| over the merged values, ties advancing both samples.
fn scaled_distance(a: &[f64], b: &[f64]) -> u64 {
    let (n, m) = (a.len() as u64, b.len() as u64);
    let (mut i, mut j, mut largest) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let value = a[i].min(b[j]);
        while i < a.len() && a[i] <= value {
            i += 1;
        }
        while j < b.len() && b[j] <= value {
            j += 1;
        }
        largest = largest.max((i as u64 * m).abs_diff(j as u64 * n));
    }
    largest
}

/// Probability that a random lattice path from (0, 0) to (n, m) reaches |i·m − j·n| ≥ `distance`.
///
/// The mass of paths is added up where they first leave the band, so small p-values keep their precision.
fn exact_tail(n: usize, m: usize, distance: u64) -> f64 {
    if distance == 0 {
        return 1.0;
    }
    let outside = |i: usize, j: usize| (i as u64 * m as u64).abs_diff(j as u64 * n as u64) >= distance;
    let mut left = 0.0;
    // Mass of the paths in (i, j) of the current column i, all j; a step up takes one value of b, a step right one of a.
    let mut column = vec![0.0; m + 1];
    column[0] = 1.0;
    for i in 0..=n {
        for j in 0..=m {
            let mut mass = 0.0;
            if i == 0 && j == 0 {
                mass = 1.0;
            }
            if i > 0 {
                mass += column[j] * (n - i + 1) as f64 / (n + m - i - j + 1) as f64;
            }
            if j > 0 {
                mass += column[j - 1] * (m - j + 1) as f64 / (n + m - i - j + 1) as f64;
            }
            if mass > 0.0 && outside(i, j) {
                left += mass;
                mass = 0.0;
            }
            column[j] = mass;
        }
    }
    left.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &[f64], b: &[f64], statistic: f64, p: f64, relative: f64) {
        let got = ks_two_sample(a, b);
        let (d, tail) = (got.statistic.value().expect("defined"), got.p_value.value().expect("defined"));
        assert!((d - statistic).abs() < 1e-12, "D {d} instead of {statistic}");
        assert!((tail - p).abs() < relative * p, "p {tail} instead of {p}");
    }

    fn range(from: u32, to: u32) -> Vec<f64> {
        (from..=to).map(f64::from).collect()
    }

    #[test]
    fn exact_p_values_match_scipy() {
        // scipy.stats.ks_2samp(method="exact")
        check(&[0.1, 0.4, 0.7, 0.9, 1.2], &[0.3, 0.5, 1.1, 1.6, 1.8, 2.0], 0.5, 0.357_142_857_142_857_15, 1e-9);
        check(&range(1, 100), &range(21, 120), 0.2, 0.036_384_287_874_917_33, 1e-9);
        check(&range(1, 100), &range(91, 150), SCIPY_FAR.0, SCIPY_FAR.1, 1e-9);
        check(&[1.0, 1.0, 2.0], &[1.0, 2.0, 2.0, 3.0], SCIPY_TIES.0, SCIPY_TIES.1, 1e-9);
    }

    #[test]
    fn large_samples_use_the_limit_distribution() {
        // D = 0.02 with n = m = 20000: λ = 2, scipy.special.kolmogorov(2).
        let a: Vec<f64> = range(1, 20_000);
        let b: Vec<f64> = range(401, 20_400);
        let got = ks_two_sample(&a, &b);
        assert_eq!(got.method, KsMethod::Asymptotic);
        check(&a, &b, 0.02, 0.000_670_925_255_775_795_5, 1e-9);
    }

    #[test]
    fn equal_samples_have_p_one_and_bad_ones_no_value() {
        check(&[1.0, 2.0], &[1.0, 2.0], 0.0, 1.0, 1e-12);
        assert_eq!(ks_two_sample(&[], &[1.0]).p_value.reason(), Some(Reason::Empty));
        assert_eq!(ks_two_sample(&[f64::NAN], &[1.0]).statistic.reason(), Some(Reason::NonFiniteInput));
    }

    const SCIPY_FAR: (f64, f64) = (0.9, 7.741_760_416_273_535e-33);
    const SCIPY_TIES: (f64, f64) = (0.416_666_666_666_666_7, 0.885_714_285_714_285_8);
}
