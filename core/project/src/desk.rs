//! A desk: a project with the one writer, and the name of the person who sits there.

use std::path::Path;

use concord_domain::decision::Decision;
use concord_store::{Bulk, Committed, Committer, Entry, LogRow, Store, StoreError};

use crate::{Project, ProjectError};

/// Tells the time in milliseconds since 1970 UTC.
pub type Clock = fn() -> i64;

/// A project opened for writing by one person.
#[derive(Debug)]
pub struct Desk {
    /// The reading side.
    pub project: Project,
    /// The name under which decisions are logged.
    pub annotator: String,
    committer: Committer,
    clock: Clock,
}

impl Desk {
    /// Opens a project for writing; an error when another process has it open. `device` names the workstation.
    pub fn open(dir: &Path, annotator: &str, device: &str, clock: Clock) -> Result<Self, ProjectError> {
        let project = Project::open(dir)?;
        let store = Store::open(dir, device)?;
        Self::with_store(project, store, annotator, clock)
    }

    pub(crate) fn with_store(
        project: Project,
        store: Store,
        annotator: &str,
        clock: Clock,
    ) -> Result<Self, ProjectError> {
        let annotator = annotator.trim();
        if annotator.is_empty() {
            return Err(ProjectError::usage("who is at the desk? give a name that is not empty"));
        }
        let committer = Committer::spawn(store)
            .map_err(|e| ProjectError::io("starting the committing thread for", &project.dir, e))?;
        Ok(Self { project, annotator: annotator.to_owned(), committer, clock })
    }

    /// The time now, in milliseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        (self.clock)()
    }

    /// A decision as a log entry: by this person, now.
    pub fn entry(&self, decision: Decision) -> Entry {
        Entry { actor: self.annotator.clone(), at_utc_ms: self.now(), decision, undoes: None }
    }

    /// Writes one decision and waits until it is durable.
    pub fn commit(&self, decision: Decision) -> Result<LogRow, ProjectError> {
        Ok(self.committer.commit(self.entry(decision))?)
    }

    /// Runs several writes in one transaction and waits for it.
    pub fn bulk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Bulk<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ProjectError> {
        Ok(self.committer.bulk(work)?)
    }

    /// Hands a write over and returns at once; the outcome goes to `acknowledge` once it is durable.
    pub fn send(
        &self,
        ticket: u64,
        write: impl FnOnce(&mut Bulk<'_>) -> Result<LogRow, StoreError> + Send + 'static,
        acknowledge: impl FnOnce(Committed) + Send + 'static,
    ) {
        self.committer.send(ticket, write, acknowledge);
    }

    /// Waits until everything that was handed over before is durable.
    pub fn flush(&self) -> Result<(), ProjectError> {
        self.bulk(|_| Ok(()))
    }
}
