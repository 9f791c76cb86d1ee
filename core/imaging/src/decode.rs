//! Files and bytes to upright RGB pictures, with every limit checked on the header first.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use concord_geometry::Size;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, error::ImageFormatHint};
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::deep::decode_tiff;
use crate::exif_data::ExifData;
use crate::jpeg_headers::JpegHeaders;
use crate::tiff::{Bytes, TiffFile};
use crate::{Format, ImagingError, Limits, Orientation, Rgb8, avif};

/// Reads and decodes a picture file: format by its first bytes, EXIF orientation applied, grey and palette expanded,
/// alpha composited on black, 10 to 16 bits rounded to 8, CMYK without a colour profile; the first frame or page. A TIFF
/// of whole numbers beyond 16 bits, of grey floats or of signed numbers is seen through its default window.
pub fn decode_file(path: &Path, limits: &Limits) -> Result<Rgb8, ImagingError> {
    let name = path.display().to_string();
    let bytes = read_file(&name, path, limits)?;
    decode_bytes(&name, &bytes, limits)
}

/// As [`decode_file`], for bytes already in memory; `name` stands for the file in messages.
pub fn decode_bytes(name: &str, bytes: &[u8], limits: &Limits) -> Result<Rgb8, ImagingError> {
    let decoded = decode(name, bytes, limits)?;
    Ok(decoded.exif.orientation.apply(decoded.stored))
}

/// A decoded file before it is turned upright, with what its headers said.
pub(crate) struct Decoded<'a> {
    pub(crate) format: Format,
    /// Pixels as stored, not yet turned upright.
    pub(crate) stored: Rgb8,
    pub(crate) exif: ExifData,
    /// The markers, when the file is a JPEG.
    pub(crate) jpeg: Option<JpegHeaders<'a>>,
    /// Whether channels had more than 8 bits.
    pub(crate) deep: bool,
    /// Whether every pixel was fully transparent.
    pub(crate) fully_transparent: bool,
    /// What a strict decoder objected to where a lenient one could go on.
    pub(crate) complaint: Option<String>,
}

/// The bytes of a file no larger than the limit.
pub(crate) fn read_file(name: &str, path: &Path, limits: &Limits) -> Result<Vec<u8>, ImagingError> {
    let io = |source| ImagingError::Io { name: name.to_owned(), source };
    let length = std::fs::metadata(path).map_err(io)?.len();
    limits.check_bytes(name, length)?;
    std::fs::read(path).map_err(io)
}

pub(crate) fn decode<'a>(name: &str, bytes: &'a [u8], limits: &Limits) -> Result<Decoded<'a>, ImagingError> {
    match Format::detect(name, bytes)? {
        Format::Jpeg => decode_jpeg(name, bytes, limits),
        Format::Avif => decode_avif(name, bytes, limits),
        format => decode_other(name, format, bytes, limits),
    }
}

fn decode_jpeg<'a>(name: &str, bytes: &'a [u8], limits: &Limits) -> Result<Decoded<'a>, ImagingError> {
    let JpegSamples { headers, size, data, complaint } = jpeg_samples(name, bytes, limits, ColorSpace::RGB)?;
    let stored = Rgb8::try_new(size, data).ok_or_else(|| miscounted(name, Format::Jpeg))?;
    let exif = headers.exif.map(ExifData::parse).unwrap_or_default();
    let (format, deep, fully_transparent) = (Format::Jpeg, false, false);
    Ok(Decoded { format, stored, exif, jpeg: Some(headers), deep, fully_transparent, complaint })
}

fn decode_avif<'a>(name: &str, bytes: &[u8], limits: &Limits) -> Result<Decoded<'a>, ImagingError> {
    let decoded = avif::decode(name, bytes, limits, 3)?;
    let (size, exif, fully_transparent) = (decoded.picture.size, decoded.exif, decoded.fully_transparent);
    let (format, deep) = (Format::Avif, decoded.picture.kind().is_deep());
    let stored = Rgb8::try_new(size, avif::to_eight_bits(decoded)).ok_or_else(|| miscounted(name, format))?;
    Ok(Decoded { format, stored, exif, jpeg: None, deep, fully_transparent, complaint: None })
}

/// The samples of a JPEG file, not yet turned upright, with its markers.
pub(crate) struct JpegSamples<'a> {
    pub(crate) headers: JpegHeaders<'a>,
    pub(crate) size: Size,
    pub(crate) data: Vec<u8>,
    /// What a strict decoder objected to where a lenient one could go on.
    pub(crate) complaint: Option<String>,
}

