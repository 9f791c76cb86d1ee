//! Ctrl-C: the work stops at its next step, and nothing half-made stays behind.

#![cfg(unix)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{folder, program};

#[test]
fn ctrl_c_stops_with_130_and_leaves_nothing() {
    let dir = folder();
    let belt = dir.path().join("belt");
    // So many scenes take minutes: the program is at work when the signal comes.
    let child = program()
        .args(["sample", &belt.to_string_lossy(), "--scenes", "9999"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let patience = Instant::now() + Duration::from_mins(1);
    while !belt.join("images").exists() && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(20));
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(sent.success());
    let ended = child.wait_with_output().expect("the program ends");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(130), "{said}");
    assert!(said.contains("error: stopped; nothing was changed"), "{said}");
    assert!(!belt.exists());
}
