//! The whole way of the data on generated images: new, import, agree, release, verify; and what bad input does to it.

use std::fs;
use std::path::Path;

use concord_project::catalogue::Sources;
use concord_project::new::{NewProject, create};
use concord_project::release::{ReleaseOptions, release};
use concord_project::verify::verify;
use concord_project::{Desk, Progress, Project, agree, import, publish, queue, review};
use concord_store::Reader;
use serde_json::{Value, json};

/// A COCO file of one box an image, `offset` pixels to the right of `(20, 30)`.
fn coco(project: &Project, offset: f64) -> Value {
    let samples = project.reader().expect("a reader").samples().expect("samples");
    let images: Vec<Value> = (1..)
        .zip(&samples)
        .map(|(id, s)| json!({"id": id, "file_name": s.file_name(), "width": s.size.width, "height": s.size.height}))
        .collect();
    let annotations: Vec<Value> = (1..=samples.len())
        .map(|id| {
            json!({"id": id, "image_id": id, "category_id": 1 + id % 2, "iscrowd": 0, "area": 2000.0,
                   "bbox": [20.0 + offset, 30.0, 50.0, 40.0]})
        })
        .collect();
    json!({"images": images, "annotations": annotations,
           "categories": [{"id": 1, "name": "bolt"}, {"id": 2, "name": "nut"}]})
}

fn import_as(desk: &Desk, dir: &Path, name: &str, content: &Value) -> import::ImportReport {
    let file = dir.join(format!("{name}.json"));
    fs::write(&file, content.to_string()).expect("written");
    import::labels(desk, &file, name, &Progress::default()).expect("it imports")
}

#[test]
fn two_annotators_agree_and_their_gold_is_released_byte_for_byte() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, report) = concord_tests::project(dir.path(), 12);
    assert_eq!((report.added, report.problems.len()), (12, 0));
    for (name, offset) in [("ana", 0.0), ("ben", 2.0)] {
        let report = import_as(&desk, dir.path(), name, &coco(&desk.project, offset));
        assert_eq!((report.samples, report.objects, report.problems.len()), (12, 12, 0), "{:?}", report.problems);
    }
    let agreement = agree::agree(&desk.project, &agree::AgreeOptions::default()).expect("agreement");
    let pair = &agreement.pairs[0];
    assert_eq!(pair.figures.f1_cls.value(), Some(1.0));
    // Two boxes 50 px wide, 2 px apart: 48 / 52.
    let iou = pair.figures.mean_iou.value().expect("defined");
    assert!((iou - 48.0 / 52.0).abs() < 1e-12, "{iou}");
    let first = release(&desk, &dir.path().join("one"), &ReleaseOptions::default()).expect("a release");
    let second = release(&desk, &dir.path().join("two"), &ReleaseOptions::default()).expect("a second release");
    assert_eq!((first.digest.as_str(), first.objects), (second.digest.as_str(), 12));
    for entry in fs::read_dir(dir.path().join("one")).expect("the release") {
        let name = entry.expect("an entry").file_name();
        let read = |folder: &str| fs::read(dir.path().join(folder).join(&name)).expect("a file");
        assert_eq!(read("one"), read("two"), "{name:?}");
    }
    assert!(verify(&dir.path().join("one")).expect("verified").is_ok());
    let named = |seed| ReleaseOptions { name: "spring".to_owned(), seed, ..ReleaseOptions::default() };
    release(&desk, &dir.path().join("three"), &named(7)).expect("a named release");
    let error = release(&desk, &dir.path().join("four"), &named(8)).expect_err("the name is taken").to_string();
    assert!(error.contains("named spring with other content"), "{error}");
    assert!(!dir.path().join("four").exists());
    assert!(verify(&desk.project.dir).expect("verified").is_ok());
    let shard = dir.path().join("one/train-00000.json");
    let altered = fs::read_to_string(&shard).expect("a shard").replacen("21", "22", 1);
    fs::write(&shard, altered).expect("written");
    let differences = verify(&dir.path().join("one")).expect("verified").differences;
    assert!(differences.iter().any(|d| d.place.contains("train-00000.json")), "{differences:?}");
}

