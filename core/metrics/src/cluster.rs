//! Objects of several sources (annotators, views, models) put together where they show one object.
//!
//! Complete linkage: a cluster holds at most one object of a source, and every two of its objects are alike enough.

use concord_geometry::BBox;
use serde::{Deserialize, Serialize};

use crate::matching::{Candidate, box_candidates};

/// A box, who drew it, and what it is said to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SourcedBox {
    /// The box.
    pub(crate) bbox: BBox,
    /// Index of the annotator, view or model.
    pub(crate) source: usize,
    /// Class index.
    pub(crate) class: usize,
}

/// Who drew an object and what it is said to be; its shape is known by the candidates alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcedObject {
    /// Index of the annotator, view or model.
    pub source: usize,
    /// Class index.
    pub class: usize,
}

/// Whether clusters look at classes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Linkage {
    /// Pairs come by similarity alone, so that a cluster shows confused classes. The default.
    #[default]
    Alike,
    /// Pairs of one class come first; then those in which at least one object is still alone.
    ClassFirst,
}

/// [`cluster_objects`] of boxes by IoU, pairs of one class first.
pub(crate) fn complete_linkage(boxes: &[SourcedBox], tau: f64) -> Vec<Vec<usize>> {
    let shapes: Vec<BBox> = boxes.iter().map(|one| one.bbox).collect();
    let objects: Vec<SourcedObject> =
        boxes.iter().map(|one| SourcedObject { source: one.source, class: one.class }).collect();
    cluster_objects(&objects, &box_candidates(&shapes, &shapes, tau), tau, Linkage::ClassFirst)
}

/// Clusters of indices, each ascending, ordered by their first; every object is in exactly one.
///
/// `candidates` are pairs of indices of `objects`, in either order, with their similarity; a pair that comes twice has the
/// larger one. Those of different sources with a similarity of at least `tau` (and above 0) are gone through by similarity
/// descending, ties by index, in the order that `linkage` says. Two clusters become one when they share no source and all
/// pairs across are alike enough. Candidates that name an object that is not there, or whose similarity is not finite,
/// are left out.
pub fn cluster_objects(
    objects: &[SourcedObject],
    candidates: &[Candidate],
    tau: f64,
    linkage: Linkage,
) -> Vec<Vec<usize>> {
    let known = alike(objects, candidates, tau);
    let mut order = known.clone();
    order.sort_by(|x, y| y.similarity.total_cmp(&x.similarity).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut state = State::new(objects, &known);
    if linkage == Linkage::ClassFirst {
        for pair in &order {
            if objects[pair.a as usize].class == objects[pair.b as usize].class {
                state.join(pair);
            }
        }
        state.settle();
    }
    for pair in &order {
        state.join(pair);
    }
    state.finish()
}

/// The pairs that may lie in one cluster, each once with `a < b`, by index.
fn alike(objects: &[SourcedObject], candidates: &[Candidate], tau: f64) -> Vec<Candidate> {
    let mut pairs: Vec<Candidate> = candidates
        .iter()
        .map(|c| Candidate { a: c.a.min(c.b), b: c.a.max(c.b), ..*c })
        .filter(|c| (c.b as usize) < objects.len() && c.similarity.is_finite())
        .filter(|c| c.similarity >= tau && c.similarity > 0.0)
        .filter(|c| objects[c.a as usize].source != objects[c.b as usize].source)
        .collect();
    pairs.sort_by(|x, y| (x.a, x.b).cmp(&(y.a, y.b)).then(y.similarity.total_cmp(&x.similarity)));
    pairs.dedup_by_key(|pair| (pair.a, pair.b));
    pairs
}

/// The clusters so far.
struct State<'a> {
    /// Pairs that are alike, by index; all of different sources.
    known: &'a [Candidate],
    cluster_of: Vec<usize>,
    members: Vec<Vec<usize>>,
    /// Clusters that objects of one class have made.
    settled: Vec<bool>,
}

impl<'a> State<'a> {
    fn new(objects: &[SourcedObject], known: &'a [Candidate]) -> Self {
        let all = 0..objects.len();
        Self {
            known,
            cluster_of: all.clone().collect(),
            members: all.map(|at| vec![at]).collect(),
            settled: vec![false; objects.len()],
        }
    }

    fn join(&mut self, pair: &Candidate) {
        let (first, second) = (self.cluster_of[pair.a as usize], self.cluster_of[pair.b as usize]);
        if first == second || (self.settled[first] && self.settled[second]) || !self.compatible(first, second) {
            return;
        }
        let moved = std::mem::take(&mut self.members[second]);
        for &at in &moved {
            self.cluster_of[at] = first;
        }
        self.members[first].extend(moved);
        self.settled[first] |= self.settled[second];
    }

    /// True when every pair across is alike; objects of one source never are.
    fn compatible(&self, first: usize, second: usize) -> bool {
        self.members[first].iter().all(|&i| {
            self.members[second].iter().all(|&j| {
                let pair = (i.min(j) as u32, i.max(j) as u32);
                self.known.binary_search_by(|c| (c.a, c.b).cmp(&pair)).is_ok()
            })
        })
    }

    fn settle(&mut self) {
        for (settled, members) in self.settled.iter_mut().zip(&self.members) {
            *settled = members.len() > 1;
        }
    }

