//! Cohen's κ of two raters, unweighted and weighted, with large-sample errors.
//!
//! Cohen 1960 and 1968; standard errors of Fleiss, Cohen & Everitt 1969. Equals statsmodels `cohens_kappa`.

use serde::{Deserialize, Serialize};

use crate::interval::z_of;
use crate::value::{Interval, Metric, Reason};

/// How much a disagreement between two categories counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// Every disagreement counts the same.
    None,
    /// By the distance of the ranks on the declared ordinal scale.
    Linear,
    /// By the squared distance of the ranks on the declared ordinal scale.
    Quadratic,
}

impl Weighting {
    /// Agreement weight `1 − d` of categories `i` and `j` of `k`.
    pub(crate) fn agreement(self, i: usize, j: usize, k: usize) -> f64 {
        let distance = i.abs_diff(j) as f64 / (k.max(2) - 1) as f64;
        match self {
            Self::None => f64::from(u8::from(i == j)),
            Self::Linear => 1.0 - distance,
            Self::Quadratic => 1.0 - distance * distance,
        }
    }
}

/// Cohen's κ of one table with everything that is reported beside it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Kappa {
    /// κ over `n` units with its large-sample interval, clipped to `[−1, 1]`.
    pub kappa: Metric,
    /// Large-sample standard error; none when κ is undefined.
    pub se: Option<f64>,
    /// Standard error under the hypothesis κ = 0; none when κ is undefined.
    pub se0: Option<f64>,
    /// The largest κ that these margins allow (unweighted).
    pub kappa_max: Metric,
    /// Observed (weighted) agreement.
    pub p_o: Metric,
    /// Agreement expected by chance from the margins.
    pub p_e: Metric,
    /// Units rated by both.
    pub n: u64,
}

impl Kappa {
    fn undefined(reason: Reason, n: u64) -> Self {
        let none = Metric::undefined(reason);
        Self { kappa: none, se: None, se0: None, kappa_max: none, p_o: none, p_e: none, n }
    }
}

/// The `k` × `k` table of paired ratings (first rater in rows); a pair with a category outside `0..k` is left out.
pub fn confusion(pairs: &[(usize, usize)], k: usize) -> Vec<Vec<u64>> {
    let mut table = vec![vec![0; k]; k];
    for &(a, b) in pairs {
        if a < k && b < k {
            table[a][b] += 1;
        }
    }
    table
}

/// κ of a square table of counts (rows: first rater, columns: second rater) with a 95 % interval.
///
/// κ is `empty` for a table without units, `no_variation` when both raters used one and the same category only,
/// `not_applicable` when the table is not square.
pub fn cohen(table: &[Vec<u64>]) -> Kappa {
    cohen_weighted(table, Weighting::None, 0.95)
}

/// [`cohen`] with ordinal weights and a chosen confidence level; categories are in the order of the declared scale.
pub fn cohen_weighted(table: &[Vec<u64>], weighting: Weighting, confidence: f64) -> Kappa {
    let k = table.len();
    cohen_by(table, |i, j| weighting.agreement(i, j, k), confidence)
}

