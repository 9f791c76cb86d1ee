//! Work on versions, campaigns and people, off the UI thread.

use std::sync::Arc;

use concord_domain::role::{People, Roles};
use concord_project::agree::AgreeOptions;
use concord_project::campaign::{self, CampaignOptions, CampaignReport};
use concord_project::publish::{self, Existing, NextVersion, Publication, PublishReport};
use concord_project::{Desk, ProjectError, Versions, people};

use crate::error_text::AppError;

/// What is worked on. At most one answer to each is wanted at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyWork {
    /// Reading the next version.
    Next,
    /// Listing what was published.
    Versions,
    /// Listing campaigns with what they changed.
    Campaigns,
    /// Listing people.
    People,
    /// Publishing.
    Publish,
    /// Withdrawing a policy.
    Withdraw,
    /// Beginning a campaign.
    Begin,
    /// Giving roles.
    Give,
}

/// What came of it.
#[derive(Debug)]
pub enum PolicyOutcome {
    /// What publishing would bring.
    Next(Box<NextVersion>),
    /// What was published, the newest first.
    Versions(Vec<Publication>),
    /// All campaigns, the newest first.
    Campaigns(Vec<CampaignReport>),
    /// Names of those who labelled and have no role.
    People(Vec<String>),
    /// What was published.
    Published(Box<PublishReport>),
    /// The version that was withdrawn.
    Withdrawn(u32),
    /// The campaign that began.
    Began(Box<CampaignReport>),
    /// Roles were given.
    Gave,
}

/// What came of work, and how the project stands after it.
#[derive(Debug)]
pub struct PolicyDone {
    /// Who may do what; `None` when it could not be read.
    pub people: Option<People>,
    /// What is in force; `None` when it could not be read, or when nothing is published.
    pub versions: Option<Arc<Versions>>,
    /// What came of it.
    pub outcome: Result<PolicyOutcome, AppError>,
}

impl From<AppError> for PolicyDone {
    /// Nothing but the reason why it failed.
    fn from(error: AppError) -> Self {
        Self { people: None, versions: None, outcome: Err(error) }
    }
}

/// Does work, after everything handed to the log before is durable, and reads how the project stands then.
pub fn done(desk: &Desk, work: impl FnOnce(&Desk) -> Result<PolicyOutcome, AppError>) -> PolicyDone {
    let outcome = desk.flush().map_err(AppError::from).and_then(|()| work(desk));
    let state = || -> Result<(People, Option<Arc<Versions>>), ProjectError> {
        let reader = desk.project.reader()?;
        Ok((reader.people()?, desk.project.versions(&reader).ok().map(Arc::new)))
    };
    match state() {
        Ok((people, versions)) => PolicyDone { people: Some(people), versions, outcome },
        Err(error) => outcome.map_or_else(PolicyDone::from, |_| AppError::from(error).into()),
    }
}

/// Reads the next version.
pub fn next(desk: &Desk) -> Result<PolicyOutcome, AppError> {
    Ok(PolicyOutcome::Next(Box::new(publish::next_version(&desk.project)?)))
}

/// Lists what was published.
pub fn versions(desk: &Desk) -> Result<PolicyOutcome, AppError> {
    Ok(PolicyOutcome::Versions(publish::versions(&desk.project)?))
}

/// Lists campaigns with what they changed.
pub fn campaigns(desk: &Desk) -> Result<PolicyOutcome, AppError> {
    let metrics = AgreeOptions::default().metrics;
    Ok(PolicyOutcome::Campaigns(campaign::campaigns(&desk.project, &metrics)?))
}

/// Lists who labelled and has no role; everybody else comes with every answer.
pub fn people(desk: &Desk) -> Result<PolicyOutcome, AppError> {
    Ok(PolicyOutcome::People(people::without_role(&desk.project)?))
}

/// Publishes.
pub fn publish(desk: &Desk, existing: Existing) -> Result<PolicyOutcome, AppError> {
    Ok(PolicyOutcome::Published(Box::new(publish::publish(desk, existing)?)))
}

/// Withdraws a policy.
pub fn withdraw(desk: &Desk, version: u32, reason: &str) -> Result<PolicyOutcome, AppError> {
    publish::withdraw(desk, version, reason)?;
    Ok(PolicyOutcome::Withdrawn(version))
}

/// Begins a campaign.
pub fn begin(desk: &Desk, options: &CampaignOptions) -> Result<PolicyOutcome, AppError> {
    Ok(PolicyOutcome::Began(Box::new(campaign::start(desk, options)?)))
}

/// Gives roles; none take the person out.
pub fn give(desk: &Desk, person: &str, roles: Roles) -> Result<PolicyOutcome, AppError> {
    people::give(desk, person, roles)?;
    Ok(PolicyOutcome::Gave)
}
