//! The audit on people whose habits are known, and what it leaves out.

use concord_domain::decision::Decision;
use concord_domain::digest::digest;
use concord_domain::label_set::{LabelSetKey, Labels};
use concord_domain::object::{Object, ObjectId, Origin, SuggestionId};
use concord_domain::role::Role;
use concord_geometry::BBox;

use super::*;
use crate::queue::fixture::{Fixture, id};

const HALF: &str = "[assignment]\nwithout_suggestions = 0.5\n";
const SAMPLES: usize = 80;

/// The run says of every sample: a bolt at 0 and a nut at 20, and something of a low score at 60.
fn fixture(policy: &str) -> Fixture {
    let f = Fixture::new(&["bright"; SAMPLES], policy, "");
    let rows: Vec<&[(f64, &'static str, f64)]> =
        vec![&[(0.0, "bolt", 0.9), (20.0, "nut", 0.8), (60.0, "bolt", 0.2)]; SAMPLES];
    f.run("m", &rows);
    f
}

fn objects(things: &[(f64, &str)]) -> Labels {
    let object = |(i, (x, class)): (usize, &(f64, &str))| {
        let bbox = BBox::new(*x, 0.0, x + 10.0, 10.0).expect("a valid box");
        Object::new(ObjectId(format!("o{i}")), bbox, *class)
    };
    Labels { objects: things.iter().enumerate().map(object).collect(), ..Labels::default() }
}

/// Submits labels as if they had been drawn: what is imported is submitted once more by hand.
fn submit(f: &Fixture, n: usize, annotator: &str, labels: &Labels) {
    import(f, n, annotator, labels.clone());
    let key = LabelSetKey { sample: id(n), annotator: annotator.to_owned() };
    let (stamp, digest) = (f.versions.stamp.clone(), digest(labels));
    f.commit(Decision::LabelsSubmitted { key, revision: 2, stamp, digest });
}

fn import(f: &Fixture, n: usize, annotator: &str, labels: Labels) {
    let key = LabelSetKey { sample: id(n), annotator: annotator.to_owned() };
    let (stamp, source) = (f.versions.stamp.clone(), "file".to_owned());
    f.commit(Decision::LabelsImported { key, revision: 1, stamp, labels, source });
}

fn time(f: &Fixture, n: usize, annotator: &str, seconds: u64) {
    let key = LabelSetKey { sample: id(n), annotator: annotator.to_owned() };
    let active_ms = seconds * 1_000;
    f.commit(Decision::TaskTimed {
        key,
        active_ms,
        waited_ms: 0,
        idle_ms: 60_000,
        opened_at_utc_ms: 1,
        judging: false,
    });
}

fn is_blank(f: &Fixture, n: usize) -> bool {
    f.versions.policy.assignment.is_without_suggestions(&id(n))
}

fn audit(f: &Fixture, viewer: &str) -> AnchoringReport {
    anchoring(&f.desk.project, &AnchoringOptions::for_viewer(viewer)).expect("it can be computed")
}

fn measured(measures: &[Measure], kind: MeasureKind) -> (f64, f64, f64) {
    let found = measures.iter().find(|m| m.kind == kind).expect("it is measured").difference;
    let value = |metric: Metric| metric.value().expect("it is defined");
    (value(found.treated), value(found.control), value(found.difference))
}

/// With suggestions ana follows them to the pixel; without, she sees a screw where they say nut, draws 1 px beside the
/// bolt, and something that nobody suggested. Ben does the same with and without. All figures are counted by hand.
fn two_habits() -> Fixture {
    let f = fixture(HALF);
    for n in 0..SAMPLES {
        let follows = objects(&[(0.0, "bolt"), (20.0, "nut")]);
        let own = objects(&[(1.0, "bolt"), (20.0, "screw"), (100.0, "nut")]);
        submit(&f, n, "ana", if is_blank(&f, n) { &own } else { &follows });
        time(&f, n, "ana", if is_blank(&f, n) { 40 } else { 10 });
        submit(&f, n, "ben", &follows);
        time(&f, n, "ben", 20);
    }
    f
}

#[test]
fn what_suggestions_do_to_somebody_is_told() {
    let f = two_habits();
    let report = audit(&f, "ana");
    let blank = (0..SAMPLES).filter(|n| is_blank(&f, *n)).count() as u64;
    let assisted = SAMPLES as u64 - blank;
    assert!(blank >= 30 && assisted >= 30, "both are drawn often enough: {blank}");
    assert_eq!((report.obstacle, report.people, report.assisted, report.blank), (None, 2, 2 * assisted, 2 * blank));
    assert_eq!(report.run.as_ref().map(|(_, model)| model.as_str()), Some("m"));
    assert_eq!(report.score, 0.5, "the score of [validation]");
    let [ana, ben] = report.persons.as_slice() else { panic!("two people: {:?}", report.persons) };
    let near = |(treated, control, difference): (f64, f64, f64), expected: (f64, f64)| {
        for (got, want) in [(treated, expected.0), (control, expected.1), (difference, expected.0 - expected.1)] {
            assert!((got - want).abs() < 1e-12, "{got} instead of {want}");
        }
    };
    near(measured(&ana.measures, MeasureKind::ClassAsSuggested), (1.0, 0.5));
    near(measured(&ana.measures, MeasureKind::OverlapWithSuggestion), (1.0, f64::midpoint(9.0 / 11.0, 1.0)));
    near(measured(&ana.measures, MeasureKind::SuggestionsTaken), (1.0, 1.0));
    near(measured(&ana.measures, MeasureKind::ObjectsBeyond), (0.0, 1.0 / 3.0));
    near(measured(&ben.measures, MeasureKind::ClassAsSuggested), (1.0, 1.0));
    // Each of the two weighs as much: both saw as many of either kind.
    near(measured(&report.measures, MeasureKind::ClassAsSuggested), (1.0, 0.75));
    let pull = report.measures.iter().find(|m| m.kind == MeasureKind::ClassAsSuggested).expect("measured");
    assert!(pull.is_shown(), "{pull:?}");
    let taken = report.measures.iter().find(|m| m.kind == MeasureKind::SuggestionsTaken).expect("measured");
    assert!(!taken.is_shown() && !taken.is_thin(), "{taken:?}");
    assert_eq!((ana.time.assisted_s.value(), ana.time.blank_s.value()), (Some(10.0), Some(40.0)));
    assert_eq!((ana.time.saved.value(), ben.time.saved.value()), (Some(0.75), Some(0.0)));
}

/// Everybody sees a screw where the model says nut; ana says so too, but not where the suggestion is before her eyes.
#[test]
fn wrong_suggestions_that_are_taken_over_are_counted_against_gold() {
    let f = fixture(HALF);
    for n in 0..SAMPLES {
        let truth = objects(&[(0.0, "bolt"), (20.0, "screw")]);
        let pulled = objects(&[(0.0, "bolt"), (20.0, "nut")]);
        submit(&f, n, "ana", if is_blank(&f, n) { &truth } else { &pulled });
        submit(&f, n, "ben", &truth);
        submit(&f, n, "cem", &truth);
    }
    let report = audit(&f, "ana");
    let [ana, ben, _] = report.persons.as_slice() else { panic!("three people: {:?}", report.persons) };
    assert_eq!(measured(&ana.measures, MeasureKind::WrongTaken), (1.0, 0.0, 1.0));
    assert_eq!(measured(&ben.measures, MeasureKind::WrongTaken), (0.0, 0.0, 0.0));
    assert_eq!(measured(&ana.measures, MeasureKind::F1WithGold), (0.5, 1.0, -0.5));
    let (assisted, blank, _) = measured(&report.measures, MeasureKind::WrongTaken);
    assert!((assisted - 1.0 / 3.0).abs() < 1e-12 && blank == 0.0, "one of three people: {assisted} {blank}");
}

#[test]
fn what_says_nothing_is_left_out_and_counted() {
    let f = fixture(HALF);
    let blank = (0..SAMPLES).find(|n| is_blank(&f, *n)).expect("one is drawn");
    let assisted = (0..SAMPLES).find(|n| !is_blank(&f, *n)).expect("one is not");
    import(&f, assisted, "file", objects(&[(0.0, "bolt")]));
    let mut accepted = objects(&[(0.0, "bolt")]);
    let suggestion = SuggestionId { run: "run-m".to_owned(), index: 0 };
    accepted.objects[0].origin = Origin::Suggestion { suggestion, score: 0.9, edited: false };
    submit(&f, blank, "ana", &accepted);
    submit(&f, assisted, "ana", &accepted);
    submit(&f, assisted, "ben", &objects(&[(0.0, "bolt")]));
    let report = audit(&f, "ana");
    let LeftOut { imported, contaminated, one_kind, .. } = report.left_out;
    assert_eq!((imported, contaminated, one_kind), (1, 1, 2));
    assert_eq!((report.obstacle, report.people), (Some(Obstacle::NobodyBoth), 0));
}

#[test]
fn without_a_run_or_a_draw_it_is_said_why() {
    let no_run = Fixture::new(&["bright"], HALF, "");
    assert_eq!(audit(&no_run, "ana").obstacle, Some(Obstacle::NoRun));
    assert_eq!(audit(&fixture(""), "ana").obstacle, Some(Obstacle::NoBlankArm));
    let refused = anchoring(
        &fixture(HALF).desk.project,
        &AnchoringOptions { run: Some("x".to_owned()), ..AnchoringOptions::for_viewer("ana") },
    );
    assert!(refused.expect_err("there is none").to_string().contains("no run x"));
}

#[test]
fn only_an_owner_sees_the_figures_of_others() {
    let f = two_habits();
    let roles = |role: Role| [role].into_iter().collect();
    f.commit(Decision::RolesGiven { person: "ana".to_owned(), roles: roles(Role::Owner) });
    f.commit(Decision::RolesGiven { person: "ben".to_owned(), roles: roles(Role::Annotator) });
    let named = |viewer: &str| -> (Vec<String>, u64) {
        let report = audit(&f, viewer);
        (report.persons.iter().map(|p| p.annotator.clone()).collect(), report.hidden)
    };
    assert_eq!(named("ana"), (vec!["ana".to_owned(), "ben".to_owned()], 0));
    assert_eq!(named("ben"), (vec!["ben".to_owned()], 1));
}
