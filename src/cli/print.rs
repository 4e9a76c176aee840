//! The one place that reads and writes: data to standard output, messages to standard error. A
//! thread that answers for another process keeps both, and reads what that process was given.

use std::cell::RefCell;
use std::io::{
    self, BufRead, BufReader, BufWriter, Cursor, IsTerminal as _, Read, StdinLock, StdoutLock,
    Write,
};
use std::process::ExitCode;

use super::failure::exit;

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// What a command wrote, and what it was given to read.
#[derive(Debug, Default)]
pub struct Kept {
    /// Standard input.
    pub input: Vec<u8>,
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: Vec<u8>,
}

/// Runs a command that reads and writes for another process.
pub fn kept<T>(input: Vec<u8>, work: impl FnOnce() -> T) -> (T, Kept) {
    let kept = Kept {
        input,
        ..Kept::default()
    };
    KEPT.replace(Some(kept));
    let result = work();
    (result, KEPT.take().unwrap_or_default())
}

/// Standard input.
pub enum Input {
    /// This process's own.
    Standard(BufReader<StdinLock<'static>>),
    /// What another process was given.
    Given(Cursor<Vec<u8>>),
}

impl Input {
    /// Whether more was read already than was asked for.
    pub fn has_more(&self) -> bool {
        match self {
            Self::Standard(reader) => !reader.buffer().is_empty(),
            Self::Given(_) => true,
        }
    }
}

/// Standard input, so many bytes at a time.
pub fn input(capacity: usize) -> Input {
    let given = KEPT.with_borrow_mut(|kept| {
        let kept = kept.as_mut()?;
        Some(std::mem::take(&mut kept.input))
    });
    match given {
        Some(given) => Input::Given(Cursor::new(given)),
        None => Input::Standard(BufReader::with_capacity(capacity, io::stdin().lock())),
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Standard(reader) => reader.read(buffer),
            Self::Given(given) => given.read(buffer),
        }
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Standard(reader) => reader.fill_buf(),
            Self::Given(given) => given.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        match self {
            Self::Standard(reader) => reader.consume(amount),
            Self::Given(given) => given.consume(amount),
        }
    }
}

enum Writer {
    Standard(BufWriter<StdoutLock<'static>>),
    Kept,
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(writer) => writer.write(bytes),
            Self::Kept => {
                KEPT.with_borrow_mut(|kept| {
                    if let Some(kept) = kept {
                        kept.out.extend(bytes);
                    }
                });
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(writer) => writer.flush(),
            Self::Kept => Ok(()),
        }
    }
}

/// Standard output, locked and buffered; written out when [`Output::finish`] is called.
pub struct Output {
    writer: Writer,
    /// Whether a reader that goes away is no reason to stop.
    goes_on: bool,
}

impl Output {
    /// For answers: when nobody reads any more, there is nothing left to do.
    pub fn new() -> Self {
        let keeps = KEPT.with_borrow(Option::is_some);
        let writer = if keeps {
            Writer::Kept
        } else {
            Writer::Standard(BufWriter::new(io::stdout().lock()))
        };
        Self {
            writer,
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
    let keeps = KEPT.with_borrow_mut(|kept| {
        kept.as_mut()
            .is_some_and(|kept| writeln!(kept.err, "{text}").is_ok())
    });
    if keeps {
        return;
    }
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "{text}");
}

/// Shows how far something is, over what was shown before, where somebody watches; an empty text
/// takes it away.
pub fn status(text: &str) {
    let mut stderr = io::stderr().lock();
    if stderr.is_terminal() && !KEPT.with_borrow(Option::is_some) {
        // Back to the beginning of the line, which is then cleared.
        let _ = write!(stderr, "\r\x1b[K{text}");
        let _ = stderr.flush();
    }
}

/// Asks somebody for a line; `None` where nobody sits at a terminal to be asked, or this is said for
/// another process. What was typed so far ends without one when they leave.
///
/// # Errors
/// When the terminal can't be read.
pub fn ask(prompt: &str) -> io::Result<Option<String>> {
    let (stdin, mut stderr) = (io::stdin(), io::stderr());
    let keeps = KEPT.with_borrow(Option::is_some);
    if keeps || !stdin.is_terminal() || !stderr.is_terminal() {
        return Ok(None);
    }
    write!(stderr, "{prompt}")?;
    stderr.flush()?;
    let mut line = String::new();
    if stdin.lock().read_line(&mut line)? == 0 {
        writeln!(stderr)?;
    }
    Ok(Some(line))
}

/// Tells why the program could not begin, and yields the exit code for that.
pub fn fail(text: &str) -> ExitCode {
    message(&format!("error: {text}"));
    ExitCode::from(exit::BUG)
}
