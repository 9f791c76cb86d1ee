//! ONNX models: two engines behind one door, the contract a model keeps, pre- and post-processing, saliency.
//!
//! A [`Model`] is a file that was hashed, loaded by an [`Engine`], checked against its [`Contract`] and run once on a
//! grey image; after that [`Model::predict`] and [`Model::explain`] only need an image. Nothing here reads the
//! environment, the clock or a random source: where the ONNX Runtime library lies is an argument.

pub mod contract;
pub mod decode;
pub mod engine;
mod error;
mod explain;
mod model;
pub mod names;
pub mod nms;
pub mod onnx;
mod ort_engine;
mod ort_library;
pub mod preprocess;
pub mod prompted;
mod provider;
mod rten_engine;
pub mod saliency;
pub mod tensor;

pub use contract::{Card, Contract, ContractError, Draft, Family, Head, Input};
pub use decode::{DetectOptions, Detection, Reading};
pub use engine::{Engine, EngineChoice, EngineError, EngineOptions, EngineStatus, Session, engines, open_session};
pub use error::InferenceError;
pub use explain::{ExplainOptions, Explanation};
pub use model::{Model, Prepared, card_beside, read_card};
pub use ort_library::ort_candidates;
pub use prompted::{Embedding, LowRes, Prompt, PromptedKeys, Prompter, Segment};
pub use provider::{Provider, ProviderStatus};
pub use saliency::Heatmap;
pub use tensor::{Dimension, Tensor, TensorInfo};
