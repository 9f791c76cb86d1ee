//! A checker that follows changes says what a check of the whole says; duplicates are those that comparing every pair
//! finds.

use concord_geometry::{BBox, Geometry, Polygon, Polyline};
use proptest::prelude::*;

use super::*;
use crate::edit::{Arrange, Edit, resolve};
use crate::label_set::Relation;
use crate::object::{AttributeValue, Object};

const ONTOLOGY: &str = "
    name = 'belt'
    version = 1
    [[class]]
    name = 'bolt'
    [[class]]
    name = 'nut'
    [[attribute]]
    name = 'truncated'
    kind = 'flag'
    [[relation]]
    name = 'part of'
    from = ['bolt']
    to = ['nut']
";

const RULES: &str = "
    name = 'p'
    version = 1
    [rules]
    min_side_px = 6.0
    duplicate_iou = 0.4
    edge_truncated = true
    max_count = { bolt = 3, '*' = 6 }
    excludes = [['bolt', 'nut']]
    confirm_empty = true
";

const IMAGE: Size = Size::new(60, 60);

fn rulebook() -> Arc<Rulebook> {
    let ontology = Ontology::from_toml(ONTOLOGY).expect("a valid ontology");
    let policy = Policy::from_toml(RULES, "").expect("a valid policy");
    Arc::new(Rulebook::new(&ontology, &policy))
}

/// A geometry of one of four kinds on a coarse grid, so that many are alike.
fn any_geometry() -> impl Strategy<Value = Geometry> {
    (0u8..4, -1i32..6, -1i32..6, 1i32..4).prop_map(|(kind, x, y, size)| {
        let [x, y, size] = [x, y, size].map(|n| f64::from(n) * 10.0);
        let bbox = BBox::new(x, y, x + size, y + size - f64::from(kind)).expect("a valid box");
        match kind {
            0 | 1 => Geometry::Box(bbox),
            2 => Geometry::Polygon(Polygon::from_ring(bbox.corners().to_vec()).expect("a polygon")),
            _ => Geometry::Polyline(Polyline::new(bbox.corners().to_vec()).expect("a line")),
        }
    })
}

fn edit(kind: u8, pick: usize, geometry: Geometry, labels: &Labels) -> Edit {
    let all: Vec<ObjectId> = labels.objects.iter().map(|o| o.id.clone()).collect();
    let nobody = || ObjectId("nobody".to_owned());
    let one = all.get(pick % all.len().max(1)).cloned().unwrap_or_else(nobody);
    let next = all.get((pick + 1) % all.len().max(1)).cloned().unwrap_or_else(nobody);
    let class = |nut: bool| if nut { "nut" } else { "bolt" }.to_owned();
    let tie = Relation { from: one.clone(), kind: "part of".to_owned(), to: next };
    match kind {
        0 => Edit::Delete(vec![one]),
        1 => Edit::Delete(all.into_iter().skip(pick).collect()),
        2 => Edit::Reshape(vec![(one, geometry)]),
        3 => Edit::Reshape(all.into_iter().map(|id| (id, geometry.clone())).collect()),
        4 => Edit::SetClass(vec![one], class(pick.is_multiple_of(2))),
        5 => Edit::SetAttribute(vec![one], "truncated".to_owned(), Some(AttributeValue::Flag(true))),
        6 => Edit::Arrange(vec![one], if pick.is_multiple_of(2) { Arrange::ToBack } else { Arrange::ToFront }),
        7 => Edit::Paste(labels.objects.iter().take(pick).cloned().collect(), 1.0),
        8 => Edit::Tag("night".to_owned(), pick.is_multiple_of(2)),
        9 => Edit::Relate(tie),
        10 => Edit::Unrelate(tie),
        11 => Edit::ConfirmEmpty(pick.is_multiple_of(2)),
        _ => Edit::Draw { geometry, class: class(pick.is_multiple_of(3)) },
    }
}

proptest! {
    #[test]
    fn incremental_findings_equal_those_of_the_whole(
        script in prop::collection::vec((0u8..18, 0usize..9, any_geometry(), any::<bool>()), 1..40),
    ) {
        let (book, mut labels, mut next) = (rulebook(), Labels::default(), 0);
        let mut next_id = || {
            next += 1;
            // Ids whose order is not that in which they are given.
            ObjectId(format!("o{}", next * 37 % 101))
        };
        let mut checker = Checker::new(&labels, IMAGE, Arc::clone(&book));
        for (kind, pick, geometry, is_undone) in script {
            let edit = edit(kind, pick, geometry, &labels);
            let Some(change) = resolve(&edit, &labels, book.ontology(), &mut next_id) else { continue };
            // Undone, done again: the checker follows the inverse as it follows the change.
            let steps = if is_undone { vec![change.clone(), change.inverse(), change] } else { vec![change] };
            for step in steps {
                step.apply(&mut labels).expect("it fits");
                checker.apply(&step, &labels);
                prop_assert_eq!(checker.findings(&labels), book.findings(&labels, IMAGE));
            }
        }
    }

    /// The neighbour search finds exactly the duplicates that comparing every pair finds.
    #[test]
    fn duplicates_are_those_of_comparing_every_pair(
        corners in prop::collection::vec((0.0..60.0f64, 0.0..60.0f64, 1.0..30.0f64, 1.0..30.0f64), 0..40),
        threshold in 0.05..1.0f64,
    ) {
        let ontology = Ontology::from_toml(ONTOLOGY).expect("a valid ontology");
        let mut policy = Policy::first("p");
        policy.rules.duplicate_iou = threshold;
        let boxes = corners.iter().map(|(x, y, w, h)| BBox::new(*x, *y, x + w, y + h).expect("a valid box"));
        let boxes: Vec<BBox> = boxes.collect();
        let objects = boxes.iter().enumerate().map(|(n, b)| Object::new(ObjectId(n.to_string()), *b, "bolt"));
        let labels = Labels { objects: objects.collect(), ..Labels::default() };
        let twins = (0..boxes.len()).filter(|&i| boxes[..i].iter().any(|b| b.iou(&boxes[i]) > threshold));
        let expect: Vec<Option<ObjectId>> = twins.map(|n| Some(ObjectId(n.to_string()))).collect();
        let found = findings(&labels, Size::new(200, 200), &ontology, &policy);
        let found: Vec<_> = found.into_iter().filter(|f| f.code == Code::Duplicate).map(|f| f.object).collect();
        prop_assert_eq!(found, expect);
    }
}

#[test]
fn a_change_that_the_labels_did_not_go_through_leads_to_a_check_of_the_whole() {
    let object = |id: &str, x: f64| {
        let bbox = BBox::new(x, 20.0, x + 3.0, 40.0).expect("a valid box");
        Object::new(ObjectId(id.to_owned()), bbox, "bolt")
    };
    let book = rulebook();
    let mut checker = Checker::new(&Labels::default(), IMAGE, Arc::clone(&book));
    let labels = Labels { objects: vec![object("a", 20.0), object("b", 30.0)], ..Labels::default() };
    checker.apply(&Change::Insert { index: 0, object: object("b", 30.0) }, &labels);
    assert_eq!(checker.findings(&labels), book.findings(&labels, IMAGE));
    assert_eq!(checker.findings(&labels).len(), 2);
    checker.apply(&Change::Remove { index: 1, object: object("a", 20.0) }, &labels);
    assert_eq!(checker.findings(&labels), book.findings(&labels, IMAGE));
}
