//! A number that says how many units stand behind it, or why it does not exist.

use serde::{Deserialize, Serialize};

/// A closed interval of plausible values, `low ≤ high`; in JSON `[low, high]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// The interval with both ends moved into `[low, high]`.
    #[must_use]
    pub fn clipped(self, low: f64, high: f64) -> Self {
        Self { low: self.low.clamp(low, high), high: self.high.clamp(low, high) }
    }

    /// True when `value` lies in the interval, ends included.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

impl From<[f64; 2]> for Interval {
    fn from([low, high]: [f64; 2]) -> Self {
        Self { low, high }
    }
}

impl From<Interval> for [f64; 2] {
    fn from(interval: Interval) -> Self {
        [interval.low, interval.high]
    }
}

/// Why a metric has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There was nothing to measure.
    Empty,
    /// All mass lies in one category, so chance agreement is already perfect.
    NoVariation,
    /// The denominator of the ratio is zero.
    ZeroDenominator,
    /// Too few units for the number to mean anything.
    InsufficientSupport,
    /// The metric has no meaning for this input.
    NotApplicable,
    /// The input holds a NaN or an infinity.
    NonFiniteInput,
}

impl Reason {
    /// The stable name that also stands in JSON, such as `no_variation`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NoVariation => "no_variation",
            Self::ZeroDenominator => "zero_denominator",
            Self::InsufficientSupport => "insufficient_support",
            Self::NotApplicable => "not_applicable",
            Self::NonFiniteInput => "non_finite_input",
        }
    }
}

/// A metric's value, or the reason why there is none; never NaN.
///
/// In JSON `{"value":0.4,"n":50,"ci":[0.1,0.6]}` (`ci` left out when unknown) or `{"value":null,"reason":"empty"}`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Repr", into = "Repr")]
pub enum Metric {
    /// The metric has a value.
    Defined {
        /// The value; always finite when built by [`Metric::new`].
        value: f64,
        /// Number of units (images, pairs, boxes, as the metric says) that the value rests on.
        n: u64,
        /// Confidence interval, when one was computed.
        ci: Option<Interval>,
    },
    /// The metric has no value.
    Undefined {
        /// Why not.
        reason: Reason,
    },
}

impl Metric {
    /// A value over `n` units without an interval; a NaN or an infinity gives `non_finite_input`.
    pub fn new(value: f64, n: u64) -> Self {
        if value.is_finite() {
            Self::Defined { value, n, ci: None }
        } else {
            Self::Undefined { reason: Reason::NonFiniteInput }
        }
    }

    /// No value, for `reason`.
    pub fn undefined(reason: Reason) -> Self {
        Self::Undefined { reason }
    }

    /// `numerator / denominator` over `n` units; `zero_denominator` when the denominator is 0.
    pub fn ratio(numerator: f64, denominator: f64, n: u64) -> Self {
        if denominator == 0.0 {
            return Self::undefined(Reason::ZeroDenominator);
        }
        Self::new(numerator / denominator, n)
    }

    /// The same metric with this interval; an undefined metric stays undefined.
    #[must_use]
    pub fn with_ci(self, interval: Option<Interval>) -> Self {
        match self {
            Self::Defined { value, n, .. } => Self::Defined { value, n, ci: interval },
            Self::Undefined { reason } => Self::Undefined { reason },
        }
    }

    /// The value, if there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Defined { value, .. } => Some(*value),
            Self::Undefined { .. } => None,
        }
    }

    /// Number of units behind the value; 0 when undefined.
    pub fn n(&self) -> u64 {
        match self {
            Self::Defined { n, .. } => *n,
            Self::Undefined { .. } => 0,
        }
    }

    /// The interval, if there is one.
    pub fn ci(&self) -> Option<Interval> {
        match self {
            Self::Defined { ci, .. } => *ci,
            Self::Undefined { .. } => None,
        }
    }

    /// Why there is no value, if there is none.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::Defined { .. } => None,
            Self::Undefined { reason } => Some(*reason),
        }
    }

    /// The value, or `fallback`; for code such as an exporter that must print a number.
    pub fn value_or(&self, fallback: f64) -> f64 {
        self.value().unwrap_or(fallback)
    }

    /// True when the metric has a value.
    pub fn is_defined(&self) -> bool {
        matches!(self, Self::Defined { .. })
    }
}

