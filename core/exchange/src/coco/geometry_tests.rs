//! Tests of reading geometries: every form that COCO has, and what stands in for broken ones.

use concord_geometry::{Geometry, GeometryKind};

use super::*;

/// A dataset of one 5 × 4 image and one annotation with these keys; its box is `1, 1, 3, 2` unless they say otherwise.
fn with(keys: &str) -> CocoDataset {
    let bbox = if keys.contains("\"bbox\"") { "" } else { "\"bbox\": [1, 1, 3, 2], " };
    let text = format!(
        r#"{{"images": [{{"id": 1, "file_name": "a", "width": 5, "height": 4}}],
        "categories": [{{"id": 1, "name": "x"}}, {{"id": 2, "name": "y", "keypoints": ["head", "tail"], "skeleton": [[1, 2]]}}],
        "annotations": [{{"image_id": 1, "category_id": 1, {bbox}{keys}}}]}}"#
    );
    read_dataset("gt.json", text.as_bytes()).expect(keys)
}

fn json(geometry: &Geometry) -> String {
    serde_json::to_string(geometry).expect("a geometry")
}

/// Expects a geometry, as it is written, without problems.
fn reads(keys: &str, expect: &str) {
    let dataset = with(keys);
    assert_eq!(dataset.problems, [], "{keys}");
    assert_eq!(json(&dataset.objects[0].geometry), expect, "{keys}");
}

