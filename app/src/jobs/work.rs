//! The work itself: closures that call one use case each and give back one event.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use concord_domain::sample::SampleId;
use concord_imaging::{Limits, decode_file, thumbnail};
use concord_language::tr;
use concord_project::activity::{self, ActivityOptions};
use concord_project::agree::{AgreeOptions, agree};
use concord_project::anchoring::{AnchoringOptions, anchoring};
use concord_project::annotators::{AnnotatorsOptions, annotators};
use concord_project::drift::{Span, label_drift};
use concord_project::label::Session;
use concord_project::model::NamedModel;
use concord_project::new::NewProject;
use concord_project::queue::{self, LEASE_MS, QueueOptions, rank};
use concord_project::review;
use concord_project::{Clock, Desk, Progress, Project, Versions};
use concord_store::Wanted;

use super::{Found, JobEvent, Opened, Pick};
use crate::context::{AgreementFigures, PeopleFigures};
use crate::error_text::AppError;
use crate::screens::label::queue::QueueLoaded;
use crate::screens::review::WaitingLoaded;
use crate::window::CreateSample;

/// Longest side of a thumbnail in a list, in pixels.
const THUMBNAIL_SIDE: u32 = 96;

/// Who opens a project, and from where.
#[derive(Debug, Clone)]
pub struct Sitter {
    /// The name under which decisions are logged.
    pub annotator: String,
    /// The name of the workstation.
    pub device: String,
    /// Tells the time.
    pub clock: Clock,
    /// ONNX Runtime's library for projects that name none.
    pub onnxruntime: Option<PathBuf>,
}

/// Opens a project.
pub fn open(dir: &Path, sitter: &Sitter) -> JobEvent {
    let desk = || -> Result<Box<Opened>, AppError> {
        let mut desk = Desk::open(dir, &sitter.annotator, &sitter.device, sitter.clock)?;
        let library = &mut desk.project.config.inference.onnxruntime_library;
        if library.is_none() {
            *library = sitter.onnxruntime.as_ref().map(|p| p.to_string_lossy().into_owned());
        }
        opened(desk)
    };
    JobEvent::Opened(desk())
}

fn opened(desk: Desk) -> Result<Box<Opened>, AppError> {
    let reader = desk.project.reader()?;
    let versions = Arc::new(desk.project.versions(&reader)?);
    Ok(Box::new(Opened { desk: Arc::new(desk), versions, report: None, imported: None }))
}

/// What a new project is made from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewForm {
    /// The folder of images.
    pub images: PathBuf,
    /// The project folder to make.
    pub dir: PathBuf,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// A CSV or JSON Lines file with metadata of the images.
    pub sidecar: Option<PathBuf>,
    /// A COCO file with labels to import, and whose they are.
    pub labels: Option<(PathBuf, String)>,
}

/// Makes a project, adds its images and imports labels.
pub fn create(form: &NewForm, sitter: &Sitter, progress: &Progress) -> JobEvent {
    let make = || -> Result<Box<Opened>, AppError> {
        let mut new = NewProject { classes: form.classes.clone(), ..NewProject::default() };
        new.sources.images.push(form.images.clone());
        new.sources.sidecar.clone_from(&form.sidecar);
        let (desk, report) =
            concord_project::new::create(&form.dir, &new, &sitter.annotator, &sitter.device, sitter.clock, progress)?;
        let imported = match &form.labels {
            Some((file, whose)) => Some(concord_project::import::labels(&desk, file, whose, progress)?),
            None => None,
        };
        let mut opened = opened(desk)?;
        (opened.report, opened.imported) = (Some(report), imported);
        Ok(opened)
    };
    JobEvent::Opened(make())
}

/// Opens the sample project, made first where it is not there yet.
pub fn sample(dir: &Path, create: CreateSample, sitter: &Sitter, progress: &Progress) -> JobEvent {
    if !dir.join(concord_project::CONFIG_FILE).is_file()
        && let Err(error) = create(dir, progress)
    {
        return JobEvent::Opened(Err(error.into()));
    }
    open(dir, sitter)
}

/// Reads the cached thumbnail of a sample, or makes one from the image.
pub fn thumbnail_of(project: &Project, sample: &SampleId, path: &str) -> JobEvent {
    let read = || -> Result<egui::ColorImage, AppError> {
        let limits = Limits::default();
        let pixels = decode_file(&project.thumbnail_path(&sample.0), &limits)
            .or_else(|_| decode_file(&project.resolve(path), &limits))?;
        let small = thumbnail(&pixels, THUMBNAIL_SIDE);
        Ok(egui::ColorImage::from_rgb([small.width() as usize, small.height() as usize], &small.data))
    };
    JobEvent::Thumbnail(read())
}

/// Loads a session, after everything handed to the log before is durable.
pub fn session(desk: &Desk, versions: &Versions, sample: &SampleId) -> JobEvent {
    let load = || -> Result<Box<Session>, AppError> {
        desk.flush()?;
        let reader = desk.project.reader()?;
        Ok(Box::new(Session::load(&reader, sample, &desk.annotator, versions)?))
    };
    JobEvent::Session(load())
}

