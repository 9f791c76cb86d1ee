//! The store's promises: append-only, replayable, exclusive, clear about what is wrong.

use std::collections::BTreeMap;

use concord_domain::change::Change;
use concord_domain::decision::Decision;
use concord_domain::digest::digest;
use concord_domain::label_set::{LabelSetKey, Stamp};
use concord_domain::object::{Attributes, Object, ObjectId, Origin, Tier};
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_domain::sample::{Metadata, Provenance, Sample, SampleId};
use concord_geometry::{BBox, Size};
use concord_store::{CatalogueEntry, Entry, Reader, Store, StoreError, import_digest, verify};
use proptest::prelude::*;

fn entry(decision: Decision) -> Entry {
    Entry { actor: "ana".to_owned(), at_utc_ms: 1, decision, undoes: None }
}

fn sample_id() -> SampleId {
    SampleId("5a".repeat(32))
}

fn key() -> LabelSetKey {
    LabelSetKey { sample: sample_id(), annotator: "ana".to_owned() }
}

fn object(id: &str, x: f64) -> Object {
    Object {
        id: ObjectId(id.to_owned()),
        bbox: BBox::new(x, 0.0, x + 10.0, 10.0).expect("a valid box"),
        class: "bolt".to_owned(),
        subclass: None,
        attributes: Attributes::new(),
        tier: Tier::Sure,
        origin: Origin::Drawn,
    }
}

/// A project with one sample of 100 × 100 pixels and published versions.
struct Fixture {
    dir: tempfile::TempDir,
    store: Store,
    stamp: Stamp,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut store = Store::create(dir.path(), "desk-1").expect("a new store");
        let ontology = Box::new(Ontology::from_class_names("o", ["bolt"]));
        let policy = Box::new(Policy::first("p"));
        let stamp = Stamp {
            ontology_version: 1,
            ontology_digest: ontology.digest(),
            policy_version: 1,
            policy_digest: policy.digest(),
        };
        let sample = Sample {
            id: sample_id(),
            path: "a.png".to_owned(),
            size: Size::new(100, 100),
            bytes: 1,
            format: "png".to_owned(),
            orientation: 1,
            captured_at_ms: None,
            metadata: Metadata::new(),
            provenance: Provenance::Captured,
        };
        let catalogued = CatalogueEntry { sample, features: BTreeMap::from([("brightness".to_owned(), Some(0.5))]) };
        let versions = [
            Decision::OntologyPublished { digest: ontology.digest(), ontology },
            Decision::PolicyPublished { digest: policy.digest(), policy },
        ];
        store
            .bulk(|bulk| {
                let import = bulk.next_row_id()?;
                assert!(bulk.add_sample(&import, &catalogued)?);
                bulk.commit(entry(Decision::SamplesImported {
                    source: "folder".to_owned(),
                    samples: 1,
                    digest: import_digest([&catalogued]),
                    problems: 0,
                    duplicates: 0,
                }))?;
                for version in versions {
                    bulk.commit(entry(version))?;
                }
                Ok(())
            })
            .expect("the fixture fits");
        Self { dir, store, stamp }
    }

    fn edit(&mut self, change: Change, undoes: Option<&str>) -> Result<String, StoreError> {
        let decision = Decision::LabelsEdited { key: key(), stamp: self.stamp.clone(), change: Box::new(change) };
        let row = self.store.commit(Entry { undoes: undoes.map(str::to_owned), ..entry(decision) })?;
        Ok(row.id)
    }

    fn submit(&mut self, revision: u32) -> Result<(), StoreError> {
        let labels = self.reader().label_set(&key())?.map(|s| s.labels).unwrap_or_default();
        let decision =
            Decision::LabelsSubmitted { key: key(), revision, stamp: self.stamp.clone(), digest: digest(&labels) };
        self.store.commit(entry(decision)).map(|_| ())
    }

    fn reader(&self) -> Reader {
        Reader::open(self.dir.path()).expect("a reader")
    }

    fn differences(&self) -> Vec<String> {
        let verification = verify(self.dir.path()).expect("the project can be read");
        verification.differences.into_iter().map(|d| format!("{}: {}", d.place, d.what)).collect()
    }

    /// Tampers with the database behind the store's back.
    fn tamper(&self, sql: &str) {
        let db = rusqlite::Connection::open(self.dir.path().join("concord.db")).expect("the file opens");
        db.execute_batch(sql).expect("the statement runs");
    }
}

#[test]
fn undo_and_redo_survive_a_restart_and_the_project_verifies() {
    let mut f = Fixture::new();
    let first = f.edit(Change::Insert { index: 0, object: object("a", 0.0) }, None).expect("it fits");
    let second = Change::Insert { index: 1, object: object("b", 50.0) };
    let second_row = f.edit(second.clone(), None).expect("it fits");
    let undo = f.edit(second.inverse(), Some(&second_row)).expect("it fits");
    let Fixture { dir, store, stamp } = f;
    drop(store);
    let mut f = Fixture { store: Store::open(dir.path(), "desk-1").expect("it opens again"), dir, stamp };
    let stacks = f.reader().undo_stacks(&key()).expect("stacks");
    assert_eq!((stacks.undo.last(), stacks.redo.last()), (Some(&first), Some(&undo)));
    assert_eq!(f.reader().label_set(&key()).expect("read").expect("there").labels.objects.len(), 1);
    f.edit(second, Some(&undo)).expect("redo fits");
    assert_eq!(f.reader().label_set(&key()).expect("read").expect("there").labels.objects.len(), 2);
    f.submit(1).expect("it breaks no rule");
    assert_eq!(f.differences(), Vec::<String>::new());
}

