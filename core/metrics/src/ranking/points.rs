//! Embeddings as rows of single-precision numbers, and their distances.

use crate::error::MetricsError;

/// Numbers added side by side; their sums are put together in one order, so that no processor rounds differently.
const LANES: usize = 16;

/// Points of one dimension, row after row in one slice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Points<'a> {
    values: &'a [f32],
    dimensions: usize,
}

impl<'a> Points<'a> {
    /// Points with `dimensions` numbers each; an error when the slice does not divide into such rows or holds a number
    /// that is not finite. No values make no points.
    pub fn new(values: &'a [f32], dimensions: usize) -> Result<Self, MetricsError> {
        const TASK: &str = "read points";
        if dimensions == 0 || !values.len().is_multiple_of(dimensions) {
            let (left_name, right_name) = ("numbers", "dimensions a point");
            return Err(MetricsError::Lengths {
                task: TASK,
                left_name,
                left: values.len(),
                right_name,
                right: dimensions,
            });
        }
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            let (field, value, expected) = ("number", f64::from(values[index]), "finite");
            return Err(MetricsError::OutOfRange { task: TASK, index, field, value, expected });
        }
        Ok(Self { values, dimensions })
    }

    /// Points that are known to be finite and whole rows.
    pub(super) fn trusted(values: &'a [f32], dimensions: usize) -> Self {
        debug_assert!(values.len().is_multiple_of(dimensions), "whole rows");
        Self { values, dimensions }
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.values.len() / self.dimensions
    }

    /// True without points.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Numbers a point, at least 1.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The point at an index below [`len`](Self::len).
    pub fn row(&self, at: usize) -> &'a [f32] {
        &self.values[at * self.dimensions..(at + 1) * self.dimensions]
    }
}

/// Scales every row of `dimensions` numbers to length 1; rows of zeros stay as they are, and so does a last row that is
/// not whole.
pub fn normalise_rows(values: &mut [f32], dimensions: usize) {
    for row in values.chunks_exact_mut(dimensions.max(1)) {
        let length = libm::sqrt(row.iter().map(|&value| f64::from(value) * f64::from(value)).sum::<f64>());
        if length > 0.0 {
            for value in row {
                *value = (f64::from(*value) / length) as f32;
            }
        }
    }
}

/// Squared Euclidean distance of two rows of one length.
pub(super) fn squared_distance(a: &[f32], b: &[f32]) -> f32 {
    let (whole_a, rest_a) = a.as_chunks::<LANES>();
    let (whole_b, rest_b) = b.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (a, b) in whole_a.iter().zip(whole_b) {
        for lane in 0..LANES {
            let difference = a[lane] - b[lane];
            sums[lane] += difference * difference;
        }
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(a, b)| (a - b) * (a - b)).sum();
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0] + rest
}

/// Euclidean distance from its square.
pub(super) fn distance(squared: f32) -> f64 {
    libm::sqrt(f64::from(squared))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn points_are_whole_rows_of_finite_numbers() {
        let points = Points::new(&[1.0, 2.0, 3.0, 4.0], 2).expect("two points");
        assert_eq!((points.len(), points.dimensions(), points.row(1)), (2, 2, &[3.0, 4.0][..]));
        let torn = Points::new(&[1.0, 2.0, 3.0], 2).expect_err("a point and a half");
        assert_eq!(torn.to_string(), "cannot read points: 3 numbers for 2 dimensions a point");
        assert!(Points::new(&[1.0, f32::NAN], 2).is_err());
        assert!(Points::new(&[], 0).is_err());
        assert!(Points::new(&[], 7).expect("no points").is_empty());
    }

    #[test]
    fn rows_are_scaled_to_length_one() {
        let mut values = [3.0, 4.0, 0.0, 0.0, 7.0];
        normalise_rows(&mut values, 2);
        assert_eq!(values, [0.6, 0.8, 0.0, 0.0, 7.0]);
    }

    proptest! {
        #[test]
        fn distances_are_those_of_a_plain_loop(
            pairs in prop::collection::vec((-1.0..1.0_f32, -1.0..1.0_f32), 1..70),
        ) {
            let (a, b): (Vec<f32>, Vec<f32>) = pairs.iter().copied().unzip();
            let expected: f64 = pairs.iter().map(|&(a, b)| (f64::from(a) - f64::from(b)).powi(2)).sum();
            prop_assert!((f64::from(squared_distance(&a, &b)) - expected).abs() < 1e-4);
            prop_assert_eq!(squared_distance(&a, &a), 0.0);
        }
    }
}
