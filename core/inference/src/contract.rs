//! What a detector must look like to be used here, read from the file's metadata and one run of the model.

use concord_geometry::Size;
use serde::Serialize;

use crate::names::parse_names;
use crate::onnx::OnnxModel;
use crate::tensor::{Dimension, Tensor, TensorInfo};

/// Longest side of an input, in pixels; a larger one would be a damaged file or a way to exhaust memory.
const MAX_SIDE: usize = 4096;

/// A difference between a model and what Concord can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct ContractError {
    /// What a fitting model has there.
    pub expected: String,
    /// What this one has.
    pub found: String,
}

impl ContractError {
    fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: found.into() }
    }
}

/// The image a model takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputContract {
    /// Name of the input tensor.
    pub name: String,
    /// Width and height in pixels that an image is letterboxed into.
    pub size: Size,
    /// True when the model takes any number of images at once, false when exactly one.
    pub any_batch: bool,
}

impl InputContract {
    /// How pixels are laid out, for people; the same for every model.
    pub const LAYOUT: &'static str = "[batch, 3, height, width] float32, RGB 0–1, letterbox with grey 114/255";
}

/// Boxes and class scores, `[batch, 4 + classes, anchors]`: centre x, centre y, width, height in input pixels, then one
/// probability a class. This is how Ultralytics exports YOLOv8 and later detectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DetectionOutput {
    /// Name of the tensor.
    pub name: String,
    /// Number of boxes before suppression.
    pub anchors: usize,
}

/// A feature map `[batch, channels, height, width]` that explains where the model looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeatureOutput {
    /// Name of the tensor.
    pub name: String,
    /// Channels.
    pub channels: usize,
    /// Rows; the map covers the whole input, padding included.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

/// Everything the rest of Concord needs to know about a detector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contract {
    /// The image it takes.
    pub input: InputContract,
    /// Largest step between anchors in input pixels, when the metadata names it.
    pub stride: Option<u32>,
    /// One name a class, in the order of the scores; never empty.
    pub class_names: Vec<String>,
    /// False when the file names no classes and `class 0`, `class 1` … stand in.
    pub names_declared: bool,
    /// Where the boxes come out.
    pub detections: DetectionOutput,
    /// A second output with a feature map, when there is one.
    pub features: Option<FeatureOutput>,
    /// A tensor inside the graph that the metadata key `saliency_tensor` names for saliency maps.
    pub saliency_tensor: Option<String>,
}

/// What the file alone says; [`Draft::finish`] adds what a run shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The image the model takes.
    pub input: InputContract,
    /// All outputs, in graph order.
    pub outputs: Vec<String>,
    stride: Option<u32>,
    names: Option<Vec<String>>,
    saliency_tensor: Option<String>,
}

impl Contract {
    /// Checks the input, the metadata and the element types of a parsed file.
    ///
    /// Metadata keys, all optional, as Ultralytics writes them: `names`, `stride`, and `imgsz` (`[height, width]`), which
    /// is needed when the input's sides are dynamic; and our own `saliency_tensor`.
    pub fn draft(model: &OnnxModel) -> Result<Draft, ContractError> {
        let names = model.metadata("names").map(parse_names).transpose().map_err(|reason| {
            ContractError::new(
                "the metadata key `names` to list the classes, as {0: 'bolt', 1: 'nut'}",
                format!("that it {reason}"),
            )
        })?;
        let input = input(model)?;
        let stride = stride(model, input.size)?;
        if let Some(odd) = model.outputs.iter().find(|output| !output.is_f32()) {
            return Err(ContractError::new("outputs of float32", odd.to_string()));
        }
        let saliency_tensor = model.metadata("saliency_tensor").map(str::to_owned);
        if let Some(name) = saliency_tensor.as_ref().filter(|name| !model.tensors.contains(name)) {
            return Err(ContractError::new(
                "the metadata key `saliency_tensor` to name a tensor of the graph",
                format!("{name:?}, which no node produces"),
            ));
        }
        let outputs = model.outputs.iter().map(|output| output.name.clone()).collect();
        Ok(Draft { input, outputs, stride, names, saliency_tensor })
    }
}

