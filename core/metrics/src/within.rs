//! The difference between two conditions within the same people, pooled over people.
//!
//! Each person is compared with themselves, so that it does not matter who worked more under which condition: the
//! differences of their ratios are pooled with the weights of Mantel and Haenszel.
//!
//! Greenland, S. & Robins, J. M. (1985): Estimation of a common effect parameter from sparse follow-up data.
//! Biometrics 41, for the pooled difference of proportions.

use serde::{Deserialize, Serialize};

use crate::bootstrap::{self, resample_many};
use crate::quantile::quantile;
use crate::value::{Metric, Reason};

/// What one person did on one sample, under one of the two conditions.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Index of the sample; samples are what is resampled.
    pub sample: usize,
    /// Index of the person.
    pub person: usize,
    /// True under the condition that is looked into, false under that which it is compared with.
    pub treated: bool,
    /// Numerator and denominator of each ratio, neither negative; all units have as many.
    pub ratios: Vec<[f64; 2]>,
}

/// A ratio under both conditions, each standardised to the same people, and the difference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Under the condition that is looked into; n counts units of people who were seen under both.
    pub treated: Metric,
    /// Under the other; n likewise.
    pub control: Metric,
    /// The first minus the second, with the bootstrap interval over samples; n counts people.
    pub difference: Metric,
    /// True when more than 5 % of the replicates were undefined, so that the interval is shaky.
    pub unstable: bool,
}

/// The pooled differences of `ratios` many ratios among `people` people on `samples` samples.
///
/// With D₁ and D₀ the denominators of a person under the two conditions, their difference counts D₁·D₀/(D₁+D₀). Who has
/// a denominator under one condition only counts for nothing; without anybody who has both everything is `empty`.
/// Intervals resample samples, whoever worked on them under whichever condition.
pub fn differences(
    units: &[Unit],
    [samples, people, ratios]: [usize; 3],
    options: &bootstrap::Options,
) -> Vec<Difference> {
    let ones = vec![1; samples];
    let pooled: Vec<Option<Pooled>> = pool(units, &ones, people, ratios);
    let resampled = resample_many(samples, "within_people", options, |weights| {
        pool(units, weights, people, ratios).into_iter().map(|p| p.map(|p| p.treated - p.control)).collect()
    });
    let difference = |(at, pooled): (usize, Option<Pooled>)| {
        let Some(Pooled { treated, control, units, people }) = pooled else {
            let empty = Metric::undefined(Reason::Empty);
            return Difference { treated: empty, control: empty, difference: empty, unstable: false };
        };
        let spread = resampled.get(at);
        Difference {
            treated: Metric::new(treated, units[1]),
            control: Metric::new(control, units[0]),
            difference: Metric::new(treated - control, people).with_ci(spread.and_then(|r| r.interval)),
            unstable: spread.is_some_and(|r| r.unstable),
        }
    };
    pooled.into_iter().enumerate().map(difference).collect()
}

/// A ratio under both conditions.
struct Pooled {
    treated: f64,
    control: f64,
    units: [u64; 2],
    people: u64,
}

/// What a person did under one condition.
#[derive(Clone, Copy, Default)]
struct Sum {
    numerator: f64,
    denominator: f64,
    units: u64,
}

fn pool(units: &[Unit], weights: &[u32], people: usize, ratios: usize) -> Vec<Option<Pooled>> {
    let mut sums = vec![[Sum::default(); 2]; people * ratios];
    for unit in units {
        let weight = weights.get(unit.sample).copied().unwrap_or_default();
        if weight == 0 || unit.person >= people {
            continue;
        }
        for (at, [numerator, denominator]) in unit.ratios.iter().take(ratios).enumerate() {
            let sum = &mut sums[unit.person * ratios + at][usize::from(unit.treated)];
            sum.numerator += f64::from(weight) * numerator;
            sum.denominator += f64::from(weight) * denominator;
            sum.units += u64::from(weight);
        }
    }
    let of_ratio = |at: usize| {
        let both = (0..people).map(|person| sums[person * ratios + at]);
        let both = both.filter(|[control, treated]| control.denominator > 0.0 && treated.denominator > 0.0);
        let mut all = Pooled { treated: 0.0, control: 0.0, units: [0; 2], people: 0 };
        let mut total = 0.0;
        for [control, treated] in both {
            let weight = treated.denominator * control.denominator / (treated.denominator + control.denominator);
            total += weight;
            all.treated += weight * treated.numerator / treated.denominator;
            all.control += weight * control.numerator / control.denominator;
            all.units = [all.units[0] + control.units, all.units[1] + treated.units];
            all.people += 1;
        }
        (total > 0.0).then(|| Pooled { treated: all.treated / total, control: all.control / total, ..all })
    };
    (0..ratios).map(of_ratio).collect()
}

/// What one person needed for one sample, under one of the two conditions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timed {
    /// Index of the sample.
    pub sample: usize,
    /// True under the condition that is looked into.
    pub treated: bool,
    /// How long it took, in any unit; not negative.
    pub time: f64,
}

