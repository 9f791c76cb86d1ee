//! The context: what screens read, what they ask for, and what an update may change.

use std::path::PathBuf;
use std::sync::Arc;

use concord_domain::change::Change;
use concord_domain::edit::Edit;
use concord_domain::object::{ObjectId, SuggestionId};
use concord_domain::rejection::RejectReason;
use concord_domain::sample::SampleId;
use concord_domain::tool::{Modifiers, Pointer};
use concord_geometry::{BBox, GeometryKind, Point};
use concord_language::Language;
use concord_project::agree::AgreementReport;
use concord_project::anchoring::AnchoringReport;
use concord_project::annotators::AnnotatorsReport;
use concord_project::catalogue::CatalogueReport;
use concord_project::drift::LabelDriftReport;
use concord_project::import::ImportReport;
use concord_project::{Courtesy, Desk, Versions};
use concord_widgets::colormap::ColorMap;
use concord_widgets::palette::PaletteState;
use concord_widgets::theme::ThemeKind;

use crate::actions::Action;
use crate::error_text::ErrorText;
use crate::jobs::explain::Kind;
use crate::jobs::prompts::PrompterSlot;
use crate::jobs::work::{ModelSlot, NewForm};
use crate::jobs::{Jobs, Outstanding, Pick, Running, Ticket};
use crate::keymap::{Keymap, Preset, Shortcut};
use crate::messages::Messages;
use crate::screens::activity::{ActivityAsk, ActivityModel, ActivityViews};
use crate::screens::agreement::AgreementViews;
use crate::screens::label::{LabelModel, LabelViews};
use crate::screens::models::{ModelsAsk, ModelsModel, ModelsViews};
use crate::screens::policy::{PolicyAsk, PolicyModel, PolicyViews};
use crate::screens::review::{ReviewAsk, ReviewModel, ReviewViews};
use crate::screens::start::StartViews;
use crate::settings::Settings;
use crate::shell::keys::KeysViews;
use crate::window::Options;

/// Which screen is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Recent projects, new project.
    Start,
    /// Labelling.
    Label,
    /// Reviewing and arbitrating.
    Review,
    /// Agreement of annotators.
    Agreement,
    /// Who did what, how long it took, and what it cost.
    Activity,
    /// Versions, campaigns and people.
    Policy,
    /// The registry of models.
    Models,
}

impl Screen {
    /// True where a sample is on the canvas, with its tools.
    pub fn has_canvas(self) -> bool {
        matches!(self, Self::Label | Self::Review)
    }
}

/// What screens read. It changes in one place a frame, before anything is drawn.
#[derive(Debug)]
pub struct Context {
    /// How the app was started.
    pub options: Options,
    /// What is remembered between starts.
    pub settings: Settings,
    /// Which keys invoke which action.
    pub keymap: Keymap,
    /// True until the keymap file, which is to be read again, was asked for.
    pub rereads_keymap: bool,
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
    /// Whether the pool that explains is at work.
    pub inferring: bool,
    /// Lets long runs of models give way to the sample on screen.
    pub courtesy: Arc<Courtesy>,
}

impl Context {
    /// The language of the window: the one that was chosen, or that of the system.
    pub fn language(&self) -> Language {
        self.settings.language().unwrap_or(self.options.system_language)
    }
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
    /// The Review screen, as far as it is not the Label screen's canvas.
    pub review: ReviewModel,
    /// The Agreement screen.
    pub agreement: AgreementModel,
    /// The Activity screen.
    pub activity: ActivityModel,
    /// The Policy screen.
    pub policy: PolicyModel,
    /// The Models screen.
    pub models: ModelsModel,
    /// The model for saliency.
    pub model: ModelSlot,
    /// The pair for prompts.
    pub prompter: PrompterSlot,
}

/// What the Agreement screen shows.
#[derive(Debug, Default)]
pub struct AgreementModel {
    /// The figures, once computed.
    pub report: Option<Box<AgreementReport>>,
    /// Those of people, which are computed with them.
    pub people: Option<Box<PeopleFigures>>,
    /// Why they could not be computed.
    pub failure: Option<ErrorText>,
}

/// Everything that the Agreement screen tells.
#[derive(Debug)]
pub struct AgreementFigures {
    /// People who labelled the same samples.
    pub report: AgreementReport,
    /// What people did each by themselves.
    pub people: PeopleFigures,
}

/// How people label, what sways them, and how that changed.
#[derive(Debug)]
pub struct PeopleFigures {
    /// How each annotator labels.
    pub annotators: AnnotatorsReport,
    /// How far suggestions pull them.
    pub anchoring: AnchoringReport,
    /// Whether labels drifted, or images did.
    pub drift: LabelDriftReport,
}

/// What widgets remember of how they look: nothing that a decision rests on.
#[derive(Default)]
pub struct Views {
    /// The palette.
    pub palette: PaletteState,
    /// The list of keys.
    pub(crate) keys: KeysViews,
    /// Whether the settings are open.
    pub settings_open: bool,
    /// The name being typed for who is at the desk.
    pub name: Option<String>,
    /// The start screen.
    pub start: StartViews,
    /// The Label screen.
    pub label: LabelViews,
    /// The Review screen.
    pub review: ReviewViews,
    /// The Agreement screen.
    pub agreement: AgreementViews,
    /// The Activity screen.
    pub activity: ActivityViews,
    /// The Policy screen.
    pub policy: PolicyViews,
    /// The Models screen.
    pub models: ModelsViews,
}

