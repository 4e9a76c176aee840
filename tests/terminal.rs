//! The built binary in a pseudo-terminal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets what it did not expect should stop there"
)]

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

#[path = "support/program.rs"]
mod program;

/// The demo, running, with what it drew so far.
struct Session {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    reader: Option<thread::JoinHandle<()>>,
    parser: vt100::Parser,
    raw: Vec<u8>,
}

impl Session {
    /// The sample organization.
    fn start(columns: u16, rows: u16, environment: &[(&str, &str)]) -> Self {
        Self::run(&["demo"], columns, rows, environment)
    }

    fn run(arguments: &[&str], columns: u16, rows: u16, environment: &[(&str, &str)]) -> Self {
        let program = env!("CARGO_BIN_EXE_deedbox");
        Self::program(program, arguments, columns, rows, environment)
    }

    fn program(
        program: &str,
        arguments: &[&str],
        columns: u16,
        rows: u16,
        environment: &[(&str, &str)],
    ) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        let reading = thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 || send.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        let parser = vt100::Parser::new(rows, columns, 0);
        Self {
            child,
            master: pair.master,
            writer,
            output,
            reader: Some(reading),
            parser,
            raw: Vec::new(),
        }
    }

    /// Waits until the text is on the screen.
    #[track_caller]
    fn wait_for(&mut self, text: &str) {
        let end = Instant::now() + Duration::from_secs(60);
        while !self.screen().contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("`{text}` never came:\n{}", self.screen())
                }
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend(bytes);
        self.parser.process(bytes);
    }

    fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Waits for the end, and reads what was still on the way.
    fn end(&mut self) -> u32 {
        let end = Instant::now() + Duration::from_secs(60);
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            // Read meanwhile: a full terminal would hold the program up.
            while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.take(&bytes);
            }
            if Instant::now() > end {
                self.child.kill().unwrap();
                panic!("it does not end:\n{}", self.screen());
            }
        };
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_secs(10)) {
            self.take(&bytes);
        }
        status.exit_code()
    }

    #[track_caller]
    fn assert_restored(&self) {
        assert!(
            !self.parser.screen().alternate_screen(),
            "still on the alternate screen"
        );
        assert!(
            !self.parser.screen().hide_cursor(),
            "the cursor is still hidden"
        );
        assert!(
            !self.parser.screen().bracketed_paste(),
            "bracketed paste is still on"
        );
        assert_eq!(
            self.parser.screen().mouse_protocol_mode(),
            vt100::MouseProtocolMode::None,
            "the mouse is still captured"
        );
    }
}

#[test]
fn from_the_first_frame_to_undo() {
    let mut session = Session::start(80, 24, &[]);
    session.wait_for("My models 12");
    session.press("2");
    session.wait_for("Why it is here");
    session.press("1/device trust\r");
    session.wait_for("My models 1 of 12");
    session.press("s");
    session.wait_for("Share Device trust");
    session.press("credit\r");
    session.wait_for("people can");
    session.press("\r");
    session.wait_for("[ Cancel ]");
    session.press("y");
    session.wait_for("u undo");
    session.press("u");
    session.wait_for("Undo?");
    session.press("y");
    session.wait_for("Undo revision 5: share Device trust");
    session.press("J");
    session.wait_for("Journal 6");
    session.press("\x03");
    assert_eq!(session.end(), 0);
    session.assert_restored();
}

#[test]
fn the_demo_starts_as_whom_one_names() {
    let mut session = Session::run(
        &["--read-only", "demo", "--as", "user:erin@acme.test"],
        80,
        24,
        &[],
    );
    session.wait_for("Erin Walsh (by Alice Ng)");
    session.wait_for("read-only");
    session.press("\x03");
    assert_eq!(session.end(), 0);

    let mut session = Session::run(&["demo", "--as", "user:xena@acme.test"], 80, 24, &[]);
    assert_ne!(session.end(), 0);
    session.assert_restored();
    let said = session.screen();
    assert!(said.contains("knows no user"), "{said}");
}

