//! A pair of encoder and decoder, ready to be asked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use concord_geometry::{BBox, Placement, Size};
use concord_imaging::Rgb8;

use super::layout::Layout;
use super::masks::{LowRes, Plane, Planes, Segment, choose, enlarged, to_image};
use super::pixels::{blank_padding, treat};
use super::prompt::{Prompt, Tokens};
use super::{Embedding, PromptedKeys};
use crate::contract::{Card, ContractError, Draft, FitName, Input, InputKeys};
use crate::engine::{Engine, EngineOptions, Session, open_session};
use crate::error::InferenceError;
use crate::model::{card_beside, read_bytes, sha256_hex};
use crate::onnx::OnnxModel;
use crate::preprocess::prepare_into;
use crate::provider::Provider;
use crate::tensor::Tensor;

/// Largest side that coordinates are counted in: masks are asked for at this size.
const MAX_COORDINATE: u32 = 4096;

/// An encoder and its decoder.
///
/// It may be shared between threads as a [`crate::Model`] may. An answer depends on the image and the prompt alone.
pub struct Prompter {
    encoder: Half,
    decoder: Half,
    card: Card,
    input: Input,
    layout: Layout,
    /// Width and height that coordinates, and masks of a size to be asked for, are counted in.
    coordinates: Size,
    threshold: f64,
    /// Padding is 0 in the tensor, whatever grey that is.
    has_blank_padding: bool,
    assumed: Vec<String>,
}

/// One file of the pair, open.
struct Half {
    path: PathBuf,
    sha256: Arc<str>,
    bytes: u64,
    onnx: OnnxModel,
    session: Box<dyn Session>,
}

impl std::fmt::Debug for Prompter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prompter")
            .field("encoder", &self.encoder.path)
            .field("decoder", &self.decoder.path)
            .field("engine", &self.engine())
            .finish_non_exhaustive()
    }
}

impl Prompter {
    /// Opens the encoder at `path` and the decoder that the card beside it names, checks that they fit, and asks them
    /// once about a grey image, which takes as long as an embedding.
    ///
    /// # Errors
    /// When a file is missing, no ONNX, or not of this kind: the message names tensors and shapes, seen and expected.
    pub fn open(path: &Path, options: &EngineOptions) -> Result<Self, InferenceError> {
        Self::open_with(path, &card_beside(path)?, options)
    }

    /// As [`Prompter::open`] with a card that is known already.
    pub fn open_with(path: &Path, card: &Card, options: &EngineOptions) -> Result<Self, InferenceError> {
        let refused = |source| InferenceError::Contract { path: path.to_path_buf(), source };
        let decoder = beside(path, &prompted(card).map_err(refused)?.decoder).map_err(refused)?;
        Self::open_files(path, &decoder, card, options)
    }

    /// As [`Prompter::open_with`] with a decoder that lies anywhere, under any name.
    pub fn open_files(
        path: &Path,
        decoder_path: &Path,
        card: &Card,
        options: &EngineOptions,
    ) -> Result<Self, InferenceError> {
        let refused = |source| InferenceError::Contract { path: path.to_path_buf(), source };
        let keys = prompted(card).map_err(refused)?.clone();
        let encoder = Half::open(path, options)?;
        let decoder = Half::open(decoder_path, options)?;
        let mut input = Draft::new(&encoder.onnx, card).map_err(refused)?.input;
        let assumed = treat(&mut input, &card.input).map_err(refused)?;
        let refused = |source| InferenceError::Contract { path: decoder_path.to_path_buf(), source };
        let layout = Layout::new(&encoder.onnx, &decoder.onnx, &keys).map_err(refused)?;
        let coordinates = keys.coordinates.map_or(input.size, |[width, height]| Size::new(width, height));
        let threshold = keys.mask_threshold.unwrap_or_default();
        let is_fit = |side: u32| (1..=MAX_COORDINATE).contains(&side);
        if !is_fit(coordinates.width) || !is_fit(coordinates.height) || !threshold.is_finite() {
            let expected = format!("coordinates of 1 to {MAX_COORDINATE} and a finite mask_threshold");
            let found = format!("coordinates {:?} and mask_threshold {threshold}", keys.coordinates);
            return Err(refused(ContractError::new(expected, found)));
        }
        let (has_blank_padding, card) = (card.input.pad.is_none(), card.clone());
        let prompter =
            Self { encoder, decoder, card, input, layout, coordinates, threshold, has_blank_padding, assumed };
        prompter.probe()?;
        Ok(prompter)
    }

