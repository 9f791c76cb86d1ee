//! Golden tables, the edges, and laws that hold for every table.

use proptest::prelude::*;

use super::*;
use crate::bootstrap::Options;
use crate::kappa;

fn near(metric: Metric, expected: f64) {
    let got = metric.value().unwrap_or_else(|| panic!("{metric:?} instead of {expected}"));
    assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
}

/// A table from one line of digits a rater, with a dot where nothing was rated; category = digit.
fn table(raters: &[&str], categories: usize) -> Ratings {
    let digits = |line: &str| line.chars().map(|c| c.to_digit(10)).collect::<Vec<_>>();
    let columns: Vec<Vec<Option<u32>>> = raters.iter().map(|line| digits(line)).collect();
    let cells: Vec<Option<u32>> =
        (0..columns[0].len()).flat_map(|unit| columns.iter().map(move |column| column[unit])).collect();
    Ratings::new(raters.len(), categories, &cells).expect("a table")
}

/// A table of units that have these numbers of ratings in each category.
fn of_counts(rows: &[&[usize]]) -> Ratings {
    let raters = rows[0].iter().sum();
    let spread = |row: &&[usize]| -> Vec<Option<u32>> {
        row.iter().enumerate().flat_map(|(category, &n)| std::iter::repeat_n(Some(category as u32), n)).collect()
    };
    let cells: Vec<Option<u32>> = rows.iter().flat_map(spread).collect();
    Ratings::new(raters, rows[0].len(), &cells).expect("a table")
}

fn pairs(cells: &[&[usize]]) -> Ratings {
    let each = cells.iter().enumerate().flat_map(|(i, row)| row.iter().enumerate().map(move |(j, &n)| (i, j, n)));
    let ratings: Vec<Option<u32>> =
        each.flat_map(|(i, j, n)| std::iter::repeat_n([Some(i as u32), Some(j as u32)], n)).flatten().collect();
    Ratings::new(2, cells.len(), &ratings).expect("a table")
}

/// The example of Krippendorff 2011, four observers and twelve units.
fn krippendorff() -> Ratings {
    table(&["123321412...", "1233224125.3", ".3332342251.", "12332441251."], 6)
}

#[test]
fn fleiss_has_the_golden_numbers_of_statsmodels() {
    let wikipedia = of_counts(&[
        &[0, 0, 0, 0, 14],
        &[0, 2, 6, 4, 2],
        &[0, 0, 3, 5, 6],
        &[0, 3, 9, 2, 0],
        &[2, 2, 8, 1, 1],
        &[7, 7, 0, 0, 0],
        &[3, 2, 6, 3, 0],
        &[2, 5, 3, 2, 2],
        &[6, 5, 2, 1, 0],
        &[0, 2, 2, 3, 7],
    ]);
    let got = fleiss(&wikipedia);
    near(got.value, 0.209_930_704_42);
    near(randolph(&wikipedia).value, 0.222_527_472_53);
    assert!((got.se.expect("an error") - 0.016_965_069_22).abs() < 1e-9, "{:?}", got.se);
    assert_eq!((got.used, got.dropped, got.value.n()), (10, 0, 10));
}

#[test]
fn alpha_has_the_golden_numbers_of_krippendorff() {
    // krippendorff 0.9
    let values = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    for (level, expected) in [
        (Level::Nominal, 0.743_421_052_63),
        (Level::Ordinal, 0.815_387_503_75),
        (Level::Interval(&values), 0.849_107_142_86),
        (Level::Ratio(&values), 0.797_402_774_71),
    ] {
        let got = alpha(&krippendorff(), level);
        near(got.value, expected);
        assert_eq!((got.used, got.dropped), (11, 1));
    }
}

