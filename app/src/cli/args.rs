//! The grammar of the command line.

use clap::{Args, Parser, Subcommand};

use super::activity::ActivityArgs;
use super::agree::AgreeArgs;
use super::anchoring::AnchoringArgs;
use super::annotators::AnnotatorsArgs;
use super::campaign::CampaignArgs;
use super::doctor::DoctorArgs;
use super::drift::DriftArgs;
use super::example::ExampleArgs;
use super::feedback::FeedbackArgs;
use super::import::ImportArgs;
use super::model::{ModelArgs, TrialArgs};
use super::new::NewArgs;
use super::open::OpenArgs;
use super::people::PeopleArgs;
use super::publish::PublishArgs;
use super::queue::QueueArgs;
use super::release::ReleaseArgs;
use super::review::ReviewArgs;
use super::run::RunArgs;
use super::saliency::SaliencyArgs;
use super::sample::SampleArgs;
use super::stress::StressArgs;
use super::validate::ValidateArgs;
use super::verify::VerifyArgs;

/// Label images, check the labels, and find out where a vision model fails.
///
/// Concord works offline on a project folder: images stay where they are, every decision goes into a log that can be
/// verified, and the same input gives the same output. Without a command it opens its window.
#[derive(Debug, Parser)]
#[command(
    name = "concord",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  concord sample belt                         a project that shows everything
  concord open belt                           label in the window
  concord new parts --images photos           a project of your own
  concord model add parts detector.onnx       register a model
  concord run parts --model detector          its predictions
  concord validate parts --model detector --out report

Exit codes:
  0 done    1 failed    2 wrong usage or configuration
  3 the answer is no: a blocking gate failed, or a verification found a difference
  4 evidence is missing: too little support is all that keeps a gate from passing
  130 stopped with Ctrl-C

Environment:
  CONCORD_USER     who is at the desk, when --as-user is not given (then USER)
  ORT_DYLIB_PATH   ONNX Runtime's library, when concord.toml names none
  CONCORD_LOG      what is logged on standard error, such as `info` (default `warn`)"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Options that every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Globals {
    /// Write one JSON document to standard output, and nothing else there
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say nothing but errors; the exit code is the answer
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// Who is at the desk: decisions are logged under this name
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) as_user: Option<String>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Open(OpenArgs),
    New(NewArgs),
    Sample(SampleArgs),
    Import(ImportArgs),
    Model(ModelArgs),
    Run(RunArgs),
    Queue(QueueArgs),
    Publish(PublishArgs),
    People(PeopleArgs),
    Review(ReviewArgs),
    Agree(AgreeArgs),
    Annotators(AnnotatorsArgs),
    Anchoring(AnchoringArgs),
    Activity(ActivityArgs),
    Campaign(CampaignArgs),
    Feedback(FeedbackArgs),
    Example(ExampleArgs),
    Release(ReleaseArgs),
    Verify(VerifyArgs),
    Validate(ValidateArgs),
    Stress(StressArgs),
    Saliency(SaliencyArgs),
    Drift(DriftArgs),
    Doctor(DoctorArgs),
    #[command(hide = true)]
    TryModel(TrialArgs),
}
