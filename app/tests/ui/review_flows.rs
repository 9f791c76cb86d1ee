//! Review: people submit, a reviewer sends back, an arbiter settles, and everybody else finds the sample as it stands.

use concord_app::jobs::Request;
use concord_app::messages::Body;
use concord_domain::decision::Decision;
use concord_domain::edit::Edit;
use concord_domain::judgement::Verdict;
use concord_domain::object::ObjectId;
use concord_domain::review::Settling;
use concord_domain::role::{Role as ProjectRole, Roles};
use concord_geometry::{BBox, Geometry};
use concord_project::label::{Session, record, submit};
use concord_project::new::{NewProject, create};
use concord_project::release::{ReleaseOptions, release};
use concord_project::{Desk, Progress, people};
use concord_store::{LogRow, Reader};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::path::{Path, PathBuf};

use crate::common::{Stage, click, drag, images, on_stage, options, press, wait, wait_for_sample, wait_until_free};

const NOW: i64 = 1_767_225_600_000;
const NONE: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::CTRL;
const SHIFT: Modifiers = Modifiers::SHIFT;

/// A project in which everything that one person labels is reviewed.
pub(crate) fn reviewed_project(dir: &Path, count: u32) -> PathBuf {
    let mut new = NewProject { classes: vec!["bolt".to_owned(), "nut".to_owned()], ..NewProject::default() };
    new.policy = Some("name = \"belt\"\nversion = 1\n\n[review]\nshare = 1.0\narbitrate_below = 1.0\n".to_owned());
    new.sources.images.push(images(dir, count));
    let place = dir.join("belt");
    drop(create(&place, &new, "ada", "test", || NOW, &Progress::default()).expect("a tiny project can be made"));
    place
}

fn give_roles(place: &Path) {
    let desk = Desk::open(place, "ada", "test", || NOW).expect("a desk");
    for (person, role) in [
        ("ada", ProjectRole::Owner),
        ("ana", ProjectRole::Annotator),
        ("ben", ProjectRole::Annotator),
        ("rea", ProjectRole::Reviewer),
        ("art", ProjectRole::Arbiter),
    ] {
        people::give(&desk, person, Roles::from([role])).expect("there is an owner");
    }
}

/// What somebody drew: a class and the corners of a box.
pub(crate) type Drawn<'a> = (&'a str, [f64; 4]);

/// Has somebody label and submit, without a window, the sample that others labelled, or the first one; their earlier objects
/// stay.
pub(crate) fn submitted(place: &Path, who: &str, drawn: &[Drawn<'_>]) {
    wait_until_free(place);
    let desk = Desk::open(place, who, "elsewhere", || NOW).expect("a desk");
    let reader = desk.project.reader().expect("a reader");
    let versions = desk.project.versions(&reader).expect("they are published");
    let of_log = |row: &LogRow| row.decision.label_set().map(|key| key.sample.clone());
    let known = reader.log_rows(0, 10_000, None).expect("read").iter().find_map(of_log);
    let sample = known.unwrap_or_else(|| reader.samples().expect("samples")[0].id.clone());
    let mut session = Session::load(&reader, &sample, who, &versions).expect("a session");
    for (class, [x1, y1, x2, y2]) in drawn {
        let geometry = Geometry::Box(BBox::new(*x1, *y1, *x2, *y2).expect("a box"));
        let edit = Edit::Draw { geometry, class: (*class).to_owned() };
        let gesture = session.perform(&edit, &versions).expect("it changes something");
        record(&desk, 1, &session.key, &versions, gesture, |done| drop(done.outcome.expect("it is taken")));
    }
    submit(&desk, 2, &mut session, &versions, |done| drop(done.outcome.expect("it is taken"))).expect("no findings");
    desk.flush().expect("it is durable");
}

pub(crate) const ANA: [Drawn<'_>; 4] = [
    ("bolt", [10.0, 10.0, 40.0, 40.0]),
    ("bolt", [60.0, 10.0, 90.0, 40.0]),
    ("bolt", [110.0, 10.0, 150.0, 40.0]),
    ("bolt", [10.0, 70.0, 40.0, 110.0]),
];
/// Against Ana: another class, one that is not there, another place, the same; and one that only he has.
pub(crate) const BEN: [Drawn<'_>; 4] = [
    ("nut", [10.0, 10.0, 40.0, 40.0]),
    ("bolt", [116.0, 10.0, 156.0, 40.0]),
    ("bolt", [10.0, 70.0, 40.0, 110.0]),
    ("bolt", [60.0, 70.0, 90.0, 110.0]),
];

pub(crate) fn sits_down(dir: &Path, place: &Path, who: &str) -> Harness<'static, Stage> {
    let mut options = options(dir);
    options.annotator = Some(who.to_owned());
    let builder = Harness::builder().with_size([1280.0, 900.0]);
    let mut harness = on_stage(builder, options, Some(place.to_owned()));
    wait(&mut harness, "the queue", |c| c.project.as_ref().is_some_and(|p| p.label.labelling().is_loaded));
    harness.run_steps(3);
    harness
}

