//! Quantiles by linear interpolation between order statistics.

use crate::value::{Metric, Reason};

/// The `q`-quantile of values sorted ascending, `q` in `[0, 1]` (clamped), or `None` for an empty slice.
///
/// Position `(n − 1)·q` with linear interpolation: type 7 of Hyndman & Fan 1996, the default of `numpy.quantile`.
pub fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = last as f64 * q.clamp(0.0, 1.0);
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    let (low, high) = (sorted[below], sorted[above]);
    let fraction = position - below as f64;
    // The order of operations of numpy, which keeps the result between its neighbours.
    Some(if fraction < 0.5 { low + (high - low) * fraction } else { high - (high - low) * (1.0 - fraction) })
}

/// The `q`-quantile of values in any order; `empty` for an empty slice, `non_finite_input` when one is NaN or infinite.
pub fn quantile_of(values: &[f64], q: f64) -> Metric {
    if values.iter().any(|v| !v.is_finite()) {
        return Metric::undefined(Reason::NonFiniteInput);
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, q).map_or(Metric::undefined(Reason::Empty), |value| Metric::new(value, values.len() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_numpy_quantile() {
        // numpy.quantile([1, 2, 4, 8], [0, .1, .25, .5, .9, 1])
        let sorted = [1.0, 2.0, 4.0, 8.0];
        for (q, expected) in [(0.0, 1.0), (0.1, 1.3), (0.25, 1.75), (0.5, 3.0), (0.9, 6.8), (1.0, 8.0)] {
            let got = quantile(&sorted, q).expect("four values");
            assert!((got - expected).abs() < 1e-12, "{q}: {got} instead of {expected}");
        }
    }

    #[test]
    fn one_value_is_every_quantile_and_nothing_is_none() {
        assert_eq!(quantile(&[3.5], 0.7), Some(3.5));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile_of(&[], 0.5).reason(), Some(Reason::Empty));
        assert_eq!(quantile_of(&[1.0, f64::NAN], 0.5).reason(), Some(Reason::NonFiniteInput));
        assert_eq!(quantile_of(&[8.0, 1.0, 4.0, 2.0], 0.5).value(), Some(3.0));
    }
}
