//! Isotonic regression: the non-decreasing steps that fit best, joined by straight lines.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::input::{check_each, check_lengths, check_support};
use crate::error::MetricsError;

/// Labelled examples that isotonic regression takes before it may be used.
pub const MIN_ISOTONIC: usize = 1000;

/// A place where the fitted line may bend; in JSON `[score, value]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct Knot {
    /// Score before calibration.
    pub score: f64,
    /// Value after it.
    pub value: f64,
}

impl From<[f64; 2]> for Knot {
    fn from([score, value]: [f64; 2]) -> Self {
        Self { score, value }
    }
}

impl From<Knot> for [f64; 2] {
    fn from(knot: Knot) -> Self {
        [knot.score, knot.value]
    }
}

/// A non-decreasing line through at least one knot, constant beyond the first and the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Knot>", into = "Vec<Knot>")]
pub struct Isotonic {
    knots: Vec<Knot>,
}

impl Isotonic {
    /// Weighted least squares among all non-decreasing functions, by pooling adjacent violators (Ayer et al. 1955;
    /// scikit-learn's `IsotonicRegression`).
    ///
    /// Equal scores are first merged into their weighted mean; of each constant block the first and the last score
    /// become knots. `weights` are 1 when left out, and examples of weight 0 are passed over. An error for lists of
    /// different lengths, numbers that are not finite, negative weights, and when no example has weight. There is no
    /// minimum here: see [`MIN_ISOTONIC`].
    pub fn fit(scores: &[f64], values: &[f64], weights: Option<&[f64]>) -> Result<Self, MetricsError> {
        const TASK: &str = "fit isotonic regression";
        check_lengths(TASK, ("scores", scores.len()), ("values", values.len()))?;
        check_each(TASK, "score", scores, "finite", f64::is_finite)?;
        check_each(TASK, "value", values, "finite", f64::is_finite)?;
        if let Some(weights) = weights {
            check_lengths(TASK, ("weights", weights.len()), ("scores", scores.len()))?;
            check_each(TASK, "weight", weights, "finite and not negative", |w| w.is_finite() && w >= 0.0)?;
        }
        let weight = |at: usize| weights.map_or(1.0, |weights| weights[at]);
        let mut order: Vec<(f64, u32)> = (0..scores.len() as u32)
            .filter(|&at| weight(at as usize) > 0.0)
            // Adding 0 turns −0 into 0, so that both are one score.
            .map(|at| (scores[at as usize] + 0.0, at))
            .collect();
        order.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        check_support(TASK, order.len(), 1)?;
        let merged = order.chunk_by(|a, b| a.0 == b.0).map(|equal| {
            let mut block = Block { first: equal[0].0, last: equal[0].0, mass: 0.0, weight: 0.0 };
            for &(_, at) in equal {
                block.mass += weight(at as usize) * values[at as usize];
                block.weight += weight(at as usize);
            }
            block
        });
        Ok(Self { knots: knots(&pool(merged)) })
    }

    /// The line at `score`: interpolated between knots, the end values outside of them; NaN stays NaN.
    pub fn predict(&self, score: f64) -> f64 {
        if score.is_nan() {
            return score;
        }
        let above = self.knots.partition_point(|knot| knot.score < score);
        let (Some(low), Some(high)) = (above.checked_sub(1).map(|at| self.knots[at]), self.knots.get(above)) else {
            return self.knots[above.min(self.knots.len() - 1)].value;
        };
        let share = (score - low.score) / (high.score - low.score);
        // Rounding must not lift the line above the knot it leads to.
        (low.value + (high.value - low.value) * share).min(high.value)
    }

    /// The knots, by score ascending.
    pub fn knots(&self) -> &[Knot] {
        &self.knots
    }
}

impl TryFrom<Vec<Knot>> for Isotonic {
    type Error = &'static str;

