//! The keymap: which keys invoke which action where, and the tests that no two clash.

use egui::{Event, Key, Modifiers};

use crate::actions::{Action, ActionInfo, Place, REGISTRY};

/// A key with the modifiers that must be held. Ctrl is the command key on a Mac.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortcut {
    /// Ctrl (⌘ on a Mac) must be held.
    pub ctrl: bool,
    /// Shift must be held.
    pub shift: bool,
    /// The key.
    pub key: Key,
}

impl Shortcut {
    /// A key by itself.
    pub const fn plain(key: Key) -> Self {
        Self { ctrl: false, shift: false, key }
    }

    /// A key with Ctrl.
    pub const fn ctrl(key: Key) -> Self {
        Self { ctrl: true, shift: false, key }
    }

    /// A key with Shift.
    pub const fn shift(key: Key) -> Self {
        Self { ctrl: false, shift: true, key }
    }

    /// A key with Ctrl and Shift.
    pub const fn ctrl_shift(key: Key) -> Self {
        Self { ctrl: true, shift: true, key }
    }

    /// The keys in words, such as `Ctrl+Shift+P`.
    pub fn words(&self) -> String {
        let key = match self.key {
            Key::ArrowLeft => "Left",
            Key::ArrowRight => "Right",
            Key::ArrowUp => "Up",
            Key::ArrowDown => "Down",
            Key::Escape => "Esc",
            Key::OpenBracket => "[",
            Key::CloseBracket => "]",
            Key::Slash => "/",
            key => key.name(),
        };
        format!("{}{}{key}", if self.ctrl { "Ctrl+" } else { "" }, if self.shift { "Shift+" } else { "" })
    }

    /// True when pressing `key` with `held` modifiers is this shortcut.
    ///
    /// Plus is written with Shift on many keyboards, so Shift is not looked at there.
    pub fn matches(&self, key: Key, held: Modifiers) -> bool {
        let shift = self.key == Key::Plus || self.shift == held.shift;
        self.key == key && shift && !held.alt && self.ctrl == (held.command || held.ctrl)
    }

    /// True when the key means something in a text field.
    pub fn edits_text(&self) -> bool {
        let function_key = matches!(self.key, Key::F1 | Key::F2);
        let clipboard = matches!(self.key, Key::C | Key::V | Key::Z | Key::Y | Key::A | Key::X | Key::Space);
        (!self.ctrl && !function_key) || (self.ctrl && clipboard)
    }

    /// True for keys that a focused control uses itself.
    pub fn drives_controls(&self) -> bool {
        let keys = [Key::Tab, Key::Enter, Key::Space, Key::ArrowLeft, Key::ArrowRight, Key::ArrowUp, Key::ArrowDown];
        !self.ctrl && keys.contains(&self.key)
    }
}

/// The keys of an action in words, joined by commas; empty when it has none.
pub fn keys_of(action: Action) -> String {
    let words: Vec<String> = action.info().keys.iter().map(Shortcut::words).collect();
    words.join(", ")
}

/// Who has the keyboard, which decides what keys mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Nothing: every key is an action's.
    Nobody,
    /// A control such as a button or a list: it keeps Tab, Enter, Space and the arrows.
    Control,
    /// A text field: only keys that mean nothing in a text are actions.
    Text,
}

/// Takes the events that invoke actions out of the input and gives back these actions, in order.
///
/// `here` are the places whose keys count now, the most special first.
pub fn take_actions(events: &mut Vec<Event>, here: &[Place], holder: Holder) -> Vec<Action> {
    let mut invoked = Vec::new();
    events.retain(|event| match action_of(event, here, holder) {
        Some(action) => {
            invoked.push(action);
            false
        }
        None => true,
    });
    invoked
}

fn action_of(event: &Event, here: &[Place], holder: Holder) -> Option<Action> {
    // The window turns Ctrl+C and Ctrl+V into clipboard events of their own.
    let (key, modifiers) = match event {
        Event::Key { key, modifiers, pressed: true, .. } => (*key, *modifiers),
        Event::Copy => (Key::C, Modifiers::COMMAND),
        Event::Paste(_) => (Key::V, Modifiers::COMMAND),
        _ => return None,
    };
    let allowed = |shortcut: &Shortcut| match holder {
        Holder::Nobody => true,
        Holder::Control => !shortcut.drives_controls(),
        Holder::Text => !shortcut.edits_text(),
    };
    let hit = |info: &&ActionInfo| info.keys.iter().any(|s| s.matches(key, modifiers) && allowed(s));
    here.iter().find_map(|place| REGISTRY.iter().filter(|info| info.place == *place).find(hit)).map(|info| info.action)
}

