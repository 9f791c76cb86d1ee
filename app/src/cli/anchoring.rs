//! `concord anchoring`: how far suggestions pull what people label.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use concord_project::anchoring::{
    AnchoringOptions, AnchoringReport, LeftOut, Measure, MeasureKind, Obstacle, TimeSaved, anchoring as audit,
};

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, metric, number};
use super::table::{Side, Table};

/// Audit how far suggestions pull what people label
///
/// The policy's share `without_suggestions` draws samples that are labelled without them. The same people are compared with
/// themselves with and without, on classes, places, what they leave out, and what is wrong and taken over; with the
/// interval of the difference over samples, and with the time that suggestions save. Everybody sees their own figures, and
/// an owner those of all.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord anchoring belt
  concord anchoring belt --score 0.5 --replicates 10000
  concord anchoring belt --json --as-user olga")]
pub(crate) struct AnchoringArgs {
    /// Folder of the project
    project: PathBuf,
    /// The run whose suggestions are looked at; the one that people answered most without it
    #[arg(long, value_name = "ID")]
    run: Option<String>,
    /// Suggestions count from this score on, instead of the score of validations
    #[arg(long, value_name = "SCORE")]
    score: Option<f64>,
    /// Bootstrap replicates of the intervals; 0 for none
    #[arg(long, value_name = "N", default_value_t = AnchoringOptions::for_viewer("").bootstrap.replicates)]
    replicates: u32,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = AnchoringOptions::for_viewer("").bootstrap.seed)]
    seed: u64,
}

/// Compares what people label with and without suggestions.
pub(crate) fn anchoring(args: &AnchoringArgs, context: &Context) -> Result<Exit, Failure> {
    let mut options = AnchoringOptions::for_viewer(&context.annotator);
    (options.run, options.score) = (args.run.clone(), args.score);
    (options.bootstrap.replicates, options.bootstrap.seed) = (args.replicates, args.seed);
    let report = audit(&open_project(&args.project)?, &options)?;
    context.output.answer(&report, || text_of(&report))?;
    Ok(Exit::Done)
}

fn text_of(report: &AnchoringReport) -> String {
    let mut text = match report.obstacle {
        Some(Obstacle::NoRun) => {
            "No model has made suggestions, so that there is nothing that could pull.\n".to_owned()
        }
        Some(Obstacle::NoBlankArm) => {
            "No sample is labelled without suggestions, so that there is nothing to compare: set \
                                       without_suggestions in [assignment] of policy.toml, such as 0.1, and publish.\n"
                .to_owned()
        }
        Some(Obstacle::NobodyBoth) => "Nobody has labelled samples both with and without suggestions yet.\n".to_owned(),
        None => compared(report),
    };
    text.push_str(&left_out(&report.left_out));
    text
}

fn compared(report: &AnchoringReport) -> String {
    let (run, model) = report.run.as_ref().map_or(("", ""), |(run, model)| (run, model));
    let mut text = format!(
        "{} with and {} without suggestions, of {} who made both; suggestions of {model} (run {run}) from a score of {} \
         on,\nmatched from an overlap of {} on; intervals: {:.0} %, {} draws of samples, seed {}\n",
        counted(report.assisted, "label set"),
        number(report.blank),
        if report.people == 1 { "1 person".to_owned() } else { format!("{} people", number(report.people)) },
        report.score,
        report.match_iou,
        report.confidence * 100.0,
        number(u64::from(report.replicates)),
        report.seed
    );
    let _ = write!(text, "\n{}{}", measures(&report.measures), time(&report.time));
    for person in &report.persons {
        let _ = write!(
            text,
            "\n{}: {} with, {} without\n\n{}{}",
            person.annotator,
            number(person.assisted),
            number(person.blank),
            measures(&person.measures),
            time(&person.time)
        );
    }
    if report.hidden > 0 {
        let people = if report.hidden == 1 { "person" } else { "people" };
        let _ = writeln!(text, "\n{} more {people}: an owner sees their figures", number(report.hidden));
    }
    text
}

fn measures(measures: &[Measure]) -> Table {
    let mut table = Table::new(&[
        ("", Side::Left),
        ("with", Side::Right),
        ("without", Side::Right),
        ("difference", Side::Right),
        ("", Side::Left),
    ]);
    for measure in measures {
        let found = &measure.difference;
        table.row([
            words(measure.kind).to_owned(),
            metric(&found.treated),
            metric(&found.control),
            metric(&found.difference),
            remark(measure).to_owned(),
        ]);
    }
    table
}

fn remark(measure: &Measure) -> &'static str {
    if measure.is_shown() {
        "more than chance gives"
    } else if !measure.difference.difference.is_defined() {
        ""
    } else if measure.is_thin() {
        "rests on few"
    } else if measure.difference.unstable {
        "the interval is shaky"
    } else {
        ""
    }
}

fn words(kind: MeasureKind) -> &'static str {
    match kind {
        MeasureKind::ClassAsSuggested => "class is as suggested",
        MeasureKind::OverlapWithSuggestion => "overlap with the suggestion",
        MeasureKind::SuggestionsTaken => "suggestions with an object",
        MeasureKind::ObjectsBeyond => "objects that nobody suggested",
        MeasureKind::WrongTaken => "wrong suggestions taken over",
        MeasureKind::F1WithGold => "f1_cls with gold",
    }
}

fn time(time: &TimeSaved) -> String {
    let (Some(with), Some(without)) = (time.assisted_s.value(), time.blank_s.value()) else {
        return "No working time was noted of both kinds.\n".to_owned();
    };
    format!("Median {with:.1} s with and {without:.1} s without: {} of the time is saved\n", metric(&time.saved))
}

fn left_out(left: &LeftOut) -> String {
    let reasons = [
        (left.imported, "read from files"),
        (left.before_run, "submitted before the run was there"),
        (left.without_run, "on samples that the run has not looked at"),
        (left.campaign, "made anew in a campaign"),
        (left.contaminated, "drawn to be without suggestions, and yet with an answer to one"),
        (left.one_kind, "of people who made one kind only"),
    ];
    let told: Vec<String> =
        reasons.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{} {why}", number(*n))).collect();
    if told.is_empty() { String::new() } else { format!("\nLabel sets left out: {}\n", told.join("; ")) }
}
