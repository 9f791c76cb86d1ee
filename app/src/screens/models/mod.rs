//! The Models screen: which models, where from, how sure, how fast?

mod detail;
mod proposal;
mod show;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use concord_language::tr;
use concord_project::model::{ListedModel, Proposal, Trial};
use concord_project::run::{Looks, RunReport};
use concord_project::{Desk, Progress};

use crate::context::{Ask, Update};
use crate::error_text::{AppError, ErrorText, explain};
use crate::jobs::models::{self as work, ModelOutcome, ModelWork};
use crate::jobs::{JobEvent, Lane, Request, Running};
use crate::screens::label::reload_queue;

pub use proposal::ProposalForm;
pub use show::show;

/// What the screen knows.
#[derive(Debug, Default)]
pub struct ModelsModel {
    /// The registry, once read.
    pub listed: Option<Vec<ListedModel>>,
    /// Why it could not be read.
    pub failure: Option<ErrorText>,
    /// A model that waits for a person's yes.
    pub proposal: Option<Box<Proposal>>,
}

/// How the screen looks.
#[derive(Debug, Default)]
pub struct ModelsViews {
    /// SHA-256 of the model shown in detail; the first one without.
    pub chosen: Option<String>,
    /// The path that is being typed.
    pub path: String,
    /// What is being said of a model that waits for a yes.
    pub form: ProposalForm,
}

/// What the screen asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelsAsk {
    /// Look at a file that is to be registered.
    Propose(PathBuf),
    /// Register what was looked at.
    Register(ProposalForm),
    /// Leave it.
    GiveUp,
    /// Run a model over all samples, looking at each once or in several views.
    Run(String, Looks),
    /// Measure a model's speed.
    Measure(String),
    /// Calibrate a model.
    Calibrate(String),
    /// Put a model out of use, or back.
    Retire(String, bool),
}

impl From<ModelsAsk> for Ask {
    fn from(ask: ModelsAsk) -> Self {
        Self::Models(ask)
    }
}

/// What is being done, for people.
fn doing(what: ModelWork) -> &'static str {
    match what {
        ModelWork::List => tr!("models-doing-list"),
        ModelWork::Propose => tr!("models-doing-propose"),
        ModelWork::Register => tr!("models-doing-register"),
        ModelWork::Run => tr!("models-doing-run"),
        ModelWork::Measure => tr!("models-doing-measure"),
        ModelWork::Calibrate => tr!("models-doing-calibrate"),
        ModelWork::Retire => tr!("models-doing-retire"),
    }
}

/// Starts work; it stands on the status bar unless it is a matter of a moment.
fn start(
    update: &mut Update<'_>,
    what: ModelWork,
    work: impl FnOnce(&Desk, &Progress) -> Result<ModelOutcome, AppError> + Send + 'static,
) {
    let Some(project) = &update.context.project else { return };
    let desk = Arc::clone(&project.desk);
    let progress = Arc::new(match what {
        ModelWork::Run => Progress::giving_way_to(Arc::clone(&update.context.courtesy)),
        _ => Progress::default(),
    });
    let watched = Arc::clone(&progress);
    let ticket = update.context.outstanding.issue(Request::Model(what));
    if !update.jobs.run(Lane::Batch, ticket.clone(), move || JobEvent::Model(work(&desk, &watched))) {
        update.context.outstanding.settle(&ticket);
        update.context.messages.error(explain(doing(what), &AppError::Busy));
    } else if !matches!(what, ModelWork::List | ModelWork::Retire) {
        let running = Running { ticket, name: doing(what).to_owned(), progress, started: Instant::now() };
        update.context.running.push(running);
    }
}

/// Reads the registry anew.
pub fn reload(update: &mut Update<'_>) {
    start(update, ModelWork::List, |desk, _| work::list(desk));
}

/// Looks at a file that is to be registered.
pub fn propose(update: &mut Update<'_>, file: &Path) {
    let file = file.to_owned();
    let trial = update.context.options.trial.clone().map(|program| Trial { program });
    start(update, ModelWork::Propose, move |desk, progress| work::propose(desk, &file, trial, progress));
}

