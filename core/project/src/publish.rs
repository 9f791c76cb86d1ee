//! Publishing: a new version of ontology or policy comes into force, and it is said which label sets it touches.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use concord_domain::check;
use concord_domain::decision::Decision;
use concord_domain::digest::digest;
use concord_domain::label_set::{LabelSet, LabelSetKey, Labels};
use concord_domain::migration::Migration;
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_domain::sample::SampleId;
use concord_geometry::Size;
use concord_language::Message;
use serde::Serialize;

use crate::project::read_optional;
use crate::{Desk, Project, ProjectError, Versions};

pub mod differences;
mod next;
mod versions;

pub use next::{FILES, NextVersion, Obstacle, next_version};
pub use versions::{Publication, Withdrawn, versions};

/// Name of the file that holds the next version of the ontology.
pub const ONTOLOGY_FILE: &str = "ontology.toml";
/// Name of the file that holds the next version of the policy.
pub const POLICY_FILE: &str = "policy.toml";
/// Name of the file that holds the guideline of the policy.
pub const GUIDELINE_FILE: &str = "guideline.md";

/// Name of the file with the rules by which labels of older versions become those of the new one; it may be missing.
pub const MIGRATION_FILE: &str = "migration.toml";

/// What publishing did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublishReport {
    /// The ontology's version and digest, and whether it is new.
    pub ontology: Published,
    /// The policy's version and digest, and whether it is new.
    pub policy: Published,
    /// Label sets made under another version, by annotator.
    pub touched: Vec<Touched>,
}

/// A version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Version number.
    pub version: u32,
    /// Content hash.
    pub digest: String,
    /// False when it is in force already.
    pub new: bool,
}

/// The label sets of one annotator that were made under another version.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Touched {
    /// The annotator.
    pub annotator: String,
    /// Number of label sets.
    pub label_sets: u64,
    /// How many of them hold under the new version as they are.
    pub holding: u64,
    /// How many become labels of the new version by the rules of `migration.toml`.
    pub migrating: u64,
    /// How many break the new version and go back to the annotator.
    pub breaking: u64,
    /// How many drafts break it: they stay with their annotator, who sees what is to be mended.
    pub drafts: u64,
    /// How many are on samples that somebody settled: they stay as they are until those are reopened.
    pub settled: u64,
    /// The first breach, for an example.
    pub example: Option<Example>,
}

/// A breach of the new version. It shows, and is written, in a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The sample, shortened for people.
    pub sample: String,
    /// What breaks it.
    pub breach: Message,
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.sample, self.breach)
    }
}