/// The table of keys of the manual, as Markdown.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Keys\n\nThe default keymap. The palette (`Ctrl+Shift+P`) lists every action with its keys, and says why one \
         cannot be used where it cannot.\n",
    );
    let mut group = None;
    for info in REGISTRY {
        if group != Some(info.group) {
            group = Some(info.group);
            let head = ["\n## ", info.group.title(), "\n\n| action | keys | where |\n|---|---|---|\n"];
            text.extend(head);
        }
        let keys: Vec<String> = info.keys.iter().map(|k| format!("`{}`", k.words())).collect();
        text.extend(["| ", info.title, " | ", &keys.join(", "), " | ", info.place.title(), " |\n"]);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_actions_clash_in_a_place() {
        for (i, a) in REGISTRY.iter().enumerate() {
            for b in &REGISTRY[i + 1..] {
                let together = a.place == b.place || a.place == Place::Anywhere || b.place == Place::Anywhere;
                let clash = a.keys.iter().find(|s| b.keys.iter().any(|t| *s == t));
                assert!(!together || clash.is_none(), "{} and {} share {:?}", a.id, b.id, clash.map(Shortcut::words));
            }
        }
    }

    #[test]
    fn every_action_stands_once_in_the_registry() {
        let ids: BTreeSet<&str> = REGISTRY.iter().map(|i| i.id).collect();
        let actions: BTreeSet<Action> = REGISTRY.iter().map(|i| i.action).collect();
        assert_eq!((ids.len(), actions.len()), (REGISTRY.len(), REGISTRY.len()));
    }

    /// Renewed by `UPDATE=1 cargo test -p concord --lib keys`.
    #[test]
    fn the_manual_lists_the_keys_as_they_are() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/keys.md");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, markdown()).expect("docs is writable");
        }
        let written = std::fs::read_to_string(&path).expect("docs/keys.md is there");
        assert_eq!(written, markdown(), "docs/keys.md is out of date: run this test with UPDATE=1");
    }

    fn press(key: Key, modifiers: Modifiers) -> Vec<Event> {
        vec![Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }]
    }

    #[test]
    fn keys_mean_what_the_holder_of_the_keyboard_leaves() {
        let label = [Place::Label, Place::Anywhere];
        let check = |key, modifiers, holder, expect: Option<Action>| {
            let mut events = press(key, modifiers);
            let got = take_actions(&mut events, &label, holder);
            assert_eq!(got, expect.into_iter().collect::<Vec<_>>(), "{key:?} {holder:?}");
            assert_eq!(events.is_empty(), expect.is_some());
        };
        check(Key::D, Modifiers::NONE, Holder::Nobody, Some(Action::NextSample));
        check(Key::D, Modifiers::NONE, Holder::Text, None);
        check(Key::Enter, Modifiers::NONE, Holder::Nobody, Some(Action::AcceptSuggestion));
        check(Key::Enter, Modifiers::NONE, Holder::Control, None);
        check(Key::Enter, Modifiers::CTRL, Holder::Control, Some(Action::SubmitAndNext));
        check(Key::Z, Modifiers::CTRL | Modifiers::SHIFT, Holder::Nobody, Some(Action::Redo));
        check(Key::Z, Modifiers::CTRL, Holder::Text, None);
        check(Key::Plus, Modifiers::CTRL | Modifiers::SHIFT, Holder::Nobody, Some(Action::ZoomIn));
        check(Key::F1, Modifiers::NONE, Holder::Text, Some(Action::ShowKeys));
        check(Key::D, Modifiers::ALT, Holder::Nobody, None);
    }

    #[test]
    fn clipboard_events_are_keys() {
        let mut events = vec![Event::Copy, Event::Paste("x".to_owned())];
        let got = take_actions(&mut events, &[Place::Label], Holder::Nobody);
        assert_eq!(got, [Action::CopyObject, Action::PasteObjects]);
    }
}