#[test]
fn labels_that_break_the_policy_cannot_be_submitted_by_any_way() {
    let mut f = Fixture::new();
    f.edit(Change::Insert { index: 0, object: object("a", 95.0) }, None).expect("a draft may be wrong");
    let error = f.submit(1).expect_err("it leaves the image").to_string();
    assert!(error.contains("leaves the image"), "{error}");
    let labels = f.reader().label_set(&key()).expect("read").expect("there").labels;
    let decision = Decision::LabelsImported {
        key: key(),
        revision: 1,
        stamp: f.stamp.clone(),
        labels,
        source: "x.json".to_owned(),
    };
    assert!(f.store.commit(entry(decision)).is_err());
    assert_eq!(f.differences(), Vec::<String>::new());
}

#[test]
fn a_refused_decision_leaves_nothing_behind() {
    let mut f = Fixture::new();
    let before = f.reader().log_head().expect("a head");
    assert!(f.edit(Change::Remove { index: 0, object: object("a", 0.0) }, None).is_err());
    assert!(f.submit(7).is_err());
    assert_eq!(f.reader().log_head().expect("a head"), before);
}

#[test]
fn the_log_is_append_only() {
    let f = Fixture::new();
    let db = rusqlite::Connection::open(f.dir.path().join("concord.db")).expect("the file opens");
    for sql in [
        "UPDATE log SET actor = 'eve' WHERE seq = 1",
        "DELETE FROM log WHERE seq = 1",
        "PRAGMA recursive_triggers = ON; REPLACE INTO log SELECT * FROM log WHERE seq = 1",
    ] {
        let error = db.execute_batch(sql).expect_err(sql).to_string();
        assert!(error.contains("append-only"), "{sql}: {error}");
    }
}

#[test]
fn what_was_altered_is_named() {
    for (sql, expect) in [
        ("UPDATE label_sets SET objects = 9", "table label_sets"),
        ("DELETE FROM revisions", "table revisions"),
        ("UPDATE samples SET width = 99", "import desk1-1"),
        ("DROP TRIGGER log_is_never_updated; UPDATE log SET actor = 'eve' WHERE seq = 4", "log row 4"),
        ("DROP TRIGGER log_is_never_deleted; DELETE FROM log WHERE seq = 4", "log row 5"),
        ("DROP TRIGGER log_is_never_deleted; DELETE FROM log WHERE seq = 5", "table revisions"),
    ] {
        let mut f = Fixture::new();
        f.edit(Change::Insert { index: 0, object: object("a", 0.0) }, None).expect("it fits");
        f.submit(1).expect("it breaks no rule");
        assert_eq!(f.differences(), Vec::<String>::new());
        f.tamper(sql);
        let differences = f.differences();
        assert!(differences.iter().any(|d| d.contains(expect)), "{sql}: {differences:?}");
    }
}

#[test]
fn a_second_process_and_a_newer_project_are_told_clearly() {
    let f = Fixture::new();
    let error = Store::open(f.dir.path(), "desk-2").expect_err("it is locked").to_string();
    assert!(error.contains("is open in another Concord (process"), "{error}");
    f.tamper("PRAGMA user_version = 99");
    let Fixture { dir, store, .. } = f;
    drop(store);
    let error = Store::open(dir.path(), "desk-1").expect_err("it is newer").to_string();
    assert!(error.contains("newer version of Concord (schema 99"), "{error}");
    let error = Reader::open(tempfile::tempdir().expect("a folder").path()).expect_err("empty").to_string();
    assert!(error.contains("no Concord project"), "{error}");
    std::fs::write(dir.path().join("concord.db"), b"this is no database, it is a text").expect("written");
    let error = Store::open(dir.path(), "desk-1").expect_err("no database").to_string();
    assert!(error.contains("damaged"), "{error}");
}

#[test]
fn an_unfinished_bulk_write_leaves_nothing() {
    let mut f = Fixture::new();
    let result: Result<(), StoreError> = f.store.bulk(|bulk| {
        bulk.commit(entry(Decision::ProjectCreated { name: "x".to_owned() }))?;
        Err(StoreError::Refused("stop".to_owned()))
    });
    assert!(result.is_err());
    assert_eq!(f.reader().log_head().expect("a head").0, 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever is drawn, undone and redone in whatever order, the state is the fold of the log.
    #[test]
    fn replaying_the_log_gives_the_state(script in prop::collection::vec(0u8..4, 1..25)) {
        let mut f = Fixture::new();
        let mut next = 0;
        for step in script {
            let labels = f.reader().label_set(&key()).expect("read").map(|s| s.labels).unwrap_or_default();
            let stacks = f.reader().undo_stacks(&key()).expect("stacks");
            match step {
                0 => {
                    next += 1;
                    let object = object(&format!("o{next}"), f64::from(next % 80));
                    f.edit(Change::Insert { index: labels.objects.len(), object }, None).expect("it fits");
                }
                1 if !labels.objects.is_empty() => {
                    let object = labels.objects[0].clone();
                    f.edit(Change::Remove { index: 0, object }, None).expect("it fits");
                }
                2 | 3 => {
                    let top = if step == 2 { stacks.undo.last() } else { stacks.redo.last() };
                    if let Some(top) = top {
                        let row = f.reader().log_row(top).expect("read").expect("there");
                        let Decision::LabelsEdited { change, .. } = row.decision else { unreachable!("edits only") };
                        f.edit(change.inverse(), Some(top)).expect("the inverse fits");
                    }
                }
                _ => {}
            }
        }
        prop_assert_eq!(f.differences(), Vec::<String>::new());
    }
}
