//! The settings: which language the app speaks, how it looks, and whose keys it has.

use egui::{ComboBox, Context as Egui, DragValue, Grid, Id, Modal, Ui};

use concord_language::{Language, tr};
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
        ui.heading(tr!("shell-settings"));
        ui.weak(tr!("shell-settings-kept"));
        ui.add_space(2.0 * GRID);
        let form = Grid::new("settings form").num_columns(2).spacing([4.0 * GRID, 2.0 * GRID]);
        let keys = form.show(ui, |ui| rows(ui, context, asks));
        ui.add_space(2.0 * GRID);
        (ui.button(tr!("close")).clicked(), keys.inner)
    });
    let (closes, keys) = modal.inner;
    if closes || keys || modal.should_close() {
        views.settings_open = false;
    }
    if keys {
        asks.invoke(Action::ShowKeys);
    }
}

/// The form row by row; true when the list of keys is to be opened.
fn rows(ui: &mut Ui, context: &Context, asks: &mut Asks) -> bool {
    ui.label(tr!("shell-settings-language"));
    language(ui, context, asks);
    ui.end_row();
    ui.label(tr!("shell-settings-theme"));
    theme(ui, context, asks);
    ui.end_row();
    ui.label(tr!("shell-settings-scale"));
    scale(ui, context, asks);
    ui.end_row();
    ui.label(tr!("shell-settings-preset"));
    let keys = ui.horizontal(|ui| {
        preset::chooser(ui, context, asks);
        ui.button(tr!("shell-settings-keys")).accessible_name(tr!("shell-settings-keys-name")).clicked()
    });
    ui.end_row();
    ui.label(tr!("shell-settings-movement"));
    let mut reduced = context.settings.reduced_motion();
    let motion = ui.checkbox(&mut reduced, tr!("shell-settings-reduced"));
    if motion.on_hover_text(tr!("shell-settings-reduced-hover")).changed() {
        asks.send(Ask::SetReducedMotion(reduced));
    }
    ui.end_row();
    ui.label(tr!("shell-settings-canvas"));
    let mut crosshair = context.settings.crosshair;
    if ui.checkbox(&mut crosshair, tr!("shell-settings-crosshair")).changed() {
        asks.send(Ask::SetCrosshair(crosshair));
    }
    ui.end_row();
    ui.label(tr!("shell-settings-memory"));
    image_memory(ui, context, asks);
    ui.end_row();
    ui.label(tr!("shell-settings-idle"));
    idle(ui, context, asks);
    ui.end_row();
    keys.inner
}

/// What images may take; 0 leaves it to the machine's memory.
fn image_memory(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    let mut mib = context.settings.image_memory_mib();
    let words = |n: f64, _: std::ops::RangeInclusive<usize>| {
        if n == 0.0 { tr!("shell-settings-memory-automatic").to_owned() } else { format!("{n:.0} MiB") }
    };
    let field = DragValue::new(&mut mib).range(0..=1 << 20).speed(16.0).custom_formatter(words);
    let hint = tr!("shell-settings-memory-hover", mib = context.settings.image_bytes() >> 20);
    if ui.add(field).accessible_name(tr!("shell-settings-memory")).on_hover_text(hint).changed() {
        asks.send(Ask::SetImageMemory(mib));
    }
}

/// The longest pause that counts as work.
fn idle(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    let mut seconds = context.settings.idle_ms() / 1000;
    let field = DragValue::new(&mut seconds).range(1..=3600).suffix(" s");
    let hint = tr!("shell-settings-idle-hover");
    if ui.add(field).accessible_name(tr!("shell-settings-idle")).on_hover_text(hint).changed() {
        asks.send(Ask::SetIdle(seconds));
    }
}

/// The language of the system first, then each by its own name.
fn language(ui: &mut Ui, context: &Context, asks: &mut Asks) {
    let words = |language: Option<Language>| match language {
        None => tr!("shell-settings-language-system", name = context.options.system_language.name()),
        Some(language) => language.name().to_owned(),
    };
    let now = context.settings.language();
    let combo = ComboBox::from_id_salt("language").selected_text(words(now)).width(150.0).show_ui(ui, |ui| {
        for choice in std::iter::once(None).chain(Language::ALL.map(Some)) {
            if ui.selectable_label(choice == now, words(choice)).clicked() {
                asks.send(Ask::SetLanguage(choice));
            }
        }
    });
    combo.response.accessible_name(tr!("shell-settings-language"));
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
    combo.response.accessible_name(tr!("shell-settings-theme"));
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
    combo.response.accessible_name(tr!("shell-settings-scale"));
}
