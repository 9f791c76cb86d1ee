//! Figures that say whether a saliency map can be believed: does it point at the object, and does the score follow it?

use concord_geometry::BBox;
use rayon::prelude::*;

use crate::error::MetricsError;
use crate::ranking::ecdf_ranks;
use crate::sum::{Neumaier, sum};
use crate::value::{Metric, Reason};

/// How far beside the object a map may point, in pixels of an image of [`TOLERANCE_SIDE`].
const TOLERANCE_PX: f64 = 15.0;
/// Side of the image that the tolerance is meant for.
const TOLERANCE_SIDE: f64 = 224.0;

/// A map over an image: one value a pixel, row after row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SaliencyMap<'a> {
    values: &'a [f32],
    width: usize,
}

impl<'a> SaliencyMap<'a> {
    /// A map with `width` values a row; an error when the values do not divide into such rows or one is not finite.
    /// No values make an empty map.
    pub fn new(values: &'a [f32], width: usize) -> Result<Self, MetricsError> {
        const TASK: &str = "read a saliency map";
        if width == 0 || !values.len().is_multiple_of(width) {
            let (left_name, right_name) = ("values", "pixels a row");
            return Err(MetricsError::Lengths { task: TASK, left_name, left: values.len(), right_name, right: width });
        }
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            let (field, value, expected) = ("value", f64::from(values[index]), "finite");
            return Err(MetricsError::OutOfRange { task: TASK, index, field, value, expected });
        }
        Ok(Self { values, width })
    }

    /// Pixels a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of rows.
    pub fn height(&self) -> usize {
        self.values.len() / self.width
    }

    /// The extremes; none for an empty map.
    fn range(&self) -> Option<(f32, f32)> {
        let first = *self.values.first()?;
        Some(self.values.iter().fold((first, first), |(low, high), &v| (low.min(v), high.max(v))))
    }
}

/// The pointing game's tolerance, 15 pixels on a side of 224, for an image with this longer side (Zhang et al. 2018).
pub fn pointing_tolerance_px(longer_side: f64) -> f64 {
    TOLERANCE_PX * longer_side / TOLERANCE_SIDE
}

/// The pointing game (Zhang et al. 2018): 1 when the highest pixel of the map lies in the box or at most `tolerance_px`
/// from it, else 0.
///
/// Where several pixels are highest it is the share of them that hit, which is what drawing one of them would give on
/// average; n counts them. A pixel lies where its centre lies. `empty` for an empty map, `no_variation` for a constant
/// one, for it points nowhere.
pub fn pointing_game(map: SaliencyMap<'_>, object: &BBox, tolerance_px: f64) -> Metric {
    let Some((least, most)) = map.range() else {
        return Metric::undefined(Reason::Empty);
    };
    if least == most {
        return Metric::undefined(Reason::NoVariation);
    }
    let highest: Vec<usize> = (0..map.values.len()).filter(|&at| map.values[at] == most).collect();
    let hits = highest.iter().filter(|at| is_hit(**at, map.width, object, tolerance_px)).count();
    Metric::ratio(hits as f64, highest.len() as f64, highest.len() as u64)
}

/// True when a pixel's centre lies in the box or at most `tolerance_px` from it.
fn is_hit(at: usize, width: usize, object: &BBox, tolerance_px: f64) -> bool {
    let (x, y) = ((at % width) as f64 + 0.5, (at / width) as f64 + 0.5);
    let beside = (object.x1() - x).max(x - object.x2()).max(0.0);
    let above = (object.y1() - y).max(y - object.y2()).max(0.0);
    libm::hypot(beside, above) <= tolerance_px.max(0.0)
}

/// What the pointing game gives for a pixel drawn at random: the share of the pixels of an image of `width` × `height` that
/// would hit; n counts pixels. `empty` for an image without pixels.
pub fn pointing_chance((width, height): (u32, u32), object: &BBox, tolerance_px: f64) -> Metric {
    let pixels = width as usize * height as usize;
    if pixels == 0 {
        return Metric::undefined(Reason::Empty);
    }
    let hits = (0..pixels).filter(|at| is_hit(*at, width as usize, object, tolerance_px)).count();
    Metric::ratio(hits as f64, pixels as f64, pixels as u64)
}

