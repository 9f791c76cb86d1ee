//! Projects as they are met: newer, locked, damaged, released; and the exit codes that say so.

use std::path::Path;
use std::process::Stdio;

use concord_project::Desk;

use crate::support::{concord_in, folder, import_as, program, project, write};

#[test]
fn a_folder_without_a_project_is_named() {
    let dir = folder();
    for command in ["queue", "publish", "agree"] {
        concord_in(dir.path(), &format!("{command} {{}}")).code(2).refuses(&["is no Concord project", "concord.toml"]);
    }
    concord_in(dir.path(), "verify {}/absent").code(1).refuses(&["absent"]);
}

#[test]
fn a_project_of_a_newer_version_is_refused() {
    let dir = folder();
    let belt = project(dir.path(), "");
    write(&belt.join("concord.toml"), "format = 99\nname = 'belt'\n[future]\nkey = 1\n");
    for command in ["queue {}/belt", "publish {}/belt", "verify {}/belt", "run {}/belt --model x"] {
        concord_in(dir.path(), command).code(2).refuses(&["belt/concord.toml", "format 99", "newer version"]);
    }
}

#[test]
fn a_configuration_with_a_fault_is_named_with_its_place() {
    let dir = folder();
    let belt = project(dir.path(), "");
    write(&belt.join("concord.toml"), "format = 1\nname = 'belt'\ncolour = 'red'\n");
    concord_in(dir.path(), "queue {}/belt").code(2).refuses(&["concord.toml", "unknown field", "colour"]);
}

#[test]
fn a_sample_is_taken_given_back_and_put_off() {
    let dir = folder();
    project(dir.path(), "");
    let queue = concord_in(dir.path(), "queue {}/belt --json").code(0).json();
    let path = queue["items"][0]["path"].as_str().expect("a path").to_owned();
    let sample = queue["items"][0]["sample"].as_str().expect("an identity")[..16].to_owned();
    let queue_of = |name: &str| {
        let queue = concord_in(dir.path(), &format!("queue {{}}/belt --for {name} --json")).code(0).json();
        queue["items"].as_array().expect("a list").len()
    };
    let take = format!("queue take {{}}/belt {path} --as-user");
    concord_in(dir.path(), &format!("{take} ben --minutes 20")).code(0).says(&["ben holds", "for 20 minutes"]);
    assert_eq!((queue_of("ana"), queue_of("ben")), (2, 3));
    concord_in(dir.path(), &format!("{take} ana")).code(2).refuses(&["ben holds", "minutes at most"]);
    let done = concord_in(dir.path(), &format!("queue release {{}}/belt {sample} --as-user ben --json")).code(0).json();
    assert_eq!((done["path"].as_str(), done["annotator"].as_str()), (Some(path.as_str()), Some("ben")));
    assert_eq!(queue_of("ana"), 3);
    concord_in(dir.path(), &format!("queue release {{}}/belt {sample} --as-user ben"))
        .refuses(&["nothing to give back"]);
    concord_in(dir.path(), &format!("queue snooze {{}}/belt {sample} --as-user ana")).code(0).says(&["60 minutes"]);
    assert_eq!((queue_of("ana"), queue_of("ben")), (2, 3));
    concord_in(dir.path(), "queue snooze {}/belt nothing.png").code(2).refuses(&["there is no sample nothing.png"]);
    concord_in(dir.path(), "verify {}/belt").code(0).says(&["is sound"]);
}

fn clock() -> i64 {
    1_770_000_000_000
}

#[test]
fn a_project_that_is_open_elsewhere_can_be_read_but_not_written() {
    let dir = folder();
    let belt = project(dir.path(), "");
    let desk = Desk::open(&belt, "alice", "bench", clock).expect("the project opens");
    let holder = format!("(process {})", std::process::id());
    for command in ["publish {}/belt", "run {}/belt --model x", "release {}/belt --out {}/r"] {
        concord_in(dir.path(), command).code(1).refuses(&["belt", "is open in another Concord", &holder]);
    }
    concord_in(dir.path(), "queue {}/belt").code(0).says(&["3 waiting samples"]);
    drop(desk);
    concord_in(dir.path(), "publish {}/belt").code(0).says(&["in force already"]);
}

