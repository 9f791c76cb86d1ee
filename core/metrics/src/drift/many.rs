//! Correction of p-values when many features are tested at once.

/// Benjamini–Hochberg adjusted p-values in the order of the input (Benjamini & Hochberg 1995).
///
/// A test is significant at false-discovery rate q when its adjusted value is ≤ q. NaN counts as 1 (no evidence);
/// nothing in gives nothing out. Equals statsmodels `multipletests(method="fdr_bh")`.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let p: Vec<f64> = p.iter().map(|&p| if p.is_nan() { 1.0 } else { p }).collect();
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&i, &j| p[i].total_cmp(&p[j]));
    let mut adjusted = vec![1.0; p.len()];
    let mut smallest: f64 = 1.0;
    for (rank, &at) in order.iter().enumerate().rev() {
        smallest = smallest.min(p[at] * p.len() as f64 / (rank + 1) as f64);
        adjusted[at] = smallest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_p_values_are_adjusted_as_by_statsmodels() {
        let p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205];
        let expected = [0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.084_571_428_571_428_6, 0.205];
        for (got, expected) in benjamini_hochberg(&p).iter().zip(expected) {
            assert!((got - expected).abs() < 1e-12, "{got} instead of {expected}");
        }
    }

    #[test]
    fn the_order_of_the_tests_does_not_matter() {
        let shuffled = [0.205, 0.001, 0.06, 0.039, 0.008];
        let mut sorted = shuffled;
        sorted.sort_by(f64::total_cmp);
        let by_value: Vec<f64> = benjamini_hochberg(&sorted);
        for (p, got) in shuffled.iter().zip(benjamini_hochberg(&shuffled)) {
            let at = sorted.iter().position(|s| s == p).expect("the same values");
            assert_eq!(got, by_value[at]);
        }
    }

    #[test]
    fn nothing_and_nan_are_harmless() {
        assert!(benjamini_hochberg(&[]).is_empty());
        assert_eq!(benjamini_hochberg(&[0.01, f64::NAN]), [0.02, 1.0]);
    }
}
