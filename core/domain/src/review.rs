//! Review: the way of a sample from labels to gold, and which step may be taken where.
//!
//! ```text
//! label ──submit──► review ──accept, fix──► gold
//!   ▲  │              │ send back, reject     ▲ │
//!   │  │              ▼                       │ │
//!   │  └──submit──► arbitrate ──settle────────┘ │
//!   └─────────────────┴──────────◄──reopen──────┘
//! ```
//!
//! A sample that one person labels is gold when it is submitted, unless the policy sends it to review; one that several
//! label is gold when they agree enough, and needs an arbiter where they do not. Gold that so follows from a rule moves on
//! with the label sets; gold that somebody decided on is read-only until it is reopened.

use serde::{Deserialize, Serialize};

use crate::role::Role;

/// Where a sample stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Somebody has to label it, for the first time or again.
    Label,
    /// A second person has to look at what the only annotator submitted.
    Review,
    /// Somebody has to settle what annotators see differently.
    Arbitrate,
    /// It is settled.
    Gold,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Self; 4] = [Self::Label, Self::Review, Self::Arbitrate, Self::Gold];

    /// The word of files and of the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Review => "review",
            Self::Arbitrate => "arbitrate",
            Self::Gold => "gold",
        }
    }
}

/// How far a label set is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetState {
    /// Being made.
    Draft,
    /// Submitted, and sent back by a reviewer; the annotator is to mend it.
    SentBack,
    /// Submitted.
    Submitted,
    /// Submitted, and turned down: it counts for nothing, and somebody else is to label the sample.
    Rejected,
}

/// A label set as the state machine sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetStanding {
    /// Whose it is.
    pub annotator: String,
    /// Number of its submissions.
    pub revision: u32,
    /// How far it is.
    pub state: SetState,
}

/// How a sample was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settling {
    /// A reviewer accepted the only label set as it is.
    Accepted,
    /// A reviewer mended the only label set and accepted it.
    Fixed,
    /// An arbiter decided between several label sets.
    Arbitrated,
}

impl Settling {
    /// The word of files and of the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Fixed => "fixed",
            Self::Arbitrated => "arbitrated",
        }
    }

    /// Who may settle a sample so.
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Accepted | Self::Fixed => &[Role::Reviewer],
            Self::Arbitrated => &[Role::Arbiter],
        }
    }

    /// The stage in which it is done.
    pub fn stage(self) -> Stage {
        match self {
            Self::Accepted | Self::Fixed => Stage::Review,
            Self::Arbitrated => Stage::Arbitrate,
        }
    }
}

/// Everything on which a step depends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// The label sets of annotators, in order of their names; not those in which somebody judges.
    pub sets: Vec<SetStanding>,
    /// Who settled the sample, when somebody did.
    pub settled_by: Option<String>,
    /// Why the sample was reopened, until it is settled again.
    pub reopened: Option<String>,
}

/// What the policy asks of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Demands {
    /// How many annotators shall label it, at least 1.
    pub wanted: u32,
    /// True when a single label set goes to review.
    pub wants_review: bool,
    /// True when several label sets leave questions open, or agree less than is wanted.
    pub wants_arbitration: bool,
}

/// A step that is about an existing label set or about the sample as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// The annotator submits.
    Submit,
    /// Someone alters a draft.
    Edit,
    /// A reviewer sends a revision back.
    SendBack {
        /// Which revision.
        revision: u32,
    },
    /// A reviewer turns a revision down.
    Reject {
        /// Which revision.
        revision: u32,
    },
    /// A revision breaks a version that came into force.
    Invalidate {
        /// Which revision.
        revision: u32,
    },
    /// Someone settles the sample on the ground of these revisions, by annotator.
    Settle {
        /// How.
        how: Settling,
        /// The label sets that were looked at, with their revisions.
        sets: &'a [(&'a str, u32)],
    },
    /// Someone opens a settled sample again.
    Reopen,
}

