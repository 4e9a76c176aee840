//! What the screens look like, styles included. Every snapshot was read before it was accepted.

use deedbox::tui::theme::{Scheme, Theme};

use crate::harness::Console;

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

#[test]
fn the_three_lists() {
    let mut console = Console::open();
    screen!("my_models", console);
    screen!("shared_with_me_administrator", console.press("2"));
    screen!("all_models", console.press("3"));
}

#[test]
fn shared_with_me_says_why() {
    let mut console = Console::open_as("user:dan@acme.test", (120, 40), Theme::default());
    screen!("shared_with_me_analyst", console.press("2"));
}

#[test]
fn a_wide_terminal_shows_the_detail_beside_the_list() {
    let console = Console::open_as("user:alice@acme.test", (160, 45), Theme::default());
    screen!("wide", console);
}

#[test]
fn a_small_terminal_still_works_and_a_tiny_one_says_what_is_needed() {
    let mut console = Console::open_as("user:alice@acme.test", (60, 16), Theme::default());
    screen!("small", console);
    console.resize(40, 10);
    screen!("tiny", console);
    console.resize(80, 24);
    console.shows("Fraud score");
}

#[test]
fn details() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter enter");
    screen!("detail_overview", console);
    screen!("detail_access", console.press("tab"));
    screen!("detail_versions", console.press("tab"));
    screen!("detail_activity", console.press("tab"));
}

#[test]
fn a_model_shared_for_use_shows_no_details() {
    let mut console = Console::open_as("user:dan@acme.test", (80, 24), Theme::default());
    console.press("2 / \"contract clauses\" enter enter");
    screen!("detail_of_a_user_share", console);
    screen!("access_of_a_user_share", console.press("tab"));
}

#[test]
fn the_share_panel() {
    let mut console = Console::open();
    console.press("/ \"fraud score\" enter s");
    screen!("share_empty", console);
    screen!("share_typing", console.press("\"credit\""));
    screen!(
        "share_chosen",
        console.press("enter tab tab \"2027-03-01\"")
    );
    screen!("share_confirm", console.press("enter"));
}

#[test]
fn the_access_mode_panel() {
    let mut console = Console::open();
    console.press("/ \"ticket reranker\" enter s right");
    screen!("access_mode", console);
}

#[test]
fn the_reassign_panel() {
    let mut console = Console::open();
    console.press("3 / \"invoices\" enter o");
    screen!("reassign_suggestions", console);
    screen!("reassign_chosen", console.press("enter"));
    screen!("reassign_confirm", console.press("enter"));
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
fn help_palette_and_personas() {
    let mut console = Console::open();
    screen!("help", console.press("?"));
    console.press("esc");
    screen!("palette", console.press(": \"fraud\""));
    console.press("esc");
    screen!("personas", console.press("p"));
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

#[test]
fn an_empty_list_says_what_would_fill_it() {
    let console = Console::open_as("user:julia@acme.test", (80, 24), Theme::default());
    screen!("empty", console);
}
