//! Uncertainty from several opinions on one thing: members of an ensemble, runs with dropout, or views of an image.

use super::uncertainty::{entropy_normalised, normalised, shannon};
use crate::value::{Metric, Reason};

/// Below this a negative difference of entropies is more than rounding.
const ROUNDING: f64 = 1e-12;

/// Mutual information of prediction and model, `H(mean p) − mean H(p)`, in nats (BALD; Houlsby et al. 2011).
///
/// One row of class probabilities a member, renormalised as in [`entropy`](super::entropy). 0 when all members agree, however unsure
/// they are; at most `ln K`. `empty` without members, `not_applicable` for a single one, for rows of different lengths
/// or such that cannot be normalised, `non_finite_input` for NaN or infinity.
pub fn mutual_information<P: AsRef<[f64]>>(members: &[P]) -> Metric {
    let Some(first) = members.first().map(AsRef::as_ref) else {
        return Metric::undefined(Reason::Empty);
    };
    if members.iter().flat_map(AsRef::as_ref).any(|value| !value.is_finite()) {
        return Metric::undefined(Reason::NonFiniteInput);
    }
    if members.len() == 1 || members.iter().any(|p| p.as_ref().len() != first.len()) {
        return Metric::undefined(Reason::NotApplicable);
    }
    let mut mean = vec![0.0; first.len()];
    let mut entropies = Vec::with_capacity(members.len());
    for member in members {
        let Some(p) = normalised(member.as_ref()) else {
            return Metric::undefined(Reason::NotApplicable);
        };
        entropies.push(shannon(&p));
        for (mean, value) in mean.iter_mut().zip(p) {
            *mean += value / members.len() as f64;
        }
    }
    let information = shannon(&mean) - crate::sum::neumaier(&entropies) / members.len() as f64;
    debug_assert!(information > -ROUNDING, "entropy is concave");
    Metric::new(information.max(0.0), members.len() as u64)
}

/// `1 − share of the commonest class` among the members' votes, in `[0, 1)` (Freeman 1965).
///
/// `empty` without votes, `not_applicable` for a single one.
pub fn variation_ratio(votes: &[usize]) -> Metric {
    let mut sorted = votes.to_vec();
    sorted.sort_unstable();
    match sorted.chunk_by(|a, b| a == b).map(<[usize]>::len).max() {
        None => Metric::undefined(Reason::Empty),
        Some(_) if votes.len() == 1 => Metric::undefined(Reason::NotApplicable),
        // Counted rather than subtracted, so that unanimous votes give exactly 0.
        Some(mode) => Metric::ratio((votes.len() - mode) as f64, votes.len() as f64, votes.len() as u64),
    }
}

/// Uncertainty of where a box ends, for heads that predict a distribution over offsets for each side: the mean of the
/// four normalised entropies, in `[0, 1]`.
///
/// Probabilities of the offsets left, top, right and bottom, renormalised as in [`entropy`](super::entropy). `not_applicable` when a
/// side cannot be normalised.
pub fn localisation_entropy(sides: [&[f64]; 4]) -> Metric {
    let entropies: Option<Vec<f64>> = sides.iter().map(|side| entropy_normalised(side)).collect();
    match entropies {
        Some(values) => Metric::new(crate::sum::neumaier(&values) / 4.0, 4),
        None => Metric::undefined(Reason::NotApplicable),
    }
}

