//! Tests of the COCO writer: what was written reads back the same.

use concord_domain::object::Tier;
use concord_domain::sample::Provenance;
use concord_geometry::{
    Ellipse, GeometryKind, Keypoint, Keypoints, Mask, Point, Polygon, Polyline, Rle, RotatedBox, Visibility,
};
use proptest::prelude::*;

use super::*;
use crate::coco::read_dataset;

fn object(corners: [f64; 4]) -> CocoObject {
    CocoObject {
        id: Some(1),
        image: 0,
        class: "bolt".to_owned(),
        geometry: BBox::try_from(corners).expect("a valid box").into(),
        file_bbox: None,
        area: None,
        iscrowd: false,
        score: None,
        subclass: None,
        tier: Tier::Sure,
        origin: None,
        attributes: std::collections::BTreeMap::new(),
        group: None,
        place: String::new(),
    }
}

fn dataset(objects: Vec<CocoObject>) -> CocoDataset {
    let image = CocoImage { id: 1, file_name: "a.jpg".to_owned(), width: 640, height: 480, ..CocoImage::default() };
    CocoDataset { images: vec![image], objects, classes: vec!["bolt".to_owned()], ..CocoDataset::default() }
}

fn write(dataset: &CocoDataset) -> CocoText {
    write_dataset(dataset, &CocoInfo::default()).expect("a valid dataset")
}

#[test]
fn the_text_is_that_of_the_format() {
    let mut one = object([100.25, 50.5, 300.75, 200.0]);
    one.subclass = Some("hex".to_owned());
    one.attributes.insert("bent".to_owned(), AttributeValue::Flag(true));
    let text = write(&dataset(vec![one])).text;
    let expect = concat!(
        r#"{"info":{"description":"","version":""},"#,
        "\n",
        r#""licenses":[],"#,
        "\n",
        r#""images":["#,
        "\n",
        r#"{"id":1,"width":640,"height":480,"file_name":"a.jpg"}],"#,
        "\n",
        r#""annotations":["#,
        "\n",
        r#"{"id":1,"image_id":1,"category_id":1,"bbox":[100.25,50.5,200.5,149.5],"area":29974.75,"iscrowd":0,"#,
        r#""attributes":{"bent":true,"subclass":"hex","tier":"sure"}}],"#,
        "\n",
        r#""categories":["#,
        "\n",
        r#"{"id":1,"name":"bolt","supercategory":""}]}"#,
        "\n",
    );
    assert_eq!(text, expect);
}

#[test]
fn what_cannot_be_written_is_refused_or_named() {
    let refuse = |change: fn(&mut CocoDataset), expect: &str| {
        let mut data = dataset(vec![object([0.0, 0.0, 1.0, 1.0])]);
        change(&mut data);
        let error = write_dataset(&data, &CocoInfo::default()).expect_err(expect).to_string();
        assert!(error.contains(expect), "{error}");
    };
    refuse(|d| d.images[0].id = 0, "image id 0");
    refuse(|d| d.objects.push(d.objects[0].clone()), "object id 1");
    refuse(|d| d.objects[0].image = 5, "an image that is not there");
    refuse(|d| d.classes.clear(), "a class that is not there");
    refuse(|d| d.classes.push("bolt".to_owned()), "stands twice");
    let relation = |to| CocoRelation { from: 0, kind: "on".to_owned(), to };
    let mut data = dataset(vec![object([0.0, 0.0, 1.0, 1.0])]);
    data.relations.insert(relation(3));
    let refused = |data: &CocoDataset| write_dataset(data, &CocoInfo::default()).expect_err("refused").to_string();
    assert!(refused(&data).contains("the relation \"on\" ties objects [0] and [3] of no one image"));
    data.relations = [relation(0)].into();
    let ends = ["head", "tail"].map(str::to_owned);
    let skeleton = CocoSkeleton { points: vec!["head".to_owned()], links: vec![ends] };
    data.skeletons.insert("bolt".to_owned(), skeleton);
    assert!(refused(&data).contains("the skeleton of bolt joins a point that it lacks"));
    let mut misfit = object([0.0, 0.0, 1.0, 1.0]);
    misfit.geometry = Geometry::Mask(Mask::new(Rle::from_row_major(1, 1, &[true])).expect("foreground"));
    let written = write(&dataset(vec![misfit]));
    assert_eq!(written.losses[0].cause, "its mask is 1 × 1 px and the image 640 × 480 px");
    assert!(!written.text.contains("segmentation"));
    let mut odd = object([0.0, 0.0, 1.0, 1.0]);
    odd.attributes.insert("tier".to_owned(), AttributeValue::Flag(true));
    odd.attributes.insert("depth".to_owned(), AttributeValue::Number(f64::NAN));
    let written = write(&dataset(vec![odd]));
    assert_eq!(written.losses.len(), 2);
    assert!(!written.text.contains("depth"));
}

