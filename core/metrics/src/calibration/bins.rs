//! Edges of bins over `[0, 1]`, and which bin a value falls into.

use super::reliability::Convention;
use crate::quantile::quantile;

/// `bins + 1` edges `k · (1 / bins)`, the last exactly 1: the numbers of `numpy.linspace(0, 1, bins + 1)`.
///
/// At least one bin.
pub(super) fn equal_width(bins: usize) -> Vec<f64> {
    let bins = bins.max(1);
    let step = 1.0 / bins as f64;
    (0..bins).map(|k| k as f64 * step).chain([1.0]).collect()
}

/// Edges that split the values into bins of equal mass: type-7 quantiles at `k / bins`, the first 0, the last 1, equal
/// edges merged.
pub(super) fn equal_mass(values: &[f64], bins: usize) -> Vec<f64> {
    let bins = bins.max(1);
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let inner = (1..bins).filter_map(|k| quantile(&sorted, k as f64 / bins as f64));
    let mut edges: Vec<f64> = std::iter::once(0.0).chain(inner).chain([1.0]).collect();
    edges.dedup();
    edges
}

/// The bin of a value in `[0, 1]`; every value has one under either convention.
pub(super) fn bin_of(edges: &[f64], value: f64, convention: Convention) -> usize {
    let last = edges.len() - 2;
    match convention {
        Convention::LowerClosed => edges.partition_point(|&edge| edge <= value).saturating_sub(1).min(last),
        Convention::UpperClosed => edges.partition_point(|&edge| edge < value).saturating_sub(1).min(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_those_of_numpy() {
        // numpy.linspace(0, 1, 6), whose third inner edge lies above 0.6
        assert_eq!(equal_width(5), [0.0, 0.2, 0.4, 0.600_000_000_000_000_1, 0.8, 1.0]);
        assert_eq!(equal_width(0), [0.0, 1.0]);
        // numpy.quantile of the ten golden confidences at 0, 0.2 … 1, ends replaced
        let golden = [0.95, 0.9, 0.85, 0.8, 0.75, 0.6, 0.55, 0.4, 0.3, 0.2];
        for (got, expected) in equal_mass(&golden, 5).iter().zip([0.0, 0.38, 0.58, 0.77, 0.86, 1.0]) {
            assert!((got - expected).abs() < 1e-12, "{got} instead of {expected}");
        }
        assert_eq!(equal_mass(&[0.5; 8], 4), [0.0, 0.5, 1.0]);
    }

    #[test]
    fn ends_and_edges_belong_to_one_bin() {
        let edges = equal_width(2);
        let bins = |convention| [0.0, 0.25, 0.5, 0.75, 1.0].map(|value| bin_of(&edges, value, convention));
        assert_eq!(bins(Convention::LowerClosed), [0, 0, 1, 1, 1]);
        assert_eq!(bins(Convention::UpperClosed), [0, 0, 0, 1, 1]);
    }
}
