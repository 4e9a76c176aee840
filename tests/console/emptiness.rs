//! Places with nothing in them: each says what would fill it, or why there is nothing.

use std::fmt::Write;
use std::sync::Arc;

use deedbox::registry::{Actor, Draft, Registry, plan_import};
use deedbox::tui::theme::Theme;

use crate::harness::{Console, clock};

/// What stands inside the frame that is on top, without its borders.
fn inside(console: &Console) -> String {
    let text = console.text();
    let rows = text.lines().skip(2).take_while(|l| !l.starts_with('└'));
    let rows = rows.map(|l| l.trim_matches(|c| c == '│' || c == ' '));
    let said: Vec<&str> = rows.filter(|l| !l.is_empty()).collect();
    said.join("\n")
}

/// A store in which nobody has done anything, looked at by whoever may do everything.
fn nothing() -> Console {
    let registry = Arc::new(Registry::in_memory().unwrap());
    let actor = Actor::store_administrator("setup");
    Console::over(registry, actor, (80, 24), Theme::default())
}

/// Somebody of the directory to whom nothing belongs and nobody gave anything.
fn newcomer() -> Console {
    let text = "deedbox: 1\ndirectory:\n  users:\n    - {id: new@x.test, status: active}\n";
    let registry = Registry::in_memory().unwrap();
    let document = deedbox::interop::document::read(text, "new.yaml").unwrap();
    let mut draft = Draft::new(&registry.snapshot());
    deedbox::interop::document::apply(&document, &mut draft).unwrap();
    let setup = Actor::store_administrator("setup");
    let plan = plan_import(draft, &setup, "new.yaml", clock()).unwrap();
    registry.commit(plan).unwrap();
    let actor = Actor {
        principal: registry.snapshot().find_principal("user:new@x.test"),
        store_administrator: false,
        ..setup
    };
    Console::over(Arc::new(registry), actor, (80, 24), Theme::default())
}

#[test]
fn every_list_of_an_empty_store() {
    let mut all = String::new();
    for key in ["1", "2", "3"] {
        let mut console = newcomer();
        console.press(key);
        writeln!(all, "{key}, for a newcomer\n{}\n", inside(&console)).unwrap();
    }
    for key in ["1", "2", "3", "4", "5", "6", "7", "8", "9", "F", "J", ","] {
        let mut console = nothing();
        console.press(key);
        writeln!(all, "{key}\n{}\n", inside(&console)).unwrap();
    }
    insta::assert_snapshot!("every_list", all);
}

/// The keys, and what is said there.
const EMPTY: &[(&str, &str)] = &[
    (
        r#"/ "nothing like this""#,
        "Nothing fits `nothing like this`",
    ),
    (r#"5 / "oyelaran" enter enter tab"#, "can reach 0"),
    (
        r#"6 n "x@acme.test" ctrl-s y / "x@acme" enter enter tab"#,
        "Members of x@acme.test 0",
    ),
    (
        r#"5 n enter "x@acme.test" ctrl-s y / "x@acme" enter O"#,
        "owns nothing",
    ),
];

#[test]
fn parts_with_nothing_in_them() {
    let mut all = String::new();
    for (keys, said) in EMPTY {
        let mut console = Console::open();
        console.press(keys);
        console.shows(said);
        writeln!(all, "{keys}\n{}\n", inside(&console)).unwrap();
    }
    insta::assert_snapshot!("parts", all);
}
