//! Which picture format a file is in, told by its first bytes and never by its extension.

use std::path::Path;

use image::ImageFormat;
use serde::{Deserialize, Serialize};

use crate::ImagingError;
use crate::tiff::Reader;

/// A picture format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JPEG, baseline and progressive.
    Jpeg,
    /// PNG.
    Png,
    /// WebP, the first frame.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// GIF, the first frame.
    Gif,
    /// TIFF and BigTIFF, of which the first page is read where none is named.
    Tiff,
    /// Portable anymap: PBM, PGM, PPM, PAM.
    Pnm,
    /// QOI.
    Qoi,
    /// AVIF; of a sequence the still picture that stands for it.
    Avif,
}

impl Format {
    /// Every format that is read.
    pub const ALL: [Self; 9] =
        [Self::Jpeg, Self::Png, Self::WebP, Self::Bmp, Self::Gif, Self::Tiff, Self::Pnm, Self::Qoi, Self::Avif];

    /// The name people use, such as `JPEG`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Bmp => "BMP",
            Self::Gif => "GIF",
            Self::Tiff => "TIFF",
            Self::Pnm => "PNM",
            Self::Qoi => "QOI",
            Self::Avif => "AVIF",
        }
    }

    /// The usual file extensions, lower case, without the dot.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png"],
            Self::WebP => &["webp"],
            Self::Bmp => &["bmp", "dib"],
            Self::Gif => &["gif"],
            Self::Tiff => &["tif", "tiff"],
            Self::Pnm => &["pnm", "pbm", "pgm", "ppm", "pam"],
            Self::Qoi => &["qoi"],
            Self::Avif => &["avif", "avifs"],
        }
    }

    /// Whether a file with this path is worth inspecting: its extension is that of a format that is read.
    pub fn has_picture_extension(path: &Path) -> bool {
        let extension = extension_of(path);
        Self::ALL.iter().any(|format| format.extensions().contains(&extension.as_str()))
    }

    /// Whether the extension of `path` is one of this format's; a path without an extension agrees with every format.
    pub fn agrees_with_extension(self, path: &Path) -> bool {
        let extension = extension_of(path);
        extension.is_empty() || self.extensions().contains(&extension.as_str())
    }

    /// The format of `bytes` by their magic number; `name` is the file for the message.
    pub fn detect(name: &str, bytes: &[u8]) -> Result<Self, ImagingError> {
        if bytes.is_empty() {
            return Err(ImagingError::Empty { name: name.to_owned() });
        }
        if Reader::recognises(bytes) {
            return Ok(Self::Tiff);
        }
        if iso_brands(bytes) == Some(Brand::Avif) {
            return Ok(Self::Avif);
        }
        if let Some(format) = foreign_format(bytes) {
            let reason = format!("this build cannot decode {format} pictures: convert it to PNG or JPEG");
            return Err(ImagingError::Unsupported { name: name.to_owned(), format: format.to_owned(), reason });
        }
        let not_an_image = || ImagingError::NotAnImage { name: name.to_owned(), found: first_bytes(bytes) };
        match image::guess_format(bytes).map_err(|_| not_an_image())? {
            ImageFormat::Jpeg => Ok(Self::Jpeg),
            ImageFormat::Png => Ok(Self::Png),
            ImageFormat::WebP => Ok(Self::WebP),
            ImageFormat::Gif => Ok(Self::Gif),
            ImageFormat::Tiff => Ok(Self::Tiff),
            ImageFormat::Qoi => Ok(Self::Qoi),
            // Two letters are a weak sign: plain text may begin with them, so the next field must fit as well.
            ImageFormat::Bmp if is_bmp_header(bytes) => Ok(Self::Bmp),
            ImageFormat::Pnm if bytes.get(2).is_some_and(|b| b.is_ascii_whitespace() || *b == b'#') => Ok(Self::Pnm),
            ImageFormat::Bmp | ImageFormat::Pnm => Err(not_an_image()),
            other => Err(ImagingError::Unsupported {
                name: name.to_owned(),
                format: format!("{other:?}"),
                reason: "this build cannot decode it: convert it to PNG or JPEG".to_owned(),
            }),
        }
    }

    /// The same format in the decoding library's words.
    pub(crate) fn as_image_format(self) -> ImageFormat {
        match self {
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::WebP => ImageFormat::WebP,
            Self::Bmp => ImageFormat::Bmp,
            Self::Gif => ImageFormat::Gif,
            Self::Tiff => ImageFormat::Tiff,
            Self::Pnm => ImageFormat::Pnm,
            Self::Qoi => ImageFormat::Qoi,
            Self::Avif => ImageFormat::Avif,
        }
    }
}

/// The name of a picture format that people have files of and that is not read.
fn foreign_format(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(&[0xFF, 0x0A]) || bytes.starts_with(b"\0\0\0\x0cJXL ") {
        return Some("JPEG XL");
    }
    if bytes.starts_with(b"\0\0\0\x0cjP  ") || bytes.starts_with(&[0xFF, 0x4F, 0xFF, 0x51]) {
        return Some("JPEG 2000");
    }
    if bytes.starts_with(b"8BPS") {
        return Some("Photoshop (PSD)");
    }
    (iso_brands(bytes) == Some(Brand::Heic)).then_some("HEIC")
}

/// How the pictures of an ISO base media file (ISO/IEC 23008-12) are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brand {
    Avif,
    Heic,
}

/// What the brands of a file say on its compression; `None` when it is no such file or says nothing.
fn iso_brands(bytes: &[u8]) -> Option<Brand> {
    let (b"ftyp", major) = (bytes.get(4..8)?, bytes.get(8..12)?) else { return None };
    match major {
        b"avif" | b"avis" => Some(Brand::Avif),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => Some(Brand::Heic),
        // The general brands say nothing on the compression: the compatible brands that follow do.
        b"mif1" | b"msf1" | b"mif2" | b"miaf" | b"MA1A" | b"MA1B" => {
            let length = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
            let compatible = bytes.get(16..length.clamp(16, 256).min(bytes.len())).unwrap_or_default();
            let avif = compatible.chunks_exact(4).any(|brand| matches!(brand, b"avif" | b"avis"));
            Some(if avif { Brand::Avif } else { Brand::Heic })
        }
        _ => None,
    }
}

fn extension_of(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// The length of the second header tells a bitmap from a text that begins with "BM".
fn is_bmp_header(bytes: &[u8]) -> bool {
    let Some(field) = bytes.get(14..18) else { return false };
    matches!(u32::from_le_bytes([field[0], field[1], field[2], field[3]]), 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124)
}

fn first_bytes(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(12)];
    if head.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()) {
        format!("the text {:?}", String::from_utf8_lossy(head))
    } else {
        head.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_begins_like_a_bitmap_or_an_anymap_is_no_picture() {
        for text in ["BMW is a maker of cars and other things", "P5-type connectors, ten pieces", "hello"] {
            let error = Format::detect("note.png", text.as_bytes()).expect_err("text");
            assert!(matches!(error, ImagingError::NotAnImage { .. }), "{error}");
            assert!(error.to_string().contains("note.png"));
        }
    }

    #[test]
    fn an_extension_is_compared_without_regard_to_case() {
        assert!(Format::Jpeg.agrees_with_extension(Path::new("a/b.JPG")));
        assert!(!Format::Png.agrees_with_extension(Path::new("b.jpg")));
        assert!(Format::Png.agrees_with_extension(Path::new("b")));
        assert!(Format::has_picture_extension(Path::new("x.TIFF")));
        assert!(!Format::has_picture_extension(Path::new("x.txt")));
    }
}
