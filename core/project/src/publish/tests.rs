//! The next version and those that were published, from files and log.

use super::*;
use crate::queue::fixture::{Fixture, NOW, Thing};

const BOLT: Thing = (0.0, "bolt", 0.0);

fn write(f: &Fixture, name: &str, text: &str) {
    std::fs::write(f.desk.project.dir.join(name), text).expect("it is writable");
}

fn policy(version: u32, rest: &str) -> String {
    format!("name = 'p'\nversion = {version}\n{rest}")
}

/// Two label sets of ana, and the files as they are in force.
fn published() -> Fixture {
    let f = Fixture::new(&["dim"; 2], "overlap = 2", "");
    for n in 0..2 {
        f.label(n, "ana", &[BOLT]);
    }
    write(&f, ONTOLOGY_FILE, &f.versions.ontology.to_toml().expect("it can be written"));
    write(&f, POLICY_FILE, &policy(1, "overlap = 2"));
    f
}

#[test]
fn the_next_version_is_told_against_the_one_in_force() {
    let f = published();
    let next = next_version(&f.desk.project).expect("it can be read");
    assert_eq!((next.obstacle, next.in_force), (Some(Obstacle::NothingNew), Some((1, 1))));
    assert_eq!((next.ontology.len(), next.policy.len()), (0, 0));
    assert_eq!(
        next.files,
        [(ONTOLOGY_FILE, true), (POLICY_FILE, true), (GUIDELINE_FILE, false), (MIGRATION_FILE, false)]
    );
    write(&f, POLICY_FILE, &policy(1, "overlap = 3"));
    let next = next_version(&f.desk.project).expect("it can be read");
    assert_eq!(next.obstacle, Some(Obstacle::PolicyVersion { version: 1, least: 2 }));
    // A box of 10 pixels is too small then.
    write(&f, POLICY_FILE, &policy(2, "overlap = 3\n[rules]\nmin_side_px = 11.0"));
    let next = next_version(&f.desk.project).expect("it can be read");
    assert_eq!(next.obstacle, None);
    let paths: Vec<String> = next.policy.iter().map(|one| one.path.join(".")).collect();
    assert_eq!(paths, ["overlap", "rules.min_side_px", "version"]);
    let [touched] = next.report.touched.as_slice() else { panic!("one annotator: {:?}", next.report.touched) };
    assert_eq!((touched.label_sets, touched.breaking, touched.drafts), (2, 2, 0));
    let example = touched.example.as_ref().expect("a breach").to_string();
    assert_eq!(serde_json::to_value(touched).expect("written")["example"], example);
}

#[test]
fn a_draft_that_breaks_the_next_version_is_counted_apart_for_nobody_takes_it_from_its_annotator() {
    let f = published();
    write(&f, POLICY_FILE, &policy(2, "overlap = 2\n[rules]\nmin_side_px = 11.0"));
    assert_eq!(publish(&f.desk, Existing::BringAlong).expect("published").touched[0].breaking, 2);
    // They are drafts from now on, and break the next version as well.
    write(&f, POLICY_FILE, &policy(3, "overlap = 2\n[rules]\nmin_side_px = 12.0"));
    let report = publish(&f.desk, Existing::BringAlong).expect("published");
    assert_eq!((report.touched[0].breaking, report.touched[0].drafts), (0, 2));
    let rows = f.desk.project.reader().expect("a reader").log_rows(0, 100, None).expect("read");
    let back = rows.iter().filter(|row| row.decision.kind() == "labels_invalidated");
    assert_eq!(back.count(), 2, "once each");
}

#[test]
fn what_was_published_is_told_with_what_bears_it() {
    let f = published();
    write(&f, POLICY_FILE, &policy(2, "overlap = 3"));
    publish(&f.desk, Existing::BringAlong).expect("published");
    withdraw(&f.desk, 2, " three are too many ").expect("another one is left");
    let all = versions(&f.desk.project).expect("read");
    let told: Vec<_> = all.iter().map(|p| (p.ontology, p.policy, p.label_sets, p.is_in_force)).collect();
    assert_eq!(told, [(1, 2, 0, false), (1, 1, 2, true)]);
    let withdrawn = all[0].withdrawn.as_ref().expect("it is withdrawn");
    let Withdrawn { by, at_utc_ms, reason } = withdrawn;
    assert_eq!((by.as_str(), *at_utc_ms, reason.as_str()), ("ana", NOW, "three are too many"));
    assert!(!all[0].brings_ontology && all[1].brings_ontology && all[1].brings_policy);
    let paths: Vec<String> = all[0].policy_differences.iter().map(|one| one.path.join(".")).collect();
    assert_eq!(paths, ["overlap", "version"]);
    assert!(!all.iter().any(|one| one.can_be_withdrawn(&all)), "one is withdrawn, the other is the only one left");
    // The number of a version that was withdrawn is given for good.
    let next = next_version(&f.desk.project).expect("it can be read");
    assert_eq!((next.obstacle, next.in_force), (Some(Obstacle::PolicyVersion { version: 2, least: 3 }), Some((1, 1))));
    let mut ontology = f.versions.ontology.clone();
    ontology.version = 2;
    write(&f, ONTOLOGY_FILE, &ontology.to_toml().expect("it can be written"));
    write(&f, POLICY_FILE, &policy(1, "overlap = 2"));
    publish(&f.desk, Existing::Keep).expect("an ontology by itself");
    let all = versions(&f.desk.project).expect("read");
    let newest = &all[0];
    assert_eq!((newest.ontology, newest.policy, newest.brings_policy, newest.is_in_force), (2, 1, false, true));
}

#[test]
fn a_class_that_was_renamed_is_told_so_for_good() {
    let f = published();
    let mut ontology = f.versions.ontology.clone();
    ontology.version = 2;
    "pin".clone_into(&mut ontology.classes[0].name);
    write(&f, ONTOLOGY_FILE, &ontology.to_toml().expect("it can be written"));
    write(&f, MIGRATION_FILE, "[[rename]]\nclass = 'bolt'\nto = 'pin'\n");
    publish(&f.desk, Existing::BringAlong).expect("published");
    // The rules are gone from the folder, and stand in the log.
    std::fs::remove_file(f.desk.project.dir.join(MIGRATION_FILE)).expect("it is there");
    let newest = &versions(&f.desk.project).expect("read")[0];
    let renamed = differences::What::Renamed { to: "pin".to_owned() };
    assert_eq!(newest.ontology_differences[0].what, renamed, "{:?}", newest.ontology_differences);
    assert_eq!(newest.label_sets, 2);
}

#[test]
fn what_a_file_says_wrong_is_told_with_its_path() {
    let f = published();
    write(&f, POLICY_FILE, "name = 'p'\nversion = one\n");
    let error = next_version(&f.desk.project).expect_err("no number").to_string();
    assert!(error.contains(POLICY_FILE) && error.contains("line 2"), "{error}");
    write(&f, POLICY_FILE, &policy(2, "[rules]\nmax_count = { gear = 1 }"));
    let error = next_version(&f.desk.project).expect_err("no such class").to_string();
    assert!(error.contains(POLICY_FILE) && error.contains("\"gear\""), "{error}");
}
