//! Any number of raters on the same units, some of them missing: Fleiss' κ, Krippendorff's α, Gwet's AC1.
//!
//! Every coefficient is a function of how often each pattern of ratings occurs, so that a resample is a count.

mod ac1;
mod alpha;
mod fleiss;
mod patterns;
mod resample;

use serde::{Deserialize, Serialize};

use crate::error::MetricsError;
use crate::value::{Metric, Reason};

pub use ac1::{Categories, ac1};
pub use alpha::{Level, alpha};
pub use fleiss::{fleiss, percent_agreement, randolph};
pub(crate) use resample::resample_runs;
pub use resample::{Coefficient, resample};

/// What is attempted, for messages.
const TASK: &str = "read the table of ratings";
/// Stands for "not rated by this rater".
const MISSING: u32 = u32::MAX;

/// Ratings of units (rows) by raters (columns): a category index, or nothing where a rater did not see the unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ratings {
    raters: usize,
    categories: usize,
    cells: Vec<u32>,
}

impl Ratings {
    /// A table of `raters` columns, row by row, with the categories `0..categories`.
    ///
    /// An error when the cells do not fill whole rows (a table without raters has no cells) or a category is not below
    /// `categories`. Without cells there are no units.
    pub fn new(raters: usize, categories: usize, cells: &[Option<u32>]) -> Result<Self, MetricsError> {
        if !cells.len().is_multiple_of(raters.max(1)) || (raters == 0 && !cells.is_empty()) {
            let (left_name, right_name) = ("ratings", "raters, which do not fill whole rows");
            let (left, right) = (cells.len(), raters);
            return Err(MetricsError::Lengths { task: TASK, left_name, left, right_name, right });
        }
        let strange = |cell: &Option<u32>| cell.is_some_and(|c| c == MISSING || c as usize >= categories);
        if let Some(index) = cells.iter().position(strange) {
            let value = cells[index].map_or(0.0, f64::from);
            let expected = "below the number of categories";
            return Err(MetricsError::OutOfRange { task: TASK, index, field: "category", value, expected });
        }
        Ok(Self { raters, categories, cells: cells.iter().map(|cell| cell.unwrap_or(MISSING)).collect() })
    }

    /// A table of numbers: each distinct one becomes a category, and the numbers of the categories, ascending, come with
    /// it, for [`Level::Interval`] and [`Level::Ratio`].
    ///
    /// A number that is not finite stays in the list, so that a coefficient says `non_finite_input`. An error when the
    /// cells do not fill whole rows.
    pub fn from_numbers(raters: usize, cells: &[Option<f64>]) -> Result<(Self, Vec<f64>), MetricsError> {
        // Adding zero makes one number of the two zeros.
        let mut values: Vec<f64> = cells.iter().flatten().map(|value| value + 0.0).collect();
        values.sort_by(f64::total_cmp);
        values.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let category = |value: f64| values.partition_point(|v| v.total_cmp(&(value + 0.0)).is_lt()) as u32;
        let categories: Vec<Option<u32>> = cells.iter().map(|cell| cell.map(category)).collect();
        Ok((Self::new(raters, values.len(), &categories)?, values))
    }

    /// Number of units.
    pub fn units(&self) -> usize {
        self.cells.len() / self.raters.max(1)
    }

    /// Number of raters.
    pub fn raters(&self) -> usize {
        self.raters
    }

    /// Number of declared categories.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// The ratings of one unit, one entry a rater; empty for a unit that is not there.
    pub fn unit(&self, unit: usize) -> Vec<Option<u32>> {
        let row = self.cells.get(unit * self.raters..(unit + 1) * self.raters).unwrap_or_default();
        row.iter().map(|&cell| (cell != MISSING).then_some(cell)).collect()
    }
}

/// A coefficient of agreement with what is reported beside it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The coefficient; n counts the units that it used.
    pub value: Metric,
    /// Standard error, where there is a formula for it and the coefficient is defined.
    pub se: Option<f64>,
    /// Observed agreement: the mean over units of the share of rater pairs that agree.
    pub p_o: Metric,
    /// Agreement expected by chance; `not_applicable` where the coefficient has none (α above the nominal level).
    pub p_e: Metric,
    /// Units used.
    pub used: u64,
    /// Units left out because too few raters saw them.
    pub dropped: u64,
}

impl Estimate {
    /// The coefficient as it is shown: its interval, which follows from a normal approximation, cut at −1 and 1, beyond
    /// which no coefficient lies.
    pub fn shown(&self) -> Metric {
        self.value.with_ci(self.value.ci().map(|ci| ci.clipped(-1.0, 1.0)))
    }

    fn undefined(reason: Reason, used: u64, dropped: u64) -> Self {
        let none = Metric::undefined(reason);
        Self { value: none, se: None, p_o: none, p_e: none, used, dropped }
    }
}

/// A coefficient with its two parts, before it is wrapped up.
#[derive(Debug, Clone, Copy)]
struct Parts {
    value: f64,
    p_o: f64,
    p_e: Option<f64>,
}

impl Parts {
    /// `(p_o − p_e) / (1 − p_e)`.
    fn of_chance(p_o: f64, p_e: f64) -> Self {
        Self { value: (p_o - p_e) / (1.0 - p_e), p_o, p_e: Some(p_e) }
    }

    fn estimate(self, se: Option<f64>, used: u64, dropped: u64) -> Estimate {
        let p_e = self.p_e.map_or(Metric::undefined(Reason::NotApplicable), |p_e| Metric::new(p_e, used));
        Estimate { value: Metric::new(self.value, used), se, p_o: Metric::new(self.p_o, used), p_e, used, dropped }
    }
}

#[cfg(test)]
mod tests;
