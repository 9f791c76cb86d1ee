//! Panels: they are moved by their handles, stay where they were put, and can be put back.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::common::{Stage, labelling, press, project};

const OBJECTS: &str = "Move the panel: Objects";
const QUEUE: &str = "Move the panel: Queue";

fn left_of(harness: &Harness<'_, Stage>, name: &str) -> f32 {
    harness.get_by_label(name).rect().left()
}

#[test]
fn a_panel_is_moved_kept_and_put_back() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place.clone());
    let canvas = left_of(&harness, "Image canvas");
    assert!(left_of(&harness, QUEUE) < canvas && canvas < left_of(&harness, OBJECTS));
    let from = harness.get_by_label(OBJECTS).rect().center();
    // A drop at the left edge of the queue puts the panel beside it.
    let to = harness.get_by_label(QUEUE).rect().left_center() + egui::vec2(4.0, 240.0);
    harness.hover_at(from);
    harness.drag_at(from);
    for step in 1..=4_i16 {
        harness.hover_at(from.lerp(to, f32::from(step) / 4.0));
        harness.run_steps(2);
    }
    harness.drop_at(to);
    harness.run_steps(8);
    assert!(left_of(&harness, OBJECTS) < left_of(&harness, "Image canvas"), "it stands at the left now");
    drop(harness);
    let mut harness = labelling(dir.path(), place);
    assert!(left_of(&harness, OBJECTS) < left_of(&harness, "Image canvas"), "also after a restart");
    press(&mut harness, Modifiers::CTRL | Modifiers::SHIFT, Key::P);
    harness.get_by_label("Find an action").type_text("put the panels back");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    harness.run_steps(4);
    assert!(left_of(&harness, "Image canvas") < left_of(&harness, OBJECTS));
}
