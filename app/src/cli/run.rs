//! `concord run`: a model's predictions on every sample.

use std::path::PathBuf;

use clap::Args;
use concord_domain::opinions::Opinions;
use concord_project::ProjectError;
use concord_project::run::{Looks, RunPlan, RunReport, embed_objects, run_plan};

use super::context::Context;
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, entries, number, problems};
use super::table::Table;

/// Run a model over all samples
///
/// Takes a registered model by name, or an ONNX file, which is registered where it lies, and keeps its predictions as a
/// run with the model's SHA-256. Ctrl-C stops it; the same command goes on where it stopped. Predictions rank the queue
/// and are suggestions on the canvas; they are no labels until a person accepts them. A second equal run is found again
/// and not written twice.
///
/// Several opinions tell how uncertain a model is about more than its score: views of each image (--views), passes of a
/// model that was exported with its dropout on (--passes), or several models (--model more than once). The boxes of all
/// opinions that show one object become one, with their mean score and with how far they agree; the queue then ranks by
/// the agreement.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord run belt --model detector.onnx
  concord run belt --model detector
  concord run belt --model detector --views
  concord run belt --model detector --model other
  concord run belt --model embedder --objects
  ORT_DYLIB_PATH=/opt/onnxruntime/lib concord run belt --model detector.onnx")]
pub(crate) struct RunArgs {
    /// Folder of the project
    project: PathBuf,
    /// ONNX file, or the name of a model that the project knows; several for an ensemble
    #[arg(long, value_name = "FILE_OR_NAME", required = true)]
    model: Vec<String>,
    /// Look at each image in six views: as it is, flipped, smaller, larger, darker, brighter
    #[arg(long, conflicts_with = "passes")]
    views: bool,
    /// Look at each image so many times, with a model that draws at random
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100))]
    passes: Option<u32>,
    /// Embed the crop of every object that the latest run found, with a model that gives embeddings
    #[arg(long, conflicts_with_all = ["views", "passes"])]
    objects: bool,
    /// The run whose objects are embedded, instead of the latest
    #[arg(long, value_name = "RUN", requires = "objects")]
    of_run: Option<String>,
}

/// Runs the model and tells what it found.
pub(crate) fn run(args: &RunArgs, context: &Context) -> Result<Exit, Failure> {
    let desk = context.desk(&args.project)?;
    let watch = context.watch();
    if args.objects {
        let [model] = args.model.as_slice() else {
            return Err(ProjectError::usage("crops are embedded by one model").into());
        };
        let report = embed_objects(&desk, model, args.of_run.as_deref(), watch.progress())?;
        drop(watch);
        context.output.answer(&report, || text_of(&report))?;
        return Ok(Exit::Done);
    }
    let looks = match args.passes {
        Some(count) => Looks::Passes(count),
        None if args.views => Looks::Views,
        None => Looks::Once,
    };
    let report = run_plan(&desk, &RunPlan { models: args.model.clone(), looks }, watch.progress())?;
    drop(watch);
    context.output.answer(&report, || text_of(&report))?;
    Ok(Exit::Done)
}

/// How often each image was looked at; `None` for once.
fn opinions(opinions: &Opinions) -> Option<String> {
    match opinions {
        Opinions::One => None,
        Opinions::Views { views } => Some(format!("{} of each image", counted(views.len() as u64, "view"))),
        Opinions::Passes { count } => Some(format!("{count} passes over each image")),
        Opinions::Ensemble { members } => Some(format!("{}, one each", counted(members.len() as u64, "model"))),
    }
}

fn text_of(report: &RunReport) -> String {
    let run = &report.run;
    let mut facts = Table::facts();
    facts.fact("run", &run.id);
    match &run.opinions {
        Opinions::Ensemble { members } => {
            for member in members {
                facts.fact("model", format!("{} (SHA-256 {})", member.model, member.sha256));
            }
        }
        _ => facts.fact("model", format!("{} (SHA-256 {})", run.model, run.model_sha256)),
    }
    if let Some(found) = &run.crops_of {
        facts.fact("crops of", format!("what run {found} found"));
    }
    if let Some(opinions) = opinions(&run.opinions) {
        facts.fact("opinions", opinions);
    }
    facts.fact("engine", &run.engine);
    facts.fact("samples", number(run.samples));
    if run.crops_of.is_none() {
        let kept = format!("{} (score {} and above)", number(run.predictions), run.score_threshold);
        facts.fact("predictions", kept);
    }
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
