//! Small parts that every screen needs: empty states, key hints, progress, big numbers, status, legends.

use concord_language::tr;
use egui::{
    Align2, Color32, FontId, Layout, Painter, Pos2, Rect, Response, RichText, Role, Sense, Shape, Stroke, StrokeKind,
    TextStyle, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::colormap::ColorMap;
use crate::theme::{GRID, Status, Theme};

/// Says in the middle of an empty place what belongs here and what to do next.
pub fn empty_state(ui: &mut Ui, title: &str, what_to_do_next: &str) -> Response {
    let height = ui.available_height();
    let inner = ui.vertical_centered(|ui| {
        ui.add_space((height / 2.0 - 12.0 * GRID).max(4.0 * GRID));
        ui.label(RichText::new(title).heading());
        ui.add_space(GRID);
        ui.weak(what_to_do_next);
    });
    inner.response
}

/// A key, drawn as a key cap: `Ctrl+Enter`. Adds a label with that text.
pub fn key_hint(ui: &mut Ui, keys: &str) -> Response {
    let galley = ui.painter().layout_no_wrap(keys.to_owned(), key_font(), Theme::of_ui(ui).muted);
    let size = galley.size() + vec2(2.0 * GRID, GRID);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    paint_keys(ui, rect, keys);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, ui.is_enabled(), keys));
    response
}

fn key_font() -> FontId {
    FontId::proportional(11.0)
}

/// Draws a key cap at the right end of a place and gives back where.
pub(crate) fn paint_keys(ui: &Ui, place: Rect, keys: &str) -> Rect {
    let theme = Theme::of_ui(ui);
    let galley = ui.painter().layout_no_wrap(keys.to_owned(), key_font(), theme.muted);
    let cap = Align2::RIGHT_CENTER.anchor_size(place.right_center(), galley.size() + vec2(2.0 * GRID, GRID));
    ui.painter().rect_filled(cap, 3.0, theme.field);
    ui.painter().rect_stroke(cap, 3.0, theme.hairline(), StrokeKind::Inside);
    ui.painter().galley(cap.min + vec2(GRID, GRID / 2.0), galley, theme.muted);
    cap
}

/// A state in words, with its sign and colour.
pub fn status_label(ui: &mut Ui, status: Status, text: &str) -> Response {
    let color = Theme::of_ui(ui).status(status);
    let inner = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(3.5 * GRID), Sense::hover());
        paint_status(ui.painter(), rect.center(), 3.0 * GRID, status, color);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, ui.is_enabled(), status.word()));
        ui.label(text);
    });
    inner.response
}

/// Draws the sign of a state, `side` points wide and high: a tick, a triangle, a cross or a dash, so that states are
/// told apart without their colours.
pub fn paint_status(painter: &Painter, center: Pos2, side: f32, status: Status, color: Color32) {
    let stroke = Stroke::new((side / 6.0).max(1.5), color);
    let at = |x: f32, y: f32| center + vec2(x, y) * (side / 2.0);
    match status {
        Status::Ok => {
            painter.line(vec![at(-0.9, 0.1), at(-0.25, 0.75), at(0.9, -0.7)], stroke);
        }
        Status::Warning => {
            let thin = Stroke::new((side / 9.0).max(1.0), color);
            painter.add(Shape::closed_line(vec![at(0.0, -0.9), at(1.0, 0.85), at(-1.0, 0.85)], thin));
            painter.line_segment([at(0.0, -0.3), at(0.0, 0.3)], thin);
            painter.circle_filled(at(0.0, 0.58), side / 14.0, color);
        }
        Status::Error => {
            painter.line_segment([at(-0.75, -0.75), at(0.75, 0.75)], stroke);
            painter.line_segment([at(0.75, -0.75), at(-0.75, 0.75)], stroke);
        }
        Status::Muted => {
            painter.line_segment([at(-0.7, 0.0), at(0.7, 0.0)], stroke);
        }
    }
}

/// A job that runs: what it does and how far it is.
#[derive(Debug, Clone, PartialEq)]
pub struct BusyBar<'a> {
    /// What is being done.
    pub label: &'a str,
    /// The share done, in `[0, 1]`; `None` when it is not known.
    pub fraction: Option<f32>,
    /// Rate and remaining time in words, or an empty text.
    pub detail: &'a str,
    /// Whether a button to cancel is shown.
    pub can_cancel: bool,
}

