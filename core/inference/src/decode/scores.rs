//! From a model's scores to probabilities.

use crate::contract::{Activation, Background};

/// How far a score may leave 0..=1 by rounding before it is taken for something other than a probability.
const SLACK: f32 = 1e-3;

/// A logit as a probability.
pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Logits as probabilities that sum to 1; the largest is taken off first, so that none overflows.
pub(crate) fn softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|logit| f64::from(logit - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| (power / sum) as f32).collect()
}

/// A score that must be a probability, brought into 0..=1.
pub(crate) fn probability(score: f32, class: usize, candidate: usize) -> Result<f32, String> {
    if (-SLACK..=1.0 + SLACK).contains(&score) {
        Ok(score.clamp(0.0, 1.0))
    } else {
        Err(format!(
            "the score of class {class} in box {candidate} is {score}, not a probability (was the model exported without \
             its sigmoid?)"
        ))
    }
}

/// One candidate's raw scores.
#[derive(Clone, Copy)]
pub(crate) struct ClassScores {
    pub(crate) activation: Activation,
    pub(crate) background: Background,
}

impl ClassScores {
    /// Probability of every class, the background left out.
    pub(crate) fn all(&self, raw: &[f32], candidate: usize) -> Result<Vec<f32>, String> {
        let mut scores = match self.activation {
            Activation::None => Vec::with_capacity(raw.len()),
            Activation::Sigmoid => raw.iter().map(|logit| sigmoid(*logit)).collect(),
            Activation::Softmax => softmax(raw),
        };
        if self.activation == Activation::None {
            for (class, score) in raw.iter().enumerate() {
                scores.push(probability(*score, class, candidate)?);
            }
        }
        if let Some(class) = scores.iter().position(|score| !score.is_finite()) {
            return Err(format!("the score of class {class} in box {candidate} is {}", raw[class]));
        }
        match self.background {
            Background::First => {
                scores.remove(0);
            }
            Background::Last => {
                scores.pop();
            }
            Background::None | Background::Class(_) => {}
        }
        Ok(scores)
    }

    /// A bound below which no candidate with these raw scores can reach `threshold`, so that most need no exponential:
    /// the sigmoid grows with its logit. `None` when each must be worked out.
    pub(crate) fn raw_bound(&self, threshold: f32) -> Option<f32> {
        match self.activation {
            Activation::Sigmoid if threshold > 0.0 && threshold < 1.0 => {
                // A little lower, so that rounding never loses a candidate on the bound.
                Some((threshold / (1.0 - threshold)).ln() - 1e-3)
            }
            _ => None,
        }
    }
}

/// The best class and its score; of equal ones the first. `None` without classes.
pub(crate) fn best(scores: &[f32]) -> Option<(usize, f32)> {
    let mut best: Option<(usize, f32)> = None;
    for (class, score) in scores.iter().enumerate() {
        if best.is_none_or(|(_, highest)| *score > highest) {
            best = Some((class, *score));
        }
    }
    best
}
