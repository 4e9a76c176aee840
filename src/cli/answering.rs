//! Questions beside an open console: the process that holds the store answers them over a socket in
//! the store's directory, which only its owner may enter.
//!
//! A request is the asking program's arguments and standard input; the answer is everything that
//! the command writes, and its exit code.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::Parser as _;

use crate::registry::Registry;

use super::args::{Arguments, Command};
use super::failure::{Failure, exit};
use super::print::{self, Output};

const SOCKET: &str = "questions";
/// Stands between two arguments: the only byte that none of them can hold, whatever else it is.
const END: u8 = 0;
/// Arguments and input together are at most this long.
const LONGEST: u64 = 1 << 28;
/// Whoever asks sends the whole question at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// Answers until it is dropped.
#[derive(Debug)]
pub struct Answering(PathBuf);

impl Answering {
    /// Begins to answer for a store that this process holds. `None` where the directory takes no
    /// socket: then others are told who holds the store, and that is all.
    pub fn begin(directory: &Path, registry: &Arc<Registry>) -> Option<Self> {
        let path = directory.join(SOCKET);
        // We hold the store: a socket that is there is nobody's any more.
        let _ = fs::remove_file(&path);
        let listener = UnixListener::bind(&path).ok()?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).ok()?;
        let registry = Arc::clone(registry);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let registry = Arc::clone(&registry);
                thread::spawn(move || {
                    // An asker who goes away gets no answer, and nobody else is concerned.
                    let _ = answer(stream, registry);
                });
            }
        });
        Some(Self(path))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn answer(mut stream: UnixStream, registry: Arc<Registry>) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let arguments = read_part(&mut stream)?;
    let input = read_part(&mut stream)?;
    let arguments = arguments.split(|byte| *byte == END).map(OsStr::from_bytes);
    let (code, kept) = print::kept(input, || {
        let asked = Arguments::try_parse_from(arguments).ok();
        match asked.filter(|a| a.command.as_ref().is_some_and(Command::is_question)) {
            Some(question) => super::run(question, Some(registry)).unwrap_or_else(Failure::report),
            None => Failure::usage("only questions and backups are answered here").report(),
        }
    });
    stream.write_all(&[code])?;
    write_part(&mut stream, &kept.out)?;
    write_part(&mut stream, &kept.err)
}

/// Asks the process that holds a store what this one was asked, and passes its answer on. `None`
/// when nobody answers there.
pub fn ask(directory: &Path, asked: Option<Vec<String>>) -> Option<Failure> {
    let mut stream = connect(&directory.join(SOCKET))?;
    let arguments: Vec<OsString> = match asked {
        Some(asked) => asked.into_iter().map(Into::into).collect(),
        None => std::env::args_os().collect(),
    };
    let mut input = Vec::new();
    if arguments.iter().any(|a| a == "--batch") {
        let mut given = print::input(1 << 16);
        given.read_to_end(&mut input).ok()?;
    }
    write_part(
        &mut stream,
        arguments.join(OsStr::from_bytes(&[END])).as_bytes(),
    )
    .ok()?;
    write_part(&mut stream, &input).ok()?;
    let mut code = [exit::BUG];
    stream.read_exact(&mut code).ok()?;
    let out = read_part(&mut stream).ok()?;
    let err = read_part(&mut stream).ok()?;
    pass_on(&out, &err, code).map_or_else(|error| Some(error.into()), Some)
}

/// Whether somebody answers for a store.
pub fn is_there(directory: &Path) -> bool {
    UnixStream::connect(directory.join(SOCKET)).is_ok()
}

/// A console that is just being opened answers a moment later.
fn connect(path: &Path) -> Option<UnixStream> {
    for _ in 0..10 {
        if let Ok(stream) = UnixStream::connect(path) {
            return Some(stream);
        }
        thread::sleep(Duration::from_millis(50));
    }
    UnixStream::connect(path).ok()
}

fn pass_on(out: &[u8], err: &[u8], [code]: [u8; 1]) -> io::Result<Failure> {
    let mut output = Output::new();
    output.write_all(out)?;
    output.finish()?;
    io::stderr().lock().write_all(err)?;
    Ok(Failure::answered(code))
}

fn write_part(stream: &mut UnixStream, part: &[u8]) -> io::Result<()> {
    stream.write_all(&(part.len() as u64).to_le_bytes())?;
    stream.write_all(part)
}

fn read_part(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    stream.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut part = Vec::new();
    Read::take(stream, length).read_to_end(&mut part)?;
    if part.len() as u64 == length {
        Ok(part)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
