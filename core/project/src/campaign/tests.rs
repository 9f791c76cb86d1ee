//! Campaigns from their draw to what they changed.

use super::*;
use crate::queue::fixture::{Fixture, NOW, Thing, id, names};

const BOLT: Thing = (0.0, "bolt", 0.0);
const NUT: Thing = (0.0, "nut", 0.0);
const FAR: Thing = (40.0, "nut", 0.0);

fn options(classes: Option<(&str, &str)>, samples: usize) -> CampaignOptions {
    CampaignOptions {
        name: "bolts or nuts".to_owned(),
        reason: "the guideline says more now".to_owned(),
        classes: classes.map(|(a, b)| (a.to_owned(), b.to_owned())),
        samples,
        seed: 3,
    }
}

/// Four samples of ana and ben: on the first three one says bolt where the other says nut; they agree on the fourth.
fn disputed() -> Fixture {
    let f = Fixture::new(&["dim"; 5], "overlap = 2", "");
    for n in 0..3 {
        f.label(n, "ana", &[BOLT, FAR]);
        f.label(n, "ben", &[NUT, FAR]);
    }
    f.label(3, "ana", &[BOLT, FAR]);
    f.label(3, "ben", &[BOLT, FAR]);
    f
}

fn again(f: &Fixture, n: usize, annotator: &str, things: &[Thing]) {
    let key = LabelSetKey { sample: id(n), annotator: annotator.to_owned() };
    let object = |(i, (x, class, _)): (usize, &Thing)| {
        let bbox = concord_geometry::BBox::new(*x, 0.0, x + 10.0, 10.0).expect("a box");
        concord_domain::object::Object::new(concord_domain::object::ObjectId(format!("again-{i}")), bbox, *class)
    };
    let labels = Labels { objects: things.iter().enumerate().map(object).collect(), ..Labels::default() };
    let (stamp, source) = (f.versions.stamp.clone(), "file".to_owned());
    f.commit(Decision::LabelsImported { key, revision: 2, stamp, labels, source });
}

#[test]
fn a_campaign_is_labelled_from_nothing_and_tells_what_it_changed() {
    let f = disputed();
    let begun = start(&f.desk, &options(Some(("nut", "bolt")), 3)).expect("people disagree");
    assert_eq!((begun.tasks, begun.done, begun.samples), (6, 0, 0));
    assert_eq!((begun.before, begun.kappa_cls_change.reason()), (None, Some(concord_metrics::Reason::Empty)));
    let error = start(&f.desk, &options(None, 3)).expect_err("the name is taken").to_string();
    assert!(error.contains("there is a campaign bolts or nuts already"), "{error}");
    // Each finds the samples first, empty and without suggestions.
    let queue = f.queue_of("ana", NOW);
    let first: BTreeSet<&str> = names(&queue)[..3].iter().copied().collect();
    assert_eq!(first, BTreeSet::from(["000", "001", "002"]));
    assert!(queue.items[..3].iter().all(|item| item.withholds_suggestions));
    assert_eq!(queue.items[0].reasons[0].to_string(), "campaign bolts or nuts: the guideline says more now");
    let reader = f.desk.project.reader().expect("a reader");
    let key = LabelSetKey { sample: id(0), annotator: "ana".to_owned() };
    assert!(reader.label_set(&key).expect("read").expect("there").labels.objects.is_empty());
    assert!(reader.revision(&key, 1).expect("read").is_some_and(|old| old.labels.objects.len() == 2), "kept");
    // Two samples are agreed on now, on the third only ana is done.
    for n in 0..2 {
        again(&f, n, "ana", &[BOLT, FAR]);
        again(&f, n, "ben", &[BOLT, FAR]);
    }
    again(&f, 2, "ana", &[BOLT, FAR]);
    let told = report(&f.desk.project, "bolts or nuts", &AgreeOptions::default().metrics).expect("there");
    assert_eq!((told.tasks, told.done, told.samples), (6, 5, 2));
    let value = |figures: &Option<Figures>| figures.as_ref().and_then(|f| f.f1_cls.value());
    // Before: of two objects each, one with its class; after, both.
    assert_eq!((value(&told.before), value(&told.after)), (Some(0.5), Some(1.0)));
    // By hand: before, the table is bolt/nut 2 and nut/nut 2, so that chance alone agrees as much: κ 0; after it is 1.
    let kappa = |figures: &Option<Figures>| figures.as_ref().and_then(|f| f.kappa_cls.value());
    assert_eq!((kappa(&told.before), kappa(&told.after)), (Some(0.0), Some(1.0)));
    assert_eq!((told.kappa_cls_change.value(), told.f1_cls_change.value()), (Some(1.0), Some(0.5)));
    let interval = told.f1_cls_change.ci().expect("an interval");
    assert_eq!((interval.low, interval.high), (0.5, 0.5), "both samples changed alike");
    assert_eq!(names(&f.queue_of("ben", NOW))[0], "002");
}

#[test]
fn what_is_settled_or_agreed_on_is_not_drawn() {
    let f = disputed();
    let error = start(&f.desk, &options(Some(("bolt", "screw")), 3)).expect_err("nobody says screw").to_string();
    assert!(error.contains("nobody calls bolt"), "{error}");
    let error = start(&f.desk, &options(Some(("bolt", "gear")), 3)).expect_err("no such class").to_string();
    assert!(error.contains("there is no class \"gear\""), "{error}");
    let verdict = concord_domain::judgement::Verdict::Take { of: "ben".to_owned() };
    // The desk is ana's, so that somebody else has to settle it.
    let settle = |n| crate::review::settle_with(&f.desk, &id(n), &verdict, &f.versions);
    assert!(settle(0).expect_err("her own work").to_string().contains("own work"));
    let begun = start(&f.desk, &options(None, 1)).expect("three disputed ones");
    assert_eq!(begun.tasks, 2, "one sample of two people");
}
