//! A model ready to use: one file, hashed, checked against its contract and opened.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use concord_geometry::Placement;
use concord_imaging::Rgb8;
use sha2::{Digest, Sha256};

use crate::contract::{Card, Contract, ContractError, Draft};
use crate::decode::{DetectOptions, Detection, Outputs, Reading, read};
use crate::engine::{Engine, EngineOptions, Session, open_session};
use crate::error::InferenceError;
use crate::onnx::{OnnxError, OnnxModel};
use crate::preprocess::{prepare, prepare_into};
use crate::provider::Provider;
use crate::saliency::{Heatmap, eigen_cam, over_image};
use crate::tensor::Tensor;

/// Protobuf's limit: no valid ONNX file is larger.
const MAX_BYTES: u64 = i32::MAX as u64;

/// Longest list of classes that is read from a file, in bytes.
const MAX_NAMES_BYTES: u64 = 1 << 20;

/// A loaded model.
///
/// It may be shared between threads; how far they run side by side is the engine's matter, see [`Session`], and
/// [`Model::another`] opens one more session for a thread of its own. One image's result depends on that image alone,
/// never on what ran before or beside it.
pub struct Model {
    path: PathBuf,
    sha256: String,
    contract: Contract,
    card: Card,
    onnx: OnnxModel,
    bytes: Arc<[u8]>,
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
    /// Reads a model file and the card beside it (`detector.toml` for `detector.onnx`, else `model.toml` in its folder),
    /// checks them, opens the model with the chosen engine and runs it once on grey.
    pub fn load(path: &Path, options: &EngineOptions) -> Result<Self, InferenceError> {
        let card = card_beside(path)?;
        Self::from_bytes(path, read_bytes(path)?, &card, options)
    }

    /// As [`Model::load`] with a card that is known already.
    pub fn load_with(path: &Path, card: &Card, options: &EngineOptions) -> Result<Self, InferenceError> {
        Self::from_bytes(path, read_bytes(path)?, card, options)
    }

    /// As [`Model::load_with`] for bytes that were read before; `path` only names them in messages.
    pub fn from_bytes(
        path: &Path,
        bytes: impl Into<Arc<[u8]>>,
        card: &Card,
        options: &EngineOptions,
    ) -> Result<Self, InferenceError> {
        let bytes = bytes.into();
        let contract_error = |source| InferenceError::Contract { path: path.to_path_buf(), source };
        let engine_error = |source| InferenceError::Engine { path: path.to_path_buf(), source };
        let onnx =
            OnnxModel::parse(&bytes).map_err(|source| InferenceError::Onnx { path: path.to_path_buf(), source })?;
        let draft = Draft::new(&onnx, card).map_err(contract_error)?;
        let session = open_session(&bytes, &onnx, options).map_err(engine_error)?;
        let grey = Tensor::filled(&draft.input.shape(1), 114.0 / 255.0);
        let wanted: Vec<&str> = draft.outputs.iter().map(String::as_str).collect();
        let outputs = session.run(&[(&draft.input.name, &grey)], &wanted).map_err(engine_error)?;
        let contract = draft.finish(&outputs).map_err(contract_error)?;
        let sha256 = sha256_hex(&bytes);
        Ok(Self { path: path.to_path_buf(), sha256, contract, card: card.clone(), onnx, bytes, session })
    }

    /// One more session of the same model, for a thread of its own; `threads` as in [`EngineOptions`].
    pub fn another(&self, options: &EngineOptions) -> Result<Self, InferenceError> {
        let session = open_session(&self.bytes, &self.onnx, options)
            .map_err(|source| InferenceError::Engine { path: self.path.clone(), source })?;
        Ok(Self {
            path: self.path.clone(),
            sha256: self.sha256.clone(),
            contract: self.contract.clone(),
            card: self.card.clone(),
            onnx: self.onnx.clone(),
            bytes: Arc::clone(&self.bytes),
            session,
        })
    }

