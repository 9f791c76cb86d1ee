//! The window that asks to how many samples the selection is copied.

use egui::{Context as Egui, DragValue, Id, Key, Modal};

use super::view::LabelViews;
use crate::actions::Action;
use crate::context::{Ask, Asks};

pub(super) fn show(egui: &Egui, views: &mut LabelViews, asks: &mut Asks) {
    let Some(count) = &mut views.propagate else { return };
    let mut copies = false;
    let modal = Modal::new(Id::unique("propagate")).show(egui, |ui| {
        ui.set_width(360.0);
        ui.heading("Copy to the samples that follow");
        ui.weak("Samples of the same folder in order of their names, of the same size and not submitted");
        ui.add_space(8.0);
        let field = ui.horizontal(|ui| {
            ui.label("How many");
            ui.add(DragValue::new(count).range(1..=10_000)).accessible_name("How many samples")
        });
        let entered = field.inner.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        if !field.inner.has_focus() && !entered && ui.memory(|m| m.focused().is_none()) {
            field.inner.request_focus();
        }
        ui.add_space(4.0);
        ui.weak("Move the last copy where the thing is by then, come back here, and interpolate");
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            copies = ui.button("Copy").clicked() || entered;
            if ui
                .button("Interpolate copies")
                .on_hover_text("Place the copies between here and the moved one")
                .clicked()
            {
                asks.invoke(Action::Interpolate);
                return true;
            }
            ui.button("Cancel").clicked()
        })
        .inner
    });
    if copies {
        asks.send(Ask::Propagate(*count));
    }
    if copies || modal.inner || modal.should_close() {
        views.propagate = None;
    }
}
