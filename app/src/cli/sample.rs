//! `concord sample`: a project that shows everything.

use std::path::{Path, PathBuf};

use clap::Args;
use concord_conveyor::{Created, ExportOptions, create};
use concord_project::catalogue::CatalogueReport;
use concord_project::import::ImportReport;
use serde::Serialize;

use super::context::{Context, device, now_ms};
use super::error::{Failure, from_conveyor};
use super::exit::Exit;
use super::output::{counted, number};
use super::table::{Side, Table};

/// Make the sample project
///
/// Renders an inspection belt seen by two cameras and makes a project of it that shows everything: a model, an ontology, a
/// policy with its guideline, slices, gates, and the labels of simulated annotators. The images are synthetic and say so.
/// The same seed gives the same images and labels.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  concord sample belt
  concord sample belt --scenes 60 --seed 11
  concord open belt")]
pub(crate) struct SampleArgs {
    /// Folder of the new project
    dir: PathBuf,
    /// Number of images
    #[arg(long, value_name = "N", default_value_t = ExportOptions::default().scenes,
          value_parser = clap::value_parser!(u32).range(1..=9999))]
    scenes: u32,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = ExportOptions::default().seed)]
    seed: u64,
}

#[derive(Serialize)]
struct Made<'a> {
    project: &'a Path,
    catalogue: &'a CatalogueReport,
    labels: Vec<Labels<'a>>,
}

#[derive(Serialize)]
struct Labels<'a> {
    annotator: &'a str,
    #[serde(flatten)]
    report: &'a ImportReport,
}

/// Makes the sample project and tells what is in it.
pub(crate) fn sample(args: &SampleArgs, context: &Context) -> Result<Exit, Failure> {
    let options = ExportOptions { scenes: args.scenes, seed: args.seed, ..ExportOptions::default() };
    let watch = context.watch();
    let created = create(&args.dir, &options, &context.annotator, &device(), now_ms, watch.progress());
    let Created { catalogue, labels, .. } = created.map_err(from_conveyor)?;
    drop(watch);
    let labels = labels.iter().map(|(annotator, report)| Labels { annotator, report }).collect();
    let made = Made { project: &args.dir, catalogue: &catalogue, labels };
    context.output.answer(&made, || text_of(&made))?;
    Ok(Exit::Done)
}

fn text_of(made: &Made<'_>) -> String {
    let mut table = Table::new(&[
        ("annotator", Side::Left),
        ("images", Side::Right),
        ("objects", Side::Right),
        ("in quarantine", Side::Right),
        ("problems", Side::Right),
    ]);
    for Labels { annotator, report } in &made.labels {
        let quarantined = number(report.quarantined.len() as u64);
        let problems = number(report.problems.len() as u64);
        table.row([(*annotator).to_owned(), number(report.samples), number(report.objects), quarantined, problems]);
    }
    let dir = made.project.display();
    let images = counted(made.catalogue.added, "rendered image");
    format!("Made the sample project in {dir}: {images}\n\n{table}\nNext: concord open {dir}\n")
}
