//! Tensors as plain values: what goes into an engine, what comes out, and how a model describes both.

use std::fmt;

/// A dense tensor of 32-bit floats in row-major order; a scalar has an empty shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    data: Vec<f32>,
}

impl Tensor {
    /// A tensor from its shape and elements; `None` when their number does not fit the shape (or overflows).
    pub fn new(shape: impl Into<Vec<usize>>, data: Vec<f32>) -> Option<Self> {
        let shape = shape.into();
        let elements = shape.iter().try_fold(1_usize, |product, side| product.checked_mul(*side))?;
        (elements == data.len()).then_some(Self { shape, data })
    }

    /// A tensor of one value.
    ///
    /// # Panics
    /// When the number of elements overflows.
    pub fn filled(shape: &[usize], value: f32) -> Self {
        Self { shape: shape.to_vec(), data: vec![value; shape.iter().product()] }
    }

    /// The length of each side, outermost first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The elements, the last side running fastest.
    pub fn data(&self) -> &[f32] {
        &self.data
    }
}

/// One side of a declared shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dimension {
    /// The side has this length.
    Fixed(usize),
    /// The length is decided when the model runs; the name is empty when the file gives none.
    Dynamic(String),
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(length) => write!(f, "{length}"),
            Self::Dynamic(name) if name.is_empty() => f.write_str("?"),
            Self::Dynamic(name) => f.write_str(name),
        }
    }
}

/// A named input or output as the model declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorInfo {
    /// The tensor's name in the graph.
    pub name: String,
    /// Element type as people write it (`float32`, `int64` …); `unknown` when none is declared.
    pub element: String,
    /// Declared sides, outermost first; `None` when the model declares no shape.
    pub shape: Option<Vec<Dimension>>,
}

impl TensorInfo {
    /// True when the elements are 32-bit floats.
    pub fn is_f32(&self) -> bool {
        self.element == "float32"
    }

    /// True when a tensor of that shape can stand there: equal where a side is fixed, or nothing is declared.
    pub fn may_hold(&self, tensor: &Tensor) -> bool {
        let Some(sides) = &self.shape else { return true };
        let fits = |(side, length): (&Dimension, &usize)| match side {
            Dimension::Fixed(fixed) => fixed == length,
            Dimension::Dynamic(_) => true,
        };
        sides.len() == tensor.shape().len() && sides.iter().zip(tensor.shape()).all(fits)
    }
}

impl fmt::Display for TensorInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} ", self.name, self.element)?;
        match &self.shape {
            None => f.write_str("of unknown shape)"),
            Some(shape) => {
                let sides: Vec<String> = shape.iter().map(ToString::to_string).collect();
                write!(f, "[{}])", sides.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tensor_holds_exactly_what_its_shape_says() {
        assert!(Tensor::new([2, 3], vec![0.0; 6]).is_some());
        assert!(Tensor::new([2, 3], vec![0.0; 5]).is_none());
        assert!(Tensor::new([usize::MAX, 2], vec![]).is_none());
        assert!(Tensor::new([], vec![1.0]).is_some());
    }

    #[test]
    fn a_declared_tensor_reads_as_people_write_it() {
        let info = TensorInfo {
            name: "images".into(),
            element: "float32".into(),
            shape: Some(vec![
                Dimension::Dynamic("batch".into()),
                Dimension::Fixed(3),
                Dimension::Dynamic(String::new()),
            ]),
        };
        assert_eq!(info.to_string(), "images (float32 [batch, 3, ?])");
    }
}
