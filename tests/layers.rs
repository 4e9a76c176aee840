//! The layers hold: imports go downward only. ARCHITECTURE.md draws them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets what it did not expect should stop there"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// A layer and the layers that its files may name.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("authz", &["domain"]),
    ("store", &["domain"]),
    ("registry", &["authz", "store", "domain"]),
    ("interop", &["registry", "authz", "domain"]),
    ("scenario", &["interop", "registry", "authz", "domain"]),
    ("tui", &["registry", "authz", "interop", "domain"]),
    (
        "cli",
        &[
            "tui", "scenario", "interop", "registry", "store", "authz", "domain",
        ],
    ),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// `crate::NAME` and `super::super::NAME` as far as they can leave the layer.
fn named_layers(text: &str) -> Vec<String> {
    text.split("crate::")
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|l| !l.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn imports_go_downward_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (layer, allowed) in MAY_USE {
        let mut files = Vec::new();
        sources(&root.join(layer), &mut files);
        assert!(
            !files.is_empty(),
            "the layer {layer} is gone; bring this test up to date"
        );
        for file in files {
            for named in named_layers(&code(&file)) {
                let known = MAY_USE.iter().any(|(l, _)| *l == named);
                if known && named != *layer && !allowed.contains(&named.as_str()) {
                    wrong.push(format!("{} names crate::{named}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_is_a_layer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(
                MAY_USE.iter().any(|(l, _)| *l == name),
                "{name} has no place among the layers"
            );
        }
    }
}

/// The core is a library that could stand alone: no I/O, no clock, no terminal.
#[test]
fn the_core_does_no_io() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/authz");
    let mut files = Vec::new();
    sources(&root, &mut files);
    for file in files {
        let code = code(&file);
        for word in [
            "std::fs",
            "std::io",
            "std::env",
            "std::net",
            "Timestamp::now",
            "SystemTime",
            "Instant",
            "crossterm",
            "ratatui",
            "sled",
        ] {
            assert!(!code.contains(word), "{} names {word}", file.display());
        }
    }
}

/// Screens ask the core; none decides by the name of a permission or role.
#[test]
fn no_screen_decides() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tui");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let names = [
        "roles/ml.",
        "ml.models",
        "ml.versions",
        "setIamPolicy",
        "all_access",
        "ml_full_access",
        "System Administrator",
        "Environment Maker",
        "\"Admin\"",
        "\"Member\"",
        "\"Viewer\"",
        "Co-owner",
        "generic-prediction",
        "register_model",
    ];
    for file in files {
        let code = code(&file);
        for name in names {
            assert!(!code.contains(name), "{} names {name}", file.display());
        }
    }
}
