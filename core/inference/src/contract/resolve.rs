//! From a file, its `model.toml` and one run of it to the contract.

use concord_geometry::Size;

use super::card::{Card, InputKeys};
use super::input::{Colour, Element, Input, Layout};
use super::{Contract, ContractError, Family, Gradient, build, guess};
use crate::names::parse_names;
use crate::onnx::OnnxModel;
use crate::tensor::{Dimension, Tensor, TensorInfo};

/// Longest side of an input, in pixels; a larger one would be a damaged file or a way to exhaust memory.
const MAX_SIDE: usize = 4096;

/// What the file and the card say; [`Draft::finish`] adds what a run shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The image the model takes.
    pub input: Input,
    /// The outputs to run it for: all of the graph that hold numbers.
    pub outputs: Vec<String>,
    card: Card,
    names: Option<Vec<String>>,
    task: Option<String>,
    /// True for files whose metadata shows Ultralytics' export, which has fixed habits.
    is_ultralytics: bool,
    saliency_tensor: Option<String>,
    assumed: Vec<String>,
}

impl Draft {
    /// Checks the input, the metadata and the card of a parsed file.
    ///
    /// Metadata keys, all optional, as Ultralytics writes them: `names`, `task`, `stride`, and `imgsz`
    /// (`[height, width]`), which is needed when the input's sides are dynamic; and our own `saliency_tensor`,
    /// `gradcam_activations` and `gradcam_gradients`.
    pub fn new(model: &OnnxModel, card: &Card) -> Result<Self, ContractError> {
        let names = match &card.classes.names {
            Some(names) => Some(names.clone()),
            None => model.metadata("names").map(parse_names).transpose().map_err(|reason| {
                ContractError::new(
                    "the metadata key `names` to list the classes, as {0: 'bolt', 1: 'nut'}",
                    format!("that it {reason}"),
                )
            })?,
        };
        let mut card = card.clone();
        let from_metadata =
            |key: &mut Option<String>, name| *key = key.take().or_else(|| model.metadata(name).map(str::to_owned));
        from_metadata(&mut card.saliency.activations, "gradcam_activations");
        from_metadata(&mut card.saliency.gradients, "gradcam_gradients");
        let input = input(model, &card.input)?;
        check_stride(model, input.size)?;
        let saliency_tensor = saliency_tensor(model, &card)?;
        let is_number = |output: &&TensorInfo| output.element != "string";
        let outputs = model.outputs.iter().filter(is_number).map(|output| output.name.clone()).collect();
        let task = model.metadata("task").map(str::to_owned);
        let is_ultralytics = task.is_some() && model.metadata("stride").is_some();
        Ok(Self { input, outputs, card, names, task, is_ultralytics, saliency_tensor, assumed: Vec::new() })
    }

    /// Completes the contract with what the model gave for one image: one tensor for each of [`Draft::outputs`].
    pub fn finish(mut self, tensors: &[Tensor]) -> Result<Contract, ContractError> {
        if let Some(prompted) = &self.card.prompted {
            return Err(ContractError::new(
                "a model that says something about an image by itself",
                format!("an encoder whose results the decoder {} reads, together with prompts", prompted.decoder),
            ));
        }
        let outputs: Vec<(&str, &[usize])> =
            self.outputs.iter().map(String::as_str).zip(tensors.iter().map(Tensor::shape)).collect();
        let outputs = guess::Outputs { all: outputs };
        let free = self.free(&outputs);
        let family = if let Some(family) = self.card.family {
            family
        } else {
            let classes = self.names.as_ref().map(Vec::len);
            let guess = guess::family(&free, classes, self.task.as_deref(), self.input.size)?;
            self.assumed.push(format!("family {} ({})", guess.name(), outputs.listed()));
            guess
        };
        let silent = self.input.treat(&self.card.input, family)?;
        if !self.is_ultralytics {
            self.assumed.extend(silent);
        }
        family.check_keys(&self.card.output)?;
        let context = build::Context {
            outputs: &outputs,
            free: &free,
            keys: &self.card.output,
            classes: self.names.as_ref().map(Vec::len),
            input: self.input.size,
        };
        let built = build::head(family, &context)?;
        self.assumed.extend(built.assumed);
        let embedding = self.card.output.embedding.clone().or(built.embedding);
        if let Some(name) = &embedding {
            outputs.shape_of(name)?;
        }
        let names_declared = self.names.is_some();
        let class_names =
            self.names.take().unwrap_or_else(|| (0..built.classes).map(|class| format!("class {class}")).collect());
        if !names_declared && built.classes > 0 {
            self.assumed.push(format!("class names (class 0 to class {})", built.classes - 1));
        }
        let gradient = match (&self.card.saliency.activations, &self.card.saliency.gradients) {
            (Some(activations), Some(gradients)) => {
                outputs.shape_of(activations)?;
                outputs.shape_of(gradients)?;
                Some(Gradient { activations: activations.clone(), gradients: gradients.clone() })
            }
            (None, None) => None,
            _ => return Err(ContractError::new("activations and gradients together", "one of them")),
        };
        Ok(Contract {
            input: self.input,
            head: built.head,
            class_names: if family == Family::Embedding { Vec::new() } else { class_names },
            names_declared,
            embedding,
            saliency_tensor: self.saliency_tensor.or(built.features),
            gradient,
            assumed: self.assumed,
        })
    }

