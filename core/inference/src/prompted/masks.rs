//! From a decoder's planes to one mask of the image.

use std::borrow::Cow;

use concord_geometry::{BBox, Geometry, Mask, Placement, Size};

use crate::decode::masks::{Grid, Tap, in_image};
use crate::tensor::Tensor;

/// What a prompt gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// The pixels of the image that belong to the object; `None` when none does, which is an answer like any other.
    pub mask: Option<Mask>,
    /// The IoU with the object that the decoder predicts for the mask: about 0..=1, now and then a little beyond.
    pub score: f32,
    /// The mask as the decoder takes it back in [`super::Prompt::previous`]; `None` where it takes none.
    pub low_res: Option<LowRes>,
}

/// The logits of a mask at the decoder's own resolution, 256 × 256 for Segment Anything.
#[derive(Debug, Clone, PartialEq)]
pub struct LowRes {
    /// `[1, 1, height, width]`.
    tensor: Tensor,
}

impl LowRes {
    /// Width and height in cells.
    pub fn size(&self) -> Size {
        let side = |at: usize| self.tensor.shape().get(at).map_or(0, |side| *side as u32);
        Size::new(side(3), side(2))
    }

    /// The logits, row by row.
    pub fn logits(&self) -> &[f32] {
        self.tensor.data()
    }

    pub(super) fn tensor(&self) -> &Tensor {
        &self.tensor
    }

    /// The logits of a plane; `None` when their number is not `height · width`.
    pub(super) fn new(height: usize, width: usize, logits: &[f32]) -> Option<Self> {
        Some(Self { tensor: Tensor::new([1, 1, height, width], logits.to_vec())? })
    }
}

/// The masks `[1, M, h, w]` or `[1, 1, M, h, w]` of one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planes<'a> {
    pub(super) count: usize,
    pub(super) height: usize,
    pub(super) width: usize,
    data: &'a [f32],
}

impl<'a> Planes<'a> {
    pub(super) fn of(name: &str, tensor: &'a Tensor) -> Result<Self, String> {
        match *tensor.shape() {
            [1, count, height, width] | [1, 1, count, height, width] if count > 0 && height > 0 && width > 0 => {
                Ok(Self { count, height, width, data: tensor.data() })
            }
            ref shape => Err(format!("{name} has the shape {shape:?}, not [1, masks, height, width]")),
        }
    }

    /// The logits of one mask, all of them finite.
    pub(super) fn plane(&self, index: usize, name: &str) -> Result<&'a [f32], String> {
        let plane = &self.data[index * self.height * self.width..][..self.height * self.width];
        match plane.iter().position(|logit| !logit.is_finite()) {
            Some(at) => Err(format!("number {at} of mask {index} in {name} is {}", plane[at])),
            None => Ok(plane),
        }
    }
}

/// Which mask answers a prompt of `count` points, by their predicted IoU.
///
/// Four masks are one for the prompt as it is and three readings of an ambiguous one: whole, part and part of a part. A
/// single point (with its padding point) or a box alone is ambiguous, so the best of the three is taken; for anything
/// more it is the first mask. This is `SamOnnxModel.select_masks` of facebookresearch/segment-anything, which adds
/// `(num_points − 2.5) · 1000` to the first score. Of any other number of masks the best is taken; among equals the
/// first.
pub(super) fn choose(scores: &[f32], count: usize) -> usize {
    let first = match scores.len() {
        4 if count > 2 => return 0,
        4 => 1,
        _ => 0,
    };
    (first..scores.len()).fold(first, |best, index| if scores[index] > scores[best] { index } else { best })
}

/// The logits of one mask over the whole input, row by row.
#[derive(Debug, Clone)]
pub(super) struct Plane<'a> {
    values: Cow<'a, [f32]>,
    height: usize,
    width: usize,
}

impl<'a> Plane<'a> {
    /// `sides` are height and width.
    pub(super) fn new(values: &'a [f32], (height, width): (usize, usize)) -> Self {
        Self { values: Cow::Borrowed(values), height, width }
    }
}

/// A plane brought to the input's size: the first of the two steps of `SamOnnxModel.mask_postprocessing`. SAM 2, which
/// pads nothing, goes to the image in one.
pub(super) fn enlarged(values: &[f32], (height, width): (usize, usize), input: Size) -> Plane<'static> {
    let taps = |cells: usize, target: u32| -> Vec<Tap> {
        (0..target).map(|at| Tap::at((f64::from(at) + 0.5) * cells as f64 / f64::from(target), cells)).collect()
    };
    let between = |low: f32, high: f32, fraction: f64| low + (high - low) * fraction as f32;
    let across = taps(width, input.width);
    let mut out = Vec::with_capacity(input.area_px() as usize);
    for down in taps(height, input.height) {
        let (upper, lower) = (&values[down.low * width..][..width], &values[down.high * width..][..width]);
        let row: Vec<f32> = upper.iter().zip(lower).map(|(a, b)| between(*a, *b, down.fraction)).collect();
        out.extend(across.iter().map(|tap| between(row[tap.low], row[tap.high], tap.fraction)));
    }
    Plane { values: Cow::Owned(out), height: input.height as usize, width: input.width as usize }
}

