//! The window that asks why a sample is skipped.

use concord_language::{Message, say, tr};
use egui::{Context as Egui, Id, Key, Modal, TextEdit};

use super::view::LabelViews;
use crate::context::{Ask, Asks};
use crate::shell::modal_frame;

/// Reasons that often fit. The log gets their English, so that those of a team can be counted whatever they speak.
fn reasons() -> [Message; 4] {
    [say!("label-skip-unclear"), say!("label-skip-unusable"), say!("label-skip-duplicate"), say!("label-skip-outside")]
}

pub(super) fn show(egui: &Egui, views: &mut LabelViews, asks: &mut Asks) {
    let Some(reason) = &mut views.skip else { return };
    let mut chosen = None;
    let modal = Modal::new(Id::unique("skip")).frame(modal_frame(egui)).show(egui, |ui| {
        ui.set_width(360.0);
        ui.heading(tr!("label-skip-heading"));
        ui.weak(tr!("label-skip-kept"));
        ui.add_space(8.0);
        let field = TextEdit::singleline(reason).hint_text(tr!("label-skip-why")).desired_width(f32::INFINITY);
        let field = ui.add(field).accessible_name(tr!("label-skip-why-name"));
        let entered = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        if !field.has_focus() && !entered && ui.memory(|m| m.focused().is_none()) {
            field.request_focus();
        }
        ui.horizontal_wrapped(|ui| {
            for common in reasons() {
                if ui.small_button(common.local()).clicked() {
                    chosen = Some(common.to_string());
                }
            }
        });
        ui.add_space(8.0);
        let typed = reason.trim().to_owned();
        ui.horizontal(|ui| {
            let button = ui.add_enabled(!typed.is_empty(), egui::Button::new(tr!("label-skip-now")));
            if (button.clicked() || entered) && !typed.is_empty() {
                chosen = Some(typed);
            }
            ui.button(tr!("cancel")).clicked()
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
