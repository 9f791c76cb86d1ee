//! Pixels that better ones may replace under the same name.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::raster::Raster;

/// Pixels with a number that no others have while the program runs, so that whoever holds a copy of them can tell
/// when it has become old.
#[derive(Debug, Clone)]
pub(crate) struct Versioned {
    pub(crate) raster: Arc<Raster>,
    pub(crate) version: u64,
}

impl Versioned {
    pub(crate) fn new(raster: Raster) -> Self {
        Self { raster: Arc::new(raster), version: next_version() }
    }
}

/// A number above 0 that was not given before.
pub(crate) fn next_version() -> u64 {
    static GIVEN: AtomicU64 = AtomicU64::new(0);
    GIVEN.fetch_add(1, Ordering::Relaxed) + 1
}