/// The pixels of the image whose logit, sampled at their centres, exceeds the threshold; `None` when none does.
///
/// A plane of the input's own size is first cut down to what the image covers, so that its border is the image's and
/// padding does not reach in, as `SamOnnxModel.mask_postprocessing` has it.
pub(super) fn to_image(plane: &Plane<'_>, placement: &Placement, threshold: f64) -> Option<Mask> {
    let (height, width) = (plane.height, plane.width);
    let (left, top, across, down) = placement.covered();
    let whole = BBox::of_image(placement.input);
    let is_of_input = (width, height) == (placement.input.width as usize, placement.input.height as usize);
    let mask = |values: &[f32], width, height, over| match in_image(
        &Grid { values, width, height, over },
        &whole,
        placement,
        threshold,
    )? {
        Geometry::Mask(mask) => Some(mask),
        _ => None,
    };
    if !is_of_input || (across as usize, down as usize) == (width, height) {
        return mask(&plane.values, width, height, whole);
    }
    let rows = plane.values.chunks_exact(width).skip(top as usize).take(down as usize);
    let values: Vec<f32> = rows.flat_map(|row| &row[left as usize..][..across as usize]).copied().collect();
    let (x, y) = (f64::from(left), f64::from(top));
    let over = BBox::new(x, y, x + f64::from(across), y + f64::from(down)).ok()?;
    mask(&values, across as usize, down as usize, over)
}

#[cfg(test)]
mod tests {
    use concord_geometry::Fit;

    use super::*;

    #[test]
    fn four_masks_are_chosen_from_as_segment_anything_does() {
        // select_masks worked by hand: argmax of score + (count − 2.5) · [1000, 0, 0, 0].
        let scores = [0.9, 0.2, 0.7, 0.5];
        assert_eq!(choose(&scores, 2), 2, "a point and its padding, or a box: −499.1, 0.2, 0.7, 0.5");
        assert_eq!(choose(&scores, 3), 0, "one more: 500.9, 0.2, 0.7, 0.5");
        assert_eq!(choose(&[0.1, 0.4, 0.4, 0.3], 2), 1, "numpy's argmax takes the first of equals");
        assert_eq!((choose(&[0.3], 9), choose(&[0.3, 0.6, 0.5], 9)), (0, 1), "other numbers: the best");
    }

    #[test]
    fn padding_does_not_reach_into_an_image_that_is_enlarged() {
        // An 8 × 4 image fills the upper half of a 4 × 4 input, whose lower half denies what the upper one says.
        let placement = Placement::new(Size::new(8, 4), Size::new(4, 4), Fit::LetterboxTopLeft);
        let plane: Vec<f32> = (0..16).map(|at| if at < 8 { 1.0 } else { -9.0 }).collect();
        let mask = to_image(&Plane::new(&plane, (4, 4)), &placement, 0.0).expect("all of it");
        assert_eq!(mask.rle().area_px(), 32);
        // Cells coarser than the input's pixels are sampled where they lie: the lowest row is nearer to the padding.
        let coarse = [1.0, 1.0, -9.0, -9.0];
        let mask = to_image(&Plane::new(&coarse, (2, 2)), &placement, 0.0).expect("the upper rows");
        assert_eq!(mask.bounds(), BBox::new(0.0, 0.0, 8.0, 2.0).expect("a box"));
        assert_eq!(to_image(&Plane::new(&[-1.0], (1, 1)), &placement, 0.0), None);
    }

    #[test]
    fn enlarging_is_bilinear_at_centres() {
        // torch: F.interpolate([[1, -3]], (1, 4), mode="bilinear", align_corners=False) is 1, 0, -2, -3.
        let plane = enlarged(&[1.0, -3.0], (1, 2), Size::new(4, 2));
        assert_eq!((plane.height, plane.width), (2, 4));
        assert_eq!(*plane.values, [1.0, 0.0, -2.0, -3.0, 1.0, 0.0, -2.0, -3.0]);
    }

    #[test]
    fn odd_shapes_and_numbers_are_told() {
        let flat = Tensor::filled(&[4, 4], 0.0);
        assert!(Planes::of("masks", &flat).expect_err("two sides").contains("masks has the shape [4, 4]"));
        let mut values = vec![0.0; 8];
        values[6] = f32::NAN;
        let planes = Tensor::new([1, 2, 2, 2], values).expect("eight numbers");
        let planes = Planes::of("masks", &planes).expect("two masks");
        assert!(planes.plane(0, "masks").is_ok());
        assert_eq!(planes.plane(1, "masks").expect_err("NaN"), "number 2 of mask 1 in masks is NaN");
    }
}