    /// What the encoder makes of an image; the slow part, needed once an image.
    pub fn embed(&self, image: &Rgb8) -> Result<Embedding, InferenceError> {
        let mut data = vec![0.0; self.input.shape(1).iter().product()];
        let placement = prepare_into(image, &self.input, &mut data);
        if self.has_blank_padding {
            blank_padding(&mut data, &self.input, &placement);
        }
        let filled = Tensor::new(self.input.shape(1), data);
        let pixels = filled.ok_or_else(|| self.encoder.unusable("the image does not fill its tensor".to_owned()))?;
        let mut wanted: Vec<&str> = self.layout.embeddings.iter().map(|(_, output)| output.as_str()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let outputs = self.encoder.run(&[(&self.input.name, &pixels)], &wanted)?;
        let given = |output: &str| wanted.binary_search(&output).ok().and_then(|at| outputs.get(at)).cloned();
        let tensors = self.layout.embeddings.iter().map(|(input, output)| {
            let tensor = given(output).ok_or_else(|| self.encoder.unusable(format!("{output} is missing")))?;
            Ok((input.clone(), tensor))
        });
        let tensors = tensors.collect::<Result<_, InferenceError>>()?;
        Ok(Embedding { encoder: Arc::clone(&self.encoder.sha256), tensors, placement })
    }

    /// What [`Embedding::to_bytes`] wrote for an image of this size; `None` when it is damaged or was not made for this
    /// pair.
    pub fn restore(&self, bytes: &[u8], image: Size) -> Option<Embedding> {
        let placement = Placement::new(image, self.input.size, self.input.fit.into());
        let embedding = Embedding::from_bytes(bytes, Arc::clone(&self.encoder.sha256), placement)?;
        let fits = |((name, tensor), (input, _)): (&(String, Tensor), &(String, String))| {
            name == input && self.decoder.onnx.inputs.iter().any(|info| info.name == *name && info.may_hold(tensor))
        };
        let is_whole = embedding.tensors.len() == self.layout.embeddings.len();
        (is_whole && embedding.tensors.iter().zip(&self.layout.embeddings).all(fits)).then_some(embedding)
    }

    /// The object that a prompt points at, in the image that the embedding was made of.
    pub fn segment(&self, embedding: &Embedding, prompt: &Prompt<'_>) -> Result<Segment, InferenceError> {
        let refused = |reason| InferenceError::Prompt { path: self.encoder.path.clone(), reason };
        if embedding.encoder != self.encoder.sha256 {
            return Err(refused("the embedding was made by another encoder".to_owned()));
        }
        let placement = &embedding.placement;
        let tokens = prompt.tokens(&self.layout, placement, self.scale()).map_err(refused)?;
        let own = self.own_inputs(embedding, &tokens, prompt.previous).map_err(refused)?;
        let embedded = embedding.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor));
        let inputs: Vec<(&str, &Tensor)> =
            embedded.chain(own.iter().map(|(name, tensor)| (name.as_str(), tensor))).collect();
        let outputs = self.decoder.run(&inputs, &[self.layout.planes(), &self.layout.scores])?;
        self.read(&outputs, &tokens, embedding).map_err(|reason| self.decoder.unusable(reason))
    }

    /// SHA-256 of the encoder's file, 64 lower-case hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.encoder.sha256
    }

    /// SHA-256 of the decoder's file.
    pub fn decoder_sha256(&self) -> &str {
        &self.decoder.sha256
    }

    /// Where the encoder was read from.
    pub fn path(&self) -> &Path {
        &self.encoder.path
    }

    /// Where the decoder was read from.
    pub fn decoder_path(&self) -> &Path {
        &self.decoder.path
    }

    /// Sizes of encoder and decoder in bytes.
    pub fn byte_counts(&self) -> (u64, u64) {
        (self.encoder.bytes, self.decoder.bytes)
    }

    /// The bytes of encoder and decoder, which are not kept: read again, and an error when they are others by now.
    pub fn read_files(&self) -> Result<(Vec<u8>, Vec<u8>), InferenceError> {
        Ok((self.encoder.read_again()?, self.decoder.read_again()?))
    }

    /// What was said about the pair when it was opened: name and provenance stand there.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// The card with everything filled in that was told from the files, so that opening the pair with it assumes nothing.
    pub fn complete_card(&self) -> Card {
        let input = InputKeys { pad: self.card.input.pad, ..self.input.to_keys() };
        let prompted = self.card.prompted.as_ref().map(|keys| PromptedKeys {
            mask_threshold: Some(self.threshold),
            coordinates: Some([self.coordinates.width, self.coordinates.height]),
            ..self.layout.to_keys(&keys.decoder)
        });
        Card { input, prompted, ..self.card.clone() }
    }

    /// The image that the encoder takes.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// What was taken for granted because neither the files nor the card say it, for a person to confirm.
    pub fn assumed(&self) -> &[String] {
        &self.assumed
    }

    /// True when the decoder takes boxes; [`Prompter::segment`] refuses them otherwise.
    pub fn knows_boxes(&self) -> bool {
        self.layout.knows_boxes
    }

    /// The engine that runs the encoder; left to choose, the decoder may have the other one.
    pub fn engine(&self) -> Engine {
        self.encoder.session.engine()
    }

    /// What the encoder is computed with.
    pub fn provider(&self) -> Provider {
        self.encoder.session.provider()
    }

    /// Why they are not computed with a provider that was asked for, a sentence each; the encoder's words.
    pub fn notes(&self) -> &[String] {
        self.encoder.session.notes()
    }

    /// Coordinates an input pixel, across and down.
    fn scale(&self) -> [f64; 2] {
        let (to, from) = (self.coordinates, self.input.size);
        [f64::from(to.width) / f64::from(from.width), f64::from(to.height) / f64::from(from.height)]
    }

    /// Asks about the middle of a grey image: shapes that a file leaves open show only now.
    fn probe(&self) -> Result<(), InferenceError> {
        let embedding = self.embed(&Rgb8::filled(self.input.size, [114; 3]))?;
        for ((name, tensor), (_, output)) in embedding.tensors.iter().zip(&self.layout.embeddings) {
            let Some(info) = self.decoder.onnx.inputs.iter().find(|info| info.name == *name) else { continue };
            if !info.may_hold(tensor) {
                let expected = format!("the encoder to give what the decoder takes, {info}");
                let source = ContractError::new(expected, format!("{output} {:?}", tensor.shape()));
                return Err(InferenceError::Contract { path: self.decoder.path.clone(), source });
            }
        }
        let middle = BBox::of_image(self.input.size).center();
        self.segment(&embedding, &Prompt { points: vec![(middle, true)], ..Prompt::default() })?;
        Ok(())
    }

    /// The decoder's inputs that come from the prompt and not from the encoder.
    fn own_inputs(
        &self,
        embedding: &Embedding,
        tokens: &Tokens,
        previous: Option<&LowRes>,
    ) -> Result<Vec<(String, Tensor)>, String> {
        let layout = &self.layout;
        let mut inputs =
            vec![(layout.points.clone(), tokens.places.clone()), (layout.labels.clone(), tokens.labels.clone())];
        if let Some(mask) = &layout.mask {
            let (height, width) = mask
                .sides
                .or_else(|| four_times(embedding))
                .ok_or_else(|| format!("{} does not say its size, and no embedding [1, C, h, w] does", mask.name))?;
            let tensor = match previous {
                None => Tensor::filled(&[1, 1, height, width], 0.0),
                Some(given) if given.tensor().shape() == [1, 1, height, width] => given.tensor().clone(),
                Some(given) => {
                    let shape = given.tensor().shape();
                    return Err(format!("the earlier mask has the shape {shape:?}, not [1, 1, {height}, {width}]"));
                }
            };
            inputs.push((mask.name.clone(), tensor));
        } else if previous.is_some() {
            return Err("the decoder takes no earlier mask".into());
        }
        if let Some((name, rank)) = &layout.has_mask {
            let flag = if previous.is_some() { 1.0 } else { 0.0 };
            inputs.push((name.clone(), Tensor::filled(&vec![1; *rank], flag)));
        }
        if let Some(name) = &layout.image_size {
            let sides = vec![self.coordinates.height as f32, self.coordinates.width as f32];
            inputs.push((name.clone(), Tensor::new([2], sides).ok_or("two numbers are not two numbers")?));
        }
        Ok(inputs)
    }

    /// The mask that answers the prompt.
    fn read(&self, outputs: &[Tensor], tokens: &Tokens, embedding: &Embedding) -> Result<Segment, String> {
        let [masks, scores] = outputs else { return Err("masks or scores are missing".into()) };
        let (layout, name) = (&self.layout, self.layout.planes());
        let planes = Planes::of(name, masks)?;
        let sides = (planes.height, planes.width);
        let asked = (self.coordinates.height as usize, self.coordinates.width as usize);
        if layout.image_size.is_some() && layout.low_res.is_none() && sides != asked {
            return Err(format!("{name} has the shape {:?}, asked for {asked:?}", masks.shape()));
        }
        if scores.data().len() != planes.count {
            let (scored, shape) = (scores.shape(), masks.shape());
            return Err(format!("{} {scored:?} does not score the masks {name} {shape:?}", layout.scores));
        }
        if let Some(score) = scores.data().iter().find(|score| !score.is_finite()) {
            return Err(format!("a score in {} is {score}", layout.scores));
        }
        let index = choose(scores.data(), tokens.count);
        let plane = planes.plane(index, name)?;
        let mask = if self.input.fit == FitName::LetterboxTopLeft {
            to_image(&enlarged(plane, sides, self.input.size), &embedding.placement, self.threshold)
        } else {
            to_image(&Plane::new(plane, sides), &embedding.placement, self.threshold)
        };
        let given_back = layout.mask.as_ref().and_then(|input| input.sides.or_else(|| four_times(embedding)));
        let low_res = if given_back == Some(sides) { LowRes::new(sides.0, sides.1, plane) } else { None };
        Ok(Segment { mask, score: scores.data()[index], low_res })
    }
}

