//! Signs that are drawn, and buttons that show one.

use concord_domain::tool::ToolKind;
use concord_language::tr;
use concord_widgets::theme::Theme;
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Sense, Shape, Stroke, Ui, pos2, vec2};

use crate::actions::{Action, disabled_reason};
use crate::context::{Asks, Context};
use crate::shell::title_of;

/// Side of a button, in points.
pub(super) const SIDE: f32 = 30.0;

/// What a button shows.
#[derive(Clone, Copy)]
pub(super) enum Sign {
    Tool(ToolKind),
    Ruler,
    Tone,
    Undo,
    Redo,
}

/// A button that shows a sign; its name and keys appear on hover. `is_on` is `None` for what is no switch.
pub(super) fn sign_button(
    ui: &mut Ui,
    context: &Context,
    action: Action,
    shown: Sign,
    is_on: Option<bool>,
    asks: &mut Asks,
) {
    let theme = Theme::of_ui(ui);
    let (title, keys) = (title_of(action, context), context.keymap.words(action));
    let reason = disabled_reason(action, context);
    let hint = if keys.is_empty() { title.clone() } else { format!("{title} ({keys})") };
    let (rect, response) = ui.allocate_exact_size(vec2(SIDE, SIDE), Sense::click());
    let response = response.on_hover_text(match reason {
        Some(reason) => tr!("shell-button-reason", action = hint, reason = reason),
        None => hint,
    });
    response.widget_info(|| match is_on {
        Some(on) => egui::WidgetInfo::selected(egui::Role::Button, reason.is_none(), on, title.as_str()),
        None => egui::WidgetInfo::labeled(egui::Role::Button, reason.is_none(), title.as_str()),
    });
    let is_in_hand = is_on == Some(true);
    let ground = if is_in_hand {
        theme.selection
    } else if response.hovered() || response.has_focus() {
        theme.field
    } else {
        Color32::TRANSPARENT
    };
    ui.painter().rect_filled(rect, 4.0, ground);
    let ink = match (is_in_hand, reason.is_some()) {
        (true, _) => theme.strong,
        (false, true) => theme.muted,
        (false, false) => theme.text,
    };
    match shown {
        Sign::Tool(kind) => sign(ui.painter(), rect.shrink(7.0), kind, ink),
        Sign::Ruler => ruler(ui.painter(), rect.shrink(7.0), ink),
        Sign::Tone => tone(ui.painter(), rect.shrink(7.0), ink),
        Sign::Undo => arrow(ui.painter(), rect.shrink(7.0), -1.0, ink),
        Sign::Redo => arrow(ui.painter(), rect.shrink(7.0), 1.0, ink),
    }
    if response.clicked() && reason.is_none() {
        asks.invoke(action);
    }
}

/// An arrow that goes back, to the left (`way` −1), or forth, to the right (1), over the top of a half circle.
fn arrow(painter: &Painter, square: Rect, way: f32, ink: Color32) {
    let line = Stroke::new(1.5, ink);
    let (center, radius) = (square.center() + vec2(0.0, square.height() * 0.2), square.width() * 0.45);
    let arc = (0..=12).map(|n| std::f32::consts::PI * n as f32 / 12.0);
    let arc: Vec<Pos2> = arc.map(|angle| center + radius * vec2(way * angle.cos(), -angle.sin())).collect();
    let tip = arc[0];
    painter.add(Shape::line(arc, line));
    let barb = square.width() * 0.3;
    painter.add(Shape::line(vec![tip + vec2(-barb, -barb * 0.9), tip, tip + vec2(barb * 0.9, -barb)], line));
}

/// A ruler with its marks.
fn ruler(painter: &Painter, square: Rect, ink: Color32) {
    let line = Stroke::new(1.5, ink);
    let body = Rect::from_center_size(square.center(), vec2(square.width() + 2.0, square.height() * 0.5));
    painter.rect_stroke(body, 1.0, line, egui::StrokeKind::Middle);
    for n in 1..4 {
        let x = body.left() + body.width() * n as f32 / 4.0;
        painter.line_segment([pos2(x, body.top()), pos2(x, body.center().y)], line);
    }
}

