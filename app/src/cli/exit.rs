//! Exit codes: what a script learns without reading a word.

use std::process::ExitCode;

/// How a command that ran to its end turned out. Failures get their code in [`super::error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; every blocking gate and every verification passed.
    Done,
    /// Done, and the answer is no: a blocking gate failed, or a verification found a difference.
    No,
    /// Done, and evidence is missing: too little support is the only reason why a blocking gate did not pass.
    EvidenceMissing,
}

impl Exit {
    /// The number that the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 3,
            Self::EvidenceMissing => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Exit code of what was asked in a way that cannot be done: wrong usage, configuration or schema.
pub(crate) const USAGE: u8 = 2;
/// Exit code of a failure that has no code of its own.
pub(crate) const FAILED: u8 = 1;
/// Exit code of a command that was stopped from the keyboard.
pub(crate) const INTERRUPTED: u8 = 130;
