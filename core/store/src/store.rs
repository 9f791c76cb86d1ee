//! The store: the only writer of a project's database.

use std::path::{Path, PathBuf};

use concord_domain::label_set::LabelSetKey;
use rusqlite::{Connection, OpenFlags};

use crate::lock::Lock;
use crate::log::{self, Entry, LogRow};
use crate::read::{self, Reader, in_database};
use crate::{StoreError, fold, schema};

/// Name of the database file in a project folder.
pub const DATABASE: &str = "concord.db";

/// A project's database, open for writing; it holds the project's lock.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    dir: PathBuf,
    device: String,
    _lock: Lock,
}

impl Store {
    /// Makes the database of a new project in an existing folder that holds none.
    ///
    /// `device` names this workstation in the log; letters, digits and `_` are kept of it.
    pub fn create(dir: &Path, device: &str) -> Result<Self, StoreError> {
        let path = dir.join(DATABASE);
        if path.exists() {
            return Err(StoreError::Refused(format!("{} holds a Concord project already", dir.display())));
        }
        Self::open_at(dir, device)
    }

    /// Opens the database of a project for writing.
    pub fn open(dir: &Path, device: &str) -> Result<Self, StoreError> {
        if !dir.join(DATABASE).is_file() {
            return Err(StoreError::Missing { path: dir.to_owned() });
        }
        Self::open_at(dir, device)
    }

    fn open_at(dir: &Path, device: &str) -> Result<Self, StoreError> {
        let lock = Lock::take(dir)?;
        let path = dir.join(DATABASE);
        let mut connection = Connection::open(&path).map_err(|e| StoreError::sql("opening", &path, e))?;
        let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
            PRAGMA recursive_triggers = ON; PRAGMA busy_timeout = 5000;";
        connection.execute_batch(pragmas).map_err(|e| StoreError::sql("preparing", &path, e))?;
        refuse_newer(&connection, &path)?;
        schema::migrate(&mut connection).map_err(|e| match e {
            rusqlite_migration::Error::RusqliteError { err, .. } => StoreError::sql("migrating", &path, err),
            other => StoreError::Corrupt { path: path.clone(), why: other.to_string() },
        })?;
        let device: String = device.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let device = if device.is_empty() { "local".to_owned() } else { device };
        Ok(Self { connection, dir: dir.to_owned(), device, _lock: lock })
    }

    /// Writes one decision: its log row and the state that follows from it, or nothing.
    pub fn commit(&mut self, entry: Entry) -> Result<LogRow, StoreError> {
        self.bulk(|bulk| bulk.commit(entry))
    }

    /// Runs several writes in one transaction: all of them happen, or, when `work` fails or the process dies, none.
    pub fn bulk<T>(&mut self, work: impl FnOnce(&mut Bulk<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let path = self.dir.join(DATABASE);
        let transaction = self
            .connection
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .map_err(|e| StoreError::sql("starting to write", &path, e))?;
        let mut bulk = Bulk { connection: &transaction, device: &self.device };
        let result = work(&mut bulk)?;
        transaction.commit().map_err(|e| StoreError::sql("committing", &path, e))?;
        Ok(result)
    }

    /// A reader with a connection of its own.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Reader::open(&self.dir)
    }

    /// The project folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

/// The inside of a write transaction.
#[derive(Debug)]
pub struct Bulk<'a> {
    pub(crate) connection: &'a Connection,
    device: &'a str,
}

impl Bulk<'_> {
    /// Appends one decision to the log and folds it.
    pub fn commit(&mut self, entry: Entry) -> Result<LogRow, StoreError> {
        let row = log::append(self.connection, self.device, entry)
            .map_err(in_database("writing to the log", self.connection))?;
        fold::apply(self.connection, &row)?;
        Ok(row)
    }

    /// The row that undo would take back, this transaction's rows included.
    pub fn undo_top(&self, key: &LabelSetKey) -> Result<Option<String>, StoreError> {
        Ok(read::latest_step(self.connection, key, "undo")?.map(|(_, row)| row))
    }

    /// The row that redo would take back, this transaction's rows included.
    pub fn redo_top(&self, key: &LabelSetKey) -> Result<Option<String>, StoreError> {
        Ok(read::latest_step(self.connection, key, "redo")?.map(|(_, row)| row))
    }

    /// The id that the next log row will have, so that facts can name the import they belong to.
    pub fn next_row_id(&self) -> Result<String, StoreError> {
        let head = log::head(self.connection, self.device).map_err(in_database("reading the log", self.connection))?;
        Ok(log::row_id(self.device, head.count + 1))
    }
}

