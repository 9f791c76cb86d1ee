//! Makes the sample project: renders the scenes, then builds the project through the same use cases that people use.

use std::fs;
use std::path::Path;

use concord_project::catalogue::{CatalogueReport, Sources};
use concord_project::import::{self, ImportReport};
use concord_project::new::{NewProject, create as new_project};
use concord_project::{Clock, Desk, Progress, ProjectError};

use crate::annotators::ANNOTATORS;
use crate::error::ConveyorError;
use crate::export::{ExportOptions, export, export_guideline_examples};

/// The annotator whose label sets are the renderer's truth.
pub const REFERENCE: &str = "renderer";

/// The name of the detector that the project knows.
pub const MODEL: &str = "conveyor";

const MODEL_BYTES: &[u8] = include_bytes!("../model.onnx");

/// What making the sample project did.
#[derive(Debug)]
pub struct Created {
    /// The project, open.
    pub desk: Desk,
    /// The scenes.
    pub catalogue: CatalogueReport,
    /// The label sets by annotator.
    pub labels: Vec<(String, ImportReport)>,
}

/// Renders `options.scenes` scenes into `dir` and makes a project of them: ontology, policy with guideline and example
/// pictures, slices, gates, the detector as `models/conveyor.onnx`, the label sets of three simulated annotators, and
/// the renderer's truth as those of [`REFERENCE`].
///
/// When something fails, a folder that did not exist before is taken away again.
pub fn create(
    dir: &Path,
    options: &ExportOptions,
    annotator: &str,
    device: &str,
    clock: Clock,
    progress: &Progress,
) -> Result<Created, ConveyorError> {
    if dir.join(concord_project::CONFIG_FILE).exists() {
        let why = format!("{} holds a Concord project already", dir.display());
        return Err(ProjectError::usage(why).into());
    }
    let was_there = dir.exists();
    let created = build(dir, options, annotator, device, clock, progress);
    if created.is_err() && !was_there {
        // The error that led here is the one to show.
        let _ = fs::remove_dir_all(dir);
    }
    created
}

fn build(
    dir: &Path,
    options: &ExportOptions,
    annotator: &str,
    device: &str,
    clock: Clock,
    progress: &Progress,
) -> Result<Created, ConveyorError> {
    progress.start("rendering scenes", u64::from(options.scenes));
    let mut before = 0;
    export(dir, options, |done, _| {
        let stepped = progress.step(u64::from(done - before));
        before = done;
        stepped.is_ok()
    })?;
    if progress.is_cancelled() {
        return Err(ProjectError::Cancelled.into());
    }
    export_guideline_examples(&dir.join("examples"))?;
    let models = dir.join("models");
    fs::create_dir_all(&models).map_err(ConveyorError::write(&models))?;
    let model = models.join(format!("{MODEL}.onnx"));
    fs::write(&model, MODEL_BYTES).map_err(ConveyorError::write(&model))?;
    let new = NewProject {
        name: "conveyor".to_owned(),
        classes: vec![],
        ontology: Some(include_str!("../assets/ontology.toml").to_owned()),
        policy: Some(include_str!("../assets/policy.toml").to_owned()),
        guideline: Some(include_str!("../assets/guideline.md").to_owned()),
        slices: Some(include_str!("../assets/slices.toml").to_owned()),
        gates: Some(include_str!("../assets/gates.toml").to_owned()),
        config: Some(include_str!("../assets/concord.toml").to_owned()),
        sources: Sources { images: vec![dir.join("images")], sidecar: Some(dir.join("metadata.csv")) },
    };
    let (desk, catalogue) = new_project(dir, &new, annotator, device, clock, progress)?;
    let mut labels = vec![(REFERENCE.to_owned(), import::labels(&desk, &dir.join("truth.json"), REFERENCE, progress)?)];
    for person in &ANNOTATORS {
        let file = dir.join("labels").join(format!("{}.json", person.name));
        labels.push((person.name.to_owned(), import::labels(&desk, &file, person.name, progress)?));
    }
    Ok(Created { desk, catalogue, labels })
}
