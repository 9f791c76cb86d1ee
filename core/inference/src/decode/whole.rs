//! What is said of an image as a whole: its classes, its embedding.

use super::outputs::Outputs;
use super::scores::ClassScores;
use crate::contract::{Background, Classification};

/// Probability of every class.
pub(crate) fn read_classes(head: &Classification, classes: usize, outputs: &Outputs<'_>) -> Result<Vec<f32>, String> {
    let view = outputs.get(&head.logits)?;
    if view.data.len() != classes {
        return Err(format!("{} has {} numbers for {classes} classes", head.logits, view.data.len()));
    }
    let scores = ClassScores { activation: head.activation, background: Background::None };
    scores.all(view.data, 0)
}

/// The embedding as the model gives it.
pub(crate) fn read_embedding(name: &str, outputs: &Outputs<'_>) -> Result<Vec<f32>, String> {
    let view = outputs.get(name)?;
    match view.data.iter().position(|value| !value.is_finite()) {
        None => Ok(view.data.to_vec()),
        Some(at) => Err(format!("number {at} of {name} is {}", view.data[at])),
    }
}
