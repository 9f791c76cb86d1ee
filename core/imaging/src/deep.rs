//! Files and bytes to upright pictures that keep the depth of the file.

use std::path::Path;

use concord_geometry::Size;
use image::DynamicImage;

use crate::decode::{Dynamic, check_not_empty, decode_dynamic, open_decoder, read_file, to_rgb8};
use crate::exif_data::ExifData;
use crate::jpeg_headers::JpegHeaders;
use crate::tiff::{Bytes, Reader, TiffFile, no_such_page};
use crate::{Format, ImagingError, Limits, Orientation, Picture, Pixels, avif, decode_bytes};

/// Reads and decodes a picture file with the depth it has: as [`decode_file`](crate::decode_file), but 16-bit samples,
/// floats and wide whole numbers stay what they are, and those of an AVIF of 10 or 12 bits too. Of a TIFF file the page with the given number, counted from 0, is
/// read; every other format has page 0 alone.
///
/// A TIFF whose zero is white is turned round (largest value minus sample; 1 minus sample for floats), one with three
/// or more bands and no word on their meaning gives the first three, and other bands beyond colour and alpha are left
/// out.
pub fn decode_picture(path: &Path, limits: &Limits, page: usize) -> Result<Picture, ImagingError> {
    let name = path.display().to_string();
    if has_tiff_header(&name, path)? {
        match decode_tiff(Bytes::open(&name, path)?, limits, page) {
            Ok((picture, orientation)) => return Ok(picture.turned(orientation)),
            Err(ImagingError::Unsupported { .. }) if page == 0 => {}
            Err(error) => return Err(error),
        }
    }
    decode_picture_bytes(&name, &read_file(&name, path, limits)?, limits, page)
}

/// Whether a file begins like a TIFF; only its first bytes are read.
pub(crate) fn has_tiff_header(name: &str, path: &Path) -> Result<bool, ImagingError> {
    let bytes = Bytes::open(name, path)?;
    Ok(Reader::recognises(&bytes.read(0, bytes.len().min(8))?))
}

/// As [`decode_picture`], for bytes already in memory; `name` stands for the file in messages.
pub fn decode_picture_bytes(name: &str, bytes: &[u8], limits: &Limits, page: usize) -> Result<Picture, ImagingError> {
    let format = Format::detect(name, bytes)?;
    if format == Format::Tiff {
        return match decode_tiff(Bytes::in_memory(name, bytes.to_vec()), limits, page) {
            Ok((picture, orientation)) => Ok(picture.turned(orientation)),
            // The general decoder knows compressions that cannot be read in parts, but only the first page.
            Err(unread @ ImagingError::Unsupported { .. }) if page == 0 => {
                decode_deep(name, format, bytes, limits).map_err(|_| unread)
            }
            Err(error) => Err(error),
        };
    }
    if page > 0 {
        return Err(no_such_page(name, page, 1));
    }
    match format {
        Format::Jpeg => Ok(decode_bytes(name, bytes, limits)?.into()),
        Format::Avif => {
            let decoded = avif::decode(name, bytes, limits, 0)?;
            Ok(decoded.picture.turned(decoded.exif.orientation))
        }
        _ => decode_deep(name, format, bytes, limits),
    }
}

/// A page of a TIFF file as stored, and how it has to be turned.
pub(crate) fn decode_tiff(bytes: Bytes, limits: &Limits, page: usize) -> Result<(Picture, Orientation), ImagingError> {
    let file = TiffFile::open(bytes)?;
    let page = file.page(page, limits)?;
    Ok((file.decode(&page, limits)?, page.orientation))
}

fn decode_deep(name: &str, format: Format, bytes: &[u8], limits: &Limits) -> Result<Picture, ImagingError> {
    let Dynamic { size, pixels, exif, .. } = decode_dynamic(name, format, bytes, limits, 0)?;
    let pixels = match pixels {
        DynamicImage::ImageLuma16(image) => Pixels::Gray16(image.into_raw()),
        DynamicImage::ImageLumaA16(image) => Pixels::Gray16(on_black::<1, 2>(image.as_raw())),
        DynamicImage::ImageRgb16(image) => Pixels::Rgb16(image.into_raw()),
        DynamicImage::ImageRgba16(image) => Pixels::Rgb16(on_black::<3, 4>(image.as_raw())),
        DynamicImage::ImageRgb32F(image) => Pixels::RgbF32(image.into_raw()),
        other => Pixels::Rgb8(to_rgb8(other).0),
    };
    let picture = Picture::try_new(size, pixels).ok_or_else(|| ImagingError::Corrupt {
        name: name.to_owned(),
        format: format.name(),
        reason: "the decoder gave another number of pixels than the header says".to_owned(),
    })?;
    Ok(picture.turned(exif.orientation))
}

/// `COLOURS` channels of pixels of `ALL`, the last of which is alpha: c·a/65535, rounded.
fn on_black<const COLOURS: usize, const ALL: usize>(data: &[u16]) -> Vec<u16> {
    let times = |value: u16, alpha: u16| ((u32::from(value) * u32::from(alpha) + 32_767) / 65_535) as u16;
    data.as_chunks::<ALL>()
        .0
        .iter()
        .flat_map(|pixel| std::array::from_fn::<u16, COLOURS, _>(|i| times(pixel[i], pixel[ALL - 1])))
        .collect()
}

/// What a header tells before anything is decoded.
pub(crate) struct Header {
    /// Size as stored.
    pub(crate) stored: Size,
    pub(crate) orientation: Orientation,
}

/// The header of a file, its size held against the limits.
pub(crate) fn read_header(name: &str, bytes: &[u8], limits: &Limits, page: usize) -> Result<Header, ImagingError> {
    let format = Format::detect(name, bytes)?;
    if page > 0 {
        return Err(no_such_page(name, page, 1));
    }
    let header = match format {
        Format::Jpeg => {
            let headers = JpegHeaders::walk(bytes);
            let stored = headers.size.ok_or_else(|| ImagingError::Corrupt {
                name: name.to_owned(),
                format: "JPEG",
                reason: "there is no frame header".to_owned(),
            })?;
            Header { stored, orientation: headers.exif.map(ExifData::parse).unwrap_or_default().orientation }
        }
        Format::Avif => {
            let avif::Header { stored, exif } = avif::read_header(name, bytes, limits)?;
            Header { stored, orientation: exif.orientation }
        }
        _ => {
            let (decoder, stored, exif) = open_decoder(name, format, bytes, limits)?;
            drop(decoder);
            Header { stored, orientation: exif.orientation }
        }
    };
    check_not_empty(name, format.name(), header.stored)?;
    limits.check_size(name, header.stored)?;
    Ok(header)
}