/// True when an older version of Concord wrote the project's database last, so that it must be opened for writing once
/// before it can be read.
pub fn is_older(dir: &Path) -> Result<bool, StoreError> {
    let path = dir.join(DATABASE);
    let connection = open_read_only(dir)?;
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |r| r.get(0))
        .map_err(|e| StoreError::sql("reading the version of", &path, e))?;
    Ok(found < schema::SCHEMA)
}

fn refuse_newer(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |r| r.get(0))
        .map_err(|e| StoreError::sql("reading the version of", path, e))?;
    if found > schema::SCHEMA {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: schema::SCHEMA });
    }
    Ok(())
}

/// A read-only connection to a project's database; also on a read-only disk.
pub(crate) fn open_read_only(dir: &Path) -> Result<Connection, StoreError> {
    let path = dir.join(DATABASE);
    if !path.is_file() {
        return Err(StoreError::Missing { path: dir.to_owned() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let probe = |connection: &Connection| {
        connection.execute_batch("PRAGMA busy_timeout = 5000; SELECT count(*) FROM sqlite_schema;")
    };
    let opened = Connection::open_with_flags(&path, flags).and_then(|c| probe(&c).map(|()| c));
    let connection = match opened {
        Ok(connection) => connection,
        // A write-ahead log cannot be shared where nothing can be written; then nobody else writes either.
        Err(_) if std::fs::metadata(dir).is_ok_and(|m| m.permissions().readonly()) => {
            Connection::open_with_flags(file_uri(&path, "immutable=1"), flags)
                .and_then(|c| probe(&c).map(|()| c))
                .map_err(|e| StoreError::sql("opening", &path, e))?
        }
        Err(e) => return Err(StoreError::sql("opening", &path, e)),
    };
    refuse_newer(&connection, &path)?;
    Ok(connection)
}

/// A path as an SQLite URI with a query.
pub(crate) fn file_uri(path: &Path, query: &str) -> String {
    let escaped: String = path
        .to_string_lossy()
        .bytes()
        .map(|byte| match byte {
            b'?' | b'#' | b'%' | 128.. => format!("%{byte:02x}"),
            _ => char::from(byte).to_string(),
        })
        .collect();
    format!("file:{escaped}?{query}")
}

#[cfg(test)]
mod tests {
    use concord_domain::decision::Decision;

    use super::*;
    use crate::verify;

    fn note(length: usize) -> Entry {
        let decision = Decision::ProjectCreated { name: "x".repeat(length) };
        Entry { actor: "ana".to_owned(), at_utc_ms: 1, decision, undoes: None }
    }

    /// SQLite's limit on the size of the file fails in the same way as a disk without room.
    #[test]
    fn a_full_disk_is_named_and_nothing_is_lost() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut store = Store::create(dir.path(), "desk").expect("a new store");
        store.commit(note(10)).expect("there is room");
        let pages: i64 = store.connection.query_row("PRAGMA page_count", [], |r| r.get(0)).expect("a count");
        store.connection.pragma_update(None, "max_page_count", pages + 4).expect("a limit");
        let error = store.commit(note(100_000)).expect_err("there is no room").to_string();
        assert!(error.contains("the disk is full") && error.contains(DATABASE), "{error}");
        let reader = store.reader().expect("a reader");
        assert_eq!(reader.log_head().expect("a head").0, 1);
        store.connection.pragma_update(None, "max_page_count", pages + 1000).expect("space was freed");
        store.commit(note(100_000)).expect("there is room again");
        assert_eq!(verify(dir.path()).expect("verified").differences, []);
    }

    #[test]
    fn a_database_that_cannot_be_written_is_named() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut store = Store::create(dir.path(), "desk").expect("a new store");
        store.connection.pragma_update(None, "query_only", true).expect("read-only");
        let error = store.commit(note(10)).expect_err("nothing can be written").to_string();
        assert!(error.contains("read-only") && error.contains(DATABASE), "{error}");
    }
}
