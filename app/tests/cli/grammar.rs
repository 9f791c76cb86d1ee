//! The words of the command line: help, wrong usage, JSON, and who is at the desk.

use crate::support::{concord, concord_in, folder, project};

fn commands() -> Vec<String> {
    // A hidden command is no command for people.
    let grammar = concord_app::cli::grammar();
    grammar.get_subcommands().filter(|c| !c.is_hide_set()).map(|c| c.get_name().to_owned()).collect()
}

#[test]
fn every_command_explains_itself_with_examples() {
    let commands = commands();
    for expected in [
        "open", "new", "sample", "import", "model", "run", "queue", "publish", "agree", "release", "verify",
        "validate", "stress",
    ]
    .into_iter()
    .chain(["drift", "doctor", "saliency"])
    {
        assert!(commands.iter().any(|c| c == expected), "there is no command {expected}");
    }
    for command in &commands {
        let help = concord([command, "--help"]).code(0).says(&["Examples:", &format!("concord {command}"), "--json"]);
        assert_eq!(help.stderr, "");
        // More than the line that `concord --help` shows: a paragraph stands above the usage.
        let paragraph = help.stdout.split("Usage:").next().unwrap_or_default();
        assert!(paragraph.split_whitespace().count() > 25, "{command}: {paragraph}");
    }
    concord(["--help"]).code(0).says(&["Examples:", "Exit codes:", "130"]);
    concord(["--version"]).code(0).says(&["concord "]);
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_wrong() {
    for (words, part) in [
        (&["frobnicate"][..], "frobnicate"),
        (&["queue"], "<PROJECT>"),
        (&["queue", "x", "--top", "many"], "many"),
        (&["import", "x", "y"], "--as"),
        (&["import", "x", "y", "--as", "a", "--as-suggestions", "b"], "--as-suggestions"),
        (&["validate"], "<PROJECT>"),
        (&["validate", "x"], "--model"),
        (&["validate", "--gt", "a.json"], "--dt"),
        (&["sample", "x", "--scenes", "0"], "0"),
        (&["stress", "x", "--model", "m", "--out", "o", "--severities", "1,six"], "six"),
    ] {
        let answer = concord(words).code(2);
        assert_eq!(answer.stdout, "", "{words:?}");
        assert!(answer.stderr.contains(part), "{part:?} is not in {}", answer.stderr);
    }
}

#[test]
fn a_failure_is_json_too_when_json_was_asked_for() {
    let dir = folder();
    let answer = concord_in(dir.path(), "queue {} --json").code(2).refuses(&["is no Concord project"]);
    let document = answer.json();
    assert_eq!(document["exit_code"], 2);
    assert!(document["error"]["what"].as_str().is_some_and(|what| what.contains("is no Concord project")));
    assert!(document["error"]["try"].is_string() && document["error"]["causes"].is_array(), "{document:#}");
}

#[test]
fn every_report_is_one_json_document() {
    let dir = folder();
    project(dir.path(), "");
    for (line, key) in [
        ("doctor", "engines"),
        ("queue {}/belt", "items"),
        ("publish {}/belt --dry-run", "ontology"),
        ("agree {}/belt", "pairs"),
        ("verify {}/belt", "differences"),
        ("drift {}/belt --reference 2026-03-01..2026-03-02 --window 2026-04-01..2026-04-01", "slices"),
    ] {
        let answer = concord_in(dir.path(), &format!("{line} --json")).code(0);
        assert!(!answer.json()[key].is_null(), "{line}: {}", answer.stdout);
        assert_eq!(answer.stderr, "", "{line}");
        let quiet = concord_in(dir.path(), &format!("--quiet {line}")).code(0);
        assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""), "{line}");
    }
}

#[test]
fn the_command_line_says_who_is_at_the_desk() {
    let name = |more: &[&str]| {
        let words = ["doctor", "--json"].iter().chain(more);
        concord(words).code(0).json()["annotator"].as_str().map(str::to_owned)
    };
    assert_eq!(name(&[]).as_deref(), Some("tester"), "from CONCORD_USER");
    assert_eq!(name(&["--as-user", "alice"]).as_deref(), Some("alice"));
}

#[test]
fn the_doctor_names_the_engines_and_why_one_is_missing() {
    concord(["doctor"]).code(0).says(&["rten", "available", "ONNX Runtime", "processor cores"]);
    let mut command = crate::support::program();
    command.args(["doctor", "--json"]).env("ORT_DYLIB_PATH", "/nowhere/libonnxruntime.so");
    let answer = crate::support::Answer::from(command.output().expect("the program starts")).code(0);
    let engines = answer.json()["engines"].clone();
    assert_eq!(engines[1]["available"], false, "{engines:#}");
    assert!(engines[1]["reason"].as_str().is_some_and(|r| r.contains("/nowhere/libonnxruntime.so")), "{engines:#}");
}