/// The energy-based pointing game (Wang et al. 2020): the share of the map's total that lies inside the box, in
/// `[0, 1]`; n counts pixels.
///
/// A pixel that lies partly inside counts with that part of its area. `empty` for an empty map, `zero_denominator` for
/// one that is 0 everywhere, `not_applicable` when a value is negative.
pub fn energy_inside(map: SaliencyMap<'_>, object: &BBox) -> Metric {
    let Some((least, _)) = map.range() else {
        return Metric::undefined(Reason::Empty);
    };
    if least < 0.0 {
        return Metric::undefined(Reason::NotApplicable);
    }
    let (mut inside, mut all) = (Neumaier::default(), Neumaier::default());
    for (row, values) in map.values.chunks_exact(map.width).enumerate() {
        let rows = covered(row, object.y1(), object.y2());
        for (column, &value) in values.iter().enumerate() {
            inside.add(f64::from(value) * rows * covered(column, object.x1(), object.x2()));
            all.add(f64::from(value));
        }
    }
    Metric::ratio(inside.total(), all.total(), map.values.len() as u64)
}

/// The part of the pixel `[at, at + 1]` between `low` and `high`.
fn covered(at: usize, low: f64, high: f64) -> f64 {
    (high.min(at as f64 + 1.0) - low.max(at as f64)).max(0.0)
}

/// Indices of the pixels from the highest value to the lowest, ties by index: the order in which the insertion and
/// deletion tests uncover or cover them.
pub fn pixels_by_saliency(map: SaliencyMap<'_>) -> Vec<usize> {
    let mut order: Vec<u32> = (0..map.values.len() as u32).collect();
    let value = |at: u32| map.values[at as usize] + 0.0;
    order.par_sort_by(|&a, &b| value(b).total_cmp(&value(a)));
    order.into_iter().map(|at| at as usize).collect()
}

/// Area under the score curve of an insertion or deletion test (Petsiuk, Das & Saenko 2018) by the trapezoid rule over
/// equal steps: `(Σ s − s_first / 2 − s_last / 2) / (number − 1)`; n counts scores.
///
/// High is good for insertion, low for deletion. `empty` without scores, `insufficient_support` for a single one.
pub fn curve_area(scores: &[f64]) -> Metric {
    match scores {
        [] => Metric::undefined(Reason::Empty),
        [_] => Metric::undefined(Reason::InsufficientSupport),
        [first, .., last] => {
            let area = (sum(scores) - f64::midpoint(*first, *last)) / (scores.len() - 1) as f64;
            Metric::new(area, scores.len() as u64)
        }
    }
}

