//! `concord queue`: what to label next, and why; and what another order would have cost.

mod task;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use concord_project::ProjectError;
use concord_project::queue::{
    Part, Queue, QueueOptions, Simulation, SimulationOptions, SliceSimulation, Strategy, rank, simulate as replay,
};

use super::context::{Context, now_ms, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, number};
use super::table::{Side, Table};

/// Parts of a score below this share are left out of the text.
const SHOWN_SHARE: f64 = 0.005;

/// Rank what to label next, with the reasons
///
/// Ranks the samples by how uncertain the latest run is about them, times the importance of their slice (raised where
/// the model's recall falls short of its target), times how long they have waited; the policy's section [queue] says how
/// much each counts. Every rank says why. With --for it is the queue of one annotator: put together in batches, with the
/// policy's shares of random and blank samples, and without what others hold. Equal state gives the same order.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  concord queue belt --top 10
  concord queue belt --for alice
  concord queue belt --batch 50 --top 50
  concord queue belt --top 1000 --json > queue.json
  concord queue simulate belt --per-slice
  concord queue snooze belt 000123.png --minutes 90

For a project in a folder that bears the name of one of the commands, write ./ before it."
)]
pub(crate) struct QueueArgs {
    #[command(subcommand)]
    command: Option<QueueCommand>,
    /// Folder of the project
    #[arg(required = true)]
    project: Option<PathBuf>,
    /// How many samples to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// The queue of this annotator, without what was submitted, passed over, put off or is held by others
    #[arg(long = "for", value_name = "NAME")]
    annotator: Option<String>,
    /// Put a batch of so many together at the front: different from each other, in groups of similar ones
    #[arg(long, value_name = "N")]
    batch: Option<usize>,
}

/// What can be done with a queue beside looking at it.
#[derive(Debug, Subcommand)]
enum QueueCommand {
    Simulate(SimulateArgs),
    Take(task::TakeArgs),
    /// Give a sample back that you hold
    Release(task::TaskArgs),
    Snooze(task::SnoozeArgs),
}

/// Label a labelled project again in other orders, and count
///
/// Holds the latest run against the reference labels and asks how many samples have to be labelled, in the order of each
/// strategy, until every slice reaches its recall. A labelled sample has all its objects, for a person's labels stand in
/// for the model's; the model itself stays as it is. The ranked order sees only what it would have seen: the weights of
/// the slices are computed anew after each batch from what is labelled so far.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord queue simulate belt --per-slice
  concord queue simulate belt --strategies ranked,uncertainty --target-recall 0.95
  concord queue simulate belt --json > simulation.json

Strategies:
  ranked       as the queue gives the samples: score, batches, shares at random and where the model sees nothing
  score        by the score alone
  uncertainty  by the uncertainty of the model alone
  importance   by the weights of the slices alone
  random       at random; always there, for the others are held against it")]
struct SimulateArgs {
    /// Folder of the project
    project: PathBuf,
    /// Orders to compare, with commas between them
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "ranked,score,uncertainty,importance")]
    strategies: Vec<String>,
    /// Recall that every slice has to reach, instead of the targets of slices.toml
    #[arg(long, value_name = "R")]
    target_recall: Option<f64>,
    /// Show every slice, and not only when the last of them is there
    #[arg(long)]
    per_slice: bool,
    /// Replay this model instead of the one that ran last
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// How many random orders to draw
    #[arg(long, value_name = "N", default_value_t = SimulationOptions::default().random_orders)]
    orders: u64,
}

/// Ranks the samples.
pub(crate) fn queue(args: &QueueArgs, context: &Context) -> Result<Exit, Failure> {
    match &args.command {
        Some(QueueCommand::Simulate(args)) => return simulate(args, context),
        Some(QueueCommand::Take(args)) => return task::take(args, context),
        Some(QueueCommand::Release(args)) => return task::release(args, context),
        Some(QueueCommand::Snooze(args)) => return task::snooze(args, context),
        None => {}
    }
    let project = open_project(args.project.as_deref().unwrap_or_else(|| std::path::Path::new("")))?;
    let options = QueueOptions {
        for_annotator: args.annotator.clone(),
        now_ms: now_ms(),
        top: Some(args.top),
        batch: args.batch,
        rules: None,
    };
    let queue = rank(&project, &options)?;
    context.output.answer(&queue, || text_of(&queue))?;
    Ok(Exit::Done)
}