/// Goes to the Review screen and waits until what is disputed on its first sample is there.
pub(crate) fn goes_to_review(harness: &mut Harness<'_, Stage>) {
    harness.get_by_label("Go to Review").click();
    waits_for_dispute(harness);
}

fn waits_for_dispute(harness: &mut Harness<'_, Stage>) {
    wait(harness, "what is disputed", |c| {
        c.project.as_ref().is_some_and(|p| {
            let is_there = p.label.sample().is_some_and(|sample| p.review.dispute(sample).is_some());
            is_there && p.label.session().is_some() && p.label.image().is_some()
        })
    });
    harness.run_steps(4);
}

fn saved(harness: &mut Harness<'_, Stage>) {
    wait(harness, "the log", |c| c.outstanding.saving() == 0);
    let messages = harness.state().context().messages.shown();
    assert!(messages.iter().all(|m| matches!(m.body, Body::Info(_))), "{messages:?}");
}

/// Waits for a verdict that is worked out aside.
fn ruled(harness: &mut Harness<'_, Stage>) {
    wait(harness, "the verdict", |c| {
        let sample = c.project.as_ref().and_then(|p| p.label.sample().cloned()).expect("a sample");
        !c.outstanding.awaits(&Request::Ruling(sample))
    });
    harness.run_steps(2);
}

/// What the log says about samples, but for who held them when.
fn log(place: &Path) -> Vec<LogRow> {
    let rows = Reader::open(place).expect("a reader").log_rows(0, 10_000, None).expect("read");
    let about_labels = |row: &LogRow| {
        let kind = row.decision.kind();
        !kind.starts_with("task_") && !["project_created", "roles_given"].contains(&kind) && {
            !kind.ends_with("_published") && !kind.ends_with("_imported") && kind != "release_made"
        }
    };
    rows.into_iter().filter(about_labels).collect()
}

fn told(rows: &[LogRow]) -> Vec<(&str, &str)> {
    rows.iter().map(|row| (row.actor.as_str(), row.decision.kind())).collect()
}

/// The verdicts so far, by the kind of the disagreement.
fn verdicts(harness: &Harness<'_, Stage>) -> Vec<(&'static str, Verdict)> {
    let project = harness.state().context().project.as_ref().expect("a project");
    let dispute = project.review.dispute(project.label.sample().expect("a sample")).expect("loaded");
    let Some(judgement) = project.label.session().and_then(|s| s.labels.judgement.as_ref()) else { return vec![] };
    let all = dispute.comparison.disagreements.iter();
    all.filter_map(|d| Some((d.kind.name(), judgement.verdicts.get(&d.id)?.clone()))).collect()
}

fn in_focus(harness: &Harness<'_, Stage>) -> Option<(usize, &'static str)> {
    let project = harness.state().context().project.as_ref()?;
    let dispute = project.review.dispute(project.label.sample()?)?;
    let focus = project.review.focused(dispute)?;
    let place = dispute.comparison.disagreements.iter().position(|d| d.id == focus.id)?;
    Some((place, focus.kind.name()))
}

fn objects(harness: &Harness<'_, Stage>) -> Vec<(String, [f64; 4])> {
    let project = harness.state().context().project.as_ref().expect("a project");
    let labels = project.label.session().map(|s| s.labels.objects.as_slice()).unwrap_or_default();
    labels
        .iter()
        .map(|o| (o.class.clone(), [o.bounds().x1(), o.bounds().y1(), o.bounds().x2(), o.bounds().y2()]))
        .collect()
}

fn take(of: &str) -> Verdict {
    Verdict::Take { of: of.to_owned() }
}

