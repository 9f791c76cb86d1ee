//! A detector ready to use: one file, hashed, checked and opened.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use concord_geometry::{Letterbox, Size};
use concord_imaging::Rgb8;
use sha2::{Digest, Sha256};

use crate::contract::Contract;
use crate::decode::{DetectOptions, Detection, decode};
use crate::engine::{Engine, EngineChoice, Session, open_session};
use crate::error::InferenceError;
use crate::onnx::{OnnxError, OnnxModel};
use crate::preprocess::{PAD, letterbox_tensor};
use crate::saliency::{Heatmap, eigen_cam, over_image};
use crate::tensor::Tensor;

/// Protobuf's limit: no valid ONNX file is larger.
const MAX_BYTES: u64 = i32::MAX as u64;

/// A loaded detector.
///
/// It may be shared between threads; how far they run side by side is the engine's matter, see [`Session`]. One image's
/// result depends on that image alone, never on what ran before or beside it.
pub struct Model {
    path: PathBuf,
    sha256: String,
    contract: Contract,
    tensors: Vec<String>,
    session: Box<dyn Session>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("path", &self.path)
            .field("sha256", &self.sha256)
            .field("engine", &self.engine())
            .finish_non_exhaustive()
    }
}

impl Model {
    /// Reads a model file, checks it, opens it with the chosen engine and runs it once on grey.
    ///
    /// `ort_library` names ONNX Runtime's shared library or its folder; without it the usual places are searched (see
    /// [`crate::ort_candidates`]).
    pub fn load(path: &Path, choice: EngineChoice, ort_library: Option<&Path>) -> Result<Self, InferenceError> {
        let read = |source| InferenceError::Read { path: path.to_path_buf(), source };
        if std::fs::metadata(path).map_err(read)?.len() > MAX_BYTES {
            let source = OnnxError::NotOnnx("it is larger than 2 GiB");
            return Err(InferenceError::Onnx { path: path.to_path_buf(), source });
        }
        Self::from_bytes(path, &std::fs::read(path).map_err(read)?, choice, ort_library)
    }

    /// As [`Model::load`] for bytes that were read before; `path` only names them in messages.
    pub fn from_bytes(
        path: &Path,
        bytes: &[u8],
        choice: EngineChoice,
        ort_library: Option<&Path>,
    ) -> Result<Self, InferenceError> {
        let contract_error = |source| InferenceError::Contract { path: path.to_path_buf(), source };
        let engine_error = |source| InferenceError::Engine { path: path.to_path_buf(), source };
        let onnx =
            OnnxModel::parse(bytes).map_err(|source| InferenceError::Onnx { path: path.to_path_buf(), source })?;
        let draft = Contract::draft(&onnx).map_err(contract_error)?;
        let session = open_session(&Arc::from(bytes), &onnx, choice, ort_library).map_err(engine_error)?;
        let grey = grey(draft.input.size);
        let wanted: Vec<&str> = draft.outputs.iter().map(String::as_str).collect();
        let outputs = session.run(&[(&draft.input.name, &grey)], &wanted).map_err(engine_error)?;
        let contract = draft.finish(&outputs).map_err(contract_error)?;
        Ok(Self { path: path.to_path_buf(), sha256: sha256_hex(bytes), contract, tensors: onnx.tensors, session })
    }

    /// SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Where the file was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the model takes and gives.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The engine that runs it.
    pub fn engine(&self) -> Engine {
        self.session.engine()
    }

    /// Every tensor that a node of the graph produces, in graph order: the choices for [`Model::saliency_of`].
    pub fn tensors(&self) -> &[String] {
        &self.tensors
    }

    /// The objects in an image, best first.
    pub fn detect(&self, image: &Rgb8, options: &DetectOptions) -> Result<Vec<Detection>, InferenceError> {
        for (name, value) in [("score_threshold", f64::from(options.score_threshold)), ("nms_iou", options.nms_iou)] {
            if !(0.0..=1.0).contains(&value) {
                return Err(InferenceError::Option { name, value });
            }
        }
        let (output, letterbox) = self.run(image, &self.contract.detections.name)?;
        decode(&output, self.contract.class_names.len(), &letterbox, options).map_err(|reason| self.unusable(reason))
    }

    /// [`Model::detect`] for several images, in their order; the first error ends it.
    ///
    /// Images go through the engine one by one, even when the model takes batches: on a processor a batch is no faster,
    /// and so a result is the same whatever other images were asked for with it.
    pub fn detect_batch(
        &self,
        images: &[&Rgb8],
        options: &DetectOptions,
    ) -> Result<Vec<Vec<Detection>>, InferenceError> {
        images.iter().map(|image| self.detect(image, options)).collect()
    }

    /// Where the model looked: EigenCAM of its feature output, else of the tensor that its metadata names.
    ///
    /// [`InferenceError::NoFeatureMap`] when it has neither; [`Model::saliency_of`] then takes any tensor of the graph.
    pub fn saliency(&self, image: &Rgb8) -> Result<Heatmap, InferenceError> {
        let features = self.contract.features.as_ref().map(|features| features.name.as_str());
        let tensor = features
            .or(self.contract.saliency_tensor.as_deref())
            .ok_or_else(|| InferenceError::NoFeatureMap { path: self.path.clone() })?;
        self.saliency_of(image, tensor)
    }

    /// EigenCAM of a tensor `[1, channels, height, width]` of the graph, an output or an inner one.
    pub fn saliency_of(&self, image: &Rgb8, tensor: &str) -> Result<Heatmap, InferenceError> {
        let (features, letterbox) = self.run(image, tensor)?;
        let &[1, channels, height, width] = features.shape() else {
            let shape = features.shape();
            return Err(self.unusable(format!("{tensor} has the shape {shape:?}, not [1, channels, height, width]")));
        };
        eigen_cam(channels, height, width, features.data())
            .and_then(|cam| over_image(&cam, height, width, &letterbox))
            .ok_or_else(|| self.unusable(format!("{tensor} is empty")))
    }

    fn run(&self, image: &Rgb8, tensor: &str) -> Result<(Tensor, Letterbox), InferenceError> {
        let (input, letterbox) = letterbox_tensor(image, self.contract.input.size);
        let mut outputs = self
            .session
            .run(&[(&self.contract.input.name, &input)], &[tensor])
            .map_err(|source| InferenceError::Engine { path: self.path.clone(), source })?;
        let output = outputs.pop().ok_or_else(|| self.unusable(format!("{tensor} is missing")))?;
        Ok((output, letterbox))
    }

    fn unusable(&self, reason: String) -> InferenceError {
        InferenceError::Output { path: self.path.clone(), reason }
    }
}

/// An input of padding only.
fn grey(size: Size) -> Tensor {
    letterbox_tensor(&Rgb8::filled(Size::new(1, 1), [PAD; 3]), size).0
}

fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_sha_256() {
        // FIPS 180-4, example of a one-block message.
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn models_are_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Model>();
    }
}
