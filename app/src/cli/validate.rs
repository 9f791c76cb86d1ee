//! `concord validate`: is a model good enough, on every slice?

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use concord_domain::gate::Verdict;
use concord_metrics::coco::CocoStats;
use concord_project::ProjectError;
use concord_project::validate::{Validation, validate as validate_model, validate_files};
use concord_report::{GateResult, ValidationReport};
use serde::Serialize;

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, metric, number};
use super::table::{Side, Table};

/// Validate a model, slice by slice, against the gates
///
/// Holds the latest run of a model against the reference labels, overall, per slice and per class, judges the gates of
/// gates.toml, and writes report.html, report.json and junit.xml. Exit code 3 says that a blocking gate failed, 4 that
/// too little evidence is all that keeps one from passing. With --gt and --dt it compares two COCO files without a
/// project; its twelve numbers are those of pycocotools.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord validate belt --model detector --out report
  concord validate belt --model detector --out report --quiet || echo held back
  concord validate --gt truth.json --dt detections.json --json")]
pub(crate) struct ValidateArgs {
    /// Folder of the project
    #[arg(required_unless_present = "gt", conflicts_with_all = ["gt", "dt"], requires_all = ["model", "out"])]
    project: Option<PathBuf>,
    /// Name of a model that the project ran
    #[arg(long, value_name = "NAME", conflicts_with = "gt")]
    model: Option<String>,
    /// Folder for the report; older reports in it are replaced
    #[arg(long, value_name = "DIR", conflicts_with = "gt")]
    out: Option<PathBuf>,
    /// Ground truth: a COCO dataset
    #[arg(long, value_name = "GT.json", requires = "dt")]
    gt: Option<PathBuf>,
    /// Detections: a COCO list of results
    #[arg(long, value_name = "DT.json", requires = "gt")]
    dt: Option<PathBuf>,
}

/// The twelve numbers of two COCO files, plain, for programs.
#[derive(Serialize)]
struct CocoDocument<'a> {
    /// `null` where a number does not exist.
    coco: BTreeMap<&'static str, Option<f64>>,
    /// Why, by the same names.
    reasons: BTreeMap<&'static str, &'static str>,
    images: u64,
    objects: u64,
    detections: u64,
    ignored_detections: u64,
    per_category: &'a [concord_metrics::coco::CategoryStats],
}

#[derive(Serialize)]
struct Validated<'a> {
    exit_code: u8,
    files: &'a [PathBuf],
    report: &'a ValidationReport,
}

/// Validates a model in a project, or compares two COCO files.
pub(crate) fn validate(args: &ValidateArgs, context: &Context) -> Result<Exit, Failure> {
    match (&args.gt, &args.dt, &args.project, &args.model, &args.out) {
        (Some(gt), Some(dt), ..) => compare_files(gt, dt, context),
        (_, _, Some(project), Some(model), Some(out)) => in_project(project, model, out, context),
        // The grammar asks for one of the two; this is the answer should it ever not.
        _ => Err(ProjectError::usage("give a project with --model and --out, or --gt and --dt").into()),
    }
}

fn compare_files(gt: &Path, dt: &Path, context: &Context) -> Result<Exit, Failure> {
    let stats = validate_files(gt, dt).map_err(|error| match error {
        ProjectError::Metrics(source) => Failure::CocoFiles { gt: gt.to_owned(), dt: dt.to_owned(), source },
        other => Failure::Project(other),
    })?;
    let named = stats.overall.named();
    let document = CocoDocument {
        coco: named.iter().map(|(name, value)| (*name, value.value())).collect(),
        reasons: named.iter().filter_map(|(name, value)| Some((*name, value.reason()?.name()))).collect(),
        images: stats.images,
        objects: stats.objects,
        detections: stats.detections,
        ignored_detections: stats.ignored_detections,
        per_category: &stats.per_category,
    };
    context.output.answer(&document, || coco_text(&stats))?;
    Ok(Exit::Done)
}

fn coco_text(stats: &CocoStats) -> String {
    let mut table = Table::new(&[("number", Side::Left), ("value", Side::Right), ("objects", Side::Right)]);
    for (name, value) in stats.overall.named() {
        table.row([name.to_owned(), metric(&value), number(value.n())]);
    }
    let ignored = match stats.ignored_detections {
        0 => String::new(),
        n => format!(
            "\n{} of categories that the ground truth does not declare were left out.\n",
            counted(n, "detection")
        ),
    };
    let (images, objects) = (counted(stats.images, "image"), counted(stats.objects, "object"));
    format!("{images}, {objects}, {}\n\n{table}{ignored}", counted(stats.detections, "detection"))
}

