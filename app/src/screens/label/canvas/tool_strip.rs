//! The tools at the left edge of the canvas: one button each, with a drawn sign, its name and keys on hover.

use concord_domain::tool::ToolKind;
use concord_widgets::theme::Theme;
use egui::{Frame, Margin, Panel, Ui};

use super::super::view::{Hand, LabelViews};
use super::signs::{SIDE, Sign, sign_button};
use crate::actions::Action;
use crate::context::{Asks, Context, OpenProject};

/// The tools with their actions, in the order of the strip.
const TOOLS: [(Action, ToolKind); 11] = [
    (Action::SelectTool, ToolKind::Select),
    (Action::BoxTool, ToolKind::Box),
    (Action::RotatedBoxTool, ToolKind::RotatedBox),
    (Action::PolygonTool, ToolKind::Polygon),
    (Action::PolylineTool, ToolKind::Polyline),
    (Action::BrushTool, ToolKind::Brush),
    (Action::EraserTool, ToolKind::Eraser),
    (Action::EllipseTool, ToolKind::Ellipse),
    (Action::PointsTool, ToolKind::Points),
    (Action::Slice, ToolKind::Slice),
    (Action::PromptTool, ToolKind::Prompt),
];

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, views: &LabelViews, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    let frame = Frame::NONE.fill(theme.panel).inner_margin(Margin::same(4));
    Panel::left("tools").resizable(false).exact_size(SIDE + 8.0).frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let in_hand = project.label.tool.kind();
        for (action, kind) in TOOLS {
            let is_in_hand = in_hand == kind && views.hand == Hand::Tool;
            sign_button(ui, context, action, Sign::Tool(kind), Some(is_in_hand), asks);
            if kind == ToolKind::Select {
                ui.separator();
            }
        }
        ui.separator();
        sign_button(ui, context, Action::ToggleRuler, Sign::Ruler, Some(views.hand == Hand::Ruler), asks);
        sign_button(ui, context, Action::Tone, Sign::Tone, Some(views.tone.open || views.tone.is_changed()), asks);
    });
}
