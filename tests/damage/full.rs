//! No room left: what was acknowledged stays, and the change that did not fit is not half there.

use std::fs;
use std::process::Command;

use crate::world::{Came, PROGRAM, World};

/// After a change that may have been made or not: all of it or nothing, and the store works.
#[track_caller]
fn whole_or_gone(what: &str, world: &World, came: &Came) {
    let before = World::expected();
    let after = world
        .content()
        .unwrap_or_else(|e| panic!("{what}: {came:?}, then {e:?}"));
    let made = after.document.matches("@full.test").count();
    assert!(
        made == 0 || made == PEOPLE,
        "{what}: {made} of {PEOPLE} people are there"
    );
    if came.code == Some(0) {
        assert_eq!(made, PEOPLE, "{what}: acknowledged");
    }
    if made == 0 {
        assert_eq!(after, *before, "{what}");
    }
    world.ok(&["verify", "--checkpoint", &before.checkpoint]);
    world.share("merchant-risk", "luca");
}

const PEOPLE: usize = 1_500;

fn people(world: &World) -> String {
    let file = world.people(PEOPLE, 40);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("@damage.test", "@full.test")).unwrap();
    file
}

/// Like a full disk, wherever there is a shell: no file may grow beyond so many blocks.
fn limited(world: &World, blocks: usize, ignoring: &str, file: &str) -> Came {
    let mut command = Command::new("sh");
    let script = format!("{ignoring} ulimit -f {blocks}; exec \"$0\" import \"$1\"");
    command.args(["-c", &script, PROGRAM, file]);
    world.see(command)
}

#[test]
fn a_limit_of_file_sizes_is_survived() {
    let mut refused = 0;
    // Shells count in blocks of 512 or 1,024 bytes; the data file begins with half a MiB.
    for blocks in [0, 1, 400, 600, 1_030, 1_400, 2_100, 3_000, 100_000] {
        let world = World::sample();
        let file = people(&world);
        // The system reports an error, as a full disk does.
        let came = limited(&world, blocks, "trap '' XFSZ;", &file);
        if came.code != Some(0) {
            refused += 1;
            assert!(matches!(came.code, Some(3 | 7)), "{blocks}: {came:?}");
            // What it says goes into a file as well.
            assert!(
                blocks == 0 || came.err.contains("error: "),
                "{blocks}: {came:?}"
            );
        }
        whole_or_gone(&format!("{blocks} blocks"), &world, &came);
        // The system kills the program.
        let world = World::sample();
        let file = people(&world);
        let came = limited(&world, blocks, "", &file);
        whole_or_gone(&format!("{blocks} blocks, killed"), &world, &came);
    }
    assert!(refused >= 3, "only {refused} did not fit");
}

#[test]
fn a_full_disk_is_survived() {
    let mut tried = 0;
    for kib in [700, 1_000, 1_600, 2_500] {
        let world = World::sample();
        let file = people(&world);
        fs::create_dir(world.path("disk")).unwrap();
        // A disk of its own in a name space of its own: nobody else sees it, and no right is needed
        // where the system lets people have name spaces.
        let script = format!(
            "mount -t tmpfs -o size={kib}k none disk && cp -a store disk/ && touch mounted && \
             \"$0\" import \"$1\" --store disk/store; code=$?; \
             mount -o remount,size=64m disk; rm -r store; cp -a disk/store store; exit $code"
        );
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", &script, PROGRAM, &file]);
        command.current_dir(world.path(""));
        let Ok(status) = Command::new("unshare").args(["-rm", "true"]).output() else {
            eprintln!("not tested: there is no unshare here");
            return;
        };
        let came = if status.status.success() {
            world.see(command)
        } else {
            eprintln!("not tested: this system lets nobody have a name space of their own");
            return;
        };
        if !world.path("mounted").exists() {
            eprintln!("not tested: no disk can be mounted here ({})", came.err);
            return;
        }
        tried += usize::from(came.code != Some(0));
        if came.code != Some(0) {
            assert!(matches!(came.code, Some(3 | 7)), "{kib} KiB: {came:?}");
        }
        whole_or_gone(&format!("{kib} KiB"), &world, &came);
    }
    assert!(tried > 0, "everything fitted");
}
