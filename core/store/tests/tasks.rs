//! Tasks – leases, releases, pauses – and what a queue reads in columns.

use std::collections::BTreeMap;
use std::path::Path;

use concord_domain::decision::Decision;
use concord_domain::label_set::{LabelSetKey, Labels, Stamp};
use concord_domain::object::{Object, ObjectId};
use concord_domain::ontology::Ontology;
use concord_domain::opinions::Opinions;
use concord_domain::policy::Policy;
use concord_domain::sample::{Metadata, Provenance, Sample, SampleId};
use concord_domain::suggestion::{Prediction, Run, SampleReading};
use concord_geometry::{BBox, Size};
use concord_store::{
    Beside, CatalogueEntry, Entry, IdRange, Reader, RunDigest, Store, Submission, TaskRow, import_digest, verify,
};

fn id(n: u8) -> SampleId {
    SampleId(format!("{n:02x}").repeat(32))
}

fn key(n: u8, annotator: &str) -> LabelSetKey {
    LabelSetKey { sample: id(n), annotator: annotator.to_owned() }
}

fn at(at_utc_ms: i64, decision: Decision) -> Entry {
    Entry { actor: "ana".to_owned(), at_utc_ms, decision, undoes: None }
}

fn lease(n: u8, annotator: &str, until_utc_ms: i64) -> Decision {
    Decision::TaskLeased { key: key(n, annotator), until_utc_ms, honeypot: false }
}

fn entry_of(n: u8) -> CatalogueEntry {
    let sample = Sample {
        id: id(n),
        path: format!("{n}.png"),
        size: Size::new(100, 100),
        bytes: 1,
        format: "png".to_owned(),
        orientation: 1,
        captured_at_ms: None,
        metadata: Metadata::new(),
        provenance: Provenance::Captured,
    };
    CatalogueEntry { sample, features: BTreeMap::new() }
}

/// A project with samples of these numbers and published versions.
fn project(dir: &Path, numbers: &[u8]) -> Store {
    let mut store = Store::create(dir, "desk").expect("a new store");
    let entries: Vec<CatalogueEntry> = numbers.iter().map(|n| entry_of(*n)).collect();
    let (ontology, policy) = (Box::new(Ontology::from_class_names("o", ["bolt", "nut"])), Box::new(Policy::first("p")));
    let write = |bulk: &mut concord_store::Bulk<'_>| {
        let import = bulk.next_row_id()?;
        for entry in &entries {
            bulk.add_sample(&import, entry)?;
        }
        bulk.commit(at(
            1,
            Decision::SamplesImported {
                source: "folder".to_owned(),
                samples: entries.len() as u64,
                digest: import_digest(&entries),
                problems: 0,
                duplicates: 0,
            },
        ))?;
        bulk.commit(at(1, Decision::OntologyPublished { digest: ontology.digest(), ontology: ontology.clone() }))?;
        bulk.commit(at(1, Decision::PolicyPublished { digest: policy.digest(), policy: policy.clone() }))
    };
    store.bulk(write).expect("the fixture fits");
    store
}

fn import(store: &mut Store, n: u8, annotator: &str, classes: &[&str]) {
    let reader = store.reader().expect("a reader");
    let (ontology, policy) = (reader.ontology().expect("read"), reader.policy().expect("read"));
    let (ontology, policy) = (ontology.expect("published"), policy.expect("published"));
    let stamp = Stamp {
        ontology_version: 1,
        ontology_digest: ontology.digest(),
        policy_version: 1,
        policy_digest: policy.digest(),
    };
    let object = |(i, class): (usize, &&str)| {
        let x = i as f64 * 20.0;
        let bbox = BBox::new(x, 0.0, x + 10.0, 10.0).expect("a valid box");
        Object::new(ObjectId(format!("{n}-{i}")), bbox, *class)
    };
    let labels = Labels { objects: classes.iter().enumerate().map(object).collect(), ..Labels::default() };
    let (key, source) = (key(n, annotator), "file".to_owned());
    let decision = Decision::LabelsImported { key, revision: 1, stamp, labels, source };
    store.commit(at(2, decision)).expect("the labels fit");
}

