//! What can go wrong with a file as a whole, and what can be wrong with one row of it.

use std::path::{Path, PathBuf};

use serde::Serialize;

/// One thing that is wrong in a file that could be read otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Where: `annotations[17] (id 5)`, `line 3` …
    pub place: String,
    /// What is wrong and what became of the row.
    pub cause: String,
}

impl Problem {
    /// A problem at a place.
    pub fn new(place: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { place: place.into(), cause: cause.into() }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.cause)
    }
}

/// Why a file or folder could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The text is no JSON.
    #[error("{name} is no JSON: {why} (line {line}, column {column})")]
    Json {
        /// The file.
        name: String,
        /// Line, counted from 1.
        line: usize,
        /// Column in characters of the file, counted from 1; 0 when the text ends too early.
        column: usize,
        /// What the parser expected.
        why: String,
    },
    /// The text is readable, but not what the reader was asked for.
    #[error("{name} is not {expected}: {why}")]
    Format {
        /// The file.
        name: String,
        /// What it should have been: "a COCO dataset" …
        expected: &'static str,
        /// How it differs.
        why: String,
    },
    /// The values that were to be written contradict each other.
    #[error("{what} cannot be written: {why}")]
    Invalid {
        /// What was to be written.
        what: String,
        /// The contradiction.
        why: String,
    },
    /// The target folder holds something already.
    #[error("cannot write to {}: the folder exists and is not empty; choose a new one", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was attempted: "write", "create the folder" …
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// An ontology or policy could not be written as text.
    #[error(transparent)]
    Domain(#[from] concord_domain::DomainError),
}

impl ExchangeError {
    /// For `map_err`: an [`ExchangeError::Io`] about an action on a path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// An [`ExchangeError::Invalid`].
    pub(crate) fn invalid(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Invalid { what: what.into(), why: why.into() }
    }
}
