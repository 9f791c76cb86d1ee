//! Long work on the terminal: a bar with rate and time left, and Ctrl-C, which stops the work at its next step.

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use concord_project::Progress;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::exit;

/// How often the bar looks at the counters.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The work that Ctrl-C stops; `None` while nothing runs that could stop by itself.
static RUNNING: Mutex<Option<Arc<Progress>>> = Mutex::new(None);
static HANDLER: Once = Once::new();

/// Watches a piece of work until it is dropped.
#[derive(Debug)]
pub(crate) struct Watch {
    progress: Arc<Progress>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Starts to watch. `show` draws a bar on standard error; Ctrl-C works either way.
    pub(crate) fn start(show: bool) -> Self {
        let progress = Arc::new(Progress::default());
        listen(&progress);
        let stop = Arc::new(AtomicBool::new(false));
        let thread = show.then(|| {
            let (progress, stop) = (Arc::clone(&progress), Arc::clone(&stop));
            std::thread::spawn(move || draw(&progress, &stop))
        });
        Self { progress, stop, thread }
    }

    /// The counters for the work.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A bar that went wrong is no reason to lose the work.
            let _ = thread.join();
        }
    }
}

/// Makes Ctrl-C stop this work: the first time at its next step, the second time at once.
fn listen(progress: &Arc<Progress>) {
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(progress));
    HANDLER.call_once(|| {
        // Where no handler can be set, Ctrl-C ends the process at once; the store is safe against that too.
        let _ = ctrlc::set_handler(|| {
            let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
            match running.as_ref() {
                Some(progress) if !progress.is_cancelled() => progress.cancel(),
                _ => std::process::exit(i32::from(exit::INTERRUPTED)),
            }
        });
    });
}

fn draw(progress: &Progress, stop: &AtomicBool) {
    let mut shown: Option<(String, u64, ProgressBar)> = None;
    while !stop.load(Ordering::Relaxed) {
        let (stage, (done, total)) = (progress.stage(), progress.counts());
        let same = shown
            .as_ref()
            .is_some_and(|(name, length, bar)| *name == stage && *length == total && bar.position() <= done);
        if !same && !stage.is_empty() {
            if let Some((.., bar)) = shown.take() {
                bar.finish_and_clear();
            }
            shown = Some((stage.clone(), total, bar(&stage, total)));
        }
        if let Some((_, _, bar)) = &shown {
            bar.set_position(done);
            if progress.is_cancelled() {
                bar.set_message(format!("stopping: {stage}"));
            }
            bar.tick();
        }
        std::thread::sleep(LOOK_EVERY);
    }
    if let Some((.., bar)) = shown {
        bar.finish_and_clear();
    }
}

fn bar(stage: &str, total: u64) -> ProgressBar {
    let (bar, template) = if total == 0 {
        (ProgressBar::no_length(), "{spinner} {msg}: {human_pos}, {rate}")
    } else {
        (ProgressBar::new(total), "{msg} [{bar:30}] {human_pos}/{human_len}, {rate}{left}")
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> ").with_key("rate", rate).with_key("left", left));
    }
    bar.set_message(stage.to_owned());
    bar
}

/// Steps a second with one decimal. What cannot be written into the bar's own buffer is not shown.
fn rate(state: &ProgressState, out: &mut dyn Write) {
    let _ = write!(out, "{:.1}/s", state.per_sec());
}

/// The time left; nothing while no step is done, for then nobody can tell.
fn left(state: &ProgressState, out: &mut dyn Write) {
    if state.pos() > 0 {
        let _ = write!(out, ", {:#} left", HumanDuration(state.eta()));
    }
}
