//! Images made ready for the screen, so that a worker thread can do the heavy part.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use concord_geometry::{Point, Size};

use super::histogram::Histogram;
use super::pyramid::{Pyramid, TileId};
use super::raster::{PixelKind, Raster};
use super::readout::PixelValue;
use super::tile_cache::TileCache;
use super::tiles::{Tile, cut, tile_at};
use super::versioned::{Versioned, next_version};
use crate::WidgetsError;

/// What tells one image or overlay from another: equal keys mean equal pixels, but for those of a pyramid, which better
/// ones may replace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImageKey {
    /// A number, such as a hash or a row id.
    Number(u64),
    /// A text, such as a content hash.
    Text(Arc<str>),
}

impl From<u64> for ImageKey {
    fn from(key: u64) -> Self {
        Self::Number(key)
    }
}

impl From<&str> for ImageKey {
    fn from(key: &str) -> Self {
        Self::Text(key.into())
    }
}

impl From<String> for ImageKey {
    fn from(key: String) -> Self {
        Self::Text(key.into())
    }
}

impl fmt::Display for ImageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(key) => write!(f, "{key}"),
            Self::Text(key) => f.write_str(key),
        }
    }
}

/// An image for a canvas: whole, or a pyramid whose tiles arrive when they are needed. Cloning is cheap.
///
/// Making a whole one reads every pixel a few times: do it on a worker thread.
#[derive(Debug, Clone)]
pub struct CanvasImage {
    key: ImageKey,
    size: Size,
    kind: PixelKind,
    source: Source,
    histogram: Arc<OnceLock<Histogram>>,
    /// Tells a histogram that was given from the one before; 0 for one that is counted.
    histogram_version: u64,
}

/// Where the pixels of an image are.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// Ready for the graphics adapter, 8 bits.
    Whole(Arc<[Tile]>),
    /// In a cache, as far as they are there.
    Tiled(Tiled),
}

/// A pyramid and the cache that holds its tiles.
#[derive(Debug, Clone)]
pub(crate) struct Tiled {
    pub(crate) pyramid: Pyramid,
    pub(crate) cache: TileCache,
    /// A small picture of the whole image for where no tile is there yet.
    pub(crate) thumbnail: Option<Versioned>,
    /// True when the cache belongs to this image alone and is complete.
    is_whole: bool,
}

impl CanvasImage {
    /// An image from row-major RGB bytes, three a pixel; an error when it is empty or the length does not fit.
    pub fn from_rgb8(key: impl Into<ImageKey>, size: Size, rgb: &[u8]) -> Result<Self, WidgetsError> {
        Self::new(key.into(), size, Cow::Borrowed(rgb), 3)
    }

