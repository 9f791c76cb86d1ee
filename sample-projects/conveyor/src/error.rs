//! What can go wrong while scenes are written or label files are read.

use std::path::{Path, PathBuf};

/// An error of the sample project.
#[derive(Debug, thiserror::Error)]
pub enum ConveyorError {
    /// A folder could not be made or a file not written.
    #[error("could not write {path}: {source}")]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// Why it was not.
        source: std::io::Error,
    },
    /// A value could not be turned into JSON.
    #[error("could not write {path} as JSON: {source}")]
    Json {
        /// The file.
        path: PathBuf,
        /// Why it was not.
        source: serde_json::Error,
    },
    /// The project could not be made.
    #[error(transparent)]
    Project(#[from] concord_project::ProjectError),
}

impl ConveyorError {
    pub(crate) fn write(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Write { path, source }
    }

    pub(crate) fn json(path: &Path) -> impl FnOnce(serde_json::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Json { path, source }
    }
}
