//! Stages by policy, disputes, and what a judge can do.

use concord_domain::judgement::Verdict;
use concord_domain::object::Origin;

use super::*;
use crate::Desk;
use crate::queue::fixture::{Fixture, id, names};

const BOLT: (f64, &str, f64) = (0.0, "bolt", 0.0);
const NUT: (f64, &str, f64) = (0.0, "nut", 0.0);
const FAR: (f64, &str, f64) = (40.0, "nut", 0.0);

fn stages(f: &Fixture) -> Vec<(String, Stage)> {
    let all = waiting(&f.desk.project).expect("it can be read");
    all.into_iter().map(|w| (w.path.trim_end_matches(".png").to_owned(), w.stage)).collect()
}

fn named(expected: &[(&str, Stage)]) -> Vec<(String, Stage)> {
    expected.iter().map(|(name, stage)| ((*name).to_owned(), *stage)).collect()
}

#[test]
fn the_policy_says_what_needs_a_second_person() {
    let f = Fixture::new(&["a", "b", "c", "d"], "overlap = 2\n[review]\narbitrate_below = 0.8", "");
    f.label(0, "ana", &[BOLT, FAR]);
    f.label(0, "ben", &[BOLT, FAR]);
    f.label(1, "ana", &[BOLT]);
    f.label(1, "ben", &[NUT]);
    f.label(2, "ana", &[BOLT]);
    // Two of three see it: a majority settles that, but an F1 of 2/3 is too low for this policy.
    f.label(3, "ana", &[BOLT, FAR]);
    f.label(3, "ben", &[BOLT]);
    f.label(3, "cleo", &[BOLT, FAR]);
    let expected = [("003", Stage::Arbitrate), ("001", Stage::Arbitrate), ("002", Stage::Label), ("000", Stage::Gold)];
    assert_eq!(stages(&f), named(&expected), "what is missing is worse than another class");
    let all = waiting(&f.desk.project).expect("it can be read");
    assert_eq!(all[0].disagreements, BTreeMap::from([("missing", 1)]));
    assert!((all[0].agreement.expect("three people") - 2.0 / 3.0).abs() < 1e-12);
    assert!(all[0].why.contains("F1 0.67 is below 0.8"), "{}", all[0].why);
}

#[test]
fn a_share_of_single_label_sets_is_reviewed_and_all_of_a_doubted_person() {
    let plain = Fixture::new(&["a", "b"], "", "");
    plain.label(0, "ana", &[BOLT]);
    assert_eq!(stages(&plain), named(&[("000", Stage::Gold)]));
    let all = Fixture::new(&["a", "b"], "[review]\nshare = 1.0", "");
    all.label(0, "ana", &[BOLT]);
    assert_eq!(stages(&all), named(&[("000", Stage::Review)]));
    // Ben misses four known answers; what he alone labelled is no gold any more, what Ana labelled still is.
    let f = Fixture::new(&["a", "b", "c", "d", "e", "f"], "[review]\nhoneypot_floor = 0.5", "");
    for n in 0..4 {
        f.label(n, "ana", &[BOLT]);
        let key = LabelSetKey { sample: id(n), annotator: "ben".to_owned() };
        f.commit(Decision::TaskLeased { key, until_utc_ms: i64::MAX, honeypot: true });
        f.label(n, "ben", &[FAR]);
    }
    f.label(5, "ben", &[BOLT]);
    let expected = [("005", Stage::Review), ("000", Stage::Gold), ("001", Stage::Gold)];
    assert_eq!(stages(&f)[..3], named(&expected));
}

#[test]
fn what_was_sent_back_is_the_annotators_first_task() {
    let f = Fixture::new(&["a", "b", "c"], "[review]\nshare = 1.0", "");
    f.label(2, "ana", &[BOLT]);
    let dispute = dispute(&f.desk.project, &id(2)).expect("it can be read");
    assert_eq!(dispute.send_back("ana", "  ", vec![]), Err(Obstacle::NoReason));
    assert_eq!(dispute.send_back("ben", "why", vec![]), Err(Obstacle::Nothing));
    let rea = f.desk_of("rea");
    let decision = dispute.send_back("ana", "the head is cut off", vec![]).expect("it was submitted");
    f.desk.bulk(move |bulk| bulk.commit(rea(decision))).expect("rea may");
    let queue = f.queue_of("ana", crate::queue::fixture::NOW);
    assert_eq!(names(&queue)[0], "002");
    assert_eq!(queue.items[0].reasons[0].to_string(), "sent back by rea: the head is cut off");
    assert_eq!(queue.items[0].parts.last().map(|p| p.name.name()), Some("sent_back"));
    let others = f.queue_of("ben", crate::queue::fixture::NOW);
    assert!(!names(&others).contains(&"002"), "it is hers to mend");
    let returned = sent_back(&f.desk.project.reader().expect("a reader"), "ana").expect("read");
    assert_eq!(returned.len(), 1);
}

