//! Tests of releases: same bytes for same input, nothing half-written, every tampering found.

use std::fs;
use std::path::PathBuf;

use concord_domain::label_set::Relation;
use concord_domain::ontology::Skeleton;
use concord_domain::policy::Policy;
use concord_domain::sample::{Sample, SampleId};
use concord_geometry::{BBox, Ellipse, Geometry, Mask, Rle, Size};

use super::super::{Fractions, LeftOut, LogPosition, verify_release};
use super::*;

fn object(id: &str, class: &str) -> Object {
    let bbox = BBox::new(0.1, 0.2, 30.3, 40.7).expect("a valid box");
    Object {
        subclass: Some("hex".to_owned()),
        attributes: [("bent".to_owned(), concord_domain::object::AttributeValue::Flag(true))].into(),
        tier: concord_domain::object::Tier::Probable,
        origin: Origin::Consensus { support: 2, voters: 3 },
        ..Object::new(ObjectId(id.to_owned()), bbox, class)
    }
}

fn sample(id: char, path: &str, split: Split, objects: Vec<Object>) -> ReleaseSample {
    let sample = Sample {
        id: SampleId(id.to_string().repeat(64)),
        path: path.to_owned(),
        size: Size::new(640, 480),
        bytes: 1000,
        format: "jpeg".to_owned(),
        orientation: 1,
        captured_at_ms: None,
        metadata: [("camera".to_owned(), "A".to_owned())].into(),
        provenance: Provenance::Captured,
    };
    let stamp = Stamp {
        ontology_version: 1,
        ontology_digest: "b3:o".to_owned(),
        policy_version: 1,
        policy_digest: "b3:p".to_owned(),
    };
    let annotators = vec!["bo".to_owned(), "al".to_owned()];
    ReleaseSample {
        sample,
        split,
        objects,
        tags: BTreeSet::new(),
        relations: BTreeSet::new(),
        confirmed_empty: false,
        annotators,
        stamp,
        minority: 1,
    }
}

fn release() -> Release {
    let mut policy = Policy::first("belt");
    policy.guideline = "# Belt\nLabel everything.\n".to_owned();
    Release {
        name: "v1".to_owned(),
        project: "belt".to_owned(),
        ontology: Ontology::from_class_names("belt", ["bolt", "nut"]),
        policy,
        log: LogPosition { seq: 42, hash: "b3:abc".to_owned() },
        seed: 7,
        fractions: Fractions::default(),
        production_note: None,
        samples: vec![
            sample('c', "/home/someone/pictures/a.jpg", Split::Val, vec![object("o3", "nut")]),
            sample('a', "images/a.jpg", Split::Train, vec![object("o1", "bolt"), object("o2", "nut")]),
            sample('b', "images/b.jpg", Split::Train, vec![]),
        ],
        left_out: vec![LeftOut {
            sample: SampleId("d".repeat(64)),
            path: "/home/someone/d.jpg".to_owned(),
            reason: "needs arbitration".to_owned(),
        }],
    }
}

fn written(release: &Release) -> (tempfile::TempDir, PathBuf, Written) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("out");
    let written = write(&path, release).expect("a valid release");
    (dir, path, written)
}

