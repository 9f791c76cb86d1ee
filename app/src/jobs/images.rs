//! Reading images for the canvas: small ones whole, deep ones at their full depth, large ones tile by tile.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use concord_domain::sample::SampleId;
use concord_imaging::{Format, ImageSource, Limits, Picture, Pixels, Window, decode_picture, decode_rgba8_pyramid};
use concord_language::say;
use concord_project::Project;
use concord_widgets::canvas::{CanvasImage, Histogram, ImageKey, PixelKind, Raster, TileCache, TileId};

use super::JobEvent;
use crate::error_text::AppError;

/// From this many pixels on, a TIFF is read tile by tile: 40 million.
const LARGE_PX: u64 = 40_000_000;
/// Longest side of the picture that stands in for tiles that are not there yet, in pixels.
const OVERVIEW_SIDE: u32 = 1024;
/// How long a job refines before it shows what it has.
const REFINE_FOR: Duration = Duration::from_millis(400);
/// Parts that are refined between two looks at the clock.
const PARTS: usize = 2;

/// An image ready for the canvas.
#[derive(Debug, Clone)]
pub struct LoadedImage {
    /// What the canvas draws.
    pub image: CanvasImage,
    /// Where its tiles come from, for one that is read tile by tile.
    pub tiles: Option<TileSource>,
}

/// Where the tiles of a large image come from.
#[derive(Debug, Clone)]
pub struct TileSource {
    source: Arc<ImageSource>,
    /// How floating-point colour is brought to 8 bits, which is what the canvas shows of it.
    window: Option<Window>,
    sampled: Arc<Sampled>,
    /// Whether no level is sampled any more.
    pub is_exact: bool,
}

/// The tiles in the cache that were made from samples, and how often better samples came.
#[derive(Debug, Default)]
struct Sampled {
    changes: AtomicU64,
    tiles: Mutex<BTreeSet<TileId>>,
}

impl Sampled {
    fn tiles(&self) -> MutexGuard<'_, BTreeSet<TileId>> {
        self.tiles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What refining brought for an image whose coarse levels were sampled.
#[derive(Debug)]
pub struct Refined {
    source: Arc<ImageSource>,
    is_exact: bool,
    /// The picture that stands in for tiles, when it became better.
    thumbnail: Option<Raster>,
    /// The histogram of the exact picture.
    histogram: Option<Histogram>,
}

impl LoadedImage {
    /// Takes in what refining brought, unless it was of a file that was opened before this one.
    pub fn improve(&mut self, refined: Refined) {
        let Some(tiles) = self.tiles.as_mut().filter(|tiles| Arc::ptr_eq(&tiles.source, &refined.source)) else {
            return;
        };
        tiles.is_exact = refined.is_exact;
        if let Some(thumbnail) = refined.thumbnail {
            self.image = self.image.clone().with_thumbnail(thumbnail);
        }
        if let Some(histogram) = refined.histogram {
            self.image = self.image.clone().with_histogram(histogram);
        }
    }

    /// The bytes it holds; those of its tiles are counted by their cache.
    pub fn byte_len(&self) -> usize {
        self.image.byte_len().max(1)
    }
}

/// Reads an image for the canvas; the tiles of a large one go into `cache` later, one by one.
pub fn image(project: &Project, sample: &SampleId, path: &str, cache: &TileCache) -> JobEvent {
    JobEvent::Image(read(&project.resolve(path), sample, cache))
}

fn read(path: &Path, sample: &SampleId, cache: &TileCache) -> Result<LoadedImage, AppError> {
    let limits = Limits::default();
    let whole = |image| LoadedImage { image, tiles: None };
    match format_of(path) {
        // Nothing else is deeper than eight bits.
        Some(Format::Tiff) => {
            let source = ImageSource::open(path, &limits, 0)?;
            if source.size().area_px() > LARGE_PX {
                return large(source, sample, cache);
            }
            let picture = decode_picture(path, &limits, 0)?;
            Ok(whole(canvas_image(sample, picture)?))
        }
        Some(Format::Png | Format::Pnm) => Ok(whole(canvas_image(sample, decode_picture(path, &limits, 0)?)?)),
        _ => {
            let levels = decode_rgba8_pyramid(path, &limits, u32::MAX)?;
            let full = levels.into_iter().next().ok_or_else(no_picture)?;
            Ok(whole(CanvasImage::from_rgba8(sample.0.as_str(), full.size, full.data)?))
        }
    }
}

fn no_picture() -> AppError {
    AppError::Lacking(say!("shell-no-picture"))
}

/// The format by the first bytes of a file; `None` when they are of none that is known, which decoding will explain.
fn format_of(path: &Path) -> Option<Format> {
    use std::io::Read;
    let mut head = [0u8; 64];
    let name = path.display().to_string();
    let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut head));
    // A file that cannot be opened is explained by the decoder, which names it.
    let length = read.unwrap_or(0);
    Format::detect(&name, &head[..length]).ok()
}

fn canvas_image(sample: &SampleId, picture: Picture) -> Result<CanvasImage, AppError> {
    let window = is_float_colour(&picture).then(|| picture.default_window());
    Ok(CanvasImage::from_raster(sample.0.as_str(), raster(picture, window)?)?)
}

fn is_float_colour(picture: &Picture) -> bool {
    matches!(picture.pixels, Pixels::RgbF32(_))
}

