//! `cargo xtask …`: runs, tests and measures the workspace on a machine that has nothing but the Rust toolchain.

mod args;
mod bench;
mod chain;
mod clock;
mod demo;
mod display;
mod exec;
mod packages;
mod say;
mod system;
mod test;
mod workspace;

use std::process::ExitCode;

use args::Command;

/// Exit code for a command line that cannot be understood.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let code = match args::parse(&words) {
        Ok(Command::Help) => {
            say::line(args::HELP);
            0
        }
        Ok(Command::Demo(options)) => demo::demo(&options),
        Ok(Command::Test) => test::test(),
        Ok(Command::Bench(options)) => bench::bench(&options),
        Err(problem) => {
            say::error(&format!("{problem}\n\n{}", args::HELP));
            USAGE
        }
    };
    ExitCode::from(code)
}
