//! A calibrator that can be stored beside a model, and how one is chosen by the number of labelled examples.

use serde::{Deserialize, Serialize};

use super::input::{check_scores, check_support};
use super::isotonic::{Isotonic, MIN_ISOTONIC};
use super::proper::nll;
use super::reliability::{Binning, reliability};
use super::temperature::{MIN_TEMPERATURE, cool_score, fit_temperature};
use crate::error::MetricsError;
use crate::value::Metric;

/// A non-decreasing map from scores to probabilities, both in `[0, 1]`.
///
/// In JSON `{"method":"identity"}`, `{"method":"temperature","t":1.8}` or
/// `{"method":"isotonic","knots":[[0.1,0.2],[0.9,0.8]]}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", try_from = "Unchecked")]
pub enum Calibrator {
    /// Scores stay as they are.
    #[default]
    Identity,
    /// `σ(logit(score) / t)`.
    Temperature {
        /// The temperature, finite and above 0.
        t: f64,
    },
    /// A line that bends at the knots.
    Isotonic {
        /// The knots, ascending in score and value.
        knots: Isotonic,
    },
}

/// How a calibrator is fitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Isotonic regression where there are enough examples for it, else a temperature.
    #[default]
    Best,
    /// A temperature; takes [`MIN_TEMPERATURE`] examples.
    Temperature,
    /// Isotonic regression; takes [`MIN_ISOTONIC`] examples. It makes ties, so that average precision may change.
    Isotonic,
}

/// A calibrator with what it did to its own examples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// The calibrator.
    pub calibrator: Calibrator,
    /// Labelled examples.
    pub n: u64,
    /// Negative log-likelihood of the raw scores, in nats.
    pub nll_before: Metric,
    /// Negative log-likelihood of the calibrated scores.
    pub nll_after: Metric,
    /// Expected calibration error of the raw scores, over 15 bins of equal width.
    pub ece_before: Metric,
    /// Expected calibration error of the calibrated scores.
    pub ece_after: Metric,
    /// True when the best temperature lies at or beyond e⁻⁴ or e⁴.
    pub at_bound: bool,
    /// True when every prediction is right, so that a temperature has no best value.
    pub separable: bool,
}

impl Calibrator {
    /// The calibrated score, in `[0, 1]` for a score in `[0, 1]`; NaN stays NaN.
    pub fn apply(&self, score: f64) -> f64 {
        match self {
            Self::Identity => score,
            Self::Temperature { t } => cool_score(score, *t),
            Self::Isotonic { knots } => knots.predict(score),
        }
    }

    /// Fits a calibrator to held-out scores and what came true of them.
    ///
    /// An error that says how many examples it takes when there are fewer, and for lists of different lengths or
    /// scores outside `[0, 1]`.
    pub fn fit(scores: &[f64], outcomes: &[bool], method: Method) -> Result<Fitted, MetricsError> {
        let isotonic = match method {
            Method::Best => scores.len() >= MIN_ISOTONIC,
            Method::Temperature => false,
            Method::Isotonic => true,
        };
        if isotonic { Self::fit_isotonic(scores, outcomes) } else { Self::fit_temperature(scores, outcomes) }
    }

    fn fit_temperature(scores: &[f64], outcomes: &[bool]) -> Result<Fitted, MetricsError> {
        check_support("calibrate by temperature", scores.len(), MIN_TEMPERATURE)?;
        let fit = fit_temperature(scores, outcomes)?;
        let calibrator = Self::Temperature { t: fit.temperature };
        let fitted = Fitted::new(calibrator, scores, outcomes);
        Ok(Fitted { at_bound: fit.at_bound, separable: fit.separable, ..fitted })
    }

    fn fit_isotonic(scores: &[f64], outcomes: &[bool]) -> Result<Fitted, MetricsError> {
        const TASK: &str = "calibrate by isotonic regression";
        check_scores(TASK, scores, outcomes.len())?;
        check_support(TASK, scores.len(), MIN_ISOTONIC)?;
        let values: Vec<f64> = outcomes.iter().map(|&outcome| if outcome { 1.0 } else { 0.0 }).collect();
        let knots = Isotonic::fit(scores, &values, None)?;
        Ok(Fitted::new(Self::Isotonic { knots }, scores, outcomes))
    }
}

