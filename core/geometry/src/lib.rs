//! Points, boxes, run-length masks, transforms, hit tests and overlap, in continuous pixel coordinates.
//!
//! The origin is the outer top-left corner of the top-left pixel, x points right, y down; pixel (row i, column j)
//! covers `[j, j+1) × [i, i+1)`. No formula here adds one to a width. This crate does no I/O and knows nothing above it.

mod bbox;
mod handle;
mod letterbox;
mod point;
mod rle;
mod view;

pub use bbox::{BBox, BBoxError};
pub use handle::{Handle, hit_handle};
pub use letterbox::Letterbox;
pub use point::{Point, Size};
pub use rle::{Rle, RleError};
pub use view::View;
