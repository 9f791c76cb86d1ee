//! What keeps a person from settling a sample.

use concord_domain::role::Role;
use concord_language::{Message, say};

/// Why something cannot be decided now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// It is settled already.
    Settled {
        /// By whom.
        by: String,
    },
    /// It is not settled, so that it cannot be reopened.
    NotSettled,
    /// Nobody has submitted anything that counts.
    Nothing,
    /// The person labelled it.
    OwnWork,
    /// The person has labels of their own on it, which are no judgement.
    OwnDraft,
    /// The person has not the role for it.
    Role {
        /// The role that it takes.
        role: Role,
    },
    /// Several have submitted, so that there is not one to be accepted.
    Several,
    /// The person has not begun to judge.
    NotTakenUp,
    /// Somebody submitted or altered a label set since the person began.
    Outdated,
    /// Disagreements are left.
    Open {
        /// How many.
        count: usize,
    },
    /// The labels break the ontology or the policy.
    Findings {
        /// How often.
        count: usize,
    },
    /// It needs a reason.
    NoReason,
}

impl Obstacle {
    /// The words on screen.
    pub fn message(&self) -> Message {
        match self {
            Self::Settled { by } => say!("obstacle-settled", by = by),
            Self::NotSettled => say!("obstacle-not-settled"),
            Self::Nothing => say!("obstacle-nothing"),
            Self::OwnWork => say!("obstacle-own-work"),
            Self::OwnDraft => say!("obstacle-own-draft"),
            Self::Role { role } => say!("obstacle-role", role = role_name(*role)),
            Self::Several => say!("obstacle-several"),
            Self::NotTakenUp => say!("obstacle-not-taken-up"),
            Self::Outdated => say!("obstacle-outdated"),
            Self::Open { count } => say!("obstacle-open", count = *count),
            Self::Findings { count } => say!("obstacle-findings", count = *count),
            Self::NoReason => say!("obstacle-no-reason"),
        }
    }
}

/// The name of a role on screen.
pub fn role_name(role: Role) -> Message {
    match role {
        Role::Annotator => say!("role-annotator"),
        Role::Reviewer => say!("role-reviewer"),
        Role::Arbiter => say!("role-arbiter"),
        Role::Owner => say!("role-owner"),
    }
}