#[test]
fn resize_paste_and_a_tiny_window() {
    let mut session = Session::start(80, 24, &[]);
    session.wait_for("My models 12");
    let size = PtySize {
        rows: 10,
        cols: 40,
        pixel_width: 0,
        pixel_height: 0,
    };
    session.master.resize(size).unwrap();
    session.parser.screen_mut().set_size(10, 40);
    session.wait_for("deedbox needs 60x16");
    let size = PtySize {
        rows: 40,
        cols: 120,
        pixel_width: 0,
        pixel_height: 0,
    };
    session.master.resize(size).unwrap();
    session.parser.screen_mut().set_size(40, 120);
    session.wait_for("Views");
    session.press("/");
    session.press("\x1b[200~fraud\nscore\x1b[201~");
    session.wait_for("/ fraud score");
    session.press("\x03");
    assert_eq!(session.end(), 0);
}

#[test]
fn no_colour_means_none() {
    let mut session = Session::start(80, 24, &[("NO_COLOR", "1")]);
    session.wait_for("My models 12");
    session.press("?");
    session.wait_for("Keys:");
    session.press("\x03");
    session.end();
    let raw = String::from_utf8_lossy(&session.raw).into_owned();
    for code in ["\x1b[3", "\x1b[4", "\x1b[9"] {
        let coloured = raw.match_indices(code).any(|(i, _)| {
            let rest: String = raw[i + 2..].chars().take(4).collect();
            let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
            matches!(number.parse::<u8>(), Ok(31..=37 | 41..=47 | 90..=97)) && rest.contains('m')
        });
        assert!(!coloured, "a colour was used");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_gives_the_terminal_back() {
    let mut session = Session::start(80, 24, &[]);
    session.wait_for("My models 12");
    let pid = session.child.process_id().unwrap().to_string();
    let killed = std::process::Command::new("kill")
        .args(["-TERM", &pid])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(session.end(), 130);
    session.assert_restored();
}

/// The state of a process as Linux tells it: `S` asleep, `T` stopped.
#[cfg(target_os = "linux")]
fn state_of(pid: &str) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before it stands in parentheses, and may hold anything.
    stat.rsplit_once(") ")?.1.chars().next()
}

#[cfg(unix)]
impl Session {
    /// Reads what is drawn until something is so.
    #[track_caller]
    fn read_until(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let end = Instant::now() + Duration::from_secs(60);
        while !so(self) {
            assert!(
                Instant::now() < end,
                "{what} never came:\n{}",
                self.screen()
            );
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.take(&bytes);
            }
        }
    }

    /// Whether the terminal edits lines and answers ctrl-c by itself, as a shell expects it.
    fn edits_lines(&self) -> bool {
        let modes = format!("{:?}", self.master.get_termios().unwrap().local_flags);
        ["ICANON", "ECHO", "ISIG"].iter().all(|m| modes.contains(m))
    }
}

#[cfg(target_os = "linux")]
#[test]
fn suspended_it_gives_the_terminal_back_and_continued_it_draws_again() {
    let mut session = Session::start(80, 24, &[]);
    session.wait_for("My models 12");
    assert!(!session.edits_lines());
    let pid = session.child.process_id().unwrap().to_string();
    for _ in 0..2 {
        session.press("\x1a");
        session.read_until("the stop", |_| state_of(&pid) == Some('T'));
        session.read_until("the terminal", |s| !s.parser.screen().alternate_screen());
        session.assert_restored();
        assert!(session.edits_lines());
        assert!(!session.screen().contains("My models"));
        let continued = std::process::Command::new("kill")
            .args(["-CONT", &pid])
            .status()
            .unwrap();
        assert!(continued.success());
        // Everything is drawn, from the first line to the last, and keys are for the console again.
        session.wait_for("? help");
        session.wait_for("My models 12");
        session.wait_for("deedbox · demo");
        assert!(session.parser.screen().alternate_screen());
        assert!(!session.edits_lines());
    }
    session.press("2");
    session.wait_for("Why it is here");
    session.press("\x03");
    assert_eq!(session.end(), 0);
    session.assert_restored();
}

