//! The committing thread: decisions are made durable without the screen waiting for the disk.

use std::sync::mpsc;
use std::thread::JoinHandle;

use crate::{Bulk, Entry, LogRow, Store, StoreError};

type Work = Box<dyn FnOnce(&mut Store) + Send>;

/// What became of a write: the ticket it was given and its row, or why it was refused.
#[derive(Debug)]
pub struct Committed {
    /// The number the caller gave the write.
    pub ticket: u64,
    /// The durable row, or the error; then nothing was written.
    pub outcome: Result<LogRow, StoreError>,
}

/// Owns the store on a thread of its own. Entries are written in the order in which they are handed over.
#[derive(Debug)]
pub struct Committer {
    work: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Committer {
    /// Moves the store to its thread.
    pub fn spawn(mut store: Store) -> std::io::Result<Self> {
        let (work, queue) = mpsc::channel::<Work>();
        let thread = std::thread::Builder::new().name("committer".to_owned()).spawn(move || {
            for job in queue {
                job(&mut store);
            }
        })?;
        Ok(Self { work: Some(work), thread: Some(thread) })
    }

    /// Hands a write over and returns at once. It runs in a transaction of its own, after all that was handed over
    /// before; the outcome goes to `acknowledge` on the committing thread once it is durable.
    pub fn send(
        &self,
        ticket: u64,
        write: impl FnOnce(&mut Bulk<'_>) -> Result<LogRow, StoreError> + Send + 'static,
        acknowledge: impl FnOnce(Committed) + Send + 'static,
    ) {
        self.run(move |store| acknowledge(Committed { ticket, outcome: store.bulk(write) }));
    }

    /// Runs several writes in one transaction, after all that was handed over before, and waits for it.
    pub fn bulk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Bulk<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (done, result) = mpsc::channel();
        self.run(move |store| {
            // The receiver lives until the result is there.
            let _ = done.send(store.bulk(work));
        });
        result.recv().unwrap_or_else(|_| Err(StoreError::Refused("the committing thread has stopped".to_owned())))
    }

    /// Writes one decision and waits until it is durable.
    pub fn commit(&self, entry: Entry) -> Result<LogRow, StoreError> {
        self.bulk(move |bulk| bulk.commit(entry))
    }

    fn run(&self, work: impl FnOnce(&mut Store) + Send + 'static) {
        if let Some(queue) = &self.work {
            // Sending fails only when the thread is gone; callers that wait see that from their own channel.
            let _ = queue.send(Box::new(work));
        }
    }
}

impl Drop for Committer {
    /// Waits until everything that was handed over is durable.
    fn drop(&mut self) {
        drop(self.work.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
