//! Drift of labels: did people begin to label otherwise, or did the images change?
//!
//! The classes of what was labelled in each month are held against those of a first month, and so are the features of the
//! images that were labelled, and what one model, which does not change, says of the same images. Where the labels moved
//! and neither the images nor the model's words did, it is the labelling that drifted.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::sample::SampleId;
use concord_domain::slice::Slice;
use concord_metrics::Metric;
use concord_metrics::agreement::Options;
use concord_metrics::drift::{Psi, PsiOptions, psi_categorical};
use concord_store::{CatalogueEntry, Reader};
use serde::Serialize;

use super::{FeatureDrift, slice_drift};
use crate::agree::{AgreeOptions, GroupKind, SaidBy, agree, month, said};
use crate::{Project, ProjectError};

/// What was found month by month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelDriftReport {
    /// The month that the others are held against: the first with enough label sets, or the first of all; `None` where
    /// nobody has submitted anything.
    pub baseline: Option<String>,
    /// The model whose words on the same images stand beside, with its run; `None` without a run.
    pub run: Option<(String, String)>,
    /// Predictions count from this score on.
    pub score: f64,
    /// PSI above which classes or features count as moved.
    pub psi_threshold: f64,
    /// Fewest images that both months need for a verdict.
    pub min_support: u64,
    /// The months in which something was submitted, in order, the baseline among them.
    pub months: Vec<LabelMonth>,
}

/// One month, in UTC.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelMonth {
    /// Such as `2026-11`.
    pub month: String,
    /// Label sets that were submitted in it.
    pub label_sets: u64,
    /// The images they are of.
    pub images: u64,
    /// Objects by class.
    pub classes: BTreeMap<String, u64>,
    /// Agreement of all pairs of people in the month: F1 by place and class.
    pub f1_cls: Metric,
    /// Likewise, Cohen's κ of the classes of what both found.
    pub kappa_cls: Metric,
    /// How far the classes are from those of the baseline.
    pub labels: Moved,
    /// How far the model's classes on the same images are.
    pub model: Moved,
    /// The features of the images that moved most, the most first; of them the flagged ones count.
    pub features: Vec<FeatureDrift>,
    /// What follows.
    pub verdict: LabelVerdict,
}

/// How far a mix of classes moved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Moved {
    /// The population stability index; n counts objects.
    pub psi: Metric,
    /// What it reaches by chance once in twenty, if objects were drawn one by one.
    pub psi_null: Metric,
}

impl Moved {
    fn of(psi: &Psi) -> Self {
        Self { psi: psi.psi, psi_null: psi.null_quantile }
    }

    fn is_beyond(&self, threshold: f64) -> bool {
        let null = self.psi_null.value().unwrap_or_default();
        self.psi.value().is_some_and(|psi| psi > threshold && psi > null)
    }
}

/// What follows for a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelVerdict {
    /// It is the month that the others are held against.
    Baseline,
    /// Too few images, here or in the baseline.
    TooFew,
    /// Neither labels nor images moved.
    Stable,
    /// The classes moved, and neither the images nor what the model says of them did: people label otherwise.
    Labels,
    /// The images moved, and the classes did not.
    Inputs,
    /// The classes moved, and so did the images or what the model says of them: as far as the images explain it, nobody
    /// labels otherwise.
    Both,
}

/// Features that a month names.
const FEATURES: usize = 3;

/// Tells the drift of labels from that of images, month by month.
pub fn label_drift(project: &Project) -> Result<LabelDriftReport, ProjectError> {
    let reader = project.reader()?;
    let (config, score) = (&project.config.drift, project.config.validation.score);
    let said = said(project, &reader, &[])?;
    let run = reader.suggesting_runs()?.into_iter().next();
    let predicted = match &run {
        Some(run) => predicted(&reader, &run.id, score)?,
        None => BTreeMap::new(),
    };
    let entries: BTreeMap<SampleId, CatalogueEntry> =
        reader.entries()?.into_iter().map(|entry| (entry.sample.id.clone(), entry)).collect();
    let spans = months(&said, &predicted, &entries);
    let enough = spans.iter().find(|(_, span)| span.images.len() as u64 >= config.min_support);
    let baseline = enough.or_else(|| spans.iter().next()).map(|(name, _)| name.clone());
    let agreement = agreement(project)?;
    let mut told = Vec::new();
    if let Some(base) = baseline.as_ref().and_then(|name| spans.get(name)) {
        for (name, span) in &spans {
            let mut told_of = span.against(base, config.psi, config.min_support);
            if Some(name) == baseline.as_ref() {
                told_of.verdict = LabelVerdict::Baseline;
            }
            if let Some((f1_cls, kappa_cls)) = agreement.get(name) {
                (told_of.f1_cls, told_of.kappa_cls) = (*f1_cls, *kappa_cls);
            }
            told.push(LabelMonth { month: name.clone(), ..told_of });
        }
    }
    Ok(LabelDriftReport {
        baseline,
        run: run.map(|run| (run.id, run.model)),
        score,
        psi_threshold: config.psi,
        min_support: config.min_support,
        months: told,
    })
}

