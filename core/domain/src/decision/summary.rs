//! What a decision says, for people who read the history of a project.

use concord_language::{Message, say};

use super::Decision;
use crate::review::Settling;
use crate::role::{Role, Roles};

impl Decision {
    /// The decision in a few words, without who made it, when, and about which sample.
    pub fn summary(&self) -> Message {
        match self {
            Self::ProjectCreated { name } => say!("decision-project", name = name),
            Self::SamplesImported { samples, source, .. } => {
                say!("decision-samples", count = *samples, source = source)
            }
            Self::RunRecorded { run } => say!("decision-run", model = &run.model, count = run.samples),
            Self::ModelAdded { model } => say!("decision-model", name = &model.name),
            Self::ModelCalibrated { calibration: Some(_), .. } => say!("decision-calibrated"),
            Self::ModelCalibrated { calibration: None, .. } => say!("decision-uncalibrated"),
            Self::ModelMeasured { .. } => say!("decision-measured"),
            Self::ModelRetired { retired: true, .. } => say!("decision-retired"),
            Self::ModelRetired { retired: false, .. } => say!("decision-unretired"),
            Self::OntologyPublished { ontology, .. } => {
                say!("decision-ontology", version = ontology.version.to_string())
            }
            Self::PolicyPublished { policy, .. } => say!("decision-policy", version = policy.version.to_string()),
            Self::PolicyWithdrawn { version, reason } => {
                say!("decision-withdrawn", version = version.to_string(), reason = reason)
            }
            Self::CampaignStarted { campaign, tasks, .. } => {
                say!("decision-campaign", name = campaign, count = tasks.len())
            }
            Self::RolesGiven { person, roles } if roles.is_empty() => say!("decision-no-roles", person = person),
            Self::RolesGiven { person, roles } => say!("decision-roles", person = person, roles = names(roles)),
            Self::ReleaseMade { name, samples, .. } => say!("decision-release", name = name, count = *samples),
            Self::QueueBoosted { reason, samples } => say!("decision-boost", count = samples.len(), reason = reason),
            _ => self.summary_of_labels(),
        }
    }

    /// What concerns the labels of one sample.
    fn summary_of_labels(&self) -> Message {
        match self {
            Self::LabelsEdited { change, .. } => change.summary(),
            Self::LabelsSubmitted { revision, .. } => say!("decision-submitted", revision = revision.to_string()),
            Self::LabelsImported { source, key, .. } => {
                say!("decision-imported", source = source, annotator = &key.annotator)
            }
            Self::LabelsMigrated { key, stamp, .. } => {
                let version = stamp.policy_version.to_string();
                say!("decision-migrated", annotator = &key.annotator, version = version)
            }
            Self::LabelsInvalidated { key, reason, .. } => {
                say!("decision-invalidated", annotator = &key.annotator, reason = reason)
            }
            Self::LabelsQuarantined { objects, source, .. } => {
                say!("decision-quarantined", count = objects.len(), source = source)
            }
            Self::SampleSkipped { reason, .. } => say!("decision-skipped", reason = reason),
            Self::LabelsSentBack { key, reason, .. } => {
                say!("decision-sent-back", annotator = &key.annotator, reason = reason)
            }
            Self::LabelsRejected { key, reason, .. } => {
                say!("decision-rejected", annotator = &key.annotator, reason = reason)
            }
            Self::SampleSettled { how: Settling::Accepted, key, .. } => {
                say!("decision-accepted", annotator = &key.annotator)
            }
            Self::SampleSettled { sets, .. } => say!("decision-settled", count = sets.len()),
            Self::SampleReopened { reason, .. } => say!("decision-reopened", reason = reason),
            Self::CommentAdded { text, .. } => say!("decision-comment", text = text),
            Self::CommentSettled { settled: true, .. } => say!("decision-comment-settled"),
            Self::CommentSettled { settled: false, .. } => say!("decision-comment-opened"),
            Self::TaskTimed { active_ms, judging, .. } => {
                let seconds = (active_ms / 1_000).to_string();
                if *judging {
                    say!("decision-judged-for", seconds = seconds)
                } else {
                    say!("decision-worked", seconds = seconds)
                }
            }
            Self::TaskLeased { .. } => say!("decision-leased"),
            Self::TaskReleased { .. } => say!("decision-released"),
            Self::TaskSnoozed { .. } => say!("decision-snoozed"),
            _ => say!("change-nothing"),
        }
    }

    /// True for what is written while somebody works and decides nothing by itself: gestures, times, and taking samples.
    pub fn is_routine(kind: &str) -> bool {
        matches!(kind, "labels_edited" | "task_timed" | "task_leased" | "task_released" | "task_snoozed")
    }
}

/// Roles by the words of files, one after the other.
fn names(roles: &Roles) -> String {
    roles.iter().map(|role: &Role| role.name()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_routine_is_a_kind_of_decision() {
        let routine = Decision::TaskReleased {
            key: crate::label_set::LabelSetKey {
                sample: crate::sample::SampleId("s".to_owned()),
                annotator: "ana".to_owned(),
            },
        };
        assert!(Decision::is_routine(routine.kind()));
        let decided = Decision::PolicyWithdrawn { version: 2, reason: "too vague".to_owned() };
        assert!(!Decision::is_routine(decided.kind()));
        let words = decided.summary().in_language(concord_language::Language::English);
        assert!(words.contains("version 2") && words.contains("too vague"), "{words}");
    }
}
