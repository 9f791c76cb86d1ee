//! Drift: did the images change between two spans of capture time, slice by slice?

use std::collections::BTreeMap;

use concord_domain::decision::Decision;
use concord_domain::sample::SampleId;
use concord_domain::slice::Slice;
use concord_metrics::Metric;
use concord_metrics::drift::{NumericBaseline, PsiOptions, benjamini_hochberg, ks_two_sample};
use concord_store::CatalogueEntry;
use serde::Serialize;

use crate::{Desk, Project, ProjectError};

mod labels;

pub use labels::{LabelDriftReport, LabelMonth, LabelVerdict, Moved, label_drift};

/// Bins of the baseline: its deciles.
const BINS: usize = 10;
/// False discovery rate over the features of a slice.
const FALSE_DISCOVERY_RATE: f64 = 0.05;
/// Two-sided chance of a false flag that PSI's null quantile allows, over all features of a slice together.
const NULL_LEVEL: f64 = 0.05;

/// Features that say what the camera saw. Sizes are left out: they change with the set-up and not with the world.
const WATCHED: [&str; 16] = [
    "brightness",
    "contrast",
    "dynamic_range",
    "dark_share",
    "bright_share",
    "sharpness",
    "entropy",
    "mean_r",
    "mean_g",
    "mean_b",
    "chromaticity_r",
    "chromaticity_g",
    "chromaticity_b",
    "colourfulness",
    "saturation",
    "noise",
];

/// A span of time, from its first millisecond up to but not including its end, since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First millisecond.
    pub from_ms: i64,
    /// First millisecond after it.
    pub to_ms: i64,
}

impl Span {
    /// Reads `FROM..TO` of dates (both days included) or of RFC 3339 times (the end excluded).
    pub fn parse(text: &str) -> Result<Self, ProjectError> {
        const DAY_MS: i64 = 86_400_000;
        let refuse = |why: &str| {
            ProjectError::usage(format!(
                "`{text}` is no span of time: {why}; write two dates such as 2026-03-01..2026-03-20"
            ))
        };
        let (from, to) = text.split_once("..").ok_or_else(|| refuse("the two dots are missing"))?;
        let time = |part: &str| concord_exchange::parse_time_ms(part.trim()).map_err(|why| refuse(&why));
        let end_is_date = to.trim().len() == 10;
        let span = Self { from_ms: time(from)?, to_ms: time(to)? + if end_is_date { DAY_MS } else { 0 } };
        if span.to_ms <= span.from_ms {
            return Err(refuse("it ends before it starts"));
        }
        Ok(span)
    }

    /// True for a time in it.
    pub fn contains(&self, time_ms: i64) -> bool {
        (self.from_ms..self.to_ms).contains(&time_ms)
    }
}

/// What was found between two spans.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DriftReport {
    /// The span that is normal.
    pub reference: Span,
    /// The span that is judged.
    pub window: Span,
    /// PSI above which a feature counts as drifted.
    pub psi_threshold: f64,
    /// Fewest samples a span needs.
    pub min_support: u64,
    /// One entry a slice.
    pub slices: Vec<SliceDrift>,
    /// Number of samples without a time of capture, which belong to neither span.
    pub without_time: u64,
    /// Number of samples that were moved up the queue.
    pub queued: u64,
}

/// Drift in one slice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SliceDrift {
    /// Name of the slice.
    pub slice: String,
    /// Number of samples in the reference span.
    pub reference_n: u64,
    /// Number of samples in the window.
    pub window_n: u64,
    /// True when there are enough samples for a verdict.
    pub supported: bool,
    /// True when a feature is flagged.
    pub drifted: bool,
    /// The features, the most drifted first.
    pub features: Vec<FeatureDrift>,
}

/// Drift of one feature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeatureDrift {
    /// Name of the feature.
    pub feature: String,
    /// Population stability index over the reference's deciles.
    pub psi: Metric,
    /// What PSI reaches without drift at these sample sizes, once in twenty slices.
    pub psi_null: Metric,
    /// Largest distance of the two distribution functions.
    pub ks: Metric,
    /// Its p-value, adjusted for the number of features (Benjamini–Hochberg).
    pub ks_p_adjusted: Metric,
    /// Median in the reference span.
    pub reference_median: Metric,
    /// Median in the window.
    pub window_median: Metric,
    /// True when both PSI and KS say that it drifted.
    pub flagged: bool,
}

/// Compares the features of two spans of capture time in every slice, the slice of all samples first.
pub fn drift(project: &Project, reference: Span, window: Span) -> Result<DriftReport, ProjectError> {
    let entries = project.reader()?.entries()?;
    let config = &project.config.drift;
    let (before, now) = (in_span(&entries, reference), in_span(&entries, window));
    let slices = std::iter::once(Slice::all()).chain(project.slices.iter().cloned());
    let slices = slices.map(|slice| slice_drift(&slice, &before, &now, config.psi, config.min_support)).collect();
    Ok(DriftReport {
        reference,
        window,
        psi_threshold: config.psi,
        min_support: config.min_support,
        slices,
        without_time: entries.iter().filter(|e| e.sample.captured_at_ms.is_none()).count() as u64,
        queued: 0,
    })
}

