//! Tasks: which annotator works on which sample now, and who put one off. State folded from the log.

use concord_domain::label_set::LabelSetKey;
use concord_domain::sample::SampleId;
use rusqlite::{Connection, Row, params};

use crate::label_rows::run;
use crate::log::LogRow;
use crate::read::{Reader, in_database};
use crate::{Bulk, StoreError};

/// What is noted about an annotator and a sample. Times that have passed stay here until the next decision on the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// Who, and which sample.
    pub key: LabelSetKey,
    /// When the lease ends, in milliseconds since 1970 UTC; `None` without one.
    pub leased_until_ms: Option<i64>,
    /// Until when it is put off, in milliseconds since 1970 UTC; `None` when it is not.
    pub snoozed_until_ms: Option<i64>,
    /// True when the answer was known at the latest lease, so that the annotator's own does not vote.
    pub is_honeypot: bool,
}

impl TaskRow {
    /// True while the annotator holds the sample.
    pub fn is_leased(&self, now_ms: i64) -> bool {
        self.leased_until_ms.is_some_and(|until| until > now_ms)
    }

    /// True while the annotator does not want to see the sample.
    pub fn is_snoozed(&self, now_ms: i64) -> bool {
        self.snoozed_until_ms.is_some_and(|until| until > now_ms)
    }

    fn read(r: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            key: LabelSetKey { sample: SampleId(r.get(0)?), annotator: r.get(1)? },
            leased_until_ms: r.get(2)?,
            snoozed_until_ms: r.get(3)?,
            is_honeypot: r.get(4)?,
        })
    }
}

pub(crate) fn lease(
    db: &Connection,
    row: &LogRow,
    key: &LabelSetKey,
    until_ms: i64,
    honeypot: bool,
) -> Result<(), StoreError> {
    require_later(row, until_ms, "a lease")?;
    run(
        db,
        "INSERT INTO tasks (sample, annotator, leased_until_ms, snoozed_until_ms, honeypot)
         VALUES (?1, ?2, ?3, NULL, ?4)
         ON CONFLICT (sample, annotator) DO UPDATE SET
            leased_until_ms = excluded.leased_until_ms, snoozed_until_ms = NULL, honeypot = excluded.honeypot",
        params![key.sample.0, key.annotator, until_ms, honeypot],
    )
}

pub(crate) fn release(db: &Connection, key: &LabelSetKey) -> Result<(), StoreError> {
    let sql = "UPDATE tasks SET leased_until_ms = NULL
        WHERE sample = ?1 AND annotator = ?2 AND leased_until_ms IS NOT NULL";
    let changed = db
        .prepare_cached(sql)
        .and_then(|mut s| s.execute(params![key.sample.0, key.annotator]))
        .map_err(in_database("giving a sample back", db))?;
    if changed == 0 {
        return Err(StoreError::Refused(format!(
            "{} has not taken {}, so there is nothing to give back",
            key.annotator,
            key.sample.short()
        )));
    }
    Ok(())
}

pub(crate) fn snooze(db: &Connection, row: &LogRow, key: &LabelSetKey, until_ms: i64) -> Result<(), StoreError> {
    require_later(row, until_ms, "a pause")?;
    run(
        db,
        "INSERT INTO tasks (sample, annotator, leased_until_ms, snoozed_until_ms, honeypot)
         VALUES (?1, ?2, NULL, ?3, 0)
         ON CONFLICT (sample, annotator) DO UPDATE SET
            leased_until_ms = NULL, snoozed_until_ms = excluded.snoozed_until_ms",
        params![key.sample.0, key.annotator, until_ms],
    )
}

fn require_later(row: &LogRow, until_ms: i64, what: &str) -> Result<(), StoreError> {
    if until_ms > row.at_utc_ms {
        return Ok(());
    }
    Err(StoreError::Refused(format!("{what} must end after it begins")))
}

const TASK_SQL: &str = "SELECT sample, annotator, leased_until_ms, snoozed_until_ms, honeypot FROM tasks";

impl Reader {
    /// What is noted about all tasks, in order of sample and annotator.
    pub fn tasks(&self) -> Result<Vec<TaskRow>, StoreError> {
        self.all("reading tasks", &format!("{TASK_SQL} ORDER BY sample, annotator"), [], TaskRow::read)
    }

    /// What is noted about the tasks of a sample, by annotator.
    pub fn tasks_on(&self, sample: &SampleId) -> Result<Vec<TaskRow>, StoreError> {
        let sql = format!("{TASK_SQL} WHERE sample = ?1 ORDER BY annotator");
        self.all("reading tasks", &sql, [&sample.0], TaskRow::read)
    }

    /// Who submitted which sample, in order of sample and annotator.
    pub fn submitted(&self) -> Result<Vec<LabelSetKey>, StoreError> {
        let sql = "SELECT sample, annotator FROM label_sets WHERE submitted = 1 ORDER BY sample, annotator";
        let read = |r: &Row<'_>| Ok(LabelSetKey { sample: SampleId(r.get(0)?), annotator: r.get(1)? });
        self.all("reading what is submitted", sql, [], read)
    }
}

impl Bulk<'_> {
    /// What is noted about the tasks of a sample, by annotator, this transaction's rows included.
    pub fn tasks_of(&self, sample: &SampleId) -> Result<Vec<TaskRow>, StoreError> {
        let db = self.connection;
        db.prepare_cached(&format!("{TASK_SQL} WHERE sample = ?1 ORDER BY annotator"))
            .and_then(|mut s| s.query_map([&sample.0], TaskRow::read)?.collect())
            .map_err(in_database("reading tasks", db))
    }

    /// Who submitted a sample, sorted, this transaction's rows included.
    pub fn submitters_of(&self, sample: &SampleId) -> Result<Vec<String>, StoreError> {
        let db = self.connection;
        let sql = "SELECT annotator FROM label_sets WHERE sample = ?1 AND submitted = 1 ORDER BY annotator";
        db.prepare_cached(sql)
            .and_then(|mut s| s.query_map([&sample.0], |r| r.get(0))?.collect())
            .map_err(in_database("reading what is submitted", db))
    }
}
