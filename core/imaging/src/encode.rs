//! Pictures to PNG and JPEG bytes.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use crate::Rgb8;

/// The picture as a lossless 8-bit RGB PNG. The same picture always gives the same bytes.
///
/// # Panics
/// When the public fields of the picture were made to contradict each other.
pub fn encode_png(image: &Rgb8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(image.data.len() / 2 + 1024);
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive)
        .write_image(&image.data, image.size.width, image.size.height, ExtendedColorType::Rgb8)
        .expect("writing to memory succeeds for a picture whose size and bytes agree");
    bytes
}

/// The picture as a baseline 4:4:4 JPEG with the standard quantisation tables scaled to `quality`, which is brought
/// into 1 to 100.
///
/// # Panics
/// When a side is above 65,535 pixels, which JPEG cannot express, or the public fields contradict each other.
pub fn encode_jpeg(image: &Rgb8, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(image.data.len() / 6 + 1024);
    JpegEncoder::new_with_quality(&mut bytes, quality.clamp(1, 100))
        .write_image(&image.data, image.size.width, image.size.height, ExtendedColorType::Rgb8)
        .expect("writing to memory succeeds for a picture within JPEG's 65,535 pixels a side");
    bytes
}