/// A run with predictions of (class, score) by sample.
fn add_run(store: &mut Store, model: &str, rows: &[(u8, &[(&str, f64)])]) -> String {
    let prediction = |(i, (class, score)): (usize, &(&str, f64))| {
        let x = i as f64 * 20.0;
        let mut p = Prediction::new(BBox::new(x, 0.0, x + 10.0, 10.0).expect("a valid box"), *class, *score);
        p.class_scores = vec![*score as f32, 0.25];
        p
    };
    let rows: BTreeMap<SampleId, Vec<Prediction>> =
        rows.iter().map(|(n, list)| (id(*n), list.iter().enumerate().map(prediction).collect())).collect();
    let mut digest = RunDigest::default();
    for (sample, predictions) in &rows {
        for (position, prediction) in (0..).zip(predictions) {
            digest.prediction(sample, position, prediction);
        }
    }
    let run = Run {
        id: format!("run-{model}"),
        model: model.to_owned(),
        model_sha256: String::new(),
        engine: "import".to_owned(),
        perturbation: None,
        opinions: Opinions::default(),
        crops_of: None,
        score_threshold: 0.05,
        nms_iou: 0.5,
        samples: rows.len() as u64,
        predictions: rows.values().map(|p| p.len() as u64).sum(),
        digest: digest.finish(),
    };
    let write = |bulk: &mut concord_store::Bulk<'_>| {
        bulk.add_run(&run)?;
        for (sample, predictions) in &rows {
            let reading = SampleReading { predictions: predictions.clone(), ..SampleReading::default() };
            bulk.add_reading(&run.id, sample, 0.5, &reading)?;
        }
        bulk.commit(at(3, Decision::RunRecorded { run: Box::new(run.clone()) }))
    };
    store.bulk(write).expect("the run fits");
    run.id
}

fn differences(dir: &Path) -> usize {
    verify(dir).expect("the project can be read").differences.len()
}

#[test]
fn a_task_is_taken_put_off_and_given_back() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut store = project(dir.path(), &[1, 2]);
    store.commit(at(10, lease(1, "ana", 100))).expect("it is free");
    store.commit(at(20, lease(1, "ben", 50))).expect("how many may take it is not decided here");
    store.commit(at(30, Decision::TaskSnoozed { key: key(2, "ana"), until_utc_ms: 90 })).expect("it can wait");
    let reader = store.reader().expect("a reader");
    let row = |n: u8, annotator: &str, leased, snoozed| TaskRow {
        key: key(n, annotator),
        leased_until_ms: leased,
        snoozed_until_ms: snoozed,
        is_honeypot: false,
    };
    let expected = [row(1, "ana", Some(100), None), row(1, "ben", Some(50), None), row(2, "ana", None, Some(90))];
    let tasks = reader.tasks().expect("read");
    assert_eq!(tasks, expected);
    assert_eq!([49, 50].map(|now| tasks[1].is_leased(now)), [true, false], "a lease ends by itself");
    assert_eq!([89, 90].map(|now| tasks[2].is_snoozed(now)), [true, false]);
    store.commit(at(40, Decision::TaskReleased { key: key(1, "ana") })).expect("it was taken");
    store.commit(at(41, Decision::TaskSnoozed { key: key(1, "ben"), until_utc_ms: 60 })).expect("it was taken");
    store.commit(at(42, lease(2, "ana", 70))).expect("whoever takes it does not put it off");
    let expected = [row(1, "ana", None, None), row(1, "ben", None, Some(60)), row(2, "ana", Some(70), None)];
    assert_eq!(reader.tasks().expect("read"), expected);
    assert_eq!(differences(dir.path()), 0, "a replay gives the same");
}

