//! The tables of a label set: one row for the set, one for each of its objects.
//!
//! A gesture touches only the rows of what it alters. An object's `place` orders the drawing; places are numbers with
//! gaps, so that an object can be put between two others without renumbering the rest. They follow from the log alone.

use concord_domain::change::Change;
use concord_domain::digest::canonical_json;
use concord_domain::label_set::{LabelSet, LabelSetKey, Labels, Stamp, Status};
use concord_domain::object::Object;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::StoreError;
use crate::read::{decode, in_database};

/// Changes that touch more objects than this rewrite the set as a whole, which is cheaper than row by row.
const MANY: usize = 256;

/// What stands in the row of a label set.
pub(crate) struct Head {
    key: LabelSetKey,
    stamp: String,
    pub(crate) status: Status,
    objects: usize,
    /// True when somebody judges in it.
    pub(crate) judges: bool,
    /// The labels without their objects.
    rest: String,
}

/// Reads [`Head`].
pub(crate) const HEAD_SQL: &str =
    "SELECT sample, annotator, stamp, submitted, revision, objects, judges, labels FROM label_sets";

impl Head {
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let revision = row.get(4)?;
        let status = if row.get(3)? { Status::Submitted { revision } } else { Status::Draft { revision } };
        Ok(Self {
            key: LabelSetKey { sample: concord_domain::sample::SampleId(row.get(0)?), annotator: row.get(1)? },
            stamp: row.get(2)?,
            status,
            objects: row.get::<_, i64>(5)? as usize,
            judges: row.get(6)?,
            rest: row.get(7)?,
        })
    }

    /// The whole label set.
    pub(crate) fn load(self, db: &Connection) -> Result<LabelSet, StoreError> {
        let mut labels: Labels = decode("label_sets", &self.key.sample.0, &self.rest)?;
        labels.objects = objects(db, &self.key)?;
        Ok(LabelSet {
            stamp: decode("label_sets", &self.key.sample.0, &self.stamp)?,
            labels,
            status: self.status,
            key: self.key,
        })
    }
}

/// The row of a label set, or `None` when the annotator said nothing about the sample.
pub(crate) fn head(db: &Connection, key: &LabelSetKey) -> Result<Option<Head>, StoreError> {
    let sql = format!("{HEAD_SQL} WHERE sample = ?1 AND annotator = ?2");
    db.prepare_cached(&sql)
        .and_then(|mut s| s.query_row(params![key.sample.0, key.annotator], Head::read).optional())
        .map_err(in_database("reading a label set", db))
}

/// The objects of a label set in drawing order.
fn objects(db: &Connection, key: &LabelSetKey) -> Result<Vec<Object>, StoreError> {
    let sql = "SELECT id, body FROM objects WHERE sample = ?1 AND annotator = ?2 ORDER BY place";
    let rows: Vec<(String, String)> = db
        .prepare_cached(sql)
        .and_then(|mut s| s.query_map(params![key.sample.0, key.annotator], |r| Ok((r.get(0)?, r.get(1)?)))?.collect())
        .map_err(in_database("reading objects", db))?;
    rows.iter().map(|(id, body)| decode("objects", id, body)).collect()
}

/// Writes the row of a label set and leaves its objects as they are.
pub(crate) fn write_head(
    db: &Connection,
    key: &LabelSetKey,
    stamp: &Stamp,
    status: Status,
    labels: &Labels,
    objects: usize,
) -> Result<(), StoreError> {
    let rest = Labels {
        objects: vec![],
        tags: labels.tags.clone(),
        relations: labels.relations.clone(),
        confirmed_empty: labels.confirmed_empty,
        rejected: labels.rejected.clone(),
        judgement: labels.judgement.clone(),
    };
    run(
        db,
        "INSERT INTO label_sets (sample, annotator, stamp, submitted, revision, objects, judges, labels)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (sample, annotator) DO UPDATE SET stamp = excluded.stamp, submitted = excluded.submitted,
             revision = excluded.revision, objects = excluded.objects, judges = excluded.judges, labels = excluded.labels",
        params![
            key.sample.0,
            key.annotator,
            canonical_json(stamp),
            status.is_submitted(),
            status.revision(),
            objects as i64,
            rest.judgement.is_some(),
            canonical_json(&rest)
        ],
    )
}

