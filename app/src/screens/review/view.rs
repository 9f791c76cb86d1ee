//! The screen as a whole: its panels, and what its widgets remember.

use concord_language::tr;
use concord_widgets::parts::empty_state;
use concord_widgets::rows::ListState;
use egui::Ui;

use super::example::ExampleDraft;
use super::windows::Returning;
use super::{list, side};
use crate::context::{Ask, Asks, Context};
use crate::screens::label::{self, LabelViews, Layout, Panel};

/// Widths of the list and of the disagreements unless a person makes them others, in points.
const LIST_WIDTH: f32 = 244.0;
const SIDE_WIDTH: f32 = 348.0;

/// What the widgets of the screen remember.
#[derive(Default)]
pub struct ReviewViews {
    /// The scrolling and selection of the disagreements.
    pub(super) disagreements: ListState,
    /// The label set that is to be sent back or turned down; `None` while the window is closed.
    pub returning: Option<Returning>,
    /// Why the sample is to be opened again, as typed so far; `None` while the window is closed.
    pub reopening: Option<String>,
    /// The example that is being made of the disagreement in focus; `None` while the window is closed.
    pub example: Option<ExampleDraft>,
    /// Where the panels stand; `None` until it is read from the settings.
    pub layout: Option<Layout>,
}

impl ReviewViews {
    /// True while a window takes all keys.
    pub fn has_window(&self) -> bool {
        self.returning.is_some() || self.reopening.is_some() || self.example.is_some()
    }
}

fn title(panel: Panel) -> &'static str {
    match panel {
        Panel::Queue => tr!("review-list"),
        Panel::Canvas => tr!("label-canvas"),
        Panel::Objects => tr!("review-disagreements"),
    }
}

/// Shows the screen; `canvas` are the views of the Label screen, whose canvas it is.
pub fn show(ui: &mut Ui, context: &Context, canvas: &mut LabelViews, views: &mut ReviewViews, asks: &mut Asks) {
    let Some(project) = &context.project else {
        empty_state(ui, tr!("label-no-project"), tr!("label-no-project-hint"));
        return;
    };
    let fresh = || {
        let kept = Layout::try_read(context.settings.review_panels());
        kept.unwrap_or_else(|| Layout::of_widths(egui::Id::unique("review panels"), LIST_WIDTH, SIDE_WIDTH))
    };
    let mut layout = views.layout.take().unwrap_or_else(fresh);
    let mut pane = |ui: &mut Ui, panel: Panel| match panel {
        Panel::Queue => list::show(ui, context, project, canvas, asks),
        Panel::Canvas => label::show_canvas(ui, context, project, canvas, asks),
        Panel::Objects => side::show(ui, context, project, canvas, &mut views.disagreements, asks),
    };
    let was_moved = label::show_panels(ui, &mut layout, title, &mut pane);
    if was_moved {
        asks.send(Ask::SetReviewPanels(layout.to_text()));
    }
    views.layout = Some(layout);
    label::show_windows(ui.ctx(), project, canvas, asks);
}
