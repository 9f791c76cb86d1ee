//! What a person may do about a sample, told before they try, and handing their decision to the log.

use concord_domain::decision::Decision;
use concord_domain::disagreement::{Disagreement, Kind};
use concord_domain::judgement::Verdict;
use concord_domain::label_set::Labels;
use concord_domain::object::{Object, Origin};
use concord_domain::review::{Settling, Stage};
use concord_domain::role::{People, Role};
use concord_store::Committed;

use super::{Dispute, Obstacle, Waiting};
use crate::Desk;
use crate::label::Session;

/// The roles that send back, turn down and reopen.
const JUDGES: &[Role] = &[Role::Reviewer, Role::Arbiter];

impl Waiting {
    /// True while it waits for a reviewer or an arbiter.
    pub fn is_due(&self) -> bool {
        matches!(self.stage, Stage::Review | Stage::Arbitrate)
    }

    /// Why a person cannot judge it, as far as it is known without loading what is disputed.
    pub fn obstacle(&self, person: &str, people: &People) -> Option<Obstacle> {
        if self.annotators.iter().any(|name| name == person) {
            return Some(Obstacle::OwnWork);
        }
        let how = if self.annotators.len() > 1 { Settling::Arbitrated } else { Settling::Accepted };
        lacks(people, person, how.roles())
    }
}

impl Dispute {
    /// Why the person of a session cannot judge the dispute in it, if they cannot: labels of their own are no place for a
    /// judgement.
    pub fn obstacle_in(&self, session: &Session) -> Option<Obstacle> {
        self.obstacle(&session.key.annotator).or_else(|| {
            let labels = &session.labels;
            let is_own = labels.judgement.is_none() && *labels != Labels::default();
            (is_own || session.status.revision() > 0).then_some(Obstacle::OwnDraft)
        })
    }

    /// True for somebody who may judge it while it is open, so that the time they look at it is work.
    pub fn is_for(&self, person: &str) -> bool {
        let is_own = self.sets.iter().any(|set| set.key.annotator == person);
        self.gold.is_none() && !self.sets.is_empty() && !is_own && self.people.may(person, JUDGES)
    }

    /// Why a person cannot send a label set back or turn it down, if they cannot.
    pub fn return_obstacle(&self, person: &str, annotator: &str) -> Option<Obstacle> {
        if let Some(gold) = &self.gold {
            return Some(Obstacle::Settled { by: gold.by.clone() });
        }
        if !self.annotators().any(|name| name == annotator) {
            return Some(Obstacle::Nothing);
        }
        if person == annotator {
            return Some(Obstacle::OwnWork);
        }
        lacks(&self.people, person, JUDGES)
    }

    /// Why a person cannot open it again, if they cannot.
    pub fn reopen_obstacle(&self, person: &str) -> Option<Obstacle> {
        if self.gold.is_none() {
            return Some(Obstacle::NotSettled);
        }
        lacks(&self.people, person, JUDGES)
    }
}

fn lacks(people: &People, person: &str, roles: &[Role]) -> Option<Obstacle> {
    let role = roles.first().copied().unwrap_or(Role::Owner);
    (!people.may(person, roles)).then_some(Obstacle::Role { role })
}

/// True when a verdict says something about a disagreement: two people's words are only mixed where both have an object.
pub fn can_be_said(disagreement: &Disagreement, verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Mixed { geometry, class } => {
            !matches!(disagreement.kind, Kind::Tag { .. })
                && geometry != class
                && [geometry, class].iter().all(|name| disagreement.object_of(name).is_some())
        }
        Verdict::Take { of } => disagreement.with.contains(of) || disagreement.without.contains(of),
        Verdict::All | Verdict::Neither | Verdict::Fused | Verdict::ByHand => true,
    }
}

/// The objects of a judge's labels that came from what a disagreement is about, edited since or not.
pub fn objects_of<'a>(labels: &'a Labels, disagreement: &'a Disagreement) -> impl Iterator<Item = &'a Object> {
    labels.objects.iter().filter(|object| match &object.origin {
        Origin::Settled { from, .. } => from.iter().any(|member| disagreement.members.contains(member)),
        _ => false,
    })
}

/// Hands a decision about a sample to the log and returns at once; `acknowledge` is called on the committing thread once
/// the row is durable, or with the reason why it was refused.
pub fn record(desk: &Desk, ticket: u64, decision: Decision, acknowledge: impl FnOnce(Committed) + Send + 'static) {
    let entry = desk.entry(decision);
    desk.send(ticket, move |bulk| bulk.commit(entry), acknowledge);
}

#[cfg(test)]
mod tests {
    use concord_domain::disagreement::{DisagreementId, Member};
    use concord_domain::object::ObjectId;

    use super::*;

    fn missing() -> Disagreement {
        let member = Member { annotator: "ana".to_owned(), object: ObjectId("o".to_owned()) };
        Disagreement {
            id: DisagreementId("ana/o".to_owned()),
            kind: Kind::Missing,
            also: vec![],
            members: vec![member],
            with: vec!["ana".to_owned()],
            without: vec!["ben".to_owned()],
            overlap: None,
        }
    }

    #[test]
    fn only_what_two_people_have_can_be_mixed() {
        let mixed = Verdict::Mixed { geometry: "ana".to_owned(), class: "ben".to_owned() };
        let mut both = missing();
        assert!(!can_be_said(&both, &mixed), "ben has nothing");
        both.members.push(Member { annotator: "ben".to_owned(), object: ObjectId("p".to_owned()) });
        assert!(can_be_said(&both, &mixed));
        both.kind = Kind::Tag { tag: "night".to_owned() };
        assert!(!can_be_said(&both, &mixed), "a tag has no place");
        assert!(can_be_said(&missing(), &Verdict::Take { of: "ben".to_owned() }), "there is nothing, says ben");
        assert!(!can_be_said(&missing(), &Verdict::Take { of: "eve".to_owned() }));
        assert!(can_be_said(&missing(), &Verdict::Neither));
    }

    #[test]
    fn who_may_judge_is_told_in_the_list() {
        let waiting = |names: &[&str]| Waiting {
            sample: concord_domain::sample::SampleId("s".to_owned()),
            path: "s.png".to_owned(),
            stage: Stage::Arbitrate,
            why: String::new(),
            annotators: names.iter().map(|name| (*name).to_owned()).collect(),
            disagreements: std::collections::BTreeMap::new(),
            worst: None,
            agreement: None,
            judges: vec![],
        };
        let mut people = People::default();
        assert_eq!(waiting(&["ana", "ben"]).obstacle("ana", &people), Some(Obstacle::OwnWork));
        assert_eq!(waiting(&["ana", "ben"]).obstacle("art", &people), None, "an open project asks for no role");
        people.give("olga", [Role::Owner].into()).expect("an owner");
        people.give("rea", [Role::Reviewer].into()).expect("a reviewer");
        assert_eq!(waiting(&["ana"]).obstacle("rea", &people), None);
        let needs_arbiter = Some(Obstacle::Role { role: Role::Arbiter });
        assert_eq!(waiting(&["ana", "ben"]).obstacle("rea", &people), needs_arbiter);
        assert!(waiting(&["ana"]).is_due());
    }
}
