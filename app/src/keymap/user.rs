//! A person's own keys: what their keymap file says over a preset, and how it is written back.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use concord_language::tr;

use super::file::{Entry, KeyFile, Problem};
use super::preset::Preset;
use super::shortcut::Shortcut;
use crate::actions::{Action, ActionInfo, REGISTRY};

/// A preset and what a person bound otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserKeys {
    /// The preset that all other keys come from.
    pub preset: Preset,
    /// Keys by the id of an action; an empty list takes the keys away. No two clash.
    pub(super) keys: BTreeMap<&'static str, Vec<Shortcut>>,
}

/// Where the keymap file is: beside the settings.
pub fn file_beside(settings_file: &Path) -> PathBuf {
    settings_file.with_file_name("keymap.toml")
}

/// The problem of a line that names no action.
pub(super) fn unknown_action(file: &str, id: &str, line: usize) -> Problem {
    Problem {
        file: file.to_owned(),
        line,
        id: id.to_owned(),
        cause: tr!("keymap-no-action").to_owned(),
        remedy: tr!("keymap-take-name").to_owned(),
    }
}

/// The problem of a key that a file gives to two actions, of which the first keeps it.
fn bound_twice(file: &str, entry: &Entry<Vec<Shortcut>>, key: Shortcut, actions: [Action; 2]) -> Problem {
    let [holder, other] = actions.map(Action::title);
    Problem {
        file: file.to_owned(),
        line: entry.line,
        id: entry.id.clone(),
        cause: tr!("keymap-bound-twice", key = key.to_string(), holder = holder, other = other),
        remedy: tr!("keymap-give-another", holder = holder, other = other),
    }
}

impl UserKeys {
    /// Reads a keymap file; `name` is what problems call it. What cannot be used is told, and the rest counts.
    pub fn read(name: &str, text: &str) -> (Self, Vec<Problem>) {
        let file = KeyFile::read(name, text);
        let mut problems = file.problems;
        let mut user = Self::default();
        if let Some(base) = file.base {
            match Preset::of_id(&base.value) {
                Some(preset) => user.preset = preset,
                None => problems.push(Problem {
                    file: name.to_owned(),
                    line: base.line,
                    id: base.id,
                    cause: tr!("keymap-no-preset", name = &base.value),
                    remedy: tr!("keymap-choose-preset", names = Preset::ALL.map(Preset::id).join(", ")),
                }),
            }
        }
        for entry in file.keys {
            let Some(info) = REGISTRY.iter().find(|info| info.id == entry.id) else {
                problems.push(unknown_action(name, &entry.id, entry.line));
                continue;
            };
            let mut kept = Vec::new();
            let wanted = !entry.value.is_empty();
            for key in entry.value.iter().copied() {
                match user.holder(info, key) {
                    Some(holder) => problems.push(bound_twice(name, &entry, key, [holder.action, info.action])),
                    None if kept.contains(&key) => {}
                    None => kept.push(key),
                }
            }
            if !kept.is_empty() || !wanted {
                user.keys.insert(info.id, kept);
            }
        }
        problems.sort_by_key(|problem| problem.line);
        (user, problems)
    }

    /// The action that this file gives the key, where the two could be invoked in one place.
    fn holder(&self, info: &ActionInfo, key: Shortcut) -> Option<&'static ActionInfo> {
        REGISTRY
            .iter()
            .filter(|other| other.id != info.id && other.place.overlaps(info.place))
            .find(|other| self.keys.get(other.id).is_some_and(|keys| keys.iter().any(|other| other.clashes_with(&key))))
    }

    /// The file as it is written.
    pub fn render(&self) -> String {
        let mut text = format!(
            "# Keys of Concord. The preset is one of {}.\npreset = \"{}\"\n\n\
             # The keys of an action in place of the preset's; an empty list takes them away.\n[keys]\n",
            Preset::ALL.map(Preset::id).join(", "),
            self.preset.id()
        );
        for (id, keys) in &self.keys {
            let keys: Vec<String> = keys.iter().map(|key| toml::Value::from(key.to_string()).to_string()).collect();
            // Writing into a text cannot fail.
            let _ = writeln!(text, "{id} = [{}]", keys.join(", "));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::key_names;
    use super::*;

    #[test]
    fn a_file_is_merged_over_its_preset_and_its_mistakes_are_told() {
        let text = "preset = \"cvat\"\n[keys]\nnext-sample = [\"N\", \"N\"]\nfit = [\"n\"]\nnot-there = [\"F\"]\n\
                    undo = []\n";
        let (user, problems) = UserKeys::read("keymap.toml", text);
        assert_eq!(user.preset, Preset::Cvat);
        assert_eq!(user.keys.keys().copied().collect::<Vec<_>>(), ["next-sample", "undo"]);
        let told: Vec<(usize, &str)> = problems.iter().map(|p| (p.line, p.id.as_str())).collect();
        assert_eq!(told, [(4, "fit"), (5, "not-there")]);
        assert_eq!(problems[0].cause, "N is bound to “Next sample” and to “Fit”");
    }

    #[test]
    fn an_unknown_preset_leaves_the_default_and_the_keys() {
        let (user, problems) = UserKeys::read("keymap.toml", "preset = \"vim\"\n[keys]\nfit = [\"0\"]\n");
        assert_eq!((user.preset, user.keys.len()), (Preset::Default, 1));
        assert!(problems[0].remedy.contains("label-studio"));
    }

    #[test]
    fn nothing_is_a_file_without_mistakes() {
        assert_eq!(UserKeys::read("keymap.toml", ""), (UserKeys::default(), vec![]));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same(
            preset in proptest::sample::select(Preset::ALL.to_vec()),
            chosen in proptest::collection::btree_map(
                proptest::sample::select(REGISTRY.iter().map(|info| info.id).collect::<Vec<_>>()),
                proptest::sample::subsequence(key_names::all(), 0..3),
                0..5,
            ),
        ) {
            // Alt and Ctrl by turns, so that no two actions share a key.
            let mut keys: BTreeMap<&'static str, Vec<Shortcut>> = BTreeMap::new();
            let mut used: Vec<Shortcut> = Vec::new();
            for (turn, (id, list)) in chosen.into_iter().enumerate() {
                let held = if turn % 2 == 0 { egui::Modifiers::ALT } else { egui::Modifiers::CTRL };
                let list: Vec<Shortcut> = list.into_iter().map(|key| Shortcut::new(held, key)).collect();
                let free: Vec<Shortcut> =
                    list.into_iter().filter(|key| !used.iter().any(|other| other.clashes_with(key))).collect();
                used.extend(&free);
                keys.insert(id, free);
            }
            let user = UserKeys { preset, keys };
            prop_assert_eq!(UserKeys::read("keymap.toml", &user.render()), (user, vec![]));
        }
    }
}
