//! What was done by people whose work is known to the second.

use concord_domain::config::Cost;
use concord_domain::decision::Decision;
use concord_domain::digest::digest;
use concord_domain::label_set::LabelSetKey;
use concord_domain::role::Role;

use super::*;
use crate::queue::fixture::{Fixture, NOW, Thing, id};

fn key(n: usize, annotator: &str) -> LabelSetKey {
    LabelSetKey { sample: id(n), annotator: annotator.to_owned() }
}

/// Labels a sample by hand: what is imported is submitted once more.
fn label(f: &Fixture, n: usize, annotator: &str, things: &[Thing]) {
    f.label(n, annotator, things);
    let reader = f.desk.project.reader().expect("a reader");
    let set = reader.label_set(&key(n, annotator)).expect("read").expect("it is there");
    let digest = digest(&set.labels);
    f.commit(Decision::LabelsSubmitted { key: set.key, revision: 2, stamp: set.stamp, digest });
}

fn visit(f: &Fixture, n: usize, annotator: &str, seconds: u64, judging: bool) {
    f.commit(Decision::TaskTimed {
        key: key(n, annotator),
        active_ms: seconds * 1_000,
        waited_ms: 3_600,
        idle_ms: 60_000,
        opened_at_utc_ms: NOW,
        judging,
    });
}

fn report(f: &Fixture, options: &ActivityOptions) -> ActivityReport {
    activity(&f.desk.project, options).expect("it can be computed")
}

fn value(metric: Metric) -> f64 {
    metric.value().expect("it is defined")
}

/// Ana labels three samples in 60, 120 and 240 s with one, two and two objects; on the last she is alone with one of
/// them, for ben and cem, who read theirs from a file, say another class there. Rea looks at it for 180 s.
fn project(config: &str) -> Fixture {
    let mut f = Fixture::new(&["bright"; 4], "overlap = 1", "");
    let cost: Cost = toml::from_str(config).expect("valid rates");
    f.desk.project.config.cost = cost;
    label(&f, 0, "ana", &[(0.0, "bolt", 1.0)]);
    label(&f, 1, "ana", &[(0.0, "bolt", 1.0), (50.0, "nut", 1.0)]);
    label(&f, 2, "ana", &[(0.0, "bolt", 1.0), (50.0, "nut", 1.0)]);
    f.label(2, "ben", &[(0.0, "bolt", 1.0), (51.0, "screw", 1.0), (100.0, "nut", 1.0)]);
    f.label(2, "cem", &[(3.0, "bolt", 1.0), (51.0, "screw", 1.0), (100.0, "nut", 1.0)]);
    f.label(3, "ben", &[(0.0, "bolt", 1.0)]);
    for (n, seconds) in [(0, 60), (1, 120), (2, 200), (2, 40)] {
        visit(&f, n, "ana", seconds, false);
    }
    visit(&f, 2, "rea", 180, true);
    f
}

/// Hours, medians and shares counted by hand. Gold is what two of three say: bolt at 1, screw at 51, nut at 100.
#[test]
fn work_is_counted_in_hours_objects_and_money() {
    let f = project("currency = 'EUR'\nper_hour = 30.0\nreview_per_hour = 60.0\ncompute = 2.5");
    let report = report(&f, &ActivityOptions::for_viewer("ana"));
    let names: Vec<&str> = report.people.iter().map(|p| p.annotator.as_str()).collect();
    assert_eq!(names, ["ana", "ben", "cem", "rea"]);
    let ana = &report.people[0].work;
    assert_eq!((ana.label_sets, ana.objects, ana.imported, ana.judged), (3, 5, 0, 0));
    assert!((ana.labelling_h - 420.0 / 3_600.0).abs() < 1e-12 && ana.judging_h == 0.0);
    assert!((ana.waited_h - 4.0 * 3.6 / 3_600.0).abs() < 1e-12);
    assert_eq!((value(ana.pace.median_s), value(ana.pace.median_object_s)), (120.0, 60.0));
    // Type 7: 0.9 of the way over two gaps is 0.8 of the second: 120 + 0.8 · 120.
    assert!((value(ana.pace.p90_s) - 216.0).abs() < 1e-9);
    let Acceptance { objects, accepted, unchanged, class_changed, removed, added, .. } = ana.acceptance;
    assert_eq!((objects, accepted, unchanged, class_changed, removed, added), (5, 4, 4, 1, 0, 1));
    assert!((value(ana.acceptance.unchanged_share) - 0.8).abs() < 1e-12);
    assert!((value(ana.pace.accepted_per_hour) - 4.0 * 3_600.0 / 420.0).abs() < 1e-9);
    assert!((value(ana.pace.images_per_hour) - 3.0 * 3_600.0 / 420.0).abs() < 1e-9);
    assert!((ana.cost.expect("a rate") - 3.5).abs() < 1e-12, "420 s at 30 an hour");
    let rea = &report.people[3].work;
    assert!((rea.cost.expect("a rate") - 3.0).abs() < 1e-12 && rea.labelling_h == 0.0, "180 s at 60 an hour");
    let effective = &report.effective;
    // 1 + 2 + 3 objects of gold on what somebody worked on; one more on the sample that only a file has.
    assert_eq!((effective.samples, effective.labels, effective.from_files), (4, 6, 1));
    assert!((value(effective.hours_each) - 600.0 / 3_600.0 / 6.0).abs() < 1e-12);
    let cost = effective.cost.as_ref().expect("a rate");
    assert!((cost.total - 9.0).abs() < 1e-12 && cost.currency == "EUR", "{cost:?}");
    assert!((value(cost.per_effective_label) - 1.5).abs() < 1e-12);
    // 4 of ana's; what ben and cem have came from files.
    assert!((value(cost.per_accepted_object) - 9.0 / 4.0).abs() < 1e-12);
    assert_eq!(value(report.age_median_h), 0.0, "everything happens at once at this desk");
}

