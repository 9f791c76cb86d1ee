//! How the pixels of one directory are stored: sizes, sample layout, strips or tiles.

use concord_geometry::Size;

use super::directory::Directory;
use super::{Reader, tag};
use crate::picture::PixelKind;
use crate::{ImagingError, Limits, Orientation};

/// Uncompressed strips longer than this are read in parts, as if they were many strips.
const LONG_STRIP_BYTES: u64 = 4 << 20;
/// Bytes that such a part has at most, where a row is no longer.
const PART_BYTES: u64 = 1 << 20;
/// Most samples a pixel may have.
const MOST_SAMPLES: u64 = 64;

/// What the bits of a sample mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SampleFormat {
    Unsigned,
    Signed,
    Float,
}

/// What the samples of a pixel are together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colours {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Cmyk,
    /// Stored as JPEG, whose decoder converts it.
    YCbCr,
}

/// What the first sample behind the colours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alpha {
    None,
    Straight,
    Premultiplied,
}

/// The layout of one picture of a TIFF file.
#[derive(Debug)]
pub(crate) struct Page {
    /// Size as stored.
    pub(crate) size: Size,
    pub(crate) orientation: Orientation,
    pub(crate) bits: u32,
    pub(crate) format: SampleFormat,
    /// Samples of a pixel.
    pub(crate) samples: usize,
    pub(crate) colours: Colours,
    pub(crate) alpha: Alpha,
    pub(crate) planar: bool,
    pub(crate) compression: u64,
    pub(crate) predictor: u64,
    /// Size of a strip or tile as stored; those at the edges may stand out over the picture.
    pub(crate) chunk: Size,
    /// Whether the chunks are tiles, which are stored whole even where they stand out.
    pub(crate) tiled: bool,
    pub(crate) offsets: Vec<u64>,
    pub(crate) counts: Vec<u64>,
    pub(crate) palette: Vec<[u8; 3]>,
    pub(crate) jpeg_tables: Option<Vec<u8>>,
}

impl Page {
    pub(crate) fn read(reader: &Reader, directory: &Directory, limits: &Limits) -> Result<Self, ImagingError> {
        let one = |tag, default| reader.one(directory, tag, default);
        let side = |tag| -> Result<u32, ImagingError> {
            let value = one(tag, 0)?;
            let fits = u32::try_from(value).ok().filter(|&side| side > 0 && i32::try_from(side).is_ok());
            fits.ok_or_else(|| reader.bytes.corrupt(format!("its size has a side of {value} pixels")))
        };
        let size = Size::new(side(tag::WIDTH)?, side(tag::HEIGHT)?);
        let samples = one(tag::SAMPLES_PER_PIXEL, 1)?;
        if !(1..=MOST_SAMPLES).contains(&samples) {
            return Err(reader.bytes.unsupported(format!("a pixel has {samples} samples")));
        }
        let mut page = Self {
            size,
            orientation: u8::try_from(one(tag::ORIENTATION, 1)?)
                .ok()
                .and_then(Orientation::new)
                .unwrap_or(Orientation::UPRIGHT),
            bits: same(reader, directory, tag::BITS_PER_SAMPLE, 1, "bit depths")? as u32,
            format: sample_format(reader, directory)?,
            samples: samples as usize,
            colours: colours(reader, one(tag::PHOTOMETRIC, u64::MAX)?)?,
            alpha: Alpha::None,
            planar: one(tag::PLANAR_CONFIGURATION, 1)? == 2 && samples > 1,
            compression: one(tag::COMPRESSION, 1)?,
            predictor: one(tag::PREDICTOR, 1)?,
            chunk: size,
            tiled: directory.contains(tag::TILE_OFFSETS),
            offsets: Vec::new(),
            counts: Vec::new(),
            palette: Vec::new(),
            jpeg_tables: reader.blob(directory, tag::JPEG_TABLES)?,
        };
        page.alpha = page.alpha(reader.unsigned(directory, tag::EXTRA_SAMPLES)?.unwrap_or_default().first().copied());
        page.check_samples(reader, one(tag::FILL_ORDER, 1)?)?;
        if page.colours == Colours::Palette {
            let map = reader.unsigned(directory, tag::COLOR_MAP)?.unwrap_or_default();
            page.palette = palette(&map, 1 << page.bits).ok_or_else(|| reader.bytes.corrupt("its palette is short"))?;
        }
        page.read_chunks(reader, directory, limits)?;
        Ok(page)
    }

