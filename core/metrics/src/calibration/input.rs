//! Checks that every method of this module makes of its input, and the table of scores per class.

use crate::error::MetricsError;
use crate::value::Reason;

/// One row of numbers a unit, one column a class, row after row in one slice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassTable<'a> {
    values: &'a [f64],
    classes: usize,
}

impl<'a> ClassTable<'a> {
    /// A table of finite numbers; an error when the slice does not divide into rows of `classes`, or holds a number
    /// that is not finite. No values make an empty table.
    pub fn new(values: &'a [f64], classes: usize) -> Result<Self, MetricsError> {
        const TASK: &str = "read a table of classes";
        if classes == 0 || !values.len().is_multiple_of(classes) {
            return Err(MetricsError::Lengths {
                task: TASK,
                left_name: "values",
                left: values.len(),
                right_name: "classes a row",
                right: classes,
            });
        }
        check_each(TASK, "number", values, "finite", f64::is_finite)?;
        Ok(Self { values, classes })
    }

    /// Number of classes, at least 1.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of units.
    pub fn len(&self) -> usize {
        self.values.len() / self.classes
    }

    /// True without units.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The rows in order.
    pub fn rows(&self) -> std::slice::ChunksExact<'a, f64> {
        self.values.chunks_exact(self.classes)
    }

    /// The rows with their labels; the reason when a label is missing or names no column.
    pub(super) fn labelled<'l>(
        &self,
        labels: &'l [usize],
    ) -> Result<impl ExactSizeIterator<Item = (&'a [f64], usize)> + use<'a, 'l>, Reason> {
        if self.is_empty() {
            return Err(Reason::Empty);
        }
        if labels.len() != self.len() || labels.iter().any(|&label| label >= self.classes) {
            return Err(Reason::NotApplicable);
        }
        Ok(self.rows().zip(labels.iter().copied()))
    }
}

/// Why these confidences cannot be measured against these outcomes, if they cannot.
pub(super) fn refusal(confidences: &[f64], outcomes: &[bool]) -> Option<Reason> {
    if confidences.iter().any(|value| !value.is_finite()) {
        return Some(Reason::NonFiniteInput);
    }
    if confidences.len() != outcomes.len() || confidences.iter().any(|value| !(0.0..=1.0).contains(value)) {
        return Some(Reason::NotApplicable);
    }
    confidences.is_empty().then_some(Reason::Empty)
}

/// An error unless both lists are of one length and every score is a probability.
pub(super) fn check_scores(task: &'static str, scores: &[f64], outcomes: usize) -> Result<(), MetricsError> {
    check_lengths(task, ("scores", scores.len()), ("outcomes", outcomes))?;
    check_each(task, "score", scores, "between 0 and 1", |value| (0.0..=1.0).contains(&value))
}

/// An error that names both lists unless they are of one length.
pub(super) fn check_lengths(
    task: &'static str,
    (left_name, left): (&'static str, usize),
    (right_name, right): (&'static str, usize),
) -> Result<(), MetricsError> {
    if left == right { Ok(()) } else { Err(MetricsError::Lengths { task, left_name, left, right_name, right }) }
}

/// An error that names the first value that is not as it has to be.
pub(super) fn check_each(
    task: &'static str,
    field: &'static str,
    values: &[f64],
    expected: &'static str,
    fits: impl Fn(f64) -> bool,
) -> Result<(), MetricsError> {
    match values.iter().position(|&value| !fits(value)) {
        Some(index) => Err(MetricsError::OutOfRange { task, index, field, value: values[index], expected }),
        None => Ok(()),
    }
}

/// An error that says how many examples are missing, unless there are enough.
pub(super) fn check_support(task: &'static str, got: usize, needed: usize) -> Result<(), MetricsError> {
    if got >= needed { Ok(()) } else { Err(MetricsError::TooFew { task, needed, got }) }
}

/// Predictions that are right less often than they say: `P(true) = 0.2 + 0.5 · score`.
#[cfg(test)]
pub(super) fn overconfident(n: usize, seed: u64) -> (Vec<f64>, Vec<bool>) {
    let mut stream = crate::rng::Stream::new(seed, "calibrator", "test", 0);
    (0..n)
        .map(|_| {
            let score = stream.next_f64();
            (score, stream.next_f64() < 0.2 + 0.5 * score)
        })
        .unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_whole_rows_of_finite_numbers() {
        let table = ClassTable::new(&[1.0, 2.0, 3.0, 4.0], 2).expect("two rows of two");
        assert_eq!((table.len(), table.classes(), table.rows().nth(1)), (2, 2, Some(&[3.0, 4.0][..])));
        let torn = ClassTable::new(&[1.0, 2.0, 3.0], 2).expect_err("a row and a half");
        assert_eq!(torn.to_string(), "cannot read a table of classes: 3 values for 2 classes a row");
        assert!(ClassTable::new(&[], 0).is_err());
        let nan = ClassTable::new(&[1.0, f64::NAN], 2).expect_err("NaN is no score");
        assert_eq!(
            nan.to_string(),
            "cannot read a table of classes: the number of entry 1 is NaN; it has to be finite"
        );
        assert!(ClassTable::new(&[], 3).expect("no rows").is_empty());
    }

    #[test]
    fn labels_have_to_name_a_column_each() {
        let table = ClassTable::new(&[1.0, 2.0], 2).expect("one row");
        assert_eq!(table.labelled(&[2]).err(), Some(Reason::NotApplicable));
        assert_eq!(table.labelled(&[]).err(), Some(Reason::NotApplicable));
        assert_eq!(table.labelled(&[1]).map(Iterator::count), Ok(1));
    }
}
