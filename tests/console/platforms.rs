//! What is particular to a platform: its levels in the share panel; and the menus of actions.

use deedbox::tui::theme::Theme;

use crate::harness::Console;

const PLACES: &[(&str, &str, (u16, u16))] = &[
    ("actions_of_a_model", r#"/ "fraud score" enter a"#, (80, 24)),
    ("actions_of_an_environment", ", a", (60, 16)),
    ("compare_picker", "7 c", (80, 24)),
    ("several_reassigned", "space down space o", (80, 24)),
];

#[test]
fn what_is_particular_to_a_platform() {
    for (name, keys, size) in PLACES {
        let mut console = Console::open_as("user:alice@acme.test", *size, Theme::default());
        console.press(keys);
        insta::assert_snapshot!(*name, console.text());
    }
}

/// A setting that is on or off is chosen; one that is a list is typed.
#[test]
fn a_setting_is_chosen_or_typed_as_it_is() {
    let mut console = Console::open();
    console.press(r#", / "operations" enter a "setting" enter"#);
    console.shows("‹ edition ›");
    console.shows("a word, or names with commas");
    console.press("right");
    console.shows("‹ preview models enabled ›");
    console.shows("‹ false ›");
    console.press("right right");
    console.shows("a word, or names with commas");
}
