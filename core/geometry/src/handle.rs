//! The eight handles of a box: where they are, which one is hit, what dragging one does.

use crate::{BBox, Point};

/// One of the eight handles of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Handle {
    /// Top-left corner.
    NorthWest,
    /// Middle of the top edge.
    North,
    /// Top-right corner.
    NorthEast,
    /// Middle of the right edge.
    East,
    /// Bottom-right corner.
    SouthEast,
    /// Middle of the bottom edge.
    South,
    /// Bottom-left corner.
    SouthWest,
    /// Middle of the left edge.
    West,
}

impl Handle {
    /// All handles; corners come first, so that a corner wins where a small box makes handles overlap.
    pub const ALL: [Self; 8] = [
        Self::NorthWest,
        Self::NorthEast,
        Self::SouthEast,
        Self::SouthWest,
        Self::North,
        Self::East,
        Self::South,
        Self::West,
    ];

    fn pulls(self) -> (Option<bool>, Option<bool>) {
        // (horizontal, vertical): Some(false) pulls the low edge, Some(true) the high one.
        match self {
            Self::NorthWest => (Some(false), Some(false)),
            Self::North => (None, Some(false)),
            Self::NorthEast => (Some(true), Some(false)),
            Self::East => (Some(true), None),
            Self::SouthEast => (Some(true), Some(true)),
            Self::South => (None, Some(true)),
            Self::SouthWest => (Some(false), Some(true)),
            Self::West => (Some(false), None),
        }
    }

    /// Where the handle sits on a box.
    pub fn position(self, bbox: &BBox) -> Point {
        let pick = |pull: Option<bool>, low: f64, high: f64| match pull {
            Some(false) => low,
            Some(true) => high,
            None => f64::midpoint(low, high),
        };
        let (horizontal, vertical) = self.pulls();
        Point::new(pick(horizontal, bbox.x1(), bbox.x2()), pick(vertical, bbox.y1(), bbox.y2()))
    }

    /// The box after this handle was dragged to a point; dragging past the opposite edge flips the box.
    /// A point that is not finite leaves the box as it is.
    pub fn dragged(self, bbox: &BBox, to: Point) -> BBox {
        let pull = |pull: Option<bool>, low: f64, high: f64, to: f64| match pull {
            Some(false) => (to, high),
            Some(true) => (low, to),
            None => (low, high),
        };
        let (horizontal, vertical) = self.pulls();
        let (xa, xb) = pull(horizontal, bbox.x1(), bbox.x2(), to.x);
        let (ya, yb) = pull(vertical, bbox.y1(), bbox.y2(), to.y);
        BBox::from_points(Point::new(xa, ya), Point::new(xb, yb)).unwrap_or(*bbox)
    }
}

/// The handle of `bbox` within `reach` of `point` (same space and unit), the nearest one; `None` when all are farther.
pub fn hit_handle(bbox: &BBox, point: Point, reach: f64) -> Option<Handle> {
    Handle::ALL
        .into_iter()
        .map(|handle| (handle, handle.position(bbox).distance(point)))
        .filter(|(_, distance)| *distance <= reach)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(handle, _)| handle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dragging_a_handle_moves_only_its_edges() {
        let b = BBox::new(10.0, 10.0, 30.0, 40.0).expect("a valid box");
        let to = Point::new(50.0, 5.0);
        let expect = |handle: Handle, corners: [f64; 4]| {
            assert_eq!(<[f64; 4]>::from(handle.dragged(&b, to)), corners, "{handle:?}");
        };
        expect(Handle::NorthEast, [10.0, 5.0, 50.0, 40.0]);
        expect(Handle::North, [10.0, 5.0, 30.0, 40.0]);
        expect(Handle::East, [10.0, 10.0, 50.0, 40.0]);
        expect(Handle::West, [30.0, 10.0, 50.0, 40.0]);
    }

    #[test]
    fn the_nearest_handle_in_reach_is_hit() {
        let b = BBox::new(0.0, 0.0, 100.0, 100.0).expect("a valid box");
        assert_eq!(hit_handle(&b, Point::new(97.0, 2.0), 6.0), Some(Handle::NorthEast));
        assert_eq!(hit_handle(&b, Point::new(50.0, 3.0), 6.0), Some(Handle::North));
        assert_eq!(hit_handle(&b, Point::new(50.0, 50.0), 6.0), None);
    }
}
