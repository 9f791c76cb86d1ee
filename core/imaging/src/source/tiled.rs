//! A TIFF page of any size, of which only the strips and tiles that are seen are decoded.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use concord_geometry::Size;
use rayon::prelude::*;

use super::cache::ChunkCache;
use super::coarse::Coarse;
use super::{Tile, apart, is_set, sparse};
use crate::raster::{Area, level_size};
use crate::tiff::{Bytes, Page, TiffFile};
use crate::{ImagingError, Limits, Orientation, Picture, PixelKind};

/// Bytes of decoded chunks that are kept, unless the limits allow less.
const CACHE_BYTES: u64 = 128 << 20;
/// Pixels that are put together at a time when a coarser level is made.
const BAND_PIXELS: u64 = 4 << 20;
/// Chunks above this many bytes are decoded one at a time.
const LARGE_CHUNK_BYTES: u64 = 16 << 20;
/// Levels up to this side are kept in memory where the file has no copy of that size.
pub(super) const COARSE_SIDE: u32 = 4096;

#[derive(Debug)]
pub(super) struct TiledSource {
    file: TiffFile,
    size: Size,
    orientation: Orientation,
    kind: PixelKind,
    /// The page and its smaller copies, finest first.
    copies: Vec<FileLevel>,
    cache: Mutex<ChunkCache>,
    large: Mutex<()>,
    coarse: Mutex<Option<Coarse>>,
    chunks_decoded: AtomicU64,
    pixels_decoded: AtomicU64,
}

/// One resolution that the file holds.
#[derive(Debug)]
pub(super) struct FileLevel {
    /// The level of the pyramid that it serves.
    pub(super) level: u32,
    pub(super) page: Page,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TiledSource {
    pub(super) fn new(bytes: Bytes, limits: &Limits, index: usize) -> Result<Self, ImagingError> {
        let file = TiffFile::open(bytes)?;
        let page = file.page(index, limits)?;
        let (stored, kind, orientation) = (page.size, page.kind(), page.orientation);
        let mut copies = vec![FileLevel { level: 0, page }];
        for page in file.smaller_copies(index, limits) {
            let level = (1..32).find(|&level| serves(page.size, level_size(stored, level)));
            if let Some(level) = level.filter(|_| page.kind() == kind) {
                copies.push(FileLevel { level, page });
            }
        }
        copies.sort_by_key(|copy| copy.level);
        copies.dedup_by_key(|copy| copy.level);
        Ok(Self {
            file,
            size: orientation.upright_size(stored),
            orientation,
            kind,
            copies,
            cache: Mutex::new(ChunkCache::new(CACHE_BYTES.min(limits.max_bytes / 4))),
            large: Mutex::new(()),
            coarse: Mutex::new(None),
            chunks_decoded: AtomicU64::new(0),
            pixels_decoded: AtomicU64::new(0),
        })
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }

    pub(super) fn orientation(&self) -> Orientation {
        self.orientation
    }

    pub(super) fn pages(&self) -> usize {
        self.file.page_count()
    }

    pub(super) fn kind(&self) -> PixelKind {
        self.kind
    }

    pub(super) fn chunks_decoded(&self) -> u64 {
        self.chunks_decoded.load(Ordering::Relaxed)
    }

    pub(super) fn pixels_decoded(&self) -> u64 {
        self.pixels_decoded.load(Ordering::Relaxed)
    }

    /// The coarsest copy in the file.
    fn coarsest(&self) -> usize {
        self.copies.len() - 1
    }

    /// The level that is kept in memory; `None` where the file's own copies serve every coarse level.
    fn coarse_level(&self) -> Option<u32> {
        let longest = |level| {
            let size = level_size(self.size, level);
            size.width.max(size.height)
        };
        let level = (0..32).find(|&level| longest(level) <= COARSE_SIDE)?;
        (self.copies[self.coarsest()].level < level).then_some(level)
    }

    pub(super) fn part(&self, level: u32, area: Area, interrupt: &AtomicBool) -> Result<Option<Tile>, ImagingError> {
        if is_set(interrupt) {
            return Ok(None);
        }
        if let Some(coarse) = self.coarse_level().filter(|&coarse| level >= coarse) {
            let shift = level - coarse;
            let part = self.coarse(coarse, interrupt)?.as_ref().map(|kept| kept.part(shift, area));
            return Ok(part.map(|part| Tile { picture: part.picture.reduced(shift), ..part }));
        }
        let copy = self.copies.iter().rposition(|copy| copy.level <= level).unwrap_or(0);
        let picture = self.region(copy, level - self.copies[copy].level, area, interrupt)?;
        Ok(picture.map(|picture| Tile { picture, exact: true }))
    }

    /// The coarse level, sampled now if it has not been: one thread does so while others that ask wait. Holds `None`
    /// only when interrupted.
    fn coarse(&self, level: u32, interrupt: &AtomicBool) -> Result<MutexGuard<'_, Option<Coarse>>, ImagingError> {
        let mut coarse = lock(&self.coarse);
        if coarse.is_none() {
            let copy = &self.copies[self.coarsest()];
            let shift = level - copy.level;
            let size = level_size(self.size, level);
            let name = self.file.reader.bytes.name();
            let sampled = apart(name, || {
                let sampled = sparse::sample(self, copy, shift, interrupt)?;
                Ok(sampled.map(|picture| picture.turned(self.orientation).fitted_to(size)))
            })?;
            if let Some(picture) = sampled {
                *coarse = Some(Coarse::new(picture, &copy.page, shift, self.orientation));
            }
        }
        Ok(coarse)
    }

