//! Where shapes belong among the others: a layer, and a place along a curve that keeps neighbours together.

use concord_geometry::{BBox, Point};

/// Where a shape belongs: its layer, then its place along a curve that keeps neighbours together, then its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(super) layer: usize,
    pub(super) curve: u64,
    pub(super) id: u64,
}

impl Place {
    pub(crate) fn new(layer: usize, bounds: &BBox, id: u64) -> Self {
        Self { layer, curve: curve(bounds.center()), id }
    }
}

/// The place of a point along the curve of Morton (1966): the bits of both coordinates in turn.
fn curve(at: Point) -> u64 {
    let bits = |v: f64| {
        let mut bits = (v + f64::from(1 << 19)).clamp(0.0, f64::from((1 << 20) - 1)) as u64;
        bits = (bits | bits << 16) & 0x0000_ffff_0000_ffff;
        bits = (bits | bits << 8) & 0x00ff_00ff_00ff_00ff;
        bits = (bits | bits << 4) & 0x0f0f_0f0f_0f0f_0f0f;
        bits = (bits | bits << 2) & 0x3333_3333_3333_3333;
        (bits | bits << 1) & 0x5555_5555_5555_5555
    };
    bits(at.x) | bits(at.y) << 1
}

/// What a group knows of a shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Member {
    pub(crate) place: Place,
    pub(crate) bounds: BBox,
    /// Its place in the order of drawing.
    pub(crate) order: u64,
    /// About how many points it has.
    pub(crate) weight: usize,
    pub(crate) has_label: bool,
    /// True for keypoints.
    pub(crate) has_points: bool,
}

impl Member {
    pub(crate) fn id(&self) -> u64 {
        self.place.id
    }

    pub(crate) fn rank(&self) -> usize {
        self.place.layer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_near_one_another_on_the_curve() {
        let at = |x: f64, y: f64| curve(Point::new(x, y));
        assert_eq!(at(1.0, 0.0) - at(0.0, 0.0), 1);
        assert_eq!(at(0.0, 1.0) - at(0.0, 0.0), 2);
        assert_eq!(at(1e12, -1e12), at(1e9, -1e9));
    }
}
