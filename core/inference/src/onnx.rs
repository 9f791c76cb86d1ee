//! Reads the few fields of an ONNX file that the contract needs, and exposes an inner tensor as one more output.
//!
//! The reader walks the protobuf in place: it never recurses, allocates only what it returns (less than the file's
//! size), and answers every malformed input with an error. Field numbers: `onnx/onnx.proto`, IR version 3 and later.

use crate::tensor::{Dimension, TensorInfo};

/// Why bytes are not a usable ONNX file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OnnxError {
    /// The file holds no bytes.
    #[error("the file is empty")]
    Empty,
    /// The bytes are something else.
    #[error("it is not an ONNX file ({0})")]
    NotOnnx(&'static str),
    /// The file starts as ONNX and breaks off or contradicts itself further on.
    #[error("it is damaged or truncated ({0})")]
    Damaged(&'static str),
    /// Weights lie in a second file, which is never followed.
    #[error("it keeps the weights of {0:?} in a separate file; export it as one file with its weights inside")]
    ExternalData(String),
}

/// What an ONNX file says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OnnxModel {
    /// Version of the file format, at least 1.
    pub ir_version: u64,
    /// The program that wrote the file; empty when it does not say.
    pub producer: String,
    /// `metadata_props` in file order.
    pub metadata: Vec<(String, String)>,
    /// Inputs that a caller must give, in graph order (weights listed as inputs are left out).
    pub inputs: Vec<TensorInfo>,
    /// Outputs in graph order.
    pub outputs: Vec<TensorInfo>,
    /// Every tensor that a node of the main graph produces, in graph order.
    pub tensors: Vec<String>,
}

impl OnnxModel {
    /// Reads the description from the bytes of a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, OnnxError> {
        if bytes.is_empty() {
            return Err(OnnxError::Empty);
        }
        let mut model = Self::default();
        let mut graph = Graph::default();
        let mut has_graph = false;
        // Without a magic number, a known IR version is the sign that this is ONNX and not some other file.
        let outcome = each_field(bytes, |field, value| {
            match (field, value) {
                (1, Value::Varint(version)) => model.ir_version = version,
                (2, value) => model.producer = value.text()?,
                (7, value) => {
                    has_graph = true;
                    graph.read(value.bytes()?)?;
                }
                (14, value) => model.metadata.push(entry(value.bytes()?)?),
                _ => {}
            }
            Ok(())
        });
        if !(1..=1000).contains(&model.ir_version) {
            return Err(OnnxError::NotOnnx("it has no ONNX format version"));
        }
        outcome?;
        if !has_graph || graph.outputs.is_empty() {
            return Err(OnnxError::Damaged("it holds no graph with an output"));
        }
        graph.weights.sort_unstable();
        graph.inputs.retain(|input| graph.weights.binary_search(&input.name).is_err());
        Ok(Self { inputs: graph.inputs, outputs: graph.outputs, tensors: graph.tensors, ..model })
    }

    /// The value of a `metadata_props` key; the last one when a key occurs twice.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// The bytes of the model with `tensor` as one more output.
///
/// Protobuf merges a message field that occurs twice by appending its repeated fields, so a second `graph` field that
/// holds one `output` entry is enough: `7: { 12: { 1: name } }`. A parser must merge for this to work; ONNX Runtime's
/// does.
pub fn with_output(bytes: &[u8], tensor: &str) -> Vec<u8> {
    let value_info = message(1, tensor.as_bytes());
    let graph = message(12, &value_info);
    let model = message(7, &graph);
    [bytes, &model].concat()
}

