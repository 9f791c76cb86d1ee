//! Buttons of actions: title, tooltip with keys, and the reason why one cannot be used, all from the registry.

use concord_language::tr;
use egui::{Button, Response, Ui};

use super::title_of;
use crate::actions::{Action, disabled_reason};
use crate::context::{Asks, Context};

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// An ordinary button.
    Plain,
    /// A button that is pressed in while something is on.
    Toggle(bool),
    /// The same with its first key beside its name, where keys are the way to work.
    Keyed(bool),
    /// The one button to press next.
    Primary,
    /// A row of a menu.
    Menu,
}

/// A button that invokes an action; `text` replaces its title where room is short.
pub(crate) fn action_button(
    ui: &mut Ui,
    context: &Context,
    asks: &mut Asks,
    action: Action,
    look: Look,
    text: Option<&str>,
) -> Response {
    let title = title_of(action, context);
    let keys = context.keymap.words(action);
    let reason = disabled_reason(action, context);
    let shown = text.unwrap_or(&title).to_owned();
    let theme = concord_widgets::theme::Theme::of_ui(ui);
    let button = match look {
        Look::Plain => Button::new(shown),
        Look::Toggle(on) => Button::new(shown).selected(on),
        Look::Keyed(on) => {
            let first = context.keymap.keys(action).first().map(ToString::to_string).unwrap_or_default();
            Button::new(shown).selected(on).shortcut_text(first)
        }
        Look::Primary => Button::new(egui::RichText::new(shown).color(theme.on_accent)).fill(theme.accent),
        Look::Menu => Button::new(shown).shortcut_text(keys.clone()).frame_when_inactive(false),
    };
    // A button whose colours say "press me" says otherwise while it cannot be pressed.
    let button = if look == Look::Primary && reason.is_some() { Button::new(title.clone()) } else { button };
    let hint = if keys.is_empty() { title.clone() } else { format!("{title} ({keys})") };
    let why_not = reason.map(|reason| tr!("shell-button-reason", action = &hint, reason = reason)).unwrap_or_default();
    let response = ui
        .add_enabled(reason.is_none(), button)
        .on_hover_text(hint)
        .on_disabled_hover_text(why_not)
        .accessible_name(&title);
    if response.clicked() {
        asks.invoke(action);
        if look == Look::Menu {
            ui.close();
        }
    }
    response
}
