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
