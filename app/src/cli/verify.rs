//! `concord verify`: is a project or a release what it says it is?

use std::path::PathBuf;

use clap::Args;
use concord_project::CONFIG_FILE;
use concord_project::verify::{VerifyReport, verify as verify_folder};

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, entries};

/// Verify a project or a release
///
/// For a project: checks the hash chain of the log, replays it against the state, holds the facts against their digests
/// and looks for every image. For a release: holds every file against the manifest. Every difference is listed; with any,
/// the exit code is 3.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord verify belt
  concord verify releases/r1
  concord verify belt --quiet && echo sound")]
pub(crate) struct VerifyArgs {
    /// Folder of a project or of a release
    dir: PathBuf,
}

/// Verifies the folder; 3 when something differs.
pub(crate) fn verify(args: &VerifyArgs, context: &Context) -> Result<Exit, Failure> {
    if args.dir.join(CONFIG_FILE).is_file() {
        open_project(&args.dir)?;
    }
    let report = verify_folder(&args.dir)?;
    context.output.answer(&report, || text_of(&report, args))?;
    Ok(if report.is_ok() { Exit::Done } else { Exit::No })
}

fn text_of(report: &VerifyReport, args: &VerifyArgs) -> String {
    let (kind, dir, checked) = (&report.kind, args.dir.display(), &report.checked);
    if report.is_ok() {
        return format!("The {kind} {dir} is sound: {checked}.");
    }
    let differences = report.differences.len() as u64;
    let list = report.differences.iter().map(|d| format!("{}: {}", d.place, d.what));
    let title = format!("The {kind} {dir} has {} ({checked})", counted(differences, "difference"));
    entries(&title, list).trim_start().to_owned()
}
