//! Review: which samples wait for a second person, what is disputed on one, and what that person decides.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use concord_domain::decision::Decision;
use concord_domain::digest::digest;
use concord_domain::disagreement::{Comparison, Disagreement, Kind, Opinion, compare};
use concord_domain::judgement::JudgedSet;
use concord_domain::label_set::{LabelSet, LabelSetKey};
use concord_domain::policy::ReviewRules;
use concord_domain::review::{Settling, Stage};
use concord_domain::role::{People, Role};
use concord_domain::sample::SampleId;
use concord_geometry::Size;
use concord_store::{GoldRow, Reader, Return};
use serde::Serialize;

use crate::evaluation::{self, GoldState};
use crate::label::Session;
use crate::{Project, ProjectError, Versions};

mod fused;
mod judge;
mod obstacle;
mod rights;
mod wholesale;

pub use judge::Ruling;
pub use obstacle::{Obstacle, role_name};
pub use rights::{can_be_said, objects_of, record};
pub use wholesale::settle_with;

/// A sample on its way to gold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Waiting {
    /// The sample.
    pub sample: SampleId,
    /// Path of its image.
    pub path: String,
    /// Where it stands.
    pub stage: Stage,
    /// What is missing, for reports; who settled it where it is gold.
    pub why: String,
    /// Whose label sets count, in order of names.
    pub annotators: Vec<String>,
    /// How many disagreements of each kind there are, by the name of the kind.
    pub disagreements: BTreeMap<&'static str, u64>,
    /// The most severe of them.
    #[serde(skip)]
    pub worst: Option<Kind>,
    /// The lowest F1 of two annotators; `None` with fewer than two.
    pub agreement: Option<f64>,
    /// Who has begun to judge it.
    pub judges: Vec<String>,
}

impl Waiting {
    /// Number of disagreements.
    pub fn open(&self) -> u64 {
        self.disagreements.values().sum()
    }
}

/// Every sample that somebody submitted: first those that wait for an arbiter, the most severe disagreement and the lowest
/// agreement in front, then those that wait for a reviewer, then the others.
pub fn waiting(project: &Project) -> Result<Vec<Waiting>, ProjectError> {
    let reader = project.reader()?;
    let paths: BTreeMap<SampleId, String> = reader.samples()?.into_iter().map(|s| (s.id, s.path)).collect();
    let rules = rules_of(&reader)?;
    let mut judges: BTreeMap<SampleId, Vec<String>> = BTreeMap::new();
    for key in reader.judges()? {
        judges.entry(key.sample).or_default().push(key.annotator);
    }
    let states = evaluation::gold(project, &reader)?;
    let one = |(sample, state): (SampleId, GoldState)| {
        let (stage, why, sets) = match state {
            GoldState::Open { stage, why, sets } => (stage, why, sets),
            GoldState::Settled(gold) => {
                let by = gold.decided.map(|d| format!("{} by {}", d.how.name(), d.by));
                (Stage::Gold, by.unwrap_or_else(|| "follows from the label sets".to_owned()), gold.sets)
            }
        };
        let comparison = compared(&sets, &rules);
        let mut disagreements: BTreeMap<&'static str, u64> = BTreeMap::new();
        for found in &comparison.disagreements {
            *disagreements.entry(found.kind.name()).or_default() += 1;
        }
        Waiting {
            path: paths.get(&sample).cloned().unwrap_or_default(),
            judges: judges.get(&sample).cloned().unwrap_or_default(),
            stage,
            why,
            annotators: sets.iter().map(|set| set.key.annotator.clone()).collect(),
            worst: comparison.disagreements.first().map(|d| d.kind.clone()),
            agreement: (sets.len() > 1).then_some(comparison.agreement),
            disagreements,
            sample,
        }
    };
    let mut all: Vec<Waiting> = states.into_iter().map(one).collect();
    all.sort_by(by_urgency);
    Ok(all)
}

