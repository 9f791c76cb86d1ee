//! Percentile bootstrap over units (images, groups, items) with replicates that do not depend on thread order.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::quantile::quantile;
use crate::rng::Stream;
use crate::value::Interval;

/// Replicates for numbers on screen.
pub const REPLICATES_INTERACTIVE: u32 = 1_000;
/// Replicates for numbers that decide a gate.
pub const REPLICATES_GATE: u32 = 10_000;

/// Share of dropped replicates above which an interval is flagged unstable.
const UNSTABLE_ABOVE: f64 = 0.05;
/// Share of dropped replicates above which there is no interval.
const UNDEFINED_ABOVE: f64 = 0.5;

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Seed of all draws.
    pub seed: u64,
    /// Number of replicates; 0 computes no interval.
    pub replicates: u32,
    /// Confidence level strictly between 0 and 1, such as 0.95.
    pub confidence: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 0, replicates: REPLICATES_INTERACTIVE, confidence: 0.95 }
    }
}

/// What resampling gave for one statistic.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Resampled {
    /// The percentile interval; none when nothing was drawn or more than half of the replicates were undefined.
    pub interval: Option<Interval>,
    /// Replicates drawn.
    pub replicates: u32,
    /// Replicates in which the statistic was undefined; they are left out.
    pub dropped: u32,
    /// True when more than 5 % of the replicates were left out.
    pub unstable: bool,
}

/// Unit indices of replicate `replicate`: `n` draws from `0..n` with replacement; empty when `n` is 0.
pub fn draw(seed: u64, metric: &str, replicate: u64, n: usize) -> Vec<usize> {
    let mut drawn = Vec::with_capacity(n);
    each_draw(seed, metric, replicate, n, |unit| drawn.push(unit));
    drawn
}

/// The same draw as [`draw`], handed over one by one.
pub fn each_draw(seed: u64, metric: &str, replicate: u64, n: usize, mut visit: impl FnMut(usize)) {
    Stream::new(seed, "bootstrap", metric, replicate).each_below(n as u64, n, |unit| visit(unit as usize));
}

/// The same draw as [`draw`], as how often each of the `n` units was drawn.
pub fn weights(seed: u64, metric: &str, replicate: u64, n: usize) -> Vec<u32> {
    let mut counts = vec![0; n];
    each_draw(seed, metric, replicate, n, |unit| counts[unit] += 1);
    counts
}

/// The percentile interval (type-7 quantiles at α/2 and 1 − α/2) of replicate values; `None` entries are dropped.
pub fn percentile(values: &[Option<f64>], confidence: f64) -> Resampled {
    let mut defined: Vec<f64> = values.iter().flatten().copied().filter(|v| v.is_finite()).collect();
    defined.sort_by(f64::total_cmp);
    let dropped = values.len() - defined.len();
    let share = if values.is_empty() { 0.0 } else { dropped as f64 / values.len() as f64 };
    let tail = 0.5 * (1.0 - confidence);
    let interval = match (quantile(&defined, tail), quantile(&defined, 1.0 - tail)) {
        (Some(low), Some(high)) if share <= UNDEFINED_ABOVE => Some(Interval { low, high }),
        _ => None,
    };
    Resampled { interval, replicates: values.len() as u32, dropped: dropped as u32, unstable: share > UNSTABLE_ABOVE }
}

/// Resamples one statistic of `n` units; it gets the drawn unit indices and returns `None` when undefined.
///
/// `metric` names the random stream, so the same name and seed give the same draws.
pub fn resample<F>(n: usize, metric: &str, options: &Options, statistic: F) -> Resampled
where
    F: Fn(&[usize]) -> Option<f64> + Sync,
{
    let values: Vec<Option<f64>> = (0..u64::from(options.replicates))
        .into_par_iter()
        .map(|replicate| statistic(&draw(options.seed, metric, replicate, n)))
        .collect();
    percentile(&values, options.confidence)
}

/// Resamples several statistics on the same draws; the closure gets each unit's weight and returns one entry a statistic.
///
/// The result has as many entries as the closure returns; empty when `options.replicates` is 0.
pub fn resample_many<F>(n: usize, metric: &str, options: &Options, statistics: F) -> Vec<Resampled>
where
    F: Fn(&[u32]) -> Vec<Option<f64>> + Sync,
{
    resample_rows(options, |replicate| statistics(&weights(options.seed, metric, replicate, n)))
}

/// Replicates that are summed in one pass over the units.
pub const LANES: usize = 8;

/// The same as [`resample_many`], several replicates at a time: the closure gets each unit's weights in [`LANES`]
/// replicates and returns one list of statistics for each. One pass over the units then serves all of them.
pub fn resample_blocks<F>(n: usize, metric: &str, options: &Options, statistics: F) -> Vec<Resampled>
where
    F: Fn(&[[u32; LANES]]) -> [Vec<Option<f64>>; LANES] + Sync,
{
    let replicates = u64::from(options.replicates);
    let blocks: Vec<[Vec<Option<f64>>; LANES]> = (0..replicates.div_ceil(LANES as u64))
        .into_par_iter()
        .map(|block| {
            let mut lanes = vec![[0; LANES]; n];
            for lane in 0..LANES {
                let replicate = block * LANES as u64 + lane as u64;
                if replicate < replicates {
                    let drawn = weights(options.seed, metric, replicate, n);
                    lanes.iter_mut().zip(drawn).for_each(|(unit, weight)| unit[lane] = weight);
                }
            }
            statistics(&lanes)
        })
        .collect();
    let rows: Vec<Vec<Option<f64>>> = blocks.into_iter().flatten().take(replicates as usize).collect();
    percentiles(&rows, options)
}

