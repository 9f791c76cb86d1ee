//! A walk over a JPEG file's markers: size, tables, EXIF and where the picture ends, without decoding a pixel.

use concord_geometry::Size;

/// What the markers of a JPEG file say. A walk never fails: what is missing or cut off stays `None`.
#[derive(Debug, Default)]
pub(crate) struct JpegHeaders<'a> {
    /// Width and height from the frame header.
    pub(crate) size: Option<Size>,
    /// Colour components: 1 grey, 3 colour, 4 CMYK.
    pub(crate) components: u8,
    /// Whether coefficients come in several scans and the decoder must hold them all.
    pub(crate) progressive: bool,
    /// Quantisation table 0 in row-major order.
    pub(crate) quantisation: Option<[u16; 64]>,
    /// The EXIF block, without its `Exif\0\0` prefix.
    pub(crate) exif: Option<&'a [u8]>,
    /// Offset just behind the end-of-image marker.
    pub(crate) end: Option<usize>,
}

/// Row-major position of the k-th coefficient in zigzag order (ISO/IEC 10918-1, figure 5).
#[rustfmt::skip]
pub(crate) const ZIGZAG: [usize; 64] = [
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

impl<'a> JpegHeaders<'a> {
    /// Walks the markers of `bytes` up to the end-of-image marker or the end of the data.
    pub(crate) fn walk(bytes: &'a [u8]) -> Self {
        let mut headers = Self::default();
        let mut at = 0;
        // Within a scan a stuffed zero or a restart marker follows 0xFF, so only real markers are met here.
        while let Some(found) = memchr::memchr(0xFF, bytes.get(at..).unwrap_or_default()) {
            let marker_at = at + found;
            let Some(&marker) = bytes.get(marker_at + 1) else { break };
            at = marker_at + 2;
            match marker {
                0xFF => at = marker_at + 1,
                0x00 | 0x01 | 0xD0..=0xD8 => {}
                0xD9 => {
                    headers.end = Some(at);
                    break;
                }
                _ => {
                    let Some(length) = be16(bytes, at) else { break };
                    let length = usize::from(length);
                    let Some(body) = bytes.get(at + 2..at + length) else { break };
                    headers.segment(marker, body);
                    at += length;
                }
            }
        }
        headers
    }

    fn segment(&mut self, marker: u8, body: &'a [u8]) {
        match marker {
            // Every start of frame; C4, C8 and CC are tables and an extension.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF if self.size.is_none() => {
                if let (Some(height), Some(width), Some(&components)) = (be16(body, 1), be16(body, 3), body.get(5)) {
                    self.size = Some(Size::new(u32::from(width), u32::from(height)));
                    self.components = components;
                    self.progressive = matches!(marker & 0x0F, 2 | 6 | 10 | 14);
                }
            }
            0xDB => self.tables(body),
            0xE1 if self.exif.is_none() => self.exif = body.strip_prefix(b"Exif\0\0"),
            _ => {}
        }
    }

    fn tables(&mut self, mut body: &[u8]) {
        while let Some((&head, rest)) = body.split_first() {
            let (precision, id) = (head / 16, head % 16);
            let bytes_each = if precision == 0 { 1 } else { 2 };
            let Some((values, next)) = rest.split_at_checked(64 * bytes_each) else { return };
            if id == 0 && self.quantisation.is_none() {
                let mut table = [0; 64];
                for (k, value) in values.chunks_exact(bytes_each).enumerate() {
                    table[ZIGZAG[k]] = value.iter().fold(0, |sum, b| sum << 8 | u16::from(*b));
                }
                self.quantisation = Some(table);
            }
            body = next;
        }
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rgb8, encode_jpeg};

    #[test]
    fn the_walk_finds_size_components_and_end() {
        let bytes = encode_jpeg(&Rgb8::from_fn(Size::new(37, 21), |x, y| [x as u8, y as u8, 7]), 80);
        let headers = JpegHeaders::walk(&bytes);
        assert_eq!(headers.size, Some(Size::new(37, 21)));
        assert_eq!((headers.components, headers.progressive), (3, false));
        assert_eq!(headers.end, Some(bytes.len()));
        assert_eq!(JpegHeaders::walk(&bytes[..bytes.len() - 2]).end, None);
    }
}