/// Writes a label set as a whole.
pub(crate) fn write(db: &Connection, set: &LabelSet) -> Result<(), StoreError> {
    write_head(db, &set.key, &set.stamp, set.status, &set.labels, set.labels.objects.len())?;
    run(db, "DELETE FROM objects WHERE sample = ?1 AND annotator = ?2", params![set.key.sample.0, set.key.annotator])?;
    let rows = ObjectRows { db, key: &set.key };
    for (place, object) in set.labels.objects.iter().enumerate() {
        rows.put(object, place as f64)?;
    }
    Ok(())
}

/// Applies a change to a label set and makes it a draft under `stamp`.
pub(crate) fn apply(db: &Connection, key: &LabelSetKey, stamp: &Stamp, change: &Change) -> Result<(), StoreError> {
    let head = head(db, key)?;
    let status = Status::Draft { revision: head.as_ref().map_or(0, |h| h.status.revision()) };
    if change.size() > MANY {
        let mut set = match head {
            Some(head) => head.load(db)?,
            None => LabelSet::draft(key.clone(), stamp.clone()),
        };
        change.apply(&mut set.labels)?;
        set.status = status;
        set.stamp = stamp.clone();
        return write(db, &set);
    }
    let (mut rest, mut count) = match &head {
        Some(head) => (decode("label_sets", &key.sample.0, &head.rest)?, head.objects),
        None => (Labels::default(), 0),
    };
    ObjectRows { db, key }.apply(change, &mut rest, &mut count)?;
    write_head(db, key, stamp, status, &rest, count)
}

/// The rows of one label set's objects.
struct ObjectRows<'a> {
    db: &'a Connection,
    key: &'a LabelSetKey,
}

