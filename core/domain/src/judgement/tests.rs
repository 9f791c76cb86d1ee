//! Verdicts and what comes of them, and that all of it can be taken back.

use proptest::prelude::*;

use super::*;
use crate::disagreement::tests::labels;
use crate::disagreement::{Opinion, compare};
use crate::label_set::{LabelSetKey, Stamp, Status};
use crate::policy::ReviewRules;
use crate::sample::SampleId;

fn set(annotator: &str, script: &str) -> LabelSet {
    let key = LabelSetKey { sample: SampleId("s".to_owned()), annotator: annotator.to_owned() };
    let digest = String::new;
    let stamp = Stamp { ontology_version: 1, ontology_digest: digest(), policy_version: 1, policy_digest: digest() };
    let status = Status::Submitted { revision: 1 };
    LabelSet { status, labels: labels(script), ..LabelSet::draft(key, stamp) }
}

/// An arbiter's desk over label sets.
struct Desk {
    sets: Vec<LabelSet>,
    comparison: Comparison,
    labels: Labels,
    given: u32,
}

impl Desk {
    fn new(scripts: &[&str]) -> Self {
        let sets: Vec<LabelSet> =
            scripts.iter().zip(["ana", "ben", "cleo"]).map(|(script, name)| set(name, script)).collect();
        let opinions: Vec<Opinion<'_>> =
            sets.iter().map(|set| Opinion { annotator: &set.key.annotator, labels: &set.labels }).collect();
        let comparison = compare(&opinions, &ReviewRules::default());
        let mut desk = Self { comparison, labels: Labels::default(), given: 0, sets: vec![] };
        let stage = if sets.len() == 1 { Stage::Review } else { Stage::Arbitrate };
        let refs: Vec<&LabelSet> = sets.iter().collect();
        let change = begin(stage, &refs, &desk.comparison, &mut || next(&mut desk.given));
        change.apply(&mut desk.labels).expect("an empty draft");
        desk.sets = sets;
        desk
    }

    fn rule(&mut self, at: usize, verdict: &Verdict) -> Option<Change> {
        let disagreement = self.comparison.disagreements[at].clone();
        let sets: Vec<&LabelSet> = self.sets.iter().collect();
        let change = rule(&self.labels, &disagreement, verdict, &sets, None, &mut || next(&mut self.given))?;
        change.apply(&mut self.labels).expect("it was made for these labels");
        Some(change)
    }

    fn shown(&self) -> String {
        let object = |o: &Object| {
            let b = o.bounds();
            let from = match &o.origin {
                Origin::Settled { from, edited } => {
                    let names: Vec<&str> = from.iter().map(|m| m.annotator.as_str()).collect();
                    format!("{}{}", names.join("+"), if *edited { " edited" } else { "" })
                }
                other => format!("{other:?}"),
            };
            format!("{} {} {} {} {} by {from}", o.class, b.x1(), b.y1(), b.x2(), b.y2())
        };
        let tags = self.labels.tags.iter().map(|tag| format!("#{tag}"));
        self.labels.objects.iter().map(object).chain(tags).collect::<Vec<_>>().join("; ")
    }
}

fn next(given: &mut u32) -> ObjectId {
    *given += 1;
    ObjectId(format!("n{given}"))
}

fn take(name: &str) -> Verdict {
    Verdict::Take { of: name.to_owned() }
}

#[test]
fn a_review_begins_with_everything_and_an_arbitration_with_what_all_say() {
    assert_eq!(Desk::new(&["bolt 0 0 10 10; nut 20 0 30 10; #dim"]).shown(), {
        "bolt 0 0 10 10 by ana; nut 20 0 30 10 by ana; #dim"
    });
    let two = ["bolt 0 0 10 10; nut 20 0 30 10; #dim; #wet", "bolt 0 0 11 10; bolt 20 0 30 10; #wet"];
    assert_eq!(Desk::new(&two).shown(), "bolt 0 0 10.5 10 by ana+ben; #wet");
}

