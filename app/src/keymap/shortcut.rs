//! A shortcut: a key with modifiers, how it is written, and when a press is this shortcut on whatever layout.

use std::fmt;
use std::str::FromStr;

use concord_language::tr;
use egui::{Event, Key, Modifiers};

use super::key_names::{base_of, is_function_key, is_sign, is_typed, key_of, name_of};

/// A key with the modifiers that must be held. Ctrl is the command key on a Mac.
///
/// Signs that need Shift on the layout on which keymaps are written, such as `?` and `+`, never ask for Shift: where
/// they need it, it is held anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shortcut {
    ctrl: bool,
    alt: bool,
    shift: bool,
    key: Key,
}

/// Why a text is no shortcut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShortcutError {
    /// The last part names no key that an action can have.
    #[error("“{0}” is no key")]
    UnknownKey(String),
    /// A part before the last is no modifier.
    #[error("“{0}” is no modifier; there are Ctrl, Alt and Shift")]
    UnknownModifier(String),
    /// Nothing is written.
    #[error("it is empty")]
    Empty,
}

impl ShortcutError {
    /// The same in the language of this thread.
    pub fn message(&self) -> String {
        match self {
            Self::UnknownKey(words) => tr!("keymap-no-key", words = words),
            Self::UnknownModifier(words) => tr!("keymap-no-modifier", words = words),
            Self::Empty => tr!("keymap-empty").to_owned(),
        }
    }
}

/// A key as it was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// What the key types on the person's layout.
    pub key: Key,
    /// Which key it is by its place, named by what it types on a US layout; not every platform tells.
    pub physical: Option<Key>,
    /// What is held.
    pub modifiers: Modifiers,
}

/// How well a press fits a shortcut; the least is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Key and modifiers are those of the shortcut.
    Exact,
    /// The sign of the shortcut was typed, by a key and modifiers that only this layout asks for.
    Typed,
    /// The key in this place was pressed with Shift, which types another sign.
    Position,
}

impl Shortcut {
    /// A key with the modifiers that are held.
    pub fn new(held: Modifiers, key: Key) -> Self {
        let shift = held.shift && base_of(key).is_none();
        Self { ctrl: held.ctrl || held.command, alt: held.alt, shift, key }
    }

    /// A key by itself.
    pub fn plain(key: Key) -> Self {
        Self::new(Modifiers::NONE, key)
    }

    /// The shortcut that a press stands for; `None` for keys that no action can have.
    pub fn of_press(press: &Press) -> Option<Self> {
        name_of(press.key)?;
        let mut shortcut = Self::new(press.modifiers, press.key);
        let place = press.physical.filter(|place| *place != press.key);
        if let Some(place) = place.filter(|place| press.modifiers.shift && base_of(press.key) == Some(*place)) {
            // Shift+1 is written so and not as the sign that it types on some layouts.
            (shortcut.shift, shortcut.key) = (true, place);
        } else if place.is_some() && is_sign(press.key) {
            // Shift or AltGr, which comes as Ctrl+Alt, was needed to type the sign.
            shortcut.shift = false;
            if shortcut.ctrl && shortcut.alt {
                (shortcut.ctrl, shortcut.alt) = (false, false);
            }
        }
        Some(shortcut)
    }

    /// How well a press fits; `None` when it is not this shortcut.
    pub fn fit(&self, press: &Press) -> Option<Fit> {
        let held = Self::new(press.modifiers, self.key);
        let others = (self.ctrl, self.alt) == (held.ctrl, held.alt);
        if press.key != self.key {
            // Shift+1 types a sign of its own on many layouts.
            let in_place = self.shift && press.modifiers.shift && press.physical == Some(self.key);
            return (others && in_place && is_sign(press.key)).then_some(Fit::Position);
        }
        if others && self.shift == held.shift {
            return Some(Fit::Exact);
        }
        let elsewhere = is_sign(self.key) && press.physical.is_some_and(|place| place != self.key);
        let alt_gr = held.ctrl && held.alt && !self.ctrl && !self.alt;
        (elsewhere && !self.shift && (others || alt_gr)).then_some(Fit::Typed)
    }

    /// True when both are the same press on the layout on which keymaps are written.
    pub fn clashes_with(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }

    fn identity(self) -> Self {
        base_of(self.key).map_or(self, |base| Self { shift: true, key: base, ..self })
    }

    /// True when the key means something in a text field.
    pub fn edits_text(&self) -> bool {
        let types_with_alt = self.alt && (self.ctrl || cfg!(target_os = "macos")) && is_typed(self.key);
        let moves = matches!(
            self.key,
            Key::ArrowLeft
                | Key::ArrowRight
                | Key::ArrowUp
                | Key::ArrowDown
                | Key::Home
                | Key::End
                | Key::Backspace
                | Key::Delete
                | Key::Insert
                | Key::Space
        );
        // Clipboard, undo, select all, and the line editing of a terminal that fields know too.
        let commands = [Key::A, Key::C, Key::H, Key::K, Key::U, Key::V, Key::W, Key::X, Key::Y, Key::Z];
        match (self.ctrl, self.alt) {
            (false, false) => !is_function_key(self.key.name()),
            _ => moves || types_with_alt || (self.ctrl && commands.contains(&self.key)),
        }
    }

