//! Non-maximum suppression: of boxes that lie on one another, keep the best.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use concord_geometry::BBox;

/// Indices of the boxes that stay, best score first.
///
/// Greedy and class-aware as `torchvision.ops.batched_nms`: a box goes when a better one of its class that stayed
/// overlaps it with IoU > `max_iou` (0..=1). Equal scores keep their input order. The three slices must have one
/// length; what a longer one has beyond that is ignored. No boxes give no indices.
pub fn class_aware(boxes: &[BBox], scores: &[f32], classes: &[usize], max_iou: f64) -> Vec<usize> {
    let count = boxes.len().min(scores.len()).min(classes.len());
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| best_first(scores[*a], scores[*b]));
    let sorted: Vec<BBox> = order.iter().map(|index| boxes[*index]).collect();
    let classes: Vec<usize> = order.iter().map(|index| classes[*index]).collect();
    let kept = suppressed(&sorted, &classes, max_iou, |a, b| sorted[a].iou(&sorted[b]));
    kept.into_iter().map(|index| order[index]).collect()
}

/// Places of the candidates that stay, of candidates that are sorted best first; `bounds` hold each of them, and
/// `overlap` gives the IoU of two.
pub(crate) fn suppressed(
    bounds: &[BBox],
    classes: &[usize],
    max_iou: f64,
    overlap: impl Fn(usize, usize) -> f64,
) -> Vec<usize> {
    let mut by_class: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, class) in classes.iter().enumerate().take(bounds.len()) {
        by_class.entry(*class).or_default().push(index);
    }
    let mut kept = Vec::new();
    for candidates in by_class.values() {
        if candidates.len() <= FEW {
            let first = kept.len();
            for index in candidates {
                if !kept[first..].iter().any(|better| overlap(*better, *index) > max_iou) {
                    kept.push(*index);
                }
            }
        } else {
            suppressed_on_grid(candidates, bounds, max_iou, &overlap, &mut kept);
        }
    }
    kept.sort_unstable();
    kept
}

/// Candidates of a class up to which comparing all of them is quicker than a grid.
const FEW: usize = 256;

/// Boxes that stay are entered in the cells of a grid, and a candidate is compared only with those in the cells where
/// one that suppresses it must lie: with more than half of the union shared, the other covers its middle.
fn suppressed_on_grid(
    candidates: &[usize],
    bounds: &[BBox],
    max_iou: f64,
    overlap: &impl Fn(usize, usize) -> f64,
    kept: &mut Vec<usize>,
) {
    let Some(grid) = Grid::over(candidates.iter().map(|index| bounds[*index])) else { return };
    let mut cells: Vec<Vec<usize>> = vec![Vec::new(); grid.columns * grid.rows];
    for index in candidates {
        let bbox = bounds[*index];
        let (x, y) = (bbox.center().x, bbox.center().y);
        let asked = if max_iou >= 0.5 { [x, y, x, y] } else { <[f64; 4]>::from(bbox) };
        let is_covered =
            grid.cells(asked).any(|cell| cells[cell].iter().any(|better| overlap(*better, *index) > max_iou));
        if !is_covered {
            for cell in grid.cells(bbox.into()) {
                cells[cell].push(*index);
            }
            kept.push(*index);
        }
    }
}

/// Cells along a side at most.
const MOST_CELLS: f64 = 64.0;

struct Grid {
    origin: (f64, f64),
    cell: f64,
    columns: usize,
    rows: usize,
}

impl Grid {
    /// A grid over all boxes, with cells of a quarter of their mean side; `None` without any.
    fn over(boxes: impl Iterator<Item = BBox> + Clone) -> Option<Self> {
        let all = boxes.clone().reduce(|a, b| a.union(&b))?;
        let (sum, count) = boxes.fold((0.0, 0.0), |(sum, count), b| (sum + b.width() + b.height(), count + 2.0));
        let longest = all.width().max(all.height());
        let cell = (sum / count / 4.0).max(longest / MOST_CELLS).max(f64::MIN_POSITIVE);
        let cells = |length: f64| ((length / cell) as usize).min(MOST_CELLS as usize) + 1;
        Some(Self { origin: (all.x1(), all.y1()), cell, columns: cells(all.width()), rows: cells(all.height()) })
    }

