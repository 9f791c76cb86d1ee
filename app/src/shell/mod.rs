//! The shell around the screens: rail, top bar, status bar, palette, list of keys, messages.

pub(crate) mod buttons;
pub(crate) mod keys;
mod preset;
mod rail;
mod settings;
mod status_bar;
mod toasts;

pub(crate) use toasts::explanation;
mod top_bar;

use concord_widgets::palette::{PaletteEntry, palette};
use concord_widgets::theme::Theme;
use egui::{CentralPanel, Frame, Ui};

use crate::actions::{Action, REGISTRY, disabled_reason};
use crate::context::{Asks, Context, Screen, Views};
use crate::screens;

/// Draws everything.
pub(crate) fn show(ui: &mut Ui, context: &Context, views: &mut Views, asks: &mut Asks) {
    let theme = Theme::of_ui(ui);
    top_bar::show(ui, context, views, asks);
    status_bar::show(ui, context, views, asks);
    rail::show(ui, context, asks);
    CentralPanel::default().frame(Frame::NONE.fill(theme.panel)).show(ui, |ui| match context.screen {
        Screen::Start => screens::start::show(ui, context, &mut views.start, asks),
        Screen::Label => screens::label::show(ui, context, &mut views.label, asks),
        Screen::Agreement => screens::agreement::show(ui, context, &mut views.pair, asks),
    });
    toasts::show(ui.ctx(), context, asks);
    keys::show(ui.ctx(), context, &mut views.keys, asks);
    settings::show(ui.ctx(), context, views, asks);
    show_palette(ui.ctx(), context, views, asks);
}

fn show_palette(egui: &egui::Context, context: &Context, views: &mut Views, asks: &mut Asks) {
    if !views.palette.is_open() {
        return;
    }
    let entries: Vec<PaletteEntry<Action>> = REGISTRY
        .iter()
        .map(|info| PaletteEntry {
            action: info.action,
            title: title_of(info.action, context),
            keys: context.keymap.words(info.action),
            disabled: disabled_reason(info.action, context).map(str::to_owned),
        })
        .collect();
    if let Some(action) = palette(egui, "Find an action", &mut views.palette, &entries) {
        asks.invoke(action);
    }
}

/// The frame of a window that takes all keys.
fn modal_frame(egui: &egui::Context) -> Frame {
    Frame::window(&egui.global_style()).inner_margin(egui::Margin::same(16)).fill(Theme::of(egui).raised)
}

/// The title of an action; a class action bears the name of its class.
pub(crate) fn title_of(action: Action, context: &Context) -> String {
    let class = |digit: u8| {
        let ontology = &context.project.as_ref()?.versions.ontology;
        Some(format!("Class {digit}: {}", ontology.class_for_key(char::from(b'0' + digit))?.name))
    };
    let special = match action {
        Action::Class(digit) => class(digit),
        _ => None,
    };
    special.unwrap_or_else(|| action.info().title.to_owned())
}
