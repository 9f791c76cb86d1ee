//! What an annotator does: draw, name, undo, submit, skip.

use concord_domain::label_set::LabelSetKey;
use concord_project::Progress;
use concord_project::new::{NewProject, create};
use concord_store::Reader;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::common::{Stage, drag, images, labelling, press, project, wait, wait_for_sample};

const CTRL_SHIFT: Modifiers = Modifiers::CTRL.plus(Modifiers::SHIFT);

/// Classes of the objects on the screen.
fn classes(harness: &Harness<'_, Stage>) -> Vec<String> {
    let project = harness.state().context().project.as_ref().expect("a project is open");
    let session = project.label.session().expect("a sample is loaded");
    session.labels.objects.iter().map(|o| o.class.clone()).collect()
}

fn all_saved(harness: &mut Harness<'_, Stage>) {
    wait(harness, "the log", |c| c.outstanding.saving() == 0);
}

#[test]
fn draw_name_undo_redo_and_submit_three_times() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 3);
    let mut harness = labelling(dir.path(), place.clone());
    drag(&mut harness, (20.0, 30.0), (60.0, 70.0));
    assert_eq!(classes(&harness), ["bolt"]);
    harness.get_by_role_and_label(Role::ListBoxOption, "bolt 1, box, selected");
    press(&mut harness, Modifiers::NONE, Key::Num2);
    assert_eq!(classes(&harness), ["nut"], "a digit names the selection");
    press(&mut harness, Modifiers::CTRL, Key::Z);
    assert_eq!(classes(&harness), ["bolt"]);
    press(&mut harness, Modifiers::CTRL, Key::Z);
    assert_eq!(classes(&harness), [] as [&str; 0]);
    press(&mut harness, CTRL_SHIFT, Key::Z);
    assert_eq!(classes(&harness), ["bolt"]);
    press(&mut harness, Modifiers::CTRL, Key::Y);
    assert_eq!(classes(&harness), ["nut"]);
    let bbox = {
        let p = harness.state().context().project.as_ref().expect("a project is open");
        p.label.session().expect("a sample is loaded").labels.objects[0].bounds()
    };
    for (got, expected) in [(bbox.x1(), 20.0), (bbox.y1(), 30.0), (bbox.x2(), 60.0), (bbox.y2(), 70.0)] {
        assert!((got - expected).abs() < 0.5, "{bbox:?}");
    }
    let mut seen = Vec::new();
    for _ in 0..3 {
        let sample = |c: &concord_app::context::Context| c.project.as_ref().and_then(|p| p.label.sample().cloned());
        seen.push(sample(harness.state().context()).expect("a sample is current"));
        wait_for_sample(&mut harness);
        press(&mut harness, Modifiers::CTRL, Key::Enter);
    }
    all_saved(&mut harness);
    let project = harness.state().context().project.as_ref().expect("a project is open");
    assert_eq!(project.label.queue.open_count(), 0);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3, "three different samples came up");
    drop(harness);
    let reader = Reader::open(&place).expect("the project is there");
    assert_eq!(reader.annotators().expect("it can be read"), [("ada".to_owned(), 3)]);
}

#[test]
fn undo_survives_a_restart() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place.clone());
    drag(&mut harness, (20.0, 30.0), (60.0, 70.0));
    drag(&mut harness, (80.0, 20.0), (140.0, 100.0));
    all_saved(&mut harness);
    drop(harness);
    let mut harness = labelling(dir.path(), place.clone());
    assert_eq!(classes(&harness).len(), 2);
    press(&mut harness, Modifiers::CTRL, Key::Z);
    assert_eq!(classes(&harness).len(), 1);
    all_saved(&mut harness);
    let sample = harness.state().context().project.as_ref().and_then(|p| p.label.sample().cloned());
    let key = LabelSetKey { sample: sample.expect("a sample is current"), annotator: "ada".to_owned() };
    drop(harness);
    let reader = Reader::open(&place).expect("the project is there");
    let set = reader.label_set(&key).expect("it can be read").expect("ada labelled it");
    assert_eq!(set.labels.objects.len(), 1);
}

#[test]
fn a_broken_label_set_is_refused_with_its_findings_and_can_be_mended() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 2);
    let mut harness = labelling(dir.path(), place);
    let first = harness.state().context().project.as_ref().and_then(|p| p.label.sample().cloned());
    drag(&mut harness, (100.0, 30.0), (170.0, 70.0));
    harness.get_by_label("Findings (1)");
    press(&mut harness, Modifiers::CTRL, Key::Enter);
    let now = harness.state().context().project.as_ref().and_then(|p| p.label.sample().cloned());
    assert_eq!(now, first, "a refused submission stays");
    harness.get_by_label("Clip to the image: bolt 1").click();
    harness.run_steps(4);
    assert!(harness.query_by_label("No findings").is_some());
    press(&mut harness, Modifiers::CTRL, Key::Enter);
    let now = harness.state().context().project.as_ref().and_then(|p| p.label.sample().cloned());
    assert_ne!(now, first);
}

