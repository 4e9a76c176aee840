//! A store with a past, copies of it to damage, and what a damaged one may come to.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_deedbox");
const ACME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/acme.yaml");
/// Damage makes nothing take that long.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A directory with a store in it.
#[derive(Debug)]
pub struct World {
    directory: TempDir,
}

/// Everything that a store says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub checkpoint: String,
    pub document: String,
    pub logins: String,
    pub journal: String,
}

impl World {
    pub fn empty() -> Self {
        Self {
            directory: TempDir::new().unwrap(),
        }
    }

    /// With a copy of a store that has a dozen revisions.
    pub fn sample() -> Self {
        static SAMPLE: OnceLock<World> = OnceLock::new();
        let sample = SAMPLE.get_or_init(Self::made);
        let world = Self::empty();
        copy(&sample.store(), &world.store());
        world
    }

    fn made() -> Self {
        let world = Self::empty();
        world.ok(&["init"]);
        world.ok(&["import", ACME]);
        let logins = world.ok(&["login", "list", "-o", "csv"]);
        let account = logins.lines().nth(1).unwrap().split(',').next().unwrap();
        world.ok(&["login", "set", account, "user:alice@acme.test"]);
        world.ok(&["login", "set", "nobody", "user:dan@acme.test"]);
        world.share("fraud-score", "tomasz");
        world.share("stress-test", "mei");
        world.share("credit-limit", "zara");
        world.ok(&["undo", "6"]);
        let people = world.people(60, 10);
        world.ok(&["import", &people]);
        world.ok(&["offboard", "user:bob@acme.test"]);
        world
    }

    pub fn share(&self, model: &str, with: &str) {
        let model = format!("risk-prod/models/{model}");
        let with = format!("user:{with}@acme.test");
        self.ok(&["share", &model, "--with", &with]);
    }

    /// A document of so many people, their names so many times as long as usual.
    pub fn people(&self, number: usize, length: usize) -> String {
        let row = |i| {
            let name = format!("Person {i} ").repeat(length);
            format!("    - {{id: p{i}@damage.test, name: {}}}\n", name.trim())
        };
        let rows: String = (0..number).map(row).collect();
        let path = self.path("people.yaml");
        fs::write(&path, format!("deedbox: 1\ndirectory:\n  users:\n{rows}")).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn store(&self) -> PathBuf {
        self.path("store")
    }

    pub fn run(&self, arguments: &[&str]) -> Came {
        let mut command = Command::new(PROGRAM);
        command.args(arguments);
        self.see(command)
    }

    /// Runs a program on the store; nothing may take for ever, or end in a panic.
    pub fn see(&self, mut command: Command) -> Came {
        let (out, err) = (self.path("out"), self.path("err"));
        let mut child = command
            .env("DEEDBOX_STORE", self.store())
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&err).unwrap())
            .spawn()
            .unwrap();
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if begin.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("{command:?} hangs");
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let read = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        let came = Came {
            code: status.code(),
            out: read(&out),
            err: read(&err),
        };
        let crashed = ["panicked", "crashed", "RUST_BACKTRACE"]
            .iter()
            .any(|word| came.err.contains(word));
        assert!(!crashed && came.code != Some(70), "{command:?}: {came:?}");
        came
    }

    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        let came = self.run(arguments);
        assert_eq!(came.code, Some(0), "{arguments:?}: {came:?}");
        came.out
    }

    /// Runs into an exit code, with something said about it.
    #[track_caller]
    pub fn fails(&self, code: i32, arguments: &[&str], words: &str) -> Came {
        let came = self.run(arguments);
        assert_eq!(came.code, Some(code), "{arguments:?}: {came:?}");
        assert!(came.err.contains(words), "{arguments:?}: {came:?}");
        came
    }

    /// Everything that the store says, or the error that it says instead.
    pub fn content(&self) -> Result<Content, Came> {
        let ask = |arguments: &[&str]| {
            let came = self.run(arguments);
            match came.code {
                Some(0) => Ok(came.out),
                _ => Err(came),
            }
        };
        Ok(Content {
            checkpoint: ask(&["verify"])?.trim().to_owned(),
            document: ask(&["export"])?,
            logins: ask(&["login", "list", "-o", "csv"])?,
            journal: ask(&["journal", "-n", "0", "-o", "csv"])?,
        })
    }

    /// What the sample says while it is whole.
    pub fn expected() -> &'static Content {
        static EXPECTED: OnceLock<Content> = OnceLock::new();
        EXPECTED.get_or_init(|| Self::sample().content().unwrap())
    }
}

/// Whether damage was noticed. It must not pass in silence: then the content is the very same.
#[track_caller]
pub fn noticed(what: &str, world: &World) -> bool {
    noticed_of(what, world, World::expected())
}

/// The same for a store that held something else than the sample.
#[track_caller]
pub fn noticed_of(what: &str, world: &World, expected: &Content) -> bool {
    match world.content() {
        Ok(content) => {
            assert!(
                content == *expected,
                "{what}: opened with something else, at {}",
                content.checkpoint
            );
            false
        }
        Err(came) => {
            assert_clear(what, &came);
            true
        }
    }
}

/// A clear error is one sentence, or two, with a documented code.
#[track_caller]
pub fn assert_clear(what: &str, came: &Came) {
    assert!(matches!(came.code, Some(3 | 7)), "{what}: {came:?}");
    assert!(came.err.starts_with("error: "), "{what}: {came:?}");
    assert_eq!(came.err.lines().count(), 1, "{what}: {came:?}");
}

/// Copies a directory with everything in it.
pub fn copy(from: &Path, to: &Path) {
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

/// The store's files by name.
pub fn files(store: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(store)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

/// Removes the files that only speed opening up.
pub fn remove_snapshots(store: &Path) {
    for path in files(store) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("snap.") {
            fs::remove_file(path).unwrap();
        }
    }
}
