//! What an image shows of a labelled thing.

use crate::{BBox, Geometry, Keypoint, Keypoints, Mask, Point, Polygon, Polyline, Size, Visibility};

/// How far the polygon of an ellipse that leaves the image may depart from it, in pixels.
const ELLIPSE_TOLERANCE_PX: f64 = 0.1;

impl Geometry {
    /// The part inside an image; `None` when nothing is left.
    ///
    /// A box stays a box. A rotated box or an ellipse that leaves the image becomes the polygon of the part that is
    /// seen (an ellipse to within 0.1 px). Of a line the longest piece is kept, a mask is placed in the image, and
    /// keypoints outside become absent. What does not leave the image is given back as it is.
    pub fn clipped(&self, size: Size) -> Option<Self> {
        if self.is_inside(size) && !matches!(self, Self::Mask(_)) {
            return Some(self.clone());
        }
        match self {
            Self::Box(b) => b.clipped(size).map(Self::Box),
            Self::RotatedBox(_) | Self::Polygon(_) | Self::Ellipse(_) => {
                self.to_polygon(ELLIPSE_TOLERANCE_PX)?.clipped_to(size).map(Self::Polygon)
            }
            Self::Polyline(l) => l.clipped(size).map(Self::Polyline),
            Self::Mask(m) => Mask::new(m.rle().placed_in(size)).ok().map(Self::Mask),
            Self::Keypoints(k) => k.clipped(size).map(Self::Keypoints),
        }
    }
}

impl Keypoints {
    /// The keypoints with those outside an image absent; `None` when all are.
    pub fn clipped(&self, size: Size) -> Option<Self> {
        let image = BBox::of_image(size);
        let seen = |p: &Keypoint| {
            let visibility = if image.contains(p.at) { p.visibility } else { Visibility::Absent };
            Keypoint { visibility, ..*p }
        };
        Self::new(self.points().iter().map(seen).collect()).ok()
    }
}

impl Polyline {
    /// The longest piece of the line inside an image, the first of several that are equally long; `None` when no piece
    /// of any length is.
    pub fn clipped(&self, size: Size) -> Option<Self> {
        let longer = |a: Self, b: Self| if b.length_px() > a.length_px() { b } else { a };
        self.pieces_in(&BBox::of_image(size)).into_iter().reduce(longer)
    }

    /// The pieces of the line inside a box, in order, edges included; each has a length.
    pub fn pieces_in(&self, bbox: &BBox) -> Vec<Self> {
        let mut pieces: Vec<Vec<Point>> = Vec::new();
        for pair in self.points().windows(2) {
            let Some((a, b)) = segment_in(pair[0], pair[1], bbox) else { continue };
            match pieces.last_mut() {
                Some(piece) if piece.last() == Some(&a) && a == pair[0] => piece.push(b),
                _ => pieces.push(vec![a, b]),
            }
        }
        pieces.into_iter().filter_map(|piece| Self::new(piece).ok()).filter(|piece| piece.length_px() > 0.0).collect()
    }
}

impl Polygon {
    /// The polygon of an upright box.
    pub fn of_box(bbox: &BBox) -> Self {
        let ring = bbox.corners().to_vec();
        Self::from_ring(ring).unwrap_or_else(|_| unreachable!("a box has four finite corners"))
    }
}