#[test]
fn one_verdict_settles_a_sample_with_the_origin_of_each_object() {
    let f = Fixture::new(&["a", "b"], "overlap = 2", "");
    f.label(0, "ana_", &[BOLT, FAR]);
    f.label(0, "ben", &[NUT, FAR]);
    // The desk is ana's, who labelled nothing here.
    let before = dispute(&f.desk.project, &id(0)).expect("it can be read");
    assert_eq!((before.stage, before.comparison.disagreements.len()), (Stage::Arbitrate, 1));
    assert_eq!(before.obstacle("ben"), Some(Obstacle::OwnWork));
    assert_eq!(before.obstacle("ana"), None);
    assert_eq!(before.accept("ana"), Err(Obstacle::Several));
    let verdict = Verdict::Take { of: "ben".to_owned() };
    assert_eq!(settle_with(&f.desk, &id(0), &verdict, &f.versions).expect("it can be settled"), 1);
    let after = dispute(&f.desk.project, &id(0)).expect("it can be read");
    let gold = after.gold.clone().expect("settled");
    let shown: Vec<(String, usize)> = gold
        .labels
        .objects
        .iter()
        .map(|o| match &o.origin {
            Origin::Settled { from, .. } => (o.class.clone(), from.len()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(shown, [("nut".to_owned(), 2), ("nut".to_owned(), 1)], "one fused of both, one of ben");
    assert!(matches!(after.obstacle("ana"), Some(Obstacle::Settled { by }) if by == "ana"));
    let again = settle_with(&f.desk, &id(0), &verdict, &f.versions).expect_err("it is settled").to_string();
    assert!(again.contains("reopen it first"), "{again}");
    assert_eq!(stages(&f), named(&[("000", Stage::Gold)]));
    let states = evaluation::gold(&f.desk.project, &f.desk.project.reader().expect("a reader")).expect("read");
    assert!(matches!(&states[&id(0)], GoldState::Settled(g) if g.decided.as_ref().is_some_and(|d| d.by == "ana")));
    f.commit(after.reopen("a second look").expect("it is settled"));
    assert_eq!(stages(&f), named(&[("000", Stage::Arbitrate)]));
    // The verdicts are still there, so that it can be settled at once.
    assert_eq!(settle_with(&f.desk, &id(0), &verdict, &f.versions).expect("again"), 0);
}

/// What follows by rule is a task with a known answer for others; what somebody settled is read-only, and nobody's task.
#[test]
fn what_somebody_settled_is_nobodys_task() {
    let f = Fixture::new(&["a", "b"], "[assignment]\nhoneypots = 1.0", "");
    f.label(0, "cleo", &[BOLT]);
    f.label(1, "cleo", &[BOLT]);
    let before = f.queue_of("ben", crate::queue::fixture::NOW);
    assert_eq!(before.items.len(), 2);
    f.commit(dispute(&f.desk.project, &id(0)).expect("read").accept("ana").expect("ana labelled nothing"));
    assert_eq!(names(&f.queue_of("ben", crate::queue::fixture::NOW)), ["001"]);
}

#[test]
fn a_new_submission_makes_a_judgement_begin_anew() {
    let f = Fixture::new(&["a"], "overlap = 2", "");
    f.label(0, "cleo", &[BOLT]);
    f.label(0, "ben", &[NUT]);
    let mut first = dispute(&f.desk.project, &id(0)).expect("it can be read");
    let reader = f.desk.project.reader().expect("a reader");
    let mut session = Session::load(&reader, &id(0), "ana", &f.versions).expect("a session");
    assert_eq!(first.settle(&mut session, &f.versions), Err(Obstacle::NotTakenUp));
    session.take_up(&first).expect("nothing was done yet");
    assert!(session.take_up(&first).is_none(), "it was taken up");
    assert_eq!(first.settle(&mut session, &f.versions), Err(Obstacle::Open { count: 1 }));
    let disagreement = first.comparison.disagreements[0].clone();
    session.rule(&first, &disagreement, &Verdict::All).expect("a verdict");
    assert!(first.settle(&mut session, &f.versions).is_ok());
    session.unrule(&disagreement).expect("there is one");
    assert_eq!(session.labels.objects.len(), 0);
    // Ben submits again.
    first.sets[0].status = concord_domain::label_set::Status::Submitted { revision: 2 };
    assert_eq!(first.settle(&mut session, &f.versions), Err(Obstacle::Outdated));
    session.rule_like(&first, &disagreement, &Verdict::All).expect("still open");
    session.take_up(&first).expect("begun anew");
    assert_eq!(session.labels.objects.len(), 0);
    assert!(session.labels.judgement.as_ref().is_some_and(|j| j.verdicts.is_empty() && j.sets[0].revision == 2));
    session.undo().expect("that can be taken back as well");
    assert_eq!(session.labels.objects.len(), 2);
}

#[test]
fn one_verdict_goes_for_all_of_its_kind() {
    let f = Fixture::new(&["a"], "overlap = 2", "");
    let third = (80.0, "bolt", 0.0);
    f.label(0, "cleo", &[BOLT, FAR, third]);
    f.label(0, "ben", &[NUT]);
    let dispute = dispute(&f.desk.project, &id(0)).expect("it can be read");
    let reader = f.desk.project.reader().expect("a reader");
    let mut session = Session::load(&reader, &id(0), "ana", &f.versions).expect("a session");
    session.take_up(&dispute).expect("nothing was done yet");
    let missing = dispute.disagreement(0).expect("three").clone();
    assert_eq!(missing.kind, Kind::Missing);
    session.rule_like(&dispute, &missing, &Verdict::Take { of: "cleo".to_owned() }).expect("two of a kind");
    let judgement = session.labels.judgement.clone().expect("taken up");
    assert_eq!((session.labels.objects.len(), judgement.verdicts.len()), (2, 2));
    assert_eq!(session.undo_summary().map(|m| m.to_string()).as_deref(), Some("decide on 2 disagreements"));
    session.undo().expect("one step");
    assert_eq!(session.labels.objects.len(), 0);
}

#[test]
fn a_verdict_that_is_worked_out_aside_is_the_same_and_never_stale() {
    let f = Fixture::new(&["a"], "overlap = 2", "");
    f.label(0, "cleo", &[BOLT, FAR, (80.0, "bolt", 0.0)]);
    f.label(0, "ben", &[NUT]);
    let dispute = dispute(&f.desk.project, &id(0)).expect("it can be read");
    let reader = f.desk.project.reader().expect("a reader");
    let mut session = Session::load(&reader, &id(0), "ana", &f.versions).expect("a session");
    session.take_up(&dispute).expect("nothing was done yet");
    let missing = dispute.disagreement(0).expect("three").clone();
    let verdict = Verdict::Take { of: "cleo".to_owned() };
    for like in [false, true] {
        let mut at_once = session.clone();
        let gesture = if like {
            at_once.rule_like(&dispute, &missing, &verdict)
        } else {
            at_once.rule(&dispute, &missing, &verdict)
        };
        let ruling = session.work_out(&dispute, &missing, &verdict, like).expect("it changes something");
        let mut later = session.clone();
        assert_eq!(later.carry_out(ruling.clone()), gesture);
        assert_eq!(later.labels, at_once.labels);
        assert_eq!(later.carry_out(ruling.clone()), None, "it is given already");
        // An id that the copy gave is not given again.
        let next = dispute.disagreement(2).expect("three").clone();
        later.rule(&dispute, &next, &Verdict::All).expect("another object");
        let mut ids: Vec<_> = later.labels.objects.iter().map(|object| object.id.clone()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), later.labels.objects.len());
    }
}

/// Somebody else at the same desk.
impl Fixture {
    fn desk_of(&self, name: &str) -> impl Fn(Decision) -> concord_store::Entry + use<> {
        let (actor, at_utc_ms) = (name.to_owned(), self.now());
        move |decision| concord_store::Entry { actor: actor.clone(), at_utc_ms, decision, undoes: None }
    }

    fn now(&self) -> i64 {
        let desk: &Desk = &self.desk;
        desk.now()
    }
}
