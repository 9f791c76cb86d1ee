//! Pointing at things: a click is answered by a registered pair, and Enter makes an object of the answer.

use std::path::{Path, PathBuf};

use concord_app::context::Context;
use concord_app::messages::Body;
use concord_domain::object::{Object, Origin};
use concord_domain::tool::{Preview, PromptPreview, ToolKind};
use concord_geometry::{Geometry, Point};
use concord_imaging::{Rgb8, encode_png};
use concord_project::model::{self, AddOptions};
use concord_project::new::{NewProject, create};
use concord_project::{Desk, Progress};
use egui::{Event, Key, Modifiers, PointerButton};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::common::{IMAGE, Stage, click, drag, labelling, on_screen, press, wait};

const NOW: i64 = 1_767_225_600_000;

/// The picture of the pairs' examples: a red disc around (48, 48), a green bar, a blue corner on grey.
fn picture(tint: u8) -> Rgb8 {
    Rgb8::from_fn(IMAGE, |x, y| {
        let (u, v) = ((2 * x + 1) * 100 / (2 * IMAGE.width), (2 * y + 1) * 100 / (2 * IMAGE.height));
        let is_in_disc = u.abs_diff(30).pow(2) + v.abs_diff(40).pow(2) < 22 * 22;
        match (u, v) {
            (..45, 75..) => [45, 60, 200],
            (60..90, 15..75) => [40, 190, 60],
            _ if is_in_disc => [200 + tint, 40, 35],
            _ => [120, 125, 115],
        }
    })
}

/// A project of two such pictures with the classes disc and bar, and these pairs.
fn project(dir: &Path, pairs: &[&str]) -> PathBuf {
    let images = dir.join("images");
    std::fs::create_dir_all(&images).expect("the folder is writable");
    for n in 0..2 {
        std::fs::write(images.join(format!("toy-{n}.png")), encode_png(&picture(n))).expect("it is writable");
    }
    let mut new = NewProject { classes: vec!["disc".to_owned(), "bar".to_owned()], ..NewProject::default() };
    new.sources.images.push(images);
    let place = dir.join("toys");
    let (desk, _) = create(&place, &new, "ada", "test", || NOW, &Progress::default()).expect("a project");
    for name in pairs {
        register(&desk, name);
    }
    place
}

fn register(desk: &Desk, name: &str) {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/inference/tests/data/prompted");
    let options = AddOptions { name: Some(name.to_owned()), ..AddOptions::default() };
    let file = data.join(format!("{name}.encoder.onnx"));
    let proposal = model::propose(&desk.project, &file, &options, &Progress::default()).expect("a pair");
    model::add(desk, proposal).expect("it is new");
}

fn shown(context: &Context) -> Option<&PromptPreview> {
    match &context.project.as_ref()?.label.preview {
        Some(Preview::Prompt(preview)) => Some(preview),
        _ => None,
    }
}

fn objects(context: &Context) -> &[Object] {
    context.project.as_ref().and_then(|p| p.label.session()).map_or(&[], |s| &s.labels.objects)
}

fn answered(harness: &mut Harness<'_, Stage>) {
    wait(harness, "an answer", |c| shown(c).is_some_and(|p| p.is_answered));
    harness.run_steps(2);
}

fn alt_click(harness: &mut Harness<'_, Stage>, at: (f64, f64)) {
    let pos = on_screen(harness, at.0, at.1);
    harness.hover_at(pos);
    for pressed in [true, false] {
        harness.event_modifiers(
            Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: Modifiers::ALT },
            Modifiers::ALT,
        );
    }
    harness.run_steps(4);
}

fn mask_of(object: &Object) -> &concord_geometry::Mask {
    match &object.geometry {
        Geometry::Mask(mask) => mask,
        other => panic!("a mask was taken over, not {other:?}"),
    }
}

