//! One-to-one matching of two annotators' objects on one image, by any similarity.
//!
//! Objects that overlap nobody else's are paired directly; only entangled groups go through the assignment solver.

mod components;
mod sweep;

use concord_geometry::BBox;
use serde::{Deserialize, Serialize};

use crate::assignment::{Graph, heaviest_matching};
use components::{Components, usable};

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

/// Partners found so far.
struct State {
    partner_of_a: Vec<Option<(u32, f64)>>,
    taken_b: Vec<bool>,
    components: Components,
}

impl State {
    fn new(a: usize, b: usize) -> Self {
        Self { partner_of_a: vec![None; a], taken_b: vec![false; b], components: Components::default() }
    }

    /// Matches the free objects among the admitted candidates, one connected group at a time.
    fn match_among(&mut self, candidates: &[Candidate], admit: impl Fn(&Candidate) -> bool) {
        let open = |state: &Self, c: &Candidate| {
            state.partner_of_a[c.a as usize].is_none() && !state.taken_b[c.b as usize] && admit(c)
        };
        let mut left: Vec<u32> = Vec::new();
        let a = self.partner_of_a.len();
        self.components.reset(a + self.taken_b.len());
        for (at, candidate) in candidates.iter().enumerate() {
            if open(self, candidate) {
                self.components.join(candidate.a, a as u32 + candidate.b);
                left.push(at as u32);
            }
        }
        for group in self.groups(candidates, left) {
            self.match_group(candidates, &group);
        }
    }

    /// The positions of candidates by connected group, groups in the order of their first candidate.
    fn groups(&mut self, candidates: &[Candidate], left: Vec<u32>) -> Vec<Vec<u32>> {
        let Some(&first) = left.first() else { return Vec::new() };
        let mut root_of = |at: u32| self.components.root(candidates[at as usize].a);
        let root = root_of(first);
        if left.iter().all(|&at| root_of(at) == root) {
            return vec![left];
        }
        let mut group_of_root = vec![u32::MAX; self.partner_of_a.len()];
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for at in left {
            let group = &mut group_of_root[root_of(at) as usize];
            if *group == u32::MAX {
                *group = groups.len() as u32;
                groups.push(Vec::new());
            }
            groups[*group as usize].push(at);
        }
        groups
    }

    fn match_group(&mut self, candidates: &[Candidate], group: &[u32]) {
        if let [only] = *group {
            let c = candidates[only as usize];
            self.pair(c.a, c.b, c.similarity);
            return;
        }
        let edges = || group.iter().map(|&at| &candidates[at as usize]);
        let a = distinct(edges().map(|c| c.a), self.partner_of_a.len());
        let b = distinct(edges().map(|c| c.b), self.taken_b.len());
        // Fewer rows bid for more columns: the group is turned round when `a` has more objects in it.
        let turned = a.len() > b.len();
        let graph = if turned {
            graph(edges().map(|c| (c.b, c.a, c.similarity)), &b, &a)
        } else {
            graph(edges().map(|c| (c.a, c.b, c.similarity)), &a, &b)
        };
        for (row, column) in heaviest_matching(&graph).into_iter().enumerate() {
            let Some(column) = column else { continue };
            let range = graph.starts[row]..graph.starts[row + 1];
            let Some(at) = range.clone().find(|&at| graph.columns[at] == column) else { continue };
            let column = column as usize;
            let (i, j) = if turned { (a[column], b[row]) } else { (a[row], b[column]) };
            self.pair(i, j, graph.weights[at]);
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

/// The edges (row, column, weight) of one group, with rows and columns counted among its own.
fn graph(edges: impl Iterator<Item = (u32, u32, f64)> + Clone, rows: &[u32], columns: &[u32]) -> Graph {
    let (row_of, column_of) = (Places::new(rows), Places::new(columns));
    let mut starts = vec![0; rows.len() + 1];
    for (row, _, _) in edges.clone() {
        starts[row_of.get(row) + 1] += 1;
    }
    for row in 0..rows.len() {
        starts[row + 1] += starts[row];
    }
    let mut next = starts.clone();
    let count = starts[rows.len()];
    let mut graph = Graph { starts, columns: vec![0; count], weights: vec![0.0; count], column_count: columns.len() };
    for (row, column, weight) in edges {
        let at = &mut next[row_of.get(row)];
        graph.columns[*at] = column_of.get(column) as u32;
        graph.weights[*at] = weight;
        *at += 1;
    }
    graph
}

/// The place of each number in an ascending list.
struct Places {
    lowest: u32,
    place: Vec<u32>,
}

impl Places {
    fn new(ascending: &[u32]) -> Self {
        let lowest = ascending.first().copied().unwrap_or(0);
        let span = ascending.last().map_or(0, |last| last - lowest + 1);
        let mut place = vec![0; span as usize];
        for (at, &number) in ascending.iter().enumerate() {
            place[(number - lowest) as usize] = at as u32;
        }
        Self { lowest, place }
    }

    fn get(&self, number: u32) -> usize {
        self.place[(number - self.lowest) as usize] as usize
    }
}

/// The numbers that occur, ascending; all are below `end`.
fn distinct(values: impl Iterator<Item = u32>, end: usize) -> Vec<u32> {
    let mut seen = vec![false; end];
    values.for_each(|value| seen[value as usize] = true);
    (0..end as u32).filter(|&value| seen[value as usize]).collect()
}

#[cfg(test)]
mod tests;
