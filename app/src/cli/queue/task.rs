//! `concord queue take`, `release` and `snooze`: holding a sample, giving it back, putting it off.

use std::path::PathBuf;

use clap::Args;
use concord_project::queue::{self, Away, LEASE_MS, Taken};
use concord_project::{Desk, ProjectError};
use concord_store::{Committed, StoreError};
use serde::Serialize;

use super::super::context::Context;
use super::super::error::Failure;
use super::super::exit::Exit;

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// A sample of a project.
#[derive(Debug, Args)]
pub(crate) struct TaskArgs {
    /// Folder of the project
    project: PathBuf,
    /// Its file, the end of its path, or six or more digits of its identity
    sample: String,
}

/// Hold a sample for yourself
///
/// While you hold it, it stays out of the queues of those who are not wanted beside you. The window takes a sample
/// by itself when you stay on it, and gives it back when you leave it as it was.
#[derive(Debug, Args)]
pub(crate) struct TakeArgs {
    #[command(flatten)]
    task: TaskArgs,
    /// For how long
    #[arg(long, value_name = "N", default_value_t = LEASE_MS / MINUTE_MS, value_parser = clap::value_parser!(i64).range(1..=10_080))]
    minutes: i64,
}

/// Keep a sample out of your queue for a while
#[derive(Debug, Args)]
pub(crate) struct SnoozeArgs {
    #[command(flatten)]
    task: TaskArgs,
    /// For how long
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(i64).range(1..=525_600))]
    minutes: i64,
}

/// What was done.
#[derive(Serialize)]
struct Done<'a> {
    sample: &'a str,
    path: &'a str,
    annotator: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_utc_ms: Option<i64>,
}

/// Takes a sample.
pub(crate) fn take(args: &TakeArgs, context: &Context) -> Result<Exit, Failure> {
    let desk = context.desk(&args.task.project)?;
    let sample = queue::sample_named(&desk.project, &args.task.sample)?;
    let versions = desk.project.versions(&desk.project.reader()?)?;
    let until = desk.now() + args.minutes * MINUTE_MS;
    match queue::take(&desk, &sample.id, &versions, until)? {
        Taken::Until(until_utc_ms) => {
            let done = Done {
                sample: &sample.id.0,
                path: &sample.path,
                annotator: &desk.annotator,
                until_utc_ms: Some(until_utc_ms),
            };
            let said = format!("{} holds {} for {} minutes", desk.annotator, sample.path, args.minutes);
            context.output.answer(&done, || said)?;
            Ok(Exit::Done)
        }
        Taken::Away(away) => {
            let minutes = (away.until_utc_ms() - desk.now()).max(0) / MINUTE_MS + 1;
            let by = match away {
                Away::Held { by, .. } => by.join(" and "),
                Away::PutOff { .. } => desk.annotator.clone(),
            };
            Err(ProjectError::usage(format!("{by} holds {}, for another {minutes} minutes at most", sample.path))
                .into())
        }
    }
}

/// Gives a sample back.
pub(crate) fn release(args: &TaskArgs, context: &Context) -> Result<Exit, Failure> {
    let desk = context.desk(&args.project)?;
    let sample = queue::sample_named(&desk.project, &args.sample)?;
    wait(|done| queue::release(&desk, 0, &sample.id, done))?;
    said(context, &desk, &sample, None, || format!("{} gave {} back", desk.annotator, sample.path))
}

/// Puts a sample off.
pub(crate) fn snooze(args: &SnoozeArgs, context: &Context) -> Result<Exit, Failure> {
    let desk = context.desk(&args.task.project)?;
    let sample = queue::sample_named(&desk.project, &args.task.sample)?;
    let until = desk.now() + args.minutes * MINUTE_MS;
    wait(|done| queue::snooze(&desk, 0, &sample.id, until, done))?;
    said(context, &desk, &sample, Some(until), || {
        format!("{} put {} off for {} minutes", desk.annotator, sample.path, args.minutes)
    })
}

fn said(
    context: &Context,
    desk: &Desk,
    sample: &concord_domain::sample::Sample,
    until_utc_ms: Option<i64>,
    words: impl FnOnce() -> String,
) -> Result<Exit, Failure> {
    let done = Done { sample: &sample.id.0, path: &sample.path, annotator: &desk.annotator, until_utc_ms };
    context.output.answer(&done, words)?;
    Ok(Exit::Done)
}

/// Waits until a write is durable.
fn wait(write: impl FnOnce(Box<dyn FnOnce(Committed) + Send>)) -> Result<(), ProjectError> {
    let (tell, told) = std::sync::mpsc::channel();
    write(Box::new(move |done| {
        // Nobody listens only when this call is over.
        let _ = tell.send(done.outcome);
    }));
    let closed = |_| StoreError::Refused("the project was closed meanwhile".to_owned());
    told.recv().map_err(closed)??;
    Ok(())
}
