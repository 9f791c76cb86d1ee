//! Tiles of pyramids in memory, within a budget of bytes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::image::ImageKey;
use super::pyramid::{Pyramid, Sight, TileId};
use super::raster::{PixelKind, Raster};
use super::versioned::Versioned;
use crate::WidgetsError;

/// Looks back in which a use protects a tile: canvases on the screen together each look once or twice a frame.
const PROTECTED_LOOKS: u64 = 8;

/// Tiles that background work supplies and canvases draw. Cloning gives another handle to the same cache, for any
/// thread.
///
/// What was not used longest goes first when the budget is exceeded. Tiles that a canvas needed lately, their coarser
/// stand-ins and the overview are kept even beyond the budget: they are few, bounded by the screen.
#[derive(Debug, Clone)]
pub struct TileCache {
    shelf: Arc<Mutex<Shelf>>,
}

#[derive(Debug)]
struct Shelf {
    images: BTreeMap<ImageKey, Tiles>,
    bytes: u64,
    budget: u64,
    /// Counts looks.
    tick: u64,
    /// Counts changes.
    revision: u64,
}

#[derive(Debug)]
struct Tiles {
    pyramid: Pyramid,
    kind: PixelKind,
    held: BTreeMap<TileId, Held>,
}

#[derive(Debug)]
struct Held {
    pixels: Versioned,
    used_at: u64,
    /// True once a canvas needed it.
    seen: bool,
}

/// A tile in sight.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Where it is.
    pub(crate) cell: TileId,
    /// Itself or its closest ancestor that is there.
    pub(crate) best: Option<(TileId, Versioned)>,
}

/// What a canvas can draw, and what it misses.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    /// The tiles in sight.
    pub(crate) seen: Vec<Seen>,
    /// What is not there, most urgent first.
    pub(crate) wanted: Vec<TileId>,
}

impl TileCache {
    /// An empty cache that keeps `budget_bytes` of pixels.
    pub fn new(budget_bytes: u64) -> Self {
        let shelf = Shelf { images: BTreeMap::new(), bytes: 0, budget: budget_bytes, tick: 0, revision: 0 };
        Self { shelf: Arc::new(Mutex::new(shelf)) }
    }

    /// Supplies a tile, or puts better pixels in the place of those that were supplied before: the canvas shows the old
    /// ones until the new ones are with the graphics adapter. It does not redraw by itself: ask egui for a repaint.
    ///
    /// An error when the pixels are not those of such a tile, or no image of this key uses this cache (any more).
    pub fn put(&self, key: &ImageKey, id: TileId, pixels: Raster) -> Result<(), WidgetsError> {
        let mut shelf = self.lock();
        let tick = shelf.tick;
        let Some(tiles) = shelf.images.get_mut(key) else {
            return Err(WidgetsError::UnknownImage { key: key.to_string() });
        };
        if tiles.pyramid.tile_size(id) != Some(pixels.size()) || tiles.kind != pixels.kind() {
            return Err(WidgetsError::Tile {
                key: key.to_string(),
                level: id.level,
                column: id.column,
                row: id.row,
                width: pixels.size().width,
                height: pixels.size().height,
            });
        }
        let more = pixels.byte_len() as u64;
        let before = tiles.held.remove(&id);
        let seen = before.as_ref().is_some_and(|held| held.seen);
        tiles.held.insert(id, Held { pixels: Versioned::new(pixels), used_at: tick, seen });
        shelf.bytes = shelf.bytes + more - before.map_or(0, |held| held.byte_len());
        shelf.revision += 1;
        shelf.make_room(Some((key, id)));
        Ok(())
    }

    /// A tile, or `None` when it is not there.
    pub fn get(&self, key: &ImageKey, id: TileId) -> Option<Arc<Raster>> {
        self.newest(key, id).map(|pixels| pixels.raster)
    }

    /// A tile with its version.
    pub(crate) fn newest(&self, key: &ImageKey, id: TileId) -> Option<Versioned> {
        self.lock().images.get(key)?.held.get(&id).map(|held| held.pixels.clone())
    }

    /// True when a tile is there.
    pub fn contains(&self, key: &ImageKey, id: TileId) -> bool {
        self.lock().images.get(key).is_some_and(|tiles| tiles.held.contains_key(&id))
    }

    /// Drops all tiles of an image; tiles that still come for it are refused.
    pub fn forget(&self, key: &ImageKey) {
        let mut shelf = self.lock();
        if let Some(tiles) = shelf.images.remove(key) {
            shelf.bytes -= tiles.held.values().map(Held::byte_len).sum::<u64>();
            shelf.revision += 1;
        }
    }

