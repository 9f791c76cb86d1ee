//! Tests of the COCO reader: every fault is located, and nothing makes it fail as a whole or panic.

use proptest::prelude::*;

use super::*;

const GOOD: &str = r#"{
    "images": [{"id": 7, "file_name": "a.jpg", "width": 640, "height": 480}],
    "annotations": [{"id": 5, "image_id": 7, "category_id": 3, "bbox": [100.25, 50.5, 200.5, 149.5], "area": 29974.75,
                     "iscrowd": 0, "attributes": {"subclass": "hex", "tier": "unsure", "bent": true, "count": 2,
                     "note": "é", "origin": "drawn"}}],
    "categories": [{"id": 3, "name": "bolt", "supercategory": "part"}, {"id": 9, "name": "nut"}]
}"#;

fn read(text: &str) -> CocoDataset {
    read_dataset("gt.json", text.as_bytes()).expect(text)
}

#[test]
fn a_good_file_is_read_whole() {
    let dataset = read(GOOD);
    assert_eq!(dataset.problems, []);
    assert_eq!(dataset.classes, ["bolt", "nut"]);
    let object = &dataset.objects[0];
    assert_eq!(<[f64; 4]>::from(object.bbox()), [100.25, 50.5, 300.75, 200.0]);
    assert_eq!((object.class.as_str(), object.subclass.as_deref()), ("bolt", Some("hex")));
    assert_eq!(object.tier, concord_domain::object::Tier::Unsure);
    assert_eq!(object.attributes.len(), 3);
    assert_eq!(object.place, "annotations[0] (id 5)");
}

/// Replaces a part of the good file and expects one problem, and how many objects are left.
fn check(from: &str, to: &str, place: &str, cause: &str, objects: usize) {
    assert!(GOOD.contains(from), "{from}");
    let dataset = read(&GOOD.replacen(from, to, 1));
    let found = dataset.problems.iter().any(|p| p.place == place && p.cause.contains(cause));
    assert!(found, "{to}: {:?}", dataset.problems);
    assert_eq!(dataset.objects.len(), objects, "{to}");
}

#[test]
fn each_bad_row_is_located_and_left_out() {
    let at = "annotations[0] (id 5)";
    check("\"image_id\": 7", "\"image_id\": 8", at, "no image with id 8", 0);
    check("\"image_id\": 7, ", "", at, "has no image_id", 0);
    check("\"category_id\": 3", "\"category_id\": 4", at, "no category with id 4", 0);
    check("\"category_id\": 3", "\"category_id\": 3.5", at, "not a whole number", 0);
    check("[100.25, 50.5, 200.5, 149.5]", "[100.25, 50.5, 200.5]", at, "3 numbers instead of 4", 0);
    check("[100.25, 50.5, 200.5, 149.5]", "null", at, "not a list", 0);
    check("\"bbox\":", "\"box\":", at, "has no bbox", 0);
    check("200.5, 149.5", "-200.5, 149.5", at, "negative width", 0);
    check("200.5, 149.5", "NaN, 149.5", at, "bbox[2]", 0);
    check("200.5, 149.5", "200.5, -Infinity", at, "bbox[3]", 0);
    check("200.5, 149.5", "\"wide\", 149.5", at, "bbox[2] is \"wide\"", 0);
    check("200.5, 149.5", "1e308, 1e999", at, "bbox[3]", 0);
    check("\"area\": 29974.75", "\"area\": -1", at, "its area is -1", 1);
    check("\"area\": 29974.75", "\"score\": 7", at, "its score is 7", 1);
    check("\"tier\": \"unsure\"", "\"tier\": \"wild\"", at, "its tier is \"wild\"", 1);
    check("\"bent\": true", "\"bent\": [1]", at, "its attribute bent", 1);
    check("{\"id\": 5,", "17, {\"id\": 5,", "annotations[0]", "not an object", 1);
    check("\"width\": 640", "\"width\": -640", "images[0] (id 7)", "its width is -640", 1);
    check("\"file_name\": \"a.jpg\"", "\"file\": \"a.jpg\"", "images[0] (id 7)", "no file_name", 0);
    check("\"id\": 9,", "\"id\": 3,", "categories[1] (id 3)", "same id", 1);
    check("\"name\": \"nut\"", "\"name\": \"bolt\"", "categories[1] (id 9)", "count as one class", 1);
}

