//! `concord review`: what waits for a second person, what is disputed, and deciding it.

mod decide;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use concord_domain::disagreement::{Disagreement, Kind};
use concord_domain::review::Stage;
use concord_project::queue::sample_named;
use concord_project::review::{Dispute, Waiting, dispute, waiting};
use concord_project::{Project, ProjectError};
use serde_json::json;

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, number};
use super::table::{Side, Table};

/// Look at what waits for a second person, and decide it
///
/// A sample goes from label to review (one label set, a second person looks at it) or to arbitration (several label sets
/// that do not agree enough), and from there to gold; the policy's section [review] says which samples need what. Without
/// a command it lists the samples with where they stand and how many disagreements of which kind there are, the most
/// severe first. Nobody judges what they labelled, and where people have roles it takes the right one.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  concord review belt
  concord review belt --stage arbitrate --top 10
  concord review show belt 000123.png
  concord review accept belt 000123.png --as-user rea
  concord review send-back belt 000123.png --of ana --reason 'the head is cut off'
  concord review arbitrate belt 000123.png --take ana --as-user art
  concord review reopen belt 000123.png --reason 'a second look'

For a project in a folder that bears the name of one of the commands, write ./ before it."
)]
pub(crate) struct ReviewArgs {
    #[command(subcommand)]
    command: Option<ReviewCommand>,
    /// Folder of the project
    #[arg(required = true)]
    project: Option<PathBuf>,
    /// Only samples at this stage: label, review, arbitrate or gold
    #[arg(long, value_name = "STAGE", value_parser = stage_named)]
    stage: Option<Stage>,
    /// How many samples to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
}

/// What can be done beside listing.
#[derive(Debug, Subcommand)]
enum ReviewCommand {
    Show(decide::SampleArgs),
    Accept(decide::AcceptArgs),
    SendBack(decide::ReturnArgs),
    Reject(decide::RejectArgs),
    Arbitrate(decide::ArbitrateArgs),
    Reopen(decide::ReopenArgs),
}

fn stage_named(name: &str) -> Result<Stage, String> {
    let known = || Stage::ALL.map(Stage::name).join(", ");
    Stage::ALL.into_iter().find(|stage| stage.name() == name).ok_or_else(|| format!("the stages are {}", known()))
}

/// Lists, or does what the command says.
pub(crate) fn review(args: &ReviewArgs, context: &Context) -> Result<Exit, Failure> {
    match &args.command {
        Some(ReviewCommand::Show(args)) => return show(args, context),
        Some(ReviewCommand::Accept(args)) => return decide::accept(args, context),
        Some(ReviewCommand::SendBack(args)) => return decide::send_back(args, context),
        Some(ReviewCommand::Reject(args)) => return decide::reject(args, context),
        Some(ReviewCommand::Arbitrate(args)) => return decide::arbitrate(args, context),
        Some(ReviewCommand::Reopen(args)) => return decide::reopen(args, context),
        None => {}
    }
    let project = open_project(args.project.as_deref().unwrap_or_else(|| Path::new("")))?;
    let all = waiting(&project)?;
    let wanted = |w: &&Waiting| args.stage.is_none_or(|stage| w.stage == stage);
    let shown: Vec<&Waiting> = all.iter().filter(wanted).take(args.top).collect();
    context.output.answer(&shown, || list_text(&all, &shown))?;
    Ok(Exit::Done)
}

