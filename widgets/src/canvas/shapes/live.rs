//! A mask while it is painted: tiles of pixels of which only what changed goes to the graphics adapter.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use concord_geometry::{PixelRect, Rle, Size};

use crate::canvas::gpu::shapes::live::TileTexture;

/// Side of a tile, in pixels.
pub(crate) const TILE: u32 = 1024;
const SET: u8 = 255;

/// One square of the mask.
#[derive(Debug)]
pub(crate) struct LiveTile {
    /// Row by row, [`TILE`] a row.
    pub(crate) pixels: Box<[u8]>,
    /// What the texture does not show yet.
    pub(crate) changed: Option<PixelRect>,
    pub(crate) texture: Option<TileTexture>,
}

impl LiveTile {
    fn new() -> Self {
        Self { pixels: vec![0; (TILE * TILE) as usize].into_boxed_slice(), changed: None, texture: None }
    }

    fn fill(&mut self, rect: PixelRect, value: u8) {
        for y in rect.y1..rect.y2 {
            let row = (y * TILE) as usize;
            self.pixels[row + rect.x1 as usize..row + rect.x2 as usize].fill(value);
        }
    }
}

/// A mask that is being painted, drawn over the image with a translucent fill and a border. Cloning gives another
/// handle of the same mask.
///
/// A dab costs what its rectangle costs, whatever the size of the image; memory is held for squares of 1024 pixels that
/// were painted in. Tell it what a brush changed with [`LiveMask::update`], and drop it when the stroke is done and the
/// shape has its new mask.
#[derive(Debug, Clone)]
pub struct LiveMask {
    size: Size,
    tiles: Arc<Mutex<BTreeMap<[u32; 2], LiveTile>>>,
}

impl LiveMask {
    /// A mask without foreground, of the size of an image.
    pub fn new(size: Size) -> Self {
        Self { size, tiles: Arc::default() }
    }

    /// A mask to go on painting.
    pub fn from_rle(rle: &Rle) -> Self {
        let mask = Self::new(Size::new(rle.width, rle.height));
        let whole = PixelRect { x1: 0, y1: 0, x2: rle.width, y2: rle.height };
        mask.update(whole, rle.column_runs());
        mask
    }

    /// The size in pixels.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Makes the pixels of a rectangle those of foreground runs `(column, first row, row after the last)`; the parts of
    /// runs outside the rectangle, or of the rectangle outside the image, count for nothing.
    pub fn update(&self, rect: PixelRect, runs: impl IntoIterator<Item = (u32, u32, u32)>) {
        let rect = PixelRect { x2: rect.x2.min(self.size.width), y2: rect.y2.min(self.size.height), ..rect };
        if rect.x1 >= rect.x2 || rect.y1 >= rect.y2 {
            return;
        }
        let mut tiles = self.lock();
        for (key, part) in parts(rect) {
            if let Some(tile) = tiles.get_mut(&key) {
                tile.fill(part, 0);
                tile.changed = Some(tile.changed.map_or(part, |changed| changed.union(part)));
            }
        }
        let inside = |(x, first, last): (u32, u32, u32)| {
            let column = PixelRect { x1: x, y1: first.max(rect.y1), x2: x + 1, y2: last.min(rect.y2) };
            ((rect.x1..rect.x2).contains(&x) && column.y1 < column.y2).then_some(column)
        };
        for column in runs.into_iter().filter_map(inside) {
            for (key, part) in parts(column) {
                let tile = tiles.entry(key).or_insert_with(LiveTile::new);
                tile.fill(part, SET);
                tile.changed = Some(tile.changed.map_or(part, |changed| changed.union(part)));
            }
        }
    }

    /// True when the pixel is foreground; false outside the mask.
    pub fn is_foreground(&self, x: u32, y: u32) -> bool {
        let at = ((y % TILE) * TILE + x % TILE) as usize;
        self.lock().get(&[x / TILE, y / TILE]).is_some_and(|tile| tile.pixels[at] == SET)
    }

    /// Bytes held for pixels; the graphics adapter holds as many once they were drawn.
    pub fn bytes(&self) -> u64 {
        self.lock().len() as u64 * u64::from(TILE * TILE)
    }

