//! What screens look like beyond the gallery, styles included. Every snapshot was read before it was
//! accepted.

use deedbox::tui::theme::{Scheme, Theme};

use crate::harness::Console;

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

#[test]
fn a_wide_terminal_shows_the_detail_beside_the_list() {
    let console = Console::open_as("user:alice@acme.test", (160, 45), Theme::default());
    screen!("wide", console);
}

#[test]
fn a_small_terminal_still_works_and_a_tiny_one_says_what_is_needed() {
    let mut console = Console::open_as("user:alice@acme.test", (60, 16), Theme::default());
    console.resize(40, 10);
    screen!("tiny", console);
    console.resize(80, 24);
    console.shows("Fraud score");
}

#[test]
fn details() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter enter tab tab tab");
    screen!("detail_activity", console);
}

#[test]
fn the_share_panel() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter s \"credit\"");
    screen!("share_typing", console);
}

#[test]
fn the_access_mode_panel() {
    let mut console = Console::open();
    console.press("/ \"ticket reranker\" enter s right");
    screen!("access_mode", console);
}

#[test]
fn refusals() {
    let mut console = Console::open();
    console.press("/ \"churn forecast\" enter s");
    screen!("not_shareable", console);
    let mut dan = Console::open_as("user:dan@acme.test", (80, 24), Theme::default());
    dan.press("2 / \"lead score\" enter o");
    screen!("not_yours", dan);
}

#[test]
fn the_journal() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter s \"credit\" enter enter y J");
    screen!("journal", console);
    screen!("journal_entry", console.press("enter"));
    screen!("undo_confirm", console.press("u"));
}

#[test]
fn without_colour_and_in_ascii() {
    let theme = Theme {
        scheme: Scheme::None,
        ascii: true,
        ..Theme::default()
    };
    let mut console = Console::open_as("user:alice@acme.test", (80, 24), theme);
    screen!("plain_list", console);
    console.press("/ \"fraud score\" enter s \"credit\" enter enter");
    screen!("plain_confirm", console);
}
