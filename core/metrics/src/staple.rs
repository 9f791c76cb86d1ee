//! One mask out of several annotators' masks, with how well each annotator found it.
//!
//! STAPLE: Warfield, S. K., Zou, K. H. & Wells, W. M. (2004): Simultaneous truth and performance level estimation. IEEE
//! Transactions on Medical Imaging 23. The numbers are those of SimpleITK's `STAPLE` with one prior for all pixels.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::MetricsError;
use crate::value::Metric;

/// What is attempted, for messages.
const TASK: &str = "fuse masks";
/// Rates before the first iteration.
const START: f64 = 0.999_99;
/// Decisions of one pixel are bits of a word.
const MOST_RATERS: usize = 64;

/// When the estimate stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StapleOptions {
    /// It stands once no rate moves by more; 1e-7 by default.
    pub tolerance: f64,
    /// Most iterations; 1,000 by default.
    pub iterations: u32,
}

impl Default for StapleOptions {
    fn default() -> Self {
        Self { tolerance: 1e-7, iterations: 1000 }
    }
}

/// How well one annotator found the fused mask.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MaskRater {
    /// Share of the object that the annotator marked; n counts pixels, `zero_denominator` when there is no object.
    pub sensitivity: Metric,
    /// Share of the background that the annotator left out; n counts pixels, `zero_denominator` without background.
    pub specificity: Metric,
}

/// The fused mask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Staple {
    /// Pixels that belong to the object with a probability of at least ½.
    pub mask: Vec<bool>,
    /// The probability of each pixel.
    pub probability: Vec<f64>,
    /// One entry an annotator.
    pub raters: Vec<MaskRater>,
    /// Share of marked pixels over all annotators: what is expected of a pixel before looking at it.
    pub prior: f64,
    /// Iterations made.
    pub iterations: u32,
    /// True when the last iteration moved no rate by more than the tolerance.
    pub converged: bool,
    /// True for two annotators who differ: nothing tells who is right, and a person should choose between what both
    /// marked and what either did.
    pub arbitrate: bool,
}

/// Fuses the masks of up to 64 annotators, each given as the pixels of one and the same window.
///
/// The prior depends on how much background the window holds: take the bounds of all masks and a fixed margin, 16 pixels,
/// and say so. Pixels are grouped by who marked them, so that an iteration costs a step for each distinct group.
///
/// When nobody marked anything the mask is empty and sensitivities are undefined; when everybody marked everything it is
/// full and specificities are undefined. One annotator's mask is taken as it is. With two see [`Staple::arbitrate`].
/// Without annotators there is nothing. An error when the masks differ in size or there are more than 64.
pub fn staple(decisions: &[&[bool]], options: &StapleOptions) -> Result<Staple, MetricsError> {
    let pixels = decisions.first().map_or(0, |mask| mask.len());
    if let Some(other) = decisions.iter().find(|mask| mask.len() != pixels) {
        let (left_name, right_name) = ("pixels of one mask", "pixels of the first");
        return Err(MetricsError::Lengths { task: TASK, left_name, left: other.len(), right_name, right: pixels });
    }
    if decisions.len() > MOST_RATERS {
        let (index, value) = (0, decisions.len() as f64);
        let (field, expected) = ("number of annotators", "at most 64");
        return Err(MetricsError::OutOfRange { task: TASK, index, field, value, expected });
    }
    let (groups, of_pixel) = group(decisions, pixels);
    let marked: u64 = groups.iter().map(|group| u64::from(group.marked_by.count_ones()) * group.pixels).sum();
    let prior = if marked == 0 { 0.0 } else { marked as f64 / (pixels * decisions.len()) as f64 };
    let mut rates = vec![Rates { p: START, q: START }; decisions.len()];
    let (mut iterations, mut converged) = (0, pixels == 0);
    let mut weights = vec![prior; groups.len()];
    while iterations < options.iterations && !converged {
        weights = groups.iter().map(|group| group.weight(prior, &rates)).collect();
        let next: Vec<Rates> =
            rates.iter().enumerate().map(|(rater, old)| Rates::given(&groups, &weights, rater, old)).collect();
        converged = rates.iter().zip(&next).all(|(old, new)| old.distance(new) <= options.tolerance);
        rates = next;
        iterations += 1;
    }
    let probability: Vec<f64> = of_pixel.iter().map(|&group| weights[group as usize]).collect();
    let differ = groups.iter().any(|group| group.marked_by == 1 || group.marked_by == 2);
    Ok(Staple {
        mask: probability.iter().map(|&weight| weight >= 0.5).collect(),
        raters: (0..decisions.len()).map(|rater| MaskRater::given(&groups, &weights, rater)).collect(),
        probability,
        prior,
        iterations,
        converged,
        arbitrate: decisions.len() == 2 && differ,
    })
}

