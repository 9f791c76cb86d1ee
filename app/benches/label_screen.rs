//! The Label screen: CPU time of a frame with many boxes, and time from key press to the next sample drawn.
//!
//! Frames are laid out by the real app without a rasteriser. Medians are printed, a line a measurement.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use concord_app::context::{Ask, Context};
use concord_domain::edit::Edit;
use concord_domain::object::{Object, ObjectId};
use concord_geometry::{BBox, Size};
use concord_imaging::{Rgb8, encode_jpeg};
use concord_project::Progress;
use concord_project::label::Session;
use concord_project::new::{NewProject, create};
use egui::{Key, Modifiers};
use egui_kittest::Harness;

#[expect(dead_code, reason = "the benchmark needs only a part of what the flows share")]
#[path = "../tests/ui/common.rs"]
mod common;

use common::{Stage, labelling, project, wait};

const FRAMES: usize = 50;
/// A 12-megapixel photograph.
const PHOTO: Size = Size::new(4000, 3000);
const PHOTOS: u32 = 24;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    // With the word `memory` that alone is measured.
    if std::env::args().any(|arg| arg == "memory") {
        return memory(&mut out);
    }
    for count in [0, 1_000, 10_000] {
        writeln!(out, "frame with {count} boxes: {:.2} ms", milliseconds(frame_with(count)))?;
    }
    let (gesture, undo, durable, alone) = gestures_among(10_000);
    writeln!(out, "gesture among 10,000 boxes, frame included: {:.2} ms", milliseconds(gesture))?;
    writeln!(out, "undo among 10,000 boxes, frame included: {:.2} ms", milliseconds(undo))?;
    writeln!(out, "undo among 10,000 boxes, labels and findings alone: {:.3} ms", milliseconds(alone))?;
    writeln!(out, "gesture among 10,000 boxes to its durable row, p99: {:.2} ms", milliseconds(durable))?;
    let dir = tempfile::tempdir()?;
    let place = photographs(dir.path())?;
    let mut harness = labelling(dir.path(), place);
    writeln!(out, "next sample, prefetched: {:.2} ms", milliseconds(prefetched(&mut harness)))?;
    writeln!(out, "far sample of 12 megapixels, cold: {:.0} ms", milliseconds(cold(&mut harness)))?;
    drop(harness);
    memory(&mut out)
}

fn memory(out: &mut impl Write) -> std::io::Result<()> {
    for (pages, mib) in paged() {
        writeln!(out, "memory after {pages} samples with 64 MiB for images: {mib:.0} MiB")?;
    }
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn frame_with(count: u32) -> Duration {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    ask(&mut harness, Ask::Edit(Edit::Paste((0..count).map(object).collect(), 0.0)));
    harness.run_steps(5);
    let frame = |_| {
        let started = Instant::now();
        harness.step();
        started.elapsed()
    };
    median((0..FRAMES).map(frame).collect())
}

/// Times of moving a box by a key and of taking that back, to the end of the frame, and of the slowest of a hundred
/// gestures until its row is durable; and of taking one back without a frame.
fn gestures_among(count: u32) -> (Duration, Duration, Duration, Duration) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = project(dir.path(), 1);
    let mut harness = labelling(dir.path(), place);
    ask(&mut harness, Ask::Edit(Edit::Paste((0..count).map(object).collect(), 0.0)));
    wait(&mut harness, "the log", |c| c.outstanding.saving() == 0);
    harness.key_press(Key::Tab);
    harness.run_steps(3);
    let (mut gestures, mut undos, mut durable) = (vec![], vec![], vec![]);
    for _ in 0..FRAMES {
        for (keys, times) in
            [((Modifiers::ALT, Key::ArrowRight), &mut gestures), ((Modifiers::CTRL, Key::Z), &mut undos)]
        {
            let started = Instant::now();
            harness.key_press_modifiers(keys.0, keys.1);
            harness.step();
            times.push(started.elapsed());
            while harness.state().context().outstanding.saving() > 0 {
                std::thread::sleep(Duration::from_micros(200));
                harness.step();
            }
            durable.push(started.elapsed());
        }
    }
    durable.sort_unstable();
    (median(gestures), median(undos), durable[durable.len() * 99 / 100], undo_alone(&harness))
}

/// Time of taking a change back in the session of the current sample until its labels and findings are those of before.
fn undo_alone(harness: &Harness<'_, Stage>) -> Duration {
    let project = harness.state().context().project.as_ref().expect("a project is open");
    let sample = project.label.sample().expect("there is a sample");
    let reader = project.desk.project.reader().expect("it can be read");
    let mut session = Session::load(&reader, sample, "ada", &project.versions).expect("it is in the log");
    let moved = session.labels.objects[0].id.clone();
    let shape = session.labels.objects[0].geometry.moved(1.0, 1.0).expect("a box can be moved");
    session.findings(&project.versions);
    let undo = |_| {
        session.perform(&Edit::Reshape(vec![(moved.clone(), shape.clone())]), &project.versions).expect("it moves");
        session.findings(&project.versions);
        let started = Instant::now();
        let done = session.undo().is_some() && session.findings(&project.versions).len() < usize::MAX;
        assert!(done, "there is a step to take back");
        started.elapsed()
    };
    median((0..FRAMES).map(undo).collect())
}

