//! The built program on a store of its own: for every suite that looks at what it prints and how it
//! ends.

#![allow(dead_code, reason = "each suite uses some of it")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The sample organization's document.
pub const ACME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/acme.yaml");

/// A directory for a store and files, in which the program runs.
pub struct Program(TempDir);

/// What a run came to.
pub struct Came {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Came {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Program {
    /// Without a store.
    pub fn empty() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A store whose administrator is this account, which is nobody's user.
    pub fn new() -> Self {
        let program = Self::empty();
        program.ok(&["init"]);
        program
    }

    /// With the sample organization.
    pub fn sample() -> Self {
        let program = Self::new();
        program.ok(&["import", ACME]);
        program
    }

    /// With the sample organization; the account signs in as Alice, and administers no store.
    pub fn alice() -> Self {
        let program = Self::sample();
        let account = program.account();
        program.ok(&["login", "set", &account, "user:alice@acme.test"]);
        program
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn store(&self) -> PathBuf {
        self.path().join("store")
    }

    /// Writes a file; its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deedbox"));
        command
            .args(arguments)
            .env("DEEDBOX_STORE", self.store())
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Came {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs to an exit code; everything that was said.
    pub fn ends(&self, code: i32, arguments: &[&str]) -> String {
        let came = self.run(arguments);
        let said = format!("{}{}", came.out, came.err);
        assert_eq!(came.code, code, "{arguments:?}: {said}");
        said
    }

    /// Runs well; what was printed.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let came = self.run(arguments);
        assert_eq!(came.code, 0, "{arguments:?}: {}{}", came.out, came.err);
        came.out
    }

    /// Runs into an exit code, with something said about it.
    pub fn fails(&self, code: i32, arguments: &[&str], words: &str) {
        let said = self.ends(code, arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }

    pub fn with_input(&self, arguments: &[&str], input: &str) -> Came {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        drop(stdin);
        child.wait_with_output().unwrap().into()
    }

    /// The operating system's account that the tests run under.
    pub fn account(&self) -> String {
        let logins = self.json(&["login", "list"]);
        logins[0]["account"].as_str().unwrap().to_owned()
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        self.json_ending(0, arguments)
    }

    pub fn json_ending(&self, code: i32, arguments: &[&str]) -> Value {
        let came = self.run(&[arguments, &["-o", "json"]].concat());
        assert_eq!(came.code, code, "{arguments:?}: {}", came.err);
        serde_json::from_str(&came.out).unwrap()
    }

    pub fn revision(&self) -> u64 {
        self.json(&["journal", "-n", "1"])[0]["revision"]
            .as_u64()
            .unwrap()
    }
}