#[test]
fn equal_input_gives_equal_bytes_in_any_order_of_samples() {
    let (_a, first, one) = written(&release());
    let mut shuffled = release();
    shuffled.samples.reverse();
    let (_b, second, two) = written(&shuffled);
    assert_eq!(one, two);
    assert_eq!((one.files, one.samples, one.objects), (9, 3, 3));
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(&first).expect("the release") {
        let name = entry.expect("an entry").file_name();
        assert_eq!(fs::read(first.join(&name)).expect("a file"), fs::read(second.join(&name)).expect("a file"));
        let text = fs::read_to_string(first.join(&name)).expect("UTF-8");
        assert!(!text.contains("/home/someone") && !text.contains('\r'), "{name:?}");
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    let expect = [
        "dataset.json",
        "guideline.md",
        "left-out.jsonl",
        "manifest.jsonl",
        "ontology.toml",
        "policy.toml",
        "provenance.jsonl",
        "train-00000.json",
        "val-00000.json",
    ];
    assert_eq!(names, expect);
    let line = fs::read_to_string(first.join("left-out.jsonl")).expect("UTF-8");
    assert_eq!(
        line,
        format!("{{\"path\":\"d.jpg\",\"reason\":\"needs arbitration\",\"sample\":\"{}\"}}\n", "d".repeat(64))
    );
    let lines = fs::read_to_string(first.join("provenance.jsonl")).expect("UTF-8");
    assert_eq!(lines.lines().count(), 3);
    assert!(lines.contains(r#""annotation":3,"annotators":["al","bo"],"object":"o3""#), "{lines}");
}

#[test]
fn a_fresh_release_verifies_and_its_shards_read_back() {
    let (_dir, path, written) = written(&release());
    let verification = verify_release(&path).expect("a release");
    assert_eq!(verification.differences, []);
    assert_eq!((verification.digest, verification.files), (written.digest, written.files));
    let bytes = fs::read(path.join("val-00000.json")).expect("the shard");
    let shard = crate::coco::read_dataset("val", &bytes).expect("a COCO file");
    assert_eq!(shard.problems, []);
    assert_eq!((shard.images[0].id, shard.objects[0].id), (3, Some(3)));
    assert_eq!(shard.images[0].file_name, "a.jpg");
    assert_eq!(shard.objects[0].attributes, object("x", "nut").attributes);
}

#[test]
fn the_label_hash_depends_on_labels_alone() {
    let labels = |release: &Release| {
        let (_dir, path, _) = written(release);
        let bytes = fs::read(path.join("dataset.json")).expect("the facts");
        serde_json::from_slice::<DatasetFacts>(&bytes).expect("valid facts").labels
    };
    let base = labels(&release());
    let mut other = release();
    other.samples[0].split = Split::Train;
    other.samples[0].sample.path = "elsewhere.png".to_owned();
    assert_eq!(labels(&other), base);
    other.samples[0].objects[0].tier = concord_domain::object::Tier::Sure;
    assert_ne!(labels(&other), base);
}

#[test]
fn the_label_hash_is_that_of_the_records_in_canonical_form() {
    // The lines are written by hand: a box is its corners, any other kind a field of its own name.
    let record = |first: &str, sample: char, last: &str| {
        format!("{{{first},\"sample\":\"{}\",\"size\":[640,480]{last}}}\n", sample.to_string().repeat(64))
    };
    let object =
        |fields: &str| format!(r#"{{"attributes":{{"bent":true}},{fields},"subclass":"hex","tier":"probable"}}"#);
    let labels = |release: &Release| {
        let (_dir, path, _) = written(release);
        assert_eq!(verify_release(&path).expect("a release").differences, []);
        let bytes = fs::read(path.join("dataset.json")).expect("the facts");
        serde_json::from_slice::<DatasetFacts>(&bytes).expect("valid facts").labels
    };
    let bolt = object(r#""bbox":[0.1,0.2,30.3,40.7],"class":"bolt""#);
    let nut = object(r#""bbox":[0.1,0.2,30.3,40.7],"class":"nut""#);
    let last = record(&format!(r#""objects":[{nut}]"#), 'c', "");
    let lines = record(&format!(r#""objects":[{bolt},{nut}]"#), 'a', "") + &record(r#""objects":[]"#, 'b', "") + &last;
    assert_eq!(labels(&release()), digest_bytes(lines.as_bytes()));

    let mut rich = release();
    let ellipse = Ellipse::inscribed(&BBox::new(2.0, 2.0, 8.0, 6.0).expect("a valid box"));
    let first = &mut rich.samples[1];
    first.objects[0].geometry = Geometry::Ellipse(ellipse);
    first.objects[0].group = Some("g".to_owned());
    let [from, to] = ["o2", "o1"].map(|id| ObjectId(id.to_owned()));
    first.relations.insert(Relation { from, kind: "on".to_owned(), to });
    first.tags.insert("wet".to_owned());
    rich.samples[2].confirmed_empty = true;
    let bolt = object(r#""class":"bolt","ellipse":[5.0,4.0,3.0,2.0,0.0],"group":"g""#);
    let first = format!(r#""objects":[{bolt},{nut}],"relations":[[1,"on",0]]"#);
    let lines =
        record(&first, 'a', r#","tags":["wet"]"#) + &record(r#""confirmed_empty":true,"objects":[]"#, 'b', "") + &last;
    assert_eq!(labels(&rich), digest_bytes(lines.as_bytes()));
}

#[test]
fn the_templates_of_the_ontology_stand_in_the_categories() {
    let mut jointed = release();
    let [head, tail] = ["head", "tail"].map(str::to_owned);
    let skeleton = Skeleton {
        name: "rod".to_owned(),
        points: vec![head.clone(), tail.clone()],
        links: vec![[head, tail]],
        ..Skeleton::default()
    };
    jointed.ontology.skeletons.push(skeleton);
    jointed.ontology.classes[1].skeleton = Some("rod".to_owned());
    let keypoints: Geometry = serde_json::from_str(r#"{"keypoints":[4.0,5.0,2.0,7.0,8.0,1.0]}"#).expect("keypoints");
    jointed.samples[0].objects[0].geometry = keypoints.clone();
    let (_dir, path, _) = written(&jointed);
    assert_eq!(verify_release(&path).expect("a release").differences, []);
    let bytes = fs::read(path.join("val-00000.json")).expect("the shard");
    let shard = crate::coco::read_dataset("val", &bytes).expect("a COCO file");
    assert_eq!((shard.problems.len(), &shard.objects[0].geometry), (0, &keypoints));
    assert_eq!(shard.skeletons["nut"].points, ["head", "tail"]);
}

#[test]
fn shards_hold_at_most_their_number_of_samples() {
    let mut big = release();
    big.samples = (0..=SAMPLES_A_SHARD)
        .map(|i| {
            let mut one = sample('a', &format!("{i}.jpg"), Split::Train, vec![]);
            one.sample.id = SampleId(format!("{i:064x}"));
            one
        })
        .collect();
    let (_dir, path, written) = written(&big);
    assert_eq!(written.samples, 5_001);
    let last = fs::read(path.join("train-00001.json")).expect("the second shard");
    assert_eq!(crate::coco::read_dataset("x", &last).expect("a COCO file").images.len(), 1);
    assert_eq!(verify_release(&path).expect("a release").differences, []);
}

#[test]
fn names_that_collide_are_told_apart() {
    let mut twins = release();
    twins.samples[1].sample.path = "C:\\x\\a.jpg".to_owned();
    let (_dir, path, _) = written(&twins);
    let bytes = fs::read(path.join("val-00000.json")).expect("the shard");
    let shard = crate::coco::read_dataset("val", &bytes).expect("a COCO file");
    assert_eq!(shard.images[0].file_name, format!("{}/a.jpg", "c".repeat(64)));
}

#[test]
fn a_release_that_contradicts_itself_is_refused_and_leaves_nothing() {
    let refuse = |change: fn(&mut Release), expect: &str| {
        let mut release = release();
        change(&mut release);
        let dir = tempfile::tempdir().expect("a temporary folder");
        let error = write(&dir.path().join("out"), &release).expect_err(expect).to_string();
        assert!(error.contains(expect), "{error}");
        assert_eq!(fs::read_dir(dir.path()).expect("the folder").count(), 0, "{expect}");
    };
    refuse(|r| r.samples[0].objects[0].class = "cog".to_owned(), "no class \"cog\"");
    refuse(|r| r.samples[1] = r.samples[0].clone(), "stands twice");
    refuse(|r| r.samples[0].sample.provenance = Provenance::Rendered, "rendered and may only be in train");
    refuse(|r| r.fractions.train = 2.0, "sum to 1");
    refuse(
        |r| {
            let [from, to] = ["o1", "o9"].map(|id| ObjectId(id.to_owned()));
            r.samples[1].relations.insert(Relation { from, kind: "on".to_owned(), to });
        },
        "lacks one of its objects",
    );
    refuse(
        |r| {
            let mask = Mask::new(Rle::from_row_major(2, 2, &[true; 4])).expect("foreground");
            r.samples[0].objects[0].geometry = Geometry::Mask(mask);
        },
        "its mask is 2 × 2 px and the image 640 × 480 px",
    );
    refuse(|r| r.name.clear(), "no name");
    refuse(
        |r| {
            let value = concord_domain::object::AttributeValue::Flag(true);
            r.samples[0].objects[0].attributes.insert("tier".to_owned(), value);
        },
        "cannot be named tier",
    );
    let mut declared = release();
    declared.samples[0].sample.provenance = Provenance::Rendered;
    declared.production_note = Some("This project declares its renderer as its production.".to_owned());
    written(&declared);
}

#[test]
fn a_place_that_is_taken_or_cannot_be_written_is_named() {
    let (dir, path, _) = written(&release());
    let error = write(&path, &release()).expect_err("the folder is full").to_string();
    assert!(error.contains("not empty") && error.contains("out"), "{error}");
    let below = path.join("dataset.json").join("out");
    let error = write(&below, &release()).expect_err("a file is no folder").to_string();
    assert!(error.contains("dataset.json"), "{error}");
    assert_eq!(fs::read_dir(dir.path()).expect("the folder").count(), 1);
}

#[test]
fn every_tampering_is_found_exactly() {
    let find = |tamper: fn(&Path), path: &str, what: &[&str]| {
        let (_dir, folder, _) = written(&release());
        tamper(&folder);
        let found = verify_release(&folder).expect("still a release").differences;
        for what in what {
            assert!(found.iter().any(|d| d.path == path && d.what.contains(what)), "{what}: {found:?}");
        }
    };
    find(|d| fs::remove_file(d.join("policy.toml")).expect("it is there"), "policy.toml", &["is missing"]);
    find(|d| fs::write(d.join("x.txt"), "x").expect("writable"), "x.txt", &["not in the manifest"]);
    find(
        |d| fs::write(d.join("guideline.md"), "hello").expect("writable"),
        "guideline.md",
        // Hashes of "hello" by b3sum and sha256sum.
        &[
            "expected 25 bytes, found 5",
            "found ea8f163db38682925e4491c5e58d4bb3506ef8c14eb78a86e908c5624a67200f",
            "found 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        ],
    );
    find(
        |d| {
            let path = d.join("manifest.jsonl");
            let text = fs::read_to_string(&path).expect("a text");
            fs::write(&path, text.replacen("{\"blake3\"", "{ \"blake3\"", 1) + "junk").expect("writable");
        },
        "manifest.jsonl",
        &["line 1: the line is not in canonical form", "line 9:", "cut off"],
    );
    assert!(verify_release(Path::new("/nonexistent")).is_err());
}

#[test]
fn a_release_whose_manifest_was_renewed_still_has_to_agree_with_itself() {
    let (_dir, folder, _) = written(&release());
    let path = folder.join("dataset.json");
    let text = fs::read_to_string(&path).expect("a text");
    let changed = text.replacen("\"nut\": 1", "\"nut\": 2", 1).replacen("\"labels\": \"b3:", "\"labels\": \"b3:0", 1);
    assert_ne!(changed, text);
    fs::write(&path, &changed).expect("writable");
    let old = fs::read_to_string(folder.join("manifest.jsonl")).expect("a text");
    let renew = |line: &str| {
        let mut entry = manifest::read_line(line).expect("a good line");
        if entry.path == "dataset.json" {
            entry.size = changed.len() as u64;
            entry.blake3 = blake3::hash(changed.as_bytes()).to_hex().to_string();
            entry.sha256 = manifest::hex(&<sha2::Sha256 as sha2::Digest>::digest(changed.as_bytes()));
        }
        entry
    };
    fs::write(folder.join("manifest.jsonl"), manifest::to_text(old.lines().map(renew).collect())).expect("writable");
    let found = verify_release(&folder).expect("a release").differences;
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].what.contains("labels: it says b3:0"), "{found:?}");
    assert!(found[1].what.contains("nut in"), "{found:?}");
}
