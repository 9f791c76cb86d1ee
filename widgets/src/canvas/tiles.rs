//! Cutting an image into texture-sized tiles, each with smaller copies for zooming out.
//!
//! A tile shows an inner square of pixels and carries an apron of its neighbours around it, so that smoothing across
//! the border of two tiles gives the same colour on both sides. All tiles start at a multiple of [`ALIGN`] pixels and
//! are as long, so each smaller copy averages exact squares of pixels.

use std::borrow::Cow;
use std::sync::Arc;

use concord_geometry::Size;
use rayon::prelude::*;

/// Pixels of neighbours around the inner square, and what the sides of a tile are a multiple of.
pub(crate) const ALIGN: u32 = 16;
/// Levels of a tile: full size, then halves down to a sixteenth.
pub(crate) const LEVELS: u32 = 5;
/// The longest side of a tile, which every graphics adapter accepts as a texture.
pub(crate) const MAX_SIDE: u32 = 2048;
/// Alpha of a pixel in memory order.
const OPAQUE: u32 = 0xff00_0000;
const INNER: u32 = MAX_SIDE - 2 * ALIGN;

/// One tile: pixels from `origin` on, `side` of them, of which `shown` are drawn.
#[derive(Debug)]
pub(crate) struct Tile {
    /// Image pixel at the tile's first texel.
    pub(crate) origin: [u32; 2],
    /// Texels across and down at full size; multiples of [`ALIGN`].
    pub(crate) side: [u32; 2],
    /// First and one past the last image pixel that this tile draws: x1, y1, x2, y2.
    pub(crate) shown: [u32; 4],
    full: Full,
    /// RGBA bytes of each smaller level, half size first; alpha is 255.
    smaller: Vec<Box<[u8]>>,
}

/// The RGBA bytes of a tile at full size.
#[derive(Debug)]
enum Full {
    /// Tightly packed; alpha is 255.
    Own(Box<[u8]>),
    /// Part of an image as it was handed over: all of its bytes, where the tile begins, and the bytes of an image row.
    Part(Arc<Vec<u8>>, usize, usize),
}

/// Rows of RGBA pixels, one every `stride` bytes from the first on; the last may end where its pixels end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) stride: usize,
}

impl Tile {
    /// The bytes it holds; of an image that tiles share, what it shows.
    pub(crate) fn byte_len(&self) -> usize {
        let [x1, y1, x2, y2] = self.shown;
        let full = match &self.full {
            Full::Own(bytes) => bytes.len(),
            Full::Part(..) => (x2 - x1) as usize * (y2 - y1) as usize * 4,
        };
        full + self.smaller.iter().map(|level| level.len()).sum::<usize>()
    }

    /// The pixels of a level, of which there are [`LEVELS`], full size first.
    pub(crate) fn level(&self, level: u32) -> Rows<'_> {
        let [width, height] = self.side.map(|side| (side >> level) as usize);
        match (level.checked_sub(1), &self.full) {
            (Some(smaller), _) => Rows { bytes: &self.smaller[smaller as usize], stride: width * 4 },
            (None, Full::Own(bytes)) => Rows { bytes, stride: width * 4 },
            (None, Full::Part(image, start, stride)) => {
                Rows { bytes: &image[*start..][..stride * (height - 1) + width * 4], stride: *stride }
            }
        }
    }

    /// The bytes of a level and all smaller ones, as a texture holds them.
    pub(crate) fn bytes_from(&self, base: u32) -> u64 {
        let texels = |level: u32| self.side.iter().map(|side| u64::from(side >> level)).product::<u64>();
        (base..LEVELS).map(|level| 4 * texels(level)).sum()
    }

    pub(crate) fn rgb(&self, x: u32, y: u32) -> Option<[u8; 3]> {
        let [x1, y1, x2, y2] = self.shown;
        let inside = (x1..x2).contains(&x) && (y1..y2).contains(&y);
        let Rows { bytes, stride } = self.level(0);
        let at = || (y - self.origin[1]) as usize * stride + (x - self.origin[0]) as usize * 4;
        inside.then(at).and_then(|at| bytes.get(at..at + 3)).map(|rgb| [rgb[0], rgb[1], rgb[2]])
    }
}

