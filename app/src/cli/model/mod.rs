//! `concord model`: the registry of models.

mod add;
mod show;
mod trial;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use concord_metrics::calibration::Method;
use concord_project::model;
use serde::Serialize;

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::metric;
use super::table::Table;

pub(crate) use trial::{TrialArgs, try_model};

/// Register models, look at them, calibrate and measure them
///
/// A model is an ONNX file with a contract: what it takes, what it gives. It is known by the SHA-256 of its file and never
/// changes; what it said stays in the project when it goes out of use.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord model add belt detector.onnx --licence Apache-2.0
  concord model list belt
  concord model show belt detector
  concord model calibrate belt detector")]
pub(crate) struct ModelArgs {
    #[command(subcommand)]
    command: ModelCommand,
}

#[derive(Debug, Subcommand)]
enum ModelCommand {
    Add(add::AddArgs),
    List(ListArgs),
    Show(NamedArgs),
    Calibrate(CalibrateArgs),
    Measure(NamedArgs),
    Retire(RetireArgs),
}

/// List the registered models
#[derive(Debug, Args)]
struct ListArgs {
    /// Folder of the project
    project: PathBuf,
}

/// Show a model in full, or measure its speed on this machine
#[derive(Debug, Args)]
struct NamedArgs {
    /// Folder of the project
    project: PathBuf,
    /// Name or SHA-256 of a registered model
    model: String,
}

/// Fit a model's scores to what came true of them
///
/// Holds the scores of the model's latest run against the project's reference (gold, or the annotator that concord.toml
/// names): a box counts as right when it is a true positive at IoU 0.5. The queue ranks by the calibrated scores.
#[derive(Debug, Args)]
struct CalibrateArgs {
    #[command(flatten)]
    named: NamedArgs,
    /// How: isotonic regression takes 1,000 boxes, a temperature 200
    #[arg(long, value_enum, default_value_t)]
    method: CalibrationMethod,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum CalibrationMethod {
    /// Isotonic where there are boxes enough, else a temperature
    #[default]
    Best,
    /// One temperature
    Temperature,
    /// Isotonic regression
    Isotonic,
}

impl From<CalibrationMethod> for Method {
    fn from(method: CalibrationMethod) -> Self {
        match method {
            CalibrationMethod::Best => Self::Best,
            CalibrationMethod::Temperature => Self::Temperature,
            CalibrationMethod::Isotonic => Self::Isotonic,
        }
    }
}

/// Put a model out of use, or back into use
#[derive(Debug, Args)]
struct RetireArgs {
    #[command(flatten)]
    named: NamedArgs,
    /// Put it back into use
    #[arg(long)]
    back: bool,
}

/// Does what the words after `model` say.
pub(crate) fn model(args: &ModelArgs, context: &Context) -> Result<Exit, Failure> {
    match &args.command {
        ModelCommand::Add(args) => add::add(args, context),
        ModelCommand::List(args) => {
            let listed = model::list(&open_project(&args.project)?)?;
            let shown: Vec<show::Shown<'_>> = listed.iter().map(show::Shown::of).collect();
            context.output.answer(&shown, || show::list_text(&listed))?;
            Ok(Exit::Done)
        }
        ModelCommand::Show(args) => {
            let found = model::find(&open_project(&args.project)?, &args.model)?;
            context.output.answer(&show::Shown::of(&found), || show::text(&found))?;
            Ok(Exit::Done)
        }
        ModelCommand::Calibrate(args) => calibrate(args, context),
        ModelCommand::Measure(args) => measure(args, context),
        ModelCommand::Retire(args) => retire(args, context),
    }
}

fn calibrate(args: &CalibrateArgs, context: &Context) -> Result<Exit, Failure> {
    let desk = context.desk(&args.named.project)?;
    let calibration = model::calibrate(&desk, &args.named.model, args.method.into())?;
    context.output.answer(&calibration, || {
        let fitted = &calibration.fitted;
        let mut facts = Table::facts();
        facts.fact("calibrated by", show::calibrator(&fitted.calibrator));
        facts.fact("boxes", fitted.n);
        facts.fact("held against", &calibration.reference);
        let loss = format!("{}, fitted {}", metric(&fitted.nll_before), metric(&fitted.nll_after));
        facts.fact("log-likelihood loss", loss);
        facts.fact("calibration error", metric(&fitted.ece_before));
        facts.fact("… of samples left out", format!("{} calibrated", metric(&calibration.held_out_ece)));
        let bound = if fitted.separable {
            "\nEvery prediction is right, so that no temperature is the best; the scores are sharpened as far as allowed.\n"
        } else if fitted.at_bound {
            "\nThe temperature lies at the end of its range: look at the scores before trusting it.\n"
        } else {
            ""
        };
        format!("Calibrated {}\n\n{facts}{bound}", args.named.model)
    })?;
    Ok(Exit::Done)
}

fn measure(args: &NamedArgs, context: &Context) -> Result<Exit, Failure> {
    let desk = context.desk(&args.project)?;
    let watch = context.watch();
    let speed = model::measure(&desk, &args.model, watch.progress())?;
    drop(watch);
    context.output.answer(&speed, || show::speed_text(&args.model, &speed))?;
    Ok(Exit::Done)
}

fn retire(args: &RetireArgs, context: &Context) -> Result<Exit, Failure> {
    #[derive(Serialize)]
    struct Retired<'a> {
        model: &'a str,
        retired: bool,
    }
    let desk = context.desk(&args.named.project)?;
    let entry = model::retire(&desk, &args.named.model, !args.back)?;
    let state = if args.back { "back in use" } else { "out of use; what it said stays" };
    context
        .output
        .answer(&Retired { model: &entry.name, retired: !args.back }, || format!("{} is {state}", entry.name))?;
    Ok(Exit::Done)
}
