//! `concord stress`: how a model holds up when its images get worse.

use std::path::PathBuf;

use clap::Args;
use concord_domain::gate::Verdict;
use concord_metrics::Metric;
use concord_project::stress::{Stress, StressOptions, stress as stress_model};
use concord_report::{GateResult, StressReport};
use serde::Serialize;

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, metric, problems};
use super::table::{Side, Table};
use super::validate::{files_text, gates_text};

/// Stress a model with perturbed images
///
/// Perturbs the images that have reference labels (noise, blur, brightness, contrast, compression, pixels), runs the model
/// on them, and tells how far its AP falls with each kind and severity. Writes report.html, report.json and junit.xml.
/// With a seed the same images are perturbed in the same way.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord stress belt --model detector --out stress
  concord stress belt --model detector --out stress --types gaussian_noise,jpeg --severities 1,3,5
  concord stress belt --model detector --out stress --limit 50 --seed 7")]
pub(crate) struct StressArgs {
    /// Folder of the project
    project: PathBuf,
    /// ONNX file, or the name of a model that the project knows
    #[arg(long, value_name = "NAME")]
    model: String,
    /// Folder for the report; older reports in it are replaced
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Perturbations, parted by commas: gaussian_noise, motion_blur, brightness, contrast, jpeg, pixelate; all when left out
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    types: Vec<String>,
    /// Severities from 1 to 5, rising, parted by commas
    #[arg(long, value_delimiter = ',', value_name = "NUMBERS", default_values_t = StressOptions::default().severities)]
    severities: Vec<u8>,
    /// Seed of the perturbations, and of the draw with --limit
    #[arg(long, value_name = "N", default_value_t = StressOptions::default().seed)]
    seed: u64,
    /// Use so many images at most, drawn by the seed
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

#[derive(Serialize)]
struct Stressed<'a> {
    exit_code: u8,
    files: &'a [PathBuf],
    problems: Vec<Problem<'a>>,
    report: &'a StressReport,
}

#[derive(Serialize)]
struct Problem<'a> {
    place: &'a str,
    cause: &'a str,
}

/// Stresses the model; 3 when a gate on robustness failed.
pub(crate) fn stress(args: &StressArgs, context: &Context) -> Result<Exit, Failure> {
    let project = open_project(&args.project)?;
    let options = StressOptions {
        types: args.types.clone(),
        severities: args.severities.clone(),
        seed: args.seed,
        limit: args.limit,
    };
    let watch = context.watch();
    let found = stress_model(&project, &args.model, &args.out, &options, watch.progress())?;
    drop(watch);
    let exit = exit_of(&found.report.gates);
    let document = Stressed {
        exit_code: exit.code(),
        files: &found.files,
        problems: found.problems.iter().map(|p| Problem { place: &p.place, cause: &p.cause }).collect(),
        report: &found.report,
    };
    context.output.answer(&document, || text_of(&found))?;
    Ok(exit)
}

fn exit_of(gates: &[GateResult]) -> Exit {
    let any = |verdict| gates.iter().any(|g| g.judgement.verdict == verdict);
    if any(Verdict::Fail) {
        Exit::No
    } else if any(Verdict::Insufficient) {
        Exit::EvidenceMissing
    } else {
        Exit::Done
    }
}

fn text_of(found: &Stress) -> String {
    let report = &found.report;
    let (head, summary) = (&report.head, &report.robustness);
    let severities: Vec<String> = report.severities.iter().map(|s| format!("severity {s}")).collect();
    let mut columns = vec![("perturbation", Side::Left)];
    columns.extend(severities.iter().map(|s| (s.as_str(), Side::Right)));
    columns.push(("mean", Side::Right));
    let mut table = Table::new(&columns);
    let row = |name: &str, cells: &[Metric], mean: &Metric| {
        std::iter::once(name.to_owned()).chain(cells.iter().chain([mean]).map(metric)).collect::<Vec<_>>()
    };
    for (kind, mean) in report.types.iter().zip(&summary.per_type) {
        table.row(row(&kind.name, &kind.cells, mean));
    }
    table.row(row("mean", &summary.per_severity, &summary.mpc));
    let mut facts = Table::facts();
    facts.fact(&format!("{} on clean images", report.metric), metric(&summary.clean));
    facts.fact("mean under perturbation (mPC)", metric(&summary.mpc));
    facts.fact("relative to clean (rPC)", metric(&summary.rpc));
    if summary.left_out > 0 {
        facts.fact("cells without a value, left out", summary.left_out);
    }
    let note = head.note.as_ref().map(|note| format!("{note}\n")).unwrap_or_default();
    let told = found.problems.iter().map(|p| (p.place.as_str(), p.cause.as_str()));
    let gates = if report.gates.is_empty() { String::new() } else { format!("\n{}", gates_text(&report.gates)) };
    format!(
        "{}\n\nReference: {}. {}, {}. Seed {}.\n{note}\n{facts}\n{table}{gates}{}\n{}",
        head.title,
        head.reference,
        counted(head.images, "image"),
        counted(head.objects, "object"),
        head.settings.seed,
        problems(&counted(found.problems.len() as u64, "problem"), told),
        files_text(&found.files)
    )
}