/// The index of the tile that shows an image pixel, as [`cut`] orders them.
pub(crate) fn tile_at(size: Size, x: u32, y: u32) -> usize {
    let place = |length: u32, at: u32| if length <= MAX_SIDE { (0, 1) } else { (at / INNER, length.div_ceil(INNER)) };
    let ((column, columns), (row, _)) = (place(size.width, x), place(size.height, y));
    row as usize * columns as usize + column as usize
}

/// Where tiles lie along one axis: `(origin, side, shown from, shown to)`.
fn spans(length: u32) -> Vec<(u32, u32, u32, u32)> {
    if length <= MAX_SIDE {
        return vec![(0, length.next_multiple_of(ALIGN), 0, length)];
    }
    (0..length.div_ceil(INNER))
        .map(|index| {
            let (from, to) = (index * INNER, ((index + 1) * INNER).min(length));
            let origin = from.saturating_sub(ALIGN);
            let end = (to + ALIGN).min(length);
            (origin, (end - origin).next_multiple_of(ALIGN), from, to)
        })
        .collect()
}

/// Cuts row-major pixels of `channels` bytes (3 or 4); the length must be `width · height · channels`, not 0.
///
/// Bytes of four channels that are handed over are kept, as the tiles at full size, when the width is a multiple of
/// [`ALIGN`], as that of nearly all cameras is; others are copied.
pub(crate) fn cut(size: Size, bytes: Cow<'_, [u8]>, channels: usize) -> Vec<Tile> {
    match bytes {
        Cow::Owned(mut rgba) if channels == 4 && size.width.is_multiple_of(ALIGN) => {
            repeat_last_row(&mut rgba, size);
            let image = Arc::new(rgba);
            Pixels { size, bytes: &image, channels, image: Some(&image) }.tiles()
        }
        bytes => Pixels { size, bytes: &bytes, channels, image: None }.tiles(),
    }
}

/// Lengthens an image to what tiles need below it, fewer than [`ALIGN`] rows.
fn repeat_last_row(rgba: &mut Vec<u8>, size: Size) {
    let stride = size.width as usize * 4;
    let missing = (size.height.next_multiple_of(ALIGN) - size.height) as usize;
    rgba.reserve_exact(missing * stride);
    for _ in 0..missing {
        rgba.extend_from_within(rgba.len() - stride..);
    }
}

/// What tiles are cut from.
struct Pixels<'a> {
    size: Size,
    bytes: &'a [u8],
    channels: usize,
    /// The same bytes when tiles may keep them: four channels, no tile wider than what is there.
    image: Option<&'a Arc<Vec<u8>>>,
}

impl Pixels<'_> {
    fn tiles(&self) -> Vec<Tile> {
        let columns = spans(self.size.width);
        let places: Vec<_> = spans(self.size.height)
            .into_iter()
            .flat_map(|(y, height, y1, y2)| {
                columns.iter().map(move |(x, width, x1, x2)| ([*x, y], [*width, height], [*x1, y1, *x2, y2]))
            })
            .collect();
        places.into_par_iter().map(|(origin, side, shown)| self.tile(origin, side, shown)).collect()
    }

    /// Writes the RGBA bytes of one row from a column on; beyond the image the last row and column repeat.
    fn expand(&self, [left, y]: [u32; 2], out: &mut [u8]) {
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let (left, y) = (left as usize, (y as usize).min(height - 1));
        let (out, _) = out.as_chunks_mut::<4>();
        let inside = out.len().min(width - left);
        let row = &self.bytes[(y * width + left) * self.channels..][..inside * self.channels];
        if self.channels == 4 {
            for (out, pixel) in out.iter_mut().zip(row.as_chunks::<4>().0) {
                *out = (u32::from_le_bytes(*pixel) | OPAQUE).to_le_bytes();
            }
        } else {
            for (out, pixel) in out.iter_mut().zip(row.as_chunks::<3>().0) {
                *out = [pixel[0], pixel[1], pixel[2], 255];
            }
        }
        let last = out[inside - 1];
        out[inside..].fill(last);
    }
}

