//! The keymap in force: a preset, a person's own keys over it, and what each key invokes where.

mod dispatch;
mod file;
#[cfg(test)]
mod habits_tests;
mod key_names;
mod manual;
mod preset;
mod shortcut;
mod user;

pub use dispatch::{Holder, take_actions};
pub use file::Problem;
pub use manual::markdown;
pub use preset::Preset;
pub use shortcut::{Fit, Press, Shortcut, ShortcutError};
pub use user::{UserKeys, file_beside};

use crate::actions::{Action, ActionInfo, REGISTRY};

/// Which keys invoke which action. Within a place every key has one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    user: UserKeys,
    /// Keys in the order of the registry.
    keys: Vec<Vec<Shortcut>>,
    lost: Vec<Lost>,
}

/// A key of the preset that a person gave to another action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// The action that had the key.
    pub action: Action,
    /// The key.
    pub key: Shortcut,
    /// The action that has it now.
    pub holder: Action,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::new(UserKeys::default())
    }
}

impl Keymap {
    /// The preset with a person's own keys over it: where the two want one key in one place, the person's counts.
    pub fn new(user: UserKeys) -> Self {
        let preset = user.preset.bindings().keys;
        let mut lost = Vec::new();
        let mut keys = Vec::with_capacity(REGISTRY.len());
        for info in REGISTRY {
            let own = user.keys.get(info.id).cloned();
            keys.push(own.unwrap_or_else(|| {
                let mut kept = preset.get(info.id).cloned().unwrap_or_default();
                kept.retain(|key| match taker(&user, info, *key) {
                    Some(holder) => {
                        lost.push(Lost { action: info.action, key: *key, holder: holder.action });
                        false
                    }
                    None => true,
                });
                kept
            }));
        }
        Self { user, keys, lost }
    }

    /// The preset chosen.
    pub fn preset(&self) -> Preset {
        self.user.preset
    }

    /// What a keymap file says of it.
    pub fn user(&self) -> &UserKeys {
        &self.user
    }

    /// The keys of an action, the first being the one to show where room is short.
    pub fn keys(&self, action: Action) -> &[Shortcut] {
        let at = REGISTRY.iter().position(|info| info.action == action);
        at.and_then(|at| self.keys.get(at)).map_or(&[], Vec::as_slice)
    }

    /// The keys of an action in words, joined by commas; empty when it has none.
    pub fn words(&self, action: Action) -> String {
        let words: Vec<String> = self.keys(action).iter().map(Shortcut::to_string).collect();
        words.join(", ")
    }

    /// True when a person bound the action otherwise than the preset.
    pub fn is_changed(&self, action: Action) -> bool {
        self.user.keys.contains_key(action.info().id)
    }

    /// Keys of the preset that went to another action.
    pub fn lost(&self) -> &[Lost] {
        &self.lost
    }

    /// The other action that has the key where `action` could be invoked.
    pub fn holder(&self, action: Action, key: Shortcut) -> Option<Action> {
        let wanted = action.info();
        let holds = |(info, keys): &(&ActionInfo, &Vec<Shortcut>)| {
            info.action != action && info.place.overlaps(wanted.place) && keys.iter().any(|k| k.clashes_with(&key))
        };
        REGISTRY.iter().zip(&self.keys).find(holds).map(|(info, _)| info.action)
    }

    /// Gives an action these keys and no others; actions that have one of them in the same place lose it.
    pub fn bind(&mut self, action: Action, keys: &[Shortcut]) {
        let mut user = self.user.clone();
        for key in keys {
            while let Some(holder) = Self::new(user.clone()).holder(action, *key) {
                let left = Self::new(user.clone()).keys(holder).to_vec();
                let left = left.into_iter().filter(|other| !other.clashes_with(key)).collect();
                user.keys.insert(holder.info().id, left);
            }
        }
        let id = action.info().id;
        if user.preset.bindings().keys.get(id).is_some_and(|own| own == keys) {
            user.keys.remove(id);
        } else {
            user.keys.insert(id, keys.to_vec());
        }
        *self = Self::new(user);
    }

