//! The Label screen as a whole: its panels, the windows over them, and what its widgets remember.

use std::ops::Range;

use egui::{ScrollArea, TextureHandle, Ui};
use egui_commonmark::CommonMarkCache;

use concord_domain::sample::SampleId;
use concord_geometry::{BBox, Point};
use concord_language::tr;
use concord_widgets::canvas::{CanvasState, LiveMask, TileId};
use concord_widgets::parts::empty_state;
use concord_widgets::rows::ListState;

use super::canvas::Shapes;
use super::panels::{Layout, Panel};
use super::shelf::Lru;
use super::tone::{self, Tone};
use super::{
    canvas, classes, comments, editor, findings, go_to, guideline, history, objects, panels, propagate, queue_list,
    skip, suggestion_card, tags, take_in,
};
use crate::context::{Ask, Asks, Context, OpenProject};

/// Height of the list of objects where it scrolls with what is below it, in points.
const OBJECTS_IN_SCROLL: f32 = 130.0;

/// What a press on the canvas is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hand {
    /// The tool in hand.
    #[default]
    Tool,
    /// The ruler.
    Ruler,
    /// Saying where a comment is pinned.
    Pin,
}

/// What the widgets of the screen remember.
pub struct LabelViews {
    /// Zoom and pan.
    pub canvas: CanvasState,
    /// The second canvas, where two are shown side by side.
    pub(super) second: canvas::Second,
    /// The queue's scrolling and selection.
    pub queue_list: ListState,
    /// The same of the list of what is reviewed.
    pub review_list: ListState,
    /// The objects' scrolling and selection.
    pub objects_list: ListState,
    /// The rows of the queue that were in sight at the last frame.
    pub rows_in_sight: Range<usize>,
    /// Thumbnails on the graphics card.
    pub thumbnails: Lru<TextureHandle>,
    /// The reason being typed for skipping; `None` while the window is closed.
    pub skip: Option<String>,
    pub(super) class_filter: String,
    pub(super) wants_class_filter: bool,
    /// What the tensors for EigenCAM are narrowed down by.
    pub(super) tensor_filter: String,
    pub(super) markdown: CommonMarkCache,
    pub(super) shapes: Shapes,
    pub(super) hovered: Option<u64>,
    pub(super) typing: Option<editor::Typing>,
    pub(super) numbers: Option<editor::Numbers>,
    /// The mask that is being painted.
    pub(super) live: Option<LiveMask>,
    /// The tone of the image.
    pub tone: Tone,
    /// What a press on the canvas is for.
    pub hand: Hand,
    /// What was measured last.
    pub(super) measured: Option<(Point, Point)>,
    /// The comment that is being written.
    pub comment: Option<comments::Draft>,
    /// The part of the image that was in sight at the last frame, in image pixels.
    pub(super) seen: Option<BBox>,
    /// Whether the history is shown.
    pub history: bool,
    /// To how many samples the selection is to be copied; `None` while the window is closed.
    pub propagate: Option<usize>,
    /// Where the panels stand; `None` until it is read from the settings.
    pub layout: Option<panels::Layout>,
    /// What is searched for to go to it; `None` while the window is closed.
    pub go_to: Option<go_to::Search>,
    /// What the list of objects is filtered by.
    pub(super) object_filter: String,
    /// The tiles that the canvas misses, of which sample.
    pub(super) wanted_tiles: Option<(SampleId, Vec<TileId>)>,
}

impl Default for LabelViews {
    fn default() -> Self {
        Self {
            canvas: CanvasState::new(),
            second: canvas::Second::default(),
            queue_list: ListState::default(),
            review_list: ListState::default(),
            objects_list: ListState::default(),
            rows_in_sight: 0..0,
            thumbnails: Lru::new(take_in::MOST_THUMBNAILS),
            skip: None,
            class_filter: String::new(),
            wants_class_filter: false,
            tensor_filter: String::new(),
            markdown: CommonMarkCache::default(),
            shapes: Shapes::default(),
            hovered: None,
            typing: None,
            numbers: None,
            live: None,
            tone: Tone::default(),
            hand: Hand::Tool,
            measured: None,
            comment: None,
            seen: None,
            history: false,
            propagate: None,
            layout: None,
            go_to: None,
            object_filter: String::new(),
            wanted_tiles: None,
        }
    }
}

