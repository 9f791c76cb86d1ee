//! `concord publish`: a new version of ontology or policy comes into force.

use std::path::PathBuf;

use clap::Args;
use concord_project::publish::{Existing, PublishReport, preview, publish as publish_files, withdraw};
use serde_json::json;

use super::context::{Context, open_project};
use super::error::Failure;
use super::exit::Exit;
use super::output::number;
use super::table::{Side, Table};

/// Publish ontology, policy and guideline
///
/// Puts what stands in ontology.toml, policy.toml and guideline.md into force, as far as it differs from the version in
/// force, and tells what becomes of label sets of other versions: those that hold as they are keep the version that they
/// were made under; those that the rules of migration.toml bring to the new version (renamed, merged and split classes,
/// new defaults) are migrated; those that break it go back to their annotators, as the first tasks of their queues.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord publish belt --dry-run
  concord publish belt --as-user lead
  concord publish belt --withdraw 3 --reason 'the rule for edges was wrong'")]
pub(crate) struct PublishArgs {
    /// Folder of the project
    project: PathBuf,
    /// Only tell what would happen
    #[arg(long)]
    dry_run: bool,
    /// Migrate nothing and send nothing back
    #[arg(long)]
    keep_labels: bool,
    /// Publish nothing, but withdraw this version of the policy: nothing is submitted under it any more
    #[arg(long, value_name = "VERSION", requires = "reason", conflicts_with = "dry_run")]
    withdraw: Option<u32>,
    /// Why it is withdrawn
    #[arg(long, value_name = "TEXT", requires = "withdraw")]
    reason: Option<String>,
}

/// Publishes, or tells what publishing would do.
pub(crate) fn publish(args: &PublishArgs, context: &Context) -> Result<Exit, Failure> {
    if let Some(version) = args.withdraw {
        let reason = args.reason.as_deref().unwrap_or_default();
        withdraw(&context.desk(&args.project)?, version, reason)?;
        let document = json!({ "withdrawn": version, "reason": reason });
        context.output.answer(&document, || format!("version {version} of the policy is withdrawn"))?;
        return Ok(Exit::Done);
    }
    let report = if args.dry_run {
        preview(&open_project(&args.project)?)?
    } else {
        let existing = if args.keep_labels { Existing::Keep } else { Existing::BringAlong };
        publish_files(&context.desk(&args.project)?, existing)?
    };
    context.output.answer(&report, || text_of(&report, args.dry_run))?;
    Ok(Exit::Done)
}

fn text_of(report: &PublishReport, dry_run: bool) -> String {
    let mut versions =
        Table::new(&[("text", Side::Left), ("version", Side::Right), ("state", Side::Left), ("hash", Side::Left)]);
    for (name, published) in [("ontology", &report.ontology), ("policy", &report.policy)] {
        let state = match (published.new, dry_run) {
            (false, _) => "in force already",
            (true, false) => "published",
            (true, true) => "would be published",
        };
        versions.row([name.to_owned(), published.version.to_string(), state.to_owned(), published.digest.clone()]);
    }
    let mut touched = Table::new(&[
        ("annotator", Side::Left),
        ("label sets", Side::Right),
        ("hold", Side::Right),
        ("migrated", Side::Right),
        ("sent back", Side::Right),
        ("drafts that break it", Side::Right),
        ("settled", Side::Right),
        ("for example", Side::Left),
    ]);
    for t in &report.touched {
        let example = t.example.as_ref().map(ToString::to_string).unwrap_or_default();
        let counts = [t.label_sets, t.holding, t.migrating, t.breaking, t.drafts, t.settled].map(number);
        touched.row([t.annotator.clone()].into_iter().chain(counts).chain([example]));
    }
    let below = if report.touched.is_empty() {
        String::new()
    } else {
        format!("\nLabel sets made under another version:\n{touched}")
    };
    format!("{versions}{below}")
}
