//! rten, the embedded engine: always available, safe to share between threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use rten::{DataType, ModelOptions, NodeId, RunOptions, ThreadPool, Value, ValueOrView, ValueType, ValueView};
use rten_tensor::Layout;

use crate::engine::{Engine, EngineError, EngineOptions, EngineStatus, Session};
use crate::onnx::OnnxModel;
use crate::provider::{Provider, ProviderStatus};
use crate::tensor::{Dimension, Tensor, TensorInfo};

/// The release this crate is built against; a test compares it with `Cargo.lock`.
const VERSION: &str = "0.27.0";

pub(crate) fn status() -> EngineStatus {
    EngineStatus {
        engine: Engine::Rten,
        available: true,
        version: Some(VERSION.into()),
        reason: "built in".into(),
        library: None,
        providers: vec![ProviderStatus { provider: Provider::Cpu, available: true, reason: "built in".into() }],
    }
}

pub(crate) fn open(
    bytes: &Arc<[u8]>,
    model: &OnnxModel,
    options: &EngineOptions,
) -> Result<Box<dyn Session>, EngineError> {
    let optimised = load(bytes, true)?;
    let pool = (options.threads > 0).then(|| Arc::new(ThreadPool::with_num_threads(options.threads)));
    Ok(Box::new(RtenSession {
        optimised,
        pool,
        complete: OnceLock::new(),
        bytes: Arc::clone(bytes),
        outputs: model.outputs.iter().map(|output| output.name.clone()).collect(),
    }))
}

struct RtenSession {
    optimised: rten::Model,
    /// Threads of its own; the engine's common ones without.
    pool: Option<Arc<ThreadPool>>,
    /// The graph as the file has it: fusing nodes loses the tensors between them.
    complete: OnceLock<Result<rten::Model, EngineError>>,
    bytes: Arc<[u8]>,
    outputs: Vec<String>,
}

impl RtenSession {
    fn model_with(&self, wanted: &[&str]) -> Result<&rten::Model, EngineError> {
        if wanted.iter().all(|name| self.outputs.iter().any(|output| output == name)) {
            return Ok(&self.optimised);
        }
        self.complete.get_or_init(|| load(&self.bytes, false)).as_ref().map_err(Clone::clone)
    }
}

impl Session for RtenSession {
    fn engine(&self) -> Engine {
        Engine::Rten
    }

    fn inputs(&self) -> Vec<TensorInfo> {
        self.optimised.input_ids().iter().map(|id| describe(&self.optimised, *id)).collect()
    }

    fn outputs(&self) -> Vec<TensorInfo> {
        self.optimised.output_ids().iter().map(|id| describe(&self.optimised, *id)).collect()
    }

    fn run(&self, inputs: &[(&str, &Tensor)], wanted: &[&str]) -> Result<Vec<Tensor>, EngineError> {
        let model = self.model_with(wanted)?;
        let node = |name: &str| model.find_node(name).ok_or_else(|| EngineError::UnknownTensor(name.to_owned()));
        let mut values = Vec::with_capacity(inputs.len());
        for (name, tensor) in inputs {
            let id = node(name)?;
            values.push((id, input_value(model, id, tensor)?));
        }
        let outputs = wanted.iter().map(|name| node(name)).collect::<Result<Vec<NodeId>, _>>()?;
        let options = self.pool.as_ref().map(|pool| RunOptions::default().with_thread_pool(Some(Arc::clone(pool))));
        let values = guarded(|| model.run(values, &outputs, options).map_err(run_error))
            .unwrap_or_else(|reason| Err(EngineError::Run { engine: Engine::Rten, reason }))?;
        wanted.iter().zip(values).map(|(name, value)| tensor(name, value)).collect()
    }
}