impl ObjectRows<'_> {
    /// Applies a change by rows. `rest` are the labels without objects, `count` the number of objects.
    fn apply(&self, change: &Change, rest: &mut Labels, count: &mut usize) -> Result<(), StoreError> {
        match change {
            Change::Insert { index, object } => self.insert(*index, object, count),
            Change::Remove { index, object } => self.remove(*index, object, rest, count),
            Change::Replace { before, after } => {
                require(before.id == after.id, || format!("objects {} and {} differ", before.id, after.id))?;
                let as_it_was = self.body(before)? == Some(canonical_json(before));
                require(as_it_was, || format!("object {} is not as it was", before.id))?;
                run(
                    self.db,
                    "UPDATE objects SET body = ?4 WHERE sample = ?1 AND annotator = ?2 AND id = ?3",
                    params![self.key.sample.0, self.key.annotator, after.id.0, canonical_json(after)],
                )
            }
            Change::Reorder { from, to } => {
                require(*from < *count && *to < *count, || format!("there are only {count} objects"))?;
                let object = self.at(*from)?;
                self.delete(&object)?;
                let place = self.place_at(*to, *count - 1)?;
                self.put(&object, place)
            }
            Change::Batch { changes } => changes.iter().try_for_each(|c| self.apply(c, rest, count)),
            Change::Relate { relation } => {
                for end in [&relation.from, &relation.to] {
                    require(self.exists(&end.0)?, || format!("there is no object {end} to tie"))?;
                }
                require(rest.relations.insert(relation.clone()), || "the objects are tied so already".to_owned())
            }
            Change::TakeUp { .. } => {
                require(*count == 0, || "what is judged is judged in a label set that is empty at first".to_owned())?;
                Ok(change.apply(rest)?)
            }
            // What does not concern objects is the same with and without them.
            Change::Tag { .. }
            | Change::Untag { .. }
            | Change::Unrelate { .. }
            | Change::ConfirmEmpty { .. }
            | Change::Reject { .. }
            | Change::Unreject { .. }
            | Change::PutDown { .. }
            | Change::Judge { .. } => Ok(change.apply(rest)?),
        }
    }

    fn insert(&self, index: usize, object: &Object, count: &mut usize) -> Result<(), StoreError> {
        require(index <= *count, || format!("position {index} is past the {count} objects there are"))?;
        require(!self.exists(&object.id.0)?, || format!("object {} is there already", object.id))?;
        let place = self.place_at(index, *count)?;
        *count += 1;
        self.put(object, place)
    }

    fn remove(&self, index: usize, object: &Object, rest: &Labels, count: &mut usize) -> Result<(), StoreError> {
        let is_there = index < *count && self.at(index)? == *object;
        require(is_there, || format!("object {} is not at position {index}", object.id))?;
        let is_tied = rest.relations.iter().any(|r| r.from == object.id || r.to == object.id);
        require(!is_tied, || format!("object {} is tied to another one", object.id))?;
        *count -= 1;
        self.delete(object)
    }

    fn put(&self, object: &Object, place: f64) -> Result<(), StoreError> {
        run(
            self.db,
            "INSERT INTO objects (sample, annotator, id, place, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![self.key.sample.0, self.key.annotator, object.id.0, place, canonical_json(object)],
        )
    }

    fn delete(&self, object: &Object) -> Result<(), StoreError> {
        run(
            self.db,
            "DELETE FROM objects WHERE sample = ?1 AND annotator = ?2 AND id = ?3",
            params![self.key.sample.0, self.key.annotator, object.id.0],
        )
    }

    fn exists(&self, id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM objects WHERE sample = ?1 AND annotator = ?2 AND id = ?3";
        self.db
            .prepare_cached(sql)
            .and_then(|mut s| s.exists(params![self.key.sample.0, self.key.annotator, id]))
            .map_err(in_database("reading objects", self.db))
    }

    fn body(&self, object: &Object) -> Result<Option<String>, StoreError> {
        let sql = "SELECT body FROM objects WHERE sample = ?1 AND annotator = ?2 AND id = ?3";
        let values = params![self.key.sample.0, self.key.annotator, object.id.0];
        self.db
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(values, |r| r.get(0)).optional())
            .map_err(in_database("reading objects", self.db))
    }

    /// The object at a position of the drawing order, which must exist.
    fn at(&self, index: usize) -> Result<Object, StoreError> {
        let sql = "SELECT id, body FROM objects WHERE sample = ?1 AND annotator = ?2
            ORDER BY place LIMIT 1 OFFSET ?3";
        let values = params![self.key.sample.0, self.key.annotator, index as i64];
        let (id, body): (String, String) = self
            .db
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(values, |r| Ok((r.get(0)?, r.get(1)?))))
            .map_err(in_database("reading objects", self.db))?;
        decode("objects", &id, &body)
    }

    /// A free place for position `index` among `count` objects.
    fn place_at(&self, index: usize, count: usize) -> Result<f64, StoreError> {
        if count == 0 {
            return Ok(0.0);
        }
        if index == 0 {
            return Ok(self.place("ORDER BY place LIMIT 1 OFFSET ?3", 0)? - 1.0);
        }
        if index >= count {
            return Ok(self.place("ORDER BY place DESC LIMIT 1 OFFSET ?3", 0)? + 1.0);
        }
        let by_position = "ORDER BY place LIMIT 1 OFFSET ?3";
        let (before, after) = (self.place(by_position, index - 1)?, self.place(by_position, index)?);
        let middle = f64::midpoint(before, after);
        if before < middle && middle < after {
            return Ok(middle);
        }
        // The gap is used up after some fifty objects were put into the same one.
        self.renumber()?;
        Ok(index as f64 - 0.5)
    }

    fn place(&self, order: &'static str, skip: usize) -> Result<f64, StoreError> {
        let sql = format!("SELECT place FROM objects WHERE sample = ?1 AND annotator = ?2 {order}");
        let values = params![self.key.sample.0, self.key.annotator, skip as i64];
        self.db
            .prepare_cached(&sql)
            .and_then(|mut s| s.query_row(values, |r| r.get(0)))
            .map_err(in_database("reading objects", self.db))
    }

    fn renumber(&self) -> Result<(), StoreError> {
        for (place, object) in objects(self.db, self.key)?.iter().enumerate() {
            run(
                self.db,
                "UPDATE objects SET place = ?4 WHERE sample = ?1 AND annotator = ?2 AND id = ?3",
                params![self.key.sample.0, self.key.annotator, object.id.0, place as f64],
            )?;
        }
        Ok(())
    }
}

fn require(holds: bool, why: impl FnOnce() -> String) -> Result<(), StoreError> {
    if holds { Ok(()) } else { Err(concord_domain::DomainError::Change(why()).into()) }
}

/// Runs one statement of the fold.
pub(crate) fn run(db: &Connection, sql: &'static str, values: impl rusqlite::Params) -> Result<(), StoreError> {
    db.prepare_cached(sql)
        .and_then(|mut s| s.execute(values))
        .map(|_| ())
        .map_err(in_database("folding a decision", db))
}
