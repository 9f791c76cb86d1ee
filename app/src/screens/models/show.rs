//! The registry as a table, with one model in detail beside it.

use concord_domain::model::ModelSignature;
use concord_language::tr;
use concord_project::model::ListedModel;
use concord_widgets::parts::{empty_state, status_label};
use concord_widgets::theme::{GRID, Status};
use egui::{Button, Frame, Grid, Panel, RichText, ScrollArea, TextEdit, Ui};

use super::{ModelsAsk, ModelsViews, detail, proposal};
use crate::actions::Action;
use crate::context::{Asks, Context};
use crate::jobs::Request;
use crate::jobs::models::ModelWork;
use crate::shell::buttons::{Look, action_button};

/// Shows the screen.
pub fn show(ui: &mut Ui, context: &Context, views: &mut ModelsViews, asks: &mut Asks) {
    let Some(project) = &context.project else {
        empty_state(ui, tr!("models-no-project"), tr!("models-no-project-next"));
        return;
    };
    let listed = project.models.listed.as_deref().unwrap_or_default();
    let chosen = views.chosen.as_ref().and_then(|sha| listed.iter().find(|m| m.row.model.sha256 == *sha));
    if let Some(chosen) = chosen.or(listed.first()) {
        let width = (ui.available_width() * 0.42).clamp(300.0, 560.0);
        Panel::right("model").default_size(width).min_size(280.0).resizable(true).show(ui, |ui| {
            detail::show(ui, context, chosen, asks);
        });
    }
    Frame::NONE.inner_margin(16).show(ui, |ui| {
        ui.heading(tr!("models-heading"));
        ui.add_space(GRID);
        add_line(ui, context, views, asks);
        ui.add_space(2.0 * GRID);
        if let Some(failure) = &project.models.failure {
            status_label(ui, Status::Error, &failure.what);
            crate::shell::explanation(ui, failure);
        } else if project.models.listed.is_none() {
            ui.weak(tr!("models-reading"));
        } else if listed.is_empty() {
            empty_state(ui, tr!("models-none"), tr!("models-none-next"));
        } else {
            table(ui, listed, views);
        }
    });
    if let Some(waiting) = &project.models.proposal {
        proposal::show(ui, waiting, &mut views.form, asks);
    }
}

/// A path to type, for where there is no file dialog, and the dialog.
fn add_line(ui: &mut Ui, context: &Context, views: &mut ModelsViews, asks: &mut Asks) {
    let busy = context.outstanding.awaits(&Request::Model(ModelWork::Propose));
    ui.horizontal(|ui| {
        action_button(ui, context, asks, Action::AddModel, Look::Plain, None);
        let field = TextEdit::singleline(&mut views.path).hint_text(tr!("models-path-hint"));
        let room = (ui.available_width() - 120.0).clamp(120.0, 420.0);
        let response = ui.add(field.desired_width(room)).on_hover_text(tr!("models-path-hint"));
        response.widget_info(|| {
            egui::WidgetInfo::text_edit(true, String::new(), views.path.as_str(), tr!("models-path-hint"))
        });
        let path = views.path.trim();
        let entered = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        let can = !path.is_empty() && !busy;
        if ui.add_enabled(can, Button::new(tr!("models-look"))).clicked() || (entered && can) {
            asks.send(ModelsAsk::Propose(path.into()).into());
        }
        if busy {
            ui.spinner();
        }
    });
}

fn table(ui: &mut Ui, listed: &[ListedModel], views: &mut ModelsViews) {
    let headings = [
        tr!("models-column-name"),
        tr!("models-column-family"),
        tr!("models-column-classes"),
        tr!("models-column-signature"),
        tr!("models-column-calibrated"),
        tr!("models-column-speed"),
        tr!("models-column-state"),
    ];
    ScrollArea::both().auto_shrink([false, false]).show(ui, |ui| {
        Grid::new("models").striped(true).spacing([20.0, 6.0]).show(ui, |ui| {
            for heading in headings {
                ui.label(RichText::new(heading).strong());
            }
            ui.end_row();
            for (index, item) in listed.iter().enumerate() {
                let entry = &item.row.model;
                let is_chosen = views.chosen.as_ref().map_or(index == 0, |sha| *sha == entry.sha256);
                if ui.selectable_label(is_chosen, &entry.name).clicked() {
                    views.chosen = Some(entry.sha256.clone());
                }
                ui.label(&entry.family);
                // A pair has neither classes nor scores of its own.
                let none = || "–".to_owned();
                let is_pair = entry.is_prompted();
                ui.label(if is_pair { none() } else { entry.classes.len().to_string() });
                signature(ui, &entry.signature);
                let calibrated = item.row.calibration.as_ref().map(|c| detail::calibrator(&c.fitted.calibrator));
                let otherwise = || if is_pair { none() } else { tr!("models-no").to_owned() };
                ui.label(calibrated.unwrap_or_else(otherwise));
                let speed = item.row.speeds.last();
                ui.label(speed.map_or_else(none, |(_, s)| format!("{:.1}", s.images_per_second)));
                state(ui, item);
                ui.end_row();
            }
        });
    });
}

fn signature(ui: &mut Ui, signature: &ModelSignature) {
    match signature {
        ModelSignature::Unsigned => {
            status_label(ui, Status::Muted, tr!("models-unsigned"));
        }
        ModelSignature::Valid { key_id, key_name, trusted_comment } => {
            status_label(ui, Status::Ok, tr!("models-signed"))
                .on_hover_text(format!("{key_name} ({key_id})\n{trusted_comment}"));
        }
    }
}

pub(super) fn state(ui: &mut Ui, item: &ListedModel) {
    match (item.row.is_retired, item.is_present) {
        (true, _) => status_label(ui, Status::Muted, tr!("models-retired")),
        (false, true) => status_label(ui, Status::Ok, tr!("models-ready")),
        (false, false) => status_label(ui, Status::Error, tr!("models-missing")),
    };
}
