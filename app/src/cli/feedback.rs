//! `concord feedback`: what people made of a model's suggestions.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use concord_project::feedback::{Feedback, FeedbackOptions, feedback as collect};

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, number};
use super::table::{Side, Table};

/// Tell what became of suggestions, as training signal
///
/// Counts for each run how many of its suggestions were taken over, taken over and altered, or turned down, and why. With
/// --out every one of them becomes a line of JSON: what the model said with all its scores, what a person made of it, and
/// under which version of the policy; objects that were drawn by hand are lines too, for the model missed them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord feedback belt
  concord feedback belt --model detector --out feedback.jsonl")]
pub(crate) struct FeedbackArgs {
    /// Folder of the project
    project: PathBuf,
    /// Only suggestions of this model
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Only label sets of this annotator
    #[arg(long, value_name = "NAME")]
    annotator: Option<String>,
    /// Drafts as well as what was submitted
    #[arg(long)]
    drafts: bool,
    /// File to write the lines to
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Collects and tells.
pub(crate) fn feedback(args: &FeedbackArgs, context: &Context) -> Result<Exit, Failure> {
    let project = open_project(&args.project)?;
    let options = FeedbackOptions { annotator: args.annotator.clone(), model: args.model.clone(), drafts: args.drafts };
    let told = collect(&project, &options)?;
    if let Some(out) = &args.out {
        concord_project::feedback::write(&told, out)?;
    }
    context.output.answer(&told, || text_of(&told, args))?;
    Ok(Exit::Done)
}

fn text_of(told: &Feedback, args: &FeedbackArgs) -> String {
    let mut table = Table::new(&[
        ("model", Side::Left),
        ("run", Side::Left),
        ("accepted", Side::Right),
        ("edited", Side::Right),
        ("rejected", Side::Right),
        ("unchanged", Side::Right),
        ("reasons", Side::Left),
    ]);
    for run in &told.runs {
        let reasons: Vec<String> =
            run.rejected.iter().map(|(reason, count)| format!("{} {count}", reason.replace('_', " "))).collect();
        table.row([
            run.model.clone(),
            run.run.clone(),
            number(run.accepted),
            number(run.edited),
            number(run.rejections()),
            run.unchanged_share().map_or_else(String::new, |share| format!("{:.0} %", share * 100.0)),
            reasons.join(", "),
        ]);
    }
    let looked = counted(told.label_sets, "label set");
    let drawn = counted(told.drawn, "object");
    let mut text = if told.runs.is_empty() {
        format!("No suggestion was settled in {looked}.\n")
    } else {
        format!("Suggestions in {looked}\n\n{table}")
    };
    let _ = writeln!(text, "\n{drawn} drawn by hand.");
    if let Some(out) = &args.out {
        let _ = writeln!(text, "{} written to {}", counted(told.lines.len() as u64, "line"), out.display());
    }
    text
}
