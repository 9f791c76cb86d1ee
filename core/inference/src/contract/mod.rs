//! What a model takes and what it gives: read from its metadata and shapes, or declared in a `model.toml`.

mod build;
mod card;
mod family;
mod guess;
mod head;
mod input;
mod resolve;
#[cfg(test)]
mod tests;

pub use card::{AnchorKeys, Card, ClassKeys, InputKeys, OneOrMany, OutputKeys, ProvenanceKeys, SaliencyKeys};
pub use family::Family;
pub use head::{
    Activation, Anchors, Background, BoxEncoding, Classification, CornerOrder, Detr, Distances, EndToEnd, GridRounding,
    Head, Listed, Semantic, Yolo, YoloLayout, Yolox,
};
pub use input::{Colour, Element, FitName, Input, Layout, Resample};
pub use resolve::Draft;

/// A difference between a model and what Concord can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct ContractError {
    /// What a fitting model has there.
    pub expected: String,
    /// What this one has.
    pub found: String,
}

impl ContractError {
    pub(crate) fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: found.into() }
    }
}

/// Everything the rest of Concord needs to know about a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// The image it takes.
    pub input: Input,
    /// Which outputs are read, and how.
    pub head: Head,
    /// One name a class, in the order of the scores; empty for embeddings alone.
    pub class_names: Vec<String>,
    /// False when nothing names the classes and `class 0`, `class 1` … stand in.
    pub names_declared: bool,
    /// An output `[batch, length]` that describes the image as a whole.
    pub embedding: Option<String>,
    /// A tensor `[batch, channels, height, width]` that shows where the model looked: an output, or one inside the graph.
    pub saliency_tensor: Option<String>,
    /// Activations and the gradient of the score with respect to them, in a graph exported with both.
    pub gradient: Option<Gradient>,
    /// What was taken for granted because neither the file nor a `model.toml` says it, for a person to confirm.
    pub assumed: Vec<String>,
}

/// The two tensors `[batch, channels, height, width]` that Grad-CAM needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gradient {
    /// Activations of a layer.
    pub activations: String,
    /// The gradient of the score with respect to them.
    pub gradients: String,
}

impl Contract {
    /// The names of the outputs that [`crate::Model::predict`] asks for, each once.
    pub fn wanted(&self) -> Vec<&str> {
        let mut wanted = self.head.tensors();
        wanted.extend(self.embedding.as_deref().filter(|name| !wanted.contains(name)).into_iter().collect::<Vec<_>>());
        wanted
    }

    /// The contract as a complete `model.toml`, nothing left to be inferred.
    pub fn to_card(&self) -> Card {
        Card {
            name: None,
            family: Some(self.head.family()),
            input: self.input.to_keys(),
            output: OutputKeys { embedding: self.embedding.clone(), ..self.head.to_keys() },
            classes: ClassKeys { names: Some(self.class_names.clone()), file: None },
            map: std::collections::BTreeMap::new(),
            saliency: SaliencyKeys {
                tensor: self.saliency_tensor.clone(),
                activations: self.gradient.as_ref().map(|g| g.activations.clone()),
                gradients: self.gradient.as_ref().map(|g| g.gradients.clone()),
            },
            prompted: None,
            provenance: ProvenanceKeys::default(),
        }
    }
}
