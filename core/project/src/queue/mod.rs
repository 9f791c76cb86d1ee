//! The queue: which sample to label next, by uncertainty × importance of the slice, with the parts of every score and
//! the reasons of every rank.

mod away;
mod batch;
mod compose;
mod disagreement;
mod honeypots;
mod lease;
mod named;
mod parts;
mod ranking;
mod scores;
mod simulate;
mod slices;
mod standing;

use concord_domain::policy::{Policy, QueueRules};
use concord_domain::sample::SampleId;
use concord_language::Message;
use concord_store::Reader;
use serde::Serialize;

use crate::{Project, ProjectError};

pub use away::{Away, Taken, away, take};
pub(crate) use honeypots::answers;
pub use honeypots::{KnownAnswers, PASS_SCORE, known_answers};
pub use lease::{LEASE_MS, lease, release, snooze};
pub use named::sample_named;
pub use parts::{Part, PartName};
pub use ranking::Ranking;
pub use simulate::{Simulation, SimulationOptions, SliceSimulation, Strategy, StrategyOutcome, simulate};

/// Which part of the queue is asked for.
#[derive(Debug, Clone, Default)]
pub struct QueueOptions {
    /// The queue of this annotator: without what the annotator submitted, passed over or put off and without what others
    /// hold, put together in batches. `None` for the plain ranking of all samples.
    pub for_annotator: Option<String>,
    /// The time now, in milliseconds since 1970 UTC; waiting raises a rank, and leases end.
    pub now_ms: i64,
    /// Most samples that are given; `None` for all.
    pub top: Option<usize>,
    /// Put a batch of so many together at the front; `None` for the policy's size in an annotator's queue, and for no
    /// batch in the plain ranking.
    pub batch: Option<usize>,
    /// How to rank, instead of as the policy says.
    pub rules: Option<QueueRules>,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Queue {
    /// Samples, the next one first.
    pub items: Vec<Ranked>,
    /// Number of samples in the whole queue.
    pub waiting: u64,
    /// How many of the first samples were put together as a batch.
    pub batch: usize,
    /// The run whose predictions tell the uncertainty; `None` when no model ran yet.
    pub run: Option<String>,
    /// The model of that run.
    pub model: Option<String>,
    /// True when the model's scores were calibrated before they were taken for probabilities.
    pub is_calibrated: bool,
}

/// A sample in the queue, with the parts of its score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    /// The sample.
    pub sample: SampleId,
    /// Path of its image.
    pub path: String,
    /// `combined rank^α · slice weight^β · staleness`.
    pub score: f64,
    /// Uncertainty of its boxes, in bits where the measure is entropy; `None` when no model ran on it.
    pub uncertainty_bits: Option<f64>,
    /// Rank of that among all samples of the queue, in `(0, 1]`.
    pub uncertainty_rank: f64,
    /// The slice that gives the weight; "all" when it lies in none.
    pub slice: String,
    /// Importance of that slice, raised by how far its recall falls short of its target.
    pub slice_weight: f64,
    /// Factor for waiting, 1 to 1.2.
    pub staleness: f64,
    /// What its place is made of, for bars.
    pub parts: Vec<Part>,
    /// Which group of similar samples of the batch it belongs to, counted from 0; `None` outside the batch.
    pub group: Option<u32>,
    /// True when it is to be labelled without suggestions. The annotator is not to know that it was drawn for this, so
    /// that it is not written.
    #[serde(skip)]
    pub withholds_suggestions: bool,
    /// Why it stands where it stands, for people.
    pub reasons: Vec<Message>,
}

/// Ranks the samples of a project; deterministic for equal state and time.
pub fn rank(project: &Project, options: &QueueOptions) -> Result<Queue, ProjectError> {
    let reader = project.reader()?;
    let policy = policy_of(&reader)?;
    let rules = options.rules.clone().unwrap_or_else(|| policy.queue.clone());
    match &options.for_annotator {
        None => {
            let ranking = Ranking::load(project, &rules, options.now_ms, |_| true)?;
            plain(&ranking, &reader, &policy, &rules, options)
        }
        Some(annotator) => {
            let standing = standing::Standing::load(project, &reader, &policy, annotator, options.now_ms)?;
            let ranking = Ranking::load(project, &rules, options.now_ms, |s| !standing.is_done(&s.id))?;
            compose::queue(&ranking, &reader, &policy, &rules, &standing, options)
        }
    }
}

/// The queue of an annotator: [`rank`] with nothing but the name.
pub fn for_annotator(
    project: &Project,
    annotator: &str,
    now_ms: i64,
    top: Option<usize>,
) -> Result<Queue, ProjectError> {
    rank(project, &QueueOptions { for_annotator: Some(annotator.to_owned()), now_ms, top, ..QueueOptions::default() })
}

/// The policy in force, or a first one where none is published.
fn policy_of(reader: &Reader) -> Result<Policy, ProjectError> {
    Ok(reader.policy()?.unwrap_or_else(|| Policy::first("none")))
}

/// All samples by score, behind a batch where one is asked for.
fn plain(
    ranking: &Ranking,
    reader: &Reader,
    policy: &Policy,
    rules: &QueueRules,
    options: &QueueOptions,
) -> Result<Queue, ProjectError> {
    let scores = ranking.scores(rules);
    let mut order = ranking.order(rules);
    let size = options.batch.unwrap_or(0);
    let front = batch::front(ranking, reader, &order, &scores, rules, size)?;
    let places: std::collections::BTreeSet<usize> = front.iter().map(|picked| picked.place).collect();
    order.retain(|place| !places.contains(place));
    let batch = front.len();
    let rest = order.into_iter().map(batch::Picked::by_rank);
    let top = options.top.unwrap_or(usize::MAX);
    let items = front
        .into_iter()
        .chain(rest)
        .take(top)
        .map(|picked| ranking.item(&picked, compose::Because::Rank, &scores, rules, policy))
        .collect();
    Ok(ranking.queue(items, ranking.len(), batch.min(top)))
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
