//! The shell: start screen, palette, list of keys, who is at the desk.

use concord_app::context::Screen;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::common::{images, labelling, on_stage, options, press, project, wait};

const CTRL_SHIFT: Modifiers = Modifiers::CTRL.plus(Modifiers::SHIFT);

#[test]
fn a_project_is_opened_by_a_typed_path_and_remembered() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 720.0]), options(dir.path()), None);
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::TextInput, "Project folder").focus();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::TextInput, "Project folder").type_text(&place.display().to_string());
    harness.run_steps(2);
    harness.get_by_label("Open project").click();
    wait(&mut harness, "the project", |c| c.project.is_some());
    let context = harness.state().context();
    assert_eq!(context.screen, Screen::Label);
    assert_eq!(context.settings.recent, [place]);
}

#[test]
fn a_wrong_path_is_told_with_what_to_do() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let nowhere = dir.path().join("nowhere");
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 720.0]), options(dir.path()), Some(nowhere));
    wait(&mut harness, "the message", |c| !c.messages.shown().is_empty());
    harness.run_steps(3);
    harness.get_by_label("Opening the project failed");
    harness.get_by_label("Dismiss: Opening the project failed").click();
    harness.run_steps(3);
    assert!(harness.state().context().messages.shown().is_empty());
}

#[test]
fn a_new_project_reports_what_it_could_not_use() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let folder = images(dir.path(), 2);
    std::fs::copy(folder.join("belt-0.png"), folder.join("twin.png")).expect("it can be copied");
    std::fs::write(folder.join("broken.jpg"), b"no picture").expect("it is writable");
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 900.0]), options(dir.path()), None);
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::TextInput, "Folder of images").focus();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::TextInput, "Folder of images").type_text(&folder.display().to_string());
    harness.run_steps(2);
    let sidecar = dir.path().join("metadata.csv");
    std::fs::write(&sidecar, "file,camera\nbelt-0.png,A\nbelt-1.png,B\n").expect("it is writable");
    let field = "Metadata (CSV or JSON Lines, optional)";
    harness.get_by_role_and_label(Role::TextInput, field).focus();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::TextInput, field).type_text(&sidecar.display().to_string());
    harness.run_steps(2);
    harness.get_by_label("Make project").click();
    wait(&mut harness, "the project", |c| c.project.is_some());
    let reader = harness.state().context().project.as_ref().expect("open").desk.project.reader().expect("a reader");
    let cameras: Vec<String> =
        reader.samples().expect("samples").iter().filter_map(|s| s.metadata.get("camera").cloned()).collect();
    assert_eq!(cameras, ["A", "B"]);
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains("broken.jpg").next().is_some());
    assert!(harness.query_all_by_label_contains("twin.png").next().is_some());
    harness.get_by_label("Start labelling").click();
    harness.run_steps(3);
    assert_eq!(harness.state().context().screen, Screen::Label);
}

#[test]
fn the_palette_finds_an_action_and_says_why_one_cannot_be_used() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    press(&mut harness, CTRL_SHIFT, Key::P);
    harness.get_by_label("Find an action").type_text("undo");
    harness.run_steps(3);
    assert!(harness.query_by_label("Undo, Ctrl+Z, not available: there is nothing to undo").is_some());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    press(&mut harness, CTRL_SHIFT, Key::P);
    harness.get_by_label("Find an action").type_text("saliency");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    let project = harness.state().context().project.as_ref().expect("a project is open");
    assert!(project.label.saliency_on);
    wait(&mut harness, "the reason", |c| c.project.as_ref().is_some_and(|p| p.label.explain.problem().is_some()));
}

#[test]
fn the_keys_are_listed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    press(&mut harness, Modifiers::NONE, Key::F1);
    assert!(harness.query_all_by_label("Ctrl+Enter").next().is_some());
    harness.get_by_label("Close").click();
    harness.run_steps(3);
    assert!(harness.query_all_by_label("Ctrl+Enter").next().is_none());
}

#[test]
fn typing_a_name_is_no_action() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 2);
    let mut harness = labelling(dir.path(), place);
    harness.get_by_label("At the desk").click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::TextInput, "Name at the desk").type_text("D");
    harness.key_press(Key::D);
    harness.run_steps(3);
    let project = harness.state().context().project.as_ref().expect("a project is open");
    assert_eq!(project.label.queue.at(), Some(0), "a letter in a field is no action");
}

#[test]
fn agreement_says_what_to_do_when_there_is_no_pair() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    harness.get_by_label("Go to Agreement").click();
    harness.run_steps(2);
    wait(&mut harness, "the figures", |c| c.project.as_ref().is_some_and(|p| p.agreement.report.is_some()));
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("Nobody has submitted labels yet").is_some());
}
