//! Progress of long work: counted where the work is done, shown and cancelled from elsewhere.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::ProjectError;

/// How far a job is. Shared between the thread that works and those that watch.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
    stage: Mutex<String>,
    courtesy: Option<Arc<Courtesy>>,
}

/// Lets long work give way to what a person waits for: batch runs stand still while a model works for the sample on
/// screen.
#[derive(Debug, Default)]
pub struct Courtesy {
    in_hand: Mutex<usize>,
    changed: Condvar,
}

/// Held while a person waits; long work goes on when the last one is dropped.
#[derive(Debug)]
pub struct InHand(Arc<Courtesy>);

impl Courtesy {
    /// Asks long work to stand still.
    pub fn ask(self: &Arc<Self>) -> InHand {
        *self.in_hand.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        InHand(Arc::clone(self))
    }

    /// Waits until nobody waits any more, or `given_up` says true.
    fn wait(&self, given_up: impl Fn() -> bool) {
        let mut in_hand = self.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        while *in_hand > 0 && !given_up() {
            let waited = self.changed.wait_timeout(in_hand, Duration::from_millis(50));
            in_hand = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        *self.0.in_hand.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.changed.notify_all();
    }
}

impl Progress {
    /// Progress of work that gives way to what a person waits for.
    pub fn giving_way_to(courtesy: Arc<Courtesy>) -> Self {
        Self { courtesy: Some(courtesy), ..Self::default() }
    }

    /// Stands still while a person waits for something that needs the same cores; called between two steps.
    pub fn give_way(&self) {
        if let Some(courtesy) = &self.courtesy {
            courtesy.wait(|| self.is_cancelled());
        }
    }

    /// Starts a stage of `total` steps; 0 when the number is not known.
    pub fn start(&self, stage: &str, total: u64) {
        if let Ok(mut name) = self.stage.lock() {
            stage.clone_into(&mut name);
        }
        self.total.store(total, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
    }

    /// Counts steps; an error when the person asked to stop.
    pub fn step(&self, steps: u64) -> Result<(), ProjectError> {
        self.done.fetch_add(steps, Ordering::Relaxed);
        if self.is_cancelled() { Err(ProjectError::Cancelled) } else { Ok(()) }
    }

    /// Asks the work to stop at its next step.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// True once somebody asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Steps done and steps in all (0 when not known) of the stage.
    pub fn counts(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// What is being done.
    pub fn stage(&self) -> String {
        self.stage.lock().map(|s| s.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_stands_still_while_a_person_waits() {
        let courtesy = Arc::new(Courtesy::default());
        let progress = Arc::new(Progress::giving_way_to(Arc::clone(&courtesy)));
        let in_hand = courtesy.ask();
        let worker = std::thread::spawn({
            let progress = Arc::clone(&progress);
            move || {
                progress.give_way();
                progress.step(1).expect("nobody stops it");
            }
        });
        std::thread::sleep(Duration::from_millis(120));
        assert_eq!(progress.counts().0, 0, "somebody waits");
        drop(in_hand);
        worker.join().expect("no panic");
        assert_eq!(progress.counts().0, 1);
    }

    #[test]
    fn a_stop_is_heard_while_standing_still() {
        let courtesy = Arc::new(Courtesy::default());
        let progress = Progress::giving_way_to(Arc::clone(&courtesy));
        let _in_hand = courtesy.ask();
        progress.cancel();
        progress.give_way();
        assert!(progress.step(1).is_err());
    }
}
