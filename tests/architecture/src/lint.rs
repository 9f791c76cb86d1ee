//! Rules for every Rust file: what it starts with, how long it is, how it silences a lint.

use crate::source::{Source, tokens};

/// The most lines a file may have.
pub const LONGEST: usize = 800;

/// Files that do not start by saying what they are for.
pub fn without_purpose(sources: &[Source]) -> Vec<String> {
    let silent = sources.iter().filter(|source| !source.text.starts_with("//! "));
    silent
        .map(|source| format!("{}: start the file with `//!` and a sentence on what it is for", source.path.display()))
        .collect()
}

/// Files longer than [`LONGEST`].
pub fn too_long(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        let lines = source.text.lines().count();
        if lines > LONGEST {
            wrong.push(format!(
                "{}: {lines} lines, at most {LONGEST}: find the room that is missing and move it to its own file",
                source.path.display()
            ));
        }
    }
    wrong
}

/// Attributes that silence a lint for good, `cfg_attr` included.
pub fn silenced(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        let tokens = tokens(&source.code);
        for (at, (line, token)) in tokens.iter().enumerate() {
            let follows = tokens.get(at + 1).is_some_and(|(_, next)| next == "(");
            if token == "allow" && follows && in_attribute(&tokens, at) {
                wrong.push(format!(
                    "{}:{line}: use `#[expect(…, reason = \"…\")]`, which ends with its cause, not `allow`",
                    source.path.display()
                ));
            }
        }
    }
    wrong
}

/// Whether the token stands between `#[` and its `]`.
fn in_attribute(tokens: &[(usize, String)], at: usize) -> bool {
    let mut depth = 0_usize;
    for back in (0..at).rev() {
        match tokens[back].1.as_str() {
            "]" => depth += 1,
            "[" if depth > 0 => depth -= 1,
            "[" => {
                let before = |n: usize| back.checked_sub(n).map_or("", |position| tokens[position].1.as_str());
                return before(1) == "#" || (before(1) == "!" && before(2) == "#");
            }
            "{" | "}" | ";" => return false,
            _ => {}
        }
    }
    false
}