fn side() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..5000.0_f64, (0..500_000_u32).prop_map(|n| f64::from(n) / 100.0), Just(0.0)]
}

fn attribute() -> impl Strategy<Value = AttributeValue> {
    prop_oneof![
        any::<bool>().prop_map(AttributeValue::Flag),
        (-1e12..1e12_f64).prop_map(AttributeValue::Number),
        ".*".prop_map(AttributeValue::Text),
    ]
}

fn point() -> impl Strategy<Value = Point> {
    // Whole numbers often, so that rings touch, repeat points and lie in one another.
    let value = || prop_oneof![-200.0..5000.0_f64, (-2..9_i32).prop_map(f64::from)];
    (value(), value()).prop_map(|(x, y)| Point::new(x, y))
}

fn points(least: usize) -> impl Strategy<Value = Vec<Point>> {
    proptest::collection::vec(point(), least..least + 4)
}

fn mask() -> impl Strategy<Value = Geometry> {
    proptest::collection::vec(any::<bool>(), 20).prop_filter_map("a mask has foreground", |bits| {
        Mask::new(Rle::from_row_major(5, 4, &bits)).ok().map(Geometry::Mask)
    })
}

fn keypoints() -> impl Strategy<Value = Geometry> {
    let keypoint = (point(), 0..3_usize).prop_map(|(at, v)| Keypoint { at, visibility: Visibility::ALL[v] });
    proptest::collection::vec(keypoint, 1..4)
        .prop_filter_map("one has a place", |points| Keypoints::new(points).ok().map(Geometry::Keypoints))
}

/// A frame of two rings: a hole when the second is small, two parts that overlap or lie apart when it is shifted.
fn frame() -> impl Strategy<Value = Geometry> {
    (0.0..9.0_f64, 0.0..9.0_f64).prop_map(|(at, side)| {
        let square = |at: f64, side: f64| BBox::from_xywh(at, at, side, side).expect("a box").corners().to_vec();
        Geometry::Polygon(Polygon::new(vec![square(0.0, 6.0), square(at, side)]).expect("a polygon"))
    })
}

fn geometry() -> impl Strategy<Value = Geometry> {
    let turned = || (point(), side(), side(), 0.0..360.0_f64);
    prop_oneof![
        (point(), side(), side()).prop_map(|(p, w, h)| BBox::from_xywh(p.x, p.y, w, h).expect("a valid box").into()),
        turned().prop_map(|(c, w, h, d)| Geometry::RotatedBox(RotatedBox::new(c, w, h, d).expect("a box"))),
        turned().prop_map(|(c, a, b, d)| Geometry::Ellipse(Ellipse::new(c, a, b, d).expect("an ellipse"))),
        proptest::collection::vec(points(3), 1..4)
            .prop_map(|rings| Geometry::Polygon(Polygon::new(rings).expect("a polygon"))),
        frame(),
        points(2).prop_map(|line| Geometry::Polyline(Polyline::new(line).expect("a line"))),
        mask(),
        keypoints(),
    ]
}

prop_compose! {
    fn any_object()(
        geometry in geometry(), area in proptest::option::of(0.0..1e6_f64), iscrowd in any::<bool>(),
        score in proptest::option::of(0.0..=1.0_f64), subclass in proptest::option::of("[a-zé ]{1,8}"),
        tier in 0..3_usize, origin in proptest::option::of("[a-z]{1,9}"),
        attributes in proptest::collection::btree_map("x.{0,6}", attribute(), 0..4),
        group in proptest::option::of("\\PC{1,4}"), image in 0..2_usize, class in 0..2_usize,
    ) -> CocoObject {
        let class = ["bolt", "nut \"x\""][class].to_owned();
        let tier = Tier::ALL[tier];
        let (file_bbox, place) = (None, String::new());
        CocoObject {
            id: None, image, class, geometry, file_bbox, area, iscrowd, score, subclass, tier, origin, attributes, group,
            place,
        }
    }
}

