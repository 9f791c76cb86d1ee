//! Errors in words: one total function from what failed to what, why, what to do next, and details.

use concord_language::{Message, tr};
use concord_project::ProjectError;
use concord_store::StoreError;
use concord_widgets::WidgetsError;

/// An error as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorText {
    /// What did not happen.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do next.
    pub next: String,
    /// What helps whoever is asked for help.
    pub details: String,
}

/// Everything that can go wrong behind a screen.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A use case.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A picture that cannot be shown.
    #[error(transparent)]
    Widgets(#[from] WidgetsError),
    /// A job that panicked.
    #[error("an internal error stopped it: {0}")]
    Panic(String),
    /// There is too much work already.
    #[error("too much other work is waiting")]
    Busy,
    /// Something that is asked for cannot be had of this project or file.
    #[error("{0}")]
    Lacking(Message),
    /// The app was started without a way to do this.
    #[error("{0}")]
    Unavailable(Message),
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        Self::Project(ProjectError::Store(error))
    }
}

impl From<concord_imaging::ImagingError> for AppError {
    fn from(error: concord_imaging::ImagingError) -> Self {
        Self::Project(ProjectError::Imaging(error))
    }
}

impl From<concord_inference::InferenceError> for AppError {
    fn from(error: concord_inference::InferenceError) -> Self {
        Self::Project(ProjectError::Inference(error))
    }
}

/// An error in words. `doing` says what was attempted, as in "Opening the project".
pub fn explain(doing: &str, error: &AppError) -> ErrorText {
    let what = match error {
        AppError::Project(ProjectError::Cancelled) => tr!("stopped", doing = doing),
        _ => tr!("failed", doing = doing),
    };
    ErrorText { what, why: cause(error), next: next_step(error).to_owned(), details: format!("{error:?}") }
}

/// Why it happened. What the parts below the window say of it is English, as in their logs.
fn cause(error: &AppError) -> String {
    match error {
        AppError::Panic(why) => tr!("problem-panic", why = why),
        AppError::Busy => tr!("problem-busy").to_owned(),
        AppError::Lacking(what) | AppError::Unavailable(what) => what.local(),
        AppError::Project(_) | AppError::Widgets(_) => error.to_string(),
    }
}

fn next_step(error: &AppError) -> &'static str {
    match error {
        AppError::Project(error) => after_project_error(error),
        AppError::Widgets(_) => tr!("next-check-picture"),
        AppError::Panic(_) => tr!("next-panic"),
        AppError::Busy => tr!("next-busy"),
        AppError::Lacking(_) => tr!("next-change-reason"),
        AppError::Unavailable(_) => tr!("next-unavailable"),
    }
}

fn after_project_error(error: &ProjectError) -> &'static str {
    match error {
        ProjectError::Store(error) => after_store_error(error),
        ProjectError::Domain(_) | ProjectError::Config { .. } => tr!("next-correct-file"),
        ProjectError::Exchange(_) | ProjectError::Signature(_) | ProjectError::Saliency(_) => {
            tr!("next-check-file")
        }
        ProjectError::Imaging(_) => tr!("next-check-image"),
        ProjectError::Inference(_) => tr!("next-check-model"),
        ProjectError::Metrics(_) => tr!("next-check-labels"),
        ProjectError::Report(_) | ProjectError::Io { .. } => {
            tr!("next-check-path")
        }
        ProjectError::Usage(_) => tr!("next-change-reason"),
        ProjectError::Cancelled => tr!("next-start-again"),
    }
}

fn after_store_error(error: &StoreError) -> &'static str {
    match error {
        StoreError::Locked { .. } => tr!("next-locked"),
        StoreError::ReadOnly { .. } => tr!("next-read-only"),
        StoreError::DiskFull { .. } => tr!("next-disk-full"),
        StoreError::Newer { .. } => tr!("next-newer"),
        StoreError::Missing { .. } => tr!("next-missing"),
        StoreError::Corrupt { .. } | StoreError::Row { .. } => {
            tr!("next-corrupt")
        }
        StoreError::Io { .. } | StoreError::Sql { .. } => tr!("next-check-disk"),
        StoreError::Refused(_) | StoreError::Domain(_) => tr!("next-reloaded"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_why_and_what_next() {
        let error = AppError::from(StoreError::DiskFull { path: "/p/concord.db".into() });
        let text = explain("Saving", &error);
        assert_eq!(text.what, "Saving failed");
        assert!(text.why.contains("/p/concord.db") && text.why.contains("the disk is full"), "{}", text.why);
        assert_eq!(text.next, "Free some space, then repeat the last step");
        assert!(text.details.contains("DiskFull"));
    }

    #[test]
    fn a_stop_is_no_failure() {
        let text = explain("Reading images", &AppError::Project(ProjectError::Cancelled));
        assert_eq!(text.what, "Reading images was stopped");
    }
}
