//! Prevalence and bias beside κ: why κ is low although the raters mostly agree (Byrt, Bishop & Carlin 1993).

use serde::{Deserialize, Serialize};

use crate::kappa::value_of;
use crate::value::{Metric, Reason};

/// Numbers that explain a κ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Prevalence {
    /// Prevalence index `(a − d) / n`; two categories only.
    pub prevalence_index: Metric,
    /// Bias index `(b − c) / n`; two categories only.
    pub bias_index: Metric,
    /// Agreement corrected as if all categories were equally likely: PABAK, for more than two categories
    /// Brennan & Prediger's coefficient `(K·p_o − 1) / (K − 1)`.
    pub pabak: Metric,
    /// Agreement on the first category, `2a / (2a + b + c)`; two categories only.
    pub positive_agreement: Metric,
    /// Agreement on the second category, `2d / (2d + b + c)`; two categories only.
    pub negative_agreement: Metric,
    /// True when κ is low because one category dominates: |prevalence index| > 0.6 and PABAK − κ > 0.2.
    pub paradox: bool,
}

/// The diagnostics of a square table; every entry `empty` without units, `not_applicable` where it has no meaning.
pub fn prevalence(table: &[Vec<u64>]) -> Prevalence {
    let k = table.len();
    let n: u64 = table.iter().flatten().sum();
    let square = table.iter().all(|row| row.len() == k);
    if n == 0 || k < 2 || !square {
        let none = Metric::undefined(if n == 0 { Reason::Empty } else { Reason::NotApplicable });
        return Prevalence {
            prevalence_index: none,
            bias_index: none,
            pabak: none,
            positive_agreement: none,
            negative_agreement: none,
            paradox: false,
        };
    }
    let total = n as f64;
    let agreed: u64 = (0..k).map(|i| table[i][i]).sum();
    let categories = k as f64;
    let pabak = (categories * (agreed as f64 / total) - 1.0) / (categories - 1.0);
    let none = Metric::undefined(Reason::NotApplicable);
    let mut result = Prevalence {
        prevalence_index: none,
        bias_index: none,
        pabak: Metric::new(pabak, n),
        positive_agreement: none,
        negative_agreement: none,
        paradox: false,
    };
    if k == 2 {
        let [a, b, c, d] = [table[0][0], table[0][1], table[1][0], table[1][1]].map(|count| count as f64);
        let prevalence_index = (a - d) / total;
        result.prevalence_index = Metric::new(prevalence_index, n);
        result.bias_index = Metric::new((b - c) / total, n);
        result.positive_agreement = Metric::ratio(2.0 * a, 2.0 * a + b + c, n);
        result.negative_agreement = Metric::ratio(2.0 * d, 2.0 * d + b + c, n);
        result.paradox = prevalence_index.abs() > 0.6 && value_of(table).is_ok_and(|kappa| pabak - kappa > 0.2);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(metric: Metric, expected: f64) {
        let got = metric.value().expect("defined");
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }

    #[test]
    fn balanced_table_has_the_golden_indices() {
        let got = prevalence(&[vec![20, 5], vec![10, 15]]);
        near(got.pabak, 0.4);
        near(got.prevalence_index, 0.1);
        near(got.bias_index, -0.1);
        near(got.positive_agreement, 0.727_272_727_27);
        near(got.negative_agreement, 0.666_666_666_67);
        assert!(!got.paradox);
    }

    #[test]
    fn a_dominating_category_is_named_as_the_paradox() {
        let table = [vec![118, 5], vec![2, 0]];
        let got = prevalence(&table);
        let kappa = value_of(&table).expect("defined");
        assert!((kappa + 0.023_391_812_87).abs() < 1e-9, "{kappa}");
        near(got.pabak, 0.888);
        near(got.prevalence_index, 0.944);
        near(got.bias_index, 0.024);
        assert!(got.paradox);
    }

    #[test]
    fn three_categories_have_brennan_prediger_only() {
        // irrCAC 0.4.4
        let got = prevalence(&[vec![11, 3, 1], vec![2, 9, 4], vec![0, 3, 17]]);
        near(got.pabak, 0.61);
        assert_eq!(got.prevalence_index.reason(), Some(Reason::NotApplicable));
    }

    #[test]
    fn missing_mass_is_undefined_not_zero() {
        assert_eq!(prevalence(&[vec![0, 0], vec![0, 0]]).pabak.reason(), Some(Reason::Empty));
        let got = prevalence(&[vec![4, 0], vec![0, 0]]);
        assert_eq!(got.negative_agreement.reason(), Some(Reason::ZeroDenominator));
    }
}