impl LabelViews {
    /// Puts the cursor into the search field of the classes.
    pub fn search_class(&mut self) {
        self.class_filter.clear();
        self.wants_class_filter = true;
    }

    /// Takes the pin of a comment into the hand or puts it down.
    pub fn toggle_pin(&mut self) {
        self.hand = if self.hand == Hand::Pin { Hand::Tool } else { Hand::Pin };
    }

    /// Takes the ruler into the hand or puts it down.
    pub fn toggle_ruler(&mut self) {
        self.hand = if self.hand == Hand::Ruler { Hand::Tool } else { Hand::Ruler };
        self.measured = None;
    }

    /// What the ruler shows.
    pub(super) fn ruler_line(&self) -> Option<(Point, Point)> {
        self.measured.filter(|(from, to)| self.hand == Hand::Ruler && from != to)
    }
}

/// Shows the screen.
pub fn show(ui: &mut Ui, context: &Context, views: &mut LabelViews, asks: &mut Asks) {
    let Some(project) = &context.project else {
        empty_state(ui, tr!("label-no-project"), tr!("label-no-project-hint"));
        return;
    };
    let mut layout = views.layout.take().unwrap_or_else(|| Layout::read(context.settings.label_panels()));
    let mut pane = |ui: &mut Ui, panel: Panel| match panel {
        Panel::Queue => queue_list::show(ui, context, project, views, asks),
        Panel::Canvas => canvas::show(ui, context, project, views, asks),
        Panel::Objects => side(ui, context, project, views, asks),
    };
    let was_moved = panels::show(ui, &mut layout, Panel::title, &mut pane);
    if was_moved {
        asks.send(Ask::SetLabelPanels(layout.to_text()));
    }
    views.layout = Some(layout);
    show_windows(ui.ctx(), project, views, asks);
}

/// The windows over a canvas.
pub(crate) fn show_windows(egui: &egui::Context, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    skip::show(egui, views, asks);
    comments::show_editor(egui, views, asks);
    propagate::show(egui, views, asks);
    go_to::show(egui, project, views, asks);
    tone_window(egui, project, views);
}

/// What is known of the objects, from top to bottom.
fn side(ui: &mut Ui, context: &Context, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    classes::show(ui, project, views, asks);
    ui.separator();
    let height = (ui.available_height() * 0.3).clamp(90.0, 260.0);
    objects::show(ui, project, views, asks, height);
    ui.separator();
    ScrollArea::vertical().id_salt("details").auto_shrink([false, false]).show(ui, |ui| {
        details(ui, context, project, views, asks);
    });
}

/// Objects, classes and everything below them, for a place that scrolls as a whole.
pub(crate) fn show_objects(
    ui: &mut Ui,
    context: &Context,
    project: &OpenProject,
    views: &mut LabelViews,
    asks: &mut Asks,
) {
    objects::show(ui, project, views, asks, OBJECTS_IN_SCROLL);
    ui.separator();
    details(ui, context, project, views, asks);
    ui.separator();
    classes::show(ui, project, views, asks);
}

fn details(ui: &mut Ui, context: &Context, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    findings::show(ui, project, asks);
    suggestion_card::show(ui, context, project, asks);
    editor::show(ui, project, views, asks);
    tags::show(ui, project, asks);
    comments::show(ui, project, views, asks);
    if views.history {
        history::show(ui, project, asks);
    }
    if context.settings.guideline && !project.label.is_reviewing() {
        guideline::show(ui, project, views);
    }
}

/// The controls of the image's tone, in a window of their own over the canvas.
fn tone_window(egui: &egui::Context, project: &OpenProject, views: &mut LabelViews) {
    let mut open = views.tone.open;
    let window = egui::Window::new(tr!("label-tone")).id(egui::Id::unique("Image tone"));
    window.open(&mut open).resizable(false).collapsible(false).default_pos([400.0, 130.0]).show(egui, |ui| {
        tone::show(ui, &mut views.tone, project.label.image());
    });
    views.tone.open = open;
}

/// What the status bar shows of the canvas: place, colour, zoom.
pub fn read_out(ui: &mut Ui, context: &Context, views: &LabelViews) {
    let Some(image) = context.project.as_ref().and_then(|p| p.label.image()) else { return };
    ui.weak(format!("{:.0} %", views.canvas.zoom_percent()));
    if let Some(at) = views.canvas.hover() {
        ui.weak(concord_widgets::canvas::pixel_text(at, image.pixel_at(at)));
    }
}
