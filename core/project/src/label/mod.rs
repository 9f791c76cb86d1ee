//! Labelling: one annotator's session on one sample, in memory, with every gesture handed to the log.

use concord_domain::change::Change;
use concord_domain::check::{Checker, Finding};
use concord_domain::decision::Decision;
use concord_domain::digest::{canonical_json, digest_bytes};
use concord_domain::edit::{self, Edit};
use concord_domain::label_set::{LabelSet, LabelSetKey, Labels, Stamp, Status};
use concord_domain::object::ObjectId;
use concord_domain::sample::{Sample, SampleId};
use concord_domain::suggestion::{Run, Suggestion};
use concord_language::Message;
use concord_store::{CommentRow, Reader, Return};

use crate::{ProjectError, Versions};

mod layers;
mod propagate;
mod record;

pub use layers::{MATCH_IOU, MOST_LAYERS};
pub use propagate::{Copies, interpolate_copies, propagate};
pub use record::{Visit, comment, record, settle_comment, skip, submit, timed};

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
    /// The runs whose suggestions are at hand, the newest first.
    pub layers: Vec<Run>,
    /// What they propose, run by run, each by score; settled ones included.
    pub suggestions: Vec<Suggestion>,
    /// Draft or submitted.
    pub status: Status,
    /// What people pinned to the sample, oldest first.
    pub comments: Vec<CommentRow>,
    /// Who settled the sample, when somebody did: then it is read-only.
    pub settled_by: Option<String>,
    /// What a reviewer sent back or turned down, until it is submitted again.
    pub returned: Option<Return>,
    undo: Vec<Change>,
    redo: Vec<Change>,
    /// What checks the labels, with the stamp of the versions it checks them against.
    checker: Option<(Stamp, Checker)>,
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

impl Gesture {
    /// What it does to the labels.
    pub fn change(&self) -> &Change {
        let (Self::Do(change) | Self::Undo(change) | Self::Redo(change)) = self;
        change
    }
}

