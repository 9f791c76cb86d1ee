//! Pictures of any size, given in tiles of a pyramid of halves: what a canvas needs to show a gigapixel.

mod cache;
mod coarse;
mod memory;
mod sparse;
mod tiled;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use concord_geometry::Size;

use self::memory::MemorySource;
use self::tiled::{COARSE_SIDE, TiledSource};
use crate::decode::read_file;
use crate::deep::has_tiff_header;
use crate::raster::{Area, level_size};
use crate::tiff::Bytes;
use crate::{Format, ImagingError, Limits, Orientation, Picture, PixelKind, PixelValue, Window};

/// Side of a tile in pixels; those at the right and bottom edges of a level are smaller.
pub const TILE_SIDE: u32 = 512;

/// A picture that is read in tiles, upright, from any thread.
///
/// Level 0 is the full resolution; each next level is half as large, sides rounded up, until the picture fits one tile.
///
/// A TIFF is read strip by strip and tile by tile: opening reads its directories only, and what is decoded at once is
/// bounded whatever the size of the whole. Smaller copies within the file (in the page's sub-directories, or following
/// it and marked as reduced) serve the coarse levels. Where there are none, the levels that fit 4096 pixels a side are
/// at first *sampled, not filtered*: of at most some thousand rows of strips or tiles the first row of pixels is
/// decoded (of JPEG chunks, which cannot be decoded in part, some chunks whole), and what lies between is interpolated.
/// [`ImageSource::refine`] then replaces the samples by exact means, part by part.
///
/// Every other format is decoded whole with its first tile, and its pyramid is kept in memory.
#[derive(Debug)]
pub struct ImageSource {
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    Memory(MemorySource),
    Tiled(Box<TiledSource>),
}

/// Part of a level, with whether it is the mean of all pixels it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// The pixels.
    pub picture: Picture,
    /// Whether every pixel is exact; `false` where some are interpolated between samples, and refining will change
    /// them.
    pub exact: bool,
}

impl ImageSource {
    /// Opens a file. Of a TIFF the page with the given number, counted from 0, is shown; every other format has page 0
    /// alone. The limits hold for what is decoded at once, so a TIFF larger than they allow as a whole opens; every
    /// other format is refused beyond them.
    pub fn open(path: &Path, limits: &Limits, page: usize) -> Result<Self, ImagingError> {
        let name = path.display().to_string();
        if has_tiff_header(&name, path)? {
            match TiledSource::new(Bytes::open(&name, path)?, limits, page) {
                // A compression that cannot be read in parts: decoded whole, if the limits allow.
                Err(unread @ ImagingError::Unsupported { .. }) if page == 0 => {
                    let whole = || MemorySource::new(&name, read_file(&name, path, limits)?, limits, page);
                    return whole().map(Self::in_memory).map_err(|_| unread);
                }
                tiled => return Ok(Self { inner: Inner::Tiled(Box::new(tiled?)) }),
            }
        }
        let bytes = read_file(&name, path, limits)?;
        MemorySource::new(&name, bytes, limits, page).map(Self::in_memory)
    }

    /// As [`ImageSource::open`], for bytes already in memory; `name` stands for the file in messages.
    pub fn from_bytes(name: &str, bytes: Vec<u8>, limits: &Limits, page: usize) -> Result<Self, ImagingError> {
        if Format::detect(name, &bytes)? == Format::Tiff {
            match TiledSource::new(Bytes::in_memory(name, bytes.clone()), limits, page) {
                Err(unread @ ImagingError::Unsupported { .. }) if page == 0 => {
                    return MemorySource::new(name, bytes, limits, page).map(Self::in_memory).map_err(|_| unread);
                }
                tiled => return Ok(Self { inner: Inner::Tiled(Box::new(tiled?)) }),
            }
        }
        MemorySource::new(name, bytes, limits, page).map(Self::in_memory)
    }

    fn in_memory(source: MemorySource) -> Self {
        Self { inner: Inner::Memory(source) }
    }

    /// Size of the upright picture in pixels.
    pub fn size(&self) -> Size {
        match &self.inner {
            Inner::Memory(source) => source.size(),
            Inner::Tiled(source) => source.size(),
        }
    }

    /// How the stored pixels are turned.
    pub fn orientation(&self) -> Orientation {
        match &self.inner {
            Inner::Memory(source) => source.orientation(),
            Inner::Tiled(source) => source.orientation(),
        }
    }

    /// Pages of the file, at least 1.
    pub fn pages(&self) -> usize {
        match &self.inner {
            Inner::Memory(_) => 1,
            Inner::Tiled(source) => source.pages(),
        }
    }

    /// The kind of samples of every tile; `None` while a format that is decoded whole has not been.
    pub fn kind(&self) -> Option<PixelKind> {
        match &self.inner {
            Inner::Memory(source) => source.kind(),
            Inner::Tiled(source) => Some(source.kind()),
        }
    }

    /// Levels of the pyramid, at least 1.
    pub fn levels(&self) -> u32 {
        levels_of(self.size())
    }

    /// Size of a level in pixels.
    pub fn level_size(&self, level: u32) -> Size {
        level_size(self.size(), level)
    }