    fn try_from(knots: Vec<Knot>) -> Result<Self, Self::Error> {
        if knots.is_empty() || knots.iter().any(|knot| !knot.score.is_finite() || !knot.value.is_finite()) {
            return Err("an isotonic calibrator needs knots of finite numbers");
        }
        if knots.windows(2).any(|pair| pair[0].score >= pair[1].score || pair[0].value > pair[1].value) {
            return Err("the knots of an isotonic calibrator have to ascend");
        }
        Ok(Self { knots })
    }
}

impl From<Isotonic> for Vec<Knot> {
    fn from(line: Isotonic) -> Self {
        line.knots
    }
}

/// Neighbouring scores with one fitted value.
#[derive(Clone, Copy)]
struct Block {
    first: f64,
    last: f64,
    /// Σ weight · value.
    mass: f64,
    weight: f64,
}

impl Block {
    fn value(&self) -> f64 {
        self.mass / self.weight
    }
}

/// Merges a block into the one before for as long as that one is not lower.
fn pool(blocks: impl Iterator<Item = Block>) -> Vec<Block> {
    let mut pooled: Vec<Block> = Vec::new();
    for mut block in blocks {
        while let Some(before) = pooled.pop_if(|before| before.value() >= block.value()) {
            block = Block {
                first: before.first,
                last: block.last,
                mass: before.mass + block.mass,
                weight: before.weight + block.weight,
            };
        }
        pooled.push(block);
    }
    pooled
}

