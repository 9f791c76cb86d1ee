//! Binding by pressing: the list of keys waits for a key, and asks when another action has it.

use egui::{Event, Key, Modifiers, RichText, Ui, vec2};

use concord_language::tr;
use concord_widgets::theme::Theme;

use super::{Focus, KeysViews, title_of};
use crate::actions::Action;
use crate::context::{Ask, Asks, Context, KeysAsk};
use crate::keymap::{Keymap, Press, Shortcut};

/// Height of the line above the rows, so that nothing jumps when it speaks.
const HEIGHT: f32 = 28.0;

/// An action that waits for its key.
#[derive(Debug)]
pub(super) struct Listening {
    /// The action.
    pub action: Action,
    /// Whether the key comes to those that are there, or takes their place.
    adds: bool,
    /// The key that was pressed and the action that has it, while it is asked whether to take it.
    taken: Option<(Shortcut, Action)>,
}

impl KeysViews {
    /// Waits for the next key.
    pub(super) fn listen(&mut self, action: Action, adds: bool) {
        self.listening = Some(Listening { action, adds, taken: None });
    }

    /// True while the next key is not an action's and not a control's.
    pub(crate) fn listens(&self) -> bool {
        self.listening.is_some()
    }

    /// Takes the pressed key out of the input: Esc gives up, any other is bound, or asked about when it is taken.
    pub(crate) fn hear(&mut self, events: &mut Vec<Event>, keymap: &Keymap) -> Vec<Ask> {
        let mut asks = Vec::new();
        events.retain(|event| {
            let Some(listening) = &self.listening else { return true };
            // While it is asked about a taken key, keys drive the buttons.
            let asked = listening.taken.is_some();
            let Some(press) = Press::of_event(event) else { return asked || !matches!(event, Event::Text(_)) };
            let gives_up = press.key == Key::Escape && press.modifiers == Modifiers::NONE;
            let repeats = matches!(event, Event::Key { repeat: true, .. });
            match Shortcut::of_press(&press).filter(|_| !repeats) {
                _ if gives_up => self.give_up(),
                _ if asked => return true,
                Some(key) => asks.extend(self.hear_key(key, keymap)),
                None => {}
            }
            false
        });
        asks
    }

    fn hear_key(&mut self, key: Shortcut, keymap: &Keymap) -> Option<Ask> {
        let listening = self.listening.as_mut()?;
        if let Some(holder) = keymap.holder(listening.action, key) {
            listening.taken = Some((key, holder));
            self.focus = Some(Focus::Replace);
            return None;
        }
        self.bind(key, keymap)
    }

    fn bind(&mut self, key: Shortcut, keymap: &Keymap) -> Option<Ask> {
        let Listening { action, adds, .. } = self.listening.take()?;
        self.focus = Some(Focus::Row(action));
        let mut keys = if adds { keymap.keys(action).to_vec() } else { vec![] };
        keys.retain(|other| !other.clashes_with(&key));
        keys.push(key);
        Some(Ask::Keys(KeysAsk::Bind(action, keys)))
    }

    fn give_up(&mut self) {
        self.focus = self.listening.take().map(|listening| Focus::Row(listening.action));
    }

    /// The line that says what is waited for, or asks about a key that another action has.
    pub(super) fn banner(&mut self, ui: &mut Ui, context: &Context, asks: &mut Asks) {
        let width = ui.available_width();
        ui.allocate_ui_with_layout(
            vec2(width, HEIGHT),
            egui::Layout::left_to_right(egui::Align::Center).with_main_wrap(true),
            |ui| {
                ui.set_min_size(vec2(width, HEIGHT));
                let Some(listening) = &self.listening else {
                    ui.weak(tr!("shell-keys-how"));
                    return;
                };
                let (action, taken) = (listening.action, listening.taken);
                let title = title_of(action, context);
                let ink = Theme::of_ui(ui).strong;
                match taken {
                    None => {
                        ui.label(RichText::new(tr!("shell-keys-press", action = &title)).color(ink));
                        let none = ui.button(tr!("shell-keys-no-key"));
                        let none = none.accessible_name(tr!("shell-keys-no-key-name", action = &title));
                        if none.on_hover_text(tr!("shell-keys-no-key-hover")).clicked() {
                            asks.send(Ask::Keys(KeysAsk::Bind(action, vec![])));
                            self.give_up();
                        }
                    }
                    Some((key, holder)) => {
                        let (pressed, holder) = (key.to_string(), title_of(holder, context));
                        let words = tr!("shell-keys-taken", key = &pressed, action = &holder);
                        ui.label(RichText::new(words).color(ink));
                        let hover = tr!("shell-keys-replace-hover", key = pressed, action = holder);
                        let replace = ui.button(tr!("shell-keys-replace")).on_hover_text(hover);
                        if self.takes_focus(Focus::Replace) {
                            replace.request_focus();
                        }
                        if replace.clicked() {
                            self.bind(key, &context.keymap).into_iter().for_each(|ask| asks.send(ask));
                        }
                    }
                }
                if self.listening.is_some() && ui.button(tr!("cancel")).clicked() {
                    self.give_up();
                }
            },
        );
    }
}
