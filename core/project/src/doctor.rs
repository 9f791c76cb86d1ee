//! The doctor: what this machine offers, and why something is missing.

use std::path::Path;

use concord_inference::{EngineStatus, engines};
use serde::Serialize;

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DoctorReport {
    /// The version of Concord.
    pub version: String,
    /// Engines for models, with reasons.
    pub engines: Vec<EngineStatus>,
    /// Number of processor cores that work is spread over.
    pub cores: usize,
}

/// Looks at the machine; `onnxruntime` names the library to try first.
pub fn doctor(onnxruntime: Option<&Path>) -> DoctorReport {
    DoctorReport {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        engines: engines(onnxruntime),
        cores: rayon::current_num_threads(),
    }
}
