//! The window that asks to how many samples the selection is copied.

use concord_language::tr;
use egui::{Context as Egui, DragValue, Id, Key, Modal};

use super::view::LabelViews;
use crate::actions::Action;
use crate::context::{Ask, Asks};
use crate::shell::modal_frame;

pub(super) fn show(egui: &Egui, views: &mut LabelViews, asks: &mut Asks) {
    let Some(count) = &mut views.propagate else { return };
    let mut copies = false;
    let modal = Modal::new(Id::unique("propagate")).frame(modal_frame(egui)).show(egui, |ui| {
        ui.set_width(360.0);
        ui.heading(tr!("label-propagate"));
        ui.weak(tr!("label-propagate-which"));
        ui.add_space(8.0);
        let field = ui.horizontal(|ui| {
            ui.label(tr!("label-propagate-count"));
            let field = ui.add(DragValue::new(count).range(1..=10_000));
            field.accessible_name(tr!("label-propagate-count-name"))
        });
        let entered = field.inner.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        if !field.inner.has_focus() && !entered && ui.memory(|m| m.focused().is_none()) {
            field.inner.request_focus();
        }
        ui.add_space(4.0);
        ui.weak(tr!("label-propagate-then"));
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            copies = ui.button(tr!("label-propagate-copy")).clicked() || entered;
            let between = ui.button(tr!("label-interpolate")).on_hover_text(tr!("label-interpolate-hint"));
            if between.clicked() {
                asks.invoke(Action::Interpolate);
                return true;
            }
            ui.button(tr!("cancel")).clicked()
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
