//! `concord run`: a model's predictions on every sample.

use std::path::PathBuf;

use clap::Args;
use concord_project::run::{RunReport, run as run_model};

use super::context::Context;
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, entries, number, problems};
use super::table::Table;

/// Run a model over all samples
///
/// Takes a registered model by name, or an ONNX file, which is registered where it lies, and keeps its predictions as a
/// run with the model's SHA-256. Ctrl-C stops it; the same command goes on where it stopped. Predictions rank the queue and are suggestions on the canvas; they are no labels until a
/// person accepts them. A second equal run is found again and not written twice.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord run belt --model detector.onnx
  concord run belt --model detector
  ORT_DYLIB_PATH=/opt/onnxruntime/lib concord run belt --model detector.onnx")]
pub(crate) struct RunArgs {
    /// Folder of the project
    project: PathBuf,
    /// ONNX file, or the name of a model that the project knows
    #[arg(long, value_name = "FILE_OR_NAME")]
    model: String,
}

/// Runs the model and tells what it found.
pub(crate) fn run(args: &RunArgs, context: &Context) -> Result<Exit, Failure> {
    let desk = context.desk(&args.project)?;
    let watch = context.watch();
    let report = run_model(&desk, &args.model, watch.progress())?;
    drop(watch);
    context.output.answer(&report, || text_of(&report))?;
    Ok(Exit::Done)
}

fn text_of(report: &RunReport) -> String {
    let run = &report.run;
    let mut facts = Table::facts();
    facts.fact("run", &run.id);
    facts.fact("model", format!("{} (SHA-256 {})", run.model, run.model_sha256));
    facts.fact("engine", &run.engine);
    facts.fact("samples", number(run.samples));
    let kept = format!("{} (score {} and above)", number(run.predictions), run.score_threshold);
    facts.fact("predictions", kept);
    if report.seconds > 0.0 {
        let fresh = run.samples.saturating_sub(report.resumed);
        let rate = fresh as f64 / report.seconds;
        let sessions = counted(report.sessions as u64, "session");
        facts.fact("time", format!("{:.1} s, {rate:.1} images/s with {sessions}", report.seconds));
    }
    if report.resumed > 0 {
        facts.fact("resumed", format!("{} had been done before", counted(report.resumed, "sample")));
    }
    let known = if report.known { "\nExactly this run was there already; nothing was written.\n" } else { "" };
    let unmapped = report.unmapped_classes.iter().cloned();
    let told = report.problems.iter().map(|p| (p.place.as_str(), p.cause.as_str()));
    [
        format!("Ran {} over {}\n\n{facts}{known}", run.model, counted(run.samples, "sample")),
        entries("Assumed of the model, for neither its file nor a model.toml says it", report.assumed.iter().cloned()),
        entries("Not computed with", report.notes.iter().cloned()),
        entries("Classes of the model that the ontology does not have; their boxes cannot become labels", unmapped),
        problems(&counted(report.problems.len() as u64, "problem"), told),
    ]
    .concat()
}
