//! A mask: a non-empty set of pixels of an image, run-length stored.

use serde::{Deserialize, Serialize};

use crate::{BBox, GeometryError, Point, Rle};

/// A non-empty set of pixels of an image; written as COCO does, `{"size": [height, width], "counts": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Rle", into = "Rle")]
pub struct Mask {
    rle: Rle,
    /// Columns and rows `[x1, x2) × [y1, y2)`.
    bounds: [u32; 4],
}

impl Mask {
    /// A mask from runs; an error when it has no foreground.
    pub fn new(rle: Rle) -> Result<Self, GeometryError> {
        let bounds: [f64; 4] = rle.bounds().ok_or(GeometryError::EmptyMask)?.into();
        Ok(Self { rle, bounds: bounds.map(|v| v as u32) })
    }

    /// The runs.
    pub fn rle(&self) -> &Rle {
        &self.rle
    }

    /// The runs, to build another mask from.
    pub fn into_rle(self) -> Rle {
        self.rle
    }

    /// The smallest box that holds the foreground.
    pub fn bounds(&self) -> BBox {
        let [x1, y1, x2, y2] = self.bounds.map(f64::from);
        BBox::new(x1, y1, x2, y2).unwrap_or_else(|_| BBox::of_image(crate::Size::new(0, 0)))
    }

    /// True when the pixel under the point is foreground.
    pub fn contains(&self, point: Point) -> bool {
        self.bounds().contains(point) && self.rle.is_foreground(point.x.floor() as u32, point.y.floor() as u32)
    }

    /// The mask moved by whole pixels; what leaves the image is cut off, and `None` when nothing is left.
    pub fn moved(&self, dx: i64, dy: i64) -> Option<Self> {
        Self::new(self.rle.moved(dx, dy)).ok()
    }
}

impl TryFrom<Rle> for Mask {
    type Error = GeometryError;

    fn try_from(rle: Rle) -> Result<Self, GeometryError> {
        Self::new(rle)
    }
}

impl From<Mask> for Rle {
    fn from(mask: Mask) -> Self {
        mask.rle
    }
}
