//! From the window's events to actions: who has the keyboard, and which action of which place a press means.

use egui::Event;

use super::Keymap;
use super::shortcut::{Press, Shortcut};
use crate::actions::{Action, Place, REGISTRY};

/// Who has the keyboard, which decides what keys mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Nothing: every key is an action's.
    Nobody,
    /// A control such as a button or a list: it keeps Tab, Enter, Space and the keys that move.
    Control,
    /// A text field: only keys that mean nothing in a text are actions.
    Text,
}

impl Holder {
    fn leaves(self, shortcut: Shortcut) -> bool {
        match self {
            Self::Nobody => true,
            Self::Control => !shortcut.drives_controls(),
            Self::Text => !shortcut.edits_text(),
        }
    }
}

/// Takes the events that invoke actions out of the input and gives back these actions, in order.
///
/// `here` are the places whose keys count now, the most special first.
pub fn take_actions(keymap: &Keymap, events: &mut Vec<Event>, here: &[Place], holder: Holder) -> Vec<Action> {
    let mut invoked = Vec::new();
    events.retain(|event| match Press::of_event(event).and_then(|press| action_of(keymap, press, here, holder)) {
        Some(action) => {
            invoked.push(action);
            false
        }
        None => true,
    });
    invoked
}

/// The action whose shortcut fits best; among equals that of the most special place.
fn action_of(keymap: &Keymap, press: Press, here: &[Place], holder: Holder) -> Option<Action> {
    let fits = REGISTRY.iter().zip(&keymap.keys).filter_map(|(info, keys)| {
        let place = here.iter().position(|place| *place == info.place)?;
        let fit = keys.iter().filter(|key| holder.leaves(**key)).filter_map(|key| key.fit(&press)).min()?;
        Some((fit, place, info.action))
    });
    fits.min_by_key(|(fit, place, _)| (*fit, *place)).map(|(_, _, action)| action)
}

#[cfg(test)]
mod tests {
    use egui::{Key, Modifiers};

    use super::*;
    use crate::keymap::Preset;

    fn press(key: Key, modifiers: Modifiers) -> Vec<Event> {
        vec![Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }]
    }

    #[test]
    fn keys_mean_what_the_holder_of_the_keyboard_leaves() {
        let label = [Place::Label, Place::Anywhere];
        let keymap = Keymap::default();
        let check = |key, modifiers, holder, expect: Option<Action>| {
            let mut events = press(key, modifiers);
            let got = take_actions(&keymap, &mut events, &label, holder);
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
        check(Key::F2, Modifiers::NONE, Holder::Text, Some(Action::ShowSettings));
        check(Key::D, Modifiers::ALT, Holder::Nobody, None);
    }

    #[test]
    fn forward_is_d_or_f_by_habit() {
        let mut keymap = Keymap::default();
        let forward = |keymap: &Keymap, key| {
            let got = take_actions(keymap, &mut press(key, Modifiers::NONE), &[Place::Label], Holder::Nobody);
            got == [Action::NextSample]
        };
        assert!(forward(&keymap, Key::D) && !forward(&keymap, Key::F));
        keymap.set_preset(Preset::Cvat);
        assert!(forward(&keymap, Key::F) && !forward(&keymap, Key::D));
    }

    #[test]
    fn clipboard_events_are_keys() {
        let mut events = vec![Event::Copy, Event::Paste("x".to_owned())];
        let got = take_actions(&Keymap::default(), &mut events, &[Place::Label], Holder::Nobody);
        assert_eq!(got, [Action::CopyObject, Action::PasteObjects]);
    }

    #[test]
    fn a_key_that_is_let_go_invokes_nothing() {
        let released =
            Event::Key { key: Key::D, physical_key: None, pressed: false, repeat: false, modifiers: Modifiers::NONE };
        let mut events = vec![released];
        assert_eq!(take_actions(&Keymap::default(), &mut events, &[Place::Label], Holder::Nobody), []);
        assert_eq!(events.len(), 1);
    }
}