#[test]
fn ac1_has_the_golden_numbers_of_irrcac() {
    // irrCAC 0.4.4
    let got = ac1(&krippendorff(), Categories::Observed, 0.95);
    assert!((got.value.value().expect("defined") - 0.775_444_068).abs() < 1e-8);
    assert!((got.se.expect("an error") - 0.142_949_951).abs() < 1e-8);
    let interval = got.value.ci().expect("an interval");
    assert!((interval.low - 0.460_813_348_132_08).abs() < 1e-9 && interval.high == 1.0, "{interval:?}");
    let two = ac1(&pairs(&[&[20, 5], &[10, 15]]), Categories::Observed, 0.95);
    near(two.value, 0.405_940_594_06);
    assert!((two.se.expect("an error") - 0.131_473_089).abs() < 1e-8);
    near(ac1(&pairs(&[&[11, 3, 1], &[2, 9, 4], &[0, 3, 17]]), Categories::Observed, 0.95).value, 0.613_325_401_55);
    near(ac1(&pairs(&[&[118, 5], &[2, 0]]), Categories::Observed, 0.95).value, 0.940_776_337_61);
    // A declared category that nobody used lowers chance agreement: Σπ(1−π) over 2 instead of over 1.
    let declared = ac1(&pairs(&[&[20, 5, 0], &[10, 15, 0], &[0, 0, 0]]), Categories::Declared, 0.95);
    let p_e = 0.55 * 0.45;
    near(declared.p_e, p_e);
    near(declared.value, (0.7 - p_e) / (1.0 - p_e));
}

#[test]
fn edges_say_why_there_is_no_number() {
    let reasons = |ratings: &Ratings| {
        [
            fleiss(ratings).value,
            randolph(ratings).value,
            alpha(ratings, Level::Nominal).value,
            alpha(ratings, Level::Ordinal).value,
            ac1(ratings, Categories::Observed, 0.95).value,
            percent_agreement(ratings).value,
        ]
        .map(|metric| metric.reason())
    };
    let nothing = Ratings::new(3, 2, &[]).expect("a table");
    assert_eq!(reasons(&nothing), [Some(Reason::Empty); 6]);
    assert_eq!(reasons(&Ratings::new(0, 0, &[]).expect("a table")), [Some(Reason::Empty); 6]);
    // Each unit was seen by one rater only.
    let lonely = table(&["01.", "..1"], 2);
    let not = Some(Reason::NotApplicable);
    let empty = Some(Reason::Empty);
    assert_eq!(reasons(&lonely), [not, not, empty, empty, empty, empty]);
    assert_eq!((percent_agreement(&lonely).used, percent_agreement(&lonely).dropped), (0, 3));
    // One category only: agreement is perfect, and says nothing.
    let constant = table(&["111", "111"], 2);
    let none = Some(Reason::NoVariation);
    assert_eq!(reasons(&constant), [none, None, none, none, none, None]);
    near(fleiss(&constant).p_o, 1.0);
    // Unequal numbers of ratings are no case for Fleiss.
    assert_eq!(reasons(&krippendorff())[..2], [not, not]);
    // A single unit has no spread.
    let single = ac1(&table(&["0", "1"], 2), Categories::Observed, 0.95);
    assert!(single.value.is_defined() && single.se.is_none() && single.value.ci().is_none());
}

#[test]
fn levels_ask_for_fitting_values() {
    let ratings = krippendorff();
    assert_eq!(alpha(&ratings, Level::Interval(&[1.0])).value.reason(), Some(Reason::NotApplicable));
    let strange = [0.0, 1.0, f64::NAN, 3.0, 4.0, 5.0];
    assert_eq!(alpha(&ratings, Level::Ratio(&strange)).value.reason(), Some(Reason::NonFiniteInput));
    // Numbers that cancel count as equal at the ratio level.
    let (opposed, values) = Ratings::from_numbers(2, &[Some(-1.0), Some(1.0)]).expect("a table");
    assert_eq!(alpha(&opposed, Level::Ratio(&values)).value.reason(), Some(Reason::NoVariation));
}

#[test]
fn numbers_become_categories_in_their_order() {
    let cells = [Some(2.5), None, Some(-0.0), Some(0.0), Some(1e9), Some(2.5)];
    let (ratings, values) = Ratings::from_numbers(2, &cells).expect("a table");
    assert_eq!(values, [0.0, 2.5, 1e9]);
    assert_eq!(ratings.unit(0), [Some(1), None]);
    assert_eq!(ratings.unit(1), [Some(0), Some(0)]);
    assert_eq!((ratings.units(), ratings.raters(), ratings.categories(), ratings.unit(9)), (3, 2, 3, vec![]));
}

