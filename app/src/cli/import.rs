//! `concord import`: labels or suggestions from a COCO file.

use std::path::PathBuf;

use clap::Args;
use concord_project::import::{ImportReport, labels, suggestions};

use super::context::Context;
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, number, problems};
use super::table::Table;

/// Import labels or suggestions from a COCO file
///
/// Reads COCO JSON as the submitted label sets of a named annotator, or as the suggestions of a named model. Images are
/// found by content hash, path or file name. Rows that cannot be used are listed with place and cause; objects that
/// break the ontology or the policy go into quarantine with their reason; all else is imported in one step.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord import belt alice.json --as alice
  concord import belt predictions.json --as-suggestions detector-2
  concord import belt alice.json --as alice --json > report.json")]
pub(crate) struct ImportArgs {
    /// Folder of the project
    project: PathBuf,
    /// The COCO file
    source: PathBuf,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Whose {
    /// The annotator whose label sets these are
    #[arg(long = "as", value_name = "NAME")]
    annotator: Option<String>,
    /// The model whose suggestions these are; annotations carry scores
    #[arg(long, value_name = "MODEL")]
    as_suggestions: Option<String>,
}

/// Imports, and tells what became of every row.
pub(crate) fn import(args: &ImportArgs, context: &Context) -> Result<Exit, Failure> {
    let desk = context.desk(&args.project)?;
    let watch = context.watch();
    let (report, whose) = match (&args.whose.annotator, &args.whose.as_suggestions) {
        (_, Some(model)) => {
            let report = suggestions(&desk, &args.source, model, watch.progress())?;
            (report, format!("suggestions of {model}"))
        }
        (annotator, None) => {
            let annotator = annotator.as_deref().unwrap_or_default();
            (labels(&desk, &args.source, annotator, watch.progress())?, format!("label sets of {annotator}"))
        }
    };
    drop(watch);
    let source = args.source.display();
    context.output.answer(&report, || format!("Imported {source} as the {whose}\n\n{}", text_of(&report)))?;
    Ok(Exit::Done)
}

fn text_of(report: &ImportReport) -> String {
    let mut facts = Table::facts();
    facts.fact("samples", number(report.samples));
    facts.fact("objects", number(report.objects));
    if !report.quarantined.is_empty() {
        facts.fact("in quarantine", number(report.quarantined.len() as u64));
    }
    if !report.problems.is_empty() {
        facts.fact("problems", number(report.problems.len() as u64));
    }
    let ontology =
        if report.ontology_from_file { "\nThe project had no classes and took those of the file.\n" } else { "" };
    let pairs = |list: &'static str, n: usize| counted(n as u64, list);
    let quarantined = report.quarantined.iter().map(|p| (p.place.as_str(), p.cause.as_str()));
    let told = report.problems.iter().map(|p| (p.place.as_str(), p.cause.as_str()));
    [
        facts.to_string(),
        ontology.to_owned(),
        problems(&format!("{} in quarantine", pairs("object", report.quarantined.len())), quarantined),
        problems(&pairs("problem", report.problems.len()), told),
    ]
    .concat()
}