#[test]
fn from_labels_through_review_and_arbitration_to_a_release() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = reviewed_project(dir.path(), 2);
    give_roles(&place);
    ana_submits(dir.path(), &place);
    rea_sends_back(dir.path(), &place);
    ana_mends(dir.path(), &place);
    submitted(&place, "ben", &BEN);
    art_settles(dir.path(), &place);
    log_tells_the_story(&place);
    let out = dir.path().join("release");
    wait_until_free(&place);
    let desk = Desk::open(&place, "ada", "test", || NOW).expect("a desk");
    let report = release(&desk, &out, &ReleaseOptions::default()).expect("it can be released");
    assert_eq!((report.samples.iter().sum::<u64>(), report.objects), (1, 5), "{report:?}");
}

/// The first three of hers; she forgets the fourth.
fn ana_submits(dir: &Path, place: &Path) {
    let mut harness = sits_down(dir, place, "ana");
    wait_for_sample(&mut harness);
    for (_, [x1, y1, x2, y2]) in &ANA[..3] {
        drag(&mut harness, (*x1, *y1), (*x2, *y2));
    }
    press(&mut harness, CTRL, Key::Enter);
    saved(&mut harness);
}

fn rea_sends_back(dir: &Path, place: &Path) {
    let mut harness = sits_down(dir, place, "rea");
    goes_to_review(&mut harness);
    harness.get_by_label_contains("Review of ana");
    press(&mut harness, NONE, Key::I);
    click(&mut harness, (25.0, 90.0));
    harness.get_by_label("Comment text").type_text("one is left out here");
    harness.run_steps(2);
    harness.get_by_label("Add comment").click();
    harness.run_steps(2);
    saved(&mut harness);
    press(&mut harness, CTRL, Key::Backspace);
    let sends = harness.get_by_role_and_label(Role::Button, "Send back");
    assert!(sends.accesskit_node().is_disabled(), "it needs a reason");
    harness.get_by_label("Reason").type_text("one bolt is missing");
    harness.run_steps(2);
    assert_eq!(
        harness.get_by_role_and_label(Role::CheckBox, "one is left out here").accesskit_node().toggled(),
        Some(egui::accesskit::Toggled::True),
        "her own comment goes with it unless she says otherwise"
    );
    harness.get_by_role_and_label(Role::Button, "Send back").click();
    harness.run_steps(4);
    saved(&mut harness);
    wait(&mut harness, "the list", |c| c.project.as_ref().is_some_and(|p| p.label.queue.items().is_empty()));
    harness.get_by_label("Nothing to review");
}

fn ana_mends(dir: &Path, place: &Path) {
    let mut harness = sits_down(dir, place, "ana");
    wait_for_sample(&mut harness);
    harness.run_steps(4);
    harness.get_by_label_contains("rea sent this back: one bolt is missing · one comment");
    harness.get_by_label("one is left out here");
    let (_, [x1, y1, x2, y2]) = ANA[3];
    drag(&mut harness, (x1, y1), (x2, y2));
    press(&mut harness, CTRL, Key::Enter);
    saved(&mut harness);
}

fn art_settles(dir: &Path, place: &Path) {
    let mut harness = sits_down(dir, place, "art");
    let before = log(place).len();
    goes_to_review(&mut harness);
    harness.get_by_label_contains("Between ana, ben");
    assert_eq!(in_focus(&harness), Some((0, "missing")), "the most severe comes first");
    press(&mut harness, NONE, Key::CloseBracket);
    assert_eq!(in_focus(&harness), Some((1, "missing")));
    press(&mut harness, NONE, Key::OpenBracket);
    saved(&mut harness);
    assert_eq!(log(place).len(), before, "looking writes nothing");
    // Ben's view of everything that somebody misses, taken back, and then both's.
    press(&mut harness, SHIFT, Key::Num2);
    ruled(&mut harness);
    assert_eq!(verdicts(&harness), [("missing", take("ben")), ("missing", take("ben"))]);
    press(&mut harness, CTRL, Key::Z);
    assert_eq!(verdicts(&harness), []);
    assert!(in_focus(&harness).is_some_and(|(_, kind)| kind == "missing"), "back to what was undone");
    press(&mut harness, SHIFT, Key::Num3);
    ruled(&mut harness);
    assert_eq!(verdicts(&harness), [("missing", Verdict::All), ("missing", Verdict::All)]);
    assert_eq!(in_focus(&harness), Some((2, "class")), "on to the next that is open");
    press(&mut harness, NONE, Key::Num1);
    assert_eq!(in_focus(&harness), Some((3, "geometry")));
    press(&mut harness, CTRL, Key::Enter);
    harness.get_by_label("One disagreement is left");
    press(&mut harness, NONE, Key::OpenBracket);
    press(&mut harness, NONE, Key::Num2);
    assert_eq!(verdicts(&harness)[2], ("class", take("ben")), "another verdict takes the place of the first");
    // Ana's place, moved by hand.
    press(&mut harness, NONE, Key::E);
    assert_eq!(verdicts(&harness)[3], ("geometry", take("ana")));
    press(&mut harness, NONE, Key::F);
    drag(&mut harness, (130.0, 25.0), (133.0, 25.0));
    let moved = objects(&harness).into_iter().map(|(_, b)| b).find(|b| b[0] > 111.0).expect("it was moved");
    assert!((moved[0] - 113.0).abs() < 0.5 && (moved[2] - 153.0).abs() < 0.5, "{moved:?}");
    harness.get_by_label("4 of 4 decided");
    press(&mut harness, CTRL, Key::Enter);
    saved(&mut harness);
    wait(&mut harness, "the list", |c| c.project.as_ref().is_some_and(|p| p.label.queue.items().is_empty()));
}

