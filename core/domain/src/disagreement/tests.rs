//! Types of disagreements worked by hand, and what holds of any label sets.

use concord_geometry::{BBox, Keypoints};
use proptest::prelude::*;

use super::*;
use crate::object::AttributeValue;

/// Labels from a script such as `"bolt 0 0 10 10; nut:hex 20 0 30 10 rust=yes; #dim"`; ids are a, b, c …
pub(crate) fn labels(script: &str) -> Labels {
    let mut labels = Labels::default();
    for (at, text) in script.split(';').map(str::trim).filter(|t| !t.is_empty()).enumerate() {
        if let Some(tag) = text.strip_prefix('#') {
            labels.tags.insert(tag.to_owned());
            continue;
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let c: Vec<f64> = words[1..5].iter().map(|w| w.parse().expect("a number")).collect();
        let (class, subclass) = words[0].split_once(':').map_or((words[0], None), |(c, s)| (c, Some(s.to_owned())));
        let id = ObjectId(char::from(b'a' + at as u8).to_string());
        let mut object = Object::new(id, BBox::new(c[0], c[1], c[2], c[3]).expect("a box"), class);
        object.subclass = subclass;
        for pair in &words[5..] {
            let (name, value) = pair.split_once('=').expect("name=value");
            object.attributes.insert(name.to_owned(), AttributeValue::Text(value.to_owned()));
        }
        labels.objects.push(object);
    }
    labels
}

fn compared(scripts: &[&str]) -> Comparison {
    let sets: Vec<Labels> = scripts.iter().map(|script| labels(script)).collect();
    let names = ["ana", "ben", "cleo", "dora"];
    let opinions: Vec<Opinion<'_>> =
        sets.iter().zip(names).map(|(labels, annotator)| Opinion { annotator, labels }).collect();
    compare(&opinions, &ReviewRules::default())
}

/// One line a disagreement: kind, what else, members, who has nothing.
fn shown(comparison: &Comparison) -> Vec<String> {
    let word = |kind: &Kind| match kind {
        Kind::Attribute { name } => format!("attribute {name}"),
        Kind::Tag { tag } => format!("tag {tag}"),
        other => other.name().to_owned(),
    };
    let line = |d: &Disagreement| {
        let also: Vec<String> = std::iter::once(&d.kind).chain(&d.also).map(word).collect();
        let members: Vec<String> = d.members.iter().map(|m| format!("{}/{}", m.annotator, m.object)).collect();
        format!("{} [{}] not {}", also.join("+"), members.join(" "), d.without.join(" ")).trim_end().to_owned()
    };
    comparison.disagreements.iter().map(line).collect()
}

#[test]
fn each_difference_has_one_type_and_the_worst_comes_first() {
    for (scripts, agreed, expected) in [
        (["bolt 0 0 10 10", "bolt 0 0 10 10"], 1, vec![]),
        (["", ""], 0, vec![]),
        (["bolt 0 0 10 10", ""], 0, vec!["missing [ana/a] not ben"]),
        (["bolt 0 0 10 10", "nut 0 0 10 9"], 0, vec!["class [ana/a ben/a] not"]),
        (["bolt 0 0 10 10", "nut 0 0 10 7"], 0, vec!["class+geometry [ana/a ben/a] not"]),
        (["bolt:hex 0 0 10 10", "bolt:flat 0 0 10 10"], 0, vec!["subclass [ana/a ben/a] not"]),
        (["bolt:hex 0 0 10 10", "bolt 0 0 10 10"], 0, vec!["subclass [ana/a ben/a] not"]),
        (["bolt 0 0 10 10", "bolt 0 0 10 7"], 0, vec!["geometry [ana/a ben/a] not"]),
        (["bolt 0 0 10 10 rust=yes", "bolt 0 0 10 10 rust=no"], 0, vec!["attribute rust [ana/a ben/a] not"]),
        (["bolt 0 0 10 10 rust=yes", "bolt 0 0 10 10"], 0, vec!["attribute rust [ana/a ben/a] not"]),
        (["#dim", ""], 0, vec!["tag dim [] not ben"]),
        // One bolt at two places (IoU 1/3), not two bolts of one person each.
        (["bolt 0 0 10 10", "bolt 5 0 15 10"], 0, vec!["geometry [ana/a ben/a] not"]),
        // Of two classes they are two things.
        (["bolt 0 0 10 10", "nut 5 0 15 10"], 0, vec!["missing [ana/a] not ben", "missing [ben/a] not ana"]),
        (
            ["bolt 0 0 10 10; nut 20 0 30 10; #dim", "bolt 0 0 10 7; bolt 20 0 30 10; nut 50 0 60 10"],
            0,
            vec![
                "missing [ben/c] not ana",
                "class [ana/b ben/b] not",
                "geometry [ana/a ben/a] not",
                "tag dim [] not ben",
            ],
        ),
    ] {
        let comparison = compared(&scripts);
        assert_eq!(shown(&comparison), expected, "{scripts:?}");
        assert_eq!(comparison.agreed.len(), agreed, "{scripts:?}");
    }
}

#[test]
fn of_three_the_majority_says_what_is_missing_and_what_is_extra() {
    let all = "bolt 0 0 10 10";
    for (scripts, expected) in [
        ([all, all, all], vec![]),
        ([all, all, ""], vec!["missing [ana/a ben/a] not cleo"]),
        ([all, "", ""], vec!["extra [ana/a] not ben cleo"]),
        ([all, "nut 0 0 10 10", all], vec!["class [ana/a ben/a cleo/a] not"]),
        (["#dim", "#dim", ""], vec!["tag dim [] not cleo"]),
    ] {
        assert_eq!(shown(&compared(&scripts)), expected, "{scripts:?}");
    }
}

/// The three images of the worked example of the methods: A's and B's boxes. Overlaps 0.822, 0.95 and 0.781 in the first.
#[test]
fn the_worked_example_has_its_types() {
    let image = |a: &str, b: &str| shown(&compared(&[a, b]));
    let first = image(
        "car 10 10 50 50; car 60 10 100 50; person 10 60 30 100",
        "car 12 12 52 52; truck 60 10 98 50; person 12 62 32 100; car 110 110 130 130",
    );
    let expected = ["missing [ben/d] not ana", "class [ana/b ben/b] not", "geometry [ana/c ben/c] not"];
    assert_eq!(first, expected);
    let second = image("person 0 0 20 40; truck 50 50 90 90", "person 0 0 20 40");
    assert_eq!(second, ["missing [ana/b] not ben"]);
    let third = image("car 0 0 40 40", "car 20 0 60 40");
    assert_eq!(third, ["geometry [ana/a ben/a] not"], "mislocated, IoU 1/3");
}

/// By hand: of 2 and 3 objects, two are matched, one of them with its class: 2 · 1 / 5.
#[test]
fn agreement_is_the_lowest_f1_of_two_people() {
    let a = "bolt 0 0 10 10; nut 20 0 30 10";
    let b = "bolt 0 0 10 10; bolt 20 0 30 10; nut 50 0 60 10";
    assert!((compared(&[a, b]).agreement - 0.4).abs() < 1e-12);
    assert!((compared(&[a, a, b]).agreement - 0.4).abs() < 1e-12);
    assert_eq!(compared(&["", ""]).agreement, 1.0);
    assert_eq!(compared(&[a, ""]).agreement, 0.0);
    assert_eq!(compared(&[a]).agreement, 1.0, "one person agrees with themselves");
}

#[test]
fn points_are_one_thing_where_they_are_near() {
    let at = |x: f64| {
        let points = Keypoints::try_from(vec![x, 10.0, 2.0]).expect("key points");
        let object = Object::new(ObjectId("a".to_owned()), concord_geometry::Geometry::Keypoints(points), "tip");
        Labels { objects: vec![object], ..Labels::default() }
    };
    let types = |x: f64| {
        let (a, b) = (at(10.0), at(x));
        let opinions = [Opinion { annotator: "ana", labels: &a }, Opinion { annotator: "ben", labels: &b }];
        shown(&compare(&opinions, &ReviewRules::default()))
    };
    assert_eq!(types(11.0), [] as [&str; 0]);
    assert_eq!(types(15.0), ["geometry [ana/a ben/a] not"], "similarity exp(−25 / 66.4) = 0.69");
    assert_eq!(types(40.0).len(), 2, "too far away for one thing");
}

fn any_labels() -> impl Strategy<Value = Labels> {
    let one = (0_usize..2, 0.0..40.0_f64, 0.0..40.0_f64, 5.0..20.0_f64, 5.0..20.0_f64);
    prop::collection::vec(one, 0..7).prop_map(|boxes| {
        let object = |(at, (class, x, y, w, h)): (usize, (usize, f64, f64, f64, f64))| {
            let bbox = BBox::new(x, y, x + w, y + h).expect("a box");
            Object::new(ObjectId(format!("o{at}")), bbox, ["bolt", "nut"][class])
        };
        Labels { objects: boxes.into_iter().enumerate().map(object).collect(), ..Labels::default() }
    })
}

proptest! {
    /// Every object is in one agreement or one disagreement, whoever and however many look.
    #[test]
    fn every_object_is_accounted_for_once(sets in prop::collection::vec(any_labels(), 2..5)) {
        let names = ["ana", "ben", "cleo", "dora"];
        let opinions: Vec<Opinion<'_>> =
            sets.iter().zip(names).map(|(labels, annotator)| Opinion { annotator, labels }).collect();
        let comparison = compare(&opinions, &ReviewRules::default());
        let agreed = comparison.agreed.iter().flat_map(|a| &a.members);
        let mut seen: Vec<&Member> = agreed.chain(comparison.disagreements.iter().flat_map(|d| &d.members)).collect();
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen.len(), count);
        prop_assert_eq!(count, sets.iter().map(|labels| labels.objects.len()).sum::<usize>());
        prop_assert!((0.0..=1.0).contains(&comparison.agreement));
        let ids: BTreeSet<&DisagreementId> = comparison.disagreements.iter().map(|d| &d.id).collect();
        prop_assert_eq!(ids.len(), comparison.disagreements.len());
    }

    /// Who is named first makes no difference between two people.
    #[test]
    fn two_people_disagree_the_same_either_way(a in any_labels(), b in any_labels()) {
        let kinds = |first: &Labels, second: &Labels| {
            let opinions = [Opinion { annotator: "x", labels: first }, Opinion { annotator: "y", labels: second }];
            let comparison = compare(&opinions, &ReviewRules::default());
            comparison.disagreements.iter().map(|d| d.kind.clone()).collect::<Vec<_>>()
        };
        prop_assert_eq!(kinds(&a, &b), kinds(&b, &a));
    }
}
