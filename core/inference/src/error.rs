//! Everything that can go wrong with a model, said with the file's path.

use std::path::PathBuf;

use crate::contract::ContractError;
use crate::engine::EngineError;
use crate::onnx::OnnxError;
use crate::saliency::SaliencyError;

/// Why a model could not be read, loaded, or run.
#[derive(Debug, thiserror::Error)]
pub enum InferenceError {
    /// The file cannot be read.
    #[error("cannot read the model {}: {source}", path.display())]
    Read {
        /// The model file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not ONNX, or damaged.
    #[error("cannot use {} as a model: {source}", path.display())]
    Onnx {
        /// The model file.
        path: PathBuf,
        /// What is wrong with its bytes.
        source: OnnxError,
    },
    /// The model is ONNX but not a detector that Concord can read.
    #[error("the model {} does not fit: {source}", path.display())]
    Contract {
        /// The model file.
        path: PathBuf,
        /// What was expected and what was found.
        source: ContractError,
    },
    /// The engine is missing, refused the model, or failed while running it.
    #[error("the model {} cannot be run: {source}", path.display())]
    Engine {
        /// The model file.
        path: PathBuf,
        /// What the engine said.
        source: EngineError,
    },
    /// The model ran, and its numbers make no sense.
    #[error("the model {} gave a result that cannot be used: {reason}", path.display())]
    Output {
        /// The model file.
        path: PathBuf,
        /// Which value, and what is wrong with it.
        reason: String,
    },
    /// A saliency map needs a feature map and the model shows none.
    #[error(
        "the model {} gives no feature map: export it with a second output [batch, K, h, w], name a tensor in its \
         metadata key `saliency_tensor`, or choose a tensor",
        path.display()
    )]
    NoFeatureMap {
        /// The model file.
        path: PathBuf,
    },
    /// What is asked of a prompted model makes no sense, or is more than it can do.
    #[error("cannot segment with {}: {reason}", path.display())]
    Prompt {
        /// The encoder's file.
        path: PathBuf,
        /// What is wrong with the prompt.
        reason: String,
    },
    /// A saliency method cannot be started, or a map cannot be taken in.
    #[error("cannot explain the model {}: {source}", path.display())]
    Saliency {
        /// The model file.
        path: PathBuf,
        /// What is wrong with the parameters.
        source: SaliencyError,
    },
    /// A threshold lies outside 0..=1 or is not a number.
    #[error("cannot detect with {name} = {value}: it must lie between 0 and 1")]
    Option {
        /// The option's name.
        name: &'static str,
        /// Its value.
        value: f64,
    },
}
