//! Uncertainty of one prediction, and of an image from its boxes.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Boxes below this score carry no information about an image; boxes from it on do, even if they are never shown.
pub const MIN_BOX_SCORE: f64 = 0.05;
/// Objects of a lower mean score do not count where several opinions are compared: what one view takes for an object
/// with a score of 0.3 and five do not see is not what a person should look at, and there is something of it in nearly
/// every image.
pub const MIN_AGREED_SCORE: f64 = 0.2;
/// Sums further from 1 than this are renormalised.
const SUM_TOLERANCE: f64 = 1e-4;

/// How the uncertainties of an image's boxes become one number (Brust, Käding & Denzler 2019).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    /// The largest.
    Max,
    /// The sum; favours crowded images.
    Sum,
    /// The mean.
    Mean,
    /// The mean of the k largest (of all, when there are fewer). The default with k = 5.
    TopKMean(usize),
}

impl Default for Aggregation {
    fn default() -> Self {
        Self::TopKMean(5)
    }
}

/// Entropy of a yes/no prediction in bits, `[0, 1]`; 0 at 0 and 1. `p` is clamped to `[0, 1]`, NaN gives 0.
pub fn binary_entropy_bits(p: f64) -> f64 {
    let p = p.clamp(0.0, 1.0);
    if p > 0.0 && p < 1.0 { -(p * libm::log2(p) + (1.0 - p) * libm::log2(1.0 - p)) } else { 0.0 }
}

/// The probabilities, renormalised when their sum is off by more than 1e-4; none when that is impossible.
pub(super) fn normalised(p: &[f64]) -> Option<Vec<f64>> {
    let total = crate::sum::neumaier(p);
    if !total.is_finite() || total <= 0.0 || p.iter().any(|&value| value < 0.0) {
        return None;
    }
    let scale = if (total - 1.0).abs() > SUM_TOLERANCE { total } else { 1.0 };
    Some(p.iter().map(|value| value / scale).collect())
}

/// Shannon entropy of class probabilities in nats, `[0, ln K]`; none for probabilities that cannot be normalised.
pub fn entropy(p: &[f64]) -> Option<f64> {
    Some(shannon(&normalised(p)?))
}

/// Shannon entropy of probabilities as they are.
pub(super) fn shannon(p: &[f64]) -> f64 {
    let terms: Vec<f64> = p.iter().filter(|&&value| value > 0.0).map(|&value| -value * libm::log(value)).collect();
    crate::sum::neumaier(&terms).max(0.0)
}

/// [`entropy`] divided by `ln K`, in `[0, 1]`; 0 for one class.
pub fn entropy_normalised(p: &[f64]) -> Option<f64> {
    let value = entropy(p)?;
    Some(if p.len() < 2 { 0.0 } else { value / libm::log(p.len() as f64) })
}

/// `1 − max p`, in `[0, 1 − 1/K]`; none for probabilities that cannot be normalised.
pub fn least_confidence(p: &[f64]) -> Option<f64> {
    let p = normalised(p)?;
    Some((1.0 - p.iter().copied().fold(0.0, f64::max)).max(0.0))
}

/// [`least_confidence`] times `K / (K − 1)`, in `[0, 1]`; 0 for one class.
pub fn least_confidence_normalised(p: &[f64]) -> Option<f64> {
    let value = least_confidence(p)?;
    let k = p.len() as f64;
    Some(if p.len() < 2 { 0.0 } else { value * k / (k - 1.0) })
}

/// `1 − (largest − second largest)`, in `[0, 1]`; 0 for one class, none for probabilities that cannot be normalised.
pub fn margin(p: &[f64]) -> Option<f64> {
    let mut p = normalised(p)?;
    p.sort_by(|a, b| b.total_cmp(a));
    Some(match p[..] {
        [first, second, ..] => 1.0 - (first - second),
        _ => 0.0,
    })
}

/// One number from the uncertainties of an image's boxes; 0 without boxes. NaN entries are left out.
pub fn aggregate(uncertainties: &[f64], aggregation: Aggregation) -> f64 {
    let mut values: Vec<f64> = uncertainties.iter().copied().filter(|value| !value.is_nan()).collect();
    if let Aggregation::TopKMean(k) = aggregation {
        values.sort_by(|a, b| b.total_cmp(a));
        values.truncate(k.max(1));
    }
    if values.is_empty() {
        return 0.0;
    }
    match aggregation {
        Aggregation::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Aggregation::Sum => crate::sum::neumaier(&values),
        Aggregation::Mean | Aggregation::TopKMean(_) => crate::sum::neumaier(&values) / values.len() as f64,
    }
}