pub(crate) fn jpeg_samples<'a>(
    name: &str,
    bytes: &'a [u8],
    limits: &Limits,
    colours: ColorSpace,
) -> Result<JpegSamples<'a>, ImagingError> {
    let corrupt = |reason: String| ImagingError::Corrupt { name: name.to_owned(), format: "JPEG", reason };
    let headers = JpegHeaders::walk(bytes);
    let size = headers.size.ok_or_else(|| corrupt("there is no frame header".to_owned()))?;
    check_not_empty(name, "JPEG", size)?;
    limits.check_size(name, size)?;
    // A progressive file keeps every coefficient, two bytes each, until its last scan.
    let coefficients = if headers.progressive { 2 * u64::from(headers.components) } else { 0 };
    limits.check_bytes(name, size.area_px() * (colours.num_components() as u64 + coefficients))?;
    let Some(end) = headers.end else {
        return Err(corrupt("the end-of-image marker is missing".to_owned()));
    };
    let pixels = |strict| jpeg_pixels(&bytes[..end], size, colours, strict);
    let (data, complaint) = match pixels(true) {
        Ok(data) => (data, None),
        Err(DecodeErrors::Unsupported(what)) => {
            let (name, format, reason) = (name.to_owned(), "JPEG".to_owned(), format!("{what:?}"));
            return Err(ImagingError::Unsupported { name, format, reason });
        }
        Err(strict) => (pixels(false).map_err(|e| corrupt(format!("{e:?}")))?, Some(format!("{strict:?}"))),
    };
    Ok(JpegSamples { headers, size, data, complaint })
}

fn jpeg_pixels(bytes: &[u8], size: Size, colours: ColorSpace, strict: bool) -> Result<Vec<u8>, DecodeErrors> {
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(colours)
        .set_strict_mode(strict)
        .set_max_width(size.width as usize)
        .set_max_height(size.height as usize);
    zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options).decode()
}

fn decode_other<'a>(name: &str, format: Format, bytes: &'a [u8], limits: &Limits) -> Result<Decoded<'a>, ImagingError> {
    let (size, (stored, deep, fully_transparent), exif) = match decode_dynamic(name, format, bytes, limits, 3) {
        Ok(Dynamic { size, pixels, exif, deep }) => {
            let (data, transparent) = to_rgb8(pixels);
            (size, (data, deep, transparent), exif)
        }
        // What the general decoder leaves out of TIFF is seen through the default window.
        Err(unread @ ImagingError::Unsupported { .. }) if format == Format::Tiff => {
            let file = Bytes::in_memory(name, bytes.to_vec());
            let Ok((picture, orientation)) = decode_tiff(file, limits, 0) else { return Err(unread) };
            let image = picture.to_rgb8(picture.default_window());
            let exif = ExifData { orientation, ..tiff_exif(name, bytes, limits) };
            (image.size, (image.data, picture.kind().is_deep(), false), exif)
        }
        Err(error) => return Err(error),
    };
    let stored = Rgb8::try_new(size, stored).ok_or_else(|| miscounted(name, format))?;
    Ok(Decoded { format, stored, exif, jpeg: None, deep, fully_transparent, complaint: None })
}

/// A picture as the general decoder gives it, not yet turned upright.
pub(crate) struct Dynamic {
    pub(crate) size: Size,
    pub(crate) pixels: DynamicImage,
    pub(crate) exif: ExifData,
    /// Whether channels had more than 8 bits.
    pub(crate) deep: bool,
}

/// A file of any format but JPEG and AVIF; `spare` bytes a pixel are left within the limits for the caller's own copy.
pub(crate) fn decode_dynamic(
    name: &str,
    format: Format,
    bytes: &[u8],
    limits: &Limits,
    spare: u64,
) -> Result<Dynamic, ImagingError> {
    let (decoder, size, exif) = open_decoder(name, format, bytes, limits)?;
    limits.check_bytes(name, decoder.total_bytes().saturating_add(size.area_px() * spare))?;
    let deep = decoder.color_type().bytes_per_pixel() > decoder.color_type().channel_count();
    // A decoder that panics has met a case that its authors did not think of; the caller's own must go on.
    let Ok(pixels) = catch_unwind(AssertUnwindSafe(|| DynamicImage::from_decoder(decoder))) else {
        let (name, format) = (name.to_owned(), format.name().to_owned());
        return Err(ImagingError::Unsupported { name, format, reason: "the decoder gave up".to_owned() });
    };
    let pixels = pixels.map_err(|error| from_image_error(name, format, limits, &error))?;
    Ok(Dynamic { size, pixels, exif, deep })
}

