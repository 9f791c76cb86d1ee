//! The manual's table of keys, with a column for each preset.

use std::fmt::Write as _;

use super::{Keymap, Preset, UserKeys};
use crate::actions::REGISTRY;

/// The table of keys of the manual, as Markdown.
pub fn markdown() -> String {
    let keymaps = Preset::ALL.map(|preset| Keymap::new(UserKeys { preset, ..UserKeys::default() }));
    let palette = keymaps[0].words(crate::actions::Action::OpenPalette);
    let mut text = format!(
        "# Keys\n\nOne column for each preset; the settings and the list of keys choose among them. The palette \
         (`{palette}`) lists every action with\nits keys, and says why one cannot be used where it cannot. How to bind \
         keys of your own stands in the [manual](manual.md#keys).\n"
    );
    let titles = Preset::ALL.map(Preset::title).join(" | ");
    let rules = "---|".repeat(Preset::ALL.len());
    let mut group = None;
    // Writing into a text cannot fail.
    for info in REGISTRY {
        if group != Some(info.group) {
            group = Some(info.group);
            let _ = write!(text, "\n## {}\n\n| action | {titles} | where |\n|---|{rules}---|\n", info.group.title());
        }
        let columns = keymaps.each_ref().map(|keymap| {
            let keys: Vec<String> = keymap.keys(info.action).iter().map(|key| format!("`{key}`")).collect();
            keys.join(", ")
        });
        let _ = writeln!(text, "| {} | {} | {} |", info.action.title(), columns.join(" | "), info.place.title());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::markdown;

    /// Renewed by `UPDATE=1 cargo test -p concord --lib keymap`.
    #[test]
    fn the_manual_lists_the_keys_as_they_are() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/keys.md");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, markdown()).expect("docs is writable");
        }
        let written = std::fs::read_to_string(&path).expect("docs/keys.md is there");
        assert_eq!(written, markdown(), "docs/keys.md is out of date: run this test with UPDATE=1");
    }
}
