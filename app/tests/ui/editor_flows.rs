//! Each primitive drawn and edited through the window: tools by their accessible names, gestures on the canvas, keys.

use std::collections::BTreeSet;

use concord_domain::object::Object;
use concord_geometry::{Geometry, GeometryKind};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::common::{Stage, click, drag, labelling, press, project, wait};

/// The objects on the screen.
fn objects(harness: &Harness<'_, Stage>) -> Vec<Object> {
    let project = harness.state().context().project.as_ref().expect("a project is open");
    project.label.session().expect("a sample is loaded").labels.objects.clone()
}

fn take(harness: &mut Harness<'_, Stage>, tool: &str) {
    harness.get_by_label(tool).click();
    harness.run_steps(3);
}

fn last(harness: &Harness<'_, Stage>) -> Geometry {
    objects(harness).last().expect("something was drawn").geometry.clone()
}

fn near(geometry: &Geometry, expect: [f64; 4]) {
    let got: [f64; 4] = geometry.bounds().into();
    let is_near = got.iter().zip(expect).all(|(a, b)| (a - b).abs() <= 1.0);
    assert!(is_near, "{got:?} is not near {expect:?}");
}

fn saved(harness: &mut Harness<'_, Stage>) {
    wait(harness, "the log", |c| c.outstanding.saving() == 0);
    assert!(harness.state().context().messages.shown().is_empty(), "nothing was refused");
}

#[test]
fn every_primitive_is_drawn_by_its_tool_and_survives_a_restart() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place.clone());
    drag(&mut harness, (5.0, 5.0), (25.0, 25.0));
    take(&mut harness, "Draw rotated boxes");
    for at in [(40.0, 10.0), (60.0, 10.0), (60.0, 24.0)] {
        click(&mut harness, at);
    }
    near(&last(&harness), [40.0, 10.0, 60.0, 24.0]);
    take(&mut harness, "Draw polygons");
    for at in [(80.0, 10.0), (100.0, 10.0), (100.0, 30.0)] {
        click(&mut harness, at);
    }
    press(&mut harness, Modifiers::NONE, Key::Enter);
    near(&last(&harness), [80.0, 10.0, 100.0, 30.0]);
    take(&mut harness, "Draw lines");
    click(&mut harness, (110.0, 10.0));
    click(&mut harness, (150.0, 30.0));
    press(&mut harness, Modifiers::NONE, Key::Enter);
    take(&mut harness, "Paint masks");
    press(&mut harness, Modifiers::NONE, Key::Escape);
    take(&mut harness, "Paint masks");
    drag(&mut harness, (30.0, 60.0), (60.0, 60.0));
    near(&last(&harness), [20.0, 50.0, 70.0, 70.0]);
    take(&mut harness, "Draw ellipses");
    drag(&mut harness, (90.0, 50.0), (120.0, 70.0));
    near(&last(&harness), [90.0, 50.0, 120.0, 70.0]);
    take(&mut harness, "Place points");
    click(&mut harness, (140.0, 90.0));
    let kinds = [
        GeometryKind::Box,
        GeometryKind::RotatedBox,
        GeometryKind::Polygon,
        GeometryKind::Polyline,
        GeometryKind::Mask,
        GeometryKind::Ellipse,
        GeometryKind::Keypoints,
    ];
    let drawn = objects(&harness);
    assert_eq!(drawn.iter().map(|o| o.geometry.kind()).collect::<Vec<_>>(), kinds);
    saved(&mut harness);
    drop(harness);
    let mut harness = labelling(dir.path(), place);
    assert_eq!(objects(&harness), drawn, "what was drawn is what is loaded");
    for _ in 0..7 {
        press(&mut harness, Modifiers::CTRL, Key::Z);
    }
    assert_eq!(objects(&harness), []);
    press(&mut harness, Modifiers::CTRL, Key::Y);
    saved(&mut harness);
    assert_eq!(objects(&harness).len(), 1);
}

#[test]
fn a_gesture_is_given_up_and_stepped_back() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    take(&mut harness, "Draw polygons");
    click(&mut harness, (20.0, 20.0));
    click(&mut harness, (60.0, 20.0));
    press(&mut harness, Modifiers::NONE, Key::Escape);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(objects(&harness), []);
    for at in [(20.0, 20.0), (60.0, 20.0), (100.0, 20.0)] {
        click(&mut harness, at);
    }
    press(&mut harness, Modifiers::NONE, Key::Backspace);
    click(&mut harness, (60.0, 60.0));
    press(&mut harness, Modifiers::NONE, Key::Enter);
    near(&last(&harness), [20.0, 20.0, 60.0, 60.0]);
}

