//! `concord release`: gold as an immutable, versioned dataset.

use std::path::{Path, PathBuf};

use clap::Args;
use concord_project::release::{ReleaseOptions, ReleaseReport, release as make_release};

use super::context::Context;
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, number, problems};
use super::table::Table;

/// Release the gold labels
///
/// Writes the settled labels into a new folder: COCO shards for training, validation and test, the provenance of every
/// object, ontology, policy and guideline, and a manifest with the hash of every file. Samples without gold are listed
/// with their reason. The same state, name and seed give the same bytes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord release belt --out releases/r1
  concord release belt --out releases/spring --name spring --seed 11
  concord verify releases/spring")]
pub(crate) struct ReleaseArgs {
    /// Folder of the project
    project: PathBuf,
    /// Folder of the release; it must not exist, or be empty
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Name of the release; numbered by the log when it is left out
    #[arg(long, default_value = "")]
    name: String,
    /// Seed of the split into training, validation and test
    #[arg(long, value_name = "N", default_value_t = ReleaseOptions::default().seed)]
    seed: u64,
}

/// Writes the release and tells what is in it.
pub(crate) fn release(args: &ReleaseArgs, context: &Context) -> Result<Exit, Failure> {
    let desk = context.desk(&args.project)?;
    let options = ReleaseOptions { name: args.name.clone(), seed: args.seed, ..ReleaseOptions::default() };
    let report = make_release(&desk, &args.out, &options)?;
    context.output.answer(&report, || text_of(&report, &args.out))?;
    Ok(Exit::Done)
}

fn text_of(report: &ReleaseReport, out: &Path) -> String {
    let [train, val, test] = report.samples.map(number);
    let mut facts = Table::facts();
    facts.fact("identity", &report.digest);
    facts.fact("files", number(report.files));
    facts.fact("samples", format!("{train} train, {val} val, {test} test"));
    facts.fact("objects", number(report.objects));
    facts.fact("left out", counted(report.left_out.len() as u64, "sample"));
    let left_out: Vec<(&str, &str)> =
        report.left_out.iter().map(|(sample, reason)| (sample.short(), reason.as_str())).collect();
    let title = format!("{} without gold", counted(report.left_out.len() as u64, "sample"));
    let list = problems(&title, left_out.into_iter());
    format!("Released {} into {}\n\n{facts}{list}", report.name, out.display())
}
