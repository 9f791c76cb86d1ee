//! Pictures of every kind, size and depth, in whole and in tiles: all made here, so that what must be read is known.

mod avif;
mod damage;
mod deep;
mod flat_jpeg;
mod formats;
mod source;
mod tiff;
mod tiff_builder;

use concord_imaging::{ImageSource, Limits, Picture, decode_picture_bytes};

fn picture(bytes: &[u8]) -> Picture {
    page(bytes, 0)
}

fn page(bytes: &[u8], page: usize) -> Picture {
    decode_picture_bytes("a.tif", bytes, &Limits::default(), page).expect("a picture")
}

fn open(bytes: Vec<u8>) -> ImageSource {
    ImageSource::from_bytes("a.tif", bytes, &Limits::default(), 0).expect("a picture")
}