    /// The bytes of pixels held now.
    pub fn held_bytes(&self) -> u64 {
        self.lock().bytes
    }

    /// Changes the budget, and drops what does not fit it.
    pub fn set_budget(&self, bytes: u64) {
        let mut shelf = self.lock();
        shelf.budget = bytes;
        shelf.make_room(None);
    }

    /// Makes the cache take tiles of an image. Tiles of another pyramid under the same key are dropped.
    pub(crate) fn expect(&self, key: &ImageKey, pyramid: Pyramid, kind: PixelKind) {
        let known = self.lock().images.get(key).is_some_and(|t| t.pyramid == pyramid && t.kind == kind);
        if !known {
            self.forget(key);
            self.lock().images.insert(key.clone(), Tiles { pyramid, kind, held: BTreeMap::new() });
        }
    }

    /// Counts up whenever a tile comes or goes.
    pub(crate) fn revision(&self) -> u64 {
        self.lock().revision
    }

    /// Finds what to draw for a sight, and protects it.
    pub(crate) fn look(&self, key: &ImageKey, sight: &Sight) -> Looked {
        let mut shelf = self.lock();
        shelf.tick += 1;
        let tick = shelf.tick;
        let Some(tiles) = shelf.images.get_mut(key) else { return Looked::default() };
        let (overview, last) = (tiles.pyramid.overview(), tiles.pyramid.levels());
        let mut looked = Looked { seen: Vec::with_capacity(sight.in_sight.len()), wanted: Vec::new() };
        if tiles.used(overview, tick).is_none() {
            looked.wanted.push(overview);
        }
        for id in &sight.in_sight {
            // All ancestors count as used, so that zooming out finds them.
            let mut there = (sight.level..last)
                .map(|level| id.ancestor(level))
                .filter_map(|id| tiles.used(id, tick).map(|pixels| (id, pixels)));
            let best = there.next();
            there.for_each(drop);
            if best.as_ref().is_none_or(|(found, _)| found != id) && *id != overview {
                looked.wanted.push(*id);
            }
            looked.seen.push(Seen { cell: *id, best });
        }
        looked.wanted.extend(sight.around.iter().filter(|id| tiles.used(**id, tick).is_none()));
        looked
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tiles {
    fn used(&mut self, id: TileId, tick: u64) -> Option<Versioned> {
        let held = self.held.get_mut(&id)?;
        (held.used_at, held.seen) = (tick, true);
        Some(held.pixels.clone())
    }
}

impl Held {
    fn byte_len(&self) -> u64 {
        self.pixels.raster.byte_len() as u64
    }
}

impl Shelf {
    fn make_room(&mut self, newest: Option<(&ImageKey, TileId)>) {
        while self.bytes > self.budget {
            let all = self.images.iter().flat_map(|(key, tiles)| tiles.held.iter().map(move |(id, h)| (h, key, id)));
            let unprotected = all.filter(|(held, key, id)| {
                let is_needed = held.seen && held.used_at + PROTECTED_LOOKS > self.tick;
                !is_needed && newest != Some((*key, **id))
            });
            // Of equals the finest goes first: a coarse one stands in for many.
            let oldest = unprotected.min_by_key(|(held, _, id)| (held.used_at, id.level));
            let Some((key, id)) = oldest.map(|(_, key, id)| (key.clone(), *id)) else { return };
            if let Some(held) = self.images.get_mut(&key).and_then(|tiles| tiles.held.remove(&id)) {
                self.bytes -= held.byte_len();
                self.revision += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use concord_geometry::Size;

    const KEY: ImageKey = ImageKey::Number(1);

    fn id(level: u32, column: u32, row: u32) -> TileId {
        TileId { level, column, row }
    }

    /// 64 × 64 pixels in tiles of 16: levels of 4 × 4, 2 × 2 and 1 tile; a tile has 1,024 bytes.
    fn cache(budget: u64) -> TileCache {
        let cache = TileCache::new(budget);
        let pyramid = Pyramid::new(Size::new(64, 64), 16).expect("a valid pyramid");
        cache.expect(&KEY, pyramid, PixelKind::Rgba8);
        cache
    }

    fn put(cache: &TileCache, id: TileId) {
        let pixels = Raster::gray8(Size::new(16, 16), &[7; 256]).expect("256 pixels");
        cache.put(&KEY, id, pixels).expect("the tile fits");
    }

    fn sight(in_sight: &[TileId], around: &[TileId]) -> Sight {
        Sight { level: in_sight[0].level, in_sight: in_sight.to_vec(), around: around.to_vec() }
    }

    #[test]
    fn the_closest_ancestor_stands_in_and_the_rest_is_wanted() {
        let cache = cache(1 << 20);
        let view = sight(&[id(0, 1, 1), id(0, 2, 1)], &[id(0, 3, 1)]);
        let looked = cache.look(&KEY, &view);
        assert_eq!(looked.wanted, [id(2, 0, 0), id(0, 1, 1), id(0, 2, 1), id(0, 3, 1)]);
        assert!(looked.seen.iter().all(|seen| seen.best.is_none()));
        put(&cache, id(2, 0, 0));
        put(&cache, id(1, 0, 0));
        put(&cache, id(0, 2, 1));
        let looked = cache.look(&KEY, &view);
        let drawn: Vec<_> = looked.seen.iter().filter_map(|seen| seen.best.as_ref().map(|(id, _)| *id)).collect();
        assert_eq!(drawn, [id(1, 0, 0), id(0, 2, 1)]);
        assert_eq!(looked.wanted, [id(0, 1, 1), id(0, 3, 1)]);
    }

    #[test]
    fn the_least_recently_used_goes_first_and_what_is_on_the_screen_stays() {
        let cache = cache(4 * 1024);
        for column in 0..3 {
            put(&cache, id(0, column, 0));
        }
        put(&cache, id(2, 0, 0));
        for _ in 0..PROTECTED_LOOKS {
            cache.look(&KEY, &sight(&[id(0, 0, 0)], &[id(0, 1, 0)]));
        }
        put(&cache, id(0, 3, 3));
        assert!(!cache.contains(&KEY, id(0, 2, 0)), "it was not used");
        assert_eq!(cache.held_bytes(), 4 * 1024);
        cache.look(&KEY, &sight(&[id(0, 3, 3)], &[]));
        put(&cache, id(0, 2, 3));
        for kept in [id(0, 0, 0), id(0, 1, 0), id(2, 0, 0), id(0, 3, 3), id(0, 2, 3)] {
            assert!(cache.contains(&KEY, kept), "{kept:?} is on the screen or new");
        }
        put(&cache, id(0, 1, 3));
        assert!(!cache.contains(&KEY, id(0, 2, 3)), "what no canvas has asked for does not pile up");
        for _ in 0..PROTECTED_LOOKS {
            cache.look(&KEY, &sight(&[id(0, 0, 0)], &[]));
        }
        cache.set_budget(2 * 1024);
        assert_eq!(cache.held_bytes(), 2 * 1024);
        assert!(cache.contains(&KEY, id(0, 0, 0)) && cache.contains(&KEY, id(2, 0, 0)));
    }

    #[test]
    fn a_tile_that_does_not_fit_is_refused_with_words() {
        let cache = cache(1 << 20);
        let small = || Raster::gray8(Size::new(15, 16), &[7; 240]).expect("240 pixels");
        let error = cache.put(&KEY, id(0, 1, 2), small()).expect_err("it is a column short");
        let words = "tile (level 0, column 1, row 2) of image `1` cannot be";
        assert!(error.to_string().contains(words), "{error}");
        let deep = Raster::gray16(Size::new(16, 16), vec![7; 256]).expect("256 pixels");
        assert!(cache.put(&KEY, id(0, 1, 2), deep).is_err(), "the pyramid is of another kind");
        cache.forget(&KEY);
        assert!(cache.put(&KEY, id(0, 1, 2), small()).is_err(), "the image is forgotten");
        assert_eq!(cache.held_bytes(), 0);
    }

    #[test]
    fn replacing_a_tile_gives_its_bytes_back_and_is_told() {
        let cache = cache(1 << 20);
        put(&cache, id(0, 0, 0));
        let (before, revision) = (cache.newest(&KEY, id(0, 0, 0)).expect("it is there"), cache.revision());
        put(&cache, id(0, 0, 0));
        assert_eq!(cache.held_bytes(), 1024);
        let after = cache.newest(&KEY, id(0, 0, 0)).expect("it is there");
        assert!(after.version > before.version && cache.revision() > revision);
    }

    #[test]
    fn a_tile_that_is_replaced_stays_protected() {
        let cache = cache(1024);
        put(&cache, id(0, 0, 0));
        cache.look(&KEY, &sight(&[id(0, 0, 0)], &[]));
        put(&cache, id(0, 0, 0));
        put(&cache, id(0, 1, 0));
        assert!(cache.contains(&KEY, id(0, 0, 0)), "it is on the screen");
    }
}
