//! Losing power loses at most the gesture in hand: a labelling process is killed fifty times at random moments.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use concord_metrics::rng::Stream;
use concord_project::Project;
use concord_project::label::Session;

const KILLS: u64 = 50;

/// The example that labels without rest; cargo builds it beside the tests.
fn labeller() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let target = test.parent().and_then(Path::parent).expect("the target folder");
    target.join("examples").join(format!("labeller{}", std::env::consts::EXE_SUFFIX))
}

fn start(project: &Path, seed: u64) -> Child {
    Command::new(labeller())
        .arg(project)
        .arg(seed.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the labeller starts")
}

#[test]
fn every_acknowledged_gesture_survives_kill_9() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = concord_tests::project(dir.path(), 1);
    drop(desk);
    let project = dir.path().join("project");
    let mut random = Stream::new(7, "durability", "kill", 0);
    let (mut acknowledged_in_all, mut acknowledged_last) = (0, 0);
    for round in 0..KILLS {
        let mut child = start(&project, round);
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        // The first acknowledgement says that it is at work; then it lives for a random while.
        let mut acknowledged: Vec<String> = lines.next().map(|l| l.expect("a line")).into_iter().collect();
        assert!(!acknowledged.is_empty(), "round {round}: the labeller did not start");
        std::thread::sleep(Duration::from_micros(random.below(60_000)));
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        // What was written to the pipe before the kill was acknowledged; a torn last line was not.
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        acknowledged.extend(rest.into_iter().filter(|l| l.split(' ').nth(1).is_some_and(|hash| hash.len() == 64)));
        let reader = Project::open(&project).expect("it opens").reader().expect("a reader");
        for line in &acknowledged {
            let (id, hash) = line.split_once(' ').expect("id and hash");
            let row = reader.log_row(id).expect("the log can be read");
            let row = row.unwrap_or_else(|| panic!("round {round}: the acknowledged gesture {id} is lost"));
            assert_eq!(row.hash, hash, "round {round}: {id}");
        }
        let report = concord_project::verify::verify(&project).expect("it can be verified");
        assert!(report.is_ok(), "round {round}: {:?}", report.differences);
        let found = reader.log_head().expect("a head").0;
        acknowledged_last = acknowledged.len();
        acknowledged_in_all += acknowledged.len();
        assert!(found as usize >= acknowledged_in_all, "round {round}");
    }
    assert!(acknowledged_last > 0 && acknowledged_in_all > KILLS as usize, "{acknowledged_in_all} gestures in all");
    let opened = Project::open(&project).expect("it opens");
    let reader = opened.reader().expect("a reader");
    let versions = opened.versions(&reader).expect("versions");
    let sample = reader.samples().expect("samples")[0].id.clone();
    let session = Session::load(&reader, &sample, "ana", &versions).expect("a session");
    assert!(session.undo_summary().is_some(), "undo survives the kills");
}
