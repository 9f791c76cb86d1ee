//! Work: the time that people spent on samples, and what they submitted when.

use concord_domain::label_set::LabelSetKey;
use concord_domain::policy::Policy;
use concord_domain::sample::SampleId;
use rusqlite::{Connection, Row, params};

use crate::StoreError;
use crate::fold::require_sample;
use crate::label_rows::run;
use crate::log::{COLUMNS, LogRow, RawRow};
use crate::read::{Reader, decode};

/// The time of one visit of a person to a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskTime {
    /// Who worked on which sample.
    pub key: LabelSetKey,
    /// When it was opened, in milliseconds since 1970 UTC.
    pub opened_at_utc_ms: i64,
    /// Working time, in milliseconds.
    pub active_ms: u64,
    /// Time that the person waited for the machine, in milliseconds; not part of `active_ms`.
    pub waited_ms: u64,
    /// True when the person judged what others had labelled.
    pub is_judging: bool,
}

/// A label set that counts, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Whose labels of which sample.
    pub key: LabelSetKey,
    /// When the person submitted it, or it was imported, in milliseconds since 1970 UTC. Bringing it to another version
    /// by rule does not count.
    pub at_utc_ms: i64,
    /// True when it came from a file.
    pub is_imported: bool,
}

/// Which rows of the log are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Only those about a sample.
    pub sample: Option<SampleId>,
    /// Only those of a person.
    pub actor: Option<String>,
    /// Gestures, times and taken samples too, which are most of the rows.
    pub routine: bool,
}

/// What is noted when somebody leaves a sample.
pub(crate) struct Visit {
    pub(crate) active_ms: u64,
    pub(crate) waited_ms: u64,
    pub(crate) idle_ms: u64,
    pub(crate) opened_at_utc_ms: i64,
    pub(crate) judging: bool,
}

pub(crate) fn time(db: &Connection, row: &LogRow, key: &LabelSetKey, visit: &Visit) -> Result<(), StoreError> {
    require_sample(db, &key.sample)?;
    let Visit { active_ms, waited_ms, idle_ms, opened_at_utc_ms, judging } = visit;
    let spans = [active_ms, waited_ms, idle_ms].map(|ms| *ms as i64);
    run(
        db,
        "INSERT INTO task_times (row, sample, annotator, active_ms, waited_ms, idle_ms, opened_at_utc_ms, judging)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![row.id, key.sample.0, key.annotator, spans[0], spans[1], spans[2], opened_at_utc_ms, judging],
    )
}

impl Reader {
    /// The time of every visit of a person to a sample, in the order in which they were noted.
    pub fn task_times(&self) -> Result<Vec<TaskTime>, StoreError> {
        let sql = "SELECT t.sample, t.annotator, t.opened_at_utc_ms, t.active_ms, t.waited_ms, t.judging
            FROM task_times t JOIN log ON log.id = t.row ORDER BY log.seq";
        let read = |r: &Row<'_>| {
            Ok(TaskTime {
                key: LabelSetKey { sample: SampleId(r.get(0)?), annotator: r.get(1)? },
                opened_at_utc_ms: r.get(2)?,
                active_ms: r.get::<_, i64>(3)? as u64,
                waited_ms: r.get::<_, i64>(4)? as u64,
                is_judging: r.get(5)?,
            })
        };
        self.all("reading working time", sql, [], read)
    }

    /// Every label set that counts with how it came about, in order of sample and annotator.
    pub fn submissions(&self) -> Result<Vec<Submission>, StoreError> {
        let sql = "SELECT l.sample, l.annotator, log.at_utc_ms, log.kind = 'labels_imported' FROM label_sets l
            JOIN revisions r ON r.sample = l.sample AND r.annotator = l.annotator AND r.revision = (
                SELECT max(own.revision) FROM revisions own JOIN log said ON said.id = own.row
                WHERE own.sample = l.sample AND own.annotator = l.annotator AND own.revision <= l.revision
                  AND said.kind <> 'labels_migrated')
            JOIN log ON log.id = r.row WHERE l.submitted = 1 ORDER BY l.sample, l.annotator";
        let read = |r: &Row<'_>| {
            Ok(Submission {
                key: LabelSetKey { sample: SampleId(r.get(0)?), annotator: r.get(1)? },
                at_utc_ms: r.get(2)?,
                is_imported: r.get(3)?,
            })
        };
        self.all("reading what is submitted", sql, [], read)
    }

    /// How often each person made each kind of decision in a span of time, its end left out, in milliseconds since 1970
    /// UTC; in order of person and kind.
    pub fn decision_counts(&self, from_ms: i64, to_ms: i64) -> Result<Vec<(String, String, u64)>, StoreError> {
        let sql = "SELECT actor, kind, count(*) FROM log WHERE at_utc_ms >= ?1 AND at_utc_ms < ?2
            GROUP BY actor, kind ORDER BY actor, kind";
        let read = |r: &Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get::<_, i64>(2)? as u64));
        self.all("reading the log", sql, [from_ms, to_ms], read)
    }

    /// Up to `limit` rows of the log before position `before`, the latest first, as far as they are wanted.
    pub fn log_before(&self, before: i64, limit: usize, wanted: &Wanted) -> Result<Vec<LogRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM log WHERE seq < ?1 AND (?2 IS NULL OR sample = ?2) AND (?3 IS NULL OR actor = ?3)
             AND (?4 OR kind NOT IN ('labels_edited', 'task_timed', 'task_leased', 'task_released', 'task_snoozed'))
             ORDER BY seq DESC LIMIT ?5"
        );
        let sample = wanted.sample.as_ref().map(|sample| &sample.0);
        let values = params![before, sample, wanted.actor, wanted.routine, limit as i64];
        self.all("reading the log", &sql, values, RawRow::read)?.into_iter().map(RawRow::decode).collect()
    }

    /// Everybody who decided anything, sorted.
    pub fn actors(&self) -> Result<Vec<String>, StoreError> {
        self.all("reading the log", "SELECT DISTINCT actor FROM log ORDER BY actor", [], |r| r.get(0))
    }

    /// When a run was recorded, in milliseconds since 1970 UTC; `None` for one that is not there.
    pub fn recorded_at(&self, run: &str) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT at_utc_ms FROM log WHERE kind = 'run_recorded' AND body ->> '$.run.id' = ?1 LIMIT 1";
        self.one("reading runs", sql, [run], |r| r.get(0))
    }

    /// All published policies, withdrawn ones too, in order of version.
    pub fn policies(&self) -> Result<Vec<Policy>, StoreError> {
        let sql = "SELECT version, body FROM policies ORDER BY version";
        let read = |r: &Row<'_>| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?));
        let rows = self.all("reading policies", sql, [], read)?;
        rows.into_iter().map(|(version, body)| decode("policies", &version.to_string(), &body)).collect()
    }
}
