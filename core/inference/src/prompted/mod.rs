//! Prompted segmentation: an encoder that reads an image once, and a decoder that answers points and boxes with a mask.
//!
//! The pair is two ONNX files in the layout of Segment Anything's exports (Kirillov et al. 2023, `SamOnnxModel` of
//! facebookresearch/segment-anything), or in one of those derived from it: SAM 2 with finer features beside the
//! embedding, EfficientSAM with points in batches, the exports of transformers. The encoder's card names the decoder in
//! its section `[prompted]`; what differs is told from the names and ranks of the tensors, and a pair that cannot be
//! told is refused with what was seen.

mod card;
mod embedding;
mod layout;
mod masks;
mod pixels;
mod prompt;
mod prompter;
mod stored;
#[cfg(test)]
mod tests;

pub use card::{PromptedKeys, TensorKeys};
pub use embedding::Embedding;
pub use masks::{LowRes, Segment};
pub use prompt::Prompt;
pub use prompter::Prompter;
