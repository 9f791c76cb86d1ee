//! One reading of a file that gives everything the catalogue keeps of it.

use std::path::Path;

use concord_geometry::Size;
use serde::{Deserialize, Serialize};

use crate::decode::{Decoded, decode, read_file};
use crate::inspect_large::inspect_large;
use crate::jpeg_quality::estimate;
use crate::{Features, Format, ImagingError, JpegQuality, Limits, Orientation, Rgb8, features, thumbnail};

/// Longest side of the thumbnail that an inspection gives, in pixels.
pub const THUMBNAIL_SIDE: u32 = 256;

/// Bytes behind a JPEG's end-of-image marker up to which nothing is said.
const TRAILING_BYTES: usize = 1024;

/// What one reading of a picture file tells. The file decoded completely, or there would be none.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// BLAKE3 of the file's bytes, 64 lower-case hexadecimal digits.
    pub blake3: String,
    /// BLAKE3 of the text `w,h,3` followed by the upright RGB bytes: equal for files that show the same pixels.
    pub pixel_blake3: String,
    /// Length of the file in bytes.
    pub byte_len: u64,
    /// The format, by the file's first bytes.
    pub format: Format,
    /// Size as stored in the file.
    pub stored_size: Size,
    /// Size once turned upright: that of the decoded picture and of every box.
    pub size: Size,
    /// EXIF orientation, 1 to 8; 1 when the file has none.
    pub orientation: Orientation,
    /// EXIF capture time in milliseconds since 1970-01-01, in UTC where the file has no offset; `None` without a date.
    pub taken_ms: Option<i64>,
    /// Features of the upright picture, with the JPEG quality where the file is a JPEG.
    pub features: Features,
    /// The upright picture at most [`THUMBNAIL_SIDE`] pixels a side.
    pub thumbnail: Rgb8,
    /// What a person should know before trusting the file, in a fixed order; mostly empty.
    pub warnings: Vec<Warning>,
}

/// Something about a readable file that a person should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// The extension is that of another format.
    Extension {
        /// The format the file is in.
        format: Format,
    },
    /// The orientation is not 1: boxes made elsewhere may be in the stored frame.
    Turned {
        /// The orientation, 1 to 8.
        orientation: Orientation,
    },
    /// More than a kibibyte follows the end of the JPEG picture.
    TrailingBytes {
        /// How many bytes follow.
        count: u64,
    },
    /// The decoder had to overlook damage.
    Decoder {
        /// What it objected to.
        message: String,
    },
    /// The bottom rows are all mid grey, as in a cut-off scan.
    GreyBottom {
        /// How many rows, at least a tenth of the stored height.
        rows: u32,
    },
    /// Every pixel has the same colour.
    Constant,
    /// Every pixel is fully transparent, so the picture is black.
    FullyTransparent,
    /// Channels have more than 8 bits in the file and were rounded.
    MoreThan8Bits,
    /// The file is CMYK and was converted without a colour profile.
    Cmyk,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Extension { format } => {
                write!(f, "the content is {}, which the extension does not say", format.name())
            }
            Self::Turned { orientation } => {
                write!(f, "EXIF orientation {}: boxes may be in the stored frame", orientation.value())
            }
            Self::TrailingBytes { count } => write!(f, "{count} bytes follow the end of the picture"),
            Self::Decoder { message } => write!(f, "the decoder had to overlook damage: {message}"),
            Self::GreyBottom { rows } => write!(f, "the bottom {rows} rows are mid grey, as in a cut-off file"),
            Self::Constant => f.write_str("every pixel has the same colour"),
            Self::FullyTransparent => f.write_str("every pixel is fully transparent"),
            Self::MoreThan8Bits => f.write_str("more than 8 bits a channel, rounded to 8"),
            Self::Cmyk => f.write_str("CMYK, converted without a colour profile"),
        }
    }
}

