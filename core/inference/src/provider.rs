//! Where ONNX Runtime computes: the processor, or an accelerator through an execution provider.

use std::fmt;

use ort::ep::{CUDA, CoreML, DirectML, ExecutionProvider, ExecutionProviderDispatch, TensorRT};
use serde::{Deserialize, Serialize};

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// The processor: always there.
    Cpu,
    /// NVIDIA's CUDA.
    Cuda,
    /// NVIDIA's TensorRT, which builds an engine for the model first: minutes, then faster.
    TensorRt,
    /// Apple's Core ML.
    CoreMl,
    /// Microsoft's DirectML.
    DirectMl,
}

impl Provider {
    /// All providers, in the order in which they are preferred.
    pub const ALL: [Self; 5] = [Self::TensorRt, Self::Cuda, Self::CoreMl, Self::DirectMl, Self::Cpu];

    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "CPU",
            Self::Cuda => "CUDA",
            Self::TensorRt => "TensorRT",
            Self::CoreMl => "Core ML",
            Self::DirectMl => "DirectML",
        }
    }

    /// The provider of that name in a configuration.
    pub fn named(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "cpu" => Some(Self::Cpu),
            "cuda" => Some(Self::Cuda),
            "tensorrt" => Some(Self::TensorRt),
            "coreml" => Some(Self::CoreMl),
            "directml" => Some(Self::DirectMl),
            _ => None,
        }
    }

    /// Providers that are tried when nobody chose: those that the library was built with, TensorRT left out for the time
    /// it takes, and the processor last.
    pub(crate) fn automatic() -> Vec<Self> {
        let wanted = |p: &Self| *p != Self::TensorRt && p.is_built_in();
        Self::ALL.into_iter().filter(wanted).collect()
    }

    /// True when the loaded library was built with it; whether this computer has the device is another matter.
    pub(crate) fn is_built_in(self) -> bool {
        match self {
            Self::Cpu => true,
            Self::Cuda => CUDA::is_available().unwrap_or(false),
            Self::TensorRt => TensorRT::is_available().unwrap_or(false),
            Self::CoreMl => CoreML::is_available().unwrap_or(false),
            Self::DirectMl => DirectML::is_available().unwrap_or(false),
        }
    }

    /// What ONNX Runtime is asked for; nothing for the processor, which needs no asking.
    pub(crate) fn dispatch(self) -> Option<ExecutionProviderDispatch> {
        let dispatch = match self {
            Self::Cpu => return None,
            Self::Cuda => CUDA::default().build(),
            Self::TensorRt => TensorRT::default().build(),
            Self::CoreMl => CoreML::default().build(),
            Self::DirectMl => DirectML::default().build(),
        };
        Some(dispatch.error_on_failure())
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a provider can be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProviderStatus {
    /// The provider.
    pub provider: Provider,
    /// True when a session can be opened with it now.
    pub available: bool,
    /// One sentence: that it works, or why not.
    pub reason: String,
}