/// Does what the screen asks for.
pub fn perform(update: &mut Update<'_>, ask: ModelsAsk) {
    match ask {
        ModelsAsk::Propose(file) => propose(update, &file),
        ModelsAsk::Register(form) => register(update, &form),
        ModelsAsk::GiveUp => {
            if let Some(project) = &mut update.context.project {
                project.models.proposal = None;
            }
        }
        ModelsAsk::Run(name, looks) => {
            start(update, ModelWork::Run, move |desk, p| work::run(desk, &name, looks, p));
        }
        ModelsAsk::Measure(name) => start(update, ModelWork::Measure, move |desk, p| work::measure(desk, &name, p)),
        ModelsAsk::Calibrate(name) => {
            start(update, ModelWork::Calibrate, move |desk, _| work::calibrate(desk, &name));
        }
        ModelsAsk::Retire(name, retired) => {
            start(update, ModelWork::Retire, move |desk, _| work::retire(desk, &name, retired));
        }
    }
}

fn register(update: &mut Update<'_>, form: &ProposalForm) {
    let proposal = update.context.project.as_mut().and_then(|project| project.models.proposal.take());
    if let Some(mut proposal) = proposal {
        form.fill_in(&mut proposal.entry);
        start(update, ModelWork::Register, move |desk, progress| work::register(desk, *proposal, progress));
    }
}

/// Takes in what came of work.
pub fn take(update: &mut Update<'_>, what: ModelWork, result: Result<ModelOutcome, AppError>) {
    let Some(project) = &mut update.context.project else { return };
    match result {
        Ok(ModelOutcome::Listed(listed)) => {
            project.models.failure = None;
            project.models.listed = Some(listed);
            return;
        }
        Ok(ModelOutcome::Proposed(proposal)) => {
            update.views.models.form = ProposalForm::of(&proposal.entry);
            project.models.proposal = Some(proposal);
            return;
        }
        Ok(ModelOutcome::Registered(sha256)) => {
            update.views.models.chosen = Some(sha256);
            update.views.models.path.clear();
            project.label.prompting.retry();
            update.context.messages.info(tr!("models-registered"));
        }
        Ok(ModelOutcome::Ran(report)) => took_run(update, &report),
        Ok(ModelOutcome::Measured(name, speed)) => {
            let rate = format!("{:.1}", speed.images_per_second);
            update.context.messages.info(tr!("models-measured", name = name, rate = rate));
        }
        Ok(ModelOutcome::Calibrated(name, calibration)) => {
            let boxes = calibration.fitted.n;
            update.context.messages.info(tr!("models-calibrated", name = name, boxes = boxes));
            reload_queue(update, false);
        }
        Ok(ModelOutcome::Retired) => project.label.prompting.retry(),
        Err(error) => {
            let explained = explain(doing(what), &error);
            if what == ModelWork::List {
                project.models.failure = Some(explained);
                return;
            }
            update.context.messages.error(explained);
        }
    }
    reload(update);
}

fn took_run(update: &mut Update<'_>, report: &RunReport) {
    let (model, samples) = (&report.run.model, report.run.samples);
    let said = if report.known {
        tr!("models-ran-again", model = model)
    } else {
        tr!("models-ran", model = model, samples = samples, found = report.run.predictions)
    };
    update.context.messages.info(said);
    if let Some(first) = report.problems.first() {
        let (count, place) = (report.problems.len(), first.place.clone());
        update.context.messages.info(tr!("models-ran-problems", count = count, place = place, cause = &first.cause));
    }
    let is_labelling = update.context.screen.has_canvas();
    if let Some(project) = &mut update.context.project {
        project.label.explain.forget_maps();
        // Sessions come again with what the run suggests; not the one in which a gesture may be going on.
        let current = project.label.sample().filter(|_| is_labelling).cloned();
        project.label.shelf.sessions.retain_only(current.as_ref());
    }
    reload_queue(update, false);
}
