//! Roles: who may label, review, arbitrate, and decide about the project.
//!
//! A project without people is open: whoever sits at the desk may do everything, except judge their own work. Once an
//! owner gave somebody a role, only those who have one may decide anything, and nobody decides in another's name.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::decision::Decision;

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Labels samples.
    Annotator,
    /// Accepts, mends, sends back or rejects what one annotator submitted.
    Reviewer,
    /// Settles what several annotators see differently.
    Arbiter,
    /// Decides about ontology, policy, people, imports and releases, and may do what every other role may.
    Owner,
}

/// What one person may do; empty for somebody who is no longer in the project.
pub type Roles = BTreeSet<Role>;

impl Role {
    /// All roles, in the order in which work passes through them.
    pub const ALL: [Self; 4] = [Self::Annotator, Self::Reviewer, Self::Arbiter, Self::Owner];

    /// The word of files and of the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Annotator => "annotator",
            Self::Reviewer => "reviewer",
            Self::Arbiter => "arbiter",
            Self::Owner => "owner",
        }
    }

    /// The role of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// The people of a project with their roles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct People(BTreeMap<String, Roles>);

impl People {
    /// The people of these rows, as they are stored.
    pub fn from_rows(rows: impl IntoIterator<Item = (String, Roles)>) -> Self {
        Self(rows.into_iter().collect())
    }

    /// True while nobody has a role, so that everybody may do everything.
    pub fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// Everybody with a role, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Roles)> {
        self.0.iter()
    }

    /// Gives a person these roles in place of those they had; an empty set takes them out of the project.
    ///
    /// Refused, with the reason, when nobody would be the owner any more.
    pub fn give(&mut self, person: &str, roles: Roles) -> Result<(), String> {
        let person = person.trim();
        if person.is_empty() {
            return Err("roles are given to somebody: the name is empty".to_owned());
        }
        let others = self.0.iter().filter(|(name, _)| *name != person);
        let is_owned = roles.contains(&Role::Owner) || others.into_iter().any(|(_, r)| r.contains(&Role::Owner));
        if !is_owned {
            return Err(if self.is_open() {
                "the first person with a role must be an owner, or nobody could give any more".to_owned()
            } else {
                format!("{person} is the only owner: make somebody else an owner first")
            });
        }
        if roles.is_empty() {
            self.0.remove(person);
        } else {
            self.0.insert(person.to_owned(), roles);
        }
        Ok(())
    }

    /// True when a person may act in one of these roles.
    pub fn may(&self, person: &str, any_of: &[Role]) -> bool {
        let has = |roles: &Roles| roles.contains(&Role::Owner) || any_of.iter().any(|role| roles.contains(role));
        self.is_open() || self.0.get(person).is_some_and(has)
    }

    /// True when a person may be shown figures about somebody: everybody sees their own, and an owner those of all.
    ///
    /// This is for courtesy and not for secrecy: whoever has the project's folder can compute everything.
    pub fn may_see_figures(&self, viewer: &str, of: &str) -> bool {
        viewer == of || self.may(viewer, &[Role::Owner])
    }

    /// Why a person may not make a decision, if they may not. This is about roles alone: whether the decision fits the
    /// state of the sample is another question.
    pub fn refusal(&self, person: &str, decision: &Decision) -> Option<String> {
        if self.is_open() {
            return None;
        }
        let Some(roles) = self.0.get(person) else {
            return Some(format!("{person} has no role in this project: an owner can give one"));
        };
        let Need { any_of, own } = need(decision);
        if let Some(owner) = own.filter(|owner| *owner != person) {
            return Some(format!("{person} cannot decide in the name of {owner}"));
        }
        if any_of.is_empty() || self.may(person, any_of) {
            return None;
        }
        let names = |roles: &mut dyn Iterator<Item = &Role>| roles.map(|r| r.name()).collect::<Vec<_>>().join(" or ");
        let (needed, has) = (names(&mut any_of.iter()), names(&mut roles.iter()).replace(" or ", " and "));
        Some(format!("it takes the role of {needed}, and {person} is {has}"))
    }
}

/// What it takes to make a decision.
struct Need<'a> {
    /// One of these roles; any will do when empty.
    any_of: &'static [Role],
    /// Only in the name of this person.
    own: Option<&'a str>,
}

