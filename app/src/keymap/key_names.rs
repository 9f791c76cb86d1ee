//! The names of keys in keymap files and on screen, and which of them are signs whose place differs between layouts.

use egui::Key;

/// Keys whose name here is not egui's, each with the spellings that are read.
const NAMES: &[(Key, &str, &[&str])] = &[
    (Key::Escape, "Esc", &["Escape"]),
    (Key::Tab, "Tab", &[]),
    (Key::Backspace, "Backspace", &[]),
    (Key::Enter, "Enter", &["Return"]),
    (Key::Space, "Space", &[]),
    (Key::Insert, "Insert", &["Ins"]),
    (Key::Delete, "Delete", &["Del"]),
    (Key::Home, "Home", &[]),
    (Key::End, "End", &[]),
    (Key::PageUp, "PgUp", &["PageUp"]),
    (Key::PageDown, "PgDn", &["PageDown"]),
    (Key::ArrowLeft, "Left", &["ArrowLeft"]),
    (Key::ArrowRight, "Right", &["ArrowRight"]),
    (Key::ArrowUp, "Up", &["ArrowUp"]),
    (Key::ArrowDown, "Down", &["ArrowDown"]),
    (Key::OpenBracket, "[", &["OpenBracket"]),
    (Key::CloseBracket, "]", &["CloseBracket"]),
    (Key::OpenCurlyBracket, "{", &["OpenCurlyBracket"]),
    (Key::CloseCurlyBracket, "}", &["CloseCurlyBracket"]),
    (Key::Slash, "/", &["Slash"]),
    (Key::Backslash, "\\", &["Backslash"]),
    (Key::Pipe, "Pipe", &["|"]),
    (Key::Semicolon, ";", &["Semicolon"]),
    (Key::Colon, ":", &["Colon"]),
    (Key::Quote, "'", &["Quote"]),
    (Key::Comma, ",", &["Comma"]),
    (Key::Period, ".", &["Period"]),
    (Key::Minus, "Minus", &["-"]),
    (Key::Plus, "Plus", &["+"]),
    (Key::Equals, "=", &["Equals"]),
    (Key::Backtick, "Backtick", &["`"]),
    (Key::Questionmark, "?", &["Questionmark"]),
    (Key::Exclamationmark, "!", &["Exclamationmark"]),
];

/// Signs that the layout on which keymaps are written (US) types with Shift, each with the key that types it.
const SHIFTED: &[(Key, Key)] = &[
    (Key::Plus, Key::Equals),
    (Key::Colon, Key::Semicolon),
    (Key::Pipe, Key::Backslash),
    (Key::Questionmark, Key::Slash),
    (Key::Exclamationmark, Key::Num1),
    (Key::OpenCurlyBracket, Key::OpenBracket),
    (Key::CloseCurlyBracket, Key::CloseBracket),
];

/// The name of a key; `None` for keys that no action can have, such as Shift or the volume.
pub(super) fn name_of(key: Key) -> Option<&'static str> {
    match NAMES.iter().find(|(known, _, _)| *known == key) {
        Some((_, name, _)) => Some(name),
        None => Some(key.name()).filter(|name| is_letter_or_digit(name) || is_function_key(name)),
    }
}

/// The key of a name, in whatever case it is written.
pub(super) fn key_of(name: &str) -> Option<Key> {
    let is = |other: &&str| other.eq_ignore_ascii_case(name);
    let listed = NAMES.iter().find(|(_, own, others)| is(own) || others.iter().any(is));
    match listed {
        Some((key, _, _)) => Some(*key),
        None => Key::ALL.iter().copied().find(|key| name_of(*key).is_some_and(|own| is(&own))),
    }
}

/// Every key that an action can have.
#[cfg(test)]
pub(super) fn all() -> Vec<Key> {
    Key::ALL.iter().copied().filter(|key| name_of(*key).is_some()).collect()
}

/// True for keys that type a sign, so that their place and their need of Shift depend on the layout.
pub(super) fn is_sign(key: Key) -> bool {
    SHIFTED.iter().any(|(sign, _)| *sign == key)
        || matches!(
            key,
            Key::OpenBracket
                | Key::CloseBracket
                | Key::Slash
                | Key::Backslash
                | Key::Semicolon
                | Key::Quote
                | Key::Comma
                | Key::Period
                | Key::Minus
                | Key::Equals
                | Key::Backtick
        )
}

/// True for keys that type a letter, a digit or a sign.
pub(super) fn is_typed(key: Key) -> bool {
    is_sign(key) || is_letter_or_digit(key.name())
}

/// The key that types a sign together with Shift on the layout on which keymaps are written.
pub(super) fn base_of(sign: Key) -> Option<Key> {
    SHIFTED.iter().find(|(shifted, _)| *shifted == sign).map(|(_, base)| *base)
}

/// True for F1 and its kin.
pub(super) fn is_function_key(name: &str) -> bool {
    name.strip_prefix('F').is_some_and(|number| number.parse::<u8>().is_ok_and(|n| n <= 24))
}

fn is_letter_or_digit(name: &str) -> bool {
    name.len() == 1 && name.chars().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_one_name_that_finds_it() {
        let keys = all();
        for key in &keys {
            assert_eq!(name_of(*key).and_then(key_of), Some(*key));
        }
        // 26 letters, 10 digits, 24 function keys and those with names of their own.
        assert_eq!(keys.len(), 26 + 10 + 24 + NAMES.len());
        assert_eq!(key_of("pagedown"), Some(Key::PageDown));
        assert_eq!(key_of("`"), Some(Key::Backtick));
    }

    #[test]
    fn keys_that_belong_to_the_system_have_no_name() {
        for key in [Key::ShiftLeft, Key::AudioVolumeUp, Key::Copy, Key::F35, Key::CapsLock] {
            assert_eq!(name_of(key), None, "{key:?}");
        }
        for name in ["ShiftLeft", "Copy", "F35", "", "Ctrl"] {
            assert_eq!(key_of(name), None, "{name}");
        }
    }
}