impl Serialize for Example {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What is done with label sets of other versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Existing {
    /// Those that rules bring to the new version are migrated, those that break it go back to their annotators.
    #[default]
    BringAlong,
    /// They stay as they are.
    Keep,
}

/// Publishes what stands in `ontology.toml`, `policy.toml` and `guideline.md`, as far as it differs from what is in
/// force, and brings submitted label sets of other versions along: by the rules of `migration.toml` where these lead to
/// labels that hold, else back to their annotators. What holds as it is keeps the version that it was made under.
///
/// Everything happens in one transaction.
pub fn publish(desk: &Desk, existing: Existing) -> Result<PublishReport, ProjectError> {
    desk.flush()?;
    let (report, versions, fates) = compare(&desk.project)?;
    let stamp = versions.stamp.clone();
    let mut decisions = Vec::new();
    if report.ontology.new {
        let (ontology, digest) = (Box::new(versions.ontology), report.ontology.digest.clone());
        decisions.push(Decision::OntologyPublished { ontology, digest });
    }
    if report.policy.new {
        let (policy, digest) = (Box::new(versions.policy), report.policy.digest.clone());
        decisions.push(Decision::PolicyPublished { policy, digest });
    }
    if existing == Existing::BringAlong {
        let migration = Box::new(read_migration(&desk.project.dir)?);
        decisions.extend(fates.into_iter().filter_map(|(key, revision, fate)| match fate {
            Fate::Migrates { digest } => {
                let (stamp, migration) = (stamp.clone(), migration.clone());
                Some(Decision::LabelsMigrated { key, revision: revision + 1, stamp, migration, digest })
            }
            Fate::Breaks { why, is_submitted: true } => {
                let reason = format!("it breaks version {} of the policy: {why}", stamp.policy_version);
                Some(Decision::LabelsInvalidated { key, revision, reason })
            }
            Fate::Breaks { .. } | Fate::Holds | Fate::Settled => None,
        }));
    }
    let entries: Vec<_> = decisions.into_iter().map(|d| desk.entry(d)).collect();
    desk.bulk(move |bulk| entries.into_iter().try_for_each(|e| bulk.commit(e).map(|_| ())))?;
    Ok(report)
}

/// Withdraws a version of the policy, with a reason: nothing is submitted under it any more, and the newest of the others is
/// in force.
pub fn withdraw(desk: &Desk, version: u32, reason: &str) -> Result<(), ProjectError> {
    desk.commit(Decision::PolicyWithdrawn { version, reason: reason.trim().to_owned() })?;
    Ok(())
}

/// What publishing would do.
pub fn preview(project: &Project) -> Result<PublishReport, ProjectError> {
    compare(project).map(|(report, _, _)| report)
}

/// A label set with its revision and what becomes of it.
type Fates = Vec<(LabelSetKey, u32, Fate)>;

fn compare(project: &Project) -> Result<(PublishReport, Versions, Fates), ProjectError> {
    let reader = project.reader()?;
    let ontology = read_ontology(&project.dir)?;
    let policy = read_policy(&project.dir)?;
    // An ontology without classes is still to come, from the first import.
    if !ontology.classes.is_empty() {
        let path = project.dir.join(POLICY_FILE);
        policy.check_against(&ontology).map_err(|source| ProjectError::Config { path, source })?;
    }
    let versions = Versions::new(ontology, policy);
    let in_force = (reader.ontology()?.map(|o| o.digest()), reader.policy()?.map(|p| p.digest()));
    let published = |version, digest: &String, current: &Option<String>| Published {
        version,
        digest: digest.clone(),
        new: current.as_ref() != Some(digest),
    };
    let stamp = &versions.stamp;
    let mut report = PublishReport {
        ontology: published(stamp.ontology_version, &stamp.ontology_digest, &in_force.0),
        policy: published(stamp.policy_version, &stamp.policy_digest, &in_force.1),
        touched: vec![],
    };
    let mut fates = Vec::new();
    if report.ontology.new || report.policy.new {
        (report.touched, fates) = touched(project, &versions)?;
    }
    Ok((report, versions, fates))
}

/// What becomes of a label set of another version.
enum Fate {
    /// It holds as it is.
    Holds,
    /// The rules make it one of the new version.
    Migrates {
        /// Content hash of the labels afterwards.
        digest: String,
    },
    /// It breaks the new version.
    Breaks {
        /// The first breach.
        why: Message,
        /// False for a draft, which its annotator is at work on.
        is_submitted: bool,
    },
    /// Its sample is settled.
    Settled,
}

fn touched(project: &Project, versions: &Versions) -> Result<(Vec<Touched>, Fates), ProjectError> {
    let reader = project.reader()?;
    let migration = read_migration(&project.dir)?;
    let settled: BTreeSet<SampleId> = reader.settled()?.into_iter().collect();
    let sizes: BTreeMap<_, _> = reader.samples()?.into_iter().map(|s| (s.id, s.size)).collect();
    let mut touched: BTreeMap<String, Touched> = BTreeMap::new();
    let mut fates = Vec::new();
    reader.each_label_set(|set| {
        if set.stamp == versions.stamp {
            return;
        }
        let annotator = set.key.annotator.clone();
        let entry = touched.entry(annotator.clone()).or_insert_with(|| Touched { annotator, ..Touched::default() });
        entry.label_sets += 1;
        let fate = match sizes.get(&set.key.sample) {
            _ if settled.contains(&set.key.sample) => Fate::Settled,
            Some(size) => fate(&set, *size, &migration, versions),
            None => Fate::Holds,
        };
        match &fate {
            Fate::Holds => entry.holding += 1,
            Fate::Migrates { .. } => entry.migrating += 1,
            Fate::Settled => entry.settled += 1,
            Fate::Breaks { why, is_submitted } => {
                *(if *is_submitted { &mut entry.breaking } else { &mut entry.drafts }) += 1;
                let sample = set.key.sample.short().to_owned();
                entry.example.get_or_insert_with(|| Example { sample, breach: why.clone() });
            }
        }
        fates.push((set.key, set.status.revision(), fate));
    })?;
    Ok((touched.into_values().collect(), fates))
}

fn fate(set: &LabelSet, size: Size, migration: &Migration, versions: &Versions) -> Fate {
    let findings = |labels: &Labels| check::findings(labels, size, &versions.ontology, &versions.policy);
    let is_submitted = set.status.is_submitted();
    let migrated = migration.apply(&set.labels, &versions.ontology);
    let is_altered = migrated != set.labels;
    if is_submitted && is_altered && findings(&migrated).is_empty() {
        return Fate::Migrates { digest: digest(&migrated) };
    }
    match findings(&set.labels).first() {
        None => Fate::Holds,
        Some(first) => Fate::Breaks { why: first.message.clone(), is_submitted },
    }
}

/// The rules of `migration.toml`, none without the file.
fn read_migration(dir: &Path) -> Result<Migration, ProjectError> {
    let path = dir.join(MIGRATION_FILE);
    let Some(text) = read_optional(&path)? else { return Ok(Migration::default()) };
    let invalid = |source| ProjectError::Config { path: path.clone(), source };
    let migration = Migration::from_toml(&text).map_err(invalid)?;
    migration.check_against(&read_ontology(dir)?).map_err(invalid)?;
    Ok(migration)
}

pub(crate) fn read_ontology(dir: &Path) -> Result<Ontology, ProjectError> {
    let path = dir.join(ONTOLOGY_FILE);
    let text = read_optional(&path)?.ok_or_else(|| missing(&path))?;
    Ontology::from_toml(&text).map_err(|source| ProjectError::Config { path, source })
}

fn read_policy(dir: &Path) -> Result<Policy, ProjectError> {
    let path = dir.join(POLICY_FILE);
    let text = read_optional(&path)?.ok_or_else(|| missing(&path))?;
    let guideline = read_optional(&dir.join(GUIDELINE_FILE))?.unwrap_or_default();
    Policy::from_toml(&text, &guideline).map_err(|source| ProjectError::Config { path, source })
}

pub(crate) fn missing(path: &Path) -> ProjectError {
    ProjectError::usage(format!("there is no {}: write it, then publish", path.display()))
}

#[cfg(test)]
mod tests;
