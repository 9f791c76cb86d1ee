//! Failures in words: one total function from an error to what failed, why, and what to do next.

use std::error::Error;
use std::io::ErrorKind;
use std::path::PathBuf;

use concord_conveyor::ConveyorError;
use concord_exchange::ExchangeError;
use concord_imaging::ImagingError;
use concord_inference::InferenceError;
use concord_metrics::MetricsError;
use concord_project::ProjectError;
use concord_report::ReportError;
use concord_store::StoreError;
use serde::Serialize;

use super::exit;

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A use case failed.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Two COCO files cannot be compared.
    #[error("comparing the detections {} with the ground truth {}: {source}", dt.display(), gt.display())]
    CocoFiles {
        /// The ground truth.
        gt: PathBuf,
        /// The detections.
        dt: PathBuf,
        /// Which file it is, and what is wrong in it.
        source: MetricsError,
    },
    /// The answer could not be written.
    #[error("writing the answer to standard output: {0}")]
    Output(#[source] std::io::Error),
    /// The window could not be opened, or ended in an error.
    #[error("{0}")]
    Window(String),
}

impl Failure {
    /// The exit code of the process.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Project(error) => error.exit_code(),
            Self::CocoFiles { .. } => exit::USAGE,
            Self::Output(_) | Self::Window(_) => exit::FAILED,
        }
    }

    /// What failed, why, and what to do next.
    pub(crate) fn explain(&self) -> Explanation {
        match self {
            Self::Project(error) => explain(error),
            Self::CocoFiles { .. } => Explanation::of(
                self,
                "mend the file at that place: the ground truth is a COCO dataset, the detections are a list of \
                 {image_id, category_id, bbox, score}",
            ),
            Self::Output(source) => Explanation::of(self, next_for_io(source.kind())),
            Self::Window(_) => Explanation::of(
                self,
                "on a machine without a display use the other commands: `concord --help` lists them",
            ),
        }
    }
}

/// A failure in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Explanation {
    /// What was attempted, and on which path.
    pub(crate) what: String,
    /// The causes, the nearest first; empty when `what` says it all.
    pub(crate) causes: Vec<String>,
    /// The next step for the person.
    #[serde(rename = "try")]
    pub(crate) next: String,
}

impl Explanation {
    /// The chain of an error with a next step. A cause that an error's text ends with is told once, as the cause.
    fn of(error: &dyn Error, next: impl Into<String>) -> Self {
        let mut texts = vec![error.to_string()];
        let mut at = error.source();
        while let Some(cause) = at {
            texts.push(cause.to_string());
            at = cause.source();
        }
        for i in 1..texts.len() {
            let end = format!(": {}", texts[i]);
            if let Some(length) = texts[i - 1].strip_suffix(&end).map(str::len) {
                texts[i - 1].truncate(length);
            }
        }
        texts.dedup();
        let what = texts.remove(0);
        Self { what, causes: texts, next: next.into() }
    }

    /// The text for standard error: `error:`, `cause:` and `try:`, each on its lines.
    pub(crate) fn to_text(&self) -> String {
        let causes = self.causes.iter().map(|cause| format!("cause: {cause}"));
        let lines = std::iter::once(format!("error: {}", self.what)).chain(causes);
        lines.chain([format!("try:   {}", self.next)]).collect::<Vec<_>>().join("\n")
    }
}

/// What failed in a use case, why, and what to do next.
pub(crate) fn explain(error: &ProjectError) -> Explanation {
    if let ProjectError::Config { path, source } = error {
        let what = format!("reading the configuration {}", path.display());
        let next = "mend the file as the cause says, or open the project with the version that wrote it";
        return Explanation { what, causes: vec![source.to_string()], next: next.to_owned() };
    }
    Explanation::of(error, next_step(error))
}

fn next_step(error: &ProjectError) -> String {
    match error {
        ProjectError::Store(error) => next_for_store(error),
        ProjectError::Domain(_) | ProjectError::Config { .. } => {
            "mend the text at the named place and repeat".to_owned()
        }
        ProjectError::Exchange(error) => next_for_exchange(error),
        ProjectError::Signature(_) => {
            "check the signature and the keys in trusted-keys.txt of the project, a public key a line".to_owned()
        }
        ProjectError::Imaging(error) => next_for_imaging(error),
        ProjectError::Inference(error) => next_for_inference(error),
        ProjectError::Saliency(_) => {
            "give grey values as .npy or .png, one file an image, named like the image".to_owned()
        }
        ProjectError::Metrics(_) => {
            "this comes from odd values in labels or predictions: run `concord verify` on the project".to_owned()
        }
        ProjectError::Report(error) => match error {
            ReportError::Io { source, .. } => next_for_io(source.kind()).to_owned(),
            ReportError::Render(_) | ReportError::Json(_) | ReportError::Xml(_) | ReportError::Shape(_) => {
                "this is a fault of Concord: please report it with this message".to_owned()
            }
        },
        ProjectError::Io { source, .. } => next_for_io(source.kind()).to_owned(),
        ProjectError::Usage(_) => "correct what the message names; `concord COMMAND --help` shows examples".to_owned(),
        ProjectError::Cancelled => "repeat the command when you want it done; nothing has to be cleaned up".to_owned(),
    }
}

