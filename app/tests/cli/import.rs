//! Imports: every row that cannot be used is named with place and cause, and the rest is imported.

use serde_json::json;

use crate::support::{concord_in, dataset, folder, import_as, project, write};

#[test]
fn rows_of_no_use_are_named_and_the_rest_is_imported() {
    let dir = folder();
    project(dir.path(), "");
    let annotation = |id: u32, image: u32, category: u32, bbox: [f64; 4]| json!({"id": id, "image_id": image, "category_id": category, "bbox": bbox});
    let more = [
        annotation(11, 99, 1, [1.0, 1.0, 5.0, 5.0]),
        annotation(12, 1, 42, [1.0, 1.0, 5.0, 5.0]),
        annotation(13, 1, 1, [80.0, 40.0, 50.0, 50.0]),
        annotation(14, 1, 3, [50.0, 5.0, 20.0, 20.0]),
        annotation(15, 1, 1, [12_345.0, 1.0, 5.0, 5.0]),
    ];
    let text = dataset(&more).to_string();
    assert!(text.contains("12345.0"), "the number that becomes NaN");
    // NaN as Python's json module writes it.
    write(&dir.path().join("labels.json"), text.replace("12345.0", "NaN"));
    let problems = [
        ("(id 11)", "there is no image with id 99"),
        ("(id 12)", "there is no category with id 42"),
        ("(id 15)", "not a finite number"),
    ];
    let quarantined = [("(id13)", "leaves the image (96 × 64 px)"), ("(id14)", "the ontology has no class \"cog\"")];

    let found = concord_in(dir.path(), "import {}/belt {}/labels.json --as alice --json").code(0).json();
    assert_eq!((&found["samples"], &found["objects"]), (&3.into(), &3.into()), "{found:#}");
    for (list, expect) in [("problems", &problems[..]), ("quarantined", &quarantined[..])] {
        let list = found[list].as_array().expect("a list");
        assert_eq!(list.len(), expect.len(), "{list:#?}");
        for (place, cause) in expect {
            let fits = |key: &str, part: &str, row: &serde_json::Value| {
                row[key].as_str().is_some_and(|text| text.contains(part))
            };
            let known = list.iter().any(|row| fits("place", place, row) && fits("cause", cause, row));
            assert!(known, "{place} with {cause} is not in {list:#?}");
        }
    }

    let text = concord_in(dir.path(), "import {}/belt {}/labels.json --as bob").code(0);
    text.says(&["labels.json", "3 problems:", "2 objects in quarantine:", "there is no image with id 99"]);
}

#[test]
fn a_file_that_is_no_dataset_is_named_with_its_fault() {
    let dir = folder();
    project(dir.path(), "");
    write(&dir.path().join("half.json"), &dataset(&[]).to_string()[..200]);
    write(&dir.path().join("list.json"), "[]");
    write(&dir.path().join("other.json"), "{\"hello\": 1}");
    for (file, cause) in [
        ("half.json", "is no JSON"),
        ("list.json", "is not a COCO dataset"),
        ("other.json", "neither images nor annotations nor categories"),
        ("absent.json", "cause: "),
    ] {
        concord_in(dir.path(), &format!("import {{}}/belt {{}}/{file} --as alice")).code(1).refuses(&[file, cause]);
    }
    concord_in(dir.path(), "verify {}/belt").code(0);
}

#[test]
fn suggestions_of_a_file_rank_the_queue() {
    let dir = folder();
    project(dir.path(), "");
    let scored = |id: u32, image: u32, score: f64| json!({"id": id, "image_id": image, "category_id": 2, "bbox": [50, 30, 20, 20], "score": score});
    // Entropy is highest at one half: picture 1 comes first.
    let more = [scored(11, 1, 0.99), scored(12, 2, 0.5), scored(13, 3, 0.9)];
    let mut data = dataset(&more);
    let annotations = data["annotations"].as_array_mut().expect("a list");
    annotations.retain(|a| a["score"].is_number());
    write(&dir.path().join("found.json"), data.to_string());
    concord_in(dir.path(), "import {}/belt {}/found.json --as-suggestions older")
        .code(0)
        .says(&["suggestions of older"]);
    let queue = concord_in(dir.path(), "queue {}/belt --top 2 --json").code(0).json();
    let items = queue["items"].as_array().expect("a list");
    assert_eq!((items.len(), &queue["waiting"], &queue["model"]), (2, &3.into(), &"older".into()));
    assert!(items[0]["path"].as_str().is_some_and(|p| p.ends_with("1.png")), "{items:#?}");
    assert!(items[1]["path"].as_str().is_some_and(|p| p.ends_with("2.png")), "{items:#?}");
}

#[test]
fn two_people_who_say_the_same_agree() {
    let dir = folder();
    project(dir.path(), "");
    concord_in(dir.path(), "agree {}/belt").code(0).says(&["It takes two annotators"]);
    import_as(dir.path(), "alice");
    import_as(dir.path(), "bob");
    let found = concord_in(dir.path(), "agree {}/belt --replicates 100 --json").code(0).json();
    assert_eq!(found["pairs"][0]["f1_cls"]["value"], 1.0, "{found:#}");
    let text = concord_in(dir.path(), "agree {}/belt --annotator alice bob --replicates 100").code(0);
    text.says(&["alice and bob: 3 images", "1.000 [1.000, 1.000]", "— (no variation)"]);
    concord_in(dir.path(), "agree {}/belt --annotator carol").code(2).refuses(&["carol has submitted no label set"]);
}
