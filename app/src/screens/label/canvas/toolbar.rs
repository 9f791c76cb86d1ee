//! The tools above the canvas: what the pointer does, suggestions, saliency, and on to the next sample.

use concord_domain::label_set::Status as LabelStatus;
use concord_domain::tool::{BoxBy, ToolKind};
use concord_language::tr;
use concord_widgets::parts::status_label;
use concord_widgets::theme::Status;
use egui::{Align, Layout, Slider, Ui, vec2};

use super::signs::{SIDE, Sign, sign_button};
use super::{layers_menu, prompt_options, saliency_menu};
use crate::actions::Action;
use crate::context::{Ask, Asks, Context, OpenProject};
use crate::screens::label::are_shown;
use crate::screens::review;
use crate::shell::buttons::{Look, action_button};
use crate::shell::buttons_width;

pub(super) fn show(ui: &mut Ui, context: &Context, project: &OpenProject, filter: &mut String, asks: &mut Asks) {
    let button = |ui: &mut Ui, asks: &mut Asks, action, look, text| {
        action_button(ui, context, asks, action, look, Some(text));
    };
    // The right part first, so that the left one knows how much room there is.
    let row = vec2(ui.available_width(), SIDE);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        if project.label.is_reviewing() {
            review::show_decisions(ui, context, project, asks);
        } else {
            button(ui, asks, Action::SubmitAndNext, Look::Primary, tr!("label-submit"));
            button(ui, asks, Action::Skip, Look::Plain, tr!("label-skip"));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            sign_button(ui, context, Action::Undo, Sign::Undo, None, asks);
            sign_button(ui, context, Action::Redo, Sign::Redo, None, asks);
            ui.separator();
            button(ui, asks, Action::Fit, Look::Plain, tr!("label-fit"));
            tool_options(ui, context, project, asks);
        });
    });
    let row = vec2(ui.available_width(), ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        if project.label.is_reviewing() {
            review::show_progress(ui, project);
        } else {
            state(ui, project);
        }
        ui.with_layout(Layout::left_to_right(Align::Center).with_main_wrap(true), |ui| {
            suggestions(ui, context, project, asks);
            ui.separator();
            saliency_menu::show(ui, context, project, filter, asks);
        });
    });
}

/// What can be set about the tool in hand.
fn tool_options(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    let options = &project.label.options;
    ui.spacing_mut().slider_width = 80.0;
    match project.label.tool.kind() {
        ToolKind::Brush | ToolKind::Eraser => {
            let mut diameter = options.brush_radius_px * 2.0;
            let slider = Slider::new(&mut diameter, 1.0..=1000.0).logarithmic(true).suffix(" px").fixed_decimals(0);
            let slider = ui.add(slider).accessible_name(tr!("label-brush-size"));
            let slider = slider.on_hover_text(tr!("label-brush-size-hint"));
            if slider.changed() {
                asks.send(Ask::SetBrush(diameter / 2.0));
            }
        }
        // What does not fit is in the palette as well.
        ToolKind::Box if ui.available_width() > buttons_width(ui, &[tr!("label-extreme-points")]) => {
            let by_points = options.box_by == BoxBy::ExtremePoints;
            let words = Some(tr!("label-extreme-points"));
            action_button(ui, context, asks, Action::ExtremePoints, Look::Toggle(by_points), words);
        }
        ToolKind::Prompt => prompt_options::show(ui, context, project, asks),
        _ => {}
    }
}

/// Draft or submitted.
fn state(ui: &mut Ui, project: &OpenProject) {
    let Some(session) = project.label.session() else { return };
    let skipped = project.label.queue.is_done(&session.sample.id);
    match session.status {
        LabelStatus::Submitted { revision } => {
            status_label(ui, Status::Ok, &tr!("label-state-submitted", revision = revision))
        }
        LabelStatus::Draft { .. } if skipped => status_label(ui, Status::Muted, tr!("label-state-skipped")),
        LabelStatus::Draft { revision: 0 } => status_label(ui, Status::Muted, tr!("label-state-draft")),
        LabelStatus::Draft { revision } => {
            status_label(ui, Status::Muted, &tr!("label-state-draft-after", revision = revision))
        }
    };
}

fn suggestions(ui: &mut Ui, context: &Context, project: &OpenProject, asks: &mut Asks) {
    let on = are_shown(context, &project.label);
    action_button(ui, context, asks, Action::ToggleSuggestions, Look::Toggle(on), None);
    if !on {
        return;
    }
    let mut threshold = context.settings.threshold;
    ui.spacing_mut().slider_width = 64.0;
    let slider = ui.add(Slider::new(&mut threshold, 0.0..=1.0).fixed_decimals(2));
    let slider = slider.accessible_name(tr!("label-threshold")).on_hover_text(tr!("label-threshold-hint"));
    if slider.changed() {
        asks.send(Ask::SetThreshold(threshold));
    }
    layers_menu::show(ui, context, project, asks);
    action_button(ui, context, asks, Action::AcceptAllSuggestions, Look::Plain, Some(tr!("label-accept-all")));
}