    /// An image from row-major RGBA bytes, four a pixel, alpha ignored; errors as [`CanvasImage::from_rgb8`].
    ///
    /// A `Vec` that is handed over is kept instead of copied where the width is a multiple of 16.
    pub fn from_rgba8<'a>(
        key: impl Into<ImageKey>,
        size: Size,
        rgba: impl Into<Cow<'a, [u8]>>,
    ) -> Result<Self, WidgetsError> {
        Self::new(key.into(), size, rgba.into(), 4)
    }

    /// A whole image from pixels of any kind, shown at their full depth.
    pub fn from_raster(key: impl Into<ImageKey>, raster: Raster) -> Result<Self, WidgetsError> {
        let (key, size, kind) = (key.into(), raster.size(), raster.kind());
        let raster = match raster.into_rgba8() {
            Ok(rgba) => return Self::new(key, size, Cow::Owned(rgba), 4),
            Err(deep) => deep,
        };
        let histogram = Histogram::of(&raster);
        let cache = TileCache::new(u64::MAX);
        let image = Self::pyramid(key, size, kind, &cache)?.with_histogram(histogram);
        let pyramid = Pyramid::new(size, Pyramid::TILE_SIDE)?;
        let mut finer = raster;
        for level in 0..pyramid.levels() {
            let side = pyramid.tile_side();
            let (columns, rows) = pyramid.grid(level);
            for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
                let tile = finer.part(column * side, row * side, side);
                cache.put(&image.key, TileId { level, column, row }, tile)?;
            }
            if level + 1 < pyramid.levels() {
                finer = finer.halved();
            }
        }
        Ok(image.whole())
    }

    /// An image whose tiles of [`Pyramid::TILE_SIDE`] pixels arrive in `cache` when they are there; until then coarser
    /// ones stand in. It costs nothing to make. An error when the size is empty.
    ///
    /// Each frame [`CanvasResponse::wanted`](super::CanvasResponse::wanted) names the tiles that are missing;
    /// [`TileCache::put`] supplies them.
    pub fn pyramid(
        key: impl Into<ImageKey>,
        size: Size,
        kind: PixelKind,
        cache: &TileCache,
    ) -> Result<Self, WidgetsError> {
        Ok(Self::from_pyramid(key, Pyramid::new(size, Pyramid::TILE_SIDE)?, kind, cache))
    }

    /// As [`CanvasImage::pyramid`], with tiles of another side.
    pub fn from_pyramid(key: impl Into<ImageKey>, pyramid: Pyramid, kind: PixelKind, cache: &TileCache) -> Self {
        let key = key.into();
        cache.expect(&key, pyramid, kind);
        let tiled = Tiled { pyramid, cache: cache.clone(), thumbnail: None, is_whole: false };
        Self {
            key,
            size: pyramid.size(),
            kind,
            source: Source::Tiled(tiled),
            histogram: Arc::default(),
            histogram_version: 0,
        }
    }

    fn new(key: ImageKey, size: Size, bytes: Cow<'_, [u8]>, channels: usize) -> Result<Self, WidgetsError> {
        let (width, height) = (size.width, size.height);
        if size.area_px() == 0 {
            return Err(WidgetsError::EmptyImage { key: key.to_string(), width, height });
        }
        let expected = size.area_px() * channels as u64;
        let found = bytes.len() as u64;
        if found != expected {
            return Err(WidgetsError::ImageBytes { key: key.to_string(), width, height, expected, found });
        }
        let source = Source::Whole(cut(size, bytes, channels).into());
        Ok(Self { key, size, kind: PixelKind::Rgba8, source, histogram: Arc::default(), histogram_version: 0 })
    }

    /// With a small picture of the whole image, of any kind, that stands in where no tile of a pyramid is there yet.
    /// Its sides should be at most [`Pyramid::MAX_TILE_SIDE`]; a larger one, and that of a whole image, is not used.
    /// It takes the place of one that was given before, which is shown until it is with the graphics adapter.
    #[must_use]
    pub fn with_thumbnail(mut self, thumbnail: Raster) -> Self {
        let longest = thumbnail.size().width.max(thumbnail.size().height);
        if let Source::Tiled(tiled) = &mut self.source
            && longest <= Pyramid::MAX_TILE_SIDE
        {
            tiled.thumbnail = Some(Versioned::new(thumbnail));
        }
        self
    }

    /// With a histogram that is known already, or that is better than the one before.
    #[must_use]
    pub fn with_histogram(self, histogram: Histogram) -> Self {
        Self { histogram: Arc::new(OnceLock::from(histogram)), histogram_version: next_version(), ..self }
    }

    fn whole(mut self) -> Self {
        if let Source::Tiled(tiled) = &mut self.source {
            tiled.is_whole = true;
        }
        self
    }

    /// What tells this image from others.
    pub fn key(&self) -> &ImageKey {
        &self.key
    }

    /// The size in pixels.
    pub fn size(&self) -> Size {
        self.size
    }

    /// How its pixels are stored.
    pub fn kind(&self) -> PixelKind {
        self.kind
    }

    /// The bytes held in memory, smaller copies included; 0 for a pyramid, whose cache counts them.
    pub fn byte_len(&self) -> usize {
        match &self.source {
            Source::Whole(tiles) => tiles.iter().map(Tile::byte_len).sum(),
            Source::Tiled(tiled) if tiled.is_whole => tiled.cache.held_bytes() as usize,
            Source::Tiled(_) => 0,
        }
    }

    /// The value of a pixel in original units; `None` outside the image, and where the full-resolution tile of a
    /// pyramid is not there.
    pub fn pixel(&self, x: u32, y: u32) -> Option<PixelValue> {
        if x >= self.size.width || y >= self.size.height {
            return None;
        }
        match &self.source {
            Source::Whole(tiles) => tiles.get(tile_at(self.size, x, y))?.rgb(x, y).map(PixelValue::Rgb8),
            Source::Tiled(Tiled { pyramid, cache, .. }) => {
                let side = pyramid.tile_side();
                cache.get(&self.key, pyramid.tile_of(x, y))?.value(x % side, y % side)
            }
        }
    }

    /// As [`CanvasImage::pixel`], for the pixel that holds a point.
    pub fn pixel_at(&self, point_in_image: Point) -> Option<PixelValue> {
        let (x, y) = (point_in_image.x.floor(), point_in_image.y.floor());
        let inside = x >= 0.0 && y >= 0.0 && x < f64::from(self.size.width) && y < f64::from(self.size.height);
        inside.then(|| self.pixel(x as u32, y as u32))?
    }

    /// Red, green and blue of the pixel that holds a point, or `None` outside the image, where no tile is there, and
    /// when the image is not of 8 bits.
    pub fn rgb_at(&self, point_in_image: Point) -> Option<[u8; 3]> {
        if let PixelValue::Rgb8(rgb) = self.pixel_at(point_in_image)? { Some(rgb) } else { None }
    }

    /// How often each value occurs, computed once: of a whole image when this is first called (some milliseconds, so
    /// call it on the thread that makes the image), of a pyramid from its overview as soon as that is there, unless
    /// [`CanvasImage::with_histogram`] gave it. `None` while there is none.
    pub fn histogram(&self) -> Option<&Histogram> {
        if let Some(known) = self.histogram.get() {
            return Some(known);
        }
        match &self.source {
            Source::Whole(_) => {
                let count = || Histogram::sampled(self.size, self.kind, |x, y| self.pixel(x, y));
                Some(self.histogram.get_or_init(count))
            }
            Source::Tiled(Tiled { pyramid, cache, .. }) => {
                let overview = cache.get(&self.key, pyramid.overview())?;
                Some(self.histogram.get_or_init(|| Histogram::of(&overview)))
            }
        }
    }

    /// The share of black and of white that [`Adjust::black`] and [`Adjust::white`] need to stretch the histogram:
    /// the levels in `[0, 1]` below which a share `cut` of all channel values lies, and above which as many lie. For
    /// deep data rather set [`Adjust::window`] to [`Histogram::window`].
    ///
    /// `cut` is clamped to `[0, 0.49]`. A constant image, and one without a histogram, gives `(0, 1)`: there is nothing
    /// to stretch.
    ///
    /// [`Adjust::black`]: super::Adjust::black
    /// [`Adjust::white`]: super::Adjust::white
    /// [`Adjust::window`]: super::Adjust::window
    pub fn stretch_levels(&self, cut: f64) -> (f32, f32) {
        let full = self.kind.full_scale();
        let window = self.histogram().and_then(|histogram| histogram.window(cut));
        window.map_or((0.0, 1.0), |window| ((window.low / full).clamp(0.0, 1.0), (window.high / full).clamp(0.0, 1.0)))
    }

    pub(crate) fn histogram_version(&self) -> u64 {
        self.histogram_version
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// The range of values where it is known without computing anything.
    pub(crate) fn known_range(&self) -> Option<(f64, f64)> {
        self.histogram.get().map(Histogram::range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(size: Size) -> Vec<u8> {
        (0..size.area_px() as usize).flat_map(|i| [(i % 251) as u8, (i / 251 % 256) as u8, (i % 7) as u8]).collect()
    }

    #[test]
    fn every_pixel_of_a_tiled_image_is_where_it_was() {
        let size = Size::new(4500, 2100);
        let rgb = ramp(size);
        let image = CanvasImage::from_rgb8(1, size, &rgb).expect("a valid image");
        let Source::Whole(tiles) = image.source() else { panic!("it is not a pyramid") };
        assert!(tiles.len() > 1);
        for (x, y) in [(0, 0), (2015, 5), (2016, 5), (2017, 2016), (4031, 0), (4032, 2099), (4499, 2099)] {
            let at = (y * 4500 + x) * 3;
            let point = Point::new(x as f64 + 0.5, y as f64 + 0.5);
            assert_eq!(image.rgb_at(point), Some([rgb[at], rgb[at + 1], rgb[at + 2]]), "({x}, {y})");
        }
        assert_eq!(image.rgb_at(Point::new(4500.0, 1.0)), None);
        assert_eq!(image.rgb_at(Point::new(-0.1, 1.0)), None);
        assert_eq!(image.rgb_at(Point::new(f64::NAN, 1.0)), None);
    }

    #[test]
    fn pixels_that_are_handed_over_are_those_that_are_lent() {
        for size in [Size::new(2064, 2051), Size::new(2065, 17), Size::new(33, 5), Size::new(32, 5)] {
            let rgba: Vec<u8> = (0..size.area_px() as usize * 4).map(|i| (i * 31 % 251) as u8).collect();
            let lent = CanvasImage::from_rgba8(1, size, &rgba).expect("a valid image");
            let handed_over = CanvasImage::from_rgba8(1, size, rgba.clone()).expect("a valid image");
            for (x, y) in (0..size.height).step_by(3).flat_map(|y| (0..size.width).step_by(5).map(move |x| (x, y))) {
                let at = (y as usize * size.width as usize + x as usize) * 4;
                let expect = Some(PixelValue::Rgb8([rgba[at], rgba[at + 1], rgba[at + 2]]));
                assert_eq!((lent.pixel(x, y), handed_over.pixel(x, y)), (expect, expect), "({x}, {y}) of {size:?}");
            }
            assert!(handed_over.byte_len() >= rgba.len() && handed_over.byte_len() <= lent.byte_len());
        }
    }

    #[test]
    fn wrong_lengths_are_refused_with_words() {
        let error = CanvasImage::from_rgb8("a", Size::new(2, 2), &[0; 11]).expect_err("one byte is missing");
        assert_eq!(error.to_string(), "showing image `a` of 2 × 2 px needs 12 bytes, but 11 were given");
        assert!(CanvasImage::from_rgba8(1, Size::new(0, 2), Vec::new()).is_err());
    }

    #[test]
    fn stretching_cuts_both_ends() {
        // 100 grey pixels: one black, one white, the rest between 50 and 99.
        let grey: Vec<u8> = (0..100_u8)
            .map(|i| {
                if i == 0 {
                    0
                } else if i == 99 {
                    255
                } else {
                    50 + i / 2
                }
            })
            .collect();
        let rgb: Vec<u8> = grey.iter().flat_map(|g| [*g; 3]).collect();
        let image = CanvasImage::from_rgb8(1, Size::new(10, 10), &rgb).expect("a valid image");
        assert_eq!(image.stretch_levels(0.0), (0.0, 1.0));
        assert_eq!(image.stretch_levels(0.015), (50.0 / 255.0, 99.0 / 255.0));
        let flat = CanvasImage::from_rgb8(2, Size::new(3, 3), &[9; 27]).expect("a valid image");
        assert_eq!(flat.stretch_levels(0.01), (0.0, 1.0));
    }

    #[test]
    fn every_pixel_of_a_deep_image_is_where_it_was() {
        let size = Size::new(1100, 600);
        let values: Vec<u16> = (0..size.area_px()).map(|i| (i * 31 % 65_521) as u16).collect();
        let raster = Raster::gray16(size, values.clone()).expect("the values fit");
        let image = CanvasImage::from_raster(1, raster).expect("a valid image");
        for (x, y) in [(0, 0), (511, 5), (512, 511), (1023, 512), (1099, 599)] {
            let expect = PixelValue::Gray16(values[(y * 1100 + x) as usize]);
            assert_eq!(image.pixel(x, y), Some(expect), "({x}, {y})");
        }
        assert_eq!((image.pixel(1100, 0), image.rgb_at(Point::new(1.0, 1.0))), (None, None));
        // 1100 × 600, 550 × 300 and 275 × 150 pixels of two bytes.
        assert_eq!(image.byte_len(), 2 * (1100 * 600 + 550 * 300 + 275 * 150));
        assert!(image.histogram().is_some());
    }

    #[test]
    fn a_pyramid_tells_only_what_is_there() {
        let cache = TileCache::new(1 << 20);
        let size = Size::new(1000, 600);
        let image = CanvasImage::pyramid("big", size, PixelKind::Gray16, &cache).expect("a valid size");
        assert_eq!((image.pixel(600, 10), image.histogram(), image.byte_len()), (None, None, 0));
        let tile = Raster::gray16(Size::new(488, 512), vec![9; 488 * 512]).expect("the values fit");
        cache.put(image.key(), TileId { level: 0, column: 1, row: 0 }, tile).expect("the tile fits");
        assert_eq!(image.pixel(600, 10), Some(PixelValue::Gray16(9)));
        assert_eq!(image.pixel(500, 10), None);
        let overview = Raster::gray16(Size::new(500, 300), vec![9; 500 * 300]).expect("the values fit");
        cache.put(image.key(), TileId { level: 1, column: 0, row: 0 }, overview).expect("the tile fits");
        assert_eq!(image.histogram().map(Histogram::range), Some((9.0, 9.0)));
        assert!(CanvasImage::pyramid("none", Size::new(0, 5), PixelKind::Rgba8, &cache).is_err());
    }
}
