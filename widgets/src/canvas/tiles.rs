//! Cutting an image into texture-sized tiles, each with smaller copies for zooming out.
//!
//! A tile shows an inner square of pixels and carries an apron of its neighbours around it, so that smoothing across
//! the border of two tiles gives the same colour on both sides. All tiles start at a multiple of [`ALIGN`] pixels and
//! are as long, so each smaller copy averages exact squares of pixels.

use concord_geometry::Size;

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
    spans(size.height)
        .into_iter()
        .flat_map(|(y, height, y1, y2)| {
            columns.iter().map(move |(x, width, x1, x2)| ([*x, y], [*width, height], [*x1, y1, *x2, y2]))
        })
        .map(|(origin, side, shown)| {
            let full = expand(size, bytes, channels, origin, side);
            Tile { origin, side, shown, levels: pyramid(full, side) }
        })
        .collect()
}

/// The RGBA bytes of one tile; beyond the image the last row and column repeat.
fn expand(size: Size, bytes: &[u8], channels: usize, origin: [u32; 2], side: [u32; 2]) -> Box<[u8]> {
    let (width, height) = (size.width as usize, size.height as usize);
    let (left, columns) = (origin[0] as usize, side[0] as usize);
    let inside = columns.min(width - left);
    let mut out = Vec::with_capacity(columns * side[1] as usize * 4);
    for row in 0..side[1] as usize {
        let y = (origin[1] as usize + row).min(height - 1);
        let start = (y * width + left) * channels;
        for pixel in bytes[start..start + inside * channels].chunks_exact(channels) {
            out.extend_from_slice(&[pixel[0], pixel[1], pixel[2], 255]);
        }
        let last: [u8; 4] = [out[out.len() - 4], out[out.len() - 3], out[out.len() - 2], 255];
        for _ in inside..columns {
            out.extend_from_slice(&last);
        }
    }
    out.into_boxed_slice()
}

fn pyramid(full: Box<[u8]>, side: [u32; 2]) -> Vec<Box<[u8]>> {
    let mut levels = vec![full];
    for level in 1..LEVELS {
        let width = (side[0] >> (level - 1)) as usize;
        let finer = &levels[level as usize - 1];
        levels.push(halve(finer, width));
    }
    levels
}

/// Each output pixel is the mean of a square of four, rounded to nearest; width and height must be even.
fn halve(finer: &[u8], width: usize) -> Box<[u8]> {
    let stride = width * 4;
    let mut out = Vec::with_capacity(finer.len() / 4);
    for rows in finer.chunks_exact(2 * stride) {
        let (top, bottom) = rows.split_at(stride);
        for (a, b) in top.chunks_exact(8).zip(bottom.chunks_exact(8)) {
            for channel in 0..4 {
                let sum = u16::from(a[channel])
                    + u16::from(a[channel + 4])
                    + u16::from(b[channel])
                    + u16::from(b[channel + 4]);
                out.push(((sum + 2) / 4) as u8);
            }
        }
    }
    out.into_boxed_slice()
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
}
