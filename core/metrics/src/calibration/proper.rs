//! Proper scores: numbers that are smallest for the true probabilities.

use super::input::{ClassTable, refusal};
use super::temperature::log_sum_exp;
use crate::sum::mean;
use crate::value::Metric;

/// Probabilities are moved this far away from 0 and 1 before their logarithm is taken.
const NLL_CLIP: f64 = 1e-15;

/// Brier's score of yes/no predictions, the mean of `(p − y)²`, in `[0, 1]` (Brier 1950).
///
/// `empty` without predictions; `non_finite_input`, or `not_applicable` outside `[0, 1]` and for lists of different
/// lengths.
pub fn brier(probabilities: &[f64], outcomes: &[bool]) -> Metric {
    mean_of(probabilities, outcomes, |p, outcome| {
        let miss = if outcome { 1.0 - p } else { p };
        miss * miss
    })
}

/// Negative log-likelihood of yes/no predictions in nats, `p` clipped to `[1e-15, 1 − 1e-15]`; undefined as [`brier`].
pub fn nll(probabilities: &[f64], outcomes: &[bool]) -> Metric {
    mean_of(probabilities, outcomes, |p, outcome| {
        let p = p.clamp(NLL_CLIP, 1.0 - NLL_CLIP);
        if outcome { -libm::log(p) } else { -libm::log1p(-p) }
    })
}

fn mean_of(probabilities: &[f64], outcomes: &[bool], loss: impl Fn(f64, bool) -> f64) -> Metric {
    if let Some(reason) = refusal(probabilities, outcomes) {
        return Metric::undefined(reason);
    }
    let losses: Vec<f64> = probabilities.iter().zip(outcomes).map(|(&p, &outcome)| loss(p, outcome)).collect();
    mean(&losses)
}

/// Brier's score of class probabilities, the mean over units of `Σ_k (p_k − o_k)²`, in `[0, 2]`.
///
/// `empty` without units, `not_applicable` when a label is missing or names no class.
pub fn brier_classes(probabilities: ClassTable<'_>, labels: &[usize]) -> Metric {
    mean_of_rows(probabilities, labels, |row, label| {
        row.iter()
            .enumerate()
            .map(|(class, &p)| {
                let miss = p - if class == label { 1.0 } else { 0.0 };
                miss * miss
            })
            .sum()
    })
}

/// Negative log-likelihood of class probabilities in nats, clipped as in [`nll`]; undefined as [`brier_classes`].
pub fn nll_classes(probabilities: ClassTable<'_>, labels: &[usize]) -> Metric {
    mean_of_rows(probabilities, labels, |row, label| -libm::log(row[label].clamp(NLL_CLIP, 1.0 - NLL_CLIP)))
}

/// Negative log-likelihood in nats of the softmax of logits; undefined as [`brier_classes`].
pub fn nll_logits(logits: ClassTable<'_>, labels: &[usize]) -> Metric {
    mean_of_rows(logits, labels, |row, label| log_sum_exp(row, 1.0) - row[label])
}

fn mean_of_rows(table: ClassTable<'_>, labels: &[usize], loss: impl Fn(&[f64], usize) -> f64) -> Metric {
    match table.labelled(labels) {
        Ok(rows) => mean(&rows.map(|(row, label)| loss(row, label)).collect::<Vec<f64>>()),
        Err(reason) => Metric::undefined(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Reason;

    const CONFIDENCES: [f64; 10] = [0.95, 0.9, 0.85, 0.8, 0.75, 0.6, 0.55, 0.4, 0.3, 0.2];
    const OUTCOMES: [bool; 10] = [true, true, false, true, true, false, true, false, false, true];

    fn near(metric: Metric, expected: f64) {
        let got = metric.value().expect("defined");
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }

    #[test]
    fn scores_of_yes_and_no_are_those_of_scikit_learn() {
        // scikit-learn 1.9 brier_score_loss and log_loss
        near(brier(&CONFIDENCES, &OUTCOMES), 0.229);
        near(nll(&CONFIDENCES, &OUTCOMES), 0.655_566_563_146_584_8);
    }

    #[test]
    fn scores_of_classes_are_those_of_the_formula() {
        let table = ClassTable::new(&[0.7, 0.2, 0.1, 0.1, 0.3, 0.6], 3).expect("two rows");
        // By hand: (.09 + .04 + .01 + .01 + .49 + .36) / 2; scikit-learn 1.9 log_loss
        near(brier_classes(table, &[0, 1]), 0.5);
        near(nll_classes(table, &[0, 1]), 0.780_323_874_132_334_3);
        let logs: Vec<f64> = [0.7, 0.2, 0.1, 0.1, 0.3, 0.6].iter().map(|&p: &f64| p.ln() + 3.0).collect();
        near(nll_logits(ClassTable::new(&logs, 3).expect("two rows"), &[0, 1]), 0.780_323_874_132_334_3);
    }

    #[test]
    fn a_sure_mistake_costs_much_and_not_infinitely_much() {
        // −ln(1e-15)
        near(nll(&[0.0], &[true]), 34.538_776_394_910_684);
        // 1 − (1 − 1e-15) is 2⁻⁵⁰ · 1.125 in binary.
        near(nll(&[1.0], &[false]), 34.539_575_992_340_88);
        assert_eq!(brier(&[], &[]).reason(), Some(Reason::Empty));
        assert_eq!(nll(&[f64::INFINITY], &[true]).reason(), Some(Reason::NonFiniteInput));
        let table = ClassTable::new(&[0.5, 0.5], 2).expect("a row");
        assert_eq!(nll_classes(table, &[7]).reason(), Some(Reason::NotApplicable));
    }
}