#[test]
fn a_task_that_makes_no_sense_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut store = project(dir.path(), &[1]);
    for (decision, part) in [
        (lease(1, "ana", 10), "a lease must end after it begins"),
        (lease(9, "ana", 100), "no sample"),
        (Decision::TaskSnoozed { key: key(1, "ana"), until_utc_ms: 9 }, "a pause must end"),
        (Decision::TaskSnoozed { key: key(9, "ana"), until_utc_ms: 99 }, "no sample"),
        (Decision::TaskReleased { key: key(1, "ana") }, "nothing to give back"),
    ] {
        let error = store.commit(at(10, decision)).expect_err(part).to_string();
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(store.reader().expect("a reader").tasks().expect("read"), []);
}

#[test]
fn whether_an_answer_is_known_is_that_of_the_latest_lease() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut store = project(dir.path(), &[1]);
    let known = Decision::TaskLeased { key: key(1, "ana"), until_utc_ms: 20, honeypot: true };
    store.commit(at(10, known)).expect("it is free");
    store.commit(at(11, Decision::TaskReleased { key: key(1, "ana") })).expect("it was taken");
    let is_honeypot = |store: &Store| store.reader().expect("a reader").tasks().expect("read")[0].is_honeypot;
    assert!(is_honeypot(&store));
    store.commit(at(12, lease(1, "ana", 20))).expect("it is free");
    assert!(!is_honeypot(&store));
    let (tasks, submitters) =
        store.bulk(|bulk| Ok((bulk.tasks_of(&id(1))?.len(), bulk.submitters_of(&id(1))?))).expect("read");
    assert_eq!((tasks, submitters.len()), (1, 0));
}

/// A project of the schema before: tasks come out of its log.
#[test]
fn a_project_without_tasks_is_brought_up_to_date() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut store = project(dir.path(), &[1]);
    store.commit(at(10, lease(1, "ana", 100))).expect("it is free");
    drop(store);
    let db = rusqlite::Connection::open(dir.path().join("concord.db")).expect("the file opens");
    db.execute_batch("DROP TABLE tasks; PRAGMA user_version = 3").expect("an older project");
    drop(db);
    drop(Store::open(dir.path(), "desk").expect("it is migrated"));
    assert_eq!(Reader::open(dir.path()).expect("a reader").tasks().expect("read").len(), 1);
    assert_eq!(differences(dir.path()), 0);
}

#[test]
fn scores_and_boxes_are_read_range_by_range() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let numbers = [0x00, 0x1f, 0x20, 0xa7, 0xff];
    let mut store = project(dir.path(), &numbers);
    let rows: Vec<(u8, &[(&str, f64)])> = numbers.iter().map(|n| (*n, &[("bolt", 0.75), ("nut", 0.5)][..])).collect();
    let run = add_run(&mut store, "a", &rows);
    let other = add_run(&mut store, "b", &[(0x20, &[("nut", 0.125)])]);
    let reader = store.reader().expect("a reader");
    let mut scores = Vec::new();
    for range in IdRange::split() {
        let each = |r: concord_store::ScoreRow<'_>| {
            scores.push((r.sample.to_owned(), r.class.to_owned(), r.score, r.class_scores.len()));
        };
        reader.each_score(&run, &range, Beside::Nothing, each).expect("read");
    }
    let expected: Vec<_> = numbers
        .iter()
        .flat_map(|n| [("bolt", 0.75), ("nut", 0.5)].map(|(class, score)| (id(*n).0, class.to_owned(), score, 0)))
        .collect();
    assert_eq!(scores, expected);
    let mut blobs = Vec::new();
    reader
        .each_score(&other, &IdRange::default(), Beside::ClassScores, |r| blobs.push(r.class_scores.to_vec()))
        .expect("read");
    assert_eq!(blobs, [[0.125_f32, 0.25].iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>()]);
    let mut boxes = Vec::new();
    let some = IdRange { from: "20".to_owned(), below: Some("21".to_owned()) };
    reader.each_box(&run, &some, |r| boxes.push((r.class.to_owned(), r.corners, r.score))).expect("read");
    let expected = [("bolt", [0.0, 0.0, 10.0, 10.0], 0.75), ("nut", [20.0, 0.0, 30.0, 10.0], 0.5)];
    assert_eq!(boxes, expected.map(|(class, corners, score)| (class.to_owned(), corners, score)));
}

