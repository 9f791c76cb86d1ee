//! ONNX Runtime through its shared library, opened at run time.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ort::session::{OutputSelector, RunOptions, SessionInputValue};
use ort::value::{Outlet, TensorElementType, TensorRef, ValueType};

use crate::engine::{Engine, EngineError, Session};
use crate::onnx::{OnnxModel, with_output};
use crate::ort_library::{Runtime, runtime};
use crate::tensor::{Dimension, Tensor, TensorInfo};

pub(crate) fn open(
    bytes: &Arc<[u8]>,
    model: &OnnxModel,
    ort_library: Option<&Path>,
) -> Result<Box<dyn Session>, EngineError> {
    let runtime = runtime(ort_library)?;
    let session = commit(&runtime, bytes)?;
    Ok(Box::new(OrtSession {
        inputs: session.inputs().iter().map(describe).collect(),
        outputs: session.outputs().iter().map(describe).collect(),
        tensors: model.tensors.clone(),
        plain: Mutex::new(session),
        exposed: Mutex::new(None),
        bytes: Arc::clone(bytes),
        runtime,
    }))
}

struct OrtSession {
    inputs: Vec<TensorInfo>,
    outputs: Vec<TensorInfo>,
    tensors: Vec<String>,
    plain: Mutex<ort::session::Session>,
    /// The model with inner tensors as outputs, and their names. One slot: people look at one tensor at a time.
    exposed: Mutex<Option<(Vec<String>, ort::session::Session)>>,
    bytes: Arc<[u8]>,
    runtime: Runtime,
}

impl OrtSession {
    fn inner_tensors(&self, wanted: &[&str]) -> Result<Vec<String>, EngineError> {
        let mut inner = Vec::new();
        for name in wanted.iter().filter(|name| self.outputs.iter().all(|output| output.name != **name)) {
            if !self.tensors.iter().any(|tensor| tensor == name) {
                return Err(EngineError::UnknownTensor((*name).to_owned()));
            }
            inner.push((*name).to_owned());
        }
        inner.sort_unstable();
        inner.dedup();
        Ok(inner)
    }

    fn run_exposed(
        &self,
        inner: Vec<String>,
        inputs: &[(&str, &Tensor)],
        wanted: &[&str],
    ) -> Result<Vec<Tensor>, EngineError> {
        let mut slot = self.exposed.lock().unwrap_or_else(PoisonError::into_inner);
        let session = match slot.take() {
            Some((names, session)) if names == inner => session,
            _ => {
                let bytes = inner.iter().fold(self.bytes.to_vec(), |bytes, name| with_output(&bytes, name));
                commit(&self.runtime, &bytes)?
            }
        };
        let (_, session) = slot.insert((inner, session));
        run(session, inputs, wanted)
    }
}

impl Session for OrtSession {
    fn engine(&self) -> Engine {
        Engine::OnnxRuntime
    }

    fn inputs(&self) -> Vec<TensorInfo> {
        self.inputs.clone()
    }

    fn outputs(&self) -> Vec<TensorInfo> {
        self.outputs.clone()
    }

    fn run(&self, inputs: &[(&str, &Tensor)], wanted: &[&str]) -> Result<Vec<Tensor>, EngineError> {
        let inner = self.inner_tensors(wanted)?;
        if inner.is_empty() {
            run(&mut self.plain.lock().unwrap_or_else(PoisonError::into_inner), inputs, wanted)
        } else {
            self.run_exposed(inner, inputs, wanted)
        }
    }
}

fn commit(runtime: &Runtime, bytes: &[u8]) -> Result<ort::session::Session, EngineError> {
    let build = || -> ort::Result<ort::session::Session> {
        ort::session::Session::builder(&runtime.environment)?
            .with_deterministic_compute(true)?
            // Threads that spin between runs would take the processor from the window.
            .with_intra_op_spinning(false)?
            .commit_from_memory(bytes)
    };
    build().map_err(|error| EngineError::Load { engine: Engine::OnnxRuntime, reason: error.to_string() })
}

fn run(
    session: &mut ort::session::Session,
    inputs: &[(&str, &Tensor)],
    wanted: &[&str],
) -> Result<Vec<Tensor>, EngineError> {
    let values = inputs
        .iter()
        .map(|(name, tensor)| {
            let view = TensorRef::from_array_view((tensor.shape(), tensor.data())).map_err(run_error)?;
            Ok((*name, SessionInputValue::from(view)))
        })
        .collect::<Result<Vec<_>, EngineError>>()?;
    let selector = wanted.iter().fold(OutputSelector::no_default(), |selector, name| selector.with(*name));
    let options = RunOptions::new().map_err(run_error)?.with_outputs(selector);
    let outputs = session.run_with_options(values, &options).map_err(run_error)?;
    wanted
        .iter()
        .map(|name| {
            let value = outputs.get(name).ok_or_else(|| EngineError::UnknownTensor((*name).to_owned()))?;
            let (shape, data) =
                value.try_extract_tensor::<f32>().map_err(|_| EngineError::NotFloat((*name).to_owned()))?;
            let shape: Vec<usize> = shape.iter().map(|side| usize::try_from(*side).unwrap_or(0)).collect();
            Tensor::new(shape, data.to_vec()).ok_or_else(|| run_error(format!("{name:?} has an impossible shape")))
        })
        .collect()
}

fn run_error(error: impl std::fmt::Display) -> EngineError {
    EngineError::Run { engine: Engine::OnnxRuntime, reason: error.to_string() }
}

fn describe(outlet: &Outlet) -> TensorInfo {
    let mut info = TensorInfo { name: outlet.name().into(), element: "unknown".into(), shape: None };
    if let ValueType::Tensor { ty, shape, dimension_symbols } = outlet.dtype() {
        element_name(*ty).clone_into(&mut info.element);
        let sides = shape.iter().zip(dimension_symbols.iter()).map(|(side, symbol)| {
            usize::try_from(*side).map_or_else(|_| Dimension::Dynamic(symbol.clone()), Dimension::Fixed)
        });
        info.shape = Some(sides.collect());
    }
    info
}

fn element_name(element: TensorElementType) -> &'static str {
    match element {
        TensorElementType::Float32 => "float32",
        TensorElementType::Float16 => "float16",
        TensorElementType::Float64 => "float64",
        TensorElementType::Int64 => "int64",
        TensorElementType::Int32 => "int32",
        TensorElementType::Int8 => "int8",
        TensorElementType::Uint8 => "uint8",
        TensorElementType::Bool => "bool",
        TensorElementType::String => "string",
        _ => "unknown",
    }
}
