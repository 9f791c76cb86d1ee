//! The figures of all pairs of annotators pooled, for a part of the samples: a slice, a version of the policy, a month.

use std::collections::BTreeMap;

use concord_domain::sample::SampleId;
use concord_metrics::Metric;
use concord_metrics::agreement::{MatchedObjects, Options, matched_agreement};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::cells::differing;
use super::{Pooled, SaidBy, is_thin};
use crate::Project;

/// What samples are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// A slice of the project.
    Slice,
    /// The version of the policy under which both submitted.
    Policy,
    /// The month in which the later of the two submitted, in UTC.
    Month,
}

/// Agreement on a part of the samples, all pairs of annotators pooled.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// What it is a part by.
    pub kind: GroupKind,
    /// Which part: the name of a slice, `3` or `1 and 2`, `2026-11`.
    pub name: String,
    /// Pairs of label sets.
    pub pairs: u64,
    /// Objects of both sides.
    pub objects: u64,
    /// True when these are too few for the figures to mean much.
    pub is_thin: bool,
    /// Objects of one class found by both, over all.
    pub f1_cls: Metric,
    /// Objects found by both, over all.
    pub f1_loc: Metric,
    /// Cohen's κ of the classes of what both found.
    pub kappa_cls: Metric,
    /// Mean overlap of what both found.
    pub mean_iou: Metric,
    /// The samples behind it, those first in which most differs; at most [`MOST_BEHIND`].
    #[serde(skip)]
    pub behind: Vec<Behind>,
}

/// Most samples that a group names.
pub const MOST_BEHIND: usize = 200;

/// A sample of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// Identity.
    pub sample: SampleId,
    /// Path of its image.
    pub path: String,
    /// Objects of all pairs of annotators that only one found or that the two gave different classes.
    pub differing: u64,
}

/// The samples of some pairs of label sets, those first in which most differs.
fn behind(at: &[usize], pooled: &Pooled, said: &SaidBy) -> Vec<Behind> {
    let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
    for at in at {
        *counts.entry(pooled.of[*at].0).or_default() += differing(pooled.at(*at));
    }
    let named = |(place, differing): (usize, u64)| {
        let known = said.samples.get(place)?;
        Some(Behind { sample: known.id.clone(), path: known.path.clone(), differing })
    };
    let mut found: Vec<Behind> = counts.into_iter().filter_map(named).collect();
    found.sort_by(|a, b| b.differing.cmp(&a.differing).then_with(|| a.path.cmp(&b.path)));
    found.truncate(MOST_BEHIND);
    found
}

/// All groups that have samples, by kind and name.
pub(super) fn groups(
    project: &Project,
    said: &SaidBy,
    pooled: &Pooled,
    classes: usize,
    metrics: &Options,
) -> Vec<Group> {
    let mut members: BTreeMap<(GroupKind, String), Vec<usize>> = BTreeMap::new();
    for (at, (sample, a, b)) in pooled.of.iter().enumerate() {
        let (Some(first), Some(second)) = (said.of(*a, *sample), said.of(*b, *sample)) else { continue };
        let mut add = |kind: GroupKind, name: String| members.entry((kind, name)).or_default().push(at);
        let image = &said.samples[*sample].sample;
        for slice in project.slices.iter().filter(|slice| slice.contains(image)) {
            add(GroupKind::Slice, slice.name.clone());
        }
        let versions = [first.stamp.policy_version, second.stamp.policy_version];
        let (low, high) = (versions[0].min(versions[1]), versions[0].max(versions[1]));
        let name = if low == high { low.to_string() } else { format!("{low} and {high}") };
        add(GroupKind::Policy, name);
        add(GroupKind::Month, month(first.at_utc_ms.max(second.at_utc_ms)));
    }
    let group = |((kind, name), at): ((GroupKind, String), Vec<usize>)| {
        let behind = behind(&at, pooled, said);
        Group { kind, name, behind, ..figures(&at, pooled, classes, metrics) }
    };
    members.into_iter().map(group).collect()
}

/// The figures of a group that is not named yet.
fn figures(at: &[usize], pooled: &Pooled, classes: usize, metrics: &Options) -> Group {
    let pairs: Vec<&MatchedObjects> = at.iter().map(|at| &pooled.matched[*at]).collect();
    let figures = matched_agreement(&pairs, classes, metrics);
    let objects = figures.counts.boxes_a + figures.counts.boxes_b;
    Group {
        kind: GroupKind::Slice,
        name: String::new(),
        behind: vec![],
        pairs: pairs.len() as u64,
        objects,
        is_thin: is_thin(pairs.len() as u64, objects),
        f1_cls: figures.f1_cls,
        f1_loc: figures.f1_loc,
        kappa_cls: figures.kappa_cls,
        mean_iou: figures.mean_iou,
    }
}

/// The month of a time in milliseconds since 1970 UTC, such as `2026-11`.
pub(crate) fn month(at_utc_ms: i64) -> String {
    let civil = Timestamp::from_millisecond(at_utc_ms).map(|at| at.to_zoned(TimeZone::UTC).date());
    civil.map_or_else(|_| "?".to_owned(), |date| format!("{:04}-{:02}", date.year(), date.month()))
}
