//! The crate from outside: both engines, models that do not fit, and numbers of OpenCV, numpy and ONNX Runtime.

mod bad_models;
mod contracts;
mod engines;
mod explain;
mod oracles;
mod prompted;
mod saliency;
mod saliency_import;
mod support;
