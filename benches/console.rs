//! The console on a store of a million models, in a pseudo-terminal of 120×40: what its user waits
//! for. Every key is pressed as a person would, and a time ends with the last byte that it made the
//! program write.
//!
//! `DEEDBOX_CONSOLE_STORE=DIR` measures on a store that is there already;
//! `DEEDBOX_CONSOLE_MODELS=N` makes one of another size.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement that meets what it did not expect should stop there"
)]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const SIZE: (u16, u16) = (120, 40);
/// So long without a byte, and a key's work is done.
const QUIET: Duration = Duration::from_millis(60);
const KEYS: usize = 40;

struct Session {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    parser: vt100::Parser,
    started: Instant,
    _master: Box<dyn MasterPty + Send>,
}

/// From a key to the last byte, and how many there were.
#[derive(Clone, Copy)]
struct Answer {
    took: Duration,
    bytes: usize,
}

impl Session {
    fn start(store: &Path) -> Self {
        let size = PtySize {
            rows: SIZE.1,
            cols: SIZE.0,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_deedbox"));
        command.arg("--store");
        command.arg(store);
        command.env("TERM", "xterm-256color");
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let bytes = buffer.get(..count).unwrap_or_default().to_vec();
                if sender.send((Instant::now(), bytes)).is_err() {
                    return;
                }
            }
        });
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        Self {
            child,
            writer: pair.master.take_writer().unwrap(),
            output,
            parser: vt100::Parser::new(SIZE.1, SIZE.0, 0),
            started,
            _master: pair.master,
        }
    }

    /// From the start until a text stands on the screen.
    fn until(&mut self, text: &str) -> Duration {
        let end = Instant::now() + Duration::from_secs(120);
        while !self.parser.screen().contents().contains(text) {
            match self.output.recv_timeout(Duration::from_secs(1)) {
                Ok((at, bytes)) => {
                    self.parser.process(&bytes);
                    if self.parser.screen().contents().contains(text) {
                        return at - self.started;
                    }
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() < end => {}
                Err(error) => panic!(
                    "no `{text}` ({error}):\n{}",
                    self.parser.screen().contents()
                ),
            }
        }
        self.started.elapsed()
    }

    /// Reads until nothing comes any more.
    fn settle(&mut self, quiet: Duration) -> (Option<Instant>, usize) {
        let (mut last, mut count) = (None, 0);
        while let Ok((at, bytes)) = self.output.recv_timeout(quiet) {
            self.parser.process(&bytes);
            count += bytes.len();
            last = Some(at);
        }
        (last, count)
    }

    fn press(&mut self, keys: &str, quiet: Duration) -> Answer {
        let pressed = Instant::now();
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        let (last, bytes) = self.settle(quiet);
        Answer {
            took: last.map_or(Duration::ZERO, |at| at - pressed),
            bytes,
        }
    }

    /// From a key to the first byte that it made the program write.
    fn first_byte(&mut self, key: &str) -> Duration {
        let pressed = Instant::now();
        self.writer.write_all(key.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        let came = self.output.recv_timeout(QUIET);
        let took = came.as_ref().map_or(QUIET, |(at, _)| *at - pressed);
        if let Ok((_, bytes)) = came {
            self.parser.process(&bytes);
        }
        self.settle(Duration::from_millis(20));
        took
    }

    /// A line of the process's own account of itself, in kB.
    fn status(&self, name: &str) -> u64 {
        let id = self.child.process_id().unwrap();
        let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let line = text.lines().find(|l| l.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Processor time used so far, in clock ticks.
    fn ticks(&self) -> u64 {
        let id = self.child.process_id().unwrap();
        let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        let after = text.rsplit(')').next().unwrap();
        let fields: Vec<u64> = after
            .split_whitespace()
            .filter_map(|f| f.parse().ok())
            .collect();
        // Without the process's state: user time is the 11th number, system time the 12th.
        fields.get(10).unwrap() + fields.get(11).unwrap()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn median<T: Copy + Ord>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    *values.get(values.len() / 2).unwrap()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn report(what: &str, value: f64, unit: &str, bound: f64) {
    let verdict = if value <= bound { "ok" } else { "MISSED" };
    println!("{what:<58} {value:>9.2} {unit:<6} bound {bound:>7} {verdict}");
}

/// Each key several times: the median of the times, and of the bytes.
fn repeated(session: &mut Session, keys: &[&str]) -> (Duration, usize) {
    let answers: Vec<Answer> = (0..KEYS)
        .map(|i| {
            let key = keys.get(i % keys.len()).unwrap();
            session.press(key, QUIET)
        })
        .collect();
    let times = answers.iter().map(|a| a.took).collect();
    let bytes = answers.iter().map(|a| a.bytes).collect();
    (median(times), median(bytes))
}

/// What takes long goes on beside the screen: rows are moved meanwhile as at any other time. What comes of
/// it is drawn as it comes, so that the first byte answers a key.
fn measure_long_work(session: &mut Session) {
    let (time, _) = repeated(session, &["w", "q"]);
    report(
        "who has access, with everybody who has; closed, median",
        milliseconds(time),
        "ms",
        60.0,
    );
    for (key, what) in [
        ("z", "a row while it is sorted by another column, median"),
        ("F", "a row while findings are searched, median"),
    ] {
        session.press(key, Duration::from_millis(1));
        let times = (0..KEYS).map(|i| session.first_byte(if i % 2 == 0 { "j" } else { "k" }));
        let time = median(times.collect());
        report(what, milliseconds(time), "ms", 5.0);
        session.settle(Duration::from_secs(3));
    }
    session.press("3", Duration::from_secs(1));
}

fn make_store(directory: &Path) {
    let models = std::env::var("DEEDBOX_CONSOLE_MODELS").unwrap_or_else(|_| "1000000".into());
    let status = Command::new(env!("CARGO_BIN_EXE_deedbox"))
        .args(["generate", "--models", &models, "--seed", "7", "--store"])
        .arg(directory)
        .status()
        .unwrap();
    assert!(status.success(), "the store can't be made");
}

fn main() {
    let temporary = tempfile::tempdir().unwrap();
    let store = std::env::var_os("DEEDBOX_CONSOLE_STORE").map_or_else(
        || {
            let directory = temporary.path().join("store");
            make_store(&directory);
            directory
        },
        PathBuf::from,
    );
    // Once cold, to have everything in the page cache.
    Session::start(&store).until("  you ");

    let mut session = Session::start(&store);
    let frame = session.until("My models");
    report(
        "first frame after the start",
        milliseconds(frame),
        "ms",
        30.0,
    );
    let page = session.until("  you ");
    report("first page of My models", milliseconds(page), "ms", 400.0);
    session.settle(Duration::from_millis(500));
    session.press("3", QUIET);
    let all = session.until(" 1-34 of ");
    report(
        "all models, sorted by name, after the start",
        milliseconds(all),
        "ms",
        15_000.0,
    );
    session.settle(Duration::from_secs(3));

    let (time, bytes) = repeated(&mut session, &["j", "j", "k"]);
    report("one row up or down, median", milliseconds(time), "ms", 5.0);
    report("bytes for it, median", bytes as f64, "B", 1_000.0);
    let (time, _) = repeated(&mut session, &["\x1b[6~", "\x1b[5~", "G", "g"]);
    report(
        "a page, the end, the start, median",
        milliseconds(time),
        "ms",
        5.0,
    );
    let (time, _) = repeated(&mut session, &["\r", "q"]);
    report(
        "detail opened and closed, median",
        milliseconds(time),
        "ms",
        5.0,
    );
    let (time, _) = repeated(&mut session, &["2", "3"]);
    report("another view, median", milliseconds(time), "ms", 5.0);
    session.settle(Duration::from_secs(5));

    session.press("/", QUIET);
    let quiet = Duration::from_millis(250);
    let mut times = Vec::new();
    for word in ["fraud", "churn", "score"] {
        for letter in word.chars() {
            times.push(session.press(&letter.to_string(), quiet).took);
        }
        for _ in word.chars() {
            session.press("\x7f", quiet);
        }
    }
    report(
        "filter result after a letter, median",
        milliseconds(median(times)),
        "ms",
        60.0,
    );
    session.press("\r", quiet);
    session.press("q", quiet);
    let burst = session.press(&"j".repeat(100), QUIET);
    report("a burst of 100 keys", milliseconds(burst.took), "ms", 30.0);

    measure_long_work(&mut session);
    let before = session.ticks();
    let (_, bytes) = session.settle(Duration::from_secs(3));
    report("bytes written while idle, 3 s", bytes as f64, "B", 0.0);
    report(
        "processor while idle, 3 s",
        (session.ticks() - before) as f64 * 10.0,
        "ms",
        0.0,
    );
    report(
        "resident memory",
        session.status("VmRSS") as f64 / 1024.0,
        "MiB",
        800.0,
    );
    report(
        "its peak",
        session.status("VmHWM") as f64 / 1024.0,
        "MiB",
        1_500.0,
    );
}