/// Uncertainty of where a box ends, for heads that predict a deviation for each side: the mean of the deviations of the
/// left, top, right and bottom side over the box's width (left, right) or height (top, bottom).
///
/// `zero_denominator` for a box without width or height, `not_applicable` for a negative deviation.
pub fn localisation_deviation(deviations: [f64; 4], width: f64, height: f64) -> Metric {
    if deviations.iter().any(|&deviation| deviation < 0.0) {
        return Metric::undefined(Reason::NotApplicable);
    }
    if width <= 0.0 || height <= 0.0 {
        return Metric::undefined(Reason::ZeroDenominator);
    }
    let [left, top, right, bottom] = deviations;
    Metric::new(((left + right) / width + (top + bottom) / height) / 4.0, 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(metric: Metric, expected: f64) {
        let got = metric.value().expect("defined");
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }

    #[test]
    fn disagreement_of_members_is_the_golden_one() {
        // baal 2.1 BALD; scipy.stats.entropy
        near(mutual_information(&[[0.9, 0.1], [0.5, 0.5]]), 0.101_749_225_079_196_81);
        // The same after renormalisation.
        near(mutual_information(&[[9.0, 1.0], [5.0, 5.0]]), 0.101_749_225_079_196_81);
        // Members that are sure of different things: ln 2.
        near(mutual_information(&[[1.0, 0.0], [0.0, 1.0]]), std::f64::consts::LN_2);
        near(mutual_information(&[[0.5, 0.5], [0.5, 0.5]]), 0.0);
    }

    #[test]
    fn one_opinion_is_no_disagreement() {
        assert_eq!(mutual_information(&[[0.5, 0.5]]).reason(), Some(Reason::NotApplicable));
        assert_eq!(mutual_information::<[f64; 2]>(&[]).reason(), Some(Reason::Empty));
        assert_eq!(mutual_information(&[vec![1.0], vec![0.5, 0.5]]).reason(), Some(Reason::NotApplicable));
        assert_eq!(mutual_information(&[[0.5, f64::NAN], [0.5, 0.5]]).reason(), Some(Reason::NonFiniteInput));
        assert_eq!(mutual_information(&[[0.0, 0.0], [0.5, 0.5]]).reason(), Some(Reason::NotApplicable));
        assert_eq!(variation_ratio(&[]).reason(), Some(Reason::Empty));
        assert_eq!(variation_ratio(&[3]).reason(), Some(Reason::NotApplicable));
    }

    #[test]
    fn votes_are_counted() {
        near(variation_ratio(&[2, 0, 2, 1, 2]), 0.4);
        assert_eq!(variation_ratio(&[7, 7, 7]).value(), Some(0.0));
    }

    #[test]
    fn sides_are_averaged() {
        let (sure, unsure) = ([1.0, 0.0, 0.0, 0.0], [0.25; 4]);
        near(localisation_entropy([&sure, &unsure, &unsure, &sure]), 0.5);
        // H(.7, .2, .1) / ln 3 from scipy.stats.entropy on one side of four.
        near(
            localisation_entropy([&[0.7, 0.2, 0.1], &[1.0, 0.0], &[1.0, 0.0], &[1.0, 0.0]]),
            0.729_846_699_162_097_5 / 4.0,
        );
        assert_eq!(localisation_entropy([&[], &sure, &sure, &sure]).reason(), Some(Reason::NotApplicable));
        near(localisation_deviation([1.0, 2.0, 3.0, 4.0], 10.0, 20.0), (0.1 + 0.1 + 0.3 + 0.2) / 4.0);
        assert_eq!(localisation_deviation([1.0; 4], 0.0, 5.0).reason(), Some(Reason::ZeroDenominator));
        assert_eq!(localisation_deviation([-1.0; 4], 5.0, 5.0).reason(), Some(Reason::NotApplicable));
    }

    proptest! {
        #[test]
        fn information_lies_between_nothing_and_all_of_it(
            members in prop::collection::vec(prop::collection::vec(0.5..1.0_f64, 4), 2..8),
        ) {
            let value = mutual_information(&members).value().expect("defined");
            prop_assert!((0.0..=libm::log(4.0) + 1e-9).contains(&value));
            // Kullback–Leibler form of the same number.
            let p: Vec<Vec<f64>> = members
                .iter()
                .map(|m| { let total: f64 = m.iter().sum(); m.iter().map(|v| v / total).collect() })
                .collect();
            let mean: Vec<f64> = (0..4).map(|k| p.iter().map(|row| row[k]).sum::<f64>() / p.len() as f64).collect();
            let divergence: f64 =
                p.iter().flat_map(|row| row.iter().zip(&mean).map(|(a, b)| a * (a / b).ln())).sum::<f64>();
            prop_assert!((value - divergence / p.len() as f64).abs() < 1e-9);
        }
    }
}
