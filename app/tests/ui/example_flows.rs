//! From a disagreement to a picture in the guideline: the reviewer adds it, publishing brings it into force, and whoever
//! labels next sees it.

use std::path::Path;

use concord_app::jobs::Request;
use concord_app::messages::Body;
use concord_domain::policy::ExampleVerdict;
use concord_imaging::{Limits, decode_file};
use concord_project::Desk;
use concord_project::publish::{Existing, publish};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::common::{Stage, labelling, press, wait, wait_until_free};
use crate::review_flows::{goes_to_review, reviewed_project, sits_down, submitted};

const WORDS: &str = "ana says bolt, ben says nut";
/// What a screen reader says of the picture.
const PICTURE: &str = "Wrong: ana says bolt, ben says nut";

/// A project in which Ana and Ben name one thing differently, and whose policy has comments.
fn disputed(dir: &Path) -> std::path::PathBuf {
    let place = reviewed_project(dir, 1);
    let path = place.join("policy.toml");
    let text = std::fs::read_to_string(&path).expect("it is there");
    std::fs::write(&path, format!("# How we label the belt.\n{text}# The end.\n")).expect("it is writable");
    submitted(&place, "ana", &[("bolt", [40.0, 30.0, 80.0, 60.0])]);
    submitted(&place, "ben", &[("nut", [40.0, 30.0, 80.0, 60.0])]);
    place
}

fn opens_window(dir: &Path, place: &Path) -> Harness<'static, Stage> {
    let mut harness = sits_down(dir, place, "rea");
    goes_to_review(&mut harness);
    press(&mut harness, Modifiers::SHIFT, Key::G);
    harness.get_by_label("Add as example");
    harness
}

fn added(harness: &mut Harness<'_, Stage>) -> Vec<Body> {
    wait(harness, "the example", |c| !c.outstanding.awaits(&Request::Example));
    harness.run_steps(2);
    harness.state().context().messages.shown().iter().map(|message| message.body.clone()).collect()
}

#[test]
fn an_example_from_a_disagreement_comes_into_force_and_is_shown() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = disputed(dir.path());
    let mut harness = opens_window(dir.path(), &place);
    let caption = harness.get_by_label("What it shows").accesskit_node().value();
    assert_eq!(caption.as_deref(), Some(WORDS), "the caption begins with what each says");
    harness.get_by_role_and_label(Role::RadioButton, "B ben").click();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::RadioButton, "wrong").click();
    harness.run_steps(2);
    assert_eq!(harness.get_by_label("Class").accesskit_node().value().as_deref(), Some("nut"), "that of the outline");
    harness.get_by_role_and_label(Role::Button, "Add").click();
    harness.run_steps(2);
    let told = added(&mut harness);
    let Some(Body::Info(words)) = told.last() else { panic!("{told:?}") };
    assert!(words.contains("as an example of nut, wrong: examples/nut-negative-"), "{words}");
    assert!(words.contains("when version 2 of the policy is published"), "{words}");
    assert!(harness.query_by_label("Add as example").is_none(), "the window is closed");
    drop(harness);

    let text = std::fs::read_to_string(place.join("policy.toml")).expect("it is there");
    assert!(text.starts_with("# How we label the belt.\n") && text.contains("\n# The end.\n"), "{text}");
    wait_until_free(&place);
    let desk = Desk::open(&place, "ada", "test", || 0).expect("a desk");
    publish(&desk, Existing::BringAlong).expect("it is a policy");
    let policy = desk.project.reader().expect("a reader").policy().expect("read").expect("published");
    let [example] = policy.examples_of("nut") else { panic!("{:?}", policy.examples) };
    assert_eq!((policy.version, example.caption.as_str(), example.verdict), (2, WORDS, ExampleVerdict::Negative));
    // 72 × 62 pixels: the box of 40 × 30 with 16 around it, three times as large.
    let picture = decode_file(&place.join(&example.picture), &Limits::default()).expect("a picture");
    assert_eq!((picture.width(), picture.height()), (216, 186));
    drop(desk);

    let mut harness = labelling(dir.path(), place);
    press(&mut harness, Modifiers::NONE, Key::Num2);
    for _ in 0..200 {
        harness.step();
        if harness.query_by_role_and_label(Role::Image, PICTURE).is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    harness.get_by_label("So it is wrong");
    harness.get_by_label(WORDS);
    harness.get_by_role_and_label(Role::Image, PICTURE);
}

#[test]
fn a_policy_that_cannot_be_read_is_left_as_it_is_and_said() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = disputed(dir.path());
    let mut harness = opens_window(dir.path(), &place);
    std::fs::write(place.join("policy.toml"), "name = 'p\n").expect("it is writable");
    press(&mut harness, Modifiers::CTRL, Key::Enter);
    let told = added(&mut harness);
    let Some(Body::Error(error)) = told.last() else { panic!("{told:?}") };
    assert!(error.why.contains("policy.toml"), "{error:?}");
    assert_eq!(std::fs::read_to_string(place.join("policy.toml")).expect("it is there"), "name = 'p\n");
    assert!(
        !place.join("examples").exists()
            || std::fs::read_dir(place.join("examples")).is_ok_and(|mut d| d.next().is_none())
    );
}

#[test]
fn without_a_disagreement_there_is_nothing_to_show() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = reviewed_project(dir.path(), 1);
    submitted(&place, "ana", &[("bolt", [40.0, 30.0, 80.0, 60.0])]);
    let mut harness = sits_down(dir.path(), &place, "rea");
    goes_to_review(&mut harness);
    // One person's labels: there is no disagreement in focus.
    press(&mut harness, Modifiers::SHIFT, Key::G);
    assert!(harness.query_by_label("Add as example").is_none());
}
