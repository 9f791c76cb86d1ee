//! `concord queue`: what to label next, and why.

use std::path::PathBuf;

use clap::Args;
use concord_project::queue::{Queue, QueueOptions, rank};

use super::context::{Context, now_ms, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, number};
use super::table::{Side, Table};

/// Rank what to label next, with the reasons
///
/// Ranks the samples by how uncertain the latest run is about them, times the importance of their slice (raised where
/// the model's recall falls short of its target), times how long they have waited. Every rank says why. Equal state gives
/// the same order.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord queue belt --top 10
  concord queue belt --for alice
  concord queue belt --top 1000 --json > queue.json")]
pub(crate) struct QueueArgs {
    /// Folder of the project
    project: PathBuf,
    /// How many samples to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// Leave out what this annotator has submitted or passed over
    #[arg(long = "for", value_name = "NAME")]
    annotator: Option<String>,
}

/// Ranks the samples.
pub(crate) fn queue(args: &QueueArgs, context: &Context) -> Result<Exit, Failure> {
    let project = open_project(&args.project)?;
    let options = QueueOptions { for_annotator: args.annotator.clone(), now_ms: now_ms(), top: Some(args.top) };
    let queue = rank(&project, &options)?;
    context.output.answer(&queue, || text_of(&queue))?;
    Ok(Exit::Done)
}

fn text_of(queue: &Queue) -> String {
    let (shown, waiting) = (number(queue.items.len() as u64), counted(queue.waiting, "waiting sample"));
    let by = match (&queue.model, &queue.run) {
        (Some(model), Some(run)) => format!("uncertainty by {model}, run {run}"),
        _ => "no model ran yet, so all are equally uncertain".to_owned(),
    };
    let columns =
        [("#", Side::Right), ("score", Side::Right), ("uncertainty, bit", Side::Right), ("image", Side::Left)];
    let mut table = Table::new(&[columns.as_slice(), &[("why", Side::Left)]].concat());
    for (place, item) in (1u64..).zip(&queue.items) {
        table.row([
            number(place),
            format!("{:.3}", item.score),
            item.uncertainty_bits.map_or_else(|| "— (no run)".to_owned(), |bits| format!("{bits:.3}")),
            item.path.clone(),
            item.reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        ]);
    }
    format!("{shown} of {waiting}, the next one first; {by}\n\n{table}")
}
