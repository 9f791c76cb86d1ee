//! Starting other programs: what is run is printed first, and how it ended comes back as an exit code.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::say;

/// Exit code of a failure that has no code of its own, such as a program that is not there.
pub(crate) const FAILED: u8 = 1;

/// Exit code of a run that was stopped from the keyboard, by convention 128 + SIGINT.
pub(crate) const INTERRUPTED: u8 = 130;

/// The command as a person would type it, with quotes where a shell needs them.
pub(crate) fn as_typed(command: &Command) -> String {
    let variables = command.get_envs().filter_map(|(name, value)| {
        value.map(|value| format!("{}={}", name.to_string_lossy(), quoted(&value.to_string_lossy())))
    });
    let words = std::iter::once(program(command)).chain(command.get_args());
    let words = words.map(OsStr::to_string_lossy).map(|word| quoted(&word));
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

/// The program's name; for cargo the word a person types, not the place in the toolchain where it was found.
fn program(command: &Command) -> &OsStr {
    let program = command.get_program();
    match Path::new(program).file_stem() {
        Some(stem) if stem == "cargo" => stem,
        _ => program,
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Prints the command, runs it with our own input and output, and gives its exit code.
pub(crate) fn run(command: &mut Command) -> u8 {
    say::line(&format!("$ {}", as_typed(command)));
    match command.status() {
        Ok(status) => code_of(status),
        Err(error) => {
            say::error(&format!("could not start {}: {error}", command.get_program().to_string_lossy()));
            FAILED
        }
    }
}

/// Runs a question such as `--version` without showing it: its standard output where it ended well.
pub(crate) fn ask(program: &str, words: &[&str]) -> Option<String> {
    let output = Command::new(program).args(words).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// As [`ask`], but takes the standard output whatever the exit code, and gives the program this input.
pub(crate) fn answer(program: &str, words: &[&str], input: &str) -> Option<(bool, String)> {
    let mut child = Command::new(program)
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // A program that does not read its input closes the pipe; its answer still counts.
    let _ = child.stdin.take()?.write_all(input.as_bytes());
    let output = child.wait_with_output().ok()?;
    Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// `cargo`, the one that started us where there is one, in the folder of the workspace.
pub(crate) fn cargo(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root);
    command
}

fn code_of(status: ExitStatus) -> u8 {
    if let Some(code) = status.code() {
        return u8::try_from(code).unwrap_or(FAILED);
    }
    signal_code(status)
}

#[cfg(unix)]
fn signal_code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt as _;
    let signal = status.signal().and_then(|signal| u8::try_from(signal).ok());
    signal.and_then(|signal| signal.checked_add(128)).unwrap_or(FAILED)
}

#[cfg(not(unix))]
fn signal_code(_: ExitStatus) -> u8 {
    FAILED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_so_that_it_can_be_typed_again() {
        let mut command = Command::new("/toolchain/bin/cargo");
        command.args(["doc", "--project", "my folder", "it's", ""]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(as_typed(&command), r"RUSTDOCFLAGS='-D warnings' cargo doc --project 'my folder' 'it'\''s' ''");
    }

    #[test]
    fn a_program_that_is_not_there_is_a_failure_and_no_answer() {
        assert_eq!(run(&mut Command::new("concord-no-such-program")), FAILED);
        assert_eq!(ask("concord-no-such-program", &[]), None);
        assert_eq!(answer("concord-no-such-program", &[], ""), None);
    }

    #[cfg(unix)]
    #[test]
    fn exit_codes_and_signals_pass_through() {
        let shell = |script: &str| run(Command::new("sh").args(["-c", script]));
        assert_eq!(shell("exit 0"), 0);
        assert_eq!(shell("exit 3"), 3);
        // Not SIGINT itself: what is started in the background inherits that it is ignored.
        assert_eq!(shell("kill -TERM $$"), 143);
    }

    #[cfg(unix)]
    #[test]
    fn an_answer_is_given_even_by_a_program_that_fails() {
        assert_eq!(answer("sh", &["-c", "cat; exit 1"], "hello"), Some((false, "hello".to_owned())));
        assert_eq!(ask("sh", &["-c", "echo hello; exit 1"]), None);
    }
}
