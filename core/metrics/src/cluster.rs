//! Boxes of several sources (annotators, views, models) put together where they show one object.
//!
//! Complete linkage: a cluster holds at most one box of a source, and every two of its boxes overlap enough.

use concord_geometry::BBox;

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

/// Clusters of indices, each ascending, ordered by their first; every box is in exactly one.
///
/// Pairs with IoU ≥ `tau` (and above 0) of different sources are gone through by IoU descending, ties by index: first
/// those of one class, then those in which at least one box is still alone. Two clusters become one when they share no
/// source and all pairs across overlap enough, but never two that the classes had already made.
pub(crate) fn complete_linkage(boxes: &[SourcedBox], tau: f64) -> Vec<Vec<usize>> {
    let pairs = overlapping_pairs(boxes, tau);
    let mut state = State::new(boxes, tau);
    for &(_, i, j) in &pairs {
        if boxes[i].class == boxes[j].class {
            state.join(i, j);
        }
    }
    state.settle();
    for &(_, i, j) in &pairs {
        state.join(i, j);
    }
    state.finish()
}

/// (IoU, i, j) with i < j, by IoU descending, then by index.
fn overlapping_pairs(boxes: &[SourcedBox], tau: f64) -> Vec<(f64, usize, usize)> {
    let mut pairs = Vec::new();
    for (i, first) in boxes.iter().enumerate() {
        for (j, second) in boxes.iter().enumerate().skip(i + 1) {
            if first.source != second.source && fits(first, second, tau) {
                pairs.push((first.bbox.iou(&second.bbox), i, j));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    pairs
}

fn fits(first: &SourcedBox, second: &SourcedBox, tau: f64) -> bool {
    let iou = first.bbox.iou(&second.bbox);
    iou >= tau && iou > 0.0
}

/// The clusters so far.
struct State<'a> {
    boxes: &'a [SourcedBox],
    tau: f64,
    cluster_of: Vec<usize>,
    members: Vec<Vec<usize>>,
    /// Clusters that boxes of one class have made.
    settled: Vec<bool>,
}

impl<'a> State<'a> {
    fn new(boxes: &'a [SourcedBox], tau: f64) -> Self {
        let all = 0..boxes.len();
        Self {
            boxes,
            tau,
            cluster_of: all.clone().collect(),
            members: all.map(|at| vec![at]).collect(),
            settled: vec![false; boxes.len()],
        }
    }

    fn join(&mut self, i: usize, j: usize) {
        let (first, second) = (self.cluster_of[i], self.cluster_of[j]);
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

    fn compatible(&self, first: usize, second: usize) -> bool {
        self.members[first].iter().all(|&i| {
            self.members[second].iter().all(|&j| {
                let (a, b) = (&self.boxes[i], &self.boxes[j]);
                a.source != b.source && fits(a, b, self.tau)
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

    fn boxes() -> impl Strategy<Value = Vec<SourcedBox>> {
        let one = (0_usize..4, 0_usize..2, 0.0..20.0_f64, 0.0..20.0_f64, 5.0..15.0_f64, 5.0..15.0_f64);
        prop::collection::vec(one.prop_map(|(s, class, x, y, w, h)| sourced(s, class, x, y, x + w, y + h)), 0..14)
    }

    proptest! {
        #[test]
        fn clusters_are_complete_and_hold_every_box_once(boxes in boxes(), tau in 0.1..0.9_f64) {
            let clusters = complete_linkage(&boxes, tau);
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
