//! Tests of the COCO writer: what was written reads back the same.

use concord_domain::object::Tier;
use concord_domain::sample::Provenance;
use concord_geometry::Rle;
use proptest::prelude::*;

use super::*;
use crate::coco::read_dataset;

fn object(corners: [f64; 4]) -> CocoObject {
    CocoObject {
        id: Some(1),
        image: 0,
        class: "bolt".to_owned(),
        bbox: BBox::try_from(corners).expect("a valid box"),
        area: None,
        iscrowd: false,
        score: None,
        subclass: None,
        tier: Tier::Sure,
        origin: None,
        attributes: std::collections::BTreeMap::new(),
        segmentation: None,
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

fn mask() -> impl Strategy<Value = Option<Rle>> {
    proptest::option::of(proptest::collection::vec(any::<bool>(), 20).prop_map(|bits| Rle::from_row_major(5, 4, &bits)))
}

prop_compose! {
    fn any_object()(
        corner in (-200.0..5000.0_f64, -200.0..5000.0_f64), width in side(), height in side(),
        area in proptest::option::of(0.0..1e6_f64), iscrowd in any::<bool>(),
        score in proptest::option::of(0.0..=1.0_f64), subclass in proptest::option::of("[a-zé ]{1,8}"),
        tier in 0..3_usize, origin in proptest::option::of("[a-z]{1,9}"),
        attributes in proptest::collection::btree_map("x.{0,6}", attribute(), 0..4),
        segmentation in mask(), image in 0..2_usize, class in 0..2_usize,
    ) -> CocoObject {
        let bbox = BBox::from_xywh(corner.0, corner.1, width, height).expect("a valid box");
        let class = ["bolt", "nut \"x\""][class].to_owned();
        let tier = Tier::ALL[tier];
        let place = String::new();
        CocoObject {
            id: None, image, class, bbox, area, iscrowd, score, subclass, tier, origin, attributes, segmentation, place,
        }
    }
}

fn any_dataset() -> impl Strategy<Value = CocoDataset> {
    (proptest::collection::vec(any_object(), 0..8), "\\PC{1,12}").prop_map(|(objects, text)| {
        let image = |name: &str| CocoImage {
            id: 0,
            file_name: name.to_owned(),
            width: 5,
            height: 4,
            sample: Some("ab".to_owned()),
            provenance: Some(Provenance::Rendered),
            metadata: [("camera".to_owned(), text.clone())].into(),
        };
        let images = vec![image("dir/a.jpg"), image("é b.png")];
        let classes = vec!["bolt".to_owned(), "nut \"x\"".to_owned()];
        let class_of_category = [(1, 0), (2, 1)].into();
        let mut dataset = CocoDataset { images, objects, classes, class_of_category, ..CocoDataset::default() };
        dataset.renumber();
        dataset
    })
}

proptest! {
    #[test]
    fn reading_what_was_written_gives_the_same(mut dataset in any_dataset()) {
        let text = write(&dataset).text;
        let read = read_dataset("x", text.as_bytes()).expect("what was written can be read");
        prop_assert_eq!(&read.problems, &vec![]);
        for (index, object) in dataset.objects.iter_mut().enumerate() {
            object.place = format!("annotations[{index}] (id {})", index + 1);
            if object.area.is_none() {
                let [_, _, width, height] = extent(&object.bbox);
                object.area = Some(object.segmentation.as_ref().map_or(width * height, |m| m.area_px() as f64));
            }
        }
        prop_assert_eq!(&read, &dataset);
        prop_assert_eq!(write(&read).text, text);
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
}