#[test]
fn a_bad_coco_file_is_read_as_far_as_it_goes() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = concord_tests::project(dir.path(), 3);
    let mut content = coco(&desk.project, 0.0);
    let annotations = content["annotations"].as_array_mut().expect("a list");
    annotations.push(json!({"id": 10, "image_id": 99, "category_id": 1, "bbox": [1, 1, 20, 20]}));
    annotations.push(json!({"id": 11, "image_id": 1, "category_id": 9, "bbox": [1, 1, 20, 20]}));
    annotations.push(json!({"id": 12, "image_id": 1, "category_id": 1, "bbox": [150, 1, 40, 20]}));
    annotations.push(json!({"id": 13, "image_id": 1, "category_id": 1, "bbox": [1, 1, -4, 20]}));
    let text = content.to_string().replace("\"bbox\":[1,1,-4,20]", "\"bbox\":[1,NaN,4,20]");
    let file = dir.path().join("bad.json");
    fs::write(&file, text).expect("written");
    let report = import::labels(&desk, &file, "ana", &Progress::default()).expect("it imports");
    assert_eq!((report.samples, report.objects), (3, 3));
    let problems: Vec<String> = report.problems.iter().map(|p| format!("{} {}", p.place, p.cause)).collect();
    for id in ["id 10", "id 11", "id 13"] {
        assert!(problems.iter().any(|p| p.contains(id)), "{id}: {problems:?}");
    }
    assert_eq!(report.quarantined.len(), 1);
    assert!(report.quarantined[0].cause.contains("leaves the image"), "{:?}", report.quarantined);
    assert_eq!(desk.project.reader().expect("a reader").quarantine().expect("rows").len(), 1);
    assert!(verify(&desk.project.dir).expect("verified").is_ok());
}

#[test]
fn bad_images_are_listed_and_the_rest_goes_on() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let folder = concord_tests::images(dir.path(), 4);
    let jpeg = fs::read(folder.join("0001.jpg")).expect("a picture");
    fs::write(folder.join("cut.jpg"), &jpeg[..jpeg.len() / 2]).expect("written");
    fs::write(folder.join("empty.png"), b"").expect("written");
    fs::write(folder.join("text.png"), b"this is a text, not a picture").expect("written");
    fs::write(folder.join("bomb.png"), bomb()).expect("written");
    fs::copy(folder.join("0000.png"), folder.join("again.png")).expect("copied");
    fs::write(folder.join("notes.txt"), b"not an image and not named like one").expect("written");
    let new = NewProject { sources: Sources { images: vec![folder], sidecar: None }, ..NewProject::default() };
    let made = create(&dir.path().join("p"), &new, "ana", "d", concord_tests::clock, &Progress::default());
    let (desk, report) = made.expect("the project is made");
    assert_eq!((report.added, report.duplicates.len(), report.other_files), (4, 1, 1));
    for (name, cause) in
        [("cut.jpg", "cut off"), ("empty.png", "empty"), ("text.png", "not a picture"), ("bomb.png", "30000×30000")]
    {
        let problem = report.problems.iter().find(|p| p.place.ends_with(name));
        let problem = problem.unwrap_or_else(|| panic!("{name} is listed: {:?}", report.problems));
        assert!(problem.cause.contains(cause), "{name}: {}", problem.cause);
    }
    assert!(verify(&desk.project.dir).expect("verified").is_ok());
}