/// By how much less time is needed under the condition that is looked into: one minus the ratio of the medians, with the
/// bootstrap interval over samples. Negative where it takes longer.
///
/// `empty` without a time under each condition, `zero_denominator` when the median of the other is 0. n counts times.
pub fn time_saved(times: &[Timed], samples: usize, options: &bootstrap::Options) -> Metric {
    let medians = |weights: &[u32]| {
        let median = |treated: bool| {
            let of_arm = times.iter().filter(|t| t.treated == treated);
            let mut drawn: Vec<f64> = of_arm
                .flat_map(|t| std::iter::repeat_n(t.time, weights.get(t.sample).copied().unwrap_or_default() as usize))
                .collect();
            drawn.sort_by(f64::total_cmp);
            quantile(&drawn, 0.5)
        };
        Some((median(true)?, median(false)?))
    };
    let saved = |(treated, control): (f64, f64)| (control > 0.0).then(|| 1.0 - treated / control);
    let Some((treated, control)) = medians(&vec![1; samples]) else { return Metric::undefined(Reason::Empty) };
    if control == 0.0 {
        return Metric::undefined(Reason::ZeroDenominator);
    }
    let resampled = resample_many(samples, "time_saved", options, |weights| vec![medians(weights).and_then(saved)]);
    let interval = resampled.first().and_then(|r| r.interval);
    Metric::new(1.0 - treated / control, times.len() as u64).with_ci(interval)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bootstrap::{Options, draw, percentile};

    fn unit(sample: usize, person: usize, treated: bool, numerator: f64, denominator: f64) -> Unit {
        Unit { sample, person, treated, ratios: vec![[numerator, denominator]] }
    }

    fn no_interval() -> Options {
        Options { replicates: 0, ..Options::default() }
    }

    fn value(metric: Metric) -> f64 {
        metric.value().expect("it is defined")
    }

    /// Two strata by hand: 30/40 against 10/20 and 9/10 against 24/30. The weights are 800/60 and 300/40, the differences
    /// 1/4 and 1/10: (10/3 + 3/4) / (125/6) = 49/250.
    #[test]
    fn the_difference_is_that_of_mantel_and_haenszel() {
        let units = [
            unit(0, 0, true, 30.0, 40.0),
            unit(1, 0, false, 10.0, 20.0),
            unit(2, 1, true, 9.0, 10.0),
            unit(3, 1, false, 24.0, 30.0),
        ];
        let found = differences(&units, [4, 2, 1], &no_interval())[0];
        assert!((value(found.difference) - 0.196).abs() < 1e-12, "{found:?}");
        let treated = (800.0 / 60.0 * 0.75 + 7.5 * 0.9) / (800.0 / 60.0 + 7.5);
        assert!((value(found.treated) - treated).abs() < 1e-12);
        assert_eq!((found.difference.n(), found.treated.n(), found.control.n()), (2, 2, 2));
    }

    /// Who is careful works without suggestions, who is careless with them: pooled naively it would look like a pull.
    #[test]
    fn different_people_are_no_difference_of_conditions() {
        let units = [
            unit(0, 0, true, 9.0, 10.0),
            unit(1, 0, false, 90.0, 100.0),
            unit(2, 1, true, 50.0, 100.0),
            unit(3, 1, false, 5.0, 10.0),
            unit(4, 2, true, 1.0, 1.0),
        ];
        let found = differences(&units, [5, 3, 1], &no_interval())[0];
        assert!(value(found.difference).abs() < 1e-12, "{found:?}");
        assert_eq!(found.difference.n(), 2, "the third was seen under one condition only");
    }

    #[test]
    fn without_both_conditions_nothing_is_said() {
        for units in
            [vec![], vec![unit(0, 0, true, 1.0, 2.0)], vec![unit(0, 0, true, 1.0, 2.0), unit(1, 1, false, 1.0, 2.0)]]
        {
            let found = differences(&units, [2, 2, 1], &Options::default())[0];
            assert_eq!(found.difference, Metric::undefined(Reason::Empty));
            assert_eq!((found.treated, found.control), (found.difference, found.difference));
        }
    }

    /// The interval against the definition, written out: draw samples, pool what was drawn, take the percentiles.
    #[test]
    fn the_interval_is_that_of_samples_drawn_anew() {
        let units: Vec<Unit> = (0..24)
            .map(|i| unit(i / 2, i % 2, i % 4 < 2, f64::from(i as u32 % 5), 4.0 + f64::from(i as u32 % 3)))
            .collect();
        let options = Options { seed: 3, replicates: 200, confidence: 0.9 };
        let found = differences(&units, [12, 2, 1], &options)[0];
        let replicate = |replicate: u64| {
            let drawn = draw(3, "within_people", replicate, 12);
            let copies: Vec<Unit> =
                drawn.iter().flat_map(|sample| units.iter().filter(|unit| unit.sample == *sample).cloned()).collect();
            differences(&copies, [12, 2, 1], &no_interval())[0].difference.value()
        };
        let values: Vec<Option<f64>> = (0..200).map(replicate).collect();
        let (got, want) = (found.difference.ci().expect("drawn"), percentile(&values, 0.9).interval.expect("drawn"));
        assert!((got.low - want.low).abs() < 1e-12 && (got.high - want.high).abs() < 1e-12, "{got:?} {want:?}");
    }

    #[test]
    fn the_time_saved_is_that_of_the_medians() {
        let timed = |sample, treated, time| Timed { sample, treated, time };
        let times = [
            timed(0, true, 6.0),
            timed(1, true, 9.0),
            timed(2, true, 30.0),
            timed(3, false, 10.0),
            timed(4, false, 14.0),
        ];
        assert_eq!(value(time_saved(&times, 5, &no_interval())), 1.0 - 9.0 / 12.0);
        assert_eq!(time_saved(&times[..3], 5, &no_interval()), Metric::undefined(Reason::Empty));
        let idle = [timed(0, true, 1.0), timed(1, false, 0.0)];
        assert_eq!(time_saved(&idle, 2, &no_interval()), Metric::undefined(Reason::ZeroDenominator));
        let ci = time_saved(&times, 5, &Options { seed: 1, ..Options::default() }).ci().expect("drawn");
        assert!(ci.low <= 0.25 && 0.25 <= ci.high && ci.low >= 1.0 - 30.0 / 10.0, "{ci:?}");
    }
}
