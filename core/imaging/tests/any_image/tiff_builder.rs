//! A small TIFF writer whose every tag and offset can be chosen, wrong ones included.

use std::io::Read;

/// How the pieces are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Lzw,
    Deflate,
    PackBits,
}

/// A file under construction: one directory after the other.
pub(crate) struct Builder {
    pub(crate) big_endian: bool,
    pub(crate) big_tiff: bool,
    pub(crate) directories: Vec<Directory>,
}

/// One directory: its tags, and the pieces of data that it points to.
#[derive(Clone, Default)]
pub(crate) struct Directory {
    /// Tag, values; written as 16-bit numbers where they fit, else 32 or, in BigTIFF, 64.
    pub(crate) tags: Vec<(u16, Vec<u64>)>,
    /// Strips or tiles as they stand in the file.
    pub(crate) pieces: Vec<Vec<u8>>,
    pub(crate) tiled: bool,
    /// Directories that tag 330 points to.
    pub(crate) sub: Vec<Directory>,
    /// Whether every piece is the first one again: a large picture in a small file.
    pub(crate) repeat_first: Option<usize>,
}

impl Builder {
    pub(crate) fn new(directories: Vec<Directory>) -> Self {
        Self { big_endian: false, big_tiff: false, directories }
    }

    fn number(&self, value: u64, bytes: usize) -> Vec<u8> {
        let all = value.to_be_bytes();
        let mut part = all[8 - bytes..].to_vec();
        if !self.big_endian {
            part.reverse();
        }
        part
    }

    fn offset_bytes(&self) -> usize {
        if self.big_tiff { 8 } else { 4 }
    }

    pub(crate) fn build(&self) -> Vec<u8> {
        let mut out = if self.big_endian { b"MM".to_vec() } else { b"II".to_vec() };
        out.extend(self.number(if self.big_tiff { 43 } else { 42 }, 2));
        if self.big_tiff {
            out.extend(self.number(8, 2));
            out.extend(self.number(0, 2));
        }
        let mut link = out.len();
        out.resize(link + self.offset_bytes(), 0);
        for directory in &self.directories {
            let (at, next) = self.write(directory, &mut out);
            let offset = self.number(at as u64, self.offset_bytes());
            out[link..link + offset.len()].copy_from_slice(&offset);
            link = next;
        }
        out
    }

    /// Writes a directory with all it points to; where it stands, and where its link to the next one is.
    fn write(&self, directory: &Directory, out: &mut Vec<u8>) -> (usize, usize) {
        let mut tags = directory.tags.clone();
        let subs: Vec<u64> = directory.sub.iter().map(|sub| self.write(sub, out).0 as u64).collect();
        if !subs.is_empty() {
            tags.push((330, subs));
        }
        let mut offsets = Vec::new();
        for piece in &directory.pieces {
            offsets.push(out.len() as u64);
            out.extend(piece);
        }
        let mut counts: Vec<u64> = directory.pieces.iter().map(|piece| piece.len() as u64).collect();
        if let Some(times) = directory.repeat_first {
            (offsets, counts) = (vec![offsets[0]; times], vec![counts[0]; times]);
        }
        let [offset_tag, count_tag] = if directory.tiled { [324, 325] } else { [273, 279] };
        for (tag, values) in [(offset_tag, offsets), (count_tag, counts)] {
            if !tags.iter().any(|(known, _)| *known == tag) {
                tags.push((tag, values));
            }
        }
        tags.sort();
        let mut entries = Vec::new();
        for (tag, values) in &tags {
            let largest = values.iter().copied().max().unwrap_or(0);
            let (kind, each) = match largest {
                // The tables of JPEG are bytes.
                _ if *tag == 347 => (7, 1),
                0..=0xFFFF => (3, 2),
                0x1_0000..=0xFFFF_FFFF => (4, 4),
                _ => (16, 8),
            };
            let mut bytes: Vec<u8> = values.iter().flat_map(|&value| self.number(value, each)).collect();
            if bytes.len() > self.offset_bytes() {
                let at = out.len() as u64;
                out.extend(&bytes);
                bytes = self.number(at, self.offset_bytes());
            }
            bytes.resize(self.offset_bytes(), 0);
            entries.extend(self.number(u64::from(*tag), 2));
            entries.extend(self.number(kind, 2));
            entries.extend(self.number(values.len() as u64, self.offset_bytes()));
            entries.extend(bytes);
        }
        let at = out.len();
        out.extend(self.number(tags.len() as u64, if self.big_tiff { 8 } else { 2 }));
        out.extend(entries);
        let next = out.len();
        out.resize(next + self.offset_bytes(), 0);
        (at, next)
    }
}

/// What is the same for all pictures of a test: size, sample layout, packing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) samples: usize,
    pub(crate) bits: u32,
    /// 1 unsigned, 2 signed, 3 float.
    pub(crate) format: u64,
    pub(crate) photometric: u64,
    pub(crate) packing: Packing,
    /// 1, 2 (differences) or 3 (floats).
    pub(crate) predictor: u64,
    /// Width and height of tiles, or rows of strips.
    pub(crate) tile: Option<(u32, u32)>,
    pub(crate) rows: u32,
    pub(crate) planar: bool,
    pub(crate) big_endian: bool,
}