    /// The outputs that are not spoken for by the embedding or the saliency tensors.
    fn free<'a>(&self, outputs: &guess::Outputs<'a>) -> guess::Outputs<'a> {
        let saliency = &self.card.saliency;
        let taken = [&self.card.output.embedding, &saliency.tensor, &saliency.activations, &saliency.gradients];
        let is_free = |name: &str| !taken.iter().any(|t| t.as_deref() == Some(name));
        guess::Outputs { all: outputs.all.iter().filter(|(name, _)| is_free(name)).copied().collect() }
    }
}

fn saliency_tensor(model: &OnnxModel, card: &Card) -> Result<Option<String>, ContractError> {
    let (name, place) = match &card.saliency.tensor {
        Some(name) => (Some(name.clone()), "model.toml's saliency tensor"),
        None => (model.metadata("saliency_tensor").map(str::to_owned), "the metadata key `saliency_tensor`"),
    };
    if let Some(name) = name.as_ref().filter(|name| !model.tensors.contains(name)) {
        return Err(ContractError::new(
            format!("{place} to name a tensor of the graph"),
            format!("{name:?}, which no node produces"),
        ));
    }
    Ok(name)
}

/// The one input, or the one that the card names.
fn input_tensor<'a>(model: &'a OnnxModel, keys: &InputKeys) -> Result<&'a TensorInfo, ContractError> {
    let all = || model.inputs.iter().map(TensorInfo::to_string).collect::<Vec<_>>().join(", ");
    match (&keys.tensor, model.inputs.as_slice()) {
        (None, [one]) => Ok(one),
        (None, inputs) => Err(ContractError::new(
            "one input [batch, 3, height, width] or [batch, height, width, 3]",
            format!("{} inputs: {}", inputs.len(), all()),
        )),
        (Some(name), inputs) => match inputs {
            [one] if one.name == *name => Ok(one),
            _ if inputs.iter().any(|input| input.name == *name) => Err(ContractError::new(
                "a model of one input; others must have their values built in",
                format!("{} inputs: {}", inputs.len(), all()),
            )),
            _ => Err(ContractError::new(format!("an input named {name:?}"), all())),
        },
    }
}

fn input(model: &OnnxModel, keys: &InputKeys) -> Result<Input, ContractError> {
    let info = input_tensor(model, keys)?;
    let mismatch = || {
        ContractError::new(
            "an input [batch, 3, height, width] or [batch, height, width, 3] of float32, float16, float64 or uint8",
            info.to_string(),
        )
    };
    let Some(sides @ [batch, ..]) = info.shape.as_deref().filter(|sides| sides.len() == 4) else {
        return Err(mismatch());
    };
    let element = Element::named(&info.element).ok_or_else(mismatch)?;
    let (layout, channels) = layout(sides, keys).ok_or_else(mismatch)?;
    let any_batch = match batch {
        Dimension::Dynamic(_) => true,
        Dimension::Fixed(1) => false,
        Dimension::Fixed(_) => return Err(ContractError::new("a batch of 1, or of any size", info.to_string())),
    };
    let (height, width) = match layout {
        Layout::Nchw => (&sides[2], &sides[3]),
        Layout::Nhwc => (&sides[1], &sides[2]),
    };
    let size = size(model, keys, height, width, info)?;
    Ok(Input::plain(&info.name, element, layout, channels, size, any_batch))
}

