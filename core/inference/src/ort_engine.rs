//! ONNX Runtime through its shared library, opened at run time.

use std::sync::{Arc, Mutex, PoisonError};

use half::f16;
use ort::session::{OutputSelector, RunOptions, SessionInputValue};
use ort::value::{DynValue, Outlet, PrimitiveTensorElementType, TensorElementType, TensorRef, ValueType};

use crate::engine::{Engine, EngineError, EngineOptions, Session};
use crate::onnx::{OnnxModel, with_output};
use crate::ort_library::{Runtime, runtime};
use crate::provider::Provider;
use crate::tensor::{Dimension, Tensor, TensorInfo};

pub(crate) fn open(
    bytes: &Arc<[u8]>,
    model: &OnnxModel,
    options: &EngineOptions,
) -> Result<Box<dyn Session>, EngineError> {
    let runtime = runtime(options.ort_library.as_deref())?;
    let wanted = if options.providers.is_empty() { Provider::automatic() } else { options.providers.clone() };
    let mut notes = Vec::new();
    // The processor stands behind every choice; what it says when it refuses is the answer.
    for provider in wanted.into_iter().filter(|p| *p != Provider::Cpu).chain([Provider::Cpu]) {
        let how = How { provider, threads: options.threads };
        match commit(&runtime, bytes, how) {
            Ok(session) => {
                return Ok(Box::new(OrtSession {
                    inputs: session.inputs().iter().map(describe).collect(),
                    outputs: session.outputs().iter().map(describe).collect(),
                    tensors: model.tensors.clone(),
                    plain: Mutex::new(session),
                    exposed: Mutex::new(None),
                    bytes: Arc::clone(bytes),
                    runtime,
                    how,
                    notes,
                }));
            }
            Err(error) if provider == Provider::Cpu => return Err(error),
            Err(error) => notes.push(format!("{provider} cannot be used: {}", first_line(&error.to_string()))),
        }
    }
    unreachable!("the last provider is the processor")
}

/// The first line of a message: what follows are places in the library's source.
pub(crate) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// What a session computes with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct How {
    pub(crate) provider: Provider,
    pub(crate) threads: usize,
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
    how: How,
    notes: Vec<String>,
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
                commit(&self.runtime, &bytes, self.how)?
            }
        };
        let (_, session) = slot.insert((inner, session));
        run(session, &self.inputs, inputs, wanted)
    }
}

impl Session for OrtSession {
    fn engine(&self) -> Engine {
        Engine::OnnxRuntime
    }

    fn provider(&self) -> Provider {
        self.how.provider
    }

    fn notes(&self) -> &[String] {
        &self.notes
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
            run(&mut self.plain.lock().unwrap_or_else(PoisonError::into_inner), &self.inputs, inputs, wanted)
        } else {
            self.run_exposed(inner, inputs, wanted)
        }
    }
}

pub(crate) fn commit(runtime: &Runtime, bytes: &[u8], how: How) -> Result<ort::session::Session, EngineError> {
    let build = || -> ort::Result<ort::session::Session> {
        let mut builder = ort::session::Session::builder(&runtime.environment)?
            .with_deterministic_compute(true)?
            // Threads that spin between runs would take the processor from the window.
            .with_intra_op_spinning(false)?;
        if how.threads > 0 {
            builder = builder.with_intra_threads(how.threads)?;
        }
        if let Some(dispatch) = how.provider.dispatch() {
            builder = builder.with_execution_providers([dispatch])?;
        }
        builder.commit_from_memory(bytes)
    };
    build().map_err(|error| EngineError::Load { engine: Engine::OnnxRuntime, reason: error.to_string() })
}

fn run(
    session: &mut ort::session::Session,
    infos: &[TensorInfo],
    inputs: &[(&str, &Tensor)],
    wanted: &[&str],
) -> Result<Vec<Tensor>, EngineError> {
    let mut values = Vec::with_capacity(inputs.len());
    for (name, tensor) in inputs {
        let element = infos.iter().find(|info| info.name == *name).map_or("float32", |info| info.element.as_str());
        values.push((*name, input_value(element, tensor)?));
    }
    let selector = wanted.iter().fold(OutputSelector::no_default(), |selector, name| selector.with(*name));
    let options = RunOptions::new().map_err(run_error)?.with_outputs(selector);
    let outputs = session.run_with_options(values, &options).map_err(run_error)?;
    wanted
        .iter()
        .map(|name| {
            let value = outputs.get(name).ok_or_else(|| EngineError::UnknownTensor((*name).to_owned()))?;
            let (shape, data) = numbers(value).ok_or_else(|| EngineError::NotNumbers((*name).to_owned()))?;
            Tensor::new(shape, data).ok_or_else(|| run_error(format!("{name:?} has an impossible shape")))
        })
        .collect()
}

/// A tensor in the element type that the model wants there.
fn input_value<'a>(element: &str, tensor: &'a Tensor) -> Result<SessionInputValue<'a>, EngineError> {
    fn owned<'a, T: PrimitiveTensorElementType + Clone + std::fmt::Debug + 'static>(
        tensor: &Tensor,
        convert: impl Fn(f32) -> T,
    ) -> Result<SessionInputValue<'a>, EngineError> {
        let data: Vec<T> = tensor.data().iter().map(|v| convert(*v)).collect();
        let value = ort::value::Tensor::from_array((tensor.shape(), data)).map_err(run_error)?;
        Ok(SessionInputValue::from(value))
    }
    match element {
        "float16" => owned(tensor, f16::from_f32),
        "float64" => owned(tensor, f64::from),
        "uint8" => owned(tensor, |v| v.round().clamp(0.0, 255.0) as u8),
        "int32" => owned(tensor, |v| v.round() as i32),
        "int64" => owned(tensor, |v| v.round() as i64),
        _ => {
            let view = TensorRef::from_array_view((tensor.shape(), tensor.data())).map_err(run_error)?;
            Ok(SessionInputValue::from(view))
        }
    }
}

/// The numbers of a tensor of any kind as 32-bit floats, with its shape.
fn numbers(value: &DynValue) -> Option<(Vec<usize>, Vec<f32>)> {
    fn of<T: PrimitiveTensorElementType + Copy>(
        value: &DynValue,
        convert: impl Fn(T) -> f32,
    ) -> Option<(Vec<usize>, Vec<f32>)> {
        let (shape, data) = value.try_extract_tensor::<T>().ok()?;
        let shape = shape.iter().map(|side| usize::try_from(*side).unwrap_or(0)).collect();
        Some((shape, data.iter().map(|v| convert(*v)).collect()))
    }
    let ValueType::Tensor { ty, .. } = value.dtype() else { return None };
    match ty {
        TensorElementType::Float32 => of(value, |v: f32| v),
        TensorElementType::Float16 => of(value, f16::to_f32),
        TensorElementType::Float64 => of(value, |v: f64| v as f32),
        TensorElementType::Int64 => of(value, |v: i64| v as f32),
        TensorElementType::Int32 => of(value, |v: i32| v as f32),
        TensorElementType::Int16 => of(value, |v: i16| f32::from(v)),
        TensorElementType::Int8 => of(value, |v: i8| f32::from(v)),
        TensorElementType::Uint8 => of(value, |v: u8| f32::from(v)),
        TensorElementType::Bool => of(value, |v: bool| f32::from(u8::from(v))),
        _ => None,
    }
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