/// Reads a file once and tells everything the catalogue keeps of it: identity, sizes, orientation, capture time,
/// features, thumbnail and warnings. The picture is decoded completely, so a damaged file is an error.
///
/// A TIFF with more pixels than the limits allow is not decoded as a whole: its content hash is streamed, its features
/// (but for the sizes), pixel hash and thumbnail are those of its overview of at most 1024 pixels a side (see
/// [`ImageSource`](crate::ImageSource); deep samples through the default window), and it has no capture time. Its pixel
/// hash begins with `w,h,3,overview` and so never equals that of a picture that was decoded whole.
///
/// Works on one thread, such large files apart; callers run many files side by side.
pub fn inspect_file(path: &Path, limits: &Limits) -> Result<Inspection, ImagingError> {
    let name = path.display().to_string();
    if let Some(found) = inspect_large(&name, path, limits)? {
        return Ok(found);
    }
    let bytes = read_file(&name, path, limits)?;
    inspect(&name, path, &bytes, limits)
}

/// As [`inspect_file`], for bytes already in memory; `name` stands for the file, its extension included.
pub fn inspect_bytes(name: &str, bytes: &[u8], limits: &Limits) -> Result<Inspection, ImagingError> {
    inspect(name, Path::new(name), bytes, limits)
}

fn inspect(name: &str, path: &Path, bytes: &[u8], limits: &Limits) -> Result<Inspection, ImagingError> {
    let decoded = decode(name, bytes, limits)?;
    let warnings = warnings(&decoded, path, bytes.len());
    let Decoded { format, stored, exif, jpeg, .. } = decoded;
    let stored_size = stored.size;
    let image = exif.orientation.apply(stored);
    let mut features = features(&image);
    features.jpeg_quality =
        jpeg.and_then(|headers| headers.quantisation).map(|table| -> JpegQuality { estimate(&table) });
    let mut pixel_hash = blake3::Hasher::new();
    pixel_hash.update(format!("{},{},3", image.size.width, image.size.height).as_bytes());
    pixel_hash.update(&image.data);
    Ok(Inspection {
        blake3: blake3::hash(bytes).to_hex().to_string(),
        pixel_blake3: pixel_hash.finalize().to_hex().to_string(),
        byte_len: bytes.len() as u64,
        format,
        stored_size,
        size: image.size,
        orientation: exif.orientation,
        taken_ms: exif.taken_ms,
        features,
        thumbnail: thumbnail(&image, THUMBNAIL_SIDE),
        warnings,
    })
}

fn warnings(decoded: &Decoded<'_>, path: &Path, byte_len: usize) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut warn = |condition: bool, warning: Warning| {
        if condition {
            found.push(warning);
        }
    };
    let (format, orientation) = (decoded.format, decoded.exif.orientation);
    warn(!format.agrees_with_extension(path), Warning::Extension { format });
    warn(orientation != Orientation::UPRIGHT, Warning::Turned { orientation });
    let trailing = decoded.jpeg.as_ref().and_then(|headers| headers.end).map_or(0, |end| byte_len - end);
    warn(trailing > TRAILING_BYTES, Warning::TrailingBytes { count: trailing as u64 });
    if let Some(message) = decoded.complaint.clone() {
        warn(true, Warning::Decoder { message });
    }
    let constant = is_constant(&decoded.stored);
    let rows = grey_bottom_rows(&decoded.stored);
    warn(!constant && u64::from(rows) * 10 >= u64::from(decoded.stored.size.height), Warning::GreyBottom { rows });
    warn(constant && !decoded.fully_transparent, Warning::Constant);
    warn(decoded.fully_transparent, Warning::FullyTransparent);
    warn(decoded.deep, Warning::MoreThan8Bits);
    warn(decoded.jpeg.as_ref().is_some_and(|headers| headers.components == 4), Warning::Cmyk);
    found
}

pub(crate) fn is_constant(image: &Rgb8) -> bool {
    let first = &image.data[..3];
    image.data.chunks_exact(3).all(|pixel| pixel == first)
}

/// How many rows at the bottom consist of the grey that decoders fill a cut-off scan with.
fn grey_bottom_rows(image: &Rgb8) -> u32 {
    image.rows().rev().take_while(|row| row.iter().all(|&v| v == 128)).count() as u32
}
