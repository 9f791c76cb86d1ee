//! Two annotators' objects on one image, of any shape.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::ImagePair;
use super::tables::ImageTable;
use crate::matching::{Candidate, ClassRule, Matching, box_candidates, match_pairs};

/// What two annotators drew on one image that both have seen: classes and the pairs of objects that are alike.
///
/// The similarity is whatever fits the shapes: IoU of boxes, polygons or masks, or of keypoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectPair {
    /// Stable id of the image; images are put in the order of their ids before anything is summed.
    pub id: String,
    /// Classes of the first annotator's objects, in a stable order; none means "looked and found nothing".
    pub classes_a: Vec<usize>,
    /// Classes of the second annotator's objects, in a stable order.
    pub classes_b: Vec<usize>,
    /// Pairs of objects with their similarity, at least all from the lowest threshold on that will be asked for.
    pub candidates: Vec<Candidate>,
}

impl ObjectPair {
    /// The boxes of an image, with the pairs of IoU ≥ `tau` as candidates.
    pub fn of_boxes(pair: &ImagePair, tau: f64) -> Self {
        let boxes = |rated: &[super::RatedBox]| rated.iter().map(|r| r.bbox).collect::<Vec<_>>();
        let classes = |rated: &[super::RatedBox]| rated.iter().map(|r| r.class).collect::<Vec<_>>();
        Self {
            id: pair.id.clone(),
            classes_a: classes(&pair.a),
            classes_b: classes(&pair.b),
            candidates: box_candidates(&boxes(&pair.a), &boxes(&pair.b), tau),
        }
    }

    /// The two-stage matching of the objects at a threshold.
    pub(super) fn matched(&self, tau: f64) -> Matching {
        match_pairs(&self.candidates, &self.classes_a, &self.classes_b, ClassRule::TwoStage, tau)
    }
}

/// What two annotators drew on one image, matched at one threshold: made once, and used wherever the image counts.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedObjects {
    pub(super) id: String,
    pub(super) table: ImageTable,
    matching: Matching,
}

impl MatchedObjects {
    /// Matches the objects of an image in two stages, those of one class first.
    pub fn new(pair: &ObjectPair, tau: f64) -> Self {
        let matching = pair.matched(tau);
        Self { id: pair.id.clone(), table: ImageTable::of_objects(pair, &matching), matching }
    }

    /// Matches the objects of every image, in their order; on as many threads as there are.
    pub fn all(pairs: &[ObjectPair], tau: f64) -> Vec<Self> {
        pairs.par_iter().map(|pair| Self::new(pair, tau)).collect()
    }

    /// Which object is which.
    pub fn matching(&self) -> &Matching {
        &self.matching
    }
}

/// `declared`, or as many classes as occur when that is more.
pub(super) fn class_count(pairs: &[ObjectPair], declared: usize) -> usize {
    let classes = pairs.iter().flat_map(|pair| pair.classes_a.iter().chain(&pair.classes_b));
    classes.map(|class| class + 1).max().unwrap_or(0).max(declared)
}
