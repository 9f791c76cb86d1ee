//! The queue of small projects, worked by hand.

use concord_domain::decision::Decision;
use concord_domain::label_set::LabelSetKey;
use concord_domain::model::{ModelCalibration, ModelProvenance, ModelSignature, RegisteredModel};
use concord_domain::policy::{BoxAggregation, QueueRules};
use concord_metrics::calibration::{Calibrator, Fitted, Method};
use concord_metrics::{Metric, Reason};

use super::fixture::{Fixture, NOW, Thing, acknowledged, id, names, sha256};
use super::*;
use crate::evaluation::{GoldState, gold};

const SLICES: &str = "[[slice]]\nname = 'dim'\nwhere = 'lighting = \"dim\"'\nimportance = 2.0\n";
/// No draws and no batches, so that an annotator's queue is the plain ranking.
const PLAIN: &str = "[queue]\nrandom_share = 0.0\nblank_share = 0.0\nbatch_size = 1\n";
const OTHERS: [&str; 4] = ["ben", "cleo", "dora", "emil"];

fn key(n: usize, annotator: &str) -> LabelSetKey {
    LabelSetKey { sample: id(n), annotator: annotator.to_owned() }
}

fn lease_of(n: usize, annotator: &str, until_utc_ms: i64) -> Decision {
    Decision::TaskLeased { key: key(n, annotator), until_utc_ms, honeypot: false }
}