/// The mean of the defined metrics, over as many units as there are defined ones, and how many were left out.
///
/// `empty` when none is defined.
pub fn macro_mean(metrics: &[Metric]) -> (Metric, u64) {
    let values: Vec<f64> = metrics.iter().filter_map(Metric::value).collect();
    let left_out = (metrics.len() - values.len()) as u64;
    (crate::sum::mean(&values), left_out)
}

/// The flat shape of [`Metric`] in JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Repr {
    value: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ci: Option<Interval>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

impl From<Metric> for Repr {
    fn from(metric: Metric) -> Self {
        match metric {
            Metric::Defined { value, n, ci } => Self { value: Some(value), n: Some(n), ci, reason: None },
            Metric::Undefined { reason } => Self { value: None, n: None, ci: None, reason: Some(reason) },
        }
    }
}

impl TryFrom<Repr> for Metric {
    type Error = &'static str;

    fn try_from(repr: Repr) -> Result<Self, Self::Error> {
        match (repr.value, repr.reason) {
            (Some(value), None) => Ok(Self::Defined { value, n: repr.n.unwrap_or(0), ci: repr.ci }),
            (None, Some(reason)) => Ok(Self::Undefined { reason }),
            (Some(_), Some(_)) => Err("a metric with a value must not carry a reason"),
            (None, None) => Err("a metric without a value must carry a reason"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(metric: Metric, json: &str) {
        assert_eq!(serde_json::to_string(&metric).expect("a metric serialises"), json);
        assert_eq!(serde_json::from_str::<Metric>(json).expect("its JSON reads back"), metric);
    }

    #[test]
    fn json_shape_is_stable() {
        check(Metric::new(0.4, 50), r#"{"value":0.4,"n":50}"#);
        let interval = Interval { low: 0.25, high: 0.5 };
        check(Metric::new(0.4, 50).with_ci(Some(interval)), r#"{"value":0.4,"n":50,"ci":[0.25,0.5]}"#);
        check(Metric::undefined(Reason::NoVariation), r#"{"value":null,"reason":"no_variation"}"#);
    }

    #[test]
    fn every_reason_has_the_same_name_in_code_and_json() {
        for reason in [
            Reason::Empty,
            Reason::NoVariation,
            Reason::ZeroDenominator,
            Reason::InsufficientSupport,
            Reason::NotApplicable,
            Reason::NonFiniteInput,
        ] {
            let json = serde_json::to_string(&reason).expect("a reason serialises");
            assert_eq!(json, format!("\"{}\"", reason.name()));
        }
    }

    #[test]
    fn contradictory_json_is_refused() {
        assert!(serde_json::from_str::<Metric>(r#"{"value":null}"#).is_err());
        assert!(serde_json::from_str::<Metric>(r#"{"value":1.0,"n":1,"reason":"empty"}"#).is_err());
    }

    #[test]
    fn nan_never_becomes_a_value() {
        assert_eq!(Metric::new(f64::NAN, 3).reason(), Some(Reason::NonFiniteInput));
        assert_eq!(Metric::ratio(1.0, 0.0, 3).reason(), Some(Reason::ZeroDenominator));
    }

    #[test]
    fn macro_mean_leaves_undefined_entries_out_and_counts_them() {
        let parts = [Metric::new(1.0, 5), Metric::undefined(Reason::Empty), Metric::new(0.5, 2)];
        let (mean, left_out) = macro_mean(&parts);
        assert_eq!((mean.value(), mean.n(), left_out), (Some(0.75), 2, 1));
        assert_eq!(macro_mean(&[]).0.reason(), Some(Reason::Empty));
    }
}
