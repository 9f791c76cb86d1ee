//! The way of a sample to gold: who may take which step, and what the log says of it afterwards.

use std::collections::BTreeMap;
use std::path::Path;

use concord_domain::change::Change;
use concord_domain::decision::Decision;
use concord_domain::digest::digest;
use concord_domain::disagreement::{Member, compare};
use concord_domain::judgement::{JudgedSet, begin};
use concord_domain::label_set::{LabelSet, LabelSetKey, Labels, Stamp};
use concord_domain::object::{Object, ObjectId, Origin};
use concord_domain::ontology::Ontology;
use concord_domain::policy::{Policy, ReviewRules};
use concord_domain::review::{SetState, Settling, Stage};
use concord_domain::role::{Role, Roles};
use concord_domain::sample::{Metadata, Provenance, Sample, SampleId};
use concord_geometry::{BBox, Size};
use concord_store::{CatalogueEntry, Entry, LogRow, Reader, Store, StoreError, import_digest, verify};

fn id() -> SampleId {
    SampleId("5a".repeat(32))
}

fn key(annotator: &str) -> LabelSetKey {
    LabelSetKey { sample: id(), annotator: annotator.to_owned() }
}

fn object(name: &str, x: f64) -> Object {
    Object::new(ObjectId(name.to_owned()), BBox::new(x, 0.0, x + 10.0, 10.0).expect("a box"), "bolt")
}

