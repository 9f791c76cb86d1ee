//! `concord campaign`: labelling a few disputed samples again, and whether that made people agree.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use concord_metrics::agreement::Options;
use concord_metrics::{Metric, Reason};
use concord_project::agree::AgreeOptions;
use concord_project::campaign::{CampaignOptions, CampaignReport, campaigns, report, start};

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, metric, number};
use super::table::{Side, Table};

/// Have disputed samples labelled again, and tell what it changed
///
/// After a rule was made clearer, a campaign draws a few samples on which people disagreed and has the same people label
/// them again: from nothing, without suggestions, under the version in force, as the first tasks of their queues. What
/// they submitted before is kept, and agreement before and after is held against each other, with intervals. Without a
/// command it lists the campaigns.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  concord campaign belt
  concord campaign start belt 'bolts or nuts' --classes bolt nut --samples 20 --reason 'the guideline shows both now'
  concord campaign report belt 'bolts or nuts'

For a project in a folder that bears the name of one of the commands, write ./ before it."
)]
pub(crate) struct CampaignArgs {
    #[command(subcommand)]
    command: Option<CampaignCommand>,
    /// Folder of the project
    #[arg(required = true)]
    project: Option<PathBuf>,
}

/// What can be done beside listing.
#[derive(Debug, Subcommand)]
enum CampaignCommand {
    Start(StartArgs),
    Report(ReportArgs),
}

/// Draw samples and have them labelled again
#[derive(Debug, Args)]
struct StartArgs {
    /// Folder of the project
    project: PathBuf,
    /// Name of the campaign
    name: String,
    /// What is to be found out; annotators see it
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Draw among samples on which people confuse these two; among all that people disagree on without it
    #[arg(long, num_args = 2, value_names = ["CLASS", "CLASS"])]
    classes: Vec<String>,
    /// How many samples
    #[arg(long, value_name = "N", default_value_t = 20)]
    samples: usize,
    /// What the draw follows from
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
}

/// Tell how far a campaign is, and how people agreed before and after
#[derive(Debug, Args)]
struct ReportArgs {
    /// Folder of the project
    project: PathBuf,
    /// Name of the campaign
    name: String,
    /// Bootstrap replicates of the intervals; 0 for none
    #[arg(long, value_name = "N", default_value_t = AgreeOptions::default().metrics.replicates)]
    replicates: u32,
}

/// Lists, or does what the command says.
pub(crate) fn campaign(args: &CampaignArgs, context: &Context) -> Result<Exit, Failure> {
    let metrics = AgreeOptions::default().metrics;
    match &args.command {
        Some(CampaignCommand::Start(args)) => {
            let classes = match args.classes.as_slice() {
                [a, b] => Some((a.clone(), b.clone())),
                _ => None,
            };
            let (name, reason) = (args.name.clone(), args.reason.clone());
            let options = CampaignOptions { name, reason, classes, samples: args.samples, seed: args.seed };
            let begun = start(&context.desk(&args.project)?, &options)?;
            context.output.answer(&begun, || text_of(&begun))?;
        }
        Some(CampaignCommand::Report(args)) => {
            let metrics = Options { replicates: args.replicates, ..metrics };
            let told = report(&open_project(&args.project)?, &args.name, &metrics)?;
            context.output.answer(&told, || text_of(&told))?;
        }
        None => {
            let project = open_project(args.project.as_deref().unwrap_or_else(|| Path::new("")))?;
            let all = campaigns(&project, &metrics)?;
            context.output.answer(&all, || list_text(&all))?;
        }
    }
    Ok(Exit::Done)
}

fn list_text(all: &[CampaignReport]) -> String {
    if all.is_empty() {
        return "There is no campaign yet.".to_owned();
    }
    let mut table = Table::new(&[
        ("campaign", Side::Left),
        ("labelled again", Side::Right),
        ("samples", Side::Right),
        ("kappa_cls by", Side::Right),
        ("f1_cls by", Side::Right),
        ("reason", Side::Left),
    ]);
    for told in all {
        table.row([
            told.name.clone(),
            format!("{} of {}", number(told.done), number(told.tasks)),
            number(told.samples),
            metric(&told.kappa_cls_change),
            metric(&told.f1_cls_change),
            told.reason.clone(),
        ]);
    }
    table.to_string()
}

fn text_of(told: &CampaignReport) -> String {
    let text = format!(
        "{}: {}\nbegun by {} under version {} of the policy; {} of {} label sets made again\n",
        told.name,
        told.reason,
        told.by,
        told.policy_version,
        number(told.done),
        number(told.tasks)
    );
    let (Some(before), Some(after)) = (&told.before, &told.after) else {
        return format!("{text}\nThere is nothing to compare until two people have labelled a sample again.\n");
    };
    let mut table = Table::new(&[
        ("measure", Side::Left),
        ("before", Side::Right),
        ("after", Side::Right),
        ("change", Side::Right),
    ]);
    let change = |rise: &Metric| if rise.is_defined() { metric(rise) } else { String::new() };
    let none = Metric::undefined(Reason::NotApplicable);
    for (name, [was, is], rise) in [
        ("kappa_cls", [before.kappa_cls, after.kappa_cls], told.kappa_cls_change),
        ("f1_cls", [before.f1_cls, after.f1_cls], told.f1_cls_change),
        ("f1_loc", [before.f1_loc, after.f1_loc], none),
        ("mean_iou", [before.mean_iou, after.mean_iou], none),
    ] {
        table.row([name.to_owned(), metric(&was), metric(&is), change(&rise)]);
    }
    format!("{text}on {} that two or more people labelled again:\n\n{table}", counted(told.samples, "sample"))
}