/// Intervals of several statistics; the closure gets the number of the replicate, draws by itself (see [`each_draw`]) and
/// returns one entry a statistic.
///
/// The result has as many entries as the closure returns; empty when `options.replicates` is 0.
pub fn resample_rows<F>(options: &Options, statistics: F) -> Vec<Resampled>
where
    F: Fn(u64) -> Vec<Option<f64>> + Sync,
{
    let rows: Vec<Vec<Option<f64>>> = (0..u64::from(options.replicates)).into_par_iter().map(&statistics).collect();
    percentiles(&rows, options)
}

/// The interval of each column of replicate values.
fn percentiles(rows: &[Vec<Option<f64>>], options: &Options) -> Vec<Resampled> {
    let columns = rows.first().map_or(0, Vec::len);
    (0..columns)
        .into_par_iter()
        .map(|column| {
            let values: Vec<Option<f64>> = rows.iter().map(|row| row[column]).collect();
            percentile(&values, options.confidence)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kappa::{confusion, value_of};

    fn golden_items() -> Vec<(usize, usize)> {
        [((0, 0), 20), ((0, 1), 5), ((1, 0), 10), ((1, 1), 15)]
            .into_iter()
            .flat_map(|(item, count)| std::iter::repeat_n(item, count))
            .collect()
    }

    #[test]
    fn replicate_zero_draws_the_golden_indices() {
        assert_eq!(draw(7, "kappa", 0, 50)[..10], [8, 12, 36, 49, 4, 8, 34, 22, 46, 36]);
    }

    #[test]
    fn kappa_of_the_golden_stream_has_the_golden_interval() {
        // Independent Python implementation of the stream; table [[20, 5], [10, 15]] laid out row-major.
        let items = golden_items();
        let kappa = |drawn: &[usize]| {
            let sample: Vec<(usize, usize)> = drawn.iter().map(|&i| items[i]).collect();
            value_of(&confusion(&sample, 2)).ok()
        };
        let first = kappa(&draw(7, "kappa", 0, 50)).expect("both categories are drawn");
        assert!((first - 0.36).abs() < 1e-9, "{first}");
        let options = Options { seed: 7, replicates: 2000, confidence: 0.95 };
        let interval = resample(items.len(), "kappa", &options, kappa).interval.expect("an interval");
        assert!((interval.low - 0.146_286_53).abs() < 1e-8, "{interval:?}");
        assert!((interval.high - 0.641_148_33).abs() < 1e-8, "{interval:?}");
    }

    #[test]
    fn weights_count_the_draws() {
        let mut counts = vec![0; 50];
        for index in draw(7, "kappa", 3, 50) {
            counts[index] += 1;
        }
        assert_eq!(weights(7, "kappa", 3, 50), counts);
        assert!(draw(7, "kappa", 0, 0).is_empty());
    }

    #[test]
    fn blocks_of_replicates_give_the_intervals_of_single_ones() {
        let items = golden_items();
        let share = |weights: &[u32]| -> Vec<Option<f64>> {
            let agreed: u32 = weights.iter().zip(&items).filter(|(_, item)| item.0 == item.1).map(|(w, _)| w).sum();
            vec![Some(f64::from(agreed)), (agreed > 30).then(|| f64::from(agreed) / 50.0)]
        };
        for replicates in [0, 1, 7, 8, 61] {
            let options = Options { seed: 7, replicates, confidence: 0.9 };
            let blocks = resample_blocks(50, "kappa", &options, |lanes| {
                std::array::from_fn(|lane| share(&lanes.iter().map(|unit| unit[lane]).collect::<Vec<_>>()))
            });
            assert_eq!(blocks, resample_many(50, "kappa", &options, share), "{replicates} replicates");
        }
    }

    #[test]
    fn dropped_replicates_flag_and_then_remove_the_interval() {
        let with_dropped = |dropped: usize| {
            let values: Vec<Option<f64>> = (0..100).map(|i| (i >= dropped).then_some(1.0)).collect();
            percentile(&values, 0.95)
        };
        assert!(!with_dropped(5).unstable);
        assert!(with_dropped(6).unstable && with_dropped(6).interval.is_some());
        assert_eq!(with_dropped(51).interval, None);
        assert_eq!(percentile(&[], 0.95).interval, None);
    }

    #[test]
    fn the_thread_count_does_not_change_the_result() {
        let options = Options { seed: 1, replicates: 64, confidence: 0.9 };
        let mean = |weights: &[u32]| {
            let total: f64 = weights.iter().enumerate().map(|(i, &w)| i as f64 * f64::from(w)).sum();
            vec![Some(total / weights.len() as f64)]
        };
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a thread pool");
            pool.install(|| resample_many(30, "mean", &options, mean))
        };
        assert_eq!(run(1), run(3));
    }
}
