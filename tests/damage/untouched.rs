//! A store that does not open is left as it is, byte for byte: what could be saved before somebody
//! asked it something can be saved after.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::world::{Came, World, assert_clear, remove_snapshots};

/// Questions and a change: whichever comes first after the damage.
const COMMANDS: [&[&str]; 4] = [
    &["check", "user:dan@acme.test", "run", "ops/models/invoices"],
    &["verify"],
    &["export"],
    &["login", "remove", "nobody"],
];

/// Every file with its content.
fn contents(store: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(store).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            for (name, content) in contents(&path) {
                found.insert(format!("{}/{name}", path.display()), content);
            }
        } else {
            found.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
    found
}

fn next(seed: &mut u64) -> usize {
    // A linear congruential generator, its upper half.
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).unwrap()
}

/// Damages the data of a store in some way.
fn damage(store: &Path, number: u64) -> String {
    let path = store.join("db");
    let mut bytes = fs::read(&path).unwrap();
    let used = bytes.iter().rposition(|b| *b != 0).unwrap() + 1;
    let mut seed = number + 1;
    let what = match number % 5 {
        0 => {
            bytes[next(&mut seed) % used] ^= 1 << (number % 8);
            "a bit"
        }
        1 => {
            for _ in 0..20 {
                bytes[next(&mut seed) % used] ^= 0xff;
            }
            "twenty bytes"
        }
        2 => {
            let at = next(&mut seed) % used;
            let end = (at + 1 + next(&mut seed) % 8_000).min(bytes.len());
            bytes[at..end].fill(0);
            "zeros"
        }
        3 => {
            bytes.truncate(1_000 + next(&mut seed) % (used - 1_000));
            "cut"
        }
        // Nothing of the first pages is left, and nothing says so but what is missing.
        _ => {
            bytes[..used * 2 / 3].fill(0);
            "no beginning"
        }
    };
    fs::write(path, bytes).unwrap();
    if number.is_multiple_of(3) {
        remove_snapshots(store);
    }
    format!("{what} ({number})")
}

/// Runs a command, and says whether it ended in damage; then the store is as it was.
fn leaves_it(what: &str, world: &World, command: &[&str]) -> Option<Came> {
    let said = world.run(&["repair", "--dry-run", "-o", "json"]);
    let before = contents(&world.store());
    let came = world.run(command);
    if came.code == Some(0) {
        return None;
    }
    assert_eq!(came.code, Some(7), "{what}, {command:?}: {came:?}");
    assert_clear(what, &came);
    let after = contents(&world.store());
    let changed: Vec<_> = before
        .keys()
        .chain(after.keys())
        .filter(|name| before.get(*name) != after.get(*name))
        .collect();
    assert!(changed.is_empty(), "{what}, {command:?}: {changed:?}");
    let again = world.run(&["repair", "--dry-run", "-o", "json"]);
    assert_eq!(said, again, "{what}, {command:?}");
    Some(came)
}

#[test]
fn what_does_not_open_is_not_changed() {
    let mut seen = 0;
    for number in 0..40 {
        let world = World::sample();
        let what = damage(&world.store(), number);
        let place = usize::try_from(number).unwrap() % COMMANDS.len();
        seen += usize::from(leaves_it(&what, &world, COMMANDS[place]).is_some());
    }
    assert!(seen > 25, "only {seen} were found damaged");
}

#[test]
fn files_that_are_missing_or_do_not_belong_there_change_nothing() {
    let older = World::sample();
    let newer = World::sample();
    newer.share("merchant-risk", "luca");
    newer.share("device-trust", "luca");
    // Each is whole, but they do not belong together: nothing but HEAD says so.
    for name in ["HEAD", "db"] {
        let world = World::empty();
        crate::world::copy(&older.store(), &world.store());
        fs::copy(newer.store().join(name), world.store().join(name)).unwrap();
        let found = leaves_it(name, &world, COMMANDS[0]);
        assert!(found.is_some(), "{name}");
    }
    for name in ["HEAD", "db"] {
        let world = World::sample();
        fs::remove_file(world.store().join(name)).unwrap();
        let found = leaves_it(name, &world, COMMANDS[0]);
        assert!(found.is_some(), "no {name}");
    }
}

/// Whatever is left of a store, its salvage is a document that can be brought in.
#[test]
fn every_salvage_can_be_imported() {
    let (mut parts, mut loose) = (0, 0);
    for step in [
        700, 1_000, 1_700, 2_000, 3_000, 4_000, 5_000, 7_000, 11_000, 16_000,
    ] {
        let world = World::sample();
        let path = world.store().join("db");
        let mut bytes = fs::read(&path).unwrap();
        let used = bytes.iter().rposition(|b| *b != 0).unwrap();
        for at in (500..used).step_by(step) {
            bytes[at] ^= 0xff;
        }
        fs::write(&path, bytes).unwrap();
        let came = world.run(&["export", "--salvage"]);
        if came.code == Some(7) {
            continue;
        }
        assert!(!came.out.contains("unknown:"), "every {step}");
        parts += usize::from(came.code == Some(6));
        loose += usize::from(came.err.contains("lost"));
        let next = World::empty();
        let file = next.path("saved.yaml");
        fs::write(&file, &came.out).unwrap();
        next.ok(&["init"]);
        let imported = next.run(&["import", file.to_str().unwrap()]);
        assert_eq!(imported.code, Some(0), "every {step}: {imported:?}");
        // The same as a store: what it exports can be brought in as well.
        let made = next.path("made");
        world.run(&["repair", "--into", made.to_str().unwrap()]);
        let export = next.ok(&["--store", made.to_str().unwrap(), "export"]);
        assert!(!export.contains("unknown:"), "every {step}");
    }
    assert!(parts > 3 && loose > 2, "{parts} {loose}");
}
