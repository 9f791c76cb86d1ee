//! Keymap files: what a TOML file binds, and what of it could not be used, each with its line.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use concord_language::tr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::shortcut::Shortcut;

/// A keymap file as it is written; what cannot be used is left out and told.
#[derive(Debug, Default)]
pub(super) struct KeyFile {
    /// The preset that it lies over (`preset`, in a person's file) or begins with (`extends`, in a preset).
    pub base: Option<Entry<String>>,
    /// `[keys]`: the keys of actions, in the order of their lines.
    pub keys: Vec<Entry<Vec<Shortcut>>>,
    /// `[planned]`: keys that are kept free for actions to come.
    pub planned: Vec<Entry<Vec<Shortcut>>>,
    /// What could not be used.
    pub problems: Vec<Problem>,
}

/// A line of a keymap file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry<T> {
    /// What stands before the equals sign.
    pub id: String,
    /// What stands behind it.
    pub value: T,
    /// The line, counted from 1.
    pub line: usize,
}

/// A place of a keymap file that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What stands before the equals sign; empty when not even that could be read.
    pub id: String,
    /// Why it cannot be used.
    pub cause: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Problem {
    /// The problem in one line: file, line, id, cause and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, id, cause, remedy } = self;
        let colon = if id.is_empty() { "" } else { ": " };
        let place = tr!("keymap-line", file = file, line = *line);
        write!(f, "{place}: {id}{colon}{cause}. {remedy}")
    }
}

impl KeyFile {
    /// Reads a file; `name` is what problems call it.
    pub(super) fn read(name: &str, text: &str) -> Self {
        let (whole, errors) = without_broken_entries(text);
        let mut reader = Reader { name, text: &whole, read: Self::default() };
        for (at, message) in errors {
            reader.problem(at, "", message, &tr!("keymap-write-lines", example = "next-sample = [\"F\"]"));
        }
        if let Ok(table) = DeTable::parse(&whole) {
            for (key, value) in table.get_ref() {
                reader.top(key, value);
            }
        }
        let mut read = reader.read;
        read.keys.sort_by_key(|entry| entry.line);
        read.planned.sort_by_key(|entry| entry.line);
        read.problems.sort_by_key(|problem| problem.line);
        read
    }
}

/// The text with entries that are no TOML blanked, so that all others keep their place; with the place and the fault of
/// each.
fn without_broken_entries(text: &str) -> (String, Vec<(usize, String)>) {
    let mut whole = text.to_owned();
    let mut errors = Vec::new();
    // Every turn blanks an entry, so that there are no more turns than entries.
    while let Err(error) = DeTable::parse(&whole) {
        let at = error.span().map_or(0, |span| span.start);
        let Some(broken) = broken_entry(&whole, at) else { break };
        errors.push((broken.start, error.message().to_owned()));
        let blank: String = whole[broken.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        whole.replace_range(broken, &blank);
    }
    (whole, errors)
}

/// The entry to blame for a fault that was noticed at a place: a list that is not closed is noticed lines later.
fn broken_entry(text: &str, at: usize) -> Option<Range<usize>> {
    let before: Vec<Range<usize>> = entries(text).into_iter().filter(|entry| entry.start <= at).collect();
    let unsound = before.iter().rev().find(|entry| DeTable::parse(&text[(*entry).clone()]).is_err());
    unsound.or(before.last()).cloned()
}

/// Where the entries of a text are. A line goes on with the one before when it can only stand within a list.
fn entries(text: &str) -> Vec<Range<usize>> {
    let mut entries: Vec<Range<usize>> = Vec::new();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let first = line.trim_start().chars().next();
        match (first, entries.last_mut()) {
            (None, _) => {}
            (Some('"' | '\'' | ',' | ']' | '#'), Some(last)) => last.end = end,
            _ => entries.push(start..end),
        }
    }
    entries
}

struct Reader<'a> {
    name: &'a str,
    text: &'a str,
    read: KeyFile,
}

