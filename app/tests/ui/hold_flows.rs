//! Holding samples: the one that is worked on is taken, given back when it is left, and put off on demand; what others
//! hold says so and is passed by.

use std::path::Path;

use concord_domain::decision::Decision;
use concord_domain::label_set::LabelSetKey;
use concord_domain::sample::SampleId;
use concord_project::Desk;
use concord_store::{Reader, TaskRow};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::common::{Stage, drag, labelling, press, project, wait, wait_for_sample};

/// The clock of the harness stands still.
const NOW: i64 = 1_767_225_600_000;
const CTRL_SHIFT: Modifiers = Modifiers::CTRL.plus(Modifiers::SHIFT);

fn current(harness: &Harness<'_, Stage>) -> SampleId {
    let project = harness.state().context().project.as_ref().expect("a project");
    project.label.sample().cloned().expect("a sample")
}

fn task(harness: &mut Harness<'_, Stage>, place: &Path, sample: &SampleId) -> Option<TaskRow> {
    wait(harness, "the log", |c| c.outstanding.saving() == 0);
    let tasks = Reader::open(place).expect("a reader").tasks().expect("read");
    tasks.into_iter().find(|task| task.key.sample == *sample && task.key.annotator == "ada")
}

fn holds(context: &concord_app::context::Context, sample: &SampleId) -> bool {
    context.project.as_ref().is_some_and(|p| p.label.hold.holds(sample))
}

#[test]
fn what_is_worked_on_is_held_until_it_is_left() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 3);
    let mut harness = labelling(dir.path(), place.clone());
    let first = current(&harness);
    assert_eq!(task(&mut harness, &place, &first), None, "who only looks takes nothing");
    drag(&mut harness, (20.0, 30.0), (60.0, 70.0));
    wait(&mut harness, "the lease", |c| holds(c, &first));
    assert!(task(&mut harness, &place, &first).expect("noted").is_leased(NOW + 29 * 60_000));
    // Left as it is, it is given back.
    press(&mut harness, Modifiers::NONE, Key::D);
    assert_ne!(current(&harness), first);
    wait_for_sample(&mut harness);
    assert!(!task(&mut harness, &place, &first).expect("noted").is_leased(NOW));
    // By hand as well, and then only the next change takes it.
    let second = current(&harness);
    drag(&mut harness, (20.0, 30.0), (60.0, 70.0));
    wait(&mut harness, "the lease", |c| holds(c, &second));
    harness
        .state_mut()
        .app
        .as_mut()
        .expect("an app")
        .ask(concord_app::context::Ask::Invoke(concord_app::actions::Action::GiveBack));
    harness.run_steps(10);
    assert!(!task(&mut harness, &place, &second).expect("noted").is_leased(NOW));
    drag(&mut harness, (80.0, 30.0), (120.0, 70.0));
    wait(&mut harness, "the lease", |c| holds(c, &second));
    // Submitting gives it back.
    press(&mut harness, Modifiers::CTRL, Key::Enter);
    assert!(!task(&mut harness, &place, &second).expect("noted").is_leased(NOW));
    assert!(harness.state().context().messages.shown().is_empty(), "{:?}", harness.state().context().messages);
}

#[test]
fn a_sample_is_put_off_and_passed_by() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 2);
    let mut harness = labelling(dir.path(), place.clone());
    let first = current(&harness);
    press(&mut harness, CTRL_SHIFT, Key::Space);
    let second = current(&harness);
    assert_ne!(first, second);
    assert!(task(&mut harness, &place, &first).expect("noted").is_snoozed(NOW + 59 * 60_000));
    harness.get_by_label_contains(", put off");
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert_eq!(current(&harness), second, "there is no other open one");
}

#[test]
fn what_others_hold_says_so() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 3);
    let held = {
        let desk = Desk::open(&place, "ben", "elsewhere", || NOW - 60_000).expect("a desk");
        let samples = desk.project.reader().expect("a reader").samples().expect("samples");
        let key = LabelSetKey { sample: samples[1].id.clone(), annotator: "ben".to_owned() };
        let until_utc_ms = NOW + 20 * 60_000;
        desk.commit(Decision::TaskLeased { key, until_utc_ms, honeypot: false }).expect("taken");
        samples[1].id.clone()
    };
    let mut harness = labelling(dir.path(), place.clone());
    let count =
        |h: &Harness<'_, Stage>| h.state().context().project.as_ref().map_or(0, |p| p.label.queue.items().len());
    assert_eq!(count(&harness), 2, "it is no task now");
    harness.get_by_label("Show all samples or those to do").click();
    wait(&mut harness, "all samples", |c| c.project.as_ref().is_some_and(|p| p.label.queue.items().len() == 3));
    let place_of = harness
        .state()
        .context()
        .project
        .as_ref()
        .and_then(|p| p.label.queue.items().iter().position(|item| item.sample == held));
    let app = harness.state_mut().app.as_mut().expect("an app");
    app.ask(concord_app::context::Ask::GoTo(place_of.expect("it is among all")));
    wait_for_sample(&mut harness);
    harness.run_steps(3);
    assert_eq!(current(&harness), held);
    harness.get_by_label_contains("ben holds this sample, for another 20 minutes");
    drag(&mut harness, (20.0, 30.0), (60.0, 70.0));
    harness.run_steps(10);
    assert!(!holds(harness.state().context(), &held), "it stays with who holds it");
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert_ne!(current(&harness), held);
    press(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    assert_ne!(current(&harness), held);
}
