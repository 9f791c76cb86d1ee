//! What people did: how they label, what sways them, what it cost, and the log as a history.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use concord_app::context::Screen;
use concord_app::window::Options;
use concord_domain::decision::Decision;
use concord_domain::edit::Edit;
use concord_domain::opinions::Opinions;
use concord_domain::role::{Role as ProjectRole, Roles};
use concord_domain::sample::SampleId;
use concord_domain::suggestion::{Prediction, Run, SampleReading};
use concord_geometry::{BBox, Geometry};
use concord_project::label::{Session, record, submit};
use concord_project::new::{NewProject, create};
use concord_project::{Desk, Progress, people};
use concord_store::{Reader, RunDigest};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::common::{Stage, images, on_stage, options, press, wait, wait_until_free};
use crate::review_flows::{Drawn, goes_to_review, reviewed_project, submitted};

const JANUARY: i64 = 1_767_225_600_000;
const FEBRUARY: i64 = 1_769_904_000_000;
const MARCH: i64 = 1_772_323_200_000;
const COUNT: u32 = 24;

const BOLT: Drawn<'_> = ("bolt", [10.0, 10.0, 40.0, 40.0]);
const NUT: Drawn<'_> = ("nut", [60.0, 10.0, 90.0, 40.0]);
/// As ada sees the two without suggestions.
const OWN: [Drawn<'_>; 2] = [("bolt", [12.0, 10.0, 42.0, 40.0]), ("bolt", [60.0, 10.0, 90.0, 40.0])];

/// What ada and ben labelled in two months, with a model that says bolt and nut of every image. Where ada sees its
/// suggestions she follows them; where she does not she draws beside, and takes the nut for a bolt. Ben does not care.
pub(crate) fn worked(dir: &Path) -> PathBuf {
    let mut new = NewProject { classes: vec!["bolt".to_owned(), "nut".to_owned()], ..NewProject::default() };
    new.policy = Some(
        "name = \"belt\"\nversion = 1\noverlap = 2\n\n[assignment]\nwithout_suggestions = 0.5\nseed = 3\n".to_owned(),
    );
    new.sources.images.push(images(dir, COUNT));
    let place = dir.join("belt");
    drop(create(&place, &new, "ada", "test", || JANUARY, &Progress::default()).expect("a project can be made"));
    let config = place.join("concord.toml");
    let text = std::fs::read_to_string(&config).expect("it is there");
    let rates = "\n[cost]\ncurrency = \"EUR\"\nper_hour = 36.0\n";
    std::fs::write(&config, text + rates).expect("it is writable");
    let desk = Desk::open(&place, "ada", "test", || JANUARY).expect("a desk");
    let mut samples: Vec<SampleId> =
        desk.project.reader().expect("a reader").samples().expect("samples").into_iter().map(|s| s.id).collect();
    samples.sort_unstable();
    suggested(&desk, &samples);
    drop(desk);
    let (early, late) = samples.split_at(samples.len() / 2);
    for (who, clock, samples) in [
        ("ada", (|| JANUARY) as fn() -> i64, early),
        ("ben", || JANUARY, early),
        ("ada", || FEBRUARY, late),
        ("ben", || FEBRUARY, late),
    ] {
        wait_until_free(&place);
        labels(&Desk::open(&place, who, "test", clock).expect("a desk"), samples);
    }
    place
}

/// A run that says bolt and nut of every sample.
fn suggested(desk: &Desk, samples: &[SampleId]) {
    let said = |(class, [x1, y1, x2, y2]): Drawn<'_>, score| {
        Prediction::new(BBox::new(x1, y1, x2, y2).expect("a box"), class, score)
    };
    let predictions = vec![said(BOLT, 0.9), said(NUT, 0.8)];
    let rows: BTreeMap<SampleId, Vec<Prediction>> =
        samples.iter().map(|sample| (sample.clone(), predictions.clone())).collect();
    let mut digest = RunDigest::default();
    for (sample, predictions) in &rows {
        for (position, prediction) in (0..).zip(predictions) {
            digest.prediction(sample, position, prediction);
        }
    }
    let run = Run {
        id: "run-1".to_owned(),
        model: "finder".to_owned(),
        model_sha256: String::new(),
        engine: "import".to_owned(),
        perturbation: None,
        opinions: Opinions::default(),
        crops_of: None,
        score_threshold: 0.05,
        nms_iou: 0.6,
        samples: rows.len() as u64,
        predictions: 2 * rows.len() as u64,
        digest: digest.finish(),
    };
    let entry = desk.entry(Decision::RunRecorded { run: Box::new(run.clone()) });
    desk.bulk(move |bulk| {
        bulk.add_run(&run)?;
        for (sample, predictions) in rows {
            let reading = SampleReading { predictions, ..SampleReading::default() };
            bulk.add_reading(&run.id, &sample, 0.1, &reading)?;
        }
        bulk.commit(entry).map(|_| ())
    })
    .expect("the run fits");
}

