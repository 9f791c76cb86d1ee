//! The versions of ontology and policy that were published: when, by whom, what they changed, and what bears them.

use concord_domain::decision::Decision;
use concord_domain::label_set::Stamp;
use concord_domain::migration::Migration;
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_store::{LogRow, Reader};
use serde::Serialize;

use super::differences::{Difference, of_ontologies, of_policies};
use crate::{Project, ProjectError};

/// Ontology and policy published together follow each other in the log within this time, in milliseconds.
const TOGETHER_MS: i64 = 1000;
/// Rows of the log that are read at once.
const PAGE: usize = 64;

/// Something that was published: an ontology, a policy, or both together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Publication {
    /// Version of the ontology from then on; 0 before the first one.
    pub ontology: u32,
    /// Version of the policy from then on; 0 before the first one.
    pub policy: u32,
    /// True when the ontology came with it.
    pub brings_ontology: bool,
    /// True when the policy came with it.
    pub brings_policy: bool,
    /// Who published it.
    pub by: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_utc_ms: i64,
    /// How many label sets bear these versions, drafts included.
    pub label_sets: u64,
    /// Why the policy was withdrawn, if it was.
    pub withdrawn: Option<Withdrawn>,
    /// True when this policy is in force.
    pub is_in_force: bool,
    /// How the ontology differs from the one before it.
    pub ontology_differences: Vec<Difference>,
    /// How the policy differs from the one before it, guideline included.
    pub policy_differences: Vec<Difference>,
}

/// That a policy was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    /// By whom.
    pub by: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_utc_ms: i64,
    /// Why.
    pub reason: String,
}

impl Publication {
    /// True when its policy may be withdrawn: it is not yet, and another one is left to be in force.
    pub fn can_be_withdrawn(&self, all: &[Self]) -> bool {
        let is_left = |other: &Self| other.brings_policy && other.withdrawn.is_none() && other.policy != self.policy;
        self.policy > 0 && self.withdrawn.is_none() && all.iter().any(is_left)
    }
}

/// Everything that was published, the newest first; empty before the first publication.
pub fn versions(project: &Project) -> Result<Vec<Publication>, ProjectError> {
    let reader = project.reader()?;
    let mut history = History::default();
    for row in reader.version_rows()? {
        let migration = match row.decision {
            Decision::OntologyPublished { .. } => migration_after(&reader, row.seq)?,
            _ => Migration::default(),
        };
        history.take(&row, &migration);
    }
    let mut published = history.published;
    for (stamp, count) in reader.stamps()? {
        if let Some(place) = place_of(&published, &stamp) {
            published[place].label_sets += count;
        }
    }
    let policy = reader.policy()?.map_or(0, |policy| policy.version);
    for publication in &mut published {
        publication.is_in_force = publication.policy == policy;
    }
    published.reverse();
    Ok(published)
}

/// The rules by which label sets were brought to a version: they stand in the log behind the rows that published it. None
/// where no label set was migrated.
fn migration_after(reader: &Reader, published: i64) -> Result<Migration, ProjectError> {
    let mut seen = published;
    loop {
        let rows = reader.log_rows(seen, PAGE, None)?;
        for row in &rows {
            match &row.decision {
                Decision::LabelsMigrated { migration, .. } => return Ok((**migration).clone()),
                Decision::PolicyPublished { .. } | Decision::LabelsInvalidated { .. } => seen = row.seq,
                _ => return Ok(Migration::default()),
            }
        }
        if rows.is_empty() {
            return Ok(Migration::default());
        }
    }
}

/// The publication that a stamp goes back to: the one that brought these two together, or else this policy.
fn place_of(published: &[Publication], stamp: &Stamp) -> Option<usize> {
    let is_pair = |p: &Publication| (p.ontology, p.policy) == (stamp.ontology_version, stamp.policy_version);
    let is_policy = |p: &Publication| p.brings_policy && p.policy == stamp.policy_version;
    published.iter().rposition(is_pair).or_else(|| published.iter().rposition(is_policy))
}

/// The log so far.
#[derive(Default)]
struct History {
    published: Vec<Publication>,
    ontology: Option<Box<Ontology>>,
    policy: Option<Box<Policy>>,
    /// Place in the log and time of the latest ontology.
    latest: Option<(i64, i64)>,
}

impl History {
    fn take(&mut self, row: &LogRow, migration: &Migration) {
        match &row.decision {
            Decision::OntologyPublished { ontology, .. } => {
                let differences = of_ontologies(self.ontology.as_deref(), ontology, migration);
                self.ontology = Some(ontology.clone());
                self.latest = Some((row.seq, row.at_utc_ms));
                let one = self.publication(row);
                self.published.push(Publication { brings_ontology: true, ontology_differences: differences, ..one });
            }
            Decision::PolicyPublished { policy, .. } => {
                let differences = of_policies(self.policy.as_deref(), policy);
                self.policy = Some(policy.clone());
                let is_together = self
                    .latest
                    .is_some_and(|(seq, at)| seq + 1 == row.seq && (0..=TOGETHER_MS).contains(&(row.at_utc_ms - at)));
                let with = self.published.pop_if(|latest| is_together && latest.by == row.actor);
                let one = with.unwrap_or_else(|| self.publication(row));
                let (policy, policy_differences) = (policy.version, differences);
                self.published.push(Publication {
                    policy,
                    brings_policy: true,
                    policy_differences,
                    withdrawn: None,
                    ..one
                });
            }
            Decision::PolicyWithdrawn { version, reason } => {
                let (by, reason) = (row.actor.clone(), reason.clone());
                let withdrawn = Withdrawn { by, at_utc_ms: row.at_utc_ms, reason };
                for publication in self.published.iter_mut().filter(|p| p.policy == *version) {
                    publication.withdrawn = Some(withdrawn.clone());
                }
            }
            _ => {}
        }
    }

    /// The versions as they are now, with nothing new.
    fn publication(&self, row: &LogRow) -> Publication {
        let is_left = |p: &&Publication| p.brings_policy && p.withdrawn.is_none();
        Publication {
            ontology: self.ontology.as_ref().map_or(0, |ontology| ontology.version),
            policy: self.published.iter().filter(is_left).map(|p| p.policy).max().unwrap_or(0),
            brings_ontology: false,
            brings_policy: false,
            by: row.actor.clone(),
            at_utc_ms: row.at_utc_ms,
            label_sets: 0,
            withdrawn: None,
            is_in_force: false,
            ontology_differences: vec![],
            policy_differences: vec![],
        }
    }
}
