//! The time that is worked on a sample, and apart from it the time that its image and labels let the person wait.

use concord_domain::activity::{IdlePolicy, WorkingTime};

/// Waiting that is shorter than this is not noticed, in milliseconds.
const LEAST_WAIT_MS: i64 = 300;

/// What a frame says about the work on a sample.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// The time, in milliseconds since 1970 UTC.
    pub now_ms: i64,
    /// Whether image and labels are there.
    pub is_ready: bool,
    /// Whether the window has the focus, on this screen.
    pub has_focus: bool,
    /// Whether the person did something.
    pub did_something: bool,
}

/// Counts the work on one sample, frame by frame.
#[derive(Debug, Clone)]
pub(super) struct Stopwatch {
    /// When the sample was opened, in milliseconds since 1970 UTC.
    pub(super) opened_at_ms: i64,
    /// What was counted so far.
    pub(super) time: WorkingTime,
    waits_since: Option<i64>,
}

impl Stopwatch {
    /// A sample that is opened now; a pause longer than `idle_ms` is not counted.
    pub(super) fn open(now_ms: i64, idle_ms: u64) -> Self {
        Self { opened_at_ms: now_ms, time: WorkingTime::open(now_ms, idle_ms, IdlePolicy::Zero), waits_since: None }
    }

    /// Takes in a frame. While the person waits nothing is counted as work, whatever they do.
    pub(super) fn frame(&mut self, moment: Moment) {
        let now = moment.now_ms;
        if !moment.has_focus {
            self.waits_since = None;
            self.time.blur(now);
        } else if !moment.is_ready {
            self.waits_since.get_or_insert(now);
        } else if let Some(wait) = self.waits_since.take().map(|since| now - since).filter(|w| *w >= LEAST_WAIT_MS) {
            self.time.waited(now, wait.unsigned_abs());
        } else if moment.did_something {
            self.time.input(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(frames: &[(i64, bool, bool, bool)]) -> (u64, u64, bool) {
        let mut watch = Stopwatch::open(0, 60_000);
        for &(now_ms, is_ready, has_focus, did_something) in frames {
            watch.frame(Moment { now_ms, is_ready, has_focus, did_something });
        }
        (watch.time.active_ms(), watch.time.waited_ms(), watch.time.clock_went_back())
    }

    #[test]
    fn a_wait_is_no_work_though_the_person_moves_the_pointer() {
        let frames =
            [(0, false, true, true), (400, false, true, true), (900, true, true, true), (1_500, true, true, true)];
        assert_eq!(counted(&frames), (600, 900, false));
    }

    #[test]
    fn a_short_wait_is_work() {
        let frames = [(0, false, true, false), (299, true, true, true), (1_000, true, true, true)];
        assert_eq!(counted(&frames), (1_000, 0, false));
    }

    #[test]
    fn nobody_waits_without_the_focus() {
        let frames = [
            (0, false, true, true),
            (1_000, false, false, false),
            (9_000, true, true, true),
            (9_500, true, true, true),
        ];
        assert_eq!(counted(&frames), (1_000 + 500, 0, false));
    }

    #[test]
    fn an_image_that_goes_and_comes_again_in_the_middle_is_waited_for() {
        let frames =
            [(0, true, true, true), (2_000, false, true, false), (5_000, true, true, false), (6_000, true, true, true)];
        assert_eq!(counted(&frames), (2_000 + 1_000, 3_000, false));
    }
}
