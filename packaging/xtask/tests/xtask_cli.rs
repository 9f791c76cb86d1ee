//! The command line of xtask as a person meets it. `cargo xtask demo` also names this test to cargo when it builds: see
//! `workspace::build`.

use std::process::{Command, Output};

fn xtask(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(words).output().expect("xtask was built with this test")
}

#[test]
fn help_names_every_command_and_succeeds() {
    let output = xtask(&["help"]);
    assert!(output.status.success());
    let text = String::from_utf8_lossy(&output.stdout);
    for command in ["demo", "test", "bench"] {
        assert!(text.contains(&format!("\n  {command}")), "{command} is missing in:\n{text}");
    }
}

#[test]
fn a_wrong_command_line_ends_with_code_2_and_says_why() {
    for words in [&["demonstrate"][..], &["demo", "--scenes", "none"], &["test", "--fast"]] {
        let output = xtask(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        let last = words.last().expect("every case has words");
        assert!(String::from_utf8_lossy(&output.stderr).contains(last), "{words:?}");
        assert!(output.stdout.is_empty(), "{words:?}");
    }
}
