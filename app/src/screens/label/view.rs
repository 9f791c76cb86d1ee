//! The layout of the Label screen: queue at the left, canvas in the middle, what is known of the objects at the right.

use std::ops::Range;

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, TextureHandle, Ui};
use egui_commonmark::CommonMarkCache;

use concord_widgets::canvas::CanvasState;
use concord_widgets::parts::empty_state;
use concord_widgets::rows::ListState;
use concord_widgets::theme::Theme;

use super::canvas::Shapes;
use super::shelf::Lru;
use super::{canvas, classes, editor, findings, guideline, objects, queue_list, skip, take_in};
use crate::context::{Asks, Context, OpenProject};

/// What the widgets of the screen remember.
pub struct LabelViews {
    /// Zoom and pan.
    pub canvas: CanvasState,
    /// The queue's scrolling and selection.
    pub queue_list: ListState,
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
    pub(super) markdown: CommonMarkCache,
    pub(super) shapes: Shapes,
    pub(super) hovered: Option<u64>,
    pub(super) typing: Option<editor::Typing>,
}

impl Default for LabelViews {
    fn default() -> Self {
        Self {
            canvas: CanvasState::new(),
            queue_list: ListState::default(),
            objects_list: ListState::default(),
            rows_in_sight: 0..0,
            thumbnails: Lru::new(take_in::MOST_THUMBNAILS),
            skip: None,
            class_filter: String::new(),
            wants_class_filter: false,
            markdown: CommonMarkCache::default(),
            shapes: Shapes::default(),
            hovered: None,
            typing: None,
        }
    }
}

impl LabelViews {
    /// Puts the cursor into the search field of the classes.
    pub fn search_class(&mut self) {
        self.class_filter.clear();
        self.wants_class_filter = true;
    }
}

/// Shows the screen.
pub fn show(ui: &mut Ui, context: &Context, views: &mut LabelViews, asks: &mut Asks) {
    let Some(project) = &context.project else {
        empty_state(ui, "No project", "Open one on the start screen");
        return;
    };
    let theme = Theme::of_ui(ui);
    let frame = Frame::NONE.fill(theme.panel).inner_margin(Margin::same(4));
    Panel::left("queue").default_size(228.0).size_range(160.0..=420.0).frame(frame).show(ui, |ui| {
        queue_list::show(ui, context, project, views, asks);
    });
    let frame = Frame::NONE.fill(theme.panel).inner_margin(Margin::same(8));
    Panel::right("objects").default_size(292.0).size_range(220.0..=480.0).frame(frame).show(ui, |ui| {
        side(ui, context, project, views, asks);
    });
    CentralPanel::default().frame(Frame::NONE.fill(theme.canvas)).show(ui, |ui| {
        canvas::show(ui, context, project, views, asks);
    });
    skip::show(ui.ctx(), views, asks);
}

fn side(ui: &mut Ui, context: &Context, project: &OpenProject, views: &mut LabelViews, asks: &mut Asks) {
    classes::show(ui, project, views, asks);
    ui.separator();
    let height = (ui.available_height() * 0.3).clamp(90.0, 260.0);
    objects::show(ui, project, views, asks, height);
    ui.separator();
    ScrollArea::vertical().id_salt("details").auto_shrink([false, false]).show(ui, |ui| {
        findings::show(ui, project, asks);
        editor::show(ui, project, views, asks);
        if context.settings.guideline {
            guideline::show(ui, project, views);
        }
    });
}

/// What the status bar shows of the canvas: place, colour, zoom.
pub fn read_out(ui: &mut Ui, context: &Context, views: &LabelViews) {
    let Some(image) = context.project.as_ref().and_then(|p| p.label.image()) else { return };
    ui.weak(format!("{:.0} %", views.canvas.zoom_percent()));
    if let Some(at) = views.canvas.hover() {
        ui.weak(concord_widgets::canvas::read_out(at, image.rgb_at(at)));
    }
}
