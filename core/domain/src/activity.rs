//! Working time: how long a person was at a task, from the moments of their inputs.

use serde::{Deserialize, Serialize};

/// What a gap longer than the idle cut-off counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdlePolicy {
    /// Nothing: the person was away.
    #[default]
    Zero,
    /// The cut-off itself.
    Cap,
}

/// The idle cut-off unless a setting says otherwise: one minute.
pub const IDLE_MS: u64 = 60_000;

/// Working time on one task, gathered input by input.
///
/// Active time is the sum of the gaps between consecutive inputs, where a gap beyond the idle cut-off counts by the
/// policy. Losing the window's focus stops the clock at once. A clock that goes back counts nothing and is noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingTime {
    idle_ms: u64,
    policy: IdlePolicy,
    last_ms: Option<i64>,
    active_ms: u64,
    waited_ms: u64,
    clock_went_back: bool,
}

impl WorkingTime {
    /// A task that is opened now.
    pub fn open(at_ms: i64, idle_ms: u64, policy: IdlePolicy) -> Self {
        Self { idle_ms, policy, last_ms: Some(at_ms), active_ms: 0, waited_ms: 0, clock_went_back: false }
    }

    /// The person did something, or came back to the window.
    pub fn input(&mut self, at_ms: i64) {
        if let Some(last) = self.last_ms {
            self.count(at_ms - last);
        }
        self.last_ms = Some(at_ms);
    }

    /// The window lost the focus: what was done until now counts, what follows does not.
    pub fn blur(&mut self, at_ms: i64) {
        self.input(at_ms);
        self.last_ms = None;
    }

    /// The machine let the person wait for so long until now; this is not their working time.
    pub fn waited(&mut self, at_ms: i64, wait_ms: u64) {
        self.input(at_ms.saturating_sub_unsigned(wait_ms));
        self.waited_ms += wait_ms;
        self.last_ms = Some(at_ms);
    }

    fn count(&mut self, gap_ms: i64) {
        match u64::try_from(gap_ms) {
            Err(_) => self.clock_went_back = true,
            Ok(gap) if gap <= self.idle_ms => self.active_ms += gap,
            Ok(_) if self.policy == IdlePolicy::Cap => self.active_ms += self.idle_ms,
            Ok(_) => {}
        }
    }

    /// Working time so far, in milliseconds.
    pub fn active_ms(&self) -> u64 {
        self.active_ms
    }

    /// Time waited for the machine so far, in milliseconds.
    pub fn waited_ms(&self) -> u64 {
        self.waited_ms
    }

    /// The idle cut-off, in milliseconds.
    pub fn idle_ms(&self) -> u64 {
        self.idle_ms
    }

    /// True when the clock went back while the task was open.
    pub fn clock_went_back(&self) -> bool {
        self.clock_went_back
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(events_s: &[i64], policy: IdlePolicy) -> WorkingTime {
        let mut time = WorkingTime::open(events_s[0] * 1000, IDLE_MS, policy);
        events_s[1..].iter().for_each(|at| time.input(at * 1000));
        time
    }

    /// Gaps of 5, 7, 88, 3, 7, 290 and 2 s, added up by hand.
    #[test]
    fn gaps_beyond_the_cut_off_count_by_the_policy() {
        let events = [0, 5, 12, 100, 103, 110, 400, 402];
        assert_eq!(gathered(&events, IdlePolicy::Zero).active_ms(), 24_000);
        assert_eq!(gathered(&events, IdlePolicy::Cap).active_ms(), 144_000);
    }

    #[test]
    fn a_clock_that_goes_back_counts_nothing_and_is_noted() {
        let time = gathered(&[10, 5, 8], IdlePolicy::Zero);
        assert_eq!((time.active_ms(), time.clock_went_back()), (3_000, true));
    }

    #[test]
    fn losing_the_focus_stops_the_clock_and_waiting_is_apart() {
        let mut time = WorkingTime::open(0, IDLE_MS, IdlePolicy::Zero);
        time.blur(4_000);
        time.input(9_000);
        time.waited(12_000, 2_000);
        time.input(13_000);
        assert_eq!((time.active_ms(), time.waited_ms()), (4_000 + 1_000 + 1_000, 2_000));
    }
}