impl Half {
    fn open(path: &Path, options: &EngineOptions) -> Result<Self, InferenceError> {
        let bytes: Arc<[u8]> = read_bytes(path)?.into();
        let onnx =
            OnnxModel::parse(&bytes).map_err(|source| InferenceError::Onnx { path: path.to_path_buf(), source })?;
        let session = open_session(&bytes, &onnx, options)
            .map_err(|source| InferenceError::Engine { path: path.to_path_buf(), source })?;
        let sha256 = sha256_hex(&bytes).into();
        Ok(Self { path: path.to_path_buf(), sha256, bytes: bytes.len() as u64, onnx, session })
    }

    fn read_again(&self) -> Result<Vec<u8>, InferenceError> {
        let bytes = read_bytes(&self.path)?;
        if sha256_hex(&bytes) == *self.sha256 {
            return Ok(bytes);
        }
        let source = std::io::Error::other("it was altered after it was opened");
        Err(InferenceError::Read { path: self.path.clone(), source })
    }

    fn run(&self, inputs: &[(&str, &Tensor)], wanted: &[&str]) -> Result<Vec<Tensor>, InferenceError> {
        let run = self.session.run(inputs, wanted);
        run.map_err(|source| InferenceError::Engine { path: self.path.clone(), source })
    }

