//! Beside an open console: backups and questions are the holding process's to answer.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

use crate::world::{Came, PROGRAM, World};

const PATIENCE: Duration = Duration::from_secs(60);

/// A console on a store, until it is killed.
fn console(world: &World) -> Box<dyn Child + Send + Sync> {
    let size = PtySize {
        rows: 24,
        cols: 80,
        pixel_width: 0,
        pixel_height: 0,
    };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(PROGRAM);
    command.env("DEEDBOX_STORE", world.store());
    command.env("TERM", "xterm-256color");
    // Another directory than the one that is asked from.
    command.cwd("/");
    let console = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut screen = pair.master.try_clone_reader().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 4_096];
        while screen.read(&mut buffer).is_ok_and(|n| n > 0) {}
    });
    let end = Instant::now() + PATIENCE;
    while !world.store().join("questions").exists() {
        assert!(Instant::now() < end, "the console never opened");
        thread::sleep(Duration::from_millis(20));
    }
    // Its screen stays open for as long as somebody reads it.
    std::mem::forget(pair.master);
    console
}

#[test]
fn a_backup_is_written_beside_an_open_console() {
    let world = World::sample();
    let mut console = console(&world);
    let backup = || -> Came {
        let mut command = Command::new(PROGRAM);
        command.args(["backup", "kept"]).current_dir(world.path(""));
        world.see(command)
    };
    let first = backup();
    assert_eq!(first.code, Some(0), "{first:?}");
    assert_eq!(first.out.trim(), World::expected().checkpoint);
    let second = backup();
    assert_eq!(second.code, Some(3), "{second:?}");
    assert!(second.err.contains("there already"), "{second:?}");
    // Nobody else gets at the files meanwhile.
    world.fails(3, &["repair", "--dry-run"], "is open in");
    console.kill().unwrap();
    console.wait().unwrap();
    let next = World::empty();
    let file = world.path("kept");
    next.ok(&["restore", file.to_str().unwrap()]);
    assert_eq!(next.content().unwrap(), *World::expected());
}

/// What only asks gets the same answer as without a console.
#[test]
fn questions_are_answered_beside_an_open_console() {
    let world = World::sample();
    let model = "risk-prod/models/fraud-score";
    let intent = r#"{"suspend-user":{"user":"user:mei@acme.test"}}"#;
    let questions: [&[&str]; 10] = [
        &["login", "list"],
        &["login", "list", "-o", "json"],
        &["remedy", "user:dan@acme.test", "run", model],
        &["remedy", "user:dan@acme.test", "run", model, "-o", "json"],
        &[
            "remedy",
            "user:dan@acme.test",
            "run",
            model,
            "--apply",
            "1",
            "--dry-run",
        ],
        &["remedy", "user:alice@acme.test", "see", "nowhere/models/x"],
        &["share", model, "--with", "user:luca@acme.test", "--dry-run"],
        &["offboard", "user:carol@acme.test", "--dry-run"],
        &["undo", "5", "--dry-run"],
        &["do", intent, "--dry-run"],
    ];
    let before: Vec<Came> = questions.iter().map(|q| world.run(q)).collect();
    assert!(before.iter().filter(|came| came.code == Some(0)).count() > 6);
    let mut console = console(&world);
    for (question, before) in questions.iter().zip(&before) {
        assert_eq!(world.run(question), *before, "{question:?}");
    }
    // Changes are not the console's to make, and who wants one hears so at once.
    let begin = Instant::now();
    world.fails(3, &["login", "remove", "nobody"], "close that first");
    world.fails(
        3,
        &["share", model, "--with", "user:luca@acme.test"],
        "is open in",
    );
    assert!(begin.elapsed() < PATIENCE / 6);
    console.kill().unwrap();
    console.wait().unwrap();
}

/// Commands that run at the same time wait for each other.
#[test]
fn questions_and_changes_at_the_same_time_all_succeed() {
    let world = World::sample();
    let question = ["check", "user:dan@acme.test", "run", "ops/models/invoices"];
    let expected = world.run(&question).code;
    let start = |arguments: &[&str]| {
        Command::new(PROGRAM)
            .args(arguments)
            .env("DEEDBOX_STORE", world.store())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let asking: Vec<_> = (0..10).map(|_| start(&question)).collect();
    let changing: Vec<_> = (0..3)
        .map(|n| {
            start(&[
                "login",
                "set",
                &format!("somebody-{n}"),
                "user:mei@acme.test",
            ])
        })
        .collect();
    for (children, code) in [(asking, expected), (changing, Some(0))] {
        for child in children {
            let came = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&came.stderr).into_owned();
            assert_eq!(came.status.code(), code, "{said}");
        }
    }
    let logins = world.ok(&["login", "list"]);
    assert_eq!(logins.matches("somebody-").count(), 3, "{logins}");
}
