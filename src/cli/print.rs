//! The one place that writes: data to standard output, messages to standard error.

use std::io::{self, BufWriter, StdoutLock, Write};
use std::process::ExitCode;

use super::failure::exit;

/// Standard output, locked and buffered; written out when [`Output::finish`] is called.
pub struct Output {
    writer: BufWriter<StdoutLock<'static>>,
    /// Whether a reader that goes away is no reason to stop.
    goes_on: bool,
}

impl Output {
    /// For answers: when nobody reads any more, there is nothing left to do.
    pub fn new() -> Self {
        Self {
            writer: BufWriter::new(io::stdout().lock()),
            goes_on: false,
        }
    }

    /// For changes: they are made whether or not somebody reads what is said about them.
    pub fn of_change() -> Self {
        Self {
            goes_on: true,
            ..Self::new()
        }
    }

    /// Writes one line.
    ///
    /// # Errors
    /// When nobody reads any more, or the disk behind it is full.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.text(text)?;
        self.text("\n")
    }

    /// Writes text as it is.
    ///
    /// # Errors
    /// When nobody reads any more, or the disk behind it is full.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        let written = self.writer.write_all(text.as_bytes());
        self.forgive(written)
    }

    /// Sends on what is buffered, for somebody who waits for it.
    ///
    /// # Errors
    /// When nobody reads any more, or the disk behind it is full.
    pub fn flush(&mut self) -> io::Result<()> {
        let written = self.writer.flush();
        self.forgive(written)
    }

    /// Writes out what is left.
    ///
    /// # Errors
    /// When nobody reads any more, or the disk behind it is full.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()
    }

    fn forgive(&self, written: io::Result<()>) -> io::Result<()> {
        match written {
            Err(error) if self.goes_on && error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
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
