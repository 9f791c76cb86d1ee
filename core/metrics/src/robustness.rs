//! Summary numbers of a model under corrupted images (Michaelis et al. 2019; Hendrycks & Dietterich 2019).

use serde::{Deserialize, Serialize};

use crate::value::{Metric, Reason, macro_mean};

/// How a metric holds up under corruptions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Robustness {
    /// The metric on clean images.
    pub clean: Metric,
    /// Mean performance under corruption: mean over all types and severities; n counts the cells in it.
    pub mpc: Metric,
    /// Relative performance under corruption, `mPC / P`; `zero_denominator` when the clean metric is 0.
    pub rpc: Metric,
    /// Mean over severities of each type, in the order given.
    pub per_type: Vec<Metric>,
    /// Mean over types of each severity, from severity 1.
    pub per_severity: Vec<Metric>,
    /// Cells left out because the metric is undefined there.
    pub left_out: u64,
}

/// Summarises a metric: `cells[type][severity − 1]`, on the same images as `clean`. `empty` without any cell.
pub fn summarise(clean: Metric, cells: &[Vec<Metric>]) -> Robustness {
    let all: Vec<Metric> = cells.iter().flatten().copied().collect();
    let (mpc, left_out) = macro_mean(&all);
    let rpc = match (mpc.value(), clean.value()) {
        (Some(corrupted), Some(clean)) => Metric::ratio(corrupted, clean, mpc.n()),
        (None, _) => mpc,
        (_, None) => Metric::undefined(clean.reason().unwrap_or(Reason::Empty)),
    };
    let severities = cells.iter().map(Vec::len).max().unwrap_or(0);
    let of_severity = |at: usize| {
        let column: Vec<Metric> = cells.iter().filter_map(|row| row.get(at).copied()).collect();
        macro_mean(&column).0
    };
    Robustness {
        clean,
        mpc,
        rpc,
        per_type: cells.iter().map(|row| macro_mean(row).0).collect(),
        per_severity: (0..severities).map(of_severity).collect(),
        left_out,
    }
}

/// Mean corruption error against a reference model: the mean over types of `Σ_s E / Σ_s E_ref`, `E = 1 − metric`.
///
/// `empty` without types, `not_applicable` when the tables differ in shape, `zero_denominator` when the reference makes
/// no error in some type, `insufficient_support` when a cell is undefined.
pub fn mean_corruption_error(cells: &[Vec<Metric>], reference: &[Vec<Metric>]) -> Metric {
    if cells.len() != reference.len() || cells.iter().zip(reference).any(|(a, b)| a.len() != b.len()) {
        return Metric::undefined(Reason::NotApplicable);
    }
    let error = |row: &[Metric]| row.iter().map(|cell| cell.value().map(|value| 1.0 - value)).sum::<Option<f64>>();
    let mut ratios = Vec::new();
    for (row, reference) in cells.iter().zip(reference) {
        let (Some(own), Some(other)) = (error(row), error(reference)) else {
            return Metric::undefined(Reason::InsufficientSupport);
        };
        if other == 0.0 {
            return Metric::undefined(Reason::ZeroDenominator);
        }
        ratios.push(own / other);
    }
    crate::sum::mean(&ratios)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(value: f64) -> Vec<Vec<Metric>> {
        vec![vec![Metric::new(value, 10); 5]; 15]
    }

    #[test]
    fn half_the_clean_metric_is_half_the_relative_one() {
        let got = summarise(Metric::new(40.0, 10), &table(20.0));
        assert_eq!((got.mpc.value(), got.rpc.value()), (Some(20.0), Some(0.5)));
        assert_eq!((got.per_type.len(), got.per_severity.len(), got.mpc.n()), (15, 5, 75));
    }

    #[test]
    fn types_and_severities_are_averaged_apart() {
        let cells = vec![
            vec![Metric::new(0.4, 1), Metric::new(0.2, 1)],
            vec![Metric::new(0.2, 1), Metric::undefined(Reason::Empty)],
        ];
        let got = summarise(Metric::new(0.5, 1), &cells);
        let value = |metric: &Metric| metric.value().expect("defined");
        assert!((value(&got.per_type[0]) - 0.3).abs() < 1e-12 && (value(&got.per_type[1]) - 0.2).abs() < 1e-12);
        assert!((value(&got.per_severity[0]) - 0.3).abs() < 1e-12 && (value(&got.per_severity[1]) - 0.2).abs() < 1e-12);
        assert_eq!(got.left_out, 1);
    }

    #[test]
    fn a_useless_clean_model_has_no_relative_number() {
        let got = summarise(Metric::new(0.0, 10), &table(0.0));
        assert_eq!(got.rpc.reason(), Some(Reason::ZeroDenominator));
        assert_eq!(summarise(Metric::new(0.5, 10), &[]).rpc.reason(), Some(Reason::Empty));
    }

    #[test]
    fn the_reference_model_has_corruption_error_one() {
        let reference = table(0.25);
        assert_eq!(mean_corruption_error(&reference, &reference).value(), Some(1.0));
        assert_eq!(mean_corruption_error(&table(0.625), &reference).value(), Some(0.5));
        assert_eq!(mean_corruption_error(&reference, &table(1.0)).reason(), Some(Reason::ZeroDenominator));
        assert_eq!(mean_corruption_error(&reference, &[]).reason(), Some(Reason::NotApplicable));
    }
}
