//! Whether two objects of one class are the same thing labelled twice.

use concord_geometry::{BBox, Geometry};

/// What is kept about an object to tell quickly that it is no twin of another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    pub(super) bounds: BBox,
    /// The area that the object covers, where it is known.
    pub(super) area_px: Option<f64>,
}

/// An ellipse counts as a polygon that reaches beyond it by less than this part.
const OUTLINE_SLACK: f64 = 1e-3;

/// The overlap of two objects when it is above the threshold. Regions overlap by their IoU; lines and points wholly when
/// they are equal, else not at all.
pub(super) fn overlap(a: (&Geometry, Extent), b: (&Geometry, Extent), threshold: f64) -> Option<f64> {
    let ((a, a_extent), (b, b_extent)) = (a, b);
    let overlap = match (a, b) {
        (Geometry::Box(a), Geometry::Box(b)) => a.iou(b),
        _ if a.kind().is_region() && b.kind().is_region() => {
            let counts_pixels = a.kind() != b.kind() && [a, b].iter().any(|g| matches!(g, Geometry::Mask(_)));
            if !counts_pixels && most_overlap(a_extent, b_extent) <= threshold {
                return None;
            }
            a.iou(b)
        }
        _ if a == b => 1.0,
        _ => 0.0,
    };
    (overlap > threshold).then_some(overlap)
}

/// The most that two regions can overlap: they share no more than their bounds share, and no more than either covers.
fn most_overlap(a: Extent, b: Extent) -> f64 {
    let (Some(a_px), Some(b_px)) = (a.area_px, b.area_px) else { return 1.0 };
    let shared = a.bounds.intersection_px(&b.bounds).min(a_px).min(b_px);
    if shared <= 0.0 { 0.0 } else { shared / (a_px + b_px - shared) + OUTLINE_SLACK }
}

/// Calls `found` with the places of every two boxes that share at least a point, each pair once.
///
/// It sweeps along the axis on which fewer boxes lie over one another: where no index is at hand anyway, that is many
/// times faster than to make one and ask it for each box.
pub(super) fn each_touching(boxes: Vec<(BBox, usize)>, mut found: impl FnMut(usize, usize)) {
    let along_x = Sweep::new(boxes.clone(), |b| (b.x1(), b.x2()));
    let along_y = Sweep::new(boxes, |b| (b.y1(), b.y2()));
    if along_y.crowding() < along_x.crowding() { along_y.each(&mut found) } else { along_x.each(&mut found) }
}

/// Boxes in the order in which they begin along an axis.
struct Sweep<S> {
    boxes: Vec<(BBox, usize)>,
    /// Where a box begins and ends on the axis.
    span: S,
}

impl<S: Fn(&BBox) -> (f64, f64)> Sweep<S> {
    fn new(mut boxes: Vec<(BBox, usize)>, span: S) -> Self {
        boxes.sort_unstable_by(|(a, _), (b, _)| span(a).0.total_cmp(&span(b).0));
        Self { boxes, span }
    }

    /// A number that grows with the pairs that the sweep would look at.
    fn crowding(&self) -> usize {
        let begun_by = |end: f64| self.boxes.partition_point(|(b, _)| (self.span)(b).0 <= end);
        self.boxes.iter().map(|(b, _)| begun_by((self.span)(b).1)).sum()
    }

    fn each(&self, found: &mut impl FnMut(usize, usize)) {
        for (at, (first, place)) in self.boxes.iter().enumerate() {
            let end = (self.span)(first).1;
            for (second, other) in self.boxes[at + 1..].iter().take_while(|(b, _)| (self.span)(b).0 <= end) {
                if first.touches(second) {
                    found(*place, *other);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Wide and low images make it sweep along x, narrow and high ones along y.
        #[test]
        fn the_sweep_finds_what_comparing_every_pair_finds(
            places in prop::collection::vec((0u8..40, 0u8..40, 0u8..6, 0u8..6), 0..40), high in any::<bool>(),
        ) {
            let bbox = |(x, y, width, height): (u8, u8, u8, u8)| {
                let [x, y, width, height] = [x, y, width, height].map(f64::from);
                let (x, y) = if high { (x / 10.0, y) } else { (x, y / 10.0) };
                BBox::from_xywh(x, y, width, height).expect("a valid box")
            };
            let boxes: Vec<BBox> = places.into_iter().map(bbox).collect();
            let mut found = Vec::new();
            each_touching(boxes.iter().copied().zip(100..).collect(), |a, b| found.push((a.min(b), a.max(b))));
            found.sort_unstable();
            let is_apart =
                |a: &BBox, b: &BBox| a.x2() < b.x1() || b.x2() < a.x1() || a.y2() < b.y1() || b.y2() < a.y1();
            let pairs = (0..boxes.len()).flat_map(|i| (i + 1..boxes.len()).map(move |j| (i, j)));
            let touching = pairs.filter(|(i, j)| !is_apart(&boxes[*i], &boxes[*j]));
            prop_assert_eq!(found, touching.map(|(i, j)| (i + 100, j + 100)).collect::<Vec<_>>());
        }
    }
}
