//! Everything xtask prints goes through here, so that a closed pipe ends in silence and not in a panic.

use std::io::Write;

/// Prints one line (or several) for the reader on standard output.
pub(crate) fn line(text: &str) {
    // A reader who closed the pipe, as `head` does, wants no more; there is nobody left to tell.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a heading that separates one step from the next.
pub(crate) fn heading(text: &str) {
    line(&format!("\n== {text}"));
}

/// Prints a problem on standard error.
pub(crate) fn error(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "xtask: {text}");
}