/// Uncertainty of an image from the (calibrated) scores of its boxes: the aggregated binary entropies in bits.
///
/// Scores below [`MIN_BOX_SCORE`] are left out; 0 without boxes.
pub fn image_uncertainty(box_scores: &[f64], aggregation: Aggregation) -> f64 {
    let uncertainties: Vec<f64> =
        box_scores.iter().filter(|&&score| score >= MIN_BOX_SCORE).map(|&score| binary_entropy_bits(score)).collect();
    aggregate(&uncertainties, aggregation)
}

/// [`image_uncertainty`] of every image of a pool, on all threads.
pub fn image_uncertainties<B: AsRef<[f64]> + Sync>(images: &[B], aggregation: Aggregation) -> Vec<f64> {
    images.par_iter().with_min_len(256).map(|scores| image_uncertainty(scores.as_ref(), aggregation)).collect()
}

/// Weight of a box of a class with `count` examples when the commonest class has `largest`: `√(largest / count)`,
/// between 1 and 5. A class without examples has weight 5.
pub fn class_rarity_weight(count: u64, largest: u64) -> f64 {
    if count == 0 {
        return 5.0;
    }
    libm::sqrt(largest as f64 / count as f64).clamp(1.0, 5.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-8, "{got} instead of {expected}");
    }

    #[test]
    fn scores_of_a_probability_vector_are_the_golden_ones() {
        let p = [0.7, 0.2, 0.1];
        near(entropy(&p).expect("valid"), 0.801_818_552_543_337_2);
        near(entropy(&p).expect("valid") / std::f64::consts::LN_2, 1.156_779_649_447_039_5);
        near(entropy_normalised(&p).expect("valid"), 0.729_846_699_162_097_5);
        near(least_confidence(&p).expect("valid"), 0.3);
        near(least_confidence_normalised(&p).expect("valid"), 0.45);
        near(margin(&p).expect("valid"), 0.5);
    }

    #[test]
    fn image_scores_are_the_golden_ones() {
        let scores = [0.9, 0.6, 0.2];
        for (score, expected) in scores.iter().zip([0.468_995_593_59, 0.970_950_594_45, 0.721_928_094_89]) {
            near(binary_entropy_bits(*score), expected);
        }
        near(image_uncertainty(&scores, Aggregation::Max), 0.970_950_59);
        near(image_uncertainty(&scores, Aggregation::Sum), 2.161_874_28);
        near(image_uncertainty(&scores, Aggregation::Mean), 0.720_624_76);
        near(image_uncertainty(&scores, Aggregation::default()), 0.720_624_76);
        near(image_uncertainty(&scores, Aggregation::TopKMean(1)), 0.970_950_59);
    }

    #[test]
    fn a_pool_is_scored_image_by_image() {
        let images: Vec<Vec<f64>> = (0..700).map(|n| (0..n % 9).map(|at| f64::from(at) / 8.0).collect()).collect();
        let got = image_uncertainties(&images, Aggregation::Sum);
        let expected: Vec<f64> = images.iter().map(|scores| image_uncertainty(scores, Aggregation::Sum)).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn weak_boxes_do_not_water_the_mean_down() {
        let strong = image_uncertainty(&[0.5], Aggregation::Mean);
        assert_eq!(image_uncertainty(&[0.5, 0.049, 0.001], Aggregation::Mean), strong);
        assert_eq!(image_uncertainty(&[], Aggregation::Max), 0.0);
    }

    #[test]
    fn one_class_is_certain_and_nonsense_is_refused() {
        assert_eq!((entropy_normalised(&[1.0]), margin(&[1.0])), (Some(0.0), Some(0.0)));
        assert_eq!(least_confidence_normalised(&[1.0]), Some(0.0));
        assert_eq!(entropy(&[]), None);
        assert_eq!(entropy(&[0.5, f64::NAN]), None);
        assert_eq!(margin(&[1.5, -0.5]), None);
    }

    #[test]
    fn sums_off_by_more_than_rounding_are_renormalised() {
        near(entropy(&[7.0, 2.0, 1.0]).expect("valid"), 0.801_818_552_543_337_2);
    }

    #[test]
    fn rare_classes_weigh_more_up_to_a_limit() {
        assert_eq!(class_rarity_weight(100, 100), 1.0);
        assert_eq!(class_rarity_weight(25, 100), 2.0);
        assert_eq!(class_rarity_weight(1, 10_000), 5.0);
        assert_eq!(class_rarity_weight(0, 100), 5.0);
    }
}
