//! A geometry between two others of its kind: an object followed through a sequence.

use crate::{BBox, Ellipse, Geometry, Keypoint, Keypoints, Point, Polygon, Polyline, RotatedBox, Visibility};

impl Geometry {
    /// The geometry a share `t` in `[0, 1]` of the way to another of the same kind and with as many points: this one at
    /// 0, the other at 1, every point and length straight in between.
    ///
    /// Rotated boxes and ellipses take the shorter turn (clockwise when both are as long). Keypoints that both have
    /// move; one that either lacks, and the visibility of all, is that of this geometry until `t` is 1. `None` for two
    /// kinds, for rings, lines or templates of different lengths, for two masks, and for another `t`.
    pub fn interpolated(&self, other: &Self, t: f64) -> Option<Self> {
        if !(0.0..=1.0).contains(&t) {
            return None;
        }
        match (self, other) {
            (Self::Box(a), Self::Box(b)) => between_boxes(a, b, t).map(Self::Box),
            (Self::RotatedBox(a), Self::RotatedBox(b)) => between_rotated(a, b, t).map(Self::RotatedBox),
            (Self::Ellipse(a), Self::Ellipse(b)) => {
                between_rotated(&a.frame(), &b.frame(), t).map(|frame| Self::Ellipse(Ellipse::in_frame(&frame)))
            }
            (Self::Polygon(a), Self::Polygon(b)) => between_polygons(a, b, t).map(Self::Polygon),
            (Self::Polyline(a), Self::Polyline(b)) => {
                Polyline::new(between_points(a.points(), b.points(), t)?).ok().map(Self::Polyline)
            }
            (Self::Keypoints(a), Self::Keypoints(b)) => between_keypoints(a, b, t).map(Self::Keypoints),
            _ => None,
        }
    }
}

/// Exact at both ends.
fn between(a: f64, b: f64, t: f64) -> f64 {
    a * (1.0 - t) + b * t
}

fn between_two(a: Point, b: Point, t: f64) -> Point {
    Point::new(between(a.x, b.x, t), between(a.y, b.y, t))
}

fn between_points(a: &[Point], b: &[Point], t: f64) -> Option<Vec<Point>> {
    (a.len() == b.len()).then(|| a.iter().zip(b).map(|(&a, &b)| between_two(a, b, t)).collect())
}

fn between_boxes(a: &BBox, b: &BBox, t: f64) -> Option<BBox> {
    BBox::new(
        between(a.x1(), b.x1(), t),
        between(a.y1(), b.y1(), t),
        between(a.x2(), b.x2(), t),
        between(a.y2(), b.y2(), t),
    )
    .ok()
}

fn between_rotated(a: &RotatedBox, b: &RotatedBox, t: f64) -> Option<RotatedBox> {
    if t >= 1.0 {
        return Some(*b);
    }
    // In (-180, 180].
    let turn = 180.0 - (180.0 - (b.degrees() - a.degrees())).rem_euclid(360.0);
    let (width, height) = (between(a.width(), b.width(), t), between(a.height(), b.height(), t));
    RotatedBox::new(between_two(a.center(), b.center(), t), width, height, a.degrees() + t * turn).ok()
}

fn between_polygons(a: &Polygon, b: &Polygon, t: f64) -> Option<Polygon> {
    if a.rings().len() != b.rings().len() {
        return None;
    }
    let rings = a.rings().iter().zip(b.rings()).map(|(a, b)| between_points(a, b, t));
    Polygon::new(rings.collect::<Option<_>>()?).ok()
}

