//! What no text file of the project may hold: paths that exist on one machine only.

use std::path::PathBuf;

/// Text that gives such a path away, each with what to do. Written in two halves, so that this file passes.
const GIVEN_AWAY: &[(&str, &str)] = &[
    (concat!("/wo", "rk/"), "say it relative to the root of the workspace"),
    (concat!("../sha", "red"), "copy what is needed into the workspace"),
    (concat!("/root", "/."), "use a folder that the caller names"),
];

/// Places in these files (path, text) that name a path of somebody's machine.
pub fn machine_paths(files: &[(PathBuf, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in files {
        for (number, line) in text.lines().enumerate() {
            for (part, instead) in GIVEN_AWAY.iter().filter(|(part, _)| line.contains(part)) {
                let number = number + 1;
                wrong.push(format!("{}:{number}: `{part}` is a path of one machine: {instead}", path.display()));
            }
        }
    }
    wrong
}
