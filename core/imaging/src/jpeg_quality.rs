//! The standard JPEG quantisation tables, and which quality setting a file's table came from.

use serde::{Deserialize, Serialize};

/// Luma table of ITU-T T.81, annex K.1, row-major.
#[rustfmt::skip]
pub(crate) const LUMA_TABLE: [u16; 64] = [
    16, 11, 10, 16,  24,  40,  51,  61,
    12, 12, 14, 19,  26,  58,  60,  55,
    14, 13, 16, 24,  40,  57,  69,  56,
    14, 17, 22, 29,  51,  87,  80,  62,
    18, 22, 37, 56,  68, 109, 103,  77,
    24, 35, 55, 64,  81, 104, 113,  92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103,  99,
];

/// Chroma table of ITU-T T.81, annex K.2, row-major.
#[rustfmt::skip]
pub(crate) const CHROMA_TABLE: [u16; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
];

/// The quality setting whose standard luma table is nearest to that of a JPEG file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct JpegQuality {
    /// 1 to 100, as libjpeg counts.
    pub quality: u8,
    /// Whether the file's table is exactly that of this quality.
    pub exact: bool,
}

/// A standard table scaled to `quality` (1 to 100) as libjpeg scales it.
pub(crate) fn scaled(table: &[u16; 64], quality: u8) -> [u16; 64] {
    let quality = u32::from(quality);
    let scale = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    table.map(|value| ((u32::from(value) * scale + 50) / 100).clamp(1, 255) as u16)
}

/// The quality whose luma table has the least sum of squared differences from `table` (row-major); the lowest such
/// quality where several agree.
pub(crate) fn estimate(table: &[u16; 64]) -> JpegQuality {
    let distance = |quality: u8| -> u64 {
        let standard = scaled(&LUMA_TABLE, quality);
        standard.iter().zip(table).map(|(&a, &b)| u64::from(a.abs_diff(b)).pow(2)).sum()
    };
    let (least, quality) = (1..=100).map(|q| (distance(q), q)).min().expect("a hundred qualities are compared");
    JpegQuality { quality, exact: least == 0 }
}

#[cfg(test)]
mod tests {
    use concord_geometry::Size;

    use super::*;
    use crate::jpeg_headers::JpegHeaders;
    use crate::{Rgb8, encode_jpeg};

    #[test]
    fn every_quality_is_read_back_from_an_encoded_file() {
        let image = Rgb8::filled(Size::new(16, 16), [90, 120, 30]);
        for quality in 1..=100 {
            let bytes = encode_jpeg(&image, quality);
            let table = JpegHeaders::walk(&bytes).quantisation.expect("a table");
            assert_eq!(estimate(&table), JpegQuality { quality, exact: true });
        }
    }

    /// First eight values (zigzag order) of the luma tables that Pillow 13.0.0 writes.
    #[test]
    fn scaled_tables_begin_as_those_that_pillow_writes() {
        let heads: [(u8, [u16; 8]); 3] =
            [(25, [32, 22, 24, 28, 24, 20, 32, 28]), (75, [8, 6, 6, 7, 6, 5, 8, 7]), (95, [2, 1, 1, 1, 1, 1, 2, 1])];
        for (quality, head) in heads {
            let table = scaled(&LUMA_TABLE, quality);
            let zigzag: Vec<u16> = crate::jpeg_headers::ZIGZAG[..8].iter().map(|&at| table[at]).collect();
            assert_eq!(zigzag, head, "quality {quality}");
        }
    }

    #[test]
    fn a_table_between_two_qualities_is_not_exact() {
        let mut table = scaled(&LUMA_TABLE, 80);
        table[63] += 1;
        assert_eq!(estimate(&table), JpegQuality { quality: 80, exact: false });
    }
}