fn raster(picture: Picture, window: Option<Window>) -> Result<Raster, AppError> {
    let size = picture.size;
    Ok(match picture.pixels {
        Pixels::Rgb8(data) => Raster::rgb8(size, &data)?,
        Pixels::Gray16(data) => Raster::gray16(size, data)?,
        Pixels::Rgb16(data) => Raster::rgb16(size, &data)?,
        Pixels::GrayF32(data) => Raster::gray_f32(size, data)?,
        Pixels::RgbF32(_) => {
            let window = window.unwrap_or_else(|| picture.default_window());
            Raster::rgb8(size, &picture.to_rgb8(window).data)?
        }
    })
}

fn large(source: ImageSource, sample: &SampleId, cache: &TileCache) -> Result<LoadedImage, AppError> {
    use concord_imaging::PixelKind as Stored;
    let never = AtomicBool::new(false);
    let overview = source.overview(OVERVIEW_SIDE, &never)?.ok_or_else(no_picture)?;
    let (overview, is_exact) = (overview.picture, overview.exact);
    let window = is_float_colour(&overview).then(|| overview.default_window());
    let kind = match source.kind() {
        Some(Stored::Gray16) => PixelKind::Gray16,
        Some(Stored::Rgb16) => PixelKind::Rgba16,
        Some(Stored::GrayF32) => PixelKind::GrayF32,
        Some(Stored::Rgb8 | Stored::RgbF32) | None => PixelKind::Rgba8,
    };
    let image = CanvasImage::pyramid(sample.0.as_str(), source.size(), kind, cache)?;
    let image = image.with_thumbnail(raster(overview, window)?);
    let sampled = Arc::default();
    Ok(LoadedImage { image, tiles: Some(TileSource { source: Arc::new(source), window, sampled, is_exact }) })
}

/// Reads one tile of a large image into the cache.
pub fn tile(from: &TileSource, sample: &SampleId, id: TileId, cache: &TileCache) -> JobEvent {
    let read = || -> Result<(), AppError> {
        let (never, key) = (AtomicBool::new(false), ImageKey::from(sample.0.as_str()));
        loop {
            let changes = from.sampled.changes.load(Ordering::SeqCst);
            let Some(tile) = from.source.tile(id.level, id.column, id.row, &never)? else { return Ok(()) };
            let pixels = raster(tile.picture, from.window)?;
            if tile.exact {
                return Ok(cache.put(&key, id, pixels)?);
            }
            let mut sampled = from.sampled.tiles();
            // Read again what was read before better samples came: whoever shows those does not know of this tile yet.
            if from.sampled.changes.load(Ordering::SeqCst) == changes {
                cache.put(&key, id, pixels)?;
                sampled.insert(id);
                return Ok(());
            }
        }
    };
    JobEvent::Tile(read())
}

/// Makes coarse levels of a large image exact for a while, or until `interrupt` is set, and puts better tiles in the
/// place of those in the cache.
pub fn refine(from: &TileSource, sample: &SampleId, cache: &TileCache, interrupt: &AtomicBool) -> JobEvent {
    let work = || -> Result<Refined, AppError> {
        let mut refined =
            Refined { source: Arc::clone(&from.source), is_exact: false, thumbnail: None, histogram: None };
        let is_done = refine_a_while(&from.source, interrupt)?;
        if is_set(interrupt) {
            return Ok(refined);
        }
        let is_shown = refresh(from, &ImageKey::from(sample.0.as_str()), cache, interrupt)?;
        let Some(overview) = from.source.overview(OVERVIEW_SIDE, interrupt)? else { return Ok(refined) };
        let overview = raster(overview.picture, from.window)?;
        if is_done && is_shown {
            refined.is_exact = true;
            refined.histogram = Some(Histogram::of(&overview));
        }
        refined.thumbnail = Some(overview);
        Ok(refined)
    };
    JobEvent::Refined(work())
}

/// True when nothing is left to refine. What cannot be read stays as it was sampled.
fn refine_a_while(source: &ImageSource, interrupt: &AtomicBool) -> Result<bool, AppError> {
    let started = Instant::now();
    loop {
        let share = source.refine(PARTS, interrupt).or_else(|error| {
            tracing::debug!("a part of an overview stays sampled: {error}");
            source.refine(0, interrupt)
        })?;
        if share >= 1.0 || is_set(interrupt) || started.elapsed() >= REFINE_FOR {
            return Ok(share >= 1.0);
        }
    }
}

/// Reads the sampled tiles that the cache holds again, the coarse ones first; true when it came to the end.
fn refresh(from: &TileSource, key: &ImageKey, cache: &TileCache, interrupt: &AtomicBool) -> Result<bool, AppError> {
    from.sampled.changes.fetch_add(1, Ordering::SeqCst);
    let known: Vec<TileId> = from.sampled.tiles().iter().rev().copied().collect();
    for id in known {
        // Held until the better tile is in the cache, so that nobody puts an older one over it.
        let mut sampled = from.sampled.tiles();
        if !cache.contains(key, id) {
            sampled.remove(&id);
            continue;
        }
        let Some(tile) = from.source.tile(id.level, id.column, id.row, interrupt)? else { return Ok(false) };
        if tile.exact {
            sampled.remove(&id);
        }
        cache.put(key, id, raster(tile.picture, from.window)?)?;
    }
    Ok(true)
}

fn is_set(interrupt: &AtomicBool) -> bool {
    interrupt.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests;