/// A bug to order, which only a debug build can have, and a report that a terminal has room for.
#[cfg(all(unix, debug_assertions))]
const fn bug_at(place: &str) -> [(&str, &str); 2] {
    [("DEEDBOX_PANIC", place), ("RUST_BACKTRACE", "0")]
}

#[cfg(all(unix, debug_assertions))]
#[test]
fn a_bug_gives_the_terminal_back_and_is_told_below() {
    let mut session = Session::start(80, 24, &bug_at("key"));
    session.wait_for("My models 12");
    session.press("j");
    assert_eq!(session.end(), 70);
    session.assert_restored();
    assert!(session.edits_lines());
    let screen = session.screen();
    assert!(screen.contains("DEEDBOX_PANIC is key"), "{screen}");
    assert!(!screen.contains("My models"), "{screen}");
    // The shell goes on below it, not over it.
    let said = screen.lines().filter(|l| !l.trim().is_empty()).count();
    let (row, column) = session.parser.screen().cursor_position();
    assert!(usize::from(row) >= said && column == 0, "{row}:\n{screen}");
}

#[cfg(all(unix, debug_assertions))]
#[test]
fn a_bug_is_told_on_standard_error() {
    let directory = tempfile::tempdir().unwrap();
    let said = directory.path().join("said");
    let script = format!(
        "{} demo 2>{}",
        env!("CARGO_BIN_EXE_deedbox"),
        said.display()
    );
    let mut session = Session::program("sh", &["-c", &script], 80, 24, &bug_at("key"));
    session.wait_for("My models 12");
    session.press("j");
    assert_eq!(session.end(), 70);
    session.assert_restored();
    assert!(!session.screen().contains("DEEDBOX_PANIC"));
    let said = std::fs::read_to_string(said).unwrap();
    assert!(said.contains("DEEDBOX_PANIC is key"), "{said}");
    assert!(said.contains("src/tui/runtime.rs"), "{said}");
}

/// What opens the store has a thread of its own, for which the first screen would wait for ever.
#[cfg(all(unix, debug_assertions))]
#[test]
fn a_bug_while_the_store_is_opened_ends_it_too() {
    let mut session = Session::start(80, 24, &bug_at("opening"));
    assert_eq!(session.end(), 70);
    session.assert_restored();
    assert!(session.edits_lines());
    let screen = session.screen();
    assert!(
        screen.contains("opening the store ended in a bug of deedbox: DEEDBOX_PANIC is opening"),
        "{screen}"
    );
}

/// OSC 52, which terminals take for their clipboard also over SSH.
#[cfg(unix)]
#[test]
fn an_id_is_copied_through_the_terminal() {
    let mut session = Session::start(80, 24, &[]);
    session.wait_for("My models 12");
    session.press("/device trust\r");
    session.wait_for("My models 1 of 12");
    session.press("y");
    // `risk-prod/models/device-trust`, in base 64.
    let copied = b"\x1b]52;c;cmlzay1wcm9kL21vZGVscy9kZXZpY2UtdHJ1c3Q=\x07";
    session.read_until("the id", |s| {
        s.raw.windows(copied.len()).any(|bytes| bytes == copied)
    });
    session.press("\x03");
    assert_eq!(session.end(), 0);
}

/// A program without a terminal, on a store of its own.
fn beside(store: &std::path::Path, arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_deedbox"))
        .args(arguments)
        .arg("--store")
        .arg(store)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap()
}

