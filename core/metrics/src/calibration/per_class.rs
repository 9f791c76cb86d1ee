//! A calibrator for each class that has examples enough.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calibrator::{Calibrator, Method};
use super::input::check_lengths;
use super::isotonic::MIN_ISOTONIC;
use crate::error::MetricsError;

/// Labelled examples that a class takes before it has a calibrator of its own.
pub const MIN_PER_CLASS: usize = 500;

/// A calibrator for every class that has examples enough, and one for all others.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PerClass {
    /// Fitted to the examples of all classes.
    pub global: Calibrator,
    /// Of the classes with [`MIN_PER_CLASS`] examples or more.
    pub classes: BTreeMap<usize, Calibrator>,
}

impl PerClass {
    /// Fits one calibrator to everything, and one to each class with at least [`MIN_PER_CLASS`] examples; `classes` is
    /// the class of each score. Errors as in [`Calibrator::fit`].
    pub fn fit(scores: &[f64], outcomes: &[bool], classes: &[usize], method: Method) -> Result<Self, MetricsError> {
        const TASK: &str = "calibrate each class";
        check_lengths(TASK, ("scores", scores.len()), ("outcomes", outcomes.len()))?;
        check_lengths(TASK, ("classes", classes.len()), ("scores", scores.len()))?;
        let mut examples: BTreeMap<usize, (Vec<f64>, Vec<bool>)> = BTreeMap::new();
        for ((&score, &outcome), &class) in scores.iter().zip(outcomes).zip(classes) {
            let (own_scores, own_outcomes) = examples.entry(class).or_default();
            own_scores.push(score);
            own_outcomes.push(outcome);
        }
        let global = Calibrator::fit(scores, outcomes, method)?.calibrator;
        let minimum = if method == Method::Isotonic { MIN_ISOTONIC } else { MIN_PER_CLASS };
        let mut own = BTreeMap::new();
        for (class, (scores, outcomes)) in examples.into_iter().filter(|(_, own)| own.0.len() >= minimum) {
            own.insert(class, Calibrator::fit(&scores, &outcomes, method)?.calibrator);
        }
        Ok(Self { global, classes: own })
    }

    /// The calibrated score of a prediction of this class.
    pub fn apply(&self, class: usize, score: f64) -> f64 {
        self.classes.get(&class).unwrap_or(&self.global).apply(score)
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::overconfident;
    use super::*;

    #[test]
    fn each_class_with_examples_enough_has_its_own() {
        let (scores, outcomes) = overconfident(1100, 3);
        let classes: Vec<usize> = (0..1100).map(|at| usize::from(at >= 600)).map(|c| c * 7).collect();
        let got = PerClass::fit(&scores[..1099], &outcomes[..1099], &classes[..1099], Method::Temperature)
            .expect("enough examples");
        assert_eq!(got.classes.keys().collect::<Vec<_>>(), [&0]);
        let own = Calibrator::fit(&scores[..600], &outcomes[..600], Method::Temperature).expect("enough").calibrator;
        assert_eq!(got.apply(0, 0.9), own.apply(0.9));
        assert_eq!(got.apply(7, 0.9), got.global.apply(0.9));
        let json = serde_json::to_string(&got).expect("serialises");
        assert_eq!(serde_json::from_str::<PerClass>(&json).expect("reads back"), got);
        assert!(PerClass::fit(&scores, &outcomes, &classes[1..], Method::Best).is_err());
    }
}
