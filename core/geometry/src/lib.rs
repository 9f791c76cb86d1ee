//! The primitives of labelling (boxes, polygons, lines, masks, ellipses, keypoints), transforms, hit tests and overlap, in continuous pixel coordinates.
//!
//! The origin is the outer top-left corner of the top-left pixel, x points right, y down; pixel (row i, column j)
//! covers `[j, j+1) × [i, i+1)`. No formula here adds one to a width. This crate does no I/O and knows nothing above it.

mod bbox;
mod geometry;
mod handle;
mod keypoints;
mod letterbox;
mod mask;
mod point;
mod points;
mod polygon;
mod rle;
mod rotated;
mod view;

pub use bbox::{BBox, BBoxError};
pub use geometry::{Geometry, GeometryError, GeometryKind};
pub use handle::{Handle, hit_handle};
pub use keypoints::{Keypoint, Keypoints, Visibility};
pub use letterbox::Letterbox;
pub use mask::Mask;
pub use point::{Point, Size};
pub use polygon::{Polygon, Polyline};
pub use rle::{Rle, RleError};
pub use rotated::{Ellipse, RotatedBox};
pub use view::View;
