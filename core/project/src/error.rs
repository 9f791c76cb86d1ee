//! What can go wrong in a use case, and the exit code that the command line gives it.

use std::path::{Path, PathBuf};

use concord_domain::DomainError;
use concord_exchange::{ExchangeError, SignatureError};
use concord_imaging::ImagingError;
use concord_inference::InferenceError;
use concord_inference::saliency::SaliencyError;
use concord_metrics::MetricsError;
use concord_report::ReportError;
use concord_store::StoreError;

/// Why a use case could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value or a configuration file.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// A dataset, a sidecar or a release.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// A signature or a list of trusted keys.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A picture.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
    /// A model.
    #[error(transparent)]
    Inference(#[from] InferenceError),
    /// A saliency map that was to be taken in.
    #[error(transparent)]
    Saliency(#[from] SaliencyError),
    /// A statistic.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// A report.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A configuration file of a project.
    #[error("{}: {source}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        source: DomainError,
    },
    /// A file operation.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// What was attempted: "reading", "writing" …
        doing: &'static str,
        /// On which path.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// What was asked cannot be done, and why.
    #[error("{0}")]
    Usage(String),
    /// The person stopped it.
    #[error("stopped; nothing was changed")]
    Cancelled,
}

impl ProjectError {
    /// A [`ProjectError::Io`].
    pub fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { doing, path: path.to_owned(), source }
    }

    /// A [`ProjectError::Usage`].
    pub fn usage(why: impl Into<String>) -> Self {
        Self::Usage(why.into())
    }

    /// The exit code of the command line: 2 for wrong usage or configuration, 130 for a stop, 1 for all else.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Domain(_) | Self::Config { .. } => 2,
            Self::Cancelled => 130,
            _ => 1,
        }
    }
}
