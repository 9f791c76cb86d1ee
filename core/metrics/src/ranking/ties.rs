//! Fair and fixed order among equals: by BLAKE3 of seed and id.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::sort::{Entry, Sorted};

/// Runs of equals above this are hashed by several threads.
const LARGE: usize = 1024;
/// Where more than one sample in so many ties, hashes are computed in the order of the samples before they are needed.
const TIED_SHARE: usize = 8;
/// The same where hashes will be used again.
const TIED_SHARE_KEPT: usize = 256;
/// A hash that is not known.
const UNKNOWN: u64 = 0;
/// A hash that is needed and not known yet.
const WANTED: u64 = 1;
/// The smallest known hash: lower ones are taken for it, which full hashes make up for.
const LEAST: u64 = 2;

/// First 8 bytes of the samples' hashes, as far as they were needed; see [`TieBreak`].
pub(super) type Hashes = OnceLock<Vec<AtomicU64>>;

/// Breaks ties among samples with these ids.
///
/// Equals are ordered by BLAKE3 of `seed ‖ id` (seed as 8 little-endian bytes), then by id, then by place.
pub(super) struct TieBreak<'a, S> {
    /// The ids, by place.
    pub(super) ids: &'a [S],
    /// The seed.
    pub(super) seed: u64,
    /// Hashes that are known, of these ids and this seed. Threads may fill them at once, for all write the same.
    pub(super) hashes: &'a Hashes,
    /// True when the hashes will be used again.
    pub(super) kept: bool,
}

impl<S: AsRef<str> + Sync> TieBreak<'_, S> {
    /// Puts all runs of equal keys into order.
    pub(super) fn sort_all(&self, sorted: &mut Sorted) {
        let tied = sorted.par_buckets().map(|(_, bucket)| bucket.windows(2).filter(|w| w[0].0 == w[1].0).count());
        let tied: usize = tied.sum();
        if tied == 0 {
            return;
        }
        if tied > self.ids.len() / if self.kept { TIED_SHARE_KEPT } else { TIED_SHARE } {
            self.learn(sorted);
        }
        sorted.par_buckets().for_each(|(_, bucket)| self.sort_runs(bucket));
    }

    /// Puts every run of equal keys into order.
    pub(super) fn sort_runs(&self, sorted: &mut [Entry]) {
        for run in sorted.chunk_by_mut(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
            self.sort(run);
        }
    }

    /// Computes the hashes of all that tie, in the order of the samples: ids that lie scattered in memory take much
    /// longer to read.
    fn learn(&self, sorted: &mut Sorted) {
        let empty = || (0..self.ids.len()).into_par_iter().map(|_| AtomicU64::new(UNKNOWN)).collect();
        let hashes = self.hashes.get_or_init(empty);
        sorted.par_buckets().for_each(|(_, bucket)| {
            for run in bucket.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
                for &(_, at) in run {
                    let hash = &hashes[at as usize];
                    if hash.load(Ordering::Relaxed) == UNKNOWN {
                        hash.store(WANTED, Ordering::Relaxed);
                    }
                }
            }
        });
        hashes.par_iter().enumerate().with_min_len(LARGE).for_each_init(Vec::new, |text, (at, hash)| {
            if hash.load(Ordering::Relaxed) == WANTED {
                hash.store(self.prefix(text, at as u32), Ordering::Relaxed);
            }
        });
    }

    /// Puts entries with one key into order.
    fn sort(&self, run: &mut [Entry]) {
        let hashed = |text: &mut Vec<u8>, entry: &Entry| (self.known_prefix(text, entry.1), entry.1);
        let mut hashed: Vec<(u64, u32)> = if run.len() > LARGE {
            run.par_iter().with_min_len(LARGE / 4).map_init(Vec::new, hashed).collect()
        } else {
            let mut text = Vec::new();
            run.iter().map(|entry| hashed(&mut text, entry)).collect()
        };
        if hashed.len() > LARGE {
            hashed.par_sort_unstable();
        } else {
            hashed.sort_unstable();
        }
        // Hashes that begin alike are as good as always those of one id.
        for alike in hashed.chunk_by_mut(|a, b| a.0 == b.0).filter(|alike| alike.len() > 1) {
            alike.sort_by_cached_key(|&(_, at)| (self.hash(&mut Vec::new(), at), self.id(at).to_owned(), at));
        }
        for (entry, (_, at)) in run.iter_mut().zip(hashed) {
            entry.1 = at;
        }
    }

    fn known_prefix(&self, text: &mut Vec<u8>, at: u32) -> u64 {
        let known = self.hashes.get().map_or(UNKNOWN, |hashes| hashes[at as usize].load(Ordering::Relaxed));
        if known < LEAST { self.prefix(text, at) } else { known }
    }

    /// The first 8 bytes of the hash, as a number that sorts like the bytes, [`LEAST`] at least.
    fn prefix(&self, text: &mut Vec<u8>, at: u32) -> u64 {
        let hash = self.hash(text, at);
        hash.iter().take(8).fold(0, |prefix, &byte| prefix << 8 | u64::from(byte)).max(LEAST)
    }

    fn hash(&self, text: &mut Vec<u8>, at: u32) -> [u8; 32] {
        text.clear();
        text.extend(self.seed.to_le_bytes());
        text.extend(self.id(at).as_bytes());
        *blake3::hash(text).as_bytes()
    }

    fn id(&self, at: u32) -> &str {
        self.ids[at as usize].as_ref()
    }
}