impl Standing {
    /// The label sets that count: submitted, and neither sent back nor turned down.
    pub fn counting(&self) -> impl Iterator<Item = &SetStanding> {
        self.sets.iter().filter(|set| set.state == SetState::Submitted)
    }

    /// Where the sample stands.
    pub fn stage(&self, demands: &Demands) -> Stage {
        let count = self.counting().count();
        if self.settled_by.is_some() {
            Stage::Gold
        } else if count < demands.wanted.max(1) as usize {
            Stage::Label
        } else if count == 1 {
            if demands.wants_review || self.reopened.is_some() { Stage::Review } else { Stage::Gold }
        } else if demands.wants_arbitration || self.reopened.is_some() {
            Stage::Arbitrate
        } else {
            Stage::Gold
        }
    }

    /// Why `actor` cannot take a step on the label set of `annotator` (or on the sample, for settling and reopening), if
    /// they cannot. Roles are another question: see [`People`](crate::role::People).
    pub fn refusal(&self, step: Step<'_>, actor: &str, annotator: &str) -> Option<String> {
        if let (Some(by), false) = (&self.settled_by, step == Step::Reopen) {
            return Some(format!("it was settled by {by} and is read-only: reopen it first, with a reason"));
        }
        match step {
            Step::Edit | Step::Submit => None,
            Step::Invalidate { revision } => self.outdated(annotator, revision),
            Step::SendBack { revision } | Step::Reject { revision } => {
                own(actor, annotator).or_else(|| self.outdated(annotator, revision))
            }
            Step::Settle { how, sets } => {
                let fault = sets
                    .iter()
                    .find_map(|(name, revision)| own(actor, name).or_else(|| self.outdated(name, *revision)));
                fault.or_else(|| self.unfit(how, sets))
            }
            Step::Reopen => {
                self.settled_by.is_none().then(|| "it is not settled, so there is nothing to reopen".to_owned())
            }
        }
    }

    fn outdated(&self, annotator: &str, revision: u32) -> Option<String> {
        let set = self.sets.iter().find(|set| set.annotator == annotator);
        match set {
            None => Some(format!("{annotator} has submitted nothing on it")),
            Some(set) if set.revision != revision => Some(format!(
                "revision {revision} of {annotator} is not the latest, which is {}: look at that one",
                set.revision
            )),
            Some(SetStanding { state: SetState::Submitted, .. }) => None,
            Some(SetStanding { state: SetState::Draft, .. }) => {
                Some(format!("{annotator} is altering revision {revision} just now"))
            }
            Some(SetStanding { state: SetState::SentBack, .. }) => {
                Some(format!("revision {revision} of {annotator} was sent back already"))
            }
            Some(SetStanding { state: SetState::Rejected, .. }) => {
                Some(format!("revision {revision} of {annotator} was rejected already"))
            }
        }
    }

    /// Why these label sets are not the ones that this settles, if they are not.
    fn unfit(&self, how: Settling, sets: &[(&str, u32)]) -> Option<String> {
        let missing = self.counting().find(|set| !sets.iter().any(|(name, _)| *name == set.annotator));
        if let Some(set) = missing {
            return Some(format!("{} has submitted as well: it takes an arbiter to settle it", set.annotator));
        }
        match (how.stage(), sets.len()) {
            (_, 0) => Some("nobody has submitted anything on it".to_owned()),
            (Stage::Arbitrate, 1) => {
                Some("only one person has submitted: it takes a reviewer, not an arbiter".to_owned())
            }
            (Stage::Review, 2..) => Some("several have submitted: it takes an arbiter to settle it".to_owned()),
            _ => None,
        }
    }
}

fn own(actor: &str, annotator: &str) -> Option<String> {
    (actor == annotator).then(|| format!("nobody judges their own work, and {actor} labelled it"))
}

#[cfg(test)]
mod tests;
