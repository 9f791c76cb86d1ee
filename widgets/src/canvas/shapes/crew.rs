//! Threads for what a frame waits for, and for what no frame should wait for.

use std::sync::OnceLock;
use std::thread::{Builder, sleep};
use std::time::Duration;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Runs work whose parts go to all cores. The threads are apart from those that decode images: a frame must not wait
/// until these have finished what they are at.
pub(super) fn together<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    static CREW: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let name = |number| format!("shapes {number}");
    match CREW.get_or_init(|| ThreadPoolBuilder::new().thread_name(name).build().ok()) {
        Some(crew) => crew.install(work),
        None => work(),
    }
}

/// Drops something large later on a thread of its own: to give back many small pieces of memory takes as long as to
/// make them, and what takes its place is needed at once.
pub(super) fn drop_later(what: impl Send + 'static) {
    let work = move || {
        sleep(Duration::from_millis(300));
        drop(what);
    };
    // Where no thread can be started it is dropped at once.
    let _ = Builder::new().name("shapes given back".to_owned()).spawn(work);
}
