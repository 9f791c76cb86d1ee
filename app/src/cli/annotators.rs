//! `concord annotators`: how each of them labels.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use concord_project::annotators::{AnnotatorFigures, AnnotatorsOptions, AnnotatorsReport, Slip, annotators as tell};

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, metric, number};
use super::table::{Side, Table};

/// Most mistakes of one person that are listed.
const SLIPS: usize = 5;

/// Tell how each annotator labels
///
/// Holds everybody against gold, against tasks whose answer was known, against all others (the confusion after Dawid and
/// Skene), and against their own past; with how fast they are and what they did with suggestions. Everybody sees their own
/// figures, and an owner those of all.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord annotators belt
  concord annotators belt --as-user olga --json > annotators.json")]
pub(crate) struct AnnotatorsArgs {
    /// Folder of the project
    project: PathBuf,
    /// Bootstrap replicates of the intervals; 0 for none
    #[arg(long, value_name = "N", default_value_t = AnnotatorsOptions::for_viewer("").metrics.replicates)]
    replicates: u32,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = AnnotatorsOptions::for_viewer("").metrics.seed)]
    seed: u64,
}

/// Tells how people label.
pub(crate) fn annotators(args: &AnnotatorsArgs, context: &Context) -> Result<Exit, Failure> {
    let mut options = AnnotatorsOptions::for_viewer(&context.annotator);
    (options.metrics.replicates, options.metrics.seed) = (args.replicates, args.seed);
    let report = tell(&open_project(&args.project)?, &options)?;
    context.output.answer(&report, || text_of(&report))?;
    Ok(Exit::Done)
}

fn text_of(report: &AnnotatorsReport) -> String {
    let mut text = format!(
        "Gold of {} that somebody decided and of {} that two or more people say alike; {} settled by one person alone are \
         left out\nObjects are matched from an overlap of {} on; intervals: {:.0} %, {} draws of samples, seed {}\n",
        counted(report.gold_decided, "sample"),
        counted(report.gold_by_vote, "sample"),
        number(report.gold_alone),
        report.match_iou,
        report.confidence * 100.0,
        number(u64::from(report.replicates)),
        report.seed
    );
    if report.annotators.is_empty() {
        text.push_str("\nNobody has submitted a label set.\n");
    } else {
        let _ = write!(text, "\n{}", quality(&report.annotators));
        let _ = write!(text, "\n{}", habits(&report.annotators));
        for figures in &report.annotators {
            text.push_str(&slips(figures, &report.classes));
        }
    }
    if report.hidden > 0 {
        let people = if report.hidden == 1 { "person" } else { "people" };
        let _ = writeln!(text, "\n{} more {people}: an owner sees their figures", number(report.hidden));
    }
    text
}

fn quality(annotators: &[AnnotatorFigures]) -> Table {
    let mut table = Table::new(&[
        ("annotator", Side::Left),
        ("samples", Side::Right),
        ("f1_cls", Side::Right),
        ("mean_iou", Side::Right),
        ("kappa_cls", Side::Right),
        ("accuracy", Side::Right),
        ("known answers", Side::Right),
        ("trend of f1_cls", Side::Right),
        ("", Side::Left),
    ]);
    for figures in annotators {
        let known = figures.known_answers.as_ref().map(|known| &known.reliability);
        table.row([
            figures.annotator.clone(),
            number(figures.gold.samples),
            metric(&figures.gold.f1_cls),
            metric(&figures.gold.mean_iou),
            metric(&figures.gold.kappa_cls),
            metric(&figures.confusion.accuracy),
            known.map_or_else(|| "—".to_owned(), |r| format!("{} of {}", number(r.passed), number(r.tasks))),
            metric(&figures.course.trend),
            if figures.gold.is_thin { "rests on few".to_owned() } else { String::new() },
        ]);
    }
    table
}

fn habits(annotators: &[AnnotatorFigures]) -> Table {
    let mut table = Table::new(&[
        ("annotator", Side::Left),
        ("label sets", Side::Right),
        ("objects", Side::Right),
        ("median s", Side::Right),
        ("P90 s", Side::Right),
        ("suggestions unchanged", Side::Right),
        ("edited", Side::Right),
        ("turned down", Side::Right),
    ]);
    let seconds = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |s| format!("{s:.1}"));
    for figures in annotators {
        table.row([
            figures.annotator.clone(),
            number(figures.label_sets),
            number(figures.objects),
            seconds(figures.median_s.value()),
            seconds(figures.p90_s.value()),
            metric(&figures.suggestions.unchanged_share),
            number(figures.suggestions.edited),
            number(figures.suggestions.rejected),
        ]);
    }
    table
}

/// What somebody takes for what.
fn slips(figures: &AnnotatorFigures, classes: &[String]) -> String {
    if figures.confusion.slips.is_empty() {
        return String::new();
    }
    let name = |class: usize| classes.get(class).map_or("nothing", String::as_str);
    let slip = |slip: &Slip| format!("{} for {} ({})", name(slip.said), name(slip.truth), number(slip.count));
    let told: Vec<String> = figures.confusion.slips.iter().take(SLIPS).map(slip).collect();
    format!("\n{} says {}\n", figures.annotator, told.join(", "))
}