/// [`cohen`] with any agreement weight of two categories: 1 on the diagonal, at least 0 elsewhere.
pub(crate) fn cohen_by(table: &[Vec<u64>], weight: impl Fn(usize, usize) -> f64, confidence: f64) -> Kappa {
    let margins = match Margins::new(table) {
        Ok(margins) => margins,
        Err(reason) => return Kappa::undefined(reason, 0),
    };
    let n = margins.n;
    if margins.is_constant() {
        let mut kappa = Kappa::undefined(Reason::NoVariation, n);
        kappa.p_o = Metric::new(1.0, n);
        kappa.p_e = Metric::new(1.0, n);
        return kappa;
    }
    let k = table.len();
    let total = n as f64;
    let p = |i: usize, j: usize| table[i][j] as f64 / total;
    let (rows, columns) = (margins.row_shares(), margins.column_shares());
    let cells = || (0..k).flat_map(move |i| (0..k).map(move |j| (i, j)));

    let p_o: f64 = cells().map(|(i, j)| weight(i, j) * p(i, j)).sum();
    let p_e: f64 = cells().map(|(i, j)| weight(i, j) * rows[i] * columns[j]).sum();
    let kappa = (p_o - p_e) / (1.0 - p_e);

    let row_mean: Vec<f64> = (0..k).map(|i| (0..k).map(|j| columns[j] * weight(i, j)).sum()).collect();
    let column_mean: Vec<f64> = (0..k).map(|j| (0..k).map(|i| rows[i] * weight(i, j)).sum()).collect();
    let spread: f64 =
        cells().map(|(i, j)| p(i, j) * square(weight(i, j) - (row_mean[i] + column_mean[j]) * (1.0 - kappa))).sum();
    let spread0: f64 =
        cells().map(|(i, j)| rows[i] * columns[j] * square(weight(i, j) - (row_mean[i] + column_mean[j]))).sum();
    let scale = total * square(1.0 - p_e);
    let se = error((spread - square(kappa - p_e * (1.0 - kappa))) / scale);
    let se0 = error((spread0 - square(p_e)) / scale);

    let plain_p_e: f64 = rows.iter().zip(&columns).map(|(r, c)| r * c).sum();
    let overlap: f64 = rows.iter().zip(&columns).map(|(r, c)| r.min(*c)).sum();
    let half = z_of(confidence) * se;
    let interval = Interval { low: kappa - half, high: kappa + half }.clipped(-1.0, 1.0);
    Kappa {
        kappa: Metric::new(kappa, n).with_ci(Some(interval)),
        se: Some(se),
        se0: Some(se0),
        kappa_max: Metric::new((overlap - plain_p_e) / (1.0 - plain_p_e), n),
        p_o: Metric::new(p_o, n),
        p_e: Metric::new(p_e, n),
        n,
    }
}

/// Only the unweighted κ of a square table; the reason when it is undefined. For tight loops such as resampling.
pub fn value_of(table: &[Vec<u64>]) -> Result<f64, Reason> {
    let margins = Margins::new(table)?;
    if margins.is_constant() {
        return Err(Reason::NoVariation);
    }
    let total = margins.n as f64;
    let agreed: u64 = (0..table.len()).map(|i| table[i][i]).sum();
    let p_o = agreed as f64 / total;
    let p_e: f64 =
        margins.rows.iter().zip(&margins.columns).map(|(&r, &c)| r as f64 / total * (c as f64 / total)).sum();
    Ok((p_o - p_e) / (1.0 - p_e))
}

/// Row and column sums of a square table that holds at least one unit.
struct Margins {
    rows: Vec<u64>,
    columns: Vec<u64>,
    n: u64,
}

impl Margins {
    fn new(table: &[Vec<u64>]) -> Result<Self, Reason> {
        let k = table.len();
        if table.iter().any(|row| row.len() != k) {
            return Err(Reason::NotApplicable);
        }
        let rows: Vec<u64> = table.iter().map(|row| row.iter().sum()).collect();
        let columns = (0..k).map(|j| table.iter().map(|row| row[j]).sum()).collect();
        let n = rows.iter().sum();
        if n == 0 { Err(Reason::Empty) } else { Ok(Self { rows, columns, n }) }
    }

    /// True when both raters put every unit into one and the same category, so that chance agreement is 1.
    fn is_constant(&self) -> bool {
        self.rows.iter().zip(&self.columns).any(|(&r, &c)| r == self.n && c == self.n)
    }

    fn row_shares(&self) -> Vec<f64> {
        self.rows.iter().map(|&r| r as f64 / self.n as f64).collect()
    }

    fn column_shares(&self) -> Vec<f64> {
        self.columns.iter().map(|&c| c as f64 / self.n as f64).collect()
    }
}

fn square(x: f64) -> f64 {
    x * x
}

