//! Reading: label sets, versions, history and what else follows from the log.

use std::path::Path;

use concord_domain::label_set::{LabelSet, LabelSetKey, Labels, Stamp};
use concord_domain::object::Object;
use concord_domain::ontology::Ontology;
use concord_domain::policy::Policy;
use concord_domain::sample::SampleId;
use concord_domain::undo::UndoStacks;
use concord_geometry::Point;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::label_rows::{self, HEAD_SQL, Head};
use crate::log::{COLUMNS, LogRow, RawRow};
use crate::store::open_read_only;

/// A read-only view of a project's database. Cheap to open; one a thread.
#[derive(Debug)]
pub struct Reader {
    pub(crate) connection: Connection,
}

/// A submitted revision of a label set.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// Whose labels of which sample.
    pub key: LabelSetKey,
    /// 1 for the first.
    pub revision: u32,
    /// Under which ontology and policy.
    pub stamp: Stamp,
    /// Content hash of the labels.
    pub digest: String,
    /// The labels.
    pub labels: Labels,
}

/// An object that was not let in.
#[derive(Debug, Clone, PartialEq)]
pub struct QuarantinedRow {
    /// Whose label of which sample it would have been.
    pub key: LabelSetKey,
    /// The file it came from.
    pub source: String,
    /// The object.
    pub object: Object,
    /// What it breaks.
    pub reason: String,
}

/// A comment on a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct CommentRow {
    /// Identity.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_utc_ms: i64,
    /// The place it is about, in image pixels; `None` for the sample as a whole.
    pub at: Option<Point>,
    /// What it says.
    pub text: String,
    /// True when it was settled.
    pub is_settled: bool,
}

/// A release as the log knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseRow {
    /// Name.
    pub name: String,
    /// Content hash of its manifest.
    pub digest: String,
    /// Number of samples.
    pub samples: u64,
    /// Number of objects.
    pub objects: u64,
}

