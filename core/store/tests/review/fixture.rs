//! A project with one sample, its people, and what they may try.

use std::collections::BTreeMap;
use std::path::Path;

use concord_domain::change::Change;
use concord_domain::decision::Decision;
use concord_domain::digest::digest;
use concord_domain::disagreement::compare;
use concord_domain::judgement::{JudgedSet, begin};
use concord_domain::label_set::{LabelSet, LabelSetKey, Labels, Stamp};
use concord_domain::object::{Object, ObjectId};
use concord_domain::ontology::Ontology;
use concord_domain::policy::{Policy, ReviewRules};
use concord_domain::review::{SetState, Settling, Stage};
use concord_domain::role::{Role, Roles};
use concord_domain::sample::{Metadata, Provenance, Sample, SampleId};
use concord_geometry::{BBox, Size};
use concord_store::{CatalogueEntry, Entry, LogRow, Reader, Store, StoreError, import_digest, verify};

pub(crate) fn id() -> SampleId {
    SampleId("5a".repeat(32))
}

pub(crate) fn key(annotator: &str) -> LabelSetKey {
    LabelSetKey { sample: id(), annotator: annotator.to_owned() }
}

pub(crate) fn object(name: &str, x: f64) -> Object {
    Object::new(ObjectId(name.to_owned()), BBox::new(x, 0.0, x + 10.0, 10.0).expect("a box"), "bolt")
}

/// A project with one sample and a clock that ticks with every decision.
pub(crate) struct Fixture {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) stamp: Stamp,
    pub(crate) now: i64,
}

impl Fixture {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn catalogue(&mut self) {
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

    pub(crate) fn publish(&mut self, version: u32) {
        let policy = Policy { version, ..Policy::first("p") };
        self.by("olga", Decision::PolicyPublished { digest: policy.digest(), policy: Box::new(policy) }).expect("new");
    }

    pub(crate) fn by(&mut self, actor: &str, decision: Decision) -> Result<LogRow, StoreError> {
        self.now += 1;
        self.store.commit(Entry { actor: actor.to_owned(), at_utc_ms: self.now, decision, undoes: None })
    }

    pub(crate) fn give(&mut self, person: &str, roles: &[Role]) {
        let (person, roles) = (person.to_owned(), roles.iter().copied().collect::<Roles>());
        self.by("olga", Decision::RolesGiven { person, roles }).expect("an owner gives");
    }

    pub(crate) fn with_people(mut self) -> Self {
        self.give("olga", &[Role::Owner]);
        self.give("ana", &[Role::Annotator]);
        self.give("ben", &[Role::Annotator]);
        self.give("rea", &[Role::Reviewer]);
        self.give("art", &[Role::Arbiter]);
        self
    }

    pub(crate) fn edit(&mut self, who: &str, change: Change) -> Result<LogRow, StoreError> {
        let decision = Decision::LabelsEdited { key: key(who), stamp: self.stamp.clone(), change: Box::new(change) };
        self.by(who, decision)
    }

    pub(crate) fn draw(&mut self, who: &str, name: &str, x: f64) {
        let index = self.labels(who).objects.len();
        self.edit(who, Change::Insert { index, object: object(name, x) }).expect("it can be drawn");
    }

    pub(crate) fn labels(&self, who: &str) -> Labels {
        self.reader().label_set(&key(who)).expect("read").map(|set| set.labels).unwrap_or_default()
    }

    pub(crate) fn submit(&mut self, who: &str, revision: u32) -> Result<LogRow, StoreError> {
        let (stamp, digest) = (self.stamp.clone(), digest(&self.labels(who)));
        self.by(who, Decision::LabelsSubmitted { key: key(who), revision, stamp, digest })
    }

    pub(crate) fn send_back(&mut self, who: &str, of: &str, revision: u32) -> Result<LogRow, StoreError> {
        let (reason, comments) = ("the head is cut off".to_owned(), vec!["c1".to_owned()]);
        self.by(who, Decision::LabelsSentBack { key: key(of), revision, reason, comments })
    }

    pub(crate) fn reject(&mut self, who: &str, of: &str, revision: u32) -> Result<LogRow, StoreError> {
        self.by(who, Decision::LabelsRejected { key: key(of), revision, reason: "another image".to_owned() })
    }

    /// Settles with what `of` has, on the ground of these revisions.
    pub(crate) fn settle(
        &mut self,
        who: &str,
        of: &str,
        how: Settling,
        sets: &[(&str, u32)],
    ) -> Result<LogRow, StoreError> {
        let (stamp, digest) = (self.stamp.clone(), digest(&self.labels(of)));
        self.by(who, Decision::SampleSettled { key: key(of), how, sets: judged(sets), stamp, digest })
    }

    pub(crate) fn reopen(&mut self, who: &str) -> Result<LogRow, StoreError> {
        self.by(who, Decision::SampleReopened { sample: id(), reason: "a second look".to_owned() })
    }

    /// Has somebody begin to judge these people's label sets.
    pub(crate) fn take_up(&mut self, who: &str, of: &[&str]) -> Result<LogRow, StoreError> {
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

    pub(crate) fn reader(&self) -> Reader {
        Reader::open(self.dir.path()).expect("a reader")
    }

    pub(crate) fn state(&self, who: &str) -> SetState {
        let standing = self.reader().standing(&id()).expect("read");
        standing.sets.iter().find(|set| set.annotator == who).expect("there").state
    }

    pub(crate) fn story(&self) -> Vec<String> {
        let rows = self.reader().log_rows(0, 100, Some(&id())).expect("read");
        rows.iter().map(|row| format!("{} {}", row.actor, row.decision.kind())).collect()
    }
}

pub(crate) fn judged(sets: &[(&str, u32)]) -> Vec<JudgedSet> {
    sets.iter().map(|(name, revision)| JudgedSet { annotator: (*name).to_owned(), revision: *revision }).collect()
}

pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>, why: &str) {
    let error = result.expect_err(why).to_string();
    assert!(error.contains(why), "{error:?} instead of {why:?}");
}

pub(crate) fn is_sound(dir: &Path) {
    assert_eq!(verify(dir).expect("it can be read").differences, []);
}
