//! The store's promises: append-only, replayable, exclusive, clear about what is wrong.

use std::collections::BTreeMap;

use concord_domain::change::Change;
use concord_domain::decision::Decision;
use concord_domain::digest::digest;
use concord_domain::label_set::{LabelSetKey, Labels, Relation, Stamp};
use concord_domain::object::{Object, ObjectId};
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_domain::sample::{Metadata, Provenance, Sample, SampleId};
use concord_geometry::{BBox, Point, Size};
use concord_store::{CatalogueEntry, Entry, Reader, Store, StoreError, import_digest, is_older, verify};
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
    let bbox = BBox::new(x, 0.0, x + 10.0, 10.0).expect("a valid box");
    Object::new(ObjectId(id.to_owned()), bbox, "bolt")
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

/// After some fifty objects between the same two, there is no number left between their places.
#[test]
fn many_objects_fit_between_two() {
    let mut f = Fixture::new();
    let mut labels = Labels::default();
    for n in 0..130 {
        let change = Change::Insert { index: labels.objects.len().min(1), object: object(&format!("o{n}"), 0.0) };
        change.apply(&mut labels).expect("it fits in memory");
        f.edit(change, None).expect("it fits in the tables");
    }
    assert_eq!(f.reader().label_set(&key()).expect("read").map(|s| s.labels), Some(labels));
    assert_eq!(f.differences(), Vec::<String>::new());
}

/// A project as the first version wrote it: its state tables are made anew from its log.
#[test]
fn an_older_project_is_brought_up_to_date() {
    let mut f = Fixture::new();
    f.edit(Change::Insert { index: 0, object: object("a", 0.0) }, None).expect("it fits");
    f.submit(1).expect("it is sound");
    let before = f.reader().label_set(&key()).expect("read");
    let Fixture { dir, store, .. } = f;
    drop(store);
    let db = rusqlite::Connection::open(dir.path().join("concord.db")).expect("the file opens");
    db.execute_batch(
        "DROP TABLE objects; DROP TABLE comments; DROP TABLE task_times; DROP TABLE registry; DROP TABLE model_speeds;
         DROP TABLE tasks; DROP TABLE embeddings; DROP TABLE pending_readings; ALTER TABLE predictions DROP COLUMN details;
         ALTER TABLE run_samples DROP COLUMN class_scores; PRAGMA user_version = 1",
    )
    .expect("an older project");
    drop(db);
    assert!(is_older(dir.path()).expect("it can be read"));
    drop(Store::open(dir.path(), "desk-1").expect("it is migrated"));
    assert!(!is_older(dir.path()).expect("it can be read"));
    assert_eq!(Reader::open(dir.path()).expect("a reader").label_set(&key()).expect("read"), before);
    assert_eq!(verify(dir.path()).expect("verified").differences, []);
}

#[test]
fn comments_are_kept_and_settled_once() {
    let mut f = Fixture::new();
    let comment = |id: &str, x: f64| Decision::CommentAdded {
        sample: sample_id(),
        comment: id.to_owned(),
        at: Some(Point::new(x, 2.0)),
        text: "is this one bolt or two?".to_owned(),
    };
    f.store.commit(entry(comment("c1", 1.0))).expect("written");
    f.store.commit(entry(comment("c1", 1.0))).expect_err("the same comment twice");
    let settle = |settled| Decision::CommentSettled { sample: sample_id(), comment: "c1".to_owned(), settled };
    f.store.commit(entry(settle(true))).expect("settled");
    f.store.commit(entry(settle(true))).expect_err("settled already");
    let comments = f.reader().comments(&sample_id()).expect("read");
    assert_eq!(
        comments.iter().map(|c| (c.id.as_str(), c.at, c.is_settled)).collect::<Vec<_>>(),
        [("c1", Some(Point::new(1.0, 2.0)), true)]
    );
    assert_eq!(f.differences(), Vec::<String>::new());
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

/// A change that fits the labels, from three numbers; `None` when there is none of that kind.
fn change(labels: &Labels, next: u32, [kind, pick, other]: [usize; 3]) -> Option<Change> {
    let count = labels.objects.len();
    let at = |n: usize| (count > 0).then(|| (n % count, labels.objects[n % count].clone()));
    Some(match kind {
        0 | 1 => Change::Insert { index: pick % (count + 1), object: object(&format!("o{next}"), pick as f64) },
        2 => {
            let (index, object) = at(pick)?;
            let tied = labels.relations.iter().find(|r| r.from == object.id || r.to == object.id);
            match tied {
                Some(relation) => Change::Unrelate { relation: relation.clone() },
                None => Change::Remove { index, object },
            }
        }
        3 => {
            let before = at(pick)?.1;
            let after = Object { class: "nut".to_owned(), group: Some(format!("g{next}")), ..before.clone() };
            Change::Replace { before: Box::new(before), after: Box::new(after) }
        }
        4 => Change::Reorder { from: at(pick)?.0, to: at(other)?.0 },
        5 if labels.tags.contains("night") => Change::Untag { tag: "night".to_owned() },
        5 => Change::Tag { tag: "night".to_owned() },
        6 => Change::ConfirmEmpty { empty: !labels.confirmed_empty },
        _ => {
            let relation = Relation { from: at(pick)?.1.id, kind: "part of".to_owned(), to: at(other)?.1.id };
            (!labels.relations.contains(&relation)).then_some(Change::Relate { relation })?
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// The rows of a label set say what the changes make of it in memory, one by one and as one long batch.
    #[test]
    fn rows_and_memory_agree(script in prop::collection::vec(prop::array::uniform3(0usize..8), 1..40)) {
        let mut f = Fixture::new();
        let (mut labels, mut done) = (Labels::default(), Vec::new());
        for (next, numbers) in (0u32..).zip(script) {
            let Some(change) = change(&labels, next, numbers) else { continue };
            change.apply(&mut labels).expect("it fits in memory");
            f.edit(change.clone(), None).expect("it fits in the tables");
            done.push(change);
            let stored = f.reader().label_set(&key()).expect("read").map(|s| s.labels);
            prop_assert_eq!(stored.as_ref(), Some(&labels));
        }
        let undo = Change::Batch { changes: done.iter().rev().map(Change::inverse).collect() };
        f.edit(undo.clone(), None).expect("all can be taken back at once");
        prop_assert_eq!(f.reader().label_set(&key()).expect("read").map_or(0, |s| s.labels.objects.len()), 0);
        let padding: Vec<Change> = (0..300).map(|n| Change::Insert { index: 0, object: object(&format!("p{n}"), 1.0) }).collect();
        let many = Change::Batch { changes: padding.into_iter().chain([undo.inverse()]).collect() };
        many.apply(&mut Labels::default()).expect("it fits in memory");
        f.edit(many, None).expect("a long batch fits");
        let stored = f.reader().label_set(&key()).expect("read").expect("there").labels;
        prop_assert_eq!(stored.objects.len(), labels.objects.len() + 300);
        prop_assert_eq!(f.differences(), Vec::<String>::new());
    }

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
