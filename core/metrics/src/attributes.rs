//! Agreement of two annotators on an attribute of objects that both found in the same class.

use serde::{Deserialize, Serialize};
use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;

use crate::error::MetricsError;
use crate::interval::proportion;
use crate::kappa::{Weighting, cohen_by};
use crate::ratings::{Level, Ratings, alpha};
use crate::value::{Metric, Reason};

/// What is attempted, for messages.
const TASK: &str = "compare an attribute";
/// Level of the intervals.
const CONFIDENCE: f64 = 0.95;

/// The values of an attribute by the first and the second annotator, one entry a matched pair; none where it is not set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AttributePairs<'a> {
    /// One of several categories, by index; a switch has two.
    Nominal {
        /// Number of categories.
        categories: usize,
        /// The values.
        pairs: &'a [(Option<u32>, Option<u32>)],
    },
    /// A step of a scale, by index from the lowest.
    Ordinal {
        /// Number of steps on the declared scale, unused ones too.
        levels: usize,
        /// The values.
        pairs: &'a [(Option<u32>, Option<u32>)],
    },
    /// A number.
    Numeric(&'a [(Option<f64>, Option<f64>)]),
    /// Free text.
    Text(&'a [(Option<&'a str>, Option<&'a str>)]),
}

/// By which number the agreement on an attribute is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeCoefficient {
    /// Cohen's κ, with "not set" as a further category.
    Kappa,
    /// Quadratically weighted κ on the declared scale; "not set" disagrees wholly with every step.
    QuadraticKappa,
    /// Krippendorff's α for interval data, where both set a number.
    AlphaInterval,
    /// Share of equal texts, see [`same_text`]; "not set" equals no text.
    ExactMatch,
}

/// Agreement on one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttributeAgreement {
    /// Which number `value` is.
    pub coefficient: AttributeCoefficient,
    /// The agreement; n counts the pairs it rests on. κ has its large-sample interval, the share of equal texts Wilson's.
    pub value: Metric,
    /// Linearly weighted κ of the steps of a scale, which counts a difference of two steps as twice one of one and not as
    /// four times; left out of attributes without a scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linear: Option<Metric>,
    /// Share of pairs with equal values (numbers to the last bit), "not set" being unequal to all; n counts compared pairs.
    pub p_o: Metric,
    /// Pairs in which at least one annotator set the attribute.
    pub compared: u64,
    /// Of those, the pairs in which only the first annotator set it.
    pub only_a: u64,
    /// Of those, the pairs in which only the second annotator set it.
    pub only_b: u64,
    /// Pairs in which nobody set it; they do not count.
    pub unset: u64,
    /// First annotator in rows, second in columns, "not set" last; empty for numbers and texts.
    pub table: Vec<Vec<u64>>,
}

/// The agreement on an attribute; see [`AttributeCoefficient`] for what is computed for which kind.
///
/// The value is `empty` when nothing can be compared, `no_variation` when all values are the same one, and
/// `non_finite_input` for a number that is not finite. An error for a category or a step that is not declared.
pub fn attribute_agreement(pairs: &AttributePairs<'_>) -> Result<AttributeAgreement, MetricsError> {
    match *pairs {
        AttributePairs::Nominal { categories, pairs } => {
            let weight = |i: usize, j: usize| f64::from(u8::from(i == j));
            by_table(pairs, categories, AttributeCoefficient::Kappa, weight)
        }
        AttributePairs::Ordinal { levels, pairs } => {
            let by = |weighting: Weighting| {
                move |i: usize, j: usize| match (i == levels, j == levels) {
                    (true, true) => 1.0,
                    (false, false) => weighting.agreement(i, j, levels),
                    _ => 0.0,
                }
            };
            let coefficient = AttributeCoefficient::QuadraticKappa;
            let quadratic = by_table(pairs, levels, coefficient, by(Weighting::Quadratic))?;
            let linear = cohen_by(&quadratic.table, by(Weighting::Linear), CONFIDENCE).kappa;
            Ok(AttributeAgreement { linear: Some(linear), ..quadratic })
        }
        AttributePairs::Numeric(pairs) => by_numbers(pairs),
        AttributePairs::Text(pairs) => {
            let mut result = counted(pairs, AttributeCoefficient::ExactMatch, same_text);
            result.value = result.p_o;
            Ok(result)
        }
    }
}

/// True when two texts are the same once they are normalised (NFC), trimmed and stripped of case.
///
/// Full case folding of the Unicode standard: "Straße" and "STRASSE" are the same.
pub fn same_text(a: &str, b: &str) -> bool {
    a == b || folded(a) == folded(b)
}

