//! Errors in words: one total function from what failed to what, why, what to do next, and details.

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
    /// The app was started without a way to do this.
    #[error("{0}")]
    Unavailable(String),
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
        AppError::Project(ProjectError::Cancelled) => format!("{doing} was stopped"),
        _ => format!("{doing} failed"),
    };
    ErrorText { what, why: error.to_string(), next: next_step(error).to_owned(), details: format!("{error:?}") }
}

fn next_step(error: &AppError) -> &'static str {
    match error {
        AppError::Project(error) => after_project_error(error),
        AppError::Widgets(_) => "Check whether the image file is whole, then open the sample again",
        AppError::Panic(_) => "The rest of the app goes on; repeat it, and report the details when it happens again",
        AppError::Busy => "Wait until some of it is done, then try again",
        AppError::Unavailable(_) => "Start Concord by its own command, which brings this along",
    }
}

fn after_project_error(error: &ProjectError) -> &'static str {
    match error {
        ProjectError::Store(error) => after_store_error(error),
        ProjectError::Domain(_) | ProjectError::Config { .. } => "Correct the file that is named, then try again",
        ProjectError::Exchange(_) => "Check the file that is named, then try again",
        ProjectError::Imaging(_) => "Check whether the image file is there and whole",
        ProjectError::Inference(_) => "Check the model file; `concord doctor` shows which engines are there",
        ProjectError::Metrics(_) => "Check that the label sets it was computed from are complete",
        ProjectError::Report(_) | ProjectError::Io { .. } => {
            "Check that the path exists and that you may read and write it"
        }
        ProjectError::Usage(_) => "Change what the reason names, then try again",
        ProjectError::Cancelled => "Start it again whenever you like",
    }
}

fn after_store_error(error: &StoreError) -> &'static str {
    match error {
        StoreError::Locked { .. } => "Close the project in the other window or command, then open it here",
        StoreError::ReadOnly { .. } => "Give yourself the right to write the project folder, or copy it elsewhere",
        StoreError::DiskFull { .. } => "Free some space, then repeat the last step",
        StoreError::Newer { .. } => "Open the project with the newer version of Concord",
        StoreError::Missing { .. } => "Choose a folder that holds a concord.toml, or make a new project",
        StoreError::Corrupt { .. } | StoreError::Row { .. } => {
            "Run `concord verify` on the project, and restore a copy"
        }
        StoreError::Io { .. } | StoreError::Sql { .. } => "Check the disk and the path, then try again",
        StoreError::Refused(_) | StoreError::Domain(_) => "The sample was loaded again as it is saved; repeat the step",
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
