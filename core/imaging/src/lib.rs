//! Reads pictures and measures them: decoding behind limits, damage checks, thumbnails, features, perturbations.
//!
//! Pixels are row-major, upright (EXIF orientation applied), alpha composited on black: 8-bit sRGB in [`Rgb8`], or with
//! the depth of the file in [`Picture`]. [`ImageSource`] gives pictures of any size in tiles. Nothing here reads a clock
//! or draws unseeded randomness; the only I/O is reading the file that a caller names.

mod avif;
mod decode;
mod deep;
mod encode;
mod error;
mod exif_data;
mod features;
mod format;
mod inspect;
mod inspect_large;
mod jpeg_headers;
mod jpeg_quality;
mod laplacian;
mod limits;
mod orientation;
pub mod perturb;
mod picture;
mod raster;
mod resize;
mod rgb8;
mod rgba;
mod source;
mod tiff;
mod window;

pub use decode::{decode_bytes, decode_file};
pub use deep::{decode_picture, decode_picture_bytes};
pub use encode::{encode_jpeg, encode_png};
pub use error::ImagingError;
pub use features::{Features, features};
pub use format::Format;
pub use inspect::{Inspection, THUMBNAIL_SIDE, Warning, inspect_bytes, inspect_file};
pub use jpeg_quality::JpegQuality;
pub use limits::Limits;
pub use orientation::Orientation;
pub use picture::{Picture, PixelKind, PixelValue, Pixels};
pub use resize::{resized, thumbnail};
pub use rgb8::Rgb8;
pub use rgba::{Rgba8, decode_rgba8_pyramid, decode_rgba8_pyramid_bytes};
pub use source::{ImageSource, TILE_SIDE, Tile};
pub use window::Window;