/// Agreement by month, of all pairs pooled.
fn agreement(project: &Project) -> Result<BTreeMap<String, (Metric, Metric)>, ProjectError> {
    let metrics = Options { replicates: 0, ..AgreeOptions::default().metrics };
    let report = agree(project, &AgreeOptions { metrics, ..AgreeOptions::default() })?;
    let months = report.groups.into_iter().filter(|group| group.kind == GroupKind::Month);
    Ok(months.map(|group| (group.name, (group.f1_cls, group.kappa_cls))).collect())
}

/// How often a run says each class of each sample.
fn predicted(
    reader: &Reader,
    run: &str,
    score: f64,
) -> Result<BTreeMap<SampleId, BTreeMap<String, u64>>, ProjectError> {
    let mut by_sample: BTreeMap<SampleId, BTreeMap<String, u64>> = BTreeMap::new();
    reader.each_prediction(run, |sample, _, prediction| {
        if prediction.score >= score {
            *by_sample.entry(sample.clone()).or_default().entry(prediction.class).or_default() += 1;
        }
    })?;
    Ok(by_sample)
}

/// What was labelled in a month.
#[derive(Default)]
struct Labelled<'a> {
    label_sets: u64,
    images: BTreeSet<&'a SampleId>,
    entries: Vec<&'a CatalogueEntry>,
    classes: BTreeMap<String, u64>,
    predicted: BTreeMap<String, u64>,
}

fn months<'a>(
    said: &'a SaidBy,
    predicted: &BTreeMap<SampleId, BTreeMap<String, u64>>,
    entries: &'a BTreeMap<SampleId, CatalogueEntry>,
) -> BTreeMap<String, Labelled<'a>> {
    let mut months: BTreeMap<String, Labelled<'a>> = BTreeMap::new();
    for (sample, said) in said.by.values().flatten() {
        let span = months.entry(month(said.at_utc_ms)).or_default();
        span.label_sets += 1;
        for object in &said.labels.objects {
            *span.classes.entry(object.class.clone()).or_default() += 1;
        }
        if span.images.insert(sample) {
            span.entries.extend(entries.get(sample));
            for (class, count) in predicted.get(sample).into_iter().flatten() {
                *span.predicted.entry(class.clone()).or_default() += count;
            }
        }
    }
    months
}

impl Labelled<'_> {
    fn against(&self, base: &Self, threshold: f64, min_support: u64) -> LabelMonth {
        let psi = |of: fn(&Self) -> &BTreeMap<String, u64>| {
            Moved::of(&psi_categorical(of(base), of(self), &PsiOptions::default()))
        };
        let (labels, model) = (psi(|span| &span.classes), psi(|span| &span.predicted));
        let images = slice_drift(&Slice::all(), &base.entries, &self.entries, threshold, min_support);
        let inputs_moved = images.drifted || model.is_beyond(threshold);
        let verdict = match (images.supported, labels.is_beyond(threshold), inputs_moved) {
            (false, ..) => LabelVerdict::TooFew,
            (true, false, false) => LabelVerdict::Stable,
            (true, true, false) => LabelVerdict::Labels,
            (true, false, true) => LabelVerdict::Inputs,
            (true, true, true) => LabelVerdict::Both,
        };
        let empty = Metric::undefined(concord_metrics::Reason::Empty);
        LabelMonth {
            month: String::new(),
            label_sets: self.label_sets,
            images: self.images.len() as u64,
            classes: self.classes.clone(),
            f1_cls: empty,
            kappa_cls: empty,
            labels,
            model,
            features: images.features.into_iter().take(FEATURES).collect(),
            verdict,
        }
    }
}

