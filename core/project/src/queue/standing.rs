//! How an annotator stands to the samples: what is done, what is held by others or put off, what has a known answer.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::label_set::LabelSetKey;
use concord_domain::policy::{AssignmentRules, Policy};
use concord_domain::review::SetState;
use concord_domain::sample::{Sample, SampleId};
use concord_store::{Reader, Return, TaskRow};

use crate::evaluation::{self, GoldState};
use crate::{Project, ProjectError, review};

/// How one annotator stands to the samples at one time.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The name.
    pub(super) annotator: String,
    /// How many tasks the annotator has done, for the number of the next one.
    pub(super) tasks_done: u64,
    done: BTreeSet<SampleId>,
    hidden: BTreeSet<SampleId>,
    enough: BTreeSet<SampleId>,
    sent_back: BTreeMap<SampleId, Return>,
    again: BTreeMap<SampleId, (String, String)>,
    settled: BTreeSet<SampleId>,
}

/// Who else has to do with a sample.
#[derive(Debug, Default)]
pub(super) struct Takers<'a> {
    /// Others who submitted it, but for those whose answer does not vote.
    pub(super) submitted: BTreeSet<&'a str>,
    /// Others who hold it now, likewise.
    pub(super) held: BTreeSet<&'a str>,
}

impl<'a> Takers<'a> {
    /// Those of one sample beside `annotator`; `reference` does not count as an annotator.
    pub(super) fn of(
        tasks: impl Iterator<Item = &'a TaskRow>,
        submitters: impl Iterator<Item = &'a str>,
        annotator: &str,
        reference: Option<&str>,
        now_ms: i64,
    ) -> Self {
        let mut takers = Self::default();
        let counts = |name: &str| name != annotator && Some(name) != reference;
        takers.submitted.extend(submitters.filter(|name| counts(name)));
        for task in tasks.filter(|task| counts(&task.key.annotator)) {
            if task.is_honeypot {
                takers.submitted.remove(task.key.annotator.as_str());
            } else if task.is_leased(now_ms) {
                takers.held.insert(&task.key.annotator);
            }
        }
        takers
    }

    /// True when as many as are wanted have submitted it.
    pub(super) fn are_enough(&self, wanted: u32) -> bool {
        self.submitted.len() >= wanted as usize
    }

    /// True when somebody holds it now and nobody else is wanted.
    pub(super) fn are_at_it(&self, wanted: u32) -> bool {
        !self.held.is_empty() && self.submitted.union(&self.held).count() >= wanted as usize
    }
}

impl Standing {
    /// How an annotator stands now.
    pub(super) fn load(
        project: &Project,
        reader: &Reader,
        policy: &Policy,
        annotator: &str,
        now_ms: i64,
    ) -> Result<Self, ProjectError> {
        let done: BTreeSet<SampleId> = reader.done_by(annotator)?.into_iter().collect();
        let tasks_done = done.len() as u64;
        let mut standing = Self { annotator: annotator.to_owned(), tasks_done, done, ..Self::default() };
        standing.sent_back = review::sent_back(reader, annotator)?;
        standing.again = again(reader, annotator)?;
        standing.take_in(&reader.tasks()?, &reader.submitted()?, project, policy, now_ms);
        standing.leave_to_others(&reader.returns(None)?, policy);
        // Read-only, so that nobody can work on it.
        standing.hidden.extend(reader.settled()?);
        if policy.assignment.honeypots > 0.0 {
            let settled = evaluation::gold(project, reader)?.into_iter();
            let settled = settled.filter(|(_, state)| matches!(state, GoldState::Settled(_)));
            standing.settled = settled.map(|(sample, _)| sample).collect();
        }
        Ok(standing)
    }

    fn take_in(
        &mut self,
        tasks: &[TaskRow],
        submitted: &[LabelSetKey],
        project: &Project,
        policy: &Policy,
        now_ms: i64,
    ) {
        let reference = project.config.validation.reference.as_deref();
        let mut by_sample: BTreeMap<&SampleId, (Vec<&TaskRow>, Vec<&str>)> = BTreeMap::new();
        for task in tasks {
            if task.key.annotator == self.annotator && task.is_snoozed(now_ms) {
                self.hidden.insert(task.key.sample.clone());
            }
            by_sample.entry(&task.key.sample).or_default().0.push(task);
        }
        for key in submitted {
            by_sample.entry(&key.sample).or_default().1.push(&key.annotator);
        }
        for (sample, (tasks, submitters)) in by_sample {
            let takers = Takers::of(tasks.into_iter(), submitters.into_iter(), &self.annotator, reference, now_ms);
            let wanted = policy.wanted(sample);
            if takers.are_at_it(wanted) {
                self.hidden.insert(sample.clone());
            }
            if takers.are_enough(wanted) {
                self.enough.insert(sample.clone());
            }
        }
    }

    /// What was sent back to others is theirs to mend, as long as nobody else is wanted.
    fn leave_to_others(&mut self, returns: &[Return], policy: &Policy) {
        let mut others: BTreeMap<&SampleId, u32> = BTreeMap::new();
        let sent = returns.iter().filter(|r| r.state == SetState::SentBack && r.key.annotator != self.annotator);
        for returned in sent {
            *others.entry(&returned.key.sample).or_default() += 1;
        }
        for (sample, count) in others {
            if count >= policy.wanted(sample) {
                self.hidden.insert(sample.clone());
            }
        }
    }

    /// True for what the annotator submitted or passed over.
    pub(super) fn is_done(&self, sample: &SampleId) -> bool {
        self.done.contains(sample)
    }

    /// True for what the annotator put off, for what others hold so that nobody else is wanted, and for what somebody
    /// settled.
    pub(super) fn is_hidden(&self, sample: &SampleId) -> bool {
        self.hidden.contains(sample)
    }

    /// What the annotator labels again, with the name of the campaign and what it is for.
    pub(super) fn again(&self) -> &BTreeMap<SampleId, (String, String)> {
        &self.again
    }

    /// What a reviewer sent back to the annotator.
    pub(super) fn sent_back(&self) -> &BTreeMap<SampleId, Return> {
        &self.sent_back
    }

    /// True for what enough others have submitted.
    pub(super) fn is_enough(&self, sample: &SampleId) -> bool {
        self.enough.contains(sample)
    }

    /// The places of samples with a known answer that the annotator has not given, the one to be given first in front.
    pub(super) fn honeypots(&self, samples: &[Sample], assignment: &AssignmentRules) -> Vec<usize> {
        let known = (0..).zip(samples).filter(|(_, s)| {
            self.settled.contains(&s.id) && self.is_enough(&s.id) && !self.is_done(&s.id) && !self.is_hidden(&s.id)
        });
        let mut drawn: Vec<(f64, usize)> =
            known.map(|(place, s)| (assignment.honeypot_for(&self.annotator, &s.id), place)).collect();
        drawn.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        drawn.into_iter().map(|(_, place)| place).collect()
    }
}

/// What an annotator is to label again.
fn again(reader: &Reader, annotator: &str) -> Result<BTreeMap<SampleId, (String, String)>, ProjectError> {
    let tasks = reader.campaign_tasks_of(annotator)?;
    if tasks.is_empty() {
        return Ok(BTreeMap::new());
    }
    let reasons: BTreeMap<String, String> = reader.campaigns()?.into_iter().map(|c| (c.name, c.reason)).collect();
    let with_reason = tasks.into_iter().map(|task| {
        let reason = reasons.get(&task.campaign).cloned().unwrap_or_default();
        (task.key.sample, (task.campaign, reason))
    });
    Ok(with_reason.collect())
}
