//! `concord activity`: what was done, how long it took, and what it cost.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use concord_metrics::Metric;
use concord_project::activity::{ActivityOptions, ActivityReport, Effective, Rework, Work, activity as tell};
use concord_project::drift::Span;

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, metric, number};
use super::table::{Side, Table};

/// Tell what was done, how long it took, and what an effective label costs
///
/// Working time is what the window noted: gaps between inputs up to the idle time of the settings. It is told for
/// labelling and for judging, with how fast people label and how much of it gold bears out. An effective label is an
/// object of gold; what it costs follows from the rates in the project's `concord.toml`. Everybody sees their own figures,
/// and an owner those of all.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord activity belt
  concord activity belt --during 2026-11-01..2026-11-30
  concord activity belt --json --as-user olga

Rates in concord.toml:
  [cost]
  currency = \"EUR\"
  per_hour = 30.0            an hour of labelling
  review_per_hour = 45.0     an hour of review or arbitration; as labelling without it
  compute = 120.0            what computing has cost so far")]
pub(crate) struct ActivityArgs {
    /// Folder of the project
    project: PathBuf,
    /// Only what happened in a span of time: two dates, both included, or two times
    #[arg(long, value_name = "FROM..TO")]
    during: Option<String>,
    /// Bootstrap replicates of the intervals; 0 for none
    #[arg(long, value_name = "N", default_value_t = ActivityOptions::for_viewer("").bootstrap.replicates)]
    replicates: u32,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = ActivityOptions::for_viewer("").bootstrap.seed)]
    seed: u64,
}

/// Tells what was done.
pub(crate) fn activity(args: &ActivityArgs, context: &Context) -> Result<Exit, Failure> {
    let mut options = ActivityOptions::for_viewer(&context.annotator);
    options.span = args.during.as_deref().map(Span::parse).transpose()?;
    (options.bootstrap.replicates, options.bootstrap.seed) = (args.replicates, args.seed);
    let report = tell(&open_project(&args.project)?, &options)?;
    context.output.answer(&report, || text_of(&report, args.during.as_deref()))?;
    Ok(Exit::Done)
}

fn text_of(report: &ActivityReport, during: Option<&str>) -> String {
    let when = during.map_or_else(|| "So far".to_owned(), |span| format!("During {span}"));
    let mut text = format!("{when}: {}\n", effective_text(&report.effective));
    let mut table = Table::new(&[
        ("", Side::Left),
        ("label sets", Side::Right),
        ("objects", Side::Right),
        ("labelling h", Side::Right),
        ("judging h", Side::Right),
        ("settled", Side::Right),
        ("s a set", Side::Right),
        ("P90 s", Side::Right),
        ("s an object", Side::Right),
        ("accepted an hour", Side::Right),
        ("unchanged", Side::Right),
        ("cost", Side::Right),
    ]);
    for person in &report.people {
        work_row(&mut table, &person.annotator, &person.work);
    }
    work_row(&mut table, "all", &report.total);
    let _ = write!(text, "\n{table}");
    if report.hidden > 0 {
        let people = if report.hidden == 1 { "person" } else { "people" };
        let _ = writeln!(text, "{} more {people}: an owner sees their figures", number(report.hidden));
    }
    if report.total.imported > 0 {
        let _ =
            writeln!(text, "{} came from files, without a working time", counted(report.total.imported, "label set"));
    }
    text.push_str(&rework_text(&report.rework));
    if report.age_median_h.is_defined() {
        let _ = writeln!(
            text,
            "From import to gold: median {} h, 95 % within {} h",
            short(&report.age_median_h),
            short(&report.age_p95_h)
        );
    }
    text
}

/// What it came to, in a sentence.
fn effective_text(effective: &Effective) -> String {
    let mut text =
        format!("{} on {} of gold", counted(effective.labels, "effective label"), counted(effective.samples, "sample"));
    if effective.from_files > 0 {
        let _ = write!(text, ", and {} that nobody worked on", number(effective.from_files));
    }
    if let Metric::Defined { value, .. } = effective.hours_each {
        let _ = write!(text, "; {:.1} s of work each", value * 3_600.0);
    }
    match &effective.cost {
        Some(cost) => {
            let currency = &cost.currency;
            let _ = write!(
                text,
                "\n{:.2} {currency} in all: {} {currency} an effective label, {} {currency} an accepted object",
                cost.total,
                short(&cost.per_effective_label),
                short(&cost.per_accepted_object)
            );
        }
        None => text.push_str("\nWhat it costs is told with a rate: see [cost] in `concord activity --help`"),
    }
    text
}

fn work_row(table: &mut Table, name: &str, work: &Work) {
    table.row([
        name.to_owned(),
        number(work.label_sets),
        number(work.objects),
        format!("{:.2}", work.labelling_h),
        format!("{:.2}", work.judging_h),
        number(work.judged),
        short(&work.pace.median_s),
        short(&work.pace.p90_s),
        short(&work.pace.median_object_s),
        rate(&work.pace.accepted_per_hour),
        metric(&work.acceptance.unchanged_share),
        work.cost.map_or_else(|| "—".to_owned(), |cost| format!("{cost:.2}")),
    ]);
}

fn rework_text(rework: &Rework) -> String {
    let Metric::Defined { value, .. } = rework.share else { return String::new() };
    format!(
        "Done again: {:.1} % of {} ({} sent back, {} turned down, {} broke a new version, {} opened again)\n",
        value * 100.0,
        counted(rework.submitted, "submission"),
        number(rework.sent_back),
        number(rework.rejected),
        number(rework.invalidated),
        number(rework.reopened)
    )
}

/// A number of everyday size.
fn short(value: &Metric) -> String {
    match value.value() {
        None => "—".to_owned(),
        Some(value) if value != 0.0 && value.abs() < 0.1 => format!("{value:.4}"),
        Some(value) => format!("{value:.2}"),
    }
}

/// A number an hour, with its interval.
fn rate(value: &Metric) -> String {
    match (value.value(), value.ci()) {
        (Some(rate), Some(ci)) => format!("{rate:.0} [{:.0}, {:.0}]", ci.low, ci.high),
        (Some(rate), None) => format!("{rate:.0}"),
        (None, _) => "—".to_owned(),
    }
}
