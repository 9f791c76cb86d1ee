//! The eight EXIF orientations and how each brings stored pixels upright.

use concord_geometry::Size;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Rgb8;
use crate::raster::{Area, Sample};

/// An EXIF orientation, 1 to 8: how stored pixels must be turned and mirrored to stand upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Orientation(u8);

/// Side of the square tiles that are copied one by one, in pixels: both the rows read and the rows written stay in the
/// cache when the sides change places.
const TILE: usize = 32;

impl Orientation {
    /// Stored upright.
    pub const UPRIGHT: Self = Self(1);

    /// The orientation with this EXIF value; `None` outside 1 to 8.
    pub fn new(value: u8) -> Option<Self> {
        (1..=8).contains(&value).then_some(Self(value))
    }

    /// The EXIF value, 1 to 8.
    pub fn value(self) -> u8 {
        self.0
    }

    /// Whether width and height change places.
    pub fn swaps_sides(self) -> bool {
        self.0 >= 5
    }

    /// The upright size of a picture stored with `stored` size.
    pub fn upright_size(self, stored: Size) -> Size {
        if self.swaps_sides() { Size::new(stored.height, stored.width) } else { stored }
    }

    /// The stored pixel `(x, y)` that is shown at the upright pixel `(x, y)`; `stored` is the stored size.
    fn stored_from_upright(self, x: usize, y: usize, stored: (usize, usize)) -> (usize, usize) {
        let (right, bottom) = (stored.0 - 1, stored.1 - 1);
        match self.0 {
            2 => (right - x, y),
            3 => (right - x, bottom - y),
            4 => (x, bottom - y),
            5 => (y, x),
            6 => (y, bottom - x),
            7 => (right - y, bottom - x),
            8 => (right - y, x),
            _ => (x, y),
        }
    }

    /// The part of the stored picture that is shown as the part `upright` of the upright one; `stored` is the stored
    /// size.
    pub(crate) fn stored_area(self, upright: Area, stored: Size) -> Area {
        let size = (stored.width as usize, stored.height as usize);
        let corner = |x: u32, y: u32| {
            let (x, y) = self.stored_from_upright(x as usize, y as usize, size);
            (x as u32, y as u32)
        };
        let (x1, y1) = corner(upright.x, upright.y);
        let (x2, y2) = corner(upright.right() - 1, upright.bottom() - 1);
        let (x, y) = (x1.min(x2), y1.min(y2));
        Area::new(x, y, x1.max(x2) - x + 1, y1.max(y2) - y + 1)
    }

    /// The upright picture of `stored`; nothing is copied when it already stands upright.
    pub fn apply(self, stored: Rgb8) -> Rgb8 {
        if self == Self::UPRIGHT {
            return stored;
        }
        Rgb8::new(self.upright_size(stored.size), self.turn::<_, 3>(&stored.data, stored.size))
    }

    /// The samples of `N` channels of a picture of the given stored size, put upright.
    pub(crate) fn turn<T: Sample, const N: usize>(self, stored: &[T], size: Size) -> Vec<T> {
        let (width, height) = (size.width as usize, size.height as usize);
        let out_width = self.upright_size(size).width as usize;
        let pixels = stored.as_chunks::<N>().0;
        let mut data = vec![T::default(); stored.len()];
        data.par_chunks_mut(out_width * TILE * N).enumerate().for_each(|(band, rows)| {
            let rows = rows.as_chunks_mut::<N>().0;
            let count = rows.len() / out_width;
            for tile_x in (0..out_width).step_by(TILE) {
                for y in 0..count {
                    for x in tile_x..(tile_x + TILE).min(out_width) {
                        let (sx, sy) = self.stored_from_upright(x, band * TILE + y, (width, height));
                        rows[y * out_width + x] = pixels[sy * width + sx];
                    }
                }
            }
        });
        data
    }
}

impl TryFrom<u8> for Orientation {
    type Error = String;

    fn try_from(value: u8) -> Result<Self, Self::Error> {
        Self::new(value).ok_or_else(|| format!("{value} is no EXIF orientation; they are 1 to 8"))
    }
}

impl From<Orientation> for u8 {
    fn from(orientation: Orientation) -> Self {
        orientation.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stored picture is the two rows `a b c / d e f`; each case is what a viewer must show, per the EXIF 2.3
    /// table of which stored row and column is the visual top and left side.
    #[test]
    fn all_eight_orientations_put_every_pixel_where_exif_says() {
        let stored = Rgb8::from_fn(Size::new(3, 2), |x, y| [b"abcdef"[(y * 3 + x) as usize]; 3]);
        let cases: [(u8, &[&str]); 8] = [
            (1, &["abc", "def"]),
            (2, &["cba", "fed"]),
            (3, &["fed", "cba"]),
            (4, &["def", "abc"]),
            (5, &["ad", "be", "cf"]),
            (6, &["da", "eb", "fc"]),
            (7, &["fc", "eb", "da"]),
            (8, &["cf", "be", "ad"]),
        ];
        for (value, rows) in cases {
            let shown = Orientation::new(value).expect("1 to 8").apply(stored.clone());
            assert_eq!(shown.size, Size::new(rows[0].len() as u32, rows.len() as u32), "orientation {value}");
            for (y, row) in rows.iter().enumerate() {
                for (x, letter) in row.bytes().enumerate() {
                    assert_eq!(shown.pixel(x as u32, y as u32)[0], letter, "orientation {value} at ({x}, {y})");
                }
            }
        }
        assert_eq!(Orientation::new(0), None);
        assert_eq!(Orientation::new(9), None);
    }
}
