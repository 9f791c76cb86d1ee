//! JSON as other programs write it: with a byte order mark, NaN, infinities and numbers no double can hold.
//!
//! Python's `json` writes `NaN`, `Infinity` and `-Infinity`, which are no JSON. They become `null` before parsing, so
//! that one bad number spoils one row and not the file.

use std::borrow::Cow;

use serde::de::DeserializeSeed;

use crate::ExchangeError;

/// Text that is ready for a strict parser.
pub(crate) struct Cleaned<'a> {
    text: Cow<'a, str>,
    /// Line and column (both from 1) after each replacement that made the line one byte longer.
    grown: Vec<(usize, usize)>,
}

/// Cuts a byte order mark and checks that the bytes are UTF-8.
pub(crate) fn utf8<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, ExchangeError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|e| {
        let before = &bytes[..e.valid_up_to()];
        let line = before.split(|b| *b == b'\n').count();
        let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
        ExchangeError::Json { name: name.to_owned(), line, column, why: "the text is not UTF-8".to_owned() }
    })
}

impl<'a> Cleaned<'a> {
    /// Replaces, outside strings, what no double can hold by `null` of the same length where there is room.
    pub(crate) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let (mut out, mut copied): (Option<String>, usize) = (None, 0);
        let mut grown = Vec::new();
        let (mut line, mut line_start, mut shift) = (1, 0, 0);
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'"' => at = string_end(bytes, at),
                b'\n' => {
                    at += 1;
                    (line, line_start, shift) = (line + 1, at, 0);
                }
                b'-' | b'+' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                    let end = at + bytes[at..].iter().take_while(|b| is_word(**b)).count();
                    if is_no_number(&text[at..end]) {
                        let out = out.get_or_insert_with(|| String::with_capacity(text.len() + 16));
                        out.push_str(&text[copied..at]);
                        out.push_str("null");
                        out.extend(std::iter::repeat_n(' ', (end - at).saturating_sub(4)));
                        if end - at == 3 {
                            shift += 1;
                            grown.push((line, end - line_start + shift));
                        }
                        copied = end;
                    }
                    at = end;
                }
                _ => at += 1,
            }
        }
        let text = match out {
            Some(mut out) => {
                out.push_str(&text[copied..]);
                Cow::Owned(out)
            }
            None => Cow::Borrowed(text),
        };
        Self { text, grown }
    }

    /// Parses the text; `expected` names what it should be, for the error about a text that is JSON but something else.
    pub(crate) fn parse<'s, S: DeserializeSeed<'s>>(
        &'s self,
        name: &str,
        expected: &'static str,
        seed: S,
    ) -> Result<S::Value, ExchangeError> {
        let mut parser = serde_json::Deserializer::from_str(&self.text);
        let value = seed.deserialize(&mut parser).and_then(|value| parser.end().map(|()| value));
        value.map_err(|e| self.error(name, expected, &e))
    }

    fn error(&self, name: &str, expected: &'static str, error: &serde_json::Error) -> ExchangeError {
        let (line, column) = (error.line(), error.column());
        let shift = self.grown.iter().filter(|(l, c)| *l == line && *c <= column).count();
        let column = column.saturating_sub(shift);
        let full = error.to_string();
        let why = full.split(" at line ").next().unwrap_or(&full).to_owned();
        let name = name.to_owned();
        if error.classify() == serde_json::error::Category::Data {
            return ExchangeError::Format { name, expected, why: format!("{why} (line {line}, column {column})") };
        }
        ExchangeError::Json { name, line, column, why }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}

/// True for the tokens that stand where a number should, but that no finite double is.
fn is_no_number(token: &str) -> bool {
    match token.as_bytes()[0] {
        b'-' | b'0'..=b'9' => {
            matches!(token, "-Infinity" | "-NaN")
                || (token.len() > 4 && token.parse::<f64>().is_ok_and(f64::is_infinite))
        }
        _ => matches!(token, "NaN" | "nan" | "Infinity" | "+Infinity"),
    }
}

/// The index after the string that starts at `start`; the end of the text when it is not closed.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn check(text: &str, expect: &str) {
        let cleaned = Cleaned::new(text);
        let value: Value = cleaned.parse("x.json", "a test", std::marker::PhantomData).expect(text);
        assert_eq!(value.to_string(), expect);
    }

    #[test]
    fn what_python_writes_is_read() {
        check(r#"{"a": NaN, "b": [Infinity,-Infinity, 1.5]}"#, r#"{"a":null,"b":[null,null,1.5]}"#);
        check(r#"{"NaN": "NaN, \"Infinity"}"#, r#"{"NaN":"NaN, \"Infinity"}"#);
        check("[1e999, -1e999, 1e300, true, null]", "[null,null,1e+300,true,null]");
        assert_eq!(utf8("x", b"\xEF\xBB\xBF[]").expect("a BOM is no fault"), "[]");
    }

    #[test]
    fn a_syntax_error_keeps_its_place() {
        let fails = |text: &str| match Cleaned::new(text).parse::<std::marker::PhantomData<Value>>(
            "x.json",
            "a test",
            std::marker::PhantomData,
        ) {
            Err(ExchangeError::Json { line, column, .. }) => (line, column),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(fails("[1,\n 2,, 3]"), (2, 4));
        assert_eq!(fails("[1,\n NaN,, 3]"), (2, 6));
        assert_eq!(fails("[Infinity,NaN,, 3]"), (1, 15));
    }

    #[test]
    fn text_that_is_not_utf8_is_located() {
        let error = utf8("x.json", b"[1,\n \xff]").expect_err("not UTF-8").to_string();
        assert_eq!(error, "x.json is no JSON: the text is not UTF-8 (line 2, column 2)");
    }
}
