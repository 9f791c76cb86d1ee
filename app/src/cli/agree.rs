//! `concord agree`: how far annotators say the same.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use concord_metrics::reliability::{Verdict, WANTED_RATE};
use concord_project::agree::{AgreeOptions, AgreementReport, PairAgreement, agree as compare};
use concord_project::queue::{self, KnownAnswers, PASS_SCORE};

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, metric, number};
use super::table::{Side, Table};

/// Widest confusion table that is shown to people, in classes.
const WIDEST_TABLE: usize = 12;

/// Measure how far annotators agree
///
/// Compares every pair of annotators on the samples that both have submitted: were the same objects found, with the same
/// class, and how well do their boxes overlap? Every number comes with a bootstrap interval over images, and with the
/// table that it was counted from.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord agree belt
  concord agree belt --annotator alice bob --replicates 10000
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
    let report = compare(&project, &options)?;
    context.output.answer(&report, || text_of(&report))?;
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

fn text_of(report: &AgreementReport) -> String {
    let names = if report.annotators.is_empty() { "nobody".to_owned() } else { report.annotators.join(", ") };
    let mut text =
        format!("{} with submitted label sets: {names}\n", counted(report.annotators.len() as u64, "annotator"));
    for pair in &report.pairs {
        text.push_str(&pair_text(pair, report.required_f1_cls));
    }
    if report.pairs_without_samples > 0 {
        let pairs = counted(report.pairs_without_samples, "pair");
        let _ = writeln!(text, "\n{pairs} without a sample that both have submitted: there is nothing to compare.");
    }
    if report.pairs.is_empty() && report.pairs_without_samples == 0 {
        text.push_str("\nIt takes two annotators to compare.\n");
    }
    text
}

fn pair_text(pair: &PairAgreement, required: Option<f64>) -> String {
    let figures = &pair.figures;
    let counts = &figures.counts;
    let mut table =
        Table::new(&[("measure", Side::Left), ("value", Side::Right), ("n", Side::Right), ("of", Side::Left)]);
    for (name, value, unit) in [
        ("f1_loc", figures.f1_loc, "boxes: the same objects found"),
        ("f1_cls", figures.f1_cls, "boxes: and the same class"),
        ("kappa_cls", figures.kappa_cls, "matched pairs: their classes"),
        ("mean_iou", figures.mean_iou, "matched pairs"),
        ("median_iou", figures.median_iou, "matched pairs"),
        ("p10_iou", figures.p10_iou, "matched pairs: 10 % quantile"),
        ("kappa_det", figures.kappa_det, "boxes and gaps: background as a category"),
        ("kappa_presence", figures.kappa_presence, "classes: mean over them"),
    ] {
        table.row([name.to_owned(), metric(&value), number(value.n()), unit.to_owned()]);
    }
    let mut classes = Table::new(&[
        ("class", Side::Left),
        ("f1_cls", Side::Right),
        ("kappa_presence", Side::Right),
        (&format!("boxes of {}", pair.a), Side::Right),
        (&format!("boxes of {}", pair.b), Side::Right),
    ]);
    for class in &figures.per_class {
        let name = pair.class_names.get(class.class).cloned().unwrap_or_else(|| format!("class {}", class.class));
        let (f1, kappa) = (metric(&class.f1_cls), metric(&class.kappa_presence));
        classes.row([name, f1, kappa, number(class.boxes_a), number(class.boxes_b)]);
    }
    let unstable = if figures.unstable.is_empty() {
        String::new()
    } else {
        format!("\nShaky intervals (over 5 % of the replicates are undefined): {}\n", figures.unstable.join(", "))
    };
    let policy = match (required, pair.reaches_policy) {
        (Some(least), Some(true)) => format!("\nThe policy asks for F1 of at least {least}: reached.\n"),
        (Some(least), Some(false)) => {
            format!("\nThe policy asks for F1 of at least {least} at the lower end of the interval: not reached.\n")
        }
        (Some(least), None) => {
            format!("\nThe policy asks for F1 of at least {least}: there is no interval to judge by.\n")
        }
        (None, _) => String::new(),
    };
    format!(
        "\n{} and {}: {}, {} and {} boxes, {} matched\n\n{table}{policy}{unstable}\n{classes}{}",
        pair.a,
        pair.b,
        counted(counts.images, "image"),
        number(counts.boxes_a),
        number(counts.boxes_b),
        number(counts.matched),
        confusion_text(pair)
    )
}

/// The table of classes, rows the first annotator, columns the second, with the background last.
fn confusion_text(pair: &PairAgreement) -> String {
    let counts = &pair.figures.table;
    if counts.len() > WIDEST_TABLE + 1 {
        return format!("\nThe table of {} classes is in the output of --json.\n", counts.len() - 1);
    }
    let name = |at: usize| pair.class_names.get(at).map_or("no box", String::as_str);
    let heading = format!("{} ↓  {} →", pair.a, pair.b);
    let mut columns = vec![(heading.as_str(), Side::Left)];
    columns.extend((0..counts.len()).map(|at| (name(at), Side::Right)));
    let mut table = Table::new(&columns);
    for (at, row) in counts.iter().enumerate() {
        table.row(std::iter::once(name(at).to_owned()).chain(row.iter().map(|n| number(*n))));
    }
    format!("\n{table}")
}
