//! AVIF (AV1 Image File Format 1.1): still pictures, and the still that a sequence begins with.
//!
//! [`boxes`] and [`meta`] read the container, [`still`] says what it holds, [`sequence`] reads the header of the AV1
//! data, [`frame`] has it decoded, and [`colour`] makes red, green and blue of it.

mod boxes;
mod colour;
mod frame;
mod meta;
mod sequence;
mod still;

use concord_geometry::Size;
use rayon::prelude::*;

use self::colour::Colours;
use self::frame::Frame;
use self::sequence::Sequence;
use self::still::{Coded, Still};
use crate::decode::check_not_empty;
use crate::exif_data::ExifData;
use crate::raster::Area;
use crate::{Format, ImagingError, Limits, Orientation, Picture, Pixels};

/// Rows that one thread makes at a time.
const BAND: usize = 16;

/// Why a file is not read, before the file's name is added.
#[derive(Debug)]
enum Fault {
    Corrupt(String),
    Unsupported(String),
}

impl Fault {
    fn corrupt(reason: impl Into<String>) -> Self {
        Self::Corrupt(reason.into())
    }

    fn unsupported(reason: impl Into<String>) -> Self {
        Self::Unsupported(reason.into())
    }

    fn of(self, name: &str) -> ImagingError {
        let (name, format) = (name.to_owned(), Format::Avif.name());
        match self {
            Self::Corrupt(reason) => ImagingError::Corrupt { name, format, reason },
            Self::Unsupported(reason) => ImagingError::Unsupported { name, format: format.to_owned(), reason },
        }
    }
}

/// What a file says before any picture data is decoded.
pub(crate) struct Header {
    /// Size as stored, cut to the clean aperture, not yet turned upright.
    pub(crate) stored: Size,
    /// The capture time, and the orientation: of the transformations in the file, else of EXIF.
    pub(crate) exif: ExifData,
}

/// A decoded file.
pub(crate) struct Decoded {
    /// As stored, not yet turned upright, alpha composited on black; samples of 10 and 12 bits keep their values.
    pub(crate) picture: Picture,
    pub(crate) exif: ExifData,
    /// The largest value of a sample: 255, 1023 or 4095.
    pub(crate) max: u16,
    /// Whether every pixel was fully transparent.
    pub(crate) fully_transparent: bool,
}

/// The header of a file, its size held against the limits.
pub(crate) fn read_header(name: &str, bytes: &[u8], limits: &Limits) -> Result<Header, ImagingError> {
    open(name, bytes, limits).map(|(_, header)| header)
}

/// Decodes a file; `spare` bytes a pixel are left within the limits for the caller's own copy.
pub(crate) fn decode(name: &str, bytes: &[u8], limits: &Limits, spare: u64) -> Result<Decoded, ImagingError> {
    let (still, Header { stored, exif }) = open(name, bytes, limits)?;
    let fault = |fault: Fault| fault.of(name);
    let sequence = still.colour.sequence().map_err(fault)?;
    let alpha = still.alpha.as_ref().map(|alpha| Ok((alpha, alpha.sequence()?))).transpose().map_err(fault)?;
    let out = if sequence.is_deep() { 6 } else { 3 };
    let planes = |coded: &Coded<'_>, sequence: Sequence| sequence.bytes_of(coded.decoded_size());
    let needed = planes(&still.colour, sequence)
        .saturating_add(alpha.as_ref().map_or(0, |&(coded, sequence)| planes(coded, sequence)))
        .saturating_add(stored.area_px().saturating_mul(out + spare));
    limits.check_bytes(name, needed)?;

    let colours = Colours::new(sequence, still.nclx).map_err(fault)?;
    let frame = Frame::decode(&still.colour, sequence).map_err(fault)?;
    let alpha = alpha.map(|(coded, sequence)| Frame::decode(coded, sequence)).transpose().map_err(fault)?;
    let job =
        Job { frame: &frame, alpha: alpha.as_ref(), premultiplied: still.premultiplied, colours, crop: still.crop };
    let (pixels, visible) = job.pixels();
    let miscounted = || Fault::corrupt("the decoder gave another number of pixels than the header says").of(name);
    let picture = Picture::try_new(stored, pixels).ok_or_else(miscounted)?;
    Ok(Decoded { picture, exif, max: frame.sequence.max(), fully_transparent: !visible })
}

fn open<'a>(name: &str, bytes: &'a [u8], limits: &Limits) -> Result<(Still<'a>, Header), ImagingError> {
    let still = Still::read(bytes).map_err(|fault| fault.of(name))?;
    let coded = still.colour.size;
    check_not_empty(name, Format::Avif.name(), coded)?;
    limits.check_size(name, coded)?;
    let stored = still.crop.size;
    limits.check_size(name, stored)?;
    let mut exif = still.exif.map(ExifData::parse).unwrap_or_default();
    exif.orientation = still.orientation.unwrap_or(exif.orientation);
    Ok((still, Header { stored, exif }))
}