#[test]
fn without_a_rate_there_is_no_cost_and_without_gold_no_price() {
    let f = project("");
    let all = report(&f, &ActivityOptions::for_viewer("ana"));
    assert_eq!((all.effective.cost.as_ref(), all.total.cost), (None, None));
    let before = ActivityOptions { span: Some(Span { from_ms: 0, to_ms: NOW }), ..ActivityOptions::for_viewer("ana") };
    let none = report(&f, &before);
    assert_eq!((none.total.label_sets, none.people.len(), none.effective.labels), (0, 0, 0));
    assert_eq!(none.effective.hours_each, Metric::undefined(Reason::Empty));
    assert_eq!(none.rework.share, Metric::undefined(Reason::ZeroDenominator));
    let empty = Fixture::new(&["bright"], "", "");
    visit(&empty, 0, "ana", 60, false);
    let open = report(&empty, &ActivityOptions::for_viewer("ana"));
    assert_eq!(
        open.effective.hours_each,
        Metric::undefined(Reason::ZeroDenominator),
        "work and nothing to show for it"
    );
}

#[test]
fn what_had_to_be_done_again_is_counted() {
    let f = project("");
    let again =
        Decision::LabelsSentBack { key: key(0, "ana"), revision: 2, reason: "too wide".to_owned(), comments: vec![] };
    let mut entry = f.desk.entry(again);
    "rea".clone_into(&mut entry.actor);
    f.desk.bulk(move |bulk| bulk.commit(entry).map(|_| ())).expect("it is sent back");
    let rework = report(&f, &ActivityOptions::for_viewer("ana")).rework;
    assert_eq!((rework.submitted, rework.sent_back, rework.rejected, rework.reopened), (3, 1, 0, 0));
    assert!((value(rework.share) - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn people_see_their_own_figures_and_those_of_all() {
    let f = project("");
    f.commit(Decision::RolesGiven { person: "ana".to_owned(), roles: [Role::Owner].into_iter().collect() });
    f.commit(Decision::RolesGiven { person: "ben".to_owned(), roles: [Role::Annotator].into_iter().collect() });
    let seen = report(&f, &ActivityOptions::for_viewer("ben"));
    assert_eq!((seen.people.len(), seen.people[0].annotator.as_str(), seen.hidden), (1, "ben", 3));
    assert_eq!(seen.total, report(&f, &ActivityOptions::for_viewer("ana")).total);
}

#[test]
fn the_log_is_read_as_a_history() {
    let f = project("");
    let told = |before: i64, limit: usize, wanted: &concord_store::Wanted| {
        let page = history(&f.desk.project, before, limit, wanted).expect("it is read");
        let words = |row: &HistoryRow| row.summary.in_language(concord_language::Language::English);
        (page.rows.iter().map(words).collect::<Vec<_>>(), page.has_more, page.rows.last().map(|row| row.seq))
    };
    let of_sample = concord_store::Wanted { sample: Some(id(0)), ..concord_store::Wanted::default() };
    let (words, has_more, _) = told(i64::MAX, 10, &of_sample);
    assert_eq!(words, ["submitted revision 2", "labels of ana read from file"], "the latest first");
    assert!(!has_more);
    let all = concord_store::Wanted { routine: true, ..of_sample.clone() };
    assert_eq!(told(i64::MAX, 10, &all).0[0], "worked for 60 s");
    let (first, has_more, last) = told(i64::MAX, 1, &of_sample);
    assert_eq!((first.len(), has_more), (1, true));
    assert_eq!(told(last.expect("a row"), 1, &of_sample).0, ["labels of ana read from file"], "the next page");
    let nobody = concord_store::Wanted { actor: Some("eve".to_owned()), ..concord_store::Wanted::default() };
    assert!(told(i64::MAX, 10, &nobody).0.is_empty());
}
