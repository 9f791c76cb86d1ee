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

use concord_language::tr;
use concord_widgets::palette::{PaletteEntry, palette};
use concord_widgets::theme::Theme;
use egui::{CentralPanel, Color32, Frame, Ui};

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
        Screen::Review => screens::review::show(ui, context, &mut views.label, &mut views.review, asks),
        Screen::Agreement => screens::agreement::show(ui, context, &mut views.agreement, asks),
        Screen::Activity => screens::activity::show(ui, context, &mut views.activity, asks),
        Screen::Policy => screens::policy::show(ui, context, &mut views.policy, asks),
        Screen::Models => screens::models::show(ui, context, &mut views.models, asks),
    });
    screens::policy::show_windows(ui.ctx(), context, &mut views.policy, asks);
    screens::review::show_windows(ui.ctx(), context, &mut views.review, asks);
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
    if let Some(action) = palette(egui, tr!("shell-palette"), &mut views.palette, &entries) {
        asks.invoke(action);
    }
}

/// The frame of a window that takes all keys.
pub(crate) fn modal_frame(egui: &egui::Context) -> Frame {
    Frame::window(&egui.global_style()).inner_margin(egui::Margin::same(16)).fill(Theme::of(egui).raised)
}

/// How much room buttons with these texts take side by side.
pub(crate) fn buttons_width(ui: &Ui, texts: &[&str]) -> f32 {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let text =
        |text: &&str| ui.painter().layout_no_wrap((*text).to_owned(), font.clone(), Color32::PLACEHOLDER).size().x;
    let spacing = ui.spacing();
    let texts_width: f32 = texts.iter().map(text).sum();
    let count = texts.len() as f32;
    (texts_width + count * (2.0 * spacing.button_padding.x + spacing.item_spacing.x) - spacing.item_spacing.x).ceil()
}

/// The title of an action; a class action bears the name of its class.
pub(crate) fn title_of(action: Action, context: &Context) -> String {
    let class = |digit: u8| {
        let ontology = &context.project.as_ref()?.versions.ontology;
        let name = &ontology.class_for_key(char::from(b'0' + digit))?.name;
        Some(tr!("shell-class-title", digit = digit, name = name))
    };
    let special = match action {
        Action::Class(digit) => class(digit),
        _ => None,
    };
    special.unwrap_or_else(|| action.title().to_owned())
}
