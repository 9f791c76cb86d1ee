//! One-to-one matching of two annotators' boxes on one image.
//!
//! Boxes that overlap nobody else's are paired directly; only entangled groups go through the assignment solver.

use concord_geometry::BBox;
use serde::{Deserialize, Serialize};

use crate::assignment::{Costs, assign};

/// A box and the class it was given.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RatedBox {
    /// The box in image pixels.
    pub bbox: BBox,
    /// Class index, from 0.
    pub class: usize,
}

/// Who was matched with whom on one image.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Matching {
    /// (index in `a`, index in `b`, IoU), by the index in `a`.
    pub pairs: Vec<(usize, usize, f64)>,
    /// Indices in `a` without a partner, ascending.
    pub only_a: Vec<usize>,
    /// Indices in `b` without a partner, ascending.
    pub only_b: Vec<usize>,
}

/// Two-stage matching: first the pairs of one class with the largest total IoU, then the leftovers of any class.
///
/// Only pairs with IoU ≥ `tau` (and above 0) are matched. Empty lists give an empty matching. Hand boxes over in a
/// stable order, such as by annotation id: where several optima exist the order decides.
pub fn two_stage(a: &[RatedBox], b: &[RatedBox], tau: f64) -> Matching {
    let overlaps = Overlaps::new(a, b, tau);
    let mut state = State::new(a.len(), b.len());
    state.match_among(&overlaps, |i, j| a[i].class == b[j].class);
    state.match_among(&overlaps, |_, _| true);
    state.finish()
}

/// One-stage matching that never looks at the class: the pairs with the largest total IoU.
pub fn single_stage(a: &[RatedBox], b: &[RatedBox], tau: f64) -> Matching {
    let overlaps = Overlaps::new(a, b, tau);
    let mut state = State::new(a.len(), b.len());
    state.match_among(&overlaps, |_, _| true);
    state.finish()
}

/// The pairs that overlap enough, by index in `a`, then in `b`.
struct Overlaps(Vec<(usize, usize, f64)>);

impl Overlaps {
    fn new(a: &[RatedBox], b: &[RatedBox], tau: f64) -> Self {
        let mut pairs = Vec::new();
        for (i, first) in a.iter().enumerate() {
            for (j, second) in b.iter().enumerate() {
                let iou = first.bbox.iou(&second.bbox);
                if iou >= tau && iou > 0.0 {
                    pairs.push((i, j, iou));
                }
            }
        }
        Self(pairs)
    }
}

/// Partners found so far.
struct State {
    partner_of_a: Vec<Option<(usize, f64)>>,
    taken_b: Vec<bool>,
}

impl State {
    fn new(a: usize, b: usize) -> Self {
        Self { partner_of_a: vec![None; a], taken_b: vec![false; b] }
    }

    /// Matches the free boxes among the admitted overlaps, one connected group at a time.
    fn match_among(&mut self, overlaps: &Overlaps, admit: impl Fn(usize, usize) -> bool) {
        let edges: Vec<(usize, usize, f64)> = overlaps
            .0
            .iter()
            .copied()
            .filter(|&(i, j, _)| self.partner_of_a[i].is_none() && !self.taken_b[j] && admit(i, j))
            .collect();
        for group in components(&edges, self.partner_of_a.len(), self.taken_b.len()) {
            self.match_group(&group);
        }
    }

    fn match_group(&mut self, edges: &[(usize, usize, f64)]) {
        if let [(i, j, iou)] = *edges {
            self.pair(i, j, iou);
            return;
        }
        let rows = distinct(edges.iter().map(|e| e.0));
        let columns = distinct(edges.iter().map(|e| e.1));
        // The solver wants no more rows than columns; the group is transposed when `a` has more boxes in it.
        let transposed = rows.len() > columns.len();
        let (rows, columns) = if transposed { (columns, rows) } else { (rows, columns) };
        let mut values = vec![1.0; rows.len() * columns.len()];
        let mut ious = vec![0.0; values.len()];
        for &(i, j, iou) in edges {
            let (row, column) = if transposed { (j, i) } else { (i, j) };
            let at = position(&rows, row) * columns.len() + position(&columns, column);
            values[at] = 1.0 - iou;
            ious[at] = iou;
        }
        let costs = Costs { rows: rows.len(), columns: columns.len(), values };
        for (row, column) in assign(&costs).into_iter().enumerate() {
            let iou = ious[row * columns.len() + column];
            if iou > 0.0 {
                let (i, j) = if transposed { (columns[column], rows[row]) } else { (rows[row], columns[column]) };
                self.pair(i, j, iou);
            }
        }
    }

    fn pair(&mut self, i: usize, j: usize, iou: f64) {
        self.partner_of_a[i] = Some((j, iou));
        self.taken_b[j] = true;
    }

    fn finish(self) -> Matching {
        let mut matching = Matching::default();
        for (i, partner) in self.partner_of_a.iter().enumerate() {
            match partner {
                Some((j, iou)) => matching.pairs.push((i, *j, *iou)),
                None => matching.only_a.push(i),
            }
        }
        matching.only_b = self.taken_b.iter().enumerate().filter(|(_, taken)| !**taken).map(|(j, _)| j).collect();
        matching
    }
}

