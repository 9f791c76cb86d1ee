//! The settings: how the app looks, and whose keys it has.

use egui::{ComboBox, Context as Egui, DragValue, Grid, Id, Modal, Ui};

use concord_widgets::theme::{GRID, ThemeKind};

use super::{modal_frame, preset};
use crate::actions::Action;
use crate::context::{Ask, Asks, Context, Views};

/// Scales that can be chosen, in per cent; the buttons in the top bar go in steps of ten.
const SCALES: [u16; 9] = [75, 90, 100, 110, 125, 150, 175, 200, 250];

pub(super) fn show(egui: &Egui, context: &Context, views: &mut Views, asks: &mut Asks) {
    if !views.settings_open {
        return;
    }
    let modal = Modal::new(Id::unique("settings")).frame(modal_frame(egui)).show(egui, |ui| {
        ui.set_width(400.0_f32.min(ui.ctx().content_rect().width() - 16.0 * GRID));
        ui.heading("Settings");
        ui.weak("They are kept for all projects");
        ui.add_space(2.0 * GRID);
        let keys = Grid::new("settings form").num_columns(2).spacing([4.0 * GRID, 2.0 * GRID]).show(ui, |ui| {
            ui.label("Theme");
            theme(ui, context, asks);
            ui.end_row();
            ui.label("Interface scale");
            scale(ui, context, asks);
            ui.end_row();
            ui.label("Keymap preset");
            let keys = ui.horizontal(|ui| {
                preset::chooser(ui, context, asks);
                ui.button("Keys…").accessible_name("Show and change keys").clicked()
            });
            ui.end_row();
            ui.label("Movement");
            let mut reduced = context.settings.reduced_motion();
            if ui.checkbox(&mut reduced, "Reduced motion").on_hover_text("Nothing fades or slides").changed() {
                asks.send(Ask::SetReducedMotion(reduced));
            }
            ui.end_row();
            ui.label("Canvas");
            let mut crosshair = context.settings.crosshair;
            if ui.checkbox(&mut crosshair, "Crosshair").changed() {
                asks.send(Ask::SetCrosshair(crosshair));
            }
            ui.end_row();
            ui.label("Memory for images");
            image_memory(ui, context, asks);
            ui.end_row();
            ui.label("Pause after");
            idle(ui, context, asks);
            ui.end_row();
            keys.inner
        });
        ui.add_space(2.0 * GRID);
        (ui.button("Close").clicked(), keys.inner)
    });
    let (closes, keys) = modal.inner;
    if closes || keys || modal.should_close() {
        views.settings_open = false;
    }
    if keys {
        asks.invoke(Action::ShowKeys);
    }
}

/// What images may take; 0 leaves it to the machine's memory.
fn image_memory(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    let mut mib = context.settings.image_memory_mib();
    let words = |n: f64, _: std::ops::RangeInclusive<usize>| {
        if n == 0.0 { "automatic".to_owned() } else { format!("{n:.0} MiB") }
    };
    let field = DragValue::new(&mut mib).range(0..=1 << 20).speed(16.0).custom_formatter(words);
    let hint = format!(
        "0 is a quarter of this machine's memory, at most 2048 MiB. It is {} MiB now; a change counts for the next \
         project that is opened",
        context.settings.image_bytes() >> 20
    );
    if ui.add(field).accessible_name("Memory for images").on_hover_text(hint).changed() {
        asks.send(Ask::SetImageMemory(mib));
    }
}

/// The longest pause that counts as work.
fn idle(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    let mut seconds = context.settings.idle_ms() / 1000;
    let field = DragValue::new(&mut seconds).range(1..=3600).suffix(" s");
    let hint = "A longer pause is not counted as working time on a sample";
    if ui.add(field).accessible_name("Pause after").on_hover_text(hint).changed() {
        asks.send(Ask::SetIdle(seconds));
    }
}

fn theme(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    let now = context.settings.theme();
    let combo = ComboBox::from_id_salt("theme").selected_text(now.name()).width(150.0).show_ui(ui, |ui| {
        for kind in ThemeKind::ALL {
            if ui.selectable_label(kind == now, kind.name()).clicked() {
                asks.send(Ask::SetTheme(kind));
            }
        }
    });
    combo.response.accessible_name("Theme");
}

fn scale(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    let now = (context.settings.scale() * 100.0).round() as u16;
    let combo = ComboBox::from_id_salt("scale").selected_text(format!("{now} %")).width(150.0).show_ui(ui, |ui| {
        for percent in SCALES {
            if ui.selectable_label(percent == now, format!("{percent} %")).clicked() {
                asks.send(Ask::SetScale(f32::from(percent) / 100.0));
            }
        }
    });
    combo.response.accessible_name("Interface scale");
}
