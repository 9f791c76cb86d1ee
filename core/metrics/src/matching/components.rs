//! Candidate pairs split into groups that have nothing to do with each other.

use super::Candidate;

/// Groups of sides that are connected by candidates.
#[derive(Debug)]
pub(super) struct Components {
    parent: Vec<u32>,
}

impl Components {
    /// Every one of `sides` alone.
    pub(super) fn new(sides: usize) -> Self {
        Self { parent: (0..sides as u32).collect() }
    }

    /// Puts two sides into one group, which is known by its lowest number.
    pub(super) fn join(&mut self, first: u32, second: u32) {
        let (first, second) = (self.root(first), self.root(second));
        self.parent[first.max(second) as usize] = first.min(second);
    }

    /// The lowest number in the group of a side.
    pub(super) fn root(&mut self, mut side: u32) -> u32 {
        while self.parent[side as usize] != side {
            let above = self.parent[self.parent[side as usize] as usize];
            self.parent[side as usize] = above;
            side = above;
        }
        side
    }
}

/// The candidates that may be used, by (index in `a`, index in `b`), each pair once with its largest similarity.
///
/// Left out are similarities below `tau`, not above 0 or not finite, and indices outside of the two lists.
pub(super) fn usable(candidates: &[Candidate], a: usize, b: usize, tau: f64) -> Vec<Candidate> {
    let fits = |c: &Candidate| {
        let s = c.similarity;
        s >= tau && s > 0.0 && s.is_finite() && (c.a as usize) < a && (c.b as usize) < b
    };
    let mut usable: Vec<Candidate> = candidates.iter().copied().filter(fits).collect();
    if !usable.is_sorted_by(|first, second| (first.a, first.b) < (second.a, second.b)) {
        usable.sort_by(|x, y| (x.a, x.b).cmp(&(y.a, y.b)).then(y.similarity.total_cmp(&x.similarity)));
        usable.dedup_by_key(|c| (c.a, c.b));
    }
    usable
}