/// The header of a PNG of 30,000 × 30,000 pixels, 2.7 GB once decoded.
fn bomb() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR".to_vec();
    png.extend(30_000u32.to_be_bytes());
    png.extend(30_000u32.to_be_bytes());
    png.extend([8, 2, 0, 0, 0]);
    // CRC-32 of the chunk type and data above, computed with Python's zlib.crc32.
    png.extend(0xe945_6fedu32.to_be_bytes());
    // The pixels begin, so that a reader goes on to decode them if it does not look at the size first.
    png.extend(b"\x00\x00\x00\x02IDAT\x78\x9c");
    png.extend(0x62a4_912bu32.to_be_bytes());
    png
}

#[test]
fn a_new_version_says_which_label_sets_it_touches() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = concord_tests::project(dir.path(), 4);
    import_as(&desk, dir.path(), "ana", &coco(&desk.project, 0.0));
    let policy = "name = 'p'\nversion = 2\n[rules]\nmin_side_px = 45\n";
    fs::write(desk.project.dir.join("policy.toml"), policy).expect("written");
    let report = publish::publish(&desk, publish::Existing::BringAlong).expect("published");
    assert_eq!((report.ontology.new, report.policy.new, report.policy.version), (false, true, 2));
    assert_eq!((report.touched[0].label_sets, report.touched[0].breaking), (4, 4));
    let error = publish_again(&desk, "name = 'p'\nversion = 2\n[rules]\nmin_side_px = 50\n");
    assert!(error.contains("raise `version` to 3"), "{error}");
    let ghost = "name = 'p'\nversion = 3\n[[examples.ghost]]\npicture = 'a.png'\nverdict = 'positive'\n";
    let error = publish_again(&desk, ghost);
    assert!(error.contains("policy.toml") && error.contains("the class \"ghost\""), "{error}");
}

fn publish_again(desk: &Desk, policy: &str) -> String {
    fs::write(desk.project.dir.join("policy.toml"), policy).expect("written");
    publish::publish(desk, publish::Existing::Keep).expect_err("the version is taken").to_string()
}

#[test]
fn a_project_that_cannot_be_made_leaves_nothing_behind() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let target = dir.path().join("p");
    let new = NewProject {
        sources: Sources { images: vec![dir.path().join("missing")], sidecar: None },
        ..NewProject::default()
    };
    let error = create(&target, &new, "ana", "d", concord_tests::clock, &Progress::default()).expect_err("missing");
    assert!(error.to_string().contains("missing"), "{error}");
    assert!(!target.exists());
    let file = dir.path().join("file");
    fs::write(&file, b"").expect("written");
    let error = create(&file.join("p"), &NewProject::default(), "ana", "d", concord_tests::clock, &Progress::default());
    assert!(error.expect_err("a file is no folder").to_string().contains("file/p"));
}

#[test]
fn drift_reaches_the_queue_of_a_project_without_slices() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let folder = dir.path().join("images");
    fs::create_dir_all(&folder).expect("made");
    let mut sidecar = "file,captured_at\n".to_owned();
    for n in 0..24u8 {
        // Twelve dark pictures in January, twelve bright ones in February, none like another.
        let (level, month) = if n < 12 { (20 + n, "1") } else { (200 + n, "2") };
        let picture = concord_imaging::Rgb8::filled(concord_geometry::Size::new(40, 40), [level; 3]);
        fs::write(folder.join(format!("{n}.png")), concord_imaging::encode_png(&picture)).expect("written");
        sidecar.push_str(&[n.to_string().as_str(), ".png,2026-0", month, "-10\n"].concat());
    }
    let table = dir.path().join("metadata.csv");
    fs::write(&table, sidecar).expect("written");
    let new = NewProject {
        config: Some("format = 1\nname = 'p'\n[drift]\nmin_support = 10\n".to_owned()),
        sources: Sources { images: vec![folder], sidecar: Some(table) },
        ..NewProject::default()
    };
    let made = create(&dir.path().join("p"), &new, "ana", "d", concord_tests::clock, &Progress::default());
    let (desk, _) = made.expect("the project is made");
    let span = |text: &str| concord_project::drift::Span::parse(text).expect("a span");
    let (before, now) = (span("2026-01-01..2026-01-31"), span("2026-02-01..2026-02-28"));
    let report = concord_project::drift::drift_and_queue(&desk, before, now).expect("drift is computed");
    assert!(report.slices[0].drifted);
    assert_eq!(report.queued, 12);
}

