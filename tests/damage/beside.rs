//! Backups while the console is open: the process that holds the store writes them.

use std::io::Read as _;
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::world::{Came, PROGRAM, World};

#[test]
fn a_backup_is_written_beside_an_open_console() {
    let world = World::sample();
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
    let mut console = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut screen = pair.master.try_clone_reader().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 4_096];
        while screen.read(&mut buffer).is_ok_and(|n| n > 0) {}
    });
    let end = Instant::now() + Duration::from_secs(60);
    while !world.store().join("questions").exists() {
        assert!(Instant::now() < end, "the console never opened");
        thread::sleep(Duration::from_millis(20));
    }
    let backup = || -> Came {
        let mut command = std::process::Command::new(PROGRAM);
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