/// Four samples with one box each, of which the third and the fourth are dim.
fn four(policy: &str) -> Fixture {
    let f = Fixture::new(&["bright", "bright", "dim", "dim"], policy, SLICES);
    let row = |score| -> Vec<Thing> { vec![(0.0, "bolt", score)] };
    let rows = [row(0.5), row(0.99), row(0.9), row(0.999)];
    f.run("a", &rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
    f
}

/// Ranks ¼ to 1 by entropy, times 2 for the dim ones: 1, ½, 2·¾, 2·¼.
#[test]
fn a_score_is_rank_times_weight_and_says_so() {
    let f = four("");
    let queue = f.rank(&QueueOptions { now_ms: NOW, ..QueueOptions::default() });
    assert_eq!(names(&queue)[..2], ["002", "000"]);
    let scores: Vec<f64> = queue.items.iter().map(|item| item.score).collect();
    assert_eq!(scores, [1.5, 1.0, 0.5, 0.5]);
    let first = &queue.items[0];
    let parts: Vec<(&str, f64, f64)> =
        first.parts.iter().map(|p| (p.name.name(), p.value, (p.share * 1e4).round() / 1e4)).collect();
    // ln 1.5 = 0.4055 and ln 2 = 0.6931.
    assert_eq!(parts, [("uncertainty", 0.75, 0.3691), ("slice", 2.0, 0.6309), ("waiting", 1.0, 0.0)]);
    let reasons: Vec<String> = first.reasons.iter().map(ToString::to_string).collect();
    assert_eq!(reasons, ["uncertainty 0.47 bit, among the most uncertain 25 %", "slice dim × 2.00"]);
    assert!(!queue.is_calibrated && queue.batch == 0);
}

#[test]
fn weights_of_the_policy_change_the_order() {
    let f = four("");
    let by = |rules: QueueRules| {
        let queue = f.rank(&QueueOptions { now_ms: NOW, rules: Some(rules), ..QueueOptions::default() });
        names(&queue).join(" ")
    };
    assert_eq!(by(QueueRules { importance_exponent: 0.0, ..QueueRules::default() }), "000 002 001 003");
    let squared = by(QueueRules { uncertainty_exponent: 3.0, ..QueueRules::default() });
    assert_eq!(squared, "000 002 001 003", "1, 2·0.42, 0.125, 2·0.016");
}

/// A temperature of ½ makes 0.5 stay and squares the odds of the others; the aggregated maximum is that of one box.
#[test]
fn calibrated_scores_and_another_measure_are_computed_anew() {
    let f = four("");
    let model = RegisteredModel {
        sha256: sha256("a"),
        name: "a".to_owned(),
        bytes: 1,
        family: "yolov8".to_owned(),
        contract: String::new(),
        classes: vec![],
        class_map: std::collections::BTreeMap::new(),
        provenance: ModelProvenance::default(),
        signature: ModelSignature::Unsigned,
        decoder: None,
    };
    f.commit(Decision::ModelAdded { model: Box::new(model) });
    let none = Metric::undefined(Reason::Empty);
    let fitted = Fitted {
        calibrator: Calibrator::Temperature { t: 0.5 },
        n: 0,
        nll_before: none,
        nll_after: none,
        ece_before: none,
        ece_after: none,
        at_bound: false,
        separable: false,
    };
    let (run, reference) = ("run-a".to_owned(), "gold".to_owned());
    let calibration =
        Some(Box::new(ModelCalibration { method: Method::Temperature, fitted, held_out_ece: none, run, reference }));
    let bits = |queue: &Queue| {
        let item = queue.items.iter().find(|item| item.path == "002.png").expect("it is there");
        item.uncertainty_bits.expect("the model saw it")
    };
    let ask = |rules: Option<QueueRules>| f.rank(&QueueOptions { now_ms: NOW, rules, ..QueueOptions::default() });
    // Python: h(p) = -(p·log2(p) + (1-p)·log2(1-p)) at 1/10 and 1/82.
    assert!((bits(&ask(None)) - 0.468_995_594).abs() < 1e-8);
    f.commit(Decision::ModelCalibrated { sha256: sha256("a"), calibration });
    let calibrated = ask(None);
    assert!(calibrated.is_calibrated);
    assert!((bits(&calibrated) - 0.095_017_245_7).abs() < 1e-8, "{}", bits(&calibrated));
    let largest = QueueRules { aggregation: BoxAggregation::Max, rarity: 1.0, ..QueueRules::default() };
    assert!((bits(&ask(Some(largest))) - 0.095_017_245_7).abs() < 1e-8);
}

#[test]
fn models_that_differ_move_a_sample_up() {
    let f = Fixture::new(&["bright"; 3], "", "");
    let sure: &[Thing] = &[(0.0, "bolt", 0.99)];
    f.run("a", &[sure, sure, sure]);
    f.run("b", &[sure, &[(0.0, "nut", 0.99)], sure]);
    let rules = QueueRules { disagreement: 1.0, ..QueueRules::default() };
    let queue = f.rank(&QueueOptions { now_ms: NOW, rules: Some(rules), ..QueueOptions::default() });
    assert_eq!((names(&queue)[0], queue.items[0].score), ("001", 1.0));
    let part = queue.items[0].parts[1];
    assert_eq!((part.name, part.value, part.share), (PartName::Disagreement, 1.0, 1.0));
    let reasons: Vec<String> = queue.items[0].reasons.iter().map(ToString::to_string).collect();
    assert!(reasons.iter().any(|r| r.contains("the models differ here")), "{reasons:?}");
}

/// Two commonly labelled bolts to one nut: a nut weighs √2, so that of two equal uncertainties it ranks first.
#[test]
fn rare_classes_move_a_sample_up() {
    let f = Fixture::new(&["bright"; 3], "", "");
    f.run("a", &[&[(0.0, "bolt", 0.6)], &[(0.0, "nut", 0.6)], &[]]);
    f.label(2, "ana", &[(0.0, "bolt", 1.0), (20.0, "bolt", 1.0), (40.0, "nut", 1.0)]);
    let rules = QueueRules { rarity: 1.0, ..QueueRules::default() };
    let queue = f.rank(&QueueOptions { now_ms: NOW, rules: Some(rules), ..QueueOptions::default() });
    let rarity: Vec<f64> = ["000.png", "001.png", "002.png"]
        .map(|path| queue.items.iter().find(|i| i.path == path).expect("it is there").parts[1].value)
        .to_vec();
    assert_eq!((names(&queue)[0], rarity), ("001", vec![2.0 / 3.0, 1.0, 1.0 / 3.0]));
}

#[test]
fn a_queue_is_without_what_is_done_held_or_put_off() {
    let f = four(PLAIN);
    assert_eq!(names(&f.queue_of("ana", NOW)).len(), 4);
    f.label(0, "ana", &[]);
    f.commit(lease_of(1, "ben", NOW + 50));
    f.commit(Decision::TaskSnoozed { key: key(2, "ana"), until_utc_ms: NOW + 80 });
    assert_eq!(names(&f.queue_of("ana", NOW)), ["003"]);
    let mut later = names(&f.queue_of("ana", NOW + 50)).join(" ");
    assert!(later.contains("001") && !later.contains("002"), "the lease has ended: {later}");
    later = names(&f.queue_of("ana", NOW + 80)).join(" ");
    assert!(later.contains("002"), "the pause has ended: {later}");
    let of_ben = f.queue_of("ben", NOW);
    assert!(names(&of_ben).contains(&"001"), "one's own lease hides nothing");
    assert_eq!(names(&of_ben).last(), Some(&"000"), "what enough others have labelled comes last");
    assert_eq!(of_ben.waiting, 4);
}

#[test]
fn a_lease_is_refused_while_others_are_enough() {
    let f = four("overlap = 2");
    let lease = |n: usize| {
        acknowledged(|done| lease(&f.desk, 1, &id(n), &f.versions, NOW + LEASE_MS, done).expect("it can be asked"))
    };
    f.commit(lease_of(0, "ben", NOW + 10));
    lease(0).expect("one more is wanted");
    f.label(1, "cleo", &[]);
    f.commit(lease_of(1, "ben", NOW + 10));
    let error = lease(1).expect_err("two have it").to_string();
    assert!(error.contains("ben is working on") && error.contains("2 annotators"), "{error}");
    f.commit(Decision::TaskReleased { key: key(1, "ben") });
    lease(1).expect("it was given back");
    acknowledged(|done| release(&f.desk, 2, &id(1), done)).expect("it was taken");
    acknowledged(|done| snooze(&f.desk, 3, &id(1), NOW + 5, done)).expect("it can wait");
    // The renderer of the reference is no annotator.
    f.label(2, "truth", &[]);
    f.commit(lease_of(2, "ben", NOW + 10));
    lease(2).expect("one more is wanted");
    let tasks = f.desk.project.reader().expect("a reader").tasks().expect("read");
    assert!(tasks.iter().all(|task| !task.is_honeypot));
}

#[test]
fn who_holds_a_sample_and_until_when_is_told() {
    let f = four("overlap = 2");
    f.commit(lease_of(0, "ben", NOW + 10));
    f.commit(lease_of(1, "ben", NOW + 40));
    f.commit(lease_of(1, "cleo", NOW + 30));
    f.label(2, "ben", &[]);
    f.commit(lease_of(2, "cleo", NOW + 20));
    f.commit(Decision::TaskSnoozed { key: key(3, "ana"), until_utc_ms: NOW + 50 });
    f.commit(Decision::TaskSnoozed { key: key(0, "ben"), until_utc_ms: NOW + 50 });
    let at = |now_ms| away(&f.desk.project, "ana", now_ms).expect("read");
    let held =
        |by: &[&str], until_utc_ms| Away::Held { by: by.iter().map(|n| (*n).to_owned()).collect(), until_utc_ms };
    // Of the first another is wanted; of the third one has been submitted, so that one more is enough.
    let expected = [(id(1), held(&["ben", "cleo"], NOW + 30)), (id(2), held(&["cleo"], NOW + 20))];
    let put_off = (id(3), Away::PutOff { until_utc_ms: NOW + 50 });
    assert_eq!(at(NOW), expected.into_iter().chain([put_off.clone()]).collect());
    assert_eq!(at(NOW + 35), [put_off].into(), "one of the two had to give it back");
    assert!(at(NOW + 50).is_empty());
    // Taking tells the same; what is free is held then.
    let take = |n: usize| take(&f.desk, &id(n), &f.versions, NOW + LEASE_MS).expect("it can be asked");
    assert_eq!(take(1), Taken::Away(held(&["ben", "cleo"], NOW + 30)));
    assert_eq!(take(0), Taken::Until(NOW + LEASE_MS));
    assert_eq!(take(3), Taken::Until(NOW + LEASE_MS), "what one put off oneself can be taken");
    assert_eq!(at(NOW).len(), 2);
}

#[test]
fn a_sample_is_found_by_what_a_person_types() {
    let f = four("");
    let named = |name: &str| sample_named(&f.desk.project, name).map(|sample| sample.path);
    let whole = id(2).0;
    assert_eq!(named(&whole).expect("its identity"), "002.png");
    assert_eq!(named("002.png").expect("its path"), "002.png");
    let unknown = named("2.png").expect_err("half a name").to_string();
    assert!(unknown.contains("there is no sample 2.png"), "{unknown}");
    named("").expect_err("nothing");
    let start =
        (6..=whole.len()).map(|n| &whole[..n]).find(|start| named(start).is_ok()).expect("some beginning is its own");
    assert_eq!(named(start).expect("a beginning"), "002.png");
}

#[test]
fn only_the_drawn_share_goes_to_several() {
    let f = Fixture::new(&["bright"; 60], &format!("overlap = 2\n{PLAIN}[assignment]\noverlap_share = 0.5\n"), "");
    for n in 0..60 {
        f.commit(lease_of(n, "ben", NOW + 10));
    }
    let policy = &f.versions.policy;
    let expected: Vec<usize> = (0..60).filter(|n| policy.wanted(&id(*n)) == 2).collect();
    let queue = f.queue_of("ana", NOW);
    let mut left: Vec<usize> = names(&queue).iter().map(|name| name.parse().expect("a number")).collect();
    left.sort_unstable();
    assert!(!expected.is_empty() && expected.len() < 60);
    assert_eq!(left, expected);
}

/// A sample with a known answer looks like one that was drawn at random, and what is said of it does not vote.
#[test]
fn honeypots_come_where_they_are_drawn_and_do_not_vote() {
    let policy = "[queue]\nbatch_size = 5\n[assignment]\nhoneypots = 0.3\nwithout_suggestions = 0.5\n";
    let f = Fixture::new(&["bright"; 60], policy, "");
    f.run("a", &[&[(0.0, "bolt", 0.6)][..]; 60]);
    for n in 40..60 {
        f.label(n, OTHERS[n % 4], &[(0.0, "bolt", 1.0)]);
    }
    let queue = f.queue_of("ana", NOW);
    let assignment = &f.versions.policy.assignment;
    let is_settled = |item: &Ranked| item.path.as_str() >= "040.png";
    for (task, item) in queue.items.iter().enumerate().take(30) {
        assert_eq!(is_settled(item), assignment.is_honeypot_place("ana", task as u64), "task {task}");
        assert_eq!(item.withholds_suggestions, assignment.is_without_suggestions(&item.sample));
    }
    let random = |item: &Ranked| item.parts.iter().any(|part| part.name == PartName::Random);
    let drawn: Vec<&Ranked> = queue.items.iter().take(30).filter(|item| is_settled(item)).collect();
    assert!(drawn.len() > 3 && drawn.iter().all(|item| random(item)));
    assert!(queue.items.iter().take(30).any(|item| random(item) && !is_settled(item)), "true ones are among them");
    let written = serde_json::to_value(&queue).expect("it can be written").to_string();
    assert!(!written.contains("withhold") && !written.contains("honeypot"), "nothing gives them away");
    let first = drawn[0].sample.clone();
    acknowledged(|done| lease(&f.desk, 1, &first, &f.versions, NOW + 10, done).expect("it can be asked"))
        .expect("free");
    let n = (40..60).find(|n| id(*n) == first).expect("it is one of them");
    f.label(n, "ana", &[(200.0, "nut", 1.0)]);
    let reader = f.desk.project.reader().expect("a reader");
    let gold = gold(&f.desk.project, &reader).expect("gold");
    assert!(matches!(&gold[&first], GoldState::Settled(gold) if gold.labels.objects[0].class == "bolt"));
    assert!(!names(&f.queue_of("ana", NOW)).contains(&format!("{n:03}").as_str()), "never again to the same person");
    // One answer is a nut elsewhere, the next one the bolt that is known.
    let second = drawn[1].sample.clone();
    acknowledged(|done| lease(&f.desk, 1, &second, &f.versions, NOW + 10, done).expect("it can be asked"))
        .expect("free");
    let n = (40..60).find(|n| id(*n) == second).expect("it is one of them");
    f.label(n, "ana", &[(0.0, "bolt", 1.0)]);
    let answers = known_answers(&f.desk.project).expect("read");
    let told: Vec<_> = answers.iter().map(|a| (a.annotator.as_str(), a.reliability.passed, a.mean_score)).collect();
    assert_eq!(told, [("ana", 1, Some(0.5))]);
    assert_eq!((answers[0].reliability.tasks, answers[0].reliability.mean), (2, 0.5));
}

#[test]
fn shares_are_kept_over_several_sittings() {
    let f = Fixture::new(&["bright"; 100], "", "");
    let mut rows: Vec<&[Thing]> = vec![&[(0.0, "bolt", 0.6)]; 90];
    rows.extend([&[][..]; 10]);
    f.run("a", &rows);
    let mut drawn = std::collections::BTreeMap::new();
    for _ in 0..40 {
        // One task a sitting: the number of the task goes on.
        let next = f.queue_of("ana", NOW).items.swap_remove(0);
        let name = next.parts.iter().map(|p| p.name).find(|n| matches!(n, PartName::Random | PartName::Blank));
        *drawn.entry(name).or_insert(0) += 1;
        let n = next.path.trim_end_matches(".png").parse().expect("a number");
        f.label(n, "ana", &[]);
    }
    assert_eq!((drawn[&Some(PartName::Random)], drawn[&Some(PartName::Blank)]), (4, 2));
}

/// Ten dim samples hold one bolt each that the model scores below the operating point; thirty bright ones are found.
#[test]
fn a_simulation_counts_the_labels_that_a_weak_slice_takes() {
    let mut lighting = vec!["bright"; 30];
    lighting.extend(["dim"; 10]);
    let slices = format!("{SLICES}target_recall = 0.9\n[[slice]]\nname = 'bright'\nwhere = 'lighting = \"bright\"'\n");
    let f = Fixture::new(&lighting, "[queue]\nbatch_size = 4\n", &slices);
    let rows: Vec<Vec<Thing>> = (0..40).map(|n| vec![(0.0, "bolt", if n < 30 { 0.95 } else { 0.3 })]).collect();
    f.run("a", &rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
    for n in 0..40 {
        f.label(n, "truth", &[(0.0, "bolt", 1.0)]);
    }
    let options = SimulationOptions { random_orders: 200, ..SimulationOptions::default() };
    let simulation = simulate(&f.desk.project, &options).expect("simulated");
    let [dim] = &simulation.slices[..] else { panic!("{:?}", simulation.slices) };
    assert_eq!((dim.slice.as_str(), dim.samples, dim.objects, dim.recall), ("dim", 10, 10, 0.0));
    let labels = |strategy: Strategy| dim.strategies.iter().find(|s| s.strategy == strategy).map(|s| s.labels);
    // Nine of the ten have to be labelled, and both know where they are.
    assert_eq!((labels(Strategy::Score), labels(Strategy::Uncertainty)), (Some(9), Some(9)));
    // One task in ten is drawn at random, and where the model sees nothing there is nothing to draw.
    let ranked = labels(Strategy::Ranked).expect("it was asked for");
    assert!((9..=12).contains(&ranked), "{ranked}");
    // The ninth of ten among forty is drawn at 9 · 41/11 = 33.5 on average, with a deviation of 4.1.
    assert!((dim.random_mean - 33.545).abs() < 1.2, "{}", dim.random_mean);
    assert!((dim.random_deviation - 4.1).abs() < 1.0, "{}", dim.random_deviation);
    assert_eq!(simulation.all.strategies[1].labels, 9);
    let again = simulate(&f.desk.project, &options).expect("simulated");
    assert_eq!(again, simulation, "it is the same every time");
    let lower = SimulationOptions { target_recall: Some(0.5), ..options };
    let simulation = simulate(&f.desk.project, &lower).expect("simulated");
    let found: Vec<(&str, u64)> =
        simulation.slices.iter().map(|s| (s.slice.as_str(), s.strategies[1].labels)).collect();
    assert_eq!(found, [("all", 0), ("dim", 5), ("bright", 0)]);
    assert_eq!(simulation.slices[0].strategies[0].ratio, None, "nothing is needed");
}

#[test]
fn what_cannot_be_simulated_is_told() {
    let f = Fixture::new(&["dim"; 3], "", SLICES);
    let refuse = |options: SimulationOptions, part: &str| {
        let error = simulate(&f.desk.project, &options).expect_err(part).to_string();
        assert!(error.contains(part), "{error}");
    };
    refuse(SimulationOptions::default(), "no model ran");
    f.run("a", &[&[(0.0, "bolt", 0.3)][..]; 3]);
    refuse(SimulationOptions { model: Some("b".to_owned()), ..SimulationOptions::default() }, "\"b\" never ran");
    refuse(SimulationOptions::default(), "has reference labels");
    f.label(0, "truth", &[(0.0, "bolt", 1.0)]);
    refuse(SimulationOptions::default(), "no slice with reference objects has a target");
    refuse(SimulationOptions { target_recall: Some(1.5), ..SimulationOptions::default() }, "above 0");
    refuse(SimulationOptions { random_orders: 0, ..SimulationOptions::default() }, "at least one random order");
}
