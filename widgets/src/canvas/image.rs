//! Images and overlays made ready for the screen, so that a worker thread can do the heavy part.

use std::fmt;
use std::sync::Arc;

use concord_geometry::{Point, Size};

use super::tiles::{Tile, cut};
use crate::WidgetsError;

/// What tells one image or overlay from another: equal keys mean equal pixels.
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

/// An image cut into tiles with smaller copies of each, ready to be uploaded. Cloning is cheap.
///
/// Making one reads every pixel a few times: do it on a worker thread.
#[derive(Debug, Clone)]
pub struct CanvasImage {
    key: ImageKey,
    size: Size,
    tiles: Arc<[Tile]>,
}

impl CanvasImage {
    /// An image from row-major RGB bytes, three a pixel; an error when it is empty or the length does not fit.
    pub fn from_rgb8(key: impl Into<ImageKey>, size: Size, rgb: &[u8]) -> Result<Self, WidgetsError> {
        Self::new(key.into(), size, rgb, 3)
    }

    /// An image from row-major RGBA bytes, four a pixel, alpha ignored; errors as [`CanvasImage::from_rgb8`].
    pub fn from_rgba8(key: impl Into<ImageKey>, size: Size, rgba: &[u8]) -> Result<Self, WidgetsError> {
        Self::new(key.into(), size, rgba, 4)
    }

    fn new(key: ImageKey, size: Size, bytes: &[u8], channels: usize) -> Result<Self, WidgetsError> {
        let (width, height) = (size.width, size.height);
        if size.area_px() == 0 {
            return Err(WidgetsError::EmptyImage { key: key.to_string(), width, height });
        }
        let expected = size.area_px() * channels as u64;
        let found = bytes.len() as u64;
        if found != expected {
            return Err(WidgetsError::ImageBytes { key: key.to_string(), width, height, expected, found });
        }
        Ok(Self { key, size, tiles: cut(size, bytes, channels).into() })
    }

    /// What tells this image from others.
    pub fn key(&self) -> &ImageKey {
        &self.key
    }

    /// The size in pixels.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The bytes held in memory, smaller copies included.
    pub fn byte_len(&self) -> usize {
        self.tiles.iter().map(Tile::byte_len).sum()
    }

    /// Red, green and blue of the pixel that holds a point, or `None` outside the image.
    pub fn rgb_at(&self, point_in_image: Point) -> Option<[u8; 3]> {
        let (x, y) = (point_in_image.x.floor(), point_in_image.y.floor());
        let inside = x >= 0.0 && y >= 0.0 && x < f64::from(self.size.width) && y < f64::from(self.size.height);
        inside.then(|| self.tiles.iter().find_map(|tile| tile.rgb(x as u32, y as u32)))?
    }

    /// The share of black and of white that [`Adjust::black`] and [`Adjust::white`] need to stretch the histogram:
    /// the levels in `[0, 1]` below which a share `cut` of all channel values lies, and above which as many lie.
    ///
    /// `cut` is clamped to `[0, 0.49]`. A constant image gives `(0, 1)`: there is nothing to stretch.
    ///
    /// [`Adjust::black`]: super::Adjust::black
    /// [`Adjust::white`]: super::Adjust::white
    pub fn stretch_levels(&self, cut: f64) -> (f32, f32) {
        let mut histogram = [0_u64; 256];
        for tile in self.tiles.iter() {
            tile.count(&mut histogram);
        }
        let total: u64 = histogram.iter().sum();
        let allowed = (total as f64 * cut.clamp(0.0, 0.49)) as u64;
        let black = first_above(&histogram, 0..256, allowed).unwrap_or(0);
        let white = first_above(&histogram, (0..256).rev(), allowed).unwrap_or(255);
        if black >= white { (0.0, 1.0) } else { (black as f32 / 255.0, white as f32 / 255.0) }
    }

    pub(crate) fn tiles(&self) -> &Arc<[Tile]> {
        &self.tiles
    }
}

/// The first level at which more than `allowed` values have been seen.
fn first_above(histogram: &[u64; 256], mut levels: impl Iterator<Item = usize>, allowed: u64) -> Option<usize> {
    let mut seen = 0;
    levels.find(|level| {
        seen += histogram[*level];
        seen > allowed
    })
}

/// A small map of values that covers exactly the image, laid over it through a colour map. Cloning is cheap.
#[derive(Debug, Clone, PartialEq)]
pub struct OverlayMap {
    key: ImageKey,
    width: u32,
    height: u32,
    values: Arc<[f32]>,
}

impl OverlayMap {
    /// The longest side of an overlay, in values.
    pub const MAX_SIDE: u32 = 2048;

    /// An overlay from row-major values in `[0, 1]`; values outside are clamped, NaN counts as 0.
    ///
    /// An error when the number of values is not `width · height`, or a side is 0 or longer than
    /// [`OverlayMap::MAX_SIDE`].
    pub fn new(key: impl Into<ImageKey>, width: u32, height: u32, values: &[f32]) -> Result<Self, WidgetsError> {
        let key = key.into();
        let sides = 1..=Self::MAX_SIDE;
        let fits = values.len() as u64 == u64::from(width) * u64::from(height);
        if !fits || !sides.contains(&width) || !sides.contains(&height) {
            return Err(WidgetsError::OverlayValues {
                key: key.to_string(),
                width,
                height,
                max_side: Self::MAX_SIDE,
                found: values.len(),
            });
        }
        let values = values.iter().map(|value| if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }).collect();
        Ok(Self { key, width, height, values })
    }

    /// What tells this overlay from others.
    pub fn key(&self) -> &ImageKey {
        &self.key
    }

    /// Values in a row, and rows.
    pub fn side_lengths(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The values, row by row, in `[0, 1]`.
    pub fn values(&self) -> &[f32] {
        &self.values
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
        assert!(image.tiles().len() > 1);
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
    fn wrong_lengths_are_refused_with_words() {
        let error = CanvasImage::from_rgb8("a", Size::new(2, 2), &[0; 11]).expect_err("one byte is missing");
        assert_eq!(error.to_string(), "showing image `a` of 2 × 2 px needs 12 bytes, but 11 were given");
        assert!(CanvasImage::from_rgba8(1, Size::new(0, 2), &[]).is_err());
        assert!(OverlayMap::new(1, 2, 2, &[0.0; 3]).is_err());
        assert!(OverlayMap::new(1, 0, 0, &[]).is_err());
        assert!(OverlayMap::new(1, 4096, 1, &[0.0; 4096]).is_err());
    }

    #[test]
    fn overlay_values_are_made_safe() {
        let overlay = OverlayMap::new(1, 2, 2, &[-1.0, 2.0, f32::NAN, 0.25]).expect("a valid overlay");
        assert_eq!(overlay.values(), [0.0, 1.0, 0.0, 0.25]);
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
}