/// What decides about the order: stage, severity, agreement, number of disagreements, and at last the path.
fn by_urgency(a: &Waiting, b: &Waiting) -> Ordering {
    let stage = |waiting: &Waiting| match waiting.stage {
        Stage::Arbitrate => 0,
        Stage::Review => 1,
        Stage::Label => 2,
        Stage::Gold => 3,
    };
    let severity = |waiting: &Waiting| (waiting.worst.is_none(), waiting.worst.clone());
    let f1 = |waiting: &Waiting| waiting.agreement.unwrap_or(1.0);
    let name = |waiting: &Waiting| (waiting.path.clone(), waiting.sample.clone());
    (stage(a).cmp(&stage(b)))
        .then_with(|| severity(a).cmp(&severity(b)))
        .then_with(|| f1(a).total_cmp(&f1(b)))
        .then_with(|| b.open().cmp(&a.open()))
        .then_with(|| name(a).cmp(&name(b)))
}

fn rules_of(reader: &Reader) -> Result<ReviewRules, ProjectError> {
    Ok(reader.policy()?.map(|policy| policy.review).unwrap_or_default())
}

fn compared(sets: &[LabelSet], rules: &ReviewRules) -> Comparison {
    let opinions: Vec<Opinion<'_>> =
        sets.iter().map(|set| Opinion { annotator: &set.key.annotator, labels: &set.labels }).collect();
    compare(&opinions, rules)
}

/// Everything that somebody who judges a sample has before them.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    /// The sample.
    pub sample: SampleId,
    /// Size of its image.
    pub size: Size,
    /// Where it stands.
    pub stage: Stage,
    /// The label sets that count, in order of names.
    pub sets: Vec<LabelSet>,
    /// What they agree and disagree on.
    pub comparison: Comparison,
    /// What somebody settled.
    pub gold: Option<GoldRow>,
    /// What was sent back or turned down and not submitted again.
    pub returns: Vec<Return>,
    /// Why it was reopened, until it is settled again.
    pub reopened: Option<String>,
    people: People,
}

/// Loads what is disputed on a sample.
pub fn dispute(project: &Project, sample: &SampleId) -> Result<Dispute, ProjectError> {
    let reader = project.reader()?;
    let policy = reader.policy()?;
    let votes = evaluation::votes_on(project, &reader, sample)?;
    let (gold, reopened) = (votes.decided.clone(), votes.reopened.clone());
    let asked = evaluation::Asked::of(policy.as_ref(), sample);
    let (stage, sets) = match evaluation::state_of(votes, &asked) {
        GoldState::Settled(gold) => (Stage::Gold, gold.sets),
        GoldState::Open { stage, sets, .. } => (stage, sets),
    };
    let comparison = compared(&sets, &rules_of(&reader)?);
    let returns = reader.returns(None)?.into_iter().filter(|r| r.key.sample == *sample).collect();
    let known = reader.sample(sample)?;
    let size = known.ok_or_else(|| ProjectError::usage(format!("the catalogue has no sample {sample}")))?.size;
    let (sample, people) = (sample.clone(), reader.people()?);
    Ok(Dispute { sample, size, stage, sets, comparison, gold, returns, reopened, people })
}

impl Dispute {
    /// How a person who judges it now would settle it: one label set is reviewed, several are arbitrated.
    pub fn judging_stage(&self) -> Stage {
        if self.sets.len() > 1 { Stage::Arbitrate } else { Stage::Review }
    }

    /// Why a person cannot judge it, if they cannot.
    pub fn obstacle(&self, person: &str) -> Option<Obstacle> {
        if let Some(gold) = &self.gold {
            return Some(Obstacle::Settled { by: gold.by.clone() });
        }
        if self.sets.is_empty() {
            return Some(Obstacle::Nothing);
        }
        if self.sets.iter().any(|set| set.key.annotator == person) {
            return Some(Obstacle::OwnWork);
        }
        let how = if self.judging_stage() == Stage::Review { Settling::Accepted } else { Settling::Arbitrated };
        let is_allowed = self.people.may(person, how.roles());
        (!is_allowed).then(|| Obstacle::Role { role: how.roles().first().copied().unwrap_or(Role::Owner) })
    }

    /// Accepts the only label set as it is.
    pub fn accept(&self, person: &str) -> Result<Decision, Obstacle> {
        if let Some(obstacle) = self.obstacle(person) {
            return Err(obstacle);
        }
        let [only] = self.sets.as_slice() else { return Err(Obstacle::Several) };
        Ok(Decision::SampleSettled {
            key: only.key.clone(),
            how: Settling::Accepted,
            sets: self.judged(),
            stamp: only.stamp.clone(),
            digest: digest(&only.labels),
        })
    }

