//! The list of keys, from the registry.

use egui::{Context as Egui, Grid, Id, Modal, RichText, ScrollArea};

use concord_widgets::parts::key_hint;

use crate::actions::{Group, REGISTRY};
use crate::context::Views;

pub(super) fn show(egui: &Egui, views: &mut Views) {
    if !views.keys_open {
        return;
    }
    let modal = Modal::new(Id::unique("keys")).show(egui, |ui| {
        ui.set_width(480.0);
        let closes = ui.horizontal(|ui| {
            ui.heading("Keys");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.button("Close").clicked()).inner
        });
        ui.weak("The palette (Ctrl+Shift+P) finds every action by its name");
        ui.add_space(8.0);
        let height = (ui.ctx().content_rect().height() - 200.0).max(160.0);
        ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            for group in Group::ALL {
                let rows = || REGISTRY.iter().filter(|i| i.group == group && !i.keys.is_empty());
                if rows().next().is_none() {
                    continue;
                }
                ui.add_space(4.0);
                ui.label(RichText::new(group.title()).strong());
                Grid::new(("keys", group.title())).num_columns(2).min_col_width(220.0).show(ui, |ui| {
                    for info in rows() {
                        ui.label(info.title);
                        ui.horizontal(|ui| {
                            for key in info.keys {
                                key_hint(ui, &key.words());
                            }
                        });
                        ui.end_row();
                    }
                });
            }
        });
        closes.inner
    });
    if modal.inner || modal.should_close() {
        views.keys_open = false;
    }
}
