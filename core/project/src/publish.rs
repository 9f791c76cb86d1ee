//! Publishing: a new version of ontology or policy comes into force, and it is said which label sets it touches.

use std::path::Path;

use concord_domain::check;
use concord_domain::decision::Decision;
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use serde::Serialize;

use crate::project::read_optional;
use crate::{Desk, Project, ProjectError, Versions};

/// Name of the file that holds the next version of the ontology.
pub const ONTOLOGY_FILE: &str = "ontology.toml";
/// Name of the file that holds the next version of the policy.
pub const POLICY_FILE: &str = "policy.toml";
/// Name of the file that holds the guideline of the policy.
pub const GUIDELINE_FILE: &str = "guideline.md";

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Touched {
    /// The annotator.
    pub annotator: String,
    /// Number of label sets.
    pub label_sets: u64,
    /// How many of them break the new version.
    pub breaking: u64,
    /// The first breach, for an example: sample and message.
    pub example: Option<String>,
}

/// Publishes what stands in `ontology.toml`, `policy.toml` and `guideline.md`, as far as it differs from what is in
/// force.
pub fn publish(desk: &Desk) -> Result<PublishReport, ProjectError> {
    let (report, versions) = compare(&desk.project)?;
    let mut decisions = Vec::new();
    if report.ontology.new {
        let (ontology, digest) = (Box::new(versions.ontology), report.ontology.digest.clone());
        decisions.push(Decision::OntologyPublished { ontology, digest });
    }
    if report.policy.new {
        let (policy, digest) = (Box::new(versions.policy), report.policy.digest.clone());
        decisions.push(Decision::PolicyPublished { policy, digest });
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
    compare(project).map(|(report, _)| report)
}

fn compare(project: &Project) -> Result<(PublishReport, Versions), ProjectError> {
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
    if report.ontology.new || report.policy.new {
        report.touched = touched(project, &versions)?;
    }
    Ok((report, versions))
}

fn touched(project: &Project, versions: &Versions) -> Result<Vec<Touched>, ProjectError> {
    let reader = project.reader()?;
    let sizes: std::collections::BTreeMap<_, _> = reader.samples()?.into_iter().map(|s| (s.id, s.size)).collect();
    let mut touched: std::collections::BTreeMap<String, Touched> = std::collections::BTreeMap::new();
    reader.each_label_set(|set| {
        if set.stamp == versions.stamp {
            return;
        }
        let annotator = set.key.annotator.clone();
        let entry = touched.entry(annotator.clone()).or_insert_with(|| Touched {
            annotator,
            label_sets: 0,
            breaking: 0,
            example: None,
        });
        entry.label_sets += 1;
        let findings = sizes
            .get(&set.key.sample)
            .map(|size| check::findings(&set.labels, *size, &versions.ontology, &versions.policy))
            .unwrap_or_default();
        if let Some(first) = findings.first() {
            entry.breaking += 1;
            entry.example.get_or_insert_with(|| format!("{}: {}", set.key.sample.short(), first.message));
        }
    })?;
    Ok(touched.into_values().collect())
}

fn read_ontology(dir: &Path) -> Result<Ontology, ProjectError> {
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

fn missing(path: &Path) -> ProjectError {
    ProjectError::usage(format!("there is no {}: write it, then publish", path.display()))
}
