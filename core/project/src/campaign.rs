//! Campaigns: a few samples that people disagree on are labelled again, blind and under the version in force, to see
//! whether a new rule makes them agree.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::decision::Decision;
use concord_domain::label_set::{LabelSetKey, Labels};
use concord_domain::sample::SampleId;
use concord_metrics::agreement::{DetectionAgreement, ObjectPair, Options, object_agreement};
use concord_metrics::bootstrap::{self, resample_many};
use concord_metrics::kappa::value_of;
use concord_metrics::matching::{ClassRule, match_pairs};
use concord_metrics::rng::Stream;
use concord_metrics::{Interval, Metric};
use concord_store::{CampaignRow, CampaignTask, Reader};
use serde::Serialize;

use crate::agree::{self, AgreeOptions, class_names};
use crate::{Desk, Project, ProjectError};

/// What a campaign is drawn from, and how large it is.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignOptions {
    /// Its name, unique in the project.
    pub name: String,
    /// What is to be found out.
    pub reason: String,
    /// Two classes that people confuse; without them every sample on which people disagree is affected.
    pub classes: Option<(String, String)>,
    /// How many of the affected samples are drawn.
    pub samples: usize,
    /// What the draw follows from.
    pub seed: u64,
}

/// A campaign, and how far it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CampaignReport {
    /// Its name.
    pub name: String,
    /// What is to be found out.
    pub reason: String,
    /// Who began it.
    pub by: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_utc_ms: i64,
    /// The version of the policy under which it is labelled.
    pub policy_version: u32,
    /// How many label sets are to be made again.
    pub tasks: u64,
    /// How many of them were submitted.
    pub done: u64,
    /// Samples that two or more people have labelled again, and on which the figures rest.
    pub samples: u64,
    /// How far they agreed before.
    pub before: Option<Figures>,
    /// How far they agree now, on the same samples.
    pub after: Option<Figures>,
    /// By how much κ of the classes rose, with the interval of the difference over the same draws of samples.
    pub kappa_cls_change: Metric,
    /// By how much F1 with classes rose, likewise.
    pub f1_cls_change: Metric,
}

/// How far people agree on the samples of a campaign, all pairs of them pooled.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Cohen's κ of the classes of what both found.
    pub kappa_cls: Metric,
    /// Objects of one class found by both, over all.
    pub f1_cls: Metric,
    /// Objects found by both, over all.
    pub f1_loc: Metric,
    /// Mean overlap of what both found.
    pub mean_iou: Metric,
}

impl Figures {
    fn of(figures: &DetectionAgreement) -> Self {
        let DetectionAgreement { kappa_cls, f1_cls, f1_loc, mean_iou, .. } = figures;
        Self { kappa_cls: *kappa_cls, f1_cls: *f1_cls, f1_loc: *f1_loc, mean_iou: *mean_iou }
    }
}

/// Begins a campaign: draws samples on which people disagree and has those who submitted them label them again, from
/// nothing, without suggestions and under the version in force. Settled samples are not drawn.
pub fn start(desk: &Desk, options: &CampaignOptions) -> Result<CampaignReport, ProjectError> {
    desk.flush()?;
    let project = &desk.project;
    if project.reader()?.campaigns()?.iter().any(|known| known.name == options.name.trim()) {
        return Err(ProjectError::usage(format!("there is a campaign {} already", options.name.trim())));
    }
    let affected = affected(project, options)?;
    if affected.is_empty() {
        let what = options.classes.as_ref().map_or_else(
            || "there is no open sample on which two people disagree".to_owned(),
            |(a, b)| format!("nobody calls {a} on an open sample what somebody else calls {b}"),
        );
        return Err(ProjectError::usage(format!("{what}, so that there is nothing to label again")));
    }
    let mut drawn: Vec<SampleId> = affected.into_iter().collect();
    Stream::new(options.seed, &options.name, "campaign", 0).shuffle(&mut drawn);
    drawn.truncate(options.samples.max(1));
    let drawn: BTreeSet<SampleId> = drawn.into_iter().collect();
    let reader = project.reader()?;
    let reference = project.config.validation.reference.as_deref();
    let mut tasks: Vec<LabelSetKey> = reader.submitted()?;
    tasks.retain(|key| drawn.contains(&key.sample) && Some(key.annotator.as_str()) != reference);
    let stamp = project.versions(&reader)?.stamp;
    let (campaign, reason) = (options.name.trim().to_owned(), options.reason.trim().to_owned());
    desk.commit(Decision::CampaignStarted { campaign: campaign.clone(), reason, tasks, stamp })?;
    report(project, &campaign, &AgreeOptions::default().metrics)
}

