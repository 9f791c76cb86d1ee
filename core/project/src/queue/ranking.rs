//! The ranking: columns of everything a score is made of, which are put into order again and again as weights change.

use std::collections::BTreeMap;

use concord_domain::policy::{Measure, OpinionMeasure, Policy, QueueRules};
use concord_domain::sample::{Sample, SampleId};
use concord_domain::suggestion::Run;
use concord_language::{Message, say};
use concord_metrics::ranking::{RankedPool, staleness};

use super::batch::Picked;
use super::compose::Because;
use super::parts::{Makings, PartName};
use super::scores::{self, Places};
use super::slices::{self, Weighted};
use super::{Queue, Ranked, disagreement};
use crate::{Project, ProjectError};

/// Milliseconds a day.
const DAY_MS: f64 = 86_400_000.0;

/// What a queue is ranked by, in memory: read once, ordered for any weights.
///
/// Disagreement and rarity are read only where the rules they were loaded with weigh them; later weights for a column that
/// is not there do nothing.
#[derive(Debug)]
pub struct Ranking {
    samples: Vec<Sample>,
    pool: RankedPool<SampleId>,
    uncertainty: Vec<f64>,
    /// Which of [`PartName::SIGNALS`] were read.
    has: [bool; 4],
    days: Vec<f64>,
    /// The slices of each sample, and all of them with their weights.
    memberships: Vec<Vec<u32>>,
    weights: Vec<Weighted>,
    boosts: BTreeMap<SampleId, Vec<String>>,
    run: Option<Run>,
    is_calibrated: bool,
}

impl Ranking {
    /// Reads the columns of the samples that are kept.
    pub fn load(
        project: &Project,
        rules: &QueueRules,
        now_ms: i64,
        keep: impl Fn(&Sample) -> bool,
    ) -> Result<Self, ProjectError> {
        let run = project.reader()?.latest_run()?;
        Self::load_run(project, rules, now_ms, run, keep)
    }

