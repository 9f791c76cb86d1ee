//! Decoded strips and tiles that are kept while they may be wanted again.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Picture;

/// Which chunk: the level of the file, and its place there.
pub(super) type ChunkKey = (usize, usize, usize);

/// The chunks used last, within a budget of bytes; the latest stays even when it alone is above it.
#[derive(Debug)]
pub(super) struct ChunkCache {
    budget: u64,
    bytes: u64,
    clock: u64,
    chunks: BTreeMap<ChunkKey, (u64, Arc<Picture>)>,
    /// Keys by the time of their last use.
    by_use: BTreeMap<u64, ChunkKey>,
}

impl ChunkCache {
    pub(super) fn new(budget: u64) -> Self {
        Self { budget, bytes: 0, clock: 0, chunks: BTreeMap::new(), by_use: BTreeMap::new() }
    }

    pub(super) fn get(&mut self, key: ChunkKey) -> Option<Arc<Picture>> {
        self.clock += 1;
        let (used, chunk) = self.chunks.get_mut(&key)?;
        self.by_use.remove(used);
        *used = self.clock;
        self.by_use.insert(self.clock, key);
        Some(Arc::clone(chunk))
    }

    pub(super) fn insert(&mut self, key: ChunkKey, chunk: Arc<Picture>) {
        self.clock += 1;
        self.bytes += chunk.byte_len();
        self.by_use.insert(self.clock, key);
        if let Some((used, old)) = self.chunks.insert(key, (self.clock, chunk)) {
            self.by_use.remove(&used);
            self.bytes -= old.byte_len();
        }
        while self.bytes > self.budget && self.chunks.len() > 1 {
            let Some((_, oldest)) = self.by_use.pop_first() else { return };
            if let Some((_, chunk)) = self.chunks.remove(&oldest) {
                self.bytes -= chunk.byte_len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use concord_geometry::Size;

    use super::*;
    use crate::PixelKind;

    #[test]
    fn the_chunk_used_longest_ago_goes_first() {
        let chunk = || Arc::new(Picture::blank(PixelKind::Gray16, Size::new(10, 10)));
        let mut cache = ChunkCache::new(500);
        cache.insert((0, 0, 0), chunk());
        cache.insert((0, 1, 0), chunk());
        assert!(cache.get((0, 0, 0)).is_some());
        cache.insert((0, 2, 0), chunk());
        assert!(cache.get((0, 1, 0)).is_none());
        assert!(cache.get((0, 0, 0)).is_some() && cache.get((0, 2, 0)).is_some());
        let large = Arc::new(Picture::blank(PixelKind::Gray16, Size::new(100, 100)));
        cache.insert((0, 3, 0), large);
        assert!(cache.get((0, 3, 0)).is_some() && cache.get((0, 0, 0)).is_none());
        assert_eq!((cache.bytes, cache.by_use.len()), (20_000, 1));
    }
}