/// The edges grouped by connected component, components in order of their first edge.
fn components(edges: &[(usize, usize, f64)], a: usize, b: usize) -> Vec<Vec<(usize, usize, f64)>> {
    let mut parent: Vec<usize> = (0..a + b).collect();
    for &(i, j, _) in edges {
        let (first, second) = (find(&mut parent, i), find(&mut parent, a + j));
        parent[first.max(second)] = first.min(second);
    }
    let mut group_of_root = vec![usize::MAX; a + b];
    let mut groups: Vec<Vec<(usize, usize, f64)>> = Vec::new();
    for &edge in edges {
        let root = find(&mut parent, edge.0);
        if group_of_root[root] == usize::MAX {
            group_of_root[root] = groups.len();
            groups.push(Vec::new());
        }
        groups[group_of_root[root]].push(edge);
    }
    groups
}

fn find(parent: &mut [usize], mut node: usize) -> usize {
    while parent[node] != node {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    node
}

fn distinct(values: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut values: Vec<usize> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn position(sorted: &[usize], value: usize) -> usize {
    sorted.binary_search(&value).expect("the index was collected from these very edges")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rated(class: usize, x1: f64, y1: f64, x2: f64, y2: f64) -> RatedBox {
        RatedBox { bbox: BBox::new(x1, y1, x2, y2).expect("a valid test box"), class }
    }

    #[test]
    fn the_same_class_is_preferred_over_the_larger_overlap() {
        let a = [rated(0, 0.0, 0.0, 10.0, 10.0)];
        let b = [rated(1, 0.0, 0.0, 10.0, 10.0), rated(0, 0.0, 0.0, 10.0, 8.0)];
        assert_eq!(two_stage(&a, &b, 0.5).pairs, [(0, 1, 0.8)]);
        assert_eq!(single_stage(&a, &b, 0.5).pairs, [(0, 0, 1.0)]);
        assert_eq!(two_stage(&a, &b, 0.5).only_b, [0]);
    }

    #[test]
    fn an_entangled_group_gets_the_largest_total_overlap() {
        // Taking the best pair (a0, b0) first would leave a1 with nothing.
        let a = [rated(0, 0.0, 0.0, 10.0, 10.0), rated(0, 2.0, 0.0, 12.0, 10.0)];
        let b = [rated(0, 1.0, 0.0, 11.0, 10.0), rated(0, -2.0, 0.0, 8.0, 10.0)];
        let got = two_stage(&a, &b, 0.5);
        let partners: Vec<(usize, usize)> = got.pairs.iter().map(|p| (p.0, p.1)).collect();
        assert_eq!(partners, [(0, 1), (1, 0)]);
        assert!(got.only_a.is_empty() && got.only_b.is_empty());
    }

    #[test]
    fn empty_lists_and_degenerate_boxes_match_nothing() {
        assert_eq!(two_stage(&[], &[], 0.5), Matching::default());
        let flat = [rated(0, 0.0, 0.0, 0.0, 10.0)];
        let got = two_stage(&flat, &flat, 0.0);
        assert_eq!((got.pairs.len(), got.only_a, got.only_b), (0, vec![0], vec![0]));
    }

    fn boxes() -> impl Strategy<Value = Vec<RatedBox>> {
        let one = (0_usize..3, 0.0..40.0_f64, 0.0..40.0_f64, 5.0..30.0_f64, 5.0..30.0_f64);
        prop::collection::vec(one.prop_map(|(class, x, y, w, h)| rated(class, x, y, x + w, y + h)), 0..8)
    }

    proptest! {
        #[test]
        fn matching_is_symmetric(a in boxes(), b in boxes()) {
            let forward = two_stage(&a, &b, 0.3);
            let mut backward: Vec<(usize, usize, f64)> =
                two_stage(&b, &a, 0.3).pairs.into_iter().map(|(j, i, iou)| (i, j, iou)).collect();
            backward.sort_by_key(|pair| pair.0);
            let partners = |pairs: &[(usize, usize, f64)]| pairs.iter().map(|p| (p.0, p.1)).collect::<Vec<_>>();
            prop_assert_eq!(partners(&forward.pairs), partners(&backward));
        }

        #[test]
        fn every_box_is_used_exactly_once(a in boxes(), b in boxes()) {
            let got = two_stage(&a, &b, 0.3);
            let mut seen_a: Vec<usize> = got.pairs.iter().map(|p| p.0).chain(got.only_a).collect();
            let mut seen_b: Vec<usize> = got.pairs.iter().map(|p| p.1).chain(got.only_b).collect();
            seen_a.sort_unstable();
            seen_b.sort_unstable();
            prop_assert_eq!(seen_a, (0..a.len()).collect::<Vec<_>>());
            prop_assert_eq!(seen_b, (0..b.len()).collect::<Vec<_>>());
            prop_assert!(got.pairs.iter().all(|&(i, j, iou)| iou >= 0.3 && a[i].bbox.iou(&b[j].bbox) == iou));
        }
    }
}
