//! Languages: one is chosen in the settings, and then everything is said in it.

use std::collections::BTreeSet;
use std::path::Path;

use concord_language::{Language, sentences, text_in};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::common::{Stage, labelling, on_stage, options, press, project, wait};
use crate::policy_flows::edit_files;
use crate::review_flows::{BEN, submitted};
use crate::work_flows::worked;

const CTRL: Modifiers = Modifiers::CTRL;
const NONE: Modifiers = Modifiers::NONE;

/// Everything that is shown or read out: names and values of all controls.
fn said(harness: &Harness<'_, Stage>) -> BTreeSet<String> {
    let nodes = harness.root().children_recursive();
    let texts = nodes.flat_map(|node| {
        let node = node.accesskit_node();
        [node.label(), node.value(), node.placeholder().map(str::to_owned)]
    });
    texts.flatten().collect()
}

/// English sentences that are said otherwise in German.
fn english() -> BTreeSet<&'static str> {
    let names = sentences(Language::English).into_iter().filter(|(_, values)| values.is_empty());
    let pairs = names.map(|(name, _)| (text_in(Language::English, name), text_in(Language::German, name)));
    // Single letters are keys as well.
    pairs
        .filter(|(english, german)| english != german && english.chars().count() > 1)
        .map(|(english, _)| english)
        .collect()
}

fn is_german(harness: &Harness<'_, Stage>, screen: &str) {
    let english = english();
    let said = said(harness);
    let left: Vec<&String> = said.iter().filter(|text| english.contains(text.as_str())).collect();
    assert!(left.is_empty(), "{screen} still says {left:?}");
}

#[test]
fn a_language_is_chosen_in_the_settings_and_kept() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    {
        let mut harness = labelling(dir.path(), place.clone());
        press(&mut harness, NONE, Key::F2);
        harness.get_by_role_and_label(Role::ComboBox, "Language").click();
        harness.run_steps(4);
        harness.get_by_role_and_label(Role::Button, "Deutsch").click();
        harness.run_steps(4);
        assert!(harness.query_by_label("Einstellungen").is_some(), "{:?}", said(&harness));
        harness.get_by_label("Schließen").click();
        harness.run_steps(4);
        assert!(harness.query_by_label("Abgeben und weiter").is_some());
    }
    let harness = labelling(dir.path(), place);
    assert_eq!(harness.state().context().settings.language(), Some(Language::German));
    assert!(harness.query_by_label("Abgeben und weiter").is_some());
}

/// Every part of the Policy screen, with the windows that ask.
fn policy_is_german(harness: &mut Harness<'_, Stage>, place: &Path) {
    edit_files(place);
    harness.get_by_label("Zu „Regelwerk“ wechseln").click();
    let shows = |harness: &mut Harness<'_, Stage>, words: &str| {
        for _ in 0..2000 {
            harness.step();
            if harness.query_all_by_label_contains(words).next().is_some() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("nothing says {words}: {:?}", said(harness));
    };
    for (tab, there, button) in [
        (None, "Regelwerk 2 und Ontologie 2 sind neu", "Veröffentlichen …"),
        (Some("Versionen"), "Regelwerk 1, Ontologie 1", "Zurückziehen …"),
        (Some("Kampagnen"), "Noch keine Kampagne", "Neue Kampagne …"),
        (Some("Personen"), "Niemand hat eine Rolle", "Die Person hinzufügen"),
    ] {
        if let Some(tab) = tab {
            harness.get_by_role_and_label(Role::Button, tab).click();
        }
        shows(harness, there);
        harness.run_steps(3);
        is_german(harness, there);
        // Where the button can be pressed a window asks.
        harness.get_by_role_and_label(Role::Button, button).click();
        harness.run_steps(3);
        is_german(harness, button);
        press(harness, NONE, Key::Escape);
    }
}