fn labels(desk: &Desk, samples: &[SampleId]) {
    let who = desk.annotator.as_str();
    let reader = desk.project.reader().expect("a reader");
    let versions = desk.project.versions(&reader).expect("they are published");
    for sample in samples {
        let is_blank = versions.policy.assignment.is_without_suggestions(sample);
        let drawn = if who == "ada" && is_blank { OWN } else { [BOLT, NUT] };
        let mut session = Session::load(&reader, sample, who, &versions).expect("a session");
        for (class, [x1, y1, x2, y2]) in drawn {
            let geometry = Geometry::Box(BBox::new(x1, y1, x2, y2).expect("a box"));
            let edit = Edit::Draw { geometry, class: class.to_owned() };
            let gesture = session.perform(&edit, &versions).expect("it changes something");
            record(desk, 1, &session.key, &versions, gesture, |done| drop(done.outcome.expect("it is taken")));
        }
        submit(desk, 2, &mut session, &versions, |done| drop(done.outcome.expect("it is taken"))).expect("no findings");
        let active_ms = if is_blank { 20_000 } else { 10_000 };
        let timed = Decision::TaskTimed {
            key: session.key.clone(),
            active_ms,
            waited_ms: 400,
            idle_ms: 60_000,
            opened_at_utc_ms: desk.now(),
            judging: false,
        };
        desk.commit(timed).expect("it is noted");
    }
}

/// The app of somebody in March.
fn in_march(dir: &Path, place: &Path, who: &str) -> Harness<'static, Stage> {
    let options = Options { annotator: Some(who.to_owned()), clock: || MARCH, ..options(dir) };
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 900.0]), options, Some(place.to_owned()));
    wait(&mut harness, "the project", |c| c.project.as_ref().is_some_and(|p| p.label.queue.is_loaded));
    harness.run_steps(3);
    harness
}

pub(crate) fn goes_to_activity(harness: &mut Harness<'_, Stage>) {
    harness.get_by_label("Go to Activity").click();
    is_counted(harness);
}

fn is_counted(harness: &mut Harness<'_, Stage>) {
    harness.run_steps(2);
    wait(harness, "what was done", |c| {
        let open = &c.project.as_ref().expect("a project").activity;
        let waits = c.outstanding.awaits(&concord_app::jobs::Request::Activity)
            || c.outstanding.awaits(&concord_app::jobs::Request::History);
        open.report.is_some() && open.history.is_some() && !waits
    });
    harness.run_steps(4);
}

pub(crate) fn goes_to_people(harness: &mut Harness<'_, Stage>, tab: &str) {
    harness.get_by_label("Go to Agreement").click();
    harness.run_steps(2);
    wait(harness, "the figures", |c| c.project.as_ref().is_some_and(|p| p.agreement.people.is_some()));
    harness.run_steps(2);
    chooses(harness, tab);
}

fn chooses(harness: &mut Harness<'_, Stage>, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    harness.run_steps(4);
}

fn says(harness: &Harness<'_, Stage>, words: &str) -> bool {
    harness.query_all_by_label_contains(words).next().is_some()
}

fn blank(place: &Path) -> usize {
    let reader = Reader::open(place).expect("a reader");
    let policy = reader.policy().expect("read").expect("published");
    let samples = reader.samples().expect("samples");
    samples.iter().filter(|sample| policy.assignment.is_without_suggestions(&sample.id)).count()
}

/// Hours and money by hand: 24 label sets each, 20 s where it is drawn to go without suggestions and 10 s elsewhere, at
/// 36 an hour, which is a cent a second.
#[test]
fn work_is_counted_and_priced_over_a_span_of_time() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = worked(dir.path());
    let blank = blank(&place);
    let all = COUNT as usize;
    assert!((4..=all - 4).contains(&blank), "both are drawn: {blank}");
    let mut harness = in_march(dir.path(), &place, "ada");
    goes_to_activity(&mut harness);
    let seconds = 2 * (20 * blank + 10 * (all - blank));
    // Where ada went her own way the class is disputed, so that nothing of the image is gold.
    let gold = 2 * (all - blank);
    assert!(says(&harness, &format!("on {} samples of gold", all - blank)), "the headline");
    let money = |cents: f64| format!("{:.2} EUR", cents / 100.0);
    assert!(says(&harness, &money(seconds as f64 / gold as f64)), "an effective label");
    assert!(says(&harness, &format!("{} in all", money(seconds as f64))), "all of it");
    assert!(says(&harness, "48 objects") && says(&harness, "96 objects"), "each, and both together");
    harness.get_by_role_and_label(Role::ComboBox, "Period").click();
    harness.run_steps(2);
    harness.get_by_label("Last 30 days").click();
    is_counted(&mut harness);
    assert!(says(&harness, "24 objects") && !says(&harness, "96 objects"), "February alone");
}