#[cfg(test)]
mod tests {
    use concord_domain::decision::Decision;
    use concord_domain::label_set::{LabelSetKey, Labels};
    use concord_domain::object::{Object, ObjectId};
    use concord_geometry::BBox;

    use super::*;
    use crate::queue::fixture::{Fixture, Thing, id};

    const MONTH: i64 = 31 * 86_400_000;
    const EACH: usize = 24;

    /// Three months of as many images. The model says bolt and nut in turn, always; but in the third month the images
    /// show bolts alone, and it says so.
    fn project(said: impl Fn(usize, usize) -> &'static str) -> Fixture {
        let mut f = Fixture::new(&["bright"; 3 * EACH], "", "");
        f.desk.project.config.drift.min_support = 20;
        let shown = |n: usize| if n / EACH == 2 || n.is_multiple_of(2) { "bolt" } else { "nut" };
        let things: Vec<[Thing; 1]> = (0..3 * EACH).map(|n| [(0.0, shown(n), 0.9)]).collect();
        let rows: Vec<&[Thing]> = things.iter().map(<[Thing; 1]>::as_slice).collect();
        f.run("m", &rows);
        for n in 0..3 * EACH {
            let bbox = BBox::new(0.0, 0.0, 10.0, 10.0).expect("a box");
            let object = Object::new(ObjectId("o".to_owned()), bbox, said(n / EACH, n));
            let labels = Labels { objects: vec![object], ..Labels::default() };
            let key = LabelSetKey { sample: id(n), annotator: "ana".to_owned() };
            let (stamp, source) = (f.versions.stamp.clone(), "file".to_owned());
            let mut entry = f.desk.entry(Decision::LabelsImported { key, revision: 1, stamp, labels, source });
            entry.at_utc_ms = (n / EACH) as i64 * MONTH;
            f.desk.bulk(move |bulk| bulk.commit(entry).map(|_| ())).expect("the labels fit");
        }
        f
    }

    fn verdicts(f: &Fixture) -> Vec<(String, LabelVerdict)> {
        let report = label_drift(&f.desk.project).expect("it can be computed");
        report.months.into_iter().map(|month| (month.month, month.verdict)).collect()
    }

    /// In the second month two of three nuts are called screws: 12, 12, 0 become 12, 4, 8.
    #[test]
    fn labels_that_move_by_themselves_are_told_from_those_that_follow_the_images() {
        let f = project(|month, n| match (month, n % 2, n % 3) {
            (2, ..) | (_, 0, _) => "bolt",
            (1, _, 1 | 2) => "screw",
            _ => "nut",
        });
        let report = label_drift(&f.desk.project).expect("it can be computed");
        assert_eq!(report.baseline.as_deref(), Some("1970-01"));
        let second = &report.months[1];
        assert_eq!(second.classes.values().copied().collect::<Vec<_>>(), [12, 4, 8]);
        // (4/24 − 12/24)·ln(4/12) + (8/24 − 1e-4)·ln((8/24)/1e-4), with empty shares at 1e-4.
        let psi = (4.0 / 24.0 - 0.5) * libm::log(4.0 / 12.0) + (8.0 / 24.0 - 1e-4) * libm::log(8.0 / 24.0 / 1e-4);
        assert!((second.labels.psi.value().expect("defined") - psi).abs() < 1e-12);
        assert_eq!(second.model.psi.value(), Some(0.0), "the model says what it said");
        let told: Vec<LabelVerdict> = report.months.iter().map(|month| month.verdict).collect();
        assert_eq!(told, [LabelVerdict::Baseline, LabelVerdict::Labels, LabelVerdict::Both]);
    }

    #[test]
    fn images_that_move_alone_and_months_that_are_too_short_are_named() {
        let f = project(|_, n| if n.is_multiple_of(2) { "bolt" } else { "nut" });
        let named = |verdict| verdicts(&f).into_iter().map(|(_, v)| v).nth(verdict).expect("three months");
        assert_eq!((named(1), named(2)), (LabelVerdict::Stable, LabelVerdict::Inputs));
        let mut f = project(|_, _| "bolt");
        f.desk.project.config.drift.min_support = 200;
        assert_eq!(verdicts(&f)[1].1, LabelVerdict::TooFew);
        let empty = Fixture::new(&["bright"], "", "");
        let report = label_drift(&empty.desk.project).expect("it can be computed");
        assert_eq!((report.baseline, report.run, report.months.len()), (None, None, 0));
    }
}