impl Reader {
    /// Opens the database of a project for reading.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: open_read_only(dir)? })
    }

    /// One label set, or `None` when the annotator said nothing about the sample.
    pub fn label_set(&self, key: &LabelSetKey) -> Result<Option<LabelSet>, StoreError> {
        label_set(&self.connection, key)
    }

    /// All annotators' label sets of a sample, in order of name; not those in which somebody judges.
    pub fn label_sets_of(&self, sample: &SampleId) -> Result<Vec<LabelSet>, StoreError> {
        self.label_sets("WHERE sample = ?1 AND judges = 0", params![sample.0])
    }

    /// Calls `each` with every annotator's label set in order of sample and annotator, one in memory at a time.
    pub fn each_label_set(&self, mut each: impl FnMut(LabelSet)) -> Result<(), StoreError> {
        let sql = format!("{HEAD_SQL} WHERE judges = 0 ORDER BY sample, annotator");
        let doing = "reading label sets";
        let mut statement = self.connection.prepare(&sql).map_err(in_database(doing, &self.connection))?;
        let mut rows = statement.query([]).map_err(in_database(doing, &self.connection))?;
        while let Some(row) = rows.next().map_err(in_database(doing, &self.connection))? {
            let head = Head::read(row).map_err(in_database(doing, &self.connection))?;
            each(head.load(&self.connection)?);
        }
        Ok(())
    }

    fn label_sets(&self, filter: &str, values: impl rusqlite::Params) -> Result<Vec<LabelSet>, StoreError> {
        let sql = format!("{HEAD_SQL} {filter} ORDER BY sample, annotator");
        let heads = self.all("reading label sets", &sql, values, Head::read)?;
        heads.into_iter().map(|head| head.load(&self.connection)).collect()
    }

    /// The names of all annotators with a label set, sorted, with how many they submitted.
    pub fn annotators(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let sql =
            "SELECT annotator, sum(submitted) FROM label_sets WHERE judges = 0 GROUP BY annotator ORDER BY annotator";
        self.all("reading annotators", sql, [], |r| Ok((r.get(0)?, r.get::<_, i64>(1)? as u64)))
    }

    /// The samples that an annotator submitted or passed over, or is not to label: because what they said was turned down,
    /// or because they judge.
    pub fn done_by(&self, annotator: &str) -> Result<Vec<SampleId>, StoreError> {
        let sql = "SELECT sample FROM label_sets WHERE annotator = ?1 AND submitted = 1
            UNION SELECT sample FROM skips WHERE annotator = ?1
            UNION SELECT sample FROM returns WHERE annotator = ?1 AND state = 'rejected'
            UNION SELECT sample FROM label_sets WHERE annotator = ?1 AND judges = 1 ORDER BY 1";
        self.all("reading what is done", sql, [annotator], |r| r.get(0).map(SampleId))
    }

    /// How many label sets bear each stamp, as JSON of the stamp and the count.
    pub fn stamps(&self) -> Result<Vec<(Stamp, u64)>, StoreError> {
        let sql = "SELECT stamp, count(*) FROM label_sets WHERE judges = 0 GROUP BY stamp ORDER BY stamp";
        let rows = self.all("reading stamps", sql, [], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)? as u64)))?;
        rows.into_iter().map(|(text, n)| Ok((decode("label_sets", "stamp", &text)?, n))).collect()
    }

    /// One submitted revision.
    pub fn revision(&self, key: &LabelSetKey, revision: u32) -> Result<Option<Revision>, StoreError> {
        let sql = "SELECT stamp, digest, labels FROM revisions WHERE sample = ?1 AND annotator = ?2 AND revision = ?3";
        let read = |r: &Row<'_>| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?));
        let found = self.one("reading a revision", sql, params![key.sample.0, key.annotator, revision], read)?;
        found
            .map(|(stamp, digest, labels)| {
                Ok(Revision {
                    key: key.clone(),
                    revision,
                    stamp: decode("revisions", &key.sample.0, &stamp)?,
                    digest,
                    labels: decode("revisions", &key.sample.0, &labels)?,
                })
            })
            .transpose()
    }

    /// The undo and redo stacks of a label set.
    pub fn undo_stacks(&self, key: &LabelSetKey) -> Result<UndoStacks, StoreError> {
        undo_stacks(&self.connection, key)
    }

    /// The newest published ontology.
    pub fn ontology(&self) -> Result<Option<Ontology>, StoreError> {
        self.newest("ontologies")
    }

    /// The newest published policy that was not withdrawn.
    pub fn policy(&self) -> Result<Option<Policy>, StoreError> {
        let sql = "SELECT body FROM policies WHERE version NOT IN (SELECT version FROM withdrawals)
            ORDER BY version DESC LIMIT 1";
        self.version("policies", sql)
    }

    fn newest<T: DeserializeOwned>(&self, table: &'static str) -> Result<Option<T>, StoreError> {
        self.version(table, &format!("SELECT body FROM {table} ORDER BY version DESC LIMIT 1"))
    }

    fn version<T: DeserializeOwned>(&self, table: &'static str, sql: &str) -> Result<Option<T>, StoreError> {
        let body = self.one("reading the newest version", sql, [], |r| r.get::<_, String>(0))?;
        body.map(|b| decode(table, "newest", &b)).transpose()
    }

    /// The reasons for which samples were moved up the queue, by sample.
    pub fn boosts(&self) -> Result<Vec<(SampleId, String)>, StoreError> {
        let sql = "SELECT sample, reason FROM boosts ORDER BY sample, row";
        self.all("reading the queue", sql, [], |r| Ok((SampleId(r.get(0)?), r.get(1)?)))
    }

    /// Everything in quarantine, in the order in which it came.
    pub fn quarantine(&self) -> Result<Vec<QuarantinedRow>, StoreError> {
        let sql = "SELECT sample, annotator, source, object, reason FROM quarantine
            JOIN log ON log.id = quarantine.row ORDER BY log.seq, position";
        let read = |r: &Row<'_>| {
            let key = LabelSetKey { sample: SampleId(r.get(0)?), annotator: r.get(1)? };
            Ok((key, r.get::<_, String>(2)?, r.get::<_, String>(3)?, r.get::<_, String>(4)?))
        };
        let sql = sql.replace("SELECT sample, annotator", "SELECT quarantine.sample, quarantine.annotator");
        self.all("reading the quarantine", &sql, [], read)?
            .into_iter()
            .map(|(key, source, object, reason)| {
                let object = decode("quarantine", &key.sample.0, &object)?;
                Ok(QuarantinedRow { key, source, object, reason })
            })
            .collect()
    }

    /// The comments of a sample, oldest first.
    pub fn comments(&self, sample: &SampleId) -> Result<Vec<CommentRow>, StoreError> {
        let sql = "SELECT id, author, at_utc_ms, x, y, text, settled FROM comments WHERE sample = ?1
            ORDER BY at_utc_ms, id";
        self.all("reading comments", sql, [&sample.0], |r| {
            let at = r.get::<_, Option<f64>>(3)?.zip(r.get::<_, Option<f64>>(4)?);
            Ok(CommentRow {
                id: r.get(0)?,
                author: r.get(1)?,
                at_utc_ms: r.get(2)?,
                at: at.map(|(x, y)| Point::new(x, y)),
                text: r.get(5)?,
                is_settled: r.get(6)?,
            })
        })
    }

    /// Working time an annotator spent on a sample so far, in milliseconds.
    pub fn active_ms(&self, key: &LabelSetKey) -> Result<u64, StoreError> {
        let sql = "SELECT coalesce(sum(active_ms), 0) FROM task_times WHERE sample = ?1 AND annotator = ?2";
        let values = params![key.sample.0, key.annotator];
        Ok(self.one("reading working time", sql, values, |r| r.get::<_, i64>(0))?.unwrap_or(0) as u64)
    }

    /// All releases, by name.
    pub fn releases(&self) -> Result<Vec<ReleaseRow>, StoreError> {
        let sql = "SELECT name, digest, samples, objects FROM releases ORDER BY name";
        self.all("reading releases", sql, [], |r| {
            let count = |i: usize| r.get::<_, i64>(i).map(|n| n as u64);
            Ok(ReleaseRow { name: r.get(0)?, digest: r.get(1)?, samples: count(2)?, objects: count(3)? })
        })
    }

    /// The end of the log: position and hash of its last row; `(0, "")` for an empty one.
    pub fn log_head(&self) -> Result<(i64, String), StoreError> {
        let sql = "SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1";
        Ok(self.one("reading the log", sql, [], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or_default())
    }

    /// The end of the log, rows of one kind left out.
    pub fn log_head_except(&self, kind: &str) -> Result<(i64, String), StoreError> {
        let sql = "SELECT seq, hash FROM log WHERE kind <> ?1 ORDER BY seq DESC LIMIT 1";
        Ok(self.one("reading the log", sql, [kind], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or_default())
    }

    /// One row of the log by its id.
    pub fn log_row(&self, id: &str) -> Result<Option<LogRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM log WHERE id = ?1");
        self.one("reading the log", &sql, [id], RawRow::read)?.map(RawRow::decode).transpose()
    }

    /// Up to `limit` rows of the log after position `after`, in order; of one sample when it is named.
    pub fn log_rows(&self, after: i64, limit: usize, sample: Option<&SampleId>) -> Result<Vec<LogRow>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM log WHERE seq > ?1 AND (?2 IS NULL OR sample = ?2) ORDER BY seq LIMIT ?3");
        let values = params![after, sample.map(|s| &s.0), limit as i64];
        self.all("reading the log", &sql, values, RawRow::read)?.into_iter().map(RawRow::decode).collect()
    }

    pub(crate) fn all<T>(
        &self,
        doing: &'static str,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_map(values, read)?.collect())
            .map_err(in_database(doing, &self.connection))
    }

    pub(crate) fn one<T>(
        &self,
        doing: &'static str,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(values, read).optional())
            .map_err(in_database(doing, &self.connection))
    }
}

