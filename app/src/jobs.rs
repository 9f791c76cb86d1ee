//! Jobs: all work off the UI thread, in pools by intent, with results that carry the identity of their request.

pub mod explain;
pub mod images;
pub mod models;
mod outstanding;
pub mod policies;
mod pool;
pub mod prompts;
pub mod work;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use concord_domain::disagreement::DisagreementId;
use concord_project::activity::{ActivityReport, HistoryPage};
use concord_project::catalogue::CatalogueReport;
use concord_project::example::Added;
use concord_project::import::ImportReport;
use concord_project::label::{Copies, Session};
use concord_project::review::{Dispute, Ruling};
use concord_project::saliency::ImportedMaps;
use concord_project::{Desk, Progress, Versions};
use concord_store::Committed;
use concord_widgets::canvas::OverlayMap;

use self::explain::{Explained, Growth};
use self::images::{LoadedImage, Refined};
use crate::context::AgreementFigures;
use crate::error_text::AppError;
use crate::screens::label::queue::QueueLoaded;
use crate::screens::review::WaitingLoaded;

pub use outstanding::{Outstanding, Request, Ticket};
pub use pool::Lane;
use pool::Pools;

/// The most time a frame spends on taking in results.
const DRAIN_BUDGET: Duration = Duration::from_millis(2);

/// What a file dialog is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pick {
    /// A project folder to open.
    Project,
    /// A folder of images for a new project.
    Images,
    /// A table of metadata.
    Sidecar,
    /// A COCO file to import.
    Coco,
    /// A model to register.
    Model,
    /// A folder of saliency maps.
    Maps,
}

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A project folder.
    Project,
    /// Another folder.
    Folder,
    /// A model file.
    Model,
    /// A file.
    File,
}

/// A project that was opened for writing.
#[derive(Debug)]
pub struct Opened {
    /// The desk.
    pub desk: Arc<Desk>,
    /// Ontology and policy in force.
    pub versions: Arc<Versions>,
    /// What adding images found, when the project was made just now.
    pub report: Option<CatalogueReport>,
    /// What importing labels found, when labels were imported into the new project.
    pub imported: Option<ImportReport>,
}

/// A result of work off the UI thread. The list is closed: everything that comes back is one of these.
#[derive(Debug)]
pub enum JobEvent {
    /// An image made ready for the canvas.
    Image(Result<LoadedImage, AppError>),
    /// A small picture for a list.
    Thumbnail(Result<egui::ColorImage, AppError>),
    /// A session with its undo stacks.
    Session(Result<Box<Session>, AppError>),
    /// What the model looks at.
    Saliency(Box<Explained>),
    /// What is known of it so far; the request stays open.
    SaliencyLook(OverlayMap, Growth),
    /// Saliency maps of another tool were brought in.
    Maps(Result<ImportedMaps, AppError>),
    /// A sample was read for prompts, or a prompt was answered.
    Prompted(Result<Box<prompts::Prompted>, AppError>),
    /// The ranked queue.
    Queue(Result<QueueLoaded, AppError>),
    /// A sample was taken, or is not to be had.
    Leased(Result<concord_project::queue::Taken, AppError>),
    /// What waits for a second person.
    Waiting(Result<WaitingLoaded, AppError>),
    /// What is disputed on a sample.
    Dispute(Result<Box<Dispute>, AppError>),
    /// A verdict on a disagreement was worked out; nothing where it changes nothing.
    Ruled(DisagreementId, Option<Box<Ruling>>),
    /// An example was added to the next version of the policy.
    Example(Result<Added, AppError>),
    /// The agreement of all pairs.
    Agreement(Result<Box<AgreementFigures>, AppError>),
    /// What was done.
    Activity(Result<Box<ActivityReport>, AppError>),
    /// A page of the history, and before which position it lies.
    History(Result<(i64, HistoryPage), AppError>),
    /// Work on versions, campaigns and people.
    Policy(Box<policies::PolicyDone>),
    /// Work on models.
    Model(Result<models::ModelOutcome, AppError>),
    /// A project was opened or made.
    Opened(Result<Box<Opened>, AppError>),
    /// A file dialog was closed; `None` when nothing was chosen.
    Picked(Option<PathBuf>),
    /// What lies at a path that was dropped.
    Looked(PathBuf, Found),
    /// Objects were copied to other samples.
    Copied(Result<Copies, AppError>),
    /// A tile of a large image was put into the cache of tiles.
    Tile(Result<(), AppError>),
    /// Coarse levels of a large image became better.
    Refined(Result<Refined, AppError>),
    /// A write is durable, or was refused.
    Saved(Box<Committed>),
    /// The job panicked; the payload in words.
    Panicked(String),
}

/// A result with the request it answers.
#[derive(Debug)]
pub struct Delivered {
    /// Identity and generation of the request.
    pub ticket: Ticket,
    /// The result.
    pub event: JobEvent,
}

/// A job on the status bar.
#[derive(Debug, Clone)]
pub struct Running {
    /// Which job.
    pub ticket: Ticket,
    /// What it does.
    pub name: String,
    /// How far it is.
    pub progress: Arc<Progress>,
    /// When it began.
    pub started: Instant,
}

/// The pools, and the results on their way back.
#[derive(Debug)]
pub struct Jobs {
    pools: Pools,
    results: crossbeam_channel::Receiver<Delivered>,
    send: crossbeam_channel::Sender<Delivered>,
    context: egui::Context,
}

impl Jobs {
    /// Starts the pools; results wake `context`.
    pub fn start(context: &egui::Context) -> Self {
        let (send, results) = crossbeam_channel::unbounded();
        let pools = Pools::start(&send, context);
        Self { pools, results, send, context: context.clone() }
    }

    /// How many jobs of a lane run at the same time.
    pub fn width(&self, lane: Lane) -> usize {
        self.pools.width(lane)
    }

    /// Hands work to a lane; false when the lane is full. What the work says to a person it says in the language of the
    /// thread that asks for it.
    pub fn run(&self, lane: Lane, ticket: Ticket, work: impl FnOnce() -> JobEvent + Send + 'static) -> bool {
        let language = concord_language::current();
        let work = move || {
            concord_language::set_current(language);
            work()
        };
        self.pools.run(lane, ticket, Box::new(work))
    }

    /// A way to deliver a result from a thread that is not a pool's.
    pub fn deliver(&self, ticket: Ticket) -> impl FnOnce(JobEvent) + Send + 'static + use<> {
        let (send, context) = (self.send.clone(), self.context.clone());
        move |event| {
            // The receiver is gone only when the app is.
            let _ = send.send(Delivered { ticket, event });
            context.request_repaint();
        }
    }

    /// A way to deliver what is known of a result while the work on it goes on.
    pub fn teller(&self, ticket: Ticket) -> impl Fn(JobEvent) + Send + 'static + use<> {
        let (send, context) = (self.send.clone(), self.context.clone());
        move |event| {
            // The receiver is gone only when the app is.
            let _ = send.send(Delivered { ticket: ticket.clone(), event });
            context.request_repaint();
        }
    }

    /// Takes in results for at most about 2 ms; asks for another frame when some are left.
    pub fn drain(&self, mut take_in: impl FnMut(Delivered)) {
        let started = Instant::now();
        while let Ok(delivered) = self.results.try_recv() {
            take_in(delivered);
            if started.elapsed() > DRAIN_BUDGET {
                self.context.request_repaint();
                return;
            }
        }
    }
}
