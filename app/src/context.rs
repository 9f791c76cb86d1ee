//! The context: what screens read, what they ask for, and what an update may change.

use std::path::PathBuf;
use std::sync::Arc;

use concord_domain::change::Change;
use concord_domain::edit::Edit;
use concord_domain::object::{ObjectId, SuggestionId};
use concord_domain::ontology::{Attribute, AttributeKind};
use concord_domain::tool::Pointer;
use concord_project::agree::AgreementReport;
use concord_project::catalogue::CatalogueReport;
use concord_project::import::ImportReport;
use concord_project::{Desk, Versions};
use concord_widgets::colormap::ColorMap;
use concord_widgets::palette::PaletteState;
use concord_widgets::theme::ThemeKind;

use crate::actions::Action;
use crate::error_text::ErrorText;
use crate::jobs::work::{ModelSlot, NewForm};
use crate::jobs::{Jobs, Outstanding, Pick, Running, Ticket};
use crate::messages::Messages;
use crate::screens::label::{LabelModel, LabelViews};
use crate::screens::start::StartViews;
use crate::settings::Settings;
use crate::window::Options;

/// Which screen is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Recent projects, new project.
    Start,
    /// Labelling.
    Label,
    /// Agreement of annotators.
    Agreement,
}

/// What screens read. It changes in one place a frame, before anything is drawn.
#[derive(Debug)]
pub struct Context {
    /// How the app was started.
    pub options: Options,
    /// What is remembered between starts.
    pub settings: Settings,
    /// The screen shown.
    pub screen: Screen,
    /// The open project.
    pub project: Option<OpenProject>,
    /// What is told.
    pub messages: Messages,
    /// What is asked for and not answered yet.
    pub outstanding: Outstanding,
    /// Jobs on the status bar.
    pub running: Vec<Running>,
    /// How many reads the decode pool has.
    pub decoding: usize,
    /// Whether the inference pool is at work.
    pub inferring: bool,
}

/// A project on the desk.
#[derive(Debug)]
pub struct OpenProject {
    /// The project with its one writer.
    pub desk: Arc<Desk>,
    /// Ontology and policy in force.
    pub versions: Arc<Versions>,
    /// What adding images found, when the project was made just now.
    pub report: Option<CatalogueReport>,
    /// What importing labels found, when the project was made just now.
    pub imported: Option<ImportReport>,
    /// The Label screen.
    pub label: LabelModel,
    /// The Agreement screen.
    pub agreement: AgreementModel,
    /// The model for saliency.
    pub model: ModelSlot,
}

/// What the Agreement screen shows.
#[derive(Debug, Default)]
pub struct AgreementModel {
    /// The figures, once computed.
    pub report: Option<Box<AgreementReport>>,
    /// Why they could not be computed.
    pub failure: Option<ErrorText>,
}

impl OpenProject {
    /// The attribute of a class that says how much of it is hidden: its name begins with "occlu", and it is a flag or a
    /// choice.
    pub fn occlusion(&self, class: &str) -> Option<&Attribute> {
        self.versions.ontology.attributes.iter().find(|a| {
            let is_cyclic = matches!(a.kind, AttributeKind::Flag | AttributeKind::Choice { .. });
            a.name.to_lowercase().starts_with("occlu") && a.applies_to(class) && is_cyclic
        })
    }
}

/// What widgets remember of how they look: nothing that a decision rests on.
#[derive(Default)]
pub struct Views {
    /// The palette.
    pub palette: PaletteState,
    /// Whether the list of keys is open.
    pub keys_open: bool,
    /// The name being typed for who is at the desk.
    pub name: Option<String>,
    /// The start screen.
    pub start: StartViews,
    /// The Label screen.
    pub label: LabelViews,
    /// The pair shown in detail on the Agreement screen.
    pub pair: usize,
}

impl Views {
    /// True while a window takes all keys.
    pub fn has_modal(&self) -> bool {
        self.palette.is_open() || self.keys_open || self.label.skip.is_some()
    }
}

/// Something a screen asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Invoke an action.
    Invoke(Action),
    /// Open a project folder.
    Open(PathBuf),
    /// Open the sample project, made first where needed.
    OpenSample,
    /// Make a project.
    Create(Box<NewForm>),
    /// Show a file dialog.
    Pick(Pick),
    /// Take a folder from the recent projects.
    Forget(PathBuf),
    /// Take over a folder or file that was dropped or chosen.
    Offer(PathBuf),
    /// Close the report of a new project.
    CloseReport,
    /// Go to a place of the queue.
    GoTo(usize),
    /// Select an object, or nothing.
    Select(Option<ObjectId>),
    /// Select an object and bring it into sight.
    Reveal(ObjectId),
    /// The pointer did something on the canvas; the reach is in image pixels.
    Pointer(Pointer, f64),
    /// Alter the labels.
    Edit(Edit),
    /// Carry out a change made for these labels.
    Apply(Box<Change>),
    /// Give the selection, or the next object, a class.
    SetClass(String),
    /// Take a suggestion over.
    Accept(SuggestionId),
    /// Turn a suggestion down.
    Reject(SuggestionId),
    /// Focus a suggestion.
    Focus(SuggestionId),
    /// Pass the sample over for a reason.
    Skip(String),
    /// Lowest score of a suggestion that is shown.
    SetThreshold(f64),
    /// How much of the saliency is mixed in.
    SetOpacity(f32),
    /// Colours of the saliency.
    SetColorMap(ColorMap),
    /// Another look.
    SetTheme(ThemeKind),
    /// Another person sits down at the desk.
    SetAnnotator(String),
    /// Take a message away.
    Dismiss(u64),
    /// Stop a job.
    Cancel(Ticket),
    /// Try a sample again that could not be read.
    Retry,
}

/// What screens asked for in a frame.
#[derive(Debug, Default)]
pub struct Asks(Vec<Ask>);

impl Asks {
    /// Asks for something.
    pub fn send(&mut self, ask: Ask) {
        self.0.push(ask);
    }

    /// Asks for an action.
    pub fn invoke(&mut self, action: Action) {
        self.0.push(Ask::Invoke(action));
    }

    /// Everything asked for, in order; nothing is left.
    pub fn take(&mut self) -> Vec<Ask> {
        std::mem::take(&mut self.0)
    }

    /// True when nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What an update may change.
pub struct Update<'a> {
    /// The context.
    pub context: &'a mut Context,
    /// The widgets' views, for what must be seen.
    pub views: &'a mut Views,
    /// The pools.
    pub jobs: &'a Jobs,
    /// egui.
    pub egui: &'a egui::Context,
}
