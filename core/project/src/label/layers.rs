//! Layers of suggestions: what the latest runs of several models propose, and which of it is there already.

use std::collections::HashSet;

use concord_domain::object::SuggestionId;
use concord_domain::suggestion::{Run, Suggestion};
use concord_geometry::BoxIndex;
use concord_store::Reader;

use super::Session;
use crate::ProjectError;

/// Most layers: the runs that came last.
pub const MOST_LAYERS: usize = 4;

/// A suggestion whose box overlaps an object of its class so far shows what is labelled already.
pub const MATCH_IOU: f64 = 0.5;

/// The latest run of each model and way of asking it that found something, the newest first.
pub(super) fn runs(reader: &Reader) -> Result<Vec<Run>, ProjectError> {
    let mut layers: Vec<Run> = Vec::new();
    for run in reader.suggesting_runs()? {
        let is_known = layers.iter().any(|other| other.model == run.model && other.opinions == run.opinions);
        if layers.len() < MOST_LAYERS && !is_known {
            layers.push(run);
        }
    }
    Ok(layers)
}

impl Session {
    /// The run that a suggestion is of.
    pub fn layer(&self, suggestion: &SuggestionId) -> Option<&Run> {
        self.layers.iter().find(|run| run.id == suggestion.run)
    }

    /// Suggestions that are neither accepted nor rejected.
    pub fn open_suggestions(&self) -> impl Iterator<Item = &Suggestion> {
        let accepted: HashSet<&SuggestionId> =
            self.labels.objects.iter().filter_map(|o| o.origin.suggestion()).collect();
        self.suggestions.iter().filter(move |s| !accepted.contains(&s.id) && !self.labels.rejected.contains(&s.id))
    }

    /// Open suggestions that show what is labelled already: an object of their class overlaps them with an IoU of at
    /// least [`MATCH_IOU`], of other geometries than boxes by their bounds.
    pub fn matched_suggestions(&self) -> HashSet<SuggestionId> {
        if self.suggestions.is_empty() || self.labels.objects.is_empty() {
            return HashSet::new();
        }
        let mut index = BoxIndex::new();
        for (place, object) in (0..).zip(&self.labels.objects) {
            index.insert(place, object.bounds());
        }
        let is_matched = |s: &&Suggestion| {
            index.touching(&s.prediction.bbox).into_iter().any(|place| {
                let object = &self.labels.objects[place as usize];
                object.class == s.prediction.class && object.bounds().iou(&s.prediction.bbox) >= MATCH_IOU
            })
        };
        self.open_suggestions().filter(is_matched).map(|s| s.id.clone()).collect()
    }
}