#[test]
fn the_log_reads_as_a_history_and_leads_to_a_sample() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = worked(dir.path());
    let mut harness = in_march(dir.path(), &place, "ada");
    goes_to_activity(&mut harness);
    chooses(&mut harness, "History");
    assert!(says(&harness, "submitted revision 1") && says(&harness, "2026-02-01 00:00"));
    assert!(!says(&harness, "worked for"), "routine is left out at first");
    harness.get_by_label("Every gesture, time and lease").click();
    is_counted(&mut harness);
    assert!(says(&harness, "worked for 20 s") || says(&harness, "worked for 10 s"));
    harness.get_by_label("Every gesture, time and lease").click();
    is_counted(&mut harness);
    harness.get_by_role_and_label(Role::ComboBox, "Person").click();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "ben").click();
    is_counted(&mut harness);
    assert!(says(&harness, "submitted revision 1") && !says(&harness, "published version"), "only ben's");
    let rows = harness.state().context().project.as_ref().and_then(|p| p.activity.history.as_ref());
    let first = rows.and_then(|page| page.rows.first()).cloned().expect("a row");
    assert!(rows.expect("rows").rows.iter().all(|row| row.actor == "ben"));
    let (sample, path) = first.sample.expect("it is about one");
    harness.get_all_by_label(&format!("Label {path}")).next().expect("a way there").click();
    wait(&mut harness, "the sample", |c| c.project.as_ref().and_then(|p| p.label.sample()) == Some(&sample));
    assert_eq!(harness.state().context().screen, Screen::Label);
}

#[test]
fn people_are_told_with_what_sways_them_and_whether_they_drift() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = worked(dir.path());
    let blank = blank(&place);
    let mut harness = in_march(dir.path(), &place, "ada");
    goes_to_people(&mut harness, "People");
    assert!(says(&harness, &format!("{} that two or more people say alike", COUNT as usize - blank)));
    chooses(&mut harness, "ben");
    chooses(&mut harness, "Estimated from all");
    assert!(says(&harness, "Probability of each answer given the true class"));
    chooses(&mut harness, "Anchoring");
    let sets = 2 * (COUNT as usize - blank);
    assert!(says(&harness, &format!("{sets} label sets with and {} without suggestions", 2 * blank)));
    assert!(says(&harness, "of 2 people who made both"));
    assert!(says(&harness, "rests on few"), "two dozen images of two people");
    assert!(
        says(&harness, "0.750") && says(&harness, "0.250"),
        "without and difference: half of what ada says follows"
    );
    assert!(says(&harness, "Median 10.0 s with and 20.0 s without suggestions."));
    assert!(says(&harness, "50 % of the time is saved"));
    chooses(&mut harness, "Drift of labels");
    assert!(says(&harness, "Each month is held against 2026-01."));
    assert!(says(&harness, "fewer than 200 images"), "two dozen images are no month");
}

#[test]
fn an_annotator_sees_their_own_figures_alone() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = worked(dir.path());
    wait_until_free(&place);
    let desk = Desk::open(&place, "ada", "test", || MARCH).expect("a desk");
    for (person, role) in [("ada", ProjectRole::Owner), ("ben", ProjectRole::Annotator)] {
        people::give(&desk, person, Roles::from([role])).expect("there is an owner");
    }
    drop(desk);
    let mut harness = in_march(dir.path(), &place, "ben");
    goes_to_people(&mut harness, "People");
    assert!(says(&harness, "The figures of 1 more person are shown to an owner."));
    let shown = harness.state().context().project.as_ref().and_then(|p| p.agreement.people.as_ref());
    let names: Vec<&str> = shown.expect("figures").annotators.annotators.iter().map(|a| a.annotator.as_str()).collect();
    assert_eq!(names, ["ben"]);
    goes_to_activity(&mut harness);
    assert!(says(&harness, "The figures of 1 more person are shown to an owner."));
}

/// A clock that moves on by 40 ms whenever somebody looks at it.
fn ticking() -> i64 {
    static TIME: AtomicI64 = AtomicI64::new(JANUARY);
    TIME.fetch_add(40, Ordering::Relaxed)
}

#[test]
fn the_time_of_a_reviewer_is_told_apart() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = reviewed_project(dir.path(), 2);
    submitted(&place, "ana", &[BOLT]);
    let options = Options { annotator: Some("rea".to_owned()), clock: ticking, ..options(dir.path()) };
    let mut harness = on_stage(Harness::builder().with_size([1280.0, 900.0]), options, Some(place.clone()));
    wait(&mut harness, "the queue", |c| c.project.as_ref().is_some_and(|p| p.label.labelling().is_loaded));
    harness.run_steps(3);
    goes_to_review(&mut harness);
    for _ in 0..40 {
        harness.hover_at(egui::pos2(600.0, 400.0));
        harness.step();
        harness.hover_at(egui::pos2(610.0, 405.0));
        harness.step();
    }
    press(&mut harness, Modifiers::CTRL, Key::Enter);
    wait(&mut harness, "the log", |c| c.outstanding.saving() == 0);
    drop(harness);
    wait_until_free(&place);
    let reader = Reader::open(&place).expect("a reader");
    let settled = reader.settled().expect("read");
    let times = reader.task_times().expect("read");
    let judged = times.iter().find(|time| time.is_judging).expect("rea judged");
    assert_eq!((judged.key.annotator.as_str(), settled.first()), ("rea", Some(&judged.key.sample)));
    assert!(judged.active_ms >= 1_000, "{judged:?}");
}
