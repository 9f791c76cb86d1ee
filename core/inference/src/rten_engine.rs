//! rten, the embedded engine: always available, safe to share between threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use rten::{DataType, ModelOptions, NodeId, Value, ValueType, ValueView};
use rten_tensor::Layout;

use crate::engine::{Engine, EngineError, EngineStatus, Session};
use crate::onnx::OnnxModel;
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
    }
}

pub(crate) fn open(bytes: &Arc<[u8]>, model: &OnnxModel) -> Result<Box<dyn Session>, EngineError> {
    let optimised = load(bytes, true)?;
    Ok(Box::new(RtenSession {
        optimised,
        complete: OnceLock::new(),
        bytes: Arc::clone(bytes),
        outputs: model.outputs.iter().map(|output| output.name.clone()).collect(),
    }))
}

struct RtenSession {
    optimised: rten::Model,
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
        let inputs = inputs
            .iter()
            .map(|(name, tensor)| {
                let view = ValueView::from_shape(tensor.shape(), tensor.data()).map_err(run_error)?;
                Ok((node(name)?, view.into()))
            })
            .collect::<Result<Vec<_>, EngineError>>()?;
        let outputs = wanted.iter().map(|name| node(name)).collect::<Result<Vec<NodeId>, _>>()?;
        let values = guarded(|| model.run(inputs, &outputs, None).map_err(run_error))
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

fn tensor(name: &str, value: Value) -> Result<Tensor, EngineError> {
    let floats = value.into_tensor::<f32>().ok_or_else(|| EngineError::NotFloat(name.to_owned()))?;
    let shape = floats.shape().to_vec();
    Tensor::new(shape, floats.into_data()).ok_or_else(|| run_error(format!("{name:?} has an impossible shape")))
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
