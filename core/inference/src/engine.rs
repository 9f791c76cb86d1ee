//! The one door to both engines: what an engine can do, which ones are here, and how to open a model with one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::onnx::OnnxModel;
use crate::provider::{Provider, ProviderStatus};
use crate::tensor::{Tensor, TensorInfo};
use crate::{ort_engine, ort_library, rten_engine};

/// A program that runs ONNX models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// The embedded engine in pure Rust: always there.
    Rten,
    /// Microsoft's ONNX Runtime: used when its shared library is found.
    OnnxRuntime,
}

impl Engine {
    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rten => "rten",
            Self::OnnxRuntime => "ONNX Runtime",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which engine a person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineChoice {
    /// ONNX Runtime when it is here and takes the model, else rten.
    #[default]
    Auto,
    /// rten and nothing else.
    Rten,
    /// ONNX Runtime and nothing else.
    OnnxRuntime,
}

/// How models are to be opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EngineOptions {
    /// Which engine.
    pub choice: EngineChoice,
    /// ONNX Runtime's shared library or its folder; without it the usual places are searched, see
    /// [`crate::ort_candidates`].
    pub ort_library: Option<PathBuf>,
    /// Execution providers of ONNX Runtime, tried in this order with the processor behind them; empty for those that the
    /// library was built with.
    pub providers: Vec<Provider>,
    /// Threads of the processor that one run may use; 0 leaves it to the engine, which takes all.
    pub threads: usize,
}

impl EngineOptions {
    /// One engine and nothing else, everything else as it comes.
    pub fn only(choice: EngineChoice) -> Self {
        Self { choice, ..Self::default() }
    }
}

/// Whether an engine can be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineStatus {
    /// The engine.
    pub engine: Engine,
    /// True when models can be opened with it now.
    pub available: bool,
    /// Its version, when known.
    pub version: Option<String>,
    /// One sentence: where it comes from, or why it is not there.
    pub reason: String,
    /// The shared library, for an engine that lies in one.
    pub library: Option<PathBuf>,
    /// What it can compute with.
    pub providers: Vec<ProviderStatus>,
}

/// What can go wrong inside an engine; [`crate::InferenceError`] adds the model's path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The engine is not on this computer or cannot be loaded.
    #[error("{engine} is not available: {reason}")]
    Unavailable {
        /// The engine that was asked for.
        engine: Engine,
        /// Why, with the path that was tried.
        reason: String,
    },
    /// The engine does not take the model.
    #[error("{engine} does not load the model: {reason}")]
    Load {
        /// The engine that refused.
        engine: Engine,
        /// The engine's own words.
        reason: String,
    },
    /// No tensor of the graph has this name.
    #[error("the model has no tensor named {0:?}")]
    UnknownTensor(String),
    /// A tensor that was asked for holds no numbers, or of a kind that the engine does not give.
    #[error("the tensor {0:?} holds no numbers that can be read")]
    NotNumbers(String),
    /// The run failed.
    #[error("{engine} fails to run the model: {reason}")]
    Run {
        /// The engine that ran.
        engine: Engine,
        /// The engine's own words.
        reason: String,
    },
}

/// A model opened by an engine.
///
/// Calls take `&self` and may come from several threads. rten runs them side by side; ONNX Runtime's sessions are not
/// re-entrant, so there they wait for one another: a pool that wants parallel runs opens one session a thread.
pub trait Session: Send + Sync {
    /// The engine that opened the model.
    fn engine(&self) -> Engine;

    /// What it computes with.
    fn provider(&self) -> Provider {
        Provider::Cpu
    }

    /// Why it does not compute with a provider that was asked for; a sentence each, empty when it does.
    fn notes(&self) -> &[String] {
        &[]
    }

    /// The inputs as the engine understood them, which may be less than the file says: rten reads `float16` and `float64`
    /// as `float32`, and gives names of its own to sides that it cannot work out.
    fn inputs(&self) -> Vec<TensorInfo>;

    /// The outputs as the engine understood them; see [`Session::inputs`].
    fn outputs(&self) -> Vec<TensorInfo>;

    /// Runs the model and gives the tensors named in `wanted`, in that order; no name may occur twice.
    ///
    /// Values are converted to the element type of an input (bytes: rounded and held to 0..=255), and numbers of any kind
    /// come back as 32-bit floats. A wanted tensor may be an output or any tensor inside the graph. The first time an inner tensor is asked for, the
    /// model is opened a second time without the optimisations that would remove it.
    fn run(&self, inputs: &[(&str, &Tensor)], wanted: &[&str]) -> Result<Vec<Tensor>, EngineError>;
}

/// The state of every engine. `ort_library` names ONNX Runtime's shared library (or its folder); without it the usual
/// places are searched, see [`crate::ort_candidates`].
///
/// Loads the library when it is found: a process keeps the first one that it loaded until it ends.
pub fn engines(ort_library: Option<&Path>) -> Vec<EngineStatus> {
    vec![rten_engine::status(), ort_library::status(ort_library)]
}

/// Opens the bytes of a model; `model` is what [`OnnxModel::parse`] said about them.
///
/// With [`EngineChoice::Auto`], a model that ONNX Runtime refuses is opened with rten; the error names both refusals.
pub fn open_session(
    bytes: &Arc<[u8]>,
    model: &OnnxModel,
    options: &EngineOptions,
) -> Result<Box<dyn Session>, EngineError> {
    match options.choice {
        EngineChoice::Rten => rten_engine::open(bytes, model, options),
        EngineChoice::OnnxRuntime => ort_engine::open(bytes, model, options),
        EngineChoice::Auto => ort_engine::open(bytes, model, options).or_else(|first| {
            rten_engine::open(bytes, model, options).map_err(|second| match (first, second) {
                (EngineError::Load { reason: ort, .. }, EngineError::Load { engine, reason }) => {
                    EngineError::Load { engine, reason: format!("{reason} ({} neither: {ort})", Engine::OnnxRuntime) }
                }
                (_, second) => second,
            })
        }),
    }
}
