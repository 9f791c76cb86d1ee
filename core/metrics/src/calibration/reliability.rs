//! Reliability bins, and the calibration errors that are read off them.

use serde::{Deserialize, Serialize};

use super::bins::{bin_of, equal_mass, equal_width};
use super::input::refusal;
use crate::interval;
use crate::sum::Neumaier;
use crate::value::{Metric, Reason};

/// Bins unless told otherwise (Guo et al. 2017).
pub const DEFAULT_BINS: usize = 15;
/// Confidence level of the intervals around the accuracies.
const CONFIDENCE: f64 = 0.95;

/// Which edge belongs to a bin of equal width; matters only for values that lie on an edge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Convention {
    /// `[low, high)`, the last bin closed: numpy and netcal. The default.
    #[default]
    LowerClosed,
    /// `(low, high]`, the first bin closed: Guo et al. and torchmetrics (who leave a confidence of 0 out).
    UpperClosed,
}

/// How confidences are put into bins. Fewer than one bin counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binning {
    /// Bins of one width (Naeini, Cooper & Hauskrecht 2015); the error is called ECE.
    EqualWidth {
        /// Number of bins.
        bins: usize,
        /// Which edge belongs to a bin.
        convention: Convention,
    },
    /// Bins of nearly equal counts, between quantiles; the error is called adaptive (ACE). Equal quantiles make one
    /// edge, so there may be fewer bins.
    EqualMass {
        /// Number of bins.
        bins: usize,
    },
}

impl Default for Binning {
    fn default() -> Self {
        Self::EqualWidth { bins: DEFAULT_BINS, convention: Convention::default() }
    }
}

/// One bin of a reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Lower edge.
    pub low: f64,
    /// Upper edge.
    pub high: f64,
    /// Number of predictions.
    pub n: u64,
    /// Their mean confidence; `empty` without predictions.
    pub confidence: Metric,
    /// The share that came true, with Wilson's 95 % interval; `empty` without predictions.
    pub accuracy: Metric,
    /// `accuracy − confidence`: below 0 where the model is too sure of itself; `empty` without predictions.
    pub gap: Metric,
}

/// The bins and what they add up to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// Bins by confidence, ascending; none when the input was refused.
    pub bins: Vec<ReliabilityBin>,
    /// Expected calibration error `Σ n_b / n · |accuracy − confidence|`, in `[0, 1]`.
    pub ece: Metric,
    /// Largest `|accuracy − confidence|` of a bin that holds predictions.
    pub mce: Metric,
}

/// Confidences against what came true (top-label correct, or a detection that is a true positive).
///
/// Without predictions both errors are `empty`; a confidence that is not finite makes them `non_finite_input`, one
/// outside `[0, 1]`, or lists of different lengths, `not_applicable`.
pub fn reliability(confidences: &[f64], outcomes: &[bool], binning: Binning) -> Reliability {
    if let Some(reason) = refusal(confidences, outcomes) {
        let none = Metric::undefined(reason);
        return Reliability { bins: Vec::new(), ece: none, mce: none };
    }
    let (edges, convention) = match binning {
        Binning::EqualWidth { bins, convention } => (equal_width(bins), convention),
        Binning::EqualMass { bins } => (equal_mass(confidences, bins), Convention::LowerClosed),
    };
    let mut tallies = vec![Tally::default(); edges.len() - 1];
    for (&confidence, &outcome) in confidences.iter().zip(outcomes) {
        tallies[bin_of(&edges, confidence, convention)].add(confidence, outcome);
    }
    let (ece, mce) = errors(&tallies, confidences.len() as u64);
    let bins = edges.windows(2).zip(&tallies).map(|(edge, tally)| tally.bin(edge[0], edge[1])).collect();
    Reliability { bins, ece, mce }
}

/// What falls into one bin.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) n: u64,
    hits: u64,
    confidence: Neumaier,
}

impl Tally {
    pub(super) fn add(&mut self, confidence: f64, outcome: bool) {
        self.n += 1;
        self.hits += u64::from(outcome);
        self.confidence.add(confidence);
    }

    /// `accuracy − confidence`; 0 for an empty bin.
    pub(super) fn gap(&self) -> f64 {
        if self.n == 0 { 0.0 } else { (self.hits as f64 - self.confidence.total()) / self.n as f64 }
    }

    fn bin(&self, low: f64, high: f64) -> ReliabilityBin {
        let of_predictions =
            |value: f64| if self.n == 0 { Metric::undefined(Reason::Empty) } else { Metric::new(value, self.n) };
        ReliabilityBin {
            low,
            high,
            n: self.n,
            confidence: of_predictions(self.confidence.total() / self.n as f64),
            accuracy: interval::proportion(self.hits, self.n, CONFIDENCE),
            gap: of_predictions(self.gap()),
        }
    }
}