/// The largest value of a sample that a decoded picture may hold, brought to 255.
pub(crate) fn to_eight_bits(decoded: Decoded) -> Vec<u8> {
    let max = u32::from(decoded.max);
    let level = |value: u16| ((u32::from(value) * 255 + max / 2) / max) as u8;
    match decoded.picture.pixels {
        Pixels::Rgb8(data) => data,
        Pixels::Gray16(data) => data.into_iter().flat_map(|value| [level(value); 3]).collect(),
        Pixels::Rgb16(data) => data.into_iter().map(level).collect(),
        // No frame has such samples.
        Pixels::GrayF32(_) | Pixels::RgbF32(_) => Vec::new(),
    }
}

/// Frames that are to become one picture.
struct Job<'a> {
    frame: &'a Frame,
    alpha: Option<&'a Frame>,
    premultiplied: bool,
    colours: Colours,
    /// What of the frame is shown.
    crop: Area,
}

impl Job<'_> {
    /// The pixels, and whether any of them is visible.
    fn pixels(&self) -> (Pixels, bool) {
        let sequence = self.frame.sequence;
        match (sequence.is_deep(), sequence.is_grey()) {
            (false, _) => {
                let (data, visible) = self.samples::<u8, 3>(|level| level as u8);
                (Pixels::Rgb8(data), visible)
            }
            (true, true) => {
                let (data, visible) = self.samples::<u16, 1>(|level| level);
                (Pixels::Gray16(data), visible)
            }
            (true, false) => {
                let (data, visible) = self.samples::<u16, 3>(|level| level);
                (Pixels::Rgb16(data), visible)
            }
        }
    }

    fn samples<T, const N: usize>(&self, store: impl Fn(u16) -> T + Sync) -> (Vec<T>, bool)
    where
        T: Copy + Default + Send,
    {
        let Area { x, y, size } = self.crop;
        let (left, width) = (x as usize, size.width as usize);
        let mut data = vec![T::default(); width * size.height as usize * N];
        let visible = data
            .par_chunks_mut(width * N * BAND)
            .enumerate()
            .map(|(band, rows)| {
                let mut buffers = Rows::default();
                let mut visible = false;
                for (row, out) in rows.chunks_exact_mut(width * N).enumerate() {
                    let at = y as usize + band * BAND + row;
                    visible |= self.row(at as u32, &mut buffers);
                    let levels = &buffers.levels[left..left + width];
                    for (to, level) in out.as_chunks_mut::<N>().0.iter_mut().zip(levels) {
                        *to = std::array::from_fn(|channel| store(level[channel]));
                    }
                }
                visible
            })
            .reduce(|| false, |a, b| a | b);
        (data, visible)
    }

    /// Makes one row of the frame, and tells whether any of it is visible.
    fn row(&self, y: u32, rows: &mut Rows) -> bool {
        self.frame.row(0, y, &mut rows.luma);
        if self.frame.sequence.is_grey() {
            self.colours.grey(&rows.luma, &mut rows.levels);
        } else {
            self.frame.chroma(y, &mut rows.near, &mut rows.far, [&mut rows.u, &mut rows.v]);
            self.colours.convert(&rows.luma, &rows.u, &rows.v, &mut rows.levels);
        }
        let Some(alpha) = self.alpha else { return true };
        alpha.row(0, y, &mut rows.luma);
        let (max, mut visible) = (u32::from(self.frame.sequence.max()), false);
        for (level, &value) in rows.levels.iter_mut().zip(&rows.luma) {
            let share = u32::from(alpha.sequence.alpha_level(value, self.frame.sequence.max()));
            visible |= share > 0;
            if !self.premultiplied {
                // On black, c·a is all that compositing leaves.
                *level = level.map(|c| ((u32::from(c) * share + max / 2) / max) as u16);
            }
        }
        visible
    }
}

/// Room for the rows that one thread works on.
#[derive(Default)]
struct Rows {
    luma: Vec<u16>,
    near: Vec<u16>,
    far: Vec<u16>,
    u: Vec<f32>,
    v: Vec<f32>,
    levels: Vec<[u16; 3]>,
}

/// The orientation that `irot` (quarter turns against the clock) followed by `imir` (the axis: 0 exchanges top and
/// bottom, 1 left and right) amounts to.
fn orientation(quarter_turns: u8, mirror: Option<u8>) -> Orientation {
    let after_turns = match mirror {
        None => [1, 8, 3, 6],
        Some(0) => [4, 5, 2, 7],
        Some(_) => [2, 7, 4, 5],
    };
    Orientation::new(after_turns[usize::from(quarter_turns % 4)]).unwrap_or(Orientation::UPRIGHT)
}