impl Draft {
    /// Completes the contract with what the model gave for one image: one tensor for each of [`Draft::outputs`].
    pub fn finish(self, tensors: &[Tensor]) -> Result<Contract, ContractError> {
        let outputs: Vec<(&str, &[usize])> =
            self.outputs.iter().map(String::as_str).zip(tensors.iter().map(Tensor::shape)).collect();
        let all = || outputs.iter().map(|(name, shape)| format!("{name} {shape:?}")).collect::<Vec<_>>().join(", ");
        let of_rank = |rank: usize| outputs.iter().filter(move |(_, shape)| shape.len() == rank).collect::<Vec<_>>();
        let (boxes, maps) = (of_rank(3), of_rank(4));
        if boxes.len() != 1 || maps.len() > 1 || boxes.len() + maps.len() != outputs.len() {
            return Err(ContractError::new(
                "one output [batch, 4 + classes, anchors] and at most one feature map [batch, channels, h, w]",
                all(),
            ));
        }
        let (name, shape) = boxes[0];
        let (rows, anchors) = (shape[1], shape[2]);
        if shape[0] != 1 || rows < 5 {
            return Err(ContractError::new("one image's boxes as [1, 4 + classes, anchors]", all()));
        }
        let classes = rows - 4;
        if let Some(names) = self.names.as_ref().filter(|names| names.len() != classes) {
            return Err(ContractError::new(
                format!("{} rows in {name} (4 and one for each of the {} names)", names.len() + 4, names.len()),
                format!("{rows} rows ({name} {shape:?})"),
            ));
        }
        let features = maps.first().map(|(name, shape)| FeatureOutput {
            name: (*name).to_owned(),
            channels: shape[1],
            height: shape[2],
            width: shape[3],
        });
        Ok(Contract {
            detections: DetectionOutput { name: (*name).to_owned(), anchors },
            features,
            names_declared: self.names.is_some(),
            class_names: self.names.unwrap_or_else(|| (0..classes).map(|class| format!("class {class}")).collect()),
            input: self.input,
            stride: self.stride,
            saliency_tensor: self.saliency_tensor,
        })
    }
}

