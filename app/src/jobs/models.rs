//! Work on models, off the UI thread.

use std::path::Path;

use concord_domain::model::{ModelCalibration, ModelSpeed};
use concord_metrics::calibration::Method;
use concord_project::model::{self, AddOptions, ListedModel, Opened, Proposal, Trial};
use concord_project::run::{self, Looks, RunPlan, RunReport};
use concord_project::{Desk, Progress};

use crate::error_text::AppError;

/// What about models is worked on. At most one answer to each is wanted at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModelWork {
    /// Listing the registry.
    List,
    /// Looking at a file that is to be registered.
    Propose,
    /// Registering it.
    Register,
    /// Running a model over the samples.
    Run,
    /// Measuring its speed.
    Measure,
    /// Calibrating it.
    Calibrate,
    /// Putting it out of use, or back.
    Retire,
}

/// What came of it.
#[derive(Debug)]
pub enum ModelOutcome {
    /// The registry.
    Listed(Vec<ListedModel>),
    /// A model as it would be registered.
    Proposed(Box<Proposal>),
    /// The SHA-256 of a model that was registered.
    Registered(String),
    /// A run.
    Ran(Box<RunReport>),
    /// A speed, of the model of that name.
    Measured(String, ModelSpeed),
    /// A calibration, of the model of that name.
    Calibrated(String, Box<ModelCalibration>),
    /// Another state of use.
    Retired,
}

/// Lists the registry.
pub fn list(desk: &Desk) -> Result<ModelOutcome, AppError> {
    desk.flush()?;
    Ok(ModelOutcome::Listed(model::list(&desk.project)?))
}

/// Looks at a file that is to be registered; `trial` is the program that tries it in a process of its own.
pub fn propose(desk: &Desk, file: &Path, trial: Option<Trial>, progress: &Progress) -> Result<ModelOutcome, AppError> {
    let options = AddOptions { trial, ..AddOptions::default() };
    Ok(ModelOutcome::Proposed(Box::new(model::propose(&desk.project, file, &options, progress)?)))
}

/// Registers a proposal and measures its speed; a pair has none without a person.
pub fn register(desk: &Desk, proposal: Proposal, progress: &Progress) -> Result<ModelOutcome, AppError> {
    let added = model::add(desk, proposal)?;
    if let Opened::Model(_) = &added.model {
        model::measure(desk, &added.name, progress)?;
    }
    Ok(ModelOutcome::Registered(added.model.sha256().to_owned()))
}

/// Runs a model over all samples.
pub fn run(desk: &Desk, name: &str, looks: Looks, progress: &Progress) -> Result<ModelOutcome, AppError> {
    let plan = RunPlan { models: vec![name.to_owned()], looks };
    Ok(ModelOutcome::Ran(Box::new(run::run_plan(desk, &plan, progress)?)))
}

/// Measures a model's speed.
pub fn measure(desk: &Desk, name: &str, progress: &Progress) -> Result<ModelOutcome, AppError> {
    Ok(ModelOutcome::Measured(name.to_owned(), model::measure(desk, name, progress)?))
}

/// Calibrates a model.
pub fn calibrate(desk: &Desk, name: &str) -> Result<ModelOutcome, AppError> {
    Ok(ModelOutcome::Calibrated(name.to_owned(), Box::new(model::calibrate(desk, name, Method::Best)?)))
}

/// Puts a model out of use, or back.
pub fn retire(desk: &Desk, name: &str, retired: bool) -> Result<ModelOutcome, AppError> {
    model::retire(desk, name, retired)?;
    Ok(ModelOutcome::Retired)
}
