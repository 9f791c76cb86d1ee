//! The log: one row a decision, hash-chained by device.

use concord_domain::decision::Decision;
use concord_domain::digest::canonical_json;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// A decision on its way into the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Who decided.
    pub actor: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_utc_ms: i64,
    /// What.
    pub decision: Decision,
    /// The row this one takes back, for undo and redo.
    pub undoes: Option<String>,
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogRow {
    /// Position in this database, from 1.
    pub seq: i64,
    /// Identity across databases: device and its own count.
    pub id: String,
    /// The workstation that wrote it.
    pub device: String,
    /// Who decided.
    pub actor: String,
    /// When, in milliseconds since 1970 UTC.
    pub at_utc_ms: i64,
    /// What.
    pub decision: Decision,
    /// The row this one takes back.
    pub undoes: Option<String>,
    /// Hash of the device's previous row; empty for its first.
    pub prev_hash: String,
    /// BLAKE3 over the canonical bytes of the row and `prev_hash`.
    pub hash: String,
}

/// The body of a row: the decision under a version, so that old rows stay readable.
#[derive(Serialize, Deserialize)]
struct Body {
    v: u32,
    #[serde(flatten)]
    decision: Decision,
}

const BODY_VERSION: u32 = 1;

/// The columns of a row as they are stored, which is what the hash covers.
pub(crate) struct RawRow {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) device: String,
    pub(crate) actor: String,
    pub(crate) at_utc_ms: i64,
    pub(crate) kind: String,
    pub(crate) sample: Option<String>,
    pub(crate) annotator: Option<String>,
    pub(crate) body: String,
    pub(crate) undoes: Option<String>,
    pub(crate) prev_hash: String,
    pub(crate) hash: String,
}

/// The columns of [`RawRow`] in their order.
pub(crate) const COLUMNS: &str =
    "seq, id, device, actor, at_utc_ms, kind, sample, annotator, body, undoes, prev_hash, hash";

impl RawRow {
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            id: row.get(1)?,
            device: row.get(2)?,
            actor: row.get(3)?,
            at_utc_ms: row.get(4)?,
            kind: row.get(5)?,
            sample: row.get(6)?,
            annotator: row.get(7)?,
            body: row.get(8)?,
            undoes: row.get(9)?,
            prev_hash: row.get(10)?,
            hash: row.get(11)?,
        })
    }

    /// The hash this row must bear. `seq` is left out: it is a place in one database, not part of the decision.
    pub(crate) fn expected_hash(&self) -> String {
        let bytes = canonical_json(&(
            (&self.id, &self.device, &self.actor, self.at_utc_ms),
            (&self.kind, &self.sample, &self.annotator, &self.undoes),
            &self.body,
            &self.prev_hash,
        ));
        blake3::hash(bytes.as_bytes()).to_hex().to_string()
    }

    pub(crate) fn decode(self) -> Result<LogRow, StoreError> {
        let refuse = |why: String| StoreError::Row { table: "log", row: self.id.clone(), why };
        let body: Body = serde_json::from_str(&self.body).map_err(|e| refuse(e.to_string()))?;
        if body.v > BODY_VERSION {
            return Err(refuse(format!("it has body version {} of a newer Concord", body.v)));
        }
        Ok(LogRow {
            seq: self.seq,
            id: self.id,
            device: self.device,
            actor: self.actor,
            at_utc_ms: self.at_utc_ms,
            decision: body.decision,
            undoes: self.undoes,
            prev_hash: self.prev_hash,
            hash: self.hash,
        })
    }
}

/// The end of a device's chain: how many rows it has and the hash of the last.
pub(crate) struct Head {
    pub(crate) count: i64,
    pub(crate) hash: String,
}

/// The end of a device's chain.
pub(crate) fn head(connection: &Connection, device: &str) -> rusqlite::Result<Head> {
    let last = connection
        .prepare_cached("SELECT id, hash FROM log WHERE device = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([device], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    Ok(last.map_or(Head { count: 0, hash: String::new() }, |(id, hash)| {
        let count = id.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        Head { count, hash }
    }))
}

/// The id of a device's row with this count.
pub(crate) fn row_id(device: &str, count: i64) -> String {
    format!("{device}-{count}")
}

/// Appends a row without folding it; only the store calls this, inside its transaction.
pub(crate) fn append(connection: &Connection, device: &str, entry: Entry) -> rusqlite::Result<LogRow> {
    let head = head(connection, device)?;
    let label_set = entry.decision.label_set();
    let mut raw = RawRow {
        seq: 0,
        id: row_id(device, head.count + 1),
        device: device.to_owned(),
        actor: entry.actor,
        at_utc_ms: entry.at_utc_ms,
        kind: entry.decision.kind().to_owned(),
        sample: entry.decision.sample().map(|s| s.0.clone()),
        annotator: label_set.map(|k| k.annotator.clone()),
        body: canonical_json(&Body { v: BODY_VERSION, decision: entry.decision.clone() }),
        undoes: entry.undoes,
        prev_hash: head.hash,
        hash: String::new(),
    };
    raw.hash = raw.expected_hash();
    connection
        .prepare_cached(
            "INSERT INTO log (id, device, actor, at_utc_ms, kind, sample, annotator, body, undoes, prev_hash, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(rusqlite::params![
            raw.id,
            raw.device,
            raw.actor,
            raw.at_utc_ms,
            raw.kind,
            raw.sample,
            raw.annotator,
            raw.body,
            raw.undoes,
            raw.prev_hash,
            raw.hash
        ])?;
    Ok(LogRow {
        seq: connection.last_insert_rowid(),
        id: raw.id,
        device: raw.device,
        actor: raw.actor,
        at_utc_ms: raw.at_utc_ms,
        decision: entry.decision,
        undoes: raw.undoes,
        prev_hash: raw.prev_hash,
        hash: raw.hash,
    })
}