impl Reader<'_> {
    fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    fn problem(&mut self, at: usize, id: &str, cause: String, remedy: &str) {
        let problem = Problem {
            file: self.name.to_owned(),
            line: self.line(at),
            id: id.to_owned(),
            cause,
            remedy: remedy.to_owned(),
        };
        self.read.problems.push(problem);
    }

    fn top(&mut self, key: &Spanned<Cow<'_, str>>, value: &Spanned<DeValue<'_>>) {
        let (id, at) = (key.get_ref().as_ref(), key.span().start);
        match (id, value.get_ref()) {
            ("preset" | "extends", DeValue::String(base)) => {
                let entry = Entry { id: id.to_owned(), value: base.to_string(), line: self.line(at) };
                self.read.base = Some(entry);
            }
            ("keys" | "planned", DeValue::Table(table)) => {
                for (key, value) in table {
                    if let Some(entry) = self.entry(key, value) {
                        let list = if id == "keys" { &mut self.read.keys } else { &mut self.read.planned };
                        list.push(entry);
                    }
                }
            }
            ("preset" | "extends", _) => {
                self.problem(at, id, tr!("keymap-no-text").to_owned(), tr!("keymap-quote-preset"));
            }
            ("keys" | "planned", _) => {
                self.problem(at, id, tr!("keymap-no-table").to_owned(), tr!("keymap-write-table"));
            }
            _ => {
                let cause = tr!("keymap-nothing-of-name").to_owned();
                self.problem(at, id, cause, tr!("keymap-put-below"));
            }
        }
    }

    fn entry(&mut self, key: &Spanned<Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> Option<Entry<Vec<Shortcut>>> {
        let (id, at) = (key.get_ref().as_ref(), key.span().start);
        let line = self.line(at);
        let single = std::slice::from_ref(value);
        let texts: &[Spanned<DeValue<'_>>] = match value.get_ref() {
            DeValue::Array(texts) => texts.get(..).unwrap_or_default(),
            _ => single,
        };
        let mut keys = Vec::new();
        for text in texts {
            let at = text.span().start;
            let DeValue::String(words) = text.get_ref() else {
                self.problem(
                    at,
                    id,
                    tr!("keymap-keys-no-texts").to_owned(),
                    &tr!("keymap-quote-keys", example = "[\"Ctrl+F\"]"),
                );
                continue;
            };
            match words.parse::<Shortcut>() {
                Ok(shortcut) => keys.push(shortcut),
                Err(error) => {
                    let remedy = tr!("keymap-write-keys");
                    self.problem(
                        at,
                        id,
                        tr!("keymap-unreadable", words = words.as_ref(), why = error.message()),
                        remedy,
                    );
                }
            }
        }
        // Where every key is broken the line changes nothing, instead of taking the keys away.
        (texts.is_empty() || !keys.is_empty()).then(|| Entry { id: id.to_owned(), value: keys, line })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever a file holds, reading it ends, and a line that is whole by itself is read.
        #[test]
        fn any_text_is_read(lines in proptest::collection::vec("[a-c =\\[\\]\"',{}#ä]{0,12}", 0..12)) {
            let text = format!("[keys]\nwhole = [\"F\"]\n{}\n", lines.join("\n"));
            let file = KeyFile::read("keymap.toml", &text);
            prop_assert!(file.keys.iter().any(|entry| entry.id == "whole") || !file.problems.is_empty());
            prop_assert!(file.problems.iter().all(|problem| problem.line <= lines.len() + 3));
        }
    }

    #[test]
    fn a_whole_file_is_read() {
        let text =
            "extends = \"default\"\n[keys]\nb = [\"F\", \"Ctrl+Plus\"]\na = []\nc = \"Q\"\n[planned]\nd = [\"P\"]\n";
        let file = KeyFile::read("x", text);
        assert_eq!(file.problems, []);
        assert_eq!(file.base.expect("it has a base").value, "default");
        let seen: Vec<(String, usize, usize)> = file.keys.into_iter().map(|e| (e.id, e.value.len(), e.line)).collect();
        assert_eq!(seen, [("b".to_owned(), 2, 3), ("a".to_owned(), 0, 4), ("c".to_owned(), 1, 5)]);
        assert_eq!(file.planned[0].value, ["P".parse().expect("a key")]);
    }

    #[test]
    fn what_is_broken_is_told_with_its_line_and_the_rest_counts() {
        let text = "preset = 7\ncolour = \"red\"\n[keys]\nfit = [\"Ctrl+Foo\", \"G\"]\nundo = [3]\nthis is no line\n\
                    redo = [\"Ctrl+Y\"]\n";
        let file = KeyFile::read("keymap.toml", text);
        let lines: Vec<(usize, &str)> = file.problems.iter().map(|p| (p.line, p.id.as_str())).collect();
        assert_eq!(lines, [(1, "preset"), (2, "colour"), (4, "fit"), (5, "undo"), (6, "")]);
        assert!(file.problems.iter().all(|p| !p.cause.is_empty() && !p.remedy.is_empty()));
        assert!(file.problems[2].to_string().starts_with("keymap.toml, line 4: fit: “Ctrl+Foo” cannot be read"));
        let kept: Vec<&str> = file.keys.iter().map(|e| e.id.as_str()).collect();
        assert_eq!(kept, ["fit", "redo"]);
        assert_eq!(file.keys[0].value.len(), 1);
    }

    #[test]
    fn a_list_that_is_not_closed_and_a_line_twice_cost_only_themselves() {
        let text = "[keys]\nundo = [\"U\"\nfit = [\n  \"G\",\n]\nfit = [\"H\"]\nü ö = [\nredo = [\"Y\"]\n";
        let file = KeyFile::read("keymap.toml", text);
        assert_eq!(file.problems.iter().map(|p| p.line).collect::<Vec<_>>(), [2, 6, 7]);
        assert_eq!(file.keys.iter().map(|e| (e.id.as_str(), e.line)).collect::<Vec<_>>(), [("fit", 3), ("redo", 8)]);
    }
}
