//! COCO JSON: datasets and results, read with located problems and written byte for byte the same each time.
//!
//! What is kept of an annotation: its box, class, attributes, crowd flag, score, area and run-length mask. Outlines
//! given as polygons are counted and left behind.

mod document;
mod read;
mod rows;
mod write;

use std::collections::BTreeMap;

use concord_domain::object::{Attributes, Tier};
use concord_domain::sample::{Metadata, Provenance};
use concord_geometry::{BBox, Rle};

use crate::Problem;

pub use read::{read_dataset, read_results};
pub(crate) use write::extent;
pub use write::{CocoInfo, CocoText, write_dataset};

/// A COCO dataset as it was read, or as it shall be written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CocoDataset {
    /// Images in the order of the file.
    pub images: Vec<CocoImage>,
    /// Objects in the order of the file.
    pub objects: Vec<CocoObject>,
    /// Class names in the order of the categories, each once.
    pub classes: Vec<String>,
    /// Position in `classes` of each category id of the file; several ids may share one name. Not used by the writer,
    /// which numbers the classes from 1.
    pub class_of_category: BTreeMap<i64, usize>,
    /// What is wrong with the file, in order of the file.
    pub problems: Vec<Problem>,
    /// How many annotations had outlines (polygons), which are not kept.
    pub outlines: u64,
}

/// An image of a COCO dataset.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CocoImage {
    /// The id of the file.
    pub id: i64,
    /// Name or relative path, with `/`.
    pub file_name: String,
    /// Width in pixels; 0 when the file does not tell.
    pub width: u32,
    /// Height in pixels; 0 when the file does not tell.
    pub height: u32,
    /// Content hash of the image, when the file tells (`sample`, as releases write it).
    pub sample: Option<String>,
    /// How the image came to be, when the file tells.
    pub provenance: Option<Provenance>,
    /// Metadata, when the file tells.
    pub metadata: Metadata,
}

/// An annotation or a result.
#[derive(Debug, Clone, PartialEq)]
pub struct CocoObject {
    /// The id of the file; results have none.
    pub id: Option<i64>,
    /// Position of the image in [`CocoDataset::images`].
    pub image: usize,
    /// Name of the class.
    pub class: String,
    /// The box; it may leave the image.
    pub bbox: BBox,
    /// Area of the object in square pixels as the file tells it; it drives COCO's size ranges.
    pub area: Option<f64>,
    /// True for a box around a crowd.
    pub iscrowd: bool,
    /// Score of a result, in `[0, 1]`.
    pub score: Option<f64>,
    /// Sub-class, from `attributes.subclass`.
    pub subclass: Option<String>,
    /// How sure the annotator was, from `attributes.tier`.
    pub tier: Tier,
    /// Where the object came from, in a word, from `attributes.origin`.
    pub origin: Option<String>,
    /// All other attributes that are a flag, a number or a text.
    pub attributes: Attributes,
    /// The mask, when the file has it as run lengths that fit the image.
    pub segmentation: Option<Rle>,
    /// Where the object stands in the file: `annotations[17] (id 5)`.
    pub place: String,
}

/// Results over the images of a dataset.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CocoResults {
    /// Scored objects in the order of the file.
    pub objects: Vec<CocoObject>,
    /// What is wrong with the file, in order of the file.
    pub problems: Vec<Problem>,
}

impl CocoDataset {
    /// Numbers images and objects from 1 in their order, as the writer asks for.
    pub fn renumber(&mut self) {
        for (id, image) in (1..).zip(&mut self.images) {
            image.id = id;
        }
        for (id, object) in (1..).zip(&mut self.objects) {
            object.id = Some(id);
        }
    }
}
