//! What must hold whatever is pressed.

use deedbox::tui::keys::Chord;
use deedbox::tui::message::Message;
use deedbox::tui::state::{Place, View};
use proptest::prelude::*;

use crate::harness::Console;

const KEYS: &[&str] = &[
    "s",
    "o",
    "enter",
    "w",
    "u",
    "space",
    "/",
    "z",
    "y",
    "X",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "0",
    "F",
    "J",
    ",",
    "t",
    "S",
    "E",
    "P",
    "O",
    "c",
    "v",
    "A",
    "Z",
    "tab",
    "shift-tab",
    "left",
    "right",
    "up",
    "down",
    "pageup",
    "pagedown",
    "home",
    "end",
    "p",
    ":",
    "?",
    "esc",
    "q",
    "delete",
    "backspace",
    "ctrl-s",
    "ctrl-d",
    "ctrl-w",
    "a",
    "e",
    "n",
    "é",
    "田",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// No sequence of keys panics, in any size; the selected row is always in sight; esc always gets
    /// home; marks are rows.
    #[test]
    fn any_keys(keys in proptest::collection::vec(proptest::sample::select(KEYS), 1..50), width in 1u16..150, height in 1u16..50) {
        let mut console = Console::open();
        console.resize(width, height);
        for (i, key) in keys.iter().enumerate() {
            console.send(Message::Key(Chord::parse(key).unwrap().event()));
            if i % 7 == 0 {
                console.press("");
                let top = &console.runtime.console;
                let chosen = top.place() == Place::Models && top.subject().is_some();
                if chosen && !top.state.too_small() {
                    prop_assert!(console.text().contains('▸'), "{}", console.text());
                }
            }
            // What is marked is among the rows.
            let top = &console.runtime.console;
            let marked = top.top().marked().len();
            prop_assert!(marked <= top.top().count().unwrap_or(usize::MAX));
        }
        console.press("");
        for _ in 0..60 {
            console.press("esc");
        }
        prop_assert_eq!(console.runtime.console.place(), Place::Models);
        prop_assert_eq!(console.runtime.console.view, View::MyModels);
    }
}

/// Changes by keys, each with the screen that it begins on.
const CHANGES: &[&str] = &[
    "/ \"device trust\" enter s \"credit\" enter enter y",
    "3 / \"invoices\" enter o \"carol\" enter enter y",
    "/ \"ticket reranker\" enter s right enter \"analyst\" enter y",
    "6 / \"fraud team\" enter enter tab down delete y",
    "5 n enter \"xena@acme.test\" tab \"Xena Adler\" ctrl-s y",
    "5 / \"dan okafor\" enter a \"suspend\" enter y",
    ", / \"search\" enter a \"setting\" enter right tab \"false\" ctrl-s \"everybody\" enter",
    "/ \"fraud score\" enter a \"rename\" enter \"Fraud, new\" ctrl-s y",
];

/// Everything that is stored, as a document; but for etags, which are new with every change.
fn stored(console: &Console) -> String {
    let document = deedbox::interop::document::write(&console.registry.snapshot());
    let text = deedbox::interop::document::to_yaml(&document).unwrap();
    let lines = text
        .lines()
        .filter(|l| !l.trim_start().starts_with("etag:"));
    lines.collect::<Vec<_>>().join("\n")
}

fn first_difference(before: &str, after: &str) -> Option<(String, String)> {
    let (mut a, mut b) = (before.lines(), after.lines());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return None,
            (x, y) if x == y => {}
            (x, y) => return Some((x.unwrap_or("").to_owned(), y.unwrap_or("").to_owned())),
        }
    }
}

#[test]
fn what_is_done_and_undone_leaves_everything_as_it_was() {
    for keys in CHANGES {
        let mut console = Console::open();
        let (before, revision) = (stored(&console), console.revision());
        console.press(keys);
        assert_eq!(
            console.revision(),
            revision.next(),
            "{keys}:\n{}",
            console.text()
        );
        assert!(stored(&console) != before, "{keys} changes nothing");
        console.press("u y");
        assert_eq!(
            console.newest().stamp.intent,
            "undo",
            "{keys}:\n{}",
            console.text()
        );
        let different = first_difference(&before, &stored(&console));
        assert_eq!(different, None, "{keys}");
    }
}
