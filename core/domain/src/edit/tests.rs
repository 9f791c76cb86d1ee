//! What each edit makes of a label set, and that any of them can be taken back.

use concord_geometry::BBox;
use proptest::prelude::*;

use super::*;
use crate::object::SuggestionId;
use crate::rejection::RejectReason;
use crate::suggestion::Prediction;

fn ontology() -> Ontology {
    Ontology::from_toml(
        "name = 'b'\nversion = 1\n[[class]]\nname = 'bolt'\nsubclasses = ['hex']\n[[class]]\nname = 'nut'\n\
         [[attribute]]\nname = 'damaged'\nkind = 'flag'\ndefault = false",
    )
    .expect("a valid ontology")
}

fn suggestion(index: u32) -> Suggestion {
    let bbox = BBox::new(1.0, 1.0, 9.0, 9.0).expect("a valid box");
    let prediction = Prediction::new(bbox, "bolt", 0.5);
    Suggestion { id: SuggestionId { run: "r".to_owned(), index }, prediction }
}

fn ids() -> impl FnMut() -> ObjectId {
    let mut next = 0;
    move || {
        next += 1;
        ObjectId(format!("o{next}"))
    }
}

#[test]
fn an_accepted_suggestion_remembers_that_it_was_edited() {
    let (ontology, mut next_id, mut labels) = (ontology(), ids(), Labels::default());
    let mut perform = |edit: Edit, labels: &mut Labels| {
        let change = resolve(&edit, labels, &ontology, &mut next_id).expect("something to do");
        change.apply(labels).expect("it fits");
    };
    perform(Edit::Accept(vec![suggestion(0)]), &mut labels);
    assert!(matches!(labels.objects[0].origin, Origin::Suggestion { edited: false, .. }));
    let bbox = BBox::new(1.0, 1.0, 8.0, 9.0).expect("a valid box");
    perform(Edit::Reshape(vec![(labels.objects[0].id.clone(), bbox.into())]), &mut labels);
    assert!(matches!(labels.objects[0].origin, Origin::Suggestion { edited: true, .. }));
}

#[test]
fn what_a_model_made_of_a_prompt_is_told_from_what_was_drawn() {
    let (ontology, mut next_id, mut labels) = (ontology(), ids(), Labels::default());
    let mut perform = |edit: Edit, labels: &mut Labels| {
        let change = resolve(&edit, labels, &ontology, &mut next_id).expect("something to do");
        change.apply(labels).expect("it fits");
    };
    let bbox = |x2: f64| Geometry::Box(BBox::new(1.0, 1.0, x2, 9.0).expect("a valid box"));
    let by = |score: f64| PromptedBy { model: "sam".to_owned(), model_sha256: "ab".repeat(32), score };
    let segment = |object: Option<&str>, x2: f64, score: f64| Edit::Segment {
        object: object.map(|id| ObjectId(id.to_owned())),
        class: "bolt".to_owned(),
        geometry: bbox(x2),
        by: by(score),
    };
    perform(segment(None, 9.0, 0.5), &mut labels);
    let object = labels.objects[0].clone();
    assert_eq!((object.class.as_str(), &object.geometry), ("bolt", &bbox(9.0)));
    assert_eq!(object.origin, Origin::Prompted { by: by(0.5), edited: false });
    assert_eq!(object.attributes.get("damaged"), Some(&AttributeValue::Flag(false)), "defaults as of any new object");
    let text = serde_json::to_string(&object).expect("it can be written");
    assert_eq!(serde_json::from_str::<Object>(&text).expect("it can be read"), object);
    // The class is the person's in any case; the geometry no longer is the model's.
    perform(Edit::SetClass(vec![object.id.clone()], "nut".to_owned()), &mut labels);
    assert!(matches!(labels.objects[0].origin, Origin::Prompted { edited: false, .. }));
    perform(Edit::Reshape(vec![(object.id.clone(), bbox(8.0))]), &mut labels);
    assert!(matches!(labels.objects[0].origin, Origin::Prompted { edited: true, .. }));
    perform(segment(Some("o1"), 7.0, 0.9), &mut labels);
    assert_eq!(labels.objects[0].origin, Origin::Prompted { by: by(0.9), edited: false });
    assert_eq!((labels.objects.len(), labels.objects[0].class.as_str()), (1, "nut"));

    // A suggestion stays one, so that it is not suggested again.
    perform(Edit::Accept(vec![suggestion(0)]), &mut labels);
    perform(segment(Some("o2"), 5.0, 0.9), &mut labels);
    assert!(matches!(labels.objects[1].origin, Origin::Suggestion { edited: true, .. }));
    perform(Edit::Draw { geometry: bbox(6.0), class: "nut".to_owned() }, &mut labels);
    perform(segment(Some("o3"), 5.0, 0.7), &mut labels);
    assert_eq!(labels.objects[2].origin, Origin::Prompted { by: by(0.7), edited: false });
    assert_eq!(resolve(&segment(Some("gone"), 5.0, 0.7), &labels, &ontology, &mut ids()), None);
}

