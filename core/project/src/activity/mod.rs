//! Activity: what people did in a project or a span of time, how long it took, and what an effective label costs.
//!
//! Working time is what the window noted of visits to samples; what came from files has none.

use std::collections::BTreeMap;

use concord_metrics::{Metric, Reason, bootstrap};
use serde::Serialize;

use crate::drift::Span;
use crate::evaluation;
use crate::{Project, ProjectError};

mod effort;
mod history;
mod pace;

pub use effort::Acceptance;
pub(crate) use effort::labelling_ms;
pub use history::{HistoryPage, HistoryRow, history};
pub use pace::Pace;

use effort::Effort;

/// What is looked at.
#[derive(Debug, Clone)]
pub struct ActivityOptions {
    /// Only what happened in it; everything without one.
    pub span: Option<Span>,
    /// Who looks: their own figures are told apart, and everybody's for an owner.
    pub viewer: String,
    /// The bootstrap over label sets.
    pub bootstrap: bootstrap::Options,
}

impl ActivityOptions {
    /// All that was done, for a person, with 1,000 replicates.
    pub fn for_viewer(viewer: &str) -> Self {
        let bootstrap = bootstrap::Options { seed: 7, ..bootstrap::Options::default() };
        Self { span: None, viewer: viewer.to_owned(), bootstrap }
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActivityReport {
    /// The span that was looked at; everything without one.
    pub span: Option<Span>,
    /// Everybody together.
    pub total: Work,
    /// By person, by name, of those whose figures may be shown.
    pub people: Vec<PersonWork>,
    /// People whose figures are not shown.
    pub hidden: u64,
    /// What it came to.
    pub effective: Effective,
    /// What had to be done again.
    pub rework: Rework,
    /// Hours from the import of a sample until it was settled: the median.
    pub age_median_h: Metric,
    /// Likewise, the hours within which 95 % were settled.
    pub age_p95_h: Metric,
    /// Replicates of the intervals.
    pub replicates: u32,
    /// Their seed.
    pub seed: u64,
    /// Their level.
    pub confidence: f64,
}

/// The work of one person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonWork {
    /// Who.
    pub annotator: String,
    /// What they did.
    #[serde(flatten)]
    pub work: Work,
}

/// Work, of one person or of all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Work {
    /// Label sets that were submitted, and count.
    pub label_sets: u64,
    /// Objects in them.
    pub objects: u64,
    /// How many of the label sets were read from files.
    pub imported: u64,
    /// Samples that were settled by a decision.
    pub judged: u64,
    /// Hours of labelling.
    pub labelling_h: f64,
    /// Hours of review and arbitration.
    pub judging_h: f64,
    /// Hours of waiting for the machine, beside those.
    pub waited_h: f64,
    /// How fast it went.
    pub pace: Pace,
    /// What became of it, on samples that are settled.
    pub acceptance: Acceptance,
    /// Objects of label sets that were made by hand and not read from files, that gold has with their class.
    pub accepted_by_hand: u64,
    /// What the hours cost; `None` without a rate in the project.
    pub cost: Option<f64>,
}

/// What the work came to. An effective label is an object of the gold of a sample, that is: it is accepted, after review
/// and arbitration where these were asked for, and each thing counts once however many people labelled it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effective {
    /// Samples that were settled.
    pub samples: u64,
    /// Effective labels on them.
    pub labels: u64,
    /// Effective labels beside these on samples that nobody worked on, which were read from files; they are left out of
    /// what a label costs.
    pub from_files: u64,
    /// Hours of labelling and judging for one effective label; `zero_denominator` without one.
    pub hours_each: Metric,
    /// What it cost; `None` without a rate in the project.
    pub cost: Option<CostReport>,
}

/// What labels cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CostReport {
    /// What the sums are in.
    pub currency: String,
    /// Labelling, judging and, where all times are looked at, computing.
    pub total: f64,
    /// Of that, computing.
    pub compute: f64,
    /// For one effective label; `zero_denominator` without one.
    pub per_effective_label: Metric,
    /// For one object that somebody made by hand and that was accepted, of which several may be of one thing; likewise.
    pub per_accepted_object: Metric,
}