/// A path is bytes; one that is no text reaches the process that answers as it is.
#[cfg(target_os = "linux")]
#[track_caller]
fn assert_any_path_is_passed_on(
    store: &std::path::Path,
    question: &[&str],
    alone: &std::process::Output,
) {
    use std::os::unix::ffi::OsStrExt as _;
    let name = std::ffi::OsStr::from_bytes(b"st\xffre");
    let odd = store.with_file_name(name);
    std::os::unix::fs::symlink(store, &odd).unwrap();
    assert_eq!(beside(&odd, question), *alone);
}

#[cfg(unix)]
#[test]
fn questions_are_answered_beside_an_open_console() {
    let directory = tempfile::tempdir().unwrap();
    let store = directory.path().join("store");
    let acme = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/acme.yaml");
    assert!(beside(&store, &["init"]).status.success());
    assert!(beside(&store, &["import", acme]).status.success());
    let logins = beside(&store, &["login", "list", "-o", "csv"]).stdout;
    let logins = String::from_utf8(logins).unwrap();
    let account = logins.lines().nth(1).unwrap().split(',').next().unwrap();
    let set = ["login", "set", account, "user:alice@acme.test"];
    assert!(beside(&store, &set).status.success());

    let model = "risk-prod/models/fraud-score";
    let questions: [&[&str]; 5] = [
        &["check", "user:alice@acme.test", "run", model, "--explain"],
        &["check", "user:nobody@acme.test", "run", model],
        &["who-can", "run", model, "-o", "json"],
        &["check", "user:alice@acme.test", "run", "nowhere/models/x"],
        &["export"],
    ];
    let alone: Vec<_> = questions.iter().map(|q| beside(&store, q)).collect();
    assert_eq!(alone[0].status.code(), Some(0));

    let path = store.to_str().unwrap();
    let mut session = Session::run(&["--store", path], 80, 24, &[]);
    session.wait_for("My models 12");
    for (question, alone) in questions.iter().zip(&alone) {
        let answered = beside(&store, question);
        assert_eq!(answered, *alone, "{question:?}");
    }
    #[cfg(target_os = "linux")]
    assert_any_path_is_passed_on(&store, questions[0], &alone[0]);
    // A change waits until the console is closed, and says who has the store.
    let refused = beside(&store, &["share", model, "--with", "user:dan@acme.test"]);
    assert_eq!(refused.status.code(), Some(3));
    let pid = session.child.process_id().unwrap().to_string();
    assert!(String::from_utf8(refused.stderr).unwrap().contains(&pid));
    session.press("\x03");
    assert_eq!(session.end(), 0);
    assert!(!store.join("questions").exists());
    assert_eq!(beside(&store, questions[0]), alone[0]);
}

#[test]
fn a_tour_is_taken_by_its_keys_or_by_space_and_another_one_chosen() {
    let mut session = Session::run(&["demo", "--tour", "share"], 80, 24, &[]);
    session.wait_for("step 1 of");
    session.press("   ");
    session.wait_for("step 2 of");
    session.press("s");
    session.wait_for("Share Device trust");
    session.press("\r\r");
    session.wait_for("step 3 of");
    session.press("   ");
    session.wait_for("step 4 of");
    session.press("\x1b");
    session.wait_for("You left the tour");
    // The share panel takes letters for itself; at home T offers the tours.
    session.press("\x1b");
    session.wait_for("Discard this share?");
    session.press("\x1b");
    session.wait_for("My models 1 of 12");
    session.press("T");
    session.wait_for("Guided tours");
    session.press("reassign\r");
    session.wait_for("Give a leaver's model");
    session.wait_for("step 1 of");
    session.press("    ");
    session.wait_for("step 2 of");
    session.press("\x03");
    assert_eq!(session.end(), 0);
    session.assert_restored();
}

#[cfg(unix)]
impl Session {
    /// Closes the terminal as whoever closes its window does: nobody reads from it or writes to it
    /// any more.
    fn hang_up(mut self) -> Box<dyn Child + Send + Sync> {
        // The thread that reads holds the terminal too; it ends after what it reads next.
        drop(self.output);
        self.writer.write_all(b"j").unwrap();
        self.reader.take().unwrap().join().unwrap();
        drop(self.writer);
        drop(self.master);
        self.child
    }
}

