//! The tables: facts, the log, and the state that is folded from it.

use rusqlite::{Connection, Transaction};
use rusqlite_migration::{HookError, M, Migrations};

use crate::fold;

/// Facts: immutable rows, written in bulk by an import or a run that a log row names.
const FACTS: &str = "
CREATE TABLE samples (
    id TEXT NOT NULL PRIMARY KEY,
    ordinal INTEGER NOT NULL UNIQUE,
    import TEXT NOT NULL,
    path TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    format TEXT NOT NULL,
    orientation INTEGER NOT NULL,
    captured_at_ms INTEGER,
    metadata TEXT NOT NULL,
    provenance TEXT NOT NULL,
    features TEXT NOT NULL
) STRICT;
CREATE INDEX samples_by_time ON samples (captured_at_ms);
CREATE TABLE sample_paths (
    path TEXT NOT NULL PRIMARY KEY,
    sample TEXT NOT NULL REFERENCES samples (id)
) STRICT, WITHOUT ROWID;
CREATE TABLE import_problems (
    import TEXT NOT NULL,
    position INTEGER NOT NULL,
    place TEXT NOT NULL,
    cause TEXT NOT NULL,
    PRIMARY KEY (import, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
    id TEXT NOT NULL PRIMARY KEY,
    ordinal INTEGER NOT NULL UNIQUE,
    model TEXT NOT NULL,
    perturbation TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE TABLE run_samples (
    run TEXT NOT NULL REFERENCES runs (id),
    sample TEXT NOT NULL REFERENCES samples (id),
    uncertainty REAL NOT NULL,
    PRIMARY KEY (run, sample)
) STRICT, WITHOUT ROWID;
CREATE TABLE predictions (
    run TEXT NOT NULL REFERENCES runs (id),
    sample TEXT NOT NULL REFERENCES samples (id),
    position INTEGER NOT NULL,
    class TEXT NOT NULL,
    x1 REAL NOT NULL,
    y1 REAL NOT NULL,
    x2 REAL NOT NULL,
    y2 REAL NOT NULL,
    score REAL NOT NULL,
    class_scores BLOB NOT NULL,
    PRIMARY KEY (run, sample, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE models (
    sha256 TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// What came after the first version: shapes and spreads of predictions, what models say of a sample as a whole, and
/// embeddings. `object` is the position of the prediction that was cropped, or -1 for the whole sample.
const FACTS_OF_MODELS: &str = "
ALTER TABLE predictions ADD COLUMN details TEXT;
ALTER TABLE run_samples ADD COLUMN class_scores BLOB;
CREATE TABLE embeddings (
    run TEXT NOT NULL REFERENCES runs (id),
    sample TEXT NOT NULL REFERENCES samples (id),
    object INTEGER NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (run, sample, object)
) STRICT, WITHOUT ROWID;
CREATE TABLE pending_readings (
    run TEXT NOT NULL,
    sample TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run, sample)
) STRICT, WITHOUT ROWID;
";

/// The log: append-only, hash-chained by device.
const LOG: &str = "
CREATE TABLE log (
    seq INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL,
    actor TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    sample TEXT,
    annotator TEXT,
    body TEXT NOT NULL,
    undoes TEXT,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX log_by_sample ON log (sample, seq);
CREATE INDEX log_by_device ON log (device, seq);
CREATE TRIGGER log_is_never_updated BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_is_never_deleted BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
";

/// State: a pure fold of the log.
pub(crate) const STATE: &str = "
CREATE TABLE label_sets (
    sample TEXT NOT NULL,
    annotator TEXT NOT NULL,
    stamp TEXT NOT NULL,
    submitted INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    objects INTEGER NOT NULL,
    judges INTEGER NOT NULL,
    labels TEXT NOT NULL,
    PRIMARY KEY (sample, annotator)
) STRICT, WITHOUT ROWID;
CREATE TABLE objects (
    sample TEXT NOT NULL,
    annotator TEXT NOT NULL,
    id TEXT NOT NULL,
    place REAL NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (sample, annotator, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX objects_in_order ON objects (sample, annotator, place);
CREATE TABLE revisions (
    sample TEXT NOT NULL,
    annotator TEXT NOT NULL,
    revision INTEGER NOT NULL,
    row TEXT NOT NULL,
    stamp TEXT NOT NULL,
    digest TEXT NOT NULL,
    labels TEXT NOT NULL,
    PRIMARY KEY (sample, annotator, revision)
) STRICT, WITHOUT ROWID;
CREATE TABLE undo_steps (
    sample TEXT NOT NULL,
    annotator TEXT NOT NULL,
    stack TEXT NOT NULL,
    position INTEGER NOT NULL,
    row TEXT NOT NULL,
    PRIMARY KEY (sample, annotator, stack, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE ontologies (version INTEGER NOT NULL PRIMARY KEY, digest TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE policies (version INTEGER NOT NULL PRIMARY KEY, digest TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE quarantine (
    row TEXT NOT NULL,
    position INTEGER NOT NULL,
    sample TEXT NOT NULL,
    annotator TEXT NOT NULL,
    source TEXT NOT NULL,
    object TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (row, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE skips (
    sample TEXT NOT NULL,
    annotator TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (sample, annotator)
) STRICT, WITHOUT ROWID;
CREATE TABLE comments (
    id TEXT NOT NULL PRIMARY KEY,
    sample TEXT NOT NULL,
    author TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    x REAL,
    y REAL,
    text TEXT NOT NULL,
    settled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX comments_by_sample ON comments (sample, at_utc_ms);
CREATE TABLE task_times (
    row TEXT NOT NULL PRIMARY KEY,
    sample TEXT NOT NULL,
    annotator TEXT NOT NULL,
    active_ms INTEGER NOT NULL,
    waited_ms INTEGER NOT NULL,
    idle_ms INTEGER NOT NULL,
    opened_at_utc_ms INTEGER NOT NULL,
    judging INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tasks (
    sample TEXT NOT NULL,
    annotator TEXT NOT NULL,
    leased_until_ms INTEGER,
    snoozed_until_ms INTEGER,
    honeypot INTEGER NOT NULL,
    PRIMARY KEY (sample, annotator)
) STRICT, WITHOUT ROWID;
CREATE TABLE people (person TEXT NOT NULL PRIMARY KEY, roles TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE returns (
    sample TEXT NOT NULL,
    annotator TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    by TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    comments TEXT NOT NULL,
    PRIMARY KEY (sample, annotator)
) STRICT, WITHOUT ROWID;
CREATE TABLE gold (
    sample TEXT NOT NULL PRIMARY KEY,
    annotator TEXT NOT NULL,
    by TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    how TEXT NOT NULL,
    sets TEXT NOT NULL,
    stamp TEXT NOT NULL,
    digest TEXT NOT NULL,
    labels TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE reopened (
    sample TEXT NOT NULL PRIMARY KEY,
    by TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE withdrawals (version INTEGER NOT NULL PRIMARY KEY, row TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE campaigns (
    name TEXT NOT NULL PRIMARY KEY,
    row TEXT NOT NULL,
    by TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    stamp TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE campaign_tasks (
    campaign TEXT NOT NULL,
    sample TEXT NOT NULL,
    annotator TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (campaign, sample, annotator)
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_tasks_by_annotator ON campaign_tasks (annotator);
CREATE TABLE boosts (
    sample TEXT NOT NULL,
    row TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (sample, row)
) STRICT, WITHOUT ROWID;
CREATE TABLE registry (
    sha256 TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    row TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    calibration TEXT,
    retired INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE model_speeds (
    row TEXT NOT NULL PRIMARY KEY,
    sha256 TEXT NOT NULL,
    device TEXT NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE releases (
    name TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    samples INTEGER NOT NULL,
    objects INTEGER NOT NULL,
    row TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The state tables with the columns that identify a row, for comparing a replay with what is stored.
pub(crate) const STATE_TABLES: [(&str, &str); 22] = [
    ("label_sets", "sample, annotator"),
    ("objects", "sample, annotator, id"),
    ("revisions", "sample, annotator, revision"),
    ("undo_steps", "sample, annotator, stack, position"),
    ("ontologies", "version"),
    ("policies", "version"),
    ("quarantine", "row, position"),
    ("skips", "sample, annotator"),
    ("comments", "id"),
    ("task_times", "row"),
    ("tasks", "sample, annotator"),
    ("people", "person"),
    ("returns", "sample, annotator"),
    ("gold", "sample"),
    ("reopened", "sample"),
    ("withdrawals", "version"),
    ("campaigns", "name"),
    ("campaign_tasks", "campaign, sample, annotator"),
    ("boosts", "sample, row"),
    ("registry", "sha256"),
    ("model_speeds", "row"),
    ("releases", "name"),
];

/// The newest schema this version knows.
pub(crate) const SCHEMA: i64 = 6;

/// Brings the database to the newest schema.
///
/// State follows from the log, so that another shape of its tables needs no conversion: they are dropped, and the log
/// is folded again.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), rusqlite_migration::Error> {
    let first = [FACTS, LOG].concat();
    let drops = STATE_TABLES.map(|(table, _)| format!("DROP TABLE IF EXISTS {table};\n")).concat();
    let state = [&drops, STATE].concat();
    let refold = |transaction: &Transaction<'_>| {
        fold::refold(transaction).map_err(|e| HookError::Hook(format!("folding the log again: {e}")))
    };
    // Earlier steps once folded the log into the tables of their time; whoever comes from an earlier version is folded
    // once, at the end, into those of now.
    let nothing = M::up("SELECT 1;");
    let facts = M::up(FACTS_OF_MODELS);
    let steps = vec![M::up(&first), nothing.clone(), facts, nothing.clone(), nothing, M::up_with_hook(&state, refold)];
    Migrations::new(steps).to_latest(connection)
}