    pub(super) fn refine(&self, parts: usize, interrupt: &AtomicBool) -> Result<f64, ImagingError> {
        let Some(level) = self.coarse_level() else { return Ok(1.0) };
        let (copy, mut taken) = (self.coarsest(), Vec::new());
        if let Some(coarse) = self.coarse(level, interrupt)?.as_mut() {
            taken = coarse.take(parts);
        }
        let shift = level - self.copies[copy].level;
        let made: Vec<_> =
            taken.par_iter().map(|&(part, area)| (part, area, self.region(copy, shift, area, interrupt))).collect();
        let mut coarse = lock(&self.coarse);
        let Some(coarse) = coarse.as_mut() else { return Ok(0.0) };
        let mut failure = None;
        for (part, area, picture) in made {
            match picture {
                Ok(Some(picture)) => coarse.put(part, area, &picture),
                Ok(None) => coarse.give_back(part),
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or_else(|| Ok(coarse.share_done()), Err)
    }

    /// A part of the level `shift` halvings below a copy, each pixel the mean of those it stands for; made band by band,
    /// so that little is held at once.
    fn region(
        &self,
        copy: usize,
        shift: u32,
        area: Area,
        interrupt: &AtomicBool,
    ) -> Result<Option<Picture>, ImagingError> {
        let whole = self.orientation.upright_size(self.copies[copy].page.size);
        let pixels_a_row = u64::from(area.size.width) << (2 * shift).min(40);
        let rows = (BAND_PIXELS / pixels_a_row).clamp(1, u64::from(area.size.height)) as u32;
        let bands: Vec<u32> = (0..area.size.height).step_by(rows as usize).collect();
        let made: Vec<Option<(u32, Picture)>> = bands
            .par_iter()
            .map(|&top| {
                if is_set(interrupt) {
                    return Ok(None);
                }
                let band = Area::new(area.x, area.y + top, area.size.width, rows.min(area.size.height - top));
                let picture = self.stretch(copy, spread(band, shift, whole))?;
                Ok(Some((top, picture.reduced(shift).fitted_to(band.size))))
            })
            .collect::<Result<_, ImagingError>>()?;
        let mut out = Picture::blank(self.kind, area.size);
        for band in made {
            let Some((top, picture)) = band else { return Ok(None) };
            out.paste(&picture, Area { x: 0, y: 0, size: picture.size }, (0, top));
        }
        Ok(Some(out))
    }

    /// The pixels of a copy in an upright rectangle within it.
    fn stretch(&self, copy: usize, area: Area) -> Result<Picture, ImagingError> {
        let page = &self.copies[copy].page;
        let stored = self.orientation.stored_area(area, page.size);
        let range = |first: u32, end: u32, side: u32| (first / side) as usize..=((end - 1) / side) as usize;
        let columns = range(stored.x, stored.right(), page.chunk.width);
        let chunks: Vec<(usize, usize)> = range(stored.y, stored.bottom(), page.chunk.height)
            .flat_map(|row| columns.clone().map(move |column| (column, row)))
            .collect();
        let mut out = Picture::blank(self.kind, stored.size);
        // A few at a time, so that what is held beside the cache stays small.
        for some in chunks.chunks(16) {
            let decoded: Vec<Arc<Picture>> =
                some.par_iter().map(|&(column, row)| self.chunk(copy, column, row)).collect::<Result<_, _>>()?;
            for (&(column, row), picture) in some.iter().zip(decoded) {
                let covered = page.chunk_area(column, row);
                let Some(seen) = covered.overlap(stored) else { continue };
                let within = Area { x: seen.x - covered.x, y: seen.y - covered.y, size: seen.size };
                out.paste(&picture, within, (seen.x - stored.x, seen.y - stored.y));
            }
        }
        Ok(out.turned(self.orientation))
    }

    fn chunk(&self, copy: usize, column: usize, row: usize) -> Result<Arc<Picture>, ImagingError> {
        let (page, key) = (&self.copies[copy].page, (copy, column, row));
        if let Some(kept) = lock(&self.cache).get(key) {
            return Ok(kept);
        }
        // Several threads may want the same large strip: the first decodes it, and nobody decodes another meanwhile.
        let alone = (page.stored_bytes(row) > LARGE_CHUNK_BYTES).then(|| lock(&self.large));
        if alone.is_some()
            && let Some(kept) = lock(&self.cache).get(key)
        {
            return Ok(kept);
        }
        let picture = Arc::new(self.decode_chunk(page, column, row)?);
        lock(&self.cache).insert(key, Arc::clone(&picture));
        Ok(picture)
    }

    /// A chunk as stored, counted and not kept.
    pub(super) fn decode_chunk(&self, page: &Page, column: usize, row: usize) -> Result<Picture, ImagingError> {
        self.count(page.chunk_area(column, row).size.area_px());
        page.decode_chunk(&self.file.reader, column, row)
    }

    /// The first row of pixels of a chunk as stored, counted.
    pub(super) fn decode_first_row(&self, page: &Page, column: usize, row: usize) -> Result<Picture, ImagingError> {
        self.count(u64::from(page.chunk_area(column, row).size.width));
        page.decode_first_row(&self.file.reader, column, row)
    }

    fn count(&self, pixels: u64) {
        self.chunks_decoded.fetch_add(1, Ordering::Relaxed);
        self.pixels_decoded.fetch_add(pixels, Ordering::Relaxed);
    }
}

/// Whether a copy of this size stands for a level of that size: writers round odd sides up or down.
fn serves(copy: Size, level: Size) -> bool {
    let near = |copy: u32, level: u32| copy == level || copy + 1 == level;
    near(copy.width, level.width) && near(copy.height, level.height)
}

/// What `area` of the level `shift` halvings below stands for, within a copy of size `whole`; at least a pixel of its
/// edge.
fn spread(area: Area, shift: u32, whole: Size) -> Area {
    let side = |first: u32, length: u32, whole: u32| {
        let start = (u64::from(first) << shift).min(u64::from(whole) - 1);
        let end = (u64::from(first + length) << shift).min(u64::from(whole));
        (start as u32, (end.max(start + 1) - start) as u32)
    };
    let (x, width) = side(area.x, area.size.width, whole.width);
    let (y, height) = side(area.y, area.size.height, whole.height);
    Area::new(x, y, width, height)
}
