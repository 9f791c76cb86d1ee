//! One-to-one matching of two annotators' objects on one image, by any similarity.
//!
//! Objects that overlap nobody else's are paired directly; only entangled groups go through the assignment solver.

mod components;
mod group;
mod keypoints;
mod sweep;

use concord_geometry::BBox;
use serde::{Deserialize, Serialize};

use components::{Components, usable};
use group::Group;

pub use keypoints::keypoint_similarity;

/// A box and the class it was given.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RatedBox {
    /// The box in image pixels.
    pub bbox: BBox,
    /// Class index, from 0.
    pub class: usize,
}

/// Two objects that might be one, and how alike they are: IoU of boxes, polygons or masks, or the similarity of
/// keypoints.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Index in the first annotator's list.
    pub a: u32,
    /// Index in the second annotator's list.
    pub b: u32,
    /// How alike they are: positive and finite, larger is better, usually up to 1.
    pub similarity: f64,
}

impl Candidate {
    /// The pair of object `a` of the first list and object `b` of the second.
    pub fn new(a: usize, b: usize, similarity: f64) -> Self {
        Self { a: a as u32, b: b as u32, similarity }
    }
}

/// What classes have to do with matching.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassRule {
    /// First among objects of one class, then among the leftovers of any class, which shows confused classes.
    #[default]
    TwoStage,
    /// Classes are not looked at.
    Ignored,
    /// Only objects of one class are matched.
    Required,
}

/// Who was matched with whom on one image.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Matching {
    /// (index in `a`, index in `b`, similarity), by the index in `a`.
    pub pairs: Vec<(usize, usize, f64)>,
    /// Indices in `a` without a partner, ascending.
    pub only_a: Vec<usize>,
    /// Indices in `b` without a partner, ascending.
    pub only_b: Vec<usize>,
}

/// Matches the objects of two annotators, with classes `classes_a` and `classes_b`, so that the total similarity is the
/// largest; in each stage of `rule` on its own.
///
/// Only candidates with a similarity of at least `tau` (and above 0) count. A candidate that is not finite or names an
/// object that is not there is left out; of a pair that comes twice the larger similarity counts. Without objects or
/// candidates nothing is matched. Where several optima exist, the order of the objects decides: hand them over in a
/// stable one, such as by annotation id.
pub fn match_pairs(
    candidates: &[Candidate],
    classes_a: &[usize],
    classes_b: &[usize],
    rule: ClassRule,
    tau: f64,
) -> Matching {
    match_usable(&usable(candidates, classes_a.len(), classes_b.len(), tau), classes_a, classes_b, rule)
}

/// The pairs of boxes with IoU ≥ `tau` (and above 0), by index in `a`, then in `b`: candidates for [`match_pairs`].
///
/// Found by a sweep, so that boxes that lie far apart or differ much in width are never compared.
pub fn box_candidates(a: &[BBox], b: &[BBox], tau: f64) -> Vec<Candidate> {
    sweep::overlaps(a, b, tau)
}

/// Two-stage matching: first the pairs of one class with the largest total IoU, then the leftovers of any class.
///
/// Only pairs with IoU ≥ `tau` (and above 0) are matched. Empty lists give an empty matching. Hand boxes over in a
/// stable order, such as by annotation id: where several optima exist the order decides.
pub fn two_stage(a: &[RatedBox], b: &[RatedBox], tau: f64) -> Matching {
    match_boxes(a, b, ClassRule::TwoStage, tau)
}

/// One-stage matching that never looks at the class: the pairs with the largest total IoU.
pub fn single_stage(a: &[RatedBox], b: &[RatedBox], tau: f64) -> Matching {
    match_boxes(a, b, ClassRule::Ignored, tau)
}

/// Matches boxes by IoU under a rule for classes.
pub fn match_boxes(a: &[RatedBox], b: &[RatedBox], rule: ClassRule, tau: f64) -> Matching {
    let boxes = |rated: &[RatedBox]| rated.iter().map(|r| r.bbox).collect::<Vec<_>>();
    let classes = |rated: &[RatedBox]| rated.iter().map(|r| r.class).collect::<Vec<_>>();
    match_usable(&sweep::overlaps(&boxes(a), &boxes(b), tau), &classes(a), &classes(b), rule)
}