impl Views {
    /// True while a window takes all keys.
    pub fn has_modal(&self) -> bool {
        let label = &self.label;
        let asks =
            label.skip.is_some() || label.comment.is_some() || label.propagate.is_some() || label.go_to.is_some();
        self.palette.is_open()
            || self.keys.is_open()
            || self.settings_open
            || asks
            || self.review.has_window()
            || self.policy.window.is_some()
    }
}

/// Something about how the saliency is made.
#[derive(Debug, Clone, PartialEq)]
pub enum SaliencyAsk {
    /// By another method.
    Method(Kind),
    /// Of one object, or of the image.
    OfObject(bool),
    /// With more and smaller steps.
    Fine(bool),
    /// Lowest value that is shown.
    Threshold(f32),
    /// Of a tensor of the graph; `None` for the model's own.
    Tensor(Option<String>),
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
    /// Show a sample on the Label screen, wherever it stands in the queue.
    ShowSample(SampleId),
    /// Select an object, or nothing.
    Select(Option<ObjectId>),
    /// Add an object to the selection, or take it out.
    ToggleSelected(ObjectId),
    /// Hide an object, or show it.
    ToggleHidden(ObjectId),
    /// Show all objects that are hidden.
    ShowAll,
    /// Lock an object, or unlock it.
    ToggleLocked(ObjectId),
    /// Select an object and bring it into sight.
    Reveal(ObjectId),
    /// The pointer did something on the canvas, with these modifiers, at so many screen points an image pixel.
    Pointer(Pointer, Modifiers, f64),
    /// Make the brush larger by so many steps.
    ResizeBrush(f64),
    /// Give the brush a radius, in image pixels.
    SetBrush(f64),
    /// Make the selection fill a box.
    FitSelection(BBox),
    /// Give the selection another kind of geometry.
    Convert(GeometryKind),
    /// Bring a point of the image into the middle.
    LookAt(Point),
    /// Open the window for a comment at a place, or about the sample as a whole.
    OpenComment(Option<Point>),
    /// Pin a comment.
    AddComment(Option<Point>, String),
    /// Settle a comment, or open it again.
    SettleComment(String, bool),
    /// Go to a step of the history.
    RevertTo(usize),
    /// Copy the selection to so many samples that follow.
    Propagate(usize),
    /// Alter the labels.
    Edit(Edit),
    /// Carry out a change made for these labels.
    Apply(Box<Change>),
    /// Give the selection, or the next object, a class.
    SetClass(String),
    /// Give the selection, or the next object, a class and the selection a sub-class.
    SetSubclass(String, String),
    /// Take a suggestion over.
    Accept(SuggestionId),
    /// Turn a suggestion down, with the reason where one is given.
    Reject(SuggestionId, Option<RejectReason>),
    /// Show or hide the suggestions of a run.
    ShowLayer(String, bool),
    /// Hide suggestions of what is labelled already, or show them.
    SetHideMatched(bool),
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
    /// Something about how the saliency is made.
    Saliency(SaliencyAsk),
    /// The pair that answers prompts.
    SetPrompter(String),
    /// Whether the next prompt is about the selected object, or about a new one.
    SetPromptReplaces(bool),
    /// Memory for images, in MiB; 0 leaves it to the machine's.
    SetImageMemory(u64),
    /// The longest pause that counts as work, in seconds.
    SetIdle(u64),
    /// Where the panels of the Label screen stand; empty for where they stood at first.
    SetLabelPanels(String),
    /// Where the panels of the Review screen stand, likewise.
    SetReviewPanels(String),
    /// Another language; `None` for that of the system.
    SetLanguage(Option<Language>),
    /// Another look.
    SetTheme(ThemeKind),
    /// Another scale of the interface, 1 for ordinary.
    SetScale(f32),
    /// Movement on the screen, or none.
    SetReducedMotion(bool),
    /// The crosshair, or none.
    SetCrosshair(bool),
    /// Something about keys.
    Keys(KeysAsk),
    /// What the Activity screen asks for.
    Activity(ActivityAsk),
    /// Something about versions, campaigns and people.
    Policy(PolicyAsk),
    /// Something about models.
    Models(ModelsAsk),
    /// Something about what is reviewed.
    Review(ReviewAsk),
    /// Another person sits down at the desk.
    SetAnnotator(String),
    /// Take a message away.
    Dismiss(u64),
    /// Stop a job.
    Cancel(Ticket),
    /// Try a sample again that could not be read.
    Retry,
}

/// What the list of keys asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeysAsk {
    /// Another preset.
    Preset(Preset),
    /// These keys for an action; who has one of them loses it.
    Bind(Action, Vec<Shortcut>),
    /// The preset's keys again, for an action or for all.
    Reset(Option<Action>),
}

/// What screens asked for in a frame.
#[derive(Debug, Default)]
pub struct Asks(Vec<Ask>);

impl Asks {
    /// Asks for something.
    pub fn send(&mut self, ask: Ask) {
        self.0.push(ask);
    }

    /// Asks for something, if there is something to ask for.
    pub fn send_some(&mut self, ask: Option<Ask>) {
        self.0.extend(ask);
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
