//! The preview beside a list: keys go there and back, and there it is the page that it shows.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use deedbox::tui::message::Message;
use deedbox::tui::theme::{Scheme, Theme};

use crate::harness::Console;

const WIDE: (u16, u16) = (160, 45);

fn wide() -> Console {
    Console::open_as("user:alice@acme.test", WIDE, Theme::default())
}

#[test]
fn tab_goes_to_the_preview_and_back() {
    let mut console = wide();
    console.shows("▸ My models 12");
    console.shows("tab preview");
    console.press("tab");
    console.shows("▸ Account takeover");
    console.hides("▸ My models");
    console.shows("tab list");
    insta::assert_snapshot!("preview_160x45", console.styled());
    // Its parts and its text go as on the page.
    console.press("right right");
    console.shows("[Versions]");
    console.press("left");
    console.shows("[Access]");
    insta::assert_snapshot!("preview_access_160x45", console.text());
    console.press("down enter");
    console.shows(" Question ");
    console.press("esc");
    console.shows("▸ Account takeover");
    for back in ["esc", "tab", "shift-tab", "q"] {
        console.press(back);
        console.shows("▸ My models 12");
        console.press("tab");
        console.shows("▸ Account takeover");
    }
    // The part in sight stays from row to row.
    console.press("esc down");
    console.shows("▸ My models 12");
    console.shows(" Card velocity ─");
    console.shows("[Access]");
    console.press("esc");
    console.shows("You are at home");
}

#[test]
fn what_is_done_in_the_preview_is_done_with_what_it_shows() {
    let mut console = wide();
    console.press("space space tab s \"credit\" enter");
    console.shows("Share Chargeback risk");
    console.press("enter y");
    let entry = console.newest();
    assert_eq!(entry.stamp.intent, "share");
    assert!(
        entry.stamp.summary.contains("Chargeback risk"),
        "{}",
        entry.stamp.summary
    );
    console.shows("▸ Chargeback risk");
    console.press("u y");
    assert_eq!(console.newest().stamp.intent, "undo");
    // enter opens it whole where nobody is under the cursor.
    console.press("enter");
    console.shows("My models › Chargeback risk");
}

#[test]
fn without_a_preview_tab_goes_to_the_next_view() {
    for size in [(60, 16), (80, 24), (120, 40)] {
        let mut console = Console::open_as("user:alice@acme.test", size, Theme::default());
        console.press("tab");
        console.shows("Shared with me 43 ·");
        console.press("shift-tab");
        console.shows("My models 12");
    }
    // Views are gone through on every terminal.
    let mut console = wide();
    console.press("tab ] ]");
    console.shows("▸ All models 55");
    console.press("[");
    console.shows("▸ Shared with me 43");
    // Where rows have no detail, tab goes on to the next view.
    console.press("5 tab");
    console.shows("Groups");
}

#[test]
fn a_click_gives_the_keys() {
    let click = |column, row| {
        Message::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    };
    let mut console = wide();
    console.send(click(120, 2));
    console.press("down up");
    console.shows("▸ Account takeover");
    console.shows("[Access]");
    console.send(click(30, 3));
    console.press("");
    console.shows("▸ My models 12");
    console.hides("›");
}

#[test]
fn a_terminal_that_gets_narrow_gives_the_keys_back() {
    let mut console = wide();
    console.press("tab").resize(100, 30);
    console.hides("[Overview]");
    console.press("down enter");
    console.shows("My models › Card velocity");
}

#[test]
fn which_pane_has_the_keys_is_seen_without_colour_and_heard() {
    let plain = Theme {
        scheme: Scheme::None,
        ascii: true,
        accessible: false,
    };
    let mut console = Console::open_as("user:alice@acme.test", (140, 30), plain);
    insta::assert_snapshot!("plain_list_140x30", console.text());
    insta::assert_snapshot!("plain_preview_140x30", console.press("tab").text());
    let spoken = Theme {
        accessible: true,
        ..plain
    };
    let mut console = Console::open_as("user:alice@acme.test", (140, 30), spoken);
    insta::assert_snapshot!("accessible_preview_140x30", console.press("tab").text());
}

#[test]
fn help_is_that_of_the_preview() {
    let mut console = wide();
    console.press("tab ?");
    console.shows("Keys: preview");
    console.shows("Go back to the list");
}
