//! Population stability index of numbers and of categories, with its spread under "nothing changed".
//!
//! Siddiqi 2017 for the index and its bands, Yurdakul 2018 for the null distribution.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::quantile::quantile;
use crate::special::chi2_quantile;
use crate::value::{Metric, Reason};

/// Smallest share a bin is taken to have.
const FLOOR: f64 = 1e-4;
/// Sample size on both sides below which a PSI says little.
const MIN_SUPPORT: u64 = 200;
/// Name of the bin that pools categories the baseline does not have.
pub(super) const UNSEEN: &str = "<new>";
/// Name of the bin of missing values.
const MISSING: &str = "<missing>";

/// What is done about empty bins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Smoothing {
    /// Shares below 1e-4 count as 1e-4, without renormalising.
    #[default]
    Floor,
    /// `(n + ½) / (N + ½·B)`.
    Laplace,
}

/// How a PSI is computed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PsiOptions {
    /// What is done about empty bins.
    pub smoothing: Smoothing,
    /// Which quantile of the null distribution is reported, such as 0.95.
    pub null_quantile: f64,
}

impl Default for PsiOptions {
    fn default() -> Self {
        Self { smoothing: Smoothing::Floor, null_quantile: 0.95 }
    }
}

/// Customary reading of a PSI; a convention, not a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Below 0.1.
    Stable,
    /// From 0.1 to 0.2.
    Watch,
    /// Above 0.2.
    Drift,
}

/// One bin and what it adds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PsiBin {
    /// Category, `<new>`, `<missing>`, or the half-open range of numbers.
    pub label: String,
    /// Baseline values in it.
    pub baseline: u64,
    /// Current values in it.
    pub current: u64,
    /// Its term of the sum, never negative.
    pub contribution: f64,
}

/// A population stability index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Psi {
    /// The index, 0 for equal shares; n counts current values.
    pub psi: Metric,
    /// Customary reading; none when undefined.
    pub band: Option<Band>,
    /// The chosen quantile of the index when nothing has changed: below it, a PSI is what chance gives.
    pub null_quantile: Metric,
    /// Values in the baseline.
    pub baseline_n: u64,
    /// Values in the current sample.
    pub current_n: u64,
    /// True when both samples hold at least 200 values.
    pub supported: bool,
    /// The bins, in order.
    pub bins: Vec<PsiBin>,
}

/// Bin edges and counts of a baseline, to be frozen and stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumericBaseline {
    /// Inner edges, strictly ascending; a value equal to an edge belongs to the bin on its right.
    pub edges: Vec<f64>,
    /// Values in each of the `edges.len() + 1` bins.
    pub counts: Vec<u64>,
    /// Missing values (NaN).
    pub missing: u64,
}

impl NumericBaseline {
    /// Quantile bins of a baseline; NaN means missing, ±∞ falls into the outer bins.
    ///
    /// `empty` when nothing but NaN is there, `no_variation` when all values are equal or `bins < 2`.
    pub fn new(values: &[f64], bins: usize) -> Result<Self, Reason> {
        let mut present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        present.sort_by(f64::total_cmp);
        let (Some(first), Some(last)) = (present.first(), present.last()) else {
            return Err(Reason::Empty);
        };
        if first == last || bins < 2 {
            return Err(Reason::NoVariation);
        }
        let mut edges: Vec<f64> = (1..bins)
            .filter_map(|k| quantile(&present, k as f64 / bins as f64))
            .filter(|edge| !edge.is_nan())
            .collect();
        edges.dedup();
        let (counts, missing) = count(&edges, values);
        Ok(Self { edges, counts, missing })
    }

    /// PSI of a current sample against this baseline; `empty` when it has no value at all.
    pub fn psi(&self, current: &[f64], options: &PsiOptions) -> Psi {
        let (counts, missing) = count(&self.edges, current);
        let mut rows: Vec<(String, u64, u64)> = self
            .counts
            .iter()
            .zip(counts)
            .enumerate()
            .map(|(at, (&baseline, current))| (self.label(at), baseline, current))
            .collect();
        if self.missing + missing > 0 {
            rows.push((MISSING.to_owned(), self.missing, missing));
        }
        psi_counts(&rows, options)
    }

    fn label(&self, bin: usize) -> String {
        match (bin.checked_sub(1).map(|at| self.edges[at]), self.edges.get(bin)) {
            (None, Some(high)) => format!("< {high}"),
            (Some(low), Some(high)) => format!("[{low}, {high})"),
            (Some(low), None) => format!("≥ {low}"),
            (None, None) => "all".to_owned(),
        }
    }
}

/// How many values lie in each bin, and how many are missing.
fn count(edges: &[f64], values: &[f64]) -> (Vec<u64>, u64) {
    let mut counts = vec![0; edges.len() + 1];
    let mut missing = 0;
    for value in values {
        if value.is_nan() {
            missing += 1;
        } else {
            counts[edges.partition_point(|edge| edge <= value)] += 1;
        }
    }
    (counts, missing)
}