fn input(model: &OnnxModel) -> Result<InputContract, ContractError> {
    const EXPECTED: &str = "one input [batch, 3, height, width] of float32";
    let mismatch = |found: String| ContractError::new(EXPECTED, found);
    let [info] = model.inputs.as_slice() else {
        let all: Vec<String> = model.inputs.iter().map(TensorInfo::to_string).collect();
        return Err(mismatch(format!("{} inputs: {}", all.len(), all.join(", "))));
    };
    let Some([batch, channels, height, width]) = info.shape.as_deref() else {
        return Err(mismatch(info.to_string()));
    };
    let fixed_to = |side: &Dimension, wanted: usize| match side {
        Dimension::Fixed(length) => *length == wanted,
        Dimension::Dynamic(_) => true,
    };
    if !info.is_f32() || !fixed_to(channels, 3) {
        return Err(mismatch(info.to_string()));
    }
    if !fixed_to(batch, 1) {
        return Err(ContractError::new("a batch of 1, or of any size", info.to_string()));
    }
    let declared = image_size(model);
    let side = |side: &Dimension, from_metadata: fn(Size) -> u32| match side {
        Dimension::Fixed(length) => Some(*length),
        Dimension::Dynamic(_) => declared.map(|size| from_metadata(size) as usize),
    };
    let (Some(height), Some(width)) = (side(height, |size| size.height), side(width, |size| size.width)) else {
        return Err(ContractError::new(
            "a fixed height and width, or the metadata key `imgsz` as [height, width]",
            info.to_string(),
        ));
    };
    if !(1..=MAX_SIDE).contains(&height) || !(1..=MAX_SIDE).contains(&width) {
        return Err(ContractError::new(
            format!("a height and width of 1 to {MAX_SIDE} pixels"),
            format!("{height} × {width} (height × width)"),
        ));
    }
    Ok(InputContract {
        name: info.name.clone(),
        size: Size::new(width as u32, height as u32),
        any_batch: matches!(batch, Dimension::Dynamic(_)),
    })
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

fn stride(model: &OnnxModel, size: Size) -> Result<Option<u32>, ContractError> {
    let Some(text) = model.metadata("stride") else { return Ok(None) };
    let stride = text.trim().parse().ok().filter(|stride| *stride > 0).ok_or_else(|| {
        ContractError::new("the metadata key `stride` to be a whole number of pixels", format!("{text:?}"))
    })?;
    if !size.width.is_multiple_of(stride) || !size.height.is_multiple_of(stride) {
        return Err(ContractError::new(
            format!("an input of whole multiples of the stride {stride}"),
            format!("{} × {} pixels (width × height)", size.width, size.height),
        ));
    }
    Ok(Some(stride))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(metadata: &[(&str, &str)]) -> OnnxModel {
        let mut model = OnnxModel::parse(include_bytes!("../tests/data/dynamic_no_size.onnx")).expect("a model");
        model.metadata = metadata.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        model
    }

    fn tensor(shape: &[usize]) -> Tensor {
        Tensor::new(shape, vec![0.0; shape.iter().product()]).expect("as many zeros as the shape asks for")
    }

    #[test]
    fn the_size_of_a_dynamic_input_comes_from_the_metadata() {
        for (text, size) in
            [("[480, 640]", Size::new(640, 480)), ("320", Size::new(320, 320)), ("(8,4)", Size::new(4, 8))]
        {
            assert_eq!(Contract::draft(&model(&[("imgsz", text)])).expect(text).input.size, size);
        }
        for text in ["", "[640, 640, 3]", "[640, x]", "[0, 640]", "[100000, 640]", "[-1, 640]"] {
            assert!(Contract::draft(&model(&[("imgsz", text)])).is_err(), "{text}");
        }
    }

    #[test]
    fn the_stride_must_divide_the_input() {
        let error =
            Contract::draft(&model(&[("imgsz", "[480, 600]"), ("stride", "32")])).expect_err("600 is no multiple");
        assert_eq!(
            error.to_string(),
            "expected an input of whole multiples of the stride 32, found 600 × 480 pixels (width × height)"
        );
        for text in ["0", "-32", "wide"] {
            assert!(Contract::draft(&model(&[("imgsz", "64"), ("stride", text)])).is_err(), "{text}");
        }
    }

    #[test]
    fn outputs_are_recognised_by_their_shape() {
        let draft = |outputs: &[&str]| {
            let mut draft = Contract::draft(&model(&[("imgsz", "64")])).expect("a fitting input");
            draft.outputs = outputs.iter().map(ToString::to_string).collect();
            draft
        };
        let contract =
            draft(&["map", "boxes"]).finish(&[tensor(&[1, 7, 2, 3]), tensor(&[1, 6, 9])]).expect("a detector");
        assert_eq!(contract.detections, DetectionOutput { name: "boxes".into(), anchors: 9 });
        assert_eq!(contract.features.map(|f| (f.channels, f.height, f.width)), Some((7, 2, 3)));
        assert_eq!((contract.class_names, contract.names_declared), (vec!["class 0".into(), "class 1".into()], false));
        for shapes in [&[&[1_usize, 4, 9][..]][..], &[&[2, 6, 9]], &[&[1, 6]], &[&[1, 6, 9], &[1, 6, 9]]] {
            let tensors: Vec<Tensor> = shapes.iter().map(|shape| tensor(shape)).collect();
            assert!(draft(&["a", "b"][..tensors.len()]).finish(&tensors).is_err(), "{shapes:?}");
        }
    }

    #[test]
    fn a_named_saliency_tensor_must_exist() {
        let error = Contract::draft(&model(&[("imgsz", "64"), ("saliency_tensor", "neckk")])).expect_err("misspelt");
        assert!(error.found.contains("neckk"));
    }
}
