//! Which samples an annotator is not to work on now, and why; and taking one, waiting for the answer.

use std::collections::BTreeMap;
use std::sync::mpsc;

use concord_domain::sample::SampleId;
use serde::Serialize;

use super::standing::Takers;
use super::{lease, policy_of};
use crate::{Desk, Project, ProjectError, Versions};

/// Why an annotator is not to work on a sample now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Away {
    /// Others work on it, and nobody else is wanted.
    Held {
        /// Their names, sorted.
        by: Vec<String>,
        /// When the first of them has to give it back, in milliseconds since 1970 UTC.
        until_utc_ms: i64,
    },
    /// The annotator put it off.
    PutOff {
        /// Until when, in milliseconds since 1970 UTC.
        until_utc_ms: i64,
    },
}

impl Away {
    /// When that ends at the latest, in milliseconds since 1970 UTC, unless it is prolonged.
    pub fn until_utc_ms(&self) -> i64 {
        match self {
            Self::Held { until_utc_ms, .. } | Self::PutOff { until_utc_ms } => *until_utc_ms,
        }
    }
}

/// What came of taking a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is held until a time in milliseconds since 1970 UTC.
    Until(i64),
    /// It is not to be had now.
    Away(Away),
}

/// The samples that an annotator is not to work on at a time, with the reasons.
pub fn away(project: &Project, annotator: &str, now_ms: i64) -> Result<BTreeMap<SampleId, Away>, ProjectError> {
    let reader = project.reader()?;
    let policy = policy_of(&reader)?;
    let reference = project.config.validation.reference.as_deref();
    let (tasks, submitted) = (reader.tasks()?, reader.submitted()?);
    let mut by_sample: BTreeMap<&SampleId, (Vec<_>, Vec<&str>)> = BTreeMap::new();
    for task in &tasks {
        by_sample.entry(&task.key.sample).or_default().0.push(task);
    }
    for key in &submitted {
        by_sample.entry(&key.sample).or_default().1.push(&key.annotator);
    }
    let mut all = BTreeMap::new();
    for (sample, (tasks, submitters)) in by_sample {
        let own = tasks.iter().find(|task| task.key.annotator == annotator && task.is_snoozed(now_ms));
        if let Some(until_utc_ms) = own.and_then(|task| task.snoozed_until_ms) {
            all.insert(sample.clone(), Away::PutOff { until_utc_ms });
            continue;
        }
        let takers = Takers::of(tasks.iter().copied(), submitters.into_iter(), annotator, reference, now_ms);
        if takers.are_at_it(policy.wanted(sample)) {
            let holds = |name: &str| takers.held.contains(name);
            let ends = tasks.iter().filter(|t| holds(&t.key.annotator)).filter_map(|task| task.leased_until_ms);
            let by = takers.held.iter().map(|name| (*name).to_owned()).collect();
            all.insert(sample.clone(), Away::Held { by, until_utc_ms: ends.min().unwrap_or(now_ms) });
        }
    }
    Ok(all)
}

/// As [`lease`], waiting until it is durable. A sample that others hold is no error.
pub fn take(desk: &Desk, sample: &SampleId, versions: &Versions, until_utc_ms: i64) -> Result<Taken, ProjectError> {
    let (tell, told) = mpsc::channel();
    lease(desk, 0, sample, versions, until_utc_ms, move |done| {
        // Nobody listens only when this call is over.
        let _ = tell.send(done.outcome);
    })?;
    let outcome = told.recv().map_err(|_| ProjectError::usage("the project was closed while a sample was taken"))?;
    match outcome {
        Ok(_) => Ok(Taken::Until(until_utc_ms)),
        Err(error) => match away(&desk.project, &desk.annotator, desk.now())?.remove(sample) {
            Some(away @ Away::Held { .. }) => Ok(Taken::Away(away)),
            _ => Err(error.into()),
        },
    }
}
