//! A spatial index of boxes: which of many lie in a rectangle or near a point, without looking at each.

use std::collections::BTreeMap;

use crate::{BBox, Point};

/// Boxes smaller than `2^FINEST` pixels share the cells of that size.
const FINEST: i32 = 4;
/// Boxes of `2^COARSEST` pixels and more are looked at in every query.
const COARSEST: i32 = 40;

/// A square of one grid. Grids of all powers of two lie over one another, and a box belongs to the cell that holds its
/// centre in the first grid whose cells are larger than the box: it reaches beyond its cell by half a cell at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    level: i32,
    row: i64,
    column: i64,
}

impl Cell {
    fn of(bbox: &BBox) -> Self {
        let level = level_of(bbox.width().max(bbox.height()));
        let center = bbox.center();
        Self { level, row: place(center.y, level), column: place(center.x, level) }
    }
}

/// The first level whose cells are larger than `side`, read from the exponent of the number.
fn level_of(side: f64) -> i32 {
    let exponent = ((side.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    (exponent + 1).clamp(FINEST, COARSEST)
}

fn side_of(level: i32) -> f64 {
    2f64.powi(level)
}

/// The row or column of a coordinate.
fn place(at: f64, level: i32) -> i64 {
    (at / side_of(level)).floor() as i64
}

/// Boxes under numbers, found by place.
///
/// Boxes of very different sizes may lie together; a box may have no area. Inserting, removing and a query of a small
/// area take time that grows with the logarithm of the number of boxes and with the number of those found.
///
/// ```
/// use concord_geometry::{BBox, BoxIndex, Point};
/// let mut index = BoxIndex::new();
/// index.insert(7, BBox::new(10.0, 10.0, 20.0, 20.0)?);
/// index.insert(3, BBox::new(0.0, 0.0, 1000.0, 1000.0)?);
/// assert_eq!(index.near(Point::new(22.0, 15.0), 3.0), [3, 7]);
/// assert_eq!(index.touching(&BBox::new(30.0, 30.0, 40.0, 40.0)?), [3]);
/// # Ok::<(), concord_geometry::BBoxError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct BoxIndex {
    cells: BTreeMap<Cell, Vec<(u64, BBox)>>,
    boxes: BTreeMap<u64, BBox>,
    /// How many cells of each level hold something.
    levels: BTreeMap<i32, u64>,
}

impl BoxIndex {
    /// An index without boxes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a box under a number; gives back the box that stood there before.
    pub fn insert(&mut self, id: u64, bbox: BBox) -> Option<BBox> {
        let before = self.remove(id);
        let cell = Cell::of(&bbox);
        let entries = self.cells.entry(cell).or_default();
        if entries.is_empty() {
            *self.levels.entry(cell.level).or_default() += 1;
        }
        entries.push((id, bbox));
        self.boxes.insert(id, bbox);
        before
    }

    /// Takes a box out; `None` when there is none under this number.
    pub fn remove(&mut self, id: u64) -> Option<BBox> {
        let bbox = self.boxes.remove(&id)?;
        let cell = Cell::of(&bbox);
        if let Some(entries) = self.cells.get_mut(&cell) {
            entries.retain(|(other, _)| *other != id);
            if entries.is_empty() {
                self.cells.remove(&cell);
                self.empty_cell(cell.level);
            }
        }
        Some(bbox)
    }

    fn empty_cell(&mut self, level: i32) {
        if let Some(count) = self.levels.get_mut(&level) {
            *count -= 1;
            if *count == 0 {
                self.levels.remove(&level);
            }
        }
    }

    /// Takes all boxes out.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many boxes there are.
    pub fn len(&self) -> usize {
        self.boxes.len()
    }

    /// True without boxes.
    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }

    /// The box under a number.
    pub fn get(&self, id: u64) -> Option<&BBox> {
        self.boxes.get(&id)
    }

    /// The numbers of the boxes that share at least a point with an area, edges included; in ascending order.
    pub fn touching(&self, area: &BBox) -> Vec<u64> {
        self.query(<[f64; 4]>::from(*area))
    }

    /// The numbers of the boxes that come as near as `reach` to a point in x and in y; in ascending order.
    ///
    /// None when the point is not finite or the reach is negative.
    pub fn near(&self, point: Point, reach: f64) -> Vec<u64> {
        self.query([point.x - reach, point.y - reach, point.x + reach, point.y + reach])
    }

    fn query(&self, [x1, y1, x2, y2]: [f64; 4]) -> Vec<u64> {
        let mut found = Vec::new();
        if !(x1 <= x2 && y1 <= y2) {
            return found;
        }
        let touches = |b: &BBox| b.x1() <= x2 && b.x2() >= x1 && b.y1() <= y2 && b.y2() >= y1;
        let mut take = |entries: &[(u64, BBox)]| {
            found.extend(entries.iter().filter(|(_, bbox)| touches(bbox)).map(|(id, _)| *id));
        };
        for (&level, &occupied) in &self.levels {
            let reach = side_of(level) / 2.0;
            let (top, bottom) = (place(y1 - reach, level), place(y2 + reach, level));
            let (left, right) = (place(x1 - reach, level), place(x2 + reach, level));
            let cell = |row, column| Cell { level, row, column };
            // Walking row by row pays only while there are fewer rows than cells to look at.
            if level == COARSEST || bottom.abs_diff(top) >= occupied {
                let whole = cell(i64::MIN, i64::MIN)..=cell(i64::MAX, i64::MAX);
                self.cells.range(whole).for_each(|(_, entries)| take(entries));
            } else {
                for row in top..=bottom {
                    let part = cell(row, left)..=cell(row, right);
                    self.cells.range(part).for_each(|(_, entries)| take(entries));
                }
            }
        }
        found.sort_unstable();
        found
    }
}

