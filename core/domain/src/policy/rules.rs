//! The checks of a policy and their limits.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ontology::Ontology;

/// The name in [`Rules::max_count`] that stands for the objects of all classes together.
pub const ALL_CLASSES: &str = "*";

/// The checks of a policy. A rule that has its default is not written, so that a policy keeps its hash when rules are
/// added; only the four first ones always are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own, switched on by its name in the file")]
pub struct Rules {
    /// Smallest width and height of a box or region, in pixels.
    pub min_side_px: f64,
    /// True when no object may leave the image.
    pub inside_image: bool,
    /// True when an object of a class with sub-classes needs one.
    pub subclass_required: bool,
    /// Two regions of one class that overlap more than this are one object labelled twice; in `(0, 1]`.
    pub duplicate_iou: f64,
    /// Smallest area of a region, in square pixels.
    #[serde(skip_serializing_if = "is_default")]
    pub min_area_px: f64,
    /// True when an object that touches the edge of the image must be marked as truncated, where its class has that
    /// attribute.
    #[serde(skip_serializing_if = "is_default")]
    pub edge_truncated: bool,
    /// How near to the edge of the image an object touches it, in pixels.
    #[serde(skip_serializing_if = "is_edge_px_default")]
    pub edge_px: f64,
    /// How many objects of a class an image may have, by name of the class; [`ALL_CLASSES`] counts all objects.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub max_count: BTreeMap<String, u32>,
    /// Pairs of classes that may not be on one image together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<[String; 2]>,
    /// Groups of tags of which every image needs one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requires_tag_groups: Vec<String>,
    /// True when the annotator must confirm that an image without objects has none.
    #[serde(skip_serializing_if = "is_default")]
    pub confirm_empty: bool,
    /// How many points a polygon may have, all rings together; at least 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_points: Option<u32>,
    /// True when no polygon may cross itself. Polygons are filled by the even-odd rule, so one that does has a meaning,
    /// though seldom the one that was meant.
    #[serde(skip_serializing_if = "is_default")]
    pub simple_polygons: bool,
}

/// The distance of [`Rules::edge_px`] when none is given.
const EDGE_PX: f64 = 1.0;

impl Default for Rules {
    fn default() -> Self {
        Self {
            min_side_px: 1.0,
            inside_image: true,
            subclass_required: false,
            duplicate_iou: 0.9,
            min_area_px: 0.0,
            edge_truncated: false,
            edge_px: EDGE_PX,
            max_count: BTreeMap::new(),
            excludes: vec![],
            requires_tag_groups: vec![],
            confirm_empty: false,
            max_points: None,
            simple_polygons: false,
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_edge_px_default(value: &f64) -> bool {
    *value == EDGE_PX
}

impl Rules {
    /// Why the limits cannot be met, if they cannot.
    pub(super) fn fault(&self) -> Option<String> {
        let lengths = [("min_side_px", self.min_side_px), ("min_area_px", self.min_area_px), ("edge_px", self.edge_px)];
        if let Some((name, _)) = lengths.into_iter().find(|(_, px)| !(px.is_finite() && *px >= 0.0)) {
            return Some(format!("{name} must be a number of pixels, 0 or more"));
        }
        if !(self.duplicate_iou > 0.0 && self.duplicate_iou <= 1.0) {
            return Some("duplicate_iou must lie above 0 and at most at 1".to_owned());
        }
        if self.max_points.is_some_and(|most| most < 3) {
            return Some("max_points must be 3 or more, for a polygon has three points at least".to_owned());
        }
        let [own, _] = self.excludes.iter().find(|[a, b]| a == b)?;
        Some(format!("the class \"{own}\" cannot exclude itself: use max_count"))
    }

    /// Which class or group of tags is not in the ontology, if there is one.
    pub(super) fn fault_against(&self, ontology: &Ontology) -> Option<String> {
        let counted = self.max_count.keys().filter(|name| name.as_str() != ALL_CLASSES);
        let unknown = counted.chain(self.excludes.iter().flatten()).find(|name| ontology.class(name).is_none());
        if let Some(name) = unknown {
            return Some(format!("its rules name the class \"{name}\", which the ontology does not have"));
        }
        let is_group = |name: &String| ontology.tags.iter().any(|t| t.group.as_ref() == Some(name));
        let unknown = self.requires_tag_groups.iter().find(|name| !is_group(name))?;
        Some(format!("its rules name the tag group \"{unknown}\", which the ontology does not have"))
    }
}
