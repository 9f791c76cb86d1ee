//! Tests against pycocotools: it finds in written files the regions that were meant.

use concord_geometry::{Rle, Size};
use serde_json::Value;

use super::*;
use crate::coco::{CocoSkeleton, read_dataset};

const IMAGE: Size = Size::new(40, 30);

/// A geometry and the area in pixels that `annToRLE` and `mask.area` of pycocotools 2.0.11 give for what is written.
const BY_PYCOCOTOOLS: [(&str, Option<u64>); 9] = [
    (r#"{"bbox":[3.0,4.0,12.5,9.0]}"#, None),
    (r#"{"polygon":[[2.5,3.0,20.25,1.5,24.0,18.75,6.5,22.0]]}"#, Some(325)),
    (r#"{"polygon":[[2.5,3.0,10.25,1.5,8.0,12.75],[21.0,4.5,35.0,6.0,30.5,27.25]]}"#, Some(190)),
    (r#"{"polygon":[[2.0,3.0,32.5,4.0,30.0,26.0,4.0,24.5],[10.0,10.0,20.0,9.5,18.0,20.0]]}"#, Some(567)),
    (r#"{"mask":{"size":[30,40],"counts":"i4a0=00000000FD2<8000000000000000000000000000000000000Y9"}}"#, Some(424)),
    (r#"{"ellipse":[20.0,15.0,9.0,5.0,30.0]}"#, Some(141)),
    (r#"{"rotated_box":[18.0,14.0,16.0,7.0,25.0]}"#, Some(114)),
    (r#"{"polyline":[1.0,1.0,9.5,3.0,20.0,28.0]}"#, None),
    (r#"{"keypoints":[4.0,5.5,2.0,0.0,0.0,0.0,30.0,21.0,1.0]}"#, None),
];

fn dataset() -> CocoDataset {
    let image = CocoImage { file_name: "a.jpg".to_owned(), width: 40, height: 30, ..CocoImage::default() };
    let object = |(text, _): &(&str, Option<u64>)| CocoObject {
        id: None,
        image: 0,
        class: "crab".to_owned(),
        geometry: serde_json::from_str(text).expect("a written geometry"),
        file_bbox: None,
        area: None,
        iscrowd: false,
        score: None,
        subclass: None,
        tier: concord_domain::object::Tier::Sure,
        origin: None,
        attributes: BTreeMap::new(),
        group: None,
        place: String::new(),
    };
    let [a, b, c] = ["head", "left", "right"].map(str::to_owned);
    let skeleton = CocoSkeleton { points: vec![a.clone(), b.clone(), c.clone()], links: vec![[a.clone(), b], [a, c]] };
    let mut dataset = CocoDataset {
        images: vec![image],
        objects: BY_PYCOCOTOOLS.iter().map(object).collect(),
        classes: vec!["crab".to_owned()],
        skeletons: [("crab".to_owned(), skeleton)].into(),
        ..CocoDataset::default()
    };
    dataset.renumber();
    dataset
}

/// The pixels of a segmentation as the COCO tools take it.
fn pixels(segmentation: &Value) -> Rle {
    if segmentation.is_object() {
        return serde_json::from_value(segmentation.clone()).expect("run lengths");
    }
    let rings: Vec<Vec<f64>> = serde_json::from_value(segmentation.clone()).expect("rings");
    let masks = rings.iter().map(|ring| Rle::of_coco_ring(ring, IMAGE));
    masks.reduce(|a, b| a.union(&b).expect("masks of one image")).expect("a ring")
}

#[test]
fn pycocotools_finds_the_regions_in_written_files() {
    let text = write_dataset(&dataset(), &CocoInfo::default()).expect("a valid dataset").text;
    let file: Value = serde_json::from_str(&text).expect("JSON");
    for (row, (meant, expected)) in file["annotations"].as_array().expect("a list").iter().zip(BY_PYCOCOTOOLS) {
        let found = row.get("segmentation").map(|s| pixels(s).area_px());
        assert_eq!(found, expected, "{meant}");
        // The area is that of the geometry, from which pixels on its border differ.
        let area = row["area"].as_f64().expect("an area");
        assert!(expected.is_none_or(|pixels| (area - pixels as f64).abs() < 0.025 * area), "{meant} {area}");
    }
}

#[test]
fn the_standard_keys_are_those_that_other_programs_know() {
    let text = write_dataset(&dataset(), &CocoInfo::default()).expect("a valid dataset").text;
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let rows = file["annotations"].as_array().expect("a list");
    let keys = |key: &str| rows.iter().map(|row| row.get(key).is_some()).collect::<Vec<_>>();
    assert_eq!(keys("geometry"), [false, false, false, true, false, true, true, true, false]);
    assert!(rows[3]["segmentation"].is_object() && rows[4]["segmentation"].is_object());
    assert!(rows.iter().all(|row| row["iscrowd"] == 0));
    assert_eq!(rows[8]["keypoints"].to_string(), "[4.0,5.5,2,0.0,0.0,0,30.0,21.0,1]");
    assert_eq!(rows[8]["num_keypoints"], 2);
    assert_eq!(file["categories"][0]["skeleton"].to_string(), "[[1,2],[1,3]]");
    let read = read_dataset("x", text.as_bytes()).expect("what was written can be read");
    assert_eq!(read.problems, []);
    for (object, (meant, _)) in read.objects.iter().zip(BY_PYCOCOTOOLS) {
        assert_eq!(serde_json::to_string(&object.geometry).expect("a geometry"), meant);
    }
}
