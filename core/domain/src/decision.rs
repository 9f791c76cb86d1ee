//! Decisions: the bodies of log rows. Everything that state follows from is one of these.

use concord_geometry::Point;
use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::judgement::JudgedSet;
use crate::label_set::{LabelSetKey, Labels, Stamp};
use crate::migration::Migration;
use crate::model::{ModelCalibration, ModelSpeed, RegisteredModel};
use crate::object::Object;
use crate::ontology::Ontology;
use crate::policy::Policy;
use crate::review::Settling;
use crate::role::Roles;
use crate::sample::SampleId;
use crate::suggestion::Run;

mod summary;

/// What a person, a rule or an import decided. One log row holds one decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Decision {
    /// The project was made.
    ProjectCreated {
        /// Its name.
        name: String,
    },
    /// Samples were added to the catalogue; the rows themselves are facts in the catalogue tables.
    SamplesImported {
        /// The folder or file they came from.
        source: String,
        /// Number of new samples.
        samples: u64,
        /// Content hash over the new samples in order of their ids.
        digest: String,
        /// Number of files that could not be read.
        problems: u64,
        /// Number of files whose content was in the catalogue already.
        duplicates: u64,
    },
    /// A model's output was added; the predictions themselves are facts.
    RunRecorded {
        /// The run with its digest.
        run: Box<Run>,
    },
    /// A model was registered.
    ModelAdded {
        /// The model.
        model: Box<RegisteredModel>,
    },
    /// A model's scores were calibrated; the latest calibration is the one that counts.
    ModelCalibrated {
        /// SHA-256 of the model.
        sha256: String,
        /// How its scores become probabilities; `None` takes a calibration back.
        calibration: Option<Box<ModelCalibration>>,
    },
    /// A model's speed was measured.
    ModelMeasured {
        /// SHA-256 of the model.
        sha256: String,
        /// What was measured on the device that logs this.
        speed: Box<ModelSpeed>,
    },
    /// A model was put out of use, or back into use. What it said is kept.
    ModelRetired {
        /// SHA-256 of the model.
        sha256: String,
        /// True when it is out of use from now on.
        retired: bool,
    },
    /// A version of the ontology came into force.
    OntologyPublished {
        /// The ontology.
        ontology: Box<Ontology>,
        /// Its content hash.
        digest: String,
    },
    /// A version of the policy came into force.
    PolicyPublished {
        /// The policy with its guideline.
        policy: Box<Policy>,
        /// Its content hash.
        digest: String,
    },
    /// An annotator changed a label set by one gesture; undo and redo are such rows too and name what they take back.
    LabelsEdited {
        /// Which label set.
        key: LabelSetKey,
        /// Ontology and policy in force.
        stamp: Stamp,
        /// What changed.
        change: Box<Change>,
    },
    /// An annotator submitted a label set that breaks no rule.
    LabelsSubmitted {
        /// Which label set.
        key: LabelSetKey,
        /// 1 for the first submission.
        revision: u32,
        /// Ontology and policy it was checked against.
        stamp: Stamp,
        /// Content hash of the labels.
        digest: String,
    },
    /// A whole label set came from a file; it breaks no rule and counts as submitted.
    LabelsImported {
        /// Which label set.
        key: LabelSetKey,
        /// 1 for the first revision.
        revision: u32,
        /// Ontology and policy it was checked against.
        stamp: Stamp,
        /// The labels.
        labels: Labels,
        /// The file it came from.
        source: String,
    },
    /// A submitted label set was brought to another version by rule; it breaks no rule and counts as submitted.
    LabelsMigrated {
        /// Which label set.
        key: LabelSetKey,
        /// The revision that it becomes.
        revision: u32,
        /// Ontology and policy it was checked against.
        stamp: Stamp,
        /// The rules.
        migration: Box<Migration>,
        /// Content hash of the labels afterwards.
        digest: String,
    },
    /// A label set went back to its annotator because it breaks a version that came into force.
    LabelsInvalidated {
        /// Which label set.
        key: LabelSetKey,
        /// The revision that breaks it.
        revision: u32,
        /// What it breaks.
        reason: String,
    },
    /// Objects from a file that break the ontology or the policy, kept aside with their reasons.
    LabelsQuarantined {
        /// Whose labels of which sample they would have been.
        key: LabelSetKey,
        /// The file they came from.
        source: String,
        /// Each object with its reason.
        objects: Vec<Quarantined>,
    },
    /// An annotator passed a sample over.
    SampleSkipped {
        /// Who passed over which sample.
        key: LabelSetKey,
        /// Why.
        reason: String,
    },
    /// A reviewer sent a label set back to its annotator.
    LabelsSentBack {
        /// Which label set.
        key: LabelSetKey,
        /// The revision that was looked at.
        revision: u32,
        /// What is to be mended.
        reason: String,
        /// The comments that were pinned for it, by identity.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        comments: Vec<String>,
    },
    /// A reviewer turned a label set down: it counts for nothing, and somebody else is to label the sample.
    LabelsRejected {
        /// Which label set.
        key: LabelSetKey,
        /// The revision that was looked at.
        revision: u32,
        /// Why.
        reason: String,
    },
    /// A sample was settled: from now on these labels are gold, and read-only.
    SampleSettled {
        /// The label set that is gold: the annotator's own, or that of whoever judged.
        key: LabelSetKey,
        /// How.
        how: Settling,
        /// The label sets that were looked at, in order of names.
        sets: Vec<JudgedSet>,
        /// Ontology and policy it was checked against.
        stamp: Stamp,
        /// Content hash of the labels.
        digest: String,
    },
    /// A settled sample was opened again.
    SampleReopened {
        /// The sample.
        sample: SampleId,
        /// Why.
        reason: String,
    },
    /// A campaign began: these people label these samples again, from nothing and without suggestions.
    CampaignStarted {
        /// Its name, unique in the project.
        campaign: String,
        /// What is to be found out.
        reason: String,
        /// Who labels which sample again, in order.
        tasks: Vec<LabelSetKey>,
        /// Ontology and policy in force.
        stamp: Stamp,
    },
    /// Somebody was given roles in place of those they had.
    RolesGiven {
        /// Who.
        person: String,
        /// Which; none takes them out of the project.
        roles: Roles,
    },
    /// A version of the policy was withdrawn: nothing is submitted under it any more.
    PolicyWithdrawn {
        /// Which version.
        version: u32,
        /// Why.
        reason: String,
    },
    /// Someone pinned a comment to a sample.
    CommentAdded {
        /// The sample.
        sample: SampleId,
        /// Identity of the comment, unique in the project.
        comment: String,
        /// The place it is about, in image pixels; `None` for the sample as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Point>,
        /// What it says.
        text: String,
    },
    /// A comment was settled, or opened again.
    CommentSettled {
        /// The sample.
        sample: SampleId,
        /// Identity of the comment.
        comment: String,
        /// True when it is settled from now on.
        settled: bool,
    },
    /// An annotator left a sample after working on it.
    TaskTimed {
        /// Who worked on which sample.
        key: LabelSetKey,
        /// Working time: gaps between inputs up to the idle cut-off, in milliseconds.
        active_ms: u64,
        /// Time that the person waited for the machine, in milliseconds; not part of `active_ms`.
        waited_ms: u64,
        /// The idle cut-off, in milliseconds.
        idle_ms: u64,
        /// When the sample was opened, in milliseconds since 1970 UTC.
        opened_at_utc_ms: i64,
        /// True when the person judged what others had labelled.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        judging: bool,
    },
    /// An annotator took a sample to work on, so that nobody else is given it meanwhile.
    TaskLeased {
        /// Who took which sample.
        key: LabelSetKey,
        /// When the lease ends by itself, in milliseconds since 1970 UTC.
        until_utc_ms: i64,
        /// True when the answer is known already: what the annotator says is held against it and does not vote.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        honeypot: bool,
    },
    /// An annotator gave a sample back.
    TaskReleased {
        /// Who gave back which sample.
        key: LabelSetKey,
    },
    /// An annotator put a sample off; that gives it back too.
    TaskSnoozed {
        /// Who put off which sample.
        key: LabelSetKey,
        /// Until when it is kept out of the annotator's queue, in milliseconds since 1970 UTC.
        until_utc_ms: i64,
    },
    /// Samples were moved up the queue.
    QueueBoosted {
        /// Why, for the reasons of their rank.
        reason: String,
        /// The samples, sorted.
        samples: Vec<SampleId>,
    },
    /// A release was made.
    ReleaseMade {
        /// Name of the release.
        name: String,
        /// Content hash of its manifest.
        digest: String,
        /// Number of samples.
        samples: u64,
        /// Number of objects.
        objects: u64,
    },
}