fn log_tells_the_story(place: &Path) {
    let rows = log(place);
    let drawn = |who: &'static str, count: usize| vec![(who, "labels_edited"); count];
    let story: Vec<(&str, &str)> = [
        drawn("ana", 3),
        vec![("ana", "labels_submitted"), ("rea", "comment_added"), ("rea", "labels_sent_back")],
        drawn("ana", 1),
        vec![("ana", "labels_submitted")],
        drawn("ben", 4),
        vec![("ben", "labels_submitted")],
        // Taken up; all of Ben's, undone; both; A; B; A in the hand; moved.
        drawn("art", 8),
        vec![("art", "sample_settled")],
    ]
    .concat();
    assert_eq!(told(&rows), story);
    let all = Reader::open(place).expect("a reader").log_rows(0, 10_000, None).expect("read");
    let held = |row: &&LogRow| row.decision.kind() == "task_leased" && ["rea", "art"].contains(&row.actor.as_str());
    assert_eq!(all.iter().find(held), None, "who judges holds nothing");
    let undone = rows.iter().filter(|row| row.undoes.is_some()).count();
    assert_eq!(undone, 1);
    let back = rows.iter().find_map(|row| match &row.decision {
        Decision::LabelsSentBack { key, revision, reason, comments } => Some((key, *revision, reason, comments.len())),
        _ => None,
    });
    let (key, revision, reason, comments) = back.expect("it was sent back");
    assert_eq!((key.annotator.as_str(), revision, reason.as_str(), comments), ("ana", 1, "one bolt is missing", 1));
    let Some(Decision::SampleSettled { how, sets, .. }) = rows.last().map(|row| &row.decision) else {
        panic!("settled")
    };
    let sets: Vec<(&str, u32)> = sets.iter().map(|set| (set.annotator.as_str(), set.revision)).collect();
    assert_eq!((*how, sets), (Settling::Arbitrated, vec![("ana", 2), ("ben", 1)]));
    let reader = Reader::open(place).expect("a reader");
    let gold = reader.gold_of(&key.sample).expect("read").expect("it is gold");
    let mut classes: Vec<&str> = gold.labels.objects.iter().map(|o| o.class.as_str()).collect();
    classes.sort_unstable();
    assert_eq!(classes, ["bolt", "bolt", "bolt", "bolt", "nut"]);
}

#[test]
fn nobody_judges_their_own_work() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = reviewed_project(dir.path(), 1);
    submitted(&place, "ana", &ANA);
    let before = log(&place);
    let mut harness = sits_down(dir.path(), &place, "ana");
    goes_to_review(&mut harness);
    harness.get_by_role_and_label(
        Role::ListBoxOption,
        "belt-0.png, review, ana, Nobody judges their own work, and you labelled it",
    );
    press(&mut harness, CTRL, Key::Enter);
    press(&mut harness, NONE, Key::R);
    drag(&mut harness, (100.0, 60.0), (140.0, 110.0));
    press(&mut harness, NONE, Key::E);
    saved(&mut harness);
    assert_eq!(log(&place), before, "nothing is written");
    assert_eq!(objects(&harness).len(), 4, "her own labels are as they were");
}

