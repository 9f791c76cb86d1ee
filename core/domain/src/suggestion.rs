//! A suggestion: what a model proposes on a sample. It is no label until a person accepts it.

use concord_geometry::{BBox, Geometry};
use serde::{Deserialize, Serialize};

use crate::object::SuggestionId;
use crate::opinions::{Agreement, Opinions};

/// One predicted object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The smallest upright box that holds it, in image pixels.
    pub bbox: BBox,
    /// The shape, where it is another than the box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Geometry>,
    /// Class name in the ontology's words.
    pub class: String,
    /// Score of that class, in `[0, 1]`.
    pub score: f64,
    /// Scores of all the model's classes in the model's order; empty when the source does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub class_scores: Vec<f32>,
    /// How unsure the model is of the place, in `[0, 1]`; `None` where it does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub localisation: Option<f32>,
    /// Standard deviation of the left, top, right and bottom side in image pixels; `None` where the model does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<[f32; 4]>,
    /// How far several opinions agree on it; `None` where there is one only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<Agreement>,
}

impl Prediction {
    /// A box with its class and score, and nothing else known.
    pub fn new(bbox: BBox, class: impl Into<String>, score: f64) -> Self {
        let class = class.into();
        Self {
            bbox,
            shape: None,
            class,
            score,
            class_scores: Vec::new(),
            localisation: None,
            spread: None,
            agreement: None,
        }
    }

    /// The shape, which is the box where there is no other.
    pub fn geometry(&self) -> Geometry {
        self.shape.clone().unwrap_or(Geometry::Box(self.bbox))
    }
}

/// Everything that a model said about one sample.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SampleReading {
    /// Objects, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predictions: Vec<Prediction>,
    /// Probability of every class for the sample as a whole, from classifiers; empty from others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub class_scores: Vec<f32>,
    /// A description of the sample as a whole; empty where the model gives none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub embedding: Vec<f32>,
    /// Descriptions of what another run found in it, in the order of [`CropEmbedding::index`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crops: Vec<CropEmbedding>,
}

/// A description of the part of a sample that another run's prediction holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CropEmbedding {
    /// Position of the prediction among those of the other run on the sample.
    pub index: u32,
    /// The description.
    pub vector: Vec<f32>,
}

/// A prediction with its identity, as the canvas shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Run and position.
    pub id: SuggestionId,
    /// The predicted object.
    pub prediction: Prediction,
}

/// A run: one model's output over a set of samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Identity, derived from model, settings and samples.
    pub id: String,
    /// Name of the model; of an ensemble, those of its members joined by " + ".
    pub model: String,
    /// SHA-256 of the model file, 64 hexadecimal digits; empty for imported suggestions and for ensembles, whose members
    /// carry theirs.
    pub model_sha256: String,
    /// Engine that ran it, with its version; "import" for imported suggestions.
    pub engine: String,
    /// Perturbation and severity of the inputs, or `None` for clean images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perturbation: Option<String>,
    /// How often, and how, each sample was looked at.
    #[serde(default, skip_serializing_if = "Opinions::is_one")]
    pub opinions: Opinions,
    /// The run whose objects were embedded one by one; `None` for a run over whole images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crops_of: Option<String>,
    /// Lowest score that was kept.
    pub score_threshold: f64,
    /// Overlap above which a lower-scored box of the same class was dropped.
    pub nms_iou: f64,
    /// Number of samples.
    pub samples: u64,
    /// Number of predictions.
    pub predictions: u64,
    /// Content hash over all predictions in order of sample and position.
    pub digest: String,
}

impl Run {
    /// Name and SHA-256 of the model that can be asked more about a sample: its own, or the first of an ensemble. `None`
    /// for imported suggestions.
    pub fn model_to_ask(&self) -> Option<(&str, &str)> {
        match &self.opinions {
            Opinions::Ensemble { members } => members.first().map(|m| (m.model.as_str(), m.sha256.as_str())),
            _ if self.model_sha256.is_empty() => None,
            _ => Some((&self.model, &self.model_sha256)),
        }
    }
}