/// A disc that is half dark.
fn tone(painter: &Painter, square: Rect, ink: Color32) {
    let (center, radius) = (square.center(), square.width() / 2.0);
    painter.circle_stroke(center, radius, Stroke::new(1.5, ink));
    let edge = (0..=16).map(|n| std::f32::consts::FRAC_PI_2 + std::f32::consts::PI * n as f32 / 16.0);
    let half: Vec<Pos2> = edge.map(|angle| center + radius * vec2(angle.cos(), angle.sin())).collect();
    painter.add(Shape::convex_polygon(half, ink, Stroke::NONE));
}

/// Draws the sign of a tool into a square.
fn sign(painter: &Painter, square: Rect, kind: ToolKind, ink: Color32) {
    let line = Stroke::new(1.5, ink);
    let at = |x: f32, y: f32| pos2(square.left() + x * square.width(), square.top() + y * square.height());
    let path = |points: &[(f32, f32)], closed: bool| {
        let points: Vec<Pos2> = points.iter().map(|(x, y)| at(*x, *y)).collect();
        painter.add(if closed { Shape::closed_line(points, line) } else { Shape::line(points, line) });
    };
    match kind {
        ToolKind::Select => {
            let arrow = [(0.2, 0.0), (0.2, 0.85), (0.42, 0.65), (0.58, 1.0), (0.72, 0.93), (0.56, 0.6), (0.85, 0.58)];
            path(&arrow, true);
        }
        ToolKind::Box => path(&[(0.0, 0.15), (1.0, 0.15), (1.0, 0.85), (0.0, 0.85)], true),
        ToolKind::RotatedBox => path(&[(0.4, 0.0), (1.0, 0.55), (0.6, 1.0), (0.0, 0.45)], true),
        ToolKind::Polygon => path(&[(0.5, 0.0), (1.0, 0.4), (0.8, 1.0), (0.2, 1.0), (0.0, 0.4)], true),
        ToolKind::Polyline => {
            let points = [(0.0, 0.9), (0.35, 0.3), (0.65, 0.7), (1.0, 0.1)];
            path(&points, false);
            for (x, y) in points {
                painter.circle_filled(at(x, y), 2.0, ink);
            }
        }
        ToolKind::Brush => {
            painter.line_segment([at(0.95, 0.05), at(0.45, 0.6)], Stroke::new(3.0, ink));
            painter.circle_filled(at(0.28, 0.78), 4.0, ink);
        }
        ToolKind::Eraser => {
            path(&[(0.55, 0.05), (1.0, 0.45), (0.5, 0.95), (0.05, 0.55)], true);
            path(&[(0.3, 0.3), (0.75, 0.7)], false);
        }
        ToolKind::Ellipse => {
            painter.add(Shape::ellipse_stroke(square.center(), vec2(0.52, 0.36) * square.size(), line));
        }
        ToolKind::Points => {
            let points = [(0.1, 0.85), (0.5, 0.2), (0.9, 0.75)];
            path(&points, false);
            for (x, y) in points {
                painter.circle_filled(at(x, y), 3.0, ink);
            }
        }
        ToolKind::Prompt => {
            // A star, as for what is found and not drawn, and the click that finds it.
            let star = [
                (0.5, 0.0),
                (0.62, 0.38),
                (1.0, 0.5),
                (0.62, 0.62),
                (0.5, 1.0),
                (0.38, 0.62),
                (0.0, 0.5),
                (0.38, 0.38),
            ];
            path(&star, true);
            painter.circle_filled(at(0.92, 0.92), 2.0, ink);
        }
        ToolKind::Slice => {
            path(&[(0.0, 0.2), (0.8, 0.2), (0.8, 0.9), (0.0, 0.9)], true);
            painter.text(at(0.6, 0.5), Align2::CENTER_CENTER, "/", FontId::proportional(20.0), ink);
        }
    }
}