#[test]
fn publishing_tells_what_it_touches() {
    let dir = folder();
    let belt = project(dir.path(), "");
    import_as(dir.path(), "alice");
    let ontology = std::fs::read_to_string(belt.join("ontology.toml")).expect("the project has one");
    write(&belt.join("ontology.toml"), ontology.replace("\"bolt\"", "\"screw\"").replace("version = 1", "version = 2"));
    let dry = concord_in(dir.path(), "publish {}/belt --dry-run").code(0);
    dry.says(&["would be published", "alice", "the ontology has no class \"bolt\""]);
    let report = concord_in(dir.path(), "publish {}/belt --json").code(0).json();
    assert_eq!(
        (&report["ontology"]["new"], &report["touched"][0]["breaking"]),
        (&true.into(), &3.into()),
        "{report:#}"
    );
    concord_in(dir.path(), "publish {}/belt").code(0).says(&["in force already"]);
}

#[test]
fn verify_finds_what_was_changed() {
    let dir = folder();
    project(dir.path(), "");
    concord_in(dir.path(), "verify {}/belt").code(0).says(&["is sound"]);
    std::fs::remove_file(dir.path().join("photos/1.png")).expect("the picture is there");
    write(&dir.path().join("photos/2.png"), b"other bytes");
    let found = concord_in(dir.path(), "verify {}/belt").code(3);
    found.says(&["2 differences", "1.png: it cannot be found", "2.png: it has 11 bytes"]);
    let found = concord_in(dir.path(), "verify {}/belt --json").code(3).json();
    assert_eq!(found["differences"].as_array().map(Vec::len), Some(2), "{found:#}");
    let silent = concord_in(dir.path(), "verify {}/belt --quiet").code(3);
    assert_eq!((silent.stdout.as_str(), silent.stderr.as_str()), ("", ""));
}

#[test]
fn a_release_is_the_same_twice_and_a_changed_one_is_found() {
    let dir = folder();
    project(dir.path(), "");
    concord_in(dir.path(), "release {}/belt --out {}/r").code(2).refuses(&["there is no gold to release"]);
    import_as(dir.path(), "alice");
    let first = concord_in(dir.path(), "release {}/belt --out {}/r1 --json").code(0).json();
    let second = concord_in(dir.path(), "release {}/belt --out {}/r2 --json").code(0).json();
    assert_eq!(first["digest"], second["digest"]);
    assert_eq!(first["objects"], 3);
    concord_in(dir.path(), "release {}/belt --out {}/r1").code(1).refuses(&["r1", "not empty"]);
    write(&dir.path().join("file"), b"");
    concord_in(dir.path(), "release {}/belt --out {}/file").code(1).refuses(&["file"]);
    concord_in(dir.path(), "verify {}/r1").code(0).says(&["is sound"]);
    let guideline = dir.path().join("r1/guideline.md");
    let text = std::fs::read_to_string(&guideline).expect("the release has one");
    write(&guideline, text + "one more line\n");
    concord_in(dir.path(), "verify {}/r1").code(3).says(&["guideline.md"]);
}

#[test]
fn drift_is_an_answer_and_no_failure() {
    let dir = folder();
    write(
        &dir.path().join("meta.csv"),
        "file,captured_at\n0.png,2026-03-01T10:00:00Z\n1.png,2026-03-02T10:00:00Z\n2.png,2026-04-01T10:00:00Z\n",
    );
    project(dir.path(), "--sidecar {}/meta.csv");
    let line = "drift {}/belt --reference 2026-03-01..2026-03-02 --window 2026-04-01..2026-04-01";
    concord_in(dir.path(), line).code(0).says(&["No drift was found, but", "too few images", "fewer than 200 images"]);
    let found = concord_in(dir.path(), &format!("{line} --json")).code(0).json();
    assert_eq!((&found["slices"][0]["reference_n"], &found["slices"][0]["window_n"]), (&2.into(), &1.into()));
    concord_in(dir.path(), &format!("{line} --queue")).code(0).says(&["0 images moved up the queue"]);
    let backwards = line.replace("2026-03-01..2026-03-02", "2026-03-02..2026-03-01");
    concord_in(dir.path(), &backwards).code(2).refuses(&["2026-03-02..2026-03-01", "ends before it starts"]);
}

#[test]
fn the_sample_project_is_sound() {
    let dir = folder();
    let made = concord_in(dir.path(), "sample {}/belt --scenes 4 --seed 3 --json").code(0).json();
    assert_eq!(made["catalogue"]["added"], 4, "{made:#}");
    assert_eq!(made["catalogue"]["problems"], serde_json::json!([]));
    concord_in(dir.path(), "verify {}/belt").code(0).says(&["The project", "is sound"]);
    concord_in(dir.path(), "sample {}/belt").code(2).refuses(&["holds a Concord project already"]);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let dir = folder();
    let belt = project(dir.path(), "");
    let mut child = program()
        .arg("queue")
        .arg(Path::new(&belt))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("the program ends");
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
}
