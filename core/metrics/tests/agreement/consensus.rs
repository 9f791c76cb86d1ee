//! True classes against crowd-kit and fused masks against SimpleITK.

use concord_metrics::dawid_skene::{DawidSkeneOptions, Opinion, Sizes, dawid_skene};
use concord_metrics::staple::{StapleOptions, staple};
use serde_json::Value;

use crate::support::{Splitmix, count, number, section};

fn opinions(case: &Value) -> (Vec<Opinion>, usize) {
    let rows = case["rows"].as_array().expect("rows");
    let of_row = |(item, row): (usize, &Value)| -> Vec<Opinion> {
        let answers = row.as_str().expect("a row").chars().enumerate();
        answers
            .filter_map(|(annotator, c)| {
                Some(Opinion { item: item as u32, annotator: annotator as u32, class: c.to_digit(10)? })
            })
            .collect()
    };
    (rows.iter().enumerate().flat_map(of_row).collect(), rows.len())
}

#[test]
fn the_plain_method_equals_crowd_kit_iteration_by_iteration() {
    for case in section("dawid_skene") {
        let (opinions, items) = opinions(&case);
        let sizes = Sizes { items, annotators: count(&case, "annotators"), classes: count(&case, "classes") };
        let iterations = count(&case, "iterations") as u32;
        let options = DawidSkeneOptions { diagonal: 0.0, off_diagonal: 0.0, tolerance: 0.0, iterations };
        let got = dawid_skene(&opinions, sizes, &options).expect("an estimate");
        assert_eq!(got.iterations, iterations);
        for item in 0..items {
            for (class, probability) in got.of_item(item).iter().enumerate() {
                let expected = case["posterior"][item][class].as_f64().expect("a probability");
                assert!((probability - expected).abs() < 1e-7, "item {item}: {probability} instead of {expected}");
            }
        }
    }
}

#[test]
fn noisy_discs_are_fused_as_by_simpleitk() {
    for case in section("staple") {
        let mut draw = Splitmix(count(&case, "seed") as u64);
        let masks: Vec<Vec<bool>> =
            (0..count(&case, "raters")).map(|_| disc(&mut draw, number(&case, "noise"))).collect();
        let views: Vec<&[bool]> = masks.iter().map(Vec::as_slice).collect();
        let got = staple(&views, &StapleOptions { tolerance: 1e-13, iterations: 100_000 }).expect("a fused mask");
        let drawn: String = got.mask.iter().map(|&pixel| if pixel { '1' } else { '0' }).collect();
        assert_eq!(drawn, case["mask"].as_str().expect("a mask"));
        let sum: f64 = got.probability.iter().sum();
        // SimpleITK stops once its rates hardly move, this test much later.
        assert!((sum - number(&case, "sum")).abs() < 1e-4, "{sum} in {case}");
        for (at, rater) in got.raters.iter().enumerate() {
            for (metric, name) in [(rater.sensitivity, "sensitivity"), (rater.specificity, "specificity")] {
                let expected = case[name][at].as_f64().expect("a rate");
                assert!(
                    (metric.value().expect("defined") - expected).abs() < 1e-6,
                    "{name} {metric:?}, not {expected}"
                );
            }
        }
    }
}

fn disc(draw: &mut Splitmix, noise: f64) -> Vec<bool> {
    let mut shift = || (draw.unit() * 5.0) as i64 - 2;
    let (dx, dy) = (shift(), shift());
    let places = (0..24_i64).flat_map(|y| (0..24_i64).map(move |x| (x, y)));
    places.map(|(x, y)| ((x - 12 - dx).pow(2) + (y - 11 - dy).pow(2) < 40) != (draw.unit() < noise)).collect()
}
