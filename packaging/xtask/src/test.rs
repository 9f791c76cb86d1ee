//! `cargo xtask test`: every check that a change must pass, in the order that costs least.

use std::path::Path;

use crate::clock::{Ending, Steps, ending_of};
use crate::{exec, packages, say, workspace};

/// One check that is a cargo command.
#[derive(Debug)]
struct Check {
    name: &'static str,
    words: &'static [&'static str],
    variable: Option<(&'static str, &'static str)>,
}

/// Formatting answers in a second. The tests share what a demo has built, so their answer comes next. Lints and
/// documentation come last and together: both read the dependencies in a form of its own, which is made once for the two.
const CHECKS: &[Check] = &[
    Check { name: "Formatting", words: &["fmt", "--all", "--check"], variable: None },
    Check { name: "Tests", words: &["test", "--locked", "--workspace", "--no-fail-fast"], variable: None },
    Check {
        name: "Lints",
        words: &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"],
        variable: None,
    },
    Check {
        name: "Documentation",
        words: &["doc", "--locked", "--workspace", "--no-deps"],
        variable: Some(("RUSTDOCFLAGS", "-D warnings")),
    },
];

/// Runs every check, also after one has failed, and gives the exit code of the first that did.
pub(crate) fn test() -> u8 {
    let root = workspace::root();
    let mut steps = Steps::default();
    if prepare(&mut steps, &root) {
        for check in CHECKS {
            if matches!(steps.step(check.name, || run(check, &root)), Ending::Failed(exec::INTERRUPTED)) {
                break;
            }
        }
        if steps.code() != exec::INTERRUPTED {
            deny(&mut steps, &root);
        }
    }
    say::heading("Steps");
    say::line(&steps.table());
    say::line(if steps.code() == 0 { "All checks passed." } else { "Some checks failed." });
    steps.code()
}

fn prepare(steps: &mut Steps, root: &Path) -> bool {
    steps.step("System packages", || {
        packages::libraries(packages::RENDERER);
        let ready = packages::compiler() && components();
        ending_of(if ready { 0 } else { exec::FAILED })
    });
    if steps.code() != 0 {
        return false;
    }
    steps.step("Dependencies", || match exec::run(exec::cargo(root).args(["fetch", "--locked"])) {
        0 => Ending::Good(String::new()),
        exec::INTERRUPTED => Ending::Failed(exec::INTERRUPTED),
        _ => Ending::Noted("not all could be fetched; the licence check may see this platform's only".to_owned()),
    });
    steps.code() == 0
}

/// Whether rustfmt and clippy are there; says how to get them where they are not.
fn components() -> bool {
    let root = workspace::root();
    let missing: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(word, _)| !answers(&root, word))
        .map(|(_, component)| component)
        .collect();
    if missing.is_empty() {
        return true;
    }
    say::error(&format!("the toolchain lacks a component; add it: rustup component add {}", missing.join(" ")));
    false
}

fn answers(root: &Path, word: &str) -> bool {
    exec::cargo(root).args([word, "--version"]).output().is_ok_and(|output| output.status.success())
}

fn run(check: &Check, root: &Path) -> Ending {
    let mut command = exec::cargo(root);
    command.args(check.words);
    if let Some((name, value)) = check.variable {
        command.env(name, value);
    }
    ending_of(exec::run(&mut command))
}

/// Licences, sources and bans are the project's own doing and must hold. Advisories come from outside and need the
/// network, so that they are shown but cannot break the check of an unchanged tree.
fn deny(steps: &mut Steps, root: &Path) {
    if !answers(root, "deny") {
        let why = "cargo-deny is not installed; the architecture tests check the licences".to_owned();
        steps.step("Dependency rules", || {
            say::line(&why);
            Ending::Skipped(why.clone())
        });
        return;
    }
    steps.step("Dependency rules", || {
        ending_of(exec::run(exec::cargo(root).args(["deny", "check", "bans", "licenses", "sources"])))
    });
    steps.step("Advisories", || match exec::run(exec::cargo(root).args(["deny", "check", "advisories"])) {
        0 => Ending::Good(String::new()),
        code => Ending::Noted(format!("see above (exit code {code})")),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_covers_the_whole_workspace() {
        for check in CHECKS {
            assert!(check.words.iter().any(|word| ["--workspace", "--all"].contains(word)), "{}", check.name);
        }
    }

    #[test]
    fn demo_and_test_select_the_same_packages_and_profile() {
        let words = |command: &std::process::Command| -> Vec<String> {
            command.get_args().map(|word| word.to_string_lossy().into_owned()).collect()
        };
        let build = words(&workspace::build(Path::new(".")));
        assert!(build.contains(&"--workspace".to_owned()), "{build:?}");
        assert!(build.contains(&"--test".to_owned()), "without a test the features of a plain build differ: {build:?}");
        let all = CHECKS.iter().flat_map(|check| check.words.iter().copied());
        let all: Vec<&str> = all.chain(build.iter().map(String::as_str)).collect();
        for word in ["--release", "--profile", "--features", "--all-features", "--no-default-features", "--target-dir"]
        {
            assert!(!all.contains(&word), "{word} would build the dependencies again");
        }
    }
}
