//! The command line: every use case without a window.
//!
//! A command reads its words, calls one use case of `concord-project`, and shows what that gives; it has no logic of its
//! own. [`main`] is the whole program.

mod activity;
mod agree;
mod anchoring;
mod annotators;
mod args;
mod campaign;
mod context;
mod doctor;
mod drift;
mod error;
mod example;
mod exit;
mod feedback;
mod import;
mod model;
mod new;
mod open;
mod output;
mod people;
mod progress;
mod publish;
mod queue;
mod release;
mod review;
mod run;
mod saliency;
mod sample;
mod stress;
mod table;
mod validate;
mod verify;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use serde_json::json;
use tracing_subscriber::EnvFilter;

use args::{Cli, Command};
use context::Context;
use error::Failure;
use exit::Exit;

/// The program: reads the command line, does what it says, and gives the exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to standard output, a wrong usage to standard error; a closed pipe is no reason to fail.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(exit::USAGE));
        }
    };
    log_to_stderr();
    let context = Context::new(&cli.globals);
    match dispatch(cli.command.as_ref(), &context) {
        Ok(exit) => exit.into(),
        Err(failure) => fail(&failure, &context),
    }
}

/// The grammar, for shell completions and the manual page.
pub fn grammar() -> clap::Command {
    Cli::command()
}

fn dispatch(command: Option<&Command>, context: &Context) -> Result<Exit, Failure> {
    match command {
        None => open::open(&open::OpenArgs::default(), context),
        Some(Command::Open(args)) => open::open(args, context),
        Some(Command::New(args)) => new::new(args, context),
        Some(Command::Sample(args)) => sample::sample(args, context),
        Some(Command::Import(args)) => import::import(args, context),
        Some(Command::Model(args)) => model::model(args, context),
        Some(Command::Run(args)) => run::run(args, context),
        Some(Command::Queue(args)) => queue::queue(args, context),
        Some(Command::Publish(args)) => publish::publish(args, context),
        Some(Command::Feedback(args)) => feedback::feedback(args, context),
        Some(Command::Review(args)) => review::review(args, context),
        Some(Command::Campaign(args)) => campaign::campaign(args, context),
        Some(Command::People(args)) => people::people(args, context),
        Some(Command::Agree(args)) => agree::agree(args, context),
        Some(Command::Annotators(args)) => annotators::annotators(args, context),
        Some(Command::Anchoring(args)) => anchoring::anchoring(args, context),
        Some(Command::Activity(args)) => activity::activity(args, context),
        Some(Command::Example(args)) => example::example(args, context),
        Some(Command::Release(args)) => release::release(args, context),
        Some(Command::Verify(args)) => verify::verify(args, context),
        Some(Command::Validate(args)) => validate::validate(args, context),
        Some(Command::Stress(args)) => stress::stress(args, context),
        Some(Command::Saliency(args)) => saliency::saliency(args, context),
        Some(Command::Drift(args)) => drift::drift(args, context),
        Some(Command::Doctor(args)) => doctor::doctor(args, context),
        Some(Command::TryModel(args)) => model::try_model(args, context),
    }
}

fn fail(failure: &Failure, context: &Context) -> ExitCode {
    let (explanation, code) = (failure.explain(), failure.exit_code());
    output::to_stderr(&explanation.to_text());
    if context.output.json {
        output::failure_document(&json!({ "error": explanation, "exit_code": code }));
    }
    ExitCode::from(code)
}

/// Sends what the libraries log to standard error, from warnings on unless `CONCORD_LOG` asks for more.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_env("CONCORD_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // A subscriber that is set already, as in a test, is as good.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_holds_together() {
        grammar().debug_assert();
    }
}
