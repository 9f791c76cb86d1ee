//! Labelling: one annotator's session on one sample, in memory, with every gesture handed to the log.

use concord_domain::change::Change;
use concord_domain::check::{self, Finding};
use concord_domain::decision::Decision;
use concord_domain::digest::{canonical_json, digest, digest_bytes};
use concord_domain::edit::{self, Edit};
use concord_domain::label_set::{LabelSet, LabelSetKey, Labels, Status};
use concord_domain::object::ObjectId;
use concord_domain::sample::{Sample, SampleId};
use concord_domain::suggestion::Suggestion;
use concord_store::{Committed, Reader, StoreError};

use crate::{Desk, ProjectError, Versions};

/// What an annotator says about one sample, and the way back through it.
///
/// Everything here happens in memory at once. [`Session::perform`], [`Session::undo`] and [`Session::redo`] give the
/// [`Gesture`] that [`record`] makes durable.
#[derive(Debug, Clone)]
pub struct Session {
    /// The sample.
    pub sample: Sample,
    /// Whose labels.
    pub key: LabelSetKey,
    /// The labels as they are now.
    pub labels: Labels,
    /// What the model of the latest run proposes; settled ones included.
    pub suggestions: Vec<Suggestion>,
    /// Draft or submitted.
    pub status: Status,
    undo: Vec<Change>,
    redo: Vec<Change>,
    id_seed: String,
    ids_given: u64,
}

/// Something an annotator did that goes into the log as one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Gesture {
    /// A new change.
    Do(Change),
    /// The inverse of the latest change that is not undone.
    Undo(Change),
    /// The inverse of the latest undo.
    Redo(Change),
}

impl Session {
    /// Loads an annotator's session on a sample, with its undo and redo stacks and the suggestions of the latest run.
    ///
    /// Everything handed to the log for this label set must be durable: see [`Desk::flush`].
    pub fn load(
        reader: &Reader,
        sample: &SampleId,
        annotator: &str,
        versions: &Versions,
    ) -> Result<Self, ProjectError> {
        let known = reader.sample(sample)?;
        let known = known.ok_or_else(|| ProjectError::usage(format!("the catalogue has no sample {sample}")))?;
        let key = LabelSetKey { sample: sample.clone(), annotator: annotator.to_owned() };
        let set = reader.label_set(&key)?.unwrap_or_else(|| LabelSet::draft(key.clone(), versions.stamp.clone()));
        let stacks = reader.undo_stacks(&key)?;
        let changes = |rows: &[String]| rows.iter().map(|row| change_of(reader, row)).collect::<Result<Vec<_>, _>>();
        let suggestions = match reader.latest_run(None)? {
            Some(run) => reader.suggestions(&run.id, sample)?,
            None => vec![],
        };
        let (_, head) = reader.log_head()?;
        Ok(Self {
            sample: known,
            labels: set.labels,
            status: set.status,
            suggestions,
            undo: changes(&stacks.undo)?,
            redo: changes(&stacks.redo)?,
            id_seed: canonical_json(&(&key, head)),
            ids_given: 0,
            key,
        })
    }

    /// Carries an edit out; `None` when it changes nothing.
    pub fn perform(&mut self, edit: &Edit, versions: &Versions) -> Option<Gesture> {
        let (seed, given) = (&self.id_seed, &mut self.ids_given);
        let mut next_id = || {
            *given += 1;
            // The head of the log and a count make the id new; hashing makes it short and free of meaning.
            let hash = digest_bytes(format!("{seed}{given}").as_bytes());
            ObjectId(hash.trim_start_matches("b3:").chars().take(16).collect())
        };
        let change = edit::resolve(edit, &self.labels, &versions.ontology, &mut next_id)?;
        self.apply(change)
    }

    /// Carries a change out that was made for these labels, such as the fix of a finding.
    pub fn apply(&mut self, change: Change) -> Option<Gesture> {
        change.apply(&mut self.labels).ok()?;
        self.status = Status::Draft { revision: self.status.revision() };
        self.undo.push(change.clone());
        self.redo.clear();
        Some(Gesture::Do(change))
    }

    /// Takes the latest change back; `None` when there is none.
    pub fn undo(&mut self) -> Option<Gesture> {
        let inverse = self.undo.last()?.inverse();
        inverse.apply(&mut self.labels).ok()?;
        self.undo.pop();
        self.redo.push(inverse.clone());
        self.status = Status::Draft { revision: self.status.revision() };
        Some(Gesture::Undo(inverse))
    }

