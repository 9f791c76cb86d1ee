//! Whatever is done to the rows of the log is found: altered, dropped, swapped, inserted, and forged with hashes that fit.

use concord_domain::change::Change;
use concord_domain::decision::Decision;
use concord_domain::digest::canonical_json;
use concord_domain::review::Settling;
use concord_store::verify;
use rusqlite::{Connection, params};

use crate::fixture::{Fixture, id, key};

/// A project in which everything that people decide about a sample was decided once.
fn story() -> Fixture {
    let mut f = Fixture::new().with_people();
    f.draw("ana", "a", 0.0);
    f.submit("ana", 1).expect("submitted");
    f.send_back("rea", "ana", 1).expect("sent back");
    f.draw("ana", "b", 20.0);
    f.submit("ana", 2).expect("submitted");
    f.reject("rea", "ana", 2).expect("rejected");
    f.edit("ana", Change::Remove { index: 1, object: f.labels("ana").objects[1].clone() }).expect("edited");
    f.submit("ana", 3).expect("submitted");
    f.settle("rea", "ana", Settling::Accepted, &[("ana", 3)]).expect("accepted");
    f.reopen("rea").expect("reopened");
    f.draw("ben", "c", 50.0);
    f.submit("ben", 1).expect("submitted");
    f.take_up("art", &["ana", "ben"]).expect("taken up");
    f.settle("art", "art", Settling::Arbitrated, &[("ana", 3), ("ben", 1)]).expect("settled");
    f.publish(2);
    f.by("olga", Decision::PolicyWithdrawn { version: 1, reason: "wrong".to_owned() }).expect("withdrawn");
    f
}

fn open(f: &Fixture) -> Connection {
    let db = Connection::open(f.dir.path().join("concord.db")).expect("the file opens");
    let drop = "DROP TRIGGER log_is_never_updated; DROP TRIGGER log_is_never_deleted;";
    db.execute_batch(drop).expect("who has the file can do that");
    db
}

/// Tries something on a copy of the rows, and puts them back.
fn is_found(f: &Fixture, db: &Connection, what: &str, tamper: impl FnOnce(&Connection)) {
    db.execute_batch("DROP TABLE IF EXISTS aside; CREATE TABLE aside AS SELECT * FROM log;").expect("a copy");
    tamper(db);
    let found = verify(f.dir.path()).expect("it can be read").differences;
    db.execute_batch("DELETE FROM log; INSERT INTO log SELECT * FROM aside; DROP TABLE aside;").expect("put back");
    assert!(!found.is_empty(), "{what} was not found");
}

fn rows(db: &Connection) -> Vec<(i64, String)> {
    let mut statement = db.prepare("SELECT seq, kind FROM log ORDER BY seq").expect("it is there");
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).expect("it can be read");
    rows.collect::<Result<_, _>>().expect("rows")
}

#[test]
fn every_altered_dropped_swapped_and_inserted_row_is_found() {
    let f = story();
    let db = open(&f);
    assert_eq!(verify(f.dir.path()).expect("it can be read").differences, [], "it is sound before");
    let rows = rows(&db);
    let kinds: std::collections::BTreeSet<&str> = rows.iter().map(|(_, kind)| kind.as_str()).collect();
    assert_eq!(kinds.len(), 11, "{kinds:?}");
    for (seq, kind) in &rows {
        for column in
            ["id", "device", "actor", "at_utc_ms", "kind", "sample", "annotator", "body", "undoes", "prev_hash", "hash"]
        {
            is_found(&f, &db, &format!("{column} of the {kind} at {seq}"), |db| {
                let other = if column == "at_utc_ms" {
                    format!("{column} + 1")
                } else {
                    format!("coalesce({column}, '') || 'x'")
                };
                db.execute(&format!("UPDATE log SET {column} = {other} WHERE seq = ?1"), [seq]).expect("altered");
            });
        }
        // One digit or letter of what was decided.
        is_found(&f, &db, &format!("a letter of the {kind} at {seq}"), |db| {
            let flip = "UPDATE log SET body = replace(body, 'a', 'b') WHERE seq = ?1";
            db.execute(flip, [seq]).expect("altered");
        });
        is_found(&f, &db, &format!("the {kind} at {seq}, dropped,"), |db| {
            db.execute("DELETE FROM log WHERE seq = ?1", [seq]).expect("dropped");
        });
        is_found(&f, &db, &format!("the {kind} at {seq}, twice,"), |db| {
            db.execute(
                "INSERT INTO log SELECT seq + 1000, id || 'x', device, actor, at_utc_ms, kind, sample, annotator, body, undoes,
                 prev_hash, hash FROM log WHERE seq = ?1",
                [seq],
            )
            .expect("inserted");
        });
    }
    for pair in rows.windows(2) {
        is_found(&f, &db, &format!("{} and {}, swapped,", pair[0].1, pair[1].1), |db| swap(db, pair[0].0, pair[1].0));
    }
    is_found(&f, &db, "the last row, dropped,", |db| {
        db.execute("DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)", []).expect("dropped");
    });
    assert_eq!(verify(f.dir.path()).expect("it can be read").differences, [], "everything was put back");
}