/// Relations between objects of one image, out of arbitrary pairs.
fn relations(objects: &[CocoObject], pairs: &[(usize, usize)]) -> BTreeSet<CocoRelation> {
    let is_of_one_image =
        |from: usize, to: usize| objects.get(from).zip(objects.get(to)).is_some_and(|(a, b)| a.image == b.image);
    let pairs = pairs.iter().filter(|(from, to)| is_of_one_image(*from, *to));
    pairs.map(|(from, to)| CocoRelation { from: *from, kind: "on \"top\"".to_owned(), to: *to }).collect()
}

fn any_dataset() -> impl Strategy<Value = CocoDataset> {
    let pairs = proptest::collection::vec((0..8_usize, 0..8_usize), 0..4);
    (proptest::collection::vec(any_object(), 0..8), pairs, "\\PC{1,12}").prop_map(|(objects, pairs, text)| {
        let image = |name: &str| CocoImage {
            id: 0,
            file_name: name.to_owned(),
            width: 5,
            height: 4,
            sample: Some("ab".to_owned()),
            provenance: Some(Provenance::Rendered),
            metadata: [("camera".to_owned(), text.clone())].into(),
            tags: [text.clone(), "wet".to_owned()].into(),
            confirmed_empty: pairs.is_empty(),
        };
        let images = vec![image("dir/a.jpg"), image("é b.png")];
        let classes = vec!["bolt".to_owned(), "nut \"x\"".to_owned()];
        let class_of_category = [(1, 0), (2, 1)].into();
        let points = ["head", "tail"].map(str::to_owned);
        let skeleton = CocoSkeleton { points: points.to_vec(), links: vec![points] };
        let skeletons = [("bolt".to_owned(), skeleton)].into();
        let relations = relations(&objects, &pairs);
        let problems = vec![];
        let mut dataset = CocoDataset { images, objects, classes, class_of_category, skeletons, relations, problems };
        dataset.renumber();
        dataset
    })
}

/// The area that COCO's size ranges go by: of the region, or of the box for what covers none.
fn area_of(geometry: &Geometry) -> f64 {
    if geometry.kind().is_region() && geometry.kind() != GeometryKind::Box {
        return geometry.area_px();
    }
    let [_, _, width, height] = extent(&geometry.bounds());
    width * height
}

proptest! {
    #[test]
    fn reading_what_was_written_gives_the_same(mut dataset in any_dataset()) {
        let written = write(&dataset);
        let read = read_dataset("x", written.text.as_bytes()).expect("what was written can be read");
        prop_assert_eq!((&read.problems, written.losses), (&vec![], vec![]));
        for (index, object) in dataset.objects.iter_mut().enumerate() {
            object.place = format!("annotations[{index}] (id {})", index + 1);
            let area = area_of(&object.geometry);
            object.area.get_or_insert(area);
        }
        prop_assert_eq!(&read, &dataset);
        prop_assert_eq!(write(&read).text, written.text);
    }

    #[test]
    fn a_box_that_is_not_the_bounds_comes_back(inner in geometry(), margin in 0.01..0.9_f64) {
        let mut one = object([0.0, 0.0, 1.0, 1.0]);
        let b = inner.bounds();
        let outer = BBox::new(b.x1() - margin, b.y1() - margin, b.x2() + margin, b.y2() + margin).expect("a box");
        one.geometry = inner;
        one.file_bbox = Some(outer);
        let mut data = dataset(vec![one]);
        (data.images[0].width, data.images[0].height) = (5, 4);
        let text = write(&data).text;
        let read = read_dataset("x", text.as_bytes()).expect("what was written can be read");
        if data.objects[0].geometry.kind() == GeometryKind::Box {
            // The one box that a box has is the file's.
            prop_assert_eq!(read.objects[0].geometry.kind(), GeometryKind::Box);
        } else {
            prop_assert_eq!(&read.objects[0].geometry, &data.objects[0].geometry);
            let found = read.objects[0].file_bbox.expect("another box");
            prop_assert!((found.x1() - outer.x1()).abs() < 1e-9 && (found.y2() - outer.y2()).abs() < 1e-9);
        }
        prop_assert_eq!(write(&read).text, text);
    }

    #[test]
    fn any_geometry_outlives_a_box_elsewhere(meant in geometry(), away in 2.0..50.0_f64) {
        let mut one = object([0.0, 0.0, 1.0, 1.0]);
        one.file_bbox = Some(meant.bounds().moved(away, 0.0));
        one.geometry = meant;
        let mut data = dataset(vec![one]);
        (data.images[0].width, data.images[0].height) = (5, 4);
        let read = read_dataset("x", write(&data).text.as_bytes()).expect("what was written can be read");
        prop_assert_eq!(&read.problems, &vec![]);
        let meant = &data.objects[0].geometry;
        prop_assert!(meant.kind() == GeometryKind::Box || read.objects[0].geometry == *meant);
    }

    #[test]
    fn any_corners_come_back_to_the_last_bit_or_its_neighbour(
        x1 in -1e5..1e5_f64, y1 in -1e5..1e5_f64, width in 0.0..1e5_f64, height in 0.0..1e5_f64,
    ) {
        let bbox = BBox::new(x1, y1, x1 + width, y1 + height).expect("a valid box");
        let [x, y, w, h] = extent(&bbox);
        prop_assert!((x + w - bbox.x2()).abs() <= (bbox.x2().abs() + w) * f64::EPSILON);
        prop_assert!((y + h - bbox.y2()).abs() <= (bbox.y2().abs() + h) * f64::EPSILON);
    }

    #[test]
    fn a_file_with_any_value_changed_is_read_and_written_without_a_panic(
        dataset in any_dataset(), edits in proptest::collection::vec((any::<u16>(), 0..EDITS.len()), 1..6),
    ) {
        let mut file: Value = serde_json::from_str(&write(&dataset).text).expect("what was written is JSON");
        for (place, edit) in edits {
            mutate(&mut file, place as usize, EDITS[edit]);
        }
        let Ok(mut read) = read_dataset("x", file.to_string().as_bytes()) else { return Ok(()) };
        read.renumber();
        let Ok(once) = write_dataset(&read, &CocoInfo::default()) else { return Ok(()) };
        let again = read_dataset("x", once.text.as_bytes()).expect("what was written can be read");
        let sizes = |cause: &str| cause.ends_with("the size counts as unknown");
        prop_assert!(again.problems.iter().all(|p| sizes(&p.cause)), "{:?}", again.problems);
        prop_assert_eq!(write(&again).text, once.text);
    }
}