impl Fitted {
    fn new(calibrator: Calibrator, scores: &[f64], outcomes: &[bool]) -> Self {
        let after: Vec<f64> = scores.iter().map(|&score| calibrator.apply(score)).collect();
        let ece = |scores: &[f64]| reliability(scores, outcomes, Binning::default()).ece;
        Self {
            n: scores.len() as u64,
            nll_before: nll(scores, outcomes),
            nll_after: nll(&after, outcomes),
            ece_before: ece(scores),
            ece_after: ece(&after),
            calibrator,
            at_bound: false,
            separable: false,
        }
    }
}

/// The shape of [`Calibrator`] in JSON before its numbers are looked at.
#[derive(Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
enum Unchecked {
    Identity,
    Temperature { t: f64 },
    Isotonic { knots: Isotonic },
}

impl TryFrom<Unchecked> for Calibrator {
    type Error = &'static str;

    fn try_from(unchecked: Unchecked) -> Result<Self, Self::Error> {
        match unchecked {
            Unchecked::Identity => Ok(Self::Identity),
            Unchecked::Temperature { t } if t.is_finite() && t > 0.0 => Ok(Self::Temperature { t }),
            Unchecked::Temperature { .. } => Err("a temperature has to be finite and above 0"),
            Unchecked::Isotonic { knots } => Ok(Self::Isotonic { knots }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::overconfident;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn too_few_examples_say_how_many_it_takes() {
        let (scores, outcomes) = overconfident(999, 1);
        let message =
            |n: usize, method| Calibrator::fit(&scores[..n], &outcomes[..n], method).expect_err("too few").to_string();
        assert_eq!(
            message(999, Method::Isotonic),
            "cannot calibrate by isotonic regression: it takes 1000 labelled examples, and there are 999"
        );
        assert_eq!(
            message(199, Method::Best),
            "cannot calibrate by temperature: it takes 200 labelled examples, and there are 199"
        );
        assert!(Calibrator::fit(&scores, &outcomes[1..], Method::Best).is_err());
    }

    #[test]
    fn the_method_follows_the_number_of_examples() {
        let (scores, outcomes) = overconfident(1000, 2);
        let best = |n: usize| Calibrator::fit(&scores[..n], &outcomes[..n], Method::Best).expect("enough").calibrator;
        assert!(matches!(best(999), Calibrator::Temperature { t } if t > 1.0));
        assert!(matches!(best(1000), Calibrator::Isotonic { .. }));
        let asked = Calibrator::fit(&scores, &outcomes, Method::Temperature).expect("enough");
        assert!(matches!(asked.calibrator, Calibrator::Temperature { .. }));
        assert!(asked.nll_after.value() < asked.nll_before.value() && !asked.at_bound);
    }

    #[test]
    fn json_has_the_documented_shape() {
        let check = |calibrator: Calibrator, json: &str| {
            assert_eq!(serde_json::to_string(&calibrator).expect("serialises"), json);
            assert_eq!(serde_json::from_str::<Calibrator>(json).expect("reads back"), calibrator);
        };
        check(Calibrator::Identity, r#"{"method":"identity"}"#);
        check(Calibrator::Temperature { t: 1.8 }, r#"{"method":"temperature","t":1.8}"#);
        let knots = Isotonic::fit(&[0.1, 0.9], &[0.0, 1.0], None).expect("two examples");
        check(Calibrator::Isotonic { knots }, r#"{"method":"isotonic","knots":[[0.1,0.0],[0.9,1.0]]}"#);
        for bad in [
            r#"{"method":"temperature","t":0.0}"#,
            r#"{"method":"temperature","t":-1.0}"#,
            r#"{"method":"temperature"}"#,
            r#"{"method":"isotonic","knots":[]}"#,
            r#"{"method":"magic"}"#,
        ] {
            assert!(serde_json::from_str::<Calibrator>(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn isotonic_regression_leaves_no_error_on_its_own_examples(seed: u64, n in 1000_usize..1500) {
            let (scores, outcomes) = overconfident(n, seed);
            let got = Calibrator::fit(&scores, &outcomes, Method::Isotonic).expect("enough examples");
            prop_assert!(got.ece_after.value().expect("defined") < 1e-9);
            prop_assert!(got.ece_before.value().expect("defined") > 0.01);
            prop_assert!(got.nll_after.value() <= got.nll_before.value());
        }

        #[test]
        fn a_temperature_never_makes_the_likelihood_worse(seed: u64, n in 200_usize..400) {
            let (scores, outcomes) = overconfident(n, seed);
            let got = Calibrator::fit(&scores, &outcomes, Method::Temperature).expect("enough examples");
            prop_assert!(got.nll_after.value() <= got.nll_before.value());
            prop_assert_eq!(got.n, n as u64);
        }
    }
}