fn need(decision: &Decision) -> Need<'_> {
    const LABELS: &[Role] = &[Role::Annotator, Role::Reviewer, Role::Arbiter];
    const JUDGES: &[Role] = &[Role::Reviewer, Role::Arbiter];
    let as_owner = || Need { any_of: &[Role::Owner], own: None };
    match decision {
        Decision::LabelsEdited { key, .. } | Decision::TaskTimed { key, .. } => {
            Need { any_of: LABELS, own: Some(&key.annotator) }
        }
        Decision::LabelsSubmitted { key, .. }
        | Decision::SampleSkipped { key, .. }
        | Decision::TaskLeased { key, .. }
        | Decision::TaskReleased { key }
        | Decision::TaskSnoozed { key, .. } => Need { any_of: &[Role::Annotator], own: Some(&key.annotator) },
        Decision::LabelsSentBack { .. } | Decision::LabelsRejected { .. } | Decision::SampleReopened { .. } => {
            Need { any_of: JUDGES, own: None }
        }
        Decision::SampleSettled { how, .. } => Need { any_of: how.roles(), own: None },
        Decision::ProjectCreated { .. }
        | Decision::SamplesImported { .. }
        | Decision::LabelsImported { .. }
        | Decision::LabelsMigrated { .. }
        | Decision::LabelsInvalidated { .. }
        | Decision::LabelsQuarantined { .. }
        | Decision::OntologyPublished { .. }
        | Decision::PolicyPublished { .. }
        | Decision::PolicyWithdrawn { .. }
        | Decision::CampaignStarted { .. }
        | Decision::RolesGiven { .. }
        | Decision::ReleaseMade { .. } => as_owner(),
        Decision::RunRecorded { .. }
        | Decision::ModelAdded { .. }
        | Decision::ModelCalibrated { .. }
        | Decision::ModelMeasured { .. }
        | Decision::ModelRetired { .. }
        | Decision::CommentAdded { .. }
        | Decision::CommentSettled { .. }
        | Decision::QueueBoosted { .. } => Need { any_of: &[], own: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label_set::LabelSetKey;
    use crate::sample::SampleId;

    fn roles(names: &str) -> Roles {
        names.split_whitespace().map(|name| Role::named(name).expect("a role")).collect()
    }

    fn people(rows: &[(&str, &str)]) -> People {
        let mut people = People::default();
        for (person, names) in rows {
            people.give(person, roles(names)).expect("there is an owner");
        }
        people
    }

    #[test]
    fn there_is_always_an_owner() {
        let mut people = People::default();
        assert!(people.give("ana", roles("annotator")).expect_err("no owner").contains("must be an owner"));
        assert!(people.give(" ", roles("owner")).is_err());
        people.give("ana", roles("owner annotator")).expect("an owner");
        assert!(people.give("ana", roles("annotator")).expect_err("the only owner").contains("only owner"));
        people.give("ben", roles("owner")).expect("two owners");
        people.give("ana", Roles::new()).expect("one is left");
        assert_eq!(people.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["ben"]);
    }

    #[test]
    fn a_role_allows_what_it_is_for_and_nothing_else() {
        let people = people(&[("olga", "owner"), ("ana", "annotator"), ("rea", "reviewer"), ("art", "arbiter")]);
        let key = |annotator: &str| LabelSetKey { sample: SampleId("s".to_owned()), annotator: annotator.to_owned() };
        let release = |name: &str| Decision::TaskReleased { key: key(name) };
        let back = Decision::LabelsSentBack { key: key("ana"), revision: 1, reason: "r".to_owned(), comments: vec![] };
        let withdrawn = Decision::PolicyWithdrawn { version: 1, reason: "r".to_owned() };
        for (person, decision, refusal) in [
            ("ana", release("ana"), None),
            ("olga", release("olga"), None),
            ("ana", release("ben"), Some("in the name of ben")),
            ("olga", release("ana"), Some("in the name of ana")),
            ("rea", release("rea"), Some("takes the role of annotator, and rea is reviewer")),
            ("eve", release("eve"), Some("eve has no role")),
            ("rea", back.clone(), None),
            ("art", back.clone(), None),
            ("ana", back.clone(), Some("reviewer or arbiter")),
            ("olga", withdrawn.clone(), None),
            ("art", withdrawn, Some("takes the role of owner")),
        ] {
            let got = people.refusal(person, &decision);
            assert_eq!(got.is_some(), refusal.is_some(), "{person}: {got:?}");
            assert!(got.unwrap_or_default().contains(refusal.unwrap_or_default()), "{person} {refusal:?}");
        }
        assert_eq!(People::default().refusal("eve", &back), None, "an open project asks for no role");
        let sees = |viewer, of| people.may_see_figures(viewer, of);
        assert!(sees("ana", "ana") && sees("olga", "ana") && !sees("ana", "rea") && !sees("art", "ana"));
        assert!(People::default().may_see_figures("eve", "ana"));
    }
}