#[test]
fn tables_that_do_not_fit_are_refused() {
    assert!(Ratings::new(2, 3, &[Some(0)]).is_err());
    assert!(Ratings::new(0, 3, &[Some(0)]).is_err());
    let message = Ratings::new(1, 3, &[Some(0), Some(3)]).expect_err("refused").to_string();
    assert_eq!(
        message,
        "cannot read the table of ratings: the category of entry 1 is 3; it has to be below the number of categories"
    );
    let options = Options::default();
    assert!(resample(&krippendorff(), &[Coefficient::Fleiss], Some(&[1, 2]), &options).is_err());
}

#[test]
fn intervals_of_single_units_and_of_groups_of_one_are_the_same() {
    let ratings = krippendorff();
    let options = Options { seed: 3, replicates: 200, confidence: 0.9 };
    let wanted = [
        Coefficient::Alpha(Level::Nominal),
        Coefficient::Alpha(Level::Ordinal),
        Coefficient::Ac1(Categories::Observed),
        Coefficient::PercentAgreement,
        Coefficient::Fleiss,
    ];
    let units = resample(&ratings, &wanted, None, &options).expect("intervals");
    let ones: Vec<u64> = (0..12).collect();
    assert_eq!(units, resample(&ratings, &wanted, Some(&ones), &options).expect("intervals"));
    let value = alpha(&ratings, Level::Nominal).value.value().expect("defined");
    assert!(units[0].interval.expect("an interval").contains(value));
    // Hardly any draw leaves only units that all four have rated, as Fleiss' κ asks for.
    assert!(units[4].interval.is_none() && units[4].dropped > 150);
    // Two halves that move together: wider than twelve units that do not.
    let halves: Vec<u64> = (0..12).map(|unit| 7 - unit % 2).collect();
    let grouped = resample(&ratings, &wanted, Some(&halves), &options).expect("intervals");
    assert_ne!(grouped[0].interval, units[0].interval);
    let empty = Ratings::new(2, 2, &[]).expect("a table");
    assert_eq!(resample(&empty, &wanted[..1], None, &options).expect("a result")[0].dropped, 200);
}

#[test]
fn a_replicate_is_the_coefficient_of_the_drawn_units() {
    let ratings = krippendorff();
    let options = Options { seed: 3, replicates: 40, confidence: 0.9 };
    let values: Vec<Option<f64>> = (0..40)
        .map(|replicate| {
            let drawn = crate::bootstrap::draw(3, "ratings", replicate, ratings.units());
            let cells: Vec<Option<u32>> = drawn.into_iter().flat_map(|unit| ratings.unit(unit)).collect();
            alpha(&Ratings::new(4, 6, &cells).expect("a table"), Level::Ordinal).value.value()
        })
        .collect();
    let got = resample(&ratings, &[Coefficient::Alpha(Level::Ordinal)], None, &options).expect("an interval");
    assert_eq!(got, [crate::bootstrap::percentile(&values, 0.9)]);
}

fn any_table() -> impl Strategy<Value = Ratings> {
    (2_usize..5, 2_usize..5).prop_flat_map(|(raters, categories)| {
        let cell = prop::option::weighted(0.8, 0..categories as u32);
        prop::collection::vec(prop::collection::vec(cell, raters), 0..20)
            .prop_map(move |rows| Ratings::new(raters, categories, &rows.concat()).expect("a table"))
    })
}

fn same(a: Metric, b: Metric) -> bool {
    match (a.value(), b.value()) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9,
        _ => a.reason() == b.reason(),
    }
}

