//! A sample: one image of the catalogue, what is known about it, and where it came from.

use std::collections::BTreeMap;

use concord_geometry::Size;
use serde::{Deserialize, Serialize};

/// Identity of a sample: the BLAKE3 of the image file's bytes, 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SampleId(pub String);

impl SampleId {
    /// The first eight digits, for people.
    pub fn short(&self) -> &str {
        self.0.get(..8).unwrap_or(&self.0)
    }
}

impl AsRef<str> for SampleId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SampleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How an image came to be. Only `captured` images may validate, unless the project declares otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// Taken by a camera.
    #[default]
    Captured,
    /// A captured image, retouched.
    Edited,
    /// A transformed copy of another sample.
    Augmented,
    /// Put together from several samples.
    Composite,
    /// Drawn by a renderer.
    Rendered,
    /// Made by a generative model.
    Generated,
}

impl Provenance {
    /// The word used in files and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Captured => "captured",
            Self::Edited => "edited",
            Self::Augmented => "augmented",
            Self::Composite => "composite",
            Self::Rendered => "rendered",
            Self::Generated => "generated",
        }
    }

    /// Reads the word; `None` for any other.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Captured, Self::Edited, Self::Augmented, Self::Composite, Self::Rendered, Self::Generated]
            .into_iter()
            .find(|p| p.name() == name)
    }
}

/// Free metadata of a sample: names to values as text, sorted by name.
pub type Metadata = BTreeMap<String, String>;

/// A sample of the catalogue. Immutable: other bytes are another sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Identity by content.
    pub id: SampleId,
    /// Where the file is: absolute, or relative to the project folder.
    pub path: String,
    /// Size after EXIF orientation was applied; all coordinates are in this frame.
    pub size: Size,
    /// Length of the file in bytes.
    pub bytes: u64,
    /// File format by content: "jpeg", "png" …
    pub format: String,
    /// EXIF orientation as stored, 1 to 8; 1 when there is none.
    pub orientation: u8,
    /// Time of capture in milliseconds since 1970 UTC, from the sidecar or else from EXIF.
    pub captured_at_ms: Option<i64>,
    /// Camera, lighting, site …: what slices are made of.
    pub metadata: Metadata,
    /// How the image came to be.
    pub provenance: Provenance,
}

impl Sample {
    /// The file's name without folders.
    pub fn file_name(&self) -> &str {
        self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path)
    }
}