    fn alpha(&self, extra: Option<u64>) -> Alpha {
        match (self.samples.checked_sub(self.colour_samples()), extra) {
            (None | Some(0), _) => Alpha::None,
            (_, Some(1)) => Alpha::Premultiplied,
            (_, Some(2)) => Alpha::Straight,
            // Four samples called RGB, without a word on the fourth, are colour and alpha everywhere.
            (Some(1), None) if self.colours == Colours::Rgb => Alpha::Straight,
            _ => Alpha::None,
        }
    }

    fn colour_samples(&self) -> usize {
        match self.colours {
            Colours::WhiteIsZero | Colours::BlackIsZero | Colours::Palette => 1,
            Colours::Rgb | Colours::YCbCr => 3,
            Colours::Cmyk => 4,
        }
    }

    fn check_samples(&self, reader: &Reader, fill_order: u64) -> Result<(), ImagingError> {
        let refuse = |what: String| Err(reader.bytes.unsupported(what));
        if self.samples < self.colour_samples() {
            return Err(reader.bytes.corrupt(format!("{} samples cannot be {:?}", self.samples, self.colours)));
        }
        match (self.format, self.bits) {
            (SampleFormat::Unsigned, 1..=16 | 32 | 64)
            | (SampleFormat::Signed, 8 | 16 | 32 | 64)
            | (SampleFormat::Float, 16 | 32 | 64) => {}
            (format, bits) => return refuse(format!("{format:?} samples of {bits} bits")),
        }
        if fill_order == 2 && self.bits < 8 {
            return refuse("bits of a byte in reverse order".to_owned());
        }
        match self.colours {
            Colours::Palette if self.bits > 8 || self.format != SampleFormat::Unsigned => {
                return refuse(format!("a palette of {} bits", self.bits));
            }
            Colours::Cmyk if self.kind_of_sample() == PixelKind::GrayF32 => {
                return refuse(format!("CMYK of {} bits", self.bits));
            }
            Colours::YCbCr if self.compression != 7 => return refuse("YCbCr that is not stored as JPEG".to_owned()),
            _ => {}
        }
        let predictable = match self.predictor {
            1 => true,
            2 => matches!(self.bits, 8 | 16 | 32 | 64),
            3 => self.format == SampleFormat::Float,
            _ => false,
        };
        if !predictable {
            return refuse(format!("predictor {} on samples of {} bits", self.predictor, self.bits));
        }
        match self.compression {
            1 | 5 | 7 | 8 | 32_773 | 32_946 => Ok(()),
            2..=4 => refuse("fax compression in parts".to_owned()),
            other => refuse(format!("compression {other}{}", compression_name(other))),
        }
    }