impl Pixels<'_> {
    /// Makes a tile.
    ///
    /// [`ALIGN`] rows of full size become whole rows of each smaller copy, so they are worked off band by band: side
    /// by side on all cores, and with the finer level still in a core's cache when the next is made from it.
    fn tile(&self, origin: [u32; 2], side: [u32; 2], shown: [u32; 4]) -> Tile {
        let [width, height] = side.map(|side| side as usize);
        let row = self.size.width as usize * 4;
        let start = origin[1] as usize * row + origin[0] as usize * 4;
        let stride = |level: u32| (4 * width) >> level;
        let first = u32::from(self.image.is_some());
        let zeros = |level: u32| vec![0; stride(level) * (height >> level)].into_boxed_slice();
        let mut levels: Vec<Box<[u8]>> = (first..LEVELS).map(zeros).collect();
        let mut bands: Vec<Vec<&mut [u8]>> = (0..height).step_by(ALIGN as usize).map(|_| Vec::new()).collect();
        for (level, bytes) in (first..).zip(&mut levels) {
            let rows = bytes.chunks_exact_mut(stride(level) * (ALIGN as usize >> level));
            bands.iter_mut().zip(rows).for_each(|(band, rows)| band.push(rows));
        }
        bands.par_iter_mut().enumerate().for_each(|(index, band)| {
            let y = index * ALIGN as usize;
            let mut finer = Rows { bytes: self.image.map_or(&[], |image| &image[start + y * row..]), stride: row };
            for (level, out) in (first..).zip(band) {
                if level == 0 {
                    let rows = (origin[1] + y as u32..).zip(out.chunks_exact_mut(stride(0)));
                    rows.for_each(|(y, out)| self.expand([origin[0], y], out));
                } else {
                    halve(finer, width >> level, out);
                }
                finer = Rows { bytes: out, stride: stride(level) };
            }
        });
        let full = match self.image {
            Some(image) => Full::Part(Arc::clone(image), start, row),
            None => Full::Own(levels.remove(0)),
        };
        Tile { origin, side, shown, full, smaller: levels }
    }
}

/// Writes rows of `width` pixels, each the mean of a square of four finer ones, rounded to nearest; alpha becomes 255.
fn halve(finer: Rows<'_>, width: usize, out: &mut [u8]) {
    for (row, out) in out.chunks_exact_mut(4 * width).enumerate() {
        let finer_row = |row: usize| finer.bytes[row * finer.stride..][..8 * width].as_chunks::<8>().0;
        let squares = finer_row(2 * row).iter().zip(finer_row(2 * row + 1));
        for (out, (top, bottom)) in out.as_chunks_mut::<4>().0.iter_mut().zip(squares) {
            *out = (mean(u64::from_le_bytes(*top), u64::from_le_bytes(*bottom)) | OPAQUE).to_le_bytes();
        }
    }
}

