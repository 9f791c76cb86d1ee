//! The panels of a screen with a canvas: where they stand is the person's own, and is kept.

use concord_language::tr;
use concord_widgets::theme::{GRID, Theme};
use egui::{CursorIcon, Frame, Id, Margin, Rect, Role, Sense, Stroke, Style, Ui, Vec2, WidgetInfo, WidgetText, vec2};
use egui_tiles::{
    Behavior, Container, EditAction, LinearDir, ResizeState, SimplificationOptions, Tile, TileId, Tiles, Tree,
    UiResponse,
};
use serde::{Deserialize, Serialize};

/// Least width and height of a panel, in points.
const LEAST: f32 = 150.0;
/// Widths of the queue and of the objects unless a person makes them others, in points.
const QUEUE_WIDTH: f32 = 228.0;
const OBJECTS_WIDTH: f32 = 292.0;
/// Height of the handle by which a panel is moved, in points.
const HANDLE: f32 = 2.0 * GRID;

/// A panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Panel {
    /// The samples in order of their rank.
    Queue,
    /// The image.
    Canvas,
    /// What is known of the objects, and the guideline.
    Objects,
}

impl Panel {
    const ALL: [Self; 3] = [Self::Queue, Self::Canvas, Self::Objects];

    /// What it is called on the Label screen.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Queue => tr!("label-queue"),
            Self::Canvas => tr!("label-canvas"),
            Self::Objects => tr!("label-objects-list"),
        }
    }
}

/// Where the panels stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout(Tree<Panel>);

impl Default for Layout {
    /// The queue at the left, the canvas in the middle, the objects at the right.
    fn default() -> Self {
        Self::of_widths(Id::unique("label panels"), QUEUE_WIDTH, OBJECTS_WIDTH)
    }
}

impl Layout {
    /// The list at the left and the details at the right, of these widths, and the canvas between them; `id` tells the
    /// layout from those of other screens.
    pub(crate) fn of_widths(id: Id, list: f32, details: f32) -> Self {
        let mut tiles = Tiles::default();
        let panels = Panel::ALL.map(|panel| tiles.insert_pane(panel));
        let root = tiles.insert_horizontal_tile(panels.to_vec());
        if let Some(Tile::Container(Container::Linear(linear))) = tiles.get_mut(root) {
            // Shares are points: what is left of the width goes to the canvas.
            for (panel, share) in panels.into_iter().zip([list, 0.0, details]) {
                linear.shares.set_share(panel, share);
            }
        }
        Self(Tree::new(id, root, tiles))
    }

    /// Reads what [`Layout::to_text`] wrote; the default where that cannot be used.
    pub fn read(text: &str) -> Self {
        Self::try_read(text).unwrap_or_default()
    }

    /// Reads what [`Layout::to_text`] wrote; `None` where that cannot be used.
    pub(crate) fn try_read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self).filter(Self::is_whole)
    }

    /// As it is kept in the settings.
    pub fn to_text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// True when every panel is there once and can be seen or reached by a tab.
    fn is_whole(&self) -> bool {
        let is_under_root = |id: TileId| {
            let mut at = id;
            // A way up that is longer than there are tiles goes round in a circle.
            for _ in 0..=self.0.tiles.len() {
                match self.0.tiles.parent_of(at) {
                    Some(parent) => at = parent,
                    None => return self.0.is_root(at),
                }
            }
            false
        };
        let panes: Vec<(TileId, Panel)> = self
            .0
            .tiles
            .iter()
            .filter_map(|(id, tile)| if let Tile::Pane(panel) = tile { Some((*id, *panel)) } else { None })
            .collect();
        panes.len() == Panel::ALL.len()
            && Panel::ALL.iter().all(|panel| panes.iter().any(|(_, other)| other == panel))
            && panes.iter().all(|(id, _)| self.0.is_visible(*id) && is_under_root(*id))
    }

    /// Gives what the window became wider or narrower to the canvas, where it stands beside others.
    fn fit(&mut self, width: f32, gap: f32) {
        let Some(root) = self.0.root() else { return };
        let Some(canvas) = self.0.tiles.find_pane(&Panel::Canvas) else { return };
        let mut child = canvas;
        while let Some(parent) = self.0.tiles.parent_of(child).filter(|parent| *parent != root) {
            child = parent;
        }
        let Some(Tile::Container(Container::Linear(linear))) = self.0.tiles.get_mut(root) else { return };
        if linear.dir != LinearDir::Horizontal || !linear.children.contains(&child) {
            return;
        }
        let others: f32 = linear.children.iter().filter(|id| **id != child).map(|id| linear.shares[*id]).sum();
        let gaps = gap * linear.children.len().saturating_sub(1) as f32;
        linear.shares.set_share(child, (width - gaps - others).max(LEAST));
    }
}

/// Shows the panels, each drawn by `pane` and named by `title`; true when somebody moved one.
pub(crate) fn show(
    ui: &mut Ui,
    layout: &mut Layout,
    title: fn(Panel) -> &'static str,
    pane: &mut dyn FnMut(&mut Ui, Panel),
) -> bool {
    let mut screen = Screen { title, pane, was_moved: false };
    layout.fit(ui.available_width(), screen.gap_width(ui.style()));
    layout.0.ui(&mut screen, ui);
    screen.was_moved
}