/// PSI of numbers in bins at the baseline's quantiles, with the defaults of [`PsiOptions`].
///
/// NaN means missing and has its own bin. See [`NumericBaseline::new`] for when it is undefined.
pub fn psi_numeric(baseline: &[f64], current: &[f64], bins: usize) -> Psi {
    match NumericBaseline::new(baseline, bins) {
        Ok(frozen) => frozen.psi(current, &PsiOptions::default()),
        Err(reason) => undefined(reason, baseline.len() as u64, current.len() as u64, Vec::new()),
    }
}

/// PSI of categories by their counts; categories the baseline does not have are pooled in `<new>`.
pub fn psi_categorical(baseline: &BTreeMap<String, u64>, current: &BTreeMap<String, u64>, options: &PsiOptions) -> Psi {
    let mut rows: Vec<(String, u64, u64)> =
        baseline.iter().map(|(name, &count)| (name.clone(), count, current.get(name).copied().unwrap_or(0))).collect();
    let unseen: u64 = current.iter().filter(|(name, _)| !baseline.contains_key(*name)).map(|(_, &count)| count).sum();
    if unseen > 0 {
        rows.push((UNSEEN.to_owned(), 0, unseen));
    }
    psi_counts(&rows, options)
}

/// PSI of given bins (label, baseline count, current count).
///
/// `empty` when a side has no values, `no_variation` with fewer than two bins.
pub fn psi_counts(rows: &[(String, u64, u64)], options: &PsiOptions) -> Psi {
    let baseline_n: u64 = rows.iter().map(|row| row.1).sum();
    let current_n: u64 = rows.iter().map(|row| row.2).sum();
    let share = |count: u64, total: u64| match options.smoothing {
        Smoothing::Floor => (count as f64 / total as f64).max(FLOOR),
        Smoothing::Laplace => (count as f64 + 0.5) / (total as f64 + 0.5 * rows.len() as f64),
    };
    let defined = baseline_n > 0 && current_n > 0;
    let bins: Vec<PsiBin> = rows
        .iter()
        .map(|(label, baseline, current)| {
            let (r, c) = (share(*baseline, baseline_n), share(*current, current_n));
            let contribution = if defined { (c - r) * libm::log(c / r) } else { 0.0 };
            PsiBin { label: label.clone(), baseline: *baseline, current: *current, contribution }
        })
        .collect();
    if !defined {
        return undefined(Reason::Empty, baseline_n, current_n, bins);
    }
    if rows.len() < 2 {
        return undefined(Reason::NoVariation, baseline_n, current_n, bins);
    }
    let contributions: Vec<f64> = bins.iter().map(|bin| bin.contribution).collect();
    let value = crate::sum::sum(&contributions);
    let band = match value {
        value if value < 0.1 => Band::Stable,
        value if value <= 0.2 => Band::Watch,
        _ => Band::Drift,
    };
    Psi {
        psi: Metric::new(value, current_n),
        band: Some(band),
        null_quantile: psi_null_quantile(rows.len(), baseline_n, current_n, options.null_quantile),
        baseline_n,
        current_n,
        supported: baseline_n.min(current_n) >= MIN_SUPPORT,
        bins,
    }
}

/// The `q`-quantile of the PSI of two samples from one distribution, about `χ²_{B−1,q}·(1/N + 1/M)`; n counts both samples.
///
/// `empty` when a sample is empty, `not_applicable` with fewer than two bins or `q` outside `[0, 1)`.
pub fn psi_null_quantile(bins: usize, baseline_n: u64, current_n: u64, q: f64) -> Metric {
    if baseline_n == 0 || current_n == 0 {
        return Metric::undefined(Reason::Empty);
    }
    match chi2_quantile(bins.saturating_sub(1) as f64, q) {
        Some(chi2) => Metric::new(chi2 * (1.0 / baseline_n as f64 + 1.0 / current_n as f64), baseline_n + current_n),
        None => Metric::undefined(Reason::NotApplicable),
    }
}