/// Resident memory in MiB after so many samples were paged through; nothing where the system does not tell.
fn paged() -> Vec<(usize, f64)> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(dir.path().join("settings.toml"), "image_memory_mib = 64").expect("the folder is writable");
    let folder = dir.path().join("images");
    std::fs::create_dir_all(&folder).expect("the folder is writable");
    for number in 0..2_001u32 {
        let picture = Rgb8::from_fn(Size::new(320, 240), |x, y| [x as u8, (y + number) as u8, (number >> 3) as u8]);
        std::fs::write(folder.join(format!("{number:04}.jpg")), encode_jpeg(&picture, 80)).expect("it is writable");
    }
    let mut new = NewProject { classes: vec!["bolt".to_owned()], ..NewProject::default() };
    new.sources.images.push(folder);
    let place = dir.path().join("project");
    drop(create(&place, &new, "ada", "bench", || 1_767_225_600_000, &Progress::default()).expect("a project"));
    let mut harness = labelling(dir.path(), place);
    let mut found = Vec::new();
    for at in 1..=2_000 {
        harness.key_press(Key::D);
        harness.step();
        wait(&mut harness, "the next sample", |c| shows(c, at));
        // Nothing is drawn otherwise, and a harness that never draws keeps every texture it was given.
        if at % 10 == 0 {
            harness.render().expect("the harness draws");
        }
        if at % 500 == 0 || at == 200 {
            found.extend(resident_mib().map(|mib| (at, mib)));
        }
    }
    found
}

fn resident_mib() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// Asks the app for something as a screen would.
fn ask(harness: &mut Harness<'_, Stage>, ask: Ask) {
    harness.state_mut().app.as_mut().expect("the first frame made the app").ask(ask);
}

fn object(number: u32) -> Object {
    let (x, y) = (f64::from(number % 150), f64::from(number / 150 % 110));
    let bbox = BBox::new(x, y, x + 6.0, y + 6.0).expect("a valid box");
    Object::new(ObjectId(format!("o{number}")), bbox, "bolt")
}

/// A project of photographs of which each is different.
fn photographs(dir: &Path) -> std::io::Result<PathBuf> {
    let folder = dir.join("photos");
    std::fs::create_dir_all(&folder)?;
    for number in 0..PHOTOS {
        let picture = Rgb8::from_fn(PHOTO, |x, y| {
            let grain = (x.wrapping_mul(73) ^ y.wrapping_mul(151)) % 32;
            [(x / 16 + number * 9 + grain) as u8, (y / 12 + grain) as u8, ((x + y) / 28 + grain) as u8]
        });
        std::fs::write(folder.join(format!("{number}.jpg")), encode_jpeg(&picture, 90))?;
    }
    let mut new = NewProject { classes: vec!["bolt".to_owned()], ..NewProject::default() };
    new.sources.images.push(folder);
    let place = dir.join("project");
    drop(
        create(&place, &new, "ada", "bench", || 1_767_225_600_000, &Progress::default())
            .map_err(std::io::Error::other)?,
    );
    Ok(place)
}

fn shows(context: &Context, at: usize) -> bool {
    context
        .project
        .as_ref()
        .is_some_and(|p| p.label.queue.at() == Some(at) && p.label.image().is_some() && p.label.session().is_some())
}

/// From the press of D to the frame that shows the next sample, which was read ahead.
fn prefetched(harness: &mut Harness<'_, Stage>) -> Duration {
    let times = (1..=5).map(|at| {
        wait(harness, "what is ahead", |c| {
            let label = c.project.as_ref().map(|p| &p.label);
            label.is_some_and(|label| {
                let next = label.queue.items().get(at);
                next.is_some_and(|r| {
                    label.shelf.images.get(&r.sample).is_some() && label.shelf.sessions.get(&r.sample).is_some()
                })
            })
        });
        let started = Instant::now();
        harness.key_press(Key::D);
        harness.step();
        let time = started.elapsed();
        assert!(shows(harness.state().context(), at), "a prefetched sample comes up at once");
        time
    });
    median(times.collect())
}

/// From asking for a sample that nobody expected to the frame that shows it, decoding included.
fn cold(harness: &mut Harness<'_, Stage>) -> Duration {
    let times = [10, 15, 20].map(|at| {
        // What is read ahead of the sample before is done, so that the cores are free.
        for _ in 0..100 {
            harness.step();
            std::thread::sleep(Duration::from_millis(10));
        }
        let started = Instant::now();
        ask(harness, Ask::GoTo(at));
        while !shows(harness.state().context(), at) {
            harness.step();
            std::thread::sleep(Duration::from_millis(1));
        }
        started.elapsed()
    });
    median(times.to_vec())
}