/// What a value becomes; "drop" takes it away, "twin" sets it into a list twice.
const EDITS: [&str; 14] =
    ["null", "\"\"", "\"x\"", "[]", "{}", "[[]]", "-1", "0", "3", "1e308", "0.5", "true", "drop", "twin"];

/// Changes one value of a document, the `place`-th in order modulo their number.
fn mutate(file: &mut Value, place: usize, edit: &str) {
    let total = count(file);
    let mut left = place % total;
    let mut at = file;
    // Down to the parent of the value, counting those that are passed over.
    loop {
        let Some(children) = children(at) else { return };
        let mut next = None;
        for (key, size) in children {
            if left < size {
                next = Some(key);
                break;
            }
            left -= size;
        }
        let Some(key) = next else { return };
        if left == 0 {
            return change(at, key, edit);
        }
        left -= 1;
        match child(at, key) {
            Some(inner) => at = inner,
            None => return,
        }
    }
}

/// Number of values in a document, itself left out.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(list) => list.iter().map(|v| 1 + count(v)).sum(),
        Value::Object(map) => map.values().map(|v| 1 + count(v)).sum(),
        _ => 0,
    }
}

/// The position and size of each child.
fn children(value: &Value) -> Option<Vec<(usize, usize)>> {
    let sizes: Vec<usize> = match value {
        Value::Array(list) => list.iter().map(|v| 1 + count(v)).collect(),
        Value::Object(map) => map.values().map(|v| 1 + count(v)).collect(),
        _ => return None,
    };
    Some(sizes.into_iter().enumerate().collect())
}

fn child(value: &mut Value, index: usize) -> Option<&mut Value> {
    match value {
        Value::Array(list) => list.get_mut(index),
        Value::Object(map) => map.values_mut().nth(index),
        _ => None,
    }
}

fn change(parent: &mut Value, index: usize, edit: &str) {
    if edit == "drop" {
        match parent {
            Value::Array(list) => drop(list.remove(index)),
            Value::Object(map) => {
                let key = map.keys().nth(index).cloned();
                key.and_then(|key| map.remove(&key));
            }
            _ => {}
        }
        return;
    }
    if let Some(value) = child(parent, index) {
        *value = match edit {
            "twin" => Value::Array(vec![value.clone(), value.clone()]),
            other => serde_json::from_str(other).expect("an edit is JSON"),
        };
    }
}
