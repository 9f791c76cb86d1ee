//! Opening, making and closing projects.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use concord_language::{say, tr};
use concord_project::Progress;

use super::busy;
use crate::context::{AgreementModel, OpenProject, Screen, Update};
use crate::error_text::{AppError, explain};
use crate::jobs::prompts::PrompterSlot;
use crate::jobs::work::{self, ModelSlot, NewForm, Sitter};
use crate::jobs::{Found, JobEvent, Lane, Opened, Pick, Request, Running};
use crate::screens::activity::ActivityModel;
use crate::screens::label::{self, LabelModel, reload_queue};
use crate::screens::models::{self, ModelsModel};
use crate::screens::policy::{PolicyModel, PolicyViews};
use crate::screens::review::ReviewModel;

fn sitter(update: &Update<'_>) -> Sitter {
    let options = &update.context.options;
    Sitter {
        annotator: update.context.settings.annotator.clone(),
        device: options.device.clone(),
        clock: options.clock,
        onnxruntime: options.onnxruntime.clone(),
    }
}

/// Starts a job that opens a project; the one that is open is closed first, so that it can be opened again.
fn start(update: &mut Update<'_>, name: &str, work: impl FnOnce(&Progress) -> JobEvent + Send + 'static) {
    let closing = put_away(update);
    let desk = closing.as_ref().map(|p| Arc::downgrade(&p.desk));
    let progress = Arc::new(Progress::default());
    let ticket = update.context.outstanding.issue(Request::Open);
    let watched = progress.clone();
    let job = move || {
        // Closing waits until everything is durable, so it happens here and not on the UI thread.
        drop(closing);
        if let Some(desk) = desk {
            work::wait_for_close(&desk);
        }
        work(&watched)
    };
    if update.jobs.run(Lane::Batch, ticket.clone(), job) {
        let running = Running { ticket, name: name.to_owned(), progress, started: Instant::now() };
        update.context.running.push(running);
    } else {
        update.context.outstanding.settle(&ticket);
        busy(update, name);
    }
}

/// Opens a project folder.
pub(super) fn open(update: &mut Update<'_>, dir: &Path) {
    let (dir, sitter) = (dir.to_owned(), sitter(update));
    start(update, tr!("doing-open"), move |_| work::open(&dir, &sitter));
}

/// Opens the sample project.
pub(super) fn open_sample(update: &mut Update<'_>) {
    let options = &update.context.options;
    let (Some(create), Some(data)) = (options.create_sample, options.data_dir.clone()) else {
        let why = AppError::Unavailable(say!("problem-no-sample-project"));
        update.context.messages.error(explain(tr!("doing-open-sample"), &why));
        return;
    };
    let sitter = sitter(update);
    start(update, tr!("doing-make-sample"), move |progress| {
        work::sample(&data.join("sample-project"), create, &sitter, progress)
    });
}

/// Makes a project.
pub(super) fn create(update: &mut Update<'_>, form: NewForm) {
    let sitter = sitter(update);
    start(update, tr!("doing-make"), move |progress| work::create(&form, &sitter, progress));
}

/// Takes the open project off the screen and gives back its desk, to be closed where waiting harms nobody.
fn put_away(update: &mut Update<'_>) -> Option<OpenProject> {
    crate::screens::label::leave_sample(update);
    let kept = |r: &Request| matches!(r, Request::Save(..) | Request::Note(..) | Request::Judge(..) | Request::Pick(_));
    update.context.outstanding.forget(kept);
    update.context.screen = Screen::Start;
    update.views.label = crate::screens::label::LabelViews::default();
    update.views.review = crate::screens::review::ReviewViews::default();
    update.views.policy = PolicyViews::default();
    update.context.project.take()
}

/// Leaves the project.
pub(super) fn close(update: &mut Update<'_>) {
    let closing = put_away(update);
    let ticket = update.context.outstanding.issue(Request::Open);
    update.context.outstanding.settle(&ticket);
    // Reads that are still going on hold the desk as well; whoever lets go last closes it.
    if !update.jobs.run(Lane::Batch, ticket, move || {
        drop(closing);
        JobEvent::Picked(None)
    }) {
        busy(update, tr!("doing-close"));
    }
}