#[test]
fn embeddings_and_counts_of_classes_are_read() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut store = project(dir.path(), &[1, 2, 3]);
    let run = add_run(&mut store, "a", &[(1, &[]), (2, &[]), (3, &[])]);
    add_run(&mut store, "b", &[(1, &[])]);
    import(&mut store, 1, "ana", &["bolt", "bolt", "nut"]);
    import(&mut store, 3, "ben", &["bolt"]);
    let reader = store.reader().expect("a reader");
    assert_eq!(reader.embedding_run().expect("read"), None);
    let db = rusqlite::Connection::open(dir.path().join("concord.db")).expect("the file opens");
    for (n, object, vector) in [(1, -1, [1.0_f32, 2.0]), (1, 0, [9.0, 9.0]), (2, -1, [3.0, 4.0]), (3, -1, [5.0, 6.0])] {
        let bytes: Vec<u8> = vector.iter().flat_map(|v| v.to_le_bytes()).collect();
        let sql = "INSERT INTO embeddings (run, sample, object, vector) VALUES (?1, ?2, ?3, ?4)";
        db.execute(sql, rusqlite::params![run, id(n).0, object, bytes]).expect("a row");
    }
    drop(db);
    assert_eq!(reader.embedding_run().expect("read"), Some(run.clone()));
    assert_eq!(reader.embedding(&run, &id(2)).expect("read"), Some(vec![3.0, 4.0]));
    assert_eq!(reader.embedding(&run, &id(7)).expect("read"), None);
    assert_eq!(reader.labelled_embeddings(&run, 9).expect("read"), [[1.0, 2.0], [5.0, 6.0]]);
    assert_eq!(reader.labelled_embeddings(&run, 1).expect("read"), [[1.0, 2.0]]);
    assert_eq!(reader.class_counts().expect("read"), [("bolt".to_owned(), 3), ("nut".to_owned(), 1)]);
    let submitted: Vec<LabelSetKey> = reader.submitted().expect("read");
    assert_eq!(submitted, [key(1, "ana"), key(3, "ben")]);
}

#[test]
fn work_is_told_with_what_was_submitted_when() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut store = project(dir.path(), &[1]);
    let timed = |opened_at_utc_ms, judging| Decision::TaskTimed {
        key: key(1, "ana"),
        active_ms: 4_000,
        waited_ms: 500,
        idle_ms: 60_000,
        opened_at_utc_ms,
        judging,
    };
    store.commit(at(20, timed(10, false))).expect("noted");
    store.commit(at(40, timed(30, true))).expect("noted");
    let times = store.reader().expect("a reader").task_times().expect("read");
    let told: Vec<(i64, u64, bool)> = times.iter().map(|t| (t.opened_at_utc_ms, t.active_ms, t.is_judging)).collect();
    assert_eq!(told, [(10, 4_000, false), (30, 4_000, true)]);
    import(&mut store, 1, "ben", &["bolt"]);
    let reader = store.reader().expect("a reader");
    let submission = |is_imported, at_utc_ms| vec![Submission { key: key(1, "ben"), at_utc_ms, is_imported }];
    assert_eq!(reader.submissions().expect("read"), submission(true, 2));
    let set = reader.label_set(&key(1, "ben")).expect("read").expect("it was imported");
    let digest = concord_domain::digest::digest(&set.labels);
    let again = Decision::LabelsSubmitted { key: key(1, "ben"), revision: 2, stamp: set.stamp, digest };
    store.commit(at(50, again)).expect("the same labels again");
    assert_eq!(reader.submissions().expect("read"), submission(false, 50), "by hand since");
    let labelling = serde_json::to_string(&timed(10, false)).expect("it serialises");
    assert!(!labelling.contains("judging"), "rows of before keep their hashes: {labelling}");
    assert_eq!(differences(dir.path()), 0);
}
