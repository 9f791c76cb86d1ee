//! The next version: what stands in the files of the project folder, against what is in force.

use concord_domain::decision::Decision;
use concord_domain::migration::Migration;
use concord_store::{LogRow, Reader};
use serde::Serialize;

use super::differences::{Difference, of_ontologies, of_policies};
use super::{
    GUIDELINE_FILE, MIGRATION_FILE, ONTOLOGY_FILE, POLICY_FILE, PublishReport, Published, compare, read_migration,
};
use crate::{Project, ProjectError};

/// The files that a version stands in.
pub const FILES: [&str; 4] = [ONTOLOGY_FILE, POLICY_FILE, GUIDELINE_FILE, MIGRATION_FILE];

/// What publishing would bring.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NextVersion {
    /// What publishing would do.
    pub report: PublishReport,
    /// The versions of ontology and policy in force; `None` before the first publication.
    pub in_force: Option<(u32, u32)>,
    /// How the ontology differs from the one in force.
    pub ontology: Vec<Difference>,
    /// How the policy differs from the one in force, guideline included.
    pub policy: Vec<Difference>,
    /// Why it cannot be published as it stands, if it cannot.
    pub obstacle: Option<Obstacle>,
    /// The files that it stands in, with whether they are there.
    pub files: Vec<(&'static str, bool)>,
}

/// Why what stands in the files cannot be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// All of it is in force already.
    NothingNew,
    /// The ontology is another one than those that were published, and its number was given already.
    OntologyVersion {
        /// The number in the file.
        version: u32,
        /// The least that can be given.
        least: u32,
    },
    /// The same of the policy.
    PolicyVersion {
        /// The number in the file.
        version: u32,
        /// The least that can be given.
        least: u32,
    },
}

/// What publishing would bring: differences, what becomes of label sets, and whether it can be done.
pub fn next_version(project: &Project) -> Result<NextVersion, ProjectError> {
    let (report, versions, _) = compare(project)?;
    let is_new = report.ontology.new || report.policy.new;
    // What is left of a migration before says nothing about versions that are in force.
    let migration = if is_new { read_migration(&project.dir)? } else { Migration::default() };
    let reader = project.reader()?;
    let (ontology, policy) = (reader.ontology()?, reader.policy()?);
    let in_force = ontology.as_ref().zip(policy.as_ref()).map(|(o, p)| (o.version, p.version));
    Ok(NextVersion {
        obstacle: obstacle(&reader, &report)?,
        in_force,
        ontology: of_ontologies(ontology.as_ref(), &versions.ontology, &migration),
        policy: of_policies(policy.as_ref(), &versions.policy),
        files: FILES.map(|name| (name, project.dir.join(name).is_file())).to_vec(),
        report,
    })
}

fn obstacle(reader: &Reader, report: &PublishReport) -> Result<Option<Obstacle>, ProjectError> {
    if !report.ontology.new && !report.policy.new {
        return Ok(Some(Obstacle::NothingNew));
    }
    let rows = reader.version_rows()?;
    let least = |of: fn(&LogRow) -> Option<u32>| rows.iter().filter_map(of).max().unwrap_or(0) + 1;
    let taken = |published: &Published, least: u32| published.new && published.version < least;
    let (ontology, policy) = (least(ontology_version), least(policy_version));
    Ok(if taken(&report.ontology, ontology) {
        Some(Obstacle::OntologyVersion { version: report.ontology.version, least: ontology })
    } else if taken(&report.policy, policy) {
        Some(Obstacle::PolicyVersion { version: report.policy.version, least: policy })
    } else {
        None
    })
}

fn ontology_version(row: &LogRow) -> Option<u32> {
    match &row.decision {
        Decision::OntologyPublished { ontology, .. } => Some(ontology.version),
        _ => None,
    }
}

fn policy_version(row: &LogRow) -> Option<u32> {
    match &row.decision {
        Decision::PolicyPublished { policy, .. } => Some(policy.version),
        _ => None,
    }
}
