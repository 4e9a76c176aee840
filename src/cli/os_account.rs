//! Which operating-system account runs the program. The environment's `USER` is not asked: anybody
//! can set it.

use std::fs;
use std::process::Command;

/// The account's name; its number where the system knows no name for it.
pub fn name() -> String {
    let number = rustix::process::geteuid().as_raw();
    local(number)
        .or_else(|| by_id(number))
        .unwrap_or_else(|| format!("uid-{number}"))
}

/// From the local table of accounts, which answers without starting a program.
fn local(number: u32) -> Option<String> {
    let table = fs::read_to_string("/etc/passwd").ok()?;
    table.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, id) = (fields.next()?, fields.next()?, fields.next()?);
        (id.parse() == Ok(number)).then(|| name.to_owned())
    })
}

/// From the system's directory service.
fn by_id(number: u32) -> Option<String> {
    let found = Command::new("/usr/bin/id")
        .args(["-un", &number.to_string()])
        .output()
        .ok()?;
    let name = String::from_utf8(found.stdout).ok()?.trim().to_owned();
    (found.status.success() && !name.is_empty()).then_some(name)
}