fn folded(text: &str) -> String {
    let composed: String = text.nfc().collect();
    // Folding may leave letters and marks that have a composed form.
    UniCase::unicode(composed.trim()).to_folded_case().nfc().collect()
}

/// What the two annotators set.
type SetByEach<T> = (Option<T>, Option<T>);

/// Counts set and equal values; everything but the coefficient.
fn counted<T: Copy>(
    pairs: &[SetByEach<T>],
    coefficient: AttributeCoefficient,
    same: impl Fn(T, T) -> bool,
) -> AttributeAgreement {
    let count = |test: fn(&SetByEach<T>) -> bool| pairs.iter().filter(|pair| test(pair)).count() as u64;
    let only_a = count(|pair| pair.0.is_some() && pair.1.is_none());
    let only_b = count(|pair| pair.0.is_none() && pair.1.is_some());
    let unset = count(|pair| pair.0.is_none() && pair.1.is_none());
    let equal = pairs.iter().filter(|pair| matches!(**pair, (Some(a), Some(b)) if same(a, b))).count() as u64;
    let compared = pairs.len() as u64 - unset;
    AttributeAgreement {
        coefficient,
        value: Metric::undefined(Reason::Empty),
        linear: None,
        p_o: proportion(equal, compared, CONFIDENCE),
        compared,
        only_a,
        only_b,
        unset,
        table: Vec::new(),
    }
}

fn by_table(
    pairs: &[(Option<u32>, Option<u32>)],
    categories: usize,
    coefficient: AttributeCoefficient,
    weight: impl Fn(usize, usize) -> f64,
) -> Result<AttributeAgreement, MetricsError> {
    let mut table = vec![vec![0; categories + 1]; categories + 1];
    for (index, &(a, b)) in pairs.iter().enumerate() {
        if let Some(value) = [a, b].into_iter().flatten().find(|&value| value as usize >= categories) {
            let (field, value, expected) = ("value", f64::from(value), "below the number of declared values");
            return Err(MetricsError::OutOfRange { task: TASK, index, field, value, expected });
        }
        let at = |value: Option<u32>| value.map_or(categories, |value| value as usize);
        if a.is_some() || b.is_some() {
            table[at(a)][at(b)] += 1;
        }
    }
    let value = cohen_by(&table, weight, CONFIDENCE).kappa;
    Ok(AttributeAgreement { value, table, ..counted(pairs, coefficient, |a, b| a == b) })
}