    /// The same by a run that is named.
    pub(super) fn load_run(
        project: &Project,
        rules: &QueueRules,
        now_ms: i64,
        run: Option<Run>,
        keep: impl Fn(&Sample) -> bool,
    ) -> Result<Self, ProjectError> {
        let reader = project.reader()?;
        let samples: Vec<Sample> = reader.samples()?.into_iter().filter(|s| keep(s)).collect();
        let places = Places::of(&samples);
        let uncertainties = scores::uncertainties(project, &reader, run.as_ref(), &places, rules)?;
        let differ = if rules.disagreement > 0.0 {
            disagreement::column(project, &reader, &places, samples.len(), rules)?
        } else {
            vec![]
        };
        let mut boosts: BTreeMap<SampleId, Vec<String>> = BTreeMap::new();
        for (sample, reason) in reader.boosts()? {
            boosts.entry(sample).or_default().push(reason);
        }
        let added = reader.added_at()?;
        let waited = |s: &Sample| (now_ms - added.get(&s.id).copied().unwrap_or(now_ms)) as f64 / DAY_MS;
        let days: Vec<f64> = samples.iter().map(waited).collect();
        let mut pool = RankedPool::new(samples.iter().map(|s| s.id.clone()).collect(), rules.seed);
        // A sample that no model saw is as uncertain as can be: it ranks with the most uncertain.
        let unseen = |v: &f64| if v.is_nan() { f64::INFINITY } else { *v };
        pool.add_signal(&uncertainties.plain.iter().map(unseen).collect::<Vec<_>>())?;
        let has = [true, !differ.is_empty(), !uncertainties.rare.is_empty(), !boosts.is_empty()];
        for column in [differ, uncertainties.rare] {
            if column.is_empty() {
                pool.add_ranks(vec![0.0; samples.len()])?
            } else {
                pool.add_signal(&column)?
            };
        }
        let alarm = |s: &Sample| if boosts.contains_key(&s.id) { 1.0 } else { 0.0 };
        pool.add_ranks(samples.iter().map(alarm).collect())?;
        pool.set_staleness(days.iter().map(|days| staleness(*days)).collect())?;
        let weights = slices::weigh(project, run.as_ref().map(|r| r.id.as_str()))?;
        let memberships = slices::memberships(&project.slices, &samples);
        let (uncertainty, is_calibrated) = (uncertainties.plain, uncertainties.is_calibrated);
        let mut ranking =
            Self { samples, pool, uncertainty, has, days, memberships, weights: vec![], boosts, run, is_calibrated };
        ranking.set_weights(weights)?;
        Ok(ranking)
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// True without samples.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// The samples; orders name them by their places here.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// The score of every sample.
    pub fn scores(&self, rules: &QueueRules) -> Vec<f64> {
        self.pool.scores(&rules.weights())
    }

    /// The places of all samples by score, ties parted by a hash.
    pub fn order(&self, rules: &QueueRules) -> Vec<usize> {
        self.pool.order(&rules.weights())
    }

    /// Gives the slices other weights.
    pub(super) fn set_weights(&mut self, weights: Vec<Weighted>) -> Result<(), ProjectError> {
        let of = |numbers: &Vec<u32>| slices::heaviest(numbers, &weights).map_or(1.0, |n| weights[n as usize].weight);
        self.pool.set_slice_weights(self.memberships.iter().map(of).collect())?;
        self.weights = weights;
        Ok(())
    }

    /// Lets all samples wait alike.
    pub(super) fn forget_waiting(&mut self) -> Result<(), ProjectError> {
        Ok(self.pool.set_staleness(vec![1.0; self.len()])?)
    }

    /// The run that tells the uncertainty.
    pub(super) fn run(&self) -> Option<&Run> {
        self.run.as_ref()
    }

    /// True when the model saw the sample and is unsure of nothing in it.
    pub(super) fn is_blank(&self, place: usize) -> bool {
        self.uncertainty[place] == 0.0
    }

    /// The slices of a sample, by their numbers.
    pub(super) fn slices_of(&self, place: usize) -> &[u32] {
        &self.memberships[place]
    }

    /// A queue of these items.
    pub(super) fn queue(&self, items: Vec<Ranked>, waiting: usize, batch: usize) -> Queue {
        Queue {
            items,
            waiting: waiting as u64,
            batch,
            run: self.run.as_ref().map(|r| r.id.clone()),
            model: self.run.as_ref().map(|r| r.model.clone()),
            is_calibrated: self.is_calibrated,
        }
    }

    /// A sample as it stands in a queue.
    pub(super) fn item(
        &self,
        picked: &Picked,
        because: Because,
        scores: &[f64],
        rules: &QueueRules,
        policy: &Policy,
    ) -> Ranked {
        let place = picked.place;
        let sample = &self.samples[place];
        let heaviest = slices::heaviest(&self.memberships[place], &self.weights).map(|n| &self.weights[n as usize]);
        let (slice, slice_weight) = heaviest.map_or(("all", 1.0), |w| (w.name.as_str(), w.weight));
        let bits = Some(self.uncertainty[place]).filter(|bits| !bits.is_nan());
        let waiting = staleness(self.days[place]);
        let weights = rules.weights();
        let rank = |signal: usize| self.pool.ranks(signal).map_or(0.0, |ranks| ranks[place]);
        let signal = |signal: usize| self.has[signal].then(|| (rank(signal), weights.signals[signal]));
        let diversity = picked.distance.filter(|_| because == Because::Rank).map(|d| (d, rules.diversity));
        let makings = Makings {
            signals: [signal(0), signal(1), signal(2), signal(3).filter(|_| self.boosts.contains_key(&sample.id))],
            alpha: rules.uncertainty_exponent,
            slice: (slice_weight, rules.importance_exponent),
            waiting,
            diversity,
            drawn: because.part(),
        };
        Ranked {
            sample: sample.id.clone(),
            path: sample.path.clone(),
            score: scores[place],
            uncertainty_bits: bits,
            uncertainty_rank: rank(0),
            slice: slice.to_owned(),
            slice_weight,
            staleness: waiting,
            reasons: self.reasons(place, bits, &makings, heaviest, rules),
            parts: makings.parts(),
            group: picked.group,
            withholds_suggestions: policy.assignment.is_without_suggestions(&sample.id),
        }
    }

    /// How uncertain the model is, in the unit of what was measured.
    fn uncertainty_reason(&self, value: f64, top: &str, rules: &QueueRules) -> Message {
        let opinions = self.run.as_ref().map_or(1, |run| run.opinions.count());
        let value = format!("{value:.2}");
        match (rules.opinions, rules.measure) {
            (OpinionMeasure::Agreement, _) if opinions > 1 => {
                say!("queue-opinions", count = opinions as i64, value = value, top = top)
            }
            (OpinionMeasure::MutualInformation, _) if opinions > 1 => {
                say!("queue-information", count = opinions as i64, nats = value, top = top)
            }
            (_, Measure::Entropy) => say!("queue-uncertainty", bits = value, top = top),
            (_, Measure::LeastConfidence | Measure::Margin) => {
                say!("queue-uncertainty-plain", value = value, top = top)
            }
        }
    }

    /// The reasons in the order in which they count for people.
    fn reasons(
        &self,
        place: usize,
        uncertainty: Option<f64>,
        makings: &Makings,
        heaviest: Option<&Weighted>,
        rules: &QueueRules,
    ) -> Vec<Message> {
        let mut reasons = Vec::new();
        match makings.drawn {
            Some(PartName::Random) => reasons.push(say!("queue-random")),
            Some(PartName::Blank) => reasons.push(say!("queue-blank")),
            _ => {}
        }
        let top = |rank: f64| format!("{:.0}", ((1.0 - rank) * 100.0).ceil().max(1.0));
        reasons.push(match (uncertainty, makings.signals[0]) {
            (Some(value), Some((rank, _))) => self.uncertainty_reason(value, &top(rank), rules),
            _ => say!("queue-unseen"),
        });
        // Only what is above the middle is worth a word.
        let telling = |signal: usize| makings.signals[signal].filter(|(rank, weight)| rank * weight > 0.5);
        reasons.extend(telling(1).map(|(rank, _)| say!("queue-disagreement", top = top(rank))));
        reasons.extend(telling(2).map(|(rank, _)| say!("queue-rarity", top = top(rank))));
        if let Some(weighted) = heaviest.filter(|w| w.weight != 1.0) {
            let (name, weight) = (&weighted.name, format!("{:.2}", weighted.weight));
            reasons.push(match &weighted.shortfall {
                None => say!("queue-slice", name = name, weight = weight),
                Some(why) => say!("queue-slice-short", name = name, weight = weight, why = why.clone()),
            });
        }
        if self.days[place] >= 1.0 {
            let factor = format!("{:.2}", makings.waiting);
            reasons.push(say!("queue-waiting", days = self.days[place].round() as i64, factor = factor));
        }
        if let Some((distance, _)) = makings.diversity {
            reasons.push(say!("queue-diversity", distance = format!("{distance:.2}")));
        }
        let boosts = self.boosts.get(&self.samples[place].id);
        reasons.extend(boosts.into_iter().flatten().map(|reason| say!("queue-boost", reason = reason)));
        reasons
    }
}