/// Expects one problem and that the box stands in.
fn falls_back(keys: &str, cause: &str) {
    let dataset = with(keys);
    let causes: Vec<&str> = dataset.problems.iter().map(|p| p.cause.as_str()).collect();
    assert!(causes.len() == 1 && causes[0].contains(cause), "{keys}: {causes:?}");
    assert_eq!(dataset.problems[0].place, "annotations[0]");
    assert_eq!(json(&dataset.objects[0].geometry), r#"{"bbox":[1.0,1.0,4.0,3.0]}"#, "{keys}");
}

#[test]
fn run_lengths_are_masks_when_they_fit() {
    // The string is that of pycocotools 2.0.11 for a 4 × 5 mask with rows 1–2 and columns 1–3 set.
    let expect = r#"{"mask":{"size":[4,5],"counts":"5220003"}}"#;
    reads(r#""segmentation": {"size": [4, 5], "counts": "5220003"}"#, expect);
    reads(r#""segmentation": {"size": [4, 5], "counts": [5, 2, 2, 2, 2, 2, 5]}, "iscrowd": 1"#, expect);
    assert!(with(r#""segmentation": {"size": [4, 5], "counts": "5220003"}, "iscrowd": 1"#).objects[0].iscrowd);
    for broken in [
        r#"{"size": [4, 5], "counts": [5, 2]}"#,
        r#"{"size": [4, 5], "counts": [5, -2, 17]}"#,
        r#"{"size": [4, 5], "counts": [20]}"#,
        r#"{"size": [4, 5], "counts": "52"}"#,
        r#"{"size": [4], "counts": "52"}"#,
        r#"{"size": [5, 4], "counts": "5220003"}"#,
        r#"{"size": [4, 5]}"#,
    ] {
        falls_back(&format!("\"segmentation\": {broken}"), "its mask is left out");
    }
}

#[test]
fn lists_of_numbers_are_polygons() {
    let square = r#"{"polygon":[[1.0,1.0,4.0,1.0,4.0,3.0,1.0,3.0]]}"#;
    reads(r#""segmentation": [[1,1,4,1,4,3,1,3]]"#, square);
    reads(r#""segmentation": [[1,1,4,1,4,3,1,3,1,1]]"#, square);
    reads(r#""segmentation": [1,1,4,1,4,3,1,3]"#, square);
    reads(r#""segmentation": [[1,1,4,1,4,3,1,3], []]"#, square);
    reads(
        r#""segmentation": [[-2,0,2,0,2,2],[3,3,9,3,9,9]], "bbox": [-2,0,11,9]"#,
        r#"{"polygon":[[-2.0,0.0,2.0,0.0,2.0,2.0],[3.0,3.0,9.0,3.0,9.0,9.0]]}"#,
    );
    reads(r#""segmentation": []"#, r#"{"bbox":[1.0,1.0,4.0,3.0]}"#);
    reads(r#""segmentation": [[]]"#, r#"{"bbox":[1.0,1.0,4.0,3.0]}"#);
}

#[test]
fn parts_that_overlap_are_united_and_never_holes() {
    let area = |keys: &str| match &with(keys).objects[0].geometry {
        Geometry::Polygon(polygon) => (polygon.rings().len(), polygon.area_px()),
        other => panic!("{other:?}"),
    };
    // A square of side 3 with one of side 1 in it, and two squares of side 2 that share one of side 1.
    assert_eq!(area(r#""segmentation": [[0,0,3,0,3,3,0,3],[1,1,2,1,2,2,1,2]], "bbox": [0,0,3,3]"#), (1, 9.0));
    assert_eq!(area(r#""segmentation": [[0,0,2,0,2,2,0,2],[1,1,3,1,3,3,1,3]], "bbox": [0,0,3,3]"#), (1, 7.0));
    // An L and a square in its bounds, but apart from it.
    let apart = area(r#""segmentation": [[0,0,4,0,4,1,1,1,1,4,0,4],[2,2,3,2,3,3,2,3]], "bbox": [0,0,4,4]"#);
    assert_eq!(apart, (2, 8.0));
}

#[test]
fn the_box_stands_in_for_broken_polygons() {
    for (rings, cause) in [
        ("[[1,1,4,1]]", "part 1 of its outline has no area"),
        ("[[1,1,4,1,4]]", "part 1: 5 numbers do not make pairs"),
        ("[[1,1,4,1,4,3],[1,1,4,1,NaN,3]]", "part 2: a coordinate is not a finite number"),
        ("[[1,1,4,1,4,\"3\"]]", "part 1: a coordinate"),
        ("[[1,1,4,1,4,3], 7]", "part 2 is no list of numbers"),
        ("[{}]", "part 1 is no list of numbers"),
        ("[[-1.5e308,0,1.5e308,0,0,9]]", "its coordinates are too large"),
        ("\"all\"", "neither a list nor an object"),
    ] {
        falls_back(&format!("\"segmentation\": {rings}"), cause);
    }
    // What has no area of its own goes alone.
    let dataset = with(r#""segmentation": [[1,1,4,1,4,3,1,3],[2,2,3,3]]"#);
    assert_eq!((dataset.problems.len(), dataset.objects[0].geometry.kind()), (1, GeometryKind::Polygon));
}

#[test]
fn keypoints_are_those_of_the_category() {
    let person = |keys: &str| with(&format!("{keys}, \"category_id\": 2"));
    let points = r#""keypoints": [1, 2, 2, 9, 9, 0]"#;
    let dataset = person(points);
    let skeleton = &dataset.skeletons["y"];
    assert_eq!((skeleton.points.len(), &skeleton.links), (2, &vec![["head".to_owned(), "tail".to_owned()]]));
    let object = &dataset.objects[0];
    assert_eq!(json(&object.geometry), r#"{"keypoints":[1.0,2.0,2.0,0.0,0.0,0.0]}"#);
    assert_eq!(<[f64; 4]>::from(object.bbox()), [1.0, 1.0, 4.0, 3.0]);
    assert_eq!(dataset.problems, []);

    let square = r#""segmentation": [[1,1,4,1,4,3,1,3]]"#;
    let kind = |dataset: &CocoDataset| dataset.objects[0].geometry.kind();
    let cause = |dataset: &CocoDataset| dataset.problems.first().map(|p| p.cause.clone()).unwrap_or_default();
    let both = person(&format!("{points}, {square}"));
    assert_eq!(kind(&both), GeometryKind::Keypoints);
    assert_eq!(cause(&both), "its outline is left out: an object has one geometry");
    let unlabelled = person(&format!("\"keypoints\": [0,0,0,0,0,0], {square}"));
    assert_eq!((kind(&unlabelled), cause(&unlabelled).as_str()), (GeometryKind::Polygon, ""));
    let misfit = person(&format!("\"keypoints\": [1,2,2], {square}"));
    assert_eq!(kind(&misfit), GeometryKind::Polygon);
    assert_eq!(cause(&misfit), "its 1 keypoints are left out: the category names 2");
    let unnamed = with(&format!("{points}, {square}"));
    assert_eq!(kind(&unnamed), GeometryKind::Polygon);
    assert_eq!(cause(&unnamed), "its 2 keypoints are left out: the category names 0");
    assert_eq!((kind(&with(points)), with(points).problems), (GeometryKind::Keypoints, vec![]));

    falls_back(r#""keypoints": [1, 2]"#, "2 numbers do not make triples");
    falls_back(r#""keypoints": [1, 2, 3]"#, "visibility 3 is neither");
    falls_back(r#""keypoints": [1, NaN, 2]"#, "not a list of numbers");
    falls_back(r#""keypoints": "two""#, "not a list of numbers");
}

#[test]
fn the_own_key_stands_while_it_lies_where_the_box_is() {
    let ellipse = r#""geometry": {"ellipse": [2.5, 2, 1.5, 1, 0]}, "segmentation": [[1,1,4,1,4,3,1,3]]"#;
    reads(ellipse, r#"{"ellipse":[2.5,2.0,1.5,1.0,0.0]}"#);
    reads(&format!("{ellipse}, \"bbox\": [1.3, 0.9, 2.5, 2]"), r#"{"ellipse":[2.5,2.0,1.5,1.0,0.0]}"#);
    // Another tool moved the object and passed over the key.
    let moved = with(&format!("{ellipse}, \"bbox\": [2.5, 1, 3, 2]"));
    assert_eq!(moved.objects[0].geometry.kind(), GeometryKind::Polygon);
    assert_eq!(moved.problems[0].cause, "its geometry is left out: it does not lie where the box is");
    for (own, cause) in [
        (r#"{"type": "Polygon", "coordinates": []}"#, "map with a single key"),
        (r#"{"ellipse": [2.5, 2, -1.5, 1, 0]}"#, "a length is negative"),
        (r#"{"polyline": [1, 1]}"#, "1 points are too few"),
        ("[]", "is left out"),
        ("{}", "is left out"),
        (r#"{"mask": {"size": [2, 5], "counts": "032"}}"#, "is left out"),
    ] {
        falls_back(&format!("\"geometry\": {own}"), cause);
    }
}

#[test]
fn a_geometry_needs_no_box_and_keeps_another_one() {
    let polygon = r#""segmentation": [[1,1,4,1,4,3,1,3]]"#;
    reads(&format!("{polygon}, \"bbox\": null"), r#"{"polygon":[[1.0,1.0,4.0,1.0,4.0,3.0,1.0,3.0]]}"#);
    let broken = with(&format!("{polygon}, \"bbox\": [1, 1, -3, 2]"));
    assert_eq!((broken.objects.len(), broken.problems.len()), (1, 1));
    assert!(broken.problems[0].cause.contains("the box is left out"));
    let rounded = with(&format!("{polygon}, \"bbox\": [1, 1, 3.01, 2]"));
    assert_eq!((rounded.problems.len(), rounded.objects[0].bbox().x2()), (0, 4.01));
    let lost = with(r#""segmentation": {"size": [5, 4], "counts": [1, 19]}, "bbox": null"#);
    assert_eq!((lost.objects.len(), lost.problems.len()), (0, 2));
    assert_eq!(lost.problems[1].cause, "nothing is left that tells where it is");
}

#[test]
fn results_may_tell_a_mask_in_place_of_a_box() {
    let dataset = with("\"id\": 1");
    let text =
        r#"[{"image_id": 1, "category_id": 1, "segmentation": {"size": [4, 5], "counts": "5220003"}, "score": 0.5}]"#;
    let results = read_results("dt.json", text.as_bytes(), &dataset).expect("a list");
    assert_eq!((results.problems.len(), <[f64; 4]>::from(results.objects[0].bbox())), (0, [1.0, 1.0, 4.0, 3.0]));
}

#[test]
fn groups_tags_and_relations_are_read_and_their_faults_located() {
    let text = r#"{"images": [{"id": 1, "file_name": "a", "width": 5, "height": 4, "tags": ["wet", 7, "dim"],
            "relations": [{"from": 5, "kind": "on", "to": 4}, {"from": 4, "kind": "on", "to": 6}, {"from": 4}]},
            {"id": 2, "file_name": "b", "width": 5, "height": 4, "confirmed_empty": true, "tags": "x"}],
        "categories": [{"id": 1, "name": "x"}],
        "annotations": [{"id": 4, "image_id": 1, "category_id": 1, "bbox": [0,0,1,1], "group": "g"},
            {"id": 5, "image_id": 1, "category_id": 1, "bbox": [0,0,1,1], "group": 3},
            {"id": 6, "image_id": 2, "category_id": 1, "bbox": [0,0,1,1], "group": [1]}]}"#;
    let dataset = read_dataset("gt.json", text.as_bytes()).expect("a dataset");
    assert_eq!(dataset.images[0].tags, ["dim", "wet"].map(str::to_owned).into());
    assert_eq!(dataset.images.iter().map(|i| i.confirmed_empty).collect::<Vec<_>>(), [false, true]);
    let groups: Vec<Option<&str>> = dataset.objects.iter().map(|o| o.group.as_deref()).collect();
    assert_eq!(groups, [Some("g"), Some("3"), None]);
    assert_eq!(dataset.relations, [CocoRelation { from: 1, kind: "on".to_owned(), to: 0 }].into());
    let problems: Vec<String> = dataset.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 5, "{problems:?}");
    for (problem, (place, cause)) in problems.iter().zip([
        ("images[0] (id 1)", "its tag 7 is no text"),
        ("images[0] (id 1)", "it has no kind"),
        ("images[1] (id 2)", "its tags are \"x\", not a list"),
        ("annotations[2] (id 6)", "its group is [1], not a name"),
        ("images[0] (id 1)", "it has no annotation 6"),
    ]) {
        assert!(problem.starts_with(place) && problem.contains(cause), "{problem}");
    }
}
