//! Without colour, for screen readers, and with names in wide characters: gains, losses, the chosen
//! row and the focused button can be told apart by what stands there.

use deedbox::tui::theme::{Scheme, Theme};

use crate::harness::Console;

macro_rules! screen {
    ($name:expr, $console:expr) => {
        insta::assert_snapshot!($name, $console.styled())
    };
}

const COLOURLESS: Theme = Theme {
    scheme: Scheme::None,
    ascii: false,
    accessible: false,
};

const ACCESSIBLE: Theme = Theme {
    scheme: Scheme::Dark,
    ascii: false,
    accessible: true,
};

fn alice(size: (u16, u16), theme: Theme) -> Console {
    Console::open_as("user:alice@acme.test", size, theme)
}

const TAKEN_OUT: &str = r#"6 / "fraud team" enter enter tab / "erin" enter delete"#;

#[test]
fn losses_without_colour() {
    let mut console = alice((120, 40), COLOURLESS);
    console.press(TAKEN_OUT);
    console.shows("− Erin Walsh");
    screen!("colourless_losses", console);
    let ascii = Theme {
        ascii: true,
        ..COLOURLESS
    };
    let mut console = alice((80, 24), ascii);
    console.press(TAKEN_OUT);
    console.shows("- Erin Walsh");
    screen!("ascii_losses", console);
}

#[test]
fn a_policy_difference_without_colour() {
    let mut console = alice((120, 40), COLOURLESS);
    console.press(r#"/ "fraud score" enter P down down down down down home ctrl-k ctrl-s"#);
    screen!("colourless_policy", console);
}

#[test]
fn marks_and_tabs_without_colour() {
    let mut console = alice((80, 24), COLOURLESS);
    console.press("space down space down");
    console.shows("2 marked");
    screen!("colourless_marks", console);
    screen!("colourless_tabs", console.press("enter tab"));
}

#[test]
fn a_form_and_a_confirmation_for_screen_readers() {
    let mut console = alice((80, 24), ACCESSIBLE);
    console.press(r#"/ "fraud score" enter s "credit""#);
    screen!("accessible_form", console);
    console.press("enter enter");
    console.shows("▸[ Cancel ]");
    screen!("accessible_confirm", console);
}

/// A screen reader follows the terminal's own cursor: it stands on the row, field or button that keys
/// are for, in every kind of place.
#[test]
fn the_cursor_of_the_terminal_is_where_keys_go() {
    for (keys, there) in [
        ("down", "▸   Card velocity"),
        (r#"/ "fraud score" enter"#, "▸   Fraud score"),
        (r#"/ "fraud score" enter enter"#, "Fraud score"),
        (r#"/ "fraud score" enter s"#, "a person, team"),
        (r#"/ "fraud score" enter s "credit""#, "▸ Credit team"),
        (
            r#"/ "fraud score" enter s "credit" enter"#,
            "‹ Model User ›",
        ),
        (
            r#"/ "fraud score" enter s "credit" enter tab tab"#,
            "for ever",
        ),
        (
            r#"/ "fraud score" enter s "credit" enter tab tab "+2d""#,
            "2026-11-23",
        ),
        (
            r#"/ "fraud score" enter s "credit" enter enter"#,
            "▸[ Cancel ]",
        ),
        (
            r#"/ "fraud score" enter s "credit" enter enter tab"#,
            "▸[ Share ]",
        ),
        (r#"/ "fraud score" enter P down"#, "- members:"),
        (r#"/ "fraud score" enter X"#, "type it, then enter"),
        (r#"5 / "bob reyes" enter O"#, "▸   - Models"),
        (r#"5 / "bob reyes" enter O tab"#, "▸ Carol Diaz"),
        ("?", "▸"),
        (r#": "shar""#, "▸"),
        ("0", "anybody"),
    ] {
        let mut console = alice((80, 24), ACCESSIBLE);
        console.press(keys);
        let found = console.at_cursor();
        assert!(
            found.starts_with(there),
            "{keys}: {found}\n{}",
            console.text()
        );
    }
}

/// Names that take two cells a letter, as title, crumb, subject of a sentence, and cut.
#[test]
fn wide_characters_as_the_subject() {
    for size in [(60, 16), (80, 24)] {
        let (columns, rows) = size;
        let mut console = alice(size, Theme::default());
        console.press(r#"5 / "misaki" enter enter"#);
        insta::assert_snapshot!(format!("wide_page_{columns}x{rows}"), console.text());
        console.press(r#"a "group" enter "fraud" enter"#);
        console.shows("into Fraud team");
        console.shows("田中 美咲");
        insta::assert_snapshot!(format!("wide_confirm_{columns}x{rows}"), console.text());
        for line in console.text().lines() {
            assert!(
                deedbox::tui::text::width(line) <= usize::from(columns),
                "{line}"
            );
        }
    }
    let mut console = alice((60, 16), Theme::default());
    console.press(r#"/ "fraud score" enter s "misaki""#);
    insta::assert_snapshot!("wide_typing_60x16", console.text());
}