#[test]
fn a_missing_list_is_a_problem_and_the_rest_counts() {
    let dataset = read(r#"{"images": [{"id": 1, "file_name": "a.png", "width": 2, "height": 2}], "info": {}}"#);
    assert_eq!((dataset.images.len(), dataset.problems.len()), (1, 2));
}

#[test]
fn second_uses_of_ids_and_names_are_located() {
    let text = r#"{"images": [{"id": 1, "file_name": "a", "width": 4, "height": 4},
        {"id": 1, "file_name": "b", "width": 4, "height": 4}, {"id": 2, "file_name": "a", "width": 4, "height": 4},
        {"id": 3, "file_name": "a", "width": 5, "height": 4}],
        "categories": [{"id": 1, "name": "x"}],
        "annotations": [{"id": 1, "image_id": 2, "category_id": 1, "bbox": [0,0,1,1]},
        {"id": 1, "image_id": 1, "category_id": 1, "bbox": [0,0,1,1]},
        {"id": 2, "image_id": 3, "category_id": 1, "bbox": [0,0,1,1]},
        {"image_id": 1, "category_id": 1, "bbox": [-5,0,100,1]}]}"#;
    let dataset = read(text);
    assert_eq!(dataset.images.len(), 1);
    let places: Vec<&str> = dataset.problems.iter().map(|p| p.place.as_str()).collect();
    let expect =
        ["images[1] (id 1)", "images[2] (id 2)", "images[3] (id 3)", "annotations[1] (id 1)", "annotations[2] (id 2)"];
    assert_eq!(places, expect);
    assert_eq!(dataset.objects.iter().map(|o| (o.image, o.id)).collect::<Vec<_>>(), [(0, Some(1)), (0, None)]);
}

#[test]
fn what_is_no_dataset_is_an_error_with_its_place() {
    let error = |text: &str| read_dataset("gt.json", text.as_bytes()).expect_err(text).to_string();
    assert_eq!(error("{\n \"images\": [1,,]}"), "gt.json is no JSON: expected value (line 2, column 15)");
    assert!(error("").contains("is no JSON"));
    assert!(error("[]").contains("is not a COCO dataset"));
    assert!(error("{}").contains("neither images nor annotations"));
    assert!(error("{\"images\": {}}").contains("a list of images"));
    assert!(error("{\"images\": []} x").contains("trailing characters"));
    assert!(error(&"[".repeat(100_000)).contains("gt.json"));
}

#[test]
fn results_need_a_score_and_known_ids() {
    let dataset = read(GOOD);
    let text = r#"[{"image_id": 7, "category_id": 9, "bbox": [1, 2, 3, 4], "score": 0.5},
        {"image_id": 7, "category_id": 9, "bbox": [1, 2, 3, 4]},
        {"image_id": 7, "category_id": 9, "bbox": [1, 2, 3, 4], "score": NaN},
        {"image_id": 7, "category_id": 9, "bbox": [1, 2, 3, 4], "score": 1.5},
        {"image_id": 1, "category_id": 9, "bbox": [1, 2, 3, 4], "score": 0.5}]"#;
    let results = read_results("dt.json", text.as_bytes(), &dataset).expect("a list");
    assert_eq!(results.objects.len(), 1);
    assert_eq!((results.objects[0].class.as_str(), results.objects[0].score), ("nut", Some(0.5)));
    let places: Vec<&str> = results.problems.iter().map(|p| p.place.as_str()).collect();
    assert_eq!(places, ["results[1]", "results[2]", "results[3]", "results[4]"]);
    assert!(read_results("dt.json", b"[]", &dataset).expect("an empty list").objects.is_empty());
    assert!(read_results("dt.json", b"{}", &dataset).is_err());
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_dataset("x", &bytes);
        let _ = read_results("x", &bytes, &CocoDataset::default());
    }

    #[test]
    fn a_mutated_file_never_panics(edits in proptest::collection::vec((0..GOOD.len(), any::<u8>()), 1..6), cut in 0..GOOD.len()) {
        let mut bytes = GOOD.as_bytes().to_vec();
        for (at, byte) in edits {
            bytes[at] = byte;
        }
        let _ = read_dataset("x", &bytes);
        bytes.truncate(cut);
        let _ = read_dataset("x", &bytes);
    }

    #[test]
    fn a_replaced_token_never_panics(at in 0..40_usize, token in 0..12_usize) {
        let tokens = ["null", "NaN", "-Infinity", "\"\"", "[]", "{}", "-1", "1e400", "true", "18446744073709551615", "[[[]]]", "0.1"];
        let parts: Vec<&str> = GOOD.split_inclusive([':', ',', '[']).collect();
        let at = at.min(parts.len() - 1);
        let text: String = parts[..at].iter().copied().chain([tokens[token]]).chain(parts[at + 1..].iter().copied()).collect();
        let _ = read_dataset("x", text.as_bytes());
    }
}
