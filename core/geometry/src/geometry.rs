//! The geometry of a labelled thing: one of the primitives.

use serde::{Deserialize, Serialize};

use crate::{BBox, Ellipse, Keypoints, Mask, Point, Polygon, Polyline, RotatedBox, Size};

/// Why numbers are not a geometry.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum GeometryError {
    /// A coordinate or length is NaN or infinite.
    #[error("a coordinate is not a finite number: ({0}, {1})")]
    NotFinite(f64, f64),
    /// A ring, line or set of keypoints has too few points.
    #[error("{found} points are too few, {needed} are needed")]
    TooFewPoints {
        /// How many it takes.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// A flat list of points has an odd number of numbers.
    #[error("{0} numbers do not make pairs of x and y")]
    OddNumbers(usize),
    /// A flat list of keypoints is not a multiple of three.
    #[error("{0} numbers do not make triples of x, y and visibility")]
    NotTriples(usize),
    /// A visibility other than 0, 1 and 2.
    #[error("visibility {0} is neither 0 (absent) nor 1 (occluded) nor 2 (visible)")]
    UnknownVisibility(f64),
    /// A side or radius below zero.
    #[error("a length is negative: {0}")]
    NegativeLength(f64),
    /// A mask without foreground.
    #[error("the mask has no foreground pixel")]
    EmptyMask,
}

/// What kind of geometry it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeometryKind {
    /// An upright box.
    Box,
    /// A box turned about its centre.
    RotatedBox,
    /// A region with straight edges, holes and parts allowed.
    Polygon,
    /// An open line.
    Polyline,
    /// A set of pixels.
    Mask,
    /// An ellipse.
    Ellipse,
    /// Points of a template, or a single point.
    Keypoints,
}

impl GeometryKind {
    /// All kinds, in the order of tool bars and files.
    pub const ALL: [Self; 7] =
        [Self::Box, Self::RotatedBox, Self::Polygon, Self::Polyline, Self::Mask, Self::Ellipse, Self::Keypoints];

    /// The word used on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Box => "box",
            Self::RotatedBox => "rotated box",
            Self::Polygon => "polygon",
            Self::Polyline => "polyline",
            Self::Mask => "mask",
            Self::Ellipse => "ellipse",
            Self::Keypoints => "points",
        }
    }

    /// True for kinds that cover an area, so that overlap has a meaning.
    pub fn is_region(self) -> bool {
        !matches!(self, Self::Polyline | Self::Keypoints)
    }
}

/// Where a labelled thing is, in image pixels.
///
/// Written as one field that is named after the kind, such as `"bbox": [x1, y1, x2, y2]`; each primitive says how its
/// numbers are written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Geometry {
    /// An upright box.
    #[serde(rename = "bbox")]
    Box(BBox),
    /// A box turned about its centre.
    RotatedBox(RotatedBox),
    /// A region with straight edges.
    Polygon(Polygon),
    /// An open line.
    Polyline(Polyline),
    /// A set of pixels.
    Mask(Mask),
    /// An ellipse.
    Ellipse(Ellipse),
    /// Points of a template, or a single point.
    Keypoints(Keypoints),
}

impl Geometry {
    /// Which kind it is.
    pub fn kind(&self) -> GeometryKind {
        match self {
            Self::Box(_) => GeometryKind::Box,
            Self::RotatedBox(_) => GeometryKind::RotatedBox,
            Self::Polygon(_) => GeometryKind::Polygon,
            Self::Polyline(_) => GeometryKind::Polyline,
            Self::Mask(_) => GeometryKind::Mask,
            Self::Ellipse(_) => GeometryKind::Ellipse,
            Self::Keypoints(_) => GeometryKind::Keypoints,
        }
    }

    /// The smallest upright box that holds it; it may have no area (a single point). Constant time.
    pub fn bounds(&self) -> BBox {
        match self {
            Self::Box(b) => *b,
            Self::RotatedBox(b) => b.bounds(),
            Self::Polygon(p) => p.bounds(),
            Self::Polyline(l) => l.bounds(),
            Self::Mask(m) => m.bounds(),
            Self::Ellipse(e) => e.bounds(),
            Self::Keypoints(k) => k.bounds(),
        }
    }

    /// The area it covers in square pixels; 0 for lines and points.
    pub fn area_px(&self) -> f64 {
        match self {
            Self::Box(b) => b.area_px(),
            Self::RotatedBox(b) => b.area_px(),
            Self::Polygon(p) => p.area_px(),
            Self::Mask(m) => m.rle().area_px() as f64,
            Self::Ellipse(e) => e.area_px(),
            Self::Polyline(_) | Self::Keypoints(_) => 0.0,
        }
    }

    /// True when the point lies in the region it covers; never for lines and points.
    pub fn contains(&self, point: Point) -> bool {
        match self {
            Self::Box(b) => b.contains(point),
            Self::RotatedBox(b) => b.contains(point),
            Self::Polygon(p) => p.contains(point),
            Self::Mask(m) => m.contains(point),
            Self::Ellipse(e) => e.contains(point),
            Self::Polyline(_) | Self::Keypoints(_) => false,
        }
    }

    /// It moved by `(dx, dy)` pixels. A mask moves by whole pixels and stays in its image; `None` when nothing of it
    /// would be left there.
    pub fn moved(&self, dx: f64, dy: f64) -> Option<Self> {
        Some(match self {
            Self::Box(b) => Self::Box(b.moved(dx, dy)),
            Self::RotatedBox(b) => Self::RotatedBox(b.moved(dx, dy)),
            Self::Polygon(p) => Self::Polygon(p.moved(dx, dy)),
            Self::Polyline(l) => Self::Polyline(l.moved(dx, dy)),
            Self::Mask(m) => Self::Mask(m.moved(dx.round() as i64, dy.round() as i64)?),
            Self::Ellipse(e) => Self::Ellipse(e.moved(dx, dy)),
            Self::Keypoints(k) => Self::Keypoints(k.moved(dx, dy)),
        })
    }

    /// True when no part of it leaves an image of this size.
    pub fn is_inside(&self, size: Size) -> bool {
        self.bounds().is_inside(size)
    }
}

impl From<BBox> for Geometry {
    fn from(bbox: BBox) -> Self {
        Self::Box(bbox)
    }
}
