//! What can go wrong with a report.

use std::path::{Path, PathBuf};

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file or folder could not be written.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The page could not be put together.
    #[error("cannot render the report: {0}")]
    Render(#[from] minijinja::Error),
    /// The report could not be written as JSON.
    #[error("cannot write the report as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The JUnit file could not be put together.
    #[error("cannot write the gates as XML: {0}")]
    Xml(std::io::Error),
    /// The parts of the report contradict each other.
    #[error("the report contradicts itself: {0}")]
    Shape(String),
}

impl ReportError {
    /// For `map_err`: a [`ReportError::Io`] about an action on a path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
