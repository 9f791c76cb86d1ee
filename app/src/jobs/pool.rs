//! Pools of threads behind bounded channels. A panic in a job becomes an event; the thread goes on.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use concord_language::tr;
use crossbeam_channel::{Receiver, Sender, bounded};

use super::{Delivered, JobEvent, Ticket};

type Work = Box<dyn FnOnce() -> JobEvent + Send>;

/// What kind of work a pool does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Short reads: images, thumbnails, sessions.
    Decode,
    /// What makes a picture better while nothing more urgent is read.
    Spare,
    /// A model, one session a thread.
    Inference,
    /// What a model's answer rests on, which may take long and is ended at any step.
    Explain,
    /// Long work with progress.
    Batch,
    /// File dialogs, which wait for a person.
    Dialog,
}

#[derive(Debug)]
struct Pool {
    queue: Sender<(Ticket, Work)>,
    width: usize,
}

/// All pools. Their threads end when this is dropped.
#[derive(Debug)]
pub(super) struct Pools {
    decode: Pool,
    spare: Pool,
    inference: Pool,
    explain: Pool,
    batch: Pool,
    dialog: Pool,
}

impl Pools {
    pub(super) fn start(send: &Sender<Delivered>, context: &egui::Context) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let pool = |name: &str, width: usize, waiting: usize| {
            let (queue, work) = bounded(waiting);
            for number in 1..=width {
                spawn(format!("{name} {number}"), work.clone(), send.clone(), context.clone());
            }
            Pool { queue, width }
        };
        Self {
            decode: pool("decode", cores.clamp(2, 4), 4),
            spare: pool("spare", 1, 1),
            inference: pool("inference", 1, 1),
            explain: pool("explain", 1, 1),
            batch: pool("batch", 2, 16),
            dialog: pool("dialog", 1, 1),
        }
    }

    fn pool(&self, lane: Lane) -> &Pool {
        match lane {
            Lane::Decode => &self.decode,
            Lane::Spare => &self.spare,
            Lane::Inference => &self.inference,
            Lane::Explain => &self.explain,
            Lane::Batch => &self.batch,
            Lane::Dialog => &self.dialog,
        }
    }

    pub(super) fn width(&self, lane: Lane) -> usize {
        self.pool(lane).width
    }

    pub(super) fn run(&self, lane: Lane, ticket: Ticket, work: Work) -> bool {
        self.pool(lane).queue.try_send((ticket, work)).is_ok()
    }
}

fn spawn(name: String, work: Receiver<(Ticket, Work)>, send: Sender<Delivered>, context: egui::Context) {
    let thread = std::thread::Builder::new().name(name);
    let spawned = thread.spawn(move || {
        for (ticket, job) in work {
            // The closure is consumed whether it panics or not, so nothing half-done is seen again.
            let event = catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|payload| panicked(payload.as_ref()));
            if send.send(Delivered { ticket, event }).is_err() {
                return;
            }
            context.request_repaint();
        }
    });
    if let Err(error) = spawned {
        tracing::error!("a worker thread could not be started: {error}");
    }
}

fn panicked(payload: &(dyn Any + Send)) -> JobEvent {
    let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    JobEvent::Panicked(text.unwrap_or_else(|| tr!("shell-panic-silent").to_owned()))
}

#[cfg(test)]
mod tests {
    use concord_language::Language;

    use super::super::{Jobs, Outstanding, Request};
    use super::*;

    #[test]
    fn work_speaks_the_language_of_who_asked_for_it() {
        let jobs = Jobs::start(&egui::Context::default());
        let mut outstanding = Outstanding::default();
        let mut heard = |language| {
            concord_language::set_current(language);
            let ticket = outstanding.issue(Request::Look);
            let say = || JobEvent::Looked(tr!("close").into(), crate::jobs::Found::File);
            assert!(jobs.run(Lane::Inference, ticket, say));
            let mut said = None;
            while said.is_none() {
                jobs.drain(|delivered| said = Some(delivered.event));
                std::thread::yield_now();
            }
            concord_language::set_current(Language::English);
            said
        };
        for (language, word) in [(Language::German, "Schließen"), (Language::English, "Close")] {
            assert!(matches!(heard(language), Some(JobEvent::Looked(said, _)) if said.as_os_str() == word));
        }
    }

    #[test]
    fn a_panic_becomes_an_event_and_the_pool_goes_on() {
        let jobs = Jobs::start(&egui::Context::default());
        let mut outstanding = Outstanding::default();
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        for _ in 0..4 {
            let ticket = outstanding.issue(Request::Agreement);
            assert!(jobs.run(Lane::Inference, ticket, || panic!("out of cheese")));
            let mut seen = None;
            while seen.is_none() {
                jobs.drain(|delivered| seen = Some(delivered.event));
                std::thread::yield_now();
            }
            assert!(matches!(seen, Some(JobEvent::Panicked(why)) if why == "out of cheese"));
        }
        std::panic::set_hook(hook);
    }
}