#[test]
fn a_single_label_set_is_accepted_mended_or_begun_anew() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = reviewed_project(dir.path(), 1);
    give_roles(&place);
    submitted(&place, "ana", &ANA[..2]);
    {
        let mut harness = sits_down(dir.path(), &place, "rea");
        goes_to_review(&mut harness);
        harness.get_by_label("ana drew 2 objects");
        // Any tool begins to mend it: what she has is there, and the new one with it.
        press(&mut harness, NONE, Key::R);
        drag(&mut harness, (110.0, 10.0), (150.0, 40.0));
        assert_eq!(objects(&harness).len(), 3);
        saved(&mut harness);
    }
    submitted(&place, "ana", &ANA[3..]);
    {
        let mut harness = sits_down(dir.path(), &place, "rea");
        goes_to_review(&mut harness);
        harness.get_by_label("Somebody submitted again meanwhile");
        drag(&mut harness, (60.0, 60.0), (100.0, 100.0));
        assert_eq!(objects(&harness).len(), 3, "what is outdated is not altered");
        harness.get_by_label("Begin anew").click();
        harness.run_steps(4);
        assert_eq!(objects(&harness).len(), 3, "hers as they are now");
        press(&mut harness, CTRL, Key::Z);
        assert_eq!(objects(&harness).len(), 3, "with what was drawn into the earlier ones");
        press(&mut harness, CTRL, Key::Y);
        press(&mut harness, CTRL, Key::Enter);
        saved(&mut harness);
    }
    let rows = log(&place);
    let Some(Decision::SampleSettled { how, sets, .. }) = rows.last().map(|row| &row.decision) else {
        panic!("settled")
    };
    assert_eq!((*how, sets[0].revision), (Settling::Fixed, 2));
}

#[test]
fn what_is_settled_is_read_only_until_it_is_reopened() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = reviewed_project(dir.path(), 1);
    give_roles(&place);
    submitted(&place, "ana", &ANA);
    {
        let mut harness = sits_down(dir.path(), &place, "rea");
        goes_to_review(&mut harness);
        press(&mut harness, CTRL, Key::Enter);
        saved(&mut harness);
    }
    let settled = log(&place);
    assert_eq!(told(&settled).last(), Some(&("rea", "sample_settled")));
    {
        let mut harness = sits_down(dir.path(), &place, "ana");
        shows_all(&mut harness);
        harness.get_by_label("rea settled this sample: it is read-only");
        drag(&mut harness, (100.0, 60.0), (140.0, 110.0));
        press(&mut harness, CTRL, Key::A);
        press(&mut harness, NONE, Key::Delete);
        press(&mut harness, CTRL, Key::Z);
        press(&mut harness, CTRL, Key::Enter);
        saved(&mut harness);
        assert_eq!(objects(&harness).len(), 4);
        assert_eq!(log(&place), settled, "nothing is written");
        assert!(harness.get_by_role_and_label(Role::Button, "Reopen…").accesskit_node().is_disabled());
    }
    {
        let mut harness = sits_down(dir.path(), &place, "rea");
        shows_all(&mut harness);
        wait(&mut harness, "what was settled", |c| {
            c.project.as_ref().is_some_and(|p| p.label.sample().is_some_and(|s| p.review.dispute(s).is_some()))
        });
        harness.run_steps(2);
        harness.get_by_role_and_label(Role::Button, "Reopen…").click();
        harness.run_steps(3);
        harness.get_by_label("Reason").type_text("a bolt has its head cut off");
        harness.run_steps(2);
        harness.get_by_role_and_label(Role::Button, "Reopen").click();
        harness.run_steps(3);
        saved(&mut harness);
        wait_for_sample(&mut harness);
        harness.run_steps(3);
        assert!(harness.query_by_label_contains("settled this sample").is_none());
    }
    assert_eq!(told(&log(&place)).last(), Some(&("rea", "sample_reopened")));
}

fn shows_all(harness: &mut Harness<'_, Stage>) {
    harness.query_all_by_label("Show all samples or those to do").next().expect("a button").click();
    wait(harness, "all samples", |c| c.project.as_ref().is_some_and(|p| !p.label.queue.items().is_empty()));
    wait_for_sample(harness);
    harness.run_steps(4);
}

/// How much of the image a canvas shows, and how many shapes it has: what it tells a screen reader.
fn description(harness: &Harness<'_, Stage>, canvas: &str) -> String {
    harness.get_by_label(canvas).accesskit_node().data().description().unwrap_or_default().to_owned()
}

