//! What is confused on small projects, counted by hand, with the time that it took.

use concord_domain::decision::Decision;
use concord_domain::judgement::Verdict;
use concord_domain::label_set::LabelSetKey;

use super::*;
use crate::Versions;
use crate::agree::tests::say;
use crate::agree::{AgreeOptions, agree};
use crate::queue::fixture::{Fixture, id};
use crate::review::settle_with;

const HOUR_MS: u64 = 3_600_000;

fn report(f: &Fixture) -> Ambiguities {
    let mut options = AgreeOptions::default();
    options.metrics.replicates = 0;
    agree(&f.desk.project, &options).expect("it can be computed").ambiguous
}

fn named(what: &Confused) -> String {
    match what {
        Confused::Classes { a, b } => format!("{a}/{b}"),
        Confused::Values { class, attribute, a, b } => {
            format!("{class}.{attribute} {a}/{}", b.as_deref().unwrap_or("-"))
        }
        Confused::Nothing { class } => format!("{class}/nothing"),
    }
}

fn counted(found: &Ambiguities) -> Vec<(String, u64, u64, u64)> {
    found.pairs.iter().map(|p| (named(&p.what), p.count, p.samples, p.annotators)).collect()
}

fn row(name: &str, count: u64, samples: u64, annotators: u64) -> (String, u64, u64, u64) {
    (name.to_owned(), count, samples, annotators)
}

/// Ana, the judge of the fixture's desk, spends so many hours on a sample.
fn judged(f: &Fixture, n: usize, hours: u64) {
    let key = LabelSetKey { sample: id(n), annotator: "ana".to_owned() };
    let timed = |active_ms, judging| Decision::TaskTimed {
        key: key.clone(),
        active_ms,
        waited_ms: 0,
        idle_ms: 60_000,
        opened_at_utc_ms: 0,
        judging,
    };
    f.commit(timed(hours * HOUR_MS, true));
    f.commit(timed(9 * HOUR_MS, false));
}

fn settle(f: &Fixture, n: usize) {
    settle_with(&f.desk, &id(n), &Verdict::Take { of: "b".to_owned() }, &f.versions).expect("ana may judge");
}

/// Three people on the first sample, two on the second. By hand: on the first, b and c name the first thing differently,
/// and d differs from c as well; d has nothing at 40. On the second, b and c differ in both things.
fn confusing() -> Fixture {
    let f = Fixture::new(&["dim", "dim"], "overlap = 3", "");
    say(&f, 0, "b", "bolt 0 0 10 10; nut 40 0 50 10");
    say(&f, 0, "c", "nut 0 0 10 10; nut 40 0 50 10");
    say(&f, 0, "d", "bolt 0 0 10 10");
    say(&f, 1, "b", "screw 0 0 10 10; bolt 40 0 50 10; bolt 80 0 90 10");
    say(&f, 1, "c", "bolt 0 0 10 10; nut 40 0 50 10; bolt 80 0 90 10");
    f
}

#[test]
fn pairs_are_counted_over_all_pairs_of_annotators() {
    let found = report(&confusing());
    let expected = [row("bolt/nut", 3, 2, 3), row("nut/nothing", 2, 1, 3), row("bolt/screw", 1, 1, 2)];
    assert_eq!(counted(&found), expected, "nobody has judged, so that the order follows the count");
    assert_eq!((found.hours_each, found.judged), (None, 0));
    assert!(found.pairs.iter().all(|pair| pair.hours.is_none() && pair.money.is_none()));
    // Bolt and nut: 3 of 6 matched objects, for b and c both say nut at 40, b and d bolt at 0, b and c bolt at 80.
    let share = &found.pairs[0].share;
    assert_eq!((share.value(), share.n()), (Some(0.5), 6));
    // Wilson's formula by hand, z² = 3.841459: ½ ∓ √(3.841459 · (0.041667 + 0.026677)) / 1.640243 = ½ ∓ 0.312384.
    let ci = share.ci().expect("an interval");
    assert!((ci.low - 0.187_616).abs() < 1e-5 && (ci.high - 0.812_384).abs() < 1e-5, "{ci:?}");
    // Nut and nothing: 2 of the nuts that one of two drew: these, and 3 that were matched with a nut or a bolt … by hand:
    // (b, c) match the nut at 40 and c's nut at 0, (c, d) c's nut at 0, and on the second sample c's nut at 40.
    assert_eq!((found.pairs[1].share.value(), found.pairs[1].share.n()), (Some(2.0 / 6.0), 6));
    assert_eq!(found.pairs[2].share.n(), 3, "one confused, and two bolts that both call so");
    let behind: Vec<_> = found.pairs[0].behind.iter().map(|b| (b.path.as_str(), b.differing)).collect();
    assert_eq!(behind, [("000.png", 2), ("001.png", 1)]);
}