/// The root of a variance; a tiny negative one is rounding and counts as 0.
fn error(variance: f64) -> f64 {
    libm::sqrt(variance.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
    }

    fn three() -> Vec<Vec<u64>> {
        vec![vec![11, 3, 1], vec![2, 9, 4], vec![0, 3, 17]]
    }

    #[test]
    fn two_by_two_matches_statsmodels() {
        // statsmodels 0.15 cohens_kappa
        let got = cohen(&[vec![20, 5], vec![10, 15]]);
        near(got.kappa.value().expect("defined"), 0.4);
        near(got.se.expect("defined"), 0.126_996_062_93);
        near(got.se0.expect("defined"), 0.138_564_064_61);
        near(got.kappa_max.value().expect("defined"), 0.8);
        near(got.p_o.value().expect("defined"), 0.7);
        let interval = got.kappa.ci().expect("an interval");
        near(interval.low, 0.151_092_290_48);
        near(interval.high, 0.648_907_709_53);
        assert_eq!((got.n, got.kappa.n()), (50, 50));
    }

    #[test]
    fn weighted_three_by_three_matches_statsmodels() {
        for (weighting, kappa, se, se0, low, high) in [
            (Weighting::None, 0.603_658_536_59, 0.093_613_992_16, 0.100_382_226_09, 0.420_178_483_51, 0.787_138_589_66),
            (
                Weighting::Linear,
                0.686_098_654_71,
                0.080_581_465_66,
                0.112_999_145_72,
                0.528_161_884_20,
                0.844_035_425_21,
            ),
            (
                Weighting::Quadratic,
                0.765_395_894_43,
                0.073_806_023_08,
                0.140_738_634_35,
                0.620_738_747_35,
                0.910_053_041_504_551,
            ),
        ] {
            let got = cohen_weighted(&three(), weighting, 0.95);
            near(got.kappa.value().expect("defined"), kappa);
            near(got.se.expect("defined"), se);
            near(got.se0.expect("defined"), se0);
            let interval = got.kappa.ci().expect("an interval");
            near(interval.low, low);
            near(interval.high, high);
        }
    }

    #[test]
    fn edges_say_why_there_is_no_kappa() {
        assert_eq!(cohen(&[]).kappa.reason(), Some(Reason::Empty));
        assert_eq!(cohen(&[vec![0, 0], vec![0, 0]]).kappa.reason(), Some(Reason::Empty));
        assert_eq!(cohen(&[vec![7, 0], vec![0, 0]]).kappa.reason(), Some(Reason::NoVariation));
        assert_eq!(cohen(&[vec![7, 0], vec![0]]).kappa.reason(), Some(Reason::NotApplicable));
        // One constant rater is fine: chance agreement below 1, κ = 0 (sklearn cohen_kappa_score gives 0.0).
        assert_eq!(cohen(&[vec![5, 3], vec![0, 0]]).kappa.value(), Some(0.0));
    }

    #[test]
    fn json_names_are_stable() {
        let json = serde_json::to_value(cohen(&three())).expect("a result serialises");
        let names: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(names, ["kappa", "kappa_max", "n", "p_e", "p_o", "se", "se0"]);
    }

    fn table() -> impl Strategy<Value = Vec<Vec<u64>>> {
        (2_usize..5).prop_flat_map(|k| prop::collection::vec(prop::collection::vec(0_u64..30, k), k))
    }

    proptest! {
        #[test]
        fn kappa_is_symmetric_in_the_raters(table in table()) {
            let k = table.len();
            let swapped: Vec<Vec<u64>> = (0..k).map(|i| (0..k).map(|j| table[j][i]).collect()).collect();
            match (value_of(&table), value_of(&swapped)) {
                (Ok(a), Ok(b)) => prop_assert!((a - b).abs() < 1e-12),
                (a, b) => prop_assert_eq!(a, b),
            }
        }

        #[test]
        fn kappa_does_not_depend_on_the_names_of_the_categories(table in table(), seed: u64) {
            let k = table.len();
            let mut names: Vec<usize> = (0..k).collect();
            crate::rng::Stream::new(seed, "relabel", "kappa", 0).shuffle(&mut names);
            let renamed: Vec<Vec<u64>> =
                names.iter().map(|&i| names.iter().map(|&j| table[i][j]).collect()).collect();
            match (value_of(&table), value_of(&renamed)) {
                (Ok(a), Ok(b)) => prop_assert!((a - b).abs() < 1e-12),
                (a, b) => prop_assert_eq!(a, b),
            }
        }

        #[test]
        fn kappa_is_one_only_without_disagreement(table in table()) {
            let k = table.len();
            let off: u64 = (0..k).flat_map(|i| (0..k).map(move |j| (i, j))).filter(|(i, j)| i != j)
                .map(|(i, j)| table[i][j]).sum();
            if let Ok(kappa) = value_of(&table) {
                prop_assert_eq!(off == 0, (kappa - 1.0).abs() < 1e-12);
            }
        }

        #[test]
        fn the_quick_value_equals_the_full_result(table in table()) {
            match (value_of(&table), cohen(&table).kappa) {
                (Ok(quick), full) => prop_assert!((quick - full.value().expect("defined too")).abs() < 1e-12),
                (Err(reason), full) => prop_assert_eq!(Some(reason), full.reason()),
            }
        }
    }
}