/// Spearman's rank correlation of two maps, pixel by pixel, ties averaged, in `[−1, 1]`; n counts pixels.
///
/// Above 0.9 between maps of two halves of the masks a map is stable; below 0.5 between the map of a model and that of
/// one with shuffled weights it depends on what was learnt (Adebayo et al. 2018). `empty` for empty maps,
/// `not_applicable` for maps of different shapes, `no_variation` when one is constant.
pub fn rank_correlation(a: SaliencyMap<'_>, b: SaliencyMap<'_>) -> Metric {
    if a.width != b.width || a.values.len() != b.values.len() {
        return Metric::undefined(Reason::NotApplicable);
    }
    let (Some(range_a), Some(range_b)) = (a.range(), b.range()) else {
        return Metric::undefined(Reason::Empty);
    };
    if range_a.0 == range_a.1 || range_b.0 == range_b.1 {
        return Metric::undefined(Reason::NoVariation);
    }
    let n = a.values.len() as f64;
    // Ranks over n average to this whatever the ties.
    let middle = (n + 1.0) / (2.0 * n);
    let centred = |map: SaliencyMap<'_>| {
        let values: Vec<f64> = map.values.iter().map(|&value| f64::from(value)).collect();
        ecdf_ranks(&values).into_iter().map(|rank| rank - middle).collect::<Vec<f64>>()
    };
    let (a, b) = (centred(a), centred(b));
    let product = |a: &[f64], b: &[f64]| sum(&a.iter().zip(b).map(|(a, b)| a * b).collect::<Vec<f64>>());
    let correlation = product(&a, &b) / libm::sqrt(product(&a, &a) * product(&b, &b));
    Metric::new(correlation.clamp(-1.0, 1.0), a.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn map(values: &[f32], width: usize) -> SaliencyMap<'_> {
        SaliencyMap::new(values, width).expect("whole rows")
    }

    fn bbox(x1: f64, y1: f64, x2: f64, y2: f64) -> BBox {
        BBox::new(x1, y1, x2, y2).expect("a valid box")
    }

    fn near(metric: Metric, expected: f64) {
        let got = metric.value().expect("defined");
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }

    #[test]
    fn the_highest_pixel_hits_or_misses() {
        // The highest pixel is that of row 1, column 2, with its centre at (2.5, 1.5).
        let values = [0.0, 0.1, 0.2, 0.3, 0.1, 0.9, 0.0, 0.0, 0.0];
        let map = map(&values, 3);
        assert_eq!((map.width(), map.height()), (3, 3));
        near(pointing_game(map, &bbox(2.0, 1.0, 3.0, 2.0), 0.0), 1.0);
        near(pointing_game(map, &bbox(0.0, 0.0, 2.4, 3.0), 0.0), 0.0);
        near(pointing_game(map, &bbox(0.0, 0.0, 2.4, 3.0), 0.11), 1.0);
        // From (2.5, 1.5) to the corner (1, 0.5) it is √3.25.
        near(pointing_game(map, &bbox(0.0, 0.0, 1.0, 0.5), 1.80), 0.0);
        near(pointing_game(map, &bbox(0.0, 0.0, 1.0, 0.5), 1.81), 1.0);
        near(Metric::new(pointing_tolerance_px(448.0), 1), 30.0);
        // Of nine pixels, those at most 1 from the box over the lower left one: itself and its three neighbours, the
        // diagonal one √½ away from the corner.
        near(pointing_chance((3, 3), &bbox(0.0, 2.0, 1.0, 3.0), 1.0), 4.0 / 9.0);
        near(pointing_chance((3, 3), &bbox(0.0, 2.0, 1.0, 3.0), 0.6), 3.0 / 9.0);
        assert_eq!(pointing_chance((0, 3), &bbox(0.0, 2.0, 1.0, 3.0), 1.0).reason(), Some(Reason::Empty));
    }

    #[test]
    fn equal_peaks_share_the_point() {
        let values = [1.0, 0.0, 1.0, 1.0];
        let got = pointing_game(map(&values, 4), &bbox(0.0, 0.0, 1.0, 1.0), 0.0);
        near(got, 1.0 / 3.0);
        assert_eq!(got.n(), 3);
        assert_eq!(
            pointing_game(map(&[0.5; 4], 2), &bbox(0.0, 0.0, 2.0, 2.0), 0.0).reason(),
            Some(Reason::NoVariation)
        );
        assert_eq!(pointing_game(map(&[], 2), &bbox(0.0, 0.0, 2.0, 2.0), 0.0).reason(), Some(Reason::Empty));
    }

    #[test]
    fn energy_counts_parts_of_pixels() {
        let values = [1.0, 2.0, 3.0, 4.0];
        near(energy_inside(map(&values, 2), &bbox(0.0, 0.0, 1.0, 2.0)), 0.4);
        // A quarter of each pixel around the centre.
        near(energy_inside(map(&values, 2), &bbox(0.5, 0.5, 1.5, 1.5)), 0.25);
        near(energy_inside(map(&values, 2), &bbox(-9.0, -9.0, 9.0, 9.0)), 1.0);
        near(energy_inside(map(&values, 2), &bbox(5.0, 5.0, 9.0, 9.0)), 0.0);
        let whole = bbox(0.0, 0.0, 2.0, 2.0);
        assert_eq!(energy_inside(map(&[0.0; 4], 2), &whole).reason(), Some(Reason::ZeroDenominator));
        assert_eq!(energy_inside(map(&[-1.0, 2.0], 2), &whole).reason(), Some(Reason::NotApplicable));
        assert_eq!(energy_inside(map(&[], 2), &whole).reason(), Some(Reason::Empty));
    }

    #[test]
    fn the_area_is_the_golden_one() {
        // The evaluation code of RISE; numpy.trapezoid([.1, .3, .6, .9, .95]) / 4
        near(curve_area(&[0.1, 0.3, 0.6, 0.9, 0.95]), 0.58125);
        near(curve_area(&[0.2, 0.4]), 0.3);
        assert_eq!(curve_area(&[]).reason(), Some(Reason::Empty));
        assert_eq!(curve_area(&[1.0]).reason(), Some(Reason::InsufficientSupport));
        assert_eq!(curve_area(&[1.0, f64::NAN]).reason(), Some(Reason::NonFiniteInput));
    }

    #[test]
    fn pixels_come_from_the_highest_down() {
        assert_eq!(pixels_by_saliency(map(&[0.5, -0.0, 0.9, 0.0, 0.5], 5)), [2, 0, 4, 1, 3]);
    }

    #[test]
    fn ranks_correlate_as_in_scipy() {
        // scipy.stats.spearmanr, SciPy 1.17.1
        let (a, b) = ([0.1, 0.5, 0.5, 0.2, 0.9, 0.3], [0.2, 0.4, 0.1, 0.1, 0.8, 0.8]);
        near(rank_correlation(map(&a, 3), map(&b, 3)), 0.403_029_967_967_909_13);
        near(rank_correlation(map(&a, 3), map(&a, 3)), 1.0);
        assert_eq!(rank_correlation(map(&a, 3), map(&b, 2)).reason(), Some(Reason::NotApplicable));
        assert_eq!(rank_correlation(map(&a, 3), map(&[1.0; 6], 3)).reason(), Some(Reason::NoVariation));
        assert_eq!(rank_correlation(map(&[], 3), map(&[], 3)).reason(), Some(Reason::Empty));
    }

    #[test]
    fn what_is_no_map_is_refused() {
        let torn = SaliencyMap::new(&[1.0, 2.0, 3.0], 2).expect_err("a row and a half");
        assert_eq!(torn.to_string(), "cannot read a saliency map: 3 values for 2 pixels a row");
        assert!(SaliencyMap::new(&[f32::NAN], 1).is_err());
        assert!(SaliencyMap::new(&[], 0).is_err());
    }

    proptest! {
        #[test]
        fn energy_of_two_halves_is_that_of_the_whole(
            values in prop::collection::vec(0.0..1.0_f32, 24), cut in 0.0..6.0_f64, low in 0.0..2.0_f64, high in 2.0..4.0_f64,
        ) {
            prop_assume!(values.iter().any(|&value| value > 0.0));
            let energy = |x1, x2| energy_inside(map(&values, 6), &bbox(x1, low, x2, high)).value().expect("defined");
            prop_assert!((energy(0.0, cut) + energy(cut, 6.0) - energy(0.0, 6.0)).abs() < 1e-9);
            prop_assert!(energy(0.0, 6.0) <= 1.0 + 1e-12);
        }

        #[test]
        fn correlation_looks_at_ranks_alone(values in prop::collection::vec(-3.0..3.0_f32, 2..50)) {
            prop_assume!(values.iter().any(|value| *value != values[0]));
            let raised: Vec<f32> = values.iter().map(|value| value * 4.0).collect();
            let turned: Vec<f32> = values.iter().map(|value| -value).collect();
            let width = values.len();
            let with = |other: &[f32]| rank_correlation(map(&values, width), map(other, width)).value().expect("defined");
            prop_assert!((with(&raised) - 1.0).abs() < 1e-9);
            prop_assert!((with(&turned) + 1.0).abs() < 1e-9);
        }
    }
}
