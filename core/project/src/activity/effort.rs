//! What everybody submitted, how long they worked on it, and what became of it.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::config::Cost;
use concord_domain::label_set::{LabelSet, LabelSetKey, Labels};
use concord_domain::policy::ReviewRules;
use concord_domain::sample::SampleId;
use concord_metrics::matching::{ClassRule, match_pairs};
use concord_metrics::{Metric, bootstrap, interval};
use concord_store::{Reader, TaskTime};
use serde::Serialize;

use super::pace::{Pace, Timed};
use super::{Settled, Work};
use crate::agree::{class_names, pair_of};
use crate::drift::Span;
use crate::evaluation::{Gold, GoldState};
use crate::{Project, ProjectError};

const HOUR_MS: f64 = 3_600_000.0;

/// What became of submitted objects, on samples that are settled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Acceptance {
    /// Objects on settled samples.
    pub objects: u64,
    /// Of them, those that gold has with their class.
    pub accepted: u64,
    /// Of these, those that gold has where they were drawn: their overlap reaches `good_iou` of the policy.
    pub unchanged: u64,
    /// Objects that gold has with another class.
    pub class_changed: u64,
    /// Objects that gold does not have.
    pub removed: u64,
    /// Objects that gold has and the label set has not.
    pub added: u64,
    /// The share that is unchanged, with Wilson's interval.
    pub unchanged_share: Metric,
}

impl Acceptance {
    fn none() -> Self {
        let empty = Metric::undefined(concord_metrics::Reason::Empty);
        let (objects, accepted, unchanged, class_changed, removed, added) = (0, 0, 0, 0, 0, 0);
        Self { objects, accepted, unchanged, class_changed, removed, added, unchanged_share: empty }
    }

    fn of(labels: &Labels, gold: &Labels, rules: &ReviewRules) -> Self {
        let classes = class_names(None, [labels, gold].into_iter());
        let pair = pair_of(&SampleId(String::new()), labels, gold, &classes, rules.match_iou);
        let rule = if rules.class_blind { ClassRule::Ignored } else { ClassRule::TwoStage };
        let matching = match_pairs(&pair.candidates, &pair.classes_a, &pair.classes_b, rule, rules.match_iou);
        let alike = matching.pairs.iter().filter(|(i, j, _)| pair.classes_a[*i] == pair.classes_b[*j]);
        let accepted = alike.clone().count() as u64;
        Self {
            objects: pair.classes_a.len() as u64,
            accepted,
            unchanged: alike.filter(|(_, _, overlap)| *overlap >= rules.good_iou).count() as u64,
            class_changed: matching.pairs.len() as u64 - accepted,
            removed: matching.only_a.len() as u64,
            added: matching.only_b.len() as u64,
            ..Self::none()
        }
    }

    fn add(&mut self, other: &Self) {
        self.objects += other.objects;
        self.accepted += other.accepted;
        self.unchanged += other.unchanged;
        self.class_changed += other.class_changed;
        self.removed += other.removed;
        self.added += other.added;
    }
}

/// A label set that counts.
struct Made {
    annotator: String,
    is_imported: bool,
    objects: u64,
    active_ms: Option<u64>,
    became: Option<Acceptance>,
}

/// Everything that was done in the span.
pub(super) struct Effort {
    made: Vec<Made>,
    visits: Vec<TaskTime>,
    settled: Settled,
}

/// The working time that was noted for each label set, judging left out, in milliseconds.
pub(crate) fn labelling_ms(visits: &[TaskTime]) -> BTreeMap<LabelSetKey, u64> {
    let mut worked: BTreeMap<LabelSetKey, u64> = BTreeMap::new();
    for visit in visits.iter().filter(|visit| !visit.is_judging && visit.active_ms > 0) {
        *worked.entry(visit.key.clone()).or_default() += visit.active_ms;
    }
    worked
}

impl Effort {
    pub(super) fn load(
        project: &Project,
        reader: &Reader,
        gold: &BTreeMap<SampleId, GoldState>,
        rules: &ReviewRules,
        span: Option<Span>,
    ) -> Result<Self, ProjectError> {
        let is_in = |time_ms: i64| span.is_none_or(|span| span.contains(time_ms));
        let reference = project.config.validation.reference.as_deref();
        let submissions = reader.submissions()?;
        let how: BTreeMap<&LabelSetKey, (i64, bool)> =
            submissions.iter().map(|s| (&s.key, (s.at_utc_ms, s.is_imported))).collect();
        let all_visits = reader.task_times()?;
        let worked = labelling_ms(&all_visits);
        let mut made = Vec::new();
        reader.each_label_set(|set: LabelSet| {
            let Some((at_utc_ms, is_imported)) = how.get(&set.key).copied() else { return };
            if Some(set.key.annotator.as_str()) == reference || !is_in(at_utc_ms) {
                return;
            }
            let became = match gold.get(&set.key.sample) {
                Some(GoldState::Settled(gold)) => Some(Acceptance::of(&set.labels, &gold.labels, rules)),
                _ => None,
            };
            let (objects, active_ms) = (set.labels.objects.len() as u64, worked.get(&set.key).copied());
            made.push(Made { annotator: set.key.annotator, is_imported, objects, active_ms, became });
        })?;
        let times: BTreeMap<&LabelSetKey, i64> = how.iter().map(|(key, (at, _))| (*key, *at)).collect();
        let by_hand: BTreeSet<&SampleId> =
            how.iter().filter(|(_, (_, file))| !file).map(|(key, _)| &key.sample).collect();
        let settled = settled(gold, &times, &by_hand, &reader.added_at()?, is_in);
        let visits = all_visits.into_iter().filter(|visit| is_in(visit.opened_at_utc_ms)).collect();
        Ok(Self { made, visits, settled })
    }

