//! The pairs of boxes of two lists that overlap enough, without looking at every pair.
//!
//! Boxes of the second list stand sorted by their left edge within strips of similar width, so that a box meets only
//! those whose horizontal extent can give the overlap that is asked for.

use concord_geometry::BBox;

use super::Candidate;

/// Up to as many pairs are simply gone through.
const FEW: usize = 1024;
/// A hair for rounding in bounds on widths and positions.
const HAIR: f64 = 1e-9;

/// All pairs with IoU ≥ `tau` and above 0, by (index in `a`, index in `b`).
pub(super) fn overlaps(a: &[BBox], b: &[BBox], tau: f64) -> Vec<Candidate> {
    let mut found = Vec::new();
    if a.len() * b.len() <= FEW {
        for (i, first) in a.iter().enumerate() {
            for (j, second) in b.iter().enumerate() {
                keep(&mut found, (i, first), (j, second), tau);
            }
        }
        return found;
    }
    let strips = strips(b);
    let mut near = vec![0_u64; b.len().div_ceil(64)];
    let mut row = vec![Candidate::new(0, 0, 0.0); b.len() + 1];
    for (i, first) in a.iter().enumerate() {
        for strip in &strips {
            strip.mark(first, tau, &mut near);
        }
        let mut kept = 0;
        // Bits come out in the order of `b`, which a sort of what was found would have to restore.
        for (at, word) in near.iter_mut().enumerate() {
            let mut bits = std::mem::take(word);
            while bits != 0 {
                let j = at * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                // Written in any case and kept by counting on: where half of the boxes fit, a branch is guessed wrong
                // half of the time.
                let iou = first.iou(&b[j]);
                row[kept] = Candidate::new(i, j, iou);
                kept += usize::from(iou >= tau) * usize::from(iou > 0.0);
            }
        }
        found.extend_from_slice(&row[..kept]);
    }
    found
}

fn keep(found: &mut Vec<Candidate>, (i, first): (usize, &BBox), (j, second): (usize, &BBox), tau: f64) {
    let iou = first.iou(second);
    if iou >= tau && iou > 0.0 {
        found.push(Candidate::new(i, j, iou));
    }
}

/// Boxes whose widths lie within a factor of two, by left edge.
struct Strip {
    narrowest: f64,
    widest: f64,
    /// (left, top, bottom, index), by left edge.
    boxes: Vec<(f64, f64, f64, u32)>,
}

fn strips(boxes: &[BBox]) -> Vec<Strip> {
    let mut order: Vec<(f64, f64, u32)> = boxes
        .iter()
        .enumerate()
        .filter(|(_, bbox)| !bbox.is_degenerate())
        .map(|(j, bbox)| (bbox.width(), bbox.x1(), j as u32))
        .collect();
    order.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.2.cmp(&y.2)));
    let mut strips: Vec<Strip> = Vec::new();
    for (width, left, j) in order {
        if strips.last().is_none_or(|strip| width > 2.0 * strip.narrowest) {
            strips.push(Strip { narrowest: width, widest: width, boxes: Vec::new() });
        }
        if let Some(strip) = strips.last_mut() {
            strip.widest = width;
            strip.boxes.push((left, boxes[j as usize].y1(), boxes[j as usize].y2(), j));
        }
    }
    for strip in &mut strips {
        strip.boxes.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.3.cmp(&y.3)));
    }
    strips
}

impl Strip {
    /// Marks the boxes that may overlap `bbox` with at least `tau`.
    ///
    /// The IoU is at most the shared width over the larger width, for the union is at least the larger width high.
    fn mark(&self, bbox: &BBox, tau: f64, near: &mut [u64]) {
        let (width, slack) = (bbox.width(), 1.0 + HAIR);
        if width * slack < tau * self.narrowest || self.widest * slack < tau * width {
            return;
        }
        let first = self.boxes.partition_point(|entry| entry.0 + self.widest * slack < bbox.x1());
        for &(left, top, bottom, j) in &self.boxes[first..] {
            if left >= bbox.x2() {
                break;
            }
            if top < bbox.y2() && bottom > bbox.y1() {
                near[j as usize / 64] |= 1 << (j % 64);
            }
        }
    }
}