fn message(field: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![field << 3 | 2];
    let mut length = body.len();
    while length > 0x7f {
        bytes.push(length as u8 & 0x7f | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend_from_slice(body);
    bytes
}

#[derive(Default)]
struct Graph {
    inputs: Vec<TensorInfo>,
    outputs: Vec<TensorInfo>,
    tensors: Vec<String>,
    weights: Vec<String>,
}

impl Graph {
    fn read(&mut self, bytes: &[u8]) -> Result<(), OnnxError> {
        each_field(bytes, |field, value| {
            match field {
                1 => self.read_node(value.bytes()?)?,
                5 => self.weights.push(weight_name(value.bytes()?)?),
                11 => self.inputs.push(tensor_info(value.bytes()?)?),
                12 => self.outputs.push(tensor_info(value.bytes()?)?),
                _ => {}
            }
            Ok(())
        })
    }

    fn read_node(&mut self, bytes: &[u8]) -> Result<(), OnnxError> {
        each_field(bytes, |field, value| {
            if field == 2 {
                let name = value.text()?;
                if !name.is_empty() {
                    self.tensors.push(name);
                }
            }
            Ok(())
        })
    }
}

/// The name of a `TensorProto`; an error when its data lies in another file.
fn weight_name(bytes: &[u8]) -> Result<String, OnnxError> {
    let (mut name, mut external) = (String::new(), false);
    each_field(bytes, |field, value| {
        match (field, value) {
            (8, value) => name = value.text()?,
            (14, Value::Varint(location)) => external = location == 1,
            _ => {}
        }
        Ok(())
    })?;
    if external { Err(OnnxError::ExternalData(name)) } else { Ok(name) }
}

/// A `StringStringEntryProto`.
fn entry(bytes: &[u8]) -> Result<(String, String), OnnxError> {
    let (mut key, mut text) = (String::new(), String::new());
    each_field(bytes, |field, value| {
        match field {
            1 => key = value.text()?,
            2 => text = value.text()?,
            _ => {}
        }
        Ok(())
    })?;
    Ok((key, text))
}

/// A `ValueInfoProto` of a tensor type; other types come out as `unknown` without a shape.
fn tensor_info(bytes: &[u8]) -> Result<TensorInfo, OnnxError> {
    let mut info = TensorInfo { name: String::new(), element: "unknown".into(), shape: None };
    each_field(bytes, |field, value| {
        match field {
            1 => info.name = value.text()?,
            2 => each_field(value.bytes()?, |field, value| {
                if field == 1 {
                    read_tensor_type(value.bytes()?, &mut info)?;
                }
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(info)
}

fn read_tensor_type(bytes: &[u8], info: &mut TensorInfo) -> Result<(), OnnxError> {
    each_field(bytes, |field, value| {
        match (field, value) {
            (1, Value::Varint(code)) => element_name(code).clone_into(&mut info.element),
            (2, value) => {
                let mut shape = Vec::new();
                each_field(value.bytes()?, |field, value| {
                    if field == 1 {
                        shape.push(dimension(value.bytes()?)?);
                    }
                    Ok(())
                })?;
                info.shape = Some(shape);
            }
            _ => {}
        }
        Ok(())
    })
}

fn dimension(bytes: &[u8]) -> Result<Dimension, OnnxError> {
    let mut dimension = Dimension::Dynamic(String::new());
    each_field(bytes, |field, value| {
        match (field, value) {
            // Exporters write -1 (a huge varint) for "unknown".
            (1, Value::Varint(length)) => {
                dimension = match u32::try_from(length) {
                    Ok(length) => Dimension::Fixed(length as usize),
                    Err(_) => Dimension::Dynamic(String::new()),
                };
            }
            (2, value) => dimension = Dimension::Dynamic(value.text()?),
            _ => {}
        }
        Ok(())
    })?;
    Ok(dimension)
}

/// `TensorProto.DataType`.
fn element_name(code: u64) -> &'static str {
    match code {
        1 => "float32",
        2 => "uint8",
        3 => "int8",
        4 => "uint16",
        5 => "int16",
        6 => "int32",
        7 => "int64",
        8 => "string",
        9 => "bool",
        10 => "float16",
        11 => "float64",
        12 => "uint32",
        13 => "uint64",
        16 => "bfloat16",
        _ => "unknown",
    }
}

#[derive(Clone, Copy)]
enum Value<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    Fixed,
}

impl<'a> Value<'a> {
    fn bytes(self) -> Result<&'a [u8], OnnxError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Varint(_) | Self::Fixed => Err(OnnxError::Damaged("a field has the wrong type")),
        }
    }

    fn text(self) -> Result<String, OnnxError> {
        let text = std::str::from_utf8(self.bytes()?).map_err(|_| OnnxError::Damaged("a text is not UTF-8"))?;
        Ok(text.to_owned())
    }
}

/// Calls `visit` with each field of a protobuf message.
fn each_field<'a>(
    mut bytes: &'a [u8],
    mut visit: impl FnMut(u64, Value<'a>) -> Result<(), OnnxError>,
) -> Result<(), OnnxError> {
    while !bytes.is_empty() {
        let key = varint(&mut bytes)?;
        let value = match key & 7 {
            0 => Value::Varint(varint(&mut bytes)?),
            1 => take(&mut bytes, 8).map(|_| Value::Fixed)?,
            2 => {
                let length = varint(&mut bytes)?;
                Value::Bytes(take(&mut bytes, length)?)
            }
            5 => take(&mut bytes, 4).map(|_| Value::Fixed)?,
            _ => return Err(OnnxError::Damaged("a field has an unknown wire type")),
        };
        visit(key >> 3, value)?;
    }
    Ok(())
}

fn take<'a>(bytes: &mut &'a [u8], length: u64) -> Result<&'a [u8], OnnxError> {
    let (head, rest) = usize::try_from(length)
        .ok()
        .and_then(|length| bytes.split_at_checked(length))
        .ok_or(OnnxError::Damaged("a field is longer than the file"))?;
    *bytes = rest;
    Ok(head)
}

fn varint(bytes: &mut &[u8]) -> Result<u64, OnnxError> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(OnnxError::Damaged("it ends inside a field"))?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(OnnxError::Damaged("a number is longer than 64 bits"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DETECTOR: &[u8] = include_bytes!("../tests/data/detector.onnx");

    #[test]
    fn a_detector_is_described_as_the_onnx_package_wrote_it() {
        let model = OnnxModel::parse(DETECTOR).expect("a model written by onnx 1.23");
        let shown: Vec<String> = model.inputs.iter().chain(&model.outputs).map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "images (float32 [batch, 3, 32, 48])",
                "detections (float32 [batch, 6, 24])",
                "features (float32 [batch, 5, 4, 6])"
            ]
        );
        assert_eq!((model.ir_version, model.producer.as_str()), (8, "make_models"));
        assert_eq!(model.metadata("stride"), Some("8"));
        assert_eq!(model.metadata("names"), Some("{0: 'bolt', 1: \"nut's\"}"));
        assert_eq!(model.metadata("absent"), None);
        assert!(model.tensors.iter().any(|name| name == "gate"));
    }

    #[test]
    fn an_exposed_tensor_is_one_more_output() {
        // The name "gate" adds 4 bytes to three headers of 2 bytes each.
        let exposed = with_output(DETECTOR, "gate");
        assert_eq!(exposed.len(), DETECTOR.len() + 10);
        let model = OnnxModel::parse(&exposed).expect("still a model");
        assert_eq!(model.outputs.last().map(|output| output.name.as_str()), Some("gate"));
        let long = "n".repeat(300);
        let model = OnnxModel::parse(&with_output(DETECTOR, &long)).expect("still a model");
        assert_eq!(model.outputs.last().map(|output| output.name.as_str()), Some(long.as_str()));
    }

    #[test]
    fn other_files_are_told_apart_from_damaged_ones() {
        assert_eq!(OnnxModel::parse(b""), Err(OnnxError::Empty));
        assert!(matches!(OnnxModel::parse(b"\x89PNG\r\n\x1a\n0000"), Err(OnnxError::NotOnnx(_))));
        assert!(matches!(OnnxModel::parse(b"name: bolt\n"), Err(OnnxError::NotOnnx(_))));
        assert!(matches!(OnnxModel::parse(&DETECTOR[..DETECTOR.len() / 2]), Err(OnnxError::Damaged(_))));
        assert!(matches!(OnnxModel::parse(&[8, 8]), Err(OnnxError::Damaged(_))));
    }

    #[test]
    fn weights_in_a_second_file_are_refused() {
        let tensor = [message(8, b"w").as_slice(), &[14 << 3, 1]].concat();
        let graph = [message(5, &tensor), message(12, &message(1, b"y"))].concat();
        let bytes = [&[8, 8][..], &message(7, &graph)].concat();
        assert_eq!(OnnxModel::parse(&bytes), Err(OnnxError::ExternalData("w".into())));
    }

    #[test]
    fn every_truncation_is_an_error_or_a_shorter_model() {
        for end in 0..DETECTOR.len() {
            if let Ok(model) = OnnxModel::parse(&DETECTOR[..end]) {
                assert!(model.metadata.len() < 4, "only whole trailing fields may be missing");
            }
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = OnnxModel::parse(&bytes);
        }

        #[test]
        fn no_flipped_byte_makes_the_reader_panic(at in 0..DETECTOR.len(), byte in any::<u8>()) {
            let mut bytes = DETECTOR.to_vec();
            bytes[at] = byte;
            let _ = OnnxModel::parse(&bytes);
        }
    }
}