    fn read_chunks(&mut self, reader: &Reader, directory: &Directory, limits: &Limits) -> Result<(), ImagingError> {
        let corrupt = |reason: String| reader.bytes.corrupt(reason);
        let (offsets, counts) = if self.tiled {
            let side = |tag| -> Result<u32, ImagingError> {
                let side = reader.one(directory, tag, 0)?;
                let fits = u32::try_from(side).ok().filter(|&side| side > 0 && i32::try_from(side).is_ok());
                fits.ok_or_else(|| corrupt(format!("its tiles have a side of {side} pixels")))
            };
            self.chunk = Size::new(side(tag::TILE_WIDTH)?, side(tag::TILE_HEIGHT)?);
            (tag::TILE_OFFSETS, tag::TILE_BYTE_COUNTS)
        } else {
            let rows = reader.one(directory, tag::ROWS_PER_STRIP, u64::from(self.size.height))?;
            if rows == 0 {
                return Err(corrupt("its strips have no rows".to_owned()));
            }
            self.chunk.height = rows.min(u64::from(self.size.height)) as u32;
            (tag::STRIP_OFFSETS, tag::STRIP_BYTE_COUNTS)
        };
        self.offsets = reader.unsigned(directory, offsets)?.unwrap_or_default();
        let expected = self.chunks_across() as u64 * self.chunks_down() as u64 * self.planes() as u64;
        if self.offsets.len() as u64 != expected {
            let found = self.offsets.len();
            return Err(corrupt(format!("it lists {found} strips or tiles where its size asks for {expected}")));
        }
        self.counts = match reader.unsigned(directory, counts)? {
            Some(counts) if counts.len() == self.offsets.len() => counts,
            None if self.compression == 1 => {
                (0..expected).map(|i| self.stored_bytes(i as usize / self.chunks_across())).collect()
            }
            _ => return Err(corrupt("it does not say how long its strips or tiles are".to_owned())),
        };
        self.split_long_strips();
        limits.check_bytes(reader.bytes.name(), self.stored_bytes(0).saturating_mul(self.planes() as u64))?;
        let decoded = self.chunk_pixels().saturating_mul(self.kind().bytes() as u64);
        limits.check_bytes(reader.bytes.name(), decoded)
    }

    /// Uncompressed strips can be read at any row: long ones become many short ones.
    fn split_long_strips(&mut self) {
        let (row, rows) = (self.row_bytes(), self.chunk.height);
        let plain = self.compression == 1 && !self.tiled;
        if !plain || row.saturating_mul(u64::from(rows)) <= LONG_STRIP_BYTES {
            return;
        }
        let mut part = (PART_BYTES / row).max(1) as u32;
        let strips = self.chunks_down();
        while strips > 1 && !rows.is_multiple_of(part) {
            part -= 1;
        }
        let mut parts = Vec::new();
        for (i, (&offset, &count)) in self.offsets.iter().zip(&self.counts).enumerate() {
            let rows = rows.min(self.size.height - (i % strips) as u32 * rows);
            for first in (0..rows).step_by(part as usize) {
                let start = u64::from(first) * row;
                let wanted = u64::from(part.min(rows - first)) * row;
                parts.push((offset.saturating_add(start), wanted.min(count.saturating_sub(start))));
            }
        }
        (self.offsets, self.counts) = parts.into_iter().unzip();
        self.chunk.height = part;
    }

    /// Strips or tiles side by side.
    pub(crate) fn chunks_across(&self) -> usize {
        self.size.width.div_ceil(self.chunk.width) as usize
    }

    /// Strips or tiles one below the other.
    pub(crate) fn chunks_down(&self) -> usize {
        self.size.height.div_ceil(self.chunk.height) as usize
    }

    /// Planes that are stored apart.
    pub(crate) fn planes(&self) -> usize {
        if self.planar { self.samples } else { 1 }
    }

    /// Samples that lie together in a chunk.
    pub(crate) fn samples_together(&self) -> usize {
        if self.planar { 1 } else { self.samples }
    }

    /// Bytes of one stored row of a chunk.
    pub(crate) fn row_bytes(&self) -> u64 {
        let bits = u64::from(self.chunk.width) * u64::from(self.bits) * self.samples_together() as u64;
        bits.div_ceil(8)
    }

    /// Rows that the chunks of the given row of chunks store.
    pub(crate) fn stored_rows(&self, chunk_row: usize) -> u32 {
        if self.tiled {
            return self.chunk.height;
        }
        self.chunk.height.min(self.size.height.saturating_sub(chunk_row as u32 * self.chunk.height))
    }

    /// Bytes of one chunk once decompressed.
    pub(crate) fn stored_bytes(&self, chunk_row: usize) -> u64 {
        self.row_bytes().saturating_mul(u64::from(self.stored_rows(chunk_row)))
    }