proptest! {
    #[test]
    fn raters_and_units_may_come_in_any_order(ratings in any_table()) {
        let reversed: Vec<Option<u32>> = (0..ratings.units()).flat_map(|unit| ratings.unit(unit)).rev().collect();
        let turned = Ratings::new(ratings.raters, ratings.categories, &reversed).expect("a table");
        for level in [Level::Nominal, Level::Ordinal] {
            prop_assert!(same(alpha(&ratings, level).value, alpha(&turned, level).value));
        }
        prop_assert!(same(fleiss(&ratings).value, fleiss(&turned).value));
        let ac1_of = |ratings| ac1(ratings, Categories::Observed, 0.95).value;
        prop_assert!(same(ac1_of(&ratings), ac1_of(&turned)));
    }

    #[test]
    fn nominal_agreement_does_not_depend_on_names_of_categories(ratings in any_table()) {
        let last = ratings.categories as u32 - 1;
        let renamed: Vec<Option<u32>> =
            (0..ratings.units()).flat_map(|unit| ratings.unit(unit)).map(|cell| cell.map(|c| last - c)).collect();
        let renamed = Ratings::new(ratings.raters, ratings.categories, &renamed).expect("a table");
        prop_assert!(same(alpha(&ratings, Level::Nominal).value, alpha(&renamed, Level::Nominal).value));
        // A scale that is turned round keeps its distances.
        prop_assert!(same(alpha(&ratings, Level::Ordinal).value, alpha(&renamed, Level::Ordinal).value));
        prop_assert!(same(fleiss(&ratings).value, fleiss(&renamed).value));
    }

    #[test]
    fn interval_alpha_does_not_depend_on_the_unit_of_measurement(ratings in any_table(), shift in -1e3..1e3_f64) {
        let values: Vec<f64> = (0..ratings.categories).map(|c| c as f64 * c as f64).collect();
        let other: Vec<f64> = values.iter().map(|value| 2.5 * value + shift).collect();
        prop_assert!(same(alpha(&ratings, Level::Interval(&values)).value, alpha(&ratings, Level::Interval(&other)).value));
    }

    #[test]
    fn everything_is_finite_or_has_a_reason(ratings in any_table()) {
        let values: Vec<f64> = (0..ratings.categories).map(|c| c as f64 - 1.0).collect();
        for estimate in [
            fleiss(&ratings),
            randolph(&ratings),
            alpha(&ratings, Level::Ordinal),
            alpha(&ratings, Level::Ratio(&values)),
            ac1(&ratings, Categories::Declared, 0.95),
        ] {
            prop_assert_eq!(estimate.used + estimate.dropped, ratings.units() as u64);
            prop_assert!(estimate.se.is_none_or(f64::is_finite));
            prop_assert!(estimate.value.value().is_none_or(|value| value <= 1.0 + 1e-12));
        }
    }

    #[test]
    fn two_complete_raters_agree_on_nominal_alpha_and_scotts_pi(cells in prop::collection::vec((0_u32..3, 0_u32..3), 2..40)) {
        let flat: Vec<Option<u32>> = cells.iter().flat_map(|&(a, b)| [Some(a), Some(b)]).collect();
        let ratings = Ratings::new(2, 3, &flat).expect("a table");
        // Krippendorff 2011: α = 1 − (1 − π)·(n − 1)/n with π of pooled margins, which Fleiss' κ of two raters is.
        let n = flat.len() as f64;
        let (pi, alpha) = (fleiss(&ratings).value, alpha(&ratings, Level::Nominal).value);
        prop_assert_eq!(pi.reason(), alpha.reason());
        if let (Some(pi), Some(alpha)) = (pi.value(), alpha.value()) {
            prop_assert!((alpha - (1.0 - (1.0 - pi) * (n - 1.0) / n)).abs() < 1e-9);
        }
        let paired: Vec<(usize, usize)> = cells.iter().map(|&(a, b)| (a as usize, b as usize)).collect();
        let p_o = kappa::cohen(&kappa::confusion(&paired, 3)).p_o;
        prop_assert!(same(p_o, percent_agreement(&ratings).value));
    }
}

#[test]
fn what_is_shown_stays_among_the_coefficients() {
    // One of two units alike: two units say so little that the interval, as irrCAC has it, goes beyond −1.
    let ratings = Ratings::new(2, 2, &[Some(0), Some(0), Some(0), Some(1)]).expect("ratings");
    let estimate = ac1(&ratings, Categories::Observed, 0.95);
    let (whole, shown) = (estimate.value.ci().expect("an interval"), estimate.shown().ci().expect("an interval"));
    assert!(whole.low < -1.0, "{whole:?}");
    assert_eq!((shown.low, shown.high), (-1.0, whole.high));
    // By hand: half agree; chance 2 · ¾ · ¼ = 3/8.
    near(estimate.shown(), 0.2);
    assert_eq!(Estimate::undefined(Reason::Empty, 0, 0).shown().reason(), Some(Reason::Empty));
}
