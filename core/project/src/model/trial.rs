//! A trial run in a process of its own: a model that brings the engine down must not bring the window down.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use concord_inference::EngineOptions;

use super::Opened;
use crate::{Progress, ProjectError};

/// The hidden command of the program that tries a model: `try-model FILE [CARD]`.
const COMMAND: &str = "try-model";

/// How often a trial is looked at.
const PATIENCE: Duration = Duration::from_millis(20);

/// How long a model may take to be opened and run once. A graph that never ends must not keep a person waiting.
const LIMIT: Duration = Duration::from_mins(2);

/// Longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 16 * 1024;

/// Who tries models.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The program, which knows the command.
    pub program: PathBuf,
}

impl Trial {
    /// Opens a model and runs it once, in another process; an error when it is refused or that process dies.
    pub(crate) fn run(&self, model: &Path, card: Option<&Path>, progress: &Progress) -> Result<(), ProjectError> {
        let mut command = Command::new(&self.program);
        command.arg(COMMAND).arg(model).args(card).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|e| ProjectError::io("starting a trial run with", &self.program, e))?;
        let answer = child.stderr.take();
        // Read beside waiting: a process that writes much would stand still otherwise.
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            if let Some(answer) = answer {
                let _ = answer.take(LONGEST_ANSWER).read_to_string(&mut text);
            }
            text
        });
        let started = Instant::now();
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if progress.is_cancelled() || started.elapsed() > LIMIT => {
                    let _ = child.kill();
                    let _ = child.wait();
                    if progress.is_cancelled() {
                        return Err(ProjectError::Cancelled);
                    }
                    return Err(ProjectError::usage(format!(
                        "the model {} did not come to an end within {} seconds, running once on one image; nothing was \
                         registered",
                        model.display(),
                        LIMIT.as_secs()
                    )));
                }
                Ok(None) => std::thread::sleep(PATIENCE),
                Err(e) => return Err(ProjectError::io("waiting for a trial run with", &self.program, e)),
            }
        };
        let text = reader.join().unwrap_or_default();
        if status.success() {
            return Ok(());
        }
        let reason = reason_in(&text);
        Err(ProjectError::usage(if status.code().is_some() && !reason.is_empty() {
            // The process ended in order and says why.
            reason
        } else {
            format!(
                "the model {} brought its trial run down ({}): it may need more memory than there is, or the engine \
                 cannot cope with it; nothing was registered",
                model.display(),
                how(status)
            )
        }))
    }
}

/// Why the other process refused: its error and the causes, without what it advises.
fn reason_in(text: &str) -> String {
    let lines = text.lines().take_while(|line| !line.starts_with("try:"));
    let reason: Vec<&str> =
        lines.map(|line| line.trim_start_matches("error:").trim_start_matches("cause:").trim()).collect();
    reason.join(": ").trim_end_matches(": ").to_owned()
}

#[cfg(unix)]
fn how(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    status.signal().map_or_else(|| status.to_string(), |signal| format!("it ended by signal {signal}"))
}

#[cfg(not(unix))]
fn how(status: ExitStatus) -> String {
    status.to_string()
}

/// What the other process does: opens the model, which runs it once; of a pair, both files.
pub fn try_model(model: &Path, card: Option<&Path>, engine: &EngineOptions) -> Result<(), ProjectError> {
    Opened::open(model, card, engine)?;
    Ok(())
}
