//! A skeleton: the template of the points of a class.

use concord_geometry::Keypoints;
use serde::{Deserialize, Serialize};

/// Named points in order, the lines between them, and what evaluation and mirroring need to know about them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skeleton {
    /// Name, unique in the ontology.
    pub name: String,
    /// Names of the points, in the order of files; at least one.
    pub points: Vec<String>,
    /// Pairs of points that are joined by a line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<[String; 2]>,
    /// The spread of each point as a part of the object's scale, for object keypoint similarity; empty when unknown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sigmas: Vec<f64>,
    /// Pairs of points that change places when the image is mirrored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mirror: Vec<[String; 2]>,
}

impl Skeleton {
    /// Position of the point of this name.
    pub fn point(&self, name: &str) -> Option<usize> {
        self.points.iter().position(|p| p == name)
    }

    /// The links as positions of points.
    pub fn link_places(&self) -> Vec<[usize; 2]> {
        self.places(&self.links)
    }

    /// For each point the position of the point that takes its place in a mirrored image; itself when it has no
    /// partner.
    pub fn mirrored(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.points.len()).collect();
        for [a, b] in self.places(&self.mirror) {
            (order[a], order[b]) = (b, a);
        }
        order
    }

    /// Points whose places are mirrored already, those of each pair that changes places exchanged: where a left eye was
    /// is a right one now. Unchanged when they are not as many as the template has.
    pub fn exchanged(&self, points: &Keypoints) -> Keypoints {
        if points.points().len() != self.points.len() {
            return points.clone();
        }
        let exchanged = self.mirrored().into_iter().map(|partner| points.points()[partner]).collect();
        // The same points in another order: what was valid stays so.
        Keypoints::new(exchanged).unwrap_or_else(|_| points.clone())
    }

    fn places(&self, pairs: &[[String; 2]]) -> Vec<[usize; 2]> {
        pairs.iter().filter_map(|[a, b]| Some([self.point(a)?, self.point(b)?])).collect()
    }

    /// Why it cannot be used, if it cannot.
    pub(super) fn fault(&self) -> Option<String> {
        let of = &self.name;
        if self.points.is_empty() {
            return Some(format!("the skeleton \"{of}\" has no points"));
        }
        if let Some(twice) = first_repeated(&self.points) {
            return Some(format!("the point \"{twice}\" stands twice in skeleton \"{of}\""));
        }
        let mut ends = self.links.iter().chain(&self.mirror).flatten();
        if let Some(unknown) = ends.find(|name| self.point(name).is_none()) {
            return Some(format!("skeleton \"{of}\" joins an unknown point \"{unknown}\""));
        }
        if let Some([a, _]) = self.links.iter().chain(&self.mirror).find(|[a, b]| a == b) {
            return Some(format!("skeleton \"{of}\" joins the point \"{a}\" with itself"));
        }
        if let Some(twice) = first_repeated(self.mirror.iter().flatten()) {
            return Some(format!("skeleton \"{of}\" mirrors the point \"{twice}\" twice"));
        }
        let (sigmas, points) = (self.sigmas.len(), self.points.len());
        if sigmas != 0 && sigmas != points {
            return Some(format!("skeleton \"{of}\" has {sigmas} sigmas for {points} points"));
        }
        let is_spread = |sigma: &f64| sigma.is_finite() && *sigma > 0.0;
        let wrong = self.sigmas.iter().find(|sigma| !is_spread(sigma))?;
        Some(format!("skeleton \"{of}\" has a sigma of {wrong}; sigmas must lie above 0"))
    }
}

/// The first name that was there before.
pub(super) fn first_repeated<'a>(names: impl IntoIterator<Item = &'a String>) -> Option<&'a String> {
    let mut seen = std::collections::BTreeSet::new();
    names.into_iter().find(|name| !seen.insert(name.as_str()))
}