/// Waits until something is so.
#[cfg(unix)]
#[track_caller]
fn wait_until(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !so() {
        assert!(Instant::now() < end, "{what} never came");
        thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(unix)]
#[test]
fn a_terminal_that_is_closed_ends_it_tidily() {
    let mut session = Session::start(80, 24, &[]);
    session.wait_for("My models 12");
    let mut child = session.hang_up();
    let mut status = None;
    wait_until("the end", || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    assert_eq!(status.unwrap().exit_code(), 130);
}

/// In a session of its own no signal tells it that the terminal has gone: it reads nothing, for ever.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_goes_without_a_signal_ends_it_too() {
    let directory = tempfile::tempdir().unwrap();
    let code = directory.path().join("code");
    let script = format!(
        "trap '' HUP; setsid {} demo; echo $? > {}.new; mv {}.new {}",
        env!("CARGO_BIN_EXE_deedbox"),
        code.display(),
        code.display(),
        code.display()
    );
    let mut session = Session::program("sh", &["-c", &script], 80, 24, &[]);
    session.wait_for("My models 12");
    let _shell = session.hang_up();
    wait_until("the exit code", || code.exists());
    assert_eq!(std::fs::read_to_string(&code).unwrap().trim(), "130");
}

// --- what takes a word ------------------------------------------------------------------------

/// Answers what a command asks; everything on the screen, and how it ended.
fn answered(
    world: &program::Program,
    arguments: &[&str],
    asks: &str,
    types: &str,
) -> (String, u32) {
    let store = world.store();
    let environment = [("DEEDBOX_STORE", store.to_str().unwrap())];
    let mut session = Session::run(arguments, 160, 120, &environment);
    session.wait_for(asks);
    session.press(types);
    let code = session.end();
    (session.screen(), code)
}

#[test]
fn what_the_console_guards_asks_for_the_same_word_here() {
    let world = program::Program::alice();
    let leaves = ["offboard", "user:bob@acme.test"];
    let asks = "Type bob@acme.test to go on: ";
    for types in ["yes\r", "\r", "\u{4}"] {
        let (screen, code) = answered(&world, &leaves, asks, types);
        assert_eq!(code, 130, "{types:?}: {screen}");
        assert!(
            screen.contains("cancelled: nothing was changed"),
            "{screen}"
        );
        assert!(
            screen.contains("3 taken away, 1 account deleted"),
            "{screen}"
        );
        assert_eq!(world.revision(), 3);
    }
    let (screen, code) = answered(&world, &leaves, asks, "bob@acme.test\r");
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("nothing is left"), "{screen}");
    let (screen, code) = answered(&world, &["undo", "4"], "Type undo to go on: ", "undo\r");
    assert_eq!(code, 0, "{screen}");
    assert_eq!(world.revision(), 5);
    let everybody = [
        "share",
        "risk-prod/models/device-trust",
        "--with",
        "allUsers",
    ];
    let (_, code) = answered(&world, &everybody, "Type everybody to go on: ", "no\r");
    assert_eq!((code, world.revision()), (130, 5));
    let delete = r#"{"delete-model": {"model": "risk-prod/models/device-trust"}}"#;
    let (_, code) = answered(
        &world,
        &["do", delete],
        "Type device-trust to go on: ",
        "\r",
    );
    assert_eq!((code, world.revision()), (130, 5));
    let said = [&everybody[..], &["--yes"]].concat();
    let (screen, code) = answered(&world, &said, "revision 6", "");
    assert_eq!(code, 0, "{screen}");
    // What harms nobody by being quick is not asked about, and neither is a script.
    let (screen, code) = answered(&world, &["undo", "6"], "revision 7", "");
    assert_eq!(code, 0, "{screen}");
    world.ok(&leaves);
}