    /// Bytes that the next frame writes to the graphics adapter for tiles it shows already.
    pub fn pending_bytes(&self) -> u64 {
        let tiles = self.lock();
        let changed = tiles.values().filter_map(|tile| tile.changed);
        changed.map(|rect| u64::from(rect.x2 - rect.x1) * u64::from(rect.y2 - rect.y1)).sum()
    }

    pub(crate) fn for_each_tile(&self, mut visit: impl FnMut([u32; 2], &mut LiveTile)) {
        for (key, tile) in self.lock().iter_mut() {
            visit(*key, tile);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<[u32; 2], LiveTile>> {
        self.tiles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The parts of a rectangle in each tile, in pixels of the tile.
fn parts(rect: PixelRect) -> impl Iterator<Item = ([u32; 2], PixelRect)> {
    let span = |from: u32, to: u32| {
        (from / TILE..to.div_ceil(TILE)).map(move |tile| {
            let begin = tile * TILE;
            (tile, from.max(begin) - begin, to.min(begin + TILE) - begin)
        })
    };
    span(rect.y1, rect.y2).flat_map(move |(row, y1, y2)| {
        span(rect.x1, rect.x2).map(move |(column, x1, x2)| ([column, row], PixelRect { x1, y1, x2, y2 }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use concord_geometry::{Brush, BrushMode, Painter, Point};

    #[test]
    fn a_painted_stroke_shows_the_painters_pixels_across_tiles() {
        let size = Size::new(1200, 1100);
        let live = LiveMask::new(size);
        let mut painter = Painter::new(size, Brush { radius_px: 30.0, mode: BrushMode::Paint });
        for (x, y) in [(1000.0, 1000.0), (1060.0, 1050.0), (1190.0, 1095.0)] {
            let rect = painter.dab_to(Point::new(x, y)).expect("it paints");
            live.update(rect, painter.runs_of(rect.x1..rect.x2));
        }
        painter.lift();
        painter.set_brush(Brush { radius_px: 10.0, mode: BrushMode::Erase });
        let rect = painter.dab_to(Point::new(1024.0, 1024.0)).expect("it erases");
        live.update(rect, painter.runs_of(rect.x1..rect.x2));
        let rle = painter.to_rle().expect("something is painted");
        for (x, y) in (950..1200).flat_map(|x| (950..1100).map(move |y| (x, y))) {
            assert_eq!(live.is_foreground(x, y), rle.is_foreground(x, y), "{x} {y}");
        }
        assert!(!live.is_foreground(1024, 1024) && !live.is_foreground(5000, 0));
        assert_eq!(live.bytes(), 4 << 20, "only tiles that were painted in are held");
    }

    #[test]
    fn a_mask_can_be_gone_on_with() {
        let rle = Rle::from_row_major(3, 2, &[true, false, true, false, true, true]);
        let live = LiveMask::from_rle(&rle);
        let found: Vec<bool> = (0..6).map(|i| live.is_foreground(i % 3, i / 3)).collect();
        assert_eq!(found, rle.to_row_major());
        live.update(PixelRect { x1: 1, y1: 0, x2: 90, y2: 90 }, []);
        assert_eq!((0..3).map(|x| live.is_foreground(x, 0)).collect::<Vec<_>>(), [true, false, false]);
        live.update(PixelRect { x1: 0, y1: 0, x2: 1, y2: 2 }, [(0, 0, 9), (2, 0, 2)]);
        assert!(live.is_foreground(0, 1) && !live.is_foreground(2, 0) && !live.is_foreground(0, 2));
    }

    #[test]
    fn only_the_rectangle_of_a_dab_waits_to_be_written() {
        let live = LiveMask::new(Size::new(4000, 4000));
        live.update(PixelRect { x1: 10, y1: 20, x2: 30, y2: 40 }, [(12, 20, 40), (15, 22, 30)]);
        live.for_each_tile(|_, tile| tile.changed = None);
        live.update(PixelRect { x1: 100, y1: 200, x2: 110, y2: 220 }, [(100, 200, 220)]);
        assert_eq!(live.pending_bytes(), 200);
    }
}