fn knots(blocks: &[Block]) -> Vec<Knot> {
    let mut knots = Vec::new();
    for block in blocks {
        knots.push(Knot { score: block.first, value: block.value() });
        if block.last > block.first {
            knots.push(Knot { score: block.last, value: block.value() });
        }
    }
    knots
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }

    #[test]
    fn the_golden_case_fits() {
        // scikit-learn 1.9 IsotonicRegression(out_of_bounds="clip")
        let scores = [0.95, 0.9, 0.85, 0.8, 0.75, 0.6, 0.55, 0.4, 0.3, 0.2];
        let outcomes = [1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0];
        let line = Isotonic::fit(&scores, &outcomes, None).expect("ten examples");
        let third = 1.0 / 3.0;
        let expected = [third, third, third, 0.5, 0.5, 2.0 * third, 2.0 * third, 2.0 * third, 1.0, 1.0];
        for (&score, expected) in scores.iter().rev().zip(expected) {
            near(line.predict(score), expected);
        }
        for (score, expected) in [(0.7, 0.611_111_111_11), (0.01, third), (0.99, 1.0), (0.5, 0.444_444_444_44)] {
            near(line.predict(score), expected);
        }
    }

    #[test]
    fn equal_scores_are_merged_first() {
        // scikit-learn 1.9 IsotonicRegression
        let line = Isotonic::fit(&[1.0, 1.0, 2.0, 3.0, 3.0, 4.0], &[0.0, 1.0, 1.0, 0.0, 1.0, 1.0], None)
            .expect("six examples");
        let (two, five) = (2.0 / 3.0, 0.583_333_333_333);
        for (score, expected) in [(1.0, 0.5), (1.5, five), (2.0, two), (3.0, two), (3.5, 0.833_333_333_333), (4.0, 1.0)]
        {
            near(line.predict(score), expected);
        }
    }

    #[test]
    fn weights_count_as_in_scikit_learn() {
        // scikit-learn 1.9.1 IsotonicRegression(out_of_bounds="clip").fit(x, y, sample_weight=w).predict(k / 10)
        let x = [
            0.81, 0.81, 0.52, 0.29, 0.05, 0.38, 0.41, 0.05, 0.05, 1.0, 0.65, 0.23, 0.43, 0.97, 0.9, 0.84, 0.39, 0.49,
            0.68, 0.06,
        ];
        let y = [1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0];
        let w = [
            1.45, 2.5, 0.81, 1.06, 2.5, 1.62, 1.62, 0.81, 0.14, 2.9, 0.36, 2.63, 1.2, 2.95, 1.3, 2.91, 1.77, 0.82,
            2.32, 2.12,
        ];
        let line = Isotonic::fit(&x, &y, Some(&w)).expect("twenty examples");
        let middle = 0.515_559_293_523_969_6;
        let expected =
            [0.0, 0.121_308_069_064_463_44, 0.424_578_241_725_622, middle, middle, middle, middle, 1.0, 1.0, 1.0, 1.0];
        for (at, expected) in expected.into_iter().enumerate() {
            near(line.predict(at as f64 / 10.0), expected);
        }
        assert_eq!(line.knots().iter().map(|knot| knot.score).collect::<Vec<_>>(), [0.05, 0.06, 0.23, 0.65, 0.68, 1.0]);
    }

    #[test]
    fn what_is_no_line_is_refused() {
        let read = serde_json::from_str::<Isotonic>;
        assert!(read("[]").is_err());
        assert!(read("[[0.5,0.2],[0.5,0.3]]").is_err());
        assert!(read("[[0.1,0.4],[0.5,0.3]]").is_err());
        let line = read("[[0.1,0.25],[0.5,0.75]]").expect("two knots");
        assert_eq!(line.predict(0.3), 0.5);
        assert_eq!(serde_json::to_string(&line).expect("serialises"), "[[0.1,0.25],[0.5,0.75]]");
        assert!(line.predict(f64::NAN).is_nan());
        assert!(Isotonic::fit(&[], &[], None).is_err());
        assert!(Isotonic::fit(&[0.5], &[1.0], Some(&[0.0])).is_err());
        assert!(Isotonic::fit(&[0.5], &[1.0], Some(&[-1.0])).is_err());
        assert!(Isotonic::fit(&[f64::NAN], &[1.0], None).is_err());
    }

    /// The fitted values by the min–max formula: max over s ≤ i of the min over t ≥ i of the weighted mean of s..=t.
    fn by_min_max(values: &[f64], weights: &[f64]) -> Vec<f64> {
        let mean = |s: usize, t: usize| {
            let mass: f64 = (s..=t).map(|k| weights[k] * values[k]).sum();
            mass / weights[s..=t].iter().sum::<f64>()
        };
        let best = |i: usize, s: usize| (i..values.len()).map(|t| mean(s, t)).fold(f64::INFINITY, f64::min);
        (0..values.len()).map(|i| (0..=i).map(|s| best(i, s)).fold(f64::NEG_INFINITY, f64::max)).collect()
    }

    proptest! {
        #[test]
        fn the_fit_is_that_of_the_min_max_formula(
            rows in prop::collection::vec((0.0..=1.0_f64, 0.1..3.0_f64), 1..25),
        ) {
            let (values, weights): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            let scores: Vec<f64> = (0..values.len()).map(|at| at as f64).collect();
            let line = Isotonic::fit(&scores, &values, Some(&weights)).expect("valid examples");
            for (score, expected) in scores.iter().zip(by_min_max(&values, &weights)) {
                prop_assert!((line.predict(*score) - expected).abs() < 1e-9);
            }
        }

        #[test]
        fn the_line_never_falls(
            rows in prop::collection::vec((0.0..=1.0_f64, any::<bool>()), 1..60),
            mut places in prop::collection::vec(-0.5..1.5_f64, 2..40),
        ) {
            let scores: Vec<f64> = rows.iter().map(|row| row.0).collect();
            let values: Vec<f64> = rows.iter().map(|row| f64::from(u8::from(row.1))).collect();
            let line = Isotonic::fit(&scores, &values, None).expect("valid examples");
            places.sort_by(f64::total_cmp);
            let fitted: Vec<f64> = places.iter().map(|&place| line.predict(place)).collect();
            prop_assert!(fitted.windows(2).all(|pair| pair[0] <= pair[1]), "{:?}", fitted);
            let json = serde_json::to_string(&line).expect("serialises");
            prop_assert_eq!(serde_json::from_str::<Isotonic>(&json).expect("reads back"), line);
        }
    }
}
