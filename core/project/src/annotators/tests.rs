//! The figures of people whose labels are known.

use concord_domain::decision::Decision;
use concord_domain::label_set::{LabelSetKey, Labels};
use concord_domain::object::{Object, ObjectId, Origin, SuggestionId};
use concord_domain::rejection::{RejectReason, Rejections};
use concord_domain::role::Role;
use concord_geometry::BBox;

use super::*;
use crate::queue::fixture::{Fixture, id};

fn report(f: &Fixture, viewer: &str) -> AnnotatorsReport {
    annotators(&f.desk.project, &AnnotatorsOptions::for_viewer(viewer)).expect("it can be computed")
}

fn near(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-6, "{got} instead of {expected}");
}

/// What three people say of six things, one a sample: the data that METHODS of Dawid and Skene are tried on.
fn six_things() -> Fixture {
    let f = Fixture::new(&["bright"; 6], "", "");
    for (annotator, answers) in [("w1", "001101"), ("w2", "001111"), ("w3", "011000")] {
        for (n, answer) in answers.bytes().enumerate() {
            f.label(n, annotator, &[(0.0, if answer == b'0' { "bolt" } else { "nut" }, 1.0)]);
        }
    }
    f
}

/// The estimate was computed with NumPy 2.4 from the formulas of Dawid and Skene with the pseudo-counts 2 and ½, over
/// bolt, nut and nothing; the counts against gold, which is what two of three say, by hand.
#[test]
fn confusions_are_estimated_from_all_and_counted_against_gold() {
    let report = report(&six_things(), "w1");
    assert_eq!(report.classes, ["bolt", "nut"], "what nobody used is left out");
    assert_eq!((report.gold_decided, report.gold_by_vote, report.gold_alone), (0, 6, 0));
    let [first, _, third] = report.annotators.as_slice() else { panic!("three people") };
    let estimated = third.confusion.estimated.as_ref().expect("they share samples");
    for (row, expected) in estimated.iter().zip([
        [0.651_453_471_113, 0.259_642_715_184, 0.088_903_813_704],
        [0.444_826_563_65, 0.476_753_679_795, 0.078_419_756_555],
        [1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0],
    ]) {
        row.iter().zip(expected).for_each(|(got, expected)| near(*got, expected));
    }
    near(third.confusion.accuracy.value().expect("defined"), 0.553_157_343_592);
    near(first.confusion.accuracy.value().expect("defined"), 0.785_656_078_112);
    // Gold is 0 0 1 1 0 1, and the third says 0 1 1 0 0 0.
    assert_eq!(third.confusion.against_gold, [[2, 1, 0], [2, 1, 0], [0, 0, 0]]);
    let slips: Vec<(usize, usize, u64)> = third.confusion.slips.iter().map(|s| (s.truth, s.said, s.count)).collect();
    assert_eq!(slips, [(1, 0, 2), (0, 1, 1)]);
    near(third.gold.f1_cls.value().expect("defined"), 0.5);
    near(third.gold.f1_loc.value().expect("defined"), 1.0);
    // scikit-learn 1.9: cohen_kappa_score([0,0,1,1,0,1], [0,1,1,0,0,0]) = 0.
    near(third.gold.kappa_cls.value().expect("defined"), 0.0);
    near(first.gold.f1_cls.value().expect("defined"), 1.0);
    assert!(third.gold.is_thin, "six samples are few");
}

fn drawn(n: usize, class: &str) -> Object {
    let x = 20.0 * n as f64;
    Object::new(ObjectId(format!("o{n}")), BBox::new(x, 0.0, x + 10.0, 10.0).expect("a box"), class)
}