/// Which side holds the channels, and how many there are.
fn layout(sides: &[Dimension], keys: &InputKeys) -> Option<(Layout, usize)> {
    let channels = |side: &Dimension| match side {
        Dimension::Fixed(count @ (1 | 3)) => Some(*count),
        Dimension::Fixed(_) => None,
        Dimension::Dynamic(_) => keys.colour.map(Colour::channels).or(Some(3)),
    };
    let fixed = |side: &Dimension| matches!(side, Dimension::Fixed(_));
    match keys.layout {
        Some(Layout::Nchw) => channels(&sides[1]).map(|count| (Layout::Nchw, count)),
        Some(Layout::Nhwc) => channels(&sides[3]).map(|count| (Layout::Nhwc, count)),
        None if fixed(&sides[1]) && channels(&sides[1]).is_some() => channels(&sides[1]).map(|c| (Layout::Nchw, c)),
        None if fixed(&sides[3]) && channels(&sides[3]).is_some() => channels(&sides[3]).map(|c| (Layout::Nhwc, c)),
        None => channels(&sides[1]).map(|count| (Layout::Nchw, count)),
    }
}

fn size(
    model: &OnnxModel,
    keys: &InputKeys,
    height: &Dimension,
    width: &Dimension,
    info: &TensorInfo,
) -> Result<Size, ContractError> {
    let declared = keys.size.map(|[width, height]| Size::new(width, height)).or_else(|| image_size(model));
    let side = |side: &Dimension, from_declared: fn(Size) -> u32| match side {
        Dimension::Fixed(length) => Some(*length),
        Dimension::Dynamic(_) => declared.map(|size| from_declared(size) as usize),
    };
    let (Some(height), Some(width)) = (side(height, |size| size.height), side(width, |size| size.width)) else {
        return Err(ContractError::new(
            "a fixed height and width, the metadata key `imgsz` as [height, width], or `size` in model.toml",
            info.to_string(),
        ));
    };
    if keys.size.is_some_and(|[w, h]| (w as usize, h as usize) != (width, height)) {
        return Err(ContractError::new(format!("an input of {:?} as model.toml says", keys.size), info.to_string()));
    }
    if !(1..=MAX_SIDE).contains(&height) || !(1..=MAX_SIDE).contains(&width) {
        return Err(ContractError::new(
            format!("a height and width of 1 to {MAX_SIDE} pixels"),
            format!("{height} × {width} (height × width)"),
        ));
    }
    Ok(Size::new(width as u32, height as u32))
}

/// `imgsz` as Ultralytics writes it: `[480, 640]` (height, width), or one number for both.
fn image_size(model: &OnnxModel) -> Option<Size> {
    let text = model.metadata("imgsz")?.trim().trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
    let sides = text.split(',').map(|side| side.trim().parse().ok()).collect::<Option<Vec<u32>>>()?;
    match sides.as_slice() {
        [side] => Some(Size::new(*side, *side)),
        [height, width] => Some(Size::new(*width, *height)),
        _ => None,
    }
}

fn check_stride(model: &OnnxModel, size: Size) -> Result<(), ContractError> {
    let Some(text) = model.metadata("stride") else { return Ok(()) };
    let stride = text.trim().parse().ok().filter(|stride: &u32| *stride > 0).ok_or_else(|| {
        ContractError::new("the metadata key `stride` to be a whole number of pixels", format!("{text:?}"))
    })?;
    if !size.width.is_multiple_of(stride) || !size.height.is_multiple_of(stride) {
        return Err(ContractError::new(
            format!("an input of whole multiples of the stride {stride}"),
            format!("{} × {} pixels (width × height)", size.width, size.height),
        ));
    }
    Ok(())
}