/// [`match_pairs`] of candidates that are known to be sorted, distinct and in range.
pub(crate) fn match_usable(
    candidates: &[Candidate],
    classes_a: &[usize],
    classes_b: &[usize],
    rule: ClassRule,
) -> Matching {
    let mut state = State::new(classes_a.len(), classes_b.len());
    let same = |c: &Candidate| classes_a[c.a as usize] == classes_b[c.b as usize];
    if rule != ClassRule::Ignored {
        state.match_among(candidates, same);
    }
    if rule != ClassRule::Required {
        state.match_among(candidates, |_| true);
    }
    state.finish()
}

/// The open candidates of one object of the first list: a range of the list of open ones.
struct Row {
    a: u32,
    start: usize,
    end: usize,
}

/// Partners found so far.
struct State {
    partner_of_a: Vec<Option<(u32, f64)>>,
    taken_b: Vec<bool>,
}

impl State {
    fn new(a: usize, b: usize) -> Self {
        Self { partner_of_a: vec![None; a], taken_b: vec![false; b] }
    }

    /// Matches the free objects among the admitted candidates, one connected group at a time.
    fn match_among(&mut self, candidates: &[Candidate], admit: impl Fn(&Candidate) -> bool) {
        let mut open: Vec<u32> = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        let mut met = vec![false; self.taken_b.len()];
        let mut entangled = false;
        for (at, c) in candidates.iter().enumerate() {
            if self.partner_of_a[c.a as usize].is_some() || self.taken_b[c.b as usize] || !admit(c) {
                continue;
            }
            entangled |= std::mem::replace(&mut met[c.b as usize], true);
            match rows.last_mut() {
                Some(row) if row.a == c.a => {
                    row.end += 1;
                    entangled = true;
                }
                _ => rows.push(Row { a: c.a, start: open.len(), end: open.len() + 1 }),
            }
            open.push(at as u32);
        }
        if !entangled {
            // The usual case: nobody has a choice.
            for at in open {
                let c = candidates[at as usize];
                self.pair(c.a, c.b, c.similarity);
            }
            return;
        }
        for group in self.groups(candidates, &open, rows) {
            self.match_group(candidates, &open, &group);
        }
    }

    /// Rows by connected group, groups in the order of their first row.
    fn groups(&self, candidates: &[Candidate], open: &[u32], rows: Vec<Row>) -> Vec<Vec<Row>> {
        let a = self.partner_of_a.len() as u32;
        let mut components = Components::new(self.partner_of_a.len() + self.taken_b.len());
        for &at in open {
            let c = candidates[at as usize];
            components.join(c.a, a + c.b);
        }
        let mut group_of_root = vec![u32::MAX; self.partner_of_a.len()];
        let mut groups: Vec<Vec<Row>> = Vec::new();
        for row in rows {
            let group = &mut group_of_root[components.root(row.a) as usize];
            if *group == u32::MAX {
                *group = groups.len() as u32;
                groups.push(Vec::new());
            }
            groups[*group as usize].push(row);
        }
        groups
    }

    fn match_group(&mut self, candidates: &[Candidate], open: &[u32], rows: &[Row]) {
        let edges = |row: &Row| open[row.start..row.end].iter().map(|&at| &candidates[at as usize]);
        if let [row] = rows {
            // One object against several: the most similar, the first of equals.
            let best = edges(row).reduce(|best, c| if c.similarity > best.similarity { c } else { best });
            if let Some(best) = best {
                self.pair(best.a, best.b, best.similarity);
            }
            return;
        }
        let group = Group::new(rows, edges, self.taken_b.len());
        for (i, j, similarity) in group.solve() {
            self.pair(i, j, similarity);
        }
    }

    fn pair(&mut self, i: u32, j: u32, similarity: f64) {
        self.partner_of_a[i as usize] = Some((j, similarity));
        self.taken_b[j as usize] = true;
    }

    fn finish(self) -> Matching {
        let mut matching = Matching::default();
        for (i, partner) in self.partner_of_a.iter().enumerate() {
            match partner {
                Some((j, similarity)) => matching.pairs.push((i, *j as usize, *similarity)),
                None => matching.only_a.push(i),
            }
        }
        matching.only_b = self.taken_b.iter().enumerate().filter(|(_, taken)| !**taken).map(|(j, _)| j).collect();
        matching
    }
}

#[cfg(test)]
mod tests;
