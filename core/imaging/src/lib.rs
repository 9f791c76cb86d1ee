//! Reads pictures and measures them: decoding behind limits, damage checks, thumbnails, features, perturbations.
//!
//! Pixels are 8-bit sRGB, row-major, upright (EXIF orientation applied), alpha composited on black. Nothing here
//! reads a clock or draws unseeded randomness; the only I/O is reading the file that a caller names.

mod decode;
mod encode;
mod error;
mod exif_data;
mod format;
mod jpeg_headers;
mod limits;
mod orientation;
mod rgb8;

pub use decode::{decode_bytes, decode_file};
pub use encode::{encode_jpeg, encode_png};
pub use error::ImagingError;
pub use format::Format;
pub use limits::Limits;
pub use orientation::Orientation;
pub use rgb8::Rgb8;
