//! What the Label screen works on: the current sample, its session, the selection, the tool in hand.

use concord_domain::check::Finding;
use concord_domain::object::{Object, ObjectId, SuggestionId};
use concord_domain::sample::SampleId;
use concord_domain::tool::{Tool, ToolKind};
use concord_geometry::BBox;
use concord_project::Versions;
use concord_project::label::Session;
use concord_widgets::canvas::{CanvasImage, OverlayMap};

use super::queue::QueueModel;
use super::shelf::Shelf;
use crate::error_text::ErrorText;

/// The state of the Label screen.
#[derive(Debug)]
pub struct LabelModel {
    /// The samples in order.
    pub queue: QueueModel,
    /// Images, sessions and maps at hand.
    pub shelf: Shelf,
    /// The selected object.
    pub selected: Option<ObjectId>,
    /// The focused suggestion.
    pub suggestion: Option<SuggestionId>,
    /// The class of the next object.
    pub next_class: String,
    /// The tool in hand.
    pub tool: Tool,
    /// The box that a gesture makes; with an id, in place of that object.
    pub preview: Option<(Option<ObjectId>, BBox)>,
    /// What breaks the ontology or the policy.
    pub findings: Vec<Finding>,
    /// True after a submission was refused, until the findings change.
    pub refused: bool,
    /// Grows whenever the labels or the selection change; what is drawn from them is drawn anew.
    pub revision: u64,
    /// Whether the saliency is shown.
    pub saliency_on: bool,
    /// What was copied.
    pub clipboard: Vec<Object>,
}

impl LabelModel {
    /// The screen of a project that was just opened.
    pub fn new(versions: &Versions) -> Self {
        let next_class = versions.ontology.classes.first().map(|c| c.name.clone()).unwrap_or_default();
        Self {
            queue: QueueModel::default(),
            shelf: Shelf::default(),
            selected: None,
            suggestion: None,
            next_class,
            tool: Tool::new(ToolKind::Box),
            preview: None,
            findings: vec![],
            refused: false,
            revision: 0,
            saliency_on: false,
            clipboard: vec![],
        }
    }

    /// The current sample.
    pub fn sample(&self) -> Option<&SampleId> {
        self.queue.current().map(|r| &r.sample)
    }

    /// The session on the current sample, once it is loaded.
    pub fn session(&self) -> Option<&Session> {
        self.shelf.sessions.get(self.sample()?)
    }

    /// The session on the current sample, to change it.
    pub fn session_mut(&mut self) -> Option<&mut Session> {
        let sample = self.queue.current()?.sample.clone();
        self.shelf.sessions.get_mut(&sample)
    }

    /// The image of the current sample and of no other, once it is there.
    pub fn image(&self) -> Option<&CanvasImage> {
        self.shelf.images.get(self.sample()?)
    }

    /// The saliency map of the current sample, when it is wanted and there.
    pub fn saliency(&self) -> Option<&OverlayMap> {
        if self.saliency_on { self.shelf.saliency.get(self.sample()?) } else { None }
    }

    /// Why the image or the session of the current sample cannot be shown.
    pub fn failure(&self) -> Option<&ErrorText> {
        self.shelf.failed.get(self.sample()?)
    }

    /// The selected object.
    pub fn selection(&self) -> Option<&Object> {
        self.session()?.labels.object(self.selected.as_ref()?)
    }

    /// Takes note that the labels of the current sample changed: checks them again, and forgets a selection that is gone.
    pub fn labels_changed(&mut self, versions: &Versions) {
        self.revision += 1;
        self.refused = false;
        self.findings = self.session().map(|s| s.findings(versions)).unwrap_or_default();
        if self.selection().is_none() {
            self.selected = None;
        }
        let open = |session: &Session| session.open_suggestions().any(|s| Some(&s.id) == self.suggestion.as_ref());
        if !self.session().is_some_and(open) {
            self.suggestion = None;
        }
        if let Some(sample) = self.sample().cloned() {
            let submitted = self.session().map(|s| s.status.is_submitted());
            if let Some(submitted) = submitted {
                self.queue.mark(&sample, submitted);
            }
        }
    }

    /// Takes note that another sample is current.
    pub fn sample_changed(&mut self, versions: &Versions) {
        self.selected = None;
        self.suggestion = None;
        self.preview = None;
        self.tool = Tool::new(self.tool.kind());
        let was_done = self.sample().is_some_and(|s| self.queue.is_done(s));
        let sample = self.sample().cloned();
        self.labels_changed(versions);
        // A skipped sample stays done although its labels are a draft.
        if let Some(sample) = sample.filter(|_| was_done) {
            self.queue.mark(&sample, true);
        }
    }

    /// The name of an object in lists and for screen readers: its class and its place, such as "bolt 3".
    pub fn object_name(session: &Session, place: usize) -> String {
        let class = session.labels.objects.get(place).map_or("object", |o| o.class.as_str());
        format!("{class} {}", place + 1)
    }
}
