//! The primitives of labelling (boxes, polygons, lines, masks, ellipses, keypoints), transforms, hit tests and overlap, in continuous pixel coordinates.
//!
//! The origin is the outer top-left corner of the top-left pixel, x points right, y down; pixel (row i, column j)
//! covers `[j, j+1) × [i, i+1)`. No formula here adds one to a width. This crate does no I/O and knows nothing above it.

mod bbox;
mod boolean;
mod brush;
mod capsule;
mod clip;
mod coco_raster;
mod convert;
mod convex;
mod distance;
mod fit;
mod geometry;
mod handle;
mod index;
mod interpolate;
mod keypoints;
mod mask;
mod outline;
mod overlap;
mod placement;
mod point;
mod points;
mod polygon;
mod raster;
mod rle;
mod rotated;
mod rotated_handle;
mod runs;
mod simplify;
mod slice;
mod trace;
mod vertex;
mod view;

pub use bbox::{BBox, BBoxError};
pub use brush::{Brush, BrushMode, Painter, PixelRect, stroke};
pub use geometry::{Geometry, GeometryError, GeometryKind};
pub use handle::{Handle, hit_handle};
pub use index::BoxIndex;
pub use keypoints::{Keypoint, Keypoints, Visibility};
pub use mask::Mask;
pub use outline::snapped;
pub use placement::{Fit, Placement};
pub use point::{Point, Size};
pub use polygon::{Polygon, Polyline};
pub use rle::{Rle, RleError};
pub use rotated::{Ellipse, RotatedBox};
pub use rotated_handle::RotatedHandle;
pub use simplify::{simplified_line, simplified_ring};
pub use vertex::VertexRef;
pub use view::View;