impl FromIterator<(u64, BBox)> for BoxIndex {
    fn from_iter<I: IntoIterator<Item = (u64, BBox)>>(boxes: I) -> Self {
        let mut index = Self::new();
        for (id, bbox) in boxes {
            index.insert(id, bbox);
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Step {
        Insert(u64, BBox),
        Remove(u64),
    }

    /// Boxes from points without area to ones far larger than any image.
    fn any_box() -> impl Strategy<Value = BBox> {
        let at = -2000.0..40_000.0f64;
        let side = prop_oneof![Just(0.0), 0.0..1.0f64, 1.0..64.0f64, 64.0..50_000.0f64, Just(16.0), Just(1e14)];
        (at.clone(), at, side.clone(), side)
            .prop_map(|(x, y, width, height)| BBox::from_xywh(x, y, width, height).expect("finite and not inverted"))
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0..60u64, any_box()).prop_map(|(id, bbox)| Step::Insert(id, bbox)),
            1 => (0..60u64).prop_map(Step::Remove),
        ]
    }

    fn brute_force(boxes: &BTreeMap<u64, BBox>, [x1, y1, x2, y2]: [f64; 4]) -> Vec<u64> {
        let apart = |b: &BBox| b.x1() > x2 || b.x2() < x1 || b.y1() > y2 || b.y2() < y1;
        boxes.iter().filter(|(_, bbox)| !apart(bbox)).map(|(id, _)| *id).collect()
    }

    proptest! {
        #[test]
        fn it_finds_what_looking_at_each_box_finds(
            steps in proptest::collection::vec(any_step(), 1..200),
            areas in proptest::collection::vec(any_box(), 1..8),
            reach in 0.0..300.0f64,
        ) {
            let mut index = BoxIndex::new();
            let mut boxes = BTreeMap::new();
            for step in steps {
                match step {
                    Step::Insert(id, bbox) => prop_assert_eq!(index.insert(id, bbox), boxes.insert(id, bbox)),
                    Step::Remove(id) => prop_assert_eq!(index.remove(id), boxes.remove(&id)),
                }
            }
            prop_assert_eq!(index.len(), boxes.len());
            for area in areas {
                prop_assert_eq!(index.touching(&area), brute_force(&boxes, area.into()));
                let p = area.corners()[0];
                let around = [p.x - reach, p.y - reach, p.x + reach, p.y + reach];
                prop_assert_eq!(index.near(p, reach), brute_force(&boxes, around));
            }
            for id in boxes.keys() {
                index.remove(*id);
            }
            prop_assert!(index.is_empty() && index.cells.is_empty() && index.levels.is_empty());
        }
    }

    #[test]
    fn a_level_holds_boxes_smaller_than_its_cells() {
        for side in [0.0, 15.9, 16.0, 17.0, 1e6, 1e300] {
            let level = level_of(side);
            assert!(side < side_of(level) || level == COARSEST, "{side}");
            assert!(level == FINEST || level == COARSEST || side >= side_of(level) / 2.0, "{side}");
        }
    }

    #[test]
    fn impossible_places_find_nothing() {
        let index = BoxIndex::from_iter([(1, BBox::new(0.0, 0.0, 9.0, 9.0).expect("a box"))]);
        assert!(index.near(Point::new(f64::NAN, 1.0), 3.0).is_empty());
        assert!(index.near(Point::new(4.0, 4.0), -1.0).is_empty());
        assert_eq!(index.near(Point::new(4.0, 4.0), f64::INFINITY), [1]);
        assert_eq!(index.get(1).map(BBox::width), Some(9.0));
    }
}