/// The open samples on which two people disagree, on these two classes where they are named.
fn affected(project: &Project, options: &CampaignOptions) -> Result<BTreeSet<SampleId>, ProjectError> {
    let mut compared = AgreeOptions::default();
    compared.metrics.replicates = 0;
    let report = agree::agree(project, &compared)?;
    let place = |class: &String| {
        let unknown = || {
            ProjectError::usage(format!("there is no class \"{class}\"; the classes are {}", report.classes.join(", ")))
        };
        report.classes.iter().position(|known| known == class).ok_or_else(unknown)
    };
    let cells: Vec<(usize, usize)> = if let Some((a, b)) = &options.classes {
        let (a, b) = (place(a)?, place(b)?);
        vec![(a, b), (b, a)]
    } else {
        let side = report.classes.len() + 1;
        (0..side).flat_map(|row| (0..side).map(move |column| (row, column))).filter(|(r, c)| r != c).collect()
    };
    let settled: BTreeSet<SampleId> = project.reader()?.settled()?.into_iter().collect();
    let mut affected = BTreeSet::new();
    for pair in &report.pairs {
        for (row, column) in &cells {
            let behind = pair.cells.samples(*row, *column).into_iter().map(|(sample, _, _)| sample);
            affected.extend(behind.filter(|sample| !settled.contains(*sample)).cloned());
        }
    }
    Ok(affected)
}

/// All campaigns, the newest first.
pub fn campaigns(project: &Project, metrics: &Options) -> Result<Vec<CampaignReport>, ProjectError> {
    let reader = project.reader()?;
    reader.campaigns()?.into_iter().map(|row| told(&reader, row, metrics)).collect()
}

/// One campaign by its name.
pub fn report(project: &Project, name: &str, metrics: &Options) -> Result<CampaignReport, ProjectError> {
    let reader = project.reader()?;
    let row = reader.campaigns()?.into_iter().find(|row| row.name == name);
    let row = row.ok_or_else(|| ProjectError::usage(format!("there is no campaign {name}")))?;
    told(&reader, row, metrics)
}

/// What two people drew on a sample before and after.
struct Twice {
    before: ObjectPair,
    after: ObjectPair,
}

fn told(reader: &Reader, row: CampaignRow, metrics: &Options) -> Result<CampaignReport, ProjectError> {
    let tasks = reader.campaign_tasks(&row.name)?;
    let policy = reader.policy()?;
    let tau = policy.map_or(0.5, |policy| policy.review.match_iou);
    let metrics = Options { tau, ..*metrics };
    let done: Vec<&CampaignTask> = tasks.iter().filter(|task| task.again.is_some() && task.revision > 0).collect();
    let mut said: BTreeMap<&SampleId, Vec<[Labels; 2]>> = BTreeMap::new();
    for task in done {
        let labels = |revision: u32| -> Result<Labels, ProjectError> {
            let found = reader.revision(&task.key, revision)?.map(|revision| revision.labels).unwrap_or_default();
            Ok(found)
        };
        let pair = [labels(task.revision)?, labels(task.again.unwrap_or_default())?];
        said.entry(&task.key.sample).or_default().push(pair);
    }
    said.retain(|_, sets| sets.len() > 1);
    let classes = class_names(reader.ontology()?.as_ref(), said.values().flatten().flatten());
    let by_sample: Vec<Vec<Twice>> = said.iter().map(|(sample, sets)| twice(sample, sets, &classes, tau)).collect();
    let figures = |of: fn(&Twice) -> &ObjectPair| {
        let pairs: Vec<ObjectPair> = by_sample.iter().flatten().map(|pair| of(pair).clone()).collect();
        (!pairs.is_empty()).then(|| Figures::of(&object_agreement(&pairs, classes.len(), &metrics)))
    };
    let (before, after) = (figures(|t| &t.before), figures(|t| &t.after));
    let (kappa, f1) = change_intervals(&by_sample, classes.len(), &metrics);
    let change =
        |of: fn(&Figures) -> Metric, interval| difference(before.as_ref().map(of), after.as_ref().map(of), interval);
    Ok(CampaignReport {
        kappa_cls_change: change(|f| f.kappa_cls, kappa),
        f1_cls_change: change(|f| f.f1_cls, f1),
        tasks: tasks.len() as u64,
        done: tasks.iter().filter(|task| task.again.is_some()).count() as u64,
        samples: by_sample.len() as u64,
        policy_version: row.stamp.policy_version,
        name: row.name,
        reason: row.reason,
        by: row.by,
        at_utc_ms: row.at_utc_ms,
        before,
        after,
    })
}

