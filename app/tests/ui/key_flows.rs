//! Keys: presets by name, keys by pressing them, clashes, a person's own file, the settings.

use concord_app::actions::{Action, REGISTRY};
use concord_app::keymap::{Preset, Shortcut};
use concord_widgets::theme::ThemeKind;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::common::{Stage, labelling, on_stage, options, press, project, wait};

const CTRL_SHIFT: Modifiers = Modifiers::CTRL.plus(Modifiers::SHIFT);

fn words(harness: &Harness<'_, Stage>, action: Action) -> String {
    harness.state().context().keymap.words(action)
}

fn at(harness: &Harness<'_, Stage>) -> Option<usize> {
    harness.state().context().project.as_ref().and_then(|p| p.label.queue.at())
}

/// Presses the button of this name, as a person without a pointer does.
fn push(harness: &mut Harness<'_, Stage>, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).focus();
    harness.run_steps(2);
    press(harness, Modifiers::NONE, Key::Enter);
}

fn choose(harness: &mut Harness<'_, Stage>, list: &str, entry: &str) {
    harness.get_by_role_and_label(Role::ComboBox, list).click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, entry).click();
    harness.run_steps(4);
}

#[test]
fn the_preset_of_cvat_is_chosen_and_f_goes_forward() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 3);
    let mut harness = labelling(dir.path(), place.clone());
    press(&mut harness, Modifiers::NONE, Key::F1);
    choose(&mut harness, "Keymap preset", "CVAT");
    assert_eq!(harness.state().context().keymap.preset(), Preset::Cvat);
    harness.get_by_role_and_label(Role::Button, "Close").click();
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::F);
    assert_eq!(at(&harness), Some(1));
    press(&mut harness, Modifiers::NONE, Key::D);
    assert_eq!(at(&harness), Some(0));
    drop(harness);
    let harness = labelling(dir.path(), place);
    assert_eq!(harness.state().context().keymap.preset(), Preset::Cvat, "it is remembered");
}

#[test]
fn a_key_is_changed_by_pressing_it_without_a_pointer() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 3);
    let mut harness = labelling(dir.path(), place.clone());
    press(&mut harness, Modifiers::NONE, Key::F1);
    harness.get_by_label("Search keys").type_text("next sam");
    harness.run_steps(3);
    assert!(harness.query_by_label("Change Undo").is_none(), "the list shows what is searched");
    push(&mut harness, "Change Next sample");
    harness.get_by_label("Press the keys for “Next sample”; Esc cancels");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(words(&harness, Action::NextSample), "D", "Esc leaves it");
    assert!(harness.query_by_label("Search keys").is_some(), "and the window stays open");
    push(&mut harness, "Change Next sample");
    press(&mut harness, CTRL_SHIFT, Key::Enter);
    assert_eq!(words(&harness, Action::NextSample), "Ctrl+Shift+Enter");
    push(&mut harness, "Add a key to Next sample");
    press(&mut harness, Modifiers::NONE, Key::W);
    assert_eq!(words(&harness, Action::NextSample), "Ctrl+Shift+Enter, W");
    push(&mut harness, "Close");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    press(&mut harness, Modifiers::NONE, Key::W);
    assert_eq!(at(&harness), Some(1));
    press(&mut harness, Modifiers::NONE, Key::D);
    assert_eq!(at(&harness), Some(1), "the key of the preset is gone");
    drop(harness);
    let written = std::fs::read_to_string(dir.path().join("keymap.toml")).expect("it was saved");
    assert!(written.contains("next-sample = [\"Ctrl+Shift+Enter\", \"W\"]"), "{written}");
    let mut harness = labelling(dir.path(), place);
    assert_eq!(words(&harness, Action::NextSample), "Ctrl+Shift+Enter, W");
    press(&mut harness, Modifiers::NONE, Key::F1);
    push(&mut harness, "Reset Next sample");
    assert_eq!(words(&harness, Action::NextSample), "D");
}

#[test]
fn a_clash_is_named_and_the_key_is_taken_only_when_one_says_so() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    press(&mut harness, Modifiers::NONE, Key::F1);
    for (answer, next, fit) in [("Cancel", "D", "F, Ctrl+F"), ("Replace", "F", "Ctrl+F")] {
        push(&mut harness, "Change Next sample");
        press(&mut harness, Modifiers::NONE, Key::F);
        harness.get_by_label("F belongs to “Fit”");
        push(&mut harness, answer);
        assert_eq!((words(&harness, Action::NextSample), words(&harness, Action::Fit)), (next.into(), fit.into()));
    }
    push(&mut harness, "Change Undo");
    push_while_listening(&mut harness, "No key for Undo");
    assert_eq!(words(&harness, Action::Undo), "");
    push(&mut harness, "Reset all keys");
    assert_eq!(words(&harness, Action::Undo), "Ctrl+Z");
    assert_eq!(words(&harness, Action::Fit), "F, Ctrl+F");
}