/// A project with one sample and a clock that ticks with every decision.
struct Fixture {
    dir: tempfile::TempDir,
    store: Store,
    stamp: Stamp,
    now: i64,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let store = Store::create(dir.path(), "desk").expect("a new store");
        let (ontology, policy) = (Ontology::from_class_names("o", ["bolt"]), Policy::first("p"));
        let stamp = Stamp {
            ontology_version: 1,
            ontology_digest: ontology.digest(),
            policy_version: 1,
            policy_digest: policy.digest(),
        };
        let mut f = Self { dir, store, stamp, now: 0 };
        f.catalogue();
        f.by("olga", Decision::OntologyPublished { digest: ontology.digest(), ontology: Box::new(ontology) })
            .expect("v1");
        f.publish(1);
        f
    }

    fn catalogue(&mut self) {
        let sample = Sample {
            id: id(),
            path: "a.png".to_owned(),
            size: Size::new(100, 100),
            bytes: 1,
            format: "png".to_owned(),
            orientation: 1,
            captured_at_ms: None,
            metadata: Metadata::new(),
            provenance: Provenance::Captured,
        };
        let catalogued = CatalogueEntry { sample, features: BTreeMap::new() };
        let decision = Decision::SamplesImported {
            source: "folder".to_owned(),
            samples: 1,
            digest: import_digest([&catalogued]),
            problems: 0,
            duplicates: 0,
        };
        let entry = Entry { actor: "olga".to_owned(), at_utc_ms: 1, decision, undoes: None };
        let write = |bulk: &mut concord_store::Bulk<'_>| {
            let import = bulk.next_row_id()?;
            bulk.add_sample(&import, &catalogued)?;
            bulk.commit(entry)
        };
        self.store.bulk(write).expect("the sample fits");
    }

    fn publish(&mut self, version: u32) {
        let policy = Policy { version, ..Policy::first("p") };
        self.by("olga", Decision::PolicyPublished { digest: policy.digest(), policy: Box::new(policy) }).expect("new");
    }

    fn by(&mut self, actor: &str, decision: Decision) -> Result<LogRow, StoreError> {
        self.now += 1;
        self.store.commit(Entry { actor: actor.to_owned(), at_utc_ms: self.now, decision, undoes: None })
    }

    fn give(&mut self, person: &str, roles: &[Role]) {
        let (person, roles) = (person.to_owned(), roles.iter().copied().collect::<Roles>());
        self.by("olga", Decision::RolesGiven { person, roles }).expect("an owner gives");
    }

    fn with_people(mut self) -> Self {
        self.give("olga", &[Role::Owner]);
        self.give("ana", &[Role::Annotator]);
        self.give("ben", &[Role::Annotator]);
        self.give("rea", &[Role::Reviewer]);
        self.give("art", &[Role::Arbiter]);
        self
    }

    fn edit(&mut self, who: &str, change: Change) -> Result<LogRow, StoreError> {
        let decision = Decision::LabelsEdited { key: key(who), stamp: self.stamp.clone(), change: Box::new(change) };
        self.by(who, decision)
    }

    fn draw(&mut self, who: &str, name: &str, x: f64) {
        let index = self.labels(who).objects.len();
        self.edit(who, Change::Insert { index, object: object(name, x) }).expect("it can be drawn");
    }

    fn labels(&self, who: &str) -> Labels {
        self.reader().label_set(&key(who)).expect("read").map(|set| set.labels).unwrap_or_default()
    }

    fn submit(&mut self, who: &str, revision: u32) -> Result<LogRow, StoreError> {
        let (stamp, digest) = (self.stamp.clone(), digest(&self.labels(who)));
        self.by(who, Decision::LabelsSubmitted { key: key(who), revision, stamp, digest })
    }

    fn send_back(&mut self, who: &str, of: &str, revision: u32) -> Result<LogRow, StoreError> {
        let (reason, comments) = ("the head is cut off".to_owned(), vec!["c1".to_owned()]);
        self.by(who, Decision::LabelsSentBack { key: key(of), revision, reason, comments })
    }

    fn reject(&mut self, who: &str, of: &str, revision: u32) -> Result<LogRow, StoreError> {
        self.by(who, Decision::LabelsRejected { key: key(of), revision, reason: "another image".to_owned() })
    }

    /// Settles with what `of` has, on the ground of these revisions.
    fn settle(&mut self, who: &str, of: &str, how: Settling, sets: &[(&str, u32)]) -> Result<LogRow, StoreError> {
        let (stamp, digest) = (self.stamp.clone(), digest(&self.labels(of)));
        self.by(who, Decision::SampleSettled { key: key(of), how, sets: judged(sets), stamp, digest })
    }

    fn reopen(&mut self, who: &str) -> Result<LogRow, StoreError> {
        self.by(who, Decision::SampleReopened { sample: id(), reason: "a second look".to_owned() })
    }

    /// Has somebody begin to judge these people's label sets.
    fn take_up(&mut self, who: &str, of: &[&str]) -> Result<LogRow, StoreError> {
        let reader = self.reader();
        let sets: Vec<LabelSet> =
            of.iter().map(|name| reader.label_set(&key(name)).expect("read").expect("there")).collect();
        let sets: Vec<&LabelSet> = sets.iter().collect();
        let opinions: Vec<_> = sets
            .iter()
            .map(|set| concord_domain::disagreement::Opinion { annotator: &set.key.annotator, labels: &set.labels })
            .collect();
        let comparison = compare(&opinions, &ReviewRules::default());
        let stage = if of.len() > 1 { Stage::Arbitrate } else { Stage::Review };
        let mut given = 0;
        let change = begin(stage, &sets, &comparison, &mut || {
            given += 1;
            ObjectId(format!("{who}-{given}"))
        });
        self.edit(who, change)
    }

    fn reader(&self) -> Reader {
        Reader::open(self.dir.path()).expect("a reader")
    }

    fn state(&self, who: &str) -> SetState {
        let standing = self.reader().standing(&id()).expect("read");
        standing.sets.iter().find(|set| set.annotator == who).expect("there").state
    }

    fn story(&self) -> Vec<String> {
        let rows = self.reader().log_rows(0, 100, Some(&id())).expect("read");
        rows.iter().map(|row| format!("{} {}", row.actor, row.decision.kind())).collect()
    }
}

fn judged(sets: &[(&str, u32)]) -> Vec<JudgedSet> {
    sets.iter().map(|(name, revision)| JudgedSet { annotator: (*name).to_owned(), revision: *revision }).collect()
}

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>, why: &str) {
    let error = result.expect_err(why).to_string();
    assert!(error.contains(why), "{error:?} instead of {why:?}");
}

fn is_sound(dir: &Path) {
    assert_eq!(verify(dir).expect("it can be read").differences, []);
}