/// What the panels show.
struct Screen<'a> {
    title: fn(Panel) -> &'static str,
    pane: &'a mut dyn FnMut(&mut Ui, Panel),
    was_moved: bool,
}

impl Behavior<Panel> for Screen<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _: TileId, panel: &mut Panel) -> UiResponse {
        let theme = Theme::of_ui(ui);
        let (fill, margin) = match panel {
            Panel::Queue => (theme.panel, 4),
            Panel::Canvas => (theme.canvas, 0),
            Panel::Objects => (theme.panel, 8),
        };
        ui.painter().rect_filled(ui.max_rect(), 0.0, fill);
        let is_dragged = *panel != Panel::Canvas && handle(ui, (self.title)(*panel)).drag_started();
        let margin = Margin { top: if *panel == Panel::Canvas { 0 } else { HANDLE as i8 }, ..Margin::same(margin) };
        Frame::NONE.inner_margin(margin).show(ui, |ui| (self.pane)(ui, *panel));
        if is_dragged { UiResponse::DragStarted } else { UiResponse::None }
    }

    fn tab_title_for_pane(&mut self, panel: &Panel) -> WidgetText {
        (self.title)(*panel).into()
    }

    fn min_size(&self) -> f32 {
        LEAST
    }

    fn gap_width(&self, _: &Style) -> f32 {
        1.0
    }

    fn resize_stroke(&self, style: &Style, state: ResizeState) -> Stroke {
        let visuals = &style.visuals;
        match state {
            ResizeState::Idle => visuals.widgets.noninteractive.bg_stroke,
            ResizeState::Hovering => visuals.widgets.hovered.fg_stroke,
            ResizeState::Dragging => visuals.widgets.active.fg_stroke,
        }
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions { all_panes_must_have_tabs: false, ..SimplificationOptions::default() }
    }

    /// Ctrl+Tab belongs to the keymap.
    fn cycle_tabs_with_keyboard(&self) -> bool {
        false
    }

    fn on_edit(&mut self, action: EditAction) {
        self.was_moved |= action != EditAction::TileDragged;
    }
}

/// The handle at the top of a panel.
fn handle(ui: &Ui, title: &str) -> egui::Response {
    let theme = Theme::of_ui(ui);
    let rect = Rect::from_min_size(ui.max_rect().min, vec2(ui.max_rect().width(), HANDLE));
    let response = ui.interact(rect, ui.scope_id().with("handle"), Sense::DRAG);
    let name = tr!("label-move-panel", panel = title);
    response.widget_info(|| WidgetInfo::labeled(Role::Splitter, ui.is_enabled(), &name));
    let color = if response.hovered() { theme.text } else { theme.line };
    for step in -2..=2_i8 {
        ui.painter().circle_filled(rect.center() + Vec2::X * f32::from(step) * GRID * 1.5, 1.0, color);
    }
    response.on_hover_cursor(CursorIcon::Grab).on_hover_text(tr!("label-move-panel-hint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(layout: &Layout) -> Vec<f32> {
        let root = layout.0.root().expect("there is a root");
        let Some(Tile::Container(Container::Linear(linear))) = layout.0.tiles.get(root) else { panic!("it is a row") };
        linear.children.iter().map(|id| linear.shares[*id]).collect()
    }

    #[test]
    fn a_layout_is_read_as_it_was_written() {
        let mut layout = Layout::default();
        layout.fit(1000.0, 1.0);
        assert_eq!(Layout::read(&layout.to_text()), layout);
    }

    #[test]
    fn a_text_that_lacks_a_panel_gives_the_default() {
        let mut tiles = Tiles::default();
        let panes = vec![tiles.insert_pane(Panel::Queue), tiles.insert_pane(Panel::Canvas)];
        let root = tiles.insert_tab_tile(panes);
        let lacking = Layout(Tree::new(Id::unique("label panels"), root, tiles));
        let mut twice = Layout::default();
        let _ = twice.0.tiles.insert_pane(Panel::Queue);
        let mut hidden = Layout::default();
        let queue = hidden.0.tiles.find_pane(&Panel::Queue).expect("it is there");
        hidden.0.set_visible(queue, false);
        let mut rootless = Layout::default();
        rootless.0.root = None;
        for layout in [lacking, twice, hidden, rootless] {
            assert_eq!(Layout::read(&layout.to_text()), Layout::default());
        }
        for text in ["", "{}", "[1]", "{\"root\":7}"] {
            assert_eq!(Layout::read(text), Layout::default());
        }
    }

    #[test]
    fn the_canvas_takes_what_the_window_gains_or_loses() {
        let mut layout = Layout::default();
        layout.fit(1282.0, 1.0);
        assert_eq!(shares(&layout), [228.0, 1282.0 - 2.0 - 228.0 - 292.0, 292.0]);
        layout.fit(1902.0, 1.0);
        assert_eq!(shares(&layout), [228.0, 1900.0 - 228.0 - 292.0, 292.0]);
        layout.fit(400.0, 1.0);
        assert_eq!(shares(&layout), [228.0, LEAST, 292.0]);
    }
}