    /// SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Where the file was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's bytes, as they were read when the model was opened.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Size of the file in bytes.
    pub fn byte_count(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// What the model takes and gives.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// What was said about the model when it was opened: class mapping and provenance stand there.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// The card with everything filled in that was inferred, so that opening the model with it infers nothing.
    pub fn complete_card(&self) -> Card {
        let own = self.card.clone();
        Card { name: own.name, map: own.map, provenance: own.provenance, ..self.contract.to_card() }
    }

    /// What the file says about itself.
    pub fn onnx(&self) -> &OnnxModel {
        &self.onnx
    }

    /// The engine that runs it.
    pub fn engine(&self) -> Engine {
        self.session.engine()
    }

    /// What it is computed with.
    pub fn provider(&self) -> Provider {
        self.session.provider()
    }

    /// Why it is not computed with a provider that was asked for, a sentence each.
    pub fn notes(&self) -> &[String] {
        self.session.notes()
    }

    /// Every tensor that a node of the graph produces, in graph order: the choices for [`Model::saliency_of`].
    pub fn tensors(&self) -> &[String] {
        &self.onnx.tensors
    }

    /// What the model says about an image.
    pub fn predict(&self, image: &Rgb8, options: &DetectOptions) -> Result<Reading, InferenceError> {
        let mut readings = self.predict_batch(&[image], options)?;
        readings.pop().ok_or_else(|| self.unusable("no reading for one image".to_owned()))
    }

    /// The objects in an image, best first.
    pub fn detect(&self, image: &Rgb8, options: &DetectOptions) -> Result<Vec<Detection>, InferenceError> {
        Ok(self.predict(image, options)?.objects)
    }

    /// [`Model::predict`] for several images, in their order; the first error ends it.
    ///
    /// They go through the engine together where the model takes any batch, else one by one.
    pub fn predict_batch(&self, images: &[&Rgb8], options: &DetectOptions) -> Result<Vec<Reading>, InferenceError> {
        options.check()?;
        let size = if self.contract.input.any_batch { images.len().max(1) } else { 1 };
        let mut readings = Vec::with_capacity(images.len());
        for images in images.chunks(size) {
            let batch = self.prepare(images);
            let outputs = self.forward(&batch)?;
            readings.extend(self.decode(&batch, &outputs, options)?);
        }
        Ok(readings)
    }

    /// Images brought into the model's input; the number of them must be one where the model takes no other.
    ///
    /// # Panics
    /// Never: the tensor has the length of its shape.
    pub fn prepare(&self, images: &[&Rgb8]) -> Prepared {
        let input = &self.contract.input;
        let shape = input.shape(images.len());
        let part: usize = shape[1..].iter().product();
        let mut data = vec![0.0; part * images.len()];
        let placements = images
            .iter()
            .zip(data.chunks_exact_mut(part))
            .map(|(image, data)| prepare_into(image, input, data))
            .collect();
        Prepared { input: Tensor::new(shape, data).expect("the shape's product was filled"), placements }
    }

    /// The forward pass alone: the raw outputs of [`Contract::wanted`].
    pub fn forward(&self, batch: &Prepared) -> Result<Vec<Tensor>, InferenceError> {
        self.session
            .run(&[(&self.contract.input.name, &batch.input)], &self.contract.wanted())
            .map_err(|source| InferenceError::Engine { path: self.path.clone(), source })
    }

    /// What the raw outputs say about each image of a batch.
    pub fn decode(
        &self,
        batch: &Prepared,
        tensors: &[Tensor],
        options: &DetectOptions,
    ) -> Result<Vec<Reading>, InferenceError> {
        options.check()?;
        let names = self.contract.wanted();
        let size = batch.placements.len();
        let each = batch.placements.iter().enumerate().map(|(item, placement)| {
            let outputs = Outputs { names: &names, tensors, item, batch: size };
            read(&self.contract, &outputs, placement, options).map_err(|reason| self.unusable(reason))
        });
        each.collect()
    }

    /// Where the model looked: EigenCAM of the tensor that its contract names.
    ///
    /// [`InferenceError::NoFeatureMap`] when it names none; [`Model::saliency_of`] then takes any tensor of the graph.
    pub fn saliency(&self, image: &Rgb8) -> Result<Heatmap, InferenceError> {
        let tensor = self.feature_map().ok_or_else(|| InferenceError::NoFeatureMap { path: self.path.clone() })?;
        self.saliency_of(image, tensor)
    }

    /// The tensor of [`Model::saliency`]: that of the contract, or else the activations of its gradient.
    pub fn feature_map(&self) -> Option<&str> {
        let activations = self.contract.gradient.as_ref().map(|gradient| gradient.activations.as_str());
        self.contract.saliency_tensor.as_deref().or(activations)
    }

    /// EigenCAM of a tensor `[1, channels, height, width]` of the graph, an output or an inner one.
    pub fn saliency_of(&self, image: &Rgb8, tensor: &str) -> Result<Heatmap, InferenceError> {
        let (input, placement) = prepare(image, &self.contract.input);
        let features = self.tensors_of(&input, &[tensor])?;
        let Some(features) = features.first() else { return Err(self.unusable(format!("{tensor} is missing"))) };
        let &[1, channels, height, width] = features.shape() else {
            let shape = features.shape();
            return Err(self.unusable(format!("{tensor} has the shape {shape:?}, not [1, channels, height, width]")));
        };
        eigen_cam(channels, height, width, features.data())
            .and_then(|cam| over_image(&cam, height, width, &placement))
            .ok_or_else(|| self.unusable(format!("{tensor} is empty")))
    }

    /// Tensors of the graph for an input, in the order of their names.
    pub(crate) fn tensors_of(&self, input: &Tensor, names: &[&str]) -> Result<Vec<Tensor>, InferenceError> {
        self.session
            .run(&[(&self.contract.input.name, input)], names)
            .map_err(|source| InferenceError::Engine { path: self.path.clone(), source })
    }

    pub(crate) fn unusable(&self, reason: String) -> InferenceError {
        InferenceError::Output { path: self.path.clone(), reason }
    }
}

/// Images in a model's input, and where each lies there.
#[derive(Debug, Clone)]
pub struct Prepared {
    input: Tensor,
    placements: Vec<Placement>,
}

impl Prepared {
    /// Several prepared batches as one; `None` without any, and for inputs of different shapes.
    pub fn joined(parts: Vec<Self>) -> Option<Self> {
        let shape = parts.first()?.input.shape().to_vec();
        if parts.iter().any(|part| part.input.shape()[1..] != shape[1..]) {
            return None;
        }
        let (mut data, mut placements) = (Vec::new(), Vec::new());
        for part in parts {
            data.extend_from_slice(part.input.data());
            placements.extend(part.placements);
        }
        let shape: Vec<usize> = std::iter::once(placements.len()).chain(shape[1..].iter().copied()).collect();
        Some(Self { input: Tensor::new(shape, data)?, placements })
    }