/// The model that saliency is computed with, loaded once; used by the pool that explains only.
#[derive(Debug, Clone, Default)]
pub struct ModelSlot(pub(super) Arc<Mutex<Option<NamedModel>>>);

/// Ranks the queue of the person at the desk; with `all`, of all samples.
pub fn queue(desk: &Desk, all: bool) -> JobEvent {
    let load = || -> Result<QueueLoaded, AppError> {
        let annotator = desk.annotator.clone();
        let done: BTreeSet<SampleId> = desk.project.reader()?.done_by(&annotator)?.into_iter().collect();
        let options =
            QueueOptions { for_annotator: (!all).then_some(annotator), now_ms: desk.now(), ..QueueOptions::default() };
        let queue = rank(&desk.project, &options)?;
        let away = queue::away(&desk.project, &desk.annotator, desk.now())?;
        Ok(QueueLoaded { queue, done, away, all })
    };
    JobEvent::Queue(load())
}

/// Takes a sample for the person at the desk, or holds it longer.
pub fn take(desk: &Desk, versions: &Versions, sample: &SampleId) -> JobEvent {
    JobEvent::Leased(queue::take(desk, sample, versions, desk.now() + LEASE_MS).map_err(AppError::from))
}

/// Lists what waits for a second person, after everything handed to the log before is durable.
pub fn waiting(desk: &Desk) -> JobEvent {
    let load = || -> Result<WaitingLoaded, AppError> {
        desk.flush()?;
        let list = review::waiting(&desk.project)?;
        Ok(WaitingLoaded { list, people: desk.project.reader()?.people()? })
    };
    JobEvent::Waiting(load())
}

/// Loads what is disputed on a sample, after everything handed to the log before is durable.
pub fn dispute(desk: &Desk, sample: &SampleId) -> JobEvent {
    let load = || -> Result<_, AppError> {
        desk.flush()?;
        Ok(Box::new(review::dispute(&desk.project, sample)?))
    };
    JobEvent::Dispute(load())
}

/// Computes the agreement of all pairs, and how the people label whose figures the person at the desk may see.
pub fn agreement(desk: &Desk) -> JobEvent {
    let compute = || -> Result<_, AppError> {
        desk.flush()?;
        let (project, viewer) = (&desk.project, &desk.annotator);
        let people = PeopleFigures {
            annotators: annotators(project, &AnnotatorsOptions::for_viewer(viewer))?,
            anchoring: anchoring(project, &AnchoringOptions::for_viewer(viewer))?,
            drift: label_drift(project)?,
        };
        Ok(Box::new(AgreementFigures { report: agree(project, &AgreeOptions::default())?, people }))
    };
    JobEvent::Agreement(compute())
}

/// Counts what was done in a span of time, after everything handed to the log before is durable.
pub fn activity(desk: &Desk, span: Option<Span>) -> JobEvent {
    let count = || -> Result<_, AppError> {
        desk.flush()?;
        let options = ActivityOptions { span, ..ActivityOptions::for_viewer(&desk.annotator) };
        Ok(Box::new(activity::activity(&desk.project, &options)?))
    };
    JobEvent::Activity(count())
}

/// Reads a page of the history, likewise.
pub fn history(desk: &Desk, before: i64, limit: usize, wanted: &Wanted) -> JobEvent {
    let read = || -> Result<_, AppError> {
        desk.flush()?;
        Ok((before, activity::history(&desk.project, before, limit, wanted)?))
    };
    JobEvent::History(read())
}

/// Looks at what was dropped.
pub fn look(path: PathBuf) -> JobEvent {
    let found = if path.join(concord_project::CONFIG_FILE).is_file() {
        Found::Project
    } else if path.is_dir() {
        Found::Folder
    } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("onnx")) {
        Found::Model
    } else {
        Found::File
    };
    JobEvent::Looked(path, found)
}

/// Waits until nobody holds the desk any more, so that its lock is free; not longer than a few seconds.
pub fn wait_for_close(desk: &std::sync::Weak<Desk>) {
    for _ in 0..1000 {
        if desk.strong_count() == 0 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Shows a native dialog and waits for the person. Where the system has none it answers at once, as for a cancel.
pub fn pick(what: Pick) -> JobEvent {
    let dialog = rfd::FileDialog::new();
    JobEvent::Picked(match what {
        Pick::Project => dialog.set_title(tr!("shell-pick-project")).pick_folder(),
        Pick::Images => dialog.set_title(tr!("shell-pick-images")).pick_folder(),
        Pick::Sidecar => {
            let kinds = ["csv", "tsv", "jsonl", "ndjson", "json"];
            dialog.set_title(tr!("shell-pick-table")).add_filter(tr!("shell-pick-table-kind"), &kinds).pick_file()
        }
        Pick::Maps => dialog.set_title(tr!("shell-pick-maps")).pick_folder(),
        Pick::Model => dialog.set_title(tr!("shell-pick-model")).add_filter("ONNX", &["onnx"]).pick_file(),
        Pick::Coco => dialog.set_title(tr!("shell-pick-coco")).add_filter("COCO", &["json"]).pick_file(),
    })
}
