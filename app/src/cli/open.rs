//! `concord open`: the window.

use std::path::{Path, PathBuf};

use clap::Args;
use concord_conveyor::ExportOptions;
use concord_project::{Progress, Project, ProjectError};

use super::context::{Context, annotator_from_environment, device, now_ms, onnxruntime_library};
use super::error::{Failure, from_conveyor};
use super::exit::Exit;
use crate::window;

/// Open the window
///
/// Opens the window, on a project when one is named and else where you left off. Labelling, review of what a model
/// proposes, and all figures are there; everything that the other commands do can be reached from it.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Examples:
  concord open
  concord open belt
  concord open belt --as-user alice")]
pub(crate) struct OpenArgs {
    /// Folder of a project
    dir: Option<PathBuf>,
}

/// Opens the window and returns when it is closed.
pub(crate) fn open(args: &OpenArgs, context: &Context) -> Result<Exit, Failure> {
    if let Some(dir) = &args.dir {
        // A folder that is no project is told here, where the person looks, and not in a window.
        Project::open(dir)?;
    }
    let options = window::Options {
        annotator: context.named.clone(),
        device: device(),
        clock: now_ms,
        system_language: window::system_language(),
        create_sample: Some(create_sample),
        onnxruntime: onnxruntime_library(),
        trial: std::env::current_exe().ok(),
        ..window::Options::default()
    };
    window::open(args.dir.clone(), options).map_err(|error| Failure::Window(error.to_string()))?;
    Ok(Exit::Done)
}

/// Makes the sample project for the start screen.
fn create_sample(dir: &Path, progress: &Progress) -> Result<(), ProjectError> {
    let annotator = annotator_from_environment();
    let made = concord_conveyor::create(dir, &ExportOptions::default(), &annotator, &device(), now_ms, progress);
    let made = made.map_err(from_conveyor)?;
    // With the model's predictions there are suggestions to see, and a rank that means something.
    concord_project::run::run(&made.desk, concord_conveyor::MODEL, progress).map(|_| ())
}
