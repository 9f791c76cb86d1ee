//! What a person points at, and how a decoder is told.

use concord_geometry::{BBox, Placement, Point, Size};

use super::layout::Layout;
use super::masks::LowRes;
use crate::tensor::Tensor;

/// Labels of points, as Segment Anything numbers them.
const REMOVE: f32 = 0.0;
const ADD: f32 = 1.0;
const UPPER_LEFT: f32 = 2.0;
const LOWER_RIGHT: f32 = 3.0;
const PADDING: f32 = -1.0;

/// What a person points at, in image pixels: at least one point, or a box.
#[derive(Debug, Clone, Default)]
pub struct Prompt<'a> {
    /// Points, each with true where it belongs to the object and false where it does not.
    pub points: Vec<(Point, bool)>,
    /// A box around the object; what lies outside the image is cut off.
    pub bbox: Option<BBox>,
    /// What the same image's last prompt gave, to start from: [`super::Segment::low_res`].
    pub previous: Option<&'a LowRes>,
}

/// Points as a decoder takes them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tokens {
    pub(super) places: Tensor,
    pub(super) labels: Tensor,
    /// How many there are by Segment Anything's count: points, two corners of a box or else one padding point.
    pub(super) count: usize,
}

impl Prompt<'_> {
    /// The points and corners in the decoder's coordinates; `scale` is what input pixels are multiplied by.
    ///
    /// The decoders add half a pixel to every coordinate, because their own count pixels; places in an image that are
    /// continuous already lose it here.
    pub(super) fn tokens(&self, layout: &Layout, placement: &Placement, scale: [f64; 2]) -> Result<Tokens, String> {
        let marked = self.marked(layout, placement)?;
        let count = marked.len() + usize::from(self.bbox.is_none());
        let mut places = Vec::with_capacity(marked.len() * 2 + 2);
        let mut labels = Vec::with_capacity(marked.len() + 1);
        for (point, label) in marked {
            let at = placement.input_from_image(point);
            places.extend([(at.x * scale[0] - 0.5) as f32, (at.y * scale[1] - 0.5) as f32]);
            labels.push(label);
        }
        let needed = if layout.pads { count } else { labels.len() };
        let length = layout.fixed_points.unwrap_or(needed);
        if needed > length {
            let name = &layout.points;
            return Err(format!(
                "the decoder takes {length} points and corners, padding included, in {name}, not {needed}"
            ));
        }
        labels.resize(length, PADDING);
        places.resize(length * 2, 0.0);
        let ones = vec![1; layout.leading];
        let shape = |rest: &[usize]| [&ones, rest].concat();
        let tensors = Tensor::new(shape(&[length, 2]), places).zip(Tensor::new(shape(&[length]), labels));
        let (places, labels) = tensors.ok_or("the points do not fill their tensors")?;
        Ok(Tokens { places, labels, count })
    }

    /// Points and corners in image pixels with their labels, checked.
    fn marked(&self, layout: &Layout, placement: &Placement) -> Result<Vec<(Point, f32)>, String> {
        let size = placement.image;
        if self.points.is_empty() && self.bbox.is_none() {
            return Err("there is neither a point nor a box".into());
        }
        let image = BBox::of_image(size);
        if let Some((at, _)) = self.points.iter().find(|(at, _)| !image.contains(*at)) {
            return Err(format!(
                "the point ({}, {}) lies outside the image of {} × {}",
                at.x, at.y, size.width, size.height
            ));
        }
        let mut marked: Vec<(Point, f32)> =
            self.points.iter().map(|(at, is_added)| (*at, if *is_added { ADD } else { REMOVE })).collect();
        if let Some(bbox) = &self.bbox {
            if !layout.knows_boxes {
                return Err(format!("the decoder takes points only, in {}; there is a box", layout.points));
            }
            let inside = bbox.clipped(size).ok_or_else(|| {
                let [x1, y1, x2, y2] = <[f64; 4]>::from(*bbox);
                let Size { width, height } = size;
                format!("the box ({x1}, {y1}, {x2}, {y2}) has no part in the image of {width} × {height}")
            })?;
            marked.push((Point::new(inside.x1(), inside.y1()), UPPER_LEFT));
            marked.push((Point::new(inside.x2(), inside.y2()), LOWER_RIGHT));
        }
        Ok(marked)
    }
}