    fn unusable(&self, reason: String) -> InferenceError {
        InferenceError::Output { path: self.path.clone(), reason }
    }
}

fn prompted(card: &Card) -> Result<&PromptedKeys, ContractError> {
    match (&card.prompted, card.family) {
        (Some(keys), None) => Ok(keys),
        (Some(_), Some(family)) => {
            let expected = "no family in the card of an encoder that has a section [prompted]";
            Err(ContractError::new(expected, format!("the family {}", family.name())))
        }
        (None, _) => Err(ContractError::new(
            "a card beside the encoder with a section [prompted] that names its decoder",
            "none",
        )),
    }
}

/// The decoder's path: a plain file name in the encoder's folder.
fn beside(encoder: &Path, decoder: &str) -> Result<PathBuf, ContractError> {
    let path = encoder.with_file_name(decoder);
    if Path::new(decoder).file_name() != Some(std::ffi::OsStr::new(decoder)) {
        return Err(ContractError::new("the name of a decoder's file in the encoder's folder", format!("{decoder:?}")));
    }
    if !path.is_file() {
        return Err(ContractError::new(format!("the decoder {decoder} beside it, as its card says"), "no such file"));
    }
    Ok(path)
}

/// Four times the sides of the coarsest embedding: what Segment Anything's decoder takes as an earlier mask.
fn four_times(embedding: &Embedding) -> Option<(usize, usize)> {
    let sides = embedding.tensors.iter().filter_map(|(_, tensor)| match *tensor.shape() {
        [_, _, height, width] => Some((height * 4, width * 4)),
        _ => None,
    });
    sides.min_by_key(|(height, width)| height * width)
}
