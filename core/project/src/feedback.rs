//! Feedback: what people made of a model's suggestions, for training it anew.

use std::collections::BTreeMap;
use std::path::Path;

use concord_domain::digest::canonical_json;
use concord_domain::label_set::{LabelSet, Status};
use concord_domain::object::{Object, Origin, SuggestionId};
use concord_domain::rejection::RejectReason;
use concord_domain::sample::SampleId;
use concord_domain::suggestion::{Prediction, Run};
use concord_geometry::{BBox, Geometry};
use concord_store::Reader;
use serde::Serialize;

use crate::{Project, ProjectError};

/// Whose labels count, and about which model.
#[derive(Debug, Clone, Default)]
pub struct FeedbackOptions {
    /// Only those of this annotator.
    pub annotator: Option<String>,
    /// Only about this model, and what was drawn by hand.
    pub model: Option<String>,
    /// Drafts as well; without it only what was submitted.
    pub drafts: bool,
}

/// What became of the suggestions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feedback {
    /// A line a settled suggestion or drawn object, in order of sample and annotator.
    #[serde(skip)]
    pub lines: Vec<FeedbackLine>,
    /// Counts of each run that has lines, in order of the runs.
    pub runs: Vec<RunFeedback>,
    /// Objects drawn by hand.
    pub drawn: u64,
    /// Label sets that were looked at.
    pub label_sets: u64,
}

/// What became of a run's suggestions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunFeedback {
    /// The run.
    pub run: String,
    /// Its model.
    pub model: String,
    /// SHA-256 of its file; empty for imported suggestions and ensembles.
    pub model_sha256: String,
    /// Taken over and left as they were.
    pub accepted: u64,
    /// Taken over and altered.
    pub edited: u64,
    /// Turned down, by reason; "none" where nobody said why.
    pub rejected: BTreeMap<&'static str, u64>,
}

impl RunFeedback {
    /// Number of suggestions that were turned down.
    pub fn rejections(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Share of the settled suggestions that were taken over unchanged; `None` where none was settled.
    pub fn unchanged_share(&self) -> Option<f64> {
        let settled = self.accepted + self.edited + self.rejections();
        (settled > 0).then(|| self.accepted as f64 / settled as f64)
    }
}

/// What a person made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Taken over as it was.
    Accepted,
    /// Taken over, then altered.
    Edited,
    /// Turned down.
    Rejected,
    /// Drawn by hand or by pointing, where the model suggested nothing that was taken over.
    Drawn,
}

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedbackLine {
    /// The sample.
    pub sample: SampleId,
    /// Path of its image.
    pub path: String,
    /// Who said so.
    pub annotator: String,
    /// False for a draft.
    pub submitted: bool,
    /// Version of the policy that the labels are stamped with.
    pub policy_version: u32,
    /// Version of the ontology.
    pub ontology_version: u32,
    /// What became of it.
    pub verdict: Verdict,
    /// Why it was turned down, where that was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<RejectReason>,
    /// What was suggested; none for an object drawn by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested: Option<Suggested>,
    /// What it is labelled as; none for a rejected suggestion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labelled: Option<Labelled>,
    /// IoU of what was suggested and what it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iou: Option<f64>,
}

/// A suggestion as it was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggested {
    /// Id of the run.
    pub run: String,
    /// Position among the run's predictions on the sample.
    pub index: u32,
    /// The model.
    pub model: String,
    /// SHA-256 of its file.
    pub model_sha256: String,
    /// What it predicted.
    #[serde(flatten)]
    pub prediction: Prediction,
}

/// An object as it is labelled.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Labelled {
    /// Id of the object.
    pub object: String,
    /// Its class.
    pub class: String,
    /// The smallest upright box that holds it, in image pixels.
    pub bbox: BBox,
    /// Its shape, where it is another than the box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Geometry>,
    /// True when the class was altered; for a suggestion.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub class_altered: bool,
    /// True when the geometry was altered; for a suggestion.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub geometry_altered: bool,
}

/// Collects what people made of suggestions.
pub fn feedback(project: &Project, options: &FeedbackOptions) -> Result<Feedback, ProjectError> {
    let reader = project.reader()?;
    let runs = reader.runs()?;
    let paths: BTreeMap<SampleId, String> = reader.samples()?.into_iter().map(|s| (s.id, s.path)).collect();
    let mut sets = Vec::new();
    reader.each_label_set(|set| {
        let is_wanted = options.annotator.as_ref().is_none_or(|name| *name == set.key.annotator);
        if is_wanted && (options.drafts || set.status.is_submitted()) {
            sets.push(set);
        }
    })?;
    sets.sort_by(|a, b| (&a.key.sample, &a.key.annotator).cmp(&(&b.key.sample, &b.key.annotator)));
    let mut lines = Vec::new();
    for set in &sets {
        let path = paths.get(&set.key.sample).map_or("", String::as_str);
        lines.extend(Reviewed { reader: &reader, runs: &runs, set, path }.lines()?);
    }
    if let Some(model) = &options.model {
        lines.retain(|line| line.suggested.as_ref().is_none_or(|suggested| suggested.model == *model));
    }
    let counted = runs.iter().map(|run| count(run, &lines)).filter(|c| c.accepted + c.edited + c.rejections() > 0);
    let drawn = lines.iter().filter(|line| line.verdict == Verdict::Drawn).count() as u64;
    Ok(Feedback { runs: counted.collect(), drawn, label_sets: sets.len() as u64, lines })
}

