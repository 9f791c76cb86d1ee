//! What can go wrong with a project's database, in words that say what to do.

use std::path::{Path, PathBuf};

use concord_domain::DomainError;
use rusqlite::ErrorCode;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the project open for writing.
    #[error("{} is open in another Concord{holder}; close it there first", path.display())]
    Locked {
        /// The project folder.
        path: PathBuf,
        /// " (process 123)" when known.
        holder: String,
    },
    /// The folder or the disk does not allow writing.
    #[error("{} cannot be written: the folder or the disk is read-only; nothing was changed", path.display())]
    ReadOnly {
        /// The database or folder.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("{} cannot be written: the disk is full; free some space and repeat, nothing was changed", path.display())]
    DiskFull {
        /// The database.
        path: PathBuf,
    },
    /// The database was written by a newer version.
    #[error("{} was written by a newer version of Concord (schema {found}, this one knows {known}); open it with that version", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Schema of the file.
        found: i64,
        /// Newest schema this version knows.
        known: i64,
    },
    /// There is no project database.
    #[error("{} holds no Concord project (no {} in it); make one with `concord new`", path.display(), crate::DATABASE)]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// The file is no database or is damaged.
    #[error("{} is damaged: {why}; restore it from a copy, and run `concord verify` on it", path.display())]
    Corrupt {
        /// The database.
        path: PathBuf,
        /// What SQLite found.
        why: String,
    },
    /// A file operation failed.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// What was attempted: "creating", "locking" …
        doing: &'static str,
        /// On which path.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A database operation failed.
    #[error("{doing} failed in {}: {source}", path.display())]
    Sql {
        /// What was attempted.
        doing: &'static str,
        /// The database.
        path: PathBuf,
        /// The cause.
        source: rusqlite::Error,
    },
    /// A decision does not fit the state it meets.
    #[error("{0}")]
    Refused(String),
    /// A value of the domain is refused.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// A row holds something that this version cannot read.
    #[error("row {row} of {table} cannot be read: {why}")]
    Row {
        /// Which table.
        table: &'static str,
        /// Which row.
        row: String,
        /// Why.
        why: String,
    },
}

impl StoreError {
    /// An SQLite error with what was attempted, turned into the words for its cause.
    pub(crate) fn sql(doing: &'static str, path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt { path, why: source.to_string() }
            }
            _ => Self::Sql { doing, path, source },
        }
    }

    /// A file error with what was attempted, turned into the words for its cause.
    pub(crate) fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind;
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Self::ReadOnly { path },
            ErrorKind::StorageFull => Self::DiskFull { path },
            _ => Self::Io { doing, path, source },
        }
    }
}