#[test]
fn a_verdict_puts_there_what_it_says_and_takes_away_what_another_one_put() {
    let mut desk = Desk::new(&["bolt 0 0 10 10", "nut 0 0 10 8"]);
    assert_eq!(desk.shown(), "");
    let mixed = Verdict::Mixed { geometry: "ana".to_owned(), class: "ben".to_owned() };
    for (verdict, expected) in [
        (take("ana"), "bolt 0 0 10 10 by ana"),
        (take("ben"), "nut 0 0 10 8 by ben"),
        (Verdict::All, "bolt 0 0 10 10 by ana; nut 0 0 10 8 by ben"),
        (mixed, "nut 0 0 10 10 by ana+ben"),
        (Verdict::Fused, "bolt 0 0 10 9 by ana+ben"),
        (Verdict::Neither, ""),
    ] {
        desk.rule(0, &verdict).expect("a change");
        assert_eq!(desk.shown(), expected, "{verdict:?}");
        assert_eq!(desk.rule(0, &verdict), None, "the same again changes nothing");
    }
    assert!(desk.labels.judgement.as_ref().is_some_and(|j| j.open(&desk.comparison).is_empty()));
    let back = unrule(&desk.labels, &desk.comparison.disagreements[0].clone()).expect("there is a verdict");
    back.apply(&mut desk.labels).expect("it fits");
    assert!(desk.labels.judgement.as_ref().is_some_and(|j| j.verdicts.is_empty()));
}

#[test]
fn to_take_who_has_nothing_says_that_there_is_nothing() {
    let mut desk = Desk::new(&["bolt 0 0 10 10; #dim", ""]);
    desk.rule(0, &take("ana")).expect("a change");
    assert_eq!(desk.shown(), "bolt 0 0 10 10 by ana");
    desk.rule(1, &take("ana")).expect("a change");
    assert_eq!(desk.shown(), "bolt 0 0 10 10 by ana; #dim");
    desk.rule(0, &take("ben")).expect("a change");
    desk.rule(1, &take("ben")).expect("a change");
    assert_eq!(desk.shown(), "");
}

#[test]
fn what_the_judge_drew_stays_when_they_say_so() {
    let mut desk = Desk::new(&["bolt 0 0 10 10", ""]);
    let drawn = Object::new(ObjectId("mine".to_owned()), labels("nut 1 1 9 9").objects[0].geometry.clone(), "nut");
    Change::Insert { index: 0, object: drawn }.apply(&mut desk.labels).expect("it fits");
    desk.rule(0, &Verdict::ByHand).expect("a change");
    assert_eq!(desk.shown(), "nut 1 1 9 9 by Drawn");
}

/// Two of three call it a bolt; of the fused object class and place are the majority's and the mean.
#[test]
fn three_people_are_fused_by_majority() {
    let mut desk = Desk::new(&["bolt 0 0 10 10", "bolt 3 0 13 10", "nut 0 0 10 10"]);
    desk.rule(0, &Verdict::Fused).expect("a change");
    assert_eq!(desk.shown(), "bolt 1 0 11 10 by ana+ben+cleo");
}

#[test]
fn a_judgement_needs_an_empty_draft_and_can_be_put_down() {
    let mut own = labels("bolt 0 0 10 10");
    let begun =
        begin(Stage::Review, &[&set("ana", "nut 0 0 9 9")], &Comparison::default(), &mut || ObjectId("x".to_owned()));
    assert!(begun.apply(&mut own).is_err(), "who labelled has labels there");
    let mut empty = Labels::default();
    begun.apply(&mut empty).expect("an empty draft");
    begun.inverse().apply(&mut empty).expect("nothing was done since");
    assert_eq!(empty, Labels::default());
}

proptest! {
    /// Whatever is decided in whatever order can be taken back step by step, to the empty draft.
    #[test]
    fn verdicts_can_be_taken_back(picks in prop::collection::vec((0_usize..8, 0_usize..6), 1..20)) {
        let mut desk = Desk::new(&[
            "bolt 0 0 10 10; nut 20 0 30 10; nut 50 0 60 10; #dim",
            "nut 0 0 10 10; nut 20 0 30 6; bolt 80 0 90 9",
            "bolt 0 0 10 10; nut 20 0 30 10; #wet",
        ]);
        let mut before = vec![desk.labels.clone()];
        let mut done = Vec::new();
        for (at, pick) in picks {
            let at = at % desk.comparison.disagreements.len();
            let mixed = Verdict::Mixed { geometry: "ana".to_owned(), class: "ben".to_owned() };
            let verdict = [take("ana"), take("cleo"), Verdict::All, Verdict::Neither, Verdict::Fused, mixed][pick].clone();
            if let Some(change) = desk.rule(at, &verdict) {
                done.push(change);
                before.push(desk.labels.clone());
            }
        }
        while let Some(change) = done.pop() {
            prop_assert_eq!(before.pop(), Some(desk.labels.clone()));
            change.inverse().apply(&mut desk.labels).expect("the inverse fits");
        }
        prop_assert_eq!(before.pop(), Some(desk.labels));
    }
}