    /// The cells that a box touches.
    fn cells(&self, [x1, y1, x2, y2]: [f64; 4]) -> impl Iterator<Item = usize> + use<> {
        let at = |value: f64, origin: f64, count: usize| (((value - origin) / self.cell) as usize).min(count - 1);
        let columns = at(x1, self.origin.0, self.columns)..=at(x2, self.origin.0, self.columns);
        let rows = at(y1, self.origin.1, self.rows)..=at(y2, self.origin.1, self.rows);
        let step = self.columns;
        rows.flat_map(move |y| columns.clone().map(move |x| y * step + x))
    }
}

/// Orders scores from high to low; a stable sort by it keeps ties in input order.
pub fn best_first(a: f32, b: f32) -> Ordering {
    b.total_cmp(&a)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bbox(x: f64, y: f64, w: f64, h: f64) -> BBox {
        BBox::from_xywh(x, y, w, h).expect("a valid test box")
    }

    /// The definition, looking at all pairs: repeatedly take the best that is left and strike what it covers.
    fn naive(boxes: &[BBox], scores: &[f32], classes: &[usize], max_iou: f64) -> Vec<usize> {
        let mut left: Vec<bool> = vec![true; boxes.len()];
        let mut kept = Vec::new();
        loop {
            let mut best: Option<usize> = None;
            for i in 0..boxes.len() {
                if left[i] && best.is_none_or(|b| scores[i] > scores[b]) {
                    best = Some(i);
                }
            }
            let Some(best) = best else { return kept };
            kept.push(best);
            left[best] = false;
            for i in 0..boxes.len() {
                if left[i] && classes[i] == classes[best] && boxes[i].iou(&boxes[best]) > max_iou {
                    left[i] = false;
                }
            }
        }
    }

    #[test]
    fn other_classes_do_not_suppress_and_the_threshold_is_strict() {
        let boxes = [bbox(0.0, 0.0, 10.0, 10.0), bbox(0.0, 0.0, 10.0, 5.0), bbox(0.0, 0.0, 10.0, 10.0)];
        // IoU of the first two is exactly 0.5: not above 0.5, so both stay.
        assert_eq!(class_aware(&boxes, &[0.9, 0.8, 0.7], &[0, 0, 1], 0.5), [0, 1, 2]);
        assert_eq!(class_aware(&boxes, &[0.9, 0.8, 0.7], &[0, 0, 1], 0.499), [0, 2]);
        assert!(class_aware(&[], &[], &[], 0.5).is_empty());
    }

    #[test]
    fn ties_keep_the_order_of_the_input() {
        let boxes = [bbox(0.0, 0.0, 10.0, 10.0); 3];
        assert_eq!(class_aware(&boxes, &[0.5, 0.5, 0.5], &[1, 1, 1], 0.5), [0]);
        assert_eq!(class_aware(&boxes, &[0.5, 0.5, 0.5], &[1, 0, 2], 0.5), [0, 1, 2]);
    }

    proptest! {
        #[test]
        fn it_equals_the_definition(
            // Some cases have more boxes of a class than are compared one with another.
            items in proptest::collection::vec((0..30_u8, 0..30_u8, 1..20_u8, 1..20_u8, 0..8_u8, 0..2_usize), 0..700),
            max_iou in 0.0..=1.0_f64,
        ) {
            let boxes: Vec<BBox> =
                items.iter().map(|i| bbox(i.0.into(), i.1.into(), i.2.into(), i.3.into())).collect();
            let scores: Vec<f32> = items.iter().map(|i| f32::from(i.4) / 8.0).collect();
            let classes: Vec<usize> = items.iter().map(|i| i.5).collect();
            let kept = class_aware(&boxes, &scores, &classes, max_iou);
            prop_assert_eq!(&kept, &naive(&boxes, &scores, &classes, max_iou));
            // Doing it again changes nothing.
            let pick = |all: &[f32]| kept.iter().map(|i| all[*i]).collect::<Vec<_>>();
            let again = class_aware(
                &kept.iter().map(|i| boxes[*i]).collect::<Vec<_>>(),
                &pick(&scores),
                &kept.iter().map(|i| classes[*i]).collect::<Vec<_>>(),
                max_iou,
            );
            prop_assert_eq!(again, (0..kept.len()).collect::<Vec<_>>());
        }
    }
}