#[test]
fn a_suggestion_is_settled_once() {
    let (ontology, mut next_id, mut labels) = (ontology(), ids(), Labels::default());
    let accept = Edit::Accept(vec![suggestion(0)]);
    resolve(&accept, &labels, &ontology, &mut next_id).expect("new").apply(&mut labels).expect("it fits");
    assert_eq!(resolve(&accept, &labels, &ontology, &mut next_id), None);
    assert_eq!(resolve(&Edit::Reject(suggestion(0), None), &labels, &ontology, &mut next_id), None);
}

#[test]
fn another_class_drops_what_does_not_belong_to_it() {
    let (ontology, mut next_id, mut labels) = (ontology(), ids(), Labels::default());
    let bbox = BBox::new(1.0, 1.0, 9.0, 9.0).expect("a valid box");
    for edit in [
        Edit::Draw { geometry: bbox.into(), class: "bolt".to_owned() },
        Edit::SetSubclass(vec![ObjectId("o1".to_owned())], Some("hex".to_owned())),
        Edit::SetClass(vec![ObjectId("o1".to_owned())], "nut".to_owned()),
    ] {
        resolve(&edit, &labels, &ontology, &mut next_id).expect("to do").apply(&mut labels).expect("it fits");
    }
    assert_eq!((labels.objects[0].class.as_str(), &labels.objects[0].subclass), ("nut", &None));
    assert_eq!(labels.objects[0].attributes.get("damaged"), Some(&AttributeValue::Flag(false)));
}

#[test]
fn pieces_are_objects_like_the_whole_just_above_it() {
    let (ontology, mut next_id) = (ontology(), ids());
    let bbox = |x: f64| BBox::new(x, 1.0, x + 8.0, 9.0).expect("a valid box");
    let object = |name: &str| Object {
        subclass: Some("hex".to_owned()),
        attributes: [("damaged".to_owned(), AttributeValue::Flag(true))].into(),
        group: Some("g1".to_owned()),
        tier: Tier::Unsure,
        ..Object::new(ObjectId(name.to_owned()), bbox(0.0), "bolt")
    };
    let mut labels = Labels { objects: ["a", "b", "c"].map(object).to_vec(), ..Labels::default() };
    let pieces = |id: &str, xs: &[f64]| (ObjectId(id.to_owned()), xs.iter().map(|x| bbox(*x).into()).collect());
    let edit = Edit::Split(vec![pieces("c", &[5.0, 6.0]), pieces("nobody", &[1.0]), pieces("a", &[1.0, 2.0, 3.0])]);
    resolve(&edit, &labels, &ontology, &mut next_id).expect("to do").apply(&mut labels).expect("it fits");
    let found: Vec<(&str, f64)> = labels.objects.iter().map(|o| (o.id.0.as_str(), o.geometry.bounds().x1())).collect();
    assert_eq!(found, [("a", 1.0), ("o1", 2.0), ("o2", 3.0), ("b", 0.0), ("c", 5.0), ("o3", 6.0)]);
    for piece in &labels.objects {
        let Object { id, geometry, origin, .. } = piece.clone();
        assert_eq!(*piece, Object { id, geometry, origin, ..object("a") });
    }
    assert_eq!(labels.objects[5].origin, Origin::Copied { from: ObjectId("c".to_owned()) });
}

fn relation(labels: &Labels, pick: usize) -> Relation {
    let id = |place: usize| labels.objects.get(place).map_or(ObjectId("none".to_owned()), |o| o.id.clone());
    Relation { from: id(pick), kind: "part of".to_owned(), to: id(pick / 2) }
}

#[test]
fn objects_move_through_the_drawing_order_without_overtaking_one_another() {
    let ontology = ontology();
    let bbox = BBox::new(1.0, 1.0, 9.0, 9.0).expect("a valid box");
    let object = |name: char| Object::new(ObjectId(name.to_string()), bbox, "bolt");
    for (way, moved, expect) in [
        (Arrange::Forward, "bc", "adbce"),
        (Arrange::Forward, "de", "abcde"),
        (Arrange::Forward, "bd", "acbed"),
        (Arrange::Backward, "cd", "acdbe"),
        (Arrange::Backward, "ac", "acbde"),
        (Arrange::ToFront, "ac", "bdeac"),
        (Arrange::ToBack, "ec", "ceabd"),
    ] {
        let mut labels = Labels { objects: "abcde".chars().map(object).collect(), ..Labels::default() };
        let ids = moved.chars().map(|c| ObjectId(c.to_string())).collect();
        if let Some(change) = resolve(&Edit::Arrange(ids, way), &labels, &ontology, &mut self::ids()) {
            change.apply(&mut labels).expect("it fits");
        }
        let order: String = labels.objects.iter().map(|o| o.id.0.as_str()).collect();
        assert_eq!(order, expect, "{way:?} {moved}");
    }
}