/// What had to be done again.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rework {
    /// How often somebody submitted.
    pub submitted: u64,
    /// How often a reviewer sent a label set back.
    pub sent_back: u64,
    /// How often one was turned down.
    pub rejected: u64,
    /// How often one went back because it broke a new version.
    pub invalidated: u64,
    /// How often a settled sample was opened again.
    pub reopened: u64,
    /// All of these over what was submitted.
    pub share: Metric,
}

/// Tells what was done.
pub fn activity(project: &Project, options: &ActivityOptions) -> Result<ActivityReport, ProjectError> {
    let reader = project.reader()?;
    let people = reader.people()?;
    let gold = evaluation::gold(project, &reader)?;
    let rules = reader.policy()?.map(|policy| policy.review).unwrap_or_default();
    let effort = Effort::load(project, &reader, &gold, &rules, options.span)?;
    let (from, to) = options.span.map_or((i64::MIN, i64::MAX), |span| (span.from_ms, span.to_ms));
    let counts = reader.decision_counts(from, to)?;
    let cost = &project.config.cost;
    let work = |of: Option<&str>| effort.work(of, &counts, cost, &options.bootstrap);
    let total = work(None);
    let names = effort.people(&counts);
    let shown: Vec<&String> = names.iter().filter(|name| people.may_see_figures(&options.viewer, name)).collect();
    let settled = effort.settled();
    Ok(ActivityReport {
        span: options.span,
        effective: effective(&settled, &total, project, options.span.is_none()),
        people: shown.iter().map(|name| PersonWork { annotator: (*name).clone(), work: work(Some(name)) }).collect(),
        hidden: (names.len() - shown.len()) as u64,
        rework: rework(&counts),
        age_median_h: concord_metrics::quantile::quantile_of(&settled.ages_h, 0.5),
        age_p95_h: concord_metrics::quantile::quantile_of(&settled.ages_h, 0.95),
        total,
        replicates: options.bootstrap.replicates,
        seed: options.bootstrap.seed,
        confidence: options.bootstrap.confidence,
    })
}

/// What is settled.
struct Settled {
    samples: u64,
    labels: u64,
    from_files: u64,
    ages_h: Vec<f64>,
}

fn effective(settled: &Settled, total: &Work, project: &Project, with_compute: bool) -> Effective {
    let hours = total.labelling_h + total.judging_h;
    let labels = settled.labels;
    let each = |sum: f64, count: u64| Metric::ratio(sum, count as f64, count);
    let rates = &project.config.cost;
    let cost = total.cost.map(|work| {
        let compute = if with_compute { rates.compute } else { 0.0 };
        CostReport {
            currency: rates.currency.clone(),
            total: work + compute,
            compute,
            per_effective_label: each(work + compute, labels),
            per_accepted_object: each(work + compute, total.accepted_by_hand),
        }
    });
    let hours_each = if hours > 0.0 { each(hours, labels) } else { Metric::undefined(Reason::Empty) };
    Effective { samples: settled.samples, labels, from_files: settled.from_files, hours_each, cost }
}

fn rework(counts: &[(String, String, u64)]) -> Rework {
    let mut by_kind: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, kind, count) in counts {
        *by_kind.entry(kind).or_default() += count;
    }
    let of = |kind: &str| by_kind.get(kind).copied().unwrap_or_default();
    let (submitted, sent_back, rejected) = (of("labels_submitted"), of("labels_sent_back"), of("labels_rejected"));
    let (invalidated, reopened) = (of("labels_invalidated"), of("sample_reopened"));
    let again = (sent_back + rejected + invalidated + reopened) as f64;
    let share = Metric::ratio(again, submitted as f64, submitted);
    Rework { submitted, sent_back, rejected, invalidated, reopened, share }
}

#[cfg(test)]
mod tests;