fn load(bytes: &[u8], optimise: bool) -> Result<rten::Model, EngineError> {
    let refused = |reason| EngineError::Load { engine: Engine::Rten, reason };
    guarded(|| ModelOptions::with_all_ops().enable_optimization(optimise).load(bytes.to_vec()))
        .map_err(refused)?
        .map_err(|error| refused(error.to_string()))
}

/// A graph that contradicts itself can trip an assertion inside the engine; for us that is one more refusal.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        format!("it stumbled over the graph: {}", text.unwrap_or("no details"))
    })
}

fn run_error(error: impl std::fmt::Display) -> EngineError {
    EngineError::Run { engine: Engine::Rten, reason: error.to_string() }
}

/// A tensor in the element type that the model wants there.
fn input_value<'a>(model: &rten::Model, id: NodeId, tensor: &'a Tensor) -> Result<ValueOrView<'a>, EngineError> {
    let (shape, data) = (tensor.shape(), tensor.data());
    let dtype = model.node_info(id).and_then(|info| info.dtype());
    let whole = |low: f32, high: f32| data.iter().map(move |v| v.round().clamp(low, high));
    Ok(match dtype {
        Some(ValueType::Tensor(DataType::UInt8)) => {
            Value::from_shape(shape, whole(0.0, 255.0).map(|v| v as u8).collect::<Vec<_>>()).map_err(run_error)?.into()
        }
        Some(ValueType::Tensor(DataType::Int32)) => {
            Value::from_shape(shape, data.iter().map(|v| v.round() as i32).collect::<Vec<_>>())
                .map_err(run_error)?
                .into()
        }
        _ => ValueView::from_shape(shape, data).map_err(run_error)?.into(),
    })
}

fn tensor(name: &str, value: Value) -> Result<Tensor, EngineError> {
    let shape = match &value {
        Value::FloatTensor(tensor) => tensor.shape().to_vec(),
        Value::Int32Tensor(tensor) => tensor.shape().to_vec(),
        Value::Int8Tensor(tensor) => tensor.shape().to_vec(),
        Value::UInt8Tensor(tensor) => tensor.shape().to_vec(),
        _ => return Err(EngineError::NotNumbers(name.to_owned())),
    };
    let data: Vec<f32> = match value {
        Value::FloatTensor(tensor) => tensor.into_data(),
        Value::Int32Tensor(tensor) => tensor.into_data().into_iter().map(|v| v as f32).collect(),
        Value::Int8Tensor(tensor) => tensor.into_data().into_iter().map(f32::from).collect(),
        Value::UInt8Tensor(tensor) => tensor.into_data().into_iter().map(f32::from).collect(),
        _ => return Err(EngineError::NotNumbers(name.to_owned())),
    };
    Tensor::new(shape, data).ok_or_else(|| run_error(format!("{name:?} has an impossible shape")))
}

fn describe(model: &rten::Model, id: NodeId) -> TensorInfo {
    let info = model.node_info(id);
    let element = match info.as_ref().and_then(rten::NodeInfo::dtype) {
        Some(ValueType::Tensor(DataType::Float)) => "float32",
        Some(ValueType::Tensor(DataType::Int32)) => "int32",
        Some(ValueType::Tensor(DataType::Int8)) => "int8",
        Some(ValueType::Tensor(DataType::UInt8)) => "uint8",
        _ => "unknown",
    };
    let shape = info.as_ref().and_then(rten::NodeInfo::shape).map(|sides| {
        sides
            .into_iter()
            .map(|side| match side {
                rten::Dimension::Fixed(length) => Dimension::Fixed(length),
                rten::Dimension::Symbolic(name) => Dimension::Dynamic(name),
            })
            .collect()
    });
    let name = info.as_ref().and_then(rten::NodeInfo::name).unwrap_or_default();
    TensorInfo { name: name.into(), element: element.into(), shape }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_shown_is_the_one_built_in() {
        let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).expect("a lock");
        assert!(lock.contains(&format!("name = \"rten\"\nversion = \"{VERSION}\"")), "Cargo.lock has another rten");
    }
}