/// An object that was not let in, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quarantined {
    /// The object as it was read.
    pub object: Object,
    /// What it breaks.
    pub reason: String,
}

impl Decision {
    /// The name of the kind, as stored in the log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ProjectCreated { .. } => "project_created",
            Self::SamplesImported { .. } => "samples_imported",
            Self::RunRecorded { .. } => "run_recorded",
            Self::ModelAdded { .. } => "model_added",
            Self::ModelCalibrated { .. } => "model_calibrated",
            Self::ModelMeasured { .. } => "model_measured",
            Self::ModelRetired { .. } => "model_retired",
            Self::OntologyPublished { .. } => "ontology_published",
            Self::PolicyPublished { .. } => "policy_published",
            Self::LabelsEdited { .. } => "labels_edited",
            Self::LabelsSubmitted { .. } => "labels_submitted",
            Self::LabelsImported { .. } => "labels_imported",
            Self::LabelsMigrated { .. } => "labels_migrated",
            Self::LabelsInvalidated { .. } => "labels_invalidated",
            Self::LabelsQuarantined { .. } => "labels_quarantined",
            Self::SampleSkipped { .. } => "sample_skipped",
            Self::LabelsSentBack { .. } => "labels_sent_back",
            Self::LabelsRejected { .. } => "labels_rejected",
            Self::SampleSettled { .. } => "sample_settled",
            Self::SampleReopened { .. } => "sample_reopened",
            Self::CampaignStarted { .. } => "campaign_started",
            Self::RolesGiven { .. } => "roles_given",
            Self::PolicyWithdrawn { .. } => "policy_withdrawn",
            Self::CommentAdded { .. } => "comment_added",
            Self::CommentSettled { .. } => "comment_settled",
            Self::TaskTimed { .. } => "task_timed",
            Self::TaskLeased { .. } => "task_leased",
            Self::TaskReleased { .. } => "task_released",
            Self::TaskSnoozed { .. } => "task_snoozed",
            Self::QueueBoosted { .. } => "queue_boosted",
            Self::ReleaseMade { .. } => "release_made",
        }
    }

    /// The label set that the decision is about, if it is about one.
    pub fn label_set(&self) -> Option<&LabelSetKey> {
        match self {
            Self::LabelsEdited { key, .. }
            | Self::LabelsSubmitted { key, .. }
            | Self::LabelsImported { key, .. }
            | Self::LabelsMigrated { key, .. }
            | Self::LabelsInvalidated { key, .. }
            | Self::LabelsQuarantined { key, .. }
            | Self::LabelsSentBack { key, .. }
            | Self::LabelsRejected { key, .. }
            | Self::SampleSettled { key, .. }
            | Self::SampleSkipped { key, .. }
            | Self::TaskTimed { key, .. }
            | Self::TaskLeased { key, .. }
            | Self::TaskReleased { key }
            | Self::TaskSnoozed { key, .. } => Some(key),
            _ => None,
        }
    }

    /// The sample that the decision is about, if it is about one.
    pub fn sample(&self) -> Option<&SampleId> {
        match self {
            Self::CommentAdded { sample, .. }
            | Self::CommentSettled { sample, .. }
            | Self::SampleReopened { sample, .. } => Some(sample),
            other => other.label_set().map(|key| &key.sample),
        }
    }
}
