//! The table of steps that closes a command: what ran, how it ended, how long it took.

use std::time::{Duration, Instant};

use crate::say;

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// As it should; the text says more where there is more to say.
    Good(String),
    /// Not run, and why.
    Skipped(String),
    /// It failed, but the command does not fail for it, and why.
    Noted(String),
    /// It failed with this exit code.
    Failed(u8),
}

/// One line of the table.
#[derive(Clone, Debug)]
struct Line {
    name: String,
    ending: Ending,
    took: Duration,
}

/// The steps of one command, in the order in which they ran.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    lines: Vec<Line>,
}

impl Steps {
    /// Runs one step under a heading and writes down how it ended and how long it took.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Ending) -> Ending {
        say::heading(name);
        let start = Instant::now();
        let ending = work();
        self.add(name, ending.clone(), start.elapsed());
        ending
    }

    fn add(&mut self, name: &str, ending: Ending, took: Duration) {
        self.lines.push(Line { name: name.to_owned(), ending, took });
    }

    /// The exit code of the first step that failed; 0 when none did.
    pub(crate) fn code(&self) -> u8 {
        let failed = self.lines.iter().find_map(|line| match line.ending {
            Ending::Failed(code) => Some(code),
            _ => None,
        });
        failed.unwrap_or(0)
    }

    /// The table as text, one line a step and the sum of the times below.
    pub(crate) fn table(&self) -> String {
        let width = self.lines.iter().map(|line| line.name.chars().count()).max().unwrap_or(0).max(5);
        let mut rows: Vec<String> = self.lines.iter().map(|line| line.row(width)).collect();
        let total: Duration = self.lines.iter().map(|line| line.took).sum();
        rows.push(format!("{:width$}  {:>8}", "total", seconds(total)));
        rows.join("\n")
    }
}

impl Line {
    fn row(&self, width: usize) -> String {
        let ending = match &self.ending {
            Ending::Good(more) if more.is_empty() => "ok".to_owned(),
            Ending::Good(more) => format!("ok, {more}"),
            Ending::Skipped(why) => format!("skipped: {why}"),
            Ending::Noted(why) => format!("noted: {why}"),
            Ending::Failed(code) => format!("FAILED, exit code {code}"),
        };
        format!("{:width$}  {:>8}  {ending}", self.name, seconds(self.took))
    }
}

/// The ending of a step that is a program: good at code 0, failed otherwise.
pub(crate) fn ending_of(code: u8) -> Ending {
    if code == 0 { Ending::Good(String::new()) } else { Ending::Failed(code) }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_gives_the_exit_code() {
        let mut steps = Steps::default();
        assert_eq!(steps.code(), 0);
        steps.add("formatting", Ending::Good(String::new()), Duration::from_millis(400));
        steps.add("advisories", Ending::Noted("no network".into()), Duration::ZERO);
        assert_eq!(steps.code(), 0);
        steps.add("tests", Ending::Failed(101), Duration::from_millis(90_060));
        steps.add("lints", Ending::Failed(1), Duration::ZERO);
        assert_eq!(steps.code(), 101);
    }

    #[test]
    fn the_table_shows_time_and_ending_of_every_step() {
        let mut steps = Steps::default();
        steps.add("formatting", Ending::Good(String::new()), Duration::from_millis(400));
        steps.add("tests", Ending::Failed(101), Duration::from_millis(90_060));
        steps.add("licences", Ending::Skipped("cargo-deny is not installed".into()), Duration::ZERO);
        let expected = "\
formatting     0.4 s  ok
tests         90.1 s  FAILED, exit code 101
licences       0.0 s  skipped: cargo-deny is not installed
total         90.5 s";
        assert_eq!(steps.table(), expected);
    }

    #[test]
    fn only_code_zero_is_good() {
        assert_eq!(ending_of(0), Ending::Good(String::new()));
        assert_eq!(ending_of(3), Ending::Failed(3));
    }
}
