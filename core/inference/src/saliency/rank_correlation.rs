//! Spearman's rank correlation: whether two maps put places in the same order.

/// Spearman's ρ of two rows of finite numbers, -1..=1: Pearson's correlation of their ranks, equal values sharing the
/// mean of theirs. `None` when the lengths differ, or one row is empty or has one value throughout.
pub(super) fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() || a.is_empty() {
        return None;
    }
    let (a, b) = (ranks(a), ranks(b));
    // Ranks always have the mean (n + 1)/2.
    let mean = f64::midpoint(a.len() as f64, 1.0);
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
    let spread = (product(&a, &a) * product(&b, &b)).sqrt();
    (spread > 0.0).then(|| (product(&a, &b) / spread).clamp(-1.0, 1.0))
}

/// The rank of every value, the least having 1.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for equal in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let shared = before as f64 + f64::midpoint(equal.len() as f64, 1.0);
        for at in equal {
            ranks[*at] = shared;
        }
        before += equal.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_textbook_pair_has_its_correlation() {
        // IQ and hours of television of ten people (the worked example of many textbooks): ρ = 1 − 6·194/990.
        let iq = [106.0, 100.0, 86.0, 101.0, 99.0, 103.0, 97.0, 113.0, 112.0, 110.0];
        let hours = [7.0, 27.0, 2.0, 50.0, 28.0, 29.0, 20.0, 12.0, 6.0, 17.0];
        let rho = spearman(&iq, &hours).expect("ten pairs");
        assert!((rho - (1.0 - 6.0 * 194.0 / 990.0)).abs() < 1e-12, "{rho}");
    }

    #[test]
    fn equal_values_share_their_ranks() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        assert_eq!(spearman(&[1.0, 2.0], &[1.0, 1.0]), None);
        assert_eq!(spearman(&[], &[]), None);
        assert_eq!(spearman(&[1.0, 2.0, 9.0], &[5.0, 4.0, 1.0]), Some(-1.0));
    }
}
