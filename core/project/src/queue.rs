//! The queue: which sample to label next, by uncertainty × importance of the slice, with the reasons of every rank.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::sample::{Sample, SampleId};
use concord_language::{Message, say};
use concord_metrics::ranking;
use serde::Serialize;

use crate::evaluation::{self, Reference};
use crate::{Project, ProjectError};

/// Seed that parts equal scores; fixed, so that a queue does not change between two looks.
const TIE_SEED: u64 = 1;

/// Which part of the queue is asked for.
#[derive(Debug, Clone, Default)]
pub struct QueueOptions {
    /// Leave out what this annotator submitted or passed over.
    pub for_annotator: Option<String>,
    /// The time now, in milliseconds since 1970 UTC; waiting raises a rank.
    pub now_ms: i64,
    /// Most samples that are given; `None` for all.
    pub top: Option<usize>,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Queue {
    /// Samples, the next one first.
    pub items: Vec<Ranked>,
    /// Number of samples in the whole queue.
    pub waiting: u64,
    /// The run whose predictions tell the uncertainty; `None` when no model ran yet.
    pub run: Option<String>,
    /// The model of that run.
    pub model: Option<String>,
}

/// A sample in the queue, with the parts of its score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    /// The sample.
    pub sample: SampleId,
    /// Path of its image.
    pub path: String,
    /// `uncertainty_rank · slice_weight · staleness`.
    pub score: f64,
    /// Mean entropy of the most uncertain boxes, in bits; `None` when no model ran on it.
    pub uncertainty_bits: Option<f64>,
    /// Rank of that among all waiting samples, in `(0, 1]`; 1 behind a drift flag.
    pub uncertainty_rank: f64,
    /// The slice that gives the weight; "all" when it lies in none.
    pub slice: String,
    /// Importance of that slice, raised by how far its recall falls short of its target.
    pub slice_weight: f64,
    /// Factor for waiting, 1 to 1.2.
    pub staleness: f64,
    /// Why it stands where it stands, for people.
    pub reasons: Vec<Message>,
}

struct Weighted {
    name: String,
    weight: f64,
    shortfall: Option<Message>,
}

/// Ranks the samples of a project; deterministic for equal state and time.
pub fn rank(project: &Project, options: &QueueOptions) -> Result<Queue, ProjectError> {
    let reader = project.reader()?;
    let run = reader.latest_run(None)?;
    let bits: BTreeMap<SampleId, f64> = match &run {
        Some(run) => reader.uncertainties(&run.id)?.into_iter().collect(),
        None => BTreeMap::new(),
    };
    let done: BTreeSet<SampleId> = match &options.for_annotator {
        Some(name) => reader.done_by(name)?.into_iter().collect(),
        None => BTreeSet::new(),
    };
    let mut boosts: BTreeMap<SampleId, Vec<String>> = BTreeMap::new();
    for (sample, reason) in reader.boosts()? {
        boosts.entry(sample).or_default().push(reason);
    }
    let added_at = reader.added_at()?;
    let samples: Vec<Sample> = reader.samples()?.into_iter().filter(|s| !done.contains(&s.id)).collect();
    let weights = slice_weights(project, run.as_ref().map(|r| r.id.as_str()))?;
    // A sample that no model saw is as uncertain as can be: it ranks with the most uncertain.
    let uncertainty: Vec<f64> = samples.iter().map(|s| bits.get(&s.id).copied().unwrap_or(1.0)).collect();
    let ranks = ranking::ecdf_ranks(&uncertainty);
    let mut items: Vec<Ranked> = samples
        .iter()
        .zip(ranks)
        .map(|(sample, rank)| {
            let boosted = boosts.get(&sample.id);
            let rank = if boosted.is_some() { ranking::combine_ranks(&[rank, 1.0]) } else { rank };
            let added = added_at.get(&sample.id).copied().unwrap_or(options.now_ms);
            let days = (options.now_ms - added) as f64 / 86_400_000.0;
            ranked(sample, rank, bits.get(&sample.id).copied(), &weights, project, days, boosted)
        })
        .collect();
    let scores: Vec<f64> = items.iter().map(|i| i.score).collect();
    let ids: Vec<&str> = items.iter().map(|i| i.sample.0.as_str()).collect();
    let order = ranking::order(&scores, &ids, TIE_SEED);
    let waiting = items.len() as u64;
    let mut slots: Vec<Option<Ranked>> = items.drain(..).map(Some).collect();
    let top = options.top.unwrap_or(usize::MAX);
    let items = order.into_iter().take(top).filter_map(|i| slots[i].take()).collect();
    Ok(Queue { items, waiting, run: run.as_ref().map(|r| r.id.clone()), model: run.map(|r| r.model) })
}

fn ranked(
    sample: &Sample,
    rank: f64,
    bits: Option<f64>,
    weights: &[Weighted],
    project: &Project,
    days: f64,
    boosted: Option<&Vec<String>>,
) -> Ranked {
    let heaviest = project
        .slices
        .iter()
        .zip(weights)
        .filter(|(slice, _)| slice.contains(sample))
        .map(|(_, weighted)| weighted)
        .reduce(|best, next| if next.weight > best.weight { next } else { best });
    let staleness = ranking::staleness(days);
    let (slice, slice_weight) = heaviest.map_or(("all", 1.0), |w| (w.name.as_str(), w.weight));
    let mut reasons = vec![match bits {
        Some(bits) => {
            let top = ((1.0 - rank) * 100.0).ceil().max(1.0);
            say!("queue-uncertainty", bits = format!("{bits:.2}"), top = format!("{top:.0}"))
        }
        None => say!("queue-unseen"),
    }];
    if let Some(weighted) = heaviest.filter(|w| w.weight != 1.0) {
        let (name, weight) = (&weighted.name, format!("{:.2}", weighted.weight));
        reasons.push(match &weighted.shortfall {
            None => say!("queue-slice", name = name, weight = weight),
            Some(why) => say!("queue-slice-short", name = name, weight = weight, why = why.clone()),
        });
    }
    if days >= 1.0 {
        reasons.push(say!("queue-waiting", days = days.round() as i64, factor = format!("{staleness:.2}")));
    }
    reasons.extend(boosted.into_iter().flatten().map(|reason| say!("queue-boost", reason = reason)));
    Ranked {
        sample: sample.id.clone(),
        path: sample.path.clone(),
        score: ranking::queue_score(rank, slice_weight, staleness),
        uncertainty_bits: bits,
        uncertainty_rank: rank,
        slice: slice.to_owned(),
        slice_weight,
        staleness,
        reasons,
    }
}

/// The weight of every slice: its importance, raised where its recall falls short of the target.
fn slice_weights(project: &Project, run: Option<&str>) -> Result<Vec<Weighted>, ProjectError> {
    let wants_recall = project.slices.iter().any(|s| s.target_recall.is_some());
    let table = match run.filter(|_| wants_recall) {
        Some(run) => evaluation::outcomes(project, run, Reference::for_project(project))?,
        None => evaluation::Outcomes::default(),
    };
    let weigh = |slice: &concord_domain::slice::Slice| {
        let bound = slice.target_recall.and_then(|target| {
            let recall = table.recall(slice, project.config.validation.score)?;
            Some((recall.low, target))
        });
        Weighted {
            name: slice.name.clone(),
            weight: ranking::slice_weight(slice.importance, bound),
            shortfall: bound
                .filter(|(low, target)| low < target)
                .map(|(low, target)| say!("queue-recall", low = format!("{low:.2}"), target = format!("{target:.2}"))),
        }
    };
    Ok(project.slices.iter().map(weigh).collect())
}