/// Every two of the people who labelled a sample twice.
fn twice(sample: &SampleId, sets: &[[Labels; 2]], classes: &[String], tau: f64) -> Vec<Twice> {
    let mut pairs = Vec::new();
    for (i, a) in sets.iter().enumerate() {
        for (j, b) in sets.iter().enumerate().skip(i + 1) {
            let pair = |time: usize| {
                let pair = agree::pair_of(sample, &sorted(&a[time]), &sorted(&b[time]), classes, tau);
                ObjectPair { id: format!("{} {i} {j}", pair.id), ..pair }
            };
            pairs.push(Twice { before: pair(0), after: pair(1) });
        }
    }
    pairs
}

fn sorted(labels: &Labels) -> Labels {
    let mut labels = labels.clone();
    labels.objects.sort_by(|a, b| a.id.cmp(&b.id));
    labels
}

/// The difference of two metrics, after − before, undefined where one of them is.
fn difference(before: Option<Metric>, after: Option<Metric>, interval: Option<Interval>) -> Metric {
    let empty = Metric::undefined(concord_metrics::Reason::Empty);
    match (before.unwrap_or(empty), after.unwrap_or(empty)) {
        (Metric::Defined { value: before, .. }, Metric::Defined { value: after, n, .. }) => {
            Metric::new(after - before, n).with_ci(interval)
        }
        (undefined @ Metric::Undefined { .. }, _) | (_, undefined) => undefined,
    }
}

/// What one sample adds to κ and F1.
struct Sums {
    table: Vec<u64>,
    same: u64,
    objects: u64,
}

/// Intervals of the rise of κ of the classes and of F1, over the same draws of samples for before and after.
fn change_intervals(
    by_sample: &[Vec<Twice>],
    classes: usize,
    metrics: &Options,
) -> (Option<Interval>, Option<Interval>) {
    let sums = |of: fn(&Twice) -> &ObjectPair| {
        by_sample.iter().map(|pairs| sums(pairs.iter().map(of), classes, metrics.tau)).collect::<Vec<Sums>>()
    };
    let (before, after) = (sums(|t| &t.before), sums(|t| &t.after));
    let options =
        bootstrap::Options { seed: metrics.seed, replicates: metrics.replicates, confidence: metrics.confidence };
    let resampled = resample_many(by_sample.len(), "campaign_change", &options, |weights| {
        let ([kappa_before, f1_before], [kappa_after, f1_after]) =
            (weighted(&before, weights, classes), weighted(&after, weights, classes));
        let rise = |before: Option<f64>, after: Option<f64>| Some(after? - before?);
        vec![rise(kappa_before, kappa_after), rise(f1_before, f1_after)]
    });
    let interval = |at: usize| resampled.get(at).and_then(|resampled| resampled.interval);
    (interval(0), interval(1))
}

fn sums<'a>(pairs: impl Iterator<Item = &'a ObjectPair>, classes: usize, tau: f64) -> Sums {
    let mut sums = Sums { table: vec![0; classes * classes], same: 0, objects: 0 };
    for pair in pairs {
        let matching = match_pairs(&pair.candidates, &pair.classes_a, &pair.classes_b, ClassRule::TwoStage, tau);
        for (i, j, _) in &matching.pairs {
            let (a, b) = (pair.classes_a[*i], pair.classes_b[*j]);
            sums.table[a * classes + b] += 1;
            sums.same += u64::from(a == b);
        }
        sums.objects += (pair.classes_a.len() + pair.classes_b.len()) as u64;
    }
    sums
}

/// κ and F1 of samples that count as often as their weights say.
fn weighted(sums: &[Sums], weights: &[u32], classes: usize) -> [Option<f64>; 2] {
    let mut table = vec![vec![0_u64; classes]; classes];
    let (mut same, mut objects) = (0, 0);
    for (sample, weight) in sums.iter().zip(weights) {
        let weight = u64::from(*weight);
        for (at, count) in sample.table.iter().enumerate() {
            table[at / classes][at % classes] += weight * count;
        }
        same += weight * sample.same;
        objects += weight * sample.objects;
    }
    let f1 = (objects > 0).then(|| 2.0 * same as f64 / objects as f64);
    [value_of(&table).ok(), f1]
}

#[cfg(test)]
mod tests;