#[test]
fn move_copy_delete_and_walk_by_keys() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 3);
    let mut harness = labelling(dir.path(), place);
    drag(&mut harness, (20.0, 30.0), (60.0, 70.0));
    press(&mut harness, Modifiers::CTRL, Key::D);
    assert_eq!(classes(&harness).len(), 2, "duplicated");
    press(&mut harness, Modifiers::NONE, Key::Tab);
    press(&mut harness, Modifiers::NONE, Key::Delete);
    assert_eq!(classes(&harness).len(), 1);
    press(&mut harness, Modifiers::NONE, Key::V);
    drag(&mut harness, (50.0, 60.0), (70.0, 60.0));
    let at = |h: &Harness<'_, Stage>| h.state().context().project.as_ref().and_then(|p| p.label.queue.at());
    assert_eq!(at(&harness), Some(0));
    press(&mut harness, Modifiers::NONE, Key::D);
    assert_eq!(at(&harness), Some(1));
    press(&mut harness, Modifiers::NONE, Key::A);
    assert_eq!(at(&harness), Some(0));
    assert_eq!(classes(&harness).len(), 1, "the labels are still there");
}

#[test]
fn a_sample_is_skipped_with_a_reason() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 2);
    let mut harness = labelling(dir.path(), place);
    press(&mut harness, Modifiers::CTRL, Key::Space);
    harness.get_by_label("image is unusable").click();
    harness.run_steps(4);
    all_saved(&mut harness);
    let project = harness.state().context().project.as_ref().expect("a project is open");
    assert_eq!(project.label.queue.open_count(), 1);
    assert_eq!(project.label.queue.at(), Some(1));
}

/// The image on the screen is that of the current sample or none, in every frame of a fast walk.
#[test]
fn walking_fast_never_shows_the_wrong_image() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 4);
    let mut harness = labelling(dir.path(), place);
    for key in [Key::D, Key::D, Key::A, Key::D, Key::D, Key::A, Key::A, Key::A] {
        harness.key_press(key);
        for _ in 0..3 {
            harness.step();
            let project = harness.state().context().project.as_ref().expect("a project is open");
            let shown = project.label.image().map(|i| i.key().to_string());
            assert!(shown.is_none() || shown == project.label.sample().map(|s| s.0.clone()));
        }
    }
}

/// What is ahead is at hand, so that the next sample comes up in the frame after the key.
#[test]
fn a_prefetched_sample_comes_up_within_a_frame() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 4);
    let mut harness = labelling(dir.path(), place);
    wait(&mut harness, "what is ahead", |c| {
        let label = &c.project.as_ref().expect("a project is open").label;
        let ahead = |r: &concord_project::queue::Ranked| {
            label.shelf.images.get(&r.sample).is_some() && label.shelf.sessions.get(&r.sample).is_some()
        };
        label.queue.items().iter().all(ahead)
    });
    harness.key_press(Key::D);
    harness.step();
    let project = harness.state().context().project.as_ref().expect("a project is open");
    assert_eq!(project.label.queue.at(), Some(1));
    assert!(project.label.image().is_some() && project.label.session().is_some());
}

#[test]
fn the_guideline_shows_what_is_right_and_what_is_wrong() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut new = NewProject { classes: vec!["bolt".to_owned()], ..NewProject::default() };
    new.sources.images.push(images(dir.path(), 1));
    new.policy = Some(
        "name = 'belt'\nversion = 1\n[[examples.bolt]]\npicture = 'examples/head.png'\ncaption = 'head and shaft'\n\
         verdict = 'positive'\n[[examples.bolt]]\npicture = 'examples/gone.png'\nverdict = 'negative'\n"
            .to_owned(),
    );
    let place = dir.path().join("belt");
    drop(create(&place, &new, "ada", "test", || 1_767_225_600_000, &Progress::default()).expect("it can be made"));
    std::fs::create_dir_all(place.join("examples")).expect("it is writable");
    std::fs::copy(dir.path().join("images/belt-0.png"), place.join("examples/head.png")).expect("it is writable");
    let mut harness = labelling(dir.path(), place);
    for _ in 0..200 {
        harness.step();
        if harness.query_by_label("examples/gone.png cannot be read").is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    harness.get_by_label("So it is right");
    harness.get_by_label("head and shaft");
    harness.get_by_label("So it is wrong");
    harness.get_by_label("examples/gone.png cannot be read");
}