/// The part of a segment in a box; possibly a single point.
///
/// Liang, Y. & Barsky, B. (1984): A new concept and method for line clipping. ACM Transactions on Graphics 3(1).
fn segment_in(a: Point, b: Point, bbox: &BBox) -> Option<(Point, Point)> {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let borders = [(-dx, a.x - bbox.x1()), (dx, bbox.x2() - a.x), (-dy, a.y - bbox.y1()), (dy, bbox.y2() - a.y)];
    let (mut enters, mut leaves) = (0.0f64, 1.0f64);
    for (outwards, room) in borders {
        if outwards == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if outwards < 0.0 {
            enters = enters.max(room / outwards);
        } else {
            leaves = leaves.min(room / outwards);
        }
    }
    // Ends inside stay what they are to the last bit, so that pieces join.
    let at = |t: f64| match t {
        0.0 => a,
        1.0 => b,
        t => Point::new((a.x + t * dx).clamp(bbox.x1(), bbox.x2()), (a.y + t * dy).clamp(bbox.y1(), bbox.y2())),
    };
    (enters <= leaves).then(|| (at(enters), at(leaves)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Rle;

    const SIZE: Size = Size::new(10, 10);

    fn geometry(text: &str) -> Geometry {
        serde_json::from_str(text).expect("a written geometry")
    }

    #[test]
    fn every_kind_is_cut_at_the_border() {
        for (before, after) in [
            (r#"{"bbox":[-5,2,5,12]}"#, r#"{"bbox":[0,2,5,10]}"#),
            (r#"{"polyline":[-2,5,4,5,12,5,12,1,8,1]}"#, r#"{"polyline":[0,5,4,5,10,5]}"#),
            (r#"{"keypoints":[1,1,2,11,1,2,10,10,1]}"#, r#"{"keypoints":[1,1,2,0,0,0,10,10,1]}"#),
            (r#"{"rotated_box":[5,5,4,4,45]}"#, r#"{"rotated_box":[5,5,4,4,45]}"#),
        ] {
            assert_eq!(geometry(before).clipped(SIZE), Some(geometry(after)), "{before}");
        }
        for outside in [
            r#"{"bbox":[10,2,15,12]}"#,
            r#"{"polyline":[-2,5,-1,9]}"#,
            r#"{"keypoints":[11,1,2]}"#,
            r#"{"rotated_box":[20,5,4,4,45]}"#,
            r#"{"ellipse":[20,5,4,4,45]}"#,
            r#"{"polygon":[[20,20,30,20,20,30]]}"#,
        ] {
            assert_eq!(geometry(outside).clipped(SIZE), None, "{outside}");
        }
    }

    #[test]
    fn what_leaves_the_image_askew_becomes_a_polygon() {
        // Half of a diamond with a diagonal of 8, and half of a circle of radius 4.
        let diamond = geometry(r#"{"rotated_box":[10,5,5.656854249492381,5.656854249492381,45]}"#);
        let seen = diamond.clipped(SIZE).expect("half of it");
        assert!((seen.area_px() - 16.0).abs() < 1e-9 && seen.kind() == crate::GeometryKind::Polygon);
        let half = geometry(r#"{"ellipse":[0,5,4,4,0]}"#).clipped(SIZE).expect("half of it");
        assert!((half.area_px() - 8.0 * std::f64::consts::PI).abs() < 0.1 * 4.0 * std::f64::consts::PI);
    }

    #[test]
    fn a_mask_is_placed_in_the_image() {
        let whole = Rle::empty(Size::new(20, 20)).inverted();
        let mask = Geometry::Mask(Mask::new(whole).expect("foreground")).clipped(SIZE);
        assert_eq!(mask.map(|m| m.area_px()), Some(100.0));
    }

    #[test]
    fn the_longest_piece_of_a_line_is_kept() {
        let line = Polyline::try_from(vec![-1.0, 1.0, 3.0, 1.0, 3.0, -4.0, 5.0, -4.0, 5.0, 9.0]).expect("a line");
        assert_eq!(line.pieces_in(&BBox::of_image(SIZE)).len(), 2);
        assert_eq!(line.clipped(SIZE).map(Vec::from), Some(vec![5.0, 0.0, 5.0, 9.0]));
        let touching = Polyline::try_from(vec![-1.0, 1.0, 1.0, -1.0]).expect("a line");
        assert_eq!(touching.clipped(SIZE), None);
    }

    proptest! {
        #[test]
        fn the_pieces_are_what_of_the_line_lies_inside(
            points in prop::collection::vec((-10.0f64..20.0, -10.0f64..20.0).prop_map(|(x, y)| Point::new(x, y)), 2..8),
        ) {
            let image = BBox::of_image(SIZE);
            let line = Polyline::new(points).expect("a line");
            let pieces = line.pieces_in(&image);
            prop_assert!(pieces.iter().all(|piece| piece.is_in(&image)));
            let inside: f64 = pieces.iter().map(Polyline::length_px).sum();
            // Counted along the line in small steps.
            let steps = 2000;
            let counted: f64 = line.points().windows(2).map(|pair| {
                let at = |i: i32| f64::from(i) / f64::from(steps) + 0.5 / f64::from(steps);
                let (a, b) = (pair[0], pair[1]);
                let seen = (0..steps).filter(|&i| {
                    image.contains(Point::new(a.x + at(i) * (b.x - a.x), a.y + at(i) * (b.y - a.y)))
                });
                seen.count() as f64 / f64::from(steps) * a.distance(b)
            }).sum();
            prop_assert!((inside - counted).abs() < 0.05 * line.points().len() as f64, "{} {}", inside, counted);
        }
    }

    impl Polyline {
        fn is_in(&self, bbox: &BBox) -> bool {
            self.points().iter().all(|&point| bbox.contains(point))
        }
    }
}
