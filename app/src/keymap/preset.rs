//! Presets: keymaps that come with the app, one for each habit.

use std::collections::BTreeMap;

use super::file::{KeyFile, Problem};
use super::shortcut::Shortcut;
use crate::actions::REGISTRY;

/// A keymap that comes with the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Preset {
    /// Concord's own.
    #[default]
    Default,
    /// For people who come from CVAT.
    Cvat,
    /// For people who come from Label Studio.
    LabelStudio,
    /// For people who come from X-AnyLabeling.
    XAnyLabeling,
    /// For people who come from labelme.
    Labelme,
}

/// What a preset says: keys by the id of an action.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    /// Of actions that are there.
    pub keys: BTreeMap<String, Vec<Shortcut>>,
    /// Kept free for actions to come.
    pub planned: BTreeMap<String, Vec<Shortcut>>,
    /// What could not be used; nothing in the files that come with the app.
    pub problems: Vec<Problem>,
}

impl Preset {
    /// All presets, in the order of lists.
    pub const ALL: [Self; 5] = [Self::Default, Self::Cvat, Self::LabelStudio, Self::XAnyLabeling, Self::Labelme];

    /// Its name in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Cvat => "cvat",
            Self::LabelStudio => "label-studio",
            Self::XAnyLabeling => "x-anylabeling",
            Self::Labelme => "labelme",
        }
    }

    /// Its name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Default => "Concord",
            Self::Cvat => "CVAT",
            Self::LabelStudio => "Label Studio",
            Self::XAnyLabeling => "X-AnyLabeling",
            Self::Labelme => "labelme",
        }
    }

    /// The preset of a name in a file.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.id().eq_ignore_ascii_case(id.trim()))
    }

    fn text(self) -> &'static str {
        match self {
            Self::Default => include_str!("../../assets/keymaps/default.toml"),
            Self::Cvat => include_str!("../../assets/keymaps/cvat.toml"),
            Self::LabelStudio => include_str!("../../assets/keymaps/label-studio.toml"),
            Self::XAnyLabeling => include_str!("../../assets/keymaps/x-anylabeling.toml"),
            Self::Labelme => include_str!("../../assets/keymaps/labelme.toml"),
        }
    }

    /// What the preset binds, together with the preset that it extends.
    pub(super) fn bindings(self) -> Bindings {
        let file = KeyFile::read(&format!("{}.toml", self.id()), self.text());
        let base = file.base.and_then(|base| Self::of_id(&base.value)).filter(|base| *base != self);
        let mut all = base.map(Self::bindings).unwrap_or_default();
        all.problems.extend(file.problems);
        for entry in file.keys {
            if !REGISTRY.iter().any(|info| info.id == entry.id) {
                all.problems.push(super::user::unknown_action(&format!("{}.toml", self.id()), &entry.id, entry.line));
                continue;
            }
            all.keys.insert(entry.id, entry.value);
        }
        all.planned.extend(file.planned.into_iter().map(|entry| (entry.id, entry.value)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::Place;

    #[test]
    fn every_preset_is_whole_and_found_by_its_name() {
        for preset in Preset::ALL {
            assert_eq!(preset.bindings().problems, [], "{preset:?}");
            assert_eq!(Preset::of_id(preset.id()), Some(preset));
        }
        assert_eq!(Preset::of_id("CVAT "), Some(Preset::Cvat));
        assert_eq!(Preset::of_id("vim"), None);
    }

    /// Every row of a preset, planned actions included: its id, its place and its keys. Actions to come belong to the
    /// Label screen.
    fn rows(preset: Preset) -> Vec<(String, Place, Vec<Shortcut>)> {
        let bindings = preset.bindings();
        let place = |id: &str| REGISTRY.iter().find(|info| info.id == id).map_or(Place::Label, |info| info.place);
        let rows = bindings.keys.into_iter().chain(bindings.planned);
        rows.map(|(id, keys)| (id.clone(), place(&id), keys)).collect()
    }

    #[test]
    fn no_two_actions_clash_within_a_preset() {
        let mut clashes = Vec::new();
        for preset in Preset::ALL {
            let rows = rows(preset);
            for (i, (a, place, keys)) in rows.iter().enumerate() {
                for (b, _, others) in rows[i + 1..].iter().filter(|(_, other, _)| place.overlaps(*other)) {
                    let shared = keys.iter().filter(|key| others.iter().any(|other| key.clashes_with(other)));
                    clashes.extend(shared.map(|key| format!("{}: {a} and {b} share {key}", preset.id())));
                }
            }
        }
        assert!(clashes.is_empty(), "\n{}", clashes.join("\n"));
    }

    #[test]
    fn planned_keys_move_up_when_their_action_is_there() {
        let mut late = Vec::new();
        for preset in Preset::ALL {
            let planned = KeyFile::read(preset.id(), preset.text()).planned;
            for entry in planned.into_iter().filter(|e| REGISTRY.iter().any(|info| info.id == e.id)) {
                late.push(format!(
                    "{}.toml, line {}: move {} from [planned] to [keys]: the action is in the registry",
                    preset.id(),
                    entry.line,
                    entry.id
                ));
            }
        }
        assert!(late.is_empty(), "\n{}", late.join("\n"));
    }

    #[test]
    fn the_default_names_every_action_so_that_none_is_forgotten() {
        let bindings = Preset::Default.bindings();
        let missing: Vec<&str> =
            REGISTRY.iter().map(|info| info.id).filter(|id| !bindings.keys.contains_key(*id)).collect();
        assert_eq!(missing, [] as [&str; 0], "add a line to default.toml; an empty list when it has no key");
    }
}
