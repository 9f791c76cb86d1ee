//! `concord new`: a project from a folder of images.

use std::path::{Path, PathBuf};

use clap::Args;
use concord_project::catalogue::{CatalogueReport, Sources};
use concord_project::new::{NewProject, create};
use concord_project::{CONFIG_FILE, ProjectError};
use serde::Serialize;

use super::context::{Context, device, now_ms};
use super::error::Failure;
use super::exit::Exit;
use super::output::{counted, entries, number, problems};
use super::table::Table;

/// Make a project from images
///
/// Makes the folder with its configuration, database, ontology, policy, slices and gates, and adds the images to the
/// catalogue. Images stay where they are and are never changed. A file that cannot be used is listed with its cause,
/// and the rest goes on; when the project cannot be finished, nothing of it is left behind.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord new belt --images photos
  concord new belt --images photos more/a.jpg --sidecar metadata.csv --classes bolt,nut,washer
  concord new belt --images photos --ontology ontology.toml --policy policy.toml --guideline guideline.md")]
pub(crate) struct NewArgs {
    /// Folder of the new project
    dir: PathBuf,
    /// Image files, and folders that are searched with all their subfolders
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    images: Vec<PathBuf>,
    /// CSV or JSON Lines file with one row an image: file, captured_at, provenance, and any metadata
    #[arg(long, value_name = "FILE")]
    sidecar: Option<PathBuf>,
    /// Names of the classes, parted by commas
    #[arg(long, value_delimiter = ',', value_name = "NAMES", conflicts_with = "ontology")]
    classes: Vec<String>,
    /// Classes and attributes, in TOML
    #[arg(long, value_name = "FILE")]
    ontology: Option<PathBuf>,
    /// Rules of labelling, in TOML
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How to label, in Markdown
    #[arg(long, value_name = "FILE")]
    guideline: Option<PathBuf>,
    /// Named parts of the data, in TOML
    #[arg(long, value_name = "FILE")]
    slices: Option<PathBuf>,
    /// Acceptance rules for models, in TOML
    #[arg(long, value_name = "FILE")]
    gates: Option<PathBuf>,
    /// Name of the project; the folder's when it is left out
    #[arg(long, default_value = "")]
    name: String,
}

#[derive(Serialize)]
struct Made<'a> {
    project: &'a Path,
    name: &'a str,
    #[serde(flatten)]
    report: &'a CatalogueReport,
}

/// Makes the project and tells what became of every image.
pub(crate) fn new(args: &NewArgs, context: &Context) -> Result<Exit, Failure> {
    let text = |path: &Option<PathBuf>| path.as_deref().map(read_text).transpose();
    let new = NewProject {
        name: args.name.clone(),
        classes: args.classes.iter().map(|c| c.trim().to_owned()).filter(|c| !c.is_empty()).collect(),
        ontology: text(&args.ontology)?,
        policy: text(&args.policy)?,
        guideline: text(&args.guideline)?,
        slices: text(&args.slices)?,
        gates: text(&args.gates)?,
        config: None,
        sources: Sources { images: args.images.clone(), sidecar: args.sidecar.clone() },
    };
    let watch = context.watch();
    let (desk, report) = create(&args.dir, &new, &context.annotator, &device(), now_ms, watch.progress())?;
    drop(watch);
    let name = desk.project.config.name.as_str();
    let made = Made { project: &args.dir, name, report: &report };
    context.output.answer(&made, || text_of(&made))?;
    Ok(Exit::Done)
}

fn read_text(path: &Path) -> Result<String, ProjectError> {
    std::fs::read_to_string(path).map_err(|e| ProjectError::io("reading", path, e))
}

fn text_of(made: &Made<'_>) -> String {
    let dir = made.project.display();
    let next =
        format!("\nIts settings are in {}.\nNext: concord open {dir}\n", made.project.join(CONFIG_FILE).display());
    format!("Made the project {} in {dir}\n\n{}{next}", made.name, catalogue_text(made.report))
}

/// What became of the images, as a table with the lists below it.
pub(crate) fn catalogue_text(report: &CatalogueReport) -> String {
    let mut facts = Table::facts();
    facts.fact("images added", number(report.added));
    facts.fact("images in the catalogue", number(report.total));
    for (name, count) in [
        ("duplicates, by content", report.duplicates.len() as u64),
        ("problems", report.problems.len() as u64),
        ("warnings", report.warnings.len() as u64),
        ("other files, passed over", report.other_files),
    ] {
        if count > 0 {
            facts.fact(name, number(count));
        }
    }
    let list = |of: &str, n: usize| counted(n as u64, of);
    let duplicates =
        report.duplicates.iter().map(|d| format!("{}: the same bytes as sample {}", d.path, d.sample.short()));
    let told = report.problems.iter().map(|p| (p.place.as_str(), p.cause.as_str()));
    let warned = report.warnings.iter().map(|p| (p.place.as_str(), p.cause.as_str()));
    [
        facts.to_string(),
        entries(&list("duplicate", report.duplicates.len()), duplicates),
        problems(&list("problem", report.problems.len()), told),
        problems(&list("warning", report.warnings.len()), warned),
    ]
    .concat()
}
