//! `concord agree`: how far annotators say the same.

mod ambiguous;
mod text;

use std::path::PathBuf;

use clap::Args;
use concord_metrics::reliability::{Verdict, WANTED_RATE};
use concord_project::ProjectError;
use concord_project::agree::{AgreeOptions, AgreementReport, agree as compare};
use concord_project::queue::{self, KnownAnswers, PASS_SCORE};
use serde_json::json;

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::number;
use super::table::{Side, Table};

/// Measure how far annotators agree
///
/// Compares every pair of annotators on the samples that both have submitted: were the same objects found, with the same
/// class, and how well do they overlap? Regions are compared by their overlap, key points by their similarity, and matched
/// one to one. Every number comes with a bootstrap interval over samples, and with the table that it was counted from;
/// what rests on few samples is marked. Below the pairs stand all annotators together, and all pairs pooled by slice,
/// version of the policy and month.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord agree belt
  concord agree belt --annotator alice bob --replicates 10000
  concord agree belt --match-iou 0.75 --curve
  concord agree belt --behind ana ben bolt nut
  concord agree belt --ambiguous
  concord agree belt --known-answers
  concord agree belt --json > agreement.json")]
pub(crate) struct AgreeArgs {
    /// Folder of the project
    project: PathBuf,
    /// Compare only these annotators
    #[arg(long, num_args = 1.., value_name = "NAME")]
    annotator: Vec<String>,
    /// Tell instead how each answered the tasks whose answer was known (the policy's share of `honeypots`)
    #[arg(long, conflicts_with = "annotator")]
    known_answers: bool,
    /// From which overlap on two objects are one, instead of the policy's
    #[arg(long, value_name = "IOU")]
    match_iou: Option<f64>,
    /// Show what other thresholds of overlap would give
    #[arg(long)]
    curve: bool,
    /// Show instead what people confuse, what costs most working time first; with --json it is part of the report
    #[arg(long, conflicts_with_all = ["known_answers", "curve", "behind"])]
    ambiguous: bool,
    /// List the samples behind a cell of the table of two annotators: their names, the class that the first gives and the
    /// one that the second gives; `-` stands for nothing
    #[arg(long, num_args = 4, value_names = ["A", "B", "CLASS", "CLASS"], conflicts_with_all = ["known_answers", "curve"])]
    behind: Vec<String>,
    /// Bootstrap replicates of the intervals; 0 for none
    #[arg(long, value_name = "N", default_value_t = AgreeOptions::default().metrics.replicates)]
    replicates: u32,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = AgreeOptions::default().metrics.seed)]
    seed: u64,
}

/// Compares the annotators.
pub(crate) fn agree(args: &AgreeArgs, context: &Context) -> Result<Exit, Failure> {
    let project = open_project(&args.project)?;
    if args.known_answers {
        let answers = queue::known_answers(&project)?;
        context.output.answer(&answers, || answers_text(&answers))?;
        return Ok(Exit::Done);
    }
    let mut options = AgreeOptions { annotators: args.annotator.clone(), ..AgreeOptions::default() };
    options.metrics.replicates = args.replicates;
    options.metrics.seed = args.seed;
    options.match_iou = args.match_iou;
    if let [a, b, row, column] = args.behind.as_slice() {
        options.annotators = vec![a.clone(), b.clone()];
        options.metrics.replicates = 0;
        return behind(&compare(&project, &options)?, [a, b, row, column], context);
    }
    let report = compare(&project, &options)?;
    let text = || if args.ambiguous { ambiguous::text(&report) } else { text::report(&report, args.curve) };
    context.output.answer(&report, text)?;
    Ok(Exit::Done)
}

/// One line a person.
fn answers_text(answers: &[KnownAnswers]) -> String {
    if answers.is_empty() {
        return "Nobody has answered a task whose answer was known; the policy's `honeypots` draws such tasks."
            .to_owned();
    }
    let rate = format!("P(rate < {WANTED_RATE})");
    let mut table = Table::new(&[
        ("annotator", Side::Left),
        ("tasks", Side::Right),
        ("passed", Side::Right),
        ("mean score", Side::Right),
        ("rate, 95 %", Side::Left),
        (rate.as_str(), Side::Right),
        ("verdict", Side::Left),
    ]);
    for answer in answers {
        let r = &answer.reliability;
        table.row([
            answer.annotator.clone(),
            number(r.tasks),
            number(r.passed),
            answer.mean_score.map_or_else(|| "—".to_owned(), |score| format!("{score:.3}")),
            format!("{:.3} [{:.3}, {:.3}]", r.mean, r.low, r.high),
            format!("{:.3}", r.p_below),
            match r.verdict {
                Verdict::Fine => "fine",
                Verdict::Doubtful => "doubtful",
                Verdict::TooLow => "too low",
            }
            .to_owned(),
        ]);
    }
    format!("Answers to tasks whose answer was known; one passes with an F1 of {PASS_SCORE} or more\n\n{table}")
}

/// Lists the samples behind a cell.
fn behind(report: &AgreementReport, [a, b, row, column]: [&str; 4], context: &Context) -> Result<Exit, Failure> {
    let Some(pair) = report.pairs.first() else {
        return Err(ProjectError::usage(format!("{a} and {b} have submitted no sample that both know")).into());
    };
    let place = |class: &str| match class {
        "-" => Ok(report.classes.len()),
        name => report.classes.iter().position(|known| known == name).ok_or_else(|| {
            let known = report.classes.join(", ");
            ProjectError::usage(format!("there is no class \"{name}\"; the classes are {known}, and - for nothing"))
        }),
    };
    // The report has them in the order of their names.
    let (row, column) = if pair.a == a { (row, column) } else { (column, row) };
    let samples = pair.cells.samples(place(row)?, place(column)?);
    let document: Vec<_> =
        samples.iter().map(|(id, path, count)| json!({ "sample": id, "path": path, "count": count })).collect();
    context.output.answer(&document, || {
        let mut table = Table::new(&[("image", Side::Left), ("objects", Side::Right)]);
        for (_, path, count) in &samples {
            table.row([(*path).to_owned(), number(*count)]);
        }
        let said = |class: &str| if class == "-" { "nothing".to_owned() } else { class.to_owned() };
        format!("{} says {}, {} says {}\n\n{table}", pair.a, said(row), pair.b, said(column))
    })?;
    Ok(Exit::Done)
}