#[test]
fn one_label_set_goes_from_hand_to_hand_and_the_log_says_so() {
    let mut f = Fixture::new().with_people();
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("it breaks no rule");
    f.send_back("rea", "ana", 1).expect("a reviewer may");
    assert_eq!(f.state("ana"), SetState::SentBack);
    let back = f.reader().returns(Some("ana")).expect("read");
    assert_eq!(
        (back[0].reason.as_str(), back[0].comments.len(), back[0].by.as_str()),
        ("the head is cut off", 1, "rea")
    );
    assert_eq!(f.reader().done_by("ana").expect("read"), [], "it is hers to do again");
    f.draw("ana", "b", 20.0);
    assert_eq!(f.state("ana"), SetState::SentBack, "until she submits");
    f.submit("ana", 2).expect("mended");
    assert_eq!(f.reader().returns(None).expect("read"), []);
    f.settle("rea", "ana", Settling::Accepted, &[("ana", 2)]).expect("accepted");
    let gold = f.reader().gold_of(&id()).expect("read").expect("settled");
    assert_eq!((gold.by.as_str(), gold.how, gold.labels.objects.len()), ("rea", Settling::Accepted, 2));
    refused(f.edit("ana", Change::Tag { tag: "x".to_owned() }), "settled by rea and is read-only");
    refused(f.submit("ana", 3), "reopen it first");
    f.reopen("rea").expect("with a reason");
    assert_eq!(f.reader().gold_of(&id()).expect("read"), None);
    assert_eq!(f.reader().reopened_for(&id()).expect("read").as_deref(), Some("a second look"));
    refused(f.reopen("rea"), "not settled");
    let story = f.story();
    let expected = [
        "ana labels_edited",
        "ana labels_submitted",
        "rea labels_sent_back",
        "ana labels_edited",
        "ana labels_submitted",
        "rea sample_settled",
        "rea sample_reopened",
    ];
    assert_eq!(story, expected);
    is_sound(f.dir.path());
}

#[test]
fn what_is_rejected_counts_for_nothing_and_is_not_asked_for_again() {
    let mut f = Fixture::new().with_people();
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("submitted");
    f.reject("rea", "ana", 1).expect("a reviewer may");
    assert_eq!(f.state("ana"), SetState::Rejected);
    assert_eq!(f.reader().submitted().expect("read"), []);
    assert_eq!(f.reader().done_by("ana").expect("read"), [id()]);
    refused(f.settle("rea", "ana", Settling::Accepted, &[("ana", 1)]), "rejected already");
    f.draw("ana", "b", 30.0);
    f.submit("ana", 2).expect("a new revision is a new chance");
    assert_eq!(f.state("ana"), SetState::Submitted);
    is_sound(f.dir.path());
}

#[test]
fn a_reviewer_mends_in_a_label_set_of_their_own() {
    let mut f = Fixture::new().with_people();
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("submitted");
    refused(f.settle("rea", "rea", Settling::Fixed, &[("ana", 1)]), "rea has not begun to judge");
    f.take_up("rea", &["ana"]).expect("rea labelled nothing");
    f.draw("rea", "r", 40.0);
    refused(f.submit("rea", 1), "it takes the role of annotator");
    refused(f.settle("rea", "rea", Settling::Arbitrated, &[("ana", 1)]), "it takes the role of arbiter");
    f.settle("rea", "rea", Settling::Fixed, &[("ana", 1)]).expect("mended");
    let gold = f.reader().gold_of(&id()).expect("read").expect("settled");
    let origins: Vec<&Origin> = gold.labels.objects.iter().map(|o| &o.origin).collect();
    let from = vec![Member { annotator: "ana".to_owned(), object: ObjectId("a".to_owned()) }];
    assert_eq!(origins, [&Origin::Settled { from, edited: false }, &Origin::Drawn]);
    assert_eq!(gold.labels.judgement, None);
    assert_eq!(f.reader().label_sets_of(&id()).expect("read").len(), 1, "what a judge has is no annotator's word");
    is_sound(f.dir.path());
}

#[test]
fn an_arbiter_settles_between_two() {
    let mut f = Fixture::new().with_people();
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("submitted");
    f.draw("ben", "b", 50.0);
    f.submit("ben", 1).expect("submitted");
    let both = [("ana", 1), ("ben", 1)];
    refused(f.settle("rea", "ana", Settling::Accepted, &both), "takes an arbiter");
    f.take_up("art", &["ana", "ben"]).expect("art labelled nothing");
    f.draw("art", "c", 25.0);
    refused(f.settle("art", "art", Settling::Arbitrated, &[("ana", 1)]), "takes a reviewer");
    // Ben submits again meanwhile.
    f.draw("ben", "d", 80.0);
    refused(f.settle("art", "art", Settling::Arbitrated, &both), "altering");
    f.submit("ben", 2).expect("submitted");
    refused(f.settle("art", "art", Settling::Arbitrated, &both), "not the latest");
    refused(f.settle("art", "art", Settling::Arbitrated, &[("ana", 1), ("ben", 2)]), "take it up again");
    f.send_back("rea", "ben", 2).expect("a reviewer may");
    f.submit("ben", 3).expect("as it was");
    refused(f.settle("art", "art", Settling::Arbitrated, &[("ana", 1), ("ben", 3)]), "take it up again");
    is_sound(f.dir.path());
}

