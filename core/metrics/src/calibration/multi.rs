//! Calibration error of detections that looks at where a box lies and how large it is (D-ECE).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bins::{bin_of, equal_width};
use super::input::refusal;
use super::reliability::{Convention, Tally, errors};
use crate::value::{Metric, Reason};

/// One dimension besides the confidence, such as the centre's x over the image's width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dimension<'a> {
    /// One value in `[0, 1]` a detection.
    pub values: &'a [f64],
    /// Bins over `[0, 1]`; 5 is usual. Fewer than one counts as one.
    pub bins: usize,
}

/// The error, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DetectionCalibration {
    /// D-ECE, `Σ n_b / n · |precision − confidence|` over bins with enough detections, in `[0, 1]`.
    pub d_ece: Metric,
    /// Bins in the sum.
    pub bins_used: u64,
    /// Detections in bins too thin to count; they add nothing to the sum but stay in `n`, as in netcal.
    pub left_out: u64,
}

/// D-ECE over the confidence and `others` (Küppers et al. 2020; netcal 1.x): bins of equal width in every dimension,
/// `[low, high)` with the last closed, and those with fewer than `minimum` detections (8 is usual) dropped.
///
/// `empty` without detections, `insufficient_support` when every bin is too thin, `non_finite_input` and
/// `not_applicable` (outside `[0, 1]`, different lengths) as the input has it.
pub fn detection_calibration(
    confidence: Dimension<'_>,
    outcomes: &[bool],
    others: &[Dimension<'_>],
    minimum: u64,
) -> DetectionCalibration {
    let dimensions: Vec<Dimension<'_>> = std::iter::once(confidence).chain(others.iter().copied()).collect();
    let refused = dimensions.iter().find_map(|dimension| refusal(dimension.values, outcomes));
    if let Some(reason) = refused {
        return DetectionCalibration { d_ece: Metric::undefined(reason), bins_used: 0, left_out: 0 };
    }
    let edges: Vec<Vec<f64>> = dimensions.iter().map(|dimension| equal_width(dimension.bins)).collect();
    // With five dimensions of many bins nearly all are empty, so only those that occur are kept.
    let mut tallies: BTreeMap<Vec<usize>, Tally> = BTreeMap::new();
    for (at, &outcome) in outcomes.iter().enumerate() {
        let cell = dimensions
            .iter()
            .zip(&edges)
            .map(|(dimension, edges)| bin_of(edges, dimension.values[at], Convention::LowerClosed))
            .collect();
        tallies.entry(cell).or_default().add(confidence.values[at], outcome);
    }
    let n = outcomes.len() as u64;
    let used: Vec<Tally> = tallies.into_values().filter(|tally| tally.n >= minimum).collect();
    let left_out = n - used.iter().map(|tally| tally.n).sum::<u64>();
    let d_ece = if used.is_empty() { Metric::undefined(Reason::InsufficientSupport) } else { errors(&used, n).0 };
    DetectionCalibration { d_ece, bins_used: used.len() as u64, left_out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::{Binning, reliability};

    const CONFIDENCES: [f64; 10] = [0.95, 0.9, 0.85, 0.8, 0.75, 0.6, 0.55, 0.4, 0.3, 0.2];
    const OUTCOMES: [bool; 10] = [true, true, false, true, true, false, true, false, false, true];
    const CENTRES: [f64; 10] = [0.1, 0.2, 0.8, 0.9, 0.4, 0.6, 0.3, 0.7, 0.5, 0.95];

    #[test]
    fn two_dimensions_give_the_golden_error() {
        let confidence = Dimension { values: &CONFIDENCES, bins: 5 };
        let across = Dimension { values: &CENTRES, bins: 2 };
        let got = detection_calibration(confidence, &OUTCOMES, &[across], 1);
        // From the rule of netcal 1.4.
        assert!((got.d_ece.value().expect("defined") - 0.3).abs() < 1e-9, "{got:?}");
        assert_eq!((got.bins_used, got.left_out), (6, 0));
    }

    #[test]
    fn thin_bins_are_dropped_and_counted() {
        // By hand: cells (4, left) {.95, .9} both true, (4, right) {.85 false, .8 true}, (2, right) {.6, .4} both false
        // and (1, right) {.3 false, .2 true} hold two detections each; .75 and .55 are alone in theirs.
        let confidence = Dimension { values: &CONFIDENCES, bins: 5 };
        let across = Dimension { values: &CENTRES, bins: 2 };
        let got = detection_calibration(confidence, &OUTCOMES, &[across], 2);
        let expected = (0.15 + 0.65 + 1.0 + 0.5) / 10.0;
        assert!((got.d_ece.value().expect("defined") - expected).abs() < 1e-9, "{got:?}");
        assert_eq!((got.bins_used, got.left_out), (4, 2));
        let none = detection_calibration(confidence, &OUTCOMES, &[across], 8);
        assert_eq!(none.d_ece.reason(), Some(Reason::InsufficientSupport));
        assert_eq!(none.left_out, 10);
    }

    #[test]
    fn the_confidence_alone_gives_the_plain_error() {
        let got = detection_calibration(Dimension { values: &CONFIDENCES, bins: 15 }, &OUTCOMES, &[], 1);
        assert_eq!(got.d_ece, reliability(&CONFIDENCES, &OUTCOMES, Binning::default()).ece);
        let nothing = Dimension { values: &[], bins: 5 };
        assert_eq!(detection_calibration(nothing, &[], &[], 1).d_ece.reason(), Some(Reason::Empty));
        let outside = Dimension { values: &[1.2], bins: 5 };
        let inside = Dimension { values: &[0.2], bins: 5 };
        assert_eq!(detection_calibration(inside, &[true], &[outside], 1).d_ece.reason(), Some(Reason::NotApplicable));
    }
}
