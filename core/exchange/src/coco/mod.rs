//! COCO JSON: datasets and results, read with located problems and written byte for byte the same each time.
//!
//! An object has one geometry. Of what an annotation tells, the first of these that can be used is taken:
//!
//! 1. `geometry`, a key of Concord's own: the geometry as label sets write it, such as `{"ellipse": [...]}`. It is
//!    written for what COCO has no form for, beside the nearest form that other programs read, and it stands only as
//!    long as it lies where `bbox` says.
//! 2. `keypoints`, when at least one is labelled, in the number that the category names; without names in the category
//!    only when there is no `segmentation`.
//! 3. `segmentation`: run lengths, compressed or listed, are a mask; lists of numbers are a polygon. COCO takes the
//!    union of such rings, so that a ring in a ring is no hole.
//! 4. `bbox`.
//!
//! What else there was of a segmentation or keypoints is named as a problem. Further keys of Concord's own are `group`
//! of annotations, and `tags`, `relations` and `confirmed_empty` of images; other programs pass over them.

mod document;
mod form;
mod read;
mod rows;
mod segmentation;
mod shape;
mod skeleton;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::object::{Attributes, Tier};
use concord_domain::sample::{Metadata, Provenance};
use concord_geometry::{BBox, Geometry};

use crate::Problem;

pub use read::{read_dataset, read_results};
pub use skeleton::CocoSkeleton;
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
    /// Templates of the points of classes, by name of the class.
    pub skeletons: BTreeMap<String, CocoSkeleton>,
    /// Ties between objects of one image.
    pub relations: BTreeSet<CocoRelation>,
    /// What is wrong with the file, in order of the file.
    pub problems: Vec<Problem>,
}

/// A typed, directed tie between two objects of one image.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CocoRelation {
    /// Position in [`CocoDataset::objects`] of the object it starts from.
    pub from: usize,
    /// Name of the relation.
    pub kind: String,
    /// Position of the object it leads to.
    pub to: usize,
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
    /// Tags of the image as a whole.
    pub tags: BTreeSet<String>,
    /// True when the annotator said that there is nothing to label here.
    pub confirmed_empty: bool,
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
    /// Where it is; it may leave the image.
    pub geometry: Geometry,
    /// The box as the file tells it, where that is not the bounds of the geometry, such as the whole person around
    /// keypoints.
    pub file_bbox: Option<BBox>,
    /// Area of the object in square pixels as the file tells it; it drives COCO's size ranges. Written in place of that
    /// of the geometry.
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
    /// The group it belongs to, from `group`.
    pub group: Option<String>,
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

impl CocoObject {
    /// The box: as the file tells it, else the bounds of the geometry.
    pub fn bbox(&self) -> BBox {
        self.file_bbox.unwrap_or_else(|| self.geometry.bounds())
    }
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
