//! Class names out of a model's metadata: a Python dict or list literal as Ultralytics writes it, or JSON.

/// More classes than any detector has; more would be a damaged file.
const MAX_CLASSES: usize = 10_000;

/// Reads `{0: 'bolt', 1: "nut"}`, `{"0": "bolt", "1": "nut"}` or `["bolt", "nut"]`.
///
/// Keys must be 0, 1, 2 … without a gap, in any order. Strings may use either quote with the escapes that Python and
/// JSON share (`\\ \' \" \/ \n \t \r \b \f \uXXXX`) and Python's `\xXX`. The error says what is wrong, to be put
/// after "the metadata key `names`".
pub fn parse_names(text: &str) -> Result<Vec<String>, String> {
    let mut reader = Reader { rest: text.trim() };
    let keyed = if reader.eat('{') {
        true
    } else if reader.eat('[') {
        false
    } else {
        return Err("is neither a dictionary nor a list".into());
    };
    let close = if keyed { '}' } else { ']' };
    let mut entries: Vec<(usize, String)> = Vec::new();
    while !reader.eat(close) {
        let key = if keyed { reader.key()? } else { entries.len() };
        entries.push((key, reader.string()?));
        if entries.len() > MAX_CLASSES {
            return Err(format!("has more than {MAX_CLASSES} entries"));
        }
        if !reader.eat(',') && !reader.rest.starts_with(close) {
            return Err(format!("lacks a comma before {:?}", reader.near()));
        }
    }
    if !reader.rest.is_empty() {
        return Err(format!("goes on after its end with {:?}", reader.near()));
    }
    entries.sort_by_key(|(key, _)| *key);
    for (expected, (key, _)) in entries.iter().enumerate() {
        if expected != *key {
            return Err(format!("has no class {expected}, or a class twice (found {key})"));
        }
    }
    Ok(entries.into_iter().map(|(_, name)| name).collect())
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Takes `wanted` and the spaces around it when it comes next.
    fn eat(&mut self, wanted: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn near(&self) -> String {
        self.rest.chars().take(12).collect()
    }

    fn key(&mut self) -> Result<usize, String> {
        self.rest = self.rest.trim_start();
        let digits = if self.rest.starts_with(['"', '\'']) {
            self.string()?
        } else {
            let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
            let (digits, rest) = self.rest.split_at(end);
            self.rest = rest;
            digits.to_owned()
        };
        let key = digits.parse().map_err(|_| format!("has the key {digits:?}, which is not a class number"))?;
        if self.eat(':') { Ok(key) } else { Err(format!("lacks a colon before {:?}", self.near())) }
    }

    fn string(&mut self) -> Result<String, String> {
        self.rest = self.rest.trim_start();
        let Some(quote @ ('"' | '\'')) = self.rest.chars().next() else {
            return Err(format!("has no quoted text at {:?}", self.near()));
        };
        let mut chars = self.rest[1..].char_indices();
        let mut out = String::new();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.rest = self.rest[1 + at + 1..].trim_start();
                return Ok(out);
            }
            out.push(if c == '\\' { escape(&mut chars)? } else { c });
        }
        Err("ends inside a text".into())
    }
}

fn escape(chars: &mut std::str::CharIndices<'_>) -> Result<char, String> {
    let (_, c) = chars.next().ok_or("ends inside an escape")?;
    let digits = match c {
        'n' => return Ok('\n'),
        't' => return Ok('\t'),
        'r' => return Ok('\r'),
        'b' => return Ok('\u{8}'),
        'f' => return Ok('\u{c}'),
        '\\' | '\'' | '"' | '/' => return Ok(c),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return Err(format!("has the unknown escape \\{c}")),
    };
    let mut code = hex(chars, digits)?;
    if (0xd800..0xdc00).contains(&code) && chars.next().is_some_and(|(_, c)| c == '\\') {
        // JSON writes a character above U+FFFF as two escapes.
        let low = if chars.next().is_some_and(|(_, c)| c == 'u') { hex(chars, 4)? } else { 0 };
        code = if (0xdc00..0xe000).contains(&low) { 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00) } else { low };
        if code < 0x1_0000 {
            return Err("has an invalid escape: half a surrogate pair".into());
        }
    }
    char::from_u32(code).ok_or_else(|| format!("has an invalid escape: no character U+{code:X}"))
}

fn hex(chars: &mut std::str::CharIndices<'_>, digits: usize) -> Result<u32, String> {
    let text: String = chars.take(digits).map(|(_, c)| c).collect();
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_hexdigit()))
        .then(|| u32::from_str_radix(&text, 16).ok())
        .flatten()
        .ok_or_else(|| format!("has an invalid escape before {text:?}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: &[&str]) {
        assert_eq!(parse_names(text).expect("valid names"), expect, "{text}");
    }

    #[test]
    fn names_are_read_as_python_and_json_write_them() {
        check("{0: 'bolt', 1: 'nut'}", &["bolt", "nut"]);
        check("{0: \"nut's\", 1: 'say \"x\"'}", &["nut's", "say \"x\""]);
        check(r#"{"1": "nut", "0": "bolt"}"#, &["bolt", "nut"]);
        check(r#" [ "a" , 'b', ] "#, &["a", "b"]);
        check(r"{0: 'it\'s', 1: '\u00e9\x41\\'}", &["it's", "éA\\"]);
        check(r#"["\ud83d\ude00"]"#, &["\u{1f600}"]);
        check("{0: 'Schraube, groß: {1}'}", &["Schraube, groß: {1}"]);
        check("{}", &[]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, part) in [
            ("bolt, nut", "neither"),
            ("{0: 'a', 2: 'b'}", "no class 1"),
            ("{0: 'a', 0: 'b'}", "class twice"),
            ("{0 'a'}", "colon"),
            ("{0: 'a' 1: 'b'}", "comma"),
            ("{x: 'a'}", "not a class number"),
            ("{0: 'a", "ends inside a text"),
            ("{0: 'a'", "comma"),
            (r"['\ud83d\u0041']", "invalid escape"),
            ("{0: a}", "no quoted text"),
            ("['a'] b", "goes on"),
            (r"['\u12']", "invalid escape"),
            (r"['\q']", "unknown escape"),
        ] {
            let error = parse_names(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,60}") {
            let _ = parse_names(&text);
        }

        #[test]
        fn json_lists_come_back(names in proptest::collection::vec("[^\\p{C}]{0,8}", 0..6)) {
            let text = serde_json::to_string(&names).expect("strings are JSON");
            prop_assert_eq!(parse_names(&text).expect("a JSON list"), names);
        }
    }
}