fn in_project(dir: &Path, model: &str, out: &Path, context: &Context) -> Result<Exit, Failure> {
    let project = open_project(dir)?;
    let watch = context.watch();
    let validation = validate_model(&project, model, out, watch.progress())?;
    drop(watch);
    let exit = exit_of(validation.exit_code());
    let Validation { report, files } = &validation;
    let document = Validated { exit_code: exit.code(), files, report };
    context.output.answer(&document, || text_of(report, files))?;
    Ok(exit)
}

/// The exit code that gates ask for, as the command line knows it.
pub(crate) fn exit_of(code: u8) -> Exit {
    match code {
        0 => Exit::Done,
        4 => Exit::EvidenceMissing,
        _ => Exit::No,
    }
}

fn text_of(report: &ValidationReport, files: &[PathBuf]) -> String {
    let head = &report.head;
    let numbers = |row: [&concord_metrics::Metric; 4]| row.map(metric);
    let columns = [("images", Side::Right), ("objects", Side::Right), ("AP", Side::Right), ("AP50", Side::Right)];
    let rates = [("precision", Side::Right), ("recall", Side::Right)];
    let mut slices = Table::new(&[&[("slice", Side::Left)], columns.as_slice(), &rates].concat());
    for s in &report.slices {
        let cells = numbers([&s.ap, &s.ap50, &s.precision, &s.recall]);
        slices.row([s.name.clone(), number(s.images), number(s.objects)].into_iter().chain(cells));
    }
    let mut classes = Table::new(&[&[("class", Side::Left)], &columns[1..], &rates].concat());
    for c in &report.classes {
        let cells = numbers([&c.ap, &c.ap50, &c.precision, &c.recall]);
        classes.row([c.name.clone(), number(c.objects)].into_iter().chain(cells));
    }
    let settings = &head.settings;
    format!(
        "{}\n\nReference: {}. {}, {}. Precision and recall at score {} and IoU {}; {:.0} % intervals.\n{}\n{slices}\n{classes}\n{}\n{}",
        head.title,
        head.reference,
        counted(head.images, "image"),
        counted(head.objects, "object"),
        settings.score_threshold,
        settings.iou,
        settings.confidence * 100.0,
        head.note.as_ref().map(|note| format!("{note}\n")).unwrap_or_default(),
        gates_text(&report.gates),
        files_text(files)
    )
}

/// The gates with their verdicts, and the verdict over all.
pub(crate) fn gates_text(gates: &[GateResult]) -> String {
    if gates.is_empty() {
        return "No gate is declared: nothing was accepted or refused.\n".to_owned();
    }
    let mut table =
        Table::new(&[("gate", Side::Left), ("slice", Side::Left), ("verdict", Side::Left), ("why", Side::Left)]);
    for result in gates {
        let slice = if result.gate.is_about_all() { "all" } else { result.gate.slice.as_str() };
        let verdict = verdict_word(result.judgement.verdict).to_owned();
        table.row([result.gate.id.clone(), slice.to_owned(), verdict, result.judgement.reason.clone()]);
    }
    let any = |verdict| gates.iter().filter(|g| g.judgement.verdict == verdict).count() as u64;
    let outcome = match (any(Verdict::Fail), any(Verdict::Insufficient)) {
        (0, 0) => "No gate holds the model back.".to_owned(),
        (0, open) => format!("Held back: too little evidence for {}.", counted(open, "gate")),
        (failed, _) => format!("Held back: {} failed.", counted(failed, "gate")),
    };
    format!("{table}\n{outcome}\n")
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Warn => "warning",
        Verdict::Fail => "FAIL",
        Verdict::Insufficient => "too little evidence",
        Verdict::Skipped => "left out",
    }
}

/// Where a report was written to.
pub(crate) fn files_text(files: &[PathBuf]) -> String {
    let mut text = String::new();
    for file in files {
        text.extend(["Wrote ", &file.to_string_lossy(), "\n"]);
    }
    text
}