/// Two people, four samples: the bolts become screws by rule; the nuts are no class any more, so that who has nuts gets
/// the sample back, first in the queue; what somebody settled stays.
#[test]
fn a_new_version_migrates_by_rule_and_sends_the_rest_back() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = concord_tests::project(dir.path(), 4);
    import_as(&desk, dir.path(), "ben", &coco(&desk.project, 0.0));
    let reader = desk.project.reader().expect("a reader");
    let samples = reader.samples().expect("samples");
    let class_of = |n: usize| {
        let sets = Reader::open(&desk.project.dir).expect("a reader").label_sets_of(&samples[n].id).expect("read");
        (sets[0].labels.objects[0].class.clone(), sets[0].status.is_submitted(), sets[0].stamp.ontology_version)
    };
    let versions = desk.project.versions(&reader).expect("published");
    let settled =
        review::dispute(&desk.project, &samples[1].id).expect("read").accept("ana").expect("ana labelled none");
    desk.commit(settled).expect("accepted");
    let mut next = versions.ontology.clone();
    next.version = 2;
    next.classes.retain(|class| class.name != "nut");
    next.classes[0].name = "screw".to_owned();
    next.attributes.clear();
    let write = |name: &str, text: &str| fs::write(desk.project.dir.join(name), text).expect("written");
    write("ontology.toml", &next.to_toml().expect("it can be written"));
    write("migration.toml", "[[rename]]\nclass = 'bolt'\nto = 'gear'\n");
    let error = publish::preview(&desk.project).expect_err("no such class").to_string();
    assert!(error.contains("migration.toml") && error.contains("\"gear\""), "{error}");
    write("migration.toml", "[[rename]]\nclass = 'bolt'\nto = 'screw'\n");
    let told = |report: &publish::PublishReport| {
        let t = &report.touched[0];
        (t.label_sets, t.holding, t.migrating, t.breaking, t.settled)
    };
    // Images 1, 3 are nuts, 2, 4 bolts; the second one is settled.
    let preview = publish::preview(&desk.project).expect("it can be told");
    assert_eq!(told(&preview), (4, 0, 1, 2, 1));
    let before: Vec<_> = (0..4).map(class_of).collect();
    assert_eq!(publish::publish(&desk, publish::Existing::BringAlong).expect("published"), preview);
    let after: Vec<_> = (0..4).map(class_of).collect();
    let mut moved = 0;
    for (n, (was, is)) in before.iter().zip(&after).enumerate() {
        match (was.0.as_str(), n) {
            (_, 1) => assert_eq!(was, is, "settled"),
            ("bolt", _) => {
                assert_eq!(*is, ("screw".to_owned(), true, 2));
                moved += 1;
            }
            _ => assert_eq!(*is, ("nut".to_owned(), false, 1), "sent back"),
        }
    }
    assert_eq!(moved, 1);
    let queue = queue::for_annotator(&desk.project, "ben", concord_tests::clock(), None).expect("a queue");
    let reason = queue.items[0].reasons[0].to_string();
    assert!(reason.starts_with("sent back by ana: it breaks version 1 of the policy"), "{reason}");
    let imported = import_as(&desk, dir.path(), "cleo", &coco(&desk.project, 0.0));
    let told: Vec<&str> =
        imported.problems.iter().map(|p| p.cause.as_str()).filter(|c| c.contains("settled")).collect();
    assert_eq!(told.len(), 1, "{:?}", imported.problems);
    assert!(verify(&desk.project.dir).expect("verified").is_ok());
}
