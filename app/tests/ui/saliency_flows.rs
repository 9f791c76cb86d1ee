//! Saliency on the Label screen: a method, an object and a threshold are chosen, and the map follows.

use std::path::{Path, PathBuf};

use concord_app::context::Context;
use concord_app::jobs::explain::Kind;
use concord_project::{Desk, Progress, run};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::common::{Stage, drag, labelling, press, project, wait};

/// A project of two images over which a model has run.
fn with_run(dir: &Path, model: &str) -> PathBuf {
    let place = project(dir, 2);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/inference/tests/data").join(model);
    let desk = Desk::open(&place, "ada", "test", || 1_767_225_600_000).expect("it opens");
    run::run(&desk, file.to_str().expect("a path"), &Progress::default()).expect("it runs");
    place
}

fn key(context: &Context) -> Option<String> {
    let map = context.project.as_ref()?.label.saliency()?;
    Some(map.key().to_string())
}

fn values(context: &Context) -> Option<Vec<f32>> {
    Some(context.project.as_ref()?.label.saliency()?.values().to_vec())
}

/// The map that is there once nothing is worked out any more.
fn settled(harness: &mut Harness<'static, Stage>, what: &str) -> Vec<f32> {
    harness.run_steps(2);
    wait(harness, what, |c| {
        c.project.as_ref().is_some_and(|p| !p.label.explain.is_working() && p.label.saliency().is_some())
    });
    values(harness.state().context()).expect("a map is shown")
}

/// The saliency switched on and its choices opened.
fn choosing(dir: &Path, model: &str) -> Harness<'static, Stage> {
    let place = with_run(dir, model);
    let mut harness = labelling(dir, place);
    press(&mut harness, Modifiers::NONE, Key::S);
    harness.run_steps(3);
    harness.get_by_label("EigenCAM: image…").click();
    harness.run_steps(3);
    harness
}

/// Narrows the list of activations down.
fn find(harness: &mut Harness<'static, Stage>, words: &str) {
    harness.get_by_role_and_label(Role::TextInput, "Find an activation").focus();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::TextInput, "Find an activation").type_text(words);
    harness.run_steps(3);
}

#[test]
fn a_method_and_a_threshold_are_chosen() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut harness = choosing(dir.path(), "gradcam.onnx");
    let eigen = settled(&mut harness, "EigenCAM");
    harness.run_steps(2);
    harness.get_by_label("Activation: features, the model’s own");
    let mut seen = vec![eigen.clone()];
    for (label, kind) in [("Grad-CAM", Kind::GradCam), ("Occlusion", Kind::Occlusion), ("D-RISE", Kind::DRise)] {
        harness.get_by_label(label).click();
        let map = settled(&mut harness, label);
        assert_eq!(harness.state().context().settings.saliency_method, kind);
        assert!(!seen.contains(&map), "{label} shows a map of its own");
        seen.push(map);
    }
    let quick = key(harness.state().context());
    harness.get_by_label("fine").click();
    let fine = settled(&mut harness, "2000 masks");
    assert!(fine != seen[3] && key(harness.state().context()) != quick);
    // The way back needs no job: the map is at hand.
    harness.get_by_label("EigenCAM").click();
    harness.run_steps(3);
    assert_eq!(values(harness.state().context()), Some(eigen));

    // A click into the middle of the slider.
    let middle = harness.get_by_role_and_label(Role::Slider, "Saliency threshold").rect().center();
    for pressed in [true, false] {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
        harness.hover_at(middle);
        harness.event(Event::PointerButton { pos: middle, button, pressed, modifiers });
        harness.run_steps(2);
    }
    let settings = &harness.state().context().settings;
    assert!(settings.saliency_threshold > 0.0, "the threshold went up");
    // Maps of another tool are not offered where there are none.
    harness.get_by_label("Imported").click();
    harness.run_steps(2);
    assert_eq!(harness.state().context().settings.saliency_method, Kind::EigenCam);
}

#[test]
fn an_object_is_explained_and_an_activation_chosen() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut harness = choosing(dir.path(), "detector.onnx");
    let own = settled(&mut harness, "EigenCAM");
    harness.run_steps(2);
    find(&mut harness, "gate");
    assert!(harness.query_by_label("neck").is_none(), "the list is narrowed down");
    harness.get_by_label("gate").click();
    let gate = settled(&mut harness, "another activation");
    assert_ne!(gate, own);
    harness.run_steps(2);
    harness.get_by_label("the selected object").click();
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.get_by_label("Saliency: select an object or a suggestion");
    assert_eq!(values(harness.state().context()), None, "nothing is shown of what was not asked for");

    // A box that is drawn is selected, and with that explained.
    drag(&mut harness, (20.0, 20.0), (100.0, 90.0));
    let cut = settled(&mut harness, "the object");
    assert_ne!(cut, gate);
    let project = harness.state().context().project.as_ref().expect("a project");
    let (width, _) = project.label.saliency().expect("a map").side_lengths();
    // Of 160 image columns 43 are the model's: the box begins at 20 / 160 of them.
    let outside = |at: usize| (at % width as usize) * 160 / (width as usize) < 15;
    assert!(cut.iter().enumerate().all(|(at, v)| !outside(at) || *v == 0.0), "beside the box there is nothing");
    assert!(cut.iter().any(|v| *v > 0.9), "within it there is");
}

#[test]
fn another_sample_ends_what_is_worked_out() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut harness = choosing(dir.path(), "detector.onnx");
    let _ = settled(&mut harness, "EigenCAM");
    harness.get_by_label("D-RISE").click();
    harness.run_steps(2);
    harness.get_by_label("fine").click();
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    let first = harness.state().context().project.as_ref().and_then(|p| p.label.sample().cloned());
    press(&mut harness, Modifiers::NONE, Key::D);
    let context = harness.state().context();
    assert_ne!(context.project.as_ref().and_then(|p| p.label.sample().cloned()), first, "another sample is shown");
    let _ = settled(&mut harness, "the map of the other sample");
    let kept = std::fs::read_dir(dir.path().join("belt/cache/saliency")).expect("the cache").count();
    assert!(kept >= 2, "what was finished is kept");
    press(&mut harness, Modifiers::NONE, Key::S);
    harness.run_steps(3);
    let explain = &harness.state().context().project.as_ref().expect("a project").label.explain;
    assert!(!explain.is_working(), "switched off, nothing goes on");
}

#[test]
fn a_model_without_a_feature_map_says_what_to_do() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut harness = choosing(dir.path(), "plain.onnx");
    wait(&mut harness, "the reason", |c| c.project.as_ref().is_some_and(|p| p.label.explain.problem().is_some()));
    harness.run_steps(2);
    harness.get_by_label("Choose the activation to look at:");
    let why = harness.state().context().project.as_ref().and_then(|p| p.label.explain.problem().cloned());
    assert!(why.expect("a reason").why.contains("choose an activation"));
    // A tensor that is no feature map is refused by its shape, and the list stays.
    harness.get_by_label("detections").click();
    let says = |c: &Context, part: &str| {
        let problem = c.project.as_ref().and_then(|p| p.label.explain.problem());
        problem.is_some_and(|problem| problem.why.contains(part))
    };
    wait(&mut harness, "its shape", |c| says(c, "not [1, channels, height, width]"));
    find(&mut harness, "features");
    harness.get_by_label("features").click();
    assert!(!settled(&mut harness, "the chosen activation").is_empty());
}
