//! Why a picture could not be read or changed; each message names the file and the cause.

use concord_geometry::Size;

/// Why a picture could not be read, or why a perturbation cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum ImagingError {
    /// The file does not exist, is a folder, or may not be read.
    #[error("cannot read the picture {name}: {source}")]
    Io {
        /// The file, as the caller named it.
        name: String,
        /// What the operating system answered.
        source: std::io::Error,
    },
    /// The file holds no bytes at all.
    #[error("cannot decode {name}: the file is empty (0 bytes)")]
    Empty {
        /// The file, as the caller named it.
        name: String,
    },
    /// The first bytes are those of no picture format, whatever the file's extension says.
    #[error("cannot decode {name}: not a picture; its first bytes are {found}, which no supported format begins with")]
    NotAnImage {
        /// The file, as the caller named it.
        name: String,
        /// The first bytes, as text where they are printable, else in hexadecimal.
        found: String,
    },
    /// A picture format, or a variant of one, that is recognised but not read.
    #[error("cannot decode {name}: {format} is recognised but not supported: {reason}")]
    Unsupported {
        /// The file, as the caller named it.
        name: String,
        /// The format's name, such as `JPEG`.
        format: String,
        /// What is not supported.
        reason: String,
    },
    /// The format is known but the content is damaged or cut off.
    #[error("cannot decode {name}: the {format} data is damaged or cut off: {reason}")]
    Corrupt {
        /// The file, as the caller named it.
        name: String,
        /// The format's name, such as `PNG`.
        format: &'static str,
        /// What is wrong, in the decoder's words where it found it.
        reason: String,
    },
    /// The header announces more pixels than the limit allows; nothing was decoded.
    #[error(
        "refused to decode {name}: {}×{} pixels are {:.1} megapixels, above the limit of {limit_megapixels} megapixels",
        size.width, size.height, size.area_px() as f64 / 1e6
    )]
    TooManyPixels {
        /// The file, as the caller named it.
        name: String,
        /// The size its header announces.
        size: Size,
        /// The limit, in megapixels.
        limit_megapixels: f64,
    },
    /// The header announces a picture far longer than wide (or wider than long); nothing was decoded.
    #[error("refused to decode {name}: {}×{} pixels are more stretched than the limit of {limit_aspect}:1", size.width, size.height)]
    TooStretched {
        /// The file, as the caller named it.
        name: String,
        /// The size its header announces.
        size: Size,
        /// The limit of the longer side over the shorter.
        limit_aspect: f64,
    },
    /// Reading or decoding would need more memory than the limit allows; it was not allocated.
    #[error(
        "refused to decode {name}: it needs at least {needed_bytes} bytes of memory, above the limit of {limit_bytes} bytes"
    )]
    TooManyBytes {
        /// The file, as the caller named it.
        name: String,
        /// The least it would need, in bytes.
        needed_bytes: u64,
        /// The limit, in bytes.
        limit_bytes: u64,
    },
    /// A perturbation was asked for on a picture below the least side the method is defined for.
    #[error(
        "cannot apply {perturbation} to a picture of {}×{} pixels: both sides must be at least {least_side} pixels",
        size.width, size.height
    )]
    TooSmall {
        /// The perturbation's name.
        perturbation: &'static str,
        /// The picture's size.
        size: Size,
        /// The least side, in pixels.
        least_side: u32,
    },
    /// A severity outside 1 to 5.
    #[error("cannot apply {perturbation} at severity {severity}: severities are 1 to 5")]
    Severity {
        /// The perturbation's name.
        perturbation: &'static str,
        /// What was asked for.
        severity: u8,
    },
}
