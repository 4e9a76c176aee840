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
                let state = &console.runtime.state;
                let chosen = state.list().is_some_and(|l| l.selected.is_some());
                if state.place() == Place::List && chosen && !state.too_small() {
                    prop_assert!(console.text().contains('▸'), "{}", console.text());
                }
            }
            for list in &console.runtime.state.lists {
                prop_assert!(list.marks.iter().all(|m| list.rows.iter().any(|r| r.resource == *m)));
            }
        }
        console.press("");
        for _ in 0..40 {
            console.press("esc");
        }
        prop_assert_eq!(console.runtime.state.place(), Place::List);
        prop_assert_eq!(console.runtime.state.view, View::MyModels);
    }
}
