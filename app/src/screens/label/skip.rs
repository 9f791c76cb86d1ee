//! The window that asks why a sample is skipped.

use egui::{Context as Egui, Id, Key, Modal, TextEdit};

use super::view::LabelViews;
use crate::context::{Ask, Asks};

/// Reasons that often fit.
const REASONS: [&str; 4] = ["not sure what this shows", "image is unusable", "duplicate", "outside the task"];

pub(super) fn show(egui: &Egui, views: &mut LabelViews, asks: &mut Asks) {
    let Some(reason) = &mut views.skip else { return };
    let mut chosen = None;
    let modal = Modal::new(Id::unique("skip")).show(egui, |ui| {
        ui.set_width(360.0);
        ui.heading("Skip this sample");
        ui.weak("The reason is kept in the log");
        ui.add_space(8.0);
        let field = TextEdit::singleline(reason).hint_text("Why?").desired_width(f32::INFINITY);
        let field = ui.add(field).accessible_name("Reason for skipping");
        let entered = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        if !field.has_focus() && !entered && ui.memory(|m| m.focused().is_none()) {
            field.request_focus();
        }
        ui.horizontal_wrapped(|ui| {
            for common in REASONS {
                if ui.small_button(common).clicked() {
                    chosen = Some(common.to_owned());
                }
            }
        });
        ui.add_space(8.0);
        let typed = reason.trim().to_owned();
        ui.horizontal(|ui| {
            let button = ui.add_enabled(!typed.is_empty(), egui::Button::new("Skip"));
            if (button.clicked() || entered) && !typed.is_empty() {
                chosen = Some(typed);
            }
            ui.button("Cancel").clicked()
        })
        .inner
    });
    let cancelled = modal.inner || modal.should_close();
    if let Some(reason) = chosen {
        asks.send(Ask::Skip(reason));
        views.skip = None;
    } else if cancelled {
        views.skip = None;
    }
}
