//! Names of files that begin as typed.

use std::fs;
use std::path::{Path, PathBuf};

/// So many are offered.
const OFFERED: usize = 200;

/// A path as it was typed: `~` is the home directory.
pub(super) fn path(typed: &str) -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    match (typed.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(typed),
    }
}

/// CSV files and directories that begin as typed, in order; directories end with a slash.
pub(super) fn beginning(typed: &str) -> Vec<String> {
    let (above, begun) = match typed.rfind('/') {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let directory = if above.is_empty() {
        PathBuf::from(".")
    } else {
        path(above)
    };
    let mut found: Vec<String> = names(&directory)
        .filter(|name| {
            name.starts_with(begun) && (begun.starts_with('.') || !name.starts_with('.'))
        })
        .take(OFFERED)
        .map(|name| format!("{above}{name}"))
        .collect();
    // Files before directories: they are what is looked for.
    found.sort_by_key(|name| (name.ends_with('/'), name.clone()));
    found
}

fn names(directory: &Path) -> impl Iterator<Item = String> + use<> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let found = fs::metadata(entry.path()).ok()?;
        if found.is_dir() {
            return Some(format!("{name}/"));
        }
        let csv = Path::new(&name)
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        csv.then_some(name)
    })
}
