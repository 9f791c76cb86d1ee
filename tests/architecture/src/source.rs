//! A Rust file as the rules see it: without its comments, without its strings, without its test code, and as paths.

use std::path::{Path, PathBuf};

/// One Rust file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path relative to the root of the workspace.
    pub path: PathBuf,
    /// The text as it stands.
    pub text: String,
    /// The text with comments and the inside of literals replaced by spaces.
    pub code: String,
    /// The text with comments replaced by spaces; literals stay.
    pub uncommented: String,
}

/// A path such as `std::fs::read` as it occurs in code, groups of `use` taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePath {
    /// Line, counted from 1.
    pub line: usize,
    /// The names between the double colons.
    pub segments: Vec<String>,
}

impl Source {
    /// Reads the text of one file.
    pub fn new(path: impl Into<PathBuf>, text: &str) -> Self {
        let (code, uncommented) = blanked(text);
        Self { path: path.into(), text: text.to_owned(), code, uncommented }
    }

    /// The same file without what is compiled only for tests; a file that is test code as a whole becomes empty.
    #[must_use]
    pub fn without_tests(&self) -> Self {
        let mut kept = self.clone();
        let ranges = if is_test_file(&self.path) {
            std::iter::once(0..self.code.chars().count()).collect()
        } else {
            test_ranges(&self.code)
        };
        for text in [&mut kept.code, &mut kept.uncommented] {
            let inside = |at: usize| ranges.iter().any(|range: &std::ops::Range<usize>| range.contains(&at));
            *text = text.chars().enumerate().map(|(at, c)| if c != '\n' && inside(at) { ' ' } else { c }).collect();
        }
        kept
    }

    /// Every path in the code, single names included.
    pub fn paths(&self) -> Vec<CodePath> {
        let tokens = tokens(&self.code);
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            at = read_path(&tokens, at, &[], &mut found).max(at + 1);
        }
        found
    }
}

impl CodePath {
    /// Whether these names stand one after the other somewhere in the path.
    pub fn holds(&self, names: &[&str]) -> bool {
        self.segments.windows(names.len()).any(|window| window == names)
    }
}

/// Whether a whole file is test code: in a `tests` or `benches` folder, or a file of tests beside the code.
pub fn is_test_file(path: &Path) -> bool {
    let folder = path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "benches");
    folder || path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests"))
}

/// The names and signs of the code, each with its line. `::` is one sign.
pub(crate) fn tokens(code: &str) -> Vec<(usize, String)> {
    let mut tokens: Vec<(usize, String)> = Vec::new();
    let mut line = 1;
    let mut glue = false;
    for c in code.chars() {
        let part = c.is_alphanumeric() || c == '_';
        match tokens.last_mut() {
            Some((_, last)) if glue && part && last.chars().all(|d| d.is_alphanumeric() || d == '_') => last.push(c),
            Some((_, last)) if glue && c == ':' && last == ":" => last.push(c),
            _ if !c.is_whitespace() => tokens.push((line, c.to_string())),
            _ => {}
        }
        glue = !c.is_whitespace();
        line += usize::from(c == '\n');
    }
    tokens
}

fn is_name(token: &str) -> bool {
    token.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
}

/// Reads one path that starts at `at`, below `prefix`, and gives the position after it.
fn read_path(tokens: &[(usize, String)], mut at: usize, prefix: &[String], found: &mut Vec<CodePath>) -> usize {
    let mut segments = prefix.to_vec();
    let line = tokens.get(at).map_or(0, |(line, _)| *line);
    let text = |at: usize| tokens.get(at).map_or("", |(_, token)| token.as_str());
    loop {
        if text(at) == "{" && !segments.is_empty() {
            return read_group(tokens, at + 1, &segments, found);
        }
        let all = text(at) == "*" && !segments.is_empty();
        if !is_name(text(at)) && !all {
            break;
        }
        segments.push(text(at).to_owned());
        at += 1;
        if text(at) != "::" {
            break;
        }
        at += 1;
    }
    if segments.len() > prefix.len() {
        found.push(CodePath { line, segments });
    }
    at
}

fn read_group(tokens: &[(usize, String)], mut at: usize, prefix: &[String], found: &mut Vec<CodePath>) -> usize {
    while let Some((_, token)) = tokens.get(at) {
        match token.as_str() {
            "}" => return at + 1,
            "," => at += 1,
            // The new name after `as` names nothing that exists elsewhere.
            "as" => at += 2,
            _ => at = read_path(tokens, at, prefix, found).max(at + 1),
        }
    }
    at
}

/// Positions (in characters) of the items that `#[cfg(test)]` marks.
fn test_ranges(code: &str) -> Vec<std::ops::Range<usize>> {
    let chars: Vec<char> = code.chars().collect();
    let mut ranges = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if ["#[cfg(test)]", "#[cfg(all(test"].iter().any(|mark| starts_with(&chars, at, mark)) {
            let end = item_end(&chars, at);
            ranges.push(at..end);
            at = end;
        } else {
            at += 1;
        }
    }
    ranges
}

fn starts_with(chars: &[char], at: usize, text: &str) -> bool {
    text.chars().enumerate().all(|(offset, c)| chars.get(at + offset) == Some(&c))
}

/// The end of the item whose first attribute starts at `at`: after its closing brace, or its semicolon.
fn item_end(chars: &[char], at: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, c) in chars.iter().enumerate().skip(at) {
        match c {
            '{' | '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return offset + 1;
                }
            }
            ';' if depth == 0 => return offset + 1,
            _ => {}
        }
    }
    chars.len()
}