/// The general decoder with the header read, and what that says.
pub(crate) fn open_decoder<'a>(
    name: &str,
    format: Format,
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<(impl ImageDecoder + 'a, Size, ExifData), ImagingError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.as_image_format());
    let mut allocation = image::Limits::no_limits();
    allocation.max_alloc = Some(limits.max_bytes);
    reader.limits(allocation);
    let mut decoder = reader.into_decoder().map_err(|error| from_image_error(name, format, limits, &error))?;
    let (width, height) = decoder.dimensions();
    let size = Size::new(width, height);
    check_not_empty(name, format.name(), size)?;
    limits.check_size(name, size)?;
    let exif = match format {
        // A TIFF file is itself the structure that EXIF is made of.
        Format::Tiff => tiff_exif(name, bytes, limits),
        _ => decoder.exif_metadata().ok().flatten().map(|block| ExifData::parse(&block)).unwrap_or_default(),
    };
    Ok((decoder, size, exif))
}

/// EXIF of a TIFF file; of a BigTIFF file, which EXIF does not know, the orientation alone.
fn tiff_exif(name: &str, bytes: &[u8], limits: &Limits) -> ExifData {
    if !matches!(bytes.get(2..4), Some(b"+\0" | b"\0+")) {
        return ExifData::parse(bytes);
    }
    let file = TiffFile::open(Bytes::in_memory(name, bytes.to_vec()));
    let orientation = file.and_then(|file| file.page(0, limits)).map(|page| page.orientation).ok();
    ExifData { orientation: orientation.unwrap_or(Orientation::UPRIGHT), ..ExifData::default() }
}

fn miscounted(name: &str, format: Format) -> ImagingError {
    let reason = "the decoder gave another number of pixels than the header says".to_owned();
    ImagingError::Corrupt { name: name.to_owned(), format: format.name(), reason }
}

/// RGB bytes of any decoded picture, alpha composited on black, and whether nothing of it was visible.
pub(crate) fn to_rgb8(pixels: DynamicImage) -> (Vec<u8>, bool) {
    match pixels {
        DynamicImage::ImageRgb8(image) => (image.into_raw(), false),
        DynamicImage::ImageLuma8(image) => (image.as_raw().iter().flat_map(|&v| [v; 3]).collect(), false),
        other if other.color().has_alpha() => {
            let rgba = other.into_rgba8();
            let mut visible = 0;
            let mut data = Vec::with_capacity(rgba.as_raw().len() / 4 * 3);
            for pixel in rgba.as_raw().chunks_exact(4) {
                let alpha = u16::from(pixel[3]);
                visible |= pixel[3];
                // Rounded c·a/255, which on black is all that compositing leaves.
                data.extend(pixel[..3].iter().map(|&c| ((u16::from(c) * alpha + 127) / 255) as u8));
            }
            (data, visible == 0)
        }
        other => (other.into_rgb8().into_raw(), false),
    }
}

pub(crate) fn check_not_empty(name: &str, format: &'static str, size: Size) -> Result<(), ImagingError> {
    if size.area_px() == 0 {
        let reason = format!("the header announces {}×{} pixels", size.width, size.height);
        return Err(ImagingError::Corrupt { name: name.to_owned(), format, reason });
    }
    Ok(())
}

fn from_image_error(name: &str, format: Format, limits: &Limits, error: &ImageError) -> ImagingError {
    match error {
        ImageError::Unsupported(what) if !matches!(what.format_hint(), ImageFormatHint::Unknown) => {
            let (format, reason) = (format.name().to_owned(), what.to_string());
            ImagingError::Unsupported { name: name.to_owned(), format, reason }
        }
        ImageError::Limits(_) => ImagingError::TooManyBytes {
            name: name.to_owned(),
            needed_bytes: limits.max_bytes.saturating_add(1),
            limit_bytes: limits.max_bytes,
        },
        other => ImagingError::Corrupt { name: name.to_owned(), format: format.name(), reason: other.to_string() },
    }
}
