//! A feature bears one name on every floor: the use case, its subcommand, its screen.

use std::path::{Path, PathBuf};

/// Folder of the use cases.
pub const USE_CASES: &str = "core/project/src";

/// Folder of the subcommands.
pub const COMMANDS: &str = "app/src/cli";

/// Files beside the subcommands that are no use case: what the command line itself needs, and commands about the
/// application rather than about a project.
pub const COMMAND_LINE_ONLY: &[&str] =
    &["mod", "args", "complete", "context", "doctor", "error", "exit", "open", "output", "progress", "sample", "table"];

/// Subcommands (relative paths of all files are given) without a use case of the same name. Holds while one of the two
/// folders is not there.
pub fn without_use_case(paths: &[PathBuf]) -> Vec<String> {
    let cases = stems(paths, USE_CASES);
    let commands = stems(paths, COMMANDS);
    if cases.iter().all(|name| name == "lib") {
        return Vec::new();
    }
    let known = |name: &String| cases.contains(name) || COMMAND_LINE_ONLY.contains(&name.as_str());
    let mut wrong = Vec::new();
    for name in commands.iter().filter(|name| !known(name)) {
        wrong.push(format!(
            "{COMMANDS}/{name} has no use case {USE_CASES}/{name}: give both one name, or, where it has no logic of a \
             project, add it to COMMAND_LINE_ONLY"
        ));
    }
    wrong
}

/// Names of the files and folders directly in this folder, without extension, each once.
fn stems(paths: &[PathBuf], folder: &str) -> Vec<String> {
    let folder = Path::new(folder);
    let mut names: Vec<String> = Vec::new();
    for below in paths.iter().filter_map(|path| path.strip_prefix(folder).ok()) {
        let rust = below.extension().is_some_and(|extension| extension == "rs");
        let first = below.components().next().map(|part| Path::new(part.as_os_str()));
        if let Some(stem) = first.and_then(Path::file_stem).filter(|_| rust) {
            names.push(stem.to_string_lossy().into_owned());
        }
    }
    names.sort();
    names.dedup();
    names
}