    fn chunk_pixels(&self) -> u64 {
        let side = |chunk: u32, whole: u32| u64::from(chunk.min(whole));
        side(self.chunk.width, self.size.width) * side(self.chunk.height, self.size.height)
    }

    /// Whether the first rows of a chunk can be had without the rest.
    pub(crate) fn streams(&self) -> bool {
        self.compression != 7
    }

    /// The kind of grey picture whose samples hold one of the file's.
    fn kind_of_sample(&self) -> PixelKind {
        match (self.format, self.bits) {
            (SampleFormat::Unsigned, ..=8) => PixelKind::Rgb8,
            (SampleFormat::Unsigned, ..=16) => PixelKind::Gray16,
            _ => PixelKind::GrayF32,
        }
    }

    /// Whether the picture has three channels: colour, or several bands without a word on what they are.
    pub(crate) fn is_colour(&self) -> bool {
        match self.colours {
            Colours::WhiteIsZero | Colours::BlackIsZero => self.samples >= 3 && self.alpha == Alpha::None,
            _ => true,
        }
    }

    /// The kind of pictures that the chunks become.
    pub(crate) fn kind(&self) -> PixelKind {
        match (self.kind_of_sample(), self.is_colour()) {
            (PixelKind::Gray16, true) => PixelKind::Rgb16,
            (PixelKind::GrayF32, true) => PixelKind::RgbF32,
            (kind, _) => kind,
        }
    }
}

/// The value that all samples of a pixel share.
fn same(reader: &Reader, directory: &Directory, tag: u16, default: u64, what: &str) -> Result<u64, ImagingError> {
    let values = reader.unsigned(directory, tag)?.unwrap_or_else(|| vec![default]);
    match values.split_first() {
        Some((&first, rest)) if rest.iter().all(|&value| value == first) => Ok(first),
        _ => Err(reader.bytes.unsupported(format!("samples of different {what}: {values:?}"))),
    }
}

fn sample_format(reader: &Reader, directory: &Directory) -> Result<SampleFormat, ImagingError> {
    match same(reader, directory, tag::SAMPLE_FORMAT, 1, "formats")? {
        // 4 is "undefined", which readers take as unsigned.
        1 | 4 => Ok(SampleFormat::Unsigned),
        2 => Ok(SampleFormat::Signed),
        3 => Ok(SampleFormat::Float),
        other => Err(reader.bytes.unsupported(format!("sample format {other} (complex numbers are 5 and 6)"))),
    }
}

fn colours(reader: &Reader, photometric: u64) -> Result<Colours, ImagingError> {
    match photometric {
        0 => Ok(Colours::WhiteIsZero),
        1 => Ok(Colours::BlackIsZero),
        2 => Ok(Colours::Rgb),
        3 => Ok(Colours::Palette),
        5 => Ok(Colours::Cmyk),
        6 => Ok(Colours::YCbCr),
        u64::MAX => Err(reader.bytes.corrupt("it does not say what its samples mean")),
        other => Err(reader.bytes.unsupported(format!("photometric interpretation {other}"))),
    }
}

fn compression_name(compression: u64) -> &'static str {
    match compression {
        6 => " (JPEG of the withdrawn kind)",
        33_003 | 33_005 | 34_712 => " (JPEG 2000)",
        34_887 => " (LERC)",
        34_925 => " (LZMA)",
        50_000 => " (Zstandard)",
        50_001 => " (WebP)",
        50_002 => " (JPEG XL)",
        _ => "",
    }
}

/// The 8-bit colours of a palette of `count` entries: all reds, all greens, all blues, of 16 bits; `None` when short.
fn palette(map: &[u64], count: usize) -> Option<Vec<[u8; 3]>> {
    if map.len() < 3 * count {
        return None;
    }
    // Some writers fill in 8-bit values; a real 16-bit palette with a colour at all goes above 255.
    let shift = if map.iter().all(|&value| value < 256) { 0 } else { 8 };
    Some((0..count).map(|i| [0, 1, 2].map(|channel| (map[channel * count + i] >> shift) as u8)).collect())
}