    /// Gives an action, or every action, the keys of the preset again.
    pub fn reset(&mut self, action: Option<Action>) {
        let mut user = self.user.clone();
        match action {
            Some(action) => drop(user.keys.remove(action.info().id)),
            None => user.keys.clear(),
        }
        *self = Self::new(user);
    }

    /// Changes the preset; a person's own keys stay.
    pub fn set_preset(&mut self, preset: Preset) {
        *self = Self::new(UserKeys { preset, keys: self.user.keys.clone() });
    }
}

/// The action to which a person gave a key, where it could be invoked together with `info`.
fn taker(user: &UserKeys, info: &ActionInfo, key: Shortcut) -> Option<&'static ActionInfo> {
    REGISTRY.iter().filter(|other| other.action != info.action && other.place.overlaps(info.place)).find(|other| {
        let own = user.keys.get(other.id);
        own.is_some_and(|keys| keys.iter().any(|own| own.clashes_with(&key)))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> Shortcut {
        text.parse().expect("the test writes a shortcut")
    }

    #[test]
    fn a_persons_key_wins_over_the_preset_and_the_loser_is_named() {
        let (user, problems) = UserKeys::read("keymap.toml", "[keys]\nnext-sample = [\"F\"]\n");
        assert_eq!(problems, []);
        let keymap = Keymap::new(user);
        assert_eq!(keymap.words(Action::NextSample), "F");
        assert!(!keymap.keys(Action::Fit).contains(&key("F")));
        let lost = Lost { action: Action::Fit, key: key("F"), holder: Action::NextSample };
        assert_eq!(keymap.lost(), [lost]);
        assert!(keymap.is_changed(Action::NextSample) && !keymap.is_changed(Action::Fit));
    }

    #[test]
    fn binding_takes_the_key_from_whoever_has_it_and_resetting_gives_it_back() {
        let mut keymap = Keymap::default();
        assert_eq!(keymap.holder(Action::NextSample, key("F")), Some(Action::Fit));
        assert_eq!(keymap.holder(Action::ComputeAgreement, key("F")), None, "that is another screen");
        keymap.bind(Action::NextSample, &[key("F")]);
        assert_eq!((keymap.words(Action::NextSample), keymap.words(Action::Fit)), ("F".into(), "Ctrl+F".into()));
        assert_eq!(keymap.lost(), [], "what was replaced on purpose is written down and told no more");
        keymap.reset(None);
        assert_eq!(keymap, Keymap::default());
        keymap.bind(Action::Undo, &[]);
        assert_eq!(keymap.words(Action::Undo), "");
        keymap.reset(Some(Action::Undo));
        assert_eq!(keymap, Keymap::default());
    }

    #[test]
    fn binding_the_keys_of_the_preset_is_no_change() {
        let mut keymap = Keymap::default();
        keymap.bind(Action::NextSample, &[key("D")]);
        assert_eq!(keymap, Keymap::default());
    }

    #[test]
    fn another_preset_keeps_a_persons_keys() {
        let mut keymap = Keymap::default();
        keymap.bind(Action::NextSample, &[key("Ctrl+F2")]);
        keymap.set_preset(Preset::Cvat);
        assert_eq!(keymap.words(Action::NextSample), "Ctrl+F2");
        assert_eq!(keymap.words(Action::PreviousSample), "D");
    }

    proptest! {
        /// Whatever is bound, no two actions of a place share a key, and what was bound last is there.
        #[test]
        fn no_binding_makes_a_clash(
            preset in proptest::sample::select(Preset::ALL.to_vec()),
            steps in proptest::collection::vec((0..REGISTRY.len(), proptest::sample::select(key_names::all())), 1..6),
        ) {
            let mut keymap = Keymap::default();
            keymap.set_preset(preset);
            for (at, key) in steps {
                let (action, key) = (REGISTRY[at].action, Shortcut::plain(key));
                keymap.bind(action, &[key]);
                prop_assert_eq!(keymap.keys(action), [key]);
            }
            for info in REGISTRY {
                for key in keymap.keys(info.action) {
                    prop_assert_eq!(keymap.holder(info.action, *key), None, "{} of {}", key, info.id);
                }
            }
            let (read, problems) = UserKeys::read("keymap.toml", &keymap.user().render());
            prop_assert_eq!((Keymap::new(read), problems), (keymap, vec![]));
        }
    }
}
