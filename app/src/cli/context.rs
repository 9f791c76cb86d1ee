//! What every command shares: who is at the desk, on which machine, at what time, and how answers are given.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use concord_project::{Desk, Project};

use super::args::Globals;
use super::error::Failure;
use super::output::Output;
use super::progress::Watch;

/// Environment variable with the name of the person at the desk.
const USER_VARIABLE: &str = "CONCORD_USER";
/// Environment variable with the path of ONNX Runtime's library.
const LIBRARY_VARIABLE: &str = "ORT_DYLIB_PATH";

/// What every command shares.
#[derive(Debug)]
pub(crate) struct Context {
    /// How answers are given.
    pub(crate) output: Output,
    /// The name that was given for who is at the desk: by `--as-user` or `CONCORD_USER`.
    pub(crate) named: Option<String>,
    /// The name under which decisions are logged.
    pub(crate) annotator: String,
}

impl Context {
    /// Reads the environment where the command line does not say.
    pub(crate) fn new(globals: &Globals) -> Self {
        // An empty name that was given on purpose is refused by the desk, with the reason.
        let named = globals.as_user.clone().or_else(|| text_variable(USER_VARIABLE));
        let annotator = named.clone().unwrap_or_else(annotator_from_environment);
        Self { output: Output { json: globals.json, quiet: globals.quiet }, named, annotator }
    }

    /// Opens a project for writing, under the name of the person at the desk.
    pub(crate) fn desk(&self, dir: &Path) -> Result<Desk, Failure> {
        let mut desk = Desk::open(dir, &self.annotator, &device(), now_ms)?;
        name_library(&mut desk.project);
        Ok(desk)
    }

    /// Watches a piece of long work; with a bar where a person looks on.
    pub(crate) fn watch(&self) -> Watch {
        let Output { json, quiet } = self.output;
        Watch::start(!json && !quiet && std::io::stderr().is_terminal())
    }
}

/// The name under which decisions are logged when nobody said who is at the desk.
pub(crate) fn annotator_from_environment() -> String {
    let variables = [USER_VARIABLE, "USER", "LOGNAME", "USERNAME"];
    variables.into_iter().find_map(text_variable).unwrap_or_else(|| "unnamed".to_owned())
}

/// The time now in milliseconds since 1970 UTC: the one place where the command line reads the clock.
pub(crate) fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// The name of this workstation in the log.
pub(crate) fn device() -> String {
    let file = std::fs::read_to_string("/etc/hostname").ok().map(|text| text.trim().to_owned());
    let named = file.filter(|name| !name.is_empty());
    named
        .or_else(|| ["HOSTNAME", "COMPUTERNAME"].into_iter().find_map(text_variable))
        .unwrap_or_else(|| "local".to_owned())
}

/// ONNX Runtime's library as the environment names it, as an absolute path.
pub(crate) fn onnxruntime_library() -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os(LIBRARY_VARIABLE).filter(|value| !value.is_empty())?);
    Some(std::path::absolute(&path).unwrap_or(path))
}

/// Opens a project for reading; one of an older version is brought up to date first.
pub(crate) fn open_project(dir: &Path) -> Result<Project, Failure> {
    let mut project = Project::open(dir)?;
    project.bring_up_to_date(&device())?;
    name_library(&mut project);
    Ok(project)
}

/// A project that names no library itself takes the one of the environment.
fn name_library(project: &mut Project) {
    let setting = &mut project.config.inference.onnxruntime_library;
    if setting.is_none() {
        *setting = onnxruntime_library().map(|path| path.to_string_lossy().into_owned());
    }
}

fn text_variable(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}
