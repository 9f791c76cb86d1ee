//! Which label sets can be compared, with which suggestions, and against which gold.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::label_set::{LabelSet, LabelSetKey, Labels};
use concord_domain::policy::Policy;
use concord_domain::sample::SampleId;
use concord_domain::suggestion::{Prediction, Run};
use concord_store::Reader;

use super::LeftOut;
use crate::evaluation::{self, GoldState};
use crate::{Project, ProjectError};

/// A label set with what is to be known of how it came about.
pub(super) struct Made {
    set: LabelSet,
    at_utc_ms: i64,
    is_imported: bool,
}

/// Every submitted label set of an annotator who is no reference.
pub(super) fn label_sets(project: &Project, reader: &Reader) -> Result<Vec<Made>, ProjectError> {
    let reference = project.config.validation.reference.as_deref();
    let submissions: BTreeMap<LabelSetKey, (i64, bool)> =
        reader.submissions()?.into_iter().map(|s| (s.key, (s.at_utc_ms, s.is_imported))).collect();
    let mut sets = Vec::new();
    reader.each_label_set(|set| {
        if let Some((at_utc_ms, is_imported)) = submissions.get(&set.key).copied()
            && Some(set.key.annotator.as_str()) != reference
        {
            sets.push(Made { set, at_utc_ms, is_imported });
        }
    })?;
    Ok(sets)
}

/// The run that is named; else the one whose suggestions were accepted or turned down most; else the latest.
pub(super) fn chosen_run(reader: &Reader, named: Option<&str>, sets: &[Made]) -> Result<Option<Run>, ProjectError> {
    let runs = reader.suggesting_runs()?;
    if let Some(name) = named {
        let found = runs.into_iter().find(|run| run.id == name);
        return found.map(Some).ok_or_else(|| ProjectError::usage(format!("there is no run {name} with suggestions")));
    }
    let mut answered: BTreeMap<&str, u64> = BTreeMap::new();
    for made in sets {
        for suggestion in answers(&made.set.labels) {
            *answered.entry(suggestion).or_default() += 1;
        }
    }
    // Of equals the latest, which comes first.
    let most = runs.iter().map(|run| answered.get(run.id.as_str()).copied().unwrap_or_default()).max();
    Ok(runs.iter().find(|run| Some(answered.get(run.id.as_str()).copied().unwrap_or_default()) == most).cloned())
}

/// The runs of the suggestions that a label set accepted or turned down.
fn answers(labels: &Labels) -> impl Iterator<Item = &str> {
    let accepted = labels.objects.iter().filter_map(|object| object.origin.suggestion());
    accepted.chain(labels.rejected.iter().map(|(suggestion, _)| suggestion)).map(|s| s.run.as_str())
}

/// The suggestions of a run from a score on, of every sample that it looked at.
pub(super) fn suggested(
    reader: &Reader,
    run: &str,
    score: f64,
) -> Result<BTreeMap<SampleId, Vec<Prediction>>, ProjectError> {
    let mut by_sample: BTreeMap<SampleId, Vec<Prediction>> =
        reader.uncertainties(run)?.into_iter().map(|(sample, _)| (sample, vec![])).collect();
    reader.each_prediction(run, |sample, _, prediction| {
        if prediction.score >= score
            && let Some(predictions) = by_sample.get_mut(sample)
        {
            predictions.push(prediction);
        }
    })?;
    Ok(by_sample)
}

/// What was labelled anew in a campaign.
fn in_campaigns(reader: &Reader) -> Result<BTreeSet<LabelSetKey>, ProjectError> {
    let mut keys = BTreeSet::new();
    for campaign in reader.campaigns()? {
        let done = reader.campaign_tasks(&campaign.name)?.into_iter().filter(|task| task.again.is_some());
        keys.extend(done.map(|task| task.key));
    }
    Ok(keys)
}

/// The settled labels that do not follow from the annotator's own alone: somebody decided, or two people say the same.
pub(super) fn settled(project: &Project, reader: &Reader) -> Result<BTreeMap<SampleId, Labels>, ProjectError> {
    let independent = |(sample, state): (SampleId, GoldState)| match state {
        GoldState::Settled(gold) if gold.decided.is_some() || gold.sets.len() > 1 => Some((sample, gold.labels)),
        _ => None,
    };
    Ok(evaluation::gold(project, reader)?.into_iter().filter_map(independent).collect())
}

/// What decides whether a label set can be compared.
pub(super) struct Known<'a> {
    recorded_at: i64,
    suggested: &'a BTreeMap<SampleId, Vec<Prediction>>,
    campaign: BTreeSet<LabelSetKey>,
    policies: &'a BTreeMap<u32, Policy>,
}

/// A label set that can be compared.
pub(super) struct Kept {
    pub(super) set: LabelSet,
    pub(super) is_assisted: bool,
}

impl<'a> Known<'a> {
    /// What is known of a run.
    pub(super) fn of(
        reader: &Reader,
        run: &str,
        suggested: &'a BTreeMap<SampleId, Vec<Prediction>>,
        policies: &'a BTreeMap<u32, Policy>,
    ) -> Result<Self, ProjectError> {
        let recorded_at = reader.recorded_at(run)?.unwrap_or(i64::MIN);
        Ok(Self { recorded_at, suggested, campaign: in_campaigns(reader)?, policies })
    }

    /// The label sets that can be compared, and how many cannot.
    pub(super) fn sift(&self, sets: Vec<Made>) -> (Vec<Kept>, LeftOut) {
        let mut left_out = LeftOut::default();
        let mut kept = Vec::new();
        for Made { set, at_utc_ms, is_imported } in sets {
            let policy = self.policies.get(&set.stamp.policy_version);
            let is_blank = policy.is_some_and(|p| p.assignment.is_without_suggestions(&set.key.sample));
            let count = if is_imported {
                &mut left_out.imported
            } else if self.campaign.contains(&set.key) {
                &mut left_out.campaign
            } else if at_utc_ms < self.recorded_at {
                &mut left_out.before_run
            } else if !self.suggested.contains_key(&set.key.sample) {
                &mut left_out.without_run
            } else if is_blank && answers(&set.labels).next().is_some() {
                &mut left_out.contaminated
            } else {
                kept.push(Kept { set, is_assisted: !is_blank });
                continue;
            };
            *count += 1;
        }
        (kept, left_out)
    }
}