impl Layout {
    pub(crate) fn grey(width: u32, height: u32, bits: u32) -> Self {
        Self {
            width,
            height,
            samples: 1,
            bits,
            format: 1,
            photometric: 1,
            packing: Packing::Plain,
            predictor: 1,
            tile: None,
            rows: height,
            planar: false,
            big_endian: false,
        }
    }

    /// The directory of a picture whose sample `c` at (x, y) has the bits `sample(x, y, c)`.
    pub(crate) fn directory(&self, sample: &dyn Fn(u32, u32, usize) -> u64) -> Directory {
        let (chunk_width, chunk_height) = self.tile.unwrap_or((self.width, self.rows));
        let planes = if self.planar { self.samples } else { 1 };
        let mut pieces = Vec::new();
        for plane in 0..planes {
            for top in (0..self.height).step_by(chunk_height as usize) {
                for left in (0..self.width).step_by(chunk_width as usize) {
                    let height = if self.tile.is_some() { chunk_height } else { chunk_height.min(self.height - top) };
                    let together: Vec<usize> = if self.planar { vec![plane] } else { (0..self.samples).collect() };
                    let rows: Vec<u8> = (top..top + height)
                        .flat_map(|y| self.row(left..left + chunk_width, y, &together, sample))
                        .collect();
                    pieces.push(pack(self.packing, &rows));
                }
            }
        }
        Directory { tags: self.tags(), pieces, tiled: self.tile.is_some(), ..Directory::default() }
    }

    pub(crate) fn tags(&self) -> Vec<(u16, Vec<u64>)> {
        let compression = match self.packing {
            Packing::Plain => 1,
            Packing::Lzw => 5,
            Packing::Deflate => 8,
            Packing::PackBits => 32_773,
        };
        let mut tags = vec![
            (256, vec![u64::from(self.width)]),
            (257, vec![u64::from(self.height)]),
            (258, vec![u64::from(self.bits); self.samples]),
            (259, vec![compression]),
            (262, vec![self.photometric]),
            (277, vec![self.samples as u64]),
            (284, vec![if self.planar { 2 } else { 1 }]),
            (317, vec![self.predictor]),
            (339, vec![self.format; self.samples]),
        ];
        match self.tile {
            Some((width, height)) => tags.extend([(322, vec![u64::from(width)]), (323, vec![u64::from(height)])]),
            None => tags.push((278, vec![u64::from(self.rows)])),
        }
        tags
    }

    fn row(
        &self,
        xs: std::ops::Range<u32>,
        y: u32,
        together: &[usize],
        sample: &dyn Fn(u32, u32, usize) -> u64,
    ) -> Vec<u8> {
        // Beyond the edges a tile repeats the last column and row.
        let values: Vec<u64> = xs
            .flat_map(|x| together.iter().map(move |&c| (x, c)))
            .map(|(x, c)| sample(x.min(self.width - 1), y.min(self.height - 1), c))
            .collect();
        if self.bits < 8 || !self.bits.is_multiple_of(8) {
            return packed_bits(&values, self.bits);
        }
        let each = self.bits as usize / 8;
        let mask = if self.bits == 64 { u64::MAX } else { (1 << self.bits) - 1 };
        let ordered = |value: u64| {
            let mut bytes = value.to_be_bytes()[8 - each..].to_vec();
            if !self.big_endian {
                bytes.reverse();
            }
            bytes
        };
        let before = |i: usize| i.checked_sub(together.len());
        match self.predictor {
            2 => (0..values.len())
                .map(|i| values[i].wrapping_sub(before(i).map_or(0, |at| values[at])) & mask)
                .flat_map(ordered)
                .collect(),
            3 => {
                let sorted: Vec<u8> = (0..each)
                    .flat_map(|byte| values.iter().map(move |value| value.to_be_bytes()[8 - each + byte]))
                    .collect();
                (0..sorted.len()).map(|i| sorted[i].wrapping_sub(before(i).map_or(0, |at| sorted[at]))).collect()
            }
            _ => values.into_iter().flat_map(ordered).collect(),
        }
    }
}

fn packed_bits(values: &[u64], bits: u32) -> Vec<u8> {
    let all: Vec<bool> =
        values.iter().flat_map(|&value| (0..bits).rev().map(move |bit| value >> bit & 1 == 1)).collect();
    all.chunks(8).map(|byte| byte.iter().enumerate().fold(0, |sum, (i, &bit)| sum | u8::from(bit) << (7 - i))).collect()
}

pub(crate) fn pack(packing: Packing, bytes: &[u8]) -> Vec<u8> {
    match packing {
        Packing::Plain => bytes.to_vec(),
        Packing::Lzw => {
            weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(bytes).expect("memory")
        }
        Packing::Deflate => {
            let mut out = Vec::new();
            flate2::bufread::ZlibEncoder::new(bytes, flate2::Compression::fast())
                .read_to_end(&mut out)
                .expect("memory");
            out
        }
        // Runs of two and more, and single bytes: not the best packing, but one that uses both forms.
        Packing::PackBits => {
            let mut out = Vec::new();
            for run in bytes.chunk_by(|a, b| a == b) {
                for part in run.chunks(128) {
                    out.push(if part.len() == 1 { 0 } else { (1_i16 - part.len() as i16) as u8 });
                    out.push(part[0]);
                }
            }
            out
        }
    }
}
