//! How fast people label.

use concord_metrics::bootstrap::{self, resample_many};
use concord_metrics::quantile::quantile_of;
use concord_metrics::{Metric, Reason};
use serde::Serialize;

/// Milliseconds of an hour.
const HOUR_MS: f64 = 3_600_000.0;

/// How fast label sets were made. Those without a noted working time count for nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pace {
    /// Median seconds a label set; n counts label sets.
    pub median_s: Metric,
    /// Seconds within which 90 % were made.
    pub p90_s: Metric,
    /// Median seconds an object, over label sets that have objects.
    pub median_object_s: Metric,
    /// Seconds an object within which 90 % of those stayed.
    pub p90_object_s: Metric,
    /// Accepted objects an hour of labelling, over label sets on settled samples, with the bootstrap interval over label
    /// sets.
    pub accepted_per_hour: Metric,
    /// Label sets on settled samples an hour of labelling, likewise.
    pub images_per_hour: Metric,
}

/// A label set that somebody worked on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timed {
    pub(super) active_ms: u64,
    pub(super) objects: u64,
    /// Objects that became gold, where the sample is settled.
    pub(super) accepted: Option<u64>,
}

impl Pace {
    pub(super) fn of(timed: &[Timed], options: &bootstrap::Options) -> Self {
        let seconds: Vec<f64> = timed.iter().map(|t| t.active_ms as f64 / 1_000.0).collect();
        let with_objects = timed.iter().filter(|t| t.objects > 0);
        let each: Vec<f64> = with_objects.map(|t| t.active_ms as f64 / 1_000.0 / t.objects as f64).collect();
        let (accepted_per_hour, images_per_hour) = throughput(timed, options);
        Self {
            median_s: quantile_of(&seconds, 0.5),
            p90_s: quantile_of(&seconds, 0.9),
            median_object_s: quantile_of(&each, 0.5),
            p90_object_s: quantile_of(&each, 0.9),
            accepted_per_hour,
            images_per_hour,
        }
    }
}

/// Accepted objects and label sets an hour.
fn throughput(timed: &[Timed], options: &bootstrap::Options) -> (Metric, Metric) {
    let settled: Vec<(f64, f64)> =
        timed.iter().filter_map(|t| Some((t.accepted? as f64, t.active_ms as f64 / HOUR_MS))).collect();
    let rates = |weights: &[u32]| {
        let (mut objects, mut sets, mut hours) = (0.0, 0.0, 0.0);
        for ((accepted, h), weight) in settled.iter().zip(weights) {
            let weight = f64::from(*weight);
            objects += weight * accepted;
            hours += weight * h;
            sets += weight;
        }
        vec![(hours > 0.0).then(|| objects / hours), (hours > 0.0).then(|| sets / hours)]
    };
    let values = rates(&vec![1; settled.len()]);
    let resampled = resample_many(settled.len(), "throughput", options, rates);
    let metric = |at: usize| match values[at] {
        None => Metric::undefined(Reason::Empty),
        Some(value) => Metric::new(value, settled.len() as u64).with_ci(resampled.get(at).and_then(|r| r.interval)),
    };
    (metric(0), metric(1))
}
