//! The panels of the great jobs in the smallest and in a wide terminal: what they ask for stays in
//! sight, and nothing is cut without a sign.

use deedbox::tui::theme::Theme;

use crate::harness::Console;

const SIZES: [(u16, u16); 2] = [(60, 16), (120, 40)];

/// A name, who sits there, and the keys that lead there.
const PLACES: &[(&str, &str, &str)] = &[
    (
        "share",
        "alice",
        r#"/ "fraud score" enter s "credit" enter"#,
    ),
    (
        "share_confirm",
        "alice",
        r#"/ "fraud score" enter s "credit" enter tab tab "2027-03-01" enter"#,
    ),
    ("reassign", "alice", r#"3 / "invoices" enter o"#),
    (
        "access_mode",
        "alice",
        r#"/ "ticket reranker" enter s right tab "analyst""#,
    ),
    ("help", "alice", "?"),
    ("palette", "alice", r#": "fraud""#),
    ("role", "alice", r#"7 / "scorer" enter enter"#),
    ("environment", "alice", ", enter"),
    ("form", "alice", r#"5 / "dan okafor" enter a "group" enter"#),
];

fn console(who: &str, size: (u16, u16)) -> Console {
    let who = format!("user:{who}@acme.test");
    Console::open_as(&who, size, Theme::default())
}

fn snapshot(name: &str, (columns, rows): (u16, u16), console: &Console) {
    insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), console.text());
}

#[test]
fn panels_and_pages() {
    for size in SIZES {
        for (name, who, keys) in PLACES {
            let mut console = console(who, size);
            console.press(keys);
            snapshot(name, size, &console);
        }
    }
}

#[test]
fn the_journal_its_entry_and_an_undo() {
    for size in SIZES {
        let mut console = console("alice", size);
        console.press(r#"/ "fraud score" enter s "credit" enter enter y J"#);
        snapshot("journal", size, &console);
        snapshot("entry", size, console.press("enter"));
        snapshot("undo", size, console.press("u"));
    }
}

#[test]
fn an_offboarding_to_its_receipt() {
    for size in SIZES {
        let mut console = console("alice", size);
        console.press(r#"5 / "bob" enter O ctrl-s"#);
        snapshot("offboard_confirm", size, &console);
        console.press(r#""bob@acme.test" enter"#);
        assert_eq!(console.newest().stamp.intent, "offboard");
        snapshot("offboard_receipt", size, &console);
    }
}

/// Where there is room for a field, it is there, however many candidates another one offers.
#[test]
fn every_field_stays_in_sight_while_one_types() {
    let forms: [(&str, &[&str]); 3] = [
        (
            r#"/ "fraud score" enter s "a""#,
            &["With", "Level", "From", "Until", "Reason"],
        ),
        (
            r#"3 / "invoices" enter o "a""#,
            &["To", "Ends", "Keeps", "Reason"],
        ),
        (r#"0 "a""#, &["Who", "Can", "What", "When"]),
    ];
    for size in [(60, 16), (80, 24), (120, 40)] {
        for (keys, fields) in forms {
            let mut console = console("alice", size);
            console.press(keys);
            console.shows("more; type to narrow");
            for field in fields {
                console.shows(&format!(" {field} "));
            }
        }
    }
}