/// One label set; for the fold, which reads inside the write transaction.
pub(crate) fn label_set(db: &Connection, key: &LabelSetKey) -> Result<Option<LabelSet>, StoreError> {
    label_rows::head(db, key)?.map(|head| head.load(db)).transpose()
}

/// The undo and redo stacks of a label set.
pub(crate) fn undo_stacks(db: &Connection, key: &LabelSetKey) -> Result<UndoStacks, StoreError> {
    let sql = "SELECT row FROM undo_steps WHERE sample = ?1 AND annotator = ?2 AND stack = ?3 ORDER BY position";
    let stack = |name: &str| {
        db.prepare_cached(sql)
            .and_then(|mut s| s.query_map(params![key.sample.0, key.annotator, name], |r| r.get(0))?.collect())
            .map_err(in_database("reading undo steps", db))
    };
    Ok(UndoStacks { undo: stack("undo")?, redo: stack("redo")? })
}

/// Position and row of the latest step on the "undo" or "redo" stack of a label set.
pub(crate) fn latest_step(
    db: &Connection,
    key: &LabelSetKey,
    stack: &str,
) -> Result<Option<(i64, String)>, StoreError> {
    let sql = "SELECT position, row FROM undo_steps WHERE sample = ?1 AND annotator = ?2 AND stack = ?3
        ORDER BY position DESC LIMIT 1";
    db.prepare_cached(sql)
        .and_then(|mut s| {
            s.query_row(params![key.sample.0, key.annotator, stack], |r| Ok((r.get(0)?, r.get(1)?))).optional()
        })
        .map_err(in_database("reading the undo stack", db))
}

/// Turns an SQLite error into one that says what was attempted and in which file.
pub(crate) fn in_database<'a>(
    doing: &'static str,
    db: &'a Connection,
) -> impl FnOnce(rusqlite::Error) -> StoreError + use<'a> {
    move |e| StoreError::sql(doing, std::path::Path::new(db.path().unwrap_or("the database")), e)
}

/// Reads a JSON column.
pub(crate) fn decode<T: DeserializeOwned>(table: &'static str, row: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Row { table, row: row.to_owned(), why: e.to_string() })
}
