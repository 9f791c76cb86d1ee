//! Reads pictures and measures them: decoding behind limits, damage checks, thumbnails, features, perturbations.
//!
//! Pixels are 8-bit sRGB, row-major, upright (EXIF orientation applied), alpha composited on black. Nothing here
//! reads a clock or draws unseeded randomness; the only I/O is reading the file that a caller names.

mod decode;
mod encode;
mod error;
mod exif_data;
mod features;
mod format;
mod inspect;
mod jpeg_headers;
mod jpeg_quality;
mod laplacian;
mod limits;
mod orientation;
pub mod perturb;
mod resize;
mod rgb8;

pub use decode::{decode_bytes, decode_file};
pub use encode::{encode_jpeg, encode_png};
pub use error::ImagingError;
pub use features::{Features, features};
pub use format::Format;
pub use inspect::{Inspection, THUMBNAIL_SIDE, Warning, inspect_bytes, inspect_file};
pub use jpeg_quality::JpegQuality;
pub use limits::Limits;
pub use orientation::Orientation;
pub use resize::thumbnail;
pub use rgb8::Rgb8;
