//! How alike two people's keypoints of one object are.

use concord_geometry::{Keypoint, Keypoints, Visibility};

/// Object keypoint similarity, in `[0, 1]`: the mean of `exp(−d² / (2·area·(2σ)²))` over the points that at least one side
/// has placed; a point that only one side has placed counts 0.
///
/// `sigmas` has one spread a point (COCO's constants, or one number for all), `area` is the object's in square pixels,
/// such as the mean of both sides'. 0 when the sides or `sigmas` differ in length, and when the area or a spread is not above
/// 0. Where both have placed the same points this is COCO's OKS; points of one side only count as in CVAT.
pub fn keypoint_similarity(a: &Keypoints, b: &Keypoints, sigmas: &[f64], area: f64) -> f64 {
    let (a, b) = (a.points(), b.points());
    let usable = |number: &f64| *number > 0.0 && number.is_finite();
    if a.len() != b.len() || a.len() != sigmas.len() || !usable(&area) || !sigmas.iter().all(usable) {
        return 0.0;
    }
    let placed = |point: &Keypoint| point.visibility != Visibility::Absent;
    let (mut sum, mut count) = (0.0, 0.0);
    for ((a, b), sigma) in a.iter().zip(b).zip(sigmas) {
        if placed(a) || placed(b) {
            count += 1.0;
        }
        if placed(a) && placed(b) {
            let (dx, dy) = (a.at.x - b.at.x, a.at.y - b.at.y);
            sum += libm::exp(-(dx * dx + dy * dy) / (8.0 * area * sigma * sigma));
        }
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keypoints(numbers: &[f64]) -> Keypoints {
        Keypoints::try_from(numbers.to_vec()).expect("keypoints")
    }

    #[test]
    fn similarity_is_that_of_the_formula_of_coco() {
        let a = keypoints(&[10.0, 10.0, 2.0, 20.0, 10.0, 1.0]);
        let b = keypoints(&[13.0, 14.0, 2.0, 20.0, 10.0, 2.0]);
        // One point 5 px off with σ 0.1 on 1,000 px²: exp(−25 / 80); the other in place.
        let got = keypoint_similarity(&a, &b, &[0.1, 0.05], 1000.0);
        assert!((got - f64::midpoint((-25.0_f64 / 80.0).exp(), 1.0)).abs() < 1e-15, "{got}");
        assert_eq!(keypoint_similarity(&a, &a, &[0.1, 0.05], 1000.0), 1.0);
        assert_eq!(got, keypoint_similarity(&b, &a, &[0.1, 0.05], 1000.0));
    }

    #[test]
    fn a_point_of_one_side_only_counts_nothing_and_one_of_neither_is_passed_over() {
        let a = keypoints(&[10.0, 10.0, 2.0, 20.0, 10.0, 2.0, 0.0, 0.0, 0.0]);
        let b = keypoints(&[10.0, 10.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(keypoint_similarity(&a, &b, &[0.1; 3], 100.0), 0.5);
    }

    #[test]
    fn what_cannot_be_compared_is_not_alike() {
        let (one, two) = (keypoints(&[1.0, 1.0, 2.0]), keypoints(&[1.0, 1.0, 2.0, 2.0, 2.0, 2.0]));
        assert_eq!(keypoint_similarity(&one, &two, &[0.1], 100.0), 0.0);
        assert_eq!(keypoint_similarity(&one, &one, &[], 100.0), 0.0);
        assert_eq!(keypoint_similarity(&one, &one, &[0.1], 0.0), 0.0);
        assert_eq!(keypoint_similarity(&one, &one, &[f64::NAN], 100.0), 0.0);
    }
}