    /// Does again what was undone last; `None` when there is nothing.
    pub fn redo(&mut self) -> Option<Gesture> {
        let again = self.redo.last()?.inverse();
        again.apply(&mut self.labels).ok()?;
        self.redo.pop();
        self.undo.push(again.clone());
        self.status = Status::Draft { revision: self.status.revision() };
        Some(Gesture::Redo(again))
    }

    /// What undo would take back, in a few words.
    pub fn undo_summary(&self) -> Option<String> {
        self.undo.last().map(Change::summary)
    }

    /// What redo would do again, in a few words.
    pub fn redo_summary(&self) -> Option<String> {
        self.redo.last().map(|c| c.inverse().summary())
    }

    /// Everything that breaks the ontology or the policy.
    pub fn findings(&self, versions: &Versions) -> Vec<Finding> {
        check::findings(&self.labels, self.sample.size, &versions.ontology, &versions.policy)
    }

    /// Suggestions that are neither accepted nor rejected.
    pub fn open_suggestions(&self) -> impl Iterator<Item = &Suggestion> {
        self.suggestions.iter().filter(|s| !self.labels.has_settled(&s.id))
    }
}

/// The change of an edit row of the log.
fn change_of(reader: &Reader, row: &str) -> Result<Change, ProjectError> {
    let found = reader.log_row(row)?.map(|r| r.decision);
    match found {
        Some(Decision::LabelsEdited { change, .. }) => Ok(*change),
        _ => Err(ProjectError::usage(format!(
            "the log has no edit {row}, which an undo stack names: run `concord verify`"
        ))),
    }
}

/// Hands a gesture to the log and returns at once; `acknowledge` is called on the committing thread once the row is
/// durable, or with the reason why it was refused.
pub fn record(
    desk: &Desk,
    ticket: u64,
    key: &LabelSetKey,
    versions: &Versions,
    gesture: Gesture,
    acknowledge: impl FnOnce(Committed) + Send + 'static,
) {
    let takes_back = |gesture: &Gesture, stacks: concord_domain::undo::UndoStacks| match gesture {
        Gesture::Do(_) => Ok(None),
        Gesture::Undo(_) => stacks.undo.last().cloned().map(Some).ok_or("there is nothing to undo"),
        Gesture::Redo(_) => stacks.redo.last().cloned().map(Some).ok_or("there is nothing to redo"),
    };
    let (Gesture::Do(change) | Gesture::Undo(change) | Gesture::Redo(change)) = gesture.clone();
    let decision = Decision::LabelsEdited { key: key.clone(), stamp: versions.stamp.clone(), change: Box::new(change) };
    let mut entry = desk.entry(decision);
    let key = key.clone();
    desk.send(
        ticket,
        move |bulk| {
            let stacks = bulk.undo_stacks(&key)?;
            entry.undoes = takes_back(&gesture, stacks).map_err(|why| StoreError::Refused(why.to_owned()))?;
            bulk.commit(entry)
        },
        acknowledge,
    );
}

/// Submits the session's labels; refused with the findings when they break the ontology or the policy.
///
/// Returns at once; `acknowledge` is called once the submission is durable.
pub fn submit(
    desk: &Desk,
    ticket: u64,
    session: &mut Session,
    versions: &Versions,
    acknowledge: impl FnOnce(Committed) + Send + 'static,
) -> Result<(), Vec<Finding>> {
    let findings = session.findings(versions);
    if !findings.is_empty() {
        return Err(findings);
    }
    let revision = session.status.revision() + 1;
    let entry = desk.entry(Decision::LabelsSubmitted {
        key: session.key.clone(),
        revision,
        stamp: versions.stamp.clone(),
        digest: digest(&session.labels),
    });
    session.status = Status::Submitted { revision };
    desk.send(ticket, move |bulk| bulk.commit(entry), acknowledge);
    Ok(())
}

/// Passes a sample over with a reason; returns at once.
pub fn skip(
    desk: &Desk,
    ticket: u64,
    key: &LabelSetKey,
    reason: &str,
    acknowledge: impl FnOnce(Committed) + Send + 'static,
) {
    let entry = desk.entry(Decision::SampleSkipped { key: key.clone(), reason: reason.to_owned() });
    desk.send(ticket, move |bulk| bulk.commit(entry), acknowledge);
}
