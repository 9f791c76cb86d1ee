//! `concord model add`: shows what a model is, asks, and registers it.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

use clap::Args;
use concord_domain::model::ModelProvenance;
use concord_project::ProjectError;
use concord_project::model::{self, AddOptions, Opened, Proposal, Trial};
use serde::Serialize;

use super::super::context::Context;
use super::super::error::Failure;
use super::super::exit::Exit;
use super::super::output::{entries, to_stderr};
use super::show;

/// Register a model
///
/// Reads the contract from the `.toml` beside the file (or --card), and infers from the file's metadata and the shapes of
/// its outputs what that leaves out. What was assumed is shown and asked about; --yes takes it. The model is tried in a
/// process of its own first, copied into the folder `models` of the project, logged with its SHA-256 and measured. An
/// encoder whose card has a section [prompted] is registered with its decoder, as a pair to draw with on the canvas.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord model add belt detector.onnx
  concord model add belt best.onnx --name detector-3 --card detector.toml --yes
  concord model add belt yolo.onnx --map \"hex bolt=bolt\" --trained-on \"belt 2026-10\" --licence Apache-2.0")]
pub(crate) struct AddArgs {
    /// Folder of the project
    project: PathBuf,
    /// ONNX file
    file: PathBuf,
    /// Name in the project, instead of the file's
    #[arg(long)]
    name: Option<String>,
    /// A model.toml that does not lie beside the file
    #[arg(long, value_name = "FILE")]
    card: Option<PathBuf>,
    /// A class of the model and the class of the ontology that it stands for; may be given several times
    #[arg(long, value_name = "CLASS=CLASS", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// The data release that the model was trained on
    #[arg(long, value_name = "RELEASE")]
    trained_on: Option<String>,
    /// Revision of the code that trained it
    #[arg(long)]
    revision: Option<String>,
    /// Licence of the weights
    #[arg(long)]
    licence: Option<String>,
    /// Where it was published
    #[arg(long, value_name = "ADDRESS")]
    source: Option<String>,
    /// Leave the file where it is instead of copying it into the project
    #[arg(long)]
    in_place: bool,
    /// Take what was assumed without asking
    #[arg(long, short)]
    yes: bool,
    /// Do not measure the speed
    #[arg(long)]
    no_measure: bool,
}

fn mapping(text: &str) -> Result<(String, String), String> {
    let (from, to) = text.split_once('=').ok_or("write it as CLASS=CLASS")?;
    let (from, to) = (from.trim(), to.trim());
    if from.is_empty() || to.is_empty() {
        Err("write it as CLASS=CLASS".to_owned())
    } else {
        Ok((from.to_owned(), to.to_owned()))
    }
}

/// Shows, asks, registers.
pub(super) fn add(args: &AddArgs, context: &Context) -> Result<Exit, Failure> {
    let desk = context.desk(&args.project)?;
    let trial = std::env::current_exe().ok().map(|program| Trial { program });
    let options = AddOptions {
        name: args.name.clone(),
        card: args.card.clone(),
        class_map: args.map.iter().cloned().collect::<BTreeMap<_, _>>(),
        provenance: ModelProvenance {
            trained_on: args.trained_on.clone(),
            revision: args.revision.clone(),
            licence: args.licence.clone(),
            source: args.source.clone(),
        },
        in_place: args.in_place,
        trial,
    };
    let watch = context.watch();
    let proposal = model::propose(&desk.project, &args.file, &options, watch.progress())?;
    drop(watch);
    confirm(&proposal, args)?;
    let shown = Answer::of(&proposal);
    let added = model::add(&desk, proposal)?;
    let (name, is_pair) = (added.name, matches!(added.model, Opened::Pair(_)));
    // A pair says nothing without somebody who points at something: there is no speed to measure.
    let speed = if args.no_measure || is_pair {
        None
    } else {
        let watch = context.watch();
        Some(model::measure(&desk, &name, watch.progress())?)
    };
    let found = model::find(&desk.project, &name)?;
    context.output.answer(&shown, || {
        let measured = speed.as_ref().map(|s| format!("\n{}", show::speed_text(&name, s))).unwrap_or_default();
        format!("Registered {name}\n\n{}{measured}", show::text(&found))
    })?;
    Ok(Exit::Done)
}

/// What programs are told.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    summary: serde_json::Value,
}

impl Answer {
    fn of(proposal: &Proposal) -> Self {
        Self { summary: serde_json::to_value(proposal.summary()).unwrap_or_default() }
    }
}

/// Shows what was assumed and waits for a yes; without a person to ask, what is assumed must be taken by --yes.
fn confirm(proposal: &Proposal, args: &AddArgs) -> Result<(), Failure> {
    if args.yes || proposal.assumed.is_empty() {
        return Ok(());
    }
    let assumed = entries("Assumed, for neither the file nor a model.toml says it", proposal.assumed.iter().cloned());
    to_stderr(&format!("{}{assumed}", show::proposal_text(proposal)));
    let refused = || {
        ProjectError::usage(
            "the contract was not confirmed: write what is different into a model.toml (its keys stand in \
             docs/models.md), or take what is shown with --yes",
        )
    };
    if !std::io::stdin().is_terminal() {
        return Err(refused().into());
    }
    to_stderr("\nRegister it so? [y/N]");
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    if read.is_ok() && ["y", "yes"].contains(&line.trim().to_ascii_lowercase().as_str()) {
        Ok(())
    } else {
        Err(refused().into())
    }
}
