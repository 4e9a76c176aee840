//! The program on a store of its own: run, watched, killed.

use std::fs::{self, File};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};
use tempfile::TempDir;

use crate::rng::Rng;

const ACME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/acme.yaml");
/// Nothing that is asked here takes that long.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often a running program is looked at.
const TICK: Duration = Duration::from_micros(100);

/// A store, and files beside it.
#[derive(Debug)]
pub struct Program {
    directory: TempDir,
}

/// What a run came to.
#[derive(Debug)]
pub struct Came {
    /// The exit code; none when it was killed.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Whether it was killed before it ended.
    pub killed: bool,
    /// What happened in the store's directory meanwhile.
    pub events: usize,
    /// How long it ran.
    pub time: Duration,
}

impl Came {
    /// How long it was, in events and in milliseconds.
    pub fn length(&self) -> (usize, usize) {
        (self.events, usize::try_from(self.time.as_millis()).unwrap())
    }
}

/// When a program is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Never,
    /// So many events in the store's directory, and then a while.
    After(usize, Duration),
    At(Duration),
}

impl Program {
    /// Without a store.
    pub fn empty() -> Self {
        Self {
            directory: TempDir::new().unwrap(),
        }
    }

    /// With the sample organization; the account signs in as Alice and administers the store.
    pub fn sample() -> Self {
        let program = Self::empty();
        program.ok(&["init"]);
        program.ok(&["import", ACME]);
        let logins = program.ok(&["login", "list", "-o", "csv"]);
        let account = logins.lines().nth(1).unwrap().split(',').next().unwrap();
        program.ok(&[
            "login",
            "set",
            account,
            "user:alice@acme.test",
            "--store-administrator",
        ]);
        program
    }

    /// With a copy of another one's store.
    pub fn copy_of(other: &Self) -> Self {
        let program = Self::empty();
        program.become_copy_of(other);
        program
    }

    /// Takes another one's store in place of its own.
    pub fn become_copy_of(&self, other: &Self) {
        // Opening makes files of its own; none may be left of the former store.
        if self.store().exists() {
            fs::remove_dir_all(self.store()).unwrap();
        }
        copy(&other.store(), &self.store());
    }

    /// Where the store lies.
    pub fn store(&self) -> PathBuf {
        self.directory.path().join("store")
    }

    /// Writes a file beside the store.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.directory.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Keeps everything for whoever looks into a failure.
    pub fn keep(&mut self) -> PathBuf {
        self.directory.disable_cleanup(true);
        self.directory.path().to_owned()
    }

    /// Runs undisturbed.
    pub fn run(&self, arguments: &[&str]) -> Came {
        self.watched(arguments, Moment::Never)
    }

    /// Runs undisturbed and well, and yields standard output.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let came = self.run(arguments);
        assert_eq!(came.code, Some(0), "{arguments:?}: {came:?}");
        came.out
    }

    /// Runs and is killed somewhere among so many events, or within so many milliseconds; perhaps
    /// too late.
    pub fn interrupted(
        &self,
        arguments: &[&str],
        rng: &mut Rng,
        events: usize,
        milliseconds: usize,
    ) -> Came {
        let micros = |n: usize| Duration::from_micros(n as u64);
        let moment = if rng.chance(50) {
            let after = rng.below(events + 1);
            let pause = if rng.chance(50) { 0 } else { rng.below(1_500) };
            Moment::After(after, micros(pause))
        } else {
            Moment::At(micros(rng.below(milliseconds * 1_000 + 1_000)))
        };
        self.watched(arguments, moment)
    }

    fn watched(&self, arguments: &[&str], moment: Moment) -> Came {
        let path = |name| self.directory.path().join(name);
        // Files, not pipes: nobody has to read while the program runs.
        let (out, err) = (path("out"), path("err"));
        let watch = Watch::new(self.directory.path(), &self.store());
        let begin = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_deedbox"))
            .args(arguments)
            .env("DEEDBOX_STORE", self.store())
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap())
            .spawn()
            .unwrap();
        let (code, killed, events) = see_through(child, moment, begin, watch);
        let read = |path: &Path| String::from_utf8(fs::read(path).unwrap()).unwrap();
        let came = Came {
            code,
            out: read(&out),
            err: read(&err),
            killed,
            events,
            time: begin.elapsed(),
        };
        assert!(
            !came.err.contains("panicked") && came.code != Some(70),
            "{arguments:?}: {came:?}"
        );
        came
    }
}

/// Waits for the end, or makes it.
fn see_through(
    mut child: Child,
    moment: Moment,
    begin: Instant,
    mut watch: Watch,
) -> (Option<i32>, bool, usize) {
    loop {
        watch.look();
        let due = match moment {
            Moment::Never => false,
            Moment::After(events, _) => watch.events >= events,
            Moment::At(time) => begin.elapsed() >= time,
        };
        if due {
            if let Moment::After(_, pause) = moment {
                thread::sleep(pause);
            }
            child.kill().unwrap();
            let status = child.wait().unwrap();
            return (status.code(), status.code().is_none(), watch.events);
        }
        if let Some(status) = child.try_wait().unwrap() {
            watch.look();
            return (status.code(), false, watch.events);
        }
        if begin.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it does not end");
        }
        thread::sleep(TICK);
    }
}

/// Counts what happens in a store's directory.
struct Watch {
    queue: OwnedFd,
    events: usize,
}

impl Watch {
    fn new(parent: &Path, store: &Path) -> Self {
        let queue = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).unwrap();
        let changes =
            WatchFlags::MODIFY | WatchFlags::CREATE | WatchFlags::MOVE | WatchFlags::DELETE;
        let place = if store.exists() { store } else { parent };
        add_watch(&queue, place, changes).unwrap();
        Self { queue, events: 0 }
    }

    fn look(&mut self) {
        let mut buffer = [MaybeUninit::uninit(); 8_192];
        let mut reader = Reader::new(&self.queue, &mut buffer);
        while reader.next().is_ok() {
            self.events += 1;
        }
    }
}

/// Copies a directory with everything in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
