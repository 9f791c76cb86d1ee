//! The shelf: images, sessions and maps at hand, within a budget of bytes, least recently used out first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use concord_domain::sample::SampleId;
use concord_project::label::Session;
use concord_widgets::canvas::{TileCache, TileId};

use crate::error_text::ErrorText;
use crate::jobs::images::LoadedImage;

/// Sessions that are kept.
const MOST_SESSIONS: usize = 64;

/// Values by sample within a budget.
#[derive(Debug)]
pub struct Lru<V> {
    held: BTreeMap<SampleId, Held<V>>,
    cost: usize,
    budget: usize,
    tick: u64,
}

#[derive(Debug)]
struct Held<V> {
    value: V,
    cost: usize,
    used_at: u64,
}

impl<V> Lru<V> {
    /// An empty one that keeps values of `budget` cost together; the newest value is kept whatever it costs.
    pub fn new(budget: usize) -> Self {
        Self { held: BTreeMap::new(), cost: 0, budget, tick: 0 }
    }

    /// The value of a sample.
    pub fn get(&self, sample: &SampleId) -> Option<&V> {
        self.held.get(sample).map(|h| &h.value)
    }

    /// The value of a sample, to change it.
    pub fn get_mut(&mut self, sample: &SampleId) -> Option<&mut V> {
        self.held.get_mut(sample).map(|h| &mut h.value)
    }

    /// What all values may cost together.
    pub fn budget(&self) -> usize {
        self.budget
    }

    /// What the value of a sample costs.
    pub fn cost_of(&self, sample: &SampleId) -> Option<usize> {
        self.held.get(sample).map(|h| h.cost)
    }

    /// True when the sample has a value; it counts as used.
    pub fn touch(&mut self, sample: &SampleId) -> bool {
        self.tick += 1;
        let tick = self.tick;
        self.held.get_mut(sample).map(|h| h.used_at = tick).is_some()
    }

    /// Puts a value in, and takes those out that were not used longest until the budget holds.
    pub fn put(&mut self, sample: &SampleId, value: V, cost: usize) {
        self.remove(sample);
        self.tick += 1;
        self.cost += cost;
        self.held.insert(sample.clone(), Held { value, cost, used_at: self.tick });
        while self.cost > self.budget {
            let oldest = self.held.iter().filter(|(id, _)| *id != sample).min_by_key(|(_, h)| h.used_at);
            let Some(oldest) = oldest.map(|(id, _)| id.clone()) else { return };
            self.remove(&oldest);
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, sample: &SampleId) -> Option<V> {
        let held = self.held.remove(sample)?;
        self.cost -= held.cost;
        Some(held.value)
    }

    /// Takes out all values but that of one sample.
    pub fn retain_only(&mut self, sample: Option<&SampleId>) {
        let others: Vec<SampleId> = self.held.keys().filter(|id| Some(*id) != sample).cloned().collect();
        for id in others {
            self.remove(&id);
        }
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// True when there is no value.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }
}

/// Everything at hand for the Label screen. All of it is found by the identity of the sample, and only by that.
#[derive(Debug)]
pub struct Shelf {
    /// Images ready for the canvas; their pixels are shared, never copied.
    pub images: Lru<LoadedImage>,
    /// Tiles of images that are read tile by tile.
    pub tiles: TileCache,
    /// Tiles that could not be read, so that they are not tried again each frame.
    pub failed_tiles: BTreeSet<(SampleId, TileId)>,
    /// Sessions; the truth while the project is open, for this app is the only one that writes.
    pub sessions: Lru<Session>,
    /// What could not be read, so that it is not tried again each frame.
    pub failed: BTreeMap<SampleId, ErrorText>,
    /// Thumbnails that do not exist or were asked for already.
    pub no_thumbnail: BTreeSet<SampleId>,
    /// The image whose coarse levels are being made exact.
    pub refining: Option<Refining>,
}

/// A refinement that goes on; dropping it ends that.
#[derive(Debug)]
pub struct Refining {
    /// Of which sample.
    pub sample: SampleId,
    /// Set when it is to end.
    pub interrupt: Arc<AtomicBool>,
}

impl Drop for Refining {
    fn drop(&mut self) {
        self.interrupt.store(true, Ordering::Relaxed);
    }
}

impl Shelf {
    /// An empty shelf that keeps so many bytes of images, tiles included.
    pub fn new(image_bytes: u64) -> Self {
        let whole = usize::try_from(image_bytes / 4 * 3).unwrap_or(usize::MAX);
        Self {
            images: Lru::new(whole),
            tiles: TileCache::new(image_bytes / 4),
            failed_tiles: BTreeSet::new(),
            sessions: Lru::new(MOST_SESSIONS),
            failed: BTreeMap::new(),
            no_thumbnail: BTreeSet::new(),
            refining: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> SampleId {
        SampleId(text.to_owned())
    }

    #[test]
    fn what_was_not_used_longest_goes_first() {
        let mut lru = Lru::new(10);
        lru.put(&id("a"), 1, 4);
        lru.put(&id("b"), 2, 4);
        assert!(lru.touch(&id("a")));
        lru.put(&id("c"), 3, 4);
        assert_eq!((lru.get(&id("a")), lru.get(&id("b")), lru.get(&id("c"))), (Some(&1), None, Some(&3)));
        lru.put(&id("d"), 4, 100);
        assert_eq!((lru.len(), lru.get(&id("d"))), (1, Some(&4)), "the newest is kept whatever it costs");
        lru.put(&id("d"), 5, 1);
        lru.put(&id("e"), 6, 9);
        assert_eq!(lru.len(), 2, "a value that is replaced gives its cost back");
    }
}
