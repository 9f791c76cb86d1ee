//! The map that every method ends in: values over the image between 0 and 1, and what they were before.

use concord_geometry::Size;
use serde::Serialize;

/// A saliency map over exactly the image: padding is cut off.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heatmap {
    /// Columns; the map covers the whole image at a resolution of its own.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Row-major, 0..=1, 1 where the answer rests on the image most.
    pub values: Vec<f32>,
    /// What 0 and 1 stand for in the method's own units: value v was `range[0] + v·(range[1] − range[0])`.
    pub range: [f64; 2],
    /// How it was computed: [`Method::name`](super::Method::name).
    pub method: &'static str,
    /// True when there is nothing to see, since no place differs from another; all values are 0 then.
    pub constant: bool,
    /// True when numbers that are not finite went in; they counted as 0.
    pub not_finite: bool,
}

impl Heatmap {
    /// A map of raw values, row-major; `noise` is the spread up to which they count as constant.
    pub(super) fn from_raw(size: Size, raw: Vec<f64>, noise: f64, method: &'static str) -> Self {
        let Scaled { values, range, constant, not_finite } = unit_range(raw, noise);
        Self { width: size.width, height: size.height, values, range, method, constant, not_finite }
    }

    /// Columns and rows.
    pub fn size(&self) -> Size {
        Size::new(self.width, self.height)
    }
}

/// Values brought to 0..=1, and what they were.
pub(super) struct Scaled {
    pub(super) values: Vec<f32>,
    pub(super) range: [f64; 2],
    pub(super) constant: bool,
    pub(super) not_finite: bool,
}

/// The least value becomes 0, the largest 1; all become 0 when they differ by no more than `noise`.
///
/// Values that are not finite count as 0.
pub(super) fn unit_range(mut raw: Vec<f64>, noise: f64) -> Scaled {
    let mut not_finite = false;
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in &mut raw {
        if !value.is_finite() {
            (*value, not_finite) = (0.0, true);
        }
        (low, high) = (low.min(*value), high.max(*value));
    }
    if raw.is_empty() {
        (low, high) = (0.0, 0.0);
    }
    // Halves, for the difference of two large numbers of opposite sign may be beyond all numbers.
    let half = high / 2.0 - low / 2.0;
    let constant = half <= noise / 2.0;
    let unit = |value: f64| if constant { 0.0 } else { ((value / 2.0 - low / 2.0) / half).clamp(0.0, 1.0) as f32 };
    Scaled { values: raw.into_iter().map(unit).collect(), range: [low, high], constant, not_finite }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn least_and_largest_become_0_and_1_and_stay_known() {
        let map = Heatmap::from_raw(Size::new(3, 1), vec![-1.0, 0.0, 3.0], 0.0, "test");
        assert_eq!((map.values.as_slice(), map.range, map.constant), (&[0.0, 0.25, 1.0][..], [-1.0, 3.0], false));
        assert_eq!(map.size(), Size::new(3, 1));
    }

    #[test]
    fn what_is_not_finite_counts_as_0_and_is_flagged() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let scaled = unit_range(vec![bad, -1.0, 1.0], 0.0);
            assert_eq!((scaled.values.as_slice(), scaled.not_finite), (&[0.5, 0.0, 1.0][..], true), "{bad}");
        }
    }

    #[test]
    fn a_spread_within_the_noise_is_none() {
        let scaled = unit_range(vec![0.5, 0.5 + 1e-13], 1e-12);
        assert!(scaled.constant && scaled.values == [0.0, 0.0]);
        assert!(!unit_range(vec![0.5, 0.5 + 1e-11], 1e-12).constant);
        assert!(unit_range(vec![], 0.0).constant);
    }

    proptest! {
        #[test]
        fn raw_values_come_back(raw in proptest::collection::vec(-1e3..1e3_f64, 1..40)) {
            let scaled = unit_range(raw.clone(), 0.0);
            let [low, high] = scaled.range;
            for (value, raw) in scaled.values.iter().zip(&raw) {
                prop_assert!((low + f64::from(*value) * (high - low) - raw).abs() < 1e-3);
            }
        }

        #[test]
        fn any_numbers_give_values_between_0_and_1(raw in proptest::collection::vec(any::<f64>(), 0..20)) {
            let scaled = unit_range(raw.clone(), 0.0);
            prop_assert_eq!(scaled.values.len(), raw.len());
            prop_assert!(scaled.values.iter().all(|value| (0.0..=1.0).contains(value)));
            prop_assert_eq!(scaled.not_finite, raw.iter().any(|value| !value.is_finite()));
        }
    }
}