    /// True for keys that a focused control uses itself.
    pub fn drives_controls(&self) -> bool {
        let is_used = matches!(
            self.key,
            Key::Tab
                | Key::Enter
                | Key::Space
                | Key::ArrowLeft
                | Key::ArrowRight
                | Key::ArrowUp
                | Key::ArrowDown
                | Key::Home
                | Key::End
                | Key::PageUp
                | Key::PageDown
        );
        !self.ctrl && !self.alt && is_used
    }
}

impl Press {
    /// The press that an event of the window is, if it is one.
    pub fn of_event(event: &Event) -> Option<Self> {
        // The window turns Ctrl+C, Ctrl+X and Ctrl+V into clipboard events of their own.
        let clipboard = |key| Some(Self { key, physical: None, modifiers: Modifiers::COMMAND });
        match event {
            Event::Key { key, physical_key, modifiers, pressed: true, .. } => {
                Some(Self { key: *key, physical: *physical_key, modifiers: *modifiers })
            }
            Event::Copy => clipboard(Key::C),
            Event::Cut => clipboard(Key::X),
            Event::Paste(_) | Event::PasteImage(_) => clipboard(Key::V),
            _ => None,
        }
    }
}

impl fmt::Display for Shortcut {
    /// The keys in words, such as `Ctrl+Shift+P`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, word) in [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            f.write_str(if held { word } else { "" })?;
        }
        f.write_str(name_of(self.key).unwrap_or(self.key.name()))
    }
}

impl FromStr for Shortcut {
    type Err = ShortcutError;