fn undefined(reason: Reason, baseline_n: u64, current_n: u64, bins: Vec<PsiBin>) -> Psi {
    Psi {
        psi: Metric::undefined(reason),
        band: None,
        null_quantile: Metric::undefined(reason),
        baseline_n,
        current_n,
        supported: false,
        bins,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LAPLACE: PsiOptions = PsiOptions { smoothing: Smoothing::Laplace, null_quantile: 0.95 };

    fn near(metric: Metric, expected: f64) {
        let got = metric.value().expect("defined");
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }

    fn range(from: u32, to: u32) -> Vec<f64> {
        (from..=to).map(f64::from).collect()
    }

    fn categories(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
        counts.iter().map(|&(name, count)| (name.to_owned(), count)).collect()
    }

    #[test]
    fn a_shifted_range_has_the_golden_index() {
        let got = psi_numeric(&range(1, 100), &range(21, 120), 10);
        near(got.psi, 1.599_891_962_474_253);
        assert_eq!(got.bins.iter().map(|bin| bin.baseline).collect::<Vec<_>>(), [10; 10]);
        let current: Vec<u64> = got.bins.iter().map(|bin| bin.current).collect();
        assert_eq!(current, [0, 0, 10, 10, 10, 10, 10, 10, 10, 30]);
        assert_eq!((got.band, got.supported), (Some(Band::Drift), false));
        let frozen = NumericBaseline::new(&range(1, 100), 10).expect("it varies");
        near(frozen.psi(&range(21, 120), &LAPLACE).psi, 0.783_023_593_175_868_8);
    }

    #[test]
    fn categories_have_the_golden_index() {
        let baseline = categories(&[("a", 50), ("b", 30), ("c", 20)]);
        let current = categories(&[("a", 40), ("b", 30), ("c", 30)]);
        near(psi_categorical(&baseline, &current, &PsiOptions::default()).psi, 0.062_860_865_942_237_39);
        near(psi_categorical(&baseline, &current, &LAPLACE).psi, 0.060_884_055_136_731_44);
    }

    #[test]
    fn unseen_categories_share_one_bin() {
        let baseline = categories(&[("a", 300), ("b", 300)]);
        let current = categories(&[("a", 290), ("b", 290), ("c", 10), ("d", 10)]);
        let got = psi_categorical(&baseline, &current, &PsiOptions::default());
        let last = got.bins.last().expect("three bins");
        assert_eq!((last.label.as_str(), last.baseline, last.current), (UNSEEN, 0, 20));
        assert!(got.supported);
    }

    #[test]
    fn null_quantiles_match_scipy() {
        // scipy.stats.chi2.ppf(q, 9) * (1/1000 + 1/1000)
        near(psi_null_quantile(10, 1000, 1000, 0.95), 0.033_837_955_209_240_9);
        near(psi_null_quantile(10, 1000, 1000, 0.99), 0.043_331_988_666_923_85);
        assert_eq!(psi_null_quantile(1, 10, 10, 0.95).reason(), Some(Reason::NotApplicable));
        assert_eq!(psi_null_quantile(10, 0, 10, 0.95).reason(), Some(Reason::Empty));
    }

    #[test]
    fn missing_values_have_their_own_bin_and_infinities_the_outer_ones() {
        let got = psi_numeric(&range(1, 100), &[f64::NAN, f64::NEG_INFINITY, f64::INFINITY, 50.0], 2);
        let counts: Vec<(u64, u64)> = got.bins.iter().map(|bin| (bin.baseline, bin.current)).collect();
        assert_eq!(counts, [(50, 2), (50, 1), (0, 1)]);
        assert_eq!(got.bins[2].label, MISSING);
    }

    #[test]
    fn a_value_on_an_edge_goes_right() {
        let frozen = NumericBaseline { edges: vec![1.0, 2.0], counts: vec![1, 1, 1], missing: 0 };
        let got = frozen.psi(&[1.0, 2.0], &PsiOptions::default());
        assert_eq!(got.bins.iter().map(|bin| bin.current).collect::<Vec<_>>(), [0, 1, 1]);
    }

    #[test]
    fn nothing_and_constants_are_undefined() {
        assert_eq!(psi_numeric(&[], &[1.0], 10).psi.reason(), Some(Reason::Empty));
        assert_eq!(psi_numeric(&[2.0; 50], &[1.0], 10).psi.reason(), Some(Reason::NoVariation));
        assert_eq!(psi_numeric(&range(1, 100), &[], 10).psi.reason(), Some(Reason::Empty));
    }

    proptest! {
        #[test]
        fn the_index_is_symmetric_not_negative_and_zero_on_itself(
            counts in prop::collection::vec((0_u64..500, 0_u64..500), 2..8),
        ) {
            let row = |(at, (r, c)): (usize, &(u64, u64))| (at.to_string(), *r + 1, *c + 1);
            let forward: Vec<_> = counts.iter().enumerate().map(row).collect();
            let backward: Vec<_> = forward.iter().map(|(name, r, c)| (name.clone(), *c, *r)).collect();
            let same: Vec<_> = forward.iter().map(|(name, r, _)| (name.clone(), *r, *r)).collect();
            let psi = |rows: &[(String, u64, u64)]| psi_counts(rows, &PsiOptions::default()).psi.value();
            let value = psi(&forward).expect("defined");
            prop_assert!(value >= 0.0);
            prop_assert!((value - psi(&backward).expect("defined")).abs() < 1e-12);
            prop_assert_eq!(psi(&same), Some(0.0));
        }
    }
}