#[test]
fn in_german_nothing_is_english() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut german = options(dir.path());
    german.system_language = Language::German;
    let place = project(dir.path(), 3);
    submitted(&place, "ben", &BEN);
    submitted(&place, "cem", &BEN[1..]);
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 1400.0]), german.clone(), Some(place.clone()));
    let is_there = |c: &concord_app::context::Context| c.project.as_ref().is_some_and(|p| p.label.image().is_some());
    wait(&mut harness, "the first image", is_there);
    wait(&mut harness, "the labels", |c| c.project.as_ref().is_some_and(|p| p.label.session().is_some()));
    is_german(&harness, "the Label screen without labels");
    press(&mut harness, NONE, Key::R);
    let canvas = harness.get_by_label(text_in(Language::German, "label-canvas")).rect().center();
    for (from, to) in [(canvas, egui::vec2(60.0, 40.0)), (canvas, egui::vec2(1.0, 1.0))] {
        harness.hover_at(from);
        harness.drag_at(from);
        harness.hover_at(from + to / 2.0);
        harness.drop_at(from + to);
        harness.run_steps(4);
    }
    press(&mut harness, CTRL, Key::H);
    press(&mut harness, CTRL, Key::T);
    is_german(&harness, "the Label screen with labels, history and tone");
    press(&mut harness, CTRL, Key::Z);
    press(&mut harness, CTRL, Key::Space);
    is_german(&harness, "skipping");
    press(&mut harness, NONE, Key::Escape);
    for (what, key) in [("the list of keys", Key::F1), ("the settings", Key::F2)] {
        press(&mut harness, NONE, key);
        is_german(&harness, what);
        press(&mut harness, NONE, Key::Escape);
    }
    press(&mut harness, CTRL | Modifiers::SHIFT, Key::P);
    is_german(&harness, "the palette");
    press(&mut harness, NONE, Key::Escape);
    harness.get_by_label("Zu „Übereinstimmung“ wechseln").click();
    harness.run_steps(4);
    is_german(&harness, "the Agreement screen");
    policy_is_german(&mut harness, &place);
    harness.get_by_label("Zu „Prüfen“ wechseln").click();
    let is_disputed = |c: &concord_app::context::Context| {
        c.project.as_ref().is_some_and(|p| p.label.sample().is_some_and(|sample| p.review.dispute(sample).is_some()))
    };
    wait(&mut harness, "what is disputed", is_disputed);
    wait(&mut harness, "the labels", |c| c.project.as_ref().is_some_and(|p| p.label.session().is_some()));
    harness.run_steps(4);
    press(&mut harness, NONE, Key::W);
    press(&mut harness, NONE, Key::Num1);
    is_german(&harness, "the Review screen");
    press(&mut harness, CTRL, Key::Backspace);
    is_german(&harness, "sending back");
    drop(harness);
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 900.0]), german, Some(dir.path().join("nowhere")));
    wait(&mut harness, "the message", |c| !c.messages.shown().is_empty());
    harness.run_steps(3);
    is_german(&harness, "the start screen with a message");
    harness.get_by_label("Öffnen des Projekts fehlgeschlagen");
}

/// Everything that is told of people: the tabs of the Agreement screen, and the Activity screen with its history.
#[test]
fn what_is_told_of_people_is_german() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = worked(dir.path());
    let mut german = options(dir.path());
    german.system_language = Language::German;
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 1400.0]), german, Some(place));
    wait(&mut harness, "the project", |c| c.project.as_ref().is_some_and(|p| p.label.queue.is_loaded));
    harness.run_steps(3);
    harness.get_by_label("Zu „Übereinstimmung“ wechseln").click();
    wait(&mut harness, "the figures", |c| c.project.as_ref().is_some_and(|p| p.agreement.people.is_some()));
    for tab in ["together", "ambiguous", "months", "attributes", "threshold", "people", "anchoring", "label-drift"] {
        harness.run_steps(3);
        let name = text_in(Language::German, &format!("agreement-tab-{tab}"));
        harness.get_by_role_and_label(Role::Button, name).click();
        harness.run_steps(4);
        is_german(&harness, name);
    }
    harness.get_by_label("Zu „Aktivität“ wechseln").click();
    wait(&mut harness, "what was done", |c| {
        let open = &c.project.as_ref().expect("a project").activity;
        open.report.is_some() && open.history.is_some()
    });
    harness.run_steps(3);
    is_german(&harness, "the Activity screen");
    harness.get_by_role_and_label(Role::Button, "Verlauf").click();
    harness.run_steps(3);
    harness.get_by_label("Jeder Schritt, jede Zeit, jede Reservierung").click();
    harness.run_steps(2);
    wait(&mut harness, "the history", |c| !c.outstanding.awaits(&concord_app::jobs::Request::History));
    harness.run_steps(3);
    is_german(&harness, "the history");
}