#[test]
fn nobody_does_what_their_role_does_not_allow() {
    let mut f = Fixture::new();
    // Without people everybody may do everything but judge their own work.
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("submitted");
    refused(f.send_back("ana", "ana", 1), "their own work");
    refused(f.settle("ana", "ana", Settling::Accepted, &[("ana", 1)]), "their own work");
    refused(f.take_up("ana", &["ana"]), "their own work");
    let ana =
        |roles: &[Role]| Decision::RolesGiven { person: "ana".to_owned(), roles: roles.iter().copied().collect() };
    refused(f.by("ana", ana(&[Role::Annotator])), "must be an owner");
    let mut f = f.with_people();
    let withdraw = Decision::PolicyWithdrawn { version: 1, reason: "wrong".to_owned() };
    for (actor, decision, why) in [
        ("ana", ana(&[Role::Owner]), "it takes the role of owner, and ana is annotator"),
        ("olga", Decision::RolesGiven { person: "olga".to_owned(), roles: Roles::new() }, "only owner"),
        ("rea", withdraw, "role of owner"),
        ("eve", Decision::SampleReopened { sample: id(), reason: "x".to_owned() }, "eve has no role"),
        ("ben", Decision::SampleSkipped { key: key("ana"), reason: "x".to_owned() }, "in the name of ana"),
        ("ana", Decision::ReleaseMade { name: "r".to_owned(), digest: String::new(), samples: 0, objects: 0 }, "owner"),
    ] {
        refused(f.by(actor, decision), why);
    }
    refused(f.send_back("ben", "ana", 1), "reviewer or arbiter");
    refused(f.reject("ben", "ana", 1), "reviewer or arbiter");
    refused(f.settle("art", "ana", Settling::Accepted, &[("ana", 1)]), "role of reviewer, and art is arbiter");
    f.settle("olga", "ana", Settling::Accepted, &[("ana", 1)]).expect("an owner may do everything");
    refused(f.reopen("ben"), "reviewer or arbiter");
    is_sound(f.dir.path());
}

#[test]
fn nothing_is_submitted_under_a_policy_that_was_withdrawn() {
    let mut f = Fixture::new();
    f.draw("ana", "a", 0.0);
    let withdraw = |version| Decision::PolicyWithdrawn { version, reason: "the edge rule was wrong".to_owned() };
    refused(f.by("olga", withdraw(1)), "the only one in force");
    refused(f.by("olga", withdraw(7)), "no version 7");
    f.publish(2);
    f.by("olga", withdraw(1)).expect("there is another one");
    refused(f.by("olga", withdraw(1)), "withdrawn already");
    refused(f.submit("ana", 1), "version 1 of the policy was withdrawn (the edge rule was wrong)");
    f.publish(3);
    f.by("olga", withdraw(3)).expect("a newer one may go as well");
    assert_eq!(f.reader().policy().expect("read").expect("one is in force").version, 2);
    f.stamp.policy_version = 2;
    f.stamp.policy_digest = Policy { version: 2, ..Policy::first("p") }.digest();
    f.submit("ana", 1).expect("under the one in force");
    is_sound(f.dir.path());
}

/// An answer to a task whose answer is known is given on a settled sample, and alters nothing of it.
#[test]
fn a_settled_sample_still_serves_as_a_known_answer() {
    let mut f = Fixture::new();
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("submitted");
    f.settle("rea", "ana", Settling::Accepted, &[("ana", 1)]).expect("accepted");
    refused(f.edit("ben", Change::ConfirmEmpty { empty: true }), "read-only");
    f.by("ben", Decision::TaskLeased { key: key("ben"), until_utc_ms: 99_999, honeypot: true }).expect("taken");
    f.draw("ben", "b", 3.0);
    f.submit("ben", 1).expect("an answer");
    assert!(f.reader().gold_of(&id()).expect("read").is_some_and(|gold| gold.labels.objects[0].id.0 == "a"));
    is_sound(f.dir.path());
}
