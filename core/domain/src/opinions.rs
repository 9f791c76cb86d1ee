//! Several opinions on one sample: views of the image, passes of a model that draws at random, or several models.

use serde::{Deserialize, Serialize};

/// Most passes of a run.
pub const MOST_PASSES: u32 = 100;

/// How often, and how, each sample of a run was looked at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Opinions {
    /// Once, by one model.
    #[default]
    One,
    /// By one model in several views of the image (test-time augmentation).
    Views {
        /// The views, of which each counts alike.
        views: Vec<View>,
    },
    /// Several times by one model that draws at random, such as one exported with its dropout on (Gal & Ghahramani 2016).
    Passes {
        /// How many times, at least 2.
        count: u32,
    },
    /// Once by each of several models.
    Ensemble {
        /// The models, at least 2.
        members: Vec<Member>,
    },
}

/// A model of an ensemble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name.
    pub model: String,
    /// SHA-256 of its file, 64 hexadecimal digits.
    pub sha256: String,
}

/// One way to look at an image.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "view", rename_all = "snake_case")]
pub enum View {
    /// As it is.
    Identity,
    /// Left and right exchanged.
    Flip,
    /// Objects `factor` times as large in the model's input: below 1 the image gets a border, above 1 only its middle is
    /// seen.
    Scale {
        /// Above 0.
        factor: f64,
    },
    /// Every level times `factor`.
    Brightness {
        /// Above 0.
        factor: f64,
    },
}

impl View {
    /// The views of a run that names none.
    pub const USUAL: [Self; 6] = [
        Self::Identity,
        Self::Flip,
        Self::Scale { factor: 0.83 },
        Self::Scale { factor: 1.17 },
        Self::Brightness { factor: 0.9 },
        Self::Brightness { factor: 1.1 },
    ];
}

impl Opinions {
    /// Number of opinions on a sample.
    pub fn count(&self) -> usize {
        match self {
            Self::One => 1,
            Self::Views { views } => views.len(),
            Self::Passes { count } => *count as usize,
            Self::Ensemble { members } => members.len(),
        }
    }

    /// True for a single opinion.
    pub fn is_one(&self) -> bool {
        *self == Self::One
    }

    /// True when all of them are those of one model, whose name and SHA-256 the run carries.
    pub fn is_of_one_model(&self) -> bool {
        !matches!(self, Self::Ensemble { .. })
    }
}

/// How far the opinions agree on one object.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Share of the opinions that show it among those that could, in `(0, 1]`.
    pub presence: f64,
    /// Mean IoU of every two of its boxes, in `[0, 1]`; 0 where only one opinion shows it.
    pub overlap: f64,
    /// What the opinions do not know together but each for itself, in nats: the mutual information of prediction and
    /// opinion (BALD; Houlsby et al. 2011).
    pub mutual_information: f64,
}

impl Agreement {
    /// `1 − presence · overlap · score`, in `[0, 1]`: 0 where all opinions show the same box and are sure of it.
    pub fn uncertainty(&self, score: f64) -> f64 {
        1.0 - self.presence * self.overlap * score.clamp(0.0, 1.0)
    }
}