#[test]
fn two_label_sets_flicker_or_stand_side_by_side() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(dir.path().join("settings.toml"), "motion = \"reduced\"\n").expect("it is writable");
    let place = reviewed_project(dir.path(), 1);
    submitted(&place, "ana", &ANA[..3]);
    submitted(&place, "ben", &BEN);
    submitted(&place, "cem", &BEN[..1]);
    let mut harness = sits_down(dir.path(), &place, "art");
    goes_to_review(&mut harness);
    assert!(
        description(&harness, "Image canvas").ends_with("of 8 shapes in sight"),
        "{}",
        description(&harness, "Image canvas")
    );
    harness.get_by_role_and_label(Role::CheckBox, "B ben").click();
    harness.run_steps(2);
    assert!(description(&harness, "Image canvas").ends_with("of 4 shapes in sight"));
    press(&mut harness, NONE, Key::W);
    harness.get_by_label("Shown: A ana");
    assert!(description(&harness, "Image canvas").ends_with("of 3 shapes in sight"));
    harness.run_steps(8);
    harness.get_by_label("Shown: A ana");
    press(&mut harness, NONE, Key::Y);
    harness.get_by_label("Shown: B ben");
    assert!(description(&harness, "Image canvas").ends_with("of 4 shapes in sight"));
    // Which two is a choice; nobody is compared with themselves.
    harness.get_by_role_and_label(Role::ComboBox, "First of two").click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, "C cem").click();
    harness.run_steps(3);
    harness.get_by_label("Shown: C cem");
    press(&mut harness, NONE, Key::Escape);
    press(&mut harness, NONE, Key::W);
    harness.get_by_label("Shown: C cem");
    harness.get_by_label("Shown: B ben");
    assert!(
        description(&harness, "Image canvas").ends_with("of 1 shapes in sight"),
        "{}",
        description(&harness, "Image canvas")
    );
    assert!(description(&harness, "Second canvas").ends_with("of 4 shapes in sight"));
    let shown = |h: &Harness<'_, Stage>, canvas| description(h, canvas).split(',').next().map(str::to_owned);
    press(&mut harness, CTRL, Key::Num0);
    harness.run_steps(3);
    assert_eq!(shown(&harness, "Image canvas"), shown(&harness, "Second canvas"), "one view");
    assert!(
        shown(&harness, "Image canvas").is_some_and(|zoom| zoom.contains("100")),
        "{:?}",
        shown(&harness, "Image canvas")
    );
    press(&mut harness, NONE, Key::W);
    assert!(harness.query_by_label("Second canvas").is_none());
    // The third person has a button.
    harness.get_by_label("Take cem").click();
    harness.run_steps(4);
    assert_eq!(verdicts(&harness).first().map(|(_, verdict)| verdict.clone()), Some(take("cem")));
    press(&mut harness, NONE, Key::OpenBracket);
    press(&mut harness, NONE, Key::Backspace);
    assert_eq!(verdicts(&harness), [], "the verdict is taken back");
    saved(&mut harness);
}

#[test]
fn with_movement_two_label_sets_take_turns_by_themselves() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = reviewed_project(dir.path(), 1);
    submitted(&place, "ana", &ANA);
    submitted(&place, "ben", &BEN);
    let mut harness = sits_down(dir.path(), &place, "art");
    goes_to_review(&mut harness);
    press(&mut harness, NONE, Key::W);
    let mut seen = Vec::new();
    for _ in 0..12 {
        harness.step();
        let names = ["Shown: A ana", "Shown: B ben"];
        let shown = names.into_iter().find(|label| harness.query_by_label(label).is_some());
        seen.push(shown.expect("one of them is shown"));
    }
    seen.dedup();
    assert!(seen.len() > 2, "they take turns: {seen:?}");
}

#[test]
fn a_draft_of_ones_own_is_no_place_for_a_judgement() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = reviewed_project(dir.path(), 1);
    submitted(&place, "ana", &ANA);
    let mut harness = sits_down(dir.path(), &place, "ben");
    shows_all(&mut harness);
    drag(&mut harness, (60.0, 70.0), (90.0, 110.0));
    saved(&mut harness);
    let before = log(&place);
    goes_to_review(&mut harness);
    harness.get_by_label("You have labels of your own on it, submitted or not");
    press(&mut harness, NONE, Key::E);
    drag(&mut harness, (100.0, 60.0), (140.0, 110.0));
    saved(&mut harness);
    assert_eq!(log(&place), before);
    harness.get_by_label("Go to Label").click();
    wait_for_sample(&mut harness);
    let ids: Vec<ObjectId> = {
        let project = harness.state().context().project.as_ref().expect("a project");
        project.label.session().expect("a session").labels.objects.iter().map(|o| o.id.clone()).collect()
    };
    assert_eq!(ids.len(), 1, "the draft is there as it was, and the queue kept its place");
}
