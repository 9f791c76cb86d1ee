//! What an encoder made of an image.

use std::sync::Arc;

use concord_geometry::{Placement, Size};

use crate::tensor::Tensor;

/// What an encoder made of an image: made once a sample, good for any number of prompts.
#[derive(Clone)]
pub struct Embedding {
    /// SHA-256 of the encoder's file: another model's numbers would be read without an error.
    pub(super) encoder: Arc<str>,
    /// The decoder's inputs, in its order, each with its name.
    pub(super) tensors: Vec<(String, Tensor)>,
    /// Where the image lies in the encoder's input.
    pub(super) placement: Placement,
}

impl Embedding {
    /// Memory that its numbers take, in bytes: what a cache has to budget. 4 MiB for Segment Anything.
    pub fn byte_count(&self) -> usize {
        self.tensors.iter().map(|(_, tensor)| size_of_val(tensor.data())).sum()
    }

    /// Size of the image that it was made of.
    pub fn image_size(&self) -> Size {
        self.placement.image
    }

    /// SHA-256 of the encoder's file, 64 lower-case hexadecimal digits: with the image's hash the key of a cache.
    pub fn encoder_sha256(&self) -> &str {
        &self.encoder
    }
}

impl std::fmt::Debug for Embedding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shapes: Vec<_> = self.tensors.iter().map(|(name, tensor)| (name, tensor.shape())).collect();
        f.debug_struct("Embedding")
            .field("tensors", &shapes)
            .field("placement", &self.placement)
            .finish_non_exhaustive()
    }
}