/// While a key is waited for, Enter would be that key: the button is clicked.
fn push_while_listening(harness: &mut Harness<'_, Stage>, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    harness.run_steps(4);
}

#[test]
fn a_persons_file_counts_and_its_mistakes_are_told_by_line() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 3);
    let file = dir.path().join("keymap.toml");
    std::fs::write(&file, "preset = \"labelme\"\n[keys]\nfit = [\"Ctrl+Foo\"]\nnext-sample = [\"X\"]\n")
        .expect("the folder is writable");
    let mut harness = labelling(dir.path(), place);
    harness.get_by_label("One key was not taken over");
    harness.get_by_label_contains("keymap.toml, line 3: fit: “Ctrl+Foo” cannot be read");
    harness.get_by_label_contains("X belongs to “Next sample” now, not to “Crosshair”");
    press(&mut harness, Modifiers::NONE, Key::X);
    assert_eq!(at(&harness), Some(1), "the rest of the file counts");
    std::fs::write(&file, "[keys]\nnext-sample = [\"W\"]\n").expect("the folder is writable");
    press(&mut harness, CTRL_SHIFT, Key::P);
    harness.get_by_label("Find an action").type_text("keymap file");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    wait(&mut harness, "the file", |c| c.keymap.words(Action::NextSample) == "W");
    assert_eq!(harness.state().context().keymap.preset(), Preset::Default);
    drop(harness);
    let kept = std::fs::read_to_string(&file).expect("it is there");
    assert_eq!(kept, "[keys]\nnext-sample = [\"W\"]\n", "a file that was only read is not written");
}

#[test]
fn tooltips_and_palette_tell_the_keys_in_force() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    std::fs::write(dir.path().join("keymap.toml"), "[keys]\nundo = [\"F9\"]\n").expect("the folder is writable");
    let mut harness = labelling(dir.path(), place);
    press(&mut harness, CTRL_SHIFT, Key::P);
    harness.get_by_label("Find an action").type_text("undo");
    harness.run_steps(3);
    assert!(harness.query_by_label("Undo, F9, not available: there is nothing to undo").is_some());
}

#[test]
fn every_action_is_found_in_the_palette() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    let mut missing = Vec::new();
    for info in REGISTRY {
        press(&mut harness, CTRL_SHIFT, Key::P);
        harness.get_by_label("Find an action").type_text(info.action.title());
        harness.run_steps(2);
        let rows = harness.get_all_by_role(Role::ListBoxOption).filter_map(|row| row.accesskit_node().label());
        if !rows.into_iter().any(|name| name.starts_with(info.action.title())) {
            missing.push(info.id);
        }
        press(&mut harness, Modifiers::NONE, Key::Escape);
    }
    assert_eq!(missing, [] as [&str; 0]);
}

#[test]
fn settings_are_changed_by_name_and_remembered() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 720.0]), options(dir.path()), None);
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::F2);
    choose(&mut harness, "Theme", "Light");
    choose(&mut harness, "Interface scale", "125 %");
    choose(&mut harness, "Keymap preset", "Label Studio");
    harness.get_by_role_and_label(Role::CheckBox, "Reduced motion").click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::CheckBox, "Crosshair").click();
    harness.run_steps(3);
    let context = harness.state().context();
    assert_eq!((context.settings.theme(), context.settings.scale()), (ThemeKind::Light, 1.25));
    assert_eq!((context.settings.reduced_motion(), context.settings.crosshair), (true, false));
    assert_eq!(context.keymap.keys(Action::NextSample), ["Ctrl+Right".parse::<Shortcut>().expect("a key")]);
    assert_eq!(harness.ctx.global_style().animation_time, 0.0);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label("Interface scale").is_none());
    drop(harness);
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 720.0]), options(dir.path()), None);
    harness.run_steps(2);
    let context = harness.state().context();
    assert_eq!((context.settings.scale(), context.settings.reduced_motion()), (1.25, true));
    assert_eq!(context.keymap.preset(), Preset::LabelStudio);
    press(&mut harness, Modifiers::NONE, Key::F2);
    harness.get_by_role_and_label(Role::Button, "Show and change keys").click();
    harness.run_steps(4);
    assert!(harness.query_by_label("Search keys").is_some());
}

#[test]
fn a_sample_is_gone_to_by_its_number_or_a_part_of_its_name() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 3);
    let mut harness = labelling(dir.path(), place);
    press(&mut harness, Modifiers::NONE, Key::Backtick);
    harness.get_by_label("Number or name of a sample").type_text("3");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(at(&harness), Some(2));
    press(&mut harness, Modifiers::NONE, Key::Backtick);
    harness.get_by_label("Number or name of a sample").type_text("BELT");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(at(&harness), Some(1), "the second of those that fit");
    press(&mut harness, Modifiers::NONE, Key::Backtick);
    harness.get_by_label("Number or name of a sample").type_text("nothing like it");
    harness.run_steps(3);
    assert!(harness.query_by_label("No sample of the queue fits").is_some());
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(at(&harness), Some(1));
}
