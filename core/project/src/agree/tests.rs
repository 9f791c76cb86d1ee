//! Agreement on the worked example of the methods, the samples behind its numbers, and the cases that have no figures.

use concord_domain::decision::Decision;
use concord_domain::label_set::LabelSetKey;
use concord_domain::object::{AttributeValue, Object, ObjectId};
use concord_geometry::BBox;

use super::*;
use crate::Versions;
use crate::queue::fixture::{Fixture, id};

/// Labels from a script such as `"bolt 0 0 10 10; nut 20 0 30 10 occlusion=partial; #dim"`.
fn labels(script: &str) -> Labels {
    let mut labels = Labels::default();
    for (at, text) in script.split(';').map(str::trim).filter(|t| !t.is_empty()).enumerate() {
        if let Some(tag) = text.strip_prefix('#') {
            labels.tags.insert(tag.to_owned());
            continue;
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let c: Vec<f64> = words[1..5].iter().map(|w| w.parse().expect("a number")).collect();
        let bbox = BBox::new(c[0], c[1], c[2], c[3]).expect("a box");
        let mut object = Object::new(ObjectId(format!("o{at}")), bbox, words[0]);
        for (name, value) in words[5..].iter().filter_map(|word| word.split_once('=')) {
            object.attributes.insert(name.to_owned(), AttributeValue::Text(value.to_owned()));
        }
        labels.objects.push(object);
    }
    labels
}

pub(super) fn say(f: &Fixture, n: usize, annotator: &str, script: &str) {
    let key = LabelSetKey { sample: id(n), annotator: annotator.to_owned() };
    let (stamp, source) = (f.versions.stamp.clone(), "file".to_owned());
    f.commit(Decision::LabelsImported { key, revision: 1, stamp, labels: labels(script), source });
}

/// The worked example of the methods: three images, A and B on all of them, C on the first two. Car, person and truck are
/// bolt, nut and washer here, for the fixture has the first two; expected numbers are of the methods' golden data
/// (scikit-learn 1.9 for κ, krippendorff 0.9 for α).
fn worked_example() -> Fixture {
    let f = Fixture::new(&["bright", "dim", "dim"], "agreement_at_least = 0.9", SLICES);
    let as_ours = |script: &str| script.replace("car", "bolt").replace("person", "nut").replace("truck", "screw");
    for (n, annotator, script) in [
        (0, "a", "car 10 10 50 50; car 60 10 100 50; person 10 60 30 100"),
        (1, "a", "person 0 0 20 40; truck 50 50 90 90"),
        (2, "a", "car 0 0 40 40"),
        (0, "b", "car 12 12 52 52; truck 60 10 98 50; person 12 62 32 100; car 110 110 130 130"),
        (1, "b", "person 0 0 20 40"),
        (2, "b", "car 20 0 60 40"),
        (0, "c", "car 11 10 51 50; car 61 10 99 51; person 10 60 31 100"),
        (1, "c", "person 0 1 20 40; truck 51 50 90 91"),
    ] {
        say(&f, n, annotator, &as_ours(script));
    }
    f
}

const SLICES: &str = "[[slice]]\nname = 'dim'\nwhere = 'lighting = \"dim\"'\n";

fn near(metric: &Metric, expected: f64) {
    let got = metric.value().expect("defined");
    assert!((got - expected).abs() < 1e-9, "{got} instead of {expected}");
}

fn report(f: &Fixture) -> AgreementReport {
    agree(&f.desk.project, &AgreeOptions::default()).expect("it can be computed")
}

#[test]
fn the_worked_example_has_its_figures() {
    let report = report(&worked_example());
    let ab = &report.pairs[0];
    assert_eq!((ab.a.as_str(), ab.b.as_str(), ab.figures.counts.images), ("a", "b", 3));
    near(&ab.figures.f1_loc, 2.0 / 3.0);
    near(&ab.figures.f1_cls, 0.5);
    near(&ab.figures.kappa_cls, 0.6);
    near(&ab.figures.mean_iou, 0.888_286_345_06);
    near(&ab.figures.kappa_det, 0.130_434_782_61);
    near(&ab.figures.kappa_presence, 0.5);
    assert_eq!(ab.figures.table, [[1, 0, 1, 1], [0, 2, 0, 0], [0, 0, 0, 1], [2, 0, 0, 0]]);
    assert_eq!(ab.reaches_policy, Some(false));
    near(&ab.matched_classes.cohen.kappa, 0.6);
    let together = report.together.as_ref().expect("three people");
    near(&together.alpha_det.value, 0.4);
    near(&together.alpha_cls.value, 0.793_650_793_65);
    assert_eq!(together.annotators, 3);
}

#[test]
fn behind_every_cell_stand_its_samples() {
    let report = report(&worked_example());
    let cells = &report.pairs[0].cells;
    let at = |row: usize, column: usize| {
        cells.samples(row, column).iter().map(|(_, path, n)| format!("{path} {n}")).collect::<Vec<_>>()
    };
    assert_eq!(at(0, 2), ["000.png 1"], "a bolt that b calls a screw");
    assert_eq!(at(1, 1), ["000.png 1", "001.png 1"]);
    assert_eq!(at(3, 0), ["000.png 1", "002.png 1"], "b's bolts that a does not have");
    assert_eq!(at(2, 2), [] as [&str; 0]);
    assert_eq!(at(9, 0), [] as [&str; 0]);
    let total: u64 = (0..4)
        .flat_map(|i| (0..4).map(move |j| (i, j)))
        .map(|(i, j)| cells.samples(i, j).iter().map(|(_, _, n)| n).sum::<u64>())
        .sum();
    assert_eq!(total, report.pairs[0].figures.table.iter().flatten().sum::<u64>());
}

#[test]
fn groups_say_what_they_are_made_of() {
    let report = report(&worked_example());
    let shown: Vec<_> = report.groups.iter().map(|g| (g.kind, g.name.as_str(), g.pairs, g.is_thin)).collect();
    let expected =
        [(GroupKind::Slice, "dim", 4, true), (GroupKind::Policy, "1", 7, true), (GroupKind::Month, "1970-01", 7, true)];
    assert_eq!(shown, expected);
    // By hand: of 12 + 4 + 1 … the dim images hold (2,1), (1,1) of a and b, (2,2) of a and c, (1,2) of b and c; of one
    // class both found 1 + 0 + 2 + 1 of 12 objects.
    near(&report.groups[0].f1_cls, 2.0 * 4.0 / 12.0);
    // On the second image (a, b) differ in the truck, (b, c) too; on the third the two cars do not meet.
    let behind: Vec<_> = report.groups[0].behind.iter().map(|b| (b.path.as_str(), b.differing)).collect();
    assert_eq!(behind, [("001.png", 2), ("002.png", 2)]);
    assert_eq!(report.method.samples, 3);
    assert_eq!(report.method.policy_versions, BTreeMap::from([(1, 8)]));
    let at_half = report.curve.iter().find(|p| (p.tau - 0.5).abs() < 1e-9).expect("the usual threshold");
    near(&at_half.f1_cls, report.groups[1].f1_cls.value().expect("defined"));
}

#[test]
fn attributes_and_tags_know_their_samples() {
    let mut f = Fixture::new(&["dim", "dim"], "", "");
    let ontology = Ontology::from_toml(
        "name = 'o'\nversion = 2\n[[class]]\nname = 'bolt'\n[[tag]]\nname = 'dim'\n[[attribute]]\nname = 'side'\n\
         kind = 'choice'\nvalues = ['left', 'right']\n",
    )
    .expect("an ontology");
    let (digest, policy) = (ontology.digest(), f.versions.policy.clone());
    f.commit(Decision::OntologyPublished { digest, ontology: Box::new(ontology.clone()) });
    f.versions = Versions::new(ontology, policy);
    say(&f, 0, "a", "bolt 0 0 10 10 side=left; bolt 20 0 30 10 side=left; #dim");
    say(&f, 0, "b", "bolt 0 0 10 10 side=right; bolt 20 0 30 10");
    say(&f, 1, "a", "bolt 0 0 10 10 side=right; #dim");
    say(&f, 1, "b", "bolt 0 0 10 10; #dim");
    let report = report(&f);
    let pair = &report.pairs[0];
    let paths = |cells: &Cells, row: usize, column: usize| {
        cells.samples(row, column).iter().map(|(_, path, n)| format!("{path} {n}")).collect::<Vec<_>>()
    };
    let tag = &pair.tags[0];
    assert_eq!(tag.counts, [1, 1, 0, 0]);
    assert_eq!(
        (paths(&tag.cells, 0, 0), paths(&tag.cells, 0, 1)),
        (vec!["001.png 1".into()], vec!["000.png 1".into()])
    );
    assert_eq!(paths(&tag.cells, 1, 1), [] as [&str; 0]);
    let side = &pair.attributes[0];
    assert_eq!(side.figures.table, [[0, 1, 1], [0, 0, 1], [0, 0, 0]], "left, right, not set");
    assert_eq!(paths(&side.cells, 0, 1), ["000.png 1"]);
    assert_eq!(paths(&side.cells, 0, 2), ["000.png 1"]);
    assert_eq!(paths(&side.cells, 1, 2), ["001.png 1"]);
    assert_eq!(paths(&side.cells, 2, 2), [] as [&str; 0]);
}

/// Nobody, one annotator, one class, nothing drawn: every figure says why there is none, and none is NaN.
#[test]
fn without_enough_to_compare_there_is_a_reason() {
    let f = Fixture::new(&["dim", "dim"], "", "");
    let empty = report(&f);
    assert_eq!((empty.annotators.len(), empty.together.is_none(), empty.method.samples), (0, true, 0));
    say(&f, 0, "a", "bolt 0 0 10 10");
    assert!(report(&f).pairs.is_empty());
    say(&f, 1, "b", "");
    let apart = report(&f);
    assert_eq!((apart.pairs.len(), apart.pairs_without_samples), (0, 1));
    say(&f, 1, "a", "");
    let nothing = report(&f);
    let reasons = |r: &AgreementReport| {
        let figures = &r.pairs[0].figures;
        [figures.f1_cls, figures.kappa_cls, figures.mean_iou].map(|m| m.reason())
    };
    assert_eq!(reasons(&nothing), [Some(Reason::Empty); 3]);
    say(&f, 0, "b", "bolt 0 0 10 10");
    let same = report(&f);
    near(&same.pairs[0].figures.f1_cls, 1.0);
    assert_eq!(same.pairs[0].figures.kappa_cls.reason(), Some(Reason::NoVariation));
    assert_eq!(same.pairs[0].matched_classes.ac1.value.reason(), Some(Reason::NoVariation));
    let json = serde_json::to_string(&same).expect("it can be written");
    assert!(!json.contains("NaN") && json.contains("no_variation"), "{json}");
}
