//! What validation and stress reports have in common: what was measured, on what, by which rules.

use concord_domain::gate::{Gate, Judgement, Verdict};
use concord_geometry::BBox;
use concord_metrics::value::Metric;
use serde::Serialize;

/// What stands at the head of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Head {
    /// Title of the report.
    pub title: String,
    /// Name of the project.
    pub project: String,
    /// The model that was measured.
    pub model: ModelFacts,
    /// What it was measured against: "gold", or whose label sets.
    pub reference: String,
    /// A sentence the reader has to know, such as where the images come from.
    pub note: Option<String>,
    /// The ontology in force.
    pub ontology: VersionMark,
    /// The policy in force.
    pub policy: VersionMark,
    /// Up to where the decision log was read.
    pub log: LogMark,
    /// How it was measured.
    pub settings: Settings,
    /// Number of images.
    pub images: u64,
    /// Number of reference objects.
    pub objects: u64,
    /// Number of predictions at any score.
    pub predictions: u64,
}

/// A model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelFacts {
    /// Name for people.
    pub name: String,
    /// SHA-256 of the file; empty for predictions that came from a file.
    pub sha256: String,
    /// Engine that ran it, with its version.
    pub engine: String,
}

/// A version with its content hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionMark {
    /// Version, counted from 1.
    pub version: u32,
    /// Content hash, `b3:` and 64 digits.
    pub digest: String,
}

/// A position in the decision log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogMark {
    /// Number of the last row that was read.
    pub seq: u64,
    /// Hash of that row.
    pub hash: String,
}

/// How it was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// Score from which a prediction counts at the operating point.
    pub score_threshold: f64,
    /// IoU from which a prediction finds an object at the operating point.
    pub iou: f64,
    /// Two-sided confidence of the intervals.
    pub confidence: f64,
    /// Number of bootstrap replicates.
    pub replicates: u32,
    /// Seed of the bootstrap.
    pub seed: u64,
}

/// A gate with what it was judged on and what it says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GateResult {
    /// The rule.
    pub gate: Gate,
    /// The value of its metric on its slice.
    pub value: Metric,
    /// Number of images.
    pub images: u64,
    /// Number of reference objects.
    pub objects: u64,
    /// What it says, and why.
    pub judgement: Judgement,
}

/// A table of metrics: `cells[row][column]`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct HeatMap {
    /// Names of the rows.
    pub rows: Vec<String>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// As many lists as rows, each as long as there are columns.
    pub cells: Vec<Vec<Metric>>,
}

/// An image with boxes drawn on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Picture {
    /// Heading.
    pub title: String,
    /// What is seen.
    pub caption: String,
    /// The image as JPEG; it stands in the page only, not in the JSON.
    #[serde(skip)]
    pub jpeg: Vec<u8>,
    /// Width that the boxes refer to, in pixels; the JPEG may be smaller.
    pub width: u32,
    /// Height that the boxes refer to, in pixels.
    pub height: u32,
    /// The boxes, drawn in this order.
    pub boxes: Vec<PictureBox>,
}

/// A box on a picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PictureBox {
    /// Geometry in the pixels of the picture.
    pub bbox: BBox,
    /// Class, and score where there is one.
    pub label: String,
    /// What it is.
    pub kind: BoxKind,
}

/// What a box on a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BoxKind {
    /// An object of the reference that was found.
    Reference,
    /// A prediction that is right.
    Prediction,
    /// An object of the reference that was missed.
    Miss,
    /// A prediction without an object.
    FalsePositive,
}

impl BoxKind {
    /// All kinds, in the order of the legend.
    pub(crate) const ALL: [Self; 4] = [Self::Reference, Self::Prediction, Self::Miss, Self::FalsePositive];

    /// The name of its style in the page.
    pub(crate) fn style(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Prediction => "prediction",
            Self::Miss => "miss",
            Self::FalsePositive => "false-positive",
        }
    }

    /// The word in the legend.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Reference => "reference, found",
            Self::Prediction => "prediction, right",
            Self::Miss => "reference, missed",
            Self::FalsePositive => "false positive",
        }
    }
}

/// Sign and word of a verdict, so that colour says nothing alone.
pub(crate) fn verdict_words(verdict: Verdict) -> (&'static str, &'static str, &'static str) {
    match verdict {
        Verdict::Pass => ("pass", "✓", "Pass"),
        Verdict::Warn => ("warn", "!", "Warning"),
        Verdict::Fail => ("fail", "✕", "Fail"),
        Verdict::Insufficient => ("insufficient", "?", "Too little evidence"),
        Verdict::Skipped => ("skipped", "–", "Left out"),
    }
}
