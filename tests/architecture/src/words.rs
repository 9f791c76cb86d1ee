//! What the window says stands in the files of the language package, and everything in them is said somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::source::Source;

/// Folder of the files of the language that is complete.
pub const ENGLISH: &str = "core/language/locales/en";

/// Where the window is: what a person reads here comes from the language package. The command line speaks English.
pub const WINDOW: &[&str] = &["app/src/", "widgets/src/"];

/// Parts of these folders that show nothing in the window.
pub const NOT_WINDOW: &[&str] =
    &["app/src/cli/", "app/src/main.rs", "app/src/keymap/manual.rs", "widgets/src/canvas/gpu"];

/// Names and parts of files that are the same in every language; literals that begin so.
pub const AS_IT_IS: &[&str] = &["Label Studio", "Library/Application Support", "# Keys of Concord."];

/// Sentences whose names are made while the app runs begin so; the tests of their owners look after them.
pub const COMPOSED: &[&str] = &["action-"];

/// Macros, attributes and names of parts whose texts nobody at the window reads.
const NOT_SHOWN: &[&str] = &[
    "tracing::",
    "Id::unique(",
    "id_salt(",
    "Grid::new(",
    "Panel::top(",
    "Panel::bottom(",
    ".name(",
    "#[error(",
    "#[expect(",
    ".expect(",
    "panic!(",
    "unreachable!(",
    "assert",
    "include_str!",
    "#[serde(",
];

/// The names of the sentences in the text of a file, each with the names of what is put into it.
pub fn sentences(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            found.entry(name.to_owned()).or_default();
            current = Some(name.to_owned());
        }
        let Some(values) = current.as_ref().and_then(|name| found.get_mut(name)) else { continue };
        for rest in line.split('$').skip(1) {
            values.insert(rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect());
        }
    }
    found
}

/// A sentence that code says: its line, its name, and the names of what is put into it.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    line: usize,
    name: String,
    values: BTreeSet<String>,
}

/// Sentences that are said and are not there, or into which something else is put than they ask for.
pub fn unknown(sources: &[Source], sentences: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| !source.path.starts_with("core/language")) {
        for said in said(&source.without_tests().uncommented) {
            let place = format!("{}:{}", source.path.display(), said.line);
            match sentences.get(&said.name) {
                None => wrong.push(format!("{place}: there is no sentence `{}`: write it in {ENGLISH}", said.name)),
                Some(asked) if *asked != said.values => wrong.push(format!(
                    "{place}: `{}` asks for {asked:?}, and is given {:?}: make the two the same",
                    said.name, said.values
                )),
                Some(_) => {}
            }
        }
    }
    wrong
}

/// Sentences that nobody says.
pub fn unsaid(sources: &[Source], sentences: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let outside = sources.iter().filter(|source| !source.path.starts_with("core/language"));
    let texts: Vec<String> = outside.map(|source| source.without_tests().uncommented).collect();
    let is_said = |name: &str| {
        let literal = format!("\"{name}\"");
        COMPOSED.iter().any(|start| name.starts_with(start)) || texts.iter().any(|text| text.contains(&literal))
    };
    let left = sentences.keys().filter(|name| !is_said(name));
    left.map(|name| format!("`{name}` is said nowhere: take it out of every language")).collect()
}

/// Texts of two words or more in the code of the window, which a person would read in one language only.
pub fn in_code(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| is_window(&source.path)) {
        let text = source.without_tests().uncommented;
        for (line, literal) in shown_literals(&text) {
            if is_prose(&literal) && !AS_IT_IS.iter().any(|start| literal.starts_with(start)) {
                wrong.push(format!(
                    "{}:{line}: “{literal}” stands in code: put it into {ENGLISH} and say it with `tr!`",
                    source.path.display()
                ));
            }
        }
    }
    wrong
}

fn is_window(path: &Path) -> bool {
    let path = path.to_string_lossy().replace('\\', "/");
    WINDOW.iter().any(|folder| path.starts_with(folder)) && !NOT_WINDOW.iter().any(|folder| path.starts_with(folder))
}

/// Two words or more: letters, a space, letters, outside of what is put in.
fn is_prose(literal: &str) -> bool {
    let mut depth = 0_usize;
    let mut plain = String::new();
    for c in literal.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let words: Vec<&str> = plain.split(' ').collect();
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 2;
    words.windows(2).any(|pair| pair.iter().all(is_word))
}

/// The literals of a text without comments that may be shown, each with its line.
fn shown_literals(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    // A statement that begins with what is not shown ends with its parenthesis.
    let mut hidden_until = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if at >= hidden_until && NOT_SHOWN.iter().any(|start| rest.starts_with(start)) {
            hidden_until = at + closing(rest);
        }
        if rest.starts_with('"') {
            let end = literal_end(rest);
            if at >= hidden_until {
                found.push((line_of(text, at), rest[1..end.max(1)].to_owned()));
            }
            at += end + 1;
        } else if rest.starts_with("'\"'") {
            at += 3;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text[..at].matches('\n').count()
}

/// Place of the quotation mark that closes the one at the beginning.
fn literal_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len() - 1
}

/// Place behind the parenthesis that closes the first one; parentheses within literals do not count.
fn closing(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text[at..];
        match rest.chars().next() {
            Some('"') => at += literal_end(rest),
            Some('(') => depth += 1,
            Some(')') if depth <= 1 => return at + 1,
            Some(')') => depth -= 1,
            _ => {}
        }
        at += text[at..].chars().next().map_or(1, char::len_utf8);
    }
    text.len()
}

/// What a text without comments says by `tr!` and `say!`.
fn said(text: &str) -> Vec<Said> {
    let mut found = Vec::new();
    for start in ["tr!(", "say!("] {
        for (at, _) in text.match_indices(start) {
            let is_whole = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let inside = &text[at + start.len()..at + closing(&text[at..]) - 1];
            let Some(open) = inside.find('"').filter(|_| is_whole) else { continue };
            let end = open + literal_end(&inside[open..]);
            let name = inside[open + 1..end].to_owned();
            found.push(Said { line: line_of(text, at), name, values: value_names(&inside[end + 1..]) });
        }
    }
    found
}

/// The names before the equals signs of `, name = value, name = value`.
fn value_names(text: &str) -> BTreeSet<String> {
    let (mut depth, mut at, mut part) = (0_usize, 0, String::new());
    let mut names = BTreeSet::new();
    let mut take = |part: &mut String| {
        if let Some((name, _)) = part.split_once('=') {
            names.insert(name.trim().to_owned());
        }
        part.clear();
    };
    while at < text.len() {
        let c = text[at..].chars().next().unwrap_or(' ');
        match c {
            '"' => at += literal_end(&text[at..]),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => take(&mut part),
            _ => {}
        }
        if c != ',' || depth > 0 {
            part.push(c);
        }
        at += text[at..].chars().next().map_or(1, char::len_utf8);
    }
    take(&mut part);
    names
}