#[test]
fn several_objects_are_selected_grouped_locked_and_moved_together() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    drag(&mut harness, (10.0, 10.0), (30.0, 30.0));
    drag(&mut harness, (50.0, 10.0), (70.0, 30.0));
    press(&mut harness, Modifiers::CTRL, Key::A);
    press(&mut harness, Modifiers::CTRL, Key::G);
    let groups: Vec<_> = objects(&harness).iter().map(|o| o.group.clone()).collect();
    assert_eq!(groups, [Some("g1".to_owned()), Some("g1".to_owned())]);
    press(&mut harness, Modifiers::ALT, Key::ArrowRight);
    assert!((objects(&harness)[1].bounds().x1() - objects(&harness)[0].bounds().x1() - 40.0).abs() < 0.5);
    near(&objects(&harness)[0].geometry, [11.0, 10.0, 31.0, 30.0]);
    press(&mut harness, Modifiers::SHIFT, Key::L);
    press(&mut harness, Modifiers::NONE, Key::Delete);
    assert_eq!(objects(&harness).len(), 2, "locked objects stay");
    press(&mut harness, Modifiers::SHIFT, Key::L);
    press(&mut harness, Modifiers::NONE, Key::J);
    assert_eq!(objects(&harness).len(), 1, "joined");
    saved_without_refusal(&mut harness);
}

fn saved_without_refusal(harness: &mut Harness<'_, Stage>) {
    wait(harness, "the log", |c| c.outstanding.saving() == 0);
}

#[test]
fn a_box_is_placed_sized_and_named_by_keys_alone() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 20);
    let mut harness = labelling(dir.path(), place);
    for n in 0..20 {
        wait(&mut harness, "the sample", |c| {
            c.project.as_ref().is_some_and(|p| p.label.session().is_some() && p.label.image().is_some())
        });
        press(&mut harness, Modifiers::NONE, Key::Insert);
        assert_eq!(objects(&harness).len(), 1, "sample {n}");
        let before = objects(&harness)[0].bounds();
        press(&mut harness, Modifiers::ALT, Key::ArrowUp);
        press(&mut harness, Modifiers::ALT | Modifiers::SHIFT, Key::ArrowRight);
        press(&mut harness, Modifiers::NONE, Key::Num2);
        let after = &objects(&harness)[0];
        assert_eq!((after.bounds().y1(), after.class.as_str()), (before.y1() - 1.0, "nut"));
        assert_eq!(after.bounds().width(), before.width() + 1.0);
        press(&mut harness, Modifiers::CTRL, Key::Enter);
    }
    wait(&mut harness, "the log", |c| c.outstanding.saving() == 0);
    let project = harness.state().context().project.as_ref().expect("a project is open");
    assert_eq!(project.label.queue.open_count(), 0, "twenty samples without a mouse");
}

#[test]
fn the_history_leads_back_to_a_step() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    drag(&mut harness, (10.0, 10.0), (30.0, 30.0));
    drag(&mut harness, (50.0, 10.0), (70.0, 30.0));
    press(&mut harness, Modifiers::NONE, Key::Num2);
    press(&mut harness, Modifiers::CTRL, Key::H);
    harness.get_by_label("History step 1: add bolt").click();
    harness.run_steps(4);
    assert_eq!(objects(&harness).len(), 1);
    harness.get_by_label("History step 3: change bolt to nut").click();
    harness.run_steps(4);
    assert_eq!(objects(&harness).iter().map(|o| o.class.as_str()).collect::<Vec<_>>(), ["bolt", "nut"]);
    saved(&mut harness);
}

#[test]
fn a_comment_is_pinned_read_and_settled() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place.clone());
    press(&mut harness, Modifiers::NONE, Key::I);
    click(&mut harness, (40.0, 40.0));
    harness.run_steps(2);
    harness.get_by_label("Comment text").type_text("one bolt or two?");
    harness.run_steps(2);
    harness.get_by_label("Add comment").click();
    harness.run_steps(4);
    harness.get_by_label("one bolt or two?");
    harness.get_by_label("Settle comment 1").click();
    harness.run_steps(4);
    harness.get_by_label("Open again comment 1");
    saved(&mut harness);
    drop(harness);
    let harness = labelling(dir.path(), place);
    harness.get_by_label("Open again comment 1");
}

#[test]
fn the_pieces_of_a_slice_are_selected_wherever_they_lie() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    drag(&mut harness, (10.0, 10.0), (50.0, 50.0));
    drag(&mut harness, (80.0, 10.0), (120.0, 50.0));
    press(&mut harness, Modifiers::SHIFT, Key::Tab);
    press(&mut harness, Modifiers::ALT, Key::J);
    drag(&mut harness, (30.0, 2.0), (30.0, 60.0));
    let (drawn, project) = (objects(&harness), harness.state().context().project.as_ref().expect("a project is open"));
    assert_eq!(drawn.len(), 3);
    let selected: BTreeSet<_> = project.label.selection.to_vec().into_iter().collect();
    let pieces: BTreeSet<_> = drawn[..2].iter().map(|object| object.id.clone()).collect();
    assert_eq!(selected, pieces, "the object that was cut, and the new piece behind it in the order");
}

#[test]
fn undo_while_drawing_takes_back_a_point_and_not_the_last_object() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    drag(&mut harness, (10.0, 10.0), (30.0, 30.0));
    take(&mut harness, "Draw polygons");
    for at in [(60.0, 20.0), (100.0, 20.0), (140.0, 20.0)] {
        click(&mut harness, at);
    }
    press(&mut harness, Modifiers::CTRL, Key::Z);
    assert_eq!(objects(&harness).len(), 1, "the box stays");
    click(&mut harness, (100.0, 60.0));
    press(&mut harness, Modifiers::NONE, Key::Enter);
    near(&last(&harness), [60.0, 20.0, 100.0, 60.0]);
}
