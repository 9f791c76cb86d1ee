//! Standard output: one JSON document for programs, or text for people; and the words that the texts have in common.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};

use concord_metrics::{Interval, Metric};
use serde::Serialize;

use super::error::Failure;

/// Entries of a list that people are shown; programs get all of them.
pub(crate) const SHOWN: usize = 20;

/// Where answers go, and in which form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    /// One JSON document instead of text.
    pub(crate) json: bool,
    /// No text at all.
    pub(crate) quiet: bool,
}

impl Output {
    /// Writes the answer: `value` as JSON, or what `text` makes for people.
    pub(crate) fn answer(self, value: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json {
            let document = serde_json::to_string_pretty(value).map_err(|e| Failure::Output(e.into()))?;
            to_stdout(&document).map_err(Failure::Output)
        } else if self.quiet {
            Ok(())
        } else {
            to_stdout(text().trim_end()).map_err(Failure::Output)
        }
    }
}

/// Writes to standard output. A reader that has seen enough and closed the pipe is no error.
fn to_stdout(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Writes a JSON document about a failure to standard output. It is the last word: what cannot be written is lost.
pub(crate) fn failure_document(value: &serde_json::Value) {
    let _ = to_stdout(&format!("{value:#}"));
}

/// Writes a line to standard error. What cannot be said there can be said nowhere.
pub(crate) fn to_stderr(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A number with its interval, `0.812 [0.780, 0.841]`; without a value a dash and the reason.
pub(crate) fn metric(metric: &Metric) -> String {
    match metric {
        Metric::Defined { value, ci: Some(Interval { low, high }), .. } => {
            format!("{value:.3} [{low:.3}, {high:.3}]")
        }
        Metric::Defined { value, ci: None, .. } => format!("{value:.3}"),
        Metric::Undefined { reason } => format!("— ({})", reason.name().replace('_', " ")),
    }
}

/// A whole number with a comma between thousands.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 image`, `2,000 images`.
pub(crate) fn counted(n: u64, thing: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {thing}{s}", number(n))
}

/// Problems with place and cause, at most [`SHOWN`] of them; nothing without any.
pub(crate) fn problems<'a>(title: &str, list: impl ExactSizeIterator<Item = (&'a str, &'a str)>) -> String {
    entries(title, list.map(|(place, cause)| if_named(place, cause)))
}

/// A list under a title, at most [`SHOWN`] entries of it; nothing without any.
pub(crate) fn entries(title: &str, list: impl ExactSizeIterator<Item = String>) -> String {
    let total = list.len();
    if total == 0 {
        return String::new();
    }
    let mut text = format!("\n{title}:\n");
    for entry in list.take(SHOWN) {
        let _ = writeln!(text, "  {entry}");
    }
    if total > SHOWN {
        let _ = writeln!(text, "  … and {} more; --json lists all of them", number((total - SHOWN) as u64));
    }
    text
}

/// The cause after its place, unless the cause names the place itself.
fn if_named(place: &str, cause: &str) -> String {
    if cause.contains(place) { cause.to_owned() } else { format!("{place}: {cause}") }
}

#[cfg(test)]
mod tests {
    use concord_metrics::Reason;

    use super::*;

    #[test]
    fn numbers_are_shown_with_interval_or_reason() {
        let value = Metric::new(0.8125, 40);
        assert_eq!(metric(&value), "0.812");
        let interval = Interval { low: 0.78, high: 0.8407 };
        assert_eq!(metric(&value.with_ci(Some(interval))), "0.812 [0.780, 0.841]");
        assert_eq!(metric(&Metric::undefined(Reason::NoVariation)), "— (no variation)");
    }

    #[test]
    fn thousands_are_parted_and_nouns_agree() {
        assert_eq!([0, 999, 1000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 1, 2].map(|n| counted(n, "image")), ["0 images", "1 image", "2 images"]);
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let list: Vec<(String, String)> = (0..25).map(|i| (format!("row {i}"), "odd".to_owned())).collect();
        let text = problems("Problems", list.iter().map(|(p, c)| (p.as_str(), c.as_str())));
        assert!(text.contains("row 19: odd") && !text.contains("row 20"), "{text}");
        assert!(text.contains("and 5 more"), "{text}");
        assert_eq!(problems("Problems", list[..0].iter().map(|(p, c)| (p.as_str(), c.as_str()))), "");
    }
}
