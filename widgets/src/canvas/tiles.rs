//! Cutting an image into texture-sized tiles, each with smaller copies for zooming out.
//!
//! A tile shows an inner square of pixels and carries an apron of its neighbours around it, so that smoothing across
//! the border of two tiles gives the same colour on both sides. All tiles start at a multiple of [`ALIGN`] pixels and
//! are as long, so each smaller copy averages exact squares of pixels.

use concord_geometry::Size;
use rayon::prelude::*;

/// Pixels of neighbours around the inner square, and what the sides of a tile are a multiple of.
pub(crate) const ALIGN: u32 = 16;
/// Levels of a tile: full size, then halves down to a sixteenth.
pub(crate) const LEVELS: u32 = 5;
/// The longest side of a tile, which every graphics adapter accepts as a texture.
pub(crate) const MAX_SIDE: u32 = 2048;
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
    /// RGBA bytes of each level, full size first.
    pub(crate) levels: Vec<Box<[u8]>>,
}

impl Tile {
    pub(crate) fn byte_len(&self) -> usize {
        self.levels.iter().map(|level| level.len()).sum()
    }

    pub(crate) fn rgb(&self, x: u32, y: u32) -> Option<[u8; 3]> {
        let [x1, y1, x2, y2] = self.shown;
        let inside = (x1..x2).contains(&x) && (y1..y2).contains(&y);
        let at = || 4 * ((y - self.origin[1]) as usize * self.side[0] as usize + (x - self.origin[0]) as usize);
        inside.then(at).and_then(|at| self.levels[0].get(at..at + 3)).map(|rgb| [rgb[0], rgb[1], rgb[2]])
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
pub(crate) fn cut(size: Size, bytes: &[u8], channels: usize) -> Vec<Tile> {
    let columns = spans(size.width);
    let places: Vec<_> = spans(size.height)
        .into_iter()
        .flat_map(|(y, height, y1, y2)| {
            columns.iter().map(move |(x, width, x1, x2)| ([*x, y], [*width, height], [*x1, y1, *x2, y2]))
        })
        .collect();
    let pixels = Pixels { size, bytes, channels };
    places
        .into_par_iter()
        .map(|(origin, side, shown)| Tile { origin, side, shown, levels: pyramid(&pixels, origin, side) })
        .collect()
}

/// What tiles are cut from.
struct Pixels<'a> {
    size: Size,
    bytes: &'a [u8],
    channels: usize,
}

impl Pixels<'_> {
    /// Writes the RGBA bytes of one row from a column on; beyond the image the last row and column repeat.
    fn expand(&self, [left, y]: [u32; 2], out: &mut [u8]) {
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let (left, y) = (left as usize, (y as usize).min(height - 1));
        let (out, _) = out.as_chunks_mut::<4>();
        let inside = out.len().min(width - left);
        let row = &self.bytes[(y * width + left) * self.channels..][..inside * self.channels];
        if self.channels == 4 {
            for (out, pixel) in out.iter_mut().zip(row.as_chunks::<4>().0) {
                *out = (u32::from_le_bytes(*pixel) | 0xff00_0000).to_le_bytes();
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

/// The RGBA bytes of each level of a tile.
///
/// [`ALIGN`] rows of full size become whole rows of each smaller copy, so they are worked off band by band: side by
/// side on all cores, and with the finer level still in a core's cache when the next is made from it.
fn pyramid(pixels: &Pixels<'_>, [x, y]: [u32; 2], [width, height]: [u32; 2]) -> Vec<Box<[u8]>> {
    let stride = width as usize * 4;
    let length = |level: u32| (stride >> level) * (height as usize >> level);
    let mut levels: Vec<Box<[u8]>> = (0..LEVELS).map(|level| vec![0; length(level)].into_boxed_slice()).collect();
    let mut bands: Vec<Vec<&mut [u8]>> = (0..height).step_by(ALIGN as usize).map(|_| Vec::new()).collect();
    for (level, bytes) in levels.iter_mut().enumerate() {
        let rows = bytes.chunks_exact_mut((stride >> level) * (ALIGN as usize >> level));
        bands.iter_mut().zip(rows).for_each(|(band, rows)| band.push(rows));
    }
    bands.par_iter_mut().enumerate().for_each(|(index, band)| {
        let mut finer: &[u8] = &[];
        for (level, out) in band.iter_mut().enumerate() {
            if level == 0 {
                let first = y + index as u32 * ALIGN;
                out.chunks_exact_mut(stride).zip(first..).for_each(|(row, y)| pixels.expand([x, y], row));
            } else {
                halve(finer, (stride >> level) / 4, out);
            }
            finer = out;
        }
    });
    levels
}

/// Writes rows of `width` pixels, each the mean of a square of four finer ones, rounded to nearest.
fn halve(finer: &[u8], width: usize, out: &mut [u8]) {
    for (rows, out) in finer.chunks_exact(16 * width).zip(out.chunks_exact_mut(4 * width)) {
        let (top, bottom) = rows.split_at(8 * width);
        let squares = top.as_chunks::<8>().0.iter().zip(bottom.as_chunks::<8>().0);
        for (out, (top, bottom)) in out.as_chunks_mut::<4>().0.iter_mut().zip(squares) {
            *out = mean(u64::from_le_bytes(*top), u64::from_le_bytes(*bottom)).to_le_bytes();
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
        let tiles = cut(size, &rgb, 3);
        let tile = &tiles[0];
        assert_eq!(tile.levels.len(), 5);
        // Columns 0 and 1 are 0 and 10, rows 0 and 1 are 0 and 8.
        assert_eq!(tile.levels[1][..4], [5, 4, 200, 255]);
        // The mean of all: 75 and 60.
        assert_eq!(tile.levels[4].len(), 4);
        assert!((i16::from(tile.levels[4][0]) - 75).abs() <= 2 && (i16::from(tile.levels[4][1]) - 60).abs() <= 2);
    }

    #[test]
    fn neighbouring_tiles_share_their_apron() {
        let size = Size::new(2100, 1);
        let rgba: Vec<u8> = (0..2100_u32).flat_map(|i| [(i % 256) as u8, (i / 256) as u8, 0, 255]).collect();
        let tiles = cut(size, &rgba, 4);
        assert_eq!(tiles.len(), 2);
        assert_eq!(tiles[1].origin[0], INNER - ALIGN);
        let left_at = (INNER - ALIGN) as usize * 4;
        assert_eq!(tiles[0].levels[0][left_at..left_at + 64], tiles[1].levels[0][..64]);
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

    #[test]
    fn all_levels_are_what_each_texel_alone_gives() {
        for (width, height, channels) in [(1, 1, 3), (37, 53, 4), (65, 30, 3), (2061, 19, 4), (21, 2083, 3)] {
            let size = Size::new(width, height);
            let bytes: Vec<u8> = (0..width * height * channels).map(noise).collect();
            let pixel = |x: u32, y: u32| {
                let at = ((y.min(height - 1) * width + x.min(width - 1)) * channels) as usize;
                [u32::from(bytes[at]), u32::from(bytes[at + 1]), u32::from(bytes[at + 2]), 255]
            };
            for tile in cut(size, &bytes, channels as usize) {
                assert_eq!(tile.levels.len(), LEVELS as usize);
                for (level, bytes) in (0..).zip(&tile.levels) {
                    let [columns, rows] = tile.side.map(|side| side >> level);
                    let [left, top] = tile.origin.map(|origin| origin >> level);
                    let places = (0..rows).flat_map(|y| (0..columns).map(move |x| (left + x, top + y)));
                    let texels = places.flat_map(|(x, y)| expected(&pixel, level, x, y).map(|v| v as u8));
                    assert!(texels.eq(bytes.iter().copied()), "level {level} of {size:?} from {:?}", tile.origin);
                }
            }
        }
    }
}
