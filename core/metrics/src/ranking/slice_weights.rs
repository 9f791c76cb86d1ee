//! Slice weights of many samples, raised to a power quickly because few of them differ.

/// With more different weights than this, every sample's is raised by itself.
const MAX_DISTINCT: usize = 256;

/// The slice weight of every sample.
#[derive(Debug)]
pub(super) struct SliceWeights {
    values: Vec<f64>,
    /// The different weights in the order of their first sample; empty when there are too many.
    distinct: Vec<f64>,
    /// The place of every sample's weight among them.
    place: Vec<u8>,
}

impl SliceWeights {
    pub(super) fn new(values: Vec<f64>) -> Self {
        let (distinct, place) = distinct(&values).unwrap_or_default();
        Self { values, distinct, place }
    }

    /// The weights raised to a power.
    pub(super) fn raised(&self, exponent: f64) -> Raised<'_> {
        Raised { weights: self, exponent, powers: self.distinct.iter().map(|&value| power(value, exponent)).collect() }
    }
}

/// Weights raised to a power.
pub(super) struct Raised<'a> {
    weights: &'a SliceWeights,
    exponent: f64,
    powers: Vec<f64>,
}

impl Raised<'_> {
    /// The power of the weight of the sample at this place.
    pub(super) fn of(&self, at: usize) -> f64 {
        match self.weights.place.get(at) {
            Some(&place) => self.powers[usize::from(place)],
            None => power(self.weights.values[at], self.exponent),
        }
    }
}

/// The different values (by their bits), and which of them each one is; none when there are too many.
fn distinct(values: &[f64]) -> Option<(Vec<f64>, Vec<u8>)> {
    let mut distinct: Vec<f64> = Vec::new();
    // Bits ascending, each with its place in `distinct`.
    let mut known: Vec<(u64, u8)> = Vec::new();
    let mut places = Vec::with_capacity(values.len());
    for &value in values {
        let bits = value.to_bits();
        let place = match known.binary_search_by_key(&bits, |entry| entry.0) {
            Ok(at) => known[at].1,
            Err(_) if distinct.len() == MAX_DISTINCT => return None,
            Err(at) => {
                let place = distinct.len() as u8;
                known.insert(at, (bits, place));
                distinct.push(value);
                place
            }
        };
        places.push(place);
    }
    Some((distinct, places))
}

/// `base^exponent`, which is the base itself for 1.
pub(super) fn power(base: f64, exponent: f64) -> f64 {
    if exponent == 1.0 { base } else { libm::pow(base, exponent) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(different: usize) {
        let values: Vec<f64> = (0..3 * different).map(|at| 1.0 + (at * 7 % different) as f64 / 8.0).collect();
        let weights = SliceWeights::new(values.clone());
        assert_eq!(weights.distinct.len(), if different > MAX_DISTINCT { 0 } else { different });
        for exponent in [1.0, 0.7, 0.0, -2.0] {
            let raised = weights.raised(exponent);
            for (at, &value) in values.iter().enumerate() {
                assert_eq!(raised.of(at).to_bits(), libm::pow(value, exponent).to_bits());
            }
        }
    }

    #[test]
    fn few_and_many_different_weights_are_raised_alike() {
        for different in [1, 2, 12, 255, 256, 257, 1000] {
            check(different);
        }
        assert!(SliceWeights::new(Vec::new()).distinct.is_empty());
    }
}