fn list_text(all: &[Waiting], shown: &[&Waiting]) -> String {
    let count = |stage: Stage| all.iter().filter(|w| w.stage == stage).count() as u64;
    let mut text = format!(
        "{} wait for an arbiter, {} for a reviewer, {} for annotators; {} are gold\n",
        number(count(Stage::Arbitrate)),
        number(count(Stage::Review)),
        number(count(Stage::Label)),
        number(count(Stage::Gold))
    );
    let mut table = Table::new(&[
        ("image", Side::Left),
        ("stage", Side::Left),
        ("annotators", Side::Left),
        ("lowest F1", Side::Right),
        ("disagreements", Side::Left),
        ("why", Side::Left),
    ]);
    for waiting in shown {
        let kinds: Vec<String> = waiting.disagreements.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        table.row([
            waiting.path.clone(),
            waiting.stage.name().to_owned(),
            waiting.annotators.join(", "),
            waiting.agreement.map_or_else(|| "—".to_owned(), |f1| format!("{f1:.3}")),
            if kinds.is_empty() { "—".to_owned() } else { kinds.join(", ") },
            waiting.why.clone(),
        ]);
    }
    let _ = write!(text, "\n{table}");
    text
}

/// The sample that was named, with what is disputed on it.
fn disputed(project: &Project, name: &str) -> Result<(String, Dispute), ProjectError> {
    let sample = sample_named(project, name)?;
    Ok((sample.path.clone(), dispute(project, &sample.id)?))
}

fn show(args: &decide::SampleArgs, context: &Context) -> Result<Exit, Failure> {
    let project = open_project(&args.project)?;
    let (path, dispute) = disputed(&project, &args.sample)?;
    let document = json!({
        "sample": dispute.sample,
        "path": path,
        "stage": dispute.stage,
        "annotators": dispute.annotators().collect::<Vec<_>>(),
        "agreed": dispute.comparison.agreed,
        "disagreements": dispute.comparison.disagreements,
        "lowest_f1": (dispute.sets.len() > 1).then_some(dispute.comparison.agreement),
        "reopened": dispute.reopened,
        "settled_by": dispute.gold.as_ref().map(|gold| &gold.by),
    });
    context.output.answer(&document, || dispute_text(&path, &dispute))?;
    Ok(Exit::Done)
}

fn dispute_text(path: &str, dispute: &Dispute) -> String {
    let names: Vec<&str> = dispute.annotators().collect();
    let who = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
    let mut text = format!("{path}: {}; submitted by {who}\n", dispute.stage.name());
    if let Some(gold) = &dispute.gold {
        let _ = writeln!(
            text,
            "{} by {}, {}",
            gold.how.name(),
            gold.by,
            counted(gold.labels.objects.len() as u64, "object")
        );
    }
    if let Some(reason) = &dispute.reopened {
        let _ = writeln!(text, "reopened: {reason}");
    }
    for returned in &dispute.returns {
        let _ = writeln!(
            text,
            "revision {} of {} was returned by {}: {}",
            returned.revision, returned.key.annotator, returned.by, returned.reason
        );
    }
    if names.len() > 1 {
        let agreed = counted(dispute.comparison.agreed.len() as u64, "object");
        let _ = writeln!(text, "all agree on {agreed}; lowest F1 {:.3}", dispute.comparison.agreement);
    }
    let mut table = Table::new(&[
        ("#", Side::Right),
        ("kind", Side::Left),
        ("who has it", Side::Left),
        ("who has not", Side::Left),
        ("overlap", Side::Right),
        ("besides", Side::Left),
    ]);
    for (place, found) in (1u64..).zip(&dispute.comparison.disagreements) {
        table.row([
            number(place),
            kind_text(&found.kind),
            with_text(found),
            found.without.join(", "),
            found.overlap.map_or_else(|| "—".to_owned(), |overlap| format!("{overlap:.2}")),
            found.also.iter().map(kind_text).collect::<Vec<_>>().join(", "),
        ]);
    }
    let _ = write!(text, "\n{table}");
    text
}

fn kind_text(kind: &Kind) -> String {
    match kind {
        Kind::Attribute { name } => format!("attribute {name}"),
        Kind::Tag { tag } => format!("tag {tag}"),
        other => other.name().to_owned(),
    }
}

fn with_text(found: &Disagreement) -> String {
    if found.members.is_empty() {
        return found.with.join(", ");
    }
    found.members.iter().map(|m| format!("{} ({})", m.annotator, m.object)).collect::<Vec<_>>().join(", ")
}