/// The text with comments and literals blanked, and with comments alone blanked; same length in characters, same lines.
fn blanked(text: &str) -> (String, String) {
    let chars: Vec<char> = text.chars().collect();
    let (mut code, mut uncommented) = (String::with_capacity(text.len()), String::with_capacity(text.len()));
    let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
    let mut at = 0;
    while at < chars.len() {
        let (kind, end) = piece(&chars, at);
        for &c in &chars[at..end] {
            code.push(if kind == Piece::Code { c } else { blank(c) });
            uncommented.push(if kind == Piece::Comment { blank(c) } else { c });
        }
        at = end;
    }
    (code, uncommented)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Code,
    Comment,
    Literal,
}

/// What starts at this position, and where it ends.
fn piece(chars: &[char], at: usize) -> (Piece, usize) {
    if starts_with(chars, at, "//") {
        return (Piece::Comment, position(chars, at, '\n'));
    }
    if starts_with(chars, at, "/*") {
        return (Piece::Comment, block_comment_end(chars, at));
    }
    if let Some(end) = raw_string_end(chars, at) {
        return (Piece::Literal, end);
    }
    match chars[at] {
        '"' => (Piece::Literal, quoted_end(chars, at, '"')),
        '\'' if chars.get(at + 1) == Some(&'\\') || chars.get(at + 2) == Some(&'\'') => {
            (Piece::Literal, quoted_end(chars, at, '\''))
        }
        _ => (Piece::Code, at + 1),
    }
}

fn position(chars: &[char], at: usize, wanted: char) -> usize {
    chars[at..].iter().position(|&c| c == wanted).map_or(chars.len(), |offset| at + offset)
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut here = at;
    while here < chars.len() {
        if starts_with(chars, here, "/*") {
            depth += 1;
            here += 2;
        } else if starts_with(chars, here, "*/") {
            depth -= 1;
            here += 2;
            if depth == 0 {
                return here;
            }
        } else {
            here += 1;
        }
    }
    chars.len()
}

fn quoted_end(chars: &[char], at: usize, quote: char) -> usize {
    let mut here = at + 1;
    while here < chars.len() {
        match chars[here] {
            '\\' => here += 2,
            c if c == quote => return here + 1,
            _ => here += 1,
        }
    }
    chars.len()
}

/// The end of a raw string that starts here with `r`, `br` or `cr`; `None` for anything else.
fn raw_string_end(chars: &[char], at: usize) -> Option<usize> {
    let inside_name = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    if inside_name {
        return None;
    }
    let start = if matches!(chars[at], 'b' | 'c') { at + 1 } else { at };
    if chars.get(start) != Some(&'r') {
        return None;
    }
    let hashes = chars[start + 1..].iter().take_while(|&&c| c == '#').count();
    let open = start + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let mut here = open + 1;
    while here < chars.len() {
        if starts_with(chars, here, &close) {
            return Some(here + close.chars().count());
        }
        here += 1;
    }
    Some(chars.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn paths(text: &str) -> Vec<String> {
        Source::new("x.rs", text).paths().iter().map(|path| path.segments.join("::")).collect()
    }

    #[test]
    fn comments_and_literals_are_blanked() {
        let text = r##"a /* b /* c */ d */ e // f
            g("h \" i", 'j', '\'', r#"k " l"#, br"m", b"n") 'o p"##;
        let source = Source::new("x.rs", text);
        assert_eq!(words(&source.code), words("a e g( , , , , , b ) 'o p"));
        assert_eq!(words(&source.uncommented).first().map(String::as_str), Some("a"));
        assert!(source.uncommented.contains("h \\\" i") && !source.uncommented.contains("// f"));
        assert_eq!(source.code.chars().count(), text.chars().count());
    }

    #[test]
    fn a_lifetime_is_no_literal() {
        let source = Source::new("x.rs", "fn f<'a>(x: &'a str) -> &'a str { x }");
        assert_eq!(source.code, source.text);
    }

    #[test]
    fn test_code_is_left_out() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { c(); }\n}\n#[cfg(test)]\nuse d;\nfn e() {}\n";
        let kept = Source::new("src/x.rs", text).without_tests();
        assert_eq!(words(&kept.code), words("fn a() {} fn e() {}"));
        assert_eq!(kept.code.lines().count(), text.lines().count());
    }

    #[test]
    fn a_file_of_tests_is_left_out_as_a_whole() {
        for path in ["core/x/tests/flow.rs", "core/x/src/fold/tests.rs", "core/x/benches/b.rs", "src/fold_tests.rs"] {
            assert!(Source::new(path, "fn a() {}").without_tests().code.trim().is_empty(), "{path}");
        }
        assert!(!Source::new("core/x/src/contest/mod.rs", "fn a() {}").without_tests().code.trim().is_empty());
    }

    #[test]
    fn groups_of_use_are_taken_apart() {
        let text = "use std::{fs, io::{self, Read as R}, time::*};\nlet x = a :: b(c::d);";
        let expect = ["use", "std::fs", "std::io::self", "std::io::Read", "std::time::*"];
        let mut found = paths(text);
        assert_eq!(found.drain(..5).collect::<Vec<_>>(), expect);
        assert!(found.contains(&"a::b".to_owned()) && found.contains(&"c::d".to_owned()), "{found:?}");
    }

    #[test]
    fn a_path_knows_its_line_and_what_it_holds() {
        let source = Source::new("x.rs", "\n\nlet t = std::time::Instant::now();");
        let path = source.paths().into_iter().find(|path| path.segments.len() > 1).expect("there is a path");
        assert_eq!(path.line, 3);
        assert!(path.holds(&["Instant", "now"]) && !path.holds(&["std", "Instant"]));
    }
}