/// Two samples are settled. The first has two disagreements and took 4 hours, so each took 2; the second has two and took 1,
/// so each took a half. The median of 2, 2, ½ and ½ is 1¼ hours, which a third, open, sample's disagreement will take.
#[test]
fn time_is_divided_over_what_is_disputed() {
    let mut f = Fixture::new(&["dim", "dim", "dim"], "overlap = 3", "");
    f.desk.project.config.cost =
        Cost { currency: "EUR".to_owned(), per_hour: Some(20.0), review_per_hour: Some(40.0), compute: 0.0 };
    say(&f, 0, "b", "bolt 0 0 10 10; nut 40 0 50 10");
    say(&f, 0, "c", "nut 0 0 10 10; nut 40 0 50 10");
    say(&f, 0, "d", "bolt 0 0 10 10");
    say(&f, 1, "b", "screw 0 0 10 10; bolt 40 0 50 10");
    say(&f, 1, "c", "bolt 0 0 10 10; nut 40 0 50 10");
    say(&f, 2, "b", "screw 0 0 10 10");
    say(&f, 2, "c", "bolt 0 0 10 10");
    judged(&f, 0, 4);
    assert_eq!(report(&f).hours_each, None, "what is not settled is not known to be enough");
    settle(&f, 0);
    judged(&f, 1, 1);
    settle(&f, 1);
    let found = report(&f);
    assert_eq!((found.hours_each, found.judged, found.currency.as_str()), (Some(1.25), 4, "EUR"));
    let hours: Vec<_> = found.pairs.iter().map(|p| (named(&p.what), p.hours, p.money, p.open)).collect();
    // The first thing of the first sample is one disagreement, whose two instances are both of bolt and nut: 2 hours; with
    // the half of the second sample 2½. The other one of the first sample are two instances of nut and nothing: 2 hours.
    let expected = [
        ("bolt/nut".to_owned(), Some(2.5), Some(100.0), 0),
        ("nut/nothing".to_owned(), Some(2.0), Some(80.0), 0),
        ("bolt/screw".to_owned(), Some(1.75), Some(70.0), 1),
    ];
    assert_eq!(hours, expected);
}

#[test]
fn outlines_and_tags_keep_their_part_of_the_time() {
    let f = Fixture::new(&["dim"], "overlap = 2", "");
    // The second thing overlaps by 5 of 10, which is the same thing drawn differently.
    say(&f, 0, "b", "bolt 0 0 10 10; nut 40 0 50 10");
    say(&f, 0, "c", "nut 0 0 10 10; nut 42 0 52 10");
    judged(&f, 0, 3);
    settle(&f, 0);
    let found = report(&f);
    assert_eq!(counted(&found), [row("bolt/nut", 1, 1, 2)]);
    assert_eq!(found.pairs[0].hours, Some(1.5), "half of the time went to the outline");
    assert_eq!((found.pairs[0].money, found.currency.as_str()), (None, ""), "no rate, no sum");
}

#[test]
fn values_of_attributes_are_confused_within_a_class() {
    let mut f = Fixture::new(&["dim"], "overlap = 2", "");
    let ontology = Ontology::from_toml(
        "name = 'o'\nversion = 2\n[[class]]\nname = 'bolt'\n[[class]]\nname = 'nut'\n[[attribute]]\nname = 'side'\n\
         kind = 'choice'\nvalues = ['right', 'left']\n[[attribute]]\nname = 'note'\nkind = 'text'\n",
    )
    .expect("an ontology");
    let (digest, policy) = (ontology.digest(), f.versions.policy.clone());
    f.commit(Decision::OntologyPublished { digest, ontology: Box::new(ontology.clone()) });
    f.versions = Versions::new(ontology, policy);
    say(
        &f,
        0,
        "b",
        "bolt 0 0 10 10 side=left note=x; bolt 20 0 30 10 side=right; nut 40 0 50 10 side=left; bolt 60 0 70 10 side=left",
    );
    say(
        &f,
        0,
        "c",
        "bolt 0 0 10 10 side=right note=y; bolt 20 0 30 10; nut 40 0 50 10 side=left; bolt 60 0 70 10 side=left",
    );
    let found = report(&f);
    let expected = [row("bolt.side right/left", 1, 1, 2), row("bolt.side right/-", 1, 1, 2)];
    let mut got = counted(&found);
    got.reverse();
    assert_eq!(got, expected, "texts are no choice, and the nut is not in doubt");
    let right_left = found.pairs.iter().find(|p| named(&p.what).ends_with("left")).expect("counted");
    assert_eq!(right_left.share.n(), 2, "this one, and the bolt that both call left");
}

#[test]
fn the_order_of_annotators_does_not_matter() {
    let one = Fixture::new(&["dim"], "", "");
    say(&one, 0, "b", "bolt 0 0 10 10");
    say(&one, 0, "c", "nut 0 0 10 10");
    let other = Fixture::new(&["dim"], "", "");
    say(&other, 0, "c", "bolt 0 0 10 10");
    say(&other, 0, "b", "nut 0 0 10 10");
    assert_eq!(report(&one), report(&other));
    let none = report(&Fixture::new(&["dim"], "", ""));
    assert!(none.pairs.is_empty() && none.hours_each.is_none());
}