    /// Settles the sample with what the judge's session has.
    pub fn settle(&self, session: &mut Session, versions: &Versions) -> Result<Decision, Obstacle> {
        if let Some(obstacle) = self.obstacle(&session.key.annotator) {
            return Err(obstacle);
        }
        let Some(judgement) = &session.labels.judgement else { return Err(Obstacle::NotTakenUp) };
        if !self.is_current(session) {
            return Err(Obstacle::Outdated);
        }
        let open = judgement.open(&self.comparison).len();
        if open > 0 {
            return Err(Obstacle::Open { count: open });
        }
        let findings = session.findings(versions);
        if !findings.is_empty() {
            return Err(Obstacle::Findings { count: findings.len() });
        }
        let how = if self.judging_stage() == Stage::Review { Settling::Fixed } else { Settling::Arbitrated };
        let (key, stamp) = (session.key.clone(), versions.stamp.clone());
        Ok(Decision::SampleSettled { key, how, sets: self.judged(), stamp, digest: digest(&session.labels) })
    }

    /// Sends a label set back to its annotator, with what is to be mended and the comments that were pinned for it.
    pub fn send_back(&self, annotator: &str, reason: &str, comments: Vec<String>) -> Result<Decision, Obstacle> {
        let (key, revision) = self.returned(annotator, reason)?;
        Ok(Decision::LabelsSentBack { key, revision, reason: reason.trim().to_owned(), comments })
    }

    /// Turns a label set down: somebody else is to label the sample.
    pub fn reject(&self, annotator: &str, reason: &str) -> Result<Decision, Obstacle> {
        let (key, revision) = self.returned(annotator, reason)?;
        Ok(Decision::LabelsRejected { key, revision, reason: reason.trim().to_owned() })
    }

    fn returned(&self, annotator: &str, reason: &str) -> Result<(LabelSetKey, u32), Obstacle> {
        if reason.trim().is_empty() {
            return Err(Obstacle::NoReason);
        }
        if let Some(gold) = &self.gold {
            return Err(Obstacle::Settled { by: gold.by.clone() });
        }
        let set = self.sets.iter().find(|set| set.key.annotator == annotator).ok_or(Obstacle::Nothing)?;
        Ok((set.key.clone(), set.status.revision()))
    }

    /// Opens a settled sample again.
    pub fn reopen(&self, reason: &str) -> Result<Decision, Obstacle> {
        if reason.trim().is_empty() {
            return Err(Obstacle::NoReason);
        }
        if self.gold.is_none() {
            return Err(Obstacle::NotSettled);
        }
        Ok(Decision::SampleReopened { sample: self.sample.clone(), reason: reason.trim().to_owned() })
    }

    /// True when a session judges these very label sets.
    pub fn is_current(&self, session: &Session) -> bool {
        let sets: Vec<&LabelSet> = self.sets.iter().collect();
        let stage = self.judging_stage();
        session.labels.judgement.as_ref().is_some_and(|judgement| judgement.stage == stage && judgement.is_about(&sets))
    }

    /// A disagreement by its place.
    pub fn disagreement(&self, place: usize) -> Option<&Disagreement> {
        self.comparison.disagreements.get(place)
    }

    /// The names of those whose label sets are judged, A first.
    pub fn annotators(&self) -> impl Iterator<Item = &str> {
        self.sets.iter().map(|set| set.key.annotator.as_str())
    }

    fn judged(&self) -> Vec<JudgedSet> {
        let one = |set: &LabelSet| JudgedSet { annotator: set.key.annotator.clone(), revision: set.status.revision() };
        self.sets.iter().map(one).collect()
    }
}

/// The samples that were sent back to an annotator, with who did it and why.
pub fn sent_back(reader: &Reader, annotator: &str) -> Result<BTreeMap<SampleId, Return>, ProjectError> {
    let returns = reader.returns(Some(annotator))?.into_iter();
    let sent = returns.filter(|r| r.state == concord_domain::review::SetState::SentBack);
    Ok(sent.map(|returned| (returned.key.sample.clone(), returned)).collect())
}

#[cfg(test)]
mod tests;
