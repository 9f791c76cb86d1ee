//! Verification: is the log whole, do the facts match their digests, is the state the fold of the log?

use std::path::Path;

use concord_domain::decision::Decision;
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use crate::log::{COLUMNS, LogRow, RawRow};
use crate::read::in_database;
use crate::store::{DATABASE, file_uri};
use crate::{Reader, RunDigest, StoreError, catalogue, fold, schema};

/// One thing that is not as the log says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where: a log row, a table row, an import, a run.
    pub place: String,
    /// What differs.
    pub what: String,
}

/// The outcome of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Rows of the log.
    pub log_rows: u64,
    /// Samples in the catalogue.
    pub samples: u64,
    /// Label sets in the state.
    pub label_sets: u64,
    /// Everything that differs; empty when the project is sound.
    pub differences: Vec<Difference>,
}

/// Differences listed a table; more are counted.
const LISTED: usize = 20;

/// Checks the hash chain, the digests of imports and runs, and replays the log from empty against the state tables.
pub fn verify(dir: &Path) -> Result<Verification, StoreError> {
    let reader = Reader::open(dir)?;
    let mut differences = Vec::new();
    let rows = check_chain(&reader, &mut differences)?;
    check_facts(&reader, &rows, &mut differences)?;
    replay(&dir.join(DATABASE), &rows, &mut differences)?;
    let count = |table: &str| -> Result<u64, StoreError> {
        let n = reader.one("counting", &format!("SELECT count(*) FROM {table}"), [], |r| r.get::<_, i64>(0))?;
        Ok(n.unwrap_or(0) as u64)
    };
    Ok(Verification {
        log_rows: count("log")?,
        samples: count("samples")?,
        label_sets: count("label_sets")?,
        differences,
    })
}

fn check_chain(reader: &Reader, differences: &mut Vec<Difference>) -> Result<Vec<LogRow>, StoreError> {
    let raw = reader.all("reading the log", &format!("SELECT {COLUMNS} FROM log ORDER BY seq"), [], RawRow::read)?;
    let mut last: std::collections::BTreeMap<String, (i64, String)> = std::collections::BTreeMap::new();
    let mut rows = Vec::with_capacity(raw.len());
    for row in raw {
        let place = format!("log row {} ({})", row.seq, row.id);
        let mut differs = |what: String| differences.push(Difference { place: place.clone(), what });
        let (count, prev_hash) = last.remove(&row.device).unwrap_or_default();
        if row.hash != row.expected_hash() {
            differs("its content does not match its hash: the row was altered".to_owned());
        }
        if row.prev_hash != prev_hash || row.id != crate::log::row_id(&row.device, count + 1) {
            differs("it does not follow the row before it: a row was removed, added or reordered".to_owned());
        }
        last.insert(row.device.clone(), (count + 1, row.hash.clone()));
        match row.decode() {
            Ok(row) => rows.push(row),
            Err(error) => differs(error.to_string()),
        }
    }
    Ok(rows)
}

fn check_facts(reader: &Reader, rows: &[LogRow], differences: &mut Vec<Difference>) -> Result<(), StoreError> {
    let mut imported = 0;
    let mut runs = Vec::new();
    for row in rows {
        match &row.decision {
            Decision::SamplesImported { source, samples, digest, .. } => {
                let entries = reader.entries_of_import(&row.id)?;
                imported += entries.len() as u64;
                if entries.len() as u64 != *samples || &catalogue::import_digest(&entries) != digest {
                    let what = format!("{} samples that do not match the {samples} imported", entries.len());
                    differences.push(Difference { place: format!("import {} of {source}", row.id), what });
                }
            }
            Decision::RunRecorded { run } => {
                let mut digest = RunDigest::default();
                reader.each_prediction(&run.id, |sample, position, prediction| {
                    digest.prediction(sample, position, &prediction);
                })?;
                reader.each_whole(&run.id, |sample, classes, embedding| digest.whole(sample, classes, embedding))?;
                reader.each_crop(&run.id, |sample, position, vector| digest.crop(sample, position, vector))?;
                let count = digest.predictions();
                if digest.finish() != run.digest || count != run.predictions {
                    let what = format!("{count} predictions that do not match the {} recorded", run.predictions);
                    differences.push(Difference { place: format!("run {} of {}", run.id, run.model), what });
                }
                runs.push(run.id.clone());
            }
            _ => {}
        }
    }
    let present = reader.sample_count()?;
    if present != imported {
        let what = format!("{present} samples, but the log's imports brought {imported}");
        differences.push(Difference { place: "table samples".to_owned(), what });
    }
    for run in reader.runs()? {
        if !runs.contains(&run.id) {
            let what = "the log does not know this run".to_owned();
            differences.push(Difference { place: format!("run {}", run.id), what });
        }
    }
    Ok(())
}

/// Folds the log into empty tables in memory and compares them with the stored ones, row by row.
fn replay(database: &Path, rows: &[LogRow], differences: &mut Vec<Difference>) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_URI;
    let memory =
        Connection::open_with_flags(":memory:", flags).map_err(|e| StoreError::sql("replaying", database, e))?;
    let prepare = || {
        memory.execute_batch(schema::STATE)?;
        // Tables that are not in memory, such as the samples, are found in the attached database.
        memory.execute("ATTACH ?1 AS stored", [file_uri(database, "mode=ro")])
    };
    prepare().map_err(|e| StoreError::sql("replaying", database, e))?;
    let transaction = memory.unchecked_transaction().map_err(in_database("replaying", &memory))?;
    for row in rows {
        if let Err(error) = fold::apply(&memory, row) {
            let place = format!("log row {} ({})", row.seq, row.id);
            differences.push(Difference { place, what: format!("it cannot be replayed: {error}") });
        }
    }
    transaction.commit().map_err(in_database("replaying", &memory))?;
    for (table, key) in schema::STATE_TABLES {
        for (left, right, what) in [
            ("main", "stored", "the log gives this row, but the table has none or another"),
            ("stored", "main", "the table has this row, but the log gives none or another"),
        ] {
            compare(&memory, table, key, left, right, what, differences).map_err(in_database("comparing", &memory))?;
        }
    }
    Ok(())
}

fn compare(
    memory: &Connection,
    table: &str,
    key: &str,
    left: &str,
    right: &str,
    what: &str,
    differences: &mut Vec<Difference>,
) -> rusqlite::Result<()> {
    let shown = key.replace(", ", " || ' ' || ");
    let sql = format!(
        "SELECT {shown} FROM (SELECT * FROM {left}.{table} EXCEPT SELECT * FROM {right}.{table}) ORDER BY {key}"
    );
    let mut statement = memory.prepare(&sql)?;
    let rows: Vec<String> = statement
        .query_map([], |r| r.get::<_, rusqlite::types::Value>(0).map(|v| show(&v)))?
        .collect::<rusqlite::Result<_>>()?;
    for row in rows.iter().take(LISTED) {
        differences.push(Difference { place: format!("table {table}, row {row}"), what: what.to_owned() });
    }
    if rows.len() > LISTED {
        let what = format!("{} more rows like the last", rows.len() - LISTED);
        differences.push(Difference { place: format!("table {table}"), what });
    }
    Ok(())
}

fn show(value: &rusqlite::types::Value) -> String {
    match value {
        rusqlite::types::Value::Integer(n) => n.to_string(),
        rusqlite::types::Value::Text(t) => t.clone(),
        other => format!("{other:?}"),
    }
}
