//! A tiny project, the app in a harness, and how to wait for its threads.

use std::path::{Path, PathBuf};

use concord_app::app::App;
use concord_app::context::Context;
use concord_app::window::Options;
use concord_geometry::{BBox, Point, Size, View};
use concord_imaging::{Rgb8, encode_png};
use concord_project::Progress;
use concord_project::new::{NewProject, create};
use concord_store::{Store, StoreError};
use egui::{Event, Modifiers, PointerButton, Pos2, pos2};
use egui_kittest::kittest::Queryable;
use egui_kittest::{Harness, HarnessBuilder};

/// Size of the images of the tiny project.
pub(crate) const IMAGE: Size = Size::new(160, 120);
/// Points around a fitted image.
const FIT_MARGIN: f64 = 12.0;

/// The app, made when its context is there.
pub(crate) struct Stage {
    pub(crate) app: Option<App>,
    options: Options,
    project: Option<PathBuf>,
}

impl Stage {
    pub(crate) fn context(&self) -> &Context {
        self.app.as_ref().expect("the first frame made the app").context()
    }
}

pub(crate) fn options(dir: &Path) -> Options {
    Options {
        settings_file: Some(dir.join("settings.toml")),
        data_dir: Some(dir.join("data")),
        annotator: Some("ada".to_owned()),
        account: "nobody".to_owned(),
        device: "test".to_owned(),
        clock: || 1_767_225_600_000,
        system_language: concord_language::Language::English,
        create_sample: None,
        onnxruntime: None,
        trial: None,
    }
}

/// A folder of images of which each is different.
pub(crate) fn images(dir: &Path, count: u32) -> PathBuf {
    let folder = dir.join("images");
    std::fs::create_dir_all(&folder).expect("the folder is writable");
    for number in 0..count {
        let picture = Rgb8::from_fn(IMAGE, |x, y| {
            let part = (x / 20 + y / 20 + number) % 2;
            [(40 + 60 * number) as u8, (x + 40 * part) as u8, (y + 60) as u8]
        });
        std::fs::write(folder.join(format!("belt-{number}.png")), encode_png(&picture)).expect("it is writable");
    }
    folder
}

/// A project of a few images with the classes bolt and nut.
pub(crate) fn project(dir: &Path, count: u32) -> PathBuf {
    let mut new = NewProject { classes: vec!["bolt".to_owned(), "nut".to_owned()], ..NewProject::default() };
    new.guideline =
        Some("# How to label\n\n## bolt\n\nHead and shaft in one box.\n\n## nut\n\nThe outer edge.\n".to_owned());
    new.sources.images.push(images(dir, count));
    let place = dir.join("belt");
    let made = create(&place, &new, "ada", "test", || 1_767_225_600_000, &Progress::default());
    drop(made.expect("a tiny project can be made"));
    place
}

/// Waits until nobody has a project open: a window that was closed lets go of it when the last of its threads is done.
pub(crate) fn wait_until_free(place: &Path) {
    for _ in 0..2000 {
        match Store::open(place, "test") {
            Err(StoreError::Locked { .. }) => std::thread::sleep(std::time::Duration::from_millis(10)),
            // That there is no project, or one that cannot be opened, is the business of who opens it.
            Ok(_) | Err(_) => return,
        }
    }
    panic!("{} is still open", place.display());
}

pub(crate) fn on_stage(
    builder: HarnessBuilder<Stage>,
    options: Options,
    project: Option<PathBuf>,
) -> Harness<'static, Stage> {
    if let Some(place) = &project {
        wait_until_free(place);
    }
    let stage = Stage { app: None, options, project };
    builder.with_max_steps(64).build_ui_state(
        |ui, stage: &mut Stage| {
            let (options, project) = (stage.options.clone(), stage.project.clone());
            let app = stage.app.get_or_insert_with(|| App::new(ui.ctx(), options, project));
            app.frame(ui);
        },
        stage,
    )
}

/// The app on the Label screen of a project, with the first sample loaded.
pub(crate) fn labelling(dir: &Path, project: PathBuf) -> Harness<'static, Stage> {
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 720.0]), options(dir), Some(project));
    wait_for_sample(&mut harness);
    harness.run_steps(3);
    harness
}

/// Draws frames until the image and the labels of the current sample are there: two threads bring them.
pub(crate) fn wait_for_sample(harness: &mut Harness<'_, Stage>) {
    let is_there = |c: &Context| {
        c.project.as_ref().is_some_and(|p| {
            let session = p.label.session();
            session.is_some_and(|s| Some(&s.sample.id) == p.label.sample()) && p.label.image().is_some()
        })
    };
    wait(harness, "the sample", is_there);
}

/// Draws frames until the threads have brought what is waited for.
pub(crate) fn wait(harness: &mut Harness<'_, Stage>, what: &str, there: impl Fn(&Context) -> bool) {
    for _ in 0..2000 {
        harness.step();
        if there(harness.state().context()) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("waited in vain for {what}: {:?}", harness.state().context().messages);
}

/// Where a point of the image is on the screen while the image is fitted.
pub(crate) fn on_screen(harness: &Harness<'_, Stage>, x: f64, y: f64) -> Pos2 {
    let rect = harness.get_by_label("Image canvas").rect();
    let [x1, y1, x2, y2] = [rect.min.x, rect.min.y, rect.max.x, rect.max.y].map(f64::from);
    let viewport = BBox::new(x1, y1, x2, y2).expect("the canvas has a size");
    let at = View::fit(IMAGE, viewport, FIT_MARGIN).screen_from_image(Point::new(x, y));
    pos2(at.x as f32, at.y as f32)
}

/// Drags over the image, once it is there, from one point to another.
pub(crate) fn drag(harness: &mut Harness<'_, Stage>, from: (f64, f64), to: (f64, f64)) {
    wait_for_sample(harness);
    let (a, b) = (on_screen(harness, from.0, from.1), on_screen(harness, to.0, to.1));
    let button = |pos: Pos2, pressed: bool| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    harness.hover_at(a);
    harness.event(button(a, true));
    harness.hover_at(a.lerp(b, 0.5));
    harness.hover_at(b);
    harness.event(button(b, false));
    harness.run_steps(4);
}

/// Presses keys and draws what comes of it.
pub(crate) fn press(harness: &mut Harness<'_, Stage>, modifiers: Modifiers, key: egui::Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(4);
}

/// Clicks on a point of the image.
pub(crate) fn click(harness: &mut Harness<'_, Stage>, at: (f64, f64)) {
    drag(harness, at, at);
}
