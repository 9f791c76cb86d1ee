//! ONNX models: two engines behind one door, the contract a detector must keep, pre- and post-processing, saliency.
//!
//! A [`Model`] is a file that was hashed, loaded by an [`Engine`], checked against its [`Contract`] and run once on a
//! grey image; after that [`Model::detect`] and [`Model::saliency`] only need an image. Nothing here reads the
//! environment, the clock or a random source: where the ONNX Runtime library lies is an argument.

pub mod contract;
pub mod decode;
pub mod engine;
mod error;
mod model;
pub mod names;
pub mod nms;
pub mod onnx;
mod ort_engine;
mod ort_library;
pub mod preprocess;
mod rten_engine;
pub mod saliency;
pub mod tensor;

pub use contract::{Contract, ContractError, DetectionOutput, FeatureOutput, InputContract};
pub use decode::{DetectOptions, Detection};
pub use engine::{Engine, EngineChoice, EngineError, EngineStatus, Session, engines, open_session};
pub use error::InferenceError;
pub use model::Model;
pub use ort_library::ort_candidates;
pub use saliency::Heatmap;
pub use tensor::{Dimension, Tensor, TensorInfo};
