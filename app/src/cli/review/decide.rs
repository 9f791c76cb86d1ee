//! Deciding about samples: `accept`, `send-back`, `reject`, `arbitrate` and `reopen`.

use std::path::PathBuf;

use clap::Args;
use concord_domain::decision::Decision;
use concord_domain::judgement::Verdict;
use concord_domain::review::Stage;
use concord_domain::sample::SampleId;
use concord_project::queue::sample_named;
use concord_project::review::{Obstacle, dispute, settle_with, waiting};
use concord_project::{Desk, ProjectError};
use serde_json::json;

use super::super::context::Context;
use super::super::error::Failure;
use super::super::exit::Exit;
use super::super::output::counted;

/// Tell what is disputed on a sample
#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    /// Folder of the project
    pub(super) project: PathBuf,
    /// Its file, the end of its path, or six or more digits of its identity
    pub(super) sample: String,
}

/// Accept the only label set of a sample as gold
#[derive(Debug, Args)]
pub(crate) struct AcceptArgs {
    #[command(flatten)]
    of: SampleArgs,
}

/// Send a label set back to its annotator
#[derive(Debug, Args)]
pub(crate) struct ReturnArgs {
    #[command(flatten)]
    of: SampleArgs,
    /// Whose label set; not needed where only one person has submitted
    #[arg(long = "of", value_name = "NAME")]
    annotator: Option<String>,
    /// What is to be mended
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Turn a label set down, so that somebody else labels the sample
#[derive(Debug, Args)]
pub(crate) struct RejectArgs {
    #[command(flatten)]
    what: ReturnArgs,
}

/// Open a settled sample again
#[derive(Debug, Args)]
pub(crate) struct ReopenArgs {
    #[command(flatten)]
    of: SampleArgs,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Settle a sample with one verdict on all that is disputed on it
///
/// What everybody says is taken over, objects fused; every disagreement gets the verdict. To decide one by one, use the
/// Review screen of the window.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("verdict").required(true).args(["take", "verdict_on_all"]))]
#[command(group = clap::ArgGroup::new("which").required(true).args(["sample", "every"]))]
pub(crate) struct ArbitrateArgs {
    /// Folder of the project
    project: PathBuf,
    /// Its file, the end of its path, or six or more digits of its identity
    sample: Option<String>,
    /// Every sample that waits for an arbiter
    #[arg(long)]
    every: bool,
    /// This annotator is right
    #[arg(long, value_name = "NAME")]
    take: Option<String>,
    /// Nobody is right alone: fuse what they drew, keep what anybody has, or drop what not everybody has
    #[arg(long = "verdict", value_name = "VERDICT")]
    verdict_on_all: Option<OnAll>,
}

/// A verdict that takes nobody's side.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum OnAll {
    /// One object from all: mean boxes, the class of most
    Fuse,
    /// Every object that anybody has
    All,
    /// No object that not everybody has
    Neither,
}

/// Accepts a label set.
pub(crate) fn accept(args: &AcceptArgs, context: &Context) -> Result<Exit, Failure> {
    decide(&args.of, context, |dispute, desk| dispute.accept(&desk.annotator), "is gold")
}

/// Sends a label set back.
pub(crate) fn send_back(args: &ReturnArgs, context: &Context) -> Result<Exit, Failure> {
    let send = |dispute: &concord_project::review::Dispute, _: &Desk| {
        dispute.send_back(whose(args, dispute)?, &args.reason, vec![])
    };
    decide(&args.of, context, send, "was sent back")
}

/// Turns a label set down.
pub(crate) fn reject(args: &RejectArgs, context: &Context) -> Result<Exit, Failure> {
    let args = &args.what;
    let reject =
        |dispute: &concord_project::review::Dispute, _: &Desk| dispute.reject(whose(args, dispute)?, &args.reason);
    decide(&args.of, context, reject, "was rejected")
}

/// Opens a sample again.
pub(crate) fn reopen(args: &ReopenArgs, context: &Context) -> Result<Exit, Failure> {
    decide(&args.of, context, |dispute, _| dispute.reopen(&args.reason), "was reopened")
}

/// The annotator that is meant: the named one, or the only one.
fn whose<'a>(args: &'a ReturnArgs, dispute: &'a concord_project::review::Dispute) -> Result<&'a str, Obstacle> {
    if let Some(name) = &args.annotator {
        return Ok(name);
    }
    match dispute.sets.as_slice() {
        [] => Err(Obstacle::Nothing),
        [only] => Ok(&only.key.annotator),
        _ => Err(Obstacle::Several),
    }
}

fn decide(
    of: &SampleArgs,
    context: &Context,
    decision: impl FnOnce(&concord_project::review::Dispute, &Desk) -> Result<Decision, Obstacle>,
    done: &str,
) -> Result<Exit, Failure> {
    let desk = context.desk(&of.project)?;
    let sample = sample_named(&desk.project, &of.sample)?;
    let dispute = dispute(&desk.project, &sample.id)?;
    let refused = |obstacle: Obstacle| ProjectError::usage(format!("{}: {}", sample.path, obstacle.message()));
    let row = desk.commit(decision(&dispute, &desk).map_err(refused)?)?;
    let document = json!({ "sample": sample.id, "path": sample.path, "row": row.id, "decision": row.decision.kind() });
    context.output.answer(&document, || format!("{} {done}", sample.path))?;
    Ok(Exit::Done)
}

/// Settles one sample, or all that wait for an arbiter.
pub(crate) fn arbitrate(args: &ArbitrateArgs, context: &Context) -> Result<Exit, Failure> {
    let desk = context.desk(&args.project)?;
    let versions = desk.project.versions(&desk.project.reader()?)?;
    let verdict = match (&args.take, args.verdict_on_all) {
        (Some(name), _) => Verdict::Take { of: name.clone() },
        (None, Some(OnAll::Fuse)) => Verdict::Fused,
        (None, Some(OnAll::All)) => Verdict::All,
        (None, _) => Verdict::Neither,
    };
    let samples: Vec<SampleId> = if let Some(name) = &args.sample {
        vec![sample_named(&desk.project, name)?.id]
    } else {
        let all = waiting(&desk.project)?.into_iter();
        all.filter(|waiting| waiting.stage == Stage::Arbitrate).map(|waiting| waiting.sample).collect()
    };
    let (mut settled, mut disagreements, mut refused) = (0_u64, 0_u64, Vec::new());
    for sample in &samples {
        match settle_with(&desk, sample, &verdict, &versions) {
            Ok(given) => {
                settled += 1;
                disagreements += given as u64;
            }
            // One that is named alone is all that was asked for.
            Err(error) if args.every => refused.push(error.to_string()),
            Err(error) => return Err(error.into()),
        }
    }
    let document = json!({ "settled": settled, "disagreements": disagreements, "refused": refused });
    context.output.answer(&document, || {
        let (samples, verdicts) = (counted(settled, "sample"), counted(disagreements, "disagreement"));
        let not =
            if refused.is_empty() { String::new() } else { format!("\nnot settled:\n  {}", refused.join("\n  ")) };
        format!("{samples} settled, with a verdict on {verdicts}{not}")
    })?;
    Ok(Exit::Done)
}