fn by_numbers(pairs: &[(Option<f64>, Option<f64>)]) -> Result<AttributeAgreement, MetricsError> {
    let cells: Vec<Option<f64>> = pairs.iter().flat_map(|pair| [pair.0, pair.1]).collect();
    let (ratings, values) = Ratings::from_numbers(2, &cells)?;
    let value = alpha(&ratings, Level::Interval(&values)).value;
    Ok(AttributeAgreement { value, ..counted(pairs, AttributeCoefficient::AlphaInterval, |a, b| a == b) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kappa::{cohen, cohen_weighted};
    use proptest::prelude::*;

    fn near(metric: Metric, expected: f64) {
        let got = metric.value().expect("defined");
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }

    /// Pairs that make up a table.
    fn pairs_of(table: &[Vec<u64>]) -> Vec<(Option<u32>, Option<u32>)> {
        let cells = table.iter().enumerate().flat_map(|(i, row)| row.iter().enumerate().map(move |(j, n)| (i, j, *n)));
        cells.flat_map(|(i, j, n)| std::iter::repeat_n((Some(i as u32), Some(j as u32)), n as usize)).collect()
    }

    fn three() -> Vec<Vec<u64>> {
        vec![vec![11, 3, 1], vec![2, 9, 4], vec![0, 3, 17]]
    }

    #[test]
    fn set_values_have_the_kappas_of_statsmodels() {
        // statsmodels 0.15 cohens_kappa, plain and quadratic
        let pairs = pairs_of(&three());
        let nominal = attribute_agreement(&AttributePairs::Nominal { categories: 3, pairs: &pairs }).expect("fits");
        near(nominal.value, 0.603_658_536_59);
        near(nominal.p_o, 0.74);
        assert_eq!(nominal.table[0], [11, 3, 1, 0]);
        assert_eq!((nominal.coefficient, nominal.compared), (AttributeCoefficient::Kappa, 50));
        let ordinal = attribute_agreement(&AttributePairs::Ordinal { levels: 3, pairs: &pairs }).expect("fits");
        near(ordinal.value, 0.765_395_894_43);
        assert_eq!(ordinal.value.ci(), cohen_weighted(&three(), Weighting::Quadratic, 0.95).kappa.ci());
        assert_eq!(ordinal.coefficient, AttributeCoefficient::QuadraticKappa);
        // the same with wt="linear"
        near(ordinal.linear.expect("a scale has one"), 0.686_098_654_71);
        assert_eq!(nominal.linear, None);
    }

    #[test]
    fn unset_by_one_is_a_category_and_unset_by_both_is_nothing() {
        let pairs = [(Some(0), Some(0)), (Some(1), None), (None, Some(1)), (Some(1), Some(1)), (None, None)];
        let got = attribute_agreement(&AttributePairs::Nominal { categories: 2, pairs: &pairs }).expect("fits");
        assert_eq!(got.table, [[1, 0, 0], [0, 1, 1], [0, 1, 0]]);
        assert_eq!((got.compared, got.only_a, got.only_b, got.unset), (4, 1, 1, 1));
        assert_eq!(got.value, cohen(&got.table).kappa);
        // By hand: half agree; chance 1/16 + 1/4 + 1/16 = 3/8.
        near(got.value, 0.2);
        let scale = attribute_agreement(&AttributePairs::Ordinal { levels: 2, pairs: &pairs }).expect("fits");
        near(scale.value, 0.2);
    }

    #[test]
    fn numbers_have_the_alpha_of_interval_data() {
        // krippendorff 0.9 alpha([[1, 2, 3.5], [1, 2.5, 3]], level_of_measurement="interval")
        let pairs =
            [(Some(1.0), Some(1.0)), (Some(2.0), Some(2.5)), (Some(3.5), Some(3.0)), (Some(9.0), None), (None, None)];
        let got = attribute_agreement(&AttributePairs::Numeric(&pairs)).expect("fits");
        near(got.value, 0.921_875);
        assert_eq!((got.value.n(), got.compared, got.only_a, got.unset), (3, 4, 1, 1));
        near(got.p_o, 0.25);
        let strange = attribute_agreement(&AttributePairs::Numeric(&[(Some(1.0), Some(f64::NAN))])).expect("fits");
        assert_eq!(strange.value.reason(), Some(Reason::NonFiniteInput));
    }

    #[test]
    fn texts_are_compared_without_case_and_spelling_of_accents() {
        assert!(same_text(" Straße\n", "STRASSE"));
        assert!(same_text("caf\u{e9}", "CAFE\u{301}"));
        assert!(same_text("ΣΊΣΥΦΟΣ", "σίσυφος"));
        assert!(!same_text("a b", "ab"));
        let pairs = [(Some("AB 12"), Some("ab 12 ")), (Some("x"), None), (None, None), (Some("y"), Some("z"))];
        let got = attribute_agreement(&AttributePairs::Text(&pairs)).expect("fits");
        near(got.value, 1.0 / 3.0);
        assert_eq!((got.value.n(), got.unset), (3, 1));
        // statsmodels 0.15 proportion_confint(1, 3, method="wilson")
        assert!((got.value.ci().expect("an interval").high - 0.792_340_399_197_952).abs() < 1e-9);
    }

    #[test]
    fn nothing_and_sameness_have_no_value() {
        let unset = [(None, None)];
        for pairs in [AttributePairs::Nominal { categories: 2, pairs: &unset }, AttributePairs::Text(&[])] {
            let got = attribute_agreement(&pairs).expect("fits");
            assert_eq!((got.value.reason(), got.p_o.reason()), (Some(Reason::Empty), Some(Reason::Empty)));
        }
        let same = [(Some(1), Some(1)); 3];
        let got = attribute_agreement(&AttributePairs::Ordinal { levels: 4, pairs: &same }).expect("fits");
        assert_eq!(got.value.reason(), Some(Reason::NoVariation));
        let message =
            attribute_agreement(&AttributePairs::Nominal { categories: 1, pairs: &same }).expect_err("refused");
        assert!(message.to_string().contains("below the number of declared values"), "{message}");
    }

    proptest! {
        #[test]
        fn the_order_of_annotators_does_not_matter(
            pairs in prop::collection::vec((prop::option::of(0_u32..4), prop::option::of(0_u32..4)), 0..30),
        ) {
            let turned: Vec<(Option<u32>, Option<u32>)> = pairs.iter().map(|&(a, b)| (b, a)).collect();
            for make in [
                |pairs| AttributePairs::Nominal { categories: 4, pairs },
                |pairs| AttributePairs::Ordinal { levels: 4, pairs },
            ] {
                let of = |pairs| attribute_agreement(&make(pairs)).expect("fits");
                let (one, other) = (of(&pairs), of(&turned));
                prop_assert_eq!((one.only_a, one.p_o), (other.only_b, other.p_o));
                prop_assert_eq!(one.value.reason(), other.value.reason());
                prop_assert!((one.value.value_or(0.0) - other.value.value_or(0.0)).abs() < 1e-12);
            }
        }
    }
}
