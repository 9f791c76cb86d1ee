//! Temperatures against SciPy's, and what every fit has to keep.

use super::*;
use proptest::prelude::*;

const CONFIDENCES: [f64; 10] = [0.95, 0.9, 0.85, 0.8, 0.75, 0.6, 0.55, 0.4, 0.3, 0.2];
const OUTCOMES: [bool; 10] = [true, true, false, true, true, false, true, false, false, true];
const LOGITS: [f64; 18] = [2.0, 0.5, 0.1, 1.5, 1.0, -0.5, 0.2, 2.2, 0.3, 0.1, 0.4, 3.0, 2.5, 0.3, 0.2, 0.3, 1.8, 1.1];

fn near(got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() < tolerance, "{got} instead of {expected}");
}

#[test]
fn yes_and_no_scores_have_the_golden_temperature() {
    // SciPy 1.12 minimize_scalar over ln T; netcal 1.4 TemperatureScaling
    let got = fit_temperature(&CONFIDENCES, &OUTCOMES).expect("ten examples");
    near(got.temperature, 1.818_104, 1e-5);
    near(got.nll_before, 0.655_566_563_146_584_8, 1e-9);
    near(got.nll_after, 0.621_131_402_112_875_3, 1e-9);
    assert_eq!((got.n, got.at_bound, got.separable), (10, false, false));
}

#[test]
fn logits_have_the_golden_temperature() {
    // SciPy 1.12 minimize_scalar over ln T
    let table = ClassTable::new(&LOGITS, 3).expect("six rows");
    let got = fit_temperature_logits(table, &[0, 1, 1, 2, 0, 2]).expect("six examples");
    near(got.temperature, 0.681_295_9, 1e-5);
    near(got.nll_before, 0.529_611_868_884_782_8, 1e-9);
    near(got.nll_after, 0.491_158_417_956_966_3, 1e-9);
    assert!(!got.at_bound && !got.separable);
}

#[test]
fn perfect_predictions_end_at_the_bound_and_say_so() {
    let got = fit_temperature(&[0.9, 0.8, 0.1, 0.3], &[true, true, false, false]).expect("four examples");
    assert!(got.at_bound && got.separable);
    near(got.temperature, libm::exp(-4.0), 1e-12);
    // Scores so sure that the slope is 0 at the bound.
    let sure = fit_temperature(&[1.0, 0.0], &[true, false]).expect("two examples");
    assert!(sure.at_bound && sure.separable);
    let table = ClassTable::new(&[3.0, 1.0, 0.0, 2.0], 2).expect("two rows");
    let rows = fit_temperature_logits(table, &[0, 1]).expect("two examples");
    assert!(rows.at_bound && rows.separable);
}

#[test]
fn predictions_worse_than_chance_end_at_the_other_bound() {
    let got = fit_temperature(&[0.9, 0.2], &[false, true]).expect("two examples");
    assert!(got.at_bound && !got.separable);
    near(got.temperature, libm::exp(4.0), 1e-9);
}

#[test]
fn scores_of_one_half_leave_the_temperature_at_one() {
    let got = fit_temperature(&[0.5; 4], &[true, false, true, true]).expect("four examples");
    assert_eq!((got.temperature, got.at_bound), (1.0, false));
    near(got.nll_after, std::f64::consts::LN_2, 1e-12);
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let message =
        |scores: &[f64], outcomes: &[bool]| fit_temperature(scores, outcomes).expect_err("nothing to fit").to_string();
    assert_eq!(message(&[], &[]), "cannot fit a temperature: it takes 1 labelled examples, and there are 0");
    assert_eq!(message(&[0.5], &[]), "cannot fit a temperature: 1 scores for 0 outcomes");
    assert_eq!(
        message(&[0.5, 1.5], &[true, true]),
        "cannot fit a temperature: the score of entry 1 is 1.5; it has to be between 0 and 1"
    );
    let table = ClassTable::new(&[1.0, 2.0], 2).expect("a row");
    assert!(fit_temperature_logits(table, &[2]).is_err());
    assert!(fit_temperature_logits(table, &[]).is_err());
}

#[test]
fn cooled_logits_are_probabilities() {
    // scipy.special.softmax([1, 0, -1] / 2)
    let got = cool_logits(&[2.0, 0.0, -2.0], 4.0);
    for (got, expected) in got.iter().zip([0.506_480_391_055_654, 0.307_195_885_718_498_4, 0.186_323_723_225_847_6]) {
        near(*got, expected, 1e-12);
    }
    near(cool_logits(&[1000.0, 0.0], 1.0)[0], 1.0, 1e-15);
    assert!(cool_logits(&[], 1.0).is_empty());
}

proptest! {
    #[test]
    fn a_fit_is_the_best_of_a_fine_grid(
        rows in prop::collection::vec((0.01..0.99_f64, any::<bool>()), 4..40),
    ) {
        let (scores, outcomes): (Vec<f64>, Vec<bool>) = rows.into_iter().unzip();
        let got = fit_temperature(&scores, &outcomes).expect("valid scores");
        prop_assert!(got.nll_after <= got.nll_before);
        prop_assert!((-4.0 - 1e-9..=4.0 + 1e-9).contains(&libm::log(got.temperature)));
        for step in -40..=40 {
            let temperature = libm::exp(f64::from(step) / 10.0);
            let cooled: Vec<f64> = scores.iter().map(|&score| cool_score(score, temperature)).collect();
            let nll = crate::calibration::nll(&cooled, &outcomes).value().expect("defined");
            prop_assert!(got.nll_after <= nll + 1e-9, "T = {} is better than {:?}", temperature, got);
        }
    }

    #[test]
    fn the_order_of_scores_is_kept(a in 0.0..=1.0_f64, b in 0.0..=1.0_f64, log_t in -4.0..=4.0_f64) {
        let t = libm::exp(log_t);
        let (cool_a, cool_b) = (cool_score(a, t), cool_score(b, t));
        prop_assert!((0.0..=1.0).contains(&cool_a));
        prop_assert!(a >= b || cool_a <= cool_b + 1e-15, "{} {} {} {}", a, b, cool_a, cool_b);
    }

    #[test]
    fn logits_and_scores_of_two_classes_agree(
        rows in prop::collection::vec((-5.0..5.0_f64, any::<bool>()), 4..40),
    ) {
        let logits: Vec<f64> = rows.iter().flat_map(|row| [row.0, 0.0]).collect();
        let labels: Vec<usize> = rows.iter().map(|row| usize::from(!row.1)).collect();
        let scores: Vec<f64> = rows.iter().map(|row| sigmoid(row.0)).collect();
        let outcomes: Vec<bool> = rows.iter().map(|row| row.1).collect();
        let table = ClassTable::new(&logits, 2).expect("whole rows");
        let by_logits = fit_temperature_logits(table, &labels).expect("valid logits");
        let by_scores = fit_temperature(&scores, &outcomes).expect("valid scores");
        prop_assert!((by_logits.nll_after - by_scores.nll_after).abs() < 1e-9);
        prop_assert_eq!(by_logits.separable, by_scores.separable);
    }
}
