//! Grad-CAM: the features that would raise one score, weighed by how much they would.
//!
//! Selvaraju et al. 2017, arXiv 1610.02391. It needs the gradient of that score, which an ordinary ONNX file cannot give.

use super::coarse::CoarseMap;

/// The method's name.
pub(super) const NAME: &str = "gradcam";

/// Metadata key with which a model file that holds a gradient graph names its output of activations, `[1, K, h, w]`.
pub const GRADCAM_ACTIVATIONS: &str = "gradcam_activations";

/// Metadata key for its output of gradients of the target's score by those activations, of the same shape.
pub const GRADCAM_GRADIENTS: &str = "gradcam_gradients";

/// Grad-CAM of activations and the gradients of a score by them, both `[channels, height, width]`, row-major.
///
/// The map is ReLU(Σ_k mean(∂S/∂A_k)·A_k), brought to 0..=1; for a detector S is the class score of the box that is
/// explained. Values that are not finite count as 0. `None` when a side is 0 or a slice has another length.
///
/// ```
/// use concord_inference::saliency::grad_cam;
/// // One channel with the mean gradient 0.5, one with −1: raw values 0.5 − 0, 1 − 2, 1.5 − 0, 2 − 0.
/// let gradients = [0.5, 0.5, 0.5, 0.5, -2.0, 0.0, -1.0, -1.0];
/// let cam = grad_cam(2, 2, 2, &[1.0, 2.0, 3.0, 4.0, 0.0, 2.0, 0.0, 0.0], &gradients).unwrap();
/// assert_eq!((cam.values, cam.range), (vec![0.25, 0.0, 0.75, 1.0], [0.0, 2.0]));
/// ```
pub fn grad_cam(
    channels: usize,
    height: usize,
    width: usize,
    activations: &[f32],
    gradients: &[f32],
) -> Option<CoarseMap> {
    let pixels = height.checked_mul(width)?;
    let length = pixels.checked_mul(channels)?;
    if length == 0 || activations.len() != length || gradients.len() != length {
        return None;
    }
    let not_finite = activations.iter().chain(gradients).any(|v| !v.is_finite());
    let finite = |v: &f32| if v.is_finite() { f64::from(*v) } else { 0.0 };
    let mut map = vec![0.0; pixels];
    for (activations, gradients) in activations.chunks_exact(pixels).zip(gradients.chunks_exact(pixels)) {
        let weight = gradients.iter().map(finite).sum::<f64>() / pixels as f64;
        for (sum, activation) in map.iter_mut().zip(activations) {
            *sum += weight * finite(activation);
        }
    }
    let map = map.into_iter().map(|v: f64| v.max(0.0)).collect();
    Some(CoarseMap::from_raw(map, not_finite, NAME))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn where_every_feature_speaks_against_the_score_there_is_nothing() {
        let cam = grad_cam(1, 1, 3, &[1.0, 2.0, 3.0], &[-1.0; 3]).expect("three cells");
        assert_eq!((cam.values, cam.constant), (vec![0.0; 3], true));
    }

    #[test]
    fn what_is_not_finite_counts_as_0_and_is_flagged() {
        let cam = grad_cam(1, 1, 2, &[f32::NAN, 3.0], &[1.0, f32::INFINITY]).expect("two cells");
        assert_eq!((cam.values, cam.range, cam.not_finite), (vec![0.0, 1.0], [0.0, 1.5], true));
    }

    #[test]
    fn wrong_lengths_give_nothing() {
        assert!(grad_cam(1, 2, 2, &[0.0; 4], &[0.0; 3]).is_none());
        assert!(grad_cam(1, 2, 2, &[0.0; 3], &[0.0; 4]).is_none());
        assert!(grad_cam(0, 2, 2, &[], &[]).is_none());
        assert!(grad_cam(2, usize::MAX, 2, &[], &[]).is_none());
    }

    proptest! {
        #[test]
        fn a_score_that_is_the_sum_of_one_channel_shows_that_channel(
            values in proptest::collection::vec(0.0..1.0_f32, 24), channel in 0..2_usize
        ) {
            // The gradient of the sum over channel k is 1 there and 0 elsewhere.
            let gradients: Vec<f32> = (0..24).map(|at| f32::from(u8::from(at / 12 == channel))).collect();
            let cam = grad_cam(2, 3, 4, &values, &gradients).expect("two channels");
            let shown = &values[channel * 12..][..12];
            let (low, high) = shown.iter().fold((f32::MAX, f32::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
            prop_assume!(high - low > 1e-3);
            for (value, raw) in cam.values.iter().zip(shown) {
                prop_assert!((value - (raw - low) / (high - low)).abs() < 1e-5);
            }
        }
    }
}