fn between_keypoints(a: &Keypoints, b: &Keypoints, t: f64) -> Option<Keypoints> {
    if a.points().len() != b.points().len() {
        return None;
    }
    if t >= 1.0 {
        return Some(b.clone());
    }
    let moved = |(a, b): (&Keypoint, &Keypoint)| match (a.visibility, b.visibility) {
        (Visibility::Absent, _) | (_, Visibility::Absent) => *a,
        _ => Keypoint { at: between_two(a.at, b.at, t), ..*a },
    };
    Keypoints::new(a.points().iter().zip(b.points()).map(moved).collect()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn geometry(text: &str) -> Geometry {
        serde_json::from_str(text).expect("a written geometry")
    }

    #[test]
    fn a_quarter_of_the_way() {
        for (a, b, expected) in [
            (r#"{"bbox":[0,0,4,4]}"#, r#"{"bbox":[4,8,12,16]}"#, r#"{"bbox":[1,2,6,7]}"#),
            (r#"{"rotated_box":[0,0,4,8,350]}"#, r#"{"rotated_box":[4,4,8,8,30]}"#, r#"{"rotated_box":[1,1,5,8,0]}"#),
            (r#"{"rotated_box":[0,0,4,8,30]}"#, r#"{"rotated_box":[0,0,4,8,350]}"#, r#"{"rotated_box":[0,0,4,8,20]}"#),
            (r#"{"rotated_box":[0,0,4,8,0]}"#, r#"{"rotated_box":[0,0,4,8,180]}"#, r#"{"rotated_box":[0,0,4,8,45]}"#),
            (r#"{"ellipse":[0,0,4,8,0]}"#, r#"{"ellipse":[4,0,8,4,40]}"#, r#"{"ellipse":[1,0,5,7,10]}"#),
            (r#"{"polygon":[[0,0,4,0,4,4]]}"#, r#"{"polygon":[[4,0,8,0,8,8]]}"#, r#"{"polygon":[[1,0,5,0,5,5]]}"#),
            (r#"{"polyline":[0,0,4,0]}"#, r#"{"polyline":[0,4,4,8]}"#, r#"{"polyline":[0,1,4,2]}"#),
            (
                r#"{"keypoints":[0,0,2,4,4,1,0,0,0]}"#,
                r#"{"keypoints":[4,8,1,0,0,0,9,9,2]}"#,
                r#"{"keypoints":[1,2,2,4,4,1,0,0,0]}"#,
            ),
        ] {
            assert_eq!(geometry(a).interpolated(&geometry(b), 0.25), Some(geometry(expected)), "{a} {b}");
        }
    }

    #[test]
    fn what_does_not_correspond_has_nothing_in_between() {
        for (a, b) in [
            (r#"{"bbox":[0,0,4,4]}"#, r#"{"rotated_box":[0,0,4,4,0]}"#),
            (r#"{"polygon":[[0,0,4,0,4,4]]}"#, r#"{"polygon":[[0,0,4,0,4,4,0,4]]}"#),
            (r#"{"polygon":[[0,0,4,0,4,4]]}"#, r#"{"polygon":[[0,0,4,0,4,4],[1,1,2,1,2,2]]}"#),
            (r#"{"polyline":[0,0,4,0]}"#, r#"{"polyline":[0,0,4,0,4,4]}"#),
            (r#"{"keypoints":[0,0,2]}"#, r#"{"keypoints":[0,0,2,1,1,2]}"#),
            (r#"{"mask":{"size":[4,5],"counts":"5220003"}}"#, r#"{"mask":{"size":[4,5],"counts":"5220003"}}"#),
        ] {
            assert_eq!(geometry(a).interpolated(&geometry(b), 0.5), None, "{a} {b}");
        }
        let bbox = geometry(r#"{"bbox":[0,0,4,4]}"#);
        assert!([-0.1, 1.1, f64::NAN].iter().all(|&t| bbox.interpolated(&bbox, t).is_none()));
    }

    proptest! {
        #[test]
        fn both_ends_are_exact_and_turns_are_short(
            a in prop::array::uniform5(0.0f64..400.0), b in prop::array::uniform5(0.0f64..400.0), t in 0.0f64..1.0,
        ) {
            let (a, b) = (RotatedBox::try_from(a).expect("a box"), RotatedBox::try_from(b).expect("a box"));
            let at = |t| match Geometry::RotatedBox(a).interpolated(&Geometry::RotatedBox(b), t) {
                Some(Geometry::RotatedBox(found)) => found,
                other => panic!("{other:?}"),
            };
            prop_assert_eq!((at(0.0), at(1.0)), (a, b));
            let apart = |x: f64, y: f64| { let d = (x - y).rem_euclid(360.0); d.min(360.0 - d) };
            let (whole, part) = (apart(a.degrees(), b.degrees()), apart(a.degrees(), at(t).degrees()));
            prop_assert!((part - t * whole).abs() < 1e-9);
        }
    }
}
