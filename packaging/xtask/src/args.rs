//! The command line of xtask.

use std::path::PathBuf;

/// What `cargo xtask help` prints.
pub(crate) const HELP: &str = "\
Usage: cargo xtask COMMAND

Commands:
  demo [--headless] [--project DIR] [--scenes N]
          Install what is missing, build, and show Concord on its sample project: in a window where there is a
          display, else through the command line. DIR is target/demo/conveyor unless named; an existing project
          in DIR is used as it is. N is the number of scenes to render for a new one.
  test    Install what is missing, then formatting, tests, lints, documentation and licences. Runs every step, shows
          the time of each, and ends with the exit code of the first that failed.
  bench [CARGO OPTIONS] [-- BENCHMARK OPTIONS]
          Build optimised and run the benchmarks, such as: cargo xtask bench -p concord-metrics -- kappa
  help    This text.";

/// One understood command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Show the application on its sample project.
    Demo(DemoOptions),
    /// Run every check.
    Test,
    /// Run the benchmarks.
    Bench(BenchOptions),
    /// Print the usage.
    Help,
}

/// Options of `demo`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DemoOptions {
    /// Use the command line even where there is a display.
    pub(crate) headless: bool,
    /// Folder of the sample project; `None` for the default one.
    pub(crate) project: Option<PathBuf>,
    /// Number of scenes of a new sample project; `None` leaves it to `concord sample`.
    pub(crate) scenes: Option<u32>,
}

/// Options of `bench`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BenchOptions {
    /// Words for `cargo bench`.
    pub(crate) cargo: Vec<String>,
    /// Words for the benchmark programs.
    pub(crate) harness: Vec<String>,
}

/// Reads the words after `cargo xtask`. The error says which word was wrong; no word at all asks for help.
pub(crate) fn parse(words: &[String]) -> Result<Command, String> {
    let Some((command, rest)) = words.split_first() else {
        return Ok(Command::Help);
    };
    match command.as_str() {
        "help" | "--help" | "-h" => Ok(Command::Help),
        "demo" => parse_demo(rest),
        "test" => no_options("test", rest).map(|()| Command::Test),
        "bench" => Ok(parse_bench(rest)),
        other => Err(format!("there is no command `{other}`")),
    }
}

fn no_options(command: &str, rest: &[String]) -> Result<(), String> {
    match rest.first() {
        None => Ok(()),
        Some(word) => Err(format!("`{command}` takes no options, but got `{word}`")),
    }
}

fn parse_demo(rest: &[String]) -> Result<Command, String> {
    let mut options = DemoOptions::default();
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let (name, inline) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word.as_str(), None),
        };
        match name {
            "--headless" if inline.is_none() => options.headless = true,
            "--project" => options.project = Some(PathBuf::from(value_of(name, inline, &mut words)?)),
            "--scenes" => options.scenes = Some(scenes(&value_of(name, inline, &mut words)?)?),
            "--help" | "-h" => return Ok(Command::Help),
            _ => return Err(format!("`demo` does not know `{word}`")),
        }
    }
    Ok(Command::Demo(options))
}

fn value_of<'a>(
    name: &str,
    inline: Option<String>,
    words: &mut impl Iterator<Item = &'a String>,
) -> Result<String, String> {
    let value = inline.or_else(|| words.next().cloned()).unwrap_or_default();
    if value.is_empty() || value.starts_with("--") {
        return Err(format!("`{name}` needs a value"));
    }
    Ok(value)
}

fn scenes(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("`--scenes` needs a whole number of at least 1, but got `{text}`")),
        Ok(count) => Ok(count),
    }
}

fn parse_bench(rest: &[String]) -> Command {
    let mut halves = rest.splitn(2, |word| word == "--").map(<[String]>::to_vec);
    Command::Bench(BenchOptions {
        cargo: halves.next().unwrap_or_default(),
        harness: halves.next().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Result<Command, &str>) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        match (parse(&words), expect) {
            (Ok(command), Ok(expected)) => assert_eq!(command, expected, "{line}"),
            (Err(problem), Err(part)) => assert!(problem.contains(part), "{line}: {problem}"),
            (got, expected) => panic!("{line}: got {got:?}, expected {expected:?}"),
        }
    }

    fn demo(headless: bool, project: Option<&str>, scenes: Option<u32>) -> Command {
        Command::Demo(DemoOptions { headless, project: project.map(PathBuf::from), scenes })
    }

    #[test]
    fn no_word_and_the_usual_words_ask_for_help() {
        for line in ["", "help", "--help", "-h", "demo --help"] {
            check(line, Ok(Command::Help));
        }
    }

    #[test]
    fn demo_takes_its_options_in_any_order_and_both_spellings() {
        check("demo", Ok(demo(false, None, None)));
        check("demo --headless", Ok(demo(true, None, None)));
        check("demo --scenes 40 --project a/b --headless", Ok(demo(true, Some("a/b"), Some(40))));
        check("demo --scenes=40 --project=a/b", Ok(demo(false, Some("a/b"), Some(40))));
    }

    #[test]
    fn a_wrong_option_is_named() {
        check("demo --headles", Err("--headles"));
        check("demo --headless=yes", Err("--headless=yes"));
        check("demo --project", Err("`--project` needs a value"));
        check("demo --project --headless", Err("`--project` needs a value"));
        check("demo --scenes 0", Err("at least 1"));
        check("demo --scenes many", Err("`many`"));
        check("test --fast", Err("--fast"));
        check("fuzz", Err("`fuzz`"));
    }

    #[test]
    fn bench_splits_its_words_at_the_first_double_dash() {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        check("bench", Ok(Command::Bench(BenchOptions::default())));
        check(
            "bench -p concord-metrics -- kappa -- x",
            Ok(Command::Bench(BenchOptions { cargo: words("-p concord-metrics"), harness: words("kappa -- x") })),
        );
    }
}