    fn finish(self) -> Vec<Vec<usize>> {
        let mut clusters: Vec<Vec<usize>> = self.members.into_iter().filter(|members| !members.is_empty()).collect();
        for members in &mut clusters {
            members.sort_unstable();
        }
        clusters.sort_unstable();
        clusters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sourced(source: usize, class: usize, x1: f64, y1: f64, x2: f64, y2: f64) -> SourcedBox {
        SourcedBox { bbox: BBox::new(x1, y1, x2, y2).expect("a valid box"), source, class }
    }

    #[test]
    fn boxes_of_one_source_stay_apart() {
        let twice = [sourced(0, 0, 0.0, 0.0, 10.0, 10.0), sourced(0, 0, 0.0, 0.0, 10.0, 10.0)];
        assert_eq!(complete_linkage(&twice, 0.5), [[0], [1]]);
        assert!(complete_linkage(&[], 0.5).is_empty());
    }

    #[test]
    fn a_chain_is_cut_where_the_ends_do_not_overlap() {
        // Neighbours have IoU 2/3, the ends 3/7.
        let chain: Vec<SourcedBox> =
            (0..3).map(|at| sourced(at, 0, 2.0 * at as f64, 0.0, 10.0 + 2.0 * at as f64, 10.0)).collect();
        assert_eq!(complete_linkage(&chain, 0.5), vec![vec![0, 1], vec![2]]);
        assert_eq!(complete_linkage(&chain, 0.4), vec![vec![0, 1, 2]]);
    }

    #[test]
    fn equal_classes_come_first_and_a_lonely_box_joins_them() {
        // The box of class 1 fits best, but the two of class 0 find each other first and then take it in.
        let boxes = [
            sourced(0, 0, 0.0, 0.0, 10.0, 10.0),
            sourced(1, 0, 1.0, 0.0, 11.0, 10.0),
            sourced(2, 1, 0.0, 0.0, 10.0, 10.0),
        ];
        assert_eq!(complete_linkage(&boxes, 0.5), vec![vec![0, 1, 2]]);
        // Two clusters of different classes stay two.
        let mut four = boxes.to_vec();
        four.push(sourced(3, 1, 0.0, 0.0, 10.0, 10.0));
        assert_eq!(complete_linkage(&four, 0.5), vec![vec![0, 1], vec![2, 3]]);
    }

    fn objects(boxes: &[SourcedBox]) -> Vec<SourcedObject> {
        boxes.iter().map(|one| SourcedObject { source: one.source, class: one.class }).collect()
    }

    fn alike(boxes: &[SourcedBox], tau: f64) -> Vec<Vec<usize>> {
        let shapes: Vec<BBox> = boxes.iter().map(|one| one.bbox).collect();
        cluster_objects(&objects(boxes), &box_candidates(&shapes, &shapes, tau), tau, Linkage::Alike)
    }

    #[test]
    fn classes_matter_only_where_they_are_asked_for() {
        // 0 and 2 are the same box in different classes; 1 is of the class of 0 but lies off.
        let boxes = [
            sourced(0, 0, 0.0, 0.0, 10.0, 10.0),
            sourced(1, 0, 3.0, 0.0, 13.0, 10.0),
            sourced(2, 1, -3.0, 0.0, 7.0, 10.0),
            sourced(2, 1, -1.0, 0.0, 9.0, 10.0),
        ];
        assert_eq!(alike(&boxes, 0.5), vec![vec![0, 3], vec![1], vec![2]]);
        assert_eq!(complete_linkage(&boxes, 0.5), vec![vec![0, 1], vec![2], vec![3]]);
    }

    #[test]
    fn candidates_may_come_in_any_order_and_number() {
        let objects = [0, 1, 1].map(|source| SourcedObject { source, class: 0 });
        let candidates = [
            Candidate::new(1, 0, 0.6),
            Candidate::new(0, 2, 0.7),
            Candidate::new(0, 1, 0.9),
            Candidate::new(1, 2, 1.0),
            Candidate::new(0, 9, 1.0),
            Candidate::new(2, 0, f64::NAN),
        ];
        assert_eq!(cluster_objects(&objects, &candidates, 0.5, Linkage::Alike), vec![vec![0, 1], vec![2]]);
        assert_eq!(cluster_objects(&objects, &candidates, 0.95, Linkage::Alike), vec![vec![0], vec![1], vec![2]]);
        assert!(cluster_objects(&[], &candidates, 0.5, Linkage::Alike).is_empty());
    }

    fn boxes() -> impl Strategy<Value = Vec<SourcedBox>> {
        let one = (0_usize..4, 0_usize..2, 0.0..20.0_f64, 0.0..20.0_f64, 5.0..15.0_f64, 5.0..15.0_f64);
        prop::collection::vec(one.prop_map(|(s, class, x, y, w, h)| sourced(s, class, x, y, x + w, y + h)), 0..14)
    }

    proptest! {
        #[test]
        fn clusters_are_complete_and_hold_every_box_once(boxes in boxes(), tau in 0.1..0.9_f64) {
            for clusters in [complete_linkage(&boxes, tau), alike(&boxes, tau)] {
            let mut all: Vec<usize> = clusters.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..boxes.len()).collect::<Vec<_>>());
            for cluster in &clusters {
                for (at, &i) in cluster.iter().enumerate() {
                    for &j in &cluster[at + 1..] {
                        prop_assert!(boxes[i].source != boxes[j].source);
                        prop_assert!(boxes[i].bbox.iou(&boxes[j].bbox) >= tau);
                    }
                }
            }
            }
        }

        #[test]
        fn two_lonely_boxes_never_fit(boxes in boxes(), tau in 0.1..0.9_f64) {
            let alone: Vec<usize> =
                complete_linkage(&boxes, tau).into_iter().filter(|c| c.len() == 1).map(|c| c[0]).collect();
            for (at, &i) in alone.iter().enumerate() {
                for &j in &alone[at + 1..] {
                    prop_assert!(boxes[i].source == boxes[j].source || boxes[i].bbox.iou(&boxes[j].bbox) < tau);
                }
            }
        }
    }
}