/// The weighted mean (over `n` predictions) and the largest of the absolute gaps.
pub(super) fn errors(tallies: &[Tally], n: u64) -> (Metric, Metric) {
    let mut sum = Neumaier::default();
    let mut largest = 0.0_f64;
    for tally in tallies {
        sum.add(tally.n as f64 * tally.gap().abs());
        largest = largest.max(tally.gap().abs());
    }
    (Metric::ratio(sum.total(), n as f64, n), Metric::new(largest, n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CONFIDENCES: [f64; 10] = [0.95, 0.9, 0.85, 0.8, 0.75, 0.6, 0.55, 0.4, 0.3, 0.2];
    const OUTCOMES: [bool; 10] = [true, true, false, true, true, false, true, false, false, true];

    fn near(metric: Metric, expected: f64) {
        let got = metric.value().expect("defined");
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }

    fn equal_width(bins: usize, convention: Convention) -> Reliability {
        reliability(&CONFIDENCES, &OUTCOMES, Binning::EqualWidth { bins, convention })
    }

    #[test]
    fn errors_are_the_golden_ones() {
        // From the rule of netcal 1.4 and that of Guo et al., with numpy's edges.
        near(equal_width(5, Convention::LowerClosed).ece, 0.18);
        near(equal_width(10, Convention::LowerClosed).ece, 0.21);
        near(equal_width(5, Convention::UpperClosed).ece, 0.28);
        near(equal_width(10, Convention::UpperClosed).ece, 0.29);
        near(equal_width(5, Convention::LowerClosed).mce, 0.25);
        near(reliability(&CONFIDENCES, &OUTCOMES, Binning::EqualMass { bins: 5 }).ece, 0.17);
    }

    #[test]
    fn a_bin_tells_what_it_holds() {
        let got = equal_width(5, Convention::LowerClosed);
        assert_eq!(got.bins.iter().map(|bin| bin.n).collect::<Vec<_>>(), [0, 2, 3, 1, 4]);
        assert_eq!(got.bins[0].confidence.reason(), Some(Reason::Empty));
        assert_eq!(got.bins[0].accuracy.reason(), Some(Reason::Empty));
        // Upper bin: 0.8, 0.85, 0.9, 0.95, of which three came true.
        let top = got.bins[4];
        near(top.confidence, 0.875);
        near(top.accuracy, 0.75);
        near(top.gap, -0.125);
        // statsmodels 0.15 proportion_confint(3, 4, method="wilson")
        let ci = top.accuracy.ci().expect("an interval");
        assert!((ci.low - 0.300_641_843).abs() < 1e-8 && (ci.high - 0.954_412_739).abs() < 1e-8, "{ci:?}");
    }

    #[test]
    fn what_cannot_be_measured_says_why() {
        let reason = |confidences: &[f64], outcomes: &[bool]| {
            reliability(confidences, outcomes, Binning::default()).ece.reason()
        };
        assert_eq!(reason(&[], &[]), Some(Reason::Empty));
        assert_eq!(reason(&[f64::NAN], &[true]), Some(Reason::NonFiniteInput));
        assert_eq!(reason(&[1.5], &[true]), Some(Reason::NotApplicable));
        assert_eq!(reason(&[0.5], &[]), Some(Reason::NotApplicable));
    }

    proptest! {
        #[test]
        fn errors_agree_with_a_scan_over_the_bins(
            rows in prop::collection::vec((0.0..=1.0_f64, any::<bool>()), 1..80), bins in 1_usize..20,
        ) {
            let (confidences, outcomes): (Vec<f64>, Vec<bool>) = rows.iter().copied().unzip();
            let binning = Binning::EqualWidth { bins, convention: Convention::LowerClosed };
            let got = reliability(&confidences, &outcomes, binning);
            let mut ece = 0.0;
            for bin in &got.bins {
                let last = bin.high == 1.0;
                let inside: Vec<&(f64, bool)> =
                    rows.iter().filter(|row| row.0 >= bin.low && (row.0 < bin.high || last)).collect();
                prop_assert_eq!(inside.len() as u64, bin.n);
                let gap: f64 = inside.iter().map(|row| f64::from(u8::from(row.1)) - row.0).sum();
                ece += gap.abs() / rows.len() as f64;
            }
            prop_assert!((got.ece.value().expect("defined") - ece).abs() < 1e-9);
            prop_assert!(got.mce.value() >= got.ece.value().map(|value| value - 1e-12));
        }

        #[test]
        fn equal_mass_bins_hold_everything_once(confidences in prop::collection::vec(0.0..=1.0_f64, 1..80)) {
            let outcomes = vec![true; confidences.len()];
            let got = reliability(&confidences, &outcomes, Binning::EqualMass { bins: 7 });
            prop_assert_eq!(got.bins.iter().map(|bin| bin.n).sum::<u64>(), confidences.len() as u64);
        }
    }
}
