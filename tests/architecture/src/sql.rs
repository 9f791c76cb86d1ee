//! What SQL in the store must not say: rows of the log are appended, never changed.

use std::path::Path;

use crate::source::Source;

/// Folder of the only package that speaks SQL.
pub const STORE: &str = "core/store";

/// The tables that hold the log.
pub const LOG: &[&str] = &["log"];

/// Statements that replace rows, and so pass a trigger that forbids deleting them.
pub fn replaces(path: &Path, text: &str) -> Vec<String> {
    let words = words(text);
    let found = words.windows(3).filter(|three| {
        let [(_, a), (_, b), (_, c)] = three else {
            return false;
        };
        (a == "insert" && b == "or" && c == "replace") || (a == "replace" && b == "into")
    });
    found
        .map(|three| {
            let line = three.first().map_or(0, |(line, _)| *line);
            format!(
                "{}:{line}: REPLACE deletes a row behind the triggers: use INSERT … ON CONFLICT DO UPDATE",
                path.display()
            )
        })
        .collect()
}

/// Statements that change or delete rows of the log.
pub fn rewrites_log(path: &Path, text: &str) -> Vec<String> {
    let words = words(text);
    let word = |at: usize| words.get(at).map_or("", |(_, word)| word.as_str());
    let mut wrong = Vec::new();
    for (at, (line, first)) in words.iter().enumerate() {
        let mut next = at + 1;
        match (first.as_str(), word(next)) {
            ("update", "or") => next += 2,
            ("update", _) => {}
            ("delete", "from") => next += 1,
            _ => continue,
        }
        if matches!(word(next), "main" | "temp") {
            next += 1;
        }
        if LOG.contains(&word(next)) {
            wrong.push(format!(
                "{}:{line}: rows of `{}` are appended and never changed: append one that undoes the other",
                path.display(),
                word(next)
            ));
        }
    }
    wrong
}

/// The names in every `CREATE TABLE` of the text.
pub fn created_tables(text: &str) -> Vec<String> {
    let words = words(text);
    let word = |at: usize| words.get(at).map_or("", |(_, word)| word.as_str());
    let mut names = Vec::new();
    for at in 0..words.len() {
        if word(at) == "create" && word(at + 1) == "table" {
            let guarded = word(at + 2) == "if" && word(at + 3) == "not" && word(at + 4) == "exists";
            names.push(word(if guarded { at + 5 } else { at + 2 }).to_owned());
        }
    }
    names
}

/// The text of a Rust file that may hold SQL: its strings, without comments and tests.
pub fn sql_in(source: &Source) -> String {
    // A string that goes on in the next line after a backslash is one string.
    source.without_tests().uncommented.replace("\\\n", " \n")
}

fn words(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split("--").next().unwrap_or_default();
        let parts = line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|part| !part.is_empty());
        found.extend(parts.map(|part| (number + 1, part.to_lowercase())));
    }
    found
}