impl Session {
    /// Loads an annotator's session on a sample, with its undo and redo stacks and the suggestions of the latest runs.
    ///
    /// Everything handed to the log for this label set must be durable: see [`Desk::flush`](crate::Desk::flush).
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
        let layers = layers::runs(reader)?;
        let mut suggestions = Vec::new();
        for run in &layers {
            suggestions.extend(reader.suggestions(&run.id, sample)?);
        }
        let (_, head) = reader.log_head()?;
        Ok(Self {
            sample: known,
            labels: set.labels,
            status: set.status,
            layers,
            suggestions,
            comments: reader.comments(sample)?,
            settled_by: settled_by(reader, &key)?,
            returned: reader.return_of(&key)?,
            undo: changes(&stacks.undo)?,
            redo: changes(&stacks.redo)?,
            checker: None,
            id_seed: canonical_json(&(&key, head)),
            ids_given: 0,
            key,
        })
    }

    /// Carries an edit out; `None` when it changes nothing.
    pub fn perform(&mut self, edit: &Edit, versions: &Versions) -> Option<Gesture> {
        self.make(|labels, next_id| edit::resolve(edit, labels, &versions.ontology, next_id))
    }

    /// Carries out a change that is made for the labels as they are, with ids that are new; `None` when it is none.
    pub(crate) fn make(
        &mut self,
        change: impl FnOnce(&Labels, &mut dyn FnMut() -> ObjectId) -> Option<Change>,
    ) -> Option<Gesture> {
        let (seed, given) = (&self.id_seed, &mut self.ids_given);
        let mut next_id = || {
            *given += 1;
            // The head of the log and a count make the id new; hashing makes it short and free of meaning.
            let hash = digest_bytes(format!("{seed}{given}").as_bytes());
            ObjectId(hash.trim_start_matches("b3:").chars().take(16).collect())
        };
        let change = change(&self.labels, &mut next_id)?;
        self.apply(change)
    }

    /// How many ids were given so far.
    pub(crate) fn ids_given(&self) -> u64 {
        self.ids_given
    }

    /// Takes note that a copy of this session gave ids up to this count.
    pub(crate) fn skip_ids(&mut self, given: u64) {
        self.ids_given = self.ids_given.max(given);
    }

    /// Carries a change out that was made for these labels, such as the fix of a finding.
    pub fn apply(&mut self, change: Change) -> Option<Gesture> {
        self.alter(&change)?;
        self.undo.push(change.clone());
        self.redo.clear();
        Some(Gesture::Do(change))
    }

    /// Takes the latest change back; `None` when there is none.
    pub fn undo(&mut self) -> Option<Gesture> {
        let inverse = self.undo.last()?.inverse();
        self.alter(&inverse)?;
        self.undo.pop();
        self.redo.push(inverse.clone());
        Some(Gesture::Undo(inverse))
    }

    /// Does again what was undone last; `None` when there is nothing.
    pub fn redo(&mut self) -> Option<Gesture> {
        let again = self.redo.last()?.inverse();
        self.alter(&again)?;
        self.redo.pop();
        self.undo.push(again.clone());
        Some(Gesture::Redo(again))
    }

    /// Goes back, or forth again, until `kept` changes are done: the steps of undo or redo that it takes, in order.
    pub fn revert_to(&mut self, kept: usize) -> Vec<Gesture> {
        let mut gestures = Vec::new();
        while self.undo.len() != kept {
            let step = if self.undo.len() > kept { self.undo() } else { self.redo() };
            let Some(gesture) = step else { break };
            gestures.push(gesture);
        }
        gestures
    }

    /// Alters the labels, which are a draft from then on, and has the checker follow; `None` when it does not fit.
    fn alter(&mut self, change: &Change) -> Option<()> {
        change.apply(&mut self.labels).ok()?;
        self.status = Status::Draft { revision: self.status.revision() };
        if let Some((_, checker)) = &mut self.checker {
            checker.apply(change, &self.labels);
        }
        Some(())
    }

    /// Number of changes of this label set that are done or can be done again.
    pub fn history_len(&self) -> usize {
        self.undo.len() + self.redo.len()
    }

    /// A change of the history in a few words; they are counted from the oldest, from 0. `None` for one
    /// that is not there.
    pub fn step(&self, index: usize) -> Option<Message> {
        if let Some(done) = self.undo.get(index) {
            return Some(done.summary());
        }
        let undone = self.history_len().checked_sub(index + 1).and_then(|n| self.redo.get(n));
        undone.map(|c| c.inverse().summary())
    }

    /// How many changes of the history are done.
    pub fn done(&self) -> usize {
        self.undo.len()
    }

    /// What undo would take back, in a few words.
    pub fn undo_summary(&self) -> Option<Message> {
        self.undo.last().map(Change::summary)
    }

    /// What redo would do again, in a few words.
    pub fn redo_summary(&self) -> Option<Message> {
        self.redo.last().map(|c| c.inverse().summary())
    }

    /// Everything that breaks the ontology or the policy. After a first time, only what changed is checked again.
    pub fn findings(&mut self, versions: &Versions) -> Vec<Finding> {
        let is_current = self.checker.as_ref().is_some_and(|(stamp, _)| *stamp == versions.stamp);
        if !is_current {
            let checker = Checker::new(&self.labels, self.sample.size, versions.rulebook.clone());
            self.checker = Some((versions.stamp.clone(), checker));
        }
        self.checker.as_ref().map(|(_, checker)| checker.findings(&self.labels)).unwrap_or_default()
    }
}

/// Who settled a sample so that this label set is read-only; an answer to a task whose answer is known is not.
fn settled_by(reader: &Reader, key: &LabelSetKey) -> Result<Option<String>, ProjectError> {
    let Some(gold) = reader.gold_of(&key.sample)? else { return Ok(None) };
    let is_answer = reader.tasks_on(&key.sample)?.iter().any(|task| task.key == *key && task.is_honeypot);
    Ok((!is_answer).then_some(gold.by))
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