    /// Columns and rows of tiles of a level.
    pub fn tiles(&self, level: u32) -> (u32, u32) {
        let size = self.level_size(level);
        (size.width.div_ceil(TILE_SIDE), size.height.div_ceil(TILE_SIDE))
    }

    /// One tile; `None` when `interrupt` was set before it was done.
    ///
    /// # Panics
    /// When there is no such level, column or row.
    pub fn tile(
        &self,
        level: u32,
        column: u32,
        row: u32,
        interrupt: &AtomicBool,
    ) -> Result<Option<Tile>, ImagingError> {
        let (columns, rows) = self.tiles(level);
        let there = level < self.levels() && column < columns && row < rows;
        assert!(there, "there is no tile ({column}, {row}) of level {level}");
        let (size, x, y) = (self.level_size(level), column * TILE_SIDE, row * TILE_SIDE);
        let area = Area::new(x, y, TILE_SIDE.min(size.width - x), TILE_SIDE.min(size.height - y));
        match &self.inner {
            Inner::Memory(source) => source.part(level, area, interrupt),
            Inner::Tiled(source) => source.part(level, area, interrupt),
        }
    }

    /// The whole picture at the finest level of which no side is above `max_side` pixels, which is brought into 1 to
    /// 4096; a picture that fits is given at full resolution. `None` when `interrupt` was set before it was done.
    pub fn overview(&self, max_side: u32, interrupt: &AtomicBool) -> Result<Option<Tile>, ImagingError> {
        let longest = |level| self.level_size(level).width.max(self.level_size(level).height);
        let fitting = (0..32).find(|&level| longest(level) <= max_side.clamp(1, COARSE_SIDE)).unwrap_or(31);
        let size = self.level_size(fitting);
        let area = Area::new(0, 0, size.width, size.height);
        match &self.inner {
            Inner::Memory(source) => source.part(fitting, area, interrupt),
            Inner::Tiled(source) => source.part(fitting, area, interrupt),
        }
    }

    /// Makes the next `parts` parts of sampled levels exact, spread over the picture, and tells which share of them (0
    /// to 1) is exact now; 1 at once where nothing is sampled. Ends early when `interrupt` is set.
    pub fn refine(&self, parts: usize, interrupt: &AtomicBool) -> Result<f64, ImagingError> {
        match &self.inner {
            Inner::Memory(_) => Ok(1.0),
            Inner::Tiled(source) => source.refine(parts, interrupt),
        }
    }

    /// What the pixel in column `x` and row `y` of the full resolution holds, in the file's own units; `None` outside
    /// the picture.
    pub fn pixel(&self, x: u32, y: u32) -> Result<Option<PixelValue>, ImagingError> {
        let size = self.size();
        if x >= size.width || y >= size.height {
            return Ok(None);
        }
        let (area, never) = (Area::new(x, y, 1, 1), AtomicBool::new(false));
        let part = match &self.inner {
            Inner::Memory(source) => source.part(0, area, &never)?,
            Inner::Tiled(source) => source.part(0, area, &never)?,
        };
        Ok(part.map(|tile| tile.picture.pixel(0, 0)))
    }

    /// The default window of the whole, taken from the overview of at most 1024 pixels a side; `None` when
    /// `interrupt` was set before it was done. See [`Picture::default_window`].
    pub fn default_window(&self, interrupt: &AtomicBool) -> Result<Option<Window>, ImagingError> {
        Ok(self.overview(1024, interrupt)?.map(|overview| overview.picture.default_window()))
    }

    /// Strips and tiles decoded so far, those of which only the first row was decoded included; 0 for a format that is
    /// decoded whole.
    pub fn chunks_decoded(&self) -> u64 {
        match &self.inner {
            Inner::Memory(_) => 0,
            Inner::Tiled(source) => source.chunks_decoded(),
        }
    }

    /// Pixels decoded so far from strips and tiles; 0 for a format that is decoded whole.
    pub fn pixels_decoded(&self) -> u64 {
        match &self.inner {
            Inner::Memory(_) => 0,
            Inner::Tiled(source) => source.pixels_decoded(),
        }
    }
}

/// Levels of a pyramid over a picture of this size.
fn levels_of(size: Size) -> u32 {
    let fits = |level| {
        let size = level_size(size, level);
        size.width.max(size.height) <= TILE_SIDE
    };
    (0..32).find(|&level| fits(level)).unwrap_or(31) + 1
}

/// Runs work that other threads wait for behind a lock, on threads of its own: a thread of the shared pool that held
/// the lock would take up other work of the pool meanwhile, and that might want the same lock.
fn apart<R: Send>(name: &str, work: impl FnOnce() -> Result<R, ImagingError> + Send) -> Result<R, ImagingError> {
    let run = || match rayon::ThreadPoolBuilder::new().build() {
        Ok(pool) => pool.install(work),
        Err(error) => Err(ImagingError::Io { name: name.to_owned(), source: std::io::Error::other(error) }),
    };
    std::thread::scope(|scope| match scope.spawn(run).join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

fn is_set(interrupt: &AtomicBool) -> bool {
    interrupt.load(Ordering::Relaxed)
}