    /// How many images it holds.
    pub fn len(&self) -> usize {
        self.placements.len()
    }

    /// True for a batch of no image.
    pub fn is_empty(&self) -> bool {
        self.placements.is_empty()
    }
}

impl DetectOptions {
    fn check(&self) -> Result<(), InferenceError> {
        for (name, value) in [("score_threshold", f64::from(self.score_threshold)), ("nms_iou", self.nms_iou)] {
            if !(0.0..=1.0).contains(&value) {
                return Err(InferenceError::Option { name, value });
            }
        }
        Ok(())
    }
}

pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, InferenceError> {
    let read = |source| InferenceError::Read { path: path.to_path_buf(), source };
    if std::fs::metadata(path).map_err(read)?.len() > MAX_BYTES {
        let source = OnnxError::NotOnnx("it is larger than 2 GiB");
        return Err(InferenceError::Onnx { path: path.to_path_buf(), source });
    }
    std::fs::read(path).map_err(read)
}

/// The card beside a model file, its file of class names read; an empty card when there is none.
pub fn card_beside(model: &Path) -> Result<Card, InferenceError> {
    let own = model.with_extension("toml");
    let common = model.with_file_name("model.toml");
    let Some(path) = [own, common].into_iter().find(|path| path.is_file()) else { return Ok(Card::default()) };
    read_card(&path)
}

/// A card from a file; a list of classes that it names is read into it.
pub fn read_card(path: &Path) -> Result<Card, InferenceError> {
    let refused = |source| InferenceError::Contract { path: path.to_path_buf(), source };
    let read = |path: &Path| {
        let problem = |source| InferenceError::Read { path: path.to_path_buf(), source };
        if std::fs::metadata(path).map_err(problem)?.len() > MAX_NAMES_BYTES {
            return Err(problem(std::io::Error::other("it is larger than 1 MiB")));
        }
        std::fs::read_to_string(path).map_err(problem)
    };
    let mut card = Card::from_toml(&read(path)?).map_err(refused)?;
    if let Some(file) = card.classes.file.take() {
        let text = read(&path.with_file_name(&file))?;
        let names: Vec<String> = text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
        if names.is_empty() {
            return Err(refused(ContractError { expected: "a class a line".into(), found: format!("none in {file}") }));
        }
        card.classes.names = Some(names);
    }
    Ok(card)
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
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