/// Pixels that the same annotators marked.
struct Group {
    /// One bit an annotator.
    marked_by: u64,
    pixels: u64,
}

impl Group {
    fn marks(&self, rater: usize) -> bool {
        self.marked_by >> rater & 1 == 1
    }

    /// The probability that these pixels belong to the object.
    fn weight(&self, prior: f64, rates: &[Rates]) -> f64 {
        // Beyond any doubt: the logarithms below could not tell.
        if prior == 0.0 || prior == 1.0 {
            return prior;
        }
        let log = |x: f64| libm::log(x.max(f64::MIN_POSITIVE));
        let (mut object, mut background) = (log(prior), log(1.0 - prior));
        for (rater, Rates { p, q }) in rates.iter().enumerate() {
            let (if_object, if_background) = if self.marks(rater) { (*p, 1.0 - q) } else { (1.0 - p, *q) };
            object += log(if_object);
            background += log(if_background);
        }
        1.0 / (1.0 + libm::exp(background - object))
    }
}

/// The groups by their bits, and the group of each pixel.
fn group(decisions: &[&[bool]], pixels: usize) -> (Vec<Group>, Vec<u32>) {
    let mut number_of: BTreeMap<u64, u32> = BTreeMap::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut of_pixel = Vec::with_capacity(pixels);
    let mut last = (0, u32::MAX);
    for pixel in 0..pixels {
        let bits = decisions.iter().enumerate().fold(0, |bits, (at, mask)| bits | u64::from(mask[pixel]) << at);
        // Neighbours mostly have the same bits.
        if bits != last.0 || last.1 == u32::MAX {
            let number = *number_of.entry(bits).or_insert_with(|| {
                groups.push(Group { marked_by: bits, pixels: 0 });
                groups.len() as u32 - 1
            });
            last = (bits, number);
        }
        groups[last.1 as usize].pixels += 1;
        of_pixel.push(last.1);
    }
    (groups, of_pixel)
}

/// Sensitivity and specificity of one annotator.
#[derive(Debug, Clone, Copy)]
struct Rates {
    p: f64,
    q: f64,
}

impl Rates {
    /// The rates that the weights make most likely; a rate that nothing is known about stays.
    fn given(groups: &[Group], weights: &[f64], rater: usize, old: &Self) -> Self {
        let [found, object, left_out, background] = sums(groups, weights, rater);
        let ratio = |part: f64, whole: f64, old: f64| if whole > 0.0 { part / whole } else { old };
        Self { p: ratio(found, object, old.p), q: ratio(left_out, background, old.q) }
    }

    fn distance(&self, other: &Self) -> f64 {
        (self.p - other.p).abs().max((self.q - other.q).abs())
    }
}

impl MaskRater {
    fn given(groups: &[Group], weights: &[f64], rater: usize) -> Self {
        let [found, object, left_out, background] = sums(groups, weights, rater);
        let pixels = groups.iter().map(|group| group.pixels).sum();
        Self {
            sensitivity: Metric::ratio(found, object, pixels),
            specificity: Metric::ratio(left_out, background, pixels),
        }
    }
}

