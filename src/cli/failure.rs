//! Failures: one sentence for people, and the documented exit code.

use std::io;

use crate::interop::Problem;
use crate::registry::{CommitError, Refusal};
use crate::store::StoreError;

use super::print;

/// The documented exit codes.
pub mod exit {
    /// Yes, done, no differences.
    pub const YES: u8 = 0;
    /// The answer is no, or differences exist.
    pub const NO: u8 = 1;
    /// The command line is not understood.
    pub const USAGE: u8 = 2;
    /// Bad input data.
    pub const DATA: u8 = 3;
    /// The actor may not.
    pub const REFUSED: u8 = 4;
    /// Partly done.
    pub const PARTLY: u8 = 6;
    /// A bug.
    pub const BUG: u8 = 70;
    /// Somebody ended it from outside.
    pub const INTERRUPTED: u8 = 130;
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    /// What happened, to what, what to do next; empty when nobody is left to read it.
    message: String,
}

impl Failure {
    fn new(code: u8, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// The command line asks for something that does not exist.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(exit::USAGE, message)
    }

    /// What was given does not fit.
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(exit::DATA, message)
    }

    /// The actor may not.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(exit::REFUSED, message)
    }

    /// This should not happen.
    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(exit::BUG, message)
    }

    /// Another process has answered: everything is said, and this is how it ended.
    pub const fn answered(code: u8) -> Self {
        Self {
            code,
            message: String::new(),
        }
    }

    /// The message alone, for an answer that carries it.
    pub fn into_message(self) -> String {
        self.message
    }

    /// Tells on standard error, and yields the exit code.
    pub fn report(self) -> u8 {
        if !self.message.is_empty() {
            print::message(&format!("error: {}", self.message));
        }
        self.code
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(error.exit_code(), error.to_string())
    }
}

impl From<CommitError> for Failure {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Refused(refusal) => refusal.into(),
            CommitError::Store(error) => error.into(),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let code = if refusal.is_denial() {
            exit::REFUSED
        } else {
            exit::DATA
        };
        let mut lines = refusal.lines();
        if let Some(first) = lines.first_mut() {
            *first = format!("{first} [{}]", refusal.key());
        }
        Self::new(code, lines.join("\n  "))
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::data(problem.to_string())
    }
}

/// What standard input and output say. A reader that has gone wants nothing more, not a complaint.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(exit::YES, "");
        }
        Self::data(format!("reading or writing failed: {error}"))
    }
}