fn swap(db: &Connection, a: i64, b: i64) {
    let set = |from: i64, to: i64| {
        db.execute("UPDATE log SET seq = ?2 WHERE seq = ?1", [from, to]).expect("moved");
    };
    set(a, -1);
    set(b, a);
    set(-1, b);
}

/// Who forges a row can compute the hashes of it and of all that follow; then what it says is held against the rules and
/// the tables.
#[test]
fn forged_rows_with_hashes_that_fit_are_found_by_what_they_say() {
    let f = story();
    let db = open(&f);
    let last = rows(&db).last().expect("rows").0;
    let sets = f.reader().gold_of(&id()).expect("read").expect("settled").sets;
    let (stamp, digest) = (f.stamp.clone(), "b3:00".to_owned());
    for (actor, decision, why) in [
        (
            "ana",
            Decision::RolesGiven { person: "ana".to_owned(), roles: [concord_domain::role::Role::Owner].into() },
            "owner",
        ),
        ("eve", Decision::SampleReopened { sample: id(), reason: "x".to_owned() }, "no role"),
        (
            "art",
            Decision::SampleSettled { key: key("art"), how: Settling::Arbitrated, sets, stamp: stamp.clone(), digest },
            "read-only",
        ),
        (
            "ana",
            Decision::LabelsSubmitted { key: key("ana"), revision: 4, stamp, digest: "b3:11".to_owned() },
            "changed",
        ),
        ("rea", Decision::SampleReopened { sample: id(), reason: "x".to_owned() }, "the log gives"),
    ] {
        append(&db, actor, &decision);
        let found = verify(f.dir.path()).expect("it can be read").differences;
        assert!(found.iter().any(|d| d.what.contains(why)), "{actor} {}: {found:?}", decision.kind());
        assert!(!found.iter().any(|d| d.what.contains("hash")), "the chain fits: {found:?}");
        db.execute("DELETE FROM log WHERE seq > ?1", [last]).expect("taken away");
    }
}

/// Appends a row as the store writes it, without asking the store.
fn append(db: &Connection, actor: &str, decision: &Decision) {
    let (prev_hash, count): (String, i64) = db
        .query_row("SELECT hash, (SELECT count(*) FROM log) FROM log ORDER BY seq DESC LIMIT 1", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .expect("there is a last row");
    let mut body = serde_json::to_value(decision).expect("it can be written");
    body["v"] = 1.into();
    let (row, body) = (format!("desk-{}", count + 1), canonical_json(&body));
    let (sample, annotator) =
        (decision.sample().map(|s| s.0.clone()), decision.label_set().map(|k| k.annotator.clone()));
    let undoes: Option<String> = None;
    let hashed = canonical_json(&(
        (&row, "desk", actor, 9_i64),
        (decision.kind(), &sample, &annotator, &undoes),
        &body,
        &prev_hash,
    ));
    let hash = blake3::hash(hashed.as_bytes()).to_hex().to_string();
    db.execute(
        "INSERT INTO log (id, device, actor, at_utc_ms, kind, sample, annotator, body, undoes, prev_hash, hash)
         VALUES (?1, 'desk', ?2, 9, ?3, ?4, ?5, ?6, NULL, ?7, ?8)",
        params![row, actor, decision.kind(), sample, annotator, body, prev_hash, hash],
    )
    .expect("written");
}
