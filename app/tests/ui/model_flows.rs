//! The Models screen: a file is looked at, registered, run and put out of use.

use std::path::{Path, PathBuf};

use concord_app::context::Screen;
use concord_app::messages::Body;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::common::{Stage, labelling, project, wait};

fn model(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/inference/tests/data").join(name)
}

fn listed(harness: &Harness<'_, Stage>) -> usize {
    let project = harness.state().context().project.as_ref().expect("a project");
    project.models.listed.as_ref().map_or(0, Vec::len)
}

/// The Models screen of a project of two images.
fn models(dir: &Path) -> Harness<'static, Stage> {
    let mut harness = labelling(dir, project(dir, 2));
    harness.get_by_label("Go to Models").click();
    wait(&mut harness, "the registry", |c| c.project.as_ref().is_some_and(|p| p.models.listed.is_some()));
    harness.run_steps(3);
    assert_eq!(harness.state().context().screen, Screen::Models);
    harness
}

fn look_at(harness: &mut Harness<'static, Stage>, file: &Path) {
    let field = |harness: &Harness<'static, Stage>| {
        harness.get_by_role_and_label(Role::TextInput, "Path of an ONNX file").focus();
    };
    field(harness);
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::TextInput, "Path of an ONNX file").type_text(&file.display().to_string());
    harness.run_steps(2);
    harness.get_by_label("Look at it").click();
}

#[test]
fn a_model_is_looked_at_registered_run_and_retired() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut harness = models(dir.path());
    harness.get_by_label("No model is registered");
    look_at(&mut harness, &model("detector.onnx"));
    wait(&mut harness, "the question", |c| c.project.as_ref().is_some_and(|p| p.models.proposal.is_some()));
    harness.run_steps(3);
    harness.get_by_label_contains("family yolov8");
    harness.get_by_label_contains("nut's: their objects are kept");
    harness.get_by_role_and_label(Role::TextInput, "Licence").focus();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::TextInput, "Licence").type_text("CC0-1.0");
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Register").click();
    wait(&mut harness, "the model", |c| {
        c.project
            .as_ref()
            .is_some_and(|p| p.models.listed.as_ref().is_some_and(|l| l.len() == 1 && !l[0].row.speeds.is_empty()))
    });
    harness.run_steps(3);
    harness.get_by_label("CC0-1.0");

    harness.get_by_label("Run over all samples").click();
    wait(&mut harness, "the run", |c| {
        let says =
            |m: &concord_app::messages::Message| matches!(&m.body, Body::Info(t) if t.contains("ran over 2 samples"));
        c.messages.shown().iter().any(says)
    });
    // What it found is there to be taken over, and a run in views is a layer of its own.
    harness.get_by_label("Run in six views").click();
    wait(&mut harness, "the layers", |c| {
        let session = c.project.as_ref().and_then(|p| p.label.session());
        session.is_some_and(|s| s.layers.len() == 2 && s.layers[0].opinions.count() == 6)
    });
    harness.get_by_label("Put out of use").click();
    wait(&mut harness, "the change", |c| {
        c.project.as_ref().is_some_and(|p| p.models.listed.as_ref().is_some_and(|l| l[0].row.is_retired))
    });
    harness.run_steps(3);
    harness.get_by_label("Put back into use");
}

#[test]
fn a_question_can_be_left() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut harness = models(dir.path());
    look_at(&mut harness, &model("plain.onnx"));
    wait(&mut harness, "the question", |c| c.project.as_ref().is_some_and(|p| p.models.proposal.is_some()));
    harness.run_steps(3);
    harness.get_by_label("Cancel").click();
    harness.run_steps(3);
    assert!(harness.state().context().project.as_ref().is_some_and(|p| p.models.proposal.is_none()));
    assert_eq!(listed(&harness), 0);
}

#[test]
fn a_file_that_is_no_model_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut harness = models(dir.path());
    let text = dir.path().join("text.onnx");
    std::fs::write(&text, "names: [bolt, nut]\n").expect("it is writable");
    look_at(&mut harness, &text);
    wait(&mut harness, "the message", |c| !c.messages.shown().is_empty());
    harness.run_steps(3);
    harness.get_by_label("Trying the model failed");
    harness.get_by_label_contains("it is not an ONNX file");
    assert_eq!(listed(&harness), 0);
}