/// The mean of four pixels, the left two and the right two of a square in the halves of a number.
///
/// Two channels at a time are summed in the halves of a 32-bit number: four bytes and the rounding need 10 bits.
fn mean(top: u64, bottom: u64) -> u32 {
    const BYTES: u32 = 0x00ff_00ff;
    let pixels = [top as u32, (top >> 32) as u32, bottom as u32, (bottom >> 32) as u32];
    let quarter = |shift: u32| {
        let sum = pixels.iter().fold(0x0002_0002, |sum, pixel| sum + (pixel >> shift & BYTES));
        sum >> 2 & BYTES
    };
    quarter(0) | quarter(8) << 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_every_pixel_once() {
        for length in [1, 15, 16, 2048, 2049, 4032, 4033, 20_000] {
            let spans = spans(length);
            assert_eq!(spans[0].2, 0);
            assert_eq!(spans.last().map(|span| span.3), Some(length));
            assert!(spans.windows(2).all(|pair| pair[0].3 == pair[1].2), "{length}");
            for (origin, side, from, to) in spans {
                assert!(origin % ALIGN == 0 && side % ALIGN == 0 && side <= MAX_SIDE, "{length}");
                assert!(origin <= from && to <= origin + side, "{length}");
            }
        }
    }

    #[test]
    fn smaller_copies_are_means_of_squares() {
        let size = Size::new(16, 16);
        let rgb: Vec<u8> = (0..256_u32).flat_map(|i| [(i % 16 * 10) as u8, (i / 16 * 8) as u8, 200]).collect();
        let tiles = cut(size, Cow::Borrowed(&rgb), 3);
        let tile = &tiles[0];
        assert_eq!(tile.smaller.len() + 1, LEVELS as usize);
        // Columns 0 and 1 are 0 and 10, rows 0 and 1 are 0 and 8.
        assert_eq!(tile.level(1).bytes[..4], [5, 4, 200, 255]);
        // The mean of all: 75 and 60.
        assert_eq!(tile.level(4).bytes.len(), 4);
        let last = tile.level(4).bytes;
        assert!((i16::from(last[0]) - 75).abs() <= 2 && (i16::from(last[1]) - 60).abs() <= 2);
    }

    #[test]
    fn neighbouring_tiles_share_their_apron() {
        let size = Size::new(2100, 1);
        let rgba: Vec<u8> = (0..2100_u32).flat_map(|i| [(i % 256) as u8, (i / 256) as u8, 0, 255]).collect();
        let tiles = cut(size, Cow::Borrowed(&rgba), 4);
        assert_eq!(tiles.len(), 2);
        assert_eq!(tiles[1].origin[0], INNER - ALIGN);
        let left_at = (INNER - ALIGN) as usize * 4;
        assert_eq!(tiles[0].level(0).bytes[left_at..left_at + 64], tiles[1].level(0).bytes[..64]);
    }

    /// A byte that neighbours, in the picture and in the number, do not hint at.
    fn noise(seed: u32) -> u8 {
        (seed.wrapping_mul(2_654_435_761) >> 13) as u8
    }

    /// The value of a texel of a level, from the image alone.
    fn expected(pixel: &impl Fn(u32, u32) -> [u32; 4], level: u32, x: u32, y: u32) -> [u32; 4] {
        if level == 0 {
            return pixel(x, y);
        }
        let finer = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(i, j)| expected(pixel, level - 1, 2 * x + i, 2 * y + j));
        std::array::from_fn(|channel| (finer.iter().map(|four| four[channel]).sum::<u32>() + 2) / 4)
    }

    fn check(size: Size, given: &[u8], channels: u32, tiles: &[Tile]) {
        let pixel = |x: u32, y: u32| {
            let at = ((y.min(size.height - 1) * size.width + x.min(size.width - 1)) * channels) as usize;
            [u32::from(given[at]), u32::from(given[at + 1]), u32::from(given[at + 2]), 255]
        };
        for (tile, level) in tiles.iter().flat_map(|tile| (0..LEVELS).map(move |level| (tile, level))) {
            let [columns, rows] = tile.side.map(|side| side >> level);
            let [left, top] = tile.origin.map(|origin| origin >> level);
            let Rows { bytes, stride } = tile.level(level);
            for (y, row) in (0..rows).zip(bytes.chunks(stride)) {
                for (x, texel) in (0..columns).zip(row.as_chunks::<4>().0) {
                    let expected = expected(&pixel, level, left + x, top + y);
                    let is_given = level == 0 && matches!(tile.full, Full::Part(..));
                    // Alpha is not shown: of pixels that are not copied it is as it was given.
                    let count = if is_given { 3 } else { 4 };
                    let same =
                        texel[..count].iter().zip(expected).all(|(found, expected)| u32::from(*found) == expected);
                    assert!(same, "level {level} of {size:?} from {:?} at ({x}, {y})", tile.origin);
                }
            }
            assert_eq!(bytes.chunks(stride).len(), rows as usize);
        }
    }

    #[test]
    fn all_levels_are_what_each_texel_alone_gives() {
        for (width, height, channels) in [
            (1, 1, 3),
            (37, 53, 4),
            (65, 30, 3),
            (2061, 19, 4),
            (21, 2083, 3),
            (48, 33, 4),
            (2064, 2051, 4),
            (16, 16, 4),
        ] {
            let size = Size::new(width, height);
            let bytes: Vec<u8> = (0..width * height * channels).map(noise).collect();
            check(size, &bytes, channels, &cut(size, Cow::Borrowed(&bytes), channels as usize));
            let handed_over = cut(size, Cow::Owned(bytes.clone()), channels as usize);
            check(size, &bytes, channels, &handed_over);
            let is_part = handed_over.iter().any(|tile| matches!(tile.full, Full::Part(..)));
            assert_eq!(is_part, channels == 4 && width % ALIGN == 0, "{size:?}");
        }
    }
}
