//! The one place that writes: data to standard output, messages to standard error.

use std::io::{self, BufWriter, StdoutLock, Write};
use std::process::ExitCode;

use super::failure::exit;

/// Standard output, locked and buffered; written out when [`Output::finish`] is called.
pub struct Output(BufWriter<StdoutLock<'static>>);

impl Output {
    /// Takes standard output.
    pub fn new() -> Self {
        Self(BufWriter::new(io::stdout().lock()))
    }

    /// Writes one line.
    ///
    /// # Errors
    /// When nobody reads any more, or the disk behind it is full.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(text.as_bytes())?;
        self.0.write_all(b"\n")
    }

    /// Writes text as it is.
    ///
    /// # Errors
    /// When nobody reads any more, or the disk behind it is full.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(text.as_bytes())
    }

    /// Sends on what is buffered, for somebody who waits for it.
    ///
    /// # Errors
    /// When nobody reads any more, or the disk behind it is full.
    pub fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    /// Writes out what is left.
    ///
    /// # Errors
    /// When nobody reads any more, or the disk behind it is full.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Tells something on standard error. When that is gone, there is nobody to tell.
pub fn message(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "{text}");
}

/// Tells why the program could not begin, and yields the exit code for that.
pub fn fail(text: &str) -> ExitCode {
    message(&format!("error: {text}"));
    ExitCode::from(exit::BUG)
}
