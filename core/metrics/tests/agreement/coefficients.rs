//! Coefficients on random tables against krippendorff, irrCAC and statsmodels.

use concord_metrics::Metric;
use concord_metrics::ratings::{Categories, Level, Ratings, ac1, alpha, fleiss, randolph};
use serde_json::Value;

use crate::support::{count, number, section};

fn table(case: &Value) -> Ratings {
    let rows = case["rows"].as_array().expect("rows");
    let cells: Vec<Option<u32>> =
        rows.iter().flat_map(|row| row.as_str().expect("a row").chars().map(|c| c.to_digit(10))).collect();
    Ratings::new(count(case, "raters"), count(case, "categories"), &cells).expect("a table")
}

fn near(metric: Metric, case: &Value, name: &str) {
    let got = metric.value().unwrap_or_else(|| panic!("{name} is undefined in {case}"));
    assert!((got - number(case, name)).abs() < 1e-12, "{name} is {got} in {case}");
}

#[test]
fn alpha_equals_the_package_on_random_tables() {
    for case in section("coefficients") {
        let ratings = table(&case);
        let ranks: Vec<f64> = (0..ratings.categories()).map(|c| c as f64).collect();
        let squares: Vec<f64> = ranks.iter().map(|c| c * c + 0.5).collect();
        near(alpha(&ratings, Level::Nominal).value, &case, "nominal");
        near(alpha(&ratings, Level::Ordinal).value, &case, "ordinal");
        near(alpha(&ratings, Level::Interval(&ranks)).value, &case, "interval");
        near(alpha(&ratings, Level::Interval(&squares)).value, &case, "interval_of_squares");
        near(alpha(&ratings, Level::Ratio(&squares)).value, &case, "ratio_of_squares");
    }
}

#[test]
fn ac1_equals_irrcac_on_random_tables() {
    for case in section("coefficients") {
        let got = ac1(&table(&case), Categories::Observed, 0.95);
        near(got.value, &case, "ac1");
        near(got.p_o, &case, "p_o");
        assert_eq!(got.used as usize, count(&case, "seen"));
        near(Metric::new(got.se.expect("an error"), 1), &case, "ac1_se");
        let interval = got.value.ci().expect("an interval");
        for (end, at) in [(interval.low, 0), (interval.high, 1)] {
            let expected = case["ac1_ci"][at].as_f64().expect("an end");
            // The t quantile of scipy 1.12 is off by up to 1e-9.
            assert!((end - expected).abs() < 1e-9, "{end} instead of {expected}");
        }
    }
}

#[test]
fn fleiss_and_randolph_equal_statsmodels_on_complete_tables() {
    let complete: Vec<Value> =
        section("coefficients").into_iter().filter(|case| case.get("fleiss").is_some()).collect();
    assert_eq!(complete.len(), 3);
    for case in complete {
        near(fleiss(&table(&case)).value, &case, "fleiss");
        near(randolph(&table(&case)).value, &case, "randolph");
    }
}