fn text_of(queue: &Queue) -> String {
    let (shown, waiting) = (number(queue.items.len() as u64), counted(queue.waiting, "waiting sample"));
    let by = match (&queue.model, &queue.run) {
        (Some(model), Some(run)) => {
            let calibrated = if queue.is_calibrated { "calibrated " } else { "" };
            format!("{calibrated}uncertainty by {model}, run {run}")
        }
        _ => "no model ran yet, so all are equally uncertain".to_owned(),
    };
    let group = (queue.batch > 0).then_some(("group", Side::Right));
    let mut columns = vec![("#", Side::Right)];
    columns.extend(group);
    columns.extend([("score", Side::Right), ("uncertainty, bit", Side::Right), ("image", Side::Left)]);
    columns.extend([("parts", Side::Left), ("why", Side::Left)]);
    let mut table = Table::new(&columns);
    for (place, item) in (1u64..).zip(&queue.items) {
        let mut row = vec![number(place)];
        row.extend(group.map(|_| item.group.map_or_else(String::new, |group| number(u64::from(group) + 1))));
        row.extend([
            format!("{:.3}", item.score),
            item.uncertainty_bits.map_or_else(|| "— (no run)".to_owned(), |bits| format!("{bits:.3}")),
            item.path.clone(),
            parts(&item.parts),
            item.reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        ]);
        table.row(row);
    }
    format!("{shown} of {waiting}, the next one first; {by}\n\n{table}")
}

/// The parts that lift a sample, the largest first: `slice 60 %, uncertainty 40 %`.
fn parts(parts: &[Part]) -> String {
    let mut telling: Vec<&Part> = parts.iter().filter(|part| part.share >= SHOWN_SHARE).collect();
    telling.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.name.cmp(&b.name)));
    let shown = |part: &&Part| format!("{} {:.0} %", part.name.name(), part.share * 100.0);
    if telling.is_empty() { "—".to_owned() } else { telling.iter().map(shown).collect::<Vec<_>>().join(", ") }
}

fn simulate(args: &SimulateArgs, context: &Context) -> Result<Exit, Failure> {
    let project = open_project(&args.project)?;
    let mut strategies: Vec<Strategy> = Vec::new();
    for name in args.strategies.iter().map(|name| name.trim()).filter(|name| *name != "random") {
        let strategy = Strategy::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = Strategy::ALL.iter().map(|s| s.name()).collect();
            ProjectError::usage(format!("there is no strategy \"{name}\"; use {} or random", known.join(", ")))
        })?;
        if !strategies.contains(&strategy) {
            strategies.push(strategy);
        }
    }
    let (target_recall, model) = (args.target_recall, args.model.clone());
    let options = SimulationOptions { strategies, target_recall, model, random_orders: args.orders };
    let simulation = replay(&project, &options)?;
    context.output.answer(&simulation, || simulation_text(&simulation, args.per_slice))?;
    Ok(Exit::Done)
}

fn simulation_text(simulation: &Simulation, per_slice: bool) -> String {
    let Simulation { model, run, reference, score, samples, random_orders, batch, .. } = simulation;
    let mut text = format!(
        "{model}, run {run}, at score {score}, held against {reference}: {}\n\
         labels until a slice reaches its recall, by order; ranks are computed anew every {}, random is the mean of {}\n\n",
        counted(*samples, "sample"),
        counted(*batch, "label"),
        counted(*random_orders, "order"),
    );
    let columns = [("slice", Side::Left), ("target", Side::Right), ("recall", Side::Right), ("order", Side::Left)];
    let figures = [("labels", Side::Right), ("of random", Side::Right)];
    let mut table = Table::new(&[columns.as_slice(), &figures].concat());
    let slices = simulation.slices.iter().filter(|_| per_slice);
    for slice in slices.chain([&simulation.all]) {
        rows(&mut table, slice);
    }
    let _ = write!(text, "{table}");
    text
}

/// The rows of a slice: the random order first, then each strategy.
fn rows(table: &mut Table, slice: &SliceSimulation) {
    let target = slice.target.map_or_else(|| "each its own".to_owned(), |target| format!("{target:.2}"));
    let [low, high] = slice.random_range;
    let random = format!("{:.1} [{}, {}]", slice.random_mean, number(low), number(high));
    let first = [slice.slice.clone(), target, format!("{:.3}", slice.recall)];
    table.row(first.into_iter().chain(["random".to_owned(), random, "1.00".to_owned()]));
    for outcome in &slice.strategies {
        let ratio = outcome.ratio.map_or_else(|| "— (none needed)".to_owned(), |ratio| format!("{ratio:.2}"));
        let name = outcome.strategy.name().to_owned();
        table.row([String::new(), String::new(), String::new(), name, number(outcome.labels), ratio]);
    }
}