    /// Everybody who submitted, worked or judged, sorted.
    pub(super) fn people(&self, counts: &[(String, String, u64)]) -> Vec<String> {
        let judged = counts.iter().filter(|(_, kind, _)| kind == "sample_settled").map(|(actor, ..)| actor);
        let made = self.made.iter().map(|made| &made.annotator);
        let worked = self.visits.iter().map(|visit| &visit.key.annotator);
        let names: BTreeSet<&String> = judged.chain(made).chain(worked).collect();
        names.into_iter().cloned().collect()
    }

    pub(super) fn settled(&self) -> Settled {
        let Settled { samples, labels, from_files, ages_h } = &self.settled;
        Settled { samples: *samples, labels: *labels, from_files: *from_files, ages_h: ages_h.clone() }
    }

    /// The work of a person, or of all.
    pub(super) fn work(
        &self,
        of: Option<&str>,
        counts: &[(String, String, u64)],
        cost: &Cost,
        options: &bootstrap::Options,
    ) -> Work {
        let is_theirs = |name: &str| of.is_none_or(|of| of == name);
        let made: Vec<&Made> = self.made.iter().filter(|made| is_theirs(&made.annotator)).collect();
        let hours = |which: &dyn Fn(&TaskTime) -> u64| {
            let visits = self.visits.iter().filter(|visit| is_theirs(&visit.key.annotator));
            visits.map(which).sum::<u64>() as f64 / HOUR_MS
        };
        let labelling_h = hours(&|visit| if visit.is_judging { 0 } else { visit.active_ms });
        let judging_h = hours(&|visit| if visit.is_judging { visit.active_ms } else { 0 });
        let mut acceptance = Acceptance::none();
        made.iter().filter_map(|made| made.became.as_ref()).for_each(|became| acceptance.add(became));
        acceptance.unchanged_share = interval::proportion(acceptance.unchanged, acceptance.objects, options.confidence);
        let timed = |made: &&Made| {
            let (active_ms, accepted) = (made.active_ms?, made.became.as_ref().map(|became| became.accepted));
            Some(Timed { active_ms, objects: made.objects, accepted })
        };
        let timed: Vec<Timed> = made.iter().filter_map(timed).collect();
        let by_hand = made.iter().filter(|made| !made.is_imported);
        let judged = counts.iter().filter(|(actor, kind, _)| kind == "sample_settled" && is_theirs(actor));
        Work {
            label_sets: made.len() as u64,
            objects: made.iter().map(|made| made.objects).sum(),
            imported: made.iter().filter(|made| made.is_imported).count() as u64,
            judged: judged.map(|(.., count)| count).sum(),
            labelling_h,
            judging_h,
            waited_h: hours(&|visit| visit.waited_ms),
            accepted_by_hand: by_hand.filter_map(|made| Some(made.became.as_ref()?.accepted)).sum(),
            pace: Pace::of(&timed, options),
            acceptance,
            cost: cost.of_hours(labelling_h, judging_h),
        }
    }
}

/// What was settled in the span: when somebody decided so, or when the last of the label sets that count was submitted.
fn settled(
    gold: &BTreeMap<SampleId, GoldState>,
    submitted_at: &BTreeMap<&LabelSetKey, i64>,
    by_hand: &BTreeSet<&SampleId>,
    added_at: &BTreeMap<SampleId, i64>,
    is_in: impl Fn(i64) -> bool,
) -> Settled {
    let mut settled = Settled { samples: 0, labels: 0, from_files: 0, ages_h: vec![] };
    let when = |gold: &Gold| {
        let decided = gold.decided.as_ref().map(|decided| decided.at_utc_ms);
        decided.or_else(|| gold.sets.iter().filter_map(|set| submitted_at.get(&set.key).copied()).max())
    };
    for (sample, state) in gold {
        let GoldState::Settled(gold) = state else { continue };
        let Some(at) = when(gold).filter(|at| is_in(*at)) else { continue };
        let labels = gold.labels.objects.len() as u64;
        settled.samples += 1;
        if by_hand.contains(sample) || gold.decided.is_some() {
            settled.labels += labels;
        } else {
            settled.from_files += labels;
        }
        if let Some(added) = added_at.get(sample) {
            settled.ages_h.push((at - added).max(0) as f64 / HOUR_MS);
        }
    }
    settled
}