/// Expected pixels: of the object that the annotator found, of the object, of the background left out, of the background.
fn sums(groups: &[Group], weights: &[f64], rater: usize) -> [f64; 4] {
    let mut sums = [0.0; 4];
    for (group, weight) in groups.iter().zip(weights) {
        let (object, background) = (weight * group.pixels as f64, (1.0 - weight) * group.pixels as f64);
        sums[1] += object;
        sums[3] += background;
        if group.marks(rater) {
            sums[0] += object;
        } else {
            sums[2] += background;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Reason;

    fn mask(digits: &str) -> Vec<bool> {
        digits.chars().map(|c| c == '1').collect()
    }

    fn fuse(lines: &[&str]) -> Staple {
        let masks: Vec<Vec<bool>> = lines.iter().map(|line| mask(line)).collect();
        let views: Vec<&[bool]> = masks.iter().map(Vec::as_slice).collect();
        staple(&views, &StapleOptions::default()).expect("a fused mask")
    }

    #[test]
    fn three_raters_have_the_golden_numbers_of_simpleitk() {
        // SimpleITK 2.5.7
        let got = fuse(&["0111100010", "0111000010", "1110100100"]);
        assert_eq!(got.mask, mask("0111100010"));
        for (got, expected) in got.probability.iter().zip("0111100010".chars()) {
            assert!((got - f64::from(u8::from(expected == '1'))).abs() < 1e-5, "{got}");
        }
        let rates = [(1.0, 0.999_999_7), (0.800_000_2, 1.0), (0.6, 0.599_999_8)];
        for (rater, (p, q)) in got.raters.iter().zip(rates) {
            assert!((rater.sensitivity.value().expect("defined") - p).abs() < 1e-6, "{rater:?}");
            assert!((rater.specificity.value().expect("defined") - q).abs() < 1e-6, "{rater:?}");
        }
        assert!(got.converged && !got.arbitrate);
    }

    #[test]
    fn nobody_and_everybody_leave_rates_undefined() {
        let empty = fuse(&["000", "000", "000"]);
        assert_eq!((empty.mask, empty.prior), (vec![false; 3], 0.0));
        assert_eq!(empty.raters[1].sensitivity.reason(), Some(Reason::ZeroDenominator));
        assert_eq!(empty.raters[1].specificity.value(), Some(1.0));
        let full = fuse(&["111", "111"]);
        assert_eq!((full.mask, full.prior, full.arbitrate), (vec![true; 3], 1.0, false));
        assert_eq!(full.raters[0].specificity.reason(), Some(Reason::ZeroDenominator));
        assert_eq!(full.raters[0].sensitivity.value(), Some(1.0));
    }

    #[test]
    fn one_is_taken_at_their_word_and_two_who_differ_go_to_arbitration() {
        assert_eq!(fuse(&["0110"]).mask, mask("0110"));
        let agreeing = fuse(&["0110", "0110"]);
        assert_eq!((agreeing.mask, agreeing.arbitrate), (mask("0110"), false));
        let differing = fuse(&["01100000", "01110000"]);
        assert!(differing.arbitrate && differing.probability.iter().all(|p| (0.0..=1.0).contains(p)));
    }

    #[test]
    fn nothing_is_fused_to_nothing_and_what_does_not_fit_is_refused() {
        for masks in [&[][..], &[&[][..], &[]]] {
            let got = staple(masks, &StapleOptions::default()).expect("a fused mask");
            assert!(got.mask.is_empty() && got.converged && got.raters.len() == masks.len());
        }
        assert!(staple(&[&[true], &[true, false]], &StapleOptions::default()).is_err());
        let many = vec![&[true][..]; 65];
        assert!(staple(&many, &StapleOptions::default()).is_err());
        assert!(staple(&many[..64], &StapleOptions::default()).is_ok());
    }

    #[test]
    fn swapping_object_and_background_swaps_the_rates() {
        let lines = ["0111100010", "0111000010", "1110100100"];
        let turned = lines.map(|line| line.chars().map(|c| if c == '1' { '0' } else { '1' }).collect::<String>());
        let (one, other) = (fuse(&lines), fuse(&turned.each_ref().map(String::as_str)));
        for (a, b) in one.raters.iter().zip(&other.raters) {
            let near = |a: Metric, b: Metric| (a.value().expect("defined") - b.value().expect("defined")).abs() < 1e-9;
            assert!(near(a.sensitivity, b.specificity) && near(a.specificity, b.sensitivity));
        }
    }
}