    /// Reads `Ctrl+Shift+P`: modifiers in any order and case, then the key.
    fn from_str(text: &str) -> Result<Self, ShortcutError> {
        let text = text.trim();
        let (before, name) = match text.strip_suffix('+') {
            // The key is the plus sign itself.
            Some(rest) => (rest.trim_end().strip_suffix('+').unwrap_or(rest), "+"),
            None => text.rsplit_once('+').unwrap_or(("", text)),
        };
        if text.is_empty() {
            return Err(ShortcutError::Empty);
        }
        let mut held = Modifiers::NONE;
        for word in before.split('+').map(str::trim).filter(|_| !before.is_empty()) {
            match word.to_ascii_lowercase().as_str() {
                "ctrl" | "control" | "cmd" | "command" => held.ctrl = true,
                "alt" | "option" => held.alt = true,
                "shift" => held.shift = true,
                _ => return Err(ShortcutError::UnknownModifier(word.to_owned())),
            }
        }
        let name = name.trim();
        let key = key_of(name).ok_or_else(|| ShortcutError::UnknownKey(name.to_owned()))?;
        Ok(Self::new(held, key))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::key_names::all;
    use super::*;

    fn read(text: &str) -> Shortcut {
        text.parse().expect("the test writes a shortcut")
    }

    fn press(key: Key, physical: Option<Key>, modifiers: Modifiers) -> Press {
        Press { key, physical, modifiers }
    }

    fn modifiers() -> impl Strategy<Value = Modifiers> {
        (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(ctrl, alt, shift)| Modifiers {
            alt,
            ctrl,
            shift,
            mac_cmd: false,
            command: ctrl,
        })
    }

    fn keys() -> impl Strategy<Value = Key> {
        proptest::sample::select(all())
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same(held in modifiers(), key in keys()) {
            let shortcut = Shortcut::new(held, key);
            prop_assert_eq!(read(&shortcut.to_string()), shortcut);
            prop_assert_eq!(read(&shortcut.to_string().to_lowercase()), shortcut);
        }

        #[test]
        fn a_press_fits_the_shortcut_that_is_recorded_of_it(
            held in modifiers(), key in keys(), physical in proptest::option::of(keys())
        ) {
            let press = Press { key, physical, modifiers: held };
            let shortcut = Shortcut::of_press(&press).expect("the key has a name");
            prop_assert!(shortcut.fit(&press).is_some(), "{} for {:?}", shortcut, press);
        }
    }

    #[test]
    fn plus_and_loose_spelling_are_read() {
        let plus = Shortcut::new(Modifiers::CTRL, Key::Plus);
        for text in ["Ctrl++", "Ctrl+Plus", "ctrl + plus", "Control + +", "Ctrl+Shift+Plus"] {
            assert_eq!(read(text), plus, "{text}");
        }
        assert_eq!(read("+"), Shortcut::plain(Key::Plus));
        assert_eq!(read("SHIFT+alt+pgdn").to_string(), "Alt+Shift+PgDn");
    }

    #[test]
    fn what_is_no_shortcut_is_named() {
        assert_eq!("Ctrl+Foo".parse::<Shortcut>(), Err(ShortcutError::UnknownKey("Foo".to_owned())));
        assert_eq!("Hyper+F".parse::<Shortcut>(), Err(ShortcutError::UnknownModifier("Hyper".to_owned())));
        assert_eq!("Ctrl".parse::<Shortcut>(), Err(ShortcutError::UnknownKey("Ctrl".to_owned())));
        assert_eq!("F+".parse::<Shortcut>(), Err(ShortcutError::UnknownModifier("F".to_owned())));
        assert_eq!(" ".parse::<Shortcut>(), Err(ShortcutError::Empty));
    }

    #[test]
    fn a_sign_is_found_where_another_layout_has_it() {
        let (shift, none) = (Modifiers::SHIFT, Modifiers::NONE);
        // German: the slash is Shift+7, the bracket AltGr+8, and plus stands where a US layout has the bracket.
        assert_eq!(read("/").fit(&press(Key::Slash, Some(Key::Num7), shift)), Some(Fit::Typed));
        let alt_gr = Modifiers::CTRL | Modifiers::ALT;
        assert_eq!(read("[").fit(&press(Key::OpenBracket, Some(Key::Num8), alt_gr)), Some(Fit::Typed));
        assert_eq!(
            read("Ctrl+Plus").fit(&press(Key::Plus, Some(Key::CloseBracket), Modifiers::CTRL)),
            Some(Fit::Exact)
        );
        // US: the number row types signs with Shift.
        assert_eq!(read("Shift+1").fit(&press(Key::Exclamationmark, Some(Key::Num1), shift)), Some(Fit::Position));
        assert_eq!(read("?").fit(&press(Key::Questionmark, Some(Key::Slash), shift)), Some(Fit::Exact));
        assert_eq!(read("Shift+/").fit(&press(Key::Questionmark, Some(Key::Slash), shift)), Some(Fit::Position));
        // French: digits are typed with Shift; without, the key in the place counts.
        assert_eq!(read("1").fit(&press(Key::Num1, Some(Key::Num1), none)), Some(Fit::Exact));
        // A letter is the letter that is typed, wherever it stands, and Shift is never overlooked.
        assert_eq!(read("Shift+A").fit(&press(Key::Q, Some(Key::A), shift)), None);
        assert_eq!(read("Q").fit(&press(Key::Q, Some(Key::A), none)), Some(Fit::Exact));
        assert_eq!(read("Q").fit(&press(Key::Q, Some(Key::Q), shift)), None);
        assert_eq!(read("/").fit(&press(Key::Slash, Some(Key::Slash), shift)), None);
    }

    #[test]
    fn numpad_digits_are_digits() {
        // The window names Numpad5 by the digit, in place and in meaning.
        let five = press(Key::Num5, Some(Key::Num5), Modifiers::CTRL);
        assert_eq!(read("Ctrl+5").fit(&five), Some(Fit::Exact));
    }

    #[test]
    fn the_sign_and_the_key_with_shift_clash() {
        assert!(read("?").clashes_with(&read("Shift+/")));
        assert!(read("Ctrl+Plus").clashes_with(&read("Ctrl+Shift+=")));
        assert!(!read("Ctrl+Plus").clashes_with(&read("Ctrl+=")));
        assert!(!read("Alt+F").clashes_with(&read("F")));
    }

    #[test]
    fn what_is_recorded_is_what_a_person_would_write() {
        let recorded =
            |key, physical, held| Shortcut::of_press(&press(key, Some(physical), held)).map(|s| s.to_string());
        let shift = Modifiers::SHIFT;
        assert_eq!(recorded(Key::Exclamationmark, Key::Num1, shift).as_deref(), Some("Shift+1"));
        assert_eq!(recorded(Key::Slash, Key::Num7, shift).as_deref(), Some("/"));
        assert_eq!(recorded(Key::P, Key::P, shift | Modifiers::CTRL).as_deref(), Some("Ctrl+Shift+P"));
        assert_eq!(recorded(Key::ShiftLeft, Key::ShiftLeft, shift), None);
    }

    #[test]
    fn a_text_field_and_a_control_keep_what_they_use() {
        for text in ["D", "Shift+D", "/", "Ctrl+A", "Ctrl+Left", "Alt+Backspace", "Ctrl+Space", "Enter"] {
            assert!(read(text).edits_text(), "{text}");
        }
        for text in ["F1", "Shift+F2", "Ctrl+S", "Ctrl+Enter", "Ctrl+Shift+P", "Alt+PgDn"] {
            assert!(!read(text).edits_text(), "{text}");
        }
        for text in ["Tab", "Shift+Tab", "Space", "Up", "PgDn"] {
            assert!(read(text).drives_controls(), "{text}");
        }
        for text in ["Ctrl+Enter", "Alt+Left", "F", "Esc"] {
            assert!(!read(text).drives_controls(), "{text}");
        }
    }
}