fn count(run: &Run, lines: &[FeedbackLine]) -> RunFeedback {
    let mut counts = RunFeedback {
        run: run.id.clone(),
        model: run.model.clone(),
        model_sha256: run.model_sha256.clone(),
        accepted: 0,
        edited: 0,
        rejected: BTreeMap::new(),
    };
    for line in lines.iter().filter(|line| line.suggested.as_ref().is_some_and(|s| s.run == run.id)) {
        match line.verdict {
            Verdict::Accepted => counts.accepted += 1,
            Verdict::Edited => counts.edited += 1,
            Verdict::Rejected => {
                *counts.rejected.entry(line.reason.map_or("none", RejectReason::name)).or_default() += 1;
            }
            Verdict::Drawn => {}
        }
    }
    counts
}

/// A label set, looked at.
struct Reviewed<'a> {
    reader: &'a Reader,
    runs: &'a [Run],
    set: &'a LabelSet,
    path: &'a str,
}

impl Reviewed<'_> {
    fn lines(&self) -> Result<Vec<FeedbackLine>, ProjectError> {
        let labels = &self.set.labels;
        let accepted = labels.objects.iter().filter_map(|o| o.origin.suggestion());
        let settled: Vec<&SuggestionId> = accepted.chain(labels.rejected.iter().map(|(id, _)| id)).collect();
        let predictions = self.predictions(&settled)?;
        let mut lines = Vec::new();
        for object in &labels.objects {
            match &object.origin {
                Origin::Suggestion { suggestion, .. } => {
                    let suggested = self.suggested(suggestion, &predictions);
                    lines.push(self.taken(object, suggested));
                }
                Origin::Drawn | Origin::Prompted { .. } => {
                    lines.push(FeedbackLine { labelled: Some(labelled(object)), ..self.line(Verdict::Drawn) });
                }
                Origin::Imported { .. } | Origin::Copied { .. } | Origin::Consensus { .. } | Origin::Settled { .. } => {
                }
            }
        }
        for (suggestion, reason) in labels.rejected.iter() {
            let suggested = self.suggested(suggestion, &predictions);
            lines.push(FeedbackLine { reason, suggested, ..self.line(Verdict::Rejected) });
        }
        Ok(lines)
    }

    /// The predictions of the runs that these suggestions are of, on this sample.
    fn predictions(&self, settled: &[&SuggestionId]) -> Result<BTreeMap<SuggestionId, Prediction>, ProjectError> {
        let mut runs: Vec<&str> = settled.iter().map(|id| id.run.as_str()).collect();
        runs.sort_unstable();
        runs.dedup();
        let mut found = BTreeMap::new();
        for run in runs {
            let of_run = self.reader.suggestions(run, &self.set.key.sample)?;
            found.extend(of_run.into_iter().map(|s| (s.id, s.prediction)));
        }
        Ok(found)
    }

    /// `None` for a suggestion of a run that the project does not have, as after an import of labels.
    fn suggested(&self, id: &SuggestionId, predictions: &BTreeMap<SuggestionId, Prediction>) -> Option<Suggested> {
        let run = self.runs.iter().find(|run| run.id == id.run)?;
        let prediction = predictions.get(id)?.clone();
        let (model, model_sha256) = (run.model.clone(), run.model_sha256.clone());
        Some(Suggested { run: run.id.clone(), index: id.index, model, model_sha256, prediction })
    }

    fn taken(&self, object: &Object, suggested: Option<Suggested>) -> FeedbackLine {
        let mut labelled = labelled(object);
        let mut iou = None;
        if let Some(Suggested { prediction, .. }) = &suggested {
            let before = prediction.geometry();
            labelled.class_altered = prediction.class != object.class;
            // A mask that became a box because its class has no other was altered by nobody.
            let is_box = object.geometry.kind() == concord_geometry::GeometryKind::Box;
            let as_taken = if is_box { Geometry::Box(prediction.bbox) } else { before };
            labelled.geometry_altered = as_taken != object.geometry;
            iou = Some(as_taken.iou(&object.geometry));
        }
        let is_altered = labelled.class_altered || labelled.geometry_altered;
        let verdict = if is_altered { Verdict::Edited } else { Verdict::Accepted };
        FeedbackLine { suggested, labelled: Some(labelled), iou, ..self.line(verdict) }
    }

    fn line(&self, verdict: Verdict) -> FeedbackLine {
        let set = self.set;
        FeedbackLine {
            sample: set.key.sample.clone(),
            path: self.path.to_owned(),
            annotator: set.key.annotator.clone(),
            submitted: matches!(set.status, Status::Submitted { .. }),
            policy_version: set.stamp.policy_version,
            ontology_version: set.stamp.ontology_version,
            verdict,
            reason: None,
            suggested: None,
            labelled: None,
            iou: None,
        }
    }
}

fn labelled(object: &Object) -> Labelled {
    let is_box = object.geometry.kind() == concord_geometry::GeometryKind::Box;
    Labelled {
        object: object.id.0.clone(),
        class: object.class.clone(),
        bbox: object.bounds(),
        shape: (!is_box).then(|| object.geometry.clone()),
        class_altered: false,
        geometry_altered: false,
    }
}

/// Writes the lines as JSON Lines, by way of a file of another name, so that no half file is found.
pub fn write(feedback: &Feedback, out: &Path) -> Result<(), ProjectError> {
    let mut text = String::new();
    for line in &feedback.lines {
        text.push_str(&canonical_json(line));
        text.push('\n');
    }
    let part = out.with_extension("part");
    std::fs::write(&part, text).map_err(|e| ProjectError::io("writing", &part, e))?;
    std::fs::rename(&part, out).map_err(|e| ProjectError::io("writing", out, e))
}
