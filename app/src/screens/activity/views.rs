//! What the Activity screen remembers of how it looks.

use concord_domain::sample::SampleId;
use concord_language::tr;
use concord_store::Wanted;

const DAY_MS: i64 = 86_400_000;

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tab {
    /// What was done, by whom, and what it cost.
    #[default]
    Work,
    /// The log.
    History,
}

impl Tab {
    /// All of them, in order.
    pub const ALL: [Self; 2] = [Self::Work, Self::History];

    /// The name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Work => tr!("activity-tab-work"),
            Self::History => tr!("activity-tab-history"),
        }
    }
}

/// A span of time that ends now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Period {
    /// Everything.
    #[default]
    All,
    /// Thirty days.
    Month,
    /// Seven days.
    Week,
    /// Twenty-four hours.
    Day,
}

impl Period {
    /// All of them, the longest first.
    pub const ALL: [Self; 4] = [Self::All, Self::Month, Self::Week, Self::Day];

    /// The name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => tr!("activity-period-all"),
            Self::Month => tr!("activity-period-month"),
            Self::Week => tr!("activity-period-week"),
            Self::Day => tr!("activity-period-day"),
        }
    }

    /// How long it is, in milliseconds; `None` without an end.
    pub fn length_ms(self) -> Option<i64> {
        match self {
            Self::All => None,
            Self::Month => Some(30 * DAY_MS),
            Self::Week => Some(7 * DAY_MS),
            Self::Day => Some(DAY_MS),
        }
    }
}

/// How the screen looks.
#[derive(Debug, Default)]
pub struct ActivityViews {
    /// The part that is shown.
    pub tab: Tab,
    /// What is counted.
    pub period: Period,
    /// Only decisions of this person.
    pub actor: Option<String>,
    /// Only decisions about the sample in hand.
    pub of_sample: bool,
    /// Gestures, times and leases too.
    pub routine: bool,
}

impl ActivityViews {
    /// Which rows of the log are wanted, with the sample in hand.
    pub(super) fn wanted(&self, sample: Option<&SampleId>) -> Wanted {
        let sample = sample.filter(|_| self.of_sample).cloned();
        Wanted { sample, actor: self.actor.clone(), routine: self.routine }
    }
}