/// Another person sits down: the project is opened again under the new name.
pub(super) fn set_annotator(update: &mut Update<'_>, name: &str) {
    let name = name.trim();
    if name.is_empty() || name == update.context.settings.annotator {
        return;
    }
    name.clone_into(&mut update.context.settings.annotator);
    if let Some(dir) = update.context.project.as_ref().map(|p| p.desk.project.dir.clone()) {
        open(update, &dir);
    }
}

/// Takes over a project that was opened.
pub(super) fn take_opened(update: &mut Update<'_>, result: Result<Box<Opened>, AppError>) {
    let opened = match result {
        Ok(opened) => *opened,
        Err(error) => {
            update.context.messages.error(explain(tr!("doing-open"), &error));
            return;
        }
    };
    let dir = opened.desk.project.dir.clone();
    update.context.settings.remember(&std::path::absolute(&dir).unwrap_or(dir));
    let found_something = opened.report.as_ref().is_some_and(crate::screens::start::deserves_a_look)
        || opened.imported.as_ref().is_some_and(|i| !i.problems.is_empty() || !i.quarantined.is_empty());
    update.context.project = Some(OpenProject {
        label: LabelModel::new(&opened.versions, update.context.settings.image_bytes()),
        desk: opened.desk,
        versions: opened.versions,
        report: opened.report,
        imported: opened.imported,
        review: ReviewModel::default(),
        agreement: AgreementModel::default(),
        activity: ActivityModel::default(),
        policy: PolicyModel::default(),
        models: ModelsModel::default(),
        model: ModelSlot::default(),
        prompter: PrompterSlot::default(),
    });
    update.context.screen = if found_something { Screen::Start } else { Screen::Label };
    reload_queue(update, false);
}

/// Goes on from the report of a new project to labelling.
pub(super) fn close_report(update: &mut Update<'_>) {
    if let Some(project) = &mut update.context.project {
        project.report = None;
        project.imported = None;
        update.context.screen = Screen::Label;
    }
}

/// Shows a file dialog off the UI thread.
pub(super) fn pick(update: &mut Update<'_>, what: Pick) {
    let ticket = update.context.outstanding.issue(Request::Pick(what));
    if !update.jobs.run(Lane::Dialog, ticket.clone(), move || work::pick(what)) {
        update.context.outstanding.settle(&ticket);
        update.context.messages.info(tr!("problem-dialog-open"));
    }
}

/// Takes over what a dialog gave back.
pub(super) fn take_picked(update: &mut Update<'_>, what: Pick, path: Option<PathBuf>) {
    let form = &mut update.views.start;
    match (what, path) {
        (_, None) => {
            update.context.messages.info(tr!("problem-nothing-chosen"));
        }
        (Pick::Project, Some(path)) => open(update, &path),
        (Pick::Images, Some(path)) => form.set_images(&path),
        (Pick::Sidecar, Some(path)) => form.set_sidecar(&path),
        (Pick::Coco, Some(path)) => form.set_labels(&path),
        (Pick::Maps, Some(path)) => label::bring_maps_in(update, path),
        (Pick::Model, Some(path)) => models::propose(update, &path),
    }
}

/// Looks at what was dropped, off the UI thread.
pub(super) fn offer(update: &mut Update<'_>, path: PathBuf) {
    let ticket = update.context.outstanding.issue(Request::Look);
    if !update.jobs.run(Lane::Batch, ticket.clone(), move || work::look(path)) {
        update.context.outstanding.settle(&ticket);
        busy(update, tr!("doing-look"));
    }
}

/// Takes over what was dropped: a project is opened, a folder of images or a COCO file fills the form.
pub(super) fn take_looked(update: &mut Update<'_>, path: &Path, found: Found) {
    if found == Found::Model {
        offer_model(update, path);
        return;
    }
    update.context.screen = Screen::Start;
    match found {
        Found::Project => open(update, path),
        Found::Folder => update.views.start.set_images(path),
        Found::File | Found::Model => update.views.start.set_labels(path),
    }
}

/// A model that was dropped is looked at, where there is a project that could take it.
fn offer_model(update: &mut Update<'_>, path: &Path) {
    if update.context.project.is_none() {
        update.context.messages.info(tr!("why-needs-project"));
        return;
    }
    update.context.screen = Screen::Models;
    models::reload(update);
    models::propose(update, path);
}