fn next_for_store(error: &StoreError) -> String {
    match error {
        StoreError::Locked { .. } => {
            "close the other window or wait for the other command; commands that only read, such as `concord queue`, \
             work meanwhile"
                .to_owned()
        }
        StoreError::ReadOnly { .. } => {
            "make the folder writable, or copy the project to where you may write".to_owned()
        }
        StoreError::DiskFull { .. } => "free some space and repeat".to_owned(),
        StoreError::Newer { .. } => {
            "open the project with the version of Concord that wrote it, or a newer one".to_owned()
        }
        StoreError::Missing { .. } => {
            "check the path, or make a project with `concord new DIR --images PATH`".to_owned()
        }
        StoreError::Corrupt { .. } | StoreError::Row { .. } => {
            "restore the project from a copy; `concord verify DIR` lists what differs".to_owned()
        }
        StoreError::Io { source, .. } => next_for_io(source.kind()).to_owned(),
        StoreError::Sql { .. } => "run `concord verify DIR` on the project, and repeat".to_owned(),
        StoreError::Refused(_) => "look at the state of the project with `concord verify DIR`, and repeat".to_owned(),
        StoreError::Domain(_) => "mend the text at the named place and repeat".to_owned(),
    }
}

fn next_for_exchange(error: &ExchangeError) -> String {
    match error {
        ExchangeError::Json { .. } => "mend the file at the named place, or export it again".to_owned(),
        ExchangeError::Format { .. } => "check that this is the file you meant".to_owned(),
        ExchangeError::Invalid { .. } | ExchangeError::Domain(_) => "correct the value and repeat".to_owned(),
        ExchangeError::NotEmpty { .. } => "name a folder that does not exist yet".to_owned(),
        ExchangeError::Io { source, .. } => next_for_io(source.kind()).to_owned(),
    }
}

fn next_for_imaging(error: &ImagingError) -> String {
    match error {
        ImagingError::Io { source, .. } => next_for_io(source.kind()),
        ImagingError::Empty { .. } | ImagingError::NotAnImage { .. } | ImagingError::Corrupt { .. } => {
            "copy the picture from its source again, or leave it out"
        }
        ImagingError::Unsupported { .. } => "convert the picture to PNG or JPEG",
        ImagingError::TooManyPixels { .. } | ImagingError::TooStretched { .. } | ImagingError::TooManyBytes { .. } => {
            "cut the picture into tiles, or leave it out"
        }
        ImagingError::TooSmall { .. } => "leave the small pictures out, or choose other perturbations with --types",
        ImagingError::Severity { .. } => "choose severities from 1 to 5",
    }
    .to_owned()
}

fn next_for_inference(error: &InferenceError) -> String {
    match error {
        InferenceError::Read { source, .. } => next_for_io(source.kind()),
        InferenceError::Onnx { .. } => "check that this is the model file you meant, and export it as ONNX again",
        InferenceError::Contract { .. } => {
            "write what the model takes and gives into a model.toml beside it (docs/models.md has every key), or export it \
             as the message expects"
        }
        InferenceError::Engine { .. } => {
            "`concord doctor` shows the engines and why one is missing; `inference.engine` in concord.toml chooses one"
        }
        InferenceError::Output { .. } => "check the model: it gives no usable numbers for this image",
        InferenceError::NoFeatureMap { .. } => "export the model with a feature map as its second output",
        InferenceError::Saliency { .. } => "correct the parameter, or check the file of the map",
        InferenceError::Prompt { .. } => "point at something inside the image, or draw a box around it",
        InferenceError::Option { .. } => "correct the number in concord.toml",
    }
    .to_owned()
}

/// What to do about a file error.
fn next_for_io(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "check the path; a relative one starts at the current folder",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "check that you may read and write there, or choose another place"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space and repeat",
        ErrorKind::NotADirectory => "name a folder: the path leads through a file",
        ErrorKind::IsADirectory => "name a file: the path is a folder",
        ErrorKind::AlreadyExists => "choose another name, or move away what is there",
        ErrorKind::InvalidData => "check that the file is text in UTF-8",
        _ => "check the path and the disk, and repeat",
    }
}

/// An error of the sample project as the use cases know errors.
pub(crate) fn from_conveyor(error: ConveyorError) -> ProjectError {
    match error {
        ConveyorError::Write { path, source } => ProjectError::io("writing", &path, source),
        ConveyorError::Json { path, source } => ProjectError::io("writing", &path, source.into()),
        ConveyorError::Project(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::*;

    fn check(error: &ProjectError, what: &str, causes: &[&str], next: &str) {
        let found = explain(error);
        assert_eq!(found.what, what);
        assert_eq!(found.causes, causes);
        assert!(found.next.contains(next), "{}", found.next);
    }

    #[test]
    fn a_cause_is_told_once() {
        let error =
            ProjectError::io("reading", Path::new("a.csv"), io::Error::new(ErrorKind::NotFound, "no such file"));
        check(&error, "reading a.csv", &["no such file"], "check the path");
    }

    #[test]
    fn every_failure_names_a_next_step() {
        let locked = StoreError::Locked { path: PathBuf::from("belt"), holder: " (process 7)".to_owned() };
        let what = locked.to_string();
        assert!(what.contains("belt") && what.contains("process 7"));
        check(&ProjectError::from(locked), &what, &[], "close the other window");
        check(&ProjectError::usage("no"), "no", &[], "--help");
        let text = explain(&ProjectError::Cancelled).to_text();
        assert!(text.starts_with("error: stopped; nothing was changed\ntry:   "), "{text}");
    }

    #[test]
    fn a_configuration_is_named_with_its_fault() {
        let source = concord_domain::DomainError::invalid("concord.toml", "the project has format 99");
        let error = ProjectError::Config { path: PathBuf::from("p/concord.toml"), source };
        let cause = "concord.toml is not valid: the project has format 99";
        check(&error, "reading the configuration p/concord.toml", &[cause], "version that wrote it");
    }
}
