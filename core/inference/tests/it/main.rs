//! The crate from outside: both engines, models that do not fit, and numbers of OpenCV, numpy and ONNX Runtime.

mod bad_models;
mod engines;
mod oracles;
mod support;