#[test]
fn drawing_takes_back_that_nothing_is_here_and_deleting_unties() {
    let (ontology, mut next_id, mut labels) = (ontology(), ids(), Labels::default());
    let bbox = BBox::new(1.0, 1.0, 9.0, 9.0).expect("a valid box");
    let draw = Edit::Draw { geometry: bbox.into(), class: "bolt".to_owned() };
    let tie = |a: &str, b: &str| Relation {
        from: ObjectId(a.to_owned()),
        kind: "part of".to_owned(),
        to: ObjectId(b.to_owned()),
    };
    for edit in [Edit::ConfirmEmpty(true), draw.clone(), draw, Edit::Relate(tie("o1", "o2"))] {
        resolve(&edit, &labels, &ontology, &mut next_id).expect("to do").apply(&mut labels).expect("it fits");
    }
    assert!(!labels.confirmed_empty && labels.relations.len() == 1);
    assert_eq!(resolve(&Edit::Relate(tie("o1", "o1")), &labels, &ontology, &mut next_id), None);
    let delete = Edit::Delete(vec![ObjectId("o2".to_owned())]);
    resolve(&delete, &labels, &ontology, &mut next_id).expect("to do").apply(&mut labels).expect("it fits");
    assert_eq!((labels.objects.len(), labels.relations.len()), (1, 0));
}

fn any_edit() -> impl Strategy<Value = (u8, usize, f64)> {
    (0u8..19, 0usize..6, 0.0..50.0f64)
}

proptest! {
    /// Undoing every change in reverse gives the empty label set, and redoing them gives the last one again.
    #[test]
    fn every_edit_can_be_undone_and_redone(script in prop::collection::vec(any_edit(), 0..40)) {
        let (ontology, mut next_id, mut labels) = (ontology(), ids(), Labels::default());
        let ways = [Arrange::Forward, Arrange::Backward, Arrange::ToFront, Arrange::ToBack];
        let mut done = Vec::new();
        for (kind, pick, x) in script {
            let bbox = BBox::new(x, x, x + 10.0, x + 12.0).expect("a valid box");
            let id = labels.objects.get(pick).map_or(ObjectId("none".to_owned()), |o| o.id.clone());
            let all: Vec<ObjectId> = labels.objects.iter().map(|o| o.id.clone()).collect();
            let first = all.first().cloned();
            let edit = match kind {
                0 => Edit::Draw { geometry: bbox.into(), class: "bolt".to_owned() },
                1 if pick % 2 == 0 => Edit::Mirror(vec![(id, bbox.into())]),
                1 => Edit::Reshape(vec![(id, bbox.into())]),
                2 => Edit::Delete(vec![id]),
                3 => Edit::Delete(all),
                4 => Edit::SetClass(all, "nut".to_owned()),
                5 => Edit::SetTier(vec![id], Tier::Unsure),
                6 => Edit::Accept(vec![suggestion(pick as u32), suggestion(pick as u32 + 1)]),
                7 => Edit::Reject(suggestion(pick as u32), [None, Some(RejectReason::Spurious), Some(RejectReason::PoorBox)][pick % 3]),
                8 => Edit::Group(all.into_iter().skip(pick).collect()),
                9 => Edit::Ungroup(vec![id]),
                10 => Edit::Arrange(all.into_iter().skip(pick).step_by(2).collect(), ways[pick % 4]),
                11 => {
                    let pieces = vec![bbox.into(), bbox.moved(3.0, 0.0).into(), bbox.moved(0.0, 3.0).into()];
                    Edit::Split([id].into_iter().chain(first).map(|id| (id, pieces.clone())).collect())
                }
                12 => Edit::Join(all.into_iter().skip(pick).take(3).collect(), bbox.into()),
                13 => Edit::Tag("night".to_owned(), pick % 2 == 0),
                14 => Edit::Relate(relation(&labels, pick)),
                15 => Edit::Unrelate(relation(&labels, pick)),
                16 => Edit::ConfirmEmpty(pick % 2 == 0),
                17 => Edit::Classify(vec![id], "bolt".to_owned(), "hex".to_owned()),
                _ => Edit::Paste(labels.objects.iter().take(pick).cloned().collect(), x),
            };
            if let Some(change) = resolve(&edit, &labels, &ontology, &mut next_id) {
                change.apply(&mut labels).expect("a resolved change fits");
                done.push(change);
            }
        }
        let last = labels.clone();
        for change in done.iter().rev() {
            change.inverse().apply(&mut labels).expect("the inverse fits");
        }
        prop_assert_eq!(&labels, &Labels::default());
        for change in &done {
            change.apply(&mut labels).expect("redo fits");
        }
        prop_assert_eq!(labels, last);
    }
}