impl BusyBar<'_> {
    /// Shows the job in one line; true when the user asked to cancel it.
    ///
    /// A bar without a known share is drawn as a track with a mark, not moving: nothing is repainted for its sake.
    pub fn show(&self, ui: &mut Ui) -> bool {
        ui.horizontal(|ui| {
            ui.label(self.label);
            let width = 160.0_f32.min(ui.available_width());
            let (rect, response) = ui.allocate_exact_size(vec2(width, 2.0 * GRID), Sense::hover());
            self.paint(ui, rect);
            response.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::ProgressIndicator, ui.is_enabled(), self.label);
                info.value = self.fraction.map(|fraction| f64::from(fraction.clamp(0.0, 1.0)) * 100.0);
                info
            });
            if let Some(fraction) = self.fraction {
                ui.label(format!("{:.0} %", fraction.clamp(0.0, 1.0) * 100.0));
            }
            if !self.detail.is_empty() {
                ui.weak(self.detail);
            }
            self.can_cancel && ui.button(tr!("cancel")).accessible_name(tr!("cancel-job", job = self.label)).clicked()
        })
        .inner
    }

    fn paint(&self, ui: &Ui, rect: Rect) {
        let theme = Theme::of_ui(ui);
        ui.painter().rect_filled(rect, 4.0, theme.line);
        let done = match self.fraction {
            Some(fraction) => rect.with_max_x(rect.left() + rect.width() * fraction.clamp(0.0, 1.0)),
            None => Rect::from_center_size(rect.center(), vec2(rect.width() / 4.0, rect.height())),
        };
        ui.painter().rect_filled(done, 4.0, theme.accent);
    }
}

/// A number that matters: large, with its interval and support beside it, all read as one label.
pub fn big_number(ui: &mut Ui, name: &str, value: &str, beside: &str) -> Response {
    let theme = Theme::of_ui(ui);
    let painter = ui.painter();
    let name_text = painter.layout_no_wrap(name.to_owned(), FontId::proportional(11.0), theme.muted);
    let value_text = painter.layout_no_wrap(value.to_owned(), FontId::proportional(26.0), theme.strong);
    let beside_text = painter.layout_no_wrap(beside.to_owned(), TextStyle::Body.resolve(ui.style()), theme.muted);
    let gap = 2.0 * GRID;
    let width = name_text.size().x.max(value_text.size().x + gap + beside_text.size().x);
    let height = name_text.size().y + value_text.size().y;
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, ui.is_enabled(), format!("{name}: {value} {beside}").trim_end())
    });
    let value_at = rect.left_top() + vec2(0.0, name_text.size().y);
    let drop = (value_text.size().y - beside_text.size().y) * 0.8;
    let beside_at = value_at + vec2(value_text.size().x + gap, drop);
    ui.painter().galley(rect.min, name_text, theme.muted);
    ui.painter().galley(value_at, value_text, theme.strong);
    ui.painter().galley(beside_at, beside_text, theme.muted);
    response
}

/// The colours of a colour map from low to high, with the values at both ends.
pub fn color_map_legend(ui: &mut Ui, map: ColorMap, low: &str, high: &str) -> Response {
    let inner = ui.allocate_ui_with_layout(vec2(220.0, 16.0), Layout::left_to_right(egui::Align::Center), |ui| {
        ui.weak(low);
        let (rect, response) = ui.allocate_exact_size(vec2(128.0, 2.5 * GRID), Sense::hover());
        let mut mesh = egui::Mesh::default();
        for step in 0..64_u8 {
            let width = rect.width() / 64.0;
            let left = rect.left() + f32::from(step) * width;
            let part = Rect::from_min_size(pos2(left, rect.top()), Vec2::new(width, rect.height()));
            mesh.add_colored_rect(part, map.color(f64::from(step) / 63.0));
        }
        ui.painter().add(mesh);
        let name = tr!("colours-from-to", map = map.name(), low = low, high = high);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, ui.is_enabled(), &name));
        ui.weak(high);
    });
    inner.response
}
