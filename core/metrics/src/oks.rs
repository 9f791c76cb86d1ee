//! Similarity of key points: how near the points of two people lie, on the scale of the thing.

use concord_geometry::{BBox, Keypoints, Visibility};

/// How far points of one name are apart between careful people, as a part of the scale: the constant for points without
/// one of their own that CVAT uses as well.
pub const SIGMA: f64 = 0.09;
/// The smallest scale, in pixels: COCO's bound of small objects. A single point has no size of its own.
const LEAST_SCALE_PX: f64 = 32.0;

/// Object keypoint similarity (COCO) with one σ for all points, made symmetric: the mean of `exp(−d² / (2 s² (2σ)²))`
/// over the points that either side has, where one that only one side has counts 0, in `[0, 1]`.
///
/// s² is the mean area of the two bounds in pixels, at least 32². Points are paired by their place in the template; points
/// beyond the shorter template are ones that only one side has.
pub fn object_keypoint_similarity(a: &Keypoints, b: &Keypoints) -> f64 {
    let variance = scale_squared(&a.bounds(), &b.bounds()) * (2.0 * SIGMA).powi(2);
    let (mut sum, mut count) = (0.0, 0_u32);
    for at in 0..a.points().len().max(b.points().len()) {
        let of =
            |points: &Keypoints| points.points().get(at).filter(|p| p.visibility != Visibility::Absent).map(|p| p.at);
        let (first, second) = (of(a), of(b));
        count += u32::from(first.is_some() || second.is_some());
        if let (Some(p), Some(q)) = (first, second) {
            let squared = (p.x - q.x).powi(2) + (p.y - q.y).powi(2);
            sum += libm::exp(-squared / (2.0 * variance));
        }
    }
    // At least one point of each side has a place.
    sum / f64::from(count)
}

/// The box in which every object lies that [`object_keypoint_similarity`] finds similar by 0.1 or more and that is at most
/// four times as large: for looking candidates up.
pub fn reach(points: &Keypoints) -> BBox {
    let bounds = points.bounds();
    let scale = bounds.area_px().sqrt().max(LEAST_SCALE_PX);
    // exp(−d² / (2 · 2.5 s² · 0.0324)) = 0.1 at d = 0.61 s.
    let grown = 0.7 * scale;
    BBox::new(bounds.x1() - grown, bounds.y1() - grown, bounds.x2() + grown, bounds.y2() + grown).unwrap_or(bounds)
}

fn scale_squared(a: &BBox, b: &BBox) -> f64 {
    f64::midpoint(a.area_px(), b.area_px()).max(LEAST_SCALE_PX.powi(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(numbers: &[f64]) -> Keypoints {
        Keypoints::try_from(numbers.to_vec()).expect("key points")
    }

    /// By hand: bounds of 100 × 100, so s² = 10,000 and 2 s² (2σ)² = 648; a distance of 18 gives exp(−324 / 648) = e^−½.
    #[test]
    fn near_points_are_similar_on_the_scale_of_the_thing() {
        let a = points(&[0.0, 0.0, 2.0, 100.0, 0.0, 2.0, 100.0, 100.0, 1.0]);
        let b = points(&[0.0, 0.0, 2.0, 100.0, 0.0, 2.0, 100.0, 100.0, 2.0]);
        assert_eq!(object_keypoint_similarity(&a, &b), 1.0);
        let moved = a.moved(18.0, 0.0);
        assert!((object_keypoint_similarity(&a, &moved) - (-0.5_f64).exp()).abs() < 1e-12);
        let one_absent = points(&[0.0, 0.0, 2.0, 100.0, 0.0, 2.0, 0.0, 0.0, 0.0, 100.0, 100.0, 2.0]);
        assert!((object_keypoint_similarity(&a, &one_absent) - 0.5).abs() < 1e-12, "two of the four points agree");
    }

    /// By hand: 2 · 32² · 0.0324 = 66.3552; a distance of 6 gives exp(−36 / 66.3552).
    #[test]
    fn single_points_have_the_scale_of_small_objects() {
        let (a, b) = (points(&[10.0, 10.0, 2.0]), points(&[16.0, 10.0, 2.0]));
        assert!((object_keypoint_similarity(&a, &b) - (-36.0_f64 / 66.3552).exp()).abs() < 1e-12);
        assert!(reach(&a).contains(b.bounds().center()));
    }
}