#[test]
fn what_became_of_suggestions_is_counted() {
    let f = Fixture::new(&["bright"], "", "");
    let suggestion = |index| SuggestionId { run: "r".to_owned(), index };
    let accepted = |n: usize, edited| {
        let origin = Origin::Suggestion { suggestion: suggestion(n as u32), score: 0.9, edited };
        Object { origin, ..drawn(n, "bolt") }
    };
    let rejected =
        concord_domain::rejection::Rejection { suggestion: suggestion(9), reason: Some(RejectReason::Spurious) };
    let labels = Labels {
        objects: vec![accepted(0, false), accepted(1, false), accepted(2, true), drawn(3, "nut")],
        rejected: Rejections::from(vec![rejected]),
        ..Labels::default()
    };
    let key = LabelSetKey { sample: id(0), annotator: "ana".to_owned() };
    let (stamp, source) = (f.versions.stamp.clone(), "file".to_owned());
    f.commit(Decision::LabelsImported { key, revision: 1, stamp, labels, source });
    let report = report(&f, "ana");
    let ana = &report.annotators[0];
    let Suggestions { unchanged, edited, rejected, unchanged_share } = ana.suggestions;
    assert_eq!((unchanged, edited, rejected, unchanged_share.value()), (2, 1, 1, Some(0.5)));
    assert_eq!((report.gold_alone, ana.gold.samples, ana.confusion.estimated.as_ref()), (1, 0, None));
    assert_eq!(ana.gold.f1_cls, Metric::undefined(concord_metrics::Reason::Empty));
    assert_eq!(ana.course.trend, Metric::undefined(concord_metrics::Reason::Empty));
    assert_eq!(ana.confusion.accuracy, Metric::undefined(concord_metrics::Reason::Empty));
}

/// The third gets worse: right on the first three samples, wrong on the last three.
#[test]
fn a_trend_is_the_later_half_against_the_earlier() {
    const DAY: i64 = 86_400_000;
    let f = Fixture::new(&["bright"; 6], "", "");
    let said: Vec<(usize, &str)> = (0..6).map(|n| (n, if n < 3 { "bolt" } else { "nut" })).collect();
    for (n, class) in said {
        f.label(n, "w1", &[(0.0, "bolt", 1.0)]);
        f.label(n, "w2", &[(0.0, "bolt", 1.0)]);
        let labels = Labels { objects: vec![drawn(0, class)], ..Labels::default() };
        let key = LabelSetKey { sample: id(n), annotator: "w3".to_owned() };
        let (stamp, source) = (f.versions.stamp.clone(), "file".to_owned());
        let mut entry = f.desk.entry(Decision::LabelsImported { key: key.clone(), revision: 1, stamp, labels, source });
        entry.at_utc_ms = n as i64 * 11 * DAY;
        f.desk.bulk(move |bulk| bulk.commit(entry).map(|_| ())).expect("the labels fit");
        let seconds = 10 * (n as u64 + 1);
        f.commit(Decision::TaskTimed {
            key,
            active_ms: seconds * 1_000,
            waited_ms: 0,
            idle_ms: 60_000,
            opened_at_utc_ms: 0,
            judging: false,
        });
    }
    let report = report(&f, "w1");
    let third = &report.annotators[2];
    near(third.course.trend.value().expect("defined"), -1.0);
    // Days 0, 11 and 22 are in January 1970, 33, 44 and 55 in February.
    let months: Vec<(&str, u64, Option<f64>, Option<f64>)> = third
        .course
        .months
        .iter()
        .map(|m| (m.month.as_str(), m.label_sets, m.f1_cls.value(), m.median_s.value()))
        .collect();
    assert_eq!(months, [("1970-01", 3, Some(1.0), Some(20.0)), ("1970-02", 3, Some(0.0), Some(50.0))]);
    assert_eq!((third.median_s.value(), third.p90_s.value()), (Some(35.0), Some(55.0)));
    let ci = third.course.trend.ci().expect("drawn");
    assert!(ci.high <= 0.0 && ci.low >= -1.0, "{ci:?}");
}

#[test]
fn only_an_owner_sees_the_figures_of_others() {
    let f = six_things();
    f.commit(Decision::RolesGiven { person: "ana".to_owned(), roles: [Role::Owner].into_iter().collect() });
    f.commit(Decision::RolesGiven { person: "w2".to_owned(), roles: [Role::Annotator].into_iter().collect() });
    let seen = report(&f, "w2");
    assert_eq!((seen.annotators.len(), seen.annotators[0].annotator.as_str(), seen.hidden), (1, "w2", 2));
    assert_eq!(report(&f, "ana").annotators[1], seen.annotators[0], "and no others");
}