/// [`drift`], and moves the window's samples of the drifted slices up the queue, with the reason. The slice of all
/// samples counts only where no named slice drifted: otherwise everything would be moved, and so nothing.
pub fn drift_and_queue(desk: &Desk, reference: Span, window: Span) -> Result<DriftReport, ProjectError> {
    let mut report = drift(&desk.project, reference, window)?;
    let entries = desk.project.reader()?.entries()?;
    let now = in_span(&entries, window);
    let mut queued: BTreeMap<String, Vec<SampleId>> = BTreeMap::new();
    let all = Slice::all();
    let named = report.slices.iter().any(|s| s.drifted && s.slice != all.name);
    for found in report.slices.iter().filter(|s| s.drifted && (s.slice != all.name || !named)) {
        let slice = desk.project.slices.iter().find(|s| s.name == found.slice).unwrap_or(&all);
        let features: Vec<&str> =
            found.features.iter().filter(|f| f.flagged).take(3).map(|f| f.feature.as_str()).collect();
        let reason = format!("drift in slice {}: {}", found.slice, features.join(", "));
        let samples: Vec<SampleId> =
            now.iter().filter(|e| slice.contains(&e.sample)).map(|e| e.sample.id.clone()).collect();
        queued.insert(reason, samples);
    }
    report.queued = queued.values().flatten().collect::<std::collections::BTreeSet<_>>().len() as u64;
    let entries: Vec<_> =
        queued.into_iter().map(|(reason, samples)| desk.entry(Decision::QueueBoosted { reason, samples })).collect();
    desk.bulk(move |bulk| entries.into_iter().try_for_each(|e| bulk.commit(e).map(|_| ())))?;
    Ok(report)
}

fn in_span(entries: &[CatalogueEntry], span: Span) -> Vec<&CatalogueEntry> {
    entries.iter().filter(|e| e.sample.captured_at_ms.is_some_and(|t| span.contains(t))).collect()
}

fn slice_drift(
    slice: &Slice,
    before: &[&CatalogueEntry],
    now: &[&CatalogueEntry],
    psi_threshold: f64,
    min_support: u64,
) -> SliceDrift {
    let members = |span: &[&CatalogueEntry]| -> Vec<CatalogueEntry> {
        span.iter().filter(|e| slice.contains(&e.sample)).map(|e| (*e).clone()).collect()
    };
    let (before, now) = (members(before), members(now));
    let supported = before.len() as u64 >= min_support && now.len() as u64 >= min_support;
    let mut features: Vec<FeatureDrift> =
        WATCHED.iter().map(|name| feature_drift(name, &before, &now, psi_threshold)).collect();
    adjust_for_many(&mut features);
    if !supported {
        for feature in &mut features {
            feature.flagged = false;
        }
    }
    features.sort_by(|a, b| b.psi.value_or(-1.0).total_cmp(&a.psi.value_or(-1.0)).then(a.feature.cmp(&b.feature)));
    SliceDrift {
        slice: slice.name.clone(),
        reference_n: before.len() as u64,
        window_n: now.len() as u64,
        supported,
        drifted: features.iter().any(|f| f.flagged),
        features,
    }
}

fn feature_drift(name: &str, before: &[CatalogueEntry], now: &[CatalogueEntry], psi_threshold: f64) -> FeatureDrift {
    let values = |entries: &[CatalogueEntry]| -> Vec<f64> {
        entries.iter().filter_map(|e| e.features.get(name).copied().flatten()).collect()
    };
    let (before, now) = (values(before), values(now));
    let null_quantile = 1.0 - NULL_LEVEL / WATCHED.len() as f64;
    let options = PsiOptions { null_quantile, ..PsiOptions::default() };
    let (psi, psi_null) = match NumericBaseline::new(&before, BINS) {
        Ok(baseline) => {
            let result = baseline.psi(&now, &options);
            (result.psi, result.null_quantile)
        }
        Err(reason) => (Metric::undefined(reason), Metric::undefined(reason)),
    };
    let ks = ks_two_sample(&before, &now);
    let median = |values: &[f64]| concord_metrics::quantile::quantile_of(values, 0.5);
    // PSI must pass its threshold and what chance alone reaches with so few samples; KS is judged with all features.
    let flagged = psi.value().is_some_and(|v| v > psi_threshold && psi_null.value().is_some_and(|null| v > null));
    FeatureDrift {
        feature: name.to_owned(),
        psi,
        psi_null,
        ks: ks.statistic,
        ks_p_adjusted: ks.p_value,
        reference_median: median(&before),
        window_median: median(&now),
        flagged,
    }
}

/// Adjusts the p-values of a slice's features together and takes back the flags that KS does not bear out.
fn adjust_for_many(features: &mut [FeatureDrift]) {
    let defined: Vec<usize> = (0..features.len()).filter(|&i| features[i].ks_p_adjusted.is_defined()).collect();
    let p: Vec<f64> = defined.iter().map(|&i| features[i].ks_p_adjusted.value_or(1.0)).collect();
    for (&i, adjusted) in defined.iter().zip(benjamini_hochberg(&p)) {
        features[i].ks_p_adjusted = Metric::new(adjusted, features[i].ks_p_adjusted.n());
    }
    for feature in features {
        feature.flagged &= feature.ks_p_adjusted.value().is_some_and(|p| p < FALSE_DISCOVERY_RATE);
    }
}