#[test]
fn what_is_pointed_at_becomes_an_object() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), &["square"]);
    let mut harness = labelling(dir.path(), place);
    press(&mut harness, Modifiers::NONE, Key::Q);
    assert_eq!(harness.state().context().project.as_ref().map(|p| p.label.tool.kind()), Some(ToolKind::Prompt));
    // The image is read before anything is pointed at.
    wait(&mut harness, "the image", |c| c.project.as_ref().is_some_and(|p| p.label.prompting.read.len() == 1));
    click(&mut harness, (48.0, 48.0));
    answered(&mut harness);
    harness.get_by_label_contains("Enter takes it");
    assert!(objects(harness.state().context()).is_empty(), "a suggestion until it is taken");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    let found = objects(harness.state().context());
    assert_eq!((found.len(), found[0].class.as_str()), (1, "disc"));
    let mask = mask_of(&found[0]);
    // An ellipse with half axes of 22 % of the sides, as far as 8 by 8 cells tell it.
    let area = std::f64::consts::PI * 35.2 * 26.4;
    assert!((mask.rle().area_px() as f64 / area - 1.0).abs() < 0.3, "{} of {area}", mask.rle().area_px());
    assert!(mask.contains(Point::new(48.0, 48.0)) && !mask.contains(Point::new(120.0, 54.0)));
    let Origin::Prompted { by, edited: false } = &found[0].origin else { panic!("{:?}", found[0].origin) };
    assert_eq!((by.model.as_str(), by.model_sha256.len()), ("square", 64));
    harness.get_by_label_contains("pointed at with square, IoU 0.");

    // The next one is new, although the first is selected; a box points too.
    drag(&mut harness, (94.0, 14.0), (146.0, 92.0));
    answered(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    let found = objects(harness.state().context());
    assert_eq!(found.len(), 2);
    assert!(mask_of(&found[1]).contains(Point::new(120.0, 54.0)));

    // One that somebody selects gets the mask.
    let first = found[0].id.clone();
    harness.state_mut().app.as_mut().expect("an app").ask(concord_app::context::Ask::Select(Some(first.clone())));
    harness.run_steps(3);
    click(&mut harness, (120.0, 54.0));
    answered(&mut harness);
    assert_eq!(shown(harness.state().context()).and_then(|p| p.object.clone()), Some(first));
    press(&mut harness, Modifiers::NONE, Key::Enter);
    let found = objects(harness.state().context());
    assert_eq!(found.len(), 2);
    assert!(mask_of(&found[0]).contains(Point::new(120.0, 54.0)));
    press(&mut harness, Modifiers::CTRL, Key::Z);
    assert!(mask_of(&objects(harness.state().context())[0]).contains(Point::new(48.0, 48.0)));
}

#[test]
fn points_are_taken_back_and_a_prompt_is_given_up() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), &["square"]);
    let mut harness = labelling(dir.path(), place);
    press(&mut harness, Modifiers::NONE, Key::Q);
    click(&mut harness, (48.0, 48.0));
    answered(&mut harness);
    alt_click(&mut harness, (20.0, 105.0));
    answered(&mut harness);
    let points = |h: &Harness<'_, Stage>| shown(h.state().context()).map(|p| p.prompt.points.len());
    assert_eq!(points(&harness), Some(2));
    assert_eq!(shown(harness.state().context()).map(|p| p.prompt.points[1].1), Some(false));
    press(&mut harness, Modifiers::NONE, Key::Backspace);
    assert_eq!(points(&harness), Some(1));
    answered(&mut harness);
    press(&mut harness, Modifiers::CTRL, Key::Z);
    assert_eq!(points(&harness), None, "the prompt was the latest thing done");
    click(&mut harness, (48.0, 48.0));
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(points(&harness), None);
    harness.run_steps(30);
    assert!(objects(harness.state().context()).is_empty());
    // Another sample is another image: what was pointed at stays behind.
    click(&mut harness, (48.0, 48.0));
    press(&mut harness, Modifiers::NONE, Key::D);
    wait(&mut harness, "the second image", |c| c.project.as_ref().is_some_and(|p| p.label.prompting.read.len() == 2));
    harness.run_steps(10);
    assert_eq!(points(&harness), None);
}

#[test]
fn without_a_model_it_is_said_what_to_do() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), &[]);
    let mut harness = labelling(dir.path(), place);
    press(&mut harness, Modifiers::NONE, Key::Q);
    wait(&mut harness, "the message", |c| !c.messages.shown().is_empty());
    harness.run_steps(3);
    let said = |m: &concord_app::messages::Message| match &m.body {
        Body::Error(error) => {
            error.why.contains("no model that can be pointed with") && error.why.contains("model add")
        }
        Body::Info(_) => false,
    };
    assert!(harness.state().context().messages.shown().iter().any(said));
    harness.get_by_label_contains("No model to point with");
    // A click tries again, and says it again; once there is a model, it answers.
    let desk = harness.state().context().project.as_ref().map(|p| p.desk.clone()).expect("a project");
    register(&desk, "square");
    drop(desk);
    click(&mut harness, (48.0, 48.0));
    answered(&mut harness);
}

#[test]
fn of_several_models_the_chosen_one_answers() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), &["four", "square"]);
    let mut harness = labelling(dir.path(), place);
    press(&mut harness, Modifiers::NONE, Key::Q);
    click(&mut harness, (48.0, 48.0));
    answered(&mut harness);
    let by = |h: &Harness<'_, Stage>| {
        shown(h.state().context()).and_then(|p| p.answer.as_ref()).map(|found| found.by.model.clone())
    };
    assert_eq!(by(&harness).as_deref(), Some("four"), "the first by name");
    harness.get_by_label("Model to point with").click();
    harness.run_steps(3);
    harness.get_by_label("square").click();
    wait(&mut harness, "the other answer", |c| {
        shown(c).and_then(|p| p.answer.as_ref()).is_some_and(|found| found.by.model == "square")
    });
    assert_eq!(harness.state().context().settings.prompter, "square");
}
